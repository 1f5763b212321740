// A share or mean year by year, each with its own interval, and the last year against each before it. Separate samples.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/published.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/survey/ranks_of_units.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

/// What the last wave is held against, drawn and given as `reference`; never a test (kpi_status tests).
double target_of(const PlannedAnalysis& analysis) {
  const auto option = analysis.options.find("target");
  if (option == analysis.options.end()) {
    return report::not_a_number;
  }
  const auto target = parse_double(trim(option->second));
  if (!target) {
    throw InputError(analysis.at, fmt::format("analysis {}: `target` is a number (\"{}\")", analysis.id, option->second));
  }
  return *target;
}

/// Published figures of the same question from before the first wave: shown, and the last wave less each of them.
void add_earlier_figures(const Context& context, const PlannedAnalysis& analysis, const std::string& outcome, const survey::Estimates& last,
                         std::size_t last_wave, ProcedureResult& result) {
  const Study& study = context.study.study;
  const std::string& last_name = study.waves[last_wave].id;
  const double level = study.plan.significance_level;
  const bool cut = break_between(context.study, outcome, 0, last_wave) != nullptr;
  for (const std::string& id : named_in(analysis, "series", "a published series of the same question")) {
    const PublishedSeries& series = series_named(context, analysis, id);
    if (const std::string why = why_not_joined(context.study, outcome, series); !why.empty()) {
      throw InputError(analysis.at, fmt::format("analysis {} joins what is no one series: {}; leave `outcome` out to show the series by "
                                                "itself",
                                                analysis.id, why));
    }
    const auto own = own_unit(*study.survey, series);
    const SeriesPeriods periods = periods_of(series);
    for (std::size_t i = 0; own && i < periods.names.size(); ++i) {
      const SeriesPoint* point = point_of(series, periods.names[i], *own);
      if (point == nullptr) {
        continue;
      }
      const PublishedFigure figure = figure_of(series, *point, 1 - level);
      const std::string part = outcome + "/" + id + "/" + periods.names[i];
      Estimate row = row_of(analysis, part, outcome, "published", "", Unit::percent);
      row.at = {{"series", id}, {"period", periods.names[i]}};
      fill_published(row, series, figure, 1 - level);
      result.rows.push_back(row);
      Estimate change = row_of(analysis, outcome + "/" + last_name + "-" + id + "/" + periods.names[i], outcome, "difference",
                               "separate samples, t", Unit::percentage_points);
      change.at = {{"wave", last_name}};
      change.versus = {{"series", id}, {"period", periods.names[i]}};
      if (!cut && break_between(series, periods, i, periods.names.size() - 1) == nullptr && figure.has_error()) {
        survey::Estimates before =
            survey::independent_units(std::vector<double>{point->value / 100}, std::vector<double>{figure.std_error() / 100});
        const Comparing how{true, level};
        fill_difference(change, difference_of_samples(survey::cell_of(last, 0), survey::cell_of(before, 0), how), how, *context.sample);
        judge_alone(change, study, "higher", "lower", "no clear change");
        change.n = static_cast<double>(last.n[0]);
      } else if (figure.has_error()) {
        not_compared(change);
      } else {
        change.estimate = 100 * last.values[0] - point->value;
        change.verdict = "not tested";
        change.flags.emplace_back("untested");
      }
      result.rows.push_back(change);
    }
  }
}

} // namespace

ProcedureResult run_trend(const Context& context, const PlannedAnalysis& analysis) {
  const bool published = analysis.options.contains("series");
  if (published && analysis.outcome.empty()) {
    static_cast<void>(sample_for(context, analysis)); // a study of the public
    return run_published_trend(context, analysis);
  }
  ProcedureResult result;
  const double target = target_of(analysis);
  std::set<const SeriesBreak*> met; // in the way of a comparison
  const Study& study = context.study.study;
  const Sample& sample = sample_for(context, analysis);
  const double level = study.plan.significance_level;
  for (const std::string& outcome : outcomes_of(context.study, analysis)) {
    const bool share = is_share_outcome(context.study, outcome);
    const std::vector<double> by_row = outcome_by_row(context.study, context.dataset, outcome);
    struct Year {
      const WaveSample* wave = nullptr;
      survey::Estimates mean;
      std::size_t row = 0; ///< of the result
    };
    std::vector<Year> years;
    for (const WaveSample& wave : sample.waves) {
      const std::vector<double> values = wave.of(by_row);
      if (std::all_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) {
        continue; // this year asked something else
      }
      const std::vector<std::int32_t> everybody(values.size(), 0);
      const std::string& name = study.waves[wave.wave].id;
      Estimate row = estimate_row(analysis, outcome + "/" + name, outcome, share);
      row.at = {{"wave", name}};
      years.push_back({&wave, survey::domain_means(*wave.prepared, values, everybody, 1), result.rows.size()});
      fill_estimate(row, years.back().mean, 0, share, sample, study);
      if (share) {
        row.count = static_cast<double>(std::count(values.begin(), values.end(), 1.0));
      }
      result.rows.push_back(row);
    }
    for (std::size_t i = 0; i + 1 < years.size(); ++i) {
      const Year& earlier = years[i];
      const Year& last = years.back();
      const std::string& later_name = study.waves[last.wave->wave].id;
      const std::string& earlier_name = study.waves[earlier.wave->wave].id;
      Estimate row = row_of(analysis, outcome + "/" + later_name + "-" + earlier_name, outcome, "difference", "separate samples, t",
                            share ? Unit::percentage_points : Unit::points);
      row.at = {{"wave", later_name}};
      row.versus = {{"wave", earlier_name}};
      const Comparing how{share, level};
      fill_difference(row, difference_of_samples(survey::cell_of(last.mean, 0), survey::cell_of(earlier.mean, 0), how), how, sample);
      row.n = static_cast<double>(last.mean.n[0]);
      row.n_versus = static_cast<double>(earlier.mean.n[0]);
      judge_alone(row, study, "higher", "lower", "no clear change");
      if (const SeriesBreak* cut = break_between(context.study, outcome, earlier.wave->wave, last.wave->wave)) {
        not_compared(row);
        met.insert(cut);
      }
      result.rows.push_back(row);
    }
    if (!years.empty()) {
      result.rows[years.back().row].reference = target;
      if (published) {
        add_earlier_figures(context, analysis, outcome, years.back().mean, years.back().wave->wave, result);
      }
    }
  }
  for (const SeriesBreak& one : study.survey->breaks) {
    if (met.contains(&one)) {
      result.notes.push_back(fmt::format("answers from {} on are not compared with those before: {}", one.from, one.why));
    }
  }
  return result;
}

} // namespace canvass::analysis
