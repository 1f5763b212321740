#ifndef CANVASS_ENGINE_STATS_RANKS_HPP
#define CANVASS_ENGINE_STATS_RANKS_HPP

#include <cstdint>
#include <span>
#include <vector>

namespace canvass::stats {

/// Mid-ranks, doubled, so that they are whole numbers and a tie is a tie: programs that rank decimals in floating point split ties.
struct DoubledRanks {
  std::vector<std::int64_t> ranks; ///< one a value, in the order given; 2 .. 2n
  std::vector<std::int64_t> ties;  ///< size of each group of equal values, lowest first
  /// Sum over groups of t^3 - t: the tie correction of every rank variance.
  [[nodiscard]] double tie_term() const;
};

/// Ranks of finite values. Values that differ by tie_tolerance or less from the lowest of their group are one value.
/// Same as: 2 * rank(x) in R. DomainError on NaN or infinity.
DoubledRanks doubled_ranks(std::span<const double> values);

} // namespace canvass::stats

#endif
