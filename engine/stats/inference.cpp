#include "engine/stats/inference.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

Inference inference_from(double estimate, double std_error, double df, double conf_level) {
  Inference result;
  result.estimate = estimate;
  result.std_error = std_error;
  result.df = df;
  result.conf_level = conf_level;
  if (!(std_error > 0) || !(df > 0) || !(conf_level > 0) || !(conf_level < 1)) {
    return result;
  }
  result.statistic = estimate / std_error;
  result.p_value = t_two_sided_p(result.statistic, df);
  const double factor = t_quantile(1 - (1 - conf_level) / 2, df);
  result.conf_low = estimate - factor * std_error;
  result.conf_high = estimate + factor * std_error;
  return result;
}

double satterthwaite_df(std::span<const double> variances, std::span<const double> dfs) {
  if (variances.size() != dfs.size()) {
    throw DomainError(
        fmt::format("{} variances were given with {} degrees of freedom; each variance needs its own", variances.size(), dfs.size()));
  }
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < variances.size(); ++i) {
    if (variances[i] == 0) {
      continue;
    }
    if (!(dfs[i] > 0)) {
      throw DomainError(fmt::format("a variance estimate has {} degrees of freedom; more than 0 are needed", dfs[i]));
    }
    sum += variances[i];
    squares += variances[i] * variances[i] / dfs[i];
  }
  return squares > 0 ? sum * sum / squares : std::numeric_limits<double>::quiet_NaN();
}

DipAndRecovery dip_and_recovery(const Inference& dip, const Inference& recovery, bool mirrored) {
  const double sign = mirrored ? -1 : 1;
  DipAndRecovery result;
  result.signs_as_expected = sign * dip.estimate < 0 && sign * recovery.estimate > 0;
  if (!(dip.std_error > 0) || !(recovery.std_error > 0)) {
    return result;
  }
  result.p_dip = t_cdf(sign * dip.estimate / dip.std_error, dip.df);
  result.p_recovery = t_sf(sign * recovery.estimate / recovery.std_error, recovery.df);
  if (!std::isnan(result.p_dip) && !std::isnan(result.p_recovery)) {
    result.p_value = std::max(result.p_dip, result.p_recovery);
  }
  return result;
}

double design_effect(double icc, double group_size) {
  if (!(icc >= 0) || !(icc <= 1)) {
    throw DomainError(fmt::format("the intra-class correlation is {}; it lies between 0 and 1", icc));
  }
  if (!(group_size >= 1)) {
    throw DomainError(fmt::format("the group size is {}; at least 1 person makes a group", group_size));
  }
  return 1 + (group_size - 1) * icc;
}

GroupedContrast contrast_in_groups(double estimate, double treated_variance, double n_treated, double control_variance, double n_control,
                                   double icc, double group_size, double conf_level) {
  if (!(n_treated >= 2) || !(n_control >= 2)) {
    throw DomainError(
        fmt::format("a contrast of arms needs two people in each; there are {} treated and {} control", n_treated, n_control));
  }
  GroupedContrast result;
  result.icc = icc;
  result.group_size = group_size;
  result.effect_on_variance = design_effect(icc, group_size);
  const double effective = n_treated / result.effect_on_variance;
  if (!(effective > 1)) {
    throw DomainError(fmt::format("{} treated people in groups of {} count as {:.2f} at an intra-class correlation of {}; more than one is "
                                  "needed",
                                  n_treated, group_size, effective, icc));
  }
  const double variances[] = {treated_variance * result.effect_on_variance, control_variance};
  const double dfs[] = {effective - 1, n_control - 1};
  result.inference = inference_from(estimate, std::sqrt(variances[0] + variances[1]), satterthwaite_df(variances, dfs), conf_level);
  return result;
}

} // namespace canvass::stats
