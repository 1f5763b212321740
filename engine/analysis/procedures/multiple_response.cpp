// A question with several ticks: the share of each, of those who were asked, the most frequent first.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

ProcedureResult run_multiple_response(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::string item = named_in(analysis, "item", "a select_multiple question").front();
  const Instrument& instrument = context.study.instrument();
  std::vector<std::string> ticks;
  for (const Variable& variable : instrument.variables) {
    if (variable.multiple && instrument.item_of(variable).id == item) {
      ticks.push_back(variable.id);
    }
  }
  if (ticks.empty()) {
    throw InputError(analysis.at, "analysis " + analysis.id + ": \"" + item + "\" is no select_multiple question of " + instrument.id);
  }
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& wave = sample.waves.back();
  const Study& study = context.study.study;
  const std::vector<std::int32_t> everybody(wave.rows.size(), 0);
  for (const std::string& tick : ticks) {
    const std::vector<double> values = wave.of(outcome_by_row(context.study, context.dataset, tick));
    Estimate row = row_of(analysis, item + "/" + study.waves[wave.wave].id + "/" + tick, tick, "proportion",
                          "weighted share of those asked, Korn-Graubard", Unit::percent);
    row.at = {{"wave", study.waves[wave.wave].id}, {"item", item}};
    fill_estimate(row, survey::domain_means(*wave.prepared, values, everybody, 1), 0, true, sample, study);
    row.count = static_cast<double>(std::count(values.begin(), values.end(), 1.0));
    result.rows.push_back(row);
  }
  std::stable_sort(result.rows.begin(), result.rows.end(), [](const Estimate& a, const Estimate& b) { return a.estimate > b.estimate; });
  return result;
}

} // namespace canvass::analysis
