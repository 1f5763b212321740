#ifndef CANVASS_ENGINE_SURVEY_PROPORTION_INTERVAL_HPP
#define CANVASS_ENGINE_SURVEY_PROPORTION_INTERVAL_HPP

#include "engine/stats/result.hpp"

#include <cstddef>

namespace canvass::survey {

/// With n_eff = share (1 - share) / std_error^2 and t the quantile of Student's t at `df`:
/// - korn_graubard: convention 1. Clopper and Pearson's limits for n_eff people: at most n, and the Kish n where the variance is zero;
/// times
///   (t_{n-1} / t_df)^2, and never above n after that. Usable at 0 % and at 100 %, never of zero width. Where n_eff exceeds the Kish n, the
///   observed variance is averaged with that of the weights alone, m to 4, m = Kish n times the rarer share. With equal weights the Kish n
///   is n, and this is Korn and Graubard's own rule.
/// - korn_graubard_rows: n_eff is at most n, as Korn and Graubard have it. Where few rows carry much of the weight a sample can show a
///   variance smaller than its weights alone would make it, and the interval then misses too often (docs/coverage-study.md).
/// - jeffreys: quantiles of Beta(x + 1/2, n - x + 1/2) with the n_eff of korn_graubard; 0 stays in at 0 %, 1 at 100 %.
/// The others are R survey 4.5's, by its names, so that its numbers can be had; they have no answer where the variance is zero:
/// - logit, xlogit: logit(share) +- t se / (share (1 - share)). R finds `logit` by iteration, `xlogit` in closed form: one number here.
/// - likelihood: profile of the working likelihood, 2 n_eff KL(share, limit) = t^2 n / (n - 1). R draws a spline through few points (2e-4).
/// - asin: sin(asin(sqrt(share)) +- t se of it)^2, held between 0 and 1; R lets the angle run beyond the end and fold back.
/// - beta: Clopper and Pearson for n_eff (t_{n-1} / t_df)^2 people; n is R's number of rows, n_eff may exceed it.
/// - mean: share +- t se; may leave 0 .. 1, and is of zero width where the variance is zero: R's [0, 0].
/// - wilson: score interval with t for z and n_eff for n.
enum class ProportionMethod { korn_graubard, korn_graubard_rows, logit, likelihood, asin, beta, mean, xlogit, wilson, jeffreys };

struct ProportionFacts {
  double share = 0;     ///< 0 .. 1
  double std_error = 0; ///< by the design; 0 at 0 % and 100 %
  std::size_t n = 0;    ///< rows that count: those of the domain whose outcome is known
  double kish_n = 0;    ///< (sum w)^2 / sum w^2 of them
  double df = 0;        ///< under 1: no interval, and `method` of the result says so
};

/// Interval of a share. Where there is none the ends are NaN and `method` says why.
/// Source: Korn and Graubard 1998; Franco et al. 2019 on its coverage. Same as: survey::svyciprop for the methods named after it.
/// @throws DomainError share outside 0 .. 1, a standard error below 0 or not finite, level outside 0 .. 1; both korn_graubard and jeffreys:
/// a Kish n outside 0 .. n
stats::Interval proportion_interval(const ProportionFacts& facts, double level = 0.95,
                                    ProportionMethod method = ProportionMethod::korn_graubard);

} // namespace canvass::survey

#endif
