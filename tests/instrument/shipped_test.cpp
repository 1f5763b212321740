#include "tests/support/catch.hpp"

#include "engine/instrument/check.hpp"
#include "engine/instrument/compare.hpp"
#include "engine/instrument/indicators.hpp"
#include "engine/instrument/load.hpp"
#include "engine/instrument/scoring.hpp"
#include "sample.hpp"

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
  REQUIRE(files.size() == 9);
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

TEST_CASE("the craft of what ships is warned of five times, each of a question kept as published") {
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
  REQUIRE(warnings.size() == 5); // in the order of the files
  CHECK(warnings[0].find("w_burglary may ask about two things at once (\"into and something\")") == 0);
  CHECK(warnings[1].find("w_robbery may ask about two things at once (\"mugged and robbed\")") == 0);
  CHECK(warnings[2].find("w_insult may ask about two things at once (\"insulted or pestered\")") == 0);
  CHECK(warnings[3].find("w_hate may ask about two things at once (\"origin or religion\")") == 0);
  CHECK(warnings[4].find("q42 may ask about two things at once (\"economic and environmental\")") == 0);
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

namespace {

using Answers = std::map<std::string, double, std::less<>>;

/// 1, 0, or -1 where the sheet is out of the base.
int indicated(const Instrument& instrument, std::string_view id, const Answers& answers) {
  const Indicator* indicator = instrument.indicator(id);
  REQUIRE(indicator != nullptr);
  const std::optional<bool> result = indicator_of(instrument, *indicator, sample::answers_of(answers));
  return result ? (*result ? 1 : 0) : -1;
}

/// A sheet of somebody with a car who is not worried at all, with changes.
Answers calm(const Answers& changes) {
  Answers sheet = changes;
  sheet.insert({{"has_car", 1}, {"w_burglary", 1}, {"w_robbery", 1}, {"w_car", 1}, {"w_from_car", 2}});
  sheet.insert({{"w_rape", 1}, {"w_attack", 1}, {"w_insult", 1}, {"w_hate", 2}});
  return sheet;
}

} // namespace

TEST_CASE("reassured is a formula over named questions, and who has no car is not worried about it") {
  const Instrument survey = shipped("crime-and-safety-survey", "1.0.0");
  const auto reassured = [&](const Answers& changes) { return indicated(survey, "reassured", calm(changes)); };
  CHECK(reassured({}) == 1);
  CHECK(reassured({{"w_insult", 4}}) == 1); // no violence
  for (const std::string id : {"w_burglary", "w_robbery", "w_car", "w_from_car", "w_rape", "w_attack", "w_hate"}) {
    INFO(id);
    CHECK(reassured({{id, 3}}) == 0);
    CHECK(reassured({{id, -98}}) == -1);
  }
  const Answers no_car = {{"has_car", 0}, {"w_car", code_routed}, {"w_from_car", code_routed}};
  CHECK(reassured(no_car) == 1);
  Answers unsaid = no_car;
  unsaid["has_car"] = code_blank;
  CHECK(reassured(unsaid) == -1); // whether there is a car is not known
  unsaid["w_attack"] = 4;
  CHECK(reassured(unsaid) == 0); // and need not be
}

TEST_CASE("composites of worry count two points for very and one for fairly, up to their cut points") {
  const Instrument survey = shipped("crime-and-safety-survey", "1.0.0");
  CHECK(indicated(survey, "worry_car_crime", {{"w_car", 4}, {"w_from_car", 3}}) == 1);
  CHECK(indicated(survey, "worry_car_crime", {{"w_car", 4}, {"w_from_car", 2}}) == 0);
  CHECK(indicated(survey, "worry_car_crime", {{"w_car", code_routed}, {"w_from_car", code_routed}}) == -1);
  CHECK(indicated(survey, "worry_violence", {{"w_robbery", 4}, {"w_rape", 1}, {"w_attack", 4}, {"w_hate", 2}}) == 1);
  CHECK(indicated(survey, "worry_violence", {{"w_robbery", 3}, {"w_rape", 3}, {"w_attack", 3}, {"w_hate", 2}}) == 0);
  CHECK(indicated(survey, "worry_burglary", {{"w_burglary", 4}}) == 1);
  const Answers no_time = {{"has_car", 0},  {"t_burglary", 0}, {"t_robbery", 0}, {"t_rape", 0},
                           {"t_attack", 0}, {"t_insult", 0},   {"t_hate", 0}};
  CHECK(indicated(survey, "worried_at_times", no_time) == 0);
}

TEST_CASE("a crime that nobody reported is no longer two questions in one") {
  const Instrument survey = shipped("crime-and-safety-survey", "1.0.0");
  const Answers no_victim = {{"victim", 0}, {"unreported_crime", code_routed}};
  CHECK(indicated(survey, "unreported", no_victim) == 0);
  CHECK(indicated(survey, "unreported_of_victims", no_victim) == -1);
  const Answers silent = {{"victim", 1}, {"unreported_crime", 1}};
  CHECK(indicated(survey, "unreported", silent) == 1);
  CHECK(indicated(survey, "unreported_of_victims", silent) == 1);
  CHECK(indicated(survey, "unreported", {{"victim", 1}, {"unreported_crime", -97}}) == -1);
}

TEST_CASE("anti-social behaviour is high from 10 of 21, and five of seven strands are enough") {
  for (const std::string id : {"crime-and-safety-survey", "asb-perceptions", "hyper-local-asb"}) {
    const Instrument instrument = shipped(id, "1.0.0");
    const Scale* index = instrument.scale("asb_index");
    REQUIRE(index != nullptr);
    const ScaleRule rule = scale_rule(instrument, *index);
    CHECK(rule.lowest == 0.0);
    CHECK(rule.highest == 21.0);
    Answers sheet;
    for (const std::string& item : index->items) {
      sheet[item] = 1;
    }
    CHECK(indicated(instrument, "asb_high", sheet) == 0);
    sheet["p_drunk"] = 3;
    CHECK(indicated(instrument, "asb_high", sheet) == 0); // 9
    sheet["p_noise"] = 2;
    CHECK(indicated(instrument, "asb_high", sheet) == 1); // 10
    sheet["p_cars"] = -98;
    sheet["p_litter"] = code_blank;
    CHECK(indicated(instrument, "asb_high", sheet) == 1); // 8 of 15 is 11.2 of 21
    sheet["p_drugs"] = -98;
    CHECK(indicated(instrument, "asb_high", sheet) == -1);
  }
}

TEST_CASE("every driver says which element it belongs to, and confidence is no driver of itself") {
  const Instrument survey = shipped("crime-and-safety-survey", "1.0.0");
  REQUIRE(survey.elements.size() == 4);
  std::map<std::string, int> drivers;
  for (const Variable& variable : survey.variables) {
    if (!variable.element.empty()) {
      ++drivers[variable.element];
    }
  }
  CHECK(drivers == std::map<std::string, int>{{"engagement", 5}, {"problem_solving", 2}, {"visibility", 3}, {"communication", 2}});
  CHECK(survey.variables[survey.variable("confidence")].element.empty());
}

TEST_CASE("confidence of the survey and of the national question ask about two places and never continue one another") {
  const Instrument survey = shipped("crime-and-safety-survey", "1.0.0");
  const Instrument national = shipped("good-job", "1.0.0");
  CHECK(survey.variables[survey.variable("confidence")].referent == "neighbourhood");
  CHECK(national.variables[national.variable("local_police")].referent == "local area");
  CHECK(national.variable("confidence") == Instrument::npos);
}

TEST_CASE("satisfaction of a group is a share of that group") {
  const Instrument users = shipped("user-satisfaction", "1.0.0");
  CHECK(indicated(users, "satisfied_racist", {{"incident", 5}, {"whole", 5}}) == 1);
  CHECK(indicated(users, "satisfied_racist", {{"incident", 5}, {"whole", 4}}) == 0);
  CHECK(indicated(users, "satisfied_racist", {{"incident", 1}, {"whole", 7}}) == -1);
  CHECK(indicated(users, "satisfied_minority", {{"ethnic_group", 1}, {"whole", 7}}) == -1);
  CHECK(indicated(users, "satisfied_minority", {{"ethnic_group", 3}, {"whole", 7}}) == 1);
  CHECK(indicated(users, "satisfied_contact", {{"contact", -96}}) == -1);
}
