#include "engine/analysis/published.hpp"

#include "engine/core/text.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/inference.hpp"
#include "engine/survey/proportion_interval.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace canvass::analysis {

namespace {

double z_at(double level) {
  return stats::normal_quantile(0.5 + level / 2);
}

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

std::optional<int> number_of(std::string_view text, std::size_t digits) {
  const bool all = text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return all ? std::optional(static_cast<int>(*parse_double(text))) : std::nullopt;
}

/// "2024/25", "2024-25", "2024/2025": a year that ends in March of the second.
std::optional<int> fiscal_year(std::string_view text) {
  const auto year = text.size() > 5 && (text[4] == '/' || text[4] == '-') ? number_of(text.substr(0, 4), 4) : std::nullopt;
  if (!year) {
    return std::nullopt;
  }
  const auto two = number_of(text.substr(5), 2);
  const auto four = number_of(text.substr(5), 4);
  const bool next = two == (*year + 1) % 100 || four == *year + 1;
  return next ? std::optional((*year + 1) * 12 + 2) : std::nullopt;
}

/// "2025 Q2", "2025-Q2", "Q2 2025".
std::optional<int> quarter(std::string_view text) {
  if (text.size() < 6 || text.size() > 7) {
    return std::nullopt;
  }
  const bool first = text[0] == 'Q' || text[0] == 'q';
  const auto year = number_of(first ? text.substr(text.size() - 4) : text.substr(0, 4), 4);
  const std::string_view mark = first ? text.substr(0, 2) : text.substr(text.size() - 2);
  const bool is_quarter = (mark[0] == 'Q' || mark[0] == 'q') && mark[1] >= '1' && mark[1] <= '4';
  return year && is_quarter ? std::optional(*year * 12 + 3 * (mark[1] - '0') - 1) : std::nullopt;
}

/// "... March 2026".
std::optional<int> words(std::string_view text) {
  const std::size_t space = text.rfind(' ');
  const auto year = space == std::string_view::npos ? std::nullopt : number_of(text.substr(space + 1), 4);
  if (!year) {
    return std::nullopt;
  }
  std::string_view before = trim(text.substr(0, space));
  before = before.substr(before.rfind(' ') == std::string_view::npos ? 0 : before.rfind(' ') + 1);
  for (std::size_t i = 0; i < months.size(); ++i) {
    if (before.size() >= 3 && to_lower(before.substr(0, 3)) == months[i]) {
      return *year * 12 + static_cast<int>(i);
    }
  }
  return std::nullopt;
}

std::optional<int> last_month_of(std::string_view text, bool fiscal) {
  if (const auto year = number_of(text, 4)) {
    return *year * 12 + 11;
  }
  if (const auto pair = fiscal_year(text); pair && (fiscal || text[4] == '/')) {
    return pair;
  }
  if (text.size() >= 7 && text[4] == '-') {
    const bool is_month = text.size() == 7;
    const std::string day = std::string(text) + (is_month ? "-01" : "");
    const auto year = number_of(text.substr(0, 4), 4);
    const auto month = number_of(text.substr(5, 2), 2);
    if (parse_date(day) && year && month) {
      return *year * 12 + *month - 1;
    }
  }
  const auto by_quarter = quarter(text);
  return by_quarter ? by_quarter : words(text);
}

} // namespace

PublishedFigure figure_of(const PublishedSeries& series, const SeriesPoint& point, double level) {
  PublishedFigure figure;
  figure.point = &point;
  const double unit = std::pow(10, -point.decimals);
  figure.rounding_variance = unit * unit / 12;
  const double share = point.value / 100;
  const bool is_share = series.percent && share >= 0 && share <= 1;
  if (point.half_width) {
    const double error = *point.half_width / z_at(0.95);
    const bool at_published_level = std::abs(level - 0.95) < 1e-12;
    const double half = at_published_level ? *point.half_width : error * z_at(level);
    figure.sampling_variance = error * error;
    const auto printable = [](double value) { return std::round(value * 1e9) / 1e9; }; // 4.1 - 3.0 is 1.1
    figure.low = printable(point.value - half);
    figure.high = printable(point.value + half);
  } else if (point.n && is_share && *point.n >= 1) {
    const double n = *point.n / std::max(1.0, series.design_effect.value_or(1)); // an effective n above n is not taken
    const double variance = share * (1 - share) / n;
    const auto interval = survey::proportion_interval(
        {share, std::sqrt(variance), static_cast<std::size_t>(*point.n), std::min(n, std::floor(*point.n)), std::max(1.0, *point.n - 1)},
        level);
    figure.low = 100 * interval.low;
    figure.high = 100 * interval.high;
    const double longer = std::max(figure.high - point.value, point.value - figure.low) / z_at(level);
    figure.sampling_variance = variance > 0 ? 1e4 * variance : longer * longer;
  }
  if (figure.has_error() && is_share && share > 0 && share < 1 && figure.sampling_variance > 0) {
    figure.effective_n = 1e4 * share * (1 - share) / figure.sampling_variance;
  }
  return figure;
}

double worst_case_margin(double n, double design_effect, double level) {
  return 100 * z_at(level) * std::sqrt(0.25 * design_effect / n);
}

std::size_t SeriesPeriods::index(const std::string& name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? npos : static_cast<std::size_t>(found - names.begin());
}

SeriesPeriods periods_of(const PublishedSeries& series) {
  SeriesPeriods periods;
  for (const SeriesPoint& point : series.points) {
    if (periods.names.empty() || (periods.names.back() != point.period && periods.index(point.period) == SeriesPeriods::npos)) {
      periods.names.push_back(point.period);
    }
  }
  // "2011-12" is a month, unless its neighbours show that pairs of years are meant: there is no month 13.
  const bool fiscal = std::any_of(periods.names.begin(), periods.names.end(), [](const std::string& name) {
    return fiscal_year(name) && (name[4] == '/' || name.size() > 7 || number_of(std::string_view(name).substr(5), 2).value_or(0) > 12);
  });
  std::vector<std::pair<int, std::string>> placed;
  for (const std::string& name : periods.names) {
    if (const auto month = last_month_of(name, fiscal)) {
      placed.emplace_back(*month, name);
    }
  }
  periods.last_month.assign(periods.names.size(), std::nullopt);
  if (placed.size() == periods.names.size()) {
    std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < placed.size(); ++i) {
      periods.last_month[i] = placed[i].first;
      periods.names[i] = placed[i].second;
    }
  }
  return periods;
}

std::optional<std::string> own_unit(const PublicSurvey& survey, const PublishedSeries& series) {
  bool nameless = false;
  bool several = false;
  for (const SeriesPoint& point : series.points) {
    if (!survey.people_live_in.empty() && point.unit == survey.people_live_in) {
      return point.unit;
    }
    nameless = nameless || point.unit.empty();
    several = several || point.unit != series.points.front().unit;
  }
  if (nameless) {
    return std::string();
  }
  return several || series.points.empty() ? std::nullopt : std::optional(series.points.front().unit);
}

std::string unit_label(const PublicSurvey& survey, const std::string& unit) {
  return !unit.empty() ? unit : survey.people_live_in.empty() ? "this force" : survey.people_live_in;
}

const SeriesPoint* point_of(const PublishedSeries& series, const std::string& period, const std::string& unit) {
  const auto found = std::find_if(series.points.begin(), series.points.end(),
                                  [&](const SeriesPoint& point) { return point.period == period && point.unit == unit; });
  return found == series.points.end() ? nullptr : &*found;
}

const SeriesBreak* break_between(const PublishedSeries& series, const SeriesPeriods& periods, std::size_t earlier, std::size_t later) {
  const SeriesBreak* last = nullptr;
  for (const SeriesBreak& one : series.breaks) {
    const std::size_t from = periods.index(one.from);
    last = from != SeriesPeriods::npos && earlier < from && from <= later ? &one : last;
  }
  return last;
}

PublishedDifference difference_of_periods(const PublishedSeries& series, const PublishedFigure& later, const PublishedFigure& earlier,
                                          std::optional<int> months_apart, double level) {
  PublishedDifference difference;
  survey::Contrast& contrast = difference.contrast;
  contrast.std_error = contrast.statistic = contrast.df = contrast.p_value = contrast.low = contrast.high = report::not_a_number;
  contrast.value = later.point->value - earlier.point->value;
  difference.method = "published figures";
  if (!later.has_error() || !earlier.has_error()) {
    difference.why_not = "published without n or interval";
    return difference;
  }
  const int window = static_cast<int>(std::lround(3 * series.window_quarters));
  double part = 1;
  if (window > 0) {
    if (!months_apart) {
      difference.why_not = "the periods of rolling windows cannot be placed in time, so what they share is not known";
      return difference;
    }
    difference.shared_months = std::max(0, window - *months_apart);
    part = static_cast<double>(window - difference.shared_months) / window;
  }
  difference.method = difference.shared_months > 0
                          ? fmt::format("rolling windows that share {} of {} months, normal", difference.shared_months, window)
                          : "separate samples, normal";
  const double variance =
      part * (later.sampling_variance + earlier.sampling_variance) + later.rounding_variance + earlier.rounding_variance;
  const stats::Inference inference = stats::inference_from(contrast.value, std::sqrt(variance), stats::infinity, 1 - level);
  contrast.std_error = std::sqrt(variance);
  contrast.df = stats::infinity;
  contrast.statistic = inference.statistic;
  contrast.p_value = inference.p_value;
  contrast.low = inference.conf_low;
  contrast.high = inference.conf_high;
  return difference;
}

void fill_published(report::Estimate& row, const PublishedSeries& series, const PublishedFigure& figure, double level) {
  row.method = "published: " + series.source;
  row.unit = series.percent ? report::Unit::percent : report::Unit::points;
  row.estimate = figure.point->value;
  row.n = figure.point->n.value_or(report::not_a_number);
  if (figure.has_error()) {
    row.std_error = figure.std_error();
    row.conf_level = level;
    row.conf_low = figure.low;
    row.conf_high = figure.high;
    row.effective_n = figure.effective_n;
  } else {
    row.flags.emplace_back("untested");
  }
  if (figure.point->n && !figure.point->half_width && series.n_is_for_all) {
    row.flags.emplace_back("n_for_all");
  }
}

std::string why_not_joined(const LoadedStudy& study, const std::string& outcome, const PublishedSeries& series) {
  const Instrument& instrument = study.instrument();
  std::vector<std::string> variables;
  if (const Indicator* indicator = instrument.indicator(outcome)) {
    variables = indicator->variables();
  } else if (instrument.variable(outcome) != Instrument::npos) {
    variables = {outcome};
  }
  const std::string asked = instrument.id + "@" + instrument.version + "/" + join(variables, " and ");
  if (series.question.empty()) {
    return fmt::format("the series {} does not say what was asked, and {} is {}", series.id, outcome, asked);
  }
  const std::size_t slash = series.question.find('/');
  const std::string version = series.question.substr(0, slash);
  const std::string item = slash == std::string::npos ? std::string() : series.question.substr(slash + 1);
  const bool known = std::any_of(study.instrument_of_wave.begin(), study.instrument_of_wave.end(),
                                 [&](const auto& one) { return one->id + "@" + one->version == version; });
  if (!known || variables.size() != 1 || variables.front() != item) {
    return fmt::format("the series {} is of {}, and {} is {}: two questions are no one series", series.id, series.question, outcome, asked);
  }
  if (series.window_quarters > 0) {
    return fmt::format("the series {} is of rolling windows, and the waves of the study are not", series.id);
  }
  return {};
}

} // namespace canvass::analysis
