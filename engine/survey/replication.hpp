#ifndef CANVASS_ENGINE_SURVEY_REPLICATION_HPP
#define CANVASS_ENGINE_SURVEY_REPLICATION_HPP

#include "engine/stats/matrix.hpp"
#include "engine/survey/design.hpp"

#include <cstddef>
#include <span>
#include <vector>

/// What an estimator needs that is found anew under each replicate weight. For .cpp files of this layer.
namespace canvass::survey {

/// Weights of all rows in one replicate. The design has replicates.
std::vector<double> replicate_weights(const Design& design, std::size_t replicate);

/// Covariance from estimates (replicates x k): about the full-sample estimate or about the replicates' mean, as the design says.
/// Same as: survey::svrVar. A replicate with rscale 0 does not enter the mean.
stats::Matrix covariance_of_replicates(const Replicates& replicates, const stats::Matrix& estimates, std::span<const double> full);

} // namespace canvass::survey

#endif
