#ifndef CANVASS_ENGINE_STATS_ORDINAL_HPP
#define CANVASS_ENGINE_STATS_ORDINAL_HPP

#include "engine/stats/inference.hpp"
#include "engine/stats/matrix.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

/// A log odds ratio of a cumulative logit model. Positive = higher category: logit P(Y > j) = -threshold_j + x b.
struct OrdinalCoefficient {
  Inference wald;
  double profile_low = std::numeric_limits<double>::quiet_NaN(); ///< profile-likelihood interval; may be infinite under separation
  double profile_high = std::numeric_limits<double>::quiet_NaN();
  double lr_statistic = std::numeric_limits<double>::quiet_NaN(); ///< likelihood ratio against the model without this column
  double lr_p_value = std::numeric_limits<double>::quiet_NaN();
  double nominal_statistic = std::numeric_limits<double>::quiet_NaN(); ///< likelihood ratio against separate effects at each threshold
  double nominal_df = std::numeric_limits<double>::quiet_NaN();
  double nominal_p_value = std::numeric_limits<double>::quiet_NaN(); ///< small: proportional odds are doubtful for this column
};

struct OrdinalFit {
  std::string method;              ///< "proportional odds ml" or "proportional odds firth"
  std::vector<double> categories;  ///< observed codes, ascending
  std::vector<std::size_t> counts; ///< of each category
  std::vector<Inference> thresholds;
  std::vector<OrdinalCoefficient> coefficients;
  Matrix vcov;                    ///< thresholds, then coefficients
  double log_likelihood = 0;      ///< unpenalised
  double log_likelihood_null = 0; ///< thresholds only
  std::size_t n = 0;
  std::size_t n_missing = 0;
  bool separated = false; ///< no finite ML estimate: Firth's penalised estimate stands instead, said in the warnings
  std::vector<std::size_t> separated_columns;
  int iterations = 0;
  std::vector<std::string> warnings;
};

struct OrdinalOptions {
  double conf_level = 0.95;
  bool profile = true;      ///< profile intervals
  bool nominal_test = true; ///< check of proportional odds, column by column
};

/// Cumulative logit model by maximum likelihood. predictors: n x p, without a column of ones (p may be 0). y: category codes, NaN =
/// missing; codes that nobody chose do not enter. Rows with a NaN leave and are counted.
/// Complete or quasi-complete separation is found, the columns named, and the estimate replaced by Firth's (Jeffreys penalty), with
/// penalised profile intervals and penalised likelihood-ratio p.
/// Throws DomainError: nobody, one category only, predictors without full rank (constant column named by number), rows <= parameters.
OrdinalFit proportional_odds(const Matrix& predictors, std::span<const double> y, const OrdinalOptions& options = {});

} // namespace canvass::stats

#endif
