#include "engine/analysis/cell_table.hpp"

#include "engine/analysis/survey_rows.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

std::vector<WaveOutcome> outcomes_in(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave) {
  std::vector<WaveOutcome> outcomes;
  for (const std::string& id : outcomes_of(context.study, analysis)) {
    WaveOutcome outcome{id, is_share_outcome(context.study, id), wave.of(outcome_by_row(context.study, context.dataset, id)), {}};
    if (std::all_of(outcome.values.begin(), outcome.values.end(), [](double value) { return std::isnan(value); })) {
      continue; // this wave asked something else
    }
    for (std::size_t i = 0; outcome.share && i < outcome.values.size(); ++i) {
      outcome.answer.push_back(std::isnan(outcome.values[i]) ? 255 : outcome.values[i] == 1 ? 1 : 0);
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

CellTable cell_table(const WaveSample& wave, std::span<const WaveOutcome> outcomes, const Cells& cells, survey::WithRest with_rest) {
  const std::size_t k = cells.ids.size();
  const bool rests = with_rest == survey::WithRest::yes;
  std::vector<std::span<const std::uint8_t>> answers;
  for (const WaveOutcome& outcome : outcomes) {
    if (outcome.share) {
      answers.emplace_back(outcome.answer);
    }
  }
  const survey::Cube shares = survey::share_cube(*wave.prepared, answers, cells.cell, k, with_rest);
  CellTable table{{outcomes.size(), k, {}, {}}, std::vector<double>(outcomes.size() * k, report::not_a_number)};
  std::size_t share = 0;
  for (std::size_t j = 0; j < outcomes.size(); ++j) {
    const WaveOutcome& outcome = outcomes[j];
    if (!outcome.share) {
      const survey::Estimates means = survey::domain_means(*wave.prepared, outcome.values, cells.cell, k);
      for (std::size_t d = 0; d < k; ++d) {
        table.cube.cells.push_back(survey::cell_of(means, d));
        if (rests) {
          table.cube.rests.push_back(survey::rest_of_domain(*wave.prepared, outcome.values, cells.cell, static_cast<std::int32_t>(d)));
        }
      }
      continue;
    }
    double* counts = table.counts.data() + j * k;
    for (std::size_t d = 0; d < k; ++d) {
      counts[d] = 0;
      table.cube.cells.push_back(shares.at(share, d));
      if (rests) {
        table.cube.rests.push_back(shares.rest(share, d));
      }
    }
    ++share;
    for (std::size_t i = 0; i < cells.cell.size(); ++i) {
      if (cells.cell[i] >= 0 && outcome.answer[i] == 1) {
        counts[cells.cell[i]] += 1;
      }
    }
  }
  return table;
}

} // namespace canvass::analysis
