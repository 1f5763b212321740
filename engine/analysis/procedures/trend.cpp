// A share or mean year by year, each with its own interval, and the last year against each before it. Separate samples.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

ProcedureResult run_trend(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Study& study = context.study.study;
  const Sample& sample = sample_for(context, analysis);
  const double level = study.plan.significance_level;
  for (const std::string& outcome : outcomes_of(context.study, analysis)) {
    const bool share = is_share_outcome(context.study, outcome);
    const std::vector<double> by_row = outcome_by_row(context.study, context.dataset, outcome);
    struct Year {
      const WaveSample* wave = nullptr;
      survey::Estimates mean;
      std::size_t row = 0; ///< of the result
    };
    std::vector<Year> years;
    for (const WaveSample& wave : sample.waves) {
      const std::vector<double> values = wave.of(by_row);
      if (std::all_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) {
        continue; // this year asked something else
      }
      const std::vector<std::int32_t> everybody(values.size(), 0);
      const std::string& name = study.waves[wave.wave].id;
      Estimate row = row_of(analysis, outcome + "/" + name, outcome, share ? "proportion" : "mean",
                            share ? "weighted share, Korn-Graubard" : "weighted mean, t", share ? Unit::percent : Unit::points);
      row.at = {{"wave", name}};
      years.push_back({&wave, survey::domain_means(*wave.prepared, values, everybody, 1), result.rows.size()});
      fill_estimate(row, years.back().mean, 0, share, sample, study);
      if (share) {
        row.count = static_cast<double>(std::count(values.begin(), values.end(), 1.0));
      }
      result.rows.push_back(row);
    }
    for (std::size_t i = 0; i + 1 < years.size(); ++i) {
      const Year& earlier = years[i];
      const Year& last = years.back();
      const std::string& later_name = study.waves[last.wave->wave].id;
      const std::string& earlier_name = study.waves[earlier.wave->wave].id;
      Estimate row = row_of(analysis, outcome + "/" + later_name + "-" + earlier_name, outcome, "difference", "separate samples, t",
                            share ? Unit::percentage_points : Unit::points);
      row.at = {{"wave", later_name}};
      row.versus = {{"wave", earlier_name}};
      fill_difference(row, difference_of_samples(last.mean, 0, earlier.mean, 0, level), share, sample, level);
      row.n = static_cast<double>(last.mean.n[0]);
      row.n_versus = static_cast<double>(earlier.mean.n[0]);
      judge_alone(row, study, "higher", "lower", "no clear change");
      result.rows.push_back(row);
    }
  }
  return result;
}

} // namespace canvass::analysis
