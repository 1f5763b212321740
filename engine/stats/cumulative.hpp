#ifndef CANVASS_ENGINE_STATS_CUMULATIVE_HPP
#define CANVASS_ENGINE_STATS_CUMULATIVE_HPP

#include "engine/stats/matrix.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>
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

inline LogProbability log_probability(bool has_upper, double upper, bool has_lower, double lower) {
  LogProbability result;
  if (has_upper) {
    const double e = std::exp(-std::abs(upper));
    const double larger = 1 / (1 + e);
    result.value += (upper > 0 ? 0 : upper) - std::log1p(e);
    result.by_upper += upper > 0 ? e * larger : larger;
    result.upper_upper -= e * larger * larger;
  }
  if (has_lower) {
    const double e = std::exp(-std::abs(lower));
    const double larger = 1 / (1 + e);
    result.value += (lower > 0 ? -lower : 0) - std::log1p(e);
    result.by_lower -= lower > 0 ? larger : e * larger;
    result.lower_lower -= e * larger * larger;
  }
  if (has_upper && has_lower) {
    const double width = upper - lower;
    if (!(width > 0)) {
      result.value = -std::numeric_limits<double>::infinity();
      return result;
    }
    const double share = -std::expm1(-width); // 1 - exp(-width)
    result.value += std::log(share);
    const double r = (1 - share) / share;
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
