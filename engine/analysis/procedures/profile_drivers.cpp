// "39% overall, 97% where all five hold, 2% where none does": the outcome among people who hold every view named, and among those who hold
// none.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"

#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

ProcedureResult run_profile_drivers(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::vector<std::string> views = named_in(analysis, "views", "indicators, each a view that a person holds or not");
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& wave = sample.waves.back();
  const Study& study = context.study.study;
  std::vector<std::vector<double>> held;
  for (const std::string& view : views) {
    if (!is_share_outcome(context.study, view)) {
      throw InputError(analysis.at, "analysis " + analysis.id + ": \"" + view + "\" is no indicator; a view is held or not");
    }
    held.push_back(wave.of(outcome_by_row(context.study, context.dataset, view)));
  }
  // 0 = holds all, 1 = holds none, 2 = neither; -1 = a view is not known, and the person is in no profile but in the whole.
  std::vector<std::int32_t> profile(wave.rows.size(), 2);
  for (std::size_t i = 0; i < profile.size(); ++i) {
    std::size_t yes = 0;
    std::size_t known = 0;
    for (const std::vector<double>& view : held) {
      known += std::isnan(view[i]) ? 0U : 1U;
      yes += view[i] == 1 ? 1U : 0U;
    }
    profile[i] = known < held.size() ? -1 : yes == held.size() ? 0 : yes == 0 ? 1 : 2;
  }
  const double level = study.plan.significance_level;
  for (const std::string& outcome : outcomes_of(context.study, analysis)) {
    const bool share = is_share_outcome(context.study, outcome);
    const std::vector<double> values = wave.of(outcome_by_row(context.study, context.dataset, outcome));
    const std::string part = outcome + "/" + study.waves[wave.wave].id;
    // The whole is made of four cells, so that a profile and the whole stand in one covariance matrix.
    std::vector<std::int32_t> cell = profile;
    for (std::int32_t& one : cell) {
      one = one < 0 ? 3 : one;
    }
    const std::vector<std::int32_t> everybody(values.size(), 0);
    const survey::Estimates whole = survey::domain_means(*wave.prepared, values, everybody, 1);
    const survey::Estimates cells = survey::domain_means(*wave.prepared, values, cell, 4);
    const auto add = [&](const std::string& id, const std::string& name, const survey::Estimates& means, std::size_t i) {
      Estimate row = row_of(analysis, part + "/" + id, outcome, share ? "proportion" : "mean",
                            share ? "weighted share, Korn-Graubard" : "weighted mean, t", share ? Unit::percent : Unit::points);
      row.at = {{"wave", study.waves[wave.wave].id}, {"profile", name}};
      fill_estimate(row, means, i, share, sample, study);
      double count = 0;
      for (std::size_t j = 0; j < values.size(); ++j) {
        count += values[j] == 1 && (&means == &whole || cell[j] == static_cast<std::int32_t>(i)) ? 1 : 0;
      }
      row.count = share ? count : report::not_a_number;
      result.rows.push_back(row);
    };
    add("overall", "everybody", whole, 0);
    add("all", "hold all " + std::to_string(views.size()), cells, 0);
    add("none", "hold none", cells, 1);
    // A profile against everybody who is not in it.
    for (const auto& [i, id] : {std::pair<std::size_t, const char*>{0, "all"}, std::pair<std::size_t, const char*>{1, "none"}}) {
      if (cells.n[i] == 0) {
        continue;
      }
      Estimate row =
          row_of(analysis, part + "/" + id + "/rest", outcome, "difference", "against everybody else, t", Unit::percentage_points);
      row.at = {{"wave", study.waves[wave.wave].id}, {"profile", id}};
      row.versus = {{"profile", "rest"}};
      fill_difference(row,
                      against_rest(survey::cell_of(cells, i),
                                   survey::rest_of_domain(*wave.prepared, values, cell, static_cast<std::int32_t>(i)), level),
                      share, sample, level);
      row.n = static_cast<double>(cells.n[i]);
      row.n_versus = static_cast<double>(whole.n[0] - cells.n[i]);
      judge_alone(row, study, "higher", "lower", "not told apart");
      result.rows.push_back(row);
    }
  }
  return result;
}

} // namespace canvass::analysis
