// A published series period by period, and the last figure less each before it. Rolling windows share answers: see published.hpp.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/published.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

std::vector<std::string> units_of(const Context& context, const PlannedAnalysis& analysis, const PublishedSeries& series) {
  const PublicSurvey& setup = *context.study.study.survey;
  std::vector<std::string> all;
  for (const SeriesPoint& point : series.points) {
    if (std::find(all.begin(), all.end(), point.unit) == all.end()) {
      all.push_back(point.unit);
    }
  }
  const auto option = analysis.options.find("unit");
  if (option == analysis.options.end()) {
    if (const auto own = own_unit(setup, series)) {
      return {*own};
    }
    throw InputError(analysis.at, fmt::format("analysis {} does not say whose trend of the series {} it is; add `unit: \"..\"`, or "
                                              "`unit: all`",
                                              analysis.id, series.id));
  }
  if (option->second == "all") {
    return all;
  }
  if (std::find(all.begin(), all.end(), option->second) == all.end()) {
    throw InputError(analysis.at, fmt::format("analysis {} names \"{}\", of which the series {} has no number{}", analysis.id,
                                              option->second, series.id, did_you_mean(option->second, all)));
  }
  return {option->second};
}

class PublishedTrend {
public:
  PublishedTrend(const Context& context, const PlannedAnalysis& analysis, const PublishedSeries& series)
      : study_(context.study.study), analysis_(analysis), series_(series), periods_(periods_of(series)),
        level_(study_.plan.significance_level) {}

  void unit(const std::string& unit, report::Estimates& rows) {
    const std::string label = unit_label(*study_.survey, unit);
    std::vector<std::pair<std::size_t, PublishedFigure>> figures; // by period
    for (std::size_t period = 0; period < periods_.names.size(); ++period) {
      const SeriesPoint* point = point_of(series_, periods_.names[period], unit);
      if (point == nullptr) {
        continue;
      }
      figures.emplace_back(period, figure_of(series_, *point, 1 - level_));
      Estimate row = row_of(analysis_, series_.id + "/" + label + "/" + periods_.names[period], series_.id, "published", "", Unit::percent);
      row.at = {{"series", series_.id}, {"unit", label}, {"period", periods_.names[period]}};
      fill_published(row, series_, figures.back().second, 1 - level_);
      rows.push_back(row);
    }
    for (std::size_t i = 0; i + 1 < figures.size(); ++i) {
      rows.push_back(difference(label, figures.back(), figures[i]));
      contrasts_[figures[i].first].push_back(rows.size() - 1);
    }
  }

  /// Verdicts: one unit by each p; of several units by Benjamini and Hochberg over the units, contrast by contrast.
  void judge(report::Estimates& rows, bool several) const {
    for (const auto& contrast : contrasts_) {
      std::vector<Estimate*> family;
      for (const std::size_t i : contrast.second) {
        if (rows[i].verdict.empty()) {
          family.push_back(&rows[i]);
        }
      }
      if (several) {
        judge_together(family, study_, "higher", "lower", "no clear change");
      }
      for (Estimate* row : family) {
        judge_alone(*row, study_, "higher", "lower", "no clear change");
      }
    }
  }

private:
  using Placed = std::pair<std::size_t, PublishedFigure>;

  [[nodiscard]] Estimate difference(const std::string& label, const Placed& later, const Placed& earlier) const {
    const std::string& last = periods_.names[later.first];
    const std::string& first = periods_.names[earlier.first];
    Estimate row = row_of(analysis_, series_.id + "/" + label + "/" + last + "-" + first, series_.id, "difference", "published figures",
                          series_.percent ? Unit::percentage_points : Unit::points);
    row.at = {{"series", series_.id}, {"unit", label}, {"period", last}};
    row.versus = {{"period", first}};
    if (break_between(series_, periods_, earlier.first, later.first) != nullptr) {
      not_compared(row);
      return row;
    }
    std::optional<int> apart;
    if (periods_.last_month[later.first] && periods_.last_month[earlier.first]) {
      apart = *periods_.last_month[later.first] - *periods_.last_month[earlier.first];
    }
    const PublishedDifference found = difference_of_periods(series_, later.second, earlier.second, apart, level_);
    row.method = found.method;
    row.estimate = found.contrast.value;
    row.n = later.second.point->n.value_or(report::not_a_number);
    row.n_versus = earlier.second.point->n.value_or(report::not_a_number);
    if (!found.why_not.empty()) {
      row.verdict = "not tested";
      row.flags.emplace_back("untested");
      return row;
    }
    row.std_error = found.contrast.std_error;
    row.statistic = found.contrast.statistic;
    row.p_value = found.contrast.p_value;
    row.conf_level = 1 - level_;
    row.conf_low = found.contrast.low;
    row.conf_high = found.contrast.high;
    if (found.shared_months > 0) {
      row.flags.emplace_back("overlapping");
    }
    return row;
  }

  const Study& study_;
  const PlannedAnalysis& analysis_;
  const PublishedSeries& series_;
  SeriesPeriods periods_;
  double level_;
  std::map<std::size_t, std::vector<std::size_t>> contrasts_; ///< rows by the earlier period
};

} // namespace

ProcedureResult run_published_trend(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  for (const std::string& id : named_in(analysis, "series", "published series")) {
    const PublishedSeries& series = series_named(context, analysis, id);
    const std::vector<std::string> units = units_of(context, analysis, series);
    PublishedTrend trend(context, analysis, series);
    for (const std::string& unit : units) {
      trend.unit(unit, result.rows);
    }
    trend.judge(result.rows, units.size() > 1);
    for (const SeriesBreak& one : series.breaks) {
      result.notes.push_back(fmt::format("{}: figures from {} on are not compared with those before: {}", id, one.from, one.why));
    }
  }
  return result;
}

} // namespace canvass::analysis
