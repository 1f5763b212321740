#ifndef CANVASS_ENGINE_STATS_LEAST_SQUARES_HPP
#define CANVASS_ENGINE_STATS_LEAST_SQUARES_HPP

#include "engine/stats/inference.hpp"
#include "engine/stats/matrix.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

/// Covariance of least-squares coefficients.
enum class Sandwich {
  classical, ///< s^2 (X'X)^-1, t with n - p
  hc2,       ///< residuals over sqrt(1 - leverage), t with n - p (as estimatr)
  hc3,       ///< residuals over 1 - leverage, t with n - p
  cr1,       ///< clusters, factor m / (m - 1), t with m - 1 (as clubSandwich's CR1)
  cr1s,      ///< clusters, factor m (n - 1) / ((m - 1) (n - p)), t with m - 1 (as Stata)
  cr2        ///< clusters, bias-reduced (Bell and McCaffrey), Satterthwaite df for each contrast (as clubSandwich)
};
/// "classical", "HC2", "HC3", "CR1", "CR1S", "CR2".
std::string to_string(Sandwich sandwich);

struct LeastSquaresFit {
  Sandwich sandwich = Sandwich::classical;
  std::vector<Inference> coefficients; ///< length p
  Matrix vcov;                         ///< p x p, of the kind asked for
  std::vector<double> residuals;       ///< of the rows used
  std::vector<double> leverages;
  double residual_sd = 0;
  double r_squared = 0; ///< about the mean
  double df_residual = 0;
  std::size_t n = 0;                ///< rows used
  std::size_t n_missing = 0;        ///< rows left out: y or a predictor missing
  std::size_t n_clusters = 0;       ///< 0 where none were given
  Matrix design;                    ///< rows used; `contrast` needs it for CR2
  std::vector<std::size_t> cluster; ///< of the rows used, numbered 0 .. n_clusters-1
  std::vector<std::string> warnings;
};

/// y = X b + e. `design` is n x p and holds its own column of ones. `cluster` is empty, or any ids, one a row (needed by cr1, cr1s and
/// cr2). Rows with a NaN are left out and counted. Throws DomainError: no row, rows <= coefficients, design without full rank (the column
/// is named by number), a row of leverage 1 with hc2/hc3, fewer than two clusters.
LeastSquaresFit least_squares(const Matrix& design, std::span<const double> y, Sandwich sandwich = Sandwich::classical,
                              std::span<const std::size_t> cluster = {}, double conf_level = 0.95);

/// weights'b with its inference, in the manner of the fit's sandwich.
Inference contrast(const LeastSquaresFit& fit, std::span<const double> weights, double conf_level = 0.95);

/// One treated-minus-control number from a regression on people.
struct ArmDifference {
  std::string method;
  Inference inference;
  std::size_t n = 0;         ///< treated people used
  std::size_t n_versus = 0;  ///< control people used
  std::size_t n_missing = 0; ///< people left out because a wave is missing
  LeastSquaresFit fit;
};

/// Difference in differences on complete pairs: (post - pre) on the arm; arm is 0 (control) or 1 (treated).
ArmDifference difference_in_differences(std::span<const double> pre, std::span<const double> post, std::span<const std::size_t> arm,
                                        Sandwich sandwich = Sandwich::classical, std::span<const std::size_t> cluster = {},
                                        double conf_level = 0.95);

/// Analysis of covariance: post on arm and baseline. With `interacted` the baseline is centred and crossed with the arm (Lin 2013).
ArmDifference ancova(std::span<const double> pre, std::span<const double> post, std::span<const std::size_t> arm,
                     Sandwich sandwich = Sandwich::hc3, bool interacted = false, std::span<const std::size_t> cluster = {},
                     double conf_level = 0.95);

} // namespace canvass::stats

#endif
