#include "tests/analysis/public_answers.hpp"
#include "tests/support/catch.hpp"

#include "engine/analysis/run.hpp"
#include "engine/report/estimate.hpp"

using namespace canvass;

// tests/reference/public_answers.R, last line. R counts 191 degrees of freedom of the whole sample, ours are those of the 185 who answered
// (conventions): the same statistic, and p = pf(2.94119850299020, 1, 184, lower.tail = FALSE).
TEST_CASE("an outcome over a question is tested for any difference, not for its order alone", "[analysis][survey]") {
  testing::StudyFiles files;
  testing::write_public_survey(files);
  LoadedStudy study = files.load();
  PlannedAnalysis analysis;
  analysis.id = "bands";
  analysis.procedure = "trend_over_groups";
  analysis.outcome = "confident";
  analysis.options = {{"by", "age_band"}};
  study.study.plan.analyses = {analysis};
  const std::vector<Response> responses = testing::public_answers(study);
  analysis::Options options;
  options.release = analysis::Release::internal;
  const report::Estimates rows = analysis::analyse({study, responses, {}, 0, 0, true}, options).rows;
  const report::Estimate* any = report::find(rows, "bands/confident/y2026/association");
  REQUIRE(any != nullptr);
  CHECK(any->statistic == Approx(2.94119850299020).epsilon(1e-7)); // the raking of R stops at 1e-12 of the totals, ours at 1e-8
  CHECK(any->df == Approx(1).epsilon(1e-12));
  CHECK(any->df2 == Approx(184).epsilon(1e-12));
  CHECK(any->p_value == Approx(0.0880301856625924).epsilon(1e-6));
  CHECK(any->n == 185);
  CHECK(any->verdict == "not told apart");
}
