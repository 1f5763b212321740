#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/result.hpp"
#include "engine/survey/estimators.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

void check_level(double level) {
  if (!(level > 0 && level < 1)) {
    throw DomainError(fmt::format("a confidence level lies between 0 and 1 ({} was given)", level));
  }
}

/// Statistic, p and interval of a value with its error; none of them under one degree of freedom. `size` is the sum of the variances
/// that enter: beside it, a variance just under 0 is rounding, and one well under 0 is none.
Contrast judged(double value, double variance, double size, double df, double t) {
  Contrast result;
  result.value = value;
  result.df = df;
  result.std_error = variance >= -1e-12 * size ? std::sqrt(std::max(0.0, variance)) : stats::nan;
  if (!(df >= 1)) {
    result.statistic = result.p_value = result.low = result.high = stats::nan;
    return result;
  }
  result.statistic = value / result.std_error; // NaN where both are 0
  result.p_value = stats::t_two_sided_p(result.statistic, df);
  result.low = value - t * result.std_error;
  result.high = value + t * result.std_error;
  return result;
}

double quantile_of(double level, double df) {
  return df >= 1 ? stats::t_quantile(0.5 + level / 2, df) : stats::nan;
}

} // namespace

Contrast contrast(const Estimates& estimates, std::span<const double> weights, double level) {
  if (weights.size() != estimates.values.size()) {
    throw DomainError(fmt::format("a contrast has {} weights for {} estimates", weights.size(), estimates.values.size()));
  }
  check_level(level);
  double value = 0;
  double variance = 0;
  double size = 0;
  double df = stats::infinity;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) {
      continue;
    }
    value += weights[i] * estimates.values[i];
    df = std::min(df, estimates.df[i]);
    size += weights[i] * weights[i] * estimates.covariance(i, i);
    for (std::size_t j = 0; j < weights.size(); ++j) {
      if (weights[j] != 0) {
        variance += weights[i] * weights[j] * estimates.covariance(i, j);
      }
    }
  }
  return judged(value, variance, size, df, quantile_of(level, df));
}

std::vector<PairDifference> pairwise_differences(const Estimates& estimates, double level) {
  check_level(level);
  const std::size_t k = estimates.values.size();
  std::vector<PairDifference> pairs;
  pairs.reserve(k * (k > 0 ? k - 1 : 0) / 2);
  double last_df = stats::nan; // most pairs share it, and the quantile costs more than the rest
  double t = stats::nan;
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = i + 1; j < k; ++j) {
      const double df = std::min(estimates.df[i], estimates.df[j]);
      if (df != last_df) {
        t = quantile_of(level, df);
        last_df = df;
      }
      const double size = estimates.covariance(i, i) + estimates.covariance(j, j);
      const double variance = size - 2 * estimates.covariance(i, j);
      pairs.push_back({i, j, judged(estimates.values[j] - estimates.values[i], variance, size, df, t)});
    }
  }
  return pairs;
}

Estimates by_delta_method(const Estimates& estimates, std::vector<double> values, const stats::Matrix& jacobian) {
  const std::size_t k = estimates.values.size();
  if (jacobian.rows != values.size() || jacobian.columns != k) {
    throw DomainError(
        fmt::format("{} x {} derivatives for {} values made of {} estimates", jacobian.rows, jacobian.columns, values.size(), k));
  }
  Estimates result;
  stats::Matrix half(values.size(), k);
  for (std::size_t a = 0; a < values.size(); ++a) {
    for (std::size_t j = 0; j < k; ++j) {
      for (std::size_t i = 0; i < k; ++i) {
        half(a, j) += jacobian(a, i) == 0 ? 0 : jacobian(a, i) * estimates.covariance(i, j);
      }
    }
  }
  result.covariance = stats::Matrix(values.size(), values.size());
  for (std::size_t a = 0; a < values.size(); ++a) {
    for (std::size_t b = 0; b < values.size(); ++b) {
      for (std::size_t j = 0; j < k; ++j) {
        result.covariance(a, b) += jacobian(b, j) == 0 ? 0 : half(a, j) * jacobian(b, j);
      }
    }
    std::size_t n = 0;
    std::size_t missing = 0;
    double df = stats::infinity;
    double kish = stats::infinity;
    for (std::size_t i = 0; i < k; ++i) {
      if (jacobian(a, i) != 0) {
        n = std::max(n, estimates.n[i]);
        missing = std::max(missing, estimates.missing[i]);
        df = std::min(df, estimates.df[i]);
        kish = std::min(kish, estimates.kish_n[i]);
      }
    }
    result.n.push_back(n);
    result.missing.push_back(missing);
    result.df.push_back(df);
    result.kish_n.push_back(kish);
  }
  result.values = std::move(values);
  result.design_effect.assign(result.values.size(), stats::nan);
  result.design_effect_without.assign(result.values.size(), stats::nan);
  return result;
}

} // namespace canvass::survey
