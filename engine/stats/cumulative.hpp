#ifndef CANVASS_ENGINE_STATS_CUMULATIVE_HPP
#define CANVASS_ENGINE_STATS_CUMULATIVE_HPP

#include "engine/stats/matrix.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <span>
#include <vector>

/// The cumulative logit likelihood, shared by ordinal.hpp and ordinal_mixed.hpp. For .cpp files of this layer.
namespace canvass::stats::cumulative {

/// log P(lower < latent <= upper) under the logistic distribution, with derivatives by both ends. The form
/// log F(u) + log S(l) + log(1 - exp(l - u)) keeps every digit in both tails and is concave. Open ends have no derivative.
struct LogProbability {
  double value = 0;
  double by_upper = 0;
  double by_lower = 0;
  double upper_upper = 0; ///< second derivatives
  double lower_lower = 0;
  double upper_lower = 0;
};

inline double log_logistic(double x) {
  return x > 0 ? -std::log1p(std::exp(-x)) : x - std::log1p(std::exp(x));
}
inline double logistic(double x) {
  return x > 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

inline LogProbability log_probability(bool has_upper, double upper, bool has_lower, double lower) {
  LogProbability result;
  if (has_upper) {
    result.value += log_logistic(upper);
    result.by_upper += logistic(-upper);
    result.upper_upper -= logistic(upper) * logistic(-upper);
  }
  if (has_lower) {
    result.value += log_logistic(-lower);
    result.by_lower -= logistic(lower);
    result.lower_lower -= logistic(lower) * logistic(-lower);
  }
  if (has_upper && has_lower) {
    const double width = upper - lower;
    if (!(width > 0)) {
      result.value = -std::numeric_limits<double>::infinity();
      return result;
    }
    result.value += std::log(-std::expm1(-width));
    const double r = 1 / std::expm1(width);
    result.by_upper += r;
    result.by_lower -= r;
    result.upper_upper -= r * (1 + r);
    result.lower_lower -= r * (1 + r);
    result.upper_lower += r * (1 + r);
  }
  return result;
}

/// Complete rows of a model, sorted out once.
struct Data {
  std::vector<double> categories; ///< ascending
  std::vector<std::size_t> counts;
  Eigen::MatrixXd x;             ///< complete rows x p
  std::vector<std::size_t> y;    ///< 0 .. categories-1
  std::vector<std::size_t> rows; ///< where each came from
  std::size_t n_missing = 0;
};

/// Throws DomainError: lengths differ, nobody, one category, a dependent or constant column, rows <= parameters.
Data make_data(const Matrix& predictors, std::span<const double> y);

} // namespace canvass::stats::cumulative

#endif
