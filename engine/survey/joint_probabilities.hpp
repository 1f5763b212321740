#ifndef CANVASS_ENGINE_SURVEY_JOINT_PROBABILITIES_HPP
#define CANVASS_ENGINE_SURVEY_JOINT_PROBABILITIES_HPP

#include "engine/stats/matrix.hpp"
#include "engine/survey/prepared.hpp"

namespace canvass::survey {

/// Covariance of totals of first-stage units (units x k, weighted by 1/p) drawn with unequal probabilities without replacement, from
/// the chances of each two to be drawn together (given, or Overton's or Hartley and Rao's approximation): Horvitz and Thompson's form
/// or Yates and Grundy's. Units of different strata were drawn apart. A matrix of units x units is run through, never stored.
/// Source: Saerndal, Swensson, Wretman 1992, 2.8. Same as: survey::svydesign(pps = ppsmat(), variance = "HT" or "YG").
/// @throws DomainError a joint matrix of another size, a chance of two that is 0
stats::Matrix joint_covariance(const PreparedDesign& design, const stats::Matrix& totals);

} // namespace canvass::survey

#endif
