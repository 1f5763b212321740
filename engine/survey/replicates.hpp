#ifndef CANVASS_ENGINE_SURVEY_REPLICATES_HPP
#define CANVASS_ENGINE_SURVEY_REPLICATES_HPP

#include "engine/stats/matrix.hpp"
#include "engine/survey/prepared.hpp"
#include "engine/survey/replication.hpp"

#include <functional>
#include <span>

namespace canvass::survey {

/// Totals of the variables z (rows x m, not weighted) in every replicate: replicates x m. One pass over the replicate weights, in fixed
/// blocks of rows summed in their order. With `domain` (by row, -1 = none): replicates x (domains x m), m columns a domain.
stats::Matrix replicate_totals(const PreparedDesign& design, const stats::Matrix& z, std::span<const std::int32_t> domain = {},
                               std::size_t domains = 1);

inline constexpr std::size_t rows_at_once = 128;
/// The same without a matrix of variables: `fill(from, to, values)` writes those of rows [from, to) to
/// values[j * rows_at_once + row - from], j = 0 .. m - 1; it is called by several threads.
stats::Matrix replicate_totals(const PreparedDesign& design, std::size_t m,
                               const std::function<void(std::size_t from, std::size_t to, double* values)>& fill);

/// Rank of rows x replicates. Columns are put on one length; a direction under 1e-5 of the largest is none, as in R survey. Found from
/// the replicates x replicates cross-product; some rows spread over the file often show the full rank.
double replicate_rank(const Design& design);

} // namespace canvass::survey

#endif
