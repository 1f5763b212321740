#ifndef CANVASS_ENGINE_STATS_SHARES_HPP
#define CANVASS_ENGINE_STATS_SHARES_HPP

#include "engine/stats/result.hpp"

namespace canvass::stats {

/// Shares of people, 0 .. 1, of which no more is known than the share and the number of answers: published figures, and surveys that
/// are still to be made. Everything here is for a sample by chance with equal weights; answers with a design go through engine/survey.

/// A share against another.
struct ShareComparison {
  double difference = nan; ///< first - second
  double ratio = nan;      ///< first / second; infinite where the second is 0
  double odds_ratio = nan; ///< odds of the first over odds of the second; NaN where it is 0 / 0
};
/// @throws DomainError a share outside 0 .. 1
ShareComparison compare_shares(double first, double second);

struct ShareTest {
  double z = nan; ///< first - second over its standard error at the pooled share; NaN where nobody or everybody counts in both
  double p_value = nan;
};
/// H0: two independent samples have one share. No continuity correction.
/// Same as: prop.test(c(first * n1, second * n2), c(n1, n2), correct = FALSE); z^2 is its X-squared.
/// @throws DomainError a share outside 0 .. 1, n not above 0
ShareTest compare_pooled(double first, double n_first, double second, double n_second);

/// Half the width of the normal interval of a share: z sqrt(share (1 - share) / n). The share has to be named with it: .5 is the worst
/// case, and gives 4.7 points where 10 % would give 2.8. @throws DomainError a share outside 0 .. 1, n not above 0
double half_width(double share, double n, double level = 0.95);
/// The smallest whole number of answers with a half width of at most this. @throws DomainError half_width not above 0
double answers_for_half_width(double half_width, double share = 0.5, double level = 0.95);
/// The smallest whole number of answers in each of two samples at which these two shares differ at level alpha by compare_pooled; infinite
/// where they are equal.
double answers_to_tell_apart(double first, double second, double alpha = 0.05);

} // namespace canvass::stats

#endif
