#ifndef CANVASS_ENGINE_SURVEY_REPLICATES_HPP
#define CANVASS_ENGINE_SURVEY_REPLICATES_HPP

#include "engine/stats/matrix.hpp"
#include "engine/survey/prepared.hpp"

#include <span>

namespace canvass::survey {

/// Totals of the variables z (rows x m, not weighted) in every replicate: replicates x m. One pass over the replicate weights, in fixed
/// blocks of rows summed in their order. With `domain` (by row, -1 = none): replicates x (domains x m), m columns a domain.
stats::Matrix replicate_totals(const PreparedDesign& design, const stats::Matrix& z, std::span<const std::int32_t> domain = {},
                               std::size_t domains = 1);

/// The weights of one replicate, for estimates that are not made of totals.
std::vector<double> replicate_weights(const Design& design, std::size_t replicate);

/// Covariance of k estimates from their values in every replicate (replicates x k) and in the whole sample: squared differences from
/// the mean of the replicates, or from the estimate, by scale and rscales. A value that a replicate cannot give (NaN) makes its
/// variance NaN. Same as: survey::svrVar.
stats::Matrix replicate_covariance(const Replicates& replicates, const stats::Matrix& values, std::span<const double> estimate);

/// Rank of rows x replicates. Columns are put on one length; a direction under 1e-5 of the largest is none, as in R survey. Found from
/// the replicates x replicates cross-product; some rows spread over the file often show the full rank.
double replicate_rank(const Design& design);

} // namespace canvass::survey

#endif
