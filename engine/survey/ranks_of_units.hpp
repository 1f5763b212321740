#ifndef CANVASS_ENGINE_SURVEY_RANKS_OF_UNITS_HPP
#define CANVASS_ENGINE_SURVEY_RANKS_OF_UNITS_HPP

#include "engine/survey/estimators.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace canvass::survey {

/// Units of samples that have nothing in common (areas, forces, boroughs), of which only value and standard error are known. A NaN value
/// or error means "not known": such a unit differs from nobody. `df` empty: infinite, the normal distribution.
/// @throws DomainError lengths differ, a negative error
Estimates independent_units(std::span<const double> values, std::span<const double> std_errors, std::span<const double> df = {});

/// p-values of all m (m - 1) / 2 pairs in the order of pairwise_differences; NaN where a pair's difference shows no error (0 % and 100 %
/// of small areas): what has no known error is not called different. @throws DomainError fewer than two units
std::vector<double> pairwise_p(const Estimates& units);

/// Where a unit stands among m: between 1 + (units significantly better) and m - (units significantly worse).
struct UnitRank {
  std::size_t unit = 0;
  double value = 0;
  std::size_t low = 1;
  std::size_t high = 1;
  std::size_t better = 0; ///< units significantly better
  std::size_t worse = 0;
  [[nodiscard]] std::size_t width() const noexcept { return high - low + 1; } ///< places that it may hold
};

struct RankTable {
  std::vector<UnitRank> units; ///< in the order given
  double mean_width = 0;
  bool can_be_ranked = false; ///< mean width at most m / 2; if not, no order may be shown
};

/// Of all units: Holm over all pairs. `least_errors` (empty: none) bounds the error of each unit from below in its comparisons: the
/// variance of a share that few people make is itself chance. A pair that shows no error at all stays not told apart. Source: Mogstad,
/// Romano, Shaikh and Wilhelm 2024 (ranks from pairwise tests); Goldstein and Spiegelhalter 1996 (why). @throws DomainError fewer than two
/// units; a level outside 0 .. 1
RankTable rank_units(const Estimates& units, bool higher_is_better = true, double significance_level = 0.05,
                     std::span<const double> least_errors = {});
/// Of one unit that was named beforehand: Holm over its m - 1 pairs, so its interval is narrower than in the table of all.
UnitRank rank_of_unit(const Estimates& units, std::size_t unit, bool higher_is_better = true, double significance_level = 0.05,
                      std::span<const double> least_errors = {});

} // namespace canvass::survey

#endif
