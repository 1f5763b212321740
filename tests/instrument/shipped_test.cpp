#include "tests/support/catch.hpp"

#include "engine/instrument/check.hpp"
#include "engine/instrument/compare.hpp"
#include "engine/instrument/load.hpp"
#include "engine/instrument/scoring.hpp"

#include <algorithm>
#include <set>

using namespace canvass;

namespace {

const std::string folder = CANVASS_SOURCE_DIR "/instruments";

Instrument shipped(std::string_view id, std::string_view version) {
  return load_instrument_file(find_instrument({folder}, id, version));
}

} // namespace

TEST_CASE("every instrument that ships loads without a problem, says where it comes from, and stands in the README") {
  const std::vector<InstrumentFile> files = list_instruments({folder});
  REQUIRE(files.size() == 4);
  for (const InstrumentFile& file : files) {
    INFO(file.path);
    const Instrument instrument = load_instrument_file(file.path);
    CHECK(instrument.id == file.id);
    CHECK(instrument.version == file.version);
    CHECK_FALSE(instrument.source.empty());
    CHECK_FALSE(instrument.licence.empty());
    for (const Scale& scale : instrument.scales) {
      CHECK_FALSE(scale.label.empty());
    }
  }
}

TEST_CASE("the craft of what ships has one warning, of a question kept as published") {
  std::vector<std::string> warnings;
  for (const InstrumentFile& file : list_instruments({folder})) {
    Problems problems;
    check_instrument(load_instrument_file(file.path), problems);
    CHECK_FALSE(problems.has_errors());
    for (const Problem& problem : problems.all()) {
      if (problem.severity == Severity::warning) {
        warnings.push_back(problem.text);
      }
    }
  }
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("q42 may ask about two things at once (\"economic and environmental\")") == 0);
}

TEST_CASE("the self-legitimacy instrument has 20, 12 and 17 items, with 18, 39 and 42 in their scales") {
  const Instrument instrument = shipped("pcso-self-legitimacy", "1.0.0");
  REQUIRE(instrument.variables.size() == 49);
  for (std::size_t i = 0; i < 49; ++i) {
    CHECK(instrument.variables[i].id == "q" + std::to_string(i + 1));
    CHECK(instrument.variables[i].list == "agree5");
  }
  const auto items = [&](std::string_view scale) { return instrument.scale(scale)->items; };
  CHECK(items("self_legitimacy").size() == 20);
  CHECK(items("understanding").size() == 12);
  CHECK(items("organisational_justice").size() + items("procedural_justice").size() == 17);
  std::set<std::string> all;
  std::size_t reversed = 0;
  for (const Scale& scale : instrument.scales) {
    all.insert(scale.items.begin(), scale.items.end());
    const ScaleRule rule = scale_rule(instrument, scale);
    CHECK(rule.lowest == 1.0);
    CHECK(rule.highest == 5.0);
    const auto turned = std::count_if(rule.items.begin(), rule.items.end(), [](const ScoredItem& item) { return item.reverse; });
    CHECK(turned >= 2);
    reversed += static_cast<std::size_t>(turned);
  }
  CHECK(all.size() == 49); // every item in one scale
  CHECK(reversed == 10);
  const auto has = [&](std::string_view scale, const std::string& id) {
    const std::vector<std::string> ids = items(scale);
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  CHECK(has("self_legitimacy", "q18"));
  CHECK(has("understanding", "q39"));
  CHECK(has("understanding", "q42"));
  CHECK(instrument.label_of(instrument.variables[17]).in("en") == "I feel I represent the values of the public in my local community");
  CHECK(instrument.variables[17].desired_direction == Direction::none);
  CHECK(instrument.variables[41].desired_direction == Direction::none);
}

TEST_CASE("the two lists of steps never make one series") {
  const Instrument before = shipped("lisp-self-evaluation", "1.0.0");
  const Instrument after = shipped("lisp-self-evaluation", "2.0.0");
  const Comparison comparison = compare_instruments(before, after);
  for (int step = 1; step <= 8; ++step) {
    const SeriesLink* link = comparison.link("step_" + std::to_string(step));
    REQUIRE(link != nullptr);
    CHECK_FALSE(link->continues);
  }
  REQUIRE(comparison.link("dose") != nullptr);
  CHECK_FALSE(comparison.link("dose")->continues);
  CHECK_FALSE(comparison.link("later_steps_reached")->continues);
  CHECK(comparison.link("obstacles")->continues);
  for (const Instrument* version : {&before, &after}) {
    for (int step = 1; step <= 8; ++step) {
      const ChoiceList* levels = version->list("level_" + std::to_string(step));
      REQUIRE(levels != nullptr);
      CHECK(levels->choices.size() == 5);
      CHECK(levels->lowest() == 1);
      CHECK(levels->highest() == 5);
    }
  }
}

TEST_CASE("a dose of 2.6 is a mean of whole levels") {
  const Instrument instrument = shipped("lisp-self-evaluation", "1.0.0");
  const ScaleRule rule = scale_rule(instrument, *instrument.scale("dose"));
  const std::vector<double> levels = {4, 3, 3, 3, 3, 2, 2, 1};
  CHECK(score_of(rule, levels).value == 2.625);
}
