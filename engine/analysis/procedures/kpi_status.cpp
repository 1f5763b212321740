// The board's scoreboard: each line's value, its target, and whether it was met, missed or cannot be told.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/published.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/study/table_checks.hpp"
#include "engine/study/table_formula.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

Unit unit_of(const std::string& unit) {
  return unit == "%" ? Unit::percent : unit == "points" ? Unit::points : unit == "count" ? Unit::count : Unit::none;
}

/// met: the whole interval reaches the target; missed: none of it does; else not clear. A count has no interval: it is what it is.
/// `estimated`: the number is an estimate, and tells nothing where it has no interval.
std::string status_of(const Estimate& row, const Kpi& kpi, bool estimated) {
  if (!kpi.target || kpi.desired_direction == Direction::none || !std::isfinite(row.estimate)) {
    return std::isfinite(row.estimate) ? "no target" : "no data";
  }
  const bool has_flag = std::find(row.flags.begin(), row.flags.end(), "chance_only") != row.flags.end();
  if (estimated && (has_flag || !std::isfinite(row.conf_low) || !std::isfinite(row.conf_high))) {
    return "not clear";
  }
  const bool up = kpi.desired_direction == Direction::up;
  const double low = estimated ? row.conf_low : row.estimate;
  const double high = estimated ? row.conf_high : row.estimate;
  if (up ? low >= *kpi.target : high <= *kpi.target) {
    return "met";
  }
  return (up ? high < *kpi.target : low > *kpi.target) ? "missed" : "not clear";
}

void from_indicator(const Context& context, const Sample& sample, const Kpi& kpi, Estimate& row) {
  if (sample.waves.empty()) {
    return;
  }
  const WaveSample& last = sample.waves.back();
  const std::vector<double> values = last.of(outcome_by_row(context.study, context.dataset, kpi.indicator));
  const std::vector<std::int32_t> everybody(values.size(), 0);
  row.at.emplace_back("wave", context.study.study.waves[last.wave].id);
  row.outcome = kpi.indicator;
  const bool share = is_share_outcome(context.study, kpi.indicator);
  row.method = share ? "weighted share, Korn-Graubard" : "weighted mean, t";
  fill_estimate(row, survey::domain_means(*last.prepared, values, everybody, 1), 0, share, sample, context.study.study);
  row.count = share ? static_cast<double>(std::count(values.begin(), values.end(), 1.0)) : report::not_a_number;
}

/// The last period's number; by time, wherever it stands in the file.
const SeriesPoint* last_point(const PublishedSeries& series, const std::string& unit) {
  const SeriesPeriods periods = periods_of(series);
  const SeriesPoint* last = nullptr;
  for (const std::string& period : periods.names) {
    const SeriesPoint* point = point_of(series, period, unit);
    last = point != nullptr ? point : last;
  }
  return last;
}

void from_series(const PublicSurvey& setup, const Kpi& kpi, double level, Estimate& row) {
  for (const PublishedSeries& series : setup.series) {
    if (series.id != kpi.series) {
      continue;
    }
    const SeriesPoint* last = last_point(series, kpi.series_unit);
    if (last == nullptr) {
      return;
    }
    row.at.emplace_back("period", last->period);
    row.method = "published: " + series.source;
    row.estimate = last->value;
    row.n = last->n.value_or(report::not_a_number);
    const PublishedFigure figure = figure_of(series, *last, level);
    if (figure.has_error()) {
      row.conf_low = figure.low;
      row.conf_high = figure.high;
    } else {
      row.flags.emplace_back("untested");
    }
  }
}

/// A cell as written; but where it is the printed percentage of a ratio that the table is checked for, the ratio itself: 999 of 1,000
/// print as 100 % and are not all.
void from_table(const PublicSurvey& setup, const Kpi& kpi, Estimate& row) {
  const AdminTable* table = setup.table(kpi.table);
  const std::size_t column = table == nullptr ? AdminTable::npos : table->column(kpi.table_column);
  const std::size_t line = table == nullptr ? AdminTable::npos : table->row(kpi.table_row);
  if (column == AdminTable::npos || line == AdminTable::npos) {
    return;
  }
  row.method = "counted: " + table->source;
  for (const AdminTable::Check& check : table->checks) {
    if (check.kind == AdminTable::Check::Kind::ratio && table->column(check.column) == column) {
      if (const auto percent = ratio_percent(*table, check.expression, line)) {
        row.estimate = *percent;
        row.method = "counted, " + check.expression + ": " + table->source;
        return;
      }
    }
  }
  const auto number = parse_table_number(table->cells[line][column]);
  row.estimate = number ? number->value : report::not_a_number;
}

} // namespace

ProcedureResult run_kpi_status(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const PublicSurvey& setup = *context.study.study.survey;
  for (const Kpi& kpi : setup.kpis) {
    Estimate row = row_of(analysis, kpi.code, kpi.code, "kpi", "no data", unit_of(kpi.unit));
    row.at = {{"kpi", kpi.code}};
    if (!kpi.indicator.empty()) {
      from_indicator(context, sample, kpi, row);
    } else if (!kpi.series.empty()) {
      from_series(setup, kpi, 1 - context.study.study.plan.significance_level, row);
    } else if (!kpi.table.empty()) {
      from_table(setup, kpi, row);
    }
    row.reference = kpi.target.value_or(report::not_a_number);
    row.verdict = status_of(row, kpi, !kpi.indicator.empty() || !kpi.series.empty());
    result.rows.push_back(row);
  }
  return result;
}

} // namespace canvass::analysis
