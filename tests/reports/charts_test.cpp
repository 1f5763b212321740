#include "tests/support/catch.hpp"
#include "tests/support/drawing.hpp"
#include "tests/support/sample_document.hpp"

#include "reports/charts/axis.hpp"
#include "reports/charts/chart.hpp"

#include <algorithm>
#include <cmath>

using namespace canvass;
using namespace canvass::render;
using report::not_a_number;
using test::check_drawing;
using test::count_rects;
using test::says;
using test::texts_of;

namespace {

const std::string long_label =
    "I can tell victims and witnesses what will happen next in their case, and why, in words that they understand without having to ask "
    "again or Donaudampfschifffahrtsgesellschaftskapitaenswitwenrente";

} // namespace

TEST_CASE("A chart without figures says so", "[charts]") {
  report::MeansChart means;
  means.waves = {"T1"};
  means.series = {{"Trained", false, {{0, {not_a_number, not_a_number, not_a_number, ""}, 0}}}};
  for (const report::Chart& chart :
       {report::Chart(report::MeansChart{}), report::Chart(means), report::Chart(report::StackedBarsChart{}),
        report::Chart(report::ForestChart{}), report::Chart(report::TransitionChart{}), report::Chart(report::FlowChart{})}) {
    const auto panels = draw(chart);
    check_drawing(panels);
    CHECK(says(panels, "no figures"));
  }
}

TEST_CASE("The charts of the sample keep their words in and apart", "[charts]") {
  check_drawing(draw(test::sample_means()));
  check_drawing(draw(test::sample_stacked_bars()));
  check_drawing(draw(test::sample_forest()));
  check_drawing(draw(test::sample_transition()));
  check_drawing(draw(test::sample_flow()));
}

TEST_CASE("Means: one wave, one point, no interval", "[charts]") {
  report::MeansChart chart;
  chart.waves = {"T1"};
  chart.series = {{"Trained", false, {{0, {3, not_a_number, not_a_number, ""}, 12}}}};
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "3.00"));
  CHECK(says(panels, "12"));
  CHECK_FALSE(says(panels, "("));
}

TEST_CASE("Means: equal series are dodged and their names stand apart", "[charts]") {
  report::MeansChart chart;
  chart.waves = {"T1", "T2"};
  for (const char* name : {"Trained in the first course", "Trained in the second course", "Trained in the third course", "Told only"}) {
    chart.series.push_back({name, false, {{0, {3, 2.8, 3.2, ""}, 20}, {1, {3, 2.8, 3.2, ""}, 20}}});
  }
  chart.series.push_back({"Not trained", true, {{0, {3, 2.8, 3.2, ""}, 20}, {1, {3, 2.8, 3.2, ""}, 20}}});
  check_drawing(draw(chart));
}

TEST_CASE("Means: a wave that is missing breaks the line", "[charts]") {
  const auto lines = [](const std::vector<Scene>& panels) {
    std::size_t count = 0;
    for (const Shape& shape : panels.front().shapes) {
      const auto* path = std::get_if<Path>(&shape);
      count += path != nullptr && path->thickness == 3 ? 1U : 0U;
    }
    return count;
  };
  report::MeansChart chart;
  chart.waves = {"T1", "T2", "T3", "T4", "T5"};
  report::MeansChart::Series series{"Trained", false, {}};
  for (std::size_t wave = 0; wave < 5; ++wave) {
    series.points.push_back({wave, {3 + 0.1 * static_cast<double>(wave), 2.5, 3.6, ""}, 20});
  }
  chart.series = {series};
  CHECK(lines(draw(chart)) == 1);
  chart.series[0].points[2].interval.value = not_a_number;
  CHECK(lines(draw(chart)) == 2);
  check_drawing(draw(chart));
  chart.series[0].points.erase(chart.series[0].points.begin() + 2);
  CHECK(lines(draw(chart)) == 2);
}

TEST_CASE("Means: the axis says where it starts, and is quiet where it shows the whole scale", "[charts]") {
  report::MeansChart chart = test::sample_means();
  CHECK(says(draw(chart), "the scale runs from 1 to 5"));
  chart.series[0].points[0].interval = {3, 1, 5, ""};
  CHECK_FALSE(says(draw(chart), "the scale runs"));
  check_drawing(draw(chart));
}

TEST_CASE("Means: true spacing keeps the order and leaves room for names", "[charts]") {
  report::MeansChart chart = test::sample_means();
  chart.waves = {"Before training", "After training", "Follow-up after the pilot", "A year on"};
  chart.days = {0, 0, 125, 365};
  chart.series[0].points.push_back({3, {3.7, 3.4, 4.0, ""}, 30});
  chart.marks = {{0.1, "Course book replaced"}, {1.5, "Attendance policy withdrawn on 1 June"}, {1.6, "New chief"}, {3, "Election"}};
  check_drawing(draw(chart));
  chart.waves.assign(8, "Quarter 4 of 2026");
  chart.days.clear();
  check_drawing(draw(chart));
}

TEST_CASE("Bars: a withheld bar is the word, a bar of nobody says so, and neither shows a figure", "[charts]") {
  report::StackedBarsChart chart = test::sample_stacked_bars();
  chart.groups.resize(1);
  chart.groups[0].bars = {{"Trained", {10, 20, 30, 30, 10}, 7, 40, true}, {"Not trained", {0, 0, 0, 0, 0}, 0, not_a_number, false}};
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "withheld"));
  CHECK(says(panels, "no answers"));
  CHECK_FALSE(says(panels, "40%, "));
  CHECK_FALSE(says(panels, "30%"));
  CHECK_FALSE(says(panels, "7"));
}

TEST_CASE("Bars: an unused level keeps its colour and its place in the key", "[charts]") {
  report::StackedBarsChart chart = test::sample_stacked_bars();
  chart.groups = {{"An item", {{"Trained", {0, 40, 0, 60, 0}, 20, 60, false}}}};
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(count_rects(panels, style::orange) == 1); // the key alone
  CHECK(count_rects(panels, "#fbc9ae") == 2);     // the key and the bar
  CHECK(count_rects(panels, "#6bace6") == 2);
  CHECK(count_rects(panels, style::blue) == 1);
  for (const std::string& category : chart.categories) {
    CHECK(says(panels, category));
  }
}

TEST_CASE("Bars: one level, two, four, seven, eleven", "[charts]") {
  for (const std::size_t levels : {1U, 2U, 4U, 7U, 11U}) {
    report::StackedBarsChart chart;
    std::vector<double> shares;
    for (std::size_t level = 0; level < levels; ++level) {
      chart.categories.push_back("Level " + std::to_string(level + 1));
      shares.push_back(100.0 / static_cast<double>(levels));
    }
    chart.agree_from = (levels + 1) / 2;
    chart.groups = {{"An item", {{"Trained", shares, 20, 50, false}}}};
    INFO(levels);
    check_drawing(draw(chart));
    chart.agree_from = 0;
    check_drawing(draw(chart));
    chart.agree_from = levels;
    check_drawing(draw(chart));
  }
}

TEST_CASE("Bars: the middle level straddles zero, half a side", "[charts]") {
  report::StackedBarsChart chart = test::sample_stacked_bars();
  chart.groups = {{"An item", {{"Trained", {0, 0, 100, 0, 0}, 20, 0, false}}}};
  const auto panels = draw(chart);
  double left = 0;
  double right = 0;
  double zero = 0;
  for (const Shape& shape : panels.front().shapes) {
    const auto* rect = std::get_if<Rect>(&shape);
    if (rect != nullptr && rect->fill == style::neutral && rect->width > 20) {
      left = rect->x;
      right = rect->x + rect->width;
    }
    const auto* line = std::get_if<Line>(&shape);
    if (line != nullptr && line->stroke == style::ink) {
      zero = line->x1;
    }
  }
  CHECK(right - zero == Approx(zero - left).margin(0.01));
}

TEST_CASE("Bars: long names, many items, many panels", "[charts]") {
  report::StackedBarsChart chart = test::sample_stacked_bars();
  chart.agree_label = "Agree or strongly agree";
  chart.disagree_label = "Disagree or strongly disagree";
  const auto group = chart.groups[1];
  chart.groups.clear();
  for (int i = 0; i < 20; ++i) {
    chart.groups.push_back(group);
    chart.groups.back().label = std::to_string(i + 1) + ". " + long_label;
    chart.groups.back().bars[0].label = "Trained officers of the first and second course, before";
  }
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(panels.size() > 3);
  for (const Scene& panel : panels) {
    CHECK(panel.height <= style::panel_height + 1);
  }
  CHECK(says(panels, "20. I can tell"));
}

TEST_CASE("Bars: shares and labels fit their parts", "[charts]") {
  for (const Scene& panel : draw(test::sample_stacked_bars())) {
    for (const Text& text : texts_of(panel)) {
      if (text.anchor != Anchor::middle || text.fill == style::quiet) {
        continue; // not a label of a part
      }
      const Box words = bounds(text);
      const bool inside = std::any_of(panel.shapes.begin(), panel.shapes.end(), [&](const Shape& shape) {
        const auto* rect = std::get_if<Rect>(&shape);
        return rect != nullptr && rect->x <= words.left && rect->x + rect->width >= words.right && rect->y <= words.top &&
               rect->y + rect->height >= words.bottom;
      });
      INFO(text.text);
      CHECK(inside);
    }
  }
}

TEST_CASE("Forest: filled survives, hollow does not, a withheld row is the word", "[charts]") {
  const auto panels = draw(test::sample_forest());
  std::size_t filled = 0;
  std::size_t hollow = 0;
  for (const Shape& shape : panels.front().shapes) {
    if (const auto* circle = std::get_if<Circle>(&shape)) {
      (circle->fill == style::paper ? hollow : filled) += 1;
    }
  }
  CHECK(filled == 1 + 1); // a row and the key
  CHECK(hollow == 10 + 1);
  CHECK(says(panels, "withheld"));
  CHECK(says(panels, "holds after adjustment"));
  CHECK(says(panels, "+0.62 (0.26 to 0.98)"));
}

TEST_CASE("Forest: one row, equal rows, unbounded intervals, long names", "[charts]") {
  report::ForestChart chart;
  chart.rows = {{"One", {0, 0, 0, ""}, false, false, ""}};
  check_drawing(draw(chart));
  const double infinity = std::numeric_limits<double>::infinity();
  chart.rows = {{"Unbounded", {1, -infinity, infinity, ""}, true, false, "p .042"},
                {long_label, {0.2, 0.1, 0.3, ""}, false, false, "survives the adjustment by no more than a hair"},
                {"No interval", {0.1, not_a_number, not_a_number, ""}, false, false, ""},
                {"No figure", {not_a_number, not_a_number, not_a_number, ""}, false, false, ""}};
  chart.bound = 0.25;
  chart.left = "Lower than officers who were not trained";
  chart.right = "Higher than officers who were not trained";
  chart.axis = "Difference in change, scale points, from the first to the third wave";
  check_drawing(draw(chart));
  chart.rows.resize(1);
  chart.rows.resize(60, chart.rows[0]);
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(panels.size() > 1);
}

TEST_CASE("Forest: a null that is not zero stays in the picture", "[charts]") {
  report::ForestChart chart;
  chart.null_value = 1;
  chart.rows = {{"Odds ratio", {2.4, 1.6, 3.5, ""}, true, false, ""}};
  check_drawing(draw(chart));
}

TEST_CASE("Transitions: withheld, nobody, all in one part", "[charts]") {
  report::TransitionChart chart{
      {{long_label, {{"Trained", 0, 100, 0, 12, false}, {"Not trained", 0, 0, 0, 0, false}, {"Third group", 20, 60, 20, 9, true}}}}};
  const auto panels = draw(chart);
  check_drawing(panels);
  CHECK(says(panels, "100%"));
  CHECK(says(panels, "no pairs of answers"));
  CHECK(says(panels, "withheld"));
  CHECK_FALSE(says(panels, "9"));
}

TEST_CASE("Flow: one arm, four arms, boxes that are missing, long words", "[charts]") {
  report::FlowChart chart;
  chart.stages = {{"", {"40"}}, {"", {"35"}}};
  check_drawing(draw(chart));
  chart.arms = {"First course", "Second course", "Told only", "Not trained"};
  chart.stages = {{"Could have answered", {"160 officers"}},
                  {"Answered T1", {"40", "", "40", "40"}},
                  {"Answered T2", {long_label, "39", "", "38"}},
                  {"Analysed", {"148"}}};
  check_drawing(draw(chart));
}

TEST_CASE("Ticks are round and cover the data", "[charts]") {
  const charts::Axis axis = charts::round_axis(2.61, 4.18, 6);
  CHECK(axis.low == Approx(2.5).margin(1e-12));
  CHECK(axis.high == Approx(4.5).margin(1e-12));
  CHECK(axis.step == Approx(0.5).margin(1e-12));
  CHECK(axis.decimals == 1);
  CHECK(charts::round_axis(3, 3, 6).high > 3);
  for (const double scale : {1e-4, 0.03, 1.0, 17.0, 4e5}) {
    for (const double low : {-1.3, 0.0, 0.7}) {
      const charts::Axis one = charts::round_axis(low * scale, (low + 1.1) * scale, 6);
      CHECK(one.low <= low * scale + 1e-9 * scale);
      CHECK(one.high >= (low + 1.1) * scale - 1e-9 * scale);
      CHECK(one.ticks().size() >= 2);
      CHECK(one.ticks().size() <= 6);
    }
  }
}

TEST_CASE("Runs hold every thing once and keep to their room", "[charts]") {
  CHECK(charts::split_evenly({}, 100).empty());
  CHECK(charts::split_evenly({300}, 100).size() == 1);
  for (std::size_t count = 1; count < 40; ++count) {
    const std::vector<double> heights(count, 30);
    std::size_t next = 0;
    for (const auto& [first, last] : charts::split_evenly(heights, 200)) {
      CHECK(first == next);
      CHECK(last > first);
      CHECK(static_cast<double>(last - first) * 30 <= 200);
      next = last;
    }
    CHECK(next == count);
  }
}

TEST_CASE("Spread things do not overlap and stay inside while they fit", "[charts]") {
  const std::vector<double> starts = charts::spread({50, 50, 50, 0}, {20, 20, 20, 20}, 0, 100);
  std::vector<double> sorted = starts;
  std::sort(sorted.begin(), sorted.end());
  CHECK(sorted.front() >= 0);
  CHECK(sorted.back() + 20 <= 100);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    CHECK(sorted[i] - sorted[i - 1] >= 20 - 1e-9);
  }
}

TEST_CASE("Figures are found by the names that are offered", "[charts]") {
  CHECK(figure_names({}).empty());
  const report::Document document = test::sample_document();
  CHECK(find_figure(document, "no-such") == nullptr);
  REQUIRE(figure_names(document).size() == 5);
  CHECK(figure_names(document).front() == "means-self_legitimacy");
  for (const std::string& name : figure_names(document)) {
    REQUIRE(find_figure(document, name) != nullptr);
    CHECK(find_figure(document, name) == find_figure(document, "fig-" + name));
  }
}

TEST_CASE("A chart of its own has its words, and SIMULATED where it is", "[charts]") {
  report::Figure figure{"fig-x", "A headline <b>", "A subtitle", "An alternative & more", test::sample_means(), "A1", {}};
  const std::string svg = render_chart_svg(figure, true);
  CHECK(svg.compare(0, 5, "<?xml") == 0);
  CHECK(svg.find("A headline &lt;b&gt;") != std::string::npos);
  CHECK(svg.find("An alternative &amp; more</desc>") != std::string::npos);
  CHECK(svg.find("SIMULATED") != std::string::npos);
  CHECK(render_chart_svg(figure, false).find("SIMULATED") == std::string::npos);
}
