#ifndef CANVASS_ENGINE_ANALYSIS_WAVES_ASKED_HPP
#define CANVASS_ENGINE_ANALYSIS_WAVES_ASKED_HPP

#include "engine/analysis/procedure.hpp"
#include "engine/analysis/sample.hpp"

#include <string_view>
#include <vector>

/// The option `wave` of a planned analysis: the last with answers where it is left out, one by its id, or `all`.
namespace canvass::analysis {

/// @throws InputError neither `all` nor a wave of the study
void check_wave(const Study& study, const PlannedAnalysis& analysis);

/// In their order; empty where nobody answered in what was asked for.
std::vector<const WaveSample*> waves_asked(const Study& study, const PlannedAnalysis& analysis, const Sample& sample);

/// Analyses with errors and tests speak of people. @throws DomainError chance did not draw the sample; `what` begins the sentence
void refuse_unless_drawn(const Sample& sample, std::string_view what);

} // namespace canvass::analysis

#endif
