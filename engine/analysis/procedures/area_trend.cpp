// Every area year by year, and its last year against the one before and the first. Separate samples.

#include "engine/analysis/cell_table.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

/// One wave's outcomes, in the areas of the level that the table is of.
struct Year {
  const WaveSample* wave = nullptr;
  std::vector<WaveOutcome> outcomes;
  CellTable table;

  [[nodiscard]] const survey::CubeCell* cell(const std::string& outcome, std::size_t area) const {
    const auto found = std::find_if(outcomes.begin(), outcomes.end(), [&](const WaveOutcome& one) { return one.id == outcome; });
    return found == outcomes.end() ? nullptr : &table.cube.at(static_cast<std::size_t>(found - outcomes.begin()), area);
  }
};

} // namespace

ProcedureResult run_area_trend(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Study& study = context.study.study;
  const Sample& sample = sample_for(context, analysis);
  const AreaTree& tree = study.survey->areas;
  const double alpha = study.plan.significance_level;
  if (sample.waves.empty()) {
    return result;
  }
  std::vector<Year> years;
  for (const WaveSample& wave : sample.waves) {
    years.push_back({&wave, outcomes_in(context, analysis, wave), {}});
  }
  for (std::size_t level = 0; level < tree.levels.size(); ++level) {
    const std::vector<std::string> areas = cells_of_level(context.study, sample.waves.back(), level).ids;
    if (areas.size() < 2) {
      continue;
    }
    for (Year& year : years) {
      year.table = cell_table(*year.wave, year.outcomes, cells_of_level(context.study, *year.wave, level), survey::WithRest::no);
    }
    const auto at = [&](const Year& year, std::size_t area) {
      return report::Levels{{"wave", study.waves[year.wave->wave].id}, {tree.levels[level], areas[area]}};
    };
    const Year& last = years.back();
    for (std::size_t area = 0; area < areas.size(); ++area) {
      for (const Year& year : years) {
        for (std::size_t j = 0; j < year.outcomes.size(); ++j) {
          const WaveOutcome& outcome = year.outcomes[j];
          Estimate row =
              estimate_row(analysis, outcome.id + "/" + study.waves[year.wave->wave].id + "/" + areas[area], outcome.id, outcome.share);
          row.at = at(year, area);
          fill_estimate(row, year.table.cube.at(j, area), outcome.share, sample, study);
          row.count = year.table.count(j, area);
          result.rows.push_back(std::move(row));
        }
      }
      for (const WaveOutcome& outcome : last.outcomes) {
        for (std::size_t i = 0; i + 1 < years.size(); ++i) {
          const bool compared = i == 0 || i + 2 == years.size(); // the first year, and the one before
          const survey::CubeCell* earlier = compared ? years[i].cell(outcome.id, area) : nullptr;
          const survey::CubeCell& now = *last.cell(outcome.id, area);
          if (earlier == nullptr || earlier->n == 0 || now.n == 0) {
            continue;
          }
          const std::string& earlier_wave = study.waves[years[i].wave->wave].id;
          Estimate row = row_of(analysis, outcome.id + "/" + study.waves[last.wave->wave].id + "-" + earlier_wave + "/" + areas[area],
                                outcome.id, "difference", "separate samples, t", outcome.share ? Unit::percentage_points : Unit::points);
          row.at = at(last, area);
          row.versus = {{"wave", earlier_wave}, {tree.levels[level], areas[area]}};
          const Comparing how{outcome.share, alpha};
          fill_difference(row, difference_of_samples(now, *earlier, how), how, sample);
          row.n = static_cast<double>(now.n);
          row.n_versus = static_cast<double>(earlier->n);
          judge_alone(row, study, "higher", "lower", "no clear change");
          if (break_between(context.study, outcome.id, years[i].wave->wave, last.wave->wave) != nullptr) {
            not_compared(row);
          }
          result.rows.push_back(std::move(row));
        }
      }
    }
  }
  return result;
}

} // namespace canvass::analysis
