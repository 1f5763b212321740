#include "tests/support/catch.hpp"

#include "engine/core/random.hpp"
#include "engine/core/yaml.hpp"
#include "engine/instrument/check.hpp"
#include "engine/instrument/compare.hpp"
#include "engine/instrument/load.hpp"
#include "sample.hpp"

#include <algorithm>

using namespace canvass;
using sample::load;
using sample::with_items;

namespace {

const std::string one = "      - {id: q, type: select_one yesno, label: {en: \"Q?\"}}\n"; // line 24

} // namespace

TEST_CASE("hostile bytes are refused at their place") {
  CHECK(load(with_items(one + one.substr(0, 30) + "\xFF\n")).only() == "25:31: this byte is not UTF-8; save the file as UTF-8");
  CHECK(load(with_items(one) + "\xC0\x80").only().find("25:1: this byte is not UTF-8") == 0);
  CHECK(load(with_items(one) + std::string("note: \0", 7)).only().find("25:7: a NUL byte") == 0);
  CHECK(load(with_items("\t" + one)).only().find("24:1: a tab in the indentation; indent with spaces") == 0);
  CHECK(load(with_items(one, "title: {en: \"Again\"}\n")).only().find("25:1: the key `title` stands twice (first in line 4)") == 0);
  CHECK(load(with_items("      - {id: q, id: r, type: select_one yesno, label: {en: \"Q?\"}}\n"))
            .only()
            .find("24:17: the key `id` stands twice") == 0);
  CHECK(load(with_items(one) + "---\ncanvass: 1\n").only().find("a second document") != std::string::npos);
  CHECK(load(with_items("      - &a {id: q, type: text, label: {en: \"Q?\"}}\n")).only().find("an anchor (&name) is not allowed") !=
        std::string::npos);
  CHECK(load(with_items("      - {id: q, type: text, label: {en: How are you?, cy: \"X\"}}\n")).only().find("24:") == 0);
  CHECK(load(std::string(2'000'000, '#')).only().find("at most 1048576 are read") != std::string::npos);
  CHECK(load(with_items("      - " + std::string(500, '[') + std::string(500, ']') + "\n")).only().find("nested more than 64 deep") !=
        std::string::npos);
  CHECK(load("canvass: 1\npages: 3\nchoices: [1]\nscales: 2\nindicators: x\nmissing: 1\nframes: 1\nmodes: 1\nlanguages: {}\n")
            .problems.has_errors());
}

TEST_CASE("wrong forms everywhere give problems, not crashes") {
  // Every scalar of a good file in turn becomes a list, a mapping, nothing, a huge number and a control character.
  const std::string good =
      with_items(one + "      - {id: m, type: select_multiple spots, label: {en: \"M?\"}}\n"
                       "      - id: b\n        type: battery agree3\n        label: {en: \"B?\"}\n        rows:\n"
                       "          - {id: b1, label: {en: \"One\"}}\n          - {id: b2, reverse: true, label: {en: \"Two\"}}\n"
                       "      - {id: n, type: integer, label: {en: \"N?\"}, minimum: 0, maximum: 10, relevant: \"selected(${m}, 1)\"}\n",
                 "frames:\n  f:\n    - {code: 1, label: \"F\"}\n"
                 "scales:\n  s: {items: [b1, b2], score: mean, min_answered: 1}\n"
                 "indicators:\n  i: {of: q, in: [1], base: asked}\n  j: {formula: \"${q} = 1\"}\n");
  CHECK(load(good).only() == "no problem");
  std::size_t tried = 0;
  for (std::size_t at = good.find(": "); at != std::string::npos; at = good.find(": ", at + 1)) {
    const std::size_t end = good.find_first_of(",}\n", at + 2);
    for (const char* const other : {"[1, 2]", "{a: b}", "", "99999999999999999999", "\"\x01\"", "~", "\"${q}\"", "[]"}) {
      std::string text = good;
      text.replace(at + 2, end - at - 2, other);
      const auto loaded = load(text);
      Problems checks;
      if (!loaded.problems.has_errors()) {
        check_instrument(loaded.instrument, checks);
      }
      ++tried;
    }
  }
  CHECK(tried > 300);
}

TEST_CASE("mutated bytes of the instruments that ship never crash the loader") {
  const std::vector<InstrumentFile> files = list_instruments({CANVASS_SOURCE_DIR "/instruments"});
  REQUIRE(files.size() >= 4);
  std::size_t refused = 0, taken = 0;
  for (const InstrumentFile& file : files) {
    const std::string good = read_file(file.path);
    const Instrument original = load_instrument_file(file.path);
    RandomStream random(7, "mutations of " + file.id + file.version);
    for (int round = 0; round < 1000; ++round) {
      std::string text = good;
      const std::uint32_t changes = 1 + random.below(4);
      for (std::uint32_t i = 0; i < changes && !text.empty(); ++i) {
        const std::size_t at = random.below(static_cast<std::uint32_t>(text.size()));
        const std::size_t length = std::min<std::size_t>(1 + random.below(40), text.size() - at);
        switch (random.below(5)) {
        case 0: text[at] = static_cast<char>(random.below(256)); break;
        case 1: text.erase(at, length); break;
        case 2: text.insert(at, text.substr(random.below(static_cast<std::uint32_t>(text.size())), length)); break;
        case 3: text.insert(at, 1, "{}[]:,#\"'&*!|>-%@`\t\n ?$."[random.below(24)]); break;
        default:
          std::rotate(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(at + length / 2),
                      text.begin() + static_cast<std::ptrdiff_t>(at + length));
          break;
        }
      }
      Problems problems;
      const Instrument loaded = load_instrument(text, "mutated.yaml", problems);
      for (const Problem& problem : problems.all()) {
        REQUIRE(problem.at.file == "mutated.yaml");
        REQUIRE_FALSE(problem.text.empty());
      }
      if (problems.has_errors()) {
        ++refused;
        continue;
      }
      ++taken;
      Problems checks;
      check_instrument(loaded, checks); // what is taken must be usable
      compare_instruments(original, loaded);
      REQUIRE(shape_of(loaded).size() == 64);
    }
  }
  CHECK(refused > 1000); // both ways must have been gone
  CHECK(taken > 100);
}
