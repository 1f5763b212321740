// Year by year.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace canvass::analysis {

using namespace report;

Figure SurveyReport::trend_figure(const std::string& prefix, const std::vector<std::string>& outcomes, bool low) {
  Figure figure;
  figure.id = "fig-" + prefix + "trend-" + outcomes.front();
  TrendChart chart;
  chart.low = low;
  std::vector<std::string> names;
  bool percent = true;
  for (const std::string& wave : waves_) {
    chart.periods.push_back(wave_label(wave));
  }
  for (const std::string& outcome : outcomes) {
    TrendChart::Series series;
    series.label = label_of(outcome);
    names.push_back(series.label);
    for (std::size_t period = 0; period < waves_.size(); ++period) {
      const Estimate* one = in_wave(outcome, waves_[period]);
      if (one == nullptr) {
        continue;
      }
      percent = percent && one->unit == Unit::percent;
      TrendChart::Point point;
      point.period = period;
      point.withheld = is_withheld(*one);
      point.interval = {one->estimate, one->conf_low, one->conf_high, one->id};
      point.n = one->n;
      series.points.push_back(point);
    }
    chart.series.push_back(std::move(series));
  }
  for (const Kpi& kpi : setup_.kpis) {
    if (kpi.target && kpi.indicator == outcomes.front()) {
      chart.target = TrendChart::Target{*kpi.target, "Target " + shortest(*kpi.target) + (percent ? "%" : "")};
    }
  }
  chart.axis = percent ? "% of people" : "Mean";
  if (!percent) {
    chart.kind = NumberKind::score;
    chart.lowest = chart.highest = 0;
  }
  figure.headline = join(names, " and ") + ", " + chart.periods.front() + " to " + chart.periods.back();
  figure.subtitle = "With 95% intervals";
  figure.alt = "Trend chart: " + join(names, " and ") + " over " + std::to_string(chart.periods.size()) + " waves.";
  if (const Estimate* last = in_wave(outcomes.front(), last_wave()); last != nullptr && std::isfinite(last->estimate)) {
    figure.alt += " The last value of " + names.front() + " is " + shortest(std::round(last->estimate)) + (percent ? "%." : ".");
  }
  figure.chart = std::move(chart);
  return figure;
}

Section SurveyReport::trend() {
  Section section;
  section.id = "trend";
  section.title = "Trend";
  const std::vector<std::string> shown = headlines();
  if (waves_.size() < 2) {
    section.blocks.emplace_back(Paragraph{{"One wave has been collected; a trend needs two."}});
  }
  std::set<std::string> seen;
  Table table;
  table.caption = "Every indicator, wave by wave";
  table.columns = {{"Indicator", false}};
  for (const std::string& wave : waves_) {
    table.columns.push_back({wave_label(wave), true});
  }
  table.columns.push_back({"95% interval, " + wave_label(last_wave()), true});
  table.columns.push_back({"n, " + wave_label(last_wave()), true});
  if (waves_.size() > 1) {
    table.columns.push_back({"Change on " + wave_label(waves_[waves_.size() - 2]), true});
    table.columns.push_back({"Reading", false});
  }
  for (const Estimate* one : rows_of("trend")) {
    if (!one->versus.empty() || !seen.insert(one->outcome).second) {
      continue;
    }
    const NumberKind kind = one->unit == Unit::percent ? NumberKind::percent_1 : NumberKind::score;
    std::vector<TableCell> cells = {label_of(one->outcome)};
    for (const std::string& wave : waves_) {
      cells.push_back(cell_of(in_wave(one->outcome, wave), kind));
    }
    const Estimate* last = in_wave(one->outcome, last_wave());
    cells.push_back(range_of(last, kind));
    cells.push_back(cell_of(last, NumberKind::count, &Estimate::n));
    if (waves_.size() > 1) {
      const Estimate* change = between_waves(one->outcome, last_wave(), waves_[waves_.size() - 2]);
      cells.push_back(change == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*change)));
      cells.emplace_back(change == nullptr ? std::string() : change->verdict);
    }
    table.rows.push_back(std::move(cells));
  }
  table.notes.push_back(
      {"Shares in %, of those who gave an answer that counts. Each wave is a sample of its own; a change is read from the "
       "interval of the difference, never from two intervals that overlap or do not."});
  section.blocks.emplace_back(table);
  for (const std::string& outcome : shown) {
    if (waves_.size() > 1 && in_wave(outcome, last_wave()) != nullptr) {
      section.blocks.emplace_back(trend_figure("", {outcome}, false));
    }
  }
  return section;
}

} // namespace canvass::analysis
