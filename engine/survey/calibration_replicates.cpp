#include "engine/survey/calibration_replicates.hpp"

#include "engine/core/error.hpp"
#include "engine/core/workers.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

namespace canvass::survey::detail {

namespace {

/// A problem whose empty cells are taken out: their people go to the other cells of the margin.
bool spread_empty_cells(const Problem& problem, std::span<const double> sums, Problem& without) {
  const std::size_t margins = problem.margins.size();
  std::vector<std::uint8_t> answered(problem.columns(), 0);
  for (std::size_t g = 0; g < problem.groups; ++g) {
    if (sums[g] > 0) {
      for (std::size_t m = 0; m < margins; ++m) {
        answered[static_cast<std::size_t>(problem.column[g * margins + m])] = 1;
      }
    }
  }
  bool any = false;
  for (std::size_t m = 0; m < margins; ++m) {
    if (!problem.margins[m].amount.empty()) {
      continue;
    }
    double lost = 0;
    double kept = 0;
    for (std::size_t c = problem.first[m]; c < problem.first[m + 1]; ++c) {
      (answered[c] == 0 ? lost : kept) += problem.target[c];
    }
    if (lost > 0) {
      if (!any) {
        without = problem;
        any = true;
      }
      for (std::size_t c = problem.first[m]; c < problem.first[m + 1]; ++c) {
        without.target[c] = answered[c] == 0 ? 0 : problem.target[c] * (lost + kept) / kept;
      }
    }
  }
  return any;
}

/// A problem whose rows not known keep their share of this replicate's weights, as they did in the whole sample. False: all are known.
bool share_not_known(const Problem& problem, std::span<const double> sums, Problem& shared) {
  const std::size_t margins = problem.margins.size();
  bool any = false;
  for (std::size_t m = 0; m < margins; ++m) {
    if (!problem.margins[m].last_not_known) {
      continue;
    }
    if (!any) {
      shared = problem;
      any = true;
    }
    const std::size_t last = problem.first[m + 1] - 1;
    double not_known = 0;
    double all = 0;
    for (std::size_t g = 0; g < problem.groups; ++g) {
      all += sums[g];
      not_known += static_cast<std::size_t>(problem.column[g * margins + m]) == last ? sums[g] : 0;
    }
    const double known_people = problem.people - problem.target[last];
    for (std::size_t c = problem.first[m]; c < last; ++c) {
      shared.target[c] *= problem.people * (1 - not_known / all) / known_people;
    }
    shared.target[last] = problem.people * (not_known / all);
  }
  return any;
}

class OneReplicate {
public:
  OneReplicate(const Problem& problem, const Solution& whole, const CalibrationOptions& options)
      : problem_(problem), whole_(whole), options_(options), factor_(factor_for(options)),
        plain_(factor_.shape == Factor::Shape::exponential && !factor_.held() && !options.trim && problem.cells_only) {}

  /// Sums by group in, factors by group out (in place). True if a cell was without answers.
  bool operator()(std::span<double> sums, std::size_t replicate) const {
    const double sum = std::accumulate(sums.begin(), sums.end(), 0.0);
    const double scale = scale_for(options_, problem_.people, sum);
    for (double& value : sums) {
      value *= scale;
    }
    Problem shared;
    const Problem& asked = share_not_known(problem_, sums, shared) ? shared : problem_;
    Problem without;
    const bool lost = spread_empty_cells(asked, sums, without);
    const Problem& problem = lost ? without : asked;
    Factor factor = factor_;
    if (options_.trim) {
      factor.limit = trim_limits(sums, *options_.trim, problem.people);
    }
    Solution solution;
    if (plain_) { // begun from the factors of the whole sample: the solution is the same and nearer
      std::vector<double> begun(sums.begin(), sums.end());
      for (std::size_t g = 0; g < begun.size(); ++g) {
        begun[g] *= whole_.factor[g];
      }
      solution = solve(problem, begun, factor, options_.tolerance, options_.most_steps);
      for (std::size_t g = 0; g < begun.size(); ++g) {
        solution.factor[g] *= whole_.factor[g];
      }
    } else {
      solution = solve(problem, sums, factor, options_.tolerance, options_.most_steps, whole_.score);
    }
    if (!solution.converged) {
      throw DomainError(fmt::format("in replicate {}, {}", replicate + 1, conflict(problem, sums, factor, solution, options_)));
    }
    for (std::size_t g = 0; g < sums.size(); ++g) {
      sums[g] = solution.factor[g] * scale;
    }
    return lost;
  }

private:
  const Problem& problem_;
  const Solution& whole_;
  const CalibrationOptions& options_;
  Factor factor_;
  bool plain_;
};

} // namespace

std::vector<double> trim_limits(std::span<const double> weights, double trim, double people) {
  if (!(people > 0)) {
    throw DomainError("weights are trimmed against their mean, and amounts alone do not fix it; give a margin of cells too");
  }
  const auto rows = std::count_if(weights.begin(), weights.end(), [](double weight) { return weight > 0; });
  const double cap = trim * people / static_cast<double>(rows);
  std::vector<double> limit(weights.size(), std::numeric_limits<double>::infinity());
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (weights[row] > 0) {
      limit[row] = cap / weights[row];
    }
  }
  return limit;
}

ReplicatesDone work_replicates(std::size_t rows, std::size_t count, const ReplicateSource& source, const Problem* problem,
                               const Solution* whole, const CalibrationOptions& options, std::span<const double> over, unsigned threads) {
  constexpr double most_numbers = 2.5e8; // 2 GB of weights
  if (static_cast<double>(rows) * static_cast<double>(count) > most_numbers) {
    throw DomainError(
        fmt::format("{} replicates of {} rows do not fit into memory; use the bootstrap with some hundred replicates", count, rows));
  }
  ReplicatesDone done;
  (over.empty() ? done.weights.resize(rows * count) : done.factors.resize(rows * count));
  const std::size_t blocks = (count + replicates_in_block - 1) / replicates_in_block;
  std::vector<std::size_t> lost(blocks, 0);
  for_blocks(blocks, threads, [&](std::size_t block) {
    const std::size_t first = block * replicates_in_block;
    const std::size_t width = std::min(replicates_in_block, count - first);
    std::vector<double> before(rows * width);
    source(first, width, before);
    std::vector<double> factors; // groups x width
    if (problem != nullptr) {
      factors.assign(problem->groups * width, 0.0);
      for (std::size_t row = 0; row < rows; ++row) {
        double* const sums = &factors[static_cast<std::size_t>(problem->group[row]) * width];
        for (std::size_t r = 0; r < width; ++r) {
          sums[r] += before[row * width + r];
        }
      }
      const OneReplicate calibrate_one(*problem, *whole, options);
      std::vector<double> one(problem->groups);
      for (std::size_t r = 0; r < width; ++r) {
        for (std::size_t g = 0; g < problem->groups; ++g) {
          one[g] = factors[g * width + r];
        }
        lost[block] += calibrate_one(one, first + r) ? 1U : 0U;
        for (std::size_t g = 0; g < problem->groups; ++g) {
          factors[g * width + r] = one[g];
        }
      }
    }
    for (std::size_t row = 0; row < rows; ++row) {
      const double* const factor = problem != nullptr ? &factors[static_cast<std::size_t>(problem->group[row]) * width] : nullptr;
      const double by = over.empty() ? 1 : over[row] > 0 ? 1 / over[row] : 0;
      for (std::size_t r = 0; r < width; ++r) {
        const double weight = before[row * width + r] * (factor != nullptr ? factor[r] : 1) * by;
        if (over.empty()) {
          done.weights[row * count + first + r] = weight;
        } else {
          done.factors[row * count + first + r] = static_cast<float>(weight);
        }
      }
    }
  });
  done.without_a_cell = std::accumulate(lost.begin(), lost.end(), std::size_t{0});
  return done;
}

} // namespace canvass::survey::detail
