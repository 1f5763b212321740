// Indices of several questions, and the types that worry in general and remembered times of it make together.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <variant>

namespace canvass::analysis {

using namespace report;

namespace {

struct TypeWords {
  std::string_view id, label;
};

/// In the words of those who made the typology: the worried remember a time, the anxious do not.
constexpr TypeWords type_words[] = {{"both", "Worried, and remember a time"},
                                    {"no_event", "Worried in general, remember no time (anxious)"},
                                    {"event_only", "Remember a time, not worried in general"},
                                    {"neither", "Neither (unworried)"}};

/// "23.9 (23.0 to 24.8)": both in one cell, so that a row with several shares stays readable.
TableCell with_range(const Estimate* row, NumberKind kind) {
  TableCell value = cell_of(row, kind);
  const TableCell range = range_of(row, kind);
  if (!std::holds_alternative<Number>(value) || !std::holds_alternative<NumberRange>(range)) {
    return value;
  }
  return Sentence{std::get<Number>(value), std::string(" ("), std::get<NumberRange>(range), std::string(")")};
}

std::string spaced(std::string id) {
  std::replace(id.begin(), id.end(), '_', ' ');
  return capitalised(std::move(id));
}

} // namespace

void SurveyReport::index_tables(Section& section, const PlannedAnalysis& analysis) {
  const std::string id = analysis.outcome.empty() ? analysis.id : analysis.outcome;
  const std::string name = analysis.outcome.empty() ? spaced(analysis.id) : label_of(analysis.outcome);
  const std::string stem = analysis.id + "/" + id + "/" + last_wave();
  const Estimate* mean = row(stem);
  if (mean == nullptr) {
    return;
  }
  const Estimate* high = row(stem + "/high");
  const Estimate* alpha = row(stem + "/alpha");
  Table table;
  table.caption = name + ", " + wave_label(last_wave());
  table.columns = {{"Row", false}, {"Estimate", true}, {"95% interval", true}, {"n", true}};
  const auto add = [&](const std::string& label, const Estimate* one, NumberKind kind) {
    table.rows.push_back({label, cell_of(one, kind), range_of(one, kind), cell_of(one, NumberKind::count, &Estimate::n)});
  };
  ProfileChart chart;
  const auto bar = [&](const std::string& label, const Estimate& one, bool overall) {
    chart.bars.push_back({label, {one.estimate, one.conf_low, one.conf_high, one.id}, one.n, overall, is_withheld(one)});
  };
  for (const Estimate* one : rows_of("composite_index")) {
    if (one->analysis == analysis.id && one->id.rfind(stem + "/strand/", 0) == 0) {
      add(label_of(one->outcome) + ", %", one, NumberKind::percent_1);
      bar(label_of(one->outcome), *one, false);
    }
  }
  add("Mean of the index", mean, NumberKind::score);
  const auto threshold = analysis.options.find("threshold");
  if (high != nullptr) {
    const std::string label = "At or above " + (threshold == analysis.options.end() ? std::string() : threshold->second);
    add(label + ", %", high, NumberKind::percent_1);
    bar(label + " of the index", *high, true);
  }
  if (alpha != nullptr) {
    add("Alpha (how far the questions hang together)", alpha, NumberKind::coefficient);
  }
  const auto from = analysis.options.find("counts_from");
  if (const auto points = analysis.options.find("points"); points != analysis.options.end()) {
    table.notes.push_back({"Points by answer: " + points->second + "; other answers 0. The index is the " +
                           (analysis.options.contains("score") ? analysis.options.at("score") : std::string("mean")) + "."});
  }
  if (from != analysis.options.end()) {
    table.notes.push_back({"A strand counts from " + from->second + (from->second == "1" ? " point" : " points") +
                           " on; the plan declares this and the threshold."});
  }
  section.blocks.emplace_back(table);
  if (chart.bars.size() > 2) {
    const bool of_people = study_.sample == SampleKind::census || study_.sample == SampleKind::probability;
    chart.axis = of_people ? "% of people" : "% of those who answered";
    double highest = 0;
    for (const ProfileChart::Bar& one : chart.bars) {
      highest = std::max(highest, std::isfinite(one.interval.high) ? one.interval.high : 0);
    }
    chart.highest = highest > 50 ? 100 : highest > 25 ? 50 : 25;
    Figure figure;
    figure.id = "fig-index-" + analysis.id;
    figure.headline = name + ": the share of each strand";
    figure.subtitle = "With 95% intervals";
    figure.alt = "Bar chart of " + std::to_string(chart.bars.size()) + " bars: the share that finds each strand a problem, with intervals.";
    figure.chart = std::move(chart);
    section.blocks.emplace_back(std::move(figure));
  }
  // Areas and groups, one table each; long ones go to the appendix.
  std::vector<std::string> variables;
  for (const Estimate* one : rows_of("composite_index")) {
    if (one->analysis == analysis.id && one->quantity == "mean" && one->at.size() == 2 &&
        std::find(variables.begin(), variables.end(), one->at[1].first) == variables.end()) {
      variables.push_back(one->at[1].first);
    }
  }
  for (const std::string& variable : variables) {
    Table by;
    by.caption = name + " by " + variable_label(variable) + ", " + wave_label(last_wave());
    by.columns = {{spaced(variable), false}, {"Mean (95% interval)", true}};
    if (high != nullptr) {
      by.columns.push_back({"From " + threshold->second + " on, % (95% interval)", true});
      by.columns.push_back({"Against the rest, points", true});
      by.columns.push_back({"Reading", false});
    }
    by.columns.push_back({"n", true});
    for (const Estimate* one : rows_of("composite_index")) {
      if (one->analysis != analysis.id || one->quantity != "mean" || one->at.size() != 2 || one->at[1].first != variable) {
        continue;
      }
      std::vector<TableCell> cells = {level_label(variable, one->at[1].second), with_range(one, NumberKind::score)};
      if (high != nullptr) {
        const Estimate* share = row(one->id + "/high");
        const Estimate* rest = row(one->id + "/high/rest");
        cells.push_back(with_range(share, NumberKind::percent_1));
        cells.push_back(rest == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*rest)));
        cells.emplace_back(share == nullptr ? std::string() : share->verdict);
      }
      cells.push_back(cell_of(one, NumberKind::count, &Estimate::n));
      by.rows.push_back(std::move(cells));
    }
    if (high != nullptr) {
      by.notes.push_back({"Each against everybody else; the reading is by p adjusted over all of them (Benjamini and Hochberg). Under " +
                          std::to_string(study_.disclosure.min_base) + " answers a row is withheld [c]."});
    }
    if (by.rows.size() > 20) {
      section.blocks.emplace_back(Paragraph{{name + " by " + variable_label(variable) + " is in table " + appendix_table(by) + "."}});
    } else {
      section.blocks.emplace_back(by);
    }
  }
}

void SurveyReport::typology(Section& section, const PlannedAnalysis& analysis) {
  const std::string stem = analysis.id + "/" + analysis.outcome + "/" + last_wave();
  if (row(stem + "/both") == nullptr) {
    return;
  }
  Table table;
  table.caption = "Worry in general, and remembered times of it: four types, " + wave_label(last_wave());
  table.columns = {{"Type", false}, {"%", true}, {"95% interval", true}, {"n", true}, {"Count", true}};
  for (const TypeWords& type : type_words) {
    const Estimate* one = row(stem + "/" + std::string(type.id));
    table.rows.push_back({std::string(type.label), cell_of(one, NumberKind::percent_1), range_of(one, NumberKind::percent_1),
                          cell_of(one, NumberKind::count, &Estimate::n), cell_of(one, NumberKind::count, &Estimate::count)});
  }
  const std::string event = analysis.options.at("event");
  table.notes.push_back({"Worried in general: " + label_of(analysis.outcome) + ". A remembered time: " + label_of(event) +
                         ". Who left one of the two open is in no type."});
  const Estimate* with = row(stem + "/worried/remember");
  const Estimate* without = row(stem + "/worried/none");
  const Estimate* test = row(stem + "/worried/association");
  if (with != nullptr && without != nullptr && !is_withheld(*with) && !is_withheld(*without) && std::isfinite(with->estimate) &&
      std::isfinite(without->estimate)) {
    Sentence note = {std::string("Of those who remember a time, "), Number{with->estimate, NumberKind::percent, with->id},
                     std::string(" are worried in general; of those who remember none, "),
                     Number{without->estimate, NumberKind::percent, without->id}};
    if (test != nullptr && !is_withheld(*test)) {
      note.emplace_back(std::string(" ("));
      append(note, test_numbers(*test));
      note.emplace_back(std::string(")"));
    }
    note.emplace_back(std::string("."));
    table.notes.push_back(std::move(note));
  }
  section.blocks.emplace_back(table);
  std::vector<std::string> variables;
  for (const Estimate* one : rows_of("event_typology")) {
    if (one->analysis == analysis.id && one->quantity == "share" && one->at.size() == 3 &&
        std::find(variables.begin(), variables.end(), one->at[1].first) == variables.end()) {
      variables.push_back(one->at[1].first);
    }
  }
  for (const std::string& variable : variables) {
    Table by;
    by.caption = "The four types by " + variable_label(variable) + ", % with 95% intervals, " + wave_label(last_wave());
    by.columns = {{spaced(variable), false}};
    for (const char* title : {"Worried, and a time", "Worried, no time", "A time, not worried", "Neither"}) {
      by.columns.push_back({title, true});
    }
    by.columns.push_back({"n", true});
    std::set<std::string> seen;
    for (const Estimate* one : rows_of("event_typology")) {
      if (one->analysis != analysis.id || one->quantity != "share" || one->at.size() != 3 || one->at[1].first != variable ||
          !seen.insert(one->at[1].second).second) {
        continue;
      }
      std::vector<TableCell> cells = {level_label(variable, one->at[1].second)};
      for (const TypeWords& type : type_words) {
        const Estimate* of_type = row(stem + "/" + variable + "/" + one->at[1].second + "/" + std::string(type.id));
        cells.push_back(with_range(of_type, NumberKind::percent_1));
      }
      cells.push_back(cell_of(one, NumberKind::count, &Estimate::n));
      by.rows.push_back(std::move(cells));
    }
    if (by.rows.size() > 20) {
      section.blocks.emplace_back(
          Paragraph{{"The four types by " + variable_label(variable) + " are in table " + appendix_table(by) + "."}});
    } else {
      section.blocks.emplace_back(by);
    }
  }
}

Section SurveyReport::composites() {
  Section section;
  section.id = "indices";
  section.title = "Indices and types";
  for (const PlannedAnalysis& analysis : study_.plan.analyses) {
    if (analysis.procedure == "composite_index") {
      index_tables(section, analysis);
    } else if (analysis.procedure == "event_typology") {
      typology(section, analysis);
    }
  }
  return section;
}

} // namespace canvass::analysis
