#ifndef CANVASS_ENGINE_ANALYSIS_PLAN_NAMES_HPP
#define CANVASS_ENGINE_ANALYSIS_PLAN_NAMES_HPP

#include "engine/core/error.hpp"
#include "engine/study/model.hpp"

namespace canvass::analysis {

/// Names and codes in the options of an analysis that the instrument and the areas do not have, with the nearest: they would fail after
/// fieldwork, when nothing can be asked again.
void check_names(const LoadedStudy& study, const PlannedAnalysis& analysis, Problems& problems);

} // namespace canvass::analysis

#endif
