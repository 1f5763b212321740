#include "tests/support/catch.hpp"

#include "engine/survey/calibration.hpp"
#include "engine/survey/calibration_residuals.hpp"
#include "engine/survey/cube.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/replicate_weights.hpp"

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

// Rows that leave a margin open keep their share of the weight. How many they are is chance, and belongs into the error: no total of theirs
// was ever known.

using namespace canvass;
using survey::Margin;

namespace {

struct Sample {
  survey::Design design;
  std::vector<Margin> margins;
  std::vector<double> y;
};

/// 80 rows (or more), two margins that some leave open; some leave both.
Sample made(std::size_t rows) {
  Sample sample;
  std::uint64_t state = 5;
  const auto next = [&] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 11U) * 0x1p-53;
  };
  sample.margins.resize(2);
  sample.margins[0].name = "area";
  sample.margins[1].name = "age";
  for (std::size_t row = 0; row < rows; ++row) {
    const double u = next();
    const auto area = static_cast<std::int32_t>(3 * next());
    const auto age = static_cast<std::int32_t>(4 * next());
    const bool both = u < .07;
    sample.margins[0].cell.push_back(both || u > .9 ? -1 : area);
    sample.margins[1].cell.push_back(both || (u > .6 && u < .75) ? -1 : age);
    sample.design.weights.push_back(5 + 10 * next());
    // those who leave a question open say yes more often
    sample.y.push_back(next() < (both || u > .6 ? .75 : .2 + .1 * area) ? 1 : 0);
  }
  return sample;
}

/// Totals that the weights meet already, as near as the rows not known let them be seen.
void fit_to_weights(Sample& sample, double off) {
  const double all = std::accumulate(sample.design.weights.begin(), sample.design.weights.end(), 0.0);
  for (Margin& margin : sample.margins) {
    margin.totals.assign(margin.name == "area" ? 3 : 4, 0.0);
    double known = 0;
    for (std::size_t row = 0; row < sample.y.size(); ++row) {
      if (margin.cell[row] >= 0) {
        margin.totals[static_cast<std::size_t>(margin.cell[row])] += sample.design.weights[row];
        known += sample.design.weights[row];
      }
    }
    double sum = 0;
    for (std::size_t cell = 0; cell < margin.totals.size(); ++cell) {
      margin.totals[cell] *= all / known * (1 + off * (cell % 2 == 0 ? 1 : -1));
      sum += margin.totals[cell];
    }
    for (double& total : margin.totals) {
      total *= all / sum;
    }
  }
}

double total_of(const Sample& sample, const survey::Design& design) {
  survey::CalibrationOptions options;
  options.tolerance = 1e-13;
  const survey::Design raked = survey::calibrate(design, sample.margins, options).design;
  return std::inner_product(raked.weights.begin(), raked.weights.end(), sample.y.begin(), 0.0);
}

stats::Matrix column(const std::vector<double>& values) {
  stats::Matrix result(values.size(), 1);
  result.values = values;
  return result;
}

double share_error(const survey::Design& design, const std::vector<double>& y) {
  return survey::means(design, column(y)).std_error(0);
}

} // namespace

// What a row's weight does to the estimate is measured: the weight before is moved a little, everything is raked again. Fails where the
// last cell's total is taken as counted.
TEST_CASE("the residuals of rows not known are the derivative of the raked total by their weights", "[survey][calibration]") {
  Sample sample = made(80);
  fit_to_weights(sample, 0);
  survey::CalibrationOptions options;
  options.tolerance = 1e-13;
  const survey::Design raked = survey::calibrate(sample.design, sample.margins, options).design;
  stats::Matrix scores(80, 1);
  for (std::size_t row = 0; row < 80; ++row) {
    CHECK(raked.weights[row] == Approx(sample.design.weights[row]).epsilon(1e-9)); // they fitted before
    scores(row, 0) = raked.weights[row] * sample.y[row];
  }
  const stats::Matrix residuals = survey::CalibrationResiduals(*raked.calibration, raked.weights).residuals(scores);
  double largest = 0;
  for (std::size_t row = 0; row < 80; ++row) {
    survey::Design moved = sample.design;
    const double step = 1e-3 * moved.weights[row];
    moved.weights[row] += step;
    const double above = total_of(sample, moved);
    moved.weights[row] -= 2 * step;
    const double below = total_of(sample, moved);
    const double derivative = (above - below) / (2 * step) * sample.design.weights[row];
    INFO("row " << row);
    CHECK(residuals(row, 0) == Approx(derivative).epsilon(0).margin(1e-5)); // of weights of some 10; the third derivative is what is left
    largest = std::max(largest, std::fabs(derivative));
  }
  CHECK(largest > 5);
}

TEST_CASE("the error with rows not known is that of the bootstrap, raked with their share anew in each", "[survey][calibration]") {
  Sample sample = made(1200);
  fit_to_weights(sample, .25);
  const survey::Design raked = survey::calibrate(sample.design, sample.margins).design;
  survey::ReplicateOptions options;
  options.count = 3000;
  options.seed = 4;
  options.compact = true;
  const survey::MadeReplicates made = survey::make_replicates(raked, survey::ReplicateMethod::bootstrap, options);
  const double linear = share_error(raked, sample.y);
  CHECK(share_error(made.design, sample.y) == Approx(linear).epsilon(0.04)); // Monte Carlo: 1 / sqrt(2 x 3000) = .013
  // the same from sums by pattern
  std::vector<std::uint8_t> yes(sample.y.begin(), sample.y.end());
  const std::vector<std::span<const std::uint8_t>> outcomes = {yes};
  const std::vector<std::int32_t> everybody(sample.y.size(), 0);
  CHECK(survey::share_cube(raked, outcomes, everybody, 1).at(0, 0).std_error == Approx(linear).epsilon(1e-10));
  // Every replicate meets the margins of those who are known, scaled to their share in it.
  const survey::Replicates& replicates = *made.design.replicates;
  for (const std::size_t r : {0U, 7U, 2999U}) {
    for (std::size_t m = 0; m < 2; ++m) {
      const Margin& margin = sample.margins[m];
      std::vector<double> sums(margin.totals.size(), 0.0);
      double known = 0;
      for (std::size_t row = 0; row < sample.y.size(); ++row) {
        if (margin.cell[row] >= 0) {
          const double weight = static_cast<double>(replicates.factors[row * replicates.count + r]) * raked.weights[row];
          sums[static_cast<std::size_t>(margin.cell[row])] += weight;
          known += weight;
        }
      }
      const double people = std::accumulate(margin.totals.begin(), margin.totals.end(), 0.0);
      CHECK(known < people);
      for (std::size_t cell = 0; cell < sums.size(); ++cell) {
        CHECK(sums[cell] / known == Approx(margin.totals[cell] / people).epsilon(1e-5)); // factors of seven digits
      }
    }
  }
}

TEST_CASE("margins known of everybody leave residuals as they were", "[survey][calibration]") {
  Sample sample = made(80);
  for (Margin& margin : sample.margins) {
    for (std::int32_t& cell : margin.cell) {
      cell = std::max(cell, 0);
    }
  }
  fit_to_weights(sample, .2);
  const survey::Design raked = survey::calibrate(sample.design, sample.margins).design;
  for (const Margin& margin : raked.calibration->margins) {
    CHECK_FALSE(margin.last_not_known);
  }
  stats::Matrix scores(80, 1);
  for (std::size_t row = 0; row < 80; ++row) {
    scores(row, 0) = sample.margins[0].cell[row] == 1 ? raked.weights[row] : 0; // fixed by the margin: nothing is left
  }
  for (const double left : survey::CalibrationResiduals(*raked.calibration, raked.weights).residuals(scores).values) {
    CHECK(std::fabs(left) < 1e-9);
  }
}
