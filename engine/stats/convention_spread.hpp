#ifndef CANVASS_ENGINE_STATS_CONVENTION_SPREAD_HPP
#define CANVASS_ENGINE_STATS_CONVENTION_SPREAD_HPP

#include "engine/stats/rank_sum.hpp"
#include "engine/stats/result.hpp"

#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

/// One convention and what it says.
struct ConventionP {
  std::string convention; ///< "pratt-exact", "mann-whitney normal-cc", "welch t" ...
  std::string programs;   ///< who prints this number
  double p_value = nan;
  bool primary = false; ///< convention 1
};

/// The same data and "the same test" under every published convention.
struct ConventionSpread {
  std::vector<ConventionP> conventions; ///< primary first
  double level = 0.05;
  int significant = 0; ///< conventions with p <= level
  int computed = 0;    ///< conventions with a p-value
  double smallest = nan;
  double largest = nan;
  /// Some conventions are on this side of the level and some on that.
  [[nodiscard]] bool disagree() const { return significant > 0 && significant < computed; }
  /// "significant under 4 of 6 published conventions".
  [[nodiscard]] std::string sentence() const;
};

/// Signed-rank test of one item under its six conventions. SAS's t stands in for drop_t where more than 20 changed, SAS's exact below.
/// Reference: wilcoxon_convention_spread.csv (its SAS column uses t throughout).
ConventionSpread signed_rank_spread(std::span<const double> first, std::span<const double> second, double level = 0.05);

/// Between-arm contrast of one item (values or changes) under six: Mann-Whitney exact, abs-deviation, normal-cc, normal,
/// Brunner-Munzel t, Welch t.
ConventionSpread two_sample_spread(std::span<const double> first, std::span<const double> second, double level = 0.05);
/// The same, given the samples' rank_sum_by_every_method: its exact distribution is most of the work.
ConventionSpread two_sample_spread(std::span<const double> first, std::span<const double> second, std::span<const RankSumResult> rank_sums,
                                   double level = 0.05);

} // namespace canvass::stats

#endif
