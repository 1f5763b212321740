#ifndef CANVASS_ENGINE_STATS_CHANGE_SUMS_HPP
#define CANVASS_ENGINE_STATS_CHANGE_SUMS_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace canvass::stats {

/// The inner loops of the permutation tests. Changes of people on outcomes, laid out so that the sums over any set of people cost one
/// addition a person and outcome. Outcomes are padded to whole lanes of 8: callers give buffers of `padded()` doubles.
inline constexpr std::size_t lane = 8;

/// Welch's t^2 between a set of people and the rest. Whole-number changes (answer codes) are summed exactly: count, sum and sum of
/// squares of a cell share one 64-bit word.
class ArmSums {
public:
  /// `cells` row-major, people x outcomes, NaN = missing.
  ArmSums(std::span<const double> cells, std::size_t people, std::size_t outcomes);

  [[nodiscard]] std::size_t padded() const noexcept { return padded_; }
  [[nodiscard]] bool exact() const noexcept { return exact_; }
  /// One value an outcome into squares[0 .. padded()): 0/0 = 0, x/0 = infinity.
  void welch_squares(std::span<const std::uint32_t> arm, double* squares) const;

private:
  bool pack(std::span<const double> cells);
  void spread(std::span<const double> cells);

  std::size_t people_ = 0;
  std::size_t outcomes_ = 0;
  std::size_t padded_ = 0;
  bool exact_ = false;
  unsigned sum_shift_ = 0;
  unsigned square_shift_ = 0;
  std::vector<std::uint64_t> packed_;      ///< exact: people x padded
  std::vector<double> n_, value_, square_; ///< otherwise: people x padded each, values centred on the outcome's mean
  std::vector<double> total_n_, total_sum_, total_square_;
  std::vector<double> smallest_spread_; ///< what is rounding and not variance; 0 where exact
};

/// One-sample t^2 of each outcome with the signs of some people's rows turned.
class FlipSums {
public:
  FlipSums(std::span<const double> cells, std::size_t people, std::size_t outcomes);

  [[nodiscard]] std::size_t padded() const noexcept { return padded_; }
  void t_squares(std::span<const std::uint32_t> flipped, double* squares) const;

private:
  std::size_t padded_ = 0;
  std::vector<double> value_; ///< people x padded, missing = 0
  std::vector<double> total_n_, total_sum_, total_square_;
};

} // namespace canvass::stats

#endif
