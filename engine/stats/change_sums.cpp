#include "engine/stats/change_sums.hpp"

#include "engine/stats/result.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace canvass::stats {

namespace {

std::size_t whole_lanes(std::size_t outcomes) {
  return (outcomes + lane - 1) / lane * lane;
}

using Lane = std::array<double, lane>;

/// Sums of both arms of one lane of outcomes to t^2 = num^2 f1 f2 / (A1 n2^2 f2 + A2 n1^2 f1), A = n sum of squares - sum^2,
/// f = max(n - 1, 1): Welch's statistic with one division. An arm of one has A = 0, an empty arm makes num 0.
void welch_lane(const Lane& n1, const Lane& s1, const Lane& q1, const double* total_n, const double* total_sum, const double* total_square,
                const double* smallest, double* squares) {
  for (std::size_t l = 0; l < lane; ++l) {
    const double n2 = total_n[l] - n1[l];
    const double s2 = total_sum[l] - s1[l];
    const double q2 = total_square[l] - q1[l];
    const double raw1 = n1[l] * q1[l] - s1[l] * s1[l];
    const double raw2 = n2 * q2 - s2 * s2;
    const double a1 = raw1 > smallest[l] * n1[l] ? raw1 : 0;
    const double a2 = raw2 > smallest[l] * n2 ? raw2 : 0;
    const double f1 = n1[l] > 1 ? n1[l] - 1 : 1;
    const double f2 = n2 > 1 ? n2 - 1 : 1;
    const double num = s1[l] * n2 - s2 * n1[l];
    const double top = num * num * f1 * f2;
    const double bottom = a1 * n2 * n2 * f2 + a2 * n1[l] * n1[l] * f1;
    // num^2 is compared with the same yardstick as the spreads.
    const double none = smallest[l] * n1[l] * n2 * total_n[l] >= num * num ? 0 : infinity;
    squares[l] = bottom > 0 ? top / bottom : none;
  }
}

} // namespace

ArmSums::ArmSums(std::span<const double> cells, std::size_t people, std::size_t outcomes)
    : people_(people), outcomes_(outcomes), padded_(whole_lanes(outcomes)) {
  total_n_.assign(padded_, 0);
  total_sum_.assign(padded_, 0);
  total_square_.assign(padded_, 0);
  smallest_spread_.assign(padded_, 0);
  exact_ = pack(cells);
  if (!exact_) {
    spread(cells);
  }
}

bool ArmSums::pack(std::span<const double> cells) {
  double low = infinity;
  double high = -infinity;
  for (const double value : cells) {
    if (std::isnan(value)) {
      continue;
    }
    if (value != std::floor(value) || std::fabs(value) > 1e6) {
      return false;
    }
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) {
    return false;
  }
  // Shifted to start at 0: neither a variance nor a difference of means notices.
  const auto range = static_cast<std::uint64_t>(high - low);
  const std::uint64_t n = people_;
  const auto count_bits = static_cast<unsigned>(std::bit_width(n));
  const auto sum_bits = static_cast<unsigned>(std::bit_width(n * range));
  const auto square_bits = static_cast<unsigned>(std::bit_width(n * range * range));
  if (count_bits + sum_bits + square_bits > 64) {
    return false;
  }
  sum_shift_ = count_bits;
  square_shift_ = count_bits + sum_bits;
  packed_.assign(people_ * padded_, 0);
  for (std::size_t i = 0; i < people_; ++i) {
    for (std::size_t j = 0; j < outcomes_; ++j) {
      const double value = cells[i * outcomes_ + j];
      if (std::isnan(value)) {
        continue;
      }
      const auto code = static_cast<std::uint64_t>(value - low);
      packed_[i * padded_ + j] = 1 + (code << sum_shift_) + (square_bits == 0 ? 0 : (code * code) << square_shift_);
      total_n_[j] += 1;
      total_sum_[j] += static_cast<double>(code);
      total_square_[j] += static_cast<double>(code * code);
    }
  }
  return true;
}

void ArmSums::spread(std::span<const double> cells) {
  n_.assign(people_ * padded_, 0);
  value_.assign(people_ * padded_, 0);
  square_.assign(people_ * padded_, 0);
  for (std::size_t j = 0; j < outcomes_; ++j) {
    double sum = 0;
    double n = 0;
    for (std::size_t i = 0; i < people_; ++i) {
      const double value = cells[i * outcomes_ + j];
      sum += std::isnan(value) ? 0 : value;
      n += std::isnan(value) ? 0 : 1;
    }
    const double centre = n > 0 ? sum / n : 0;
    for (std::size_t i = 0; i < people_; ++i) {
      const double value = cells[i * outcomes_ + j];
      if (std::isnan(value)) {
        continue;
      }
      const std::size_t at = i * padded_ + j;
      const double x = value - centre;
      n_[at] = 1;
      value_[at] = x;
      square_[at] = x * x;
      total_n_[j] += 1;
      total_sum_[j] += x;
      total_square_[j] += x * x;
    }
    smallest_spread_[j] = 1e-13 * total_square_[j];
  }
}

void ArmSums::welch_squares(std::span<const std::uint32_t> arm, double* squares) const {
  const std::uint64_t count_mask = (std::uint64_t{1} << sum_shift_) - 1;
  const std::uint64_t sum_mask = square_shift_ < 64 ? ((std::uint64_t{1} << (square_shift_ - sum_shift_)) - 1) : ~std::uint64_t{0};
  for (std::size_t begin = 0; begin < padded_; begin += lane) {
    Lane n{};
    Lane sum{};
    Lane square{};
    if (exact_) {
      std::array<std::uint64_t, lane> words{};
      for (const std::uint32_t person : arm) {
        const std::uint64_t* row = packed_.data() + person * padded_ + begin;
        for (std::size_t l = 0; l < lane; ++l) {
          words[l] += row[l];
        }
      }
      for (std::size_t l = 0; l < lane; ++l) {
        n[l] = static_cast<double>(static_cast<std::int64_t>(words[l] & count_mask));
        sum[l] = static_cast<double>(static_cast<std::int64_t>((words[l] >> sum_shift_) & sum_mask));
        square[l] = square_shift_ < 64 ? static_cast<double>(static_cast<std::int64_t>(words[l] >> square_shift_)) : 0;
      }
    } else {
      for (const std::uint32_t person : arm) {
        const std::size_t at = person * padded_ + begin;
        for (std::size_t l = 0; l < lane; ++l) {
          n[l] += n_[at + l];
          sum[l] += value_[at + l];
          square[l] += square_[at + l];
        }
      }
    }
    welch_lane(n, sum, square, &total_n_[begin], &total_sum_[begin], &total_square_[begin], &smallest_spread_[begin], squares + begin);
  }
}

FlipSums::FlipSums(std::span<const double> cells, std::size_t people, std::size_t outcomes) : padded_(whole_lanes(outcomes)) {
  value_.assign(people * padded_, 0);
  total_n_.assign(padded_, 0);
  total_sum_.assign(padded_, 0);
  total_square_.assign(padded_, 0);
  for (std::size_t i = 0; i < people; ++i) {
    for (std::size_t j = 0; j < outcomes; ++j) {
      const double value = cells[i * outcomes + j];
      if (!std::isnan(value)) {
        value_[i * padded_ + j] = value;
        total_n_[j] += 1;
        total_sum_[j] += value;
        total_square_[j] += value * value;
      }
    }
  }
}

void FlipSums::t_squares(std::span<const std::uint32_t> flipped, double* squares) const {
  for (std::size_t begin = 0; begin < padded_; begin += lane) {
    Lane turned{};
    for (const std::uint32_t person : flipped) {
      const double* row = value_.data() + person * padded_ + begin;
      for (std::size_t l = 0; l < lane; ++l) {
        turned[l] += row[l];
      }
    }
    for (std::size_t l = 0; l < lane; ++l) {
      const double n = total_n_[begin + l];
      const double sum = total_sum_[begin + l] - 2 * turned[l];
      const double square = total_square_[begin + l];
      const double raw = n * square - sum * sum;
      const double rounding = 1e-13 * n * square;
      const double a = raw > rounding ? raw : 0;
      const double top = sum * sum > rounding ? sum * sum * (n - 1) : 0;
      squares[begin + l] = a > 0 ? top / a : top > 0 ? infinity : 0;
    }
  }
}

} // namespace canvass::stats
