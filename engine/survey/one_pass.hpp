#ifndef CANVASS_ENGINE_SURVEY_ONE_PASS_HPP
#define CANVASS_ENGINE_SURVEY_ONE_PASS_HPP

#include "engine/survey/domain_facts.hpp"

#include <span>

namespace canvass::survey {

/// One outcome's facts, and the sums that its variance is made of, from one pass over the rows in fixed blocks.
struct OnePass {
  DomainFacts facts;
  double variance = 0; ///< of the mean; NaN where nobody counts. Not filled for designs with replicate weights
};

/// Can the mean's variance be had from one pass: one stage without unequal chances, no calibration? Replicate weights: facts only.
bool one_pass_serves(const PreparedDesign& design);

/// @throws DomainError an infinite outcome; a lonely unit under LonelyPsu::refuse
OnePass one_pass(const PreparedDesign& design, std::span<const double> y);

} // namespace canvass::survey

#endif
