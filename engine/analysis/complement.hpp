#ifndef CANVASS_ENGINE_ANALYSIS_COMPLEMENT_HPP
#define CANVASS_ENGINE_ANALYSIS_COMPLEMENT_HPP

#include "engine/report/estimate.hpp"
#include "engine/study/model.hpp"

#include <compare>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// Cells that add up: where one area of a division is withheld and the division is not, the area follows from its neighbours.
namespace canvass::analysis {

/// One share or mean: of an outcome in a wave, of those at `level` of `variable`; both empty: of everybody.
struct SummedCell {
  std::string outcome, wave, variable, level;
  friend auto operator<=>(const SummedCell&, const SummedCell&) = default;
};

/// What the level of a variable lies in: another variable and level, or {"", ""} for the whole; nullopt where it is part of nothing.
using ParentOf = std::function<std::optional<std::pair<std::string, std::string>>(const std::string& variable, const std::string& level)>;

/// The cells that are withheld: those of `leaves`, which says it of rows (aligned with `rows`, which still have their numbers), and further
/// ones, so that of the parts of a published cell either none is withheld or two or more, with at least `min_base` answers among them. The
/// smallest neighbour goes first.
std::set<SummedCell> complement(const report::Estimates& rows, const std::vector<bool>& leaves, const Disclosure& policy,
                                const ParentOf& parent_of);

/// True if the row is of one of the cells, or compares one, be it with the rest or with another wave.
bool speaks_of(const report::Estimate& row, const std::set<SummedCell>& cells);

} // namespace canvass::analysis

#endif
