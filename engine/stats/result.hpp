#ifndef CANVASS_ENGINE_STATS_RESULT_HPP
#define CANVASS_ENGINE_STATS_RESULT_HPP

#include <limits>
#include <string>

namespace canvass::stats {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// Values nearer to each other than this are one value: scale scores are means, and (1 + 2) / 3 need not equal 1.
/// Absolute, on the scale of the answers; whole-number codes are not touched by it.
inline constexpr double tie_tolerance = 1e-10;

/// From low to high; NaN where there is none, and then `method` says why in a few words.
struct Interval {
  double low = nan;
  double high = nan;
  double level = 0.95;
  std::string method; ///< "t", "logit t", "Newcombe method 5" ...

  friend bool operator==(const Interval&, const Interval&) = default;
};

/// Rules for every function of engine/stats that takes answers:
/// - a span of doubles; NaN is a missing value. It is left out and counted in the result's `missing`; other values must be finite
///   (an infinite one is a DomainError).
/// - two samples or two waves are always (first, second): control before treated, earlier before later. Effects are second minus
///   first; positive is "higher category in the second".
/// - paired spans have one entry a person in the same order; a pair with one missing side counts as one missing person.
/// - too few values: the result has NaN where there is no number and a sentence in `warnings`. Only a wrong call throws
///   (spans of unequal length, a level outside 0 .. 1): DomainError.
enum class Tail { two_sided, less, greater };

} // namespace canvass::stats

#endif
