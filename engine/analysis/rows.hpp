#ifndef CANVASS_ENGINE_ANALYSIS_ROWS_HPP
#define CANVASS_ENGINE_ANALYSIS_ROWS_HPP

#include "engine/report/estimate.hpp"
#include "engine/stats/inference.hpp"
#include "engine/stats/result.hpp"
#include "engine/study/model.hpp"

#include <string>
#include <string_view>

/// Small makers of estimate rows, so that every procedure fills the same fields the same way.
namespace canvass::analysis {

/// A row of `analysis` with its id "ANALYSIS/part".
report::Estimate row_of(const PlannedAnalysis& analysis, std::string_view part, std::string_view outcome, std::string_view quantity,
                        std::string_view method, report::Unit unit);

/// Estimate, SE, df, statistic, p, interval from a model's inference; NaN stays NaN; infinite df (normal) stays NaN.
void fill(report::Estimate& row, const stats::Inference& inference);
void fill(report::Estimate& row, const stats::Interval& interval);

/// The level of `variable` in `levels`; empty if it is not there.
std::string level_of(const report::Levels& levels, std::string_view variable);

} // namespace canvass::analysis

#endif
