#ifndef CANVASS_ENGINE_ANALYSIS_ADDS_UP_HPP
#define CANVASS_ENGINE_ANALYSIS_ADDS_UP_HPP

#include "engine/report/estimate.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace canvass::analysis {

/// The rows of a partition and of everybody are worked out apart, by other passes over the answers; weighted by the answers of each cell,
/// with those who are in none, the first must give the second. A sentence that names both where they do not, else nothing.
/// @param whole  the share (in percent) or mean of everybody
/// @param cells  those of the cells, in the order that `cell_of` numbers them
/// @param cell_of by answer, -1 = in none; beside it `values` (NaN = not counted) and `weights`
std::string does_not_add_up(const report::Estimate& whole, std::span<const report::Estimate> cells, std::span<const std::int32_t> cell_of,
                            std::span<const double> values, std::span<const double> weights);

} // namespace canvass::analysis

#endif
