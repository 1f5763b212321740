// What people say happens to them beside what is recorded: ratio and gap.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/study/table_formula.hpp"

#include <cmath>
#include <optional>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

ProcedureResult run_perception_gap(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const PublicSurvey& setup = *context.study.study.survey;
  const Study& study = context.study.study;
  const std::string table_id = named_in(analysis, "table", "an administrative table").front();
  const std::string line_id = named_in(analysis, "line", "its row").front();
  const std::string column_id = named_in(analysis, "column", "its column, a percentage").front();
  const AdminTable* table = setup.table(table_id);
  const std::size_t column = table == nullptr ? AdminTable::npos : table->column(column_id);
  const std::size_t line = table == nullptr ? AdminTable::npos : table->row(line_id);
  if (column == AdminTable::npos || line == AdminTable::npos) {
    throw InputError(analysis.at,
                     "analysis " + analysis.id + ": there is no cell " + line_id + ", " + column_id + " in a table \"" + table_id + "\"");
  }
  const auto number = parse_table_number(table->cells[line][column]);
  const auto recorded = number ? std::optional<double>(number->value) : std::nullopt;
  if (!recorded || !(*recorded > 0)) {
    throw InputError(table->row_at[line], "the recorded number is not above 0 (\"" + table->cells[line][column] + "\")");
  }
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& wave = sample.waves.back();
  const std::string& name = study.waves[wave.wave].id;
  for (const std::string& outcome : outcomes_of(context.study, analysis)) {
    const std::vector<double> values = wave.of(outcome_by_row(context.study, context.dataset, outcome));
    const std::vector<std::int32_t> everybody(values.size(), 0);
    Estimate said = row_of(analysis, outcome + "/" + name + "/said", outcome, "proportion", "weighted share, Korn-Graubard", Unit::percent);
    said.at = {{"wave", name}};
    fill_estimate(said, survey::domain_means(*wave.prepared, values, everybody, 1), 0, true, sample, study);
    const auto add = [&](const std::string& part, Unit unit, const auto& of) {
      Estimate row =
          row_of(analysis, outcome + "/" + name + "/" + part, outcome, part, "survey beside the recorded number, taken as exact", unit);
      row.at = {{"wave", name}};
      row.n = said.n;
      row.conf_level = said.conf_level;
      row.estimate = of(said.estimate);
      row.conf_low = of(said.conf_low);
      row.conf_high = of(said.conf_high);
      row.reference = *recorded;
      result.rows.push_back(row);
    };
    result.rows.push_back(said);
    add("gap", Unit::percentage_points, [&](double value) { return value - *recorded; });
    add("ratio", Unit::ratio, [&](double value) { return value / *recorded; });
  }
  return result;
}

} // namespace canvass::analysis
