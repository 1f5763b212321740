#include "tests/support/catch.hpp"

#include "engine/analysis/judge.hpp"

#include <algorithm>

using namespace canvass;
using namespace canvass::analysis;

namespace {

Evidence detected() {
  Evidence evidence;
  evidence.difference = 0.4;
  evidence.low = 0.25;
  evidence.high = 0.55;
  evidence.p_value = 0.001;
  evidence.p_adjusted = 0.002;
  evidence.detectable = 0.3;
  evidence.bound = 0.2;
  evidence.n = 35;
  evidence.n_versus = 28;
  evidence.desired = Direction::up;
  return evidence;
}

bool has(const Verdict& verdict, const std::string& flag) {
  return std::find(verdict.flags.begin(), verdict.flags.end(), flag) != verdict.flags.end();
}

} // namespace

TEST_CASE("no control, a missing wave or no variation is not testable", "[analysis][judge]") {
  Evidence evidence = detected();
  evidence.testable = false;
  CHECK(judge(evidence).word == "not testable");
  evidence = detected();
  evidence.p_adjusted = report::not_a_number;
  CHECK(judge(evidence).word == "not testable");
}

TEST_CASE("an arm under ten complete people is not testable, ten are", "[analysis][judge]") {
  Evidence evidence = detected();
  evidence.n_versus = 9;
  CHECK(judge(evidence).word == "not testable");
  CHECK(has(judge(evidence), "under_10_complete"));
  evidence.n_versus = 10;
  CHECK(judge(evidence).word == "improved");
}

TEST_CASE("equivalence comes before detection", "[analysis][judge]") {
  Evidence evidence = detected();
  evidence.q_equivalence = 0.05;
  Verdict verdict = judge(evidence);
  CHECK(verdict.word == "practically unchanged");
  CHECK(has(verdict, "detectable_smaller_than_d"));
  evidence.p_adjusted = 0.2;
  CHECK_FALSE(has(judge(evidence), "detectable_smaller_than_d"));
  evidence.q_equivalence = 0.0501;
  CHECK(judge(evidence).word == "inconclusive");
  evidence.q_equivalence = 0.01;
  evidence.bound.reset();
  CHECK(judge(evidence).word != "practically unchanged");
}

TEST_CASE("improved and worsened need a desired direction, else higher and lower", "[analysis][judge]") {
  Evidence evidence = detected();
  CHECK(judge(evidence).word == "improved");
  evidence.desired = Direction::down;
  CHECK(judge(evidence).word == "worsened");
  evidence.desired = Direction::none;
  CHECK(judge(evidence).word == "higher");
  evidence.difference = -0.4;
  evidence.low = -0.55;
  evidence.high = -0.25;
  CHECK(judge(evidence).word == "lower");
  evidence.desired = Direction::down;
  CHECK(judge(evidence).word == "improved");
}

TEST_CASE("at least d is said only with the near end of the interval at d, on either side", "[analysis][judge]") {
  Evidence evidence = detected();
  CHECK(has(judge(evidence), "by_at_least_d"));
  evidence.low = 0.1999;
  CHECK(has(judge(evidence), "d_not_shown"));
  evidence.difference = -0.4;
  evidence.low = -0.55;
  evidence.high = -0.2;
  CHECK(has(judge(evidence), "by_at_least_d"));
  evidence.high = -0.19;
  CHECK(has(judge(evidence), "d_not_shown"));
}

TEST_CASE("an expectation is met, or not, only by what was detected", "[analysis][judge]") {
  Evidence evidence = detected();
  evidence.expect = Expect::up;
  CHECK(has(judge(evidence), "as_expected"));
  evidence.expect = Expect::down;
  CHECK(has(judge(evidence), "against_expectation"));
  evidence.p_adjusted = 0.5;
  CHECK_FALSE(has(judge(evidence), "against_expectation"));
  evidence.q_equivalence = 0.01;
  evidence.expect = Expect::same;
  CHECK(has(judge(evidence), "as_expected"));
}

TEST_CASE("inconclusive says why", "[analysis][judge]") {
  Evidence evidence = detected();
  evidence.p_adjusted = 0.06;
  evidence.p_value = 0.03;
  CHECK(judge(evidence).word == "inconclusive");
  CHECK(has(judge(evidence), "alone_not_among_m"));
  CHECK(has(judge(evidence), "too_small_to_tell"));
  evidence.detectable = 0.2;
  CHECK_FALSE(has(judge(evidence), "too_small_to_tell"));
  evidence.bound.reset();
  CHECK(has(judge(evidence), "too_small_to_tell"));
}

TEST_CASE("arms that differed at the start and an ANCOVA of the other sign conclude nothing", "[analysis][judge]") {
  Evidence evidence = detected();
  evidence.baseline_smd = -0.26;
  evidence.ancova = -0.01;
  CHECK(judge(evidence).word == "inconclusive");
  evidence.baseline_smd = -0.25;
  CHECK(judge(evidence).word == "improved");
  evidence.baseline_smd = -0.26;
  evidence.ancova = 0.01;
  CHECK(judge(evidence).word == "improved");
}

TEST_CASE("the verdict is mirrored when the scale is turned", "[analysis][judge]") {
  for (const double difference : {-0.4, 0.4}) {
    for (const double p : {0.001, 0.04, 0.2}) {
      Evidence evidence = detected();
      evidence.difference = difference;
      evidence.low = difference - 0.15;
      evidence.high = difference + 0.15;
      evidence.p_value = evidence.p_adjusted = p;
      Evidence turned = evidence;
      turned.difference = -difference;
      turned.low = -evidence.high;
      turned.high = -evidence.low;
      turned.desired = Direction::down;
      CHECK(judge(evidence).word == judge(turned).word);
      CHECK(judge(evidence).flags == judge(turned).flags);
    }
  }
}
