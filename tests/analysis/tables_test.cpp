// What every row of the tables owes: a page, and an approved set of numbers on the shipped example.

#include "tests/analysis/public_answers.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

#include "engine/analysis/procedure.hpp"
#include "engine/analysis/run.hpp"
#include "engine/analysis/templates/template.hpp"
#include "engine/core/yaml.hpp"
#include "engine/responses/response.hpp"
#include "engine/simulate/simulate.hpp"
#include "engine/study/load.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <set>

using namespace canvass;

namespace {

const std::string root = CANVASS_SOURCE_DIR;

LoadedStudy example() {
  return load_study_or_throw(root + "/examples/cohort", {{root + "/instruments"}});
}

std::vector<Response> made_up(const LoadedStudy& study) {
  std::vector<Response> responses;
  const Validator validator(study);
  for (const RawRecord& record : simulate::simulate(study, simulate::load_design(study), study.study.plan.seed)) {
    Validated validated = validator.validate(record);
    REQUIRE(validated.response);
    responses.push_back(std::move(*validated.response));
  }
  return responses;
}

std::string number(double value) {
  // Six digits: what every supported compiler and C library agrees on.
  return std::isfinite(value) ? fmt::format("{:.6g}", std::abs(value) < 1e-12 ? 0.0 : value) : "-";
}

PlannedAnalysis planned(const std::string& procedure, const std::string& outcome, std::map<std::string, std::string> options) {
  PlannedAnalysis analysis;
  analysis.id = analysis.procedure = procedure;
  analysis.outcome = outcome;
  analysis.options = std::move(options);
  return analysis;
}

/// Every procedure that speaks of the public, on a small survey.
report::Estimates rows_of_the_public() {
  testing::StudyFiles files;
  testing::write_public_survey(files);
  files.write("study.yaml",
              read_file(files.path("study.yaml")) + "claims:\n  - {id: paper, file: claims.csv, source: \"A paper\", as_of: 2026-03-31}\n");
  files.write("claims.csv", "id,measure,period,group,of,holds,value,n,formula\nall,confident,2025,,,,39,1200,\n"
                            "men,confident,2025,men,sex,,35.5,500,\nwomen,confident,2025,women,sex,,41.2,700,\n"
                            "best,confident,2025,,,heard|seen,97,60,\nbefore,confident,2024,,,,41.7,,\nhalf,half,,,,,,,all / 2\n");
  LoadedStudy study = files.load();
  auto& all = study.study.plan.analyses;
  all.push_back(planned("area_trend", "confident", {}));
  all.push_back(planned("town_change", "confident", {{"comparison", "W"}}));
  all.push_back(planned("profile_drivers", "confident", {{"views", "worry_1 worry_2"}}));
  all.push_back(planned("model_drivers", "confident", {{"drivers", "years sex"}, {"second", "worry_1"}}));
  all.push_back(planned("association", "confident", {{"by", "sex age_band area"}}));
  all.push_back(planned("estimate", "years", {{"by", "sex"}, {"pairs", "all"}}));
  all.back().id = "estimate_mean";
  all.push_back(planned("estimate", "confident", {{"statistic", "total"}, {"by", "division"}}));
  all.back().id = "estimate_total";
  all.push_back(
      planned("estimate", "local_police", {{"statistic", "quantile"}, {"at", "0.5 0.75"}, {"rule", "hf7"}, {"interval", "beta"}}));
  all.back().id = "estimate_quantile";
  all.push_back(planned("estimate", "", {{"statistic", "correlation"}, {"outcomes", "local_police years confident"}}));
  all.back().id = "estimate_correlation";
  all.push_back(planned("regression", "confident", {{"model", "logistic"}, {"predictors", "sex years"}, {"test", "likelihood_ratio"}}));
  all.push_back(planned("regression", "local_police", {{"model", "ordinal"}, {"predictors", "sex age_band"}}));
  all.back().id = "regression_ordinal";
  all.push_back(planned("compare_groups", "confident", {{"by", "sex"}}));
  all.push_back(planned("compare_groups", "local_police", {{"by", "area"}, {"test", "kruskal_wallis"}}));
  all.back().id = "compare_areas";
  all.push_back(planned("association", "local_police", {{"by", "age_band"}, {"statistic", "adjusted_wald"}, {"measure", "gamma"}}));
  all.back().id = "association_gamma";
  all.push_back(planned("event_typology", "confident", {{"event", "worry_1"}, {"by", "sex"}}));
  all.push_back(planned("composite_index", "",
                        {{"items", "local_police sex"},
                         {"points", "2=1 3=2 4=3 5=4"},
                         {"score", "sum"},
                         {"threshold", "3"},
                         {"counts_from", "2"},
                         {"by", "division"}}));
  all.push_back(planned("multiple_response", "", {{"item", "worry"}}));
  all.push_back(planned("net_balance", "local_police", {{"better", "4 5"}, {"worse", "1 2"}}));
  all.push_back(planned("group_gap", "confident", {{"by", "sex"}, {"group", "1"}}));
  all.push_back(planned("trend_over_groups", "confident", {{"by", "age_band"}}));
  all.push_back(
      planned("area_matrix", "confident", {{"table", "schemes"}, {"column", "target"}, {"column_cut", "40"}, {"outcome_cut", "36"}}));
  all.push_back(planned("perception_gap", "confident", {{"table", "schemes"}, {"line", "Alderby"}, {"column", "percent"}}));
  const std::vector<Response> responses = testing::public_answers(study);
  analysis::Options options;
  options.release = analysis::Release::internal;
  return analysis::analyse({study, responses, {}, 0, 0, true}, options).rows;
}

/// The rows of one scale, three of its items and the standing counts: enough to show each method.
bool is_shown(const report::Estimate& row) {
  static const std::set<std::string, std::less<>> outcomes = {"",          "self_legitimacy", "q1",      "q3",       "q18",  "sex",
                                                              "confident", "local_police",    "worry_1", "worry_2",  "P1",   "P2",
                                                              "P3",        "composite_index", "half",    "national", "years"};
  return outcomes.contains(row.outcome);
}

std::string table_of(const report::Estimates& rows, std::string_view procedure) {
  std::string text = "id | quantity | method | estimate | low | high | statistic | df | p | adjusted | n | against | verdict\n";
  for (const report::Estimate& row : rows) {
    if (row.procedure == procedure && is_shown(row)) {
      text += fmt::format("{} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {}\n", row.id, row.quantity, row.method,
                          number(row.estimate), number(row.conf_low), number(row.conf_high), number(row.statistic), number(row.df),
                          number(row.p_value), number(row.p_adjusted), number(row.n), number(row.n_versus), row.verdict);
    }
  }
  return text;
}

} // namespace

TEST_CASE("every procedure has a page that begins with its name", "[analysis][tables]") {
  for (const analysis::Procedure& procedure : analysis::procedures()) {
    const std::string page = root + "/docs/procedures/" + std::string(procedure.name) + ".md";
    INFO(page);
    REQUIRE(std::filesystem::exists(page));
    const std::string text = read_file(page);
    CHECK(text.rfind("# " + std::string(procedure.name) + "\n", 0) == 0);
    CHECK(text.find("TODO") == std::string::npos);
    CHECK_FALSE(procedure.summary.empty());
    for (const std::string_view option : procedure.options) {
      INFO(option);
      CHECK(text.find(option) != std::string::npos);
    }
  }
}

TEST_CASE("every page belongs to a procedure", "[analysis][tables]") {
  for (const auto& file : std::filesystem::directory_iterator(root + "/docs/procedures")) {
    INFO(file.path());
    CHECK(analysis::find_procedure(file.path().stem().string()) != nullptr);
  }
}

TEST_CASE("every template is described in docs/report.md", "[analysis][tables]") {
  const std::string text = read_file(root + "/docs/report.md");
  for (const analysis::Template& one : analysis::templates()) {
    CHECK(text.find(std::string(one.name)) != std::string::npos);
  }
}

TEST_CASE("every procedure gives the approved numbers on the made-up cohort", "[analysis][tables]") {
  LoadedStudy study = example();
  // The numbers of the ordered categories with a person effect, and of a single wave, come only where planned.
  PlannedAnalysis profile;
  profile.id = "profile";
  profile.procedure = "profile";
  profile.outcome = "self_legitimacy";
  study.study.plan.analyses.push_back(profile);
  study.study.plan.permutations = 2000;
  const std::vector<Response> responses = made_up(study);
  analysis::Options options;
  options.release = analysis::Release::internal;
  const analysis::Analysed analysed = analysis::analyse({study, responses, {}, 0, 0, true}, options);
  const report::Estimates of_the_public = rows_of_the_public();
  for (const analysis::Procedure& procedure : analysis::procedures()) {
    std::string table = table_of(analysed.rows, procedure.name);
    if (std::count(table.begin(), table.end(), '\n') <= 1) {
      table = table_of(of_the_public, procedure.name);
    }
    INFO(procedure.name);
    CHECK(std::count(table.begin(), table.end(), '\n') > 1);
    CANVASS_CHECK_GOLDEN("analysis/" + std::string(procedure.name) + ".txt", table);
  }
}

TEST_CASE("an open release has fewer numbers than an internal one and no different ones", "[analysis][tables]") {
  const LoadedStudy study = example();
  const std::vector<Response> responses = made_up(study);
  analysis::Options options;
  options.release = analysis::Release::internal;
  const analysis::Analysed internal = analysis::analyse({study, responses, {}, 0, 0, true}, options);
  options.release = analysis::Release::open;
  const analysis::Analysed open = analysis::analyse({study, responses, {}, 0, 0, true}, options);
  REQUIRE(internal.rows.size() == open.rows.size());
  std::size_t withheld = 0;
  for (std::size_t i = 0; i < open.rows.size(); ++i) {
    CHECK(open.rows[i].id == internal.rows[i].id);
    if (std::find(open.rows[i].flags.begin(), open.rows[i].flags.end(), "withheld") != open.rows[i].flags.end()) {
      ++withheld;
      continue;
    }
    if (number(open.rows[i].estimate) != number(internal.rows[i].estimate)) {
      FAIL_CHECK(open.rows[i].id);
    }
  }
  CHECK(withheld == open.withheld);
  CHECK(withheld > 0);
}
