// A report on one area: its headlines beside everybody's, what stands out there, its neighbours, and the areas within.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using namespace report;

namespace {

/// The row of an outcome in an area and wave, compared with nothing or with the wave `versus`.
const Estimate* area_row(const std::vector<const Estimate*>& rows, const std::string& outcome, const std::string& wave,
                         const std::string& code, const std::string& versus = {}) {
  for (const Estimate* one : rows) {
    if (one->outcome == outcome && one->at.size() == 2 && one->at[1].second == code && one->at[0].second == wave &&
        level_of(one->versus, "wave") == versus) {
      return one;
    }
  }
  return nullptr;
}

/// The area less everybody elsewhere, or nullptr.
const Estimate* against_elsewhere(const std::vector<const Estimate*>& rows, const std::string& outcome, const std::string& code) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Estimate* one) {
    return one->outcome == outcome && !one->versus.empty() && one->at.size() == 2 && one->at[1].second == code;
  });
  return found == rows.end() ? nullptr : *found;
}

/// How far a difference stands from nothing, in errors; 0 where that is not known.
double distance(const Estimate& difference) {
  return difference.std_error > 0 ? std::abs(difference.estimate) / difference.std_error : 0;
}

Sentence rest_sentence(const Estimate& rest) {
  Sentence sentence = {rest.verdict == "higher"  ? std::string("Higher than elsewhere (")
                       : rest.verdict == "lower" ? std::string("Lower than elsewhere (")
                                                 : std::string("Not told apart from elsewhere (")};
  append(sentence, difference_numbers(rest));
  sentence.emplace_back(")");
  return sentence;
}

} // namespace

Section SurveyReport::area_first_page(const Area& area) {
  Section section;
  section.id = "first-page";
  section.title = "Summary";
  section.first_page = true;
  const std::vector<const Estimate*> trends = rows_of("area_trend");
  const std::string wave = last_wave();
  VerdictBox box;
  box.answer_label = area.label + ", " + wave_label(wave);
  TrendChart chart;
  for (const std::string& one : waves_) {
    chart.periods.push_back(wave_label(one));
  }
  const std::vector<std::string> outcomes = headlines();
  for (const std::string& outcome : outcomes) {
    const Estimate* now = area_row(trends, outcome, wave, area.code);
    Sentence text =
        now == nullptr ? Sentence{std::string("Not asked in " + wave_label(wave) + ".")} : share_sentence(*now, words_of(outcome));
    const Estimate* rest = against_elsewhere(rows_of("area_shares"), outcome, area.code);
    if (rest != nullptr && !is_withheld(*rest) && std::isfinite(rest->estimate)) {
      text.emplace_back(" ");
      append(text, rest_sentence(*rest));
      text.emplace_back(".");
    }
    if (waves_.size() > 1) {
      const std::string& before = waves_[waves_.size() - 2];
      if (const Estimate* change = area_row(trends, outcome, wave, area.code, before)) {
        text.emplace_back(" ");
        append(text, change_phrase(*change, wave_label(before)));
        text.emplace_back(".");
      }
    }
    if (&outcome == &outcomes.front()) {
      box.answer = std::move(text);
    } else {
      box.rows.push_back({label_of(outcome), std::move(text), ""});
    }
  }
  section.blocks.emplace_back(std::move(box));
  if (!outcomes.empty()) {
    const std::string& outcome = outcomes.front();
    chart.series = {trend_line(area.label, [&](const std::string& one) { return area_row(trends, outcome, one, area.code); }),
                    trend_line("All", [&](const std::string& one) { return in_wave(outcome, one); })};
    add_breaks(chart, {outcome});
    chart.axis = "% of people";
    chart.low = true;
    Figure figure;
    figure.id = "fig-first-area-" + outcome;
    figure.headline = label_of(outcome) + ", " + area.label + " and all of " + setup_.people_live_in;
    figure.subtitle = "With 95% intervals; each wave is a sample of its own";
    figure.alt =
        "Trend chart: " + label_of(outcome) + " in " + area.label + " and in all, over " + std::to_string(waves_.size()) + " waves.";
    figure.chart = std::move(chart);
    section.blocks.emplace_back(std::move(figure));
  }
  Facts facts;
  std::vector<const Estimate*> apart;
  std::size_t tested = 0;
  for (const Estimate* one : rows_of("area_shares")) {
    if (one->versus.empty() || one->at.size() != 2 || one->at[1].second != area.code || is_withheld(*one)) {
      continue;
    }
    ++tested;
    if (one->verdict == "higher" || one->verdict == "lower") {
      apart.push_back(one);
    }
  }
  std::stable_sort(apart.begin(), apart.end(), [](const Estimate* a, const Estimate* b) { return distance(*a) > distance(*b); });
  Sentence stands_out = {std::to_string(apart.size()) + " of " + std::to_string(tested) + " indicators told apart from elsewhere"};
  for (std::size_t i = 0; i < std::min<std::size_t>(apart.size(), 4); ++i) {
    stands_out.emplace_back((i == 0 ? ": " : "; ") + label_of(apart[i]->outcome) + " ");
    append(stands_out, difference_numbers(*apart[i]));
  }
  stands_out.emplace_back(apart.size() > 4 ? "; and others, see below." : ".");
  facts.facts.push_back({"Stands out", std::move(stands_out)});
  Sentence who;
  const std::string part = wave + "/" + setup_.areas.levels[area.level] + "/" + area.code;
  const Estimate* sent = row("response/sent/" + part);
  const Estimate* returned = row("response/returned/" + part);
  const Estimate* rate = row("response/response_rate/" + part);
  if (sent != nullptr && returned != nullptr && rate != nullptr) {
    who = {Number{sent->estimate, NumberKind::count, sent->id},         std::string(" sent, "),
           Number{returned->estimate, NumberKind::count, returned->id}, std::string(" returned ("),
           Number{rate->estimate, NumberKind::percent, rate->id},       std::string("). ")};
  }
  who.emplace_back(study_.sample == SampleKind::self_selected || study_.sample == SampleKind::quota
                       ? "Ranges cover chance only, and speak of those who answered."
                       : "Intervals are for sampling error only: those who did not answer may think otherwise.");
  facts.facts.push_back({"Who", std::move(who)});
  facts.facts.push_back({"Check", check()});
  section.blocks.emplace_back(std::move(facts));
  return section;
}

Section SurveyReport::area_indicators(const Area& area) const {
  Section section;
  section.id = "indicators";
  section.title = "Every indicator";
  const std::string wave = last_wave();
  const std::vector<const Estimate*> trends = rows_of("area_trend");
  Table table;
  table.caption = area.label + ", " + wave_label(wave);
  table.columns = {{"Indicator", false}, {"Here", true}, {"95% interval", true},
                   {"n", true},          {"All", true},  {"Against elsewhere, points", true},
                   {"Reading", false}};
  const std::string before = waves_.size() > 1 ? waves_[waves_.size() - 2] : std::string();
  if (!before.empty()) {
    table.columns.push_back({"Change on " + wave_label(before), true});
    table.columns.push_back({"Reading", false});
  }
  for (const Estimate* one : rows_of("area_shares")) {
    if (!one->versus.empty() || one->at.size() != 2 || one->at[1].second != area.code) {
      continue;
    }
    const NumberKind kind = one->unit == Unit::percent ? NumberKind::percent_1 : NumberKind::score;
    const Estimate* rest = row(one->id + "/rest");
    std::vector<TableCell> cells = {label_of(one->outcome),
                                    cell_of(one, kind),
                                    range_of(one, kind),
                                    cell_of(one, NumberKind::count, &Estimate::n),
                                    cell_of(in_wave(one->outcome, wave), kind),
                                    rest == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*rest)),
                                    rest == nullptr ? std::string() : rest->verdict};
    if (!before.empty()) {
      const Estimate* change = area_row(trends, one->outcome, wave, area.code, before);
      cells.push_back(change == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*change)));
      cells.emplace_back(change == nullptr ? std::string() : change->verdict);
    }
    table.rows.push_back(std::move(cells));
  }
  table.notes.push_back(
      {"Against elsewhere: p adjusted over all areas of one indicator (Benjamini and Hochberg); of many indicators of one "
       "area, some stand out by chance. A change is judged by its own p."});
  section.blocks.emplace_back(std::move(table));
  return section;
}

Section SurveyReport::area_neighbours(const Area& area) {
  Section section;
  section.id = "neighbours";
  section.title = "Beside other areas";
  const AreaTree& tree = setup_.areas;
  const std::string& own = area.code;
  const auto add = [&](const std::string& outcome, std::size_t level, std::size_t parent, const std::string& id) {
    const auto lies_there = [&](const std::string& code) {
      const std::size_t other = tree.find(code);
      return other != AreaTree::npos && tree.areas[other].parent == parent;
    };
    League league = league_of(outcome, tree.levels[level], lies_there, own);
    if (league.table.rows.empty()) {
      return;
    }
    league.table.caption += ", " + tree.areas[parent].label;
    league.figure.headline += ", " + tree.areas[parent].label;
    league.figure.id = "fig-" + id + "-" + outcome;
    section.blocks.emplace_back(std::move(league.table));
    section.blocks.emplace_back(std::move(league.figure));
  };
  for (const std::string& outcome : headlines()) {
    if (area.parent != AreaTree::npos) {
      add(outcome, area.level, area.parent, "beside");
    }
    if (area.level + 1 < tree.levels.size()) {
      add(outcome, area.level + 1, tree.find(own), "within");
    }
  }
  return section;
}

Document SurveyReport::area(const std::string& code) {
  const AreaTree& tree = setup_.areas;
  const std::size_t at = tree.find(code);
  if (at == AreaTree::npos || tree.areas[at].level == 0) {
    throw InputError(study_.at, at == AreaTree::npos
                                    ? "there is no area called \"" + code + "\"" + tree.did_you_mean(code)
                                    : tree.areas[at].label + " is all of it; leave --area out for the report on everybody");
  }
  const Area& area = tree.areas[at];
  Document document = begun_as(area.label + " (" + tree.levels[area.level] + ")");
  document.sections.push_back(area_first_page(area));
  if (!waves_.empty()) {
    document.sections.push_back(area_indicators(area));
    if (Section neighbours = area_neighbours(area); !neighbours.blocks.empty()) {
      document.sections.push_back(std::move(neighbours));
    }
  }
  document.sections.push_back(limitations());
  document.sections.push_back(method());
  number_tables(document.sections);
  // The rows of this area, of those beside and within it for the headlines, and of everybody.
  const std::vector<std::string> shown = headlines();
  std::erase_if(document.rows, [&](const Estimate& one) {
    for (const auto& [variable, level] : one.at) {
      if (tree.level(variable) == AreaTree::npos || level == area.code) {
        continue;
      }
      const std::size_t other = tree.find(level);
      const bool near = other != AreaTree::npos && (tree.areas[other].parent == area.parent || tree.areas[other].parent == at);
      if (!near || one.procedure != "area_shares" || std::find(shown.begin(), shown.end(), one.outcome) == shown.end()) {
        return true;
      }
    }
    return one.procedure != "area_shares" && one.procedure != "area_trend" && one.procedure != "trend" && one.procedure != "response";
  });
  return document;
}

} // namespace canvass::analysis
