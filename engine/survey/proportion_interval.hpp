#ifndef CANVASS_ENGINE_SURVEY_PROPORTION_INTERVAL_HPP
#define CANVASS_ENGINE_SURVEY_PROPORTION_INTERVAL_HPP

#include "engine/stats/result.hpp"

#include <cstddef>

namespace canvass::survey {

/// korn_graubard is convention 1: n_eff <= n, Kish n where the variance is zero, factor (t_{n-1} / t_df)^2; never of zero width.
enum class ProportionMethod { korn_graubard, logit, likelihood, asin, beta, mean, xlogit, wilson, jeffreys };

struct ProportionFacts {
  double share = 0;     ///< 0 .. 1
  double std_error = 0; ///< by the design; 0 at 0 % and 100 %
  std::size_t n = 0;    ///< rows that count
  double kish_n = 0;    ///< (sum w)^2 / sum w^2 of them
  double df = 0;        ///< under 1: no interval, and `method` of the result says so
};

/// Interval of a share. @throws DomainError share outside 0 .. 1
stats::Interval proportion_interval(const ProportionFacts& facts, double level = 0.95,
                                    ProportionMethod method = ProportionMethod::korn_graubard);

} // namespace canvass::survey

#endif
