#include "engine/stats/descriptives.hpp"

#include "engine/stats/distributions.hpp"

#include <cmath>

namespace canvass::stats {

Moments describe(std::span<const double> values, double level) {
  Moments result;
  double sum = 0;
  for (const double value : values) {
    if (std::isnan(value)) {
      ++result.missing;
    } else {
      ++result.n;
      sum += value;
    }
  }
  result.interval.level = level;
  result.interval.method = "t";
  if (result.n == 0) {
    return result;
  }
  result.mean = sum / result.n;
  if (result.n < 2) {
    return result;
  }
  double squares = 0;
  for (const double value : values) {
    if (!std::isnan(value)) {
      squares += (value - result.mean) * (value - result.mean);
    }
  }
  result.df = result.n - 1;
  result.sd = std::sqrt(squares / result.df);
  result.std_error = result.sd / std::sqrt(static_cast<double>(result.n));
  const double reach = t_quantile(0.5 + level / 2, result.df) * result.std_error;
  result.interval.low = result.mean - reach;
  result.interval.high = result.mean + reach;
  return result;
}

PooledSd pooled_sd(std::span<const double> first, std::span<const double> second) {
  const Moments a = describe(first);
  const Moments b = describe(second);
  if (a.n < 2 || b.n < 2) {
    return {};
  }
  const double df = a.df + b.df;
  return {std::sqrt((a.df * a.sd * a.sd + b.df * b.sd * b.sd) / df), df};
}

} // namespace canvass::stats
