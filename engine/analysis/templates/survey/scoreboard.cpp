// What the board holds the force to.

#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/instrument/indicators.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using namespace report;

namespace {

/// What of an indicator counts, among whom: as the questionnaire's file has it.
std::string formula_of(const Instrument& instrument, const std::string& id, const std::string& language) {
  const Indicator* indicator = instrument.indicator(id);
  if (indicator == nullptr) {
    const Scale* scale = instrument.scale(id);
    return scale == nullptr ? id : "mean of the score " + id;
  }
  std::string text;
  if (indicator->formula) {
    text = written_rule(instrument, indicator->formula);
  } else {
    const std::size_t index = instrument.variable(indicator->of);
    const ChoiceList* list = index == Instrument::npos ? nullptr : instrument.list(instrument.variables[index].list);
    std::vector<std::string> answers;
    for (const int code : indicator->in) {
      const Choice* choice = list == nullptr ? nullptr : list->find(code);
      answers.push_back(choice == nullptr ? std::to_string(code) : choice->label.in(language));
    }
    text = indicator->of + ": " + join(answers, " or ");
  }
  return indicator->among ? text + "; among " + written_rule(instrument, indicator->among) : text;
}

/// Where the number of a line comes from, and how it is made.
std::pair<std::string, std::string> source_and_formula(const Kpi& kpi, const PublicSurvey& setup, const Instrument& instrument,
                                                       const std::string& language) {
  if (!kpi.indicator.empty()) {
    return {"this survey", formula_of(instrument, kpi.indicator, language)};
  }
  if (const PublishedSeries* series = setup.published(kpi.series)) {
    const bool with_n =
        std::any_of(series->points.begin(), series->points.end(), [](const SeriesPoint& point) { return point.n && !point.half_width; });
    return {series->source + (series->as_of ? ", " + in_words(*series->as_of) : std::string()),
            "last period of " + (kpi.series_unit.empty() ? series->id : kpi.series_unit) +
                (with_n && !series->design_effect ? "; no design effect was published, 1 is taken" : "")};
  }
  if (const AdminTable* table = setup.table(kpi.table)) {
    for (const AdminTable::Check& check : table->checks) {
      if (check.kind == AdminTable::Check::Kind::ratio && check.column == kpi.table_column) {
        return {table->source, check.expression + ", of " + kpi.table_row};
      }
    }
    return {table->source, kpi.table_column + " of " + kpi.table_row};
  }
  return {"none yet", ""};
}

} // namespace

Section SurveyReport::scoreboard() {
  Section section;
  section.id = "scoreboard";
  section.title = "Indicators of the board";
  Table table;
  table.caption = "Every indicator with its target";
  table.columns = {{"Code", false}, {"Indicator", false}, {"Value", true},  {"95% interval", true},
                   {"n", true},     {"Target", true},     {"Status", false}};
  for (const Kpi& kpi : setup_.kpis) {
    const Estimate* one = row("kpi/" + kpi.code);
    if (one == nullptr) {
      continue;
    }
    const NumberKind kind = one->unit == Unit::percent ? NumberKind::percent_1
                            : one->unit == Unit::count ? NumberKind::count
                                                       : NumberKind::raw;
    table.rows.push_back({kpi.code, kpi.label.in(study_.language), cell_of(one, kind), range_of(one, kind),
                          cell_of(one, NumberKind::count, &Estimate::n), cell_of(one, kind, &Estimate::reference), one->verdict});
  }
  if (table.rows.empty()) {
    return section;
  }
  table.notes.push_back(
      {"Met: the whole interval reaches the target. Missed: none of it does. Not clear: neither, or the number was published "
       "without n or interval. Counts are complete and have no interval."});
  section.blocks.emplace_back(table);

  Table sources;
  sources.caption = "Where each indicator comes from";
  sources.columns = {{"Code", false}, {"Source", false}, {"How it is made", false}, {"Better", false}, {"Target", false}};
  for (const Kpi& kpi : setup_.kpis) {
    const auto [source, formula] = source_and_formula(kpi, setup_, instrument_, study_.language);
    const bool down = kpi.desired_direction == Direction::down;
    sources.rows.push_back(
        {kpi.code, source, formula, std::string(down ? "less" : "more"),
         kpi.target ? (down ? "at most " : "at least ") + shortest(*kpi.target) + (kpi.unit == "%" ? "%" : "") : std::string("none")});
  }
  section.blocks.emplace_back(std::move(sources));
  if (const std::vector<std::string> gaps = missing_codes(setup_.kpis); !gaps.empty()) {
    section.blocks.emplace_back(Paragraph{{"The numbering leaves out " + join(gaps, ", ") + "."}});
  }
  return section;
}

} // namespace canvass::analysis
