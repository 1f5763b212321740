#include "tests/support/catch.hpp"

#include "engine/report/sentence.hpp"

#include <string>
#include <vector>

using namespace canvass::report;

namespace {

Estimate contrast(double estimate, const std::string& verdict, std::vector<std::string> flags = {}) {
  Estimate row;
  row.id = "primary/T3-T1";
  row.estimate = estimate;
  row.conf_level = 0.95;
  row.conf_low = estimate - 0.25;
  row.conf_high = estimate + 0.25;
  row.p_value = row.p_adjusted = 0.2;
  row.n = 35;
  row.n_versus = 28;
  row.verdict = verdict;
  row.flags = std::move(flags);
  return row;
}

ContrastWords words(bool randomised = false) {
  ContrastWords made;
  made.outcome = "self-legitimacy";
  made.treated = "trained officers";
  made.control = "untrained officers";
  made.when = "18 weeks on";
  made.lowest = 1;
  made.highest = 5;
  made.randomised = randomised;
  made.bound = 0.2;
  return made;
}

const std::vector<std::string> verdicts = {"improved",     "worsened",     "higher", "lower", "practically unchanged",
                                           "inconclusive", "not testable", ""};
const std::vector<std::string> all_flags = {"by_at_least_d",
                                            "d_not_shown",
                                            "too_small_to_tell",
                                            "alone_not_among_m",
                                            "baseline_and_ancova_disagree",
                                            "under_10_complete",
                                            "no_control",
                                            "not_yet_collected",
                                            "withheld",
                                            "as_expected",
                                            "against_expectation",
                                            "detectable_smaller_than_d"};

} // namespace

TEST_CASE("the first-page sentence of a null names what is not ruled out", "[report][sentence]") {
  const std::string text = plain_words(answer_sentence(contrast(0.05, "inconclusive"), nullptr, words()));
  CHECK(text == "18 weeks on, no difference in the change of self-legitimacy between trained officers and untrained officers was shown; "
                "one that matters (<0.2> points) "
                "is not ruled out (95% <-0.2 to 0.3>; n <35> + <28>; scale <1> to <5>).");
}

TEST_CASE("a bound outside the interval is not said to be possible", "[report][sentence]") {
  Estimate row = contrast(0.0, "inconclusive");
  row.conf_low = -0.15;
  row.conf_high = 0.15;
  CHECK(plain_words(answer_sentence(row, nullptr, words())).find("not ruled out") == std::string::npos);
}

TEST_CASE("without assignment by chance no sentence has a verb of cause", "[report][sentence]") {
  for (const std::string& verdict : verdicts) {
    for (const std::string& flag : all_flags) {
      for (const double estimate : {-0.4, 0.0, 0.4}) {
        const std::string text = plain_words(answer_sentence(contrast(estimate, verdict, {flag}), nullptr, words(false)));
        for (const char* word :
             {"raised", "lowered", "caused", "led to", "due to", "because of", "effect", "impact", "result of", "thanks to"}) {
          INFO(text);
          CHECK(text.find(word) == std::string::npos);
        }
      }
    }
  }
}

TEST_CASE("assignment by chance may name the training", "[report][sentence]") {
  CHECK(plain_words(answer_sentence(contrast(0.4, "improved"), nullptr, words(true))).find("the training had raised self-legitimacy") !=
        std::string::npos);
  CHECK(plain_words(answer_sentence(contrast(-0.4, "worsened"), nullptr, words(true))).find("the training had lowered self-legitimacy") !=
        std::string::npos);
}

TEST_CASE("no change is claimed only by the verdict of equivalence, and no effect never", "[report][sentence]") {
  for (const std::string& verdict : verdicts) {
    for (const std::string& flag : all_flags) {
      const std::string text = plain_words(answer_sentence(contrast(0.01, verdict, {flag}), nullptr, words()));
      INFO(text);
      CHECK(text.find("no effect") == std::string::npos);
      CHECK(text.find("did not change") == std::string::npos);
      CHECK(text.find("unchanged") == std::string::npos);
      CHECK((text.find("smaller than") != std::string::npos) == (verdict == "practically unchanged"));
    }
  }
}

TEST_CASE("every tested sentence has n and the range of the scale", "[report][sentence]") {
  for (const std::string& verdict : verdicts) {
    if (verdict.empty() || verdict == "not testable") {
      continue;
    }
    const std::string text = plain_words(answer_sentence(contrast(0.3, verdict), nullptr, words()));
    INFO(text);
    CHECK(text.find("n <35> + <28>") != std::string::npos);
    CHECK(text.find("scale <1> to <5>") != std::string::npos);
    CHECK(text.back() == '.');
  }
}

TEST_CASE("the direction in words follows the sign", "[report][sentence]") {
  CHECK(plain_words(answer_sentence(contrast(0.4, "higher"), nullptr, words())).find("<0.4> points higher") != std::string::npos);
  CHECK(plain_words(answer_sentence(contrast(-0.4, "lower"), nullptr, words())).find("<0.4> points lower") != std::string::npos);
  // A score where low is good: improved, and lower.
  CHECK(plain_words(answer_sentence(contrast(-0.4, "improved"), nullptr, words()))
            .find("lower among trained officers than among untrained officers") != std::string::npos);
}

TEST_CASE("verdicts in words", "[report][sentence]") {
  CHECK(verdict_words(contrast(-0.4, "lower", {"as_expected"}), 0.2) == "lower, as expected");
  CHECK(verdict_words(contrast(0.4, "improved", {"by_at_least_d", "against_expectation"}), 0.2) ==
        "improved, against expectation; by at least 0.2");
  CHECK(verdict_words(contrast(0.1, "inconclusive", {"alone_not_among_m", "too_small_to_tell"}), 0.2) ==
        "inconclusive; alone, not among its family; too small to tell");
  CHECK(verdict_words(contrast(0.1, "", {"withheld"}), 0.2) == "withheld");
  CHECK(verdict_words(contrast(0.1, "not testable", {"under_10_complete"}), {}) ==
        "not testable: an arm has fewer than 10 people who answered both waves");
}

TEST_CASE("k of m counts one item as one", "[report][sentence]") {
  Estimate row;
  row.estimate = 1;
  row.count = 20;
  row.p_value = 0.44;
  CHECK(plain_words(items_sentence(row, 0, "T3-T1")) == "T3-T1: <1> of <20> items differs from control unadjusted, none after adjustment. "
                                                        "If nothing differed, <1> or more would appear in <44> of 100 reshuffles.");
  row.estimate = 4;
  row.p_value = 0.001;
  CHECK(plain_words(items_sentence(row, 2, "T3-T1")) == "T3-T1: <4> of <20> items differ from control unadjusted, 2 after adjustment. If "
                                                        "nothing differed, <4> or more would appear in fewer than 1 of 100 reshuffles.");
  row.estimate = 0;
  CHECK(plain_words(items_sentence(row, 0, "T3-T1")) == "T3-T1: <0> of <20> items differ from control unadjusted, none after adjustment.");
}
