// Items as ordered categories: proportional odds at each wave, and with a person effect over all waves.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/core/workers.hpp"
#include "engine/stats/ordinal.hpp"
#include "engine/stats/ordinal_mixed.hpp"

#include <cmath>

namespace canvass::analysis {
namespace {

using report::Estimate;
using report::Unit;

/// Treated against control at one wave: log odds ratio of a higher category.
void at_wave(const Context& context, const PlannedAnalysis& analysis, const CohortData& data, const std::string& item, std::size_t column,
             ProcedureResult& result) {
  const Study& study = context.study.study;
  const std::string& wave = study.waves[data.waves[column]].id;
  std::vector<double> y;
  std::vector<double> x;
  double n_control = 0;
  for (std::size_t i = 0; i < data.person.size(); ++i) {
    if (data.arm[i] <= 1 && !std::isnan(data.y(i, column))) {
      y.push_back(data.y(i, column));
      x.push_back(data.arm[i] == 1 ? 1 : 0);
      n_control += data.arm[i] == 0 ? 1 : 0;
    }
  }
  stats::Matrix predictors(x.size(), 1);
  predictors.values = x;
  Estimate row = row_of(analysis, "at/" + wave + "/" + item, item, "log_odds_ratio", "proportional odds", Unit::none);
  row.at = {{"wave", wave}, {"arm", arm_id(study, data.arms, 1)}};
  row.versus = {{"arm", arm_id(study, data.arms, 0)}};
  row.n = static_cast<double>(y.size()) - n_control;
  row.n_versus = n_control;
  row.flags.emplace_back("alternate");
  try {
    const auto fit = stats::proportional_odds(predictors, y, {1 - study.plan.significance_level, true, true});
    const stats::OrdinalCoefficient& arm = fit.coefficients.front();
    row.method = fit.method;
    row.estimate = arm.wald.estimate;
    row.std_error = arm.wald.std_error;
    row.conf_level = arm.wald.conf_level;
    row.conf_low = arm.profile_low;
    row.conf_high = arm.profile_high;
    row.statistic = arm.lr_statistic;
    row.p_value = arm.lr_p_value;
    if (fit.separated) {
      row.flags.emplace_back("separation");
    }
    if (arm.nominal_p_value <= study.plan.significance_level) {
      row.flags.emplace_back("proportional_odds_doubtful");
    }
    result.rows.push_back(row);
  } catch (const DomainError& error) {
    result.notes.push_back(item + " at " + wave + ": " + error.what());
  }
}

/// arm x wave with a person effect; the contrasts are conditional log odds ratios.
void over_waves(const Context& context, const PlannedAnalysis& analysis, const CohortData& data, const std::string& item,
                ProcedureResult& result) {
  const Study& study = context.study.study;
  const std::size_t waves = data.waves.size();
  if (waves < 2 || data.arms.size() != 2 || !data.arms.has_control) {
    return;
  }
  const std::size_t columns = 2 * waves - 1; // arm, later waves, arm x later waves
  std::vector<double> y;
  std::vector<double> rows;
  std::vector<std::size_t> person;
  for (std::size_t i = 0; i < data.person.size(); ++i) {
    for (std::size_t w = 0; w < waves; ++w) {
      if (std::isnan(data.y(i, w))) {
        continue;
      }
      y.push_back(data.y(i, w));
      person.push_back(i);
      const double treated = data.arm[i] == 1 ? 1 : 0;
      rows.push_back(treated);
      for (std::size_t other = 1; other < waves; ++other) {
        rows.push_back(other == w ? 1 : 0);
      }
      for (std::size_t other = 1; other < waves; ++other) {
        rows.push_back(other == w ? treated : 0);
      }
    }
  }
  stats::Matrix predictors(y.size(), columns);
  predictors.values = rows;
  try {
    stats::OrdinalMixedOptions options;
    options.conf_level = 1 - study.plan.significance_level;
    const auto fit = stats::ordinal_mixed(predictors, y, person, options);
    for (std::size_t later = 1; later < waves; ++later) {
      Estimate row = row_of(analysis, "mixed/" + study.waves[data.waves[later]].id + "-" + study.waves[data.waves.front()].id + "/" + item,
                            item, "log_odds_ratio", fit.method, Unit::none);
      row.at = {
          {"wave", study.waves[data.waves[later]].id}, {"from", study.waves[data.waves.front()].id}, {"arm", arm_id(study, data.arms, 1)}};
      row.versus = {{"arm", arm_id(study, data.arms, 0)}};
      fill(row, fit.coefficients[waves - 1 + later]);
      row.n = static_cast<double>(fit.n_persons);
      row.flags.emplace_back("alternate");
      if (fit.boundary) {
        row.flags.emplace_back("boundary");
      }
      result.rows.push_back(row);
    }
    for (const std::string& warning : fit.warnings) {
      result.notes.push_back(item + ": " + warning);
    }
  } catch (const DomainError& error) {
    result.notes.push_back(item + ", with a person effect: " + error.what());
  }
}

} // namespace

ProcedureResult run_items_ordinal(const Context& context, const PlannedAnalysis& analysis) {
  if (!arms_of(context.study.study).has_control) {
    throw DomainError("there is no control group to compare with");
  }
  const std::vector<std::string> items = ordered_items(context.study.instrument());
  const auto option = analysis.options.find("person_effect");
  const bool person_effect = option == analysis.options.end() || option->second == "yes";
  std::vector<ProcedureResult> parts(items.size());
  for_blocks(items.size(), context.threads, [&](std::size_t i) {
    const CohortData data = cohort_data(context.study, context.dataset, items[i]);
    for (std::size_t column = 0; column < data.waves.size(); ++column) {
      at_wave(context, analysis, data, items[i], column, parts[i]);
    }
    if (person_effect) {
      over_waves(context, analysis, data, items[i], parts[i]);
    }
  });
  ProcedureResult result;
  for (ProcedureResult& part : parts) {
    result.rows.insert(result.rows.end(), part.rows.begin(), part.rows.end());
    result.notes.insert(result.notes.end(), part.notes.begin(), part.notes.end());
  }
  return result;
}

} // namespace canvass::analysis
