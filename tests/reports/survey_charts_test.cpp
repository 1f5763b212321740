#include "tests/support/catch.hpp"
#include "tests/support/drawing.hpp"
#include "tests/support/sample_survey.hpp"

#include "reports/charts/chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

using namespace canvass;
using namespace canvass::render;
using report::BeforeAfterChart;
using report::DriverChart;
using report::LeagueChart;
using report::not_a_number;
using report::ProfileChart;
using report::QuadrantChart;
using report::TrendChart;
using test::check_drawing;
using test::long_label;
using test::says;
using test::shapes_of;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Lines of a trend: every series is one path a run of joined periods.
std::size_t runs(const std::vector<Scene>& panels) {
  const auto paths = shapes_of<Path>(panels);
  return static_cast<std::size_t>(std::count_if(
      paths.begin(), paths.end(), [](const Path& path) { return !path.closed && path.points.size() >= 2 && path.stroke != style::axis; }));
}

TrendChart plain_trend(std::size_t periods) {
  TrendChart chart;
  chart.axis = "Good or excellent, %";
  TrendChart::Series series{"Confident", false, {}};
  for (std::size_t i = 0; i < periods; ++i) {
    chart.periods.push_back(std::to_string(2020 + i));
    series.points.push_back({i, {40 + static_cast<double>(i), 38 + static_cast<double>(i), 42 + static_cast<double>(i), ""}, 500, false});
  }
  chart.series = {series};
  return chart;
}

/// The dots of a league that stand in the plot, not in the key: each lies on its dotted line.
std::vector<Circle> dots_of(const std::vector<Scene>& panels) {
  std::vector<Circle> dots;
  for (const Scene& panel : panels) {
    for (const Shape& shape : panel.shapes) {
      const auto* circle = std::get_if<Circle>(&shape);
      if (circle != nullptr && circle->x > 12) {
        dots.push_back(*circle);
      }
    }
  }
  return dots;
}

} // namespace

TEST_CASE("A survey chart without figures says so", "[charts]") {
  TrendChart gap = plain_trend(2);
  for (auto& point : gap.series[0].points) {
    point.interval.value = not_a_number;
  }
  DriverChart no_outcome = test::sample_drivers(false);
  no_outcome.outcomes.clear();
  for (const report::Chart& chart :
       {report::Chart(TrendChart{}), report::Chart(gap), report::Chart(LeagueChart{}), report::Chart(DriverChart{}),
        report::Chart(no_outcome), report::Chart(QuadrantChart{}), report::Chart(BeforeAfterChart{}), report::Chart(ProfileChart{})}) {
    const auto panels = draw(chart);
    check_drawing(panels);
    CHECK(says(panels, "no figures"));
  }
}

TEST_CASE("The survey charts of the sample keep their words in and apart", "[charts]") {
  const report::Document document = test::sample_survey();
  std::size_t charts = 0;
  for (const report::Section& section : document.sections) {
    for (const report::Block& block : section.blocks) {
      if (const auto* figure = std::get_if<report::Figure>(&block)) {
        INFO(figure->id);
        check_drawing(draw(figure->chart));
        CHECK_FALSE(chart_kind(figure->chart).empty());
        ++charts;
      }
    }
  }
  CHECK(charts == 8);
}

TEST_CASE("Trend: one period, one point, no interval, no base", "[charts]") {
  TrendChart chart = plain_trend(1);
  chart.series[0].points[0] = {0, {39, not_a_number, not_a_number, ""}, not_a_number, false};
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "39%"));
  CHECK_FALSE(says(panels, "("));
  CHECK(runs(panels) == 0);
  CHECK(shapes_of<Circle>(panels).size() == 2); // the point, and beside its name
}

TEST_CASE("Trend: a line never crosses a gap, a withheld period or a break", "[charts]") {
  TrendChart chart = plain_trend(6);
  CHECK(runs(draw(chart)) == 1);
  TrendChart gap = chart;
  gap.series[0].points.erase(gap.series[0].points.begin() + 2);
  CHECK(runs(draw(gap)) == 2);
  TrendChart missing = chart;
  missing.series[0].points[2].interval.value = not_a_number;
  CHECK(runs(draw(missing)) == 2);
  TrendChart withheld = chart;
  withheld.series[0].points[2].withheld = true;
  CHECK(runs(draw(withheld)) == 2);
  CHECK(says(draw(withheld), "Withheld: Confident in 2022."));
  TrendChart broken = chart;
  broken.breaks = {{3, "Posted, before by telephone", {}}};
  CHECK(runs(draw(broken)) == 2);
  CHECK(says(draw(broken), "Posted"));
  check_drawing(draw(broken));
  broken.breaks[0].series = 1; // of another series
  CHECK(runs(draw(broken)) == 1);
}

TEST_CASE("Trend: a break is drawn between the periods that it parts", "[charts]") {
  TrendChart chart = plain_trend(4);
  chart.breaks = {{2, "New question", {}}};
  const auto panels = draw(chart);
  double line_x = 0;
  for (const Line& line : shapes_of<Line>(panels)) {
    if (line.stroke == style::ink && line.x1 == line.x2) {
      line_x = line.x1;
    }
  }
  std::vector<double> x;
  for (const Circle& circle : dots_of(panels)) {
    x.push_back(circle.x);
  }
  REQUIRE(x.size() == 5); // four periods and the name
  CHECK(line_x == Approx((x[1] + x[2]) / 2).margin(0.01));
}

TEST_CASE("Trend: what others published is hollow, and no line joins two series", "[charts]") {
  const auto panels = draw(test::sample_trend());
  const auto squares = shapes_of<Rect>(panels);
  CHECK(std::count_if(squares.begin(), squares.end(),
                      [](const Rect& rect) { return rect.stroke == style::rust && rect.fill == style::paper; }) == 3 + 1);
  CHECK(says(panels, "elsewhere)"));
  CHECK(runs(panels) == 2 + 1 + 1); // own: before and after the break; reassured: 2025 to 2026; published: one
}

TEST_CASE("Trend: the target stands at its value and is in the picture", "[charts]") {
  TrendChart chart = plain_trend(3);
  chart.target = TrendChart::Target{41, "Target 41%"};
  const auto target_y = [](const std::vector<Scene>& panels) {
    for (const Line& line : shapes_of<Line>(panels)) {
      if (line.stroke == style::pink && line.x2 - line.x1 > 100) {
        return line.y1;
      }
    }
    return -1.0;
  };
  auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "Target 41%"));
  CHECK(target_y(panels) == Approx(dots_of(panels)[1].y).margin(0.01)); // the second point is 41
  chart.target = TrendChart::Target{75, "Target 75%"};
  panels = draw(chart);
  check_drawing(panels);
  CHECK(target_y(panels) > 0);
  CHECK(target_y(panels) < dots_of(panels)[2].y);
}

TEST_CASE("Trend: equal series, extremes, many periods, long names, a first page", "[charts]") {
  TrendChart chart = plain_trend(4);
  for (auto& point : chart.series[0].points) {
    point.interval = {40, 40, 40, ""};
  }
  chart.series.resize(4, chart.series[0]);
  chart.series[3].published = true;
  chart.series[1].label = long_label;
  chart.target = TrendChart::Target{40, "The target that the board set for the end of the plan, 40%"};
  check_drawing(draw(chart));
  chart.low = true;
  check_drawing(draw(chart));

  TrendChart ends = plain_trend(3);
  ends.series[0].points[0].interval = {0, 0, 3.2, ""};
  ends.series[0].points[2].interval = {100, 96.8, 100, ""};
  const auto panels = draw(ends);
  check_drawing(panels);
  CHECK_FALSE(says(panels, "The axis shows"));
  CHECK(says(draw(plain_trend(3)), "The axis shows"));

  TrendChart quarters = plain_trend(60);
  for (std::size_t i = 0; i < 60; ++i) {
    quarters.periods[i] = std::to_string(2010 + i / 4) + " Q" + std::to_string(i % 4 + 1);
    quarters.series[0].points[i].interval = {50, 46, 54, ""};
    quarters.series[0].points[i].n = 400 + static_cast<double>(i);
  }
  quarters.breaks = {{20, "Panel changed", {}}, {21, "Question changed as well", {}}};
  quarters.events = {{-3, "Before it all"}, {80, "After it all"}};
  check_drawing(draw(quarters));
  CHECK(says(draw(quarters), "400 to 459 a period"));
}

TEST_CASE("Trend: everything withheld is the word, without a number", "[charts]") {
  TrendChart chart = plain_trend(2);
  for (auto& point : chart.series[0].points) {
    point.withheld = true;
  }
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "withheld"));
  CHECK_FALSE(says(panels, "500"));
  CHECK(dots_of(panels).size() == 1); // beside the name
}

TEST_CASE("League: dots stand in order on one scale, the reference where it belongs", "[charts]") {
  LeagueChart chart = test::sample_league(3);
  chart.rows[0].interval = {60, 50, 70, ""};
  chart.rows[1].interval = {39, 29, 49, ""};
  chart.rows[2].interval = {20, 10, 30, ""};
  const auto panels = draw(chart);
  check_drawing(panels);
  const auto dots = dots_of(panels);
  REQUIRE(dots.size() >= 3);
  const std::vector<Circle> plotted(dots.end() - 3, dots.end());
  CHECK(plotted[0].x > plotted[1].x);
  CHECK(plotted[1].x > plotted[2].x);
  CHECK(plotted[0].y < plotted[1].y);
  CHECK((plotted[0].x - plotted[1].x) / (plotted[1].x - plotted[2].x) == Approx(21.0 / 19.0).margin(0.01));
  double reference = 0;
  for (const Line& line : shapes_of<Line>(panels)) {
    if (line.stroke == style::ink && line.dashes == "6 4") {
      reference = line.x1;
    }
  }
  CHECK(reference == Approx(plotted[1].x).margin(0.01));
  CHECK(says(panels, "Force 39%"));
}

TEST_CASE("League: a target is a line of its own, with its words, and stretches the axis", "[charts]") {
  LeagueChart chart = test::sample_league(3);
  const auto pink_lines = [](const std::vector<Scene>& panels) {
    std::vector<Line> lines;
    for (const Scene& panel : panels) {
      for (const Shape& shape : panel.shapes) {
        if (const auto* line = std::get_if<Line>(&shape); line != nullptr && line->stroke == style::pink) {
          lines.push_back(*line);
        }
      }
    }
    return lines;
  };
  CHECK(pink_lines(draw(chart)).empty());
  chart.target = LeagueChart::Reference{97, "Target 97%"};
  const std::vector<Scene> panels = draw(chart);
  check_drawing(panels);
  const std::vector<Line> lines = pink_lines(panels);
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().x1 == lines.front().x2);
  bool words = false;
  for (const Shape& shape : panels.front().shapes) {
    const auto* text = std::get_if<Text>(&shape);
    words = words || (text != nullptr && text->text == "Target 97%");
    if (const auto* line = std::get_if<Line>(&shape); line != nullptr && line->stroke == style::ink && line->dashes == "6 4") {
      CHECK(lines.front().x1 > line->x1); // the target lies beyond the reference
    }
  }
  CHECK(words);
}

TEST_CASE("League: filled is told apart, hollow is not, the untested has a shape of its own", "[charts]") {
  const auto panels = draw(test::sample_peers());
  check_drawing(panels);
  std::size_t filled = 0;
  std::size_t hollow = 0;
  for (const Circle& circle : shapes_of<Circle>(panels)) {
    (circle.fill == style::paper ? hollow : filled) += 1;
  }
  std::size_t told = 0;
  std::size_t not_told = 0;
  std::size_t untested = 0;
  for (const auto& row : test::sample_peers().rows) {
    told += row.verdict == LeagueChart::Verdict::higher || row.verdict == LeagueChart::Verdict::lower ? 1U : 0U;
    not_told += row.verdict == LeagueChart::Verdict::not_told_apart ? 1U : 0U;
    untested += row.verdict == LeagueChart::Verdict::not_tested ? 1U : 0U;
  }
  CHECK(filled == told + 1); // and the key
  CHECK(hollow == not_told + 1);
  const auto paths = shapes_of<Path>(panels);
  CHECK(static_cast<std::size_t>(std::count_if(paths.begin(), paths.end(), [](const Path& path) { return path.closed; })) == untested + 1);
  CHECK(says(panels, "not tested"));
  CHECK(says(panels, "Rank"));
  CHECK(says(panels, "1 to 3"));
}

TEST_CASE("League: the unit that is meant is bold, on a tint, nobody else is", "[charts]") {
  LeagueChart chart = test::sample_peers();
  const auto panels = draw(chart);
  const auto rects = shapes_of<Rect>(panels);
  CHECK(std::count_if(rects.begin(), rects.end(), [](const Rect& rect) { return rect.fill == style::tint; }) == 1);
  for (const Text& text : shapes_of<Text>(panels)) {
    if (text.text == "Northshire" || text.text == "Force C") {
      CHECK((text.weight == Weight::bold) == (text.text == "Northshire"));
    }
  }
}

TEST_CASE("League: 145 rows fill several panels, each row once, eight fit one", "[charts]") {
  CHECK(draw(test::sample_peers()).size() == 1);
  const LeagueChart chart = test::sample_league(145);
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(panels.size() == 5);
  for (const Scene& panel : panels) {
    CHECK(panel.height <= style::panel_height + 1);
    CHECK(says({panel}, "Force 39%")); // each panel can be read alone
    CHECK(says({panel}, "0%"));
  }
  const auto dots = dots_of(panels);
  std::size_t in_key = 0;
  for (const Circle& dot : dots) {
    in_key += dot.y < 30 ? 1U : 0U;
  }
  CHECK(dots.size() - in_key == 144); // one is withheld
  std::size_t names = 0;
  for (const auto& row : chart.rows) {
    const std::string first = wrap(row.label, 240, style::text_size, row.named ? Weight::bold : Weight::regular).front();
    names += says(panels, first) ? 1U : 0U;
  }
  CHECK(names == 145);
}

TEST_CASE("League: withheld is the word, without dot, number, base or rank", "[charts]") {
  LeagueChart chart = test::sample_league(5);
  chart.rows[2] = {"Quiet", {63.5, 60.5, 66.5, ""}, 7777, LeagueChart::Verdict::higher, "2 to 4", false, true};
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "withheld"));
  for (const char* secret : {"64%", "63.5", "7,777", "2 to 4"}) {
    CHECK_FALSE(says(panels, secret));
  }
}

TEST_CASE("League: one row, none drawn, equal rows, extremes, long names, no reference", "[charts]") {
  check_drawing(draw(test::sample_league(1)));
  LeagueChart chart;
  chart.rows = {{"Withheld only", {50, 40, 60, ""}, 10, LeagueChart::Verdict::higher, "", true, true}};
  check_drawing(draw(chart));
  CHECK_FALSE(says(draw(chart), "told apart"));
  chart.rows = {
      {long_label, {0, 0, 3.1, ""}, 40, LeagueChart::Verdict::lower, "8", true, false},
      {long_label, {100, 96.9, 100, ""}, 40, LeagueChart::Verdict::higher, "1", false, false},
      {"No figure", {not_a_number, not_a_number, not_a_number, ""}, not_a_number, LeagueChart::Verdict::not_tested, "", false, false}};
  chart.reference = LeagueChart::Reference{0, "The mean of everybody who was asked anywhere in the country in this year and the last, 0%"};
  check_drawing(draw(chart));
  chart.reference->value = 100;
  check_drawing(draw(chart));
  CHECK(says(draw(chart), "not available"));
  chart.rows.assign(40, {"The same", {50, 50, 50, ""}, 40, LeagueChart::Verdict::not_told_apart, "1 to 40", false, false});
  chart.reference = LeagueChart::Reference{50, "50%"};
  check_drawing(draw(chart));
}

TEST_CASE("League: an interval that goes on beyond the axis has an arrow, not an end", "[charts]") {
  LeagueChart chart = test::sample_league(2);
  chart.kind = report::NumberKind::score;
  chart.rows[0].interval = {50, 45, infinity, ""};
  const auto panels = draw(chart);
  check_drawing(panels);
  const auto paths = shapes_of<Path>(panels);
  CHECK(std::count_if(paths.begin(), paths.end(), [](const Path& path) { return !path.closed && path.points.size() == 3; }) == 1);
}

TEST_CASE("Drivers: bars begin at zero, are as long as their values, and fall to the left below it", "[charts]") {
  DriverChart chart;
  chart.outcomes = {"Confident"};
  chart.groups = {{"Engagement", {{"One", {{{10, 8, 12, ""}, false}}, false, ""}, {"Two", {{{-5, -8, -2, ""}, false}}, false, ""}}}};
  const auto panels = draw(chart);
  check_drawing(panels);
  std::vector<Rect> bars;
  for (const Rect& rect : shapes_of<Rect>(panels)) {
    if (rect.fill == style::bar_first.colour) {
      bars.push_back(rect);
    }
  }
  REQUIRE(bars.size() == 2);
  CHECK(bars[0].width / bars[1].width == Approx(2).margin(0.01));
  CHECK(bars[0].x == Approx(bars[1].x + bars[1].width).margin(0.01));
  CHECK(says(panels, "+10.0 (8.0 to 12.0)"));
}

TEST_CASE("Drivers: two outcomes have one scale, opposite ways are flagged in words, unless a bar is withheld", "[charts]") {
  DriverChart chart = test::sample_drivers(true);
  auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "more of both"));
  CHECK(says(panels, "withheld"));
  std::vector<double> zeros;
  for (const Line& line : shapes_of<Line>(panels)) {
    if (line.stroke == style::ink && line.x1 == line.x2 && line.thickness == 1.5 &&
        std::find(zeros.begin(), zeros.end(), line.x1) == zeros.end()) {
      zeros.push_back(line.x1);
    }
  }
  CHECK(zeros.size() == 2);
  chart.groups[0].rows[1].text = "";
  CHECK(says(draw(chart), "opposite ways"));
  chart.groups[0].rows[1].bars[1].withheld = true;
  CHECK_FALSE(says(draw(chart), "opposite ways"));
}

TEST_CASE("Drivers: one bar, all equal, missing bars, long names, many panels", "[charts]") {
  DriverChart chart;
  chart.outcomes = {long_label};
  chart.groups = {{"", {{long_label, {{{0, 0, 0, ""}, false}}, true, long_label}}}};
  check_drawing(draw(chart));
  chart.outcomes.emplace_back("Worried");
  chart.axis = long_label + long_label;
  chart.kind = report::NumberKind::percent_1;
  chart.groups = {{long_label, {}}};
  for (int i = 0; i < 60; ++i) {
    chart.groups[0].rows.push_back({"Driver " + std::to_string(i + 1), {{{100, 0, 100, ""}, false}}, false, ""});
  }
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(panels.size() > 2);
  for (const Scene& panel : panels) {
    CHECK(panel.height <= style::panel_height + 1);
  }
  CHECK(says({panels.back()}, "(continued)"));
  CHECK(says(panels, "not available")); // the second outcome has no bar
  CHECK(says(panels, "Driver 60"));
}

TEST_CASE("Quadrants: every point lies on its side of the cuts, withheld ones nowhere", "[charts]") {
  const QuadrantChart chart = test::sample_quadrants();
  const auto panels = draw(chart);
  check_drawing(panels);
  double cut_x = 0;
  double cut_y = 0;
  for (const Line& line : shapes_of<Line>(panels)) {
    if (line.stroke == style::ink && line.dashes == "6 4") {
      (line.x1 == line.x2 ? cut_x : cut_y) = line.x1 == line.x2 ? line.x1 : line.y1;
    }
  }
  std::array<std::size_t, 4> counts{};
  for (const Circle& circle : shapes_of<Circle>(panels)) {
    counts[(circle.x >= cut_x ? 1U : 0U) + (circle.y <= cut_y ? 2U : 0U)] += 1;
  }
  CHECK(counts[0] == chart.low_low.count);
  CHECK(counts[1] == chart.high_low.count);
  CHECK(counts[2] == chart.low_high.count);
  CHECK(counts[3] == chart.high_high.count);
  CHECK(counts[0] + counts[1] + counts[2] + counts[3] == 144);
  CHECK(says(panels, "Much crime, much worry: " + std::to_string(chart.high_high.count)));
  CHECK(says(panels, "Withheld and not drawn: 1 area."));
  CHECK(says(panels, "median 61"));
}

TEST_CASE("Quadrants: names of emphasised areas stand clear of their dots and of one another", "[charts]") {
  QuadrantChart chart = test::sample_quadrants();
  for (std::size_t i = 0; i < chart.points.size(); ++i) {
    chart.points[i].emphasised = i % 9 == 0;
  }
  const auto panels = draw(chart);
  check_drawing(panels);
  for (const Text& text : shapes_of<Text>(panels)) {
    if (text.weight != Weight::bold || text.fill != style::ink) {
      continue; // not the name of an area
    }
    for (const Circle& circle : shapes_of<Circle>(panels)) {
      if (circle.fill == style::blue) {
        INFO(text.text);
        CHECK_FALSE(overlap(bounds(text), bounds(Shape(circle))));
      }
    }
  }
}

TEST_CASE("Quadrants: one point, all equal, all withheld, on the cut, too many names, extremes", "[charts]") {
  QuadrantChart chart;
  chart.low_low = {long_label, 1};
  chart.high_high = {long_label, 0};
  chart.low_high = {"a", 0};
  chart.high_low = {"b", 0};
  chart.x_axis = chart.y_axis = long_label;
  chart.points = {{"Only", {0, not_a_number, not_a_number, ""}, {0, not_a_number, not_a_number, ""}, true}};
  check_drawing(draw(chart));
  chart.x_cut = 5;
  chart.y_cut = 100;
  chart.points = {{"Low", {5, 0, 1000, ""}, {0, 0, 4, ""}, true}, {"High", {5, -3, 6, ""}, {100, 96, 100, ""}, true}};
  check_drawing(draw(chart));
  chart.points.assign(30, {long_label, {5, not_a_number, not_a_number, ""}, {50, not_a_number, not_a_number, ""}, true});
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "want of room"));
  chart.points = {{"Gap", {not_a_number, not_a_number, not_a_number, ""}, {50, 40, 60, ""}, true}};
  chart.withheld = 12;
  check_drawing(draw(chart));
  CHECK(says(draw(chart), "12 areas."));
  CHECK_FALSE(says(draw(chart), "Gap"));
  CHECK(shapes_of<Circle>(draw(chart)).empty());
}
