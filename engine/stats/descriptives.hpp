#ifndef CANVASS_ENGINE_STATS_DESCRIPTIVES_HPP
#define CANVASS_ENGINE_STATS_DESCRIPTIVES_HPP

#include "engine/stats/result.hpp"

#include <span>

namespace canvass::stats {

struct Moments {
  int n = 0;
  int missing = 0;
  double mean = nan;
  double sd = nan;        ///< n - 1; NaN under two values
  double std_error = nan; ///< sd / sqrt(n)
  double df = nan;        ///< n - 1
  Interval interval;      ///< of the mean, t; NaN under two values
};

/// Mean, standard deviation and t interval of the values that are there; two passes.
/// Same as: mean(x), sd(x), t.test(x)$conf.int. Reference: tests/stats/descriptives_test.cpp.
Moments describe(std::span<const double> values, double level = 0.95);

struct PooledSd {
  double sd = nan;
  double df = nan; ///< n1 + n2 - 2
};
/// sqrt((ss1 + ss2) / (n1 + n2 - 2)) of two samples without missing values; NaN where either has under two.
PooledSd pooled_sd(std::span<const double> first, std::span<const double> second);

} // namespace canvass::stats

#endif
