#ifndef CANVASS_ENGINE_STATS_PROPORTION_HPP
#define CANVASS_ENGINE_STATS_PROPORTION_HPP

#include "engine/stats/result.hpp"

namespace canvass::stats {

/// Intervals for people counted with equal weight (a survey with weights: engine/survey). Counts may be fractional (effective counts).
/// n = 0 gives NaN ends; a count outside 0 .. n is a DomainError.

/// Wilson's score interval. Same as: prop.test(x, n, correct = FALSE)$conf.int.
Interval wilson_interval(double count, double n, double level = 0.95);
/// Clopper and Pearson's exact interval. Same as: binom.test(x, n)$conf.int.
Interval clopper_pearson_interval(double count, double n, double level = 0.95);

struct ProportionDifference {
  double difference = nan; ///< second - first
  Interval interval;       ///< Newcombe's hybrid score (method 10 of Newcombe 1998)
};
/// Independent samples. Same as: DescTools::BinomDiffCI(x2, n2, x1, n1, method = "score").
ProportionDifference newcombe_difference(double count_first, double n_first, double count_second, double n_second, double level = 0.95);

/// Tango's score interval for (gained - lost) / n of paired answers: solves the score equation, so defined at 0 and n too.
/// Source: Tango 1998. Same as: PropCIs::scoreci.mp(lost, gained, n).
Interval tango_interval(double gained, double lost, double n, double level = 0.95);

} // namespace canvass::stats

#endif
