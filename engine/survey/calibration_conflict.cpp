#include "engine/survey/calibration_solver.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <optional>
#include <vector>

namespace canvass::survey::detail {

namespace {

/// What is left over of the target once margins give way as little as they can; nothing where they can be met. The primal of the dual with
/// a give is "nearest weights, plus squared excess over the give": as the give goes to zero the excess tends to the smallest one possible.
std::optional<std::vector<double>> left_over(const Problem& problem, std::span<const double> weights, const Factor& factor) {
  std::vector<double> score;
  Solution solution;
  for (const double give : {1e-3, 1e-6, 1e-10}) {
    solution = solve_dual(problem, weights, factor, 1e-12, 400, score, give);
    score = solution.score;
  }
  double total = 0;
  for (const double target : problem.target) {
    total = std::max(total, std::fabs(target));
  }
  const double most = std::accumulate(solution.excess.begin(), solution.excess.end(), 0.0,
                                      [](double worst, double excess) { return std::max(worst, std::fabs(excess)); });
  if (most > 1e-7 * std::max(total, problem.people)) {
    return solution.excess;
  }
  return std::nullopt;
}

struct Conflict {
  std::vector<std::size_t> margins;
  Problem part;
  std::vector<double> excess;
};

/// All choices of `size` out of `n`, in lexicographic order.
bool next_choice(std::vector<std::size_t>& chosen, std::size_t n) {
  for (std::size_t i = chosen.size(); i-- > 0;) {
    if (chosen[i] < n - chosen.size() + i) {
      ++chosen[i];
      for (std::size_t j = i + 1; j < chosen.size(); ++j) {
        chosen[j] = chosen[j - 1] + 1;
      }
      return true;
    }
  }
  return false;
}

/// The smallest set that cannot be met, smaller sets first. With more than 12 margins: a set of which none can be spared.
std::optional<Conflict> smallest_conflict(const Problem& problem, std::span<const double> weights, const Factor& factor) {
  const std::size_t n = problem.margins.size();
  const auto attempt = [&](const std::vector<std::size_t>& chosen) -> std::optional<Conflict> {
    Conflict conflict;
    conflict.margins = chosen;
    conflict.part = with_margins(problem, chosen);
    auto excess = left_over(conflict.part, weights, factor);
    if (!excess) {
      return std::nullopt;
    }
    conflict.excess = std::move(*excess);
    return conflict;
  };
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::optional<Conflict> whole = attempt(all);
  if (!whole) {
    return std::nullopt;
  }
  constexpr std::size_t few = 12;
  if (n > few) {
    for (std::size_t i = 0; i < all.size();) {
      std::vector<std::size_t> fewer = all;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (auto still = attempt(fewer); still) {
        whole = std::move(still);
        all = fewer;
      } else {
        ++i;
      }
    }
    return whole;
  }
  for (std::size_t size = 1; size < n; ++size) {
    std::vector<std::size_t> chosen(size);
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    do {
      if (auto found = attempt(chosen); found) {
        return found;
      }
    } while (next_choice(chosen, n));
  }
  return whole;
}

std::string margins_named(const Problem& problem) {
  std::string text;
  for (std::size_t m = 0; m < problem.margins.size(); ++m) {
    text += m == 0 ? "" : m + 1 == problem.margins.size() ? " and " : ", ";
    text += fmt::format("\"{}\"", problem.margins[m].name);
  }
  return text;
}

/// Whole people where there are many, four digits where there are few (weights that average 1).
std::string people_text(double people) {
  return people >= 1000 ? fmt::format("{:.0f}", people) : fmt::format("{:.4g}", people);
}

/// The cells that miss most: "age 16 to 24 is 300 short and sex male 280 over".
std::string worst_cells(const Problem& part, const std::vector<double>& excess) {
  std::vector<std::size_t> order(excess.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return std::fabs(excess[a]) > std::fabs(excess[b]); });
  std::vector<std::string> words;
  for (const std::size_t c : order) {
    const std::size_t m = static_cast<std::size_t>(std::upper_bound(part.first.begin(), part.first.end(), c) - part.first.begin()) - 1;
    const double people = excess[c] * part.largest[m];
    if (words.size() == 4 || std::fabs(excess[c]) < 0.01 * std::fabs(excess[order[0]])) {
      break;
    }
    words.push_back(fmt::format("{} would be {} {}", part.name(c), people_text(std::fabs(people)), people > 0 ? "short" : "over"));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string limits_named(const CalibrationOptions& options) {
  std::vector<std::string> words;
  if (options.lowest || options.highest) {
    words.push_back(options.lowest && options.highest ? fmt::format("between {} and {} times the old", *options.lowest, *options.highest)
                    : options.lowest                  ? fmt::format("at least {} times the old", *options.lowest)
                                                      : fmt::format("at most {} times the old", *options.highest));
  }
  if (options.trim) {
    words.push_back(fmt::format("at most {} times the mean", *options.trim));
  }
  return fmt::format("{}", fmt::join(words, " and "));
}

std::string sentence(const Conflict& found, const std::string& why, const std::string& limits) {
  const bool one = found.margins.size() == 1;
  return fmt::format("the {} {} cannot be met{}{}: nearest to it, {}; {}", one ? "margin" : "margins", margins_named(found.part),
                     one ? "" : " together", why, worst_cells(found.part, found.excess),
                     limits.empty() ? "merge cells, or leave one of these margins out"
                                    : "widen the limits, merge cells, or leave a margin out");
}

} // namespace

std::string vanishing(const Problem& problem, std::span<const double> weights, const Factor& factor) {
  Factor positive = factor;
  positive.lowest = 1e-3;
  const auto found = smallest_conflict(problem, weights, positive);
  return found ? sentence(*found, " unless some answers are given no weight at all; with every weight above a thousandth of the old", {})
               : std::string();
}

std::string conflict(const Problem& problem, std::span<const double> weights, const Factor& factor, const Solution& solution,
                     const CalibrationOptions& options) {
  const std::string limits = limits_named(options);
  if (const auto found = smallest_conflict(problem, weights, factor); found) {
    return sentence(*found, limits.empty() ? "" : fmt::format(" with weights {}", limits), limits);
  }
  if (factor.shape == Factor::Shape::exponential && !factor.held()) { // met in the limit only, where some weights are 0
    if (std::string text = vanishing(problem, weights, factor); !text.empty()) {
      return text;
    }
  }
  return fmt::format("calibration did not converge in {} steps: {} is still off by {:.2g} of its total; allow more steps, or merge cells",
                     solution.steps, problem.name(solution.column), solution.off);
}

} // namespace canvass::survey::detail
