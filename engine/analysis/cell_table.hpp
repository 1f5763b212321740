#ifndef CANVASS_ENGINE_ANALYSIS_CELL_TABLE_HPP
#define CANVASS_ENGINE_ANALYSIS_CELL_TABLE_HPP

#include "engine/analysis/procedure.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/survey/cube.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// Many outcomes of one wave in the cells of one partition, all at once.
namespace canvass::analysis {

/// One outcome of the people of a wave, ready for a cube.
struct WaveOutcome {
  std::string id;
  bool share = true;                ///< else a mean
  std::vector<double> values;       ///< of the wave's rows; NaN out of its base
  std::vector<std::uint8_t> answer; ///< of a share: 1, 0, or 255 out of its base
};

/// The analysis' outcomes that anybody of the wave answered. @throws InputError an outcome that is not there
std::vector<WaveOutcome> outcomes_in(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave);

/// Estimates by outcome and cell, in the order of both.
struct CellTable {
  survey::Cube cube;          ///< of a mean, `share` is the mean
  std::vector<double> counts; ///< those who do; NaN of a mean
  [[nodiscard]] double count(std::size_t outcome, std::size_t cell) const { return counts[outcome * cube.domains + cell]; }
};

CellTable cell_table(const WaveSample& wave, std::span<const WaveOutcome> outcomes, const Cells& cells, survey::WithRest with_rest);

} // namespace canvass::analysis

#endif
