// What the board holds the force to, and what others have published.

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

Section SurveyReport::published() {
  Section section;
  section.id = "published";
  section.title = "What others have published";
  for (const PublishedSeries& series : setup_.series) {
    Table table;
    table.caption = series.label.in(study_.language) + (series.source.empty() ? "" : " (" + series.source + ")");
    table.columns = {{"Period", false}, {"Of", false}, {series.percent ? "%" : "Value", true}, {"95% interval", true}, {"n", true}};
    for (const SeriesPoint& point : series.points) {
      const auto optional_number = [](std::optional<double> value, NumberKind kind) {
        return value ? TableCell(Number{*value, kind, ""}) : TableCell(Withheld{"[x]", "not published"});
      };
      const NumberKind kind = series.percent ? NumberKind::percent_1 : NumberKind::raw;
      table.rows.push_back({point.period, point.unit.empty() ? "this force" : point.unit, Number{point.value, kind, ""},
                            point.half_width
                                ? TableCell(NumberRange{point.value - *point.half_width, point.value + *point.half_width, kind, ""})
                                : TableCell(Withheld{"[x]", "not published"}),
                            optional_number(point.n, NumberKind::count)});
    }
    std::string note = "Another question than this survey's";
    note += series.question.empty() ? "" : " (" + series.question + ")";
    note += ": the two are never joined into one line.";
    note += series.as_of ? " As of " + in_words(*series.as_of) + "." : "";
    table.notes.push_back({note});
    section.blocks.emplace_back(table);
  }
  return section;
}

} // namespace canvass::analysis
