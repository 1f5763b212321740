#ifndef CANVASS_ENGINE_ANALYSIS_COMPLEMENT_HPP
#define CANVASS_ENGINE_ANALYSIS_COMPLEMENT_HPP

#include "engine/report/estimate.hpp"
#include "engine/study/model.hpp"

#include <compare>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// Cells that add up: where one area of a division is withheld and the division is not, the area follows from its neighbours.
namespace canvass::analysis {

/// One share or mean: of an outcome in a wave, of those at `level` of `variable`; both empty: of everybody.
struct SummedCell {
  std::string outcome, wave, variable, level;
  friend auto operator<=>(const SummedCell&, const SummedCell&) = default;
};

/// How many answers stand in a cell, and how many of them count (NaN: not known, or a mean).
struct CellCount {
  double n = 0, count = std::numeric_limits<double>::quiet_NaN();
  double not_asked = 0; ///< people of the cell who were not asked, beside those who gave no answer
};

/// What the level of a variable lies in: another variable and level, or {"", ""} for the whole; nullopt where it is part of nothing.
using ParentOf = std::function<std::optional<std::pair<std::string, std::string>>(const std::string& variable, const std::string& level)>;

/// The cells that a row tells something of, be it by comparing them.
using CellsOf = std::function<std::vector<SummedCell>(const report::Estimate&)>;

/// All cells of a study of which anything may ever be shown, as the answers make them. What is withheld is decided over them and not over
/// the rows of one release: two releases of the same answers, a part of one or one on an area, withhold the same, and nothing follows from
/// laying them side by side.
struct Universe {
  std::map<SummedCell, CellCount> cells;
  /// Outcomes of which the second counts the same people as the first, among more: where the first is withheld, the second would give it.
  std::vector<std::pair<std::string, std::string>> same_people;
  /// Cells that hold others besides the areas that they lie in: the groups that a plan makes of the answers to a question.
  std::vector<std::pair<SummedCell, std::vector<SummedCell>>> unions;
  ParentOf parent_of;
  CellsOf cells_of; ///< empty: what `at` and `versus` name
};

/// The cells that are withheld: those of `leaves`, which says it of rows (aligned with `rows`, which still have their numbers), those of
/// the universe with too few answers, and further ones, so that what follows from published cells, by taking sums of parts from their
/// wholes or by adding parts, is never about fewer than `min_base` answers, nor that all or none of them count. Those who are in no part
/// (an answer left blank) are taken for one more part, which is never published. The smallest neighbour goes first.
std::set<SummedCell> complement(const report::Estimates& rows, const std::vector<bool>& leaves, const Disclosure& policy,
                                const Universe& universe);

/// True if the row is of one of the cells, or compares one, be it with the rest or with another wave.
bool speaks_of(const report::Estimate& row, const std::set<SummedCell>& cells, const CellsOf& cells_of = {});
/// What `at` and `versus` of a row name; a comparison with another wave names the same area or group there.
std::vector<SummedCell> cells_named(const report::Estimate& row);

} // namespace canvass::analysis

#endif
