// What the board holds the force to.

#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"

#include <cmath>

namespace canvass::analysis {

using namespace report;

Section SurveyReport::scoreboard() {
  Section section;
  section.id = "scoreboard";
  section.title = "Indicators of the board";
  Table table;
  table.caption = "Every indicator with its target";
  table.columns = {{"Code", false}, {"Indicator", false}, {"Value", true},  {"95% interval", true},
                   {"n", true},     {"Target", true},     {"Status", false}};
  for (const Kpi& kpi : setup_.kpis) {
    const Estimate* one = row("kpi/" + kpi.code);
    if (one == nullptr) {
      continue;
    }
    const NumberKind kind = one->unit == Unit::percent ? NumberKind::percent_1
                            : one->unit == Unit::count ? NumberKind::count
                                                       : NumberKind::raw;
    table.rows.push_back({kpi.code, kpi.label.in(study_.language), cell_of(one, kind), range_of(one, kind),
                          cell_of(one, NumberKind::count, &Estimate::n), cell_of(one, kind, &Estimate::reference), one->verdict});
  }
  if (table.rows.empty()) {
    return section;
  }
  table.notes.push_back(
      {"Met: the whole interval reaches the target. Missed: none of it does. Not clear: neither, or the number was published "
       "without n or interval. Counts are complete and have no interval."});
  section.blocks.emplace_back(table);
  if (const std::vector<std::string> gaps = missing_codes(setup_.kpis); !gaps.empty()) {
    section.blocks.emplace_back(Paragraph{{"The numbering leaves out " + join(gaps, ", ") + "."}});
  }
  return section;
}

} // namespace canvass::analysis
