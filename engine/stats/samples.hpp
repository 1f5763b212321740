#ifndef CANVASS_ENGINE_STATS_SAMPLES_HPP
#define CANVASS_ENGINE_STATS_SAMPLES_HPP

#include <span>
#include <string_view>
#include <vector>

namespace canvass::stats {

/// The values that are there, and how many are not. DomainError on an infinite value.
struct Sample {
  std::vector<double> values;
  int missing = 0;

  [[nodiscard]] int n() const { return static_cast<int>(values.size()); }
};
Sample observed(std::span<const double> values);

/// People with both values. DomainError on spans of unequal length or an infinite value.
struct Pairs {
  std::vector<double> first;
  std::vector<double> second;
  std::vector<double> differences; ///< second - first; exactly 0 where they are within tie_tolerance
  int missing = 0;

  [[nodiscard]] int n() const { return static_cast<int>(first.size()); }
};
Pairs complete_pairs(std::span<const double> first, std::span<const double> second);

struct MeanVariance {
  int n = 0;
  double mean = 0;     ///< NaN for n = 0
  double variance = 0; ///< over n - 1, in two passes; exactly 0 where all values are tied; NaN for n < 2
};
MeanVariance moments(std::span<const double> values);

/// DomainError unless 0 < level < 1. `what` is named in the sentence ("level", "alpha").
void check_level(double level, std::string_view what = "level");

/// numerator / denominator with 0/0 = 0 and x/0 = +-infinity; a numerator within tie_tolerance of 0 counts as 0 then.
double ratio_with_limits(double numerator, double denominator);

} // namespace canvass::stats

#endif
