#ifndef CANVASS_ENGINE_SURVEY_REPLICATE_WEIGHTS_HPP
#define CANVASS_ENGINE_SURVEY_REPLICATE_WEIGHTS_HPP

#include "engine/survey/calibration.hpp"

#include <cstddef>
#include <cstdint>

namespace canvass::survey {

/// - jk1: leaves out one unit at a time, the others times n / (n - 1); one stratum. Scale (n - 1) / n.
/// - jkn: leaves out one unit of a stratum at a time, its others times n_h / (n_h - 1). Each replicate counts (n_h - 1) / n_h of its own
///   stratum, never one number for all.
/// - brr: half samples by a Hadamard matrix: of two units in every stratum one counts twice, the other not at all. Every stratum has a
///   column that changes; the one of all ones is not used. Scale 1 / R.
/// - fay: the same with 2 - rho and rho in place of 2 and 0. Scale 1 / (R (1 - rho)^2).
/// - bootstrap: Rao and Wu: n_h - 1 units of n_h drawn with replacement, times n_h / (n_h - 1) for each time. Scale 1 / R about the
///   estimate, 1 / (R - 1) about the mean of the replicates.
/// - sdr: successive differences of units in the order of the rows, within strata; for systematic samples from a sorted list. Always
///   about the estimate. Scale 4 / R.
/// Source: Wolter 2007; Rao and Wu 1988; Fay and Train 1995; Ash 2014. Same as: survey::as.svrepdesign for jk1, jkn, brr, fay.
enum class ReplicateMethod { jk1, jkn, brr, fay, bootstrap, sdr };

struct ReplicateOptions {
  std::size_t count = 0;       ///< bootstrap: 500 if 0; sdr: 80 if 0, brought up to the next Hadamard matrix; the others need none
  double fay_rho = 0.3;        ///< 0 .. 1, 1 excluded; fay only
  std::uint64_t seed = 1;      ///< bootstrap only: one seed, one set of replicates, on any machine and at any number of threads
  bool about_estimate = false; ///< squared differences from the full-sample estimate
  bool compact = false;        ///< factors of seven digits in place of weights: half the memory
  unsigned threads = 0;        ///< 0 = as many as the machine has
};

struct MadeReplicates {
  Design design;                  ///< with `replicates`; weights and stages as they were
  std::size_t without_a_cell = 0; ///< replicates in which a cell of a margin had no answers left: its people went to the other cells
};

/// Replicate weights from the first stage of a design. The units of later stages go with theirs.
/// A calibrated design is calibrated anew in each replicate, from the weights before.
/// A finite population of the first stage counts where it is the only stage: jk1, jkn through the scale, the others through the factors.
/// A stratum with one unit: refused, unless the design says certainty or remove (it never varies) or collapse.
/// @throws DomainError a design that the method cannot take; margins that cannot be met in a replicate
MadeReplicates make_replicates(const Design& design, ReplicateMethod method, const ReplicateOptions& options = {});

} // namespace canvass::survey

#endif
