#ifndef CANVASS_ENGINE_STATS_PAIRED_TABLES_HPP
#define CANVASS_ENGINE_STATS_PAIRED_TABLES_HPP

#include "engine/stats/result.hpp"

#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

struct McNemarResult {
  std::string method = "McNemar, mid-p";
  int n = 0; ///< pairs
  int missing = 0;
  int gained = 0;       ///< no at first, yes at second
  int lost = 0;         ///< yes at first, no at second
  double p_mid = nan;   ///< primary
  double p_exact = nan; ///< binomial
  double p_asymptotic = nan;
  double p_edwards = nan;  ///< with Edwards' continuity correction: R's default
  double difference = nan; ///< P(yes at second) - P(yes at first)
  Interval interval;       ///< Tango's score interval
  std::vector<std::string> warnings;
};
/// H0: as many gain as lose. Nobody gained or lost: every p is 1.
/// `gained`, `lost`: the two discordant cells; `n`: all pairs.
/// Same as: exact2x2::mcnemar.exact(midp = TRUE), mcnemar.test(correct = ).
McNemarResult mcnemar(int gained, int lost, int n, double level = 0.95);
/// From answers: yes is value >= threshold (top boxes). The order of the levels is thereby the codebook's, never the data's.
McNemarResult mcnemar(std::span<const double> first, std::span<const double> second, double threshold, double level = 0.95);

struct MarginalHomogeneityResult {
  int n = 0;
  int missing = 0;
  int categories = 0; ///< of the codebook
  int empty = 0;      ///< categories that nobody used in either wave: they leave the test
  double stuart_maxwell = nan;
  double bhapkar = nan; ///< SM / (1 - SM / n)
  double df = nan;      ///< rank of the covariance of the marginal differences
  double p_stuart_maxwell = nan;
  double p_bhapkar = nan;
  /// A used category that nobody entered or left: programs that invert the table of the used categories have no Stuart-Maxwell here;
  /// it is computed on the categories that moved.
  bool singular = false;
  double ordinal_z = nan; ///< score test with scores 1, 2, 3 ...; positive: second is higher
  double ordinal_p = nan;
  std::string method = "Stuart-Maxwell, categories used";
  std::vector<std::string> warnings;
};
/// H0: both waves have the same distribution over the categories. `categories`: the codes of the codebook, ascending; an answer that
/// is none of them is a DomainError.
/// Same as: coin::mh_test (nominal, and with scores = 1:k), DescTools/irr Stuart-Maxwell.
/// Reference: flat_items.json (in its treated high.strung nobody entered or left one category: no Stuart-Maxwell there).
MarginalHomogeneityResult marginal_homogeneity(std::span<const double> first, std::span<const double> second,
                                               std::span<const double> categories);

} // namespace canvass::stats

#endif
