#ifndef CANVASS_ENGINE_ANALYSIS_PUBLIC_CELLS_HPP
#define CANVASS_ENGINE_ANALYSIS_PUBLIC_CELLS_HPP

#include "engine/analysis/complement.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/dataset/dataset.hpp"
#include "engine/study/model.hpp"

#include <span>

namespace canvass::analysis {

/// The cells of a survey of the public: every indicator, and whatever else an analysis names as outcome, in every wave, by every level of
/// the areas and by every question that some analysis or the population makes groups of. Counted from the answers, so that it is the same
/// whichever part of the report is asked for. `analyses`: all of the study, planned and standing. The study must outlive it.
Universe public_cells(const LoadedStudy& study, const Dataset& dataset, const Sample& sample, std::span<const PlannedAnalysis> analyses);

/// Takes those who were not asked off the missing of rows about everybody, an area or a group, and the flag "many_left_out" with them where
/// it no longer holds: whoever is no victim did not leave the question open.
void take_off_not_asked(report::Estimates& rows, const Universe& universe);

} // namespace canvass::analysis

#endif
