// How often a verdict is wrong where the truth is known: made-up cohorts through the whole procedure. docs/simulation-study.md has the
// study itself (bench/simulation); here are few cohorts with fixed seeds, so that the numbers never move unless the program does.

#include "tests/support/catch.hpp"
#include "tests/support/study_files.hpp"

#include "bench/simulation/judged_cohort.hpp"
#include "engine/analysis/adjust.hpp"
#include "engine/analysis/judge.hpp"
#include "engine/analysis/procedure.hpp"

#include <cmath>
#include <fmt/format.h>
#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::simulation;

namespace {

constexpr double bound = 0.2;

LoadedStudy study_of(const Truth& truth) {
  std::string rows;
  std::string items;
  for (std::size_t item = 1; item <= truth.items; ++item) {
    rows += fmt::format("          - {{id: i{0}, label: {{en: \"Item {0}\"}}}}\n", item);
    items += fmt::format("{}i{}", item > 1 ? ", " : "", item);
  }
  std::string people = "participant,arm\n";
  for (std::size_t person = 0; person < truth.control + truth.treated; ++person) {
    people += fmt::format("P{:03},{}\n", person, person < truth.control ? "control" : "treatment");
  }
  testing::StudyFiles files;
  files.write("people.csv", people)
      .write("instruments/rates.yaml", R"(canvass: 1
instrument: rates
version: 1.0.0
title: {en: "Rates"}
languages: [en]
choices:
  agree:
    - {code: 1, label: {en: "Disagree strongly"}}
    - {code: 2, label: {en: "Disagree"}}
    - {code: 3, label: {en: "Neither"}}
    - {code: 4, label: {en: "Agree"}}
    - {code: 5, label: {en: "Agree strongly"}}
pages:
  - id: only
    title: {en: "Only"}
    items:
      - id: views
        type: battery agree
        label: {en: "How far do you agree?"}
        rows:
)" + rows +
                                           fmt::format("scales:\n  standing: {{label: {{en: \"Standing\"}}, items: [{}], score: mean, "
                                                       "min_answered: 10, desired_direction: up}}\n",
                                                       items));
  files.write("study.yaml", R"(canvass: 1
study: rates
title: {en: "Rates"}
instrument: rates@1.0.0
purpose: {find_out: "Rates", from_whom: "Nobody", already_known: "The truth", feedback: "None"}
decision: "None"
frame: {person: participant, people: people.csv}
waves:
  - {id: T1, label: {en: "Before"}, date: 2026-02-22}
  - {id: T2, label: {en: "After"}, date: 2026-03-22}
  - {id: T3, label: {en: "Later"}, date: 2026-06-22}
arms:
  treatment: {label: {en: "Trained"}}
  control: {label: {en: "Not trained"}, is_control: true}
assignment: {kind: matched, why_not_random: "Made up"}
plan:
  significance_level: 0.05
  conventions: 1
  seed: 1
  analyses:
    - {id: primary, procedure: cohort_change, outcome: standing, contrasts: [T3-T1], primary: T3-T1, smallest_change_that_matters: 0.2, because: "Made up"}
report: {template: cohort_evaluation}
)");
  return files.load();
}

std::vector<Response> responses_of(const Cohort& cohort) {
  std::vector<Response> all;
  for (std::size_t wave = 0; wave < waves; ++wave) {
    for (std::size_t person = 0; person < cohort.people; ++person) {
      if (cohort.answer(person, wave, 0) == 0) {
        continue;
      }
      Response response;
      response.frame.person = fmt::format("P{:03}", person);
      response.frame.wave = fmt::format("T{}", wave + 1);
      response.frame.arm = cohort.arm[person] == 1 ? "treatment" : "control";
      response.id = response.frame.person + "/" + response.frame.wave;
      response.instrument = "rates@1.0.0";
      for (std::size_t item = 0; item < cohort.items; ++item) {
        Cell cell;
        cell.number = cohort.answer(person, wave, item);
        response.cells.push_back(cell);
      }
      all.push_back(std::move(response));
    }
  }
  return all;
}

/// The whole way of a report's primary row: answers, scores, model, adjustment, verdict.
report::Estimate primary_row(const LoadedStudy& study, const Cohort& cohort) {
  const Dataset dataset = build_dataset(study, responses_of(cohort));
  const analysis::Context context{study, dataset, nullptr, nullptr, 1, {}};
  report::Estimates rows = analysis::find_procedure("cohort_change")->run(context, study.study.plan.analyses.front()).rows;
  PlannedAnalysis baseline;
  baseline.id = baseline.procedure = "baseline";
  for (report::Estimate& row : analysis::find_procedure("baseline")->run(context, baseline).rows) {
    rows.push_back(std::move(row));
  }
  analysis::adjust(rows, study.study);
  analysis::judge(rows, study);
  const report::Estimate* found = report::find(rows, "primary/T3-T1");
  REQUIRE(found != nullptr);
  return *found;
}

struct Rates {
  int n = 0, improved = 0, worsened = 0, unchanged = 0, covered = 0;
  double squares = 0, variances = 0;
};

/// By the whole procedure.
Rates rates_of(const Truth& truth, int cohorts) {
  const LoadedStudy study = study_of(truth);
  const Maker maker(truth);
  Rates rates;
  for (int i = 0; i < cohorts; ++i) {
    const report::Estimate row = primary_row(study, maker.draw(RandomStream(7, "rates", static_cast<std::uint64_t>(i))));
    rates.n += 1;
    rates.improved += row.verdict == "improved" ? 1 : 0;
    rates.worsened += row.verdict == "worsened" ? 1 : 0;
    rates.unchanged += row.verdict == "practically unchanged" ? 1 : 0;
    rates.covered += row.conf_low <= truth.effect && truth.effect <= row.conf_high ? 1 : 0;
    rates.squares += (row.estimate - truth.effect) * (row.estimate - truth.effect);
    rates.variances += row.std_error * row.std_error;
  }
  return rates;
}

} // namespace

TEST_CASE("made-up cohorts are what they are said to be", "[analysis][rates]") {
  Truth truth;
  truth.effect = 0.4;
  truth.leaving = Leaving::nobody;
  const Maker maker(truth);
  double treated = 0;
  double control = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const Cohort cohort = maker.draw(RandomStream(3, "said", i));
    REQUIRE(cohort.people == 73);
    for (std::size_t person = 0; person < cohort.people; ++person) {
      const double change = cohort.scores(person, 2) - cohort.scores(person, 0);
      (cohort.arm[person] == 1 ? treated : control) += change / (cohort.arm[person] == 1 ? 40.0 : 33.0) / 400;
    }
  }
  // SD of a change about .45: the standard error of the difference over 400 cohorts is .0053; four of them.
  CHECK(treated - control == Approx(0.4).margin(0.021));

  truth.leaving = Leaving::by_earlier_score;
  const Maker leaving(truth);
  double left = 0;
  double of_low = 0;
  double low = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const Cohort cohort = leaving.draw(RandomStream(3, "left", i));
    for (std::size_t person = 0; person < cohort.people; ++person) {
      const bool gone = std::isnan(cohort.scores(person, 2));
      CHECK((std::isnan(cohort.scores(person, 1)) ? gone : true));
      left += gone ? 1.0 / 29200 : 0;
      low += cohort.scores(person, 0) < 3 ? 1 : 0;
      of_low += gone && cohort.scores(person, 0) < 3 ? 1 : 0;
    }
  }
  CHECK(left == Approx(0.13).margin(0.03));
  CHECK(of_low / low > left + 0.05); // low scores leave more often
}

TEST_CASE("the study's short way gives the verdict of the whole procedure", "[analysis][rates]") {
  for (const double effect : {0.0, 0.3}) {
    Truth truth;
    truth.effect = effect;
    const LoadedStudy study = study_of(truth);
    const Maker maker(truth);
    for (std::uint64_t i = 0; i < 25; ++i) {
      const Cohort cohort = maker.draw(RandomStream(11, "same", i));
      const Judged judged = judge_cohort(cohort, bound, 10, false);
      const report::Estimate row = primary_row(study, cohort);
      INFO("effect " << effect << ", cohort " << i);
      CHECK(row.verdict == judged.verdict.word);
      for (const std::string& flag : judged.verdict.flags) {
        CHECK(std::find(row.flags.begin(), row.flags.end(), flag) != row.flags.end());
      }
      CHECK(row.estimate == Approx(judged.satterthwaite.estimate).epsilon(1e-9).margin(1e-12)); // scores are summed by another hand
      CHECK(row.conf_low == Approx(judged.satterthwaite.conf_low).epsilon(1e-9).margin(1e-12));
      CHECK(row.p_adjusted == Approx(judged.evidence.p_adjusted).epsilon(1e-7).margin(1e-12));
    }
  }
}

TEST_CASE("where nothing changed, few verdicts say that something did", "[analysis][rates]") {
  const Rates null = rates_of({}, 300);
  INFO("improved " << null.improved << ", worsened " << null.worsened << ", practically unchanged " << null.unchanged << ", covered "
                   << null.covered);
  // 15 of 300 expected. A standard error a fifth too small would give 31, one too large by half 1; no control taken away, nearly all.
  CHECK(null.improved + null.worsened <= 24);
  CHECK(null.improved + null.worsened >= 6);
  CHECK(null.improved <= 16);
  CHECK(null.worsened <= 16);
  CHECK(null.covered >= 276);
  CHECK(null.covered <= 294);
  // The standard error is the spread of the estimates: within four Monte Carlo standard errors of a variance, sqrt(2/300) each.
  CHECK(null.squares / null.variances == Approx(1).margin(0.33));
}

TEST_CASE("at the smallest change that matters, no change is rarely claimed", "[analysis][rates]") {
  Truth truth;
  truth.effect = bound;
  const Rates rates = rates_of(truth, 200);
  INFO("improved " << rates.improved << ", worsened " << rates.worsened << ", practically unchanged " << rates.unchanged);
  CHECK(rates.unchanged <= 18); // at most 10 of 200 expected; one-sided tests at the wrong bound would give many more
  CHECK(rates.worsened <= 2);
  CHECK(rates.improved >= 50); // power is about 44 %
}
