#include "engine/survey/calibration.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/calibration_replicates.hpp"
#include "engine/survey/calibration_solver.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>
#include <utility>

namespace canvass::survey {

namespace detail {

void check_options(const CalibrationOptions& options, std::size_t margins) {
  const bool logit = options.method == CalibrationMethod::logit;
  if (logit && !(options.lowest && options.highest)) {
    throw DomainError("logit calibration needs both bounds of new weight over old, the lowest below 1 and the highest above 1");
  }
  const double low = options.lowest.value_or(0);
  const double high = options.highest.value_or(std::numeric_limits<double>::infinity());
  if (!(low < high) || (logit && !(low < 1 && high > 1))) {
    throw DomainError(fmt::format("the bounds of new weight over old are {} and {}; the lowest must be below the highest{}", low, high,
                                  logit ? ", and 1 between them" : ""));
  }
  if (options.trim && !(*options.trim > 1)) {
    throw DomainError(fmt::format("weights cannot be trimmed at {} times their mean; the limit must be above 1", *options.trim));
  }
  if (!(options.tolerance > 0)) {
    throw DomainError(fmt::format("a tolerance of {} is not possible; it is a number above 0", options.tolerance));
  }
  if (options.method == CalibrationMethod::poststratify && margins != 1) {
    throw DomainError(fmt::format("post-stratification takes one margin (found {}); cross the margins into one, or rake", margins));
  }
}

Factor factor_for(const CalibrationOptions& options) {
  Factor factor;
  factor.shape = options.method == CalibrationMethod::linear  ? Factor::Shape::linear
                 : options.method == CalibrationMethod::logit ? Factor::Shape::logit
                 : options.method == CalibrationMethod::sinh  ? Factor::Shape::sinh
                                                              : Factor::Shape::exponential;
  factor.lowest = options.lowest.value_or(factor.lowest);
  factor.highest = options.highest.value_or(factor.highest);
  return factor;
}

double scale_for(const CalibrationOptions& options, double people, double sum) {
  const bool literal_bounds = (options.lowest || options.highest) && !options.bounds_over_means;
  return people > 0 && !literal_bounds ? people / sum : 1;
}

Whole whole_sample(const Problem& problem, std::span<const double> weights, const CalibrationOptions& options) {
  Whole whole;
  double sum = 0;
  for (const double weight : weights) {
    sum += weight;
  }
  whole.scale = scale_for(options, problem.people, sum);
  std::vector<double> sums = sums_by_group(problem, weights);
  for (double& value : sums) {
    value *= whole.scale;
  }
  Factor& factor = whole.factor;
  factor = factor_for(options);
  if (options.trim) {
    factor.limit = trim_limits(sums, *options.trim, problem.people);
  }
  whole.solution = solve(problem, sums, factor, options.tolerance, options.most_steps);
  if (!whole.solution.converged) {
    throw DomainError(conflict(problem, sums, factor, whole.solution, options));
  }
  constexpr double next_to_nothing = 1e-6; // of the old weight
  const std::vector<double>& factors = whole.solution.factor;
  if (factor.shape == Factor::Shape::exponential && !factor.held() && *std::min_element(factors.begin(), factors.end()) < next_to_nothing) {
    if (const std::string text = vanishing(problem, sums, factor); !text.empty()) {
      throw DomainError(text);
    }
  }
  return whole;
}

} // namespace detail

namespace {

using detail::Factor;
using detail::Problem;
using detail::Solution;

void describe_weights(std::span<const double> weights, CalibrationReport& report) {
  std::vector<double> positive;
  positive.reserve(weights.size());
  double sum = 0;
  double squares = 0;
  for (const double weight : weights) {
    if (weight > 0) {
      positive.push_back(weight);
      sum += weight;
      squares += weight * weight;
    }
  }
  const double n = static_cast<double>(positive.size());
  report.effective_n = sum * sum / squares;
  report.design_effect_of_weights = n / report.effective_n;
  const double mean = sum / n;
  const auto middle = positive.begin() + static_cast<std::ptrdiff_t>(positive.size() / 2);
  std::nth_element(positive.begin(), middle, positive.end());
  double median = *middle;
  if (positive.size() % 2 == 0) {
    median = (median + *std::max_element(positive.begin(), middle)) / 2;
  }
  report.median = median / mean;
  const auto [smallest, largest] = std::minmax_element(positive.begin(), positive.end());
  report.smallest = *smallest / mean;
  report.largest = *largest / mean;
}

void describe_cells(const Problem& problem, std::span<const double> before, std::span<const double> after, CalibrationReport& report) {
  for (std::size_t m = 0; m < problem.margins.size(); ++m) {
    const Margin& margin = problem.margins[m];
    const std::size_t first = report.cells.size();
    for (std::size_t c = 0; c < margin.totals.size(); ++c) {
      CalibrationReport::Cell cell;
      cell.margin = margin.name;
      cell.cell = c < margin.cell_names.size() ? margin.cell_names[c] : margin.amount.empty() ? fmt::format("{}", c + 1) : "total";
      cell.population = margin.totals[c];
      report.cells.push_back(std::move(cell));
    }
    for (std::size_t row = 0; row < before.size(); ++row) {
      const double amount = margin.amount.empty() ? 1 : margin.amount[row];
      CalibrationReport::Cell& cell = report.cells[first + (margin.amount.empty() ? static_cast<std::size_t>(margin.cell[row]) : 0)];
      cell.before += before[row] * amount;
      cell.after += after[row] * amount;
      cell.n += before[row] > 0 ? 1U : 0U;
    }
  }
}

/// Replicates that the design came with, each calibrated. The new ones are kept as the old ones were: as factors, or as weights.
void calibrate_replicates(Calibrated& result, const Replicates& given, std::span<const double> before, const Problem& problem,
                          const Solution& solution, const CalibrationOptions& options) {
  const std::size_t rows = before.size();
  const detail::ReplicateSource source = [&](std::size_t first, std::size_t width, std::span<double> weights) {
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t r = 0; r < width; ++r) {
        const std::size_t at = row * given.count + first + r;
        weights[row * width + r] = !given.doubles.empty()   ? given.doubles[at]
                                   : !given.weights.empty() ? static_cast<double>(given.weights[at])
                                                            : before[row] * static_cast<double>(given.factors[at]);
      }
    }
  };
  const bool as_factors = given.doubles.empty() && given.weights.empty();
  detail::ReplicatesDone done =
      detail::work_replicates(rows, given.count, source, &problem, &solution, options,
                              as_factors ? std::span<const double>(result.design.weights) : std::span<const double>(), 0);
  auto replicates = std::make_shared<Replicates>();
  replicates->count = given.count;
  replicates->scale = given.scale;
  replicates->rscales = given.rscales;
  replicates->about_estimate = given.about_estimate;
  replicates->df = given.df;
  replicates->method = given.method;
  replicates->factors = std::move(done.factors);
  replicates->doubles = std::move(done.weights);
  result.report.replicates_without_a_cell = done.without_a_cell;
  result.design.replicates = std::move(replicates);
}

} // namespace

Calibrated calibrate(const Design& design, std::vector<Margin> margins, const CalibrationOptions& options) {
  check_design(design);
  if (design.calibration) {
    throw DomainError("the weights are calibrated already; give all margins at once, or begin with the weights before");
  }
  detail::check_options(options, margins.size());
  const Problem problem = detail::make_problem(std::move(margins), design.weights, options.trim.has_value());
  const detail::Whole whole = detail::whole_sample(problem, design.weights, options);
  const Solution& solution = whole.solution;
  const Factor& factor = whole.factor;

  Calibrated result;
  result.design = design;
  CalibrationReport& report = result.report;
  std::size_t negative = 0;
  for (std::size_t row = 0; row < design.rows(); ++row) {
    const auto group = static_cast<std::size_t>(problem.group[row]);
    result.design.weights[row] = design.weights[row] * whole.scale * solution.factor[group];
    negative += result.design.weights[row] < 0 ? 1U : 0U;
    if (design.weights[row] > 0) {
      const double ratio = solution.factor[group];
      report.trimmed += !factor.limit.empty() && ratio >= factor.limit[group] ? 1U : 0U;
      report.at_bounds += ratio <= factor.lowest || ratio >= factor.highest ? 1U : 0U;
    }
  }
  if (negative > 0) {
    throw DomainError(fmt::format("linear calibration makes {} of {} weights negative; give a lowest ratio of new weight over old, or rake",
                                  negative, design.rows()));
  }
  report.steps = solution.steps;
  report.unknown = problem.unknown;
  describe_weights(result.design.weights, report);
  describe_cells(problem, design.weights, result.design.weights, report);
  report.representativeness = options.dispatch.empty() ? std::numeric_limits<double>::quiet_NaN() : representativeness(options.dispatch).r;

  auto calibration = std::make_shared<Calibration>();
  calibration->margins = problem.margins;
  calibration->before = design.weights;
  calibration->method = options.method;
  calibration->options = options;
  if (design.replicates) {
    calibrate_replicates(result, *design.replicates, design.weights, problem, solution, options);
  }
  result.design.calibration = std::move(calibration);
  return result;
}

Design trim_weights(const Design& design, double lowest, double highest) {
  check_design(design);
  if (design.replicates) {
    throw DomainError("weights with replicates are not trimmed; trim first and make the replicates then");
  }
  const double sum = std::accumulate(design.weights.begin(), design.weights.end(), 0.0);
  const double mean = sum / static_cast<double>(design.rows());
  if (!(lowest <= mean && mean <= highest)) {
    throw DomainError(fmt::format("weights cannot be trimmed to {} to {}: their mean is {:.6g}", lowest, highest, mean));
  }
  Design trimmed = design;
  std::vector<double>& weights = trimmed.weights;
  constexpr int rounds = 1000;
  for (int round = 0;; ++round) {
    double moved = 0;
    std::size_t inside = 0;
    for (double& weight : weights) {
      const double held = std::clamp(weight, lowest, highest);
      inside += held == weight ? 1U : 0U;
      moved += weight - held;
    }
    if (inside == weights.size()) {
      break;
    }
    if (inside == 0 || round == rounds) {
      throw DomainError(fmt::format("weights cannot be trimmed to {} to {} and keep their sum; widen the limits", lowest, highest));
    }
    const double each = moved / static_cast<double>(inside);
    for (double& weight : weights) {
      weight = weight < lowest ? lowest : weight > highest ? highest : weight + each;
    }
  }
  if (design.calibration && design.calibration->after.empty()) {
    auto calibration = std::make_shared<Calibration>(*design.calibration);
    calibration->after = design.weights;
    trimmed.calibration = std::move(calibration);
  }
  return trimmed;
}

} // namespace canvass::survey
