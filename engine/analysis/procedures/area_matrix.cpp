// Areas by two measures with declared cut points: how much crime, and how much worry; four types of community.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/study/table_formula.hpp"

#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

double cut_of(const PlannedAnalysis& analysis, const std::string& option) {
  const std::string text = named_in(analysis, option, "the number at which much begins").front();
  const auto value = parse_double(text);
  if (!value) {
    throw InputError(analysis.at, "analysis " + analysis.id + ": `" + option + "` is a number (\"" + text + "\")");
  }
  return *value;
}

} // namespace

ProcedureResult run_area_matrix(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const PublicSurvey& setup = *context.study.study.survey;
  const Study& study = context.study.study;
  const std::string table_id = named_in(analysis, "table", "an administrative table keyed by area").front();
  const std::string column_id = named_in(analysis, "column", "the column with the recorded number").front();
  const double crime_cut = cut_of(analysis, "column_cut");
  const double worry_cut = cut_of(analysis, "outcome_cut");
  const AdminTable* table = setup.table(table_id);
  const std::size_t column = table == nullptr ? AdminTable::npos : table->column(column_id);
  if (table == nullptr || column == AdminTable::npos || !table->key_is_area) {
    throw InputError(analysis.at, "analysis " + analysis.id + ": there is no table \"" + table_id + "\" keyed by area with a column \"" +
                                      column_id + "\"");
  }
  if (analysis.outcome.empty()) {
    throw InputError(analysis.at, "analysis " + analysis.id + " needs `outcome`: the indicator of worry");
  }
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& wave = sample.waves.back();
  const Cells cells = cells_of_level(context.study, wave, setup.areas.levels.size() - 1);
  const bool share = is_share_outcome(context.study, analysis.outcome);
  const survey::Estimates means = survey::domain_means(
      *wave.prepared, wave.of(outcome_by_row(context.study, context.dataset, analysis.outcome)), cells.cell, cells.ids.size());
  for (std::size_t i = 0; i < cells.ids.size(); ++i) {
    const std::size_t area = setup.areas.find(cells.ids[i]);
    double recorded = report::not_a_number;
    for (std::size_t line = 0; line < table->keys.size(); ++line) {
      if (table->area[line] == static_cast<std::int32_t>(area)) {
        const auto number = parse_table_number(table->cells[line][column]);
        recorded = number ? number->value : report::not_a_number;
      }
    }
    Estimate row = estimate_row(analysis, cells.ids[i], analysis.outcome, share);
    row.at = {{"wave", study.waves[wave.wave].id}, {setup.areas.levels.back(), cells.ids[i]}};
    fill_estimate(row, means, i, share, sample, study);
    row.reference = recorded;
    if (std::isfinite(row.estimate) && std::isfinite(recorded)) {
      row.verdict = std::string(recorded >= crime_cut ? "much crime" : "little crime") + ", " +
                    (row.estimate >= worry_cut ? "much worry" : "little worry");
      if (row.conf_low < worry_cut && row.conf_high >= worry_cut) {
        row.flags.emplace_back("type_unclear");
      }
    } else {
      row.verdict = "no data";
    }
    result.rows.push_back(row);
  }
  return result;
}

} // namespace canvass::analysis
