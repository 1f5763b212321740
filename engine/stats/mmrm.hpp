#ifndef CANVASS_ENGINE_STATS_MMRM_HPP
#define CANVASS_ENGINE_STATS_MMRM_HPP

#include "engine/stats/mixed.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

/// A model for repeated measures and the covariance of the waves within a person.
struct MmrmFit {
  MixedFit model;    ///< theta: lower triangle of the covariance, row by row (11, 21, 22, 31, 32, 33 ...)
  Matrix covariance; ///< waves x waves
};

/// Mixed model for repeated measures: any fixed design, unstructured covariance over 2..8 waves, REML, incomplete people kept (valid when
/// data are missing at random). `design` is n x p; person and wave (0 .. waves-1) name each row; rows with a NaN in y or design are left
/// out and counted. Newton with analytic derivatives on the log-Cholesky factor; deterministic.
/// Throws DomainError, in words, where the data cannot bear it: design without full rank, two rows of one person in one wave, a wave
/// nobody answered or that does not vary, two waves nobody answered both of, a covariance that is not positive definite.
MmrmFit mmrm(const Matrix& design, std::span<const double> y, std::span<const std::size_t> person, std::span<const std::size_t> wave,
             std::size_t waves);

/// "No arm": the contrast is a change within one arm.
inline constexpr std::size_t no_arm = static_cast<std::size_t>(-1);

/// One contrast of cell means with its inference by three methods.
struct ArmByWaveContrast {
  std::size_t arm = 0;
  std::size_t versus = no_arm; ///< reference arm (0) for a difference in differences; no_arm for a change within `arm`
  std::size_t to = 0;          ///< later wave
  std::size_t from = 0;        ///< earlier wave
  std::size_t n = 0;           ///< people of `arm` in the model
  std::size_t n_versus = 0;    ///< people of `versus` in the model (0 for a change within an arm)
  std::size_t n_both = 0;      ///< people of `arm` seen at both waves
  std::size_t n_versus_both = 0;
  Inference satterthwaite;
  Inference kenward_roger;          ///< expected information (as pbkrtest)
  Inference kenward_roger_observed; ///< observed information
};

/// Model mean of one arm at one wave.
struct ArmByWaveCell {
  std::size_t arm = 0;
  std::size_t wave = 0;
  std::size_t n = 0;        ///< people seen in this cell
  double observed_mean = 0; ///< plain mean of those seen
  double observed_sd = 0;
  Inference mean; ///< model mean, Satterthwaite
};

struct ArmByWaveOptions {
  double conf_level = 0.95;
  /// Constrained longitudinal data analysis: one baseline mean for all arms, as if randomised (an ANCOVA that keeps incomplete people).
  bool common_baseline = false;
};

/// The arm-by-wave model and every contrast a three-wave study asks for.
struct ArmByWave {
  MmrmFit fit;
  std::size_t arms = 0;
  std::size_t waves = 0;
  std::vector<ArmByWaveCell> cells; ///< arm 0 wave 0, arm 0 wave 1, ...
  std::vector<ArmByWaveContrast>
      differences;                        ///< each arm above 0 against arm 0, for each pair of waves (to > from): difference in differences
  std::vector<ArmByWaveContrast> changes; ///< each arm, each pair of waves: change within the arm; description, never a finding
  FTest interaction;                      ///< arm x wave, Satterthwaite
  std::size_t n_persons = 0;
  std::size_t n_without_answer = 0; ///< people left out because no wave was answered
  std::size_t n_complete = 0;       ///< people with every wave

  /// The difference in differences of `arm` against arm 0; nullptr if there is none.
  [[nodiscard]] const ArmByWaveContrast* difference(std::size_t to, std::size_t from, std::size_t arm = 1) const;
  [[nodiscard]] const ArmByWaveContrast* change(std::size_t arm, std::size_t to, std::size_t from) const;
  /// Covariance of two differences (indices into `differences`) under the model: for families judged by the largest t.
  Matrix difference_covariance;
};

/// y is persons x waves, NaN where a person did not answer; arm[i] is 0 for the control and 1, 2 ... for the others (one arm alone: only
/// changes). Throws DomainError as `mmrm`, and naming the arm and wave of a cell with fewer than two people.
ArmByWave mmrm_arm_by_wave(const Matrix& y, std::span<const std::size_t> arm, const ArmByWaveOptions& options = {});

} // namespace canvass::stats

#endif
