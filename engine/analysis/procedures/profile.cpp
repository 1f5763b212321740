// One wave, no comparison: the mean of each item of a scale with n and interval, and of the scale. For self-ratings of a few.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/stats/descriptives.hpp"

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

ProcedureResult run_profile(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Study& study = context.study.study;
  const Instrument& instrument = context.study.instrument();
  const double level = 1 - study.plan.significance_level;
  const auto add = [&](const std::string& id) {
    const CohortData data = cohort_data(context.study, context.dataset, id);
    for (std::size_t column = 0; column < data.waves.size(); ++column) {
      for (std::size_t arm = 0; arm < data.arms.size(); ++arm) {
        std::vector<double> values;
        for (std::size_t i = 0; i < data.person.size(); ++i) {
          if (data.arm[i] == arm) {
            values.push_back(data.y(i, column));
          }
        }
        const auto moments = stats::describe(values, level);
        if (moments.n == 0) {
          continue;
        }
        Estimate row = row_of(analysis, id + "/" + study.waves[data.waves[column]].id + "/" + arm_id(study, data.arms, arm), id, "mean",
                              "mean of those who answered, t", Unit::points);
        row.at = {{"wave", study.waves[data.waves[column]].id}, {"arm", arm_id(study, data.arms, arm)}};
        row.estimate = moments.mean;
        row.std_error = moments.std_error;
        row.df = moments.df;
        fill(row, moments.interval);
        row.n = moments.n;
        row.n_missing = moments.missing;
        result.rows.push_back(row);
      }
    }
  };
  for (const Scale& scale : instrument.scales) {
    if (analysis.outcome.empty() || analysis.outcome == scale.id) {
      add(scale.id);
      for (const std::string& item : scale.items) {
        add(item);
      }
    }
  }
  if (result.rows.empty()) {
    throw DomainError("nobody has answered an item of " + (analysis.outcome.empty() ? std::string("a scale") : analysis.outcome) + " yet");
  }
  return result;
}

} // namespace canvass::analysis
