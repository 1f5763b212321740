// Published figures: errors, periods, rolling windows. Numbers: tests/reference/peers.R, or the hand arithmetic beside them.

#include "tests/support/catch.hpp"

#include "engine/analysis/published.hpp"
#include "engine/survey/ranks_of_units.hpp"

#include <cmath>
#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::analysis;

namespace {

SeriesPoint point(const std::string& period, const std::string& unit, double value, std::optional<double> n = std::nullopt,
                  std::optional<double> half_width = std::nullopt, int decimals = 0) {
  SeriesPoint one;
  one.period = period;
  one.unit = unit;
  one.value = value;
  one.n = n;
  one.half_width = half_width;
  one.decimals = decimals;
  return one;
}

PublishedSeries series_of(std::vector<SeriesPoint> points, double window_quarters = 0) {
  PublishedSeries series;
  series.id = "s";
  series.window_quarters = window_quarters;
  series.points = std::move(points);
  return series;
}

std::vector<std::string> in_time(const std::vector<std::string>& names) {
  PublishedSeries series;
  for (const std::string& name : names) {
    series.points.push_back(point(name, "", 1));
  }
  return periods_of(series).names;
}

std::optional<int> month_of(const std::string& name) {
  PublishedSeries series;
  series.points.push_back(point(name, "", 1));
  return periods_of(series).last_month.front();
}

constexpr double exact = 1e-9; ///< closed forms in double on both sides

} // namespace

TEST_CASE("a figure without n or half-width has no error, and no difference from it is tested", "[analysis][published]") {
  const PublishedSeries series = series_of({point("2024", "", 48, 400), point("2025", "", 46)});
  const PublishedFigure with = figure_of(series, series.points[0], 0.95);
  const PublishedFigure without = figure_of(series, series.points[1], 0.95);
  CHECK(with.has_error());
  CHECK_FALSE(without.has_error());
  CHECK(std::isnan(without.low));
  CHECK(std::isnan(without.std_error()));
  const PublishedDifference difference = difference_of_periods(series, without, with, 12, 0.05);
  CHECK(difference.contrast.value == -2);
  CHECK(std::isnan(difference.contrast.p_value));
  CHECK(difference.why_not == "published without n or interval");
  // An n of something that is no share says nothing of its spread.
  PublishedSeries points = series_of({point("2024", "", 4.9, 1000)});
  points.percent = false;
  CHECK_FALSE(figure_of(points, points.points[0], 0.95).has_error());
  CHECK_FALSE(figure_of(series, point("2024", "", -3, 400), 0.95).has_error());
}

TEST_CASE("a share of 0 or 100 % has an error, too: the longer side of its interval", "[analysis][published]") {
  const PublishedSeries series = series_of({point("2024", "", 0, 400), point("2024", "B", 100, 400)});
  for (const SeriesPoint& one : series.points) {
    const PublishedFigure figure = figure_of(series, one, 0.95);
    // Clopper and Pearson at 0 of 400: 1 - .025^(1/400) = .918 %
    CHECK(figure.high - figure.low == Approx(0.9179747).epsilon(1e-5));
    CHECK(std::sqrt(figure.sampling_variance) == Approx(0.9179747 / 1.959964).epsilon(1e-5));
  }
}

TEST_CASE("E2: London 49 +- 2 is not told from 48 +- 1, and +- 2 is what 2,400 answers give", "[analysis][published]") {
  const PublishedSeries series =
      series_of({point("2003/04", "London", 49, std::nullopt, 2), point("2003/04", "Peers", 48, std::nullopt, 1)});
  const PublishedFigure london = figure_of(series, series.points[0], 0.95);
  const PublishedFigure peers = figure_of(series, series.points[1], 0.95);
  CHECK(london.low == 47);
  CHECK(london.high == 51);
  CHECK(london.effective_n == Approx(2399.9513982287).epsilon(exact));
  const PublishedDifference difference = difference_of_periods(series, london, peers, std::nullopt, 0.05);
  CHECK(difference.contrast.value == 1);
  CHECK(difference.contrast.std_error == Approx(1.2117159423).epsilon(exact));
  CHECK(difference.contrast.p_value == Approx(0.4092149545).epsilon(exact));
  CHECK(difference.method == "separate samples, normal");
}

TEST_CASE("E3: a hundred interviews a quarter in 32 boroughs bear 4.9 points a borough and year", "[analysis][published]") {
  const double a_quarter = 100 * 32;
  CHECK(a_quarter == 3200);
  CHECK(4 * a_quarter == 12800);
  CHECK(4 * a_quarter / 32 == 400);
  CHECK(worst_case_margin(4 * a_quarter / 32) == Approx(4.899909961).epsilon(exact));
  CHECK(worst_case_margin(400, 2) == Approx(4.899909961 * std::sqrt(2.0)).epsilon(exact));
  CHECK(worst_case_margin(400, 1, 0.99) > worst_case_margin(400));
}

TEST_CASE("the design effect of a series widens its intervals", "[analysis][published]") {
  PublishedSeries series = series_of({point("2024", "", 50, 400)});
  const PublishedFigure plain = figure_of(series, series.points[0], 0.95);
  series.design_effect = 2;
  const PublishedFigure twice = figure_of(series, series.points[0], 0.95);
  CHECK(twice.sampling_variance == Approx(2 * plain.sampling_variance).epsilon(exact));
  CHECK(twice.effective_n == Approx(200).epsilon(exact));
  CHECK(twice.high - twice.low > plain.high - plain.low);
  CHECK(plain.effective_n == Approx(400).epsilon(exact));
}

TEST_CASE("rolling windows are tested on what they do not share", "[analysis][published]") {
  const PublishedSeries series = series_of({point("2022-12", "", 48, 400), point("2023-12", "", 46, 400)}, 4);
  const PublishedFigure earlier = figure_of(series, series.points[0], 0.95);
  const PublishedFigure later = figure_of(series, series.points[1], 0.95);
  const std::vector<double> std_errors{1.810846947, 2.5281745720, 3.0828828500, 3.5519947447};
  const std::vector<double> p{0.269395566, 0.4288946182, 0.5165042265, 0.5733913751};
  for (int k = 1; k <= 4; ++k) {
    const PublishedDifference difference = difference_of_periods(series, later, earlier, 3 * k, 0.05);
    INFO(k);
    CHECK(difference.shared_months == 12 - 3 * k);
    CHECK(difference.contrast.std_error == Approx(std_errors[static_cast<std::size_t>(k - 1)]).epsilon(exact));
    CHECK(difference.contrast.p_value == Approx(p[static_cast<std::size_t>(k - 1)]).epsilon(exact));
  }
  CHECK(difference_of_periods(series, later, earlier, 3, 0.05).method == "rolling windows that share 9 of 12 months, normal");
  CHECK(difference_of_periods(series, later, earlier, 24, 0.05).contrast.std_error == Approx(std_errors[3]).epsilon(exact));
  const PublishedDifference unplaced = difference_of_periods(series, later, earlier, std::nullopt, 0.05);
  CHECK(std::isnan(unplaced.contrast.p_value));
  CHECK(unplaced.why_not.find("cannot be placed in time") != std::string::npos);
}

TEST_CASE("without rounding and with the same share, the error is the convention's formula", "[analysis][published][property]") {
  PublishedSeries series = series_of({point("2023-09", "", 47, 400), point("2023-12", "", 47, 400)}, 4);
  series.design_effect = 1.3;
  PublishedFigure one = figure_of(series, series.points[0], 0.95);
  one.rounding_variance = 0;
  const double formula = 100 * std::sqrt(2 * (1.0 / 4) * 0.47 * 0.53 * 1.3 / 400); // SE = sqrt(2 (k/4) p (1 - p) deff / n)
  CHECK(difference_of_periods(series, one, one, 3, 0.05).contrast.std_error == Approx(formula).epsilon(exact));
}

TEST_CASE("periods are placed in time, however they are written", "[analysis][published]") {
  const int march_2026 = 2026 * 12 + 2;
  CHECK(month_of("2026") == 2026 * 12 + 11);
  CHECK(month_of("2026-03") == march_2026);
  CHECK(month_of("2026-03-31") == march_2026);
  CHECK(month_of("2026 Q1") == march_2026);
  CHECK(month_of("2026-Q1") == march_2026);
  CHECK(month_of("Q1 2026") == march_2026);
  CHECK(month_of("2025/26") == march_2026);
  CHECK(month_of("2025-26") == march_2026);
  CHECK(month_of("2025/2026") == march_2026);
  CHECK(month_of("year to March 2026") == march_2026);
  CHECK(month_of("12 months to Mar 2026") == march_2026);
  CHECK(month_of("2011-12") == 2011 * 12 + 11); // December, where nothing says otherwise
  for (const char* other : {"", "wave 3", "March", "2026 Q5", "2025/27", "2026-13", "2026-02-30", "spring 2026", "20261"}) {
    INFO(other);
    CHECK_FALSE(month_of(other));
  }
  CHECK(in_time({"2012-13", "2011-12", "2010-11"}) == std::vector<std::string>{"2010-11", "2011-12", "2012-13"});
  CHECK(in_time({"31 March 2026", "Q4 2025", "2026-06"}) == std::vector<std::string>{"Q4 2025", "31 March 2026", "2026-06"});
  CHECK(in_time({"second", "2024", "first"}) == std::vector<std::string>{"second", "2024", "first"}); // one cannot: as in the file
}

TEST_CASE("the unit that a study is about: by name, nameless, or alone", "[analysis][published]") {
  PublicSurvey survey;
  survey.people_live_in = "Northshire";
  CHECK(own_unit(survey, series_of({point("1", "A", 1), point("1", "Northshire", 1)})) == "Northshire");
  CHECK(own_unit(survey, series_of({point("1", "A", 1), point("1", "", 1)})) == "");
  CHECK(own_unit(survey, series_of({point("1", "A", 1), point("2", "A", 1)})) == "A");
  CHECK_FALSE(own_unit(survey, series_of({point("1", "A", 1), point("1", "B", 1)})));
  CHECK_FALSE(own_unit(survey, series_of({})));
  CHECK(unit_label(survey, "") == "Northshire");
}

TEST_CASE("a break lies between the periods before it and those from it on", "[analysis][published]") {
  PublishedSeries series = series_of({point("2023", "", 1), point("2024", "", 1), point("2025", "", 1)});
  series.breaks = {{"2024", {}, "Another agency", {}}};
  const SeriesPeriods periods = periods_of(series);
  CHECK(break_between(series, periods, 0, 1) != nullptr);
  CHECK(break_between(series, periods, 0, 2) != nullptr);
  CHECK(break_between(series, periods, 1, 2) == nullptr);
}
