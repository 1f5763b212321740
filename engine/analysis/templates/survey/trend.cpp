// Year by year.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace canvass::analysis {

using namespace report;

TrendChart::Series SurveyReport::trend_line(const std::string& label,
                                            const std::function<const Estimate*(const std::string& wave)>& find) const {
  TrendChart::Series series;
  series.label = label;
  for (std::size_t period = 0; period < waves_.size(); ++period) {
    if (const Estimate* one = find(waves_[period])) {
      TrendChart::Point point;
      point.period = period;
      point.withheld = is_withheld(*one);
      point.interval = {one->estimate, one->conf_low, one->conf_high, one->id};
      point.n = one->n;
      series.points.push_back(point);
    }
  }
  return series;
}

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
    names.push_back(label_of(outcome));
    chart.series.push_back(trend_line(names.back(), [&](const std::string& wave) {
      const Estimate* one = in_wave(outcome, wave);
      percent = percent && (one == nullptr || one->unit == Unit::percent);
      return one;
    }));
  }
  if (!low) {
    put_earlier_figures_before(chart, outcomes.front());
  }
  add_breaks(chart, outcomes);
  if (const auto target = target_of(outcomes.front())) {
    const std::string of = outcomes.size() > 1 ? ", " + names.front() : std::string();
    chart.target = TrendChart::Target{*target, "Target " + shortest(*target) + (percent ? "%" : "") + of};
  }
  chart.axis = percent ? "% of people" : "Mean";
  if (!percent) {
    chart.kind = NumberKind::score;
    chart.lowest = chart.highest = 0;
  }
  figure.headline =
      join(names, " and ") + ", " + chart.periods.front() + (chart.periods.size() > 1 ? " to " + chart.periods.back() : std::string());
  figure.subtitle = "With 95% intervals";
  figure.alt = "Trend chart: " + join(names, " and ") + " over " + std::to_string(chart.periods.size()) + " waves.";
  if (const Estimate* last = in_wave(outcomes.front(), last_wave()); last != nullptr && std::isfinite(last->estimate)) {
    figure.alt += " The last value of " + names.front() + " is " + shortest(std::round(last->estimate)) + (percent ? "%." : ".");
  }
  figure.chart = std::move(chart);
  return figure;
}

/// Published figures of the same question (a trend with `series`) stand before the first wave, as a line of their own.
void SurveyReport::put_earlier_figures_before(TrendChart& chart, const std::string& outcome) {
  std::vector<std::string> periods;
  TrendChart::Series earlier;
  for (const Estimate* one : rows_of("trend")) {
    if (one->outcome == outcome && one->quantity == "published") {
      earlier.label = setup_.published(one->at.front().second)->label.in(study_.language);
      earlier.points.push_back(
          {periods.size(), {one->estimate, one->conf_low, one->conf_high, one->id}, std::isfinite(one->n) ? one->n : 0, false});
      periods.push_back(level_of(one->at, "period"));
    }
  }
  if (periods.empty()) {
    return;
  }
  earlier.published = true;
  for (TrendChart::Series& series : chart.series) {
    for (TrendChart::Point& point : series.points) {
      point.period += periods.size();
    }
  }
  chart.periods.insert(chart.periods.begin(), periods.begin(), periods.end());
  chart.series.push_back(std::move(earlier));
}

/// A break of all outcomes of the chart cuts it as a whole; one of some outcomes, their lines.
void SurveyReport::add_breaks(TrendChart& chart, const std::vector<std::string>& outcomes) const {
  const std::size_t before = chart.periods.size() - waves_.size(); // periods that are no waves
  for (std::size_t i = 1; i < waves_.size(); ++i) {
    std::vector<std::pair<std::size_t, const SeriesBreak*>> cut;
    for (std::size_t s = 0; s < outcomes.size(); ++s) {
      if (const SeriesBreak* one = break_between(input_.study, outcomes[s], study_.wave(waves_[i - 1]), study_.wave(waves_[i]))) {
        cut.emplace_back(s, one);
      }
    }
    const bool all = cut.size() == outcomes.size();
    for (std::size_t k = 0; k < (all ? std::min<std::size_t>(1, cut.size()) : cut.size()); ++k) {
      chart.breaks.push_back({before + i, cut[k].second->why, all ? std::nullopt : std::optional(cut[k].first)});
    }
  }
}

/// The last wave less each published figure of the same question.
void SurveyReport::earlier_figures(Section& section) {
  Table table;
  for (const Estimate* one : rows_of("trend")) {
    if (one->quantity != "published" || one->at.size() != 2) {
      continue;
    }
    const std::string& series = one->at.front().second;
    const std::string period = level_of(one->at, "period");
    const Estimate* change = row(one->analysis + "/" + one->outcome + "/" + last_wave() + "-" + series + "/" + period);
    table.rows.push_back({period + ", " + setup_.published(series)->label.in(study_.language), label_of(one->outcome),
                          cell_of(one, NumberKind::percent_1), range_of(one, NumberKind::percent_1),
                          change == nullptr                 ? TableCell(Withheld{"[z]", "does not apply"})
                          : std::isfinite(change->conf_low) ? TableCell(difference_numbers(*change))
                                                            : TableCell(change->verdict),
                          change == nullptr ? "" : change->verdict});
  }
  if (!table.rows.empty()) {
    table.caption = "Earlier figures of the same question, as published";
    table.columns = {
        {"Period", false}, {"Indicator", false}, {"%", true}, {"95% interval", true}, {wave_label(last_wave()) + " less this", true},
        {"Reading", false}};
    section.blocks.emplace_back(std::move(table));
  }
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
  std::size_t judged = 0;
  for (const Estimate* one : rows_of("trend")) {
    if (!one->versus.empty() || one->at.front().first != "wave" || !seen.insert(one->outcome).second) {
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
      const bool cut = change != nullptr && has_flag(*change, "break");
      cells.push_back(change == nullptr || cut ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*change)));
      cells.emplace_back(change == nullptr ? std::string() : change->verdict);
      judged += change != nullptr && std::isfinite(change->p_value) ? 1U : 0U;
    }
    table.rows.push_back(std::move(cells));
  }
  table.notes.push_back(
      {"Shares in %, of those who gave an answer that counts. Each wave is a sample of its own; a change is read from the "
       "interval of the difference, never from two intervals that overlap or do not."});
  if (judged > 1) {
    const double by_chance = static_cast<double>(judged) * study_.plan.significance_level;
    table.notes.push_back({"Each change is read by its own p. Had nothing moved at all, about ",
                           Number{std::round(by_chance * 10) / 10, NumberKind::raw, ""},
                           " of these " + std::to_string(judged) + " would read higher or lower by chance alone."});
  }
  for (const SeriesBreak& one : setup_.breaks) {
    table.notes.push_back({"Break at " + wave_label(one.from) + (one.items.empty() ? "" : " (" + join(one.items, ", ") + ")") + ": " +
                           one.why + ". Nothing is compared across it."});
  }
  section.blocks.emplace_back(table);
  earlier_figures(section);
  for (const std::string& outcome : shown) {
    if (waves_.size() > 1 && in_wave(outcome, last_wave()) != nullptr) {
      section.blocks.emplace_back(trend_figure("", {outcome}, false));
    }
  }
  return section;
}

} // namespace canvass::analysis
