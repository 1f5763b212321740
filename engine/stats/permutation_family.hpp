#ifndef CANVASS_ENGINE_STATS_PERMUTATION_FAMILY_HPP
#define CANVASS_ENGINE_STATS_PERMUTATION_FAMILY_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace canvass::stats {

/// Draws of one block; fixed, so that the same draws belong to the same stream at any number of threads.
inline constexpr std::size_t draws_in_block = 1024;

/// Squared statistics of a family under its relabellings. Squares order as |t| does and need no root.
struct PermutationDraws {
  std::size_t draws = 0;
  std::size_t outcomes = 0;
  std::vector<double> squares;  ///< outcome by outcome, `draws` values each; infinity allowed, NaN not
  std::vector<double> observed; ///< one an outcome
  bool enumerated = false;      ///< the draws are all relabellings, the observed one among them

  [[nodiscard]] std::span<const double> column(std::size_t outcome) const { return {squares.data() + outcome * draws, draws}; }
};

struct PermutationFamily {
  std::vector<double> p_value;
  std::vector<double> p_adjusted; ///< step-down maxima, monotone
  int count = 0;                  ///< K
  double count_expected = 0;
  double count_p = 1;
  double max_t_quantile = 0;
};

/// From draws to p-values: raw, adjusted, the calibrated count and the max-t quantile. Squares within a relative 2e-12 are equal.
PermutationFamily judge_family(const PermutationDraws& draws, double level, unsigned threads);

} // namespace canvass::stats

#endif
