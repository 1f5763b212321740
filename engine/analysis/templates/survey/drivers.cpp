// What goes with an outcome all else alike, and how what is explained divides over the drivers and their elements.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <map>

namespace canvass::analysis {

using namespace report;

void SurveyReport::drivers(Section& section) {
  std::map<std::string, std::vector<const Estimate*>> by_analysis;
  for (const Estimate* one : rows_of("model_drivers")) {
    if (one->quantity == "marginal_effect") {
      by_analysis[one->analysis].push_back(one);
    }
  }
  for (const auto& [analysis, rows] : by_analysis) {
    DriverChart chart;
    std::vector<std::string> outcomes;
    std::vector<std::string> names;
    for (const Estimate* one : rows) {
      if (std::find(outcomes.begin(), outcomes.end(), one->outcome) == outcomes.end()) {
        outcomes.push_back(one->outcome);
      }
      const std::string driver(level_of(one->at, "driver"));
      if (std::find(names.begin(), names.end(), driver) == names.end()) {
        names.push_back(driver);
      }
    }
    for (const std::string& outcome : outcomes) {
      chart.outcomes.push_back(label_of(outcome));
    }
    Table table;
    table.caption = "What goes with " + join(chart.outcomes, " and ") + ", all else alike, " + wave_label(last_wave());
    table.columns = {{"Driver", false}};
    for (const std::string& outcome : outcomes) {
      table.columns.push_back({label_of(outcome) + ", points", true});
      table.columns.push_back({"95% interval", true});
      table.columns.push_back({"Reading", false});
    }
    // In the order of the instrument's elements; a driver of none stands last.
    std::map<std::string, DriverChart::Group> groups;
    std::vector<std::string> two_edged;
    for (const std::string& name : names) {
      DriverChart::Row line;
      line.label = label_of(name);
      std::vector<bool> signs;
      std::vector<TableCell> cells = {line.label};
      for (const std::string& outcome : outcomes) {
        const auto found = std::find_if(
            rows.begin(), rows.end(), [&](const Estimate* one) { return one->outcome == outcome && level_of(one->at, "driver") == name; });
        const Estimate* one = found == rows.end() ? nullptr : *found;
        DriverChart::Bar bar;
        if (one != nullptr) {
          bar.interval = {one->estimate, one->conf_low, one->conf_high, one->id};
          bar.withheld = is_withheld(*one);
          line.opposite = line.opposite || has_flag(*one, "good_and_bad");
          signs.push_back(one->estimate > 0);
        }
        line.bars.push_back(bar);
        cells.push_back(cell_of(one, NumberKind::points_change));
        cells.push_back(range_of(one, NumberKind::percent_1));
        cells.emplace_back(one == nullptr ? std::string() : one->verdict);
      }
      if (line.opposite) {
        line.text = signs.size() < 2 || signs[0] != signs[1] ? "good for one, bad for the other"
                    : signs[0]                               ? "more of both"
                                                             : "less of both";
        two_edged.push_back(line.label + " (" + line.text + ")");
      }
      groups[element_of(instrument_, name)].rows.push_back(std::move(line));
      table.rows.push_back(std::move(cells));
    }
    for (const Element& element : instrument_.elements) {
      if (const auto found = groups.find(element.id); found != groups.end()) {
        found->second.label = element.label.in(study_.language);
        chart.groups.push_back(std::move(found->second));
      }
    }
    if (const auto found = groups.find(""); found != groups.end()) {
      found->second.label = chart.groups.empty() ? "" : "Other";
      chart.groups.push_back(std::move(found->second));
    }
    chart.axis = "Difference in the share, percentage points, the other drivers held alike";
    table.notes.push_back({"Logistic models with all drivers at once, as average differences in percentage points. A link, not a cause."});
    if (!two_edged.empty()) {
      table.notes.push_back({"Good for one of the two and bad for the other: " + join(two_edged, "; ") + "."});
    }
    Figure figure;
    figure.id = "fig-drivers-" + analysis;
    figure.headline = "What goes with " + join(chart.outcomes, " and ");
    figure.subtitle = "Average difference in percentage points with 95% intervals; the other drivers held alike";
    figure.alt = "Bar chart of " + std::to_string(names.size()) + " drivers with intervals, for " + join(chart.outcomes, " and ") + ".";
    figure.chart = std::move(chart);
    section.blocks.emplace_back(table);
    section.blocks.emplace_back(std::move(figure));
    shares_of_drivers(section, analysis, outcomes, names);
  }
}

/// The table has the elements and, below each, its drivers; the figure the drivers alone, since an element's bar is the sum of theirs.
void SurveyReport::shares_of_drivers(Section& section, const std::string& analysis, const std::vector<std::string>& outcomes,
                                     const std::vector<std::string>& drivers) {
  const auto stem = [&](const std::string& outcome) { return analysis + "/" + outcome + "/" + last_wave() + "/"; };
  if (outcomes.empty() || row(stem(outcomes.front()) + "explained") == nullptr) {
    return;
  }
  DriverChart chart;
  Table table;
  table.columns = {{"Element and driver", false}};
  for (const std::string& outcome : outcomes) {
    chart.outcomes.push_back(label_of(outcome));
    table.columns.push_back({label_of(outcome) + ", % of what is explained", true});
    table.columns.push_back({"95% interval", true});
  }
  table.caption = "How what the drivers explain divides, " + wave_label(last_wave());
  const auto add_line = [&](const std::string& label, const std::string& part, DriverChart::Row* line) {
    std::vector<TableCell> cells = {label};
    for (const std::string& outcome : outcomes) {
      const Estimate* one = row(stem(outcome) + part);
      cells.push_back(cell_of(one, NumberKind::percent_1));
      cells.push_back(range_of(one, NumberKind::percent_1));
      if (line != nullptr && one != nullptr) {
        line->bars.push_back({{one->estimate, one->conf_low, one->conf_high, one->id}, is_withheld(*one)});
      }
    }
    table.rows.push_back(std::move(cells));
  };
  std::vector<std::pair<std::string, std::string>> elements;
  for (const Element& element : instrument_.elements) {
    elements.emplace_back(element.id, element.label.in(study_.language));
  }
  elements.emplace_back("", "Other");
  for (const auto& [id, label] : elements) {
    DriverChart::Group group;
    for (const std::string& driver : drivers) {
      if (element_of(instrument_, driver) != id) {
        continue;
      }
      const std::string element = "element/" + (id.empty() ? std::string("other") : id);
      const bool has_elements = row(stem(outcomes.front()) + element) != nullptr;
      if (group.rows.empty() && has_elements) {
        group.label = label;
        add_line(label, element, nullptr);
      }
      DriverChart::Row line;
      line.label = label_of(driver);
      add_line((has_elements ? "- " : "") + line.label, "share/" + driver, &line);
      group.rows.push_back(std::move(line));
    }
    if (!group.rows.empty()) {
      chart.groups.push_back(std::move(group));
    }
  }
  for (const std::string& outcome : outcomes) {
    const Estimate* explained = row(stem(outcome) + "explained");
    if (explained == nullptr || is_withheld(*explained)) {
      continue;
    }
    Sentence note = {label_of(outcome) + ": the drivers together explain ",
                     Number{explained->estimate, NumberKind::percent, explained->id}};
    note.emplace_back(std::string(" of its variance ("));
    note.emplace_back(NumberRange{explained->conf_low, explained->conf_high, NumberKind::percent_1, explained->id});
    note.emplace_back(std::string("); the shares divide this and sum to 100."));
    table.notes.push_back(std::move(note));
  }
  table.notes.push_back(
      {"Shapley shares: the mean gain of a driver over all orders in which the drivers can enter a weighted linear model; an "
       "element has the sum of its drivers. Intervals from bootstrap replicates of the whole sample, weighted anew. How "
       "much goes with a driver, never what it would bring about."});
  chart.axis = "% of what the drivers explain";
  chart.kind = NumberKind::percent_1;
  Figure figure;
  figure.id = "fig-shares-" + analysis;
  figure.headline = "How what is explained of " + join(chart.outcomes, " and ") + " divides over the drivers";
  figure.subtitle = "Per cent of what the drivers explain, with 95% intervals";
  figure.alt = "Bar chart of " + std::to_string(drivers.size()) + " drivers in " + std::to_string(chart.groups.size()) +
               " groups: the share of each in what is explained of " + join(chart.outcomes, " and ") + ".";
  figure.chart = std::move(chart);
  section.blocks.emplace_back(table);
  section.blocks.emplace_back(std::move(figure));
}

} // namespace canvass::analysis
