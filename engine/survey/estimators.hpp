#ifndef CANVASS_ENGINE_SURVEY_ESTIMATORS_HPP
#define CANVASS_ENGINE_SURVEY_ESTIMATORS_HPP

#include "engine/stats/matrix.hpp"
#include "engine/survey/design.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace canvass::survey {

/// Estimates with one covariance matrix over all of them, so that any contrast can be had afterwards.
struct Estimates {
  std::vector<double> values;                ///< k; NaN where nobody counts
  stats::Matrix covariance;                  ///< k x k
  std::vector<std::size_t> n;                ///< rows that count for each
  std::vector<std::size_t> missing;          ///< rows of the domain whose outcome is missing
  std::vector<double> df;                    ///< by the convention of each one's domain
  std::vector<double> design_effect;         ///< against simple random sampling with replacement; NaN where it has no meaning
  std::vector<double> design_effect_without; ///< against simple random sampling without replacement from sum w people; NaN where the
                                             ///< weights cannot be people (their sum is not above n)
  std::vector<double> kish_n;                ///< (sum w)^2 / sum w^2 of the rows that count
  /// NaN where the variance is: Horvitz and Thompson's form can come out negative.
  [[nodiscard]] double std_error(std::size_t i) const;
};

/// Means of the columns of `y` (rows x k, NaN = missing: kept as a domain). Same as: survey::svymean(na.rm = TRUE).
Estimates means(const PreparedDesign& design, const stats::Matrix& y);
/// Totals. Same as: survey::svytotal(na.rm = TRUE).
Estimates totals(const PreparedDesign& design, const stats::Matrix& y);
/// Mean of one outcome in each of `domains` domains; `domain` by row, -1 = in none. Covariances between domains are there.
/// Same as: survey::svyby(covmat = TRUE).
Estimates domain_means(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> domain, std::size_t domains);

/// Is the number of people in the population known (finite populations, or calibration margins), so that design_effect_without is the
/// one to print? Weights alone never say so: they may have been made to average 1.
bool population_is_known(const Design& design);

/// One number made from several: weights'values, with its error; df is the smallest of those that enter.
struct Contrast {
  double value = 0, std_error = 0, statistic = 0, df = 0, p_value = 0, low = 0, high = 0;
};
Contrast contrast(const Estimates& estimates, std::span<const double> weights, double level = 0.95);

/// All pairs first < second of one covariance matrix; a difference is second minus first.
struct PairDifference {
  std::size_t first = 0, second = 0;
  Contrast difference;
};
std::vector<PairDifference> pairwise_differences(const Estimates& estimates, double level = 0.95);

/// Ratios of totals, column by column: numerators and denominators rows x k; a row counts where both are there. Design effects are those
/// of the residuals. Same as: survey::svyratio(na.rm = TRUE).
Estimates ratios(const PreparedDesign& design, const stats::Matrix& numerators, const stats::Matrix& denominators);

/// Population variances and covariances of the columns of y, in the order (0,0), (0,1) .. (0,k-1), (1,1) ..; a row counts where all of
/// its outcomes are there. With n / (n - 1). Same as: survey::svyvar(na.rm = TRUE). Design effects are NaN.
Estimates covariances(const PreparedDesign& design, const stats::Matrix& y);
/// Correlations, in the order (0,1), (0,2) .. (1,2) ..; errors by the delta method (with replicate weights: found in each replicate).
/// A constant outcome gives NaN.
Estimates correlations(const PreparedDesign& design, const stats::Matrix& y);

/// Values made of estimates, with `jacobian` (values x estimates) their derivatives. n and missing are the largest, df and Kish's n the
/// smallest of those that enter. Same as: survey::svycontrast with a quoted expression.
Estimates by_delta_method(const Estimates& estimates, std::vector<double> values, const stats::Matrix& jacobian);

} // namespace canvass::survey

#endif
