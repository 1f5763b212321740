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
using report::not_a_number;
using report::ProfileChart;
using test::check_drawing;
using test::long_label;
using test::says;
using test::shapes_of;

TEST_CASE("Before and after: each dot at its value, the join as thick as the finding", "[charts]") {
  BeforeAfterChart chart = test::sample_before_after();
  chart.rows.resize(2);
  const auto panels = draw(chart);
  check_drawing(panels);
  std::vector<Rect> before;
  for (const Rect& rect : shapes_of<Rect>(panels)) {
    if (rect.fill == style::orange) {
      before.push_back(rect);
    }
  }
  const auto after = shapes_of<Circle>(panels);
  REQUIRE(before.size() == 1 + 2); // the key and two rows
  REQUIRE(after.size() == 1 + 2);
  const double before_x = before[1].x + before[1].width / 2;
  const double second_x = before[2].x + before[2].width / 2;
  CHECK((second_x - before_x) / (before_x - after[1].x) == Approx(3.0 / 9.0).margin(0.02));
  CHECK(after[1].y > before[1].y);
  std::vector<double> thickness;
  for (const Path& path : shapes_of<Path>(panels)) {
    if (path.points.size() == 2) {
      thickness.push_back(path.thickness);
      CHECK(path.points.front().second < path.points.back().second);
    }
  }
  REQUIRE(thickness.size() == 2);
  CHECK(thickness[0] < thickness[1]); // Alderby is not clear, Brookwell is
  CHECK(says(panels, "58%, n 118"));
}

TEST_CASE("Before and after: withheld is the word, without dot, join, change or number", "[charts]") {
  BeforeAfterChart chart = test::sample_before_after();
  chart.rows = {chart.rows[3]};
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "withheld"));
  CHECK(says(panels, "53%, n 88"));
  CHECK_FALSE(says(panels, "37"));
  CHECK_FALSE(says(panels, "27"));
  CHECK_FALSE(says(panels, "lower"));
  CHECK(shapes_of<Circle>(panels).size() == 1); // the key
  const auto paths = shapes_of<Path>(panels);
  CHECK(std::none_of(paths.begin(), paths.end(), [](const Path& path) { return path.points.size() == 2; }));
}

TEST_CASE("Before and after: what is compared with stands last, under a rule", "[charts]") {
  BeforeAfterChart chart = test::sample_before_after();
  std::rotate(chart.rows.begin(), chart.rows.end() - 1, chart.rows.end());
  const auto panels = draw(chart);
  check_drawing(panels);
  double towns = 0;
  double comparison = 0;
  for (const Text& text : shapes_of<Text>(panels)) {
    if (text.text == "Dunstow") {
      towns = text.y;
    }
    if (text.text == "Comparison towns") {
      comparison = text.y;
    }
  }
  CHECK(comparison > towns);
  std::size_t rules = 0;
  for (const Line& line : shapes_of<Line>(panels)) {
    if (line.stroke == style::ink && line.y1 == line.y2 && line.x2 - line.x1 > 600) {
      ++rules;
      CHECK(line.y1 > towns);
      CHECK(line.y1 < comparison);
    }
  }
  CHECK(rules == 1);
}

TEST_CASE("Before and after: one row, no intervals, nothing measured, extremes, equal, many, long", "[charts]") {
  BeforeAfterChart chart;
  chart.rows = {{"One", {{0, 0, 4, ""}, 20, false}, {{100, 96, 100, ""}, 20, false}, "", true, false}};
  check_drawing(draw(chart));
  chart.rows = {{long_label,
                 {{40, not_a_number, not_a_number, ""}, not_a_number, false},
                 {{not_a_number, not_a_number, not_a_number, ""}, 0, false},
                 long_label + " (" + long_label + ")",
                 false,
                 true}};
  chart.before_label = chart.after_label = long_label;
  chart.axis = long_label;
  check_drawing(draw(chart));
  CHECK(says(draw(chart), "not available"));
  chart = test::sample_before_after();
  chart.rows.assign(145,
                    {"Town", {{50, 50, 50, ""}, 100, false}, {{50, 50, 50, ""}, 100, false}, "no clear change (-9 to 9)", false, false});
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(panels.size() > 8);
  for (const Scene& panel : panels) {
    CHECK(panel.height <= style::panel_height + 1);
  }
  CHECK(shapes_of<Circle>(panels).size() == 145 + panels.size());
}

TEST_CASE("Profile: bars are as long as their shares, from zero, and say how many they are made of", "[charts]") {
  const auto panels = draw(test::sample_profile());
  check_drawing(panels);
  std::vector<Rect> bars;
  for (const Rect& rect : shapes_of<Rect>(panels)) {
    if (!rect.stroke.empty()) {
      bars.push_back(rect);
    }
  }
  REQUIRE(bars.size() == 3);
  CHECK(bars[0].x == bars[1].x);
  CHECK(bars[0].width / bars[1].width == Approx(39.0 / 97.0).margin(0.001));
  CHECK(bars[2].width / bars[1].width == Approx(2.0 / 97.0).margin(0.001));
  CHECK(bars[0].fill == style::bar_quiet.colour);
  CHECK(says(panels, "97% (94.0 to 98.0)"));
  CHECK(says(panels, "n 11,790"));
}

TEST_CASE("Profile: one bar, nobody and everybody, equal, withheld, no interval, long names", "[charts]") {
  ProfileChart chart;
  chart.bars = {{long_label, {100, 97.1, 100, ""}, 30, false, false}};
  check_drawing(draw(chart));
  chart.bars.push_back({"None", {0, 0, 2.9, ""}, 30, false, false});
  chart.bars.push_back({"No interval", {0, not_a_number, not_a_number, ""}, not_a_number, true, false});
  chart.bars.push_back({"Few", {61.5, 40.5, 80.5, ""}, 7, false, true});
  chart.bars.push_back({"Nobody asked", {not_a_number, not_a_number, not_a_number, ""}, 0, false, false});
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "withheld"));
  CHECK(says(panels, "not available"));
  for (const char* secret : {"62%", "40.5", "n 7"}) {
    CHECK_FALSE(says(panels, secret));
  }
}
