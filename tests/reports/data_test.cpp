#include "tests/support/catch.hpp"
#include "tests/support/sample_document.hpp"
#include "tests/support/sample_survey.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/json.hpp"
#include "engine/core/text.hpp"
#include "reports/csv.hpp"
#include "reports/renderer.hpp"

#include <cmath>

using namespace canvass;
using namespace canvass::render;

TEST_CASE("No rows give a head alone", "[csv]") {
  const std::string csv = estimates_csv({});
  CHECK(csv.compare(0, 12, "id,analysis,") == 0);
  CHECK(split(csv, '\n').size() == 2);
  CHECK(table_csv({"A1", "c", {{"a"}, {"b"}}, {}, {}}) == "a,b\n");
}

TEST_CASE("CSV holds every field of every row with its full digits", "[csv]") {
  report::Estimates rows = test::sample_document().rows;
  rows[0].estimate = 1.0 / 3;
  const std::string csv = estimates_csv(rows);
  CsvReader reader(csv, "rows.csv", {});
  REQUIRE(reader.next());
  const std::size_t columns = reader.cells().size();
  CHECK(columns == report::fields(rows[0]).size());
  std::size_t r = 0;
  while (reader.next()) {
    REQUIRE(reader.cells().size() == columns);
    const auto fields = report::fields(rows[r]);
    for (std::size_t c = 0; c < columns; ++c) {
      INFO(fields[c].name);
      const bool guarded = !fields[c].is_number && !fields[c].text.empty() && fields[c].text.front() == '=';
      CHECK(std::string(reader.cells()[c]) == (guarded ? "'" : "") + fields[c].text);
    }
    ++r;
  }
  CHECK(r == rows.size());
  CHECK(parse_double(report::fields(rows[0])[10].text) == 1.0 / 3);
}

TEST_CASE("A spreadsheet runs no formula out of a table", "[csv]") {
  const std::string csv =
      table_csv({"A1", "c", {{"=1+1"}, {"n", true}}, {{std::string("@x"), report::Number{-3, report::NumberKind::count, ""}}}, {}});
  CHECK(csv == "'=1+1,n\n'@x,-3\n");
}

TEST_CASE("Nothing in a report turns the order of its letters round", "[csv][json][html][text]") {
  const std::string_view controls[] = {"\xE2\x80\xAE", "\xE2\x80\xAA", "\xE2\x81\xA6", "\xE2\x81\xA9",
                                       "\xE2\x80\x8E", "\xE2\x80\x8F", "\xD8\x9C"};
  for (const std::string_view control : controls) {
    const auto with = [&](const std::string& text) { return text.substr(0, 1) + std::string(control) + text.substr(1); };
    report::Document document = test::sample_document();
    document.title = with("The title");
    document.subtitle = with("The subtitle");
    document.decision = with("The decision");
    document.about.emplace_back(with("Label"), with("Text"));
    document.rows[0].at.emplace_back("area", with("Alderby"));
    document.rows[0].verdict = with("met");
    report::Section section;
    section.id = "s";
    section.title = with("A section");
    section.blocks.emplace_back(report::Paragraph{{with("Words"), report::Strong{with("strong")}}});
    section.blocks.emplace_back(
        report::Table{"A99", with("A caption"), {{with("Item")}, {"n", true}}, {{with("a"), std::string("1")}}, {{with("A note")}}});
    report::Figure figure{"fig-new", with("Headline"), with("Below"), with("Alt"), test::sample_means(), "A99", {{with("A note")}}};
    section.blocks.emplace_back(figure);
    document.sections.push_back(section);
    for (const Renderer& renderer : renderers) {
      for (const OutputFile& file : renderer.render(document, {})) {
        INFO(file.name);
        CHECK(file.bytes.find(control) == std::string::npos);
      }
    }
    CHECK(table_csv({"A1", "c", {{"n"}}, {{std::string(control) + "=1+1"}}, {}}) == "n\n'=1+1\n");
  }
}

TEST_CASE("A range takes two cells, what is missing none, what is withheld its mark", "[csv]") {
  report::Table table{"A1", "c", {{"Item"}, {"Interval", true}}, {}, {}};
  table.rows = {{std::string("a"), report::NumberRange{-0.25, 0.5, report::NumberKind::score, ""}},
                {std::string("b"), report::NumberRange{}},
                {std::string("c"), report::Withheld{"[c]", "few"}},
                {std::string("d")}};
  CHECK(table_csv(table) == "Item,Interval low,Interval high\na,-0.25,0.5\nb,,\nc,[c],[c]\nd,,\n");
}

TEST_CASE("JSON reads back, with every row and every section", "[json]") {
  const report::Document document = test::sample_document();
  const Json json = parse_json(render_json(document, {}).front().bytes, "report.json");
  CHECK(json["title"].as_string() == document.title);
  CHECK(json["simulated"].as_bool());
  CHECK(json["about"]["Conventions"].as_string() == "1");
  REQUIRE(json["sections"].items().size() == document.sections.size());
  for (std::size_t s = 0; s < document.sections.size(); ++s) {
    CHECK(json["sections"].items()[s]["blocks"].items().size() == document.sections[s].blocks.size());
  }
  REQUIRE(json["rows"].items().size() == document.rows.size());
  const Json& row = json["rows"].items()[0];
  for (const report::FieldText& field : report::fields(document.rows[0])) {
    INFO(field.name);
    REQUIRE(row.find(field.name) != nullptr);
    if (field.is_number && !field.text.empty()) {
      CHECK(row[field.name].as_number() == *parse_double(field.text));
    }
    if (field.is_number && field.text.empty()) {
      CHECK(row[field.name].is_null());
    }
  }
  CHECK(row["at"]["wave"].as_string() == "T3");
  CHECK(row["flags"].items().size() == 2);
  CHECK(json["rows"].items()[1]["estimate"].is_null());
}

TEST_CASE("JSON shows no number of a bar or row that is withheld", "[json]") {
  report::Document document;
  report::StackedBarsChart bars;
  bars.categories = {"No", "Yes"};
  bars.agree_from = 1;
  bars.groups = {{"g", {{"b", {12.5, 87.5}, 7, 87.5, true}}}};
  report::ForestChart forest;
  forest.rows = {{"r", {0.625, 0.375, 0.875, "x"}, true, true, "words"}};
  report::TransitionChart moves{{{"g", {{"b", 12.5, 0, 87.5, 7, true}}}}};
  document.sections = {{"s",
                        "S",
                        2,
                        {report::Figure{"f1", "h", "", "a", bars, "", {}}, report::Figure{"f2", "h", "", "a", forest, "", {}},
                         report::Figure{"f3", "h", "", "a", moves, "", {}}},
                        false,
                        false}};
  for (const Renderer& renderer : renderers) {
    const std::string bytes = renderer.render(document, {}).front().bytes;
    for (const char* secret : {"87.5", "12.5", "88%", "13%", "0.625", "0.63", "0.375", "0.88", "words"}) {
      INFO(renderer.name << " " << secret);
      CHECK(bytes.find(secret) == std::string::npos);
    }
  }
}

TEST_CASE("No renderer shows a number of what is withheld in a chart of a survey", "[json]") {
  const report::Interval secret{61.53125, 41.53125, 81.53125, ""};
  report::TrendChart trend;
  trend.periods = {"2025"};
  trend.series = {{"s", false, {{0, secret, 7531, true}}}};
  report::LeagueChart league;
  league.rows = {{"r", secret, 7531, report::LeagueChart::Verdict::higher, "secret rank", false, true}};
  report::DriverChart drivers;
  drivers.outcomes = {"one", "two"};
  drivers.groups = {{"g", {{"d", {{secret, true}, {{3, 2, 4, ""}, false}}, true, "secret words"}}}};
  report::BeforeAfterChart towns;
  towns.rows = {{"t", {secret, 7531, true}, {{30, 20, 40, ""}, 60, false}, "secret words", true, false}};
  report::ProfileChart profile;
  profile.bars = {{"p", secret, 7531, true, true}};
  report::Document document;
  document.sections = {{"s", "S", 2, {}, false, false}};
  for (const report::Chart& chart :
       {report::Chart(trend), report::Chart(league), report::Chart(drivers), report::Chart(towns), report::Chart(profile)}) {
    document.sections[0].blocks.emplace_back(
        report::Figure{"f" + std::to_string(document.sections[0].blocks.size()), "h", "", "a", chart, "", {}});
  }
  for (const Renderer& renderer : renderers) {
    const std::string bytes = renderer.render(document, {}).front().bytes;
    for (const char* number : {"61.5", "62%", "41.5", "81.5", "7531", "7,531", "secret", "opposite", "higher"}) {
      INFO(renderer.name << " " << number);
      CHECK(bytes.find(number) == std::string::npos);
    }
    if (renderer.name != std::string("csv")) {
      CHECK(bytes.find("withheld") != std::string::npos);
    }
  }
}

TEST_CASE("JSON of survey charts reads back with every mark", "[json]") {
  const Json json = parse_json(render_json(test::sample_survey(), {}).front().bytes, "report.json");
  std::vector<std::string> kinds;
  for (const Json& section : json["sections"].items()) {
    for (const Json& block : section["blocks"].items()) {
      const Json& chart = block["chart"];
      kinds.push_back(chart["kind"].as_string());
      if (kinds.back() == "trend") {
        CHECK(chart["series"].items()[0]["points"].items().size() == 6);
        CHECK(chart["series"].items()[2]["published"].as_bool());
        CHECK(chart["target"]["value"].as_number() == 42);
        CHECK(chart["breaks"].items()[0]["period"].as_number() == 2);
      }
      if (kinds.back() == "quadrants") {
        CHECK(chart["points"].items().size() == 144);
        CHECK(chart["quadrants"].items().size() == 4);
        CHECK(chart["withheld"].as_number() == 1);
      }
      if (kinds.back() == "before_after") {
        CHECK(chart["rows"].items()[3]["after"]["withheld"].as_bool());
        CHECK(chart["rows"].items()[3]["after"].find("value") == nullptr);
        CHECK(chart["rows"].items()[1]["before"]["n"].as_number() == 131);
      }
    }
  }
  CHECK(kinds == std::vector<std::string>{"trend", "profile", "league", "league", "quadrants", "drivers", "drivers", "before_after"});
}
