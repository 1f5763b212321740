#ifndef CANVASS_ENGINE_SURVEY_DOMAIN_COVARIANCE_HPP
#define CANVASS_ENGINE_SURVEY_DOMAIN_COVARIANCE_HPP

#include "engine/survey/domain_facts.hpp"

#include <span>
#include <vector>

namespace canvass::survey {

/// Covariance matrix of the means of one outcome in domains (a row is in one at most), by linearisation. A row has one score that is not
/// 0, so nothing of rows x domains is made where rows or clusters of one stage were drawn; calibration is taken out by pattern.
stats::Matrix domain_covariance(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> domain,
                                const std::vector<DomainFacts>& facts);

} // namespace canvass::survey

#endif
