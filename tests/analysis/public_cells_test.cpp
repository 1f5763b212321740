// What is withheld of a survey, decided over its cells and not over the rows of one release.

#include "tests/analysis/public_answers.hpp"
#include "tests/support/catch.hpp"

#include "engine/analysis/complement.hpp"
#include "engine/analysis/protect.hpp"
#include "engine/analysis/public_cells.hpp"
#include "engine/analysis/run.hpp"

#include <algorithm>
#include <cmath>

using namespace canvass;
using namespace canvass::analysis;
using report::Estimate;

namespace {

const SummedCell everybody = {"confident", "y", "", ""};

SummedCell of(const std::string& variable, const std::string& level, const std::string& outcome = "confident") {
  return {outcome, "y", variable, level};
}

/// Areas E1, E2 .. lie in division E, and divisions and the answers to any question in everybody.
Universe with_parents() {
  Universe universe;
  universe.parent_of = [](const std::string& variable, const std::string& level) -> std::optional<std::pair<std::string, std::string>> {
    return variable == "area" ? std::pair<std::string, std::string>{"division", level.substr(0, 1)} : std::pair<std::string, std::string>{};
  };
  return universe;
}

Disclosure thirty() {
  Disclosure policy;
  policy.min_base = policy.min_base_extreme = 30;
  return policy;
}

std::set<SummedCell> withheld(const Universe& universe) {
  return complement({}, {}, thirty(), universe);
}

} // namespace

TEST_CASE("people who left a question open are a part, and a small one is not given away by the others", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{everybody, {100, 40}}, {of("sex", "1"), {60, 25}}, {of("sex", "2"), {37, 14}}}; // 3 said neither
  CHECK(withheld(universe) == std::set{of("sex", "2")});
  universe.cells[everybody] = {97, 39}; // nobody left it open
  CHECK(withheld(universe).empty());
  universe.cells[everybody] = {130, 52}; // 33 did: nobody can be told of
  CHECK(withheld(universe).empty());
}

TEST_CASE("areas that are withheld together are not all of one answer", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{of("division", "E"), {242, 10}},
                    {of("area", "E1"), {20, 0}},
                    {of("area", "E2"), {22, 0}},
                    {of("area", "E3"), {100, 4}},
                    {of("area", "E4"), {100, 6}}};
  CHECK(withheld(universe) == std::set{of("area", "E1"), of("area", "E2"), of("area", "E3")});
}

TEST_CASE("a wider area that is withheld for its neighbour's sake is not given by the areas within it", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{everybody, {200, 90}},          {of("division", "E"), {23, 13}}, {of("division", "W"), {80, 33}},
                    {of("division", "X"), {97, 44}}, {of("area", "W1"), {40, 20}},    {of("area", "W2"), {40, 13}},
                    {of("area", "E1"), {23, 13}}};
  const std::set<SummedCell> hidden = withheld(universe);
  CHECK(hidden.contains(of("division", "E")));
  CHECK(hidden.contains(of("area", "E1")));
  CHECK(hidden.contains(of("division", "W")));
  CHECK(hidden.contains(of("area", "W1"))); // else W1 and W2 give W, and W gives E
}

TEST_CASE("groups that a plan makes of answers give nothing away that the answers do not", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{everybody, {800, 303}},      {of("heard", "7"), {400, 150}},          {of("heard", "8"), {379, 133}},
                    {of("heard", "9"), {21, 20}}, {of("heard of gap", "group"), {21, 20}}, {of("heard of gap", "against"), {779, 283}}};
  universe.parent_of = [](const std::string& variable, const std::string&) {
    return variable == "heard" ? std::optional(std::pair<std::string, std::string>()) : std::nullopt;
  };
  universe.unions = {{of("heard of gap", "group"), {of("heard", "9")}},
                     {of("heard of gap", "against"), {of("heard", "7"), of("heard", "8")}},
                     {everybody, {of("heard of gap", "group"), of("heard of gap", "against")}}};
  const std::set<SummedCell> hidden = withheld(universe);
  CHECK(hidden == std::set{of("heard", "8"), of("heard", "9"), of("heard of gap", "against"), of("heard of gap", "group")});
}

TEST_CASE("an indicator of everybody goes where that of the few is withheld who are the same people", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{of("division", "E"), {500, 30}},
                    {of("division", "E", "of_victims"), {60, 30}},
                    {of("area", "E1"), {80, 4}},
                    {of("area", "E2"), {200, 12}},
                    {of("area", "E3"), {220, 14}},
                    {of("area", "E1", "of_victims"), {6, 4}},
                    {of("area", "E2", "of_victims"), {24, 12}},
                    {of("area", "E3", "of_victims"), {30, 14}}};
  universe.same_people = {{"of_victims", "confident"}};
  const std::set<SummedCell> hidden = withheld(universe);
  CHECK(hidden.contains(of("area", "E1")));
  CHECK(hidden.contains(of("area", "E2")));
  CHECK_FALSE(hidden.contains(of("area", "E3")));
  CHECK_FALSE(hidden.contains(of("division", "E")));
}

TEST_CASE("a change of a town tells of the town before, too", "[analysis][protect]") {
  Estimate change;
  change.outcome = "confident";
  change.at = {{"wave", "y2"}, {"town", "T4"}};
  change.versus = {{"wave", "y1"}};
  CHECK(speaks_of(change, {{"confident", "y1", "town", "T4"}}));
  CHECK(speaks_of(change, {{"confident", "y2", "town", "T4"}}));
  CHECK_FALSE(speaks_of(change, {{"confident", "y1", "town", "T3"}}));
}

TEST_CASE("numbers of areas and groups are rounded where full digits could give single answers away", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{everybody, {5000, 2000}}, {of("area", "E1"), {299, 100}}, {of("area", "E2"), {300, 100}}};
  const auto row_of = [](const std::string& level, double n) {
    Estimate row;
    row.id = "areas/" + level;
    row.outcome = "confident";
    row.quantity = "proportion";
    row.unit = report::Unit::percent;
    row.at = {{"wave", "y"}};
    if (!level.empty()) {
      row.at.emplace_back("area", level);
    }
    row.estimate = 33.46789123;
    row.std_error = 2.34567891;
    row.p_value = 0.0123456;
    row.df = 298.7654;
    row.effective_n = 250.12345;
    row.n = n;
    row.count = 100;
    return row;
  };
  report::Estimates rows = {row_of("", 5000), row_of("E1", 299), row_of("E2", 300)};
  CHECK(protect(rows, thirty(), {}, universe) == 0);
  CHECK(rows[0].estimate == 33.46789123);
  CHECK(rows[0].effective_n == 250.12345);
  CHECK(rows[1].estimate == 33.5);
  CHECK(rows[1].std_error == 2.3);
  CHECK(rows[1].p_value == 0.012);
  CHECK(rows[1].df == 299);
  CHECK(std::isnan(rows[1].effective_n));
  CHECK(std::isnan(rows[1].count));
  CHECK(rows[2].estimate == 33.468);
  CHECK(rows[2].std_error == 2.346);
  CHECK(rows[2].effective_n == 250);
  CHECK(rows[2].count == 100);
}

TEST_CASE("releases of the same answers withhold the same: whole, of an area, of one analysis", "[analysis][protect][survey]") {
  testing::StudyFiles files;
  testing::write_public_survey(files);
  LoadedStudy study = files.load();
  study.study.disclosure.min_base = study.study.disclosure.min_base_extreme = 36; // A1 has 31 answers in 2026
  PlannedAnalysis gap;
  gap.id = "gap";
  gap.procedure = "group_gap";
  gap.outcome = "confident";
  gap.options = {{"by", "age_band"}, {"group", "1"}};
  study.study.plan.analyses.push_back(gap);
  PlannedAnalysis slope = gap;
  slope.id = "slope";
  slope.procedure = "trend_over_groups";
  slope.options = {{"by", "age_band"}};
  study.study.plan.analyses.push_back(slope);
  const std::vector<Response> responses = testing::public_answers(study);
  const auto release = [&](const std::string& only, const std::string& area) {
    Options options;
    options.only = only;
    options.area = area;
    return analyse({study, responses, {}, 0, 0, true}, options).rows;
  };
  const report::Estimates whole = release("", "");
  std::size_t compared = 0;
  std::size_t hidden = 0;
  for (const auto& [only, area] : {std::pair{"", "E"}, {"", "A1"}, {"areas", ""}, {"gap", ""}, {"slope", ""}}) {
    for (const Estimate& one : release(only, area)) {
      const Estimate* other = report::find(whole, one.id);
      if (other != nullptr) {
        INFO(one.id << " of " << only << area);
        CHECK(is_withheld(one) == is_withheld(*other));
        ++compared;
        hidden += is_withheld(one) ? 1U : 0U;
      }
    }
  }
  CHECK(compared > 50);
  CHECK(hidden > 4);

  // A group too small to be shown takes the gap made with it, and the trend over the question.
  study.study.disclosure.min_base = 60;
  const report::Estimates fewer = release("", "");
  for (const char* id : {"gap/confident/y2026/group", "gap/confident/y2026/against", "gap/confident/y2026/gap", "slope/confident/y2026/1",
                         "slope/confident/y2026/slope"}) {
    INFO(id);
    const Estimate* one = report::find(fewer, id);
    REQUIRE(one != nullptr);
    CHECK(is_withheld(*one));
  }
}

TEST_CASE("a cell that goes for its neighbour's sake takes what counts the same people with it", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{everybody, {900, 60}},
                    {of("sex", "1"), {400, 26}},
                    {of("sex", "2"), {500, 34}},
                    {{"of_victims", "y", "", ""}, {120, 60}},
                    {of("sex", "1", "of_victims"), {20, 12}},
                    {of("sex", "2", "of_victims"), {100, 48}}};
  universe.same_people = {{"of_victims", "confident"}};
  const std::set<SummedCell> hidden = withheld(universe);
  CHECK(hidden.contains(of("sex", "1", "of_victims")));
  CHECK(hidden.contains(of("sex", "2", "of_victims"))); // else the first follows
  CHECK(hidden.contains(of("sex", "1")));
  CHECK(hidden.contains(of("sex", "2")));
}

TEST_CASE("where a group is withheld, counts go and no group keeps more digits than are printed", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{everybody, {5000, 2000}}, {of("age", "1"), {9, 1}}, {of("age", "2"), {40, 19}}, {of("age", "3"), {4951, 1980}}};
  const auto row_of = [](const std::string& level, double n, double count) {
    Estimate row;
    row.id = "groups/" + level;
    row.outcome = "confident";
    row.quantity = "proportion";
    row.unit = report::Unit::percent;
    row.at = {{"wave", "y"}};
    if (!level.empty()) {
      row.at.emplace_back("age", level);
    }
    row.estimate = 41.23456789;
    row.std_error = 1.23456;
    row.n = n;
    row.count = count;
    row.effective_n = n / 2 + 0.123;
    return row;
  };
  report::Estimates rows = {row_of("", 5000, 2000), row_of("1", 9, 1), row_of("2", 40, 19), row_of("3", 4951, 1980)};
  CHECK(protect(rows, thirty(), {}, universe) == 2);
  CHECK(rows[0].estimate == 41.23456789); // of everybody: no two groups follow from it without their counts
  CHECK(std::isnan(rows[0].count));
  CHECK(rows[3].estimate == 41.2);
  CHECK(std::isnan(rows[3].count));
  CHECK(std::isnan(rows[3].effective_n));
}

TEST_CASE("types, profiles of one view and rare drivers tell nothing of a few", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{everybody, {504, 207}}, {{"seen", "y", "", ""}, {504, 7}}, {{"known", "y", "", ""}, {504, 200}}};
  const auto row_of = [](const std::string& procedure, const std::string& variable, const std::string& level, double n) {
    Estimate row;
    row.id = procedure + "/confident/y/" + level;
    row.analysis = row.procedure = procedure;
    row.outcome = "confident";
    row.quantity = procedure == "model_drivers" ? "marginal_effect" : "proportion";
    row.unit = report::Unit::percent;
    row.at = {{"wave", "y"}, {variable, level}};
    row.estimate = 40;
    row.std_error = 3;
    row.n = n;
    return row;
  };
  report::Estimates rows = {row_of("event_typology", "event", "remember", 7),     row_of("event_typology", "event", "both", 120),
                            row_of("profile_drivers", "profile", "overall", 504), row_of("profile_drivers", "profile", "all", 7),
                            row_of("profile_drivers", "profile", "none", 497),    row_of("model_drivers", "driver", "seen", 504),
                            row_of("model_drivers", "driver", "known", 504)};
  protect(rows, thirty(), {}, universe);
  for (const std::size_t gone : {0U, 1U, 3U, 4U, 5U, 6U}) {
    INFO(rows[gone].id);
    CHECK(is_withheld(rows[gone]));
  }
  CHECK_FALSE(is_withheld(rows[2]));
  rows = {row_of("profile_drivers", "profile", "overall", 504), row_of("profile_drivers", "profile", "all", 7),
          row_of("profile_drivers", "profile", "none", 200), row_of("model_drivers", "driver", "known", 504)};
  protect(rows, thirty(), {}, universe); // of three views many hold some
  CHECK(is_withheld(rows[1]));
  CHECK_FALSE(is_withheld(rows[2]));
  CHECK_FALSE(is_withheld(rows[3]));
}

TEST_CASE("outcomes are linked where the one tells of the few of the other, and not because nearly everybody is in both",
          "[analysis][protect][survey]") {
  testing::StudyFiles files;
  testing::write_public_survey(files);
  files.write("instruments/street.yaml",
              std::string(testing::public_instrument) + R"(  rare_a: {label: {en: "A"}, formula: "${years} >= 38"}
  rare_b: {label: {en: "B"}, formula: "${years} <= 1 and ${local_police} >= 1"}
  old: {label: {en: "C"}, formula: "${years} >= 20"}
  confident_old: {label: {en: "D"}, of: local_police, in: [4, 5], among: "${years} >= 20"}
  confident_and_old: {label: {en: "E"}, formula: "${years} >= 20 and ${local_police} >= 4"}
)");
  const LoadedStudy study = files.load();
  const std::vector<Response> responses = testing::public_answers(study);
  const Dataset dataset = build_dataset(study, responses);
  const Universe universe = public_cells(study, dataset, sample_of(study, dataset), study.study.plan.analyses);
  const auto linked = [&](const std::string& one, const std::string& other) {
    return std::find(universe.same_people.begin(), universe.same_people.end(), std::pair{one, other}) != universe.same_people.end();
  };
  CHECK(linked("confident_old", "confident_and_old")); // the same yes, among more
  CHECK(linked("old", "confident_old"));               // whoever is asked the second is counted by the first
  for (const char* rare : {"rare_a", "rare_b"}) {
    for (const auto& [one, other] : universe.same_people) {
      INFO(one << " and " << other);
      CHECK(one != rare);
      CHECK(other != rare);
    }
  }
}

TEST_CASE("a correlation with a rare indicator, and profiles of two analyses that differ by a few, are withheld", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{everybody, {504, 207}}, {{"seen", "y", "", ""}, {504, 7}}, {{"known", "y", "", ""}, {504, 200}}};
  const auto correlation = [](const std::string& with) {
    Estimate row;
    row.id = "corr/confident/" + with + "/y";
    row.analysis = "corr";
    row.procedure = "estimate";
    row.outcome = "confident";
    row.quantity = "correlation";
    row.unit = report::Unit::correlation;
    row.at = {{"wave", "y"}, {"with", with}};
    row.estimate = 0.123456;
    row.std_error = 0.0123;
    row.n = 504;
    return row;
  };
  const auto profile = [](const std::string& analysis, const std::string& outcome, double n) {
    Estimate row;
    row.id = analysis + "/" + outcome + "/y/none";
    row.analysis = analysis;
    row.procedure = "profile_drivers";
    row.outcome = outcome;
    row.quantity = "proportion";
    row.unit = report::Unit::percent;
    row.at = {{"wave", "y"}, {"profile", "hold none"}};
    row.estimate = 40;
    row.std_error = 3;
    row.n = n;
    return row;
  };
  report::Estimates rows = {correlation("seen"), correlation("known"), profile("p1", "confident", 173), profile("p2", "confident", 170),
                            profile("p2", "reassured", 171)};
  protect(rows, thirty(), {}, universe);
  CHECK(is_withheld(rows[0]));
  CHECK(rows[1].estimate == 0.12);
  CHECK_FALSE(is_withheld(rows[2]));
  CHECK(is_withheld(rows[3]));
  CHECK_FALSE(is_withheld(rows[4])); // another outcome is answered by other people
}

TEST_CASE("an index at its threshold goes where the indicator of the same people goes", "[analysis][protect]") {
  Universe universe = with_parents();
  universe.cells = {{everybody, {300, 120}}, {of("town", "T1"), {20, 3}}, {of("town", "T2"), {100, 40}}, {of("town", "T3"), {180, 77}}};
  const auto index = [](const std::string& town, double n, double count) {
    Estimate row;
    row.id = "idx/" + town;
    row.analysis = "idx";
    row.procedure = "composite_index";
    row.outcome = "index";
    row.quantity = "proportion";
    row.unit = report::Unit::percent;
    row.at = {{"wave", "y"}};
    if (!town.empty()) {
      row.at.emplace_back("town", town);
    }
    row.estimate = 100 * count / n;
    row.std_error = 2;
    row.n = n;
    row.count = count;
    return row;
  };
  report::Estimates rows = {index("", 300, 120), index("T1", 20, 3), index("T2", 100, 40), index("T3", 180, 77)};
  protect(rows, thirty(), {}, universe);
  CHECK_FALSE(is_withheld(rows[0]));
  CHECK(is_withheld(rows[1]));
  CHECK(is_withheld(rows[2])); // the indicator's neighbour
  CHECK_FALSE(is_withheld(rows[3]));
}
