#include "engine/stats/paired.hpp"

#include "engine/stats/distributions.hpp"
#include "engine/stats/proportion.hpp"
#include "engine/stats/samples.hpp"
#include "engine/stats/two_sample.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::stats {

namespace {

struct Directions {
  int up = 0;
  int same = 0;
  int down = 0;
};

Directions directions(const Pairs& pairs) {
  Directions result;
  for (const double difference : pairs.differences) {
    ++(difference > 0 ? result.up : difference < 0 ? result.down : result.same);
  }
  return result;
}

double correlation(const Pairs& pairs, const MeanVariance& first, const MeanVariance& second) {
  if (!(first.variance > 0 && second.variance > 0)) {
    return nan;
  }
  double products = 0;
  for (std::size_t i = 0; i < pairs.first.size(); ++i) {
    products += (pairs.first[i] - first.mean) * (pairs.second[i] - second.mean);
  }
  const double r = products / (pairs.n() - 1) / std::sqrt(first.variance * second.variance);
  return std::clamp(r, -1.0, 1.0);
}

} // namespace

SignTestResult sign_test(std::span<const double> first, std::span<const double> second) {
  const Pairs pairs = complete_pairs(first, second);
  const Directions counts = directions(pairs);
  SignTestResult result;
  result.n = pairs.n();
  result.missing = pairs.missing;
  result.zeros = counts.same;
  result.positive = counts.up;
  result.negative = counts.down;
  if (result.n == 0) {
    result.warnings.emplace_back("nobody has both values: no test");
    return result;
  }
  const int changed = counts.up + counts.down;
  if (changed == 0) {
    result.p_value = result.p_mid = 1;
    result.warnings.emplace_back("nobody changed");
    return result;
  }
  const int smaller = std::min(counts.up, counts.down);
  const double tail = binomial_cdf(smaller, changed, 0.5);
  result.p_value = std::min(1.0, 2 * tail);
  result.p_mid = std::min(1.0, 2 * tail - binomial_pmf(smaller, changed, 0.5));
  return result;
}

PairedTResult paired_t(std::span<const double> first, std::span<const double> second, double level) {
  check_level(level);
  const Pairs pairs = complete_pairs(first, second);
  PairedTResult result;
  result.n = pairs.n();
  result.missing = pairs.missing;
  result.interval = {nan, nan, level, "t"};
  result.d_z_interval = {nan, nan, level, "noncentral t"};
  result.g_av_interval = {nan, nan, level, "noncentral t of d_z, rescaled"};
  const MeanVariance before = moments(pairs.first);
  const MeanVariance after = moments(pairs.second);
  const MeanVariance change = moments(pairs.differences);
  result.mean_first = before.mean;
  result.mean_second = after.mean;
  result.difference = change.mean;
  if (result.n < 2) {
    result.warnings.emplace_back("under 2 people with both values: no test");
    return result;
  }
  const double n = result.n;
  result.sd_first = std::sqrt(before.variance);
  result.sd_second = std::sqrt(after.variance);
  result.sd_difference = std::sqrt(change.variance);
  result.std_error = result.sd_difference / std::sqrt(n);
  result.df = n - 1;
  result.statistic = ratio_with_limits(result.difference, result.std_error);
  result.p_value = result.std_error == 0 && result.statistic == 0 ? 1 : t_two_sided_p(result.statistic, result.df);
  result.correlation = correlation(pairs, before, after);
  if (result.std_error == 0) {
    result.warnings.emplace_back("everybody changed by the same amount: no interval");
    return result;
  }
  const double half = t_quantile((1 + level) / 2, result.df) * result.std_error;
  result.interval.low = result.difference - half;
  result.interval.high = result.difference + half;
  const double j = hedges_correction(result.df);
  const double average = std::sqrt((before.variance + after.variance) / 2);
  result.d_z = result.difference / result.sd_difference;
  result.d_av = average > 0 ? result.difference / average : nan;
  result.d_rm = result.d_z * std::sqrt(2 * (1 - result.correlation));
  result.g_z = j * result.d_z;
  result.g_av = j * result.d_av;
  result.g_rm = j * result.d_rm;
  const double tail = (1 - level) / 2;
  result.d_z_interval.low = noncentral_t_noncentrality(result.statistic, result.df, 1 - tail) / std::sqrt(n);
  result.d_z_interval.high = noncentral_t_noncentrality(result.statistic, result.df, tail) / std::sqrt(n);
  if (average > 0) {
    const double scale = j * result.sd_difference / average;
    result.g_av_interval.low = scale * result.d_z_interval.low;
    result.g_av_interval.high = scale * result.d_z_interval.high;
  }
  return result;
}

PairedShiftResult paired_shift(std::span<const double> first, std::span<const double> second, double level) {
  check_level(level);
  const Pairs pairs = complete_pairs(first, second);
  const Directions counts = directions(pairs);
  PairedShiftResult result;
  result.n = pairs.n();
  result.missing = pairs.missing;
  result.up = counts.up;
  result.same = counts.same;
  result.down = counts.down;
  result.net_change_interval = tango_interval(counts.up, counts.down, result.n, level);
  result.superiority_interval = result.net_change_interval;
  if (result.n == 0) {
    result.warnings.emplace_back("nobody has both values");
    return result;
  }
  const double n = result.n;
  result.net_change = (counts.up - counts.down) / n;
  result.superiority = (counts.up + 0.5 * counts.same) / n;
  result.superiority_interval.low = (1 + result.net_change_interval.low) / 2;
  result.superiority_interval.high = (1 + result.net_change_interval.high) / 2;
  return result;
}

} // namespace canvass::stats
