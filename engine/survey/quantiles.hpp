#ifndef CANVASS_ENGINE_SURVEY_QUANTILES_HPP
#define CANVASS_ENGINE_SURVEY_QUANTILES_HPP

#include "engine/survey/prepared.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace canvass::survey {

/// How a quantile is read off the weighted distribution. `math` (the same as hf1) is the smallest value at or below which a share p
/// lies; school (hf2) takes the middle where a value ends exactly there; the others are Hyndman and Fan's 3 to 9 and Shah and Vaish's,
/// with weights. Source: Hyndman and Fan 1996; Shah and Vaish 2006. Same as: survey::svyquantile(qrule = ).
enum class QuantileRule { math, school, shahvaish, hf1, hf2, hf3, hf4, hf5, hf6, hf7, hf8, hf9 };

/// How the interval is made: Woodruff's, from an interval of the share at or below the quantile (on its own scale, by the beta
/// distribution, on the logit or the arcsine scale) that is read back by the same rule; score: all values whose share at or below does
/// not differ from p; replicates: from the quantile in every replicate.
enum class QuantileInterval { mean, beta, xlogit, asin, score, replicates };

std::string_view name_of(QuantileRule rule);
std::string_view name_of(QuantileInterval interval);
/// By the names above ("hf7", "xlogit"); empty where there is none such.
std::optional<QuantileRule> quantile_rule(std::string_view name);
std::optional<QuantileInterval> quantile_interval(std::string_view name);

struct QuantileOptions {
  QuantileRule rule = QuantileRule::math;
  QuantileInterval interval = QuantileInterval::mean;
  double level = 0.95;
  /// Shares nearer than this are one: cumulated weights carry rounding, and 20 of 200 equal weights are a tenth. 0: as R survey, where
  /// the rounding decides whether a value ends exactly at p.
  double same_share = 1e-12;
};

struct Quantile {
  double p = 0;
  double value = 0;     ///< NaN where nobody counts
  double std_error = 0; ///< width of the interval / (2 t), as R survey; replicates: their spread
  double low = 0;       ///< NaN where the share's interval reaches below 0 (there is no lower limit), and under one degree of freedom
  double high = 0;      ///< likewise above 1
  double df = 0;
  std::size_t n = 0, missing = 0;
};

/// Quantiles of y (NaN = missing or out of the domain: kept as a domain) at probabilities within 0 .. 1.
/// Source: Woodruff 1952. Same as: survey::svyquantile(na.rm = TRUE); the score interval is exact inversion (R's uses unweighted ranks).
/// @throws DomainError a probability outside 0 .. 1; QuantileInterval::replicates without replicate weights
std::vector<Quantile> quantiles(const PreparedDesign& design, std::span<const double> y, std::span<const double> probabilities,
                                const QuantileOptions& options = {});

} // namespace canvass::survey

#endif
