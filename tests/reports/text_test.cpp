#include "tests/support/catch.hpp"
#include "tests/support/sample_document.hpp"
#include "tests/support/sample_survey.hpp"

#include "engine/core/text.hpp"
#include "reports/renderer.hpp"
#include "reports/text_chart.hpp"
#include "reports/text_table.hpp"

#include <string>

using namespace canvass;
using namespace canvass::render;

namespace {

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (const std::string_view line : split(text, '\n')) {
    widest = std::max(widest, display_width(line));
  }
  return widest;
}

} // namespace

TEST_CASE("A table without columns or rows", "[text]") {
  CHECK(text_table({}, {}, 80).empty());
  CHECK(text_table({{"a"}}, {}, 80) == "a\n\u2500\n");
}

TEST_CASE("Figures stand under one another", "[text]") {
  const std::string table = text_table({{"Item"}, {"n", true}, {"Change", true}}, {{"One", "9", "-0.31"}, {"Two", "1,234", "+0.05"}}, 80);
  CHECK(table == "Item      n  Change\n"
                 "\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\n"
                 "One       9   -0.31\n"
                 "Two   1,234   +0.05\n");
}

TEST_CASE("Columns of words give way, then the table becomes a list", "[text]") {
  const std::vector<TextColumn> columns{{"Item"}, {"n", true}, {"Interval", true}};
  const std::vector<std::vector<std::string>> rows{{"I can tell victims what will happen next, and why", "1,234", "-0.20 to 0.30"}};
  CHECK(widest_line(text_table(columns, rows, 50)) <= 50);
  CHECK(text_table(columns, rows, 20).find("Interval: -0.20 to") != std::string::npos);
  CHECK(widest_line(text_table(columns, rows, 20)) <= 20);
}

TEST_CASE("A row of one cell is a heading and widens no column", "[text]") {
  const std::string table = text_table({{""}, {"n", true}}, {{"A heading that is longer than the columns"}, {"  One", "9"}}, 60);
  CHECK(table.find("A heading that is longer than the columns\n") != std::string::npos);
  CHECK(table.find("  One  9\n") != std::string::npos);
}

TEST_CASE("A drawing is never broken, and what begins with spaces keeps them on each line", "[text]") {
  CHECK(wrap_columns("  one two", 7) == std::vector<std::string>{"  one", "  two"});
  CHECK(wrap_columns("    ", 3).size() == 1);
  const std::vector<TextColumn> columns{{""}, {"", false, true}, {"n", true}};
  const std::vector<std::vector<std::string>> rows{{"  a name of several words", "     --o--     ", "9"}};
  CHECK(table_fits(columns, rows, 36));
  CHECK(text_table(columns, rows, 36).find("     --o--  ") != std::string::npos);
  CHECK_FALSE(table_fits(columns, rows, 30));
  CHECK_FALSE(table_fits({{"word"}}, {{"a-word-of-fifteen"}}, 8));
}

TEST_CASE("Wide characters take two columns", "[text]") {
  CHECK(pad("\u4e2d\u6587", 6) == "\u4e2d\u6587  ");
  CHECK(pad("\u4e2d\u6587", 6, true) == "  \u4e2d\u6587");
  for (const std::string& line : wrap_columns("\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587\u4e2d", 5)) {
    CHECK(display_width(line) <= 5);
  }
}

TEST_CASE("The report keeps to every width", "[text]") {
  for (const std::size_t width : {40U, 60U, 72U, 80U, 100U, 160U}) {
    const std::string text = render_text(test::sample_document(), {"report", width}).front().bytes;
    INFO(width);
    CHECK(widest_line(text) <= width);
  }
}

TEST_CASE("Control characters of foreign text never reach the terminal", "[text]") {
  report::Document document = test::sample_document();
  document.title = "Evil \x1b[31mred\x07";
  document.sections[1].title = "A\x1b]0;title\x07";
  const report::Sentence evil{"words\x1b[31m", report::Strong{"\x1b[1m"}, report::Link{"\x1b", "A1"}};
  auto& blocks = document.sections[1].blocks;
  blocks.emplace_back(report::Paragraph{evil});
  blocks.emplace_back(report::Bullets{{evil}});
  blocks.emplace_back(report::Notice{report::Notice::Kind::information, evil});
  blocks.emplace_back(report::Facts{{{"\x1b", evil}}});
  blocks.emplace_back(report::VerdictBox{"\x1b", evil, {{"\x1b", evil, "\x1b"}}});
  document.sections[1].blocks.emplace_back(
      report::Table{"B\x1b[2J", "c\x1b", {{"h\x1b"}, {"i"}}, {{std::string("x\x1b[1m"), report::Withheld{"[c]\x1b", "r\x1b"}}}, {}});
  report::FlowChart flow{{"a\x1b"}, {{"s\x1b", {"b\x1b"}}}};
  document.sections[1].blocks.emplace_back(report::Figure{"f", "h\x1b", "s\x1b", "a", flow, "A1", {}});
  const std::string text = render_text(document, {}).front().bytes;
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
}

TEST_CASE("Minus signs on a terminal are ASCII", "[text]") {
  CHECK(render_text(test::sample_document(), {}).front().bytes.find("\u2212") == std::string::npos);
}

TEST_CASE("A simulated report says so on a terminal, in every section", "[text]") {
  report::Document document = test::sample_document();
  std::string text = render_text(document, {}).front().bytes;
  CHECK(text.compare(0, 9, "SIMULATED") == 0);
  std::size_t n = 0;
  for (std::size_t at = text.find("SIMULATED"); at != std::string::npos; at = text.find("SIMULATED", at + 1)) {
    ++n;
  }
  CHECK(n == 1 + 4);
  document.simulated = false;
  CHECK(render_text(document, {}).front().bytes.find("SIMULATED") == std::string::npos);
}

TEST_CASE("Bars of a terminal add up, and withheld ones are the word", "[text]") {
  report::StackedBarsChart chart = test::sample_stacked_bars();
  chart.groups = {{"", {{"All", {25, 25, 0, 25, 25}, 40, 50, false}, {"Few", {25, 25, 0, 25, 25}, 4, 50, true}}}};
  const std::string text = text_chart(chart, 72);
  CHECK(text.find("111111222222444444555555") != std::string::npos);
  CHECK(text.find("withheld") != std::string::npos);
  CHECK(text.find(" 4\n") == std::string::npos);
}

TEST_CASE("Survey charts without figures say so on a terminal", "[text]") {
  for (const report::Chart& chart :
       {report::Chart(report::TrendChart{}), report::Chart(report::LeagueChart{}), report::Chart(report::DriverChart{}),
        report::Chart(report::QuadrantChart{}), report::Chart(report::BeforeAfterChart{}), report::Chart(report::ProfileChart{})}) {
    CHECK(text_chart(chart, 80) == "There are no figures to draw.\n");
  }
}

TEST_CASE("Survey charts keep to every width, with ASCII minus signs of their own", "[text]") {
  for (const std::size_t width : {40U, 60U, 72U, 80U, 100U, 160U}) {
    const std::string text = render_text(test::sample_survey(), {"report", width}).front().bytes;
    INFO(width);
    CHECK(widest_line(text) <= width);
    CHECK(text.find("nan") == std::string::npos);
  }
  const std::string drivers = text_chart(test::sample_drivers(true), 100);
  CHECK(drivers.find("-6.1 (-8.7 to -3.5)") != std::string::npos);
  CHECK(drivers.find("withheld") != std::string::npos);
}

TEST_CASE("A trend on a terminal names breaks, gaps and other people's series", "[text]") {
  const std::string text = text_chart(test::sample_trend(), 100);
  CHECK(text.find("Not to be compared with what stands above (Good or excellent): Posted to homes") != std::string::npos);
  CHECK(text.find("question (published)") != std::string::npos);
  CHECK(text.find("Target 42%") != std::string::npos);
  CHECK(text.find("Marked: New chief") != std::string::npos);
  report::TrendChart gap = test::sample_trend();
  gap.series.resize(1);
  gap.series[0].points.erase(gap.series[0].points.begin() + 1);
  CHECK(text_chart(gap, 100).find("no figure") != std::string::npos);
}

TEST_CASE("A league on a terminal says verdicts and ranks in words and points at the unit that is meant", "[text]") {
  const std::string text = text_chart(test::sample_peers(), 100);
  CHECK(text.find("> Northshire") != std::string::npos);
  CHECK(text.find("not told apart") != std::string::npos);
  CHECK(text.find("not tested") != std::string::npos);
  CHECK(text.find("1 to 3") != std::string::npos);
}

TEST_CASE("Control characters of survey charts never reach the terminal", "[text]") {
  const std::string evil = "x\x1b[31m";
  const report::Interval one{50, 40, 60, ""};
  report::TrendChart trend;
  trend.periods = {evil};
  trend.series = {{evil, true, {{0, one, 5, false}}}};
  trend.breaks = {{0, evil, 0}};
  trend.events = {{0, evil}};
  trend.target = report::TrendChart::Target{1, evil};
  trend.axis = evil;
  report::LeagueChart league;
  league.rows = {{evil, one, 5, report::LeagueChart::Verdict::higher, evil, true, false}};
  league.reference = report::LeagueChart::Reference{1, evil};
  league.axis = evil;
  report::DriverChart drivers{{evil}, {{evil, {{evil, {{one, false}}, true, evil}}}}, evil, report::NumberKind::percent};
  report::QuadrantChart quadrants;
  quadrants.points = {{evil, one, one, true}};
  quadrants.low_low.name = quadrants.high_low.name = quadrants.low_high.name = quadrants.high_high.name = evil;
  quadrants.x_axis = quadrants.y_axis = quadrants.x_cut_label = quadrants.y_cut_label = evil;
  report::BeforeAfterChart towns{evil, evil, {{evil, {one, 5, false}, {one, 5, false}, evil, false, true}}, evil};
  report::ProfileChart profile;
  profile.bars = {{evil, one, 5, false, false}};
  profile.axis = evil;
  for (const report::Chart& chart : {report::Chart(trend), report::Chart(league), report::Chart(drivers), report::Chart(quadrants),
                                     report::Chart(towns), report::Chart(profile)}) {
    for (const std::size_t width : {60U, 100U}) {
      CHECK(text_chart(chart, width).find('\x1b') == std::string::npos);
    }
  }
}
