#ifndef CANVASS_ENGINE_STATS_POWER_HPP
#define CANVASS_ENGINE_STATS_POWER_HPP

#include "engine/stats/result.hpp"

namespace canvass::stats {

/// What could have been seen. Everything here is about the design, never about the result: it stands beside a null and decides nothing.

/// Two-sided power of a t test whose true effect is `effect` standard errors: P(|T'| > critical), noncentral t, both tails.
double power_of_t(double effect_in_std_errors, double df, double critical);

/// The effect, in standard errors, that a two-sided t test at `alpha` finds with probability `power`. df may be infinite.
/// Same as: solve(pt(qt(1 - alpha/2, df), df, ncp) = 1 - power); power.t.test(strict = TRUE).
double detectable_in_std_errors(double df, double alpha = 0.05, double power = 0.80);
/// The same at a given critical value of |t| (a family's max-t quantile).
double detectable_at_critical(double df, double critical, double power = 0.80);

/// In the units of the standard error: raw points where it is in points. NaN for SE <= 0 or df <= 0.
double detectable_effect(double std_error, double df, double alpha = 0.05, double power = 0.80);

/// d_z that a paired test of n people finds. 40 people: .454.
double detectable_d_paired(int n, double alpha = 0.05, double power = 0.80);
/// d that a comparison of two groups finds; 40 and 33: .668.
double detectable_d_two_sample(int n_first, int n_second, double alpha = 0.05, double power = 0.80);
/// Adjusted for a baseline with this correlation: multiplies by sqrt(1 - r^2).
double detectable_d_ancova(int n_first, int n_second, double correlation, double alpha = 0.05, double power = 0.80);
/// Difference in differences, in SDs of the baseline: multiplies by sqrt(2 (1 - r)).
double detectable_d_did(int n_first, int n_second, double correlation, double alpha = 0.05, double power = 0.80);

/// People in each group for a difference d, two equal groups (the smallest whole number that reaches the power).
int people_per_group(double d, double alpha = 0.05, double power = 0.80);

/// Smallest difference in points between two proportions that two samples of these sizes find (normal approximation, unpooled under
/// the alternative, base proportion `base`); NaN where none up to 1 is found.
double detectable_proportion_difference(double base, double n_first, double n_second, double alpha = 0.05, double power = 0.80);

} // namespace canvass::stats

#endif
