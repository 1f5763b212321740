#include "engine/survey/share_difference.hpp"

#include "engine/stats/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace canvass::survey {

namespace {

constexpr double fewest_on_rarer_side = 30;
constexpr double fewest_df = 4;
constexpr double smallest_p = 1e-12;

struct Reach {
  double down = 0, up = 0; ///< from a share to its limits
};

Reach reach_of(const ProportionFacts& share, double level) {
  if (is_thin(share)) {
    const stats::Interval limits = proportion_interval(share, level);
    return {share.share - limits.low, limits.high - share.share};
  }
  const double half = stats::t_quantile((1 + level) / 2, share.df) * share.std_error;
  return {half, half};
}

/// Correlation of the two estimates, from the error of their difference.
double correlation(const ProportionFacts& first, const ProportionFacts& second, double std_error) {
  const double product = first.std_error * second.std_error;
  if (!(product > 0)) {
    return 0;
  }
  const double sum = first.std_error * first.std_error + second.std_error * second.std_error;
  return std::clamp((sum - std_error * std_error) / (2 * product), -1.0, 1.0);
}

/// How far the sum reaches down and up at a level. `together`: the correlation of each two shares that follow each other.
Reach reach_of(std::span<const SignedShare> shares, std::span<const double> together, double level) {
  Reach squares;
  Reach before;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    Reach one = reach_of(shares[i].share, level);
    if (shares[i].sign < 0) {
      std::swap(one.down, one.up);
    }
    squares.down += one.down * one.down;
    squares.up += one.up * one.up;
    if (i % 2 == 1 && i / 2 < together.size()) {
      const double twice = 2 * together[i / 2] * shares[i - 1].sign * shares[i].sign;
      squares.down += twice * before.down * one.down;
      squares.up += twice * before.up * one.up;
    }
    before = one;
  }
  return {std::sqrt(std::max(0.0, squares.down)), std::sqrt(std::max(0.0, squares.up))};
}

} // namespace

bool is_thin(const ProportionFacts& share) {
  return share.kish_n * std::min(share.share, 1 - share.share) < fewest_on_rarer_side || share.df < fewest_df;
}

ShareDifference difference_of_shares(std::span<const SignedShare> shares, std::span<const double> pair_errors, double level, double less) {
  ShareDifference result;
  result.value = -less;
  for (const SignedShare& one : shares) {
    result.value += one.sign * one.share.share;
  }
  std::vector<double> together;
  for (std::size_t pair = 0; pair < pair_errors.size() && 2 * pair + 1 < shares.size(); ++pair) {
    together.push_back(correlation(shares[2 * pair].share, shares[2 * pair + 1].share, pair_errors[pair]));
  }
  const Reach limits = reach_of(shares, together, level);
  result.low = result.value - limits.down;
  result.high = result.value + limits.up;

  // How far the interval at p reaches beyond 0; falls as p rises.
  const auto beyond = [&](double log_p) {
    const Reach at = reach_of(shares, together, 1 - std::exp(log_p));
    return (result.value > 0 ? at.down : at.up) - std::abs(result.value);
  };
  double low = std::log(smallest_p);
  double high = std::log(1 - 1e-6); // at a level of 0 every quantile is 0, and nothing can be told of their ratios
  double at_low = beyond(low);
  double at_high = beyond(high);
  if (std::isnan(at_low) || std::isnan(at_high)) { // no interval, no test
    result.p_value = std::nan("");
    return result;
  }
  if (at_low <= 0 || at_high >= 0) {
    result.p_value = at_low <= 0 ? smallest_p : 1;
    return result;
  }
  for (int step = 0, kept = 0; step < 100 && high - low > 1e-11; ++step) { // regula falsi, Illinois
    const double middle = low + (high - low) * at_low / (at_low - at_high);
    const double here = beyond(middle);
    if (here > 0) {
      low = middle;
      at_low = here;
      at_high *= kept > 0 ? 0.5 : 1;
      kept = 1;
    } else {
      high = middle;
      at_high = here;
      at_low *= kept < 0 ? 0.5 : 1;
      kept = -1;
    }
    if (std::abs(here) < 1e-13) {
      low = high = middle;
    }
  }
  result.p_value = std::exp((low + high) / 2);
  return result;
}

} // namespace canvass::survey
