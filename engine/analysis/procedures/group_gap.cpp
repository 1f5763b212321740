// The gap between two groups of people, with its interval; and an outcome over an ordered question: its trend, and any difference.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/survey/prepared.hpp"
#include "engine/survey/tables.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

ProcedureResult run_group_gap(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::string by = named_in(analysis, "by", "the question that makes the groups").front();
  const std::vector<std::string> first = named_in(analysis, "group", "codes of the first group");
  const auto second = analysis.options.find("against");
  const Study& study = context.study.study;
  const double level = study.plan.significance_level;
  for (const WaveSample& wave : sample.waves) {
    const Cells cells = cells_of_variable(context.study, context.dataset, wave, by);
    const std::string& name = study.waves[wave.wave].id;
    std::vector<std::int32_t> group(cells.cell.size(), -1);
    const auto side_of = [&](const std::string& code) -> std::int32_t {
      if (std::find(first.begin(), first.end(), code) != first.end()) {
        return 0;
      }
      if (second == analysis.options.end()) {
        return 1;
      }
      for (const std::string_view other : split(second->second, ' ')) {
        if (other == code) {
          return 1;
        }
      }
      return -1;
    };
    for (std::size_t i = 0; i < group.size(); ++i) {
      group[i] = cells.cell[i] < 0 ? -1 : side_of(cells.ids[static_cast<std::size_t>(cells.cell[i])]);
    }
    for (const std::string& outcome : outcomes_of(context.study, analysis)) {
      const bool share = is_share_outcome(context.study, outcome);
      const std::vector<double> values = wave.of(outcome_by_row(context.study, context.dataset, outcome));
      const survey::Estimates means = survey::domain_means(*wave.prepared, values, group, 2);
      for (const std::size_t side : {0U, 1U}) {
        const std::string id = side == 0 ? "group" : "against";
        Estimate row = estimate_row(analysis, outcome + "/" + name + "/" + id, outcome, share);
        row.at = {{"wave", name}, {by, id}};
        fill_estimate(row, means, side, share, sample, study);
        result.rows.push_back(row);
      }
      if (means.n[0] == 0 || means.n[1] == 0) {
        continue;
      }
      Estimate row = row_of(analysis, outcome + "/" + name + "/gap", outcome, "difference", "one covariance matrix, t",
                            share ? Unit::percentage_points : Unit::points);
      row.at = {{"wave", name}, {by, "group"}};
      row.versus = {{by, "against"}};
      const Comparing how{share, level, wave.df};
      fill_difference(row, difference_within(means, 0, 1, how), how, sample);
      row.n = static_cast<double>(means.n[0]);
      row.n_versus = static_cast<double>(means.n[1]);
      judge_alone(row, study, "higher", "lower", "not told apart");
      result.rows.push_back(row);
    }
  }
  return result;
}

ProcedureResult run_trend_over_groups(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::string by = named_in(analysis, "by", "the ordered question").front();
  if (sample.waves.empty()) {
    return result;
  }
  if (!sample.speaks_of_everybody) {
    throw DomainError("a trend test speaks of people; of a sample that chance did not draw it cannot");
  }
  const WaveSample& wave = sample.waves.back();
  const Study& study = context.study.study;
  const Cells cells = by_code(cells_of_variable(context.study, context.dataset, wave, by));
  std::vector<double> codes;
  for (const std::string& id : cells.ids) {
    codes.push_back(static_cast<double>(parse_int64(id).value_or(0)));
  }
  const survey::PreparedDesign& design = *wave.prepared;
  for (const std::string& outcome : outcomes_of(context.study, analysis)) {
    const bool share = is_share_outcome(context.study, outcome);
    const std::vector<double> values = wave.of(outcome_by_row(context.study, context.dataset, outcome));
    const std::string part = outcome + "/" + study.waves[wave.wave].id;
    const survey::Estimates means = survey::domain_means(design, values, cells.cell, cells.ids.size());
    for (std::size_t i = 0; i < cells.ids.size(); ++i) {
      Estimate row = estimate_row(analysis, part + "/" + cells.ids[i], outcome, share);
      row.at = {{"wave", study.waves[wave.wave].id}, {by, cells.ids[i]}};
      fill_estimate(row, means, i, share, sample, study);
      result.rows.push_back(row);
    }
    const survey::TrendTest test = survey::trend_test(design, values, cells.cell, codes, 1 - study.plan.significance_level);
    Estimate row = row_of(analysis, part + "/slope", outcome, "slope", "linear trend over the codes of the answers, t",
                          share ? Unit::percentage_points : Unit::points);
    row.at = {{"wave", study.waves[wave.wave].id}, {"over", by}};
    fill(row, test.slope);
    if (share) {
      for (double Estimate::*field : {&Estimate::estimate, &Estimate::std_error, &Estimate::conf_low, &Estimate::conf_high}) {
        row.*field *= 100;
      }
    }
    row.n = static_cast<double>(test.n);
    row.n_missing = static_cast<double>(test.missing);
    judge_alone(row, study, "rises", "falls", "no clear trend");
    result.rows.push_back(row);
    if (share) { // any difference, in order or not
      std::vector<std::int32_t> answer;
      answer.reserve(values.size());
      for (const double value : values) {
        answer.push_back(std::isnan(value) ? -1 : value > 0 ? 1 : 0);
      }
      try {
        const survey::IndependenceTest any = survey::independence_test(design, cells.cell, answer);
        result.rows.push_back(association_row(analysis, part + "/association", outcome, row.at, any));
        judge_association(result.rows.back(), study);
      } catch (const DomainError& error) {
        result.notes.push_back(outcome + " by " + by + " is not tested for any difference: " + error.what());
      }
    }
  }
  return result;
}

} // namespace canvass::analysis
