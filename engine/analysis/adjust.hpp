#ifndef CANVASS_ENGINE_ANALYSIS_ADJUST_HPP
#define CANVASS_ENGINE_ANALYSIS_ADJUST_HPP

#include "engine/report/estimate.hpp"
#include "engine/study/model.hpp"

namespace canvass::analysis {

/// Fills p_adjusted of the rows that a p-value method adjusts (families adjusted by permutation come filled):
/// the primary contrasts of all scale analyses are one family (one of them alone stays as it is), all other contrasts of scales another,
/// both by Holm; the equivalence tests beside them likewise. Conventions 1.
void adjust(report::Estimates& rows, const Study& study);

} // namespace canvass::analysis

#endif
