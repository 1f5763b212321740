// "Further estimates" in the annual report: what stands there, what is withheld there, and what could not be had.

#include "tests/analysis/further_answers.hpp"
#include "tests/support/catch.hpp"

#include "engine/analysis/run.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

using namespace canvass;
using canvass::testing::FurtherSurvey;
using canvass::testing::planned;

namespace {

report::Document document_of(const FurtherSurvey& survey, analysis::Release release = analysis::Release::internal) {
  analysis::Options options;
  options.release = release;
  return analysis::make_report(survey.input(), analysis::analyse(survey.input(), options), options);
}

const report::Section* further(const report::Document& document) {
  const auto found =
      std::find_if(document.sections.begin(), document.sections.end(), [](const report::Section& one) { return one.id == "further"; });
  return found == document.sections.end() ? nullptr : &*found;
}

std::vector<report::Table> tables_of(const report::Section& section) {
  std::vector<report::Table> tables;
  for (const report::Block& block : section.blocks) {
    if (const auto* table = std::get_if<report::Table>(&block)) {
      tables.push_back(*table);
    }
  }
  return tables;
}

std::vector<std::string> heads_of(const report::Table& table) {
  std::vector<std::string> heads;
  for (const std::vector<report::TableCell>& cells : table.rows) {
    heads.push_back(std::get<std::string>(cells.front()));
  }
  return heads;
}

bool is_closed(const report::TableCell& cell) {
  const auto* withheld = std::get_if<report::Withheld>(&cell);
  return withheld != nullptr && withheld->mark == "[c]";
}

} // namespace

TEST_CASE("further estimates stand only where a plan has them", "[analysis][further]") {
  CHECK(further(document_of(FurtherSurvey({}))) == nullptr);
  // The usual test of a table stands below its groups.
  CHECK(further(document_of(FurtherSurvey({planned("plain", "association", "confident", {{"by", "sex"}})}))) == nullptr);
  CHECK(further(document_of(FurtherSurvey({planned("mean", "estimate", "years", {})}))) != nullptr);
}

TEST_CASE("further estimates: rows with interval, n, design effect, p and reading", "[analysis][further]") {
  const FurtherSurvey survey({planned("how_long", "estimate", "years", {{"by", "sex"}, {"pairs", "all"}}),
                              planned("agree", "estimate", "", {{"statistic", "kappa"}, {"outcomes", "local_police city_police"}})});
  const report::Document document = document_of(survey);
  const report::Section* section = further(document);
  REQUIRE(section != nullptr);
  const std::vector<report::Table> tables = tables_of(*section);
  REQUIRE(tables.size() == 2);
  CHECK(tables[0].caption == "How long: mean, weighted, How long have you lived here?, 2026");
  CHECK(heads_of(tables[0]) == std::vector<std::string>{"Everybody", "Male", "Female", "Female less Male"});
  REQUIRE(tables[0].columns.size() == 7);
  const std::vector<report::TableCell>& everybody = tables[0].rows[0];
  CHECK(std::get<report::Number>(everybody[1]).row == "how_long/years/y2026");
  CHECK(std::get<report::Number>(everybody[1]).value == Approx(19.6187134728695).epsilon(1e-7)); // raked to 1e-8
  CHECK(std::get<report::Number>(everybody[3]).value == 195);
  CHECK(std::get<report::Number>(everybody[4]).row == "how_long/years/y2026/design_effect_without"); // the population is known
  CHECK(std::get<std::string>(tables[0].rows[3][6]) == "not told apart");
  CHECK(std::get<report::Number>(tables[0].rows[3][5]).value == Approx(0.797075).epsilon(1e-5)); // six digits of the golden file
  CHECK(heads_of(tables[1]) == std::vector<std::string>{"How good a job do the police do here? and And in the city?"});
}

TEST_CASE("further estimates: a model has ratios, tests below, and its thresholds", "[analysis][further]") {
  const FurtherSurvey survey({planned("links", "regression", "confident", {{"model", "logistic"}, {"predictors", "sex worry_1 years"}}),
                              planned("steps", "regression", "local_police", {{"model", "ordinal"}, {"predictors", "sex"}})});
  const report::Document document = document_of(survey);
  REQUIRE(further(document) != nullptr);
  const std::vector<report::Table> tables = tables_of(*further(document));
  REQUIRE(tables.size() == 2);
  CHECK(heads_of(tables[0]).front() == "Constant");
  CHECK(heads_of(tables[0])[1] == "Sex: Female (Male)");
  CHECK(std::get<report::Number>(tables[0].rows[1][3]).row == "links/confident/y2026/sex=2/odds_ratio");
  CHECK(report::plain_words(tables[0].notes.front()).rfind("Sex as a whole: F(", 0) == 0);
  CHECK(heads_of(tables[1]) ==
        std::vector<std::string>{"Sex: Female (Male)", "Threshold 1|2", "Threshold 2|3", "Threshold 3|4", "Threshold 4|5"});
}

TEST_CASE("further estimates: tests of groups and of tables", "[analysis][further]") {
  const FurtherSurvey survey({planned("sexes", "compare_groups", "confident", {{"by", "sex"}}),
                              planned("half", "compare_groups", "confident", {{"reference", "50"}}),
                              planned("sides", "compare_groups", "years", {{"by", "area"}, {"group", "A1 A2"}, {"test", "wilcoxon"}}),
                              planned("areas", "compare_groups", "years", {{"by", "area"}, {"test", "kruskal_wallis"}}),
                              planned("order", "association", "local_police", {{"by", "age_band"}, {"measure", "gamma"}})});
  const report::Document document = document_of(survey);
  REQUIRE(further(document) != nullptr);
  const std::vector<report::Table> tables = tables_of(*further(document));
  REQUIRE(tables.size() == 5);
  CHECK(heads_of(tables[0]) == std::vector<std::string>{"Male, %", "Female, %", "Male less Female, points"});
  CHECK(heads_of(tables[1]) == std::vector<std::string>{"Everybody, %", "Everybody, points less 50"});
  CHECK(heads_of(tables[2]).back() == "Alderby or Brookwell less Carrowmere or West (mean rank)");
  CHECK(heads_of(tables[3]).back() == "By area");
  REQUIRE(tables[3].notes.size() == 1);
  CHECK(report::plain_words(tables[3].notes.front()).find("Kruskal-Wallis test under the design, F; F(") != std::string::npos);
  CHECK(heads_of(tables[4]) == std::vector<std::string>{"By age band (Cramer's V)", "By age band (gamma)"});
}

TEST_CASE("further estimates: small groups are closed, and what could not be had is said", "[analysis][further]") {
  FurtherSurvey survey({planned("total", "estimate", "years", {{"statistic", "total"}, {"by", "area"}, {"pairs", "all"}}),
                        planned("line", "regression", "years", {{"predictors", "area"}}),
                        planned("none", "estimate", "years", {{"statistic", "quantile"}, {"interval", "replicates"}})});
  survey.study.study.disclosure.min_base = 40;
  const report::Document document = document_of(survey, analysis::Release::open);
  REQUIRE(further(document) != nullptr);
  const std::vector<report::Table> tables = tables_of(*further(document));
  REQUIRE(tables.size() == 2);
  CHECK(heads_of(tables[0])[1] == "Alderby");
  for (std::size_t column = 1; column < 5; ++column) {
    CHECK(is_closed(tables[0].rows[1][column]));
    CHECK_FALSE(is_closed(tables[0].rows[0][column]));
  }
  CHECK(report::plain_words(tables[1].notes.front()) == "Area as a whole: withheld, as one of its answers is.");
  CHECK(is_closed(tables[1].rows.front()[1])); // the constant: those of the reference
  const auto* notice = std::get_if<report::Notice>(&further(document)->blocks.back());
  REQUIRE(notice != nullptr);
  CHECK(report::plain_words(notice->text).rfind("None: ", 0) == 0);
}
