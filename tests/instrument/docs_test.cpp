#include "tests/support/catch.hpp"

#include "engine/core/json.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/instrument/check.hpp"
#include "sample.hpp"

#include <set>

using namespace canvass;
using sample::with_items;

namespace {

std::string page() {
  return read_file(CANVASS_SOURCE_DIR "/docs/instrument.md");
}

Json schema() {
  const std::string file = CANVASS_SOURCE_DIR "/docs/instrument.schema.json";
  return parse_json(read_file(file), file);
}

/// The keys that the schema gives for one kind of mapping; "" is the top level.
std::set<std::string> keys_of(const Json& whole, const std::string& kind) {
  const Json& properties = kind.empty() ? whole["properties"] : whole["$defs"][kind]["properties"];
  std::set<std::string> keys;
  for (const auto& entry : properties.entries()) {
    keys.insert(entry.first);
  }
  return keys;
}

/// The keys that the loader names when it meets `zzzzzzzz` in a mapping called `what`.
std::set<std::string> keys_named(const std::string& text, const std::string& what) {
  const std::string start = "unknown key `zzzzzzzz` in " + what + "; allowed are ";
  for (const std::string& problem : sample::load(text).texts()) {
    const std::size_t at = problem.find(start);
    if (at != std::string::npos) {
      std::set<std::string> keys;
      for (const std::string_view key : split(std::string_view(problem).substr(at + start.size()), ',')) {
        keys.insert(std::string(trim(key)));
      }
      return keys;
    }
  }
  return {};
}

} // namespace

TEST_CASE("the instrument on the page about the format loads, and its craft has no warning") {
  const std::string text = page();
  const std::size_t start = text.find("```yaml\n") + 8;
  const auto loaded = sample::load(text.substr(start, text.find("```", start) - start));
  CHECK(loaded.only() == "no problem");
  Problems problems;
  check_instrument(loaded.instrument, problems);
  for (const Problem& problem : problems.all()) {
    CHECK(to_string(problem) == "no warning");
  }
}

TEST_CASE("the schema has the keys that the loader takes, and the page explains each") {
  const Json whole = schema();
  const std::string one = "      - {id: q, type: select_one yesno, label: {en: \"Q?\"}";
  const std::string z = ", zzzzzzzz: 1}\n";
  CHECK(keys_named(with_items(one + "}\n", "zzzzzzzz: 1\n"), "the instrument") == keys_of(whole, ""));
  CHECK(keys_named(with_items(one + "}\n", "  - {id: p2, zzzzzzzz: 1}\n"), "a page") == keys_of(whole, "page"));
  CHECK(keys_named(with_items(one + "}\n", "scales:\n  s: {items: [q]" + z), "a scale") == keys_of(whole, "scale"));
  CHECK(keys_named(with_items(one + "}\n", "frames:\n  f:\n    - {code: 1, label: \"F\"" + z), "a code of a frame") ==
        keys_of(whole, "frame_code"));
  std::set<std::string> indicator = keys_named(with_items(one + "}\n", "indicators:\n  i: {of: q, in: [1]" + z), "an indicator");
  indicator.merge(keys_named(with_items(one + "}\n", "indicators:\n  i: {formula: \"${q} = 1\"" + z), "an indicator"));
  CHECK(indicator == keys_of(whole, "indicator"));
  CHECK(
      keys_named(with_items("      - {id: b, type: battery yesno, label: {en: \"B\"}, rows: [{id: r" + z.substr(0, z.size() - 1) + "]}\n"),
                 "a row of the item b") == keys_of(whole, "row"));
  CHECK(keys_named(with_items("      - {id: t, type: text, label: {en: \"T\"}, coding: {frame: f" + z.substr(0, z.size() - 1) + "}\n"),
                   "the coding of the item t") == keys_of(whole, "coding"));
  std::string head = with_items(one + "}\n");
  head.replace(head.find("{code: -98,"), 11, "{zzzzzzzz: 1, code: -98,");
  CHECK(keys_named(head, "a missing code") == keys_of(whole, "missing_code"));
  head = with_items(one + "}\n");
  head.replace(head.find("{code: 1,"), 9, "{zzzzzzzz: 1, code: 1,");
  CHECK(keys_named(head, "a choice") == keys_of(whole, "choice"));
  std::set<std::string> item;
  for (const std::string type :
       {"select_one yesno", "select_multiple spots", "battery yesno", "rank spots", "integer", "decimal", "text", "date", "time", "note"}) {
    item.merge(keys_named(with_items("      - {id: q, type: " + type + ", label: {en: \"Q?\"}" + z), "an item"));
  }
  CHECK(item == keys_of(whole, "item"));

  const std::string text = page();
  for (const std::string kind : {"", "missing_code", "choice", "page", "item", "row", "coding", "frame_code", "scale", "indicator"}) {
    const std::set<std::string> keys = keys_of(whole, kind);
    CHECK(keys.size() >= 2);
    for (const std::string& key : keys) {
      INFO(kind << ": " << key);
      CHECK(text.find("`" + key + "`") != std::string::npos);
    }
  }
}
