#include "tests/support/catch.hpp"

#include "engine/instrument/compare.hpp"
#include "sample.hpp"

using namespace canvass;
using sample::with_items;

namespace {

Instrument good(const std::string& text) {
  const auto loaded = sample::load(text);
  REQUIRE(loaded.only() == "no problem");
  return loaded.instrument;
}

std::string written(const Comparison& comparison) {
  std::string all;
  for (const Change& change : comparison.changes) {
    all += std::string(to_string(change.kind)) + " " + change.id + (change.text.empty() ? "" : ": " + change.text) + "\n";
  }
  return all;
}

const std::string a = "      - {id: a, type: select_one agree3, label: {en: \"A\"}, missing: [dk]}\n";
const std::string b = "      - {id: b, type: select_one agree3, label: {en: \"B\"}}\n";
const std::string c = "      - {id: c, type: select_multiple spots, label: {en: \"C\"}}\n";
const std::string d = "      - {id: d, type: integer, label: {en: \"D\"}, minimum: 0, maximum: 10}\n";

std::string changes(const std::string& before, const std::string& after) {
  return written(compare_instruments(good(with_items(before)), good(with_items(after))));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  REQUIRE(text.find(from) != std::string::npos);
  return text.replace(text.find(from), from.size(), to);
}

} // namespace

TEST_CASE("an instrument does not differ from itself, and everything continues") {
  const Instrument instrument = good(with_items(a + b + c + d, "scales:\n  s: {items: [a, b]}\nindicators:\n  i: {of: a, in: [3]}\n"));
  const Comparison comparison = compare_instruments(instrument, instrument);
  CHECK(comparison.changes.empty());
  CHECK(comparison.series.size() == instrument.variables.size() + 2);
  for (const SeriesLink& link : comparison.series) {
    CHECK(link.continues);
    CHECK(link.why.empty());
  }
  CHECK(comparison.link("not_there") == nullptr);
}

TEST_CASE("added and dropped, and an id that changed for no reason") {
  CHECK(changes(a + b, a) == "dropped b\n");
  CHECK(changes(a, a + c) == "added c_1\nadded c_2\nadded c_9\n");
  CHECK(changes(a + b, a + replaced(b, "id: b", "id: z")) ==
        "added z: it has the wording of b, which is gone; an id that stays keeps the series\ndropped b\n");
}

TEST_CASE("rewording, recoding and rerouting break a series") {
  CHECK(changes(a + b, a + replaced(b, "\"B\"", "\"Bee\"")) == "reworded b: \"B\" is now \"Bee\"\n");
  CHECK(changes(a + b, a + replaced(b, "label", "hint: {en: \"H\"}, label")) == "reworded b: \"H\" is new\n");
  CHECK(changes(a + b, replaced(a, "[dk]", "[dk, pns]") + b) == "recoded a: the missing codes offered was dk and is now dk, pns\n");
  CHECK(changes(a + b, a + replaced(b, "agree3", "yesno")).find("recoded b: the code 2 (\"Neither agree nor disagree\") is gone\n") !=
        std::string::npos);
  CHECK(changes(d, replaced(d, "maximum: 10", "maximum: 7")) == "recoded d: the highest number was 10 and is now 7\n");
  CHECK(changes(d, replaced(d, "integer", "decimal")) == "recoded d: the type was integer and is now decimal\n");
  CHECK(changes(a + b, a + replaced(b, "label", "relevant: \"${a} = 1\", label")) ==
        "rerouted b: relevant was absent and is now `${a} = 1`\n");
  CHECK(changes(a + replaced(b, "label", "relevant: \"${a}=1\", label"), a + replaced(b, "label", "relevant: \"(${a} = 1)\", label"))
            .empty()); // spelling
  const Comparison comparison = compare_instruments(
      good(with_items(a + b)), good(with_items(a + replaced(replaced(b, "\"B\"", "\"Bee\""), "label", "relevant: \"${a} = 1\", label"))));
  CHECK(comparison.link("a")->continues);
  CHECK_FALSE(comparison.link("b")->continues);
  CHECK(comparison.link("b")->why == "reworded, rerouted");
  CHECK(comparison.changes[0].before.line == 25);
  CHECK(comparison.changes[0].after.line == 25);
}

TEST_CASE("labels of codes and their order count, a list's id does not") {
  const std::string text = with_items(a + b);
  const auto against = [&](const std::string& other) { return written(compare_instruments(good(text), good(other))); };
  CHECK(against(replaced(text, "label: {en: \"Agree\"}", "label: {en: \"Yes\"}")) ==
        "recoded a: the code 3: \"Agree\" is now \"Yes\"\nrecoded b: the code 3: \"Agree\" is now \"Yes\"\n");
  std::string renamed = text;
  for (std::size_t at = renamed.find("agree3"); at != std::string::npos; at = renamed.find("agree3")) {
    renamed.replace(at, 6, "three");
  }
  CHECK(against(renamed).empty());
  const std::string first = "    - {code: 1, name: disagree, label: {en: \"Disagree\"}}\n";
  std::string turned = replaced(text, first, "");
  turned.insert(turned.find("  spots:"), first);
  CHECK(against(turned).find("recoded a: the answers are offered in another order") == 0);
}

TEST_CASE("moving is told and breaks nothing") {
  const Comparison comparison = compare_instruments(good(with_items(a + b + d)), good(with_items(d + a + b)));
  CHECK(written(comparison) == "moved d: it stands at another place in the order\n");
  for (const SeriesLink& link : comparison.series) {
    CHECK(link.continues);
  }
  CHECK(changes(a + b + d, d + b + a).find("moved") != std::string::npos);
  CHECK(changes(a + b + d, a + d).find("moved") == std::string::npos); // one gone moves nothing
}

TEST_CASE("a scale breaks with its rule, with an item, and with an item turned round, an item turned round continues") {
  const auto linked = [](const std::string& items, const std::string& scale) {
    const Comparison comparison =
        compare_instruments(good(with_items(a + b, "scales:\n  s: {items: [a, b]}\nindicators:\n  i: {of: b, in: [3]}\n")),
                            good(with_items(items, "scales:\n  s: " + scale + "\nindicators:\n  i: {of: b, in: [3]}\n")));
    return comparison.link("s")->why + "|" + comparison.link("i")->why;
  };
  CHECK(linked(a + b, "{items: [a, b]}") == "|");
  CHECK(linked(a + b, "{items: [a, b], score: sum}") == "rescored|");
  CHECK(linked(a + b, "{items: [a, b], min_answered: 1}") == "rescored|");
  CHECK(linked(a + replaced(b, "\"B\"", "\"Bee\""), "{items: [a, b]}") == "b is reworded|b is reworded");
  CHECK(linked(a + replaced(b, "label", "reverse: true, label"), "{items: [a, b]}") == "b is turned round|");
}

TEST_CASE("only languages that both versions have are compared") {
  const std::string one = with_items("      - {id: q, type: text, label: {en: \"Q\"}}\n");
  std::string two =
      "canvass: 1\ninstrument: sample\nversion: 1.0.0\ntitle: {en: \"S\", cy: \"S\"}\nlanguages: [en, cy]\npages:\n  - id: p\n    items:\n"
      "      - {id: q, type: text, label: {en: \"Q\", cy: \"C\"}}\n";
  CHECK(written(compare_instruments(good(one), good(two))).empty());
}
