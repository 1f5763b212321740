#include "tests/support/catch.hpp"
#include "tests/support/sample_document.hpp"

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
