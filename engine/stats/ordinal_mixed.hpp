#ifndef CANVASS_ENGINE_STATS_ORDINAL_MIXED_HPP
#define CANVASS_ENGINE_STATS_ORDINAL_MIXED_HPP

#include "engine/stats/inference.hpp"
#include "engine/stats/matrix.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

struct OrdinalMixedFit {
  std::string method; ///< "clmm agq 31", "clmm laplace", or "proportional odds ml (person variance 0)"
  std::vector<double> categories;
  std::vector<std::size_t> counts;
  std::vector<Inference> thresholds;   ///< z
  std::vector<Inference> coefficients; ///< conditional log odds ratios (for one person), positive = higher category
  double person_sd = 0;
  Matrix vcov; ///< thresholds, coefficients, then log person_sd (without the last row at the boundary)
  double log_likelihood = 0;
  double log_likelihood_fixed = 0; ///< of the model without person effect
  int nodes = 0;                   ///< quadrature points used; 1 = Laplace
  bool boundary = false;           ///< person variance 0: this is the fixed model, said in the warnings
  std::size_t n_rows = 0;
  std::size_t n_persons = 0;
  std::size_t n_missing_rows = 0;
  int iterations = 0;
  std::vector<std::string> warnings;
};

struct OrdinalMixedOptions {
  double conf_level = 0.95;
  /// 0: adaptive Gauss-Hermite, nodes doubled from 7 (2k+1: 7, 15, 31, 63, 127) until log-likelihood (1e-8 relative) and every estimate
  /// (1e-6 standard errors) stand still. 1: Laplace (as ordinal::clmm's default). n > 1: exactly n nodes (as clmm2 nAGQ=n).
  int nodes = 0;
};

/// Cumulative-link (logit) mixed model with a normal effect per person, maximum likelihood. Inputs as `proportional_odds`, with the person
/// of each row. Throws DomainError as that function, where an estimate runs to infinity (separation, the column named), and where nobody
/// has two rows.
OrdinalMixedFit ordinal_mixed(const Matrix& predictors, std::span<const double> y, std::span<const std::size_t> person,
                              const OrdinalMixedOptions& options = {});

/// Nodes and log weights of n-point Gauss-Hermite quadrature for weight exp(-x^2); nodes ascending.
struct HermiteRule {
  std::vector<double> nodes;
  std::vector<double> log_weights;
};
HermiteRule gauss_hermite(int n);

} // namespace canvass::stats

#endif
