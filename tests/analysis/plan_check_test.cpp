#include "tests/support/catch.hpp"

#include "engine/analysis/run.hpp"
#include "engine/study/load.hpp"

#include <string>

using namespace canvass;

namespace {

LoadedStudy example() {
  const std::string root = CANVASS_SOURCE_DIR;
  return load_study_or_throw(root + "/examples/cohort", {{root + "/instruments"}});
}

std::string problems_of(const LoadedStudy& study) {
  Problems problems;
  analysis::check_plan(study, problems);
  std::string text;
  for (const Problem& problem : problems.all()) {
    text += to_string(problem) + "\n";
  }
  return text;
}

} // namespace

TEST_CASE("a procedure that does not exist is refused with the nearest", "[analysis][check]") {
  LoadedStudy study = example();
  study.study.plan.analyses.front().procedure = "cohort_chang";
  CHECK(problems_of(study).find("did you mean cohort_change?") != std::string::npos);
}

TEST_CASE("an option that the procedure does not take is refused", "[analysis][check]") {
  LoadedStudy study = example();
  study.study.plan.analyses.front().options["size"] = "3";
  CHECK(problems_of(study).find("an option that cohort_change does not take (\"size\"); it takes course_size") != std::string::npos);
}

TEST_CASE("a bound that can hardly be decided at this size is warned of", "[analysis][check]") {
  LoadedStudy study = example();
  // R: se <- 4/6 * sqrt(2 * .4 * (1/40 + 1/33))
  //    se * uniroot(function(d) 1 - pt(qt(.975, 71), 71, d) + pt(-qt(.975, 71), 71, d) - .8, c(0, 10), tol = 1e-12)$root   # 0.398
  CHECK(problems_of(study).find("a change of 0.2 points can hardly be decided with 40 treated and 33 control people") != std::string::npos);
  CHECK(problems_of(study).find("only one of 0.4 would be seen four times in five") != std::string::npos);
  study.study.plan.analyses.front().smallest_change_that_matters = 0.4;
  CHECK(problems_of(study).find("can hardly be decided") == std::string::npos);
}

TEST_CASE("names that the instrument does not have are refused before fieldwork, with the nearest", "[analysis][check]") {
  const std::string root = CANVASS_SOURCE_DIR;
  LoadedStudy study = load_study_or_throw(root + "/examples/annual-survey", {{root + "/instruments"}});
  CHECK(problems_of(study).find("error") == std::string::npos);
  PlannedAnalysis one;
  one.id = "views2";
  one.procedure = "profile_drivers";
  one.outcome = "confident";
  one.options = {{"views", "understand_agree not:matters_agre"}};
  study.study.plan.analyses.push_back(one);
  one.id = "balance2";
  one.procedure = "net_balance";
  one.outcome = "crime_change";
  one.options = {{"better", "9"}, {"worse", "3"}};
  study.study.plan.analyses.push_back(one);
  one.id = "gap2";
  one.procedure = "group_gap";
  one.outcome = "confident";
  one.options = {{"by", "sexx"}, {"group", "1"}};
  study.study.plan.analyses.push_back(one);
  study.study.report_template = "annual";
  const std::string problems = problems_of(study);
  CHECK(problems.find("analysis views2: `views` names \"matters_agre\"") != std::string::npos);
  CHECK(problems.find("did you mean matters_agree?") != std::string::npos);
  CHECK(problems.find("analysis balance2: `better` names the code 9, which crime_change does not have; it has") != std::string::npos);
  CHECK(problems.find("analysis gap2: `by` names \"sexx\"") != std::string::npos);
  CHECK(problems.find("there is no report template called \"annual\"") != std::string::npos);
}
