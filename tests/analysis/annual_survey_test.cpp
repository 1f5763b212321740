// A public survey from its files to rows and report. Numbers: tests/reference/public_answers.R (R 4.2, survey 4.1: calibrate(calfun =
// "raking")).

#include "tests/analysis/public_answers.hpp"
#include "tests/analysis/row_called.hpp"
#include "tests/support/catch.hpp"

#include "engine/analysis/run.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/dataset/dataset.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace canvass;
using canvass::report::Estimate;
using canvass::testing::row;

namespace {

struct Survey {
  Survey() {
    testing::write_public_survey(files);
    study = files.load();
    responses = testing::public_answers(study);
  }
  [[nodiscard]] analysis::Input input() const { return {study, responses, {}, 0, 0, true}; }
  [[nodiscard]] analysis::Analysed analysed(analysis::Release release) const {
    analysis::Options options;
    options.release = release;
    return analysis::analyse(input(), options);
  }
  testing::StudyFiles files;
  LoadedStudy study;
  std::vector<Response> responses;
};

/// Both rake until the margins are met, R to 1e-12; errors follow the weights.
constexpr double of_raking = 1e-6;
} // namespace

TEST_CASE("a procedure over the public says what it needs where a study declares no survey", "[analysis][survey]") {
  Survey survey;
  survey.study.study.survey.reset();
  survey.study.study.report_template = "cohort_evaluation";
  const analysis::Analysed analysed = survey.analysed(analysis::Release::internal);
  const auto found = std::find_if(analysed.outcomes.begin(), analysed.outcomes.end(),
                                  [](const analysis::AnalysisOutcome& one) { return one.id == "confidence"; });
  REQUIRE(found != analysed.outcomes.end());
  CHECK(found->failed);
  REQUIRE_FALSE(found->notes.empty());
  CHECK(found->notes.front().find("declares no `survey`") != std::string::npos);
}

TEST_CASE("before the first answer the report says so", "[analysis][survey]") {
  Survey survey;
  survey.responses.clear();
  const analysis::Analysed analysed = survey.analysed(analysis::Release::open);
  const report::Document document = analysis::make_report(survey.input(), analysed, {});
  const auto& box = std::get<report::VerdictBox>(document.sections.front().blocks.front());
  CHECK(report::plain_words(box.answer) == "Nobody has answered yet.");
}

TEST_CASE("weights bring the answers to the people who live there", "[analysis][survey]") {
  const Survey survey;
  const Dataset dataset = build_dataset(survey.study, survey.responses);
  const analysis::Sample sample = analysis::sample_of(survey.study, dataset);
  REQUIRE(sample.waves.size() == 2);
  CHECK(sample.speaks_of_everybody);
  for (const analysis::WaveSample& wave : sample.waves) {
    REQUIRE(wave.weighting);
    // 16 cells of 100, 110 ... 250 people.
    CHECK(std::accumulate(wave.design.weights.begin(), wave.design.weights.end(), 0.0) == Approx(2800).epsilon(1e-9));
    for (const auto& cell : wave.weighting->cells) {
      INFO(cell.margin << " " << cell.cell);
      CHECK(cell.after == Approx(cell.population).epsilon(1e-8));
    }
    REQUIRE(wave.design.stages.size() == 1);
    CHECK(wave.design.stages.front().population.size() == wave.rows.size()); // areas are strata, so their people are known
  }
}

TEST_CASE("shares of everybody, of areas and of groups are R's", "[analysis][survey]") {
  const Survey survey;
  const analysis::Analysed analysed = survey.analysed(analysis::Release::internal);
  const auto check = [&](const std::string& id, double share, double std_error) {
    const Estimate& one = row(analysed, id);
    INFO(id);
    CHECK(one.estimate == Approx(100 * share).epsilon(1e-8));
    CHECK(one.std_error == Approx(100 * std_error).epsilon(of_raking));
    CHECK(one.conf_low < one.estimate);
    CHECK(one.conf_high > one.estimate);
  };
  check("confidence/confident/y2025", 0.365036813256377, 0.0434039182649048);
  check("confidence/confident/y2026", 0.364565351439476, 0.0408915079801261);
  check("areas/confident/y2026", 0.364565351439476, 0.0408915079801261);
  check("areas/confident/y2026/area/A1", 0.442336225125565, 0.1047051121172903);
  check("areas/confident/y2026/area/A2", 0.358583294850636, 0.0823586768338122);
  check("areas/confident/y2026/area/A3", 0.348195275740493, 0.0742266556412931);
  check("areas/confident/y2026/area/A4", 0.344572510080024, 0.0743323505917070);
  check("groups/confident/y2026/sex/1", 0.312888631157519, 0.0487718968390772);
  check("groups/confident/y2026/sex/2", 0.409427603882065, 0.0634279647614627);
  CHECK(row(analysed, "confidence/confident/y2026").n == 185);
  CHECK(row(analysed, "confidence/confident/y2026").n_missing == 10);
  CHECK(row(analysed, "confidence/confident/y2025").n == 187);
}

TEST_CASE("a profile against everybody is R's difference of two ratios", "[analysis][survey]") {
  Survey survey;
  PlannedAnalysis views;
  views.id = "views";
  views.procedure = "profile_drivers";
  views.outcome = "confident";
  views.options = {{"views", "worry_1 worry_2"}};
  survey.study.study.plan.analyses.push_back(views);
  const analysis::Analysed analysed = survey.analysed(analysis::Release::internal);
  const Estimate& lift = row(analysed, "views/confident/y2026/all/lift");
  CHECK(lift.estimate == Approx(-5.98680462415036).epsilon(1e-8));
  CHECK(lift.std_error == Approx(11.6678447796115).epsilon(of_raking));
}

TEST_CASE("an area against the rest is the contrast of one covariance matrix", "[analysis][survey]") {
  const Survey survey;
  const analysis::Analysed analysed = survey.analysed(analysis::Release::internal);
  const Estimate& rest = row(analysed, "areas/confident/y2026/area/A1/rest");
  CHECK(rest.estimate == Approx(9.29014510139975).epsilon(1e-7));
  CHECK(rest.std_error == Approx(11.39940973276099).epsilon(1e-7));
  CHECK(rest.n + rest.n_versus == 185);
  CHECK(rest.adjustment == "bh");
  CHECK(rest.verdict == "not told apart");
  CHECK(row(analysed, "areas/confident/y2026/area/A1").verdict == "not told apart");
}

TEST_CASE("the last year less the one before, as separate samples", "[analysis][survey]") {
  const Survey survey;
  const analysis::Analysed analysed = survey.analysed(analysis::Release::internal);
  const Estimate& change = row(analysed, "confidence/confident/y2026-y2025");
  CHECK(change.estimate == Approx(100 * (0.364565351439475 - 0.365036813256378)).epsilon(1e-5));
  CHECK(change.std_error == Approx(100 * std::hypot(0.0434039182649048, 0.0408915079801261)).epsilon(of_raking));
  CHECK(change.verdict == "no clear change");
}

TEST_CASE("who was asked and who answered adds up", "[analysis][survey]") {
  const Survey survey;
  const analysis::Analysed analysed = survey.analysed(analysis::Release::open);
  CHECK(row(analysed, "response/sent/y2026").estimate == 480);
  CHECK(row(analysed, "response/returned/y2026").estimate == 195);
  CHECK(row(analysed, "response/response_rate/y2026").estimate == Approx(100 * 195.0 / 480));
  double returned = 0;
  for (const char* area : {"A1", "A2", "A3", "A4"}) {
    returned += row(analysed, std::string("response/returned/y2026/area/") + area).estimate;
  }
  CHECK(returned == 195);
  CHECK(row(analysed, "response/effective_n/y2026").estimate < 195);
}

TEST_CASE("the scoreboard tells met, missed and not clear from the interval", "[analysis][survey]") {
  const Survey survey;
  const analysis::Analysed analysed = survey.analysed(analysis::Release::open);
  const Estimate& confidence = row(analysed, "kpi/P1");
  CHECK(confidence.conf_low < 42);
  CHECK(confidence.conf_high > 42);
  CHECK(confidence.verdict == "not clear");
  CHECK(row(analysed, "kpi/P2").verdict == "missed"); // 39 plus or minus 2.8, target 50
  CHECK(row(analysed, "kpi/P3").verdict == "missed"); // 45 of 50, counted
}

TEST_CASE("a small area is withheld, and the first page is whole", "[analysis][survey]") {
  Survey survey;
  survey.study.study.disclosure.min_base = 40;
  const analysis::Analysed analysed = survey.analysed(analysis::Release::open);
  const Estimate& small = row(analysed, "areas/confident/y2026/area/A1");
  CHECK(small.flags == std::vector<std::string>{"withheld"});
  CHECK(std::isnan(small.estimate));
  const report::Document document = analysis::make_report(survey.input(), analysed, {});
  REQUIRE(document.sections.front().first_page);
  const auto& box = std::get<report::VerdictBox>(document.sections.front().blocks.front());
  const std::string answer = report::plain_words(box.answer);
  CHECK(answer.find("Rate the police good or excellent: <36.45") == 0);
  CHECK(answer.find("No clear change on 2025") != std::string::npos);
  CHECK(document.simulated);
}

TEST_CASE("of a sample that chance did not draw no p is given", "[analysis][survey]") {
  Survey survey;
  survey.study.study.sample = SampleKind::self_selected;
  const analysis::Analysed analysed = survey.analysed(analysis::Release::internal);
  for (const Estimate& one : analysed.rows) {
    INFO(one.id);
    CHECK(std::isnan(one.p_value));
  }
  const Estimate& share = row(analysed, "confidence/confident/y2026");
  CHECK(std::find(share.flags.begin(), share.flags.end(), "chance_only") != share.flags.end());
}

TEST_CASE("a driver that goes with a good change of one outcome and a bad one of another is flagged", "[analysis][survey]") {
  Survey survey;
  PlannedAnalysis drivers;
  drivers.id = "drivers";
  drivers.procedure = "model_drivers";
  drivers.outcome = "confident";
  drivers.options = {{"drivers", "age_band years"}, {"second", "worry_1"}};
  survey.study.study.plan.analyses.push_back(drivers);
  survey.study.study.plan.significance_level = 0.9; // every link counts as shown, so that the flag alone is looked at
  const analysis::Analysed analysed = survey.analysed(analysis::Release::internal);
  for (const char* driver : {"age_band", "years"}) {
    const Estimate& first = row(analysed, std::string("drivers/confident/y2026/effect/") + driver);
    const Estimate& second = row(analysed, std::string("drivers/worry_1/y2026/effect/") + driver);
    const bool shown = first.verdict != "no clear link" && second.verdict != "no clear link";
    const bool flagged = std::find(first.flags.begin(), first.flags.end(), "good_and_bad") != first.flags.end();
    INFO(driver << " " << first.estimate << " " << second.estimate);
    CHECK(flagged == (shown && (first.estimate > 0) != (second.estimate > 0))); // confidence is wished up, the tick has no direction
  }
}

TEST_CASE("a given weight that is missing is refused with a count, or leaves where the study says so", "[analysis][survey]") {
  Survey survey;
  survey.study.study.frame.weight = "weight";
  for (Response& response : survey.responses) {
    response.frame.weight = 2;
  }
  survey.responses.front().frame.weight.reset();
  const Dataset dataset = build_dataset(survey.study, survey.responses);
  try {
    analysis::sample_of(survey.study, dataset);
    FAIL("nothing was refused");
  } catch (const DomainError& error) {
    CHECK(std::string(error.what()).find("1 of 197 weights") != std::string::npos);
  }
  survey.study.study.survey->weighting.leave_out_missing = true;
  const analysis::Sample sample = analysis::sample_of(survey.study, dataset);
  CHECK(sample.waves.front().rows.size() == 196);
  CHECK(sample.waves.back().rows.size() == 195);
  REQUIRE_FALSE(sample.notes.empty());
  CHECK(sample.notes.front().find("1 of 197 answers have no weight and are left out") != std::string::npos);
}
