// Where, and who: areas and groups, each against the rest.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>

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
  std::stable_sort(chart.rows.begin(), chart.rows.end(),
                   [](const LeagueChart::Row& a, const LeagueChart::Row& b) { return a.interval.value > b.interval.value; });
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
  for (const std::string& outcome : headlines()) {
    for (const std::string& level : setup_.areas.levels) {
      const bool is_leaf = &level == &setup_.areas.levels.back();
      League league = league_of(
          outcome, level, [](const std::string&) { return true; }, "");
      if (league.table.rows.empty()) {
        continue;
      }
      league.figure.table = is_leaf ? appendix_table(league.table) : std::string();
      if (!is_leaf) {
        section.blocks.emplace_back(league.table);
      }
      section.blocks.emplace_back(std::move(league.figure));
    }
  }
  return section;
}

Section SurveyReport::subgroups() {
  Section section;
  section.id = "groups";
  section.title = "Groups of people";
  std::string variable;
  std::string outcome;
  Table table;
  const auto flush = [&] {
    if (!table.rows.empty()) {
      table.notes.push_back({"Each group against everybody else who answered the question; p adjusted over its groups."});
      section.blocks.emplace_back(table);
    }
    table = Table();
  };
  const std::vector<std::string> shown = headlines();
  for (const Estimate* one : rows_of("subgroup_shares")) {
    const auto& plan = study_.plan.analyses; // what the plan names is shown; the standing tables are those of the headlines
    const bool is_shown = std::any_of(plan.begin(), plan.end(), [&](const PlannedAnalysis& of) { return of.id == one->analysis; }) ||
                          std::find(shown.begin(), shown.end(), one->outcome) != shown.end();
    if (!one->versus.empty() || one->at.size() != 2 || !is_shown) {
      continue;
    }
    if (one->at[1].first != variable || one->outcome != outcome) {
      flush();
      variable = one->at[1].first;
      outcome = one->outcome;
      table = cells_table(label_of(outcome) + " by " + variable + ", " + wave_label(last_wave()), "Group", one->unit == Unit::percent);
    }
    const NumberKind kind = one->unit == Unit::percent ? NumberKind::percent_1 : NumberKind::score;
    const std::size_t index = instrument_.variable(variable);
    const ChoiceList* list = index == Instrument::npos ? nullptr : instrument_.list(instrument_.variables[index].list);
    const Choice* choice = list == nullptr ? nullptr : list->find(static_cast<int>(parse_int64(one->at[1].second).value_or(0)));
    const Estimate* rest = row(one->id + "/rest");
    table.rows.push_back({choice == nullptr ? one->at[1].second : choice->label.in(study_.language), cell_of(one, kind),
                          range_of(one, kind), cell_of(one, NumberKind::count, &Estimate::n),
                          rest == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*rest)),
                          cell_of(rest, NumberKind::p_value, &Estimate::p_adjusted), one->verdict});
  }
  flush();
  return section;
}

} // namespace canvass::analysis
