#ifndef CANVASS_ENGINE_ANALYSIS_SAMPLE_HPP
#define CANVASS_ENGINE_ANALYSIS_SAMPLE_HPP

#include "engine/dataset/dataset.hpp"
#include "engine/study/model.hpp"
#include "engine/survey/calibration.hpp"
#include "engine/survey/design.hpp"
#include "engine/survey/prepared.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The answers of a public survey as samples of everybody: one a wave, with weights and design.
namespace canvass::analysis {

struct WaveSample {
  std::size_t wave = 0;
  std::vector<std::size_t> rows; ///< of the dataset; everything below has one entry each
  survey::Design design;         ///< weights as they are to be used
  /// The same with its units numbered and its calibration factorised, once for all estimates; looks at `design`.
  std::shared_ptr<const survey::PreparedDesign> prepared;
  double df = 0; ///< of the whole design
  std::vector<std::int32_t> area;
  std::optional<survey::CalibrationReport> weighting; ///< absent: nothing to calibrate to
  std::vector<survey::ResponseCell> asked;            ///< by area and stratum of the dispatch list; empty without one

  /// Values of the dataset's rows, taken for the rows of this wave.
  [[nodiscard]] std::vector<double> of(std::span<const double> by_row) const;
};

struct Sample {
  Sample() = default;
  Sample(Sample&&) = default; ///< never copied: each wave's prepared design looks at its design
  Sample& operator=(Sample&&) = default;
  std::vector<WaveSample> waves;   ///< those with answers, in order
  bool speaks_of_everybody = true; ///< a census or probability sample: intervals and tests speak of people, not of answers
  std::vector<std::string> notes;  ///< what a reader must be told of weights and design

  [[nodiscard]] const WaveSample* of(std::size_t wave) const;
};

/// Base weights (given; or people over questionnaires sent, by area; or 1), times the factors of classes of non-response; the draw as
/// `design` gives it, else strata, clusters and finite populations; calibrated as the study's `weights` say; replicates where it asks for
/// them. Estimates from it use so many threads (0 = all of the machine). @throws DomainError margins that cannot be met,
/// missing weights
Sample sample_of(const LoadedStudy& study, const Dataset& dataset, unsigned threads = 0);

/// A partition of a wave's people: each of the rows is in one cell, or in none (-1).
struct Cells {
  std::vector<std::int32_t> cell;
  std::vector<std::string> ids, labels; ///< one a cell
};
/// The areas of a level of the tree; only areas that the tree names, in its order.
Cells cells_of_level(const LoadedStudy& study, const WaveSample& sample, std::size_t level);
/// The answers to a select_one variable; ids are codes.
Cells cells_of_variable(const LoadedStudy& study, const Dataset& dataset, const WaveSample& sample, std::string_view variable);
/// A level of the areas, or a select_one variable. @throws InputError neither
Cells cells_by(const LoadedStudy& study, const Dataset& dataset, const WaveSample& sample, std::string_view name);
/// What the cells that cells_by makes are called in a plan and in rows: codes of the areas of a level, or of the answers to a question;
/// none where the name is neither.
std::vector<std::string> levels_of(const LoadedStudy& study, const std::string& name);

} // namespace canvass::analysis

#endif
