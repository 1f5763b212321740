#include "engine/stats/proportion.hpp"

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

void check_count(double count, double n) {
  if (!(n >= 0 && count >= 0 && count <= n) || std::isinf(n)) {
    throw DomainError(fmt::format("a count of {} out of {} is not possible; counts lie between 0 and the number of people", count, n));
  }
}

/// Tango's score statistic for a true difference `delta`; falls as delta rises.
double tango_statistic(double gained, double lost, double n, double delta) {
  const double b = -gained - lost + (2 * n - gained + lost) * delta;
  const double c = -lost * delta * (1 - delta);
  const double root = std::sqrt(std::max(0.0, b * b - 8 * n * c));
  const double q = (root - b) / (4 * n);
  const double variance = n * (2 * q + delta * (1 - delta));
  return ratio_with_limits(gained - lost - n * delta, variance > 0 ? std::sqrt(variance) : 0);
}

} // namespace

Interval wilson_interval(double count, double n, double level) {
  check_level(level);
  check_count(count, n);
  Interval interval{nan, nan, level, "Wilson"};
  if (n == 0) {
    return interval;
  }
  const double z = normal_quantile((1 + level) / 2);
  const double p = count / n;
  const double centre = p + z * z / (2 * n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  interval.low = count == 0 ? 0 : (centre - half) / scale;
  interval.high = count == n ? 1 : (centre + half) / scale;
  return interval;
}

Interval clopper_pearson_interval(double count, double n, double level) {
  check_level(level);
  check_count(count, n);
  if (n == 0) {
    return {nan, nan, level, "Clopper-Pearson"};
  }
  const double tail = (1 - level) / 2;
  return {beta_quantile(tail, count, n - count + 1), beta_quantile(1 - tail, count + 1, n - count), level, "Clopper-Pearson"};
}

ProportionDifference newcombe_difference(double count_first, double n_first, double count_second, double n_second, double level) {
  const Interval first = wilson_interval(count_first, n_first, level);
  const Interval second = wilson_interval(count_second, n_second, level);
  ProportionDifference result;
  result.interval = {nan, nan, level, "Newcombe hybrid score"};
  if (n_first == 0 || n_second == 0) {
    return result;
  }
  const double p1 = count_first / n_first;
  const double p2 = count_second / n_second;
  result.difference = p2 - p1;
  result.interval.low = result.difference - std::hypot(p2 - second.low, first.high - p1);
  result.interval.high = result.difference + std::hypot(second.high - p2, p1 - first.low);
  return result;
}

Interval tango_interval(double gained, double lost, double n, double level) {
  check_level(level);
  check_count(gained + lost, n);
  if (!(gained >= 0 && lost >= 0)) {
    throw DomainError("a negative count; counts of people are 0 or more");
  }
  Interval interval{nan, nan, level, "Tango score"};
  if (n == 0) {
    return interval;
  }
  const double z = normal_quantile((1 + level) / 2);
  const double estimate = (gained - lost) / n;
  const auto solve = [&](double target, double low, double high) {
    for (int i = 0; i < 200; ++i) {
      const double middle = low + (high - low) / 2;
      if (middle == low || middle == high) {
        break;
      }
      (tango_statistic(gained, lost, n, middle) > target ? low : high) = middle;
    }
    return low + (high - low) / 2;
  };
  interval.low = lost == n ? -1 : solve(z, -1, estimate);
  interval.high = gained == n ? 1 : solve(-z, estimate, 1);
  return interval;
}

} // namespace canvass::stats
