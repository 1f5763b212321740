#ifndef CANVASS_ENGINE_SURVEY_CUBE_LAYOUT_HPP
#define CANVASS_ENGINE_SURVEY_CUBE_LAYOUT_HPP

#include "engine/survey/prepared.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Rows of a design put in such order that sums over many outcomes read them once: for share_cube.
namespace canvass::survey {

/// Rows of one unit (or, where rows are the units, of one stratum) and one calibration pattern.
struct Pair {
  std::size_t stratum = 0, unit = 0, pattern = 0;
  double weight = 0, squared = 0; ///< of all its rows, in any domain
};

/// Rows of one pair and one domain; they stand together in `order`.
struct Group {
  std::size_t pair = 0, domain = 0, from = 0, to = 0;
};

struct Layout {
  std::vector<Pair> pairs;                ///< by stratum, then unit
  std::vector<Group> groups;              ///< by domain, then pair
  std::vector<std::size_t> first_group;   ///< by domain, and the end
  std::vector<std::size_t> order;         ///< rows with a weight and a domain, group after group
  std::vector<double> weight, fit_weight; ///< in that order
};

/// `domain` by row, -1 = in none. @throws DomainError a domain that is none of `domains`
Layout lay_out(const PreparedDesign& design, std::span<const std::int32_t> domain, std::size_t domains);

/// Sums over rows of one answer, by group and outcome (groups x outcomes, row-major).
struct SumsOfAnswer {
  std::vector<double> n, weight, squared, fit;
};
struct GroupSums {
  std::size_t first = 0; ///< the group that the first row speaks of
  SumsOfAnswer no, yes;
  std::vector<double> missing; ///< rows, by group and outcome
};

/// Of the groups `first` .. `end` - 1.
GroupSums sum_groups(const Layout& layout, std::size_t first, std::size_t end, std::span<const std::span<const std::uint8_t>> outcomes);

/// Of all groups, in blocks that are shared out over threads; each group is summed by one.
GroupSums sum_all_groups(const Layout& layout, std::span<const std::span<const std::uint8_t>> outcomes, unsigned threads);

} // namespace canvass::survey

#endif
