#include "engine/analysis/rows.hpp"

#include <cmath>

namespace canvass::analysis {

report::Estimate row_of(const PlannedAnalysis& analysis, std::string_view part, std::string_view outcome, std::string_view quantity,
                        std::string_view method, report::Unit unit) {
  report::Estimate row;
  row.id = analysis.id + "/" + std::string(part);
  row.analysis = analysis.id;
  row.procedure = analysis.procedure;
  row.outcome = std::string(outcome);
  row.quantity = std::string(quantity);
  row.method = std::string(method);
  row.unit = unit;
  return row;
}

void fill(report::Estimate& row, const stats::Inference& inference) {
  row.estimate = inference.estimate;
  row.std_error = inference.std_error;
  row.df = std::isfinite(inference.df) ? inference.df : report::not_a_number;
  row.statistic = inference.statistic;
  row.p_value = inference.p_value;
  row.conf_level = inference.conf_level;
  row.conf_low = inference.conf_low;
  row.conf_high = inference.conf_high;
}

void fill(report::Estimate& row, const stats::Interval& interval) {
  row.conf_level = interval.level;
  row.conf_low = interval.low;
  row.conf_high = interval.high;
}

std::string level_of(const report::Levels& levels, std::string_view variable) {
  for (const auto& [name, level] : levels) {
    if (name == variable) {
      return level;
    }
  }
  return {};
}

} // namespace canvass::analysis
