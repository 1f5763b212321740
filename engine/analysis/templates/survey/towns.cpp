// A few towns, before and after.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/analysis/templates/template.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using namespace report;

namespace {

/// "58% (118)", or withheld.
TableCell share_and_n(const Estimate* row) {
  if (row == nullptr || is_withheld(*row) || !std::isfinite(row->estimate)) {
    return cell_of(row, NumberKind::percent);
  }
  const NumberKind kind = row->unit == Unit::percent ? NumberKind::percent : NumberKind::score;
  return Sentence{Number{row->estimate, kind, row->id}, std::string(" ("), Number{row->n, NumberKind::count, row->id}, std::string(")")};
}

/// "lower: -19 points, -31 to -7".
Sentence reading(const Estimate& row) {
  if (is_withheld(row)) {
    return {std::string("withheld: too few answers")};
  }
  if (!std::isfinite(row.estimate)) {
    return {std::string("not available")};
  }
  Sentence sentence = {row.verdict + ": "};
  for (Span& span : difference_numbers(row)) {
    sentence.push_back(std::move(span));
  }
  return sentence;
}

} // namespace

std::vector<std::string> SurveyReport::town_outcomes() const {
  std::vector<std::string> outcomes;
  for (const Estimate* one : rows_of("town_change")) {
    if (std::find(outcomes.begin(), outcomes.end(), one->outcome) == outcomes.end()) {
      outcomes.push_back(one->outcome);
    }
  }
  return outcomes;
}

/// The group that answers least against its share of the people.
Sentence SurveyReport::who_is_missing() const {
  const Estimate* worst = nullptr;
  const Estimate* answers_of_worst = nullptr;
  for (const Estimate* people : rows_of("response")) {
    if (people->quantity != "population_share" || people->at.front().second != last_wave() || people->at[1].second == "area") {
      continue;
    }
    const Estimate* answers = row("response/answers_share/" + last_wave() + "/" + people->at[1].second + "/" + people->at[2].second);
    if (answers != nullptr && std::isfinite(answers->estimate) && answers->estimate < people->estimate &&
        (worst == nullptr || people->estimate - answers->estimate > worst->estimate - answers_of_worst->estimate)) {
      worst = people;
      answers_of_worst = answers;
    }
  }
  if (worst == nullptr) {
    return {};
  }
  return {worst->at[2].second + ": ", Number{answers_of_worst->estimate, NumberKind::percent, answers_of_worst->id},
          std::string(" of the answers, "), Number{worst->estimate, NumberKind::percent, worst->id}, std::string(" of the people.")};
}

Table SurveyReport::towns_table(const std::string& outcome) {
  Table table;
  table.caption = label_of(outcome) + (waves_.size() > 1 ? ", before and after" : "");
  table.columns = {{"Town", false}};
  for (const std::string& wave : waves_) {
    table.columns.push_back({wave_label(wave) + " (n)", true});
  }
  const bool compared = waves_.size() > 1;
  const std::vector<const Estimate*> all = rows_of("town_change");
  const bool beside = std::any_of(all.begin(), all.end(), [](const Estimate* one) { return has_flag(*one, "comparison"); });
  if (compared) {
    table.columns.push_back({"Change, points", false});
    if (beside) {
      table.columns.push_back({"Against comparison", false});
    }
  }
  for (const Estimate* first : rows_of("town_change")) {
    if (first->outcome != outcome || !first->versus.empty() || first->at.front().second != waves_.front()) {
      continue;
    }
    const std::string& town = first->at[1].second;
    const std::string stem = first->analysis + "/" + outcome + "/";
    std::vector<TableCell> cells = {area_label(town)};
    for (const std::string& wave : waves_) {
      cells.push_back(share_and_n(row(stem + wave + "/" + town)));
    }
    if (compared) {
      const Estimate* change = row(stem + "change/" + town);
      const Estimate* against = row(stem + "against_comparison/" + town);
      cells.push_back(change == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(reading(*change)));
      if (beside) {
        cells.push_back(against == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(reading(*against)));
      }
    }
    table.rows.push_back(std::move(cells));
  }
  if (compared && !beside) {
    table.notes.push_back({"No other towns stand beside these: whatever changed may have changed everywhere."});
  }
  table.notes.push_back({"Under " + std::to_string(study_.disclosure.min_base) + " answers a town is withheld [c]."});
  return table;
}

Figure SurveyReport::towns_figure(const std::string& outcome, const std::string& prefix) {
  BeforeAfterChart chart;
  chart.before_label = wave_label(waves_.front());
  chart.after_label = wave_label(waves_.back());
  bool percent = true;
  for (const Estimate* first : rows_of("town_change")) {
    if (first->outcome != outcome || !first->versus.empty() || first->at.front().second != waves_.front()) {
      continue;
    }
    const std::string& town = first->at[1].second;
    const std::string stem = first->analysis + "/" + outcome + "/";
    const auto side = [&](const std::string& wave) {
      BeforeAfterChart::Side made;
      if (const Estimate* one = row(stem + wave + "/" + town)) {
        made.interval = {one->estimate, one->conf_low, one->conf_high, one->id};
        made.n = one->n;
        made.withheld = is_withheld(*one);
        percent = percent && (one->unit == Unit::percent);
      }
      return made;
    };
    BeforeAfterChart::Row line;
    line.label = area_label(town);
    line.before = side(waves_.front());
    line.after = side(waves_.back());
    line.comparison = has_flag(*first, "comparison");
    if (const Estimate* change = row(stem + "change/" + town)) {
      line.told_apart = change->verdict == "higher" || change->verdict == "lower";
      line.text = is_withheld(*change) ? "withheld" : change->verdict;
    }
    chart.rows.push_back(std::move(line));
  }
  chart.axis = percent ? "% of those who answered" : "Mean";
  if (!percent) {
    chart.kind = NumberKind::score;
  }
  Figure figure;
  figure.id = "fig-" + prefix + "towns-" + outcome;
  figure.headline = label_of(outcome) + ", " + chart.before_label + " and " + chart.after_label;
  figure.subtitle = "A thick line: told apart from no change";
  figure.alt = "Before-and-after chart: " + label_of(outcome) + " in " + std::to_string(chart.rows.size()) + " rows, from " +
               chart.before_label + " to " + chart.after_label + ".";
  figure.chart = std::move(chart);
  return figure;
}

Section SurveyReport::towns_first_page() {
  Section section;
  section.id = "first-page";
  section.title = "Summary";
  section.first_page = true;
  VerdictBox box;
  box.answer_label = "Who answered";
  const std::vector<std::string> outcomes = town_outcomes();
  if (waves_.empty() || outcomes.empty()) {
    box.answer = {std::string(waves_.empty() ? "Nobody has answered yet." : "The plan names no town_change, so there is nothing to show.")};
    section.blocks.emplace_back(box);
    return section;
  }
  const bool chance_only = study_.sample == SampleKind::self_selected || study_.sample == SampleKind::quota;
  if (chance_only) {
    box.answer.emplace_back("Those who answered, not all residents. ");
  }
  for (Span& span : who_is_missing()) {
    box.answer.push_back(std::move(span));
  }
  box.answer.emplace_back(chance_only ? " Ranges cover chance only." : " Intervals are for sampling error only.");
  section.blocks.emplace_back(box);
  section.blocks.emplace_back(towns_table(outcomes.front()));
  if (waves_.size() > 1) {
    section.blocks.emplace_back(towns_figure(outcomes.front(), "first-"));
  }
  Facts facts;
  facts.facts.push_back({"Who", who()});
  if (!setup_.series.empty()) {
    facts.facts.push_back({"Force-wide", peers()});
  }
  facts.facts.push_back({"Check", check()});
  section.blocks.emplace_back(facts);
  return section;
}

Section SurveyReport::towns_section() {
  Section section;
  section.id = "towns";
  section.title = "Every question, town by town";
  const std::vector<std::string> outcomes = town_outcomes();
  for (std::size_t i = 1; i < outcomes.size(); ++i) {
    section.blocks.emplace_back(towns_table(outcomes[i]));
    if (waves_.size() > 1) {
      section.blocks.emplace_back(towns_figure(outcomes[i], ""));
    }
  }
  return section;
}

Document SurveyReport::towns() {
  Document document = begun_as("Towns");
  document.sections.push_back(towns_first_page());
  if (!waves_.empty()) {
    document.sections.push_back(who_answered());
    for (Section section : {towns_section(), composites(), published()}) {
      if (!section.blocks.empty()) {
        document.sections.push_back(std::move(section));
      }
    }
  }
  document.sections.push_back(limitations());
  document.sections.push_back(method());
  number_tables(document.sections);
  return document;
}

std::vector<PlannedAnalysis> town_poll_shows(const LoadedStudy&) {
  return {standing("response", "response"), standing("towns", "town_change")};
}

Document make_town_poll(const Input& input, const Analysed& analysed, const Options& options) {
  if (!input.study.study.survey) {
    throw InputError(input.study.study.at, "the template town_poll needs a `survey`: which towns there are, and who lives there");
  }
  SurveyReport report(input, analysed, options);
  return options.area.empty() ? report.towns() : report.area(options.area);
}

} // namespace canvass::analysis
