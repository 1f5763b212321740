// Effect sizes of two samples; declared with the tests they belong to in two_sample.hpp.
#include "engine/stats/distributions.hpp"
#include "engine/stats/samples.hpp"
#include "engine/stats/two_sample.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::stats {

namespace {

/// `standard` turns the noncentrality into d: sqrt of the sum of inverse sizes, weighted where the SD is not pooled.
HedgesResult standardised(HedgesResult result, double std_error, double standard, double level) {
  result.interval = {nan, nan, level, "noncentral t"};
  if (!(result.sd > 0)) {
    result.warnings.emplace_back("each group has one value only: nothing to standardise by");
    return result;
  }
  result.d = result.difference / result.sd;
  result.correction = hedges_correction(result.df);
  result.g = result.correction * result.d;
  const double t = result.difference / std_error;
  const double tail = (1 - level) / 2;
  const double scale = standard * result.correction;
  result.interval.low = scale * noncentral_t_noncentrality(t, result.df, 1 - tail);
  result.interval.high = scale * noncentral_t_noncentrality(t, result.df, tail);
  return result;
}

HedgesResult hedges(std::span<const double> first, std::span<const double> second, double level, bool pooled) {
  check_level(level);
  const Sample one = observed(first);
  const Sample two = observed(second);
  const MeanVariance a = moments(one.values);
  const MeanVariance b = moments(two.values);
  HedgesResult result;
  result.method = pooled ? "Hedges g, pooled SD" : "Hedges g, average SD";
  result.n_first = a.n;
  result.n_second = b.n;
  result.missing = one.missing + two.missing;
  result.difference = b.mean - a.mean;
  result.interval = {nan, nan, level, "noncentral t"};
  if (a.n < 2 || b.n < 2) {
    result.warnings.emplace_back("under 2 values in a group: no standardised difference");
    return result;
  }
  const double n1 = a.n;
  const double n2 = b.n;
  if (pooled) {
    result.df = n1 + n2 - 2;
    result.sd = std::sqrt(((n1 - 1) * a.variance + (n2 - 1) * b.variance) / result.df);
    const double standard = std::sqrt(1 / n1 + 1 / n2);
    return standardised(result, result.sd * standard, standard, level);
  }
  const double part1 = a.variance / n1;
  const double part2 = b.variance / n2;
  const double sum = part1 + part2;
  result.df = sum > 0 ? sum * sum / (part1 * part1 / (n1 - 1) + part2 * part2 / (n2 - 1)) : nan;
  result.sd = std::sqrt((a.variance + b.variance) / 2);
  const double standard = std::sqrt(2 * (n2 * a.variance + n1 * b.variance) / (n1 * n2 * (a.variance + b.variance)));
  return standardised(result, std::sqrt(sum), standard, level);
}

/// Cliff's interval, asymmetric so that it keeps within -1 .. 1.
Interval cliff_interval(double delta, double variance, double quantile, double level, const char* method) {
  const double spread = quantile * quantile * variance;
  const double centre = delta - delta * delta * delta;
  const double rest = 1 - delta * delta;
  const double half = std::sqrt(spread) * std::sqrt(rest * rest + spread);
  const double scale = rest + spread;
  if (!(scale > 0)) {
    return {nan, nan, level, method};
  }
  return {std::max(-1.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale), level, method};
}

struct Arm {
  Pairs pairs;
  MeanVariance before;
  MeanVariance after;
  MeanVariance change;
};

Arm arm(std::span<const double> before, std::span<const double> after) {
  Arm result;
  result.pairs = complete_pairs(before, after);
  result.before = moments(result.pairs.first);
  result.after = moments(result.pairs.second);
  result.change = moments(result.pairs.differences);
  return result;
}

StandardisedDidResult did_of(const Arm& control, const Arm& treated, const char* method, double level) {
  StandardisedDidResult result;
  result.method = method;
  result.n_control = control.pairs.n();
  result.n_treated = treated.pairs.n();
  result.missing = control.pairs.missing + treated.pairs.missing;
  result.interval = {nan, nan, level, "normal"};
  result.difference = treated.change.mean - control.change.mean;
  if (result.n_control < 2 || result.n_treated < 2) {
    result.warnings.emplace_back("under 2 people in an arm: no standardised difference");
    return result;
  }
  const double n1 = result.n_control;
  const double n2 = result.n_treated;
  result.df = n1 + n2 - 2;
  result.sd = std::sqrt(((n1 - 1) * control.before.variance + (n2 - 1) * treated.before.variance) / result.df);
  if (!(result.sd > 0)) {
    result.warnings.emplace_back("everybody has one value at baseline: nothing to standardise by");
  }
  return result;
}

void set_interval(StandardisedDidResult& result, double variance, double level) {
  if (!(variance >= 0)) {
    result.warnings.emplace_back("no variance for the standardised difference: too few people");
    return;
  }
  result.std_error = std::sqrt(variance);
  const double half = normal_quantile((1 + level) / 2) * result.std_error;
  result.interval.low = result.d - half;
  result.interval.high = result.d + half;
}

} // namespace

double hedges_correction(double df) {
  return df > 1 ? (std::isinf(df) ? 1 : gamma_ratio(df / 2, (df - 1) / 2) / std::sqrt(df / 2)) : nan;
}

double hedges_correction_approximate(double df) {
  return df > 1 ? 1 - 3 / (4 * df - 1) : nan;
}

HedgesResult hedges_g(std::span<const double> first, std::span<const double> second, double level) {
  return hedges(first, second, level, true);
}

HedgesResult hedges_g_average(std::span<const double> first, std::span<const double> second, double level) {
  return hedges(first, second, level, false);
}

CliffResult cliff_delta(std::span<const double> first, std::span<const double> second, double level) {
  check_level(level);
  const Sample one = observed(first);
  const Sample two = observed(second);
  CliffResult result;
  result.n_first = one.n();
  result.n_second = two.n();
  result.missing = one.missing + two.missing;
  result.interval = result.interval_consistent = {nan, nan, level, "Cliff, t"};
  result.interval_normal = {nan, nan, level, "Cliff, normal"};
  result.interval_rank_biserial = {nan, nan, level, "Fisher z of the rank-biserial"};
  if (one.values.empty() || two.values.empty()) {
    result.warnings.emplace_back("a group is empty");
    return result;
  }
  // Dominance of the second over the first, summed by row and by column: whole numbers.
  std::vector<double> by_first(one.values.size(), 0.0);
  std::vector<double> by_second(two.values.size(), 0.0);
  double sum = 0;
  double untied = 0;
  for (std::size_t i = 0; i < one.values.size(); ++i) {
    for (std::size_t j = 0; j < two.values.size(); ++j) {
      const double difference = two.values[j] - one.values[i];
      const double sign = std::fabs(difference) <= tie_tolerance ? 0 : difference > 0 ? 1 : -1;
      by_first[i] += sign;
      by_second[j] += sign;
      sum += sign;
      untied += std::fabs(sign);
    }
  }
  const double n1 = result.n_first;
  const double n2 = result.n_second;
  const double delta = sum / (n1 * n2);
  result.delta = delta;
  if (result.n_first < 2 || result.n_second < 2) {
    result.warnings.emplace_back("under 2 values in a group: no interval");
    return result;
  }
  double rows = 0;
  for (const double value : by_first) {
    rows += (value / n2 - delta) * (value / n2 - delta);
  }
  double columns = 0;
  for (const double value : by_second) {
    columns += (value / n1 - delta) * (value / n1 - delta);
  }
  const double cells = untied - n1 * n2 * delta * delta;
  const double unbiased = (n2 * n2 * rows + n1 * n1 * columns - cells) / (n1 * n2 * (n1 - 1) * (n2 - 1));
  result.variance = std::max(unbiased, (1 - delta * delta) / (n1 * n2 - 1));
  result.variance_consistent = ((n2 - 1) * rows / (n1 - 1) + (n1 - 1) * columns / (n2 - 1) + cells / ((n1 - 1) * (n2 - 1))) / (n1 * n2);
  result.df = n1 + n2 - 2;
  const double t = t_quantile((1 + level) / 2, result.df);
  const double z = normal_quantile((1 + level) / 2);
  result.interval = cliff_interval(delta, result.variance, t, level, "Cliff, t");
  result.interval_consistent = cliff_interval(delta, result.variance_consistent, t, level, "Cliff, consistent variance, t");
  result.interval_normal = cliff_interval(delta, result.variance, z, level, "Cliff, normal");
  if (std::fabs(delta) == 1) {
    result.warnings.emplace_back("the groups do not overlap: Cliff's intervals have no width here; use Newcombe's method 5");
  } else {
    const double half = z * std::sqrt((n1 + n2 + 1) / (3 * n1 * n2));
    result.interval_rank_biserial.low = std::tanh(std::atanh(delta) - half);
    result.interval_rank_biserial.high = std::tanh(std::atanh(delta) + half);
  }
  return result;
}

StandardisedDidResult standardised_did(double difference, double variance, double sd, double sd_df, double level) {
  check_level(level);
  StandardisedDidResult result;
  result.method = "standardised difference in differences";
  result.difference = difference;
  result.sd = sd;
  result.df = sd_df;
  result.interval = {nan, nan, level, "normal"};
  result.correction = hedges_correction(sd_df);
  if (!(sd > 0) || !(sd_df > 1)) {
    result.warnings.emplace_back("no SD at baseline to standardise by");
    return result;
  }
  const double raw = difference / sd;
  const double j = result.correction;
  result.d = j * raw;
  set_interval(result, j * j * (variance / (sd * sd) + raw * raw / (2 * sd_df)), level);
  return result;
}

StandardisedDidResult standardised_did(std::span<const double> control_before, std::span<const double> control_after,
                                       std::span<const double> treated_before, std::span<const double> treated_after, double level) {
  check_level(level);
  const Arm control = arm(control_before, control_after);
  const Arm treated = arm(treated_before, treated_after);
  StandardisedDidResult counted = did_of(control, treated, "standardised difference in differences", level);
  if (!(counted.sd > 0)) {
    return counted;
  }
  const double variance = control.change.variance / counted.n_control + treated.change.variance / counted.n_treated;
  StandardisedDidResult result = standardised_did(counted.difference, variance, counted.sd, counted.df, level);
  result.n_control = counted.n_control;
  result.n_treated = counted.n_treated;
  result.missing = counted.missing;
  return result;
}

StandardisedDidResult morris_d_ppc2(std::span<const double> control_before, std::span<const double> control_after,
                                    std::span<const double> treated_before, std::span<const double> treated_after, double level) {
  check_level(level);
  const Arm control = arm(control_before, control_after);
  const Arm treated = arm(treated_before, treated_after);
  StandardisedDidResult result = did_of(control, treated, "Morris d_ppc2", level);
  if (!(result.sd > 0)) {
    return result;
  }
  result.correction = hedges_correction_approximate(result.df);
  result.d = result.correction * result.difference / result.sd;
  // One correlation for both arms: pooled within arms.
  const auto covariance = [](const Arm& a) {
    double sum = 0;
    for (std::size_t i = 0; i < a.pairs.first.size(); ++i) {
      sum += (a.pairs.first[i] - a.before.mean) * (a.pairs.second[i] - a.after.mean);
    }
    return sum;
  };
  const double n1 = result.n_control;
  const double n2 = result.n_treated;
  const double before = (n1 - 1) * control.before.variance + (n2 - 1) * treated.before.variance;
  const double after = (n1 - 1) * control.after.variance + (n2 - 1) * treated.after.variance;
  const double r = after > 0 ? (covariance(control) + covariance(treated)) / std::sqrt(before * after) : 0;
  const double scale = 2 * (1 - r) * (n1 + n2) / (n1 * n2);
  const double j = result.correction;
  const double variance = result.df > 2 && scale > 0
                              ? j * j * scale * (result.df / (result.df - 2)) * (1 + result.d * result.d / scale) - result.d * result.d
                              : nan;
  set_interval(result, variance, level);
  return result;
}

} // namespace canvass::stats
