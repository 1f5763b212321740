#include "tests/support/catch.hpp"

#include "engine/core/random.hpp"
#include "engine/instrument/indicators.hpp"
#include "engine/instrument/scoring.hpp"
#include "sample.hpp"

#include <cmath>
#include <limits>

using namespace canvass;

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// A scale of three items, the last reversed: two answered 1 to 3, one from 0 to 10.
Instrument mixed(const std::string& score, const std::string& min_answered) {
  auto loaded =
      sample::load(sample::with_items("      - {id: a, type: select_one agree3, label: {en: \"A\"}}\n"
                                      "      - {id: b, type: integer, label: {en: \"B\"}, minimum: 0, maximum: 10}\n"
                                      "      - {id: c, type: select_one agree3, reverse: true, label: {en: \"C\"}}\n",
                                      "scales:\n  s: {items: [a, b, c], score: " + score + ", min_answered: " + min_answered + "}\n"));
  REQUIRE(loaded.only() == "no problem");
  return loaded.instrument;
}

ScaleScore scored(const std::string& score, const std::string& min_answered, std::vector<double> answers) {
  const Instrument instrument = mixed(score, min_answered);
  return score_of(scale_rule(instrument, instrument.scales[0]), answers);
}

} // namespace

TEST_CASE("nothing answered, or too little, gives no score") {
  CHECK(std::isnan(scored("mean", "1", {}).value));
  CHECK(std::isnan(scored("mean", "1", {nothing, -98, -95}).value));
  CHECK(scored("mean", "1", {nothing, -98, -95}).answered == 0);
  const ScaleScore two_of_three = scored("mean", "3", {1, 5, -99});
  CHECK(std::isnan(two_of_three.value));
  CHECK(two_of_three.answered == 2);
  CHECK(std::isnan(score_of(ScaleRule{}, {}).value));
}

TEST_CASE("one answer is enough where one is asked for") {
  CHECK(scored("mean", "1", {nothing, nothing, 1}).value == 3.0); // reversed: 1 + 3 - 1
  CHECK(scored("percent_of_max", "1", {nothing, nothing, 1}).value == 100.0);
  CHECK(scored("sum", "1", {nothing, nothing, 1}).value == 16.0); // the top of 2 to 16
}

TEST_CASE("mean, sum and percent of the maximum") {
  CHECK(scored("mean", "3", {2, 4, 1}).value == 3.0); // (2 + 4 + 3) / 3
  CHECK(scored("sum", "3", {2, 4, 1}).value == 9.0);
  CHECK(scored("percent_of_max", "3", {2, 4, 1}).value == Approx(190.0 / 3).epsilon(1e-15)); // a half, four tenths and the whole
  CHECK(scored("sum", "2", {2, -99, 2}).value == 9.0); // half way, in every item answered: half way of 2 to 16
}

TEST_CASE("a rule knows the range of its score") {
  const Instrument mean = mixed("mean", "1");
  CHECK(scale_rule(mean, mean.scales[0]).lowest == 0.0);
  CHECK(scale_rule(mean, mean.scales[0]).highest == 10.0);
  const Instrument sum = mixed("sum", "1");
  CHECK(scale_rule(sum, sum.scales[0]).lowest == 2.0);
  CHECK(scale_rule(sum, sum.scales[0]).highest == 16.0);
  const Instrument percent = mixed("percent_of_max", "1");
  CHECK(scale_rule(percent, percent.scales[0]).lowest == 0.0);
  CHECK(scale_rule(percent, percent.scales[0]).highest == 100.0);
}

TEST_CASE("scores stay in their range, and turning every item round mirrors them") {
  for (const std::string score : {"mean", "sum", "percent_of_max"}) {
    const Instrument instrument = mixed(score, "1");
    const ScaleRule rule = scale_rule(instrument, instrument.scales[0]);
    ScaleRule turned = rule;
    for (ScoredItem& item : turned.items) {
      item.reverse = !item.reverse;
    }
    RandomStream random(3, "scores");
    for (int round = 0; round < 500; ++round) {
      std::vector<double> answers = {1.0 + random.below(3), static_cast<double>(random.below(11)), 1.0 + random.below(3)};
      for (double& answer : answers) {
        answer = random.below(4) == 0 ? -98 : answer;
      }
      const ScaleScore here = score_of(rule, answers);
      const ScaleScore there = score_of(turned, answers);
      CHECK(here.answered == there.answered);
      if (here.answered == 0) {
        continue;
      }
      CHECK(here.value >= rule.lowest - 1e-12); // one rounding of a quotient
      CHECK(here.value <= rule.highest + 1e-12);
      if (score != "mean") { // the mean of unlike ranges has no one mirror
        CHECK(here.value + there.value == Approx(rule.lowest + rule.highest).epsilon(1e-13));
      }
    }
  }
}

TEST_CASE("indicators count codes over those who answered, or over those asked") {
  auto loaded = sample::load(sample::with_items(
      "      - {id: q, type: select_one agree3, missing: [dk, pns], label: {en: \"Q\"}}\n"
      "      - {id: r, type: select_one yesno, missing: [dk], label: {en: \"R\"}}\n",
      "indicators:\n  answered: {of: q, in: [3]}\n  asked: {of: q, in: [3], base: asked}\n"
      "  unsure: {of: q, in: [2, -98], base: asked}\n"
      "  formula: {formula: \"${q} >= 2 and ${r} = 1\"}\n  formula_asked: {formula: \"${q} >= 2 and ${r} = 1\", base: asked}\n"));
  REQUIRE(loaded.only() == "no problem");
  const auto is = [&](const std::string& id, double q, double r = 1) {
    const std::optional<bool> result =
        indicator_of(loaded.instrument, *loaded.instrument.indicator(id), sample::answers_of({{"q", q}, {"r", r}}));
    return !result ? "out" : *result ? "yes" : "no";
  };
  CHECK(std::string(is("answered", 3)) == "yes");
  CHECK(std::string(is("answered", 2)) == "no");
  for (const double missing : {-99.0, -98.0, -97.0, -96.0, -95.0, -94.0}) {
    CHECK(std::string(is("answered", missing)) == "out");
  }
  CHECK(std::string(is("asked", 3)) == "yes");
  CHECK(std::string(is("asked", -98)) == "no");
  CHECK(std::string(is("asked", -97)) == "no");
  CHECK(std::string(is("asked", -99)) == "no");
  CHECK(std::string(is("asked", -96)) == "out"); // does not apply
  CHECK(std::string(is("asked", -95)) == "out"); // not asked is never no
  CHECK(std::string(is("asked", -94)) == "out");
  CHECK(std::string(is("unsure", -98)) == "yes");
  CHECK(std::string(is("formula", 3, 1)) == "yes");
  CHECK(std::string(is("formula", 1, -98)) == "no"); // decided by q alone
  CHECK(std::string(is("formula", 3, -98)) == "out");
  CHECK(std::string(is("formula_asked", 3, -98)) == "no");
  CHECK(std::string(is("formula_asked", 3, -95)) == "out");
}
