#ifndef CANVASS_ENGINE_SURVEY_VARIANCE_HPP
#define CANVASS_ENGINE_SURVEY_VARIANCE_HPP

#include "engine/stats/matrix.hpp"
#include "engine/survey/prepared.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace canvass::survey {

/// Is the variance of this stratum not to be seen: one unit drawn of several?
bool is_lonely(const PreparedStage::Stratum& stratum);

/// What a squared deviation in this stratum counts for: multiplier x (1 - sampled share) x n / (n - 1); lonely strata: 0.
/// With unequal chances (1 - chance) is by unit, and is left out here.
double squared_weight(const PreparedStage& stage, const PreparedStage::Stratum& stratum);

/// @throws DomainError a stratum with a lonely unit where the design refuses them; `number` of the stage from 0
void refuse_lonely(const PreparedDesign& design, std::size_t number);

/// What LonelyPsu::average multiplies standard errors by, given the strata that have a member: sqrt(all / those with two or more
/// units); NaN where only lonely ones are left.
double average_factor(const PreparedStage& stage, const std::vector<std::uint8_t>& stratum_met);

/// Variance that the first stage (without unequal chances) adds, from the sums by stratum of its units' totals and of their squares,
/// and whether a stratum has a member. Every treatment of lonely units is in it, but for the refusal.
double variance_from_sums(const PreparedDesign& design, std::span<const double> sums, std::span<const double> squares,
                          const std::vector<std::uint8_t>& met);

/// Covariance that stage `number` adds, from totals of its units (units x k). Columns' members by stratum (strata x k, 0/1) are looked
/// at under LonelyPsu::average.
stats::Matrix stage_covariance(const PreparedDesign& design, std::size_t number, const stats::Matrix& totals,
                               const std::vector<std::uint8_t>& members);

} // namespace canvass::survey

#endif
