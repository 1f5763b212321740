#include "engine/analysis/adjust.hpp"

#include "engine/analysis/cohort.hpp"
#include "engine/stats/multiplicity.hpp"

#include <map>
#include <string>
#include <vector>

namespace canvass::analysis {
namespace {

const PlannedAnalysis* planned(const Study& study, const std::string& id) {
  for (const PlannedAnalysis& analysis : study.plan.analyses) {
    if (analysis.id == id) {
      return &analysis;
    }
  }
  return nullptr;
}

/// "primary" or "other contrasts"; empty for a row that no p-value method adjusts.
std::string family_of(const report::Estimate& row, const Study& study) {
  const PlannedAnalysis* analysis = planned(study, row.analysis);
  if (analysis == nullptr || !analysis->family.empty() || analysis->procedure != "cohort_change") {
    return {};
  }
  const bool primary = analysis->primary && row.id.find("/" + contrast_id(study, *analysis->primary)) != std::string::npos;
  return primary ? "primary" : "other contrasts";
}

} // namespace

void adjust(report::Estimates& rows, const Study& study) {
  std::map<std::string, std::vector<std::size_t>> families;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool main = rows[i].quantity == "difference_in_differences" && rows[i].family == rows[i].analysis;
    const bool equivalence = rows[i].quantity == "equivalence";
    if (!main && !equivalence) {
      continue;
    }
    const std::string family = family_of(rows[i], study);
    if (family.empty()) {
      continue;
    }
    if (main) {
      rows[i].family = family;
    }
    families[(main ? "" : "equivalence of ") + family].push_back(i);
  }
  for (const auto& [name, members] : families) {
    std::vector<double> p;
    for (const std::size_t member : members) {
      p.push_back(rows[member].p_value);
    }
    const std::vector<double> adjusted = stats::adjust_p(p, stats::Adjustment::holm);
    for (std::size_t i = 0; i < members.size(); ++i) {
      rows[members[i]].p_adjusted = adjusted[i];
      rows[members[i]].adjustment = members.size() == 1 ? "none" : "holm";
    }
  }
}

} // namespace canvass::analysis
