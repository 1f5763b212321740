#ifndef CANVASS_ENGINE_SURVEY_CALIBRATION_REPLICATES_HPP
#define CANVASS_ENGINE_SURVEY_CALIBRATION_REPLICATES_HPP

#include "engine/survey/calibration_solver.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

/// Between the .cpp files of calibration and of replicate weights; nobody else includes it.
namespace canvass::survey::detail {

void check_options(const CalibrationOptions& options, std::size_t margins);
Factor factor_for(const CalibrationOptions& options);
/// What weights before are multiplied by to begin with. It changes nothing but the meaning of bounds.
double scale_for(const CalibrationOptions& options, double people, double sum);
/// Factor at which each row would stand at `trim` times the mean weight; weights by row, as many people in all as the margins have.
std::vector<double> trim_limits(std::span<const double> weights, double trim, double people);

/// The sample itself, calibrated; its factors are over weights times `scale`.
struct Whole {
  Solution solution;
  Factor factor;
  double scale = 1;
};
/// @throws DomainError margins that cannot be met
Whole whole_sample(const Problem& problem, std::span<const double> weights, const CalibrationOptions& options);

inline constexpr std::size_t replicates_in_block = 16; ///< worked on together: what they need of rows stays in the cache

/// Writes the weights of replicates `first` .. `first + width - 1` before calibration: rows x width, row-major.
using ReplicateSource = std::function<void(std::size_t first, std::size_t width, std::span<double> weights)>;

struct ReplicatesDone {
  std::vector<double> weights; ///< rows x count, row-major; empty if factors were asked for
  std::vector<float> factors;  ///< over `over`
  std::size_t without_a_cell = 0;
};

/// All replicates, each calibrated in its own right where `problem` is given. `over`: weights of rows to divide by, if factors are wanted
/// in place of weights; empty: weights. A cell that has no answers left in a replicate is left out there, its people spread over the rest
/// of its margin. Same bits at any number of threads. @throws DomainError a replicate whose margins cannot be met
ReplicatesDone work_replicates(std::size_t rows, std::size_t count, const ReplicateSource& source, const Problem* problem,
                               const Solution* whole, const CalibrationOptions& options, std::span<const double> over, unsigned threads);

} // namespace canvass::survey::detail

#endif
