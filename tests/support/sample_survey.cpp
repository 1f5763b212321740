#include "tests/support/sample_survey.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace canvass::test {
namespace {

using namespace report;

/// Numbers that look uneven and are the same everywhere: no distribution of a library, whose bits may differ.
double uneven(std::uint64_t i) {
  std::uint64_t mixed = (i + 1) * 0x9e3779b97f4a7c15ULL;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
  return static_cast<double>((mixed ^ (mixed >> 31U)) >> 11U) / 9007199254740992.0;
}

Interval about(double value, double reach) {
  return {value, std::max(0.0, value - reach), std::min(100.0, value + reach), ""};
}

Figure figure(std::string id, std::string headline, std::string subtitle, std::string alt, Chart chart) {
  return {std::move(id), std::move(headline), std::move(subtitle), std::move(alt), std::move(chart), "", {}};
}

} // namespace

TrendChart sample_trend() {
  TrendChart chart;
  chart.axis = "Per cent of those who answered, with 95% intervals";
  chart.periods = {"2021", "2022", "2023", "2024", "2025", "2026"};
  chart.series = {
      {"Good or excellent",
       false,
       {{0, {45.2, 42.9, 47.5, ""}, 4120, false},
        {1, {44.1, 41.9, 46.3, ""}, 4388, false},
        {2, {41.7, 40.5, 42.9, ""}, 11204, false},
        {3, {40.9, 39.8, 42.0, ""}, 11530, false},
        {4, {40.4, 39.3, 41.5, ""}, 11672, false},
        {5, {39.0, 37.9, 40.1, ""}, 11790, false}}},
      {"Reassured",
       false,
       {{2, {48.3, 47.1, 49.5, ""}, 11010, false}, {4, {46.2, 45.1, 47.3, ""}, 11480, false}, {5, {45, 43.9, 46.1, ""}, 11610, false}}},
      {"National survey, another question",
       true,
       {{2, {54, not_a_number, not_a_number, ""}, 0, false},
        {3, {53, not_a_number, not_a_number, ""}, 0, false},
        {4, {51.5, not_a_number, not_a_number, ""}, 0, false}}}};
  chart.breaks = {{2, "Posted to homes, before by telephone", 0}};
  chart.events = {{4.4, "New chief"}};
  chart.target = TrendChart::Target{42, "Target 42%"};
  return chart;
}

LeagueChart sample_league(std::size_t rows) {
  static const std::array<const char*, 8> places{"Ashdown",   "Beck Hill", "Cross Green", "Dene and Harbour",
                                                 "Eastfield", "Fenwick",   "Gate Common", "Holm St Mary"};
  static const std::array<const char*, 4> sides{"North", "South", "East", "West"};
  LeagueChart chart;
  chart.axis = "Good or excellent, % of those with a view, 95% interval";
  chart.reference = LeagueChart::Reference{39, "Force 39%"};
  for (std::size_t i = 0; i < rows; ++i) {
    LeagueChart::Row row;
    row.label = std::string(places[i % places.size()]) + " " + sides[i / places.size() % sides.size()];
    if (i >= places.size() * sides.size()) {
      row.label += " " + std::to_string(i / (places.size() * sides.size()) + 1);
    }
    const double share = rows > 1 ? static_cast<double>(i) / static_cast<double>(rows - 1) : 0.5;
    row.interval = about(57 - 36 * share + 2 * uneven(i), 9 + 4 * uneven(i + 500));
    row.n = 50 + std::floor(uneven(i + 900) * 70);
    row.verdict = row.interval.low > 39    ? LeagueChart::Verdict::higher
                  : row.interval.high < 39 ? LeagueChart::Verdict::lower
                                           : LeagueChart::Verdict::not_told_apart;
    row.withheld = rows > 3 && i == rows / 2;
    row.named = i == 2;
    chart.rows.push_back(row);
  }
  return chart;
}

LeagueChart sample_peers() {
  LeagueChart chart;
  chart.axis = "Good or excellent, % of those who gave a rating";
  chart.reference = LeagueChart::Reference{48.9, "Mean of the eight, Northshire among them, 48.9%"};
  chart.kind = NumberKind::percent_1;
  const std::array<std::pair<const char*, double>, 8> forces{{{"Force E", 55.1},
                                                              {"Force B", 53.4},
                                                              {"Force H", 52.0},
                                                              {"Northshire", 51.5},
                                                              {"Force C", 48.8},
                                                              {"Force G", 46.0},
                                                              {"Force A", 43.2},
                                                              {"Force D", 41.0}}};
  for (std::size_t i = 0; i < forces.size(); ++i) {
    LeagueChart::Row row;
    row.label = forces[i].first;
    const bool published_without_n = i == 5;
    row.interval =
        published_without_n ? Interval{forces[i].second, not_a_number, not_a_number, ""} : about(forces[i].second, 2.1 + 0.2 * uneven(i));
    row.n = published_without_n ? not_a_number : 1900 + std::floor(300 * uneven(i));
    row.verdict = published_without_n        ? LeagueChart::Verdict::not_tested
                  : row.interval.low > 48.9  ? LeagueChart::Verdict::higher
                  : row.interval.high < 48.9 ? LeagueChart::Verdict::lower
                                             : LeagueChart::Verdict::not_told_apart;
    row.rank = published_without_n ? "" : std::to_string(i < 2 ? 1 : i - 1) + " to " + std::to_string(i > 5 ? 8 : i + 3);
    row.named = i == 3;
    chart.rows.push_back(row);
  }
  return chart;
}

DriverChart sample_drivers(bool two_outcomes) {
  DriverChart chart;
  chart.axis = "Difference in the chance of the outcome, percentage points, with 95% intervals";
  chart.outcomes = two_outcomes ? std::vector<std::string>{"Confident", "Worried"} : std::vector<std::string>{"Confident"};
  const auto bars = [&](Interval first, Interval second) {
    std::vector<DriverChart::Bar> both{{std::move(first), false}};
    if (two_outcomes) {
      both.push_back({std::move(second), false});
    }
    return both;
  };
  chart.groups = {{"Engagement",
                   {{"Listen to what people say", bars({12.4, 9.8, 15.0, ""}, {-1.2, -3.6, 1.2, ""}), false, ""},
                    {"Asked for my view in the last year", bars({4.1, 1.2, 7.0, ""}, {3.9, 1.0, 6.8, ""}), two_outcomes,
                     two_outcomes ? "more of both: confidence and worry" : ""}}},
                  {"Problem solving",
                   {{"Deal with the things that matter here", bars({15.3, 12.9, 17.7, ""}, {-6.1, -8.7, -3.5, ""}), false, ""},
                    {"Problem with litter or vandalism", bars({-3.0, -5.5, -0.5, ""}, {7.4, 4.9, 9.9, ""}), false, ""}}},
                  {"Visibility", {{"Seen on foot at least weekly", bars({5.2, 2.4, 8.0, ""}, {0.4, -2.2, 3.0, ""}), false, ""}}},
                  {"Communication",
                   {{"Feel informed about policing", bars({6.6, 3.9, 9.3, ""}, {2.0, -0.5, 4.5, ""}), false, ""},
                    {"Read the newsletter", bars({0.3, -2.1, 2.7, ""}, {0, 0, 0, ""}), false, ""}}}};
  if (two_outcomes) {
    chart.groups.back().rows.back().bars[1].withheld = true;
  }
  return chart;
}

QuadrantChart sample_quadrants() {
  QuadrantChart chart;
  chart.x_axis = "Recorded crimes per 1,000 residents, 2025/26";
  chart.y_axis = "Worried about crime, % of those who answered";
  chart.x_cut = 61;
  chart.y_cut = 45;
  chart.x_cut_label = "median 61";
  chart.y_cut_label = "median 45%";
  chart.low_low.name = "Little crime, little worry";
  chart.high_low.name = "Much crime, little worry";
  chart.low_high.name = "Little crime, much worry";
  chart.high_high.name = "Much crime, much worry";
  const LeagueChart names = sample_league(145);
  for (std::size_t i = 0; i < names.rows.size(); ++i) {
    if (names.rows[i].withheld) {
      ++chart.withheld;
      continue;
    }
    QuadrantChart::Point point;
    point.label = names.rows[i].label;
    const double crime = 25 + 75 * uneven(i + 31) * (0.4 + 0.6 * uneven(i + 77)) + 30 * uneven(i + 600);
    const double worry = 26 + 0.18 * crime + 22 * uneven(i + 2000);
    point.emphasised = i % 18 == 4;
    point.x = {std::round(crime * 10) / 10, not_a_number, not_a_number, ""};
    point.y = point.emphasised ? about(worry, 9) : Interval{worry, not_a_number, not_a_number, ""};
    (worry >= chart.y_cut ? (crime >= chart.x_cut ? chart.high_high : chart.low_high)
                          : (crime >= chart.x_cut ? chart.high_low : chart.low_low))
        .count++;
    chart.points.push_back(point);
  }
  return chart;
}

BeforeAfterChart sample_before_after() {
  BeforeAfterChart chart;
  chart.before_label = "February";
  chart.after_label = "September";
  chart.axis = "Anti-social behaviour is a big problem here, % of those who answered";
  chart.rows = {
      {"Alderby", {{58, 49, 67, ""}, 118, false}, {{49, 40, 58, ""}, 124, false}, "no clear change (\u221222 to 4)", false, false},
      {"Brookwell", {{61, 52, 69, ""}, 131, false}, {{42, 34, 51, ""}, 126, false}, "lower: \u221219 (\u221231 to \u22127)", true, false},
      {"Carrowmere", {{44, 34, 54, ""}, 96, false}, {{46, 35, 58, ""}, 71, false}, "no clear change (\u221213 to 17)", false, false},
      {"Dunstow", {{53, 42, 63, ""}, 88, false}, {{37, 20, 56, ""}, 27, true}, "lower: 16", true, false},
      {"Comparison towns", {{55, 48, 62, ""}, 210, false}, {{51, 44, 58, ""}, 205, false}, "no clear change (\u221214 to 6)", false, true}};
  return chart;
}

ProfileChart sample_profile() {
  ProfileChart chart;
  chart.axis = "Rate the local police good or excellent, %";
  chart.bars = {{"Everybody", {39, 37.9, 40.1, ""}, 11790, true, false},
                {"All five positive views", {97, 94, 98, ""}, 412, false, false},
                {"None of the five", {2, 1, 4, ""}, 633, false, false}};
  return chart;
}

Document sample_survey() {
  Document document;
  document.title = "Crime and Safety Survey 2026";
  document.subtitle = "Northshire";
  document.simulated = true;
  document.sections = {
      {"first",
       "The year in short",
       2,
       {figure("fig-trend", "Confidence is lower than in 2023", "Confidence and reassurance, Northshire, 2021 to 2026",
               "Line chart. Confidence falls from 41.7% in 2023 to 39% in 2026, under the target of 42%; reassurance from 48.3% to 45%.",
               sample_trend()),
        figure("fig-profile", "Confidence goes with five views", "Share who rate the local police good or excellent, 2026",
               "Bar chart. 39% of everybody, 97% of those who hold all five views, 2% of those who hold none.", sample_profile())},
       false,
       false},
      {"areas",
       "Areas and peers",
       2,
       {figure("fig-areas", "Most areas cannot be told apart", "Sixteen areas against the force, 2026",
               "Dot chart of sixteen areas from 57% down to 23%; the force stands at 39%.", sample_league(16)),
        figure("fig-peers", "Northshire is in the upper half of its peers", "Eight similar forces, national survey, 2025",
               "Dot chart of eight forces from 55.1% to 41%; Northshire is fourth.", sample_peers()),
        figure("fig-matrix", "Worry does not follow crime everywhere", "Areas by recorded crime and worry, 2026",
               "Scatter chart of 144 areas in four quadrants.", sample_quadrants())},
       false,
       false},
      {"drivers",
       "What goes with confidence",
       2,
       {figure("fig-drivers", "Being listened to goes with confidence", "Average marginal effects, 2026",
               "Bar chart of seven drivers in four groups; the largest are dealing with what matters and listening.",
               sample_drivers(false)),
        figure("fig-two-outcomes", "Being asked goes with confidence and with worry", "Average marginal effects on two outcomes, 2026",
               "Bar chart of seven drivers for confidence and worry; one goes with more of both.", sample_drivers(true))},
       false,
       false},
      {"towns",
       "Towns",
       2,
       {figure("fig-towns", "Brookwell is lower, the others are not clear", "Four towns and comparison towns, before and after",
               "Dot chart of before and after. Brookwell falls from 61% to 42%; three other rows show no clear change; Dunstow's second "
               "wave is withheld.",
               sample_before_after())},
       false,
       false}};
  return document;
}

} // namespace canvass::test
