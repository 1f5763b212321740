#include "tests/support/catch.hpp"

#include "engine/instrument/compare.hpp"
#include "engine/instrument/indicators.hpp"
#include "sample.hpp"

#include <cmath>

using namespace canvass;
using sample::with_items;

namespace {

const std::string battery = R"(      - id: b
        type: battery agree3
        label: {en: "How much do you agree?"}
        missing: [dk]
        rows:
          - {id: a1, label: {en: "One"}}
          - {id: a2, label: {en: "Two"}}
          - {id: a3, reverse: true, label: {en: "Three"}}
)";

std::string scored(const std::string& score, const std::string& formula, int least = 2, const std::string& base = "answered") {
  return with_items(battery, "scales:\n  s: {label: {en: \"S\"}, items: [a1, a2, a3], score: " + score + ", min_answered: " +
                                 std::to_string(least) + "}\nindicators:\n  i: {formula: \"" + formula + "\", base: " + base + "}\n");
}

/// What the only indicator says of one sheet: 1, 0, or -1 where the sheet is out of the base.
int indicated(const Instrument& instrument, const std::map<std::string, double, std::less<>>& answers) {
  const std::optional<bool> result = indicator_of(instrument, instrument.indicators.at(0), sample::answers_of(answers));
  return result ? (*result ? 1 : 0) : -1;
}

} // namespace

TEST_CASE("count() takes conditions, at least one") {
  const auto problem = [](const std::string& formula) { return sample::load(scored("sum", formula)).only(); };
  CHECK(problem("count(${a1}, ${a2} = 1) > 1").find("`and`, `or`, not() and count() take conditions, and this is a number") !=
        std::string::npos);
  CHECK(problem("count() > 1").find("count has 0 arguments; write count(condition, condition)") != std::string::npos);
  CHECK(problem("count(${a1} = 9) > 1").find("a1 is compared with 9, which is not in its list") != std::string::npos);
  CHECK(problem("count(${a1} = 1, ${a2} = 1)").find("`formula` is a number and not a condition") != std::string::npos);
}

TEST_CASE("a scale is named by formulas only, and nothing can write the call that holds it") {
  CHECK(sample::load(with_items(battery + "      - {id: c, type: text, label: {en: \"Why?\"}, relevant: \"${s} > 2\"}\n",
                                "scales:\n  s: {items: [a1, a2, a3]}\n"))
            .only()
            .find("`relevant` refers to s, which does not exist") != std::string::npos);
  CHECK(sample::load(scored("sum", "scale('s', 'sum', 2, ${a1}, 1, 3) > 2")).only().find("scale is no function") != std::string::npos);
  CHECK(sample::load(scored("sum", "${s}")).only().find("`formula` is a number and not a condition") != std::string::npos);
}

TEST_CASE("count() says how many conditions hold, and is unknown as soon as one is") {
  const auto loaded = sample::load(scored("sum", "count(${a1} >= 2, ${a1} = 3, ${a2} >= 2, ${a2} = 3) >= 3"));
  REQUIRE(loaded.only() == "no problem");
  CHECK(indicated(loaded.instrument, {{"a1", 3}, {"a2", 2}}) == 1);
  CHECK(indicated(loaded.instrument, {{"a1", 2}, {"a2", 2}}) == 0);
  CHECK(indicated(loaded.instrument, {{"a1", 3}, {"a2", 3}}) == 1);
  CHECK(indicated(loaded.instrument, {{"a1", 3}, {"a2", -98}}) == -1);
  CHECK(indicated(loaded.instrument, {{"a1", 3}, {"a2", code_routed}}) == -1);
}

TEST_CASE("a formula takes a scale's score as the scale gives it: reversed items, gaps, all three scores") {
  const auto sum = sample::load(scored("sum", "${s} >= 7"));
  REQUIRE(sum.only() == "no problem");
  CHECK(indicated(sum.instrument, {{"a1", 3}, {"a2", 2}, {"a3", 2}}) == 1);   // 3 + 2 + (4 - 2) = 7
  CHECK(indicated(sum.instrument, {{"a1", 3}, {"a2", 2}, {"a3", 3}}) == 0);   // 3 + 2 + 1 = 6
  CHECK(indicated(sum.instrument, {{"a1", 3}, {"a2", 2}, {"a3", -98}}) == 1); // 5 of 2..6, so 3 + 6 x 3/4 = 7.5 of 3..9
  CHECK(indicated(sum.instrument, {{"a1", 3}, {"a2", -98}, {"a3", -98}}) == -1);
  const auto mean = sample::load(scored("mean", "${s} > 2 and ${a1} = 3", 3));
  CHECK(indicated(mean.instrument, {{"a1", 3}, {"a2", 2}, {"a3", 1}}) == 1);
  CHECK(indicated(mean.instrument, {{"a1", 2}, {"a2", -98}, {"a3", 1}}) == 0); // false and unknown
  const auto percent = sample::load(scored("percent_of_max", "${s} = 50", 1));
  CHECK(indicated(percent.instrument, {{"a1", 2}, {"a2", -98}, {"a3", -98}}) == 1);
  CHECK(indicated(percent.instrument, {{"a1", 3}, {"a2", -98}, {"a3", -98}}) == 0);
}

TEST_CASE("with base asked, no score for want of answers counts as no, an item not asked keeps its person out") {
  const auto loaded = sample::load(scored("sum", "${s} >= 7", 3, "asked"));
  CHECK(indicated(loaded.instrument, {{"a1", 3}, {"a2", 3}, {"a3", -98}}) == 0);
  CHECK(indicated(loaded.instrument, {{"a1", 3}, {"a2", 3}, {"a3", code_routed}}) == -1);
}

TEST_CASE("an indicator over a scale refers to the items, knows the scale, and breaks with its rule") {
  const auto before = sample::load(scored("sum", "${s} >= 7 or ${s} = 3", 2));
  REQUIRE(before.only() == "no problem");
  const Expression& formula = *before.instrument.indicators[0].formula;
  CHECK(formula.references() == std::vector<std::string>{"a1", "a2", "a3"});
  CHECK(formula.scales() == std::vector<std::string>{"s"});
  CHECK(written_rule(before.instrument, before.instrument.indicators[0].formula) ==
        "${s} >= 7 or ${s} = 3, s = sum of a1, a2, a3, at least 2 answered");
  CHECK(compare_instruments(before.instrument, before.instrument).link("i")->continues);
  const auto stricter = sample::load(scored("sum", "${s} >= 7 or ${s} = 3", 3));
  CHECK_FALSE(compare_instruments(before.instrument, stricter.instrument).link("i")->continues);
  std::string turned = scored("sum", "${s} >= 7 or ${s} = 3", 2);
  turned.replace(turned.find("reverse: true, "), 15, "");
  CHECK_FALSE(compare_instruments(before.instrument, sample::load(turned).instrument).link("i")->continues);
}

TEST_CASE("a share among some people leaves all others out, also those of whom it cannot be said") {
  const auto loaded = sample::load(with_items(battery, "indicators:\n  i: {of: a1, in: [3], among: \"${a2} = 1\"}\n"));
  REQUIRE(loaded.only() == "no problem");
  CHECK(indicated(loaded.instrument, {{"a1", 3}, {"a2", 1}}) == 1);
  CHECK(indicated(loaded.instrument, {{"a1", 2}, {"a2", 1}}) == 0);
  CHECK(indicated(loaded.instrument, {{"a1", 3}, {"a2", 2}}) == -1);
  CHECK(indicated(loaded.instrument, {{"a1", 3}, {"a2", -98}}) == -1);
  CHECK(indicated(loaded.instrument, {{"a1", -98}, {"a2", 1}}) == -1);
  CHECK(loaded.instrument.indicators[0].variables() == std::vector<std::string>{"a1", "a2"});
  const auto formula =
      sample::load(with_items(battery, "indicators:\n  i: {formula: \"${a1} = 3 or ${a2} = 3\", among: \"${a2} >= 2\"}\n"));
  REQUIRE(formula.only() == "no problem");
  CHECK(formula.instrument.indicators[0].variables() == std::vector<std::string>{"a1", "a2"});
  CHECK_FALSE(compare_instruments(loaded.instrument, sample::load(with_items(battery, "indicators:\n  i: {of: a1, in: [3]}\n")).instrument)
                  .link("i")
                  ->continues);
  CHECK(sample::load(with_items(battery, "indicators:\n  i: {of: a1, in: [3], among: \"${a9} = 1\"}\n")).only().find("refers to a9") !=
        std::string::npos);
}

TEST_CASE("an element must be declared, and belongs to answers that can be a driver") {
  const std::string elements = "elements:\n  engagement: {en: \"Engagement\"}\n";
  const std::string one = "      - {id: q, type: select_one agree3, label: {en: \"Q?\"}, element: ";
  CHECK(sample::load(with_items(one + "engagement}\n"))
            .only()
            .find("the item q names an element that is not declared (engagement); write "
                  "elements: at the top") != std::string::npos);
  CHECK(sample::load(with_items(one + "engagemnt}\n", elements)).only().find("did you mean engagement?") != std::string::npos);
  CHECK(sample::load(with_items("      - {id: t, type: text, label: {en: \"T?\"}, element: engagement}\n", elements))
            .only()
            .find("element does not belong to a text item; it is for select_one, battery, integer or decimal") != std::string::npos);
  CHECK(sample::load(with_items(one + "engagement}\n", "elements:\n  engagement: {}\n")).problems.has_errors());
}

TEST_CASE("a row takes the element of its battery, unless it has its own") {
  std::string items = battery;
  items.replace(items.find("        rows:"), 0, "        element: engagement\n");
  items.replace(items.find("{id: a2, "), 9, "{id: a2, element: visibility, ");
  const auto loaded =
      sample::load(with_items(items, "elements:\n  engagement: {en: \"Engagement\"}\n  visibility: {en: \"Visibility\"}\n"));
  REQUIRE(loaded.only() == "no problem");
  CHECK(loaded.instrument.variables[0].element == "engagement");
  CHECK(loaded.instrument.variables[1].element == "visibility");
  REQUIRE(loaded.instrument.element("visibility") != nullptr);
  CHECK(loaded.instrument.element("visibility")->label.in("en") == "Visibility");
  CHECK(loaded.instrument.element("nothing") == nullptr);
}
