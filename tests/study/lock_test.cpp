#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"
#include "tests/support/study_files.hpp"

#include "engine/study/lock.hpp"

#include <algorithm>

using namespace canvass;
using namespace canvass::testing;

namespace {

LoadedStudy study_of(const std::string& study, const std::string& instrument = small_instrument) {
  StudyFiles files;
  write_small_study(files, study);
  files.write("instruments/small.yaml", instrument);
  return files.load();
}

Json plan_of(const std::string& study, const std::string& instrument = small_instrument) {
  return canonical_plan(study_of(study, instrument));
}

/// Differences from the small study's plan, "analysis: text" each on a line.
std::string changes(std::string_view from, std::string_view to) {
  std::string out;
  for (const PlanDifference& difference : diff_plans(plan_of(small_study), plan_of(replaced(small_study, from, to)))) {
    out += difference.analysis + ": " + difference.text + (difference.deviates ? "" : " (words only)") + "\n";
  }
  return out;
}

} // namespace

TEST_CASE("the same plan has the same hash, however it is laid out", "[study][lock]") {
  const std::string hash = plan_sha256(study_of(small_study));
  CHECK(hash.size() == 64);
  CHECK(plan_sha256(study_of(small_study)) == hash);
  CHECK(plan_sha256(study_of(replaced(small_study, "[T2-T1, T3-T1, T3-T2]", "[T3-T2, T2-T1, T3-T1]"))) == hash);
  CHECK(plan_sha256(study_of(replaced(small_study, "matters: 0.2", "matters: 0.20"))) == hash);
  CHECK(plan_sha256(study_of(replaced(small_study, "decision: \"Go on?\"", "decision: \"Stop?\""))) == hash);
  CHECK(plan_sha256(study_of(replaced(small_study, "label: {en: \"Before\"}", "label: {en: \"At the start\"}"))) == hash);
  CHECK(plan_sha256(study_of(replaced(small_study, "matters: 0.2", "matters: 0.3"))) != hash);
}

TEST_CASE("a plan read back from its canonical text is the same plan", "[study][lock]") {
  const Json plan = plan_of(small_study);
  const Json back = parse_json(plan.canonical(), "the log");
  CHECK(back.canonical() == plan.canonical());
  CHECK(diff_plans(back, plan).empty());
}

TEST_CASE("families and scoring are written out", "[study][lock]") {
  const std::string text = plan_of(small_study).canonical();
  CHECK(text.find(R"("outcomes":["v1","v2","v3"])") != std::string::npos);
  CHECK(text.find(R"("min_answered":2)") != std::string::npos);
  CHECK(text.find(R"("primary":"T3-T1")") != std::string::npos);
  CHECK(text.find(R"("v2":{"codes":[1,2,3,4,5],"desired_direction":"none","reverse":true})") != std::string::npos);
}

TEST_CASE("each change of the plan is told as a sentence", "[study][lock]") {
  CHECK(changes("primary: T3-T1", "primary: T2-T1") == "primary: the primary contrast was T3-T1, is now T2-T1\n");
  CHECK(changes("matters: 0.2", "matters: 0.5") == "primary: the smallest change that matters was 0.2, is now 0.5\n");
  CHECK(changes("seed: 20260222", "seed: 7") == ": the seed was 20260222, is now 7\n");
  CHECK(changes("level: 0.05", "level: 0.1") == ": the significance level was 0.05, is now 0.1\n");
  CHECK(changes("T3-T1: up", "T3-T1: same") == "primary: the expectation was T2-T1 down, T3-T1 up, is now T2-T1 down, T3-T1 same\n");
  CHECK(changes("westfall_young", "bh") == "items: the adjustment was westfall_young, is now bh\n");
  CHECK(changes("items_of: standing", "outcomes: [v1, v3, contacted]") ==
        "items: the family lost v2\nitems: the family gained contacted\n");
  CHECK(changes("[T2-T1, T3-T1, T3-T2]", "[T2-T1, T3-T1]") == "primary: the list of contrasts lost T3-T2\n");
  CHECK(changes("outcome: standing", "outcome: v1") == "primary: the outcome was standing, is now v1\n");
  CHECK(changes("family: standing, contrast", "family: standing, alternates: all, contrast") ==
        "items: the list of options was none, is now alternates all\n");
  CHECK(changes("Training takes time", "Practice takes time") ==
        "primary: the reason was Training takes time, is now Practice takes time (words only)\n");
  CHECK(changes("{id: items,", "{id: things,") ==
        "items: the analysis items was planned and is left out\nthings: the analysis things was added after the lock\n");
}

TEST_CASE("a change of scoring is a change of every analysis that uses it", "[study][lock]") {
  const Json before = plan_of(small_study);
  const auto scored = diff_plans(before, plan_of(small_study, replaced(small_instrument, "min_answered: 2", "min_answered: 3")));
  REQUIRE(scored.size() == 1);
  CHECK(scored[0].analysis == "primary");
  CHECK(scored[0].text == "the number of items needed for a score of standing was 2, is now 3");
  const auto turned = diff_plans(before, plan_of(small_study, replaced(small_instrument, "id: v2, reverse: true", "id: v2")));
  CHECK(std::any_of(turned.begin(), turned.end(), [](const PlanDifference& d) {
    return d.analysis == "primary" && d.text == "reversing of the item v2 in standing was yes, is now no";
  }));
  CHECK(std::any_of(turned.begin(), turned.end(), [](const PlanDifference& d) { return d.analysis == "items"; }));
}

TEST_CASE("rows are planned, exploratory or deviated", "[study][lock]") {
  const Json locked = plan_of(small_study);
  const auto status = [&](const std::string& study, std::string_view analysis) {
    const Json now = plan_of(study);
    return status_of(analysis, locked, diff_plans(locked, now));
  };
  CHECK(status(small_study, "primary") == PlanStatus::planned);
  CHECK(status(small_study, "afterthought") == PlanStatus::exploratory);
  const std::string bent = replaced(small_study, "matters: 0.2", "matters: 0.5");
  CHECK(status(bent, "primary") == PlanStatus::deviated);
  CHECK(status(bent, "items") == PlanStatus::planned);
  CHECK(status(replaced(small_study, "seed: 20260222", "seed: 7"), "items") == PlanStatus::deviated);
  CHECK(status(replaced(small_study, "Training takes time", "Practice takes time"), "primary") == PlanStatus::planned);
}

TEST_CASE("a lock covers how a survey is weighted and what it is held against", "[study][lock]") {
  const auto plan_with = [](std::string_view from, std::string_view to) {
    StudyFiles files;
    write_public_study(files);
    files.write("study.yaml", replaced(public_study, from, to));
    return canonical_plan(files.load());
  };
  const Json locked = plan_with("flag_base: 50", "flag_base: 50");
  CHECK(diff_plans(locked, plan_with("flag_base: 50", "flag_base: 60")).empty());
  const auto first = [&](std::string_view from, std::string_view to) {
    const auto differences = diff_plans(locked, plan_with(from, to));
    return differences.empty() ? std::string("none") : (differences[0].deviates ? "deviates: " : "") + differences[0].text;
  };
  CHECK(first("trim: 5", "trim: 4") == "deviates: the largest weight was 5, is now 4");
  CHECK(first("[[area], [sex, age_band]]", "[[area], [sex]]") ==
        "deviates: the list of margins was area, sex x age_band, is now area, sex");
  CHECK(first("lonely_psu: refuse", "lonely_psu: adjust") == "deviates: what happens to a stratum with one unit was refuse, is now adjust");
  CHECK(first("kind: probability", "kind: quota") == "deviates: the kind of sample was probability, is now quota");
  CHECK(first("target: 42", "target: 40") == "deviates: the list of targets lost P1 at least 42");
}
