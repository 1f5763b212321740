#ifndef CANVASS_ENGINE_SURVEY_REPLICATES_HPP
#define CANVASS_ENGINE_SURVEY_REPLICATES_HPP

#include "engine/stats/matrix.hpp"
#include "engine/survey/prepared.hpp"
#include "engine/survey/replication.hpp"

#include <span>

namespace canvass::survey {

/// Totals of the variables z (rows x m, not weighted) in every replicate: replicates x m. One pass over the replicate weights, in fixed
/// blocks of rows summed in their order. With `domain` (by row, -1 = none): replicates x (domains x m), m columns a domain.
stats::Matrix replicate_totals(const PreparedDesign& design, const stats::Matrix& z, std::span<const std::int32_t> domain = {},
                               std::size_t domains = 1);

/// Rank of rows x replicates. Columns are put on one length; a direction under 1e-5 of the largest is none, as in R survey. Found from
/// the replicates x replicates cross-product; some rows spread over the file often show the full rank.
double replicate_rank(const Design& design);

} // namespace canvass::survey

#endif
