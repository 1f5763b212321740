#ifndef CANVASS_ENGINE_STATS_WESTFALL_YOUNG_HPP
#define CANVASS_ENGINE_STATS_WESTFALL_YOUNG_HPP

#include "engine/stats/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

/// Changes of people on the outcomes of one family. A person's row is moved whole, gaps included.
struct ChangeTable {
  std::size_t people = 0;
  std::size_t outcomes = 0;
  std::vector<double> changes;    ///< row-major, people x outcomes; later minus earlier; NaN = no change observed
  std::vector<std::string> names; ///< one an outcome, for warnings and results

  [[nodiscard]] double at(std::size_t person, std::size_t outcome) const { return changes[person * outcomes + outcome]; }
};

struct WestfallYoungOptions {
  /// All relabellings are enumerated where there are no more than this; else this many are drawn.
  std::int64_t permutations = 100'000;
  double level = 0.05; ///< significance level of the count K and of the max-t quantile
  std::uint64_t seed = 0;
  std::string analysis; ///< id of the analysis: names the random streams together with the seed
  unsigned threads = 0; ///< 0 = as many as the machine has; the result has the same bits at any number
};

struct WestfallYoungItem {
  std::string name;
  int n_first = 0;         ///< control with a change; within an arm: people with a change
  int n_second = 0;        ///< treated; 0 within an arm
  int missing = 0;         ///< people of the family without this change
  double difference = nan; ///< mean change, treated - control; within an arm: mean change
  double statistic = nan;  ///< Welch t; within an arm: one-sample t. 0/0 = 0, x/0 = +-inf
  double p_value = nan;    ///< from the same permutations
  double p_adjusted = nan; ///< step-down maxima, monotone. NaN for items that left the family
  bool in_family = true;
  std::string left_because; ///< "constant", "under 2 people in an arm"; empty where in_family
};

struct WestfallYoungResult {
  std::string method; ///< "westfall-young maxT, Welch t on changes" or "westfall-young maxT, sign flips"
  int people = 0;     ///< permuted: those with any outcome in the family
  int without_outcome = 0;
  int n_first = 0; ///< of them control; within an arm all
  int n_second = 0;
  double relabellings = nan;            ///< number of different ones; may be beyond all counting (then infinity)
  std::int64_t used = 0;                ///< draws B, or all of them where enumerated
  bool enumerated = false;              ///< p = b / all; else p = (1 + b) / (1 + B)
  std::vector<WestfallYoungItem> items; ///< every outcome, in the order given
  int family_size = 0;                  ///< items with in_family

  /// "k of m significant": K = items with p_value <= level. In each draw an item's p is its rank in its own column of draws.
  int count = 0;
  double count_expected = nan;   ///< E(K) if nothing changed
  double count_p = nan;          ///< P(K or more if nothing changed)
  double count_p_binomial = nan; ///< what independent items would give: wrong, for comparison only
  double max_t_quantile = nan;   ///< 1 - level quantile of the largest |t| of the family: critical value of the family's detectable effect
  std::vector<std::string> warnings;
};

/// Between arms. H0 (sharp): nobody's changes depend on the arm.
/// `treated`: one entry a person, non-zero = second arm. `matched_set`: one entry a person, equal = same set; empty = one set. Labels
/// are permuted within sets with the arm sizes of each set fixed. Statistic: Welch t on the observed changes; where a relabelling
/// leaves one person in an arm for an item that person's variance counts as 0, where it leaves nobody the statistic is 0.
/// |t| within a relative 1e-12 are equal. An item leaves the family, named, when all its changes are one value or an arm has under 2.
/// Throws DomainError on unequal lengths, an empty arm, a level outside 0 .. 1, or permutations < 1.
/// Source: Westfall and Young 1993, algorithm 4.1. Same as: multtest::mt.maxT(test = "t", B = 0 for all relabellings).
/// Reference: westfall_young.json between_maxT, tests/reference/westfall_young.R.
WestfallYoungResult westfall_young_between(const ChangeTable& table, std::span<const std::uint8_t> treated,
                                           std::span<const std::int32_t> matched_set = {}, const WestfallYoungOptions& options = {});

/// Within one arm, descriptive only: each person's row of changes is sign-flipped. H0: changes are symmetric about 0.
/// Same as: multtest::mt.maxT(test = "pairt"). Reference: westfall_young.json paired_maxT.
WestfallYoungResult westfall_young_within(const ChangeTable& table, const WestfallYoungOptions& options = {});

} // namespace canvass::stats

#endif
