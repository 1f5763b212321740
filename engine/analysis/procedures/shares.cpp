// A share or mean of everybody, by year, area and group: each cell with its interval, and against the rest of the force.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

/// Rows of one outcome of one wave.
class Shares {
public:
  Shares(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave, std::string outcome)
      : context_(context), study_(context.study.study), analysis_(analysis), wave_(wave), outcome_(std::move(outcome)),
        share_(is_share_outcome(context.study, outcome_)), values_(wave.of(outcome_by_row(context.study, context.dataset, outcome_))),
        part_(outcome_ + "/" + study_.waves[wave.wave].id) {}

  [[nodiscard]] bool answered() const {
    return std::any_of(values_.begin(), values_.end(), [](double value) { return !std::isnan(value); });
  }

  void overall(report::Estimates& rows) const {
    const std::vector<std::int32_t> everybody(values_.size(), 0);
    rows.push_back(cell_row(part_, survey::domain_means(*wave_.prepared, values_, everybody, 1), 0, {}));
    count_those_who_do(rows.back(), everybody, 0);
  }

  /// Every cell, and each against everybody who is not in it.
  void cells(const std::string& variable, const Cells& cells, report::Estimates& rows) const {
    const std::size_t k = cells.ids.size();
    const survey::Estimates means = survey::domain_means(*wave_.prepared, values_, cells.cell, k);
    const std::size_t first = rows.size();
    for (std::size_t i = 0; i < k; ++i) {
      rows.push_back(cell_row(part_ + "/" + variable + "/" + cells.ids[i], means, i, {{variable, cells.ids[i]}}));
      count_those_who_do(rows.back(), cells.cell, static_cast<std::int32_t>(i));
    }
    // The rest of a cell is everybody else who is in any: its mean follows from the cells' means and their weights.
    const std::vector<double> weights = weight_of_cells(wave_, values_, cells.cell, k);
    std::vector<std::size_t> compared;
    for (std::size_t i = 0; i < k; ++i) {
      if (means.n[i] > 0 && means.n[i] < everyone(means)) {
        compared.push_back(i);
      }
    }
    if (compared.size() < 2) {
      return;
    }
    std::vector<Estimate> contrasts;
    const double level = study_.plan.significance_level;
    for (const std::size_t i : compared) {
      Estimate row = row_of(analysis_, part_ + "/" + variable + "/" + cells.ids[i] + "/rest", outcome_, "difference", "against the rest, t",
                            share_ ? Unit::percentage_points : Unit::points);
      row.at = {{"wave", study_.waves[wave_.wave].id}, {variable, cells.ids[i]}};
      row.versus = {{variable, "rest"}};
      row.family = analysis_.id + "/" + outcome_ + "/" + variable;
      fill_difference(row, against_rest(means, weights, i, level), share_, *context_.sample, level);
      row.n = static_cast<double>(means.n[i]);
      row.n_versus = static_cast<double>(everyone(means) - means.n[i]);
      contrasts.push_back(std::move(row));
    }
    std::vector<Estimate*> family;
    for (Estimate& row : contrasts) {
      family.push_back(&row);
    }
    judge_together(family, study_, "higher", "lower", "not told apart");
    for (std::size_t i = 0; i < compared.size(); ++i) {
      rows[first + compared[i]].verdict = contrasts[i].verdict;
    }
    std::move(contrasts.begin(), contrasts.end(), std::back_inserter(rows));
  }

private:
  [[nodiscard]] Estimate cell_row(const std::string& part, const survey::Estimates& means, std::size_t i, const report::Levels& at) const {
    Estimate row = row_of(analysis_, part, outcome_, share_ ? "proportion" : "mean",
                          share_ ? "weighted share, Korn-Graubard" : "weighted mean, t", share_ ? Unit::percent : Unit::points);
    row.at = {{"wave", study_.waves[wave_.wave].id}};
    row.at.insert(row.at.end(), at.begin(), at.end());
    fill_estimate(row, means, i, share_, *context_.sample, study_);
    return row;
  }

  void count_those_who_do(Estimate& row, const std::vector<std::int32_t>& cell, std::int32_t wanted) const {
    if (!share_) {
      return;
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      count += cell[i] == wanted && values_[i] == 1 ? 1U : 0U;
    }
    row.count = static_cast<double>(count);
  }

  static std::size_t everyone(const survey::Estimates& means) {
    std::size_t n = 0;
    for (const std::size_t one : means.n) {
      n += one;
    }
    return n;
  }

  const Context& context_;
  const Study& study_;
  const PlannedAnalysis& analysis_;
  const WaveSample& wave_;
  std::string outcome_;
  bool share_;
  std::vector<double> values_;
  std::string part_;
};

} // namespace

ProcedureResult run_area_shares(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& last = sample.waves.back();
  const AreaTree& tree = context.study.study.survey->areas;
  for (const std::string& outcome : outcomes_of(context.study, analysis)) {
    const Shares shares(context, analysis, last, outcome);
    if (!shares.answered()) {
      continue;
    }
    shares.overall(result.rows);
    for (std::size_t level = 0; level < tree.levels.size(); ++level) {
      const Cells cells = cells_of_level(context.study, last, level);
      if (cells.ids.size() > 1) {
        shares.cells(tree.levels[level], cells, result.rows);
      }
    }
  }
  return result;
}

ProcedureResult run_subgroup_shares(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::vector<std::string> by = named_in(analysis, "by", "the questions that make the groups, such as by: \"sex age_band\"");
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& last = sample.waves.back();
  for (const std::string& outcome : outcomes_of(context.study, analysis)) {
    const Shares shares(context, analysis, last, outcome);
    if (!shares.answered()) {
      continue;
    }
    shares.overall(result.rows);
    for (const std::string& variable : by) {
      shares.cells(variable, cells_of_variable(context.study, context.dataset, last, variable), result.rows);
    }
  }
  return result;
}

} // namespace canvass::analysis
