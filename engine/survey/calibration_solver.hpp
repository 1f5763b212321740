#ifndef CANVASS_ENGINE_SURVEY_CALIBRATION_SOLVER_HPP
#define CANVASS_ENGINE_SURVEY_CALIBRATION_SOLVER_HPP

#include "engine/survey/calibration_problem.hpp"

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

/// Between the .cpp files of calibration and of replicate weights; nobody else includes it.
namespace canvass::survey::detail {

/// How the factor of a group follows from its linear score u: exp(u), 1 + u, Deville and Saerndal's logit between two bounds, or the
/// root f of sinh(f - 1 / f) = 2 u; then held between `lowest` and `highest`, and below a limit of the group's own.
struct Factor {
  enum class Shape { exponential, linear, logit, sinh };
  Shape shape = Shape::exponential;
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();
  std::vector<double> limit;       ///< by group; empty: none. Only where every row is its own group (trimming)
  [[nodiscard]] bool held() const; ///< whether anything but the shape holds the factor
};

struct Solution {
  std::vector<double> factor; ///< by group
  std::vector<double> score;  ///< by column: where to start the next time
  std::vector<double> excess; ///< by column: target less what was reached
  std::size_t steps = 0;
  bool converged = false;
  double off = 0;         ///< largest relative distance of a margin
  std::size_t column = 0; ///< where
};

/// Iterative proportional fitting of weights by group; the scores are the logarithms of the cells' factors. For the exponential shape,
/// cells only, nothing held.
Solution fit_proportionally(const Problem& problem, std::span<const double> weights, double tolerance, std::size_t most_sweeps);

/// Newton's method on the convex dual. `give` > 0 lets the margins give way: what is left over is then `give` x people x score, and shows
/// where margins are in conflict.
Solution solve_dual(const Problem& problem, std::span<const double> weights, const Factor& factor, double tolerance, std::size_t most_steps,
                    std::span<const double> start = {}, double give = 0);

/// Proportional fitting where it will do, Newton where it is slow or the shape is another.
Solution solve(const Problem& problem, std::span<const double> weights, const Factor& factor, double tolerance, std::size_t most_steps,
               std::span<const double> start = {});

/// A sentence that names the smallest set of margins in conflict; called when `solve` did not converge.
std::string conflict(const Problem& problem, std::span<const double> weights, const Factor& factor, const Solution& solution,
                     const CalibrationOptions& options);
/// Raking that converged with some weights next to nothing: the sentence on the margins that ask for it, or nothing if none do.
std::string vanishing(const Problem& problem, std::span<const double> weights, const Factor& factor);

} // namespace canvass::survey::detail

#endif
