// A share or mean of everybody, by year, area and group: each cell with its interval, and against the rest of the force.

#include "engine/analysis/adds_up.hpp"
#include "engine/analysis/cell_table.hpp"
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

/// Which people each cell of a partition is made of, and what a row says of it.
struct Partition {
  std::string variable; ///< "division", "age_band"; empty for everybody
  Cells cells;
};

/// Shares and means of one wave: of everybody, and cell by cell with the rest.
class Shares {
public:
  Shares(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave)
      : context_(context), study_(context.study.study), analysis_(analysis), wave_(wave), outcomes_(outcomes_in(context, analysis, wave)) {}

  /// The notes say where cells do not average to everybody.
  [[nodiscard]] ProcedureResult rows(const std::vector<Partition>& partitions) const {
    const Cells everybody{std::vector<std::int32_t>(wave_.rows.size(), 0), {""}, {""}};
    const CellTable overall = cell_table(wave_, outcomes_, everybody, survey::WithRest::no);
    std::vector<CellTable> tables;
    for (const Partition& partition : partitions) {
      tables.push_back(cell_table(wave_, outcomes_, partition.cells, survey::WithRest::yes));
    }
    ProcedureResult result;
    report::Estimates& rows = result.rows;
    for (std::size_t j = 0; j < outcomes_.size(); ++j) {
      const std::size_t whole = rows.size();
      rows.push_back(cell_row(outcomes_[j], overall, j, 0, "", {}));
      for (std::size_t p = 0; p < partitions.size(); ++p) {
        const std::size_t first = rows.size();
        add_cells(j, partitions[p], tables[p], rows);
        const std::vector<std::int32_t>& cell = partitions[p].cells.cell;
        if (std::string wrong = does_not_add_up(rows[whole], std::span(rows).subspan(first, partitions[p].cells.ids.size()), cell,
                                                outcomes_[j].values, wave_.design.weights);
            !wrong.empty()) {
          result.notes.push_back(std::move(wrong));
        }
      }
    }
    return result;
  }

private:
  [[nodiscard]] std::string part_of(const WaveOutcome& outcome) const { return outcome.id + "/" + study_.waves[wave_.wave].id; }

  [[nodiscard]] Estimate cell_row(const WaveOutcome& outcome, const CellTable& table, std::size_t j, std::size_t cell,
                                  const std::string& part, const report::Levels& at) const {
    Estimate row = estimate_row(analysis_, part_of(outcome) + part, outcome.id, outcome.share);
    row.at = {{"wave", study_.waves[wave_.wave].id}};
    row.at.insert(row.at.end(), at.begin(), at.end());
    fill_estimate(row, table.cube.at(j, cell), outcome.share, *context_.sample, study_);
    row.count = table.count(j, cell);
    return row;
  }

  /// Every cell, then each that anybody answered against everybody else who is in any.
  void add_cells(std::size_t j, const Partition& partition, const CellTable& table, report::Estimates& rows) const {
    const WaveOutcome& outcome = outcomes_[j];
    const std::vector<std::string>& ids = partition.cells.ids;
    const std::size_t first = rows.size();
    std::vector<std::size_t> compared;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      rows.push_back(cell_row(outcome, table, j, i, "/" + partition.variable + "/" + ids[i], {{partition.variable, ids[i]}}));
      if (table.cube.at(j, i).n > 0 && table.cube.rest(j, i).rest.n > 0) {
        compared.push_back(i);
      }
    }
    if (compared.size() < 2) {
      return;
    }
    std::vector<Estimate> contrasts;
    const double level = study_.plan.significance_level;
    for (const std::size_t i : compared) {
      const survey::RestOfCell& rest = table.cube.rest(j, i);
      Estimate row = row_of(analysis_, part_of(outcome) + "/" + partition.variable + "/" + ids[i] + "/rest", outcome.id, "difference",
                            "against the rest, t", outcome.share ? Unit::percentage_points : Unit::points);
      row.at = {{"wave", study_.waves[wave_.wave].id}, {partition.variable, ids[i]}};
      row.versus = {{partition.variable, "rest"}};
      row.family = analysis_.id + "/" + outcome.id + "/" + partition.variable;
      const Comparing how{outcome.share, level, wave_.df};
      fill_difference(row, against_rest(table.cube.at(j, i), rest, how), how, *context_.sample);
      row.n = static_cast<double>(table.cube.at(j, i).n);
      row.n_versus = static_cast<double>(rest.rest.n);
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

  const Context& context_;
  const Study& study_;
  const PlannedAnalysis& analysis_;
  const WaveSample& wave_;
  std::vector<WaveOutcome> outcomes_;
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
  std::vector<Partition> partitions;
  for (std::size_t level = 0; level < tree.levels.size(); ++level) {
    Partition partition{tree.levels[level], cells_of_level(context.study, last, level)};
    if (partition.cells.ids.size() > 1) {
      partitions.push_back(std::move(partition));
    }
  }
  return Shares(context, analysis, last).rows(partitions);
}

ProcedureResult run_subgroup_shares(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::vector<std::string> by = named_in(analysis, "by", "the questions that make the groups, such as by: \"sex age_band\"");
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& last = sample.waves.back();
  std::vector<Partition> partitions;
  for (const std::string& variable : by) {
    partitions.push_back({variable, cells_of_variable(context.study, context.dataset, last, variable)});
  }
  return Shares(context, analysis, last).rows(partitions);
}

} // namespace canvass::analysis
