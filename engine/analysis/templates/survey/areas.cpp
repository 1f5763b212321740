// Where, and who: areas and groups, each against the rest.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/protect.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace canvass::analysis {

using namespace report;

namespace {

LeagueChart::Verdict verdict_of(const std::string& word) {
  return word == "higher"           ? LeagueChart::Verdict::higher
         : word == "lower"          ? LeagueChart::Verdict::lower
         : word == "not told apart" ? LeagueChart::Verdict::not_told_apart
                                    : LeagueChart::Verdict::not_tested;
}

Table cells_table(const std::string& caption, const std::string& head, bool share) {
  Table table;
  table.caption = caption;
  table.columns = {{head, false},     {share ? "%" : "Mean", true},       {"95% interval", true},
                   {"n", true},       {"Against the rest, points", true}, {"p, adjusted", true},
                   {"Reading", false}};
  return table;
}

} // namespace

SurveyReport::League SurveyReport::league_of(const std::string& outcome, const std::string& level,
                                             const std::function<bool(const std::string& code)>& shown, std::string_view named) const {
  const std::string wave = last_wave();
  League league;
  league.table = cells_table(label_of(outcome) + " by " + level + ", " + wave_label(wave), capitalised(level), true);
  const Estimate* order = nullptr; // what can be said of the places as a whole
  std::map<std::string, const Estimate*> places;
  for (const Estimate* one : rows_of("peer_ranks")) {
    if (one->outcome == outcome && one->at.size() == 2 && one->at[0] == std::pair{std::string("wave"), wave}) {
      order = one->quantity == "rank_width" && one->at[1].second == level ? one : order;
      if (one->quantity == "rank" && one->at[1].first == level) {
        places.emplace(one->at[1].second, one);
      }
    }
  }
  if (order != nullptr) {
    league.table.columns.push_back({"Place", true});
  }
  LeagueChart chart;
  for (const Estimate* one : rows_of("area_shares")) {
    if (one->outcome != outcome || !one->versus.empty() || one->at.size() != 2 || one->at[1].first != level || !shown(one->at[1].second)) {
      continue;
    }
    const NumberKind kind = one->unit == Unit::percent ? NumberKind::percent_1 : NumberKind::score;
    const Estimate* rest = row(one->id + "/rest");
    const std::string name = area_label(one->at[1].second);
    league.table.rows.push_back({name, cell_of(one, kind), range_of(one, kind), cell_of(one, NumberKind::count, &Estimate::n),
                                 rest == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*rest)),
                                 cell_of(rest, NumberKind::p_value, &Estimate::p_adjusted), one->verdict});
    LeagueChart::Row dot;
    if (order != nullptr) {
      const auto found = places.find(one->at[1].second);
      const Estimate* place = found == places.end() ? nullptr : found->second;
      league.table.rows.back().push_back(place_cell(place));
      dot.rank = place == nullptr || is_withheld(*place) ? "" : places_words(*place);
    }
    dot.label = name;
    dot.interval = {one->estimate, one->conf_low, one->conf_high, one->id};
    dot.n = one->n;
    dot.withheld = is_withheld(*one);
    dot.verdict = verdict_of(one->verdict);
    dot.named = one->at[1].second == named;
    chart.rows.push_back(std::move(dot));
  }
  league.table.notes.push_back({"Each " + level + " against everybody else; p adjusted over all of them (Benjamini and Hochberg). Under " +
                                std::to_string(study_.disclosure.min_base) + " answers a row is withheld [c]; under " +
                                std::to_string(setup_.flag_base) + " read it with care."});
  if (order != nullptr) {
    const bool down = outcome_facts(input_.study, outcome).direction == Direction::down;
    league.table.notes.push_back({std::string("Place 1 is the ") + (down ? "lowest" : "highest") + " share, of " +
                                  std::to_string(static_cast<int>(order->reference)) + " with answers enough. " +
                                  order_words(*order, "one " + level)});
  }
  const auto value_of = [](const LeagueChart::Row& one) { return std::isfinite(one.interval.value) ? one.interval.value : -1.0; };
  std::stable_sort(chart.rows.begin(), chart.rows.end(),
                   [&](const LeagueChart::Row& a, const LeagueChart::Row& b) { return value_of(a) > value_of(b); });
  if (const auto target = target_of(outcome)) {
    chart.target = LeagueChart::Reference{*target, "Target " + shortest(*target) + "%"};
  }
  if (const Estimate* force = in_wave(outcome, wave); force != nullptr && std::isfinite(force->estimate)) {
    chart.reference = LeagueChart::Reference{force->estimate, "All " + shortest(std::round(force->estimate)) + "%"};
  }
  chart.axis = "% of people";
  league.figure.id = "fig-" + level + "-" + outcome;
  league.figure.headline = label_of(outcome) + " by " + level;
  league.figure.subtitle = "With 95% intervals; filled where told apart from the rest. In order of the estimate, which is no ranking";
  league.figure.alt = "League chart: " + label_of(outcome) + " in " + std::to_string(chart.rows.size()) +
                      " areas with intervals; most "
                      "intervals overlap the value of all.";
  league.figure.chart = std::move(chart);
  return league;
}

Section SurveyReport::area_tables() {
  Section section;
  section.id = "areas";
  section.title = "Areas";
  warn_of("area_shares", section);
  for (const std::string& outcome : headlines()) {
    for (const std::string& level : setup_.areas.levels) {
      const bool is_leaf = &level == &setup_.areas.levels.back();
      League league = league_of(
          outcome, level, [](const std::string&) { return true; }, "");
      if (league.table.rows.empty()) {
        continue;
      }
      add_association(league.table, outcome, level);
      league.figure.table = is_leaf ? appendix_table(league.table) : std::string();
      if (!is_leaf) {
        section.blocks.emplace_back(league.table);
      }
      section.blocks.emplace_back(std::move(league.figure));
    }
  }
  return section;
}

/// The test of the whole table below its single groups: a row, and a note with the numbers of the test.
void SurveyReport::add_association(Table& table, const std::string& outcome, const std::string& variable) const {
  for (const Estimate* test : rows_of("association")) {
    const bool is_usual = test->quantity == "association" && test->method == "Rao-Scott second order, F";
    if (!is_usual || test->outcome != outcome || level_of(test->at, "by") != variable) {
      continue;
    }
    const Withheld none{"[z]", "does not apply"};
    table.rows.push_back({std::string("All together"), none, none, cell_of(test, NumberKind::count, &Estimate::n), none,
                          cell_of(test, NumberKind::p_value, &Estimate::p_adjusted), test->verdict});
    Sentence note = {test->verdict == "differs" ? "Differs between the groups of " + variable_label(variable) + ": "
                                                : "Not told apart between the groups of " + variable_label(variable) + ": "};
    Sentence numbers = test_numbers(*test);
    if (!numbers.empty()) {
      append(note, std::move(numbers));
      const auto tests = std::count_if(analysed_.rows.begin(), analysed_.rows.end(),
                                       [&](const Estimate& one) { return one.procedure == "association" && one.family == test->family; });
      note.emplace_back(". Rao and Scott's test of the whole table, second order" +
                        (tests > 1 ? "; one family of " + std::to_string(tests) + " tests." : std::string(".")));
      table.notes.push_back(std::move(note));
    }
    return;
  }
}

Section SurveyReport::subgroups() {
  Section section;
  section.id = "groups";
  section.title = "Groups of people";
  warn_of("subgroup_shares", section);
  std::string analysis;
  std::string variable;
  std::string outcome;
  Table table;
  const auto flush = [&] {
    if (!table.rows.empty()) {
      table.notes.push_back({"Each group against everybody else who answered the question; p adjusted over its groups."});
      add_association(table, outcome, variable);
      section.blocks.emplace_back(table);
    }
    table = Table();
  };
  const std::vector<std::string> first = headlines();
  const auto is_shown = [&](const Estimate& one) { // what the plan names; the standing tables are those of the headlines
    return study_.plan.analysis(one.analysis) != nullptr || std::find(first.begin(), first.end(), one.outcome) != first.end();
  };
  for (const Estimate* one : rows_of("subgroup_shares")) {
    if (!one->versus.empty() || one->at.size() != 2 || !is_shown(*one)) {
      continue;
    }
    if (one->at[1].first != variable || one->outcome != outcome || one->analysis != analysis) {
      flush();
      analysis = one->analysis;
      variable = one->at[1].first;
      outcome = one->outcome;
      table = cells_table(label_of(outcome) + " by " + variable_label(variable) + ", " + wave_label(last_wave()), "Group",
                          one->unit == Unit::percent);
    }
    const NumberKind kind = one->unit == Unit::percent ? NumberKind::percent_1 : NumberKind::score;
    const Estimate* rest = row(one->id + "/rest");
    table.rows.push_back({level_label(variable, one->at[1].second), cell_of(one, kind), range_of(one, kind),
                          cell_of(one, NumberKind::count, &Estimate::n),
                          rest == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*rest)),
                          cell_of(rest, NumberKind::p_value, &Estimate::p_adjusted), one->verdict});
  }
  flush();
  return section;
}

} // namespace canvass::analysis
