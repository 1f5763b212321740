#include "engine/analysis/survey_rows.hpp"

#include "engine/core/text.hpp"
#include "engine/stats/inference.hpp"
#include "engine/stats/multiplicity.hpp"
#include "engine/survey/proportion_interval.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace canvass::analysis {

using report::Estimate;

std::vector<std::string> outcomes_of(const LoadedStudy& study, const PlannedAnalysis& analysis) {
  if (!analysis.outcome.empty()) {
    return {analysis.outcome};
  }
  if (const Family* family = study.study.plan.family(analysis.family)) {
    return family->outcomes;
  }
  std::vector<std::string> outcomes;
  for (const Indicator& indicator : study.instrument().indicators) {
    outcomes.push_back(indicator.id);
  }
  return outcomes;
}

std::vector<std::string> named_in(const PlannedAnalysis& analysis, const std::string& option, std::string_view what) {
  std::vector<std::string> names;
  if (const auto found = analysis.options.find(option); found != analysis.options.end()) {
    for (const std::string_view name : split(found->second, ' ')) {
      if (!trim(name).empty()) {
        names.emplace_back(trim(name));
      }
    }
  }
  if (names.empty()) {
    throw InputError(analysis.at, fmt::format("analysis {} needs `{}`: {}", analysis.id, option, what));
  }
  return names;
}

bool is_share_outcome(const LoadedStudy& study, std::string_view outcome) {
  const Instrument& instrument = study.instrument();
  if (instrument.indicator(outcome) != nullptr) {
    return true;
  }
  const std::size_t index = instrument.variable(outcome);
  return index != Instrument::npos && instrument.variables[index].multiple;
}

const Sample& sample_for(const Context& context, const PlannedAnalysis& analysis) {
  if (context.sample == nullptr) {
    throw DomainError(fmt::format("{} speaks of the public, and the study declares no `survey`; see docs/study.md", analysis.procedure));
  }
  return *context.sample;
}

void fill_estimate(Estimate& row, const survey::Estimates& estimates, std::size_t i, bool share, const Sample& sample, const Study& study) {
  const double factor = share ? 100 : 1;
  const double level = 1 - study.plan.significance_level;
  row.estimate = factor * estimates.values[i];
  row.std_error = factor * estimates.std_error(i);
  row.df = std::isfinite(estimates.df[i]) ? estimates.df[i] : report::not_a_number;
  row.n = static_cast<double>(estimates.n[i]);
  row.n_missing = static_cast<double>(estimates.missing[i]);
  row.effective_n = estimates.kish_n[i];
  row.conf_level = level;
  if (estimates.n[i] == 0) {
    row.std_error = row.conf_level = row.df = report::not_a_number;
    return;
  }
  if (share) {
    const stats::Interval interval = survey::proportion_interval(
        {estimates.values[i], estimates.std_error(i), estimates.n[i], estimates.kish_n[i], estimates.df[i]}, level);
    row.conf_low = 100 * interval.low;
    row.conf_high = 100 * interval.high;
  } else {
    const stats::Inference inference = stats::inference_from(estimates.values[i], estimates.std_error(i), estimates.df[i], level);
    row.conf_low = inference.conf_low;
    row.conf_high = inference.conf_high;
  }
  const double asked = row.n + row.n_missing;
  if (study.survey && row.n < study.survey->flag_base) {
    row.flags.emplace_back("small_base");
  }
  if (row.n_missing >= 0.1 * asked && row.n_missing > 0) {
    row.flags.emplace_back("many_left_out");
  }
  if (!sample.speaks_of_everybody) {
    row.flags.emplace_back("chance_only");
  }
}

void fill_difference(Estimate& row, const survey::Contrast& contrast, bool share, const Sample& sample, double level) {
  const double factor = share ? 100 : 1;
  row.unit = share ? report::Unit::percentage_points : report::Unit::points;
  row.estimate = factor * contrast.value;
  row.std_error = factor * contrast.std_error;
  row.conf_level = 1 - level;
  row.conf_low = factor * contrast.low;
  row.conf_high = factor * contrast.high;
  if (sample.speaks_of_everybody) {
    row.df = std::isfinite(contrast.df) ? contrast.df : report::not_a_number;
    row.statistic = contrast.statistic;
    row.p_value = contrast.p_value;
  } else {
    row.flags.emplace_back("chance_only");
  }
}

namespace {

/// A difference of two parts with variances and degrees of freedom of their own, its variance known from elsewhere if they are not
/// independent: t with Satterthwaite's df.
survey::Contrast difference_of_parts(double value, double std_error, const std::array<double, 2>& variances,
                                     const std::array<double, 2>& dfs, double level) {
  survey::Contrast contrast;
  contrast.value = value;
  contrast.std_error = std_error;
  contrast.df = dfs[0] > 0 && dfs[1] > 0 ? stats::satterthwaite_df(variances, dfs) : report::not_a_number;
  const stats::Inference inference = stats::inference_from(value, std_error, contrast.df, 1 - level);
  contrast.statistic = inference.statistic;
  contrast.p_value = inference.p_value;
  contrast.low = inference.conf_low;
  contrast.high = inference.conf_high;
  return contrast;
}

} // namespace

survey::Contrast difference_of_samples(const survey::Estimates& later, std::size_t i, const survey::Estimates& earlier, std::size_t j,
                                       double level) {
  const double v = later.covariance(i, i);
  const double w = earlier.covariance(j, j);
  return difference_of_parts(later.values[i] - earlier.values[j], std::sqrt(v + w), {v, w}, {later.df[i], earlier.df[j]}, level);
}

std::vector<double> weight_of_cells(const WaveSample& wave, std::span<const double> values, std::span<const std::int32_t> cell,
                                    std::size_t k) {
  std::vector<double> weights(k, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (cell[i] >= 0 && !std::isnan(values[i])) {
      weights[static_cast<std::size_t>(cell[i])] += wave.design.weights[i];
    }
  }
  return weights;
}

survey::Contrast against_rest(const survey::Estimates& cells, std::span<const double> weights, std::size_t i, double level) {
  survey::Estimates filled = cells;
  double others = 0;
  for (std::size_t j = 0; j < weights.size(); ++j) {
    others += j != i ? weights[j] : 0;
    if (cells.n[j] == 0) {
      filled.values[j] = 0;
      for (std::size_t other = 0; other < weights.size(); ++other) {
        filled.covariance(j, other) = filled.covariance(other, j) = 0;
      }
    }
  }
  std::vector<double> combination;
  for (std::size_t j = 0; j < weights.size(); ++j) {
    combination.push_back(cells.n[j] == 0 ? 0 : j == i ? 1 : -weights[j] / others);
  }
  const survey::Contrast both = survey::contrast(filled, combination, 1 - level);
  combination[i] = 0;
  const double rest = survey::contrast(filled, combination, 1 - level).std_error;
  double df = 0;
  for (std::size_t j = 0; j < weights.size(); ++j) {
    df += j != i && cells.n[j] > 0 && cells.df[j] > 0 ? cells.df[j] : 0;
  }
  return difference_of_parts(both.value, both.std_error, {cells.covariance(i, i), rest * rest}, {cells.df[i], df}, level);
}

void judge_alone(Estimate& row, const Study& study, std::string_view above, std::string_view below, std::string_view unclear) {
  const double p = std::isnan(row.p_adjusted) ? row.p_value : row.p_adjusted;
  const bool apart = std::isfinite(p) ? p <= study.plan.significance_level : row.conf_low > 0 || row.conf_high < 0;
  row.verdict = std::string(!apart ? unclear : row.estimate > 0 ? above : below);
}

void judge_together(std::span<Estimate*> rows, const Study& study, std::string_view above, std::string_view below,
                    std::string_view unclear) {
  std::vector<double> p;
  for (const Estimate* row : rows) {
    p.push_back(row->p_value);
  }
  const std::vector<double> adjusted = stats::adjust_p(p, stats::Adjustment::bh);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i]->p_adjusted = adjusted[i];
    rows[i]->adjustment = std::isfinite(adjusted[i]) ? "bh" : "";
    judge_alone(*rows[i], study, above, below, unclear);
  }
}

} // namespace canvass::analysis
