#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/replicate_weights.hpp"

#include <array>
#include <cmath>
#include <set>
#include <string>

using namespace canvass;
using survey::Design;
using survey::make_replicates;
using survey::ReplicateMethod;
using survey::ReplicateOptions;

namespace {

constexpr std::array every_method = {ReplicateMethod::jk1, ReplicateMethod::jkn,       ReplicateMethod::brr,
                                     ReplicateMethod::fay, ReplicateMethod::bootstrap, ReplicateMethod::sdr};

/// `strata` strata of `units` units of `rows` rows each, with made-up weights.
Design stratified(std::int32_t strata, std::int32_t units, std::int32_t rows) {
  Design design;
  design.stages.resize(1);
  for (std::int32_t h = 0; h < strata; ++h) {
    for (std::int32_t i = 0; i < units; ++i) {
      for (std::int32_t k = 0; k < rows; ++k) {
        design.weights.push_back(1 + (7 * h + 3 * i + k) % 5);
        design.stages[0].stratum.push_back(h);
        design.stages[0].unit.push_back(i); // unique within its stratum only
      }
    }
  }
  return design;
}

stats::Matrix made_up(const Design& design, std::size_t columns = 1) {
  RandomStream random(11, "outcome");
  stats::Matrix y(design.rows(), columns);
  for (double& value : y.values) {
    value = 10 + random.normal();
  }
  return y;
}

std::string complaint(const Design& design, ReplicateMethod method, const ReplicateOptions& options = {}) {
  try {
    make_replicates(design, method, options);
  } catch (const DomainError& error) {
    return error.what();
  }
  return {};
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

double total_error(const Design& design, const stats::Matrix& y) {
  return survey::totals(design, y).std_error(0);
}

survey::Margin margin_of(const Design& design, std::int32_t cells, std::int32_t step, double people) {
  survey::Margin m;
  m.name = "margin of " + std::to_string(cells);
  double shares = 0;
  for (std::size_t row = 0; row < design.rows(); ++row) {
    m.cell.push_back((static_cast<std::int32_t>(row) * step + static_cast<std::int32_t>(row) / 7) % cells);
  }
  for (std::int32_t c = 0; c < cells; ++c) {
    m.totals.push_back(cells + c);
    shares += cells + c;
  }
  for (double& total : m.totals) {
    total *= people / shares;
  }
  return m;
}

} // namespace

TEST_CASE("designs that a method cannot take are refused", "[survey][replicates]") {
  Design three = stratified(2, 3, 1);
  three.stratum_names = {"north", "south"};
  CHECK(says(complaint(three, ReplicateMethod::brr), "stratum north has 3 units; half samples need two"));
  CHECK(says(complaint(three, ReplicateMethod::jk1), "takes a design of one stratum (found 2)"));
  ReplicateOptions options;
  options.fay_rho = 1;
  CHECK(says(complaint(stratified(2, 2, 1), ReplicateMethod::fay, options), "rho from 0 to below 1"));
  options = {};
  options.count = 1;
  CHECK(says(complaint(three, ReplicateMethod::bootstrap, options), "two replicates at least"));
  const Design made = make_replicates(three, ReplicateMethod::jkn).design;
  CHECK(says(complaint(made, ReplicateMethod::jkn), "has replicates already"));
  Design lonely = three;
  lonely.stages[0].stratum[5] = 2;
  lonely.stratum_names.push_back("island");
  CHECK(says(complaint(lonely, ReplicateMethod::jkn), "1 strata have one unit, which no replicate can vary: island"));
  lonely.lonely = survey::LonelyPsu::certainty;
  CHECK(make_replicates(lonely, ReplicateMethod::jkn).design.replicates->count == 5);
  Design many;
  many.weights.assign(20000, 1.0);
  CHECK(says(complaint(many, ReplicateMethod::jk1), "do not fit into memory"));
}

TEST_CASE("no rows or one unit: no degree of freedom", "[survey][replicates]") {
  CHECK(says(complaint(Design{}, ReplicateMethod::jkn), "leave no degree of freedom"));
  Design one;
  one.weights = {1};
  one.lonely = survey::LonelyPsu::certainty;
  CHECK(says(complaint(one, ReplicateMethod::bootstrap), "leave no degree of freedom"));
}

TEST_CASE("an outcome that is the same for all has no error, whatever the method", "[survey][replicates]") {
  const Design design = stratified(5, 2, 3);
  const stats::Matrix y(design.rows(), 1, 4.0);
  for (const ReplicateMethod method : every_method) {
    if (method == ReplicateMethod::jk1) {
      continue;
    }
    CHECK(survey::means(make_replicates(design, method).design, y).std_error(0) == Approx(0).margin(1e-12));
  }
}

TEST_CASE("jackknife and half samples give a total the error that the design gives it", "[survey][replicates]") {
  // Identities for linear estimates (Wolter 2007, chapters 3 and 4): all digits, whatever the outcome.
  const Design pairs = stratified(7, 2, 3);
  const stats::Matrix y = made_up(pairs);
  const double by_design = total_error(pairs, y);
  for (const ReplicateMethod method : {ReplicateMethod::jkn, ReplicateMethod::brr, ReplicateMethod::fay}) {
    for (const bool about : {false, true}) {
      ReplicateOptions options;
      options.about_estimate = about;
      const Design made = make_replicates(pairs, method, options).design;
      CHECK(total_error(made, y) == Approx(by_design).epsilon(1e-12));
      CHECK(made.replicates->df == 7);
    }
  }
  Design one = stratified(1, 9, 2);
  const stats::Matrix z = made_up(one);
  CHECK(total_error(make_replicates(one, ReplicateMethod::jk1).design, z) == Approx(total_error(one, z)).epsilon(1e-12));
}

TEST_CASE("a finite population shrinks replicates as it shrinks the design", "[survey][replicates]") {
  Design pairs = stratified(6, 2, 1);
  for (const std::int32_t h : pairs.stages[0].stratum) {
    pairs.stages[0].population.push_back(3 + h);
  }
  const stats::Matrix y = made_up(pairs);
  for (const ReplicateMethod method : {ReplicateMethod::jkn, ReplicateMethod::brr, ReplicateMethod::fay}) {
    ReplicateOptions options;
    options.about_estimate = true;
    CHECK(total_error(make_replicates(pairs, method, options).design, y) == Approx(total_error(pairs, y)).epsilon(1e-12));
  }
}

// Catches: strata numbered from the column of all ones, so that in the first stratum the same unit is taken in every half sample.
TEST_CASE("trap 3: half samples do not use the all-ones row", "[survey][replicates][trap]") {
  for (const std::int32_t strata : {1, 3, 7, 11}) { // one below a Hadamard order: with the row of ones they would just fit
    const Design design = stratified(strata, 2, 1);
    for (const ReplicateMethod method : {ReplicateMethod::brr, ReplicateMethod::fay}) {
      const Design made = make_replicates(design, method).design;
      const survey::Replicates& r = *made.replicates;
      REQUIRE(r.count >= static_cast<std::size_t>(strata) + 1);
      for (std::size_t row = 0; row < design.rows(); ++row) {
        double sum = 0;
        std::set<double> seen;
        for (std::size_t k = 0; k < r.count; ++k) {
          sum += r.doubles[row * r.count + k];
          seen.insert(r.doubles[row * r.count + k]);
        }
        CHECK(seen.size() == 2);                                                                 // every unit comes and goes,
        CHECK(sum == Approx(design.weights[row] * static_cast<double>(r.count)).epsilon(1e-12)); // as often
      }
    }
  }
}

// Catches: (R - 1) / R of all replicates in place of (n_h - 1) / n_h of each one's stratum.
TEST_CASE("trap 4: each replicate of the stratified jackknife counts by its own stratum", "[survey][replicates][trap]") {
  Design design;
  design.stages.resize(1);
  const std::array<std::int32_t, 3> sizes = {2, 3, 7};
  for (std::int32_t h = 0; h < 3; ++h) {
    for (std::int32_t i = 0; i < sizes[static_cast<std::size_t>(h)]; ++i) {
      design.weights.push_back(1 + i % 3);
      design.stages[0].stratum.push_back(h);
    }
  }
  const Design made = make_replicates(design, ReplicateMethod::jkn).design;
  const survey::Replicates& r = *made.replicates;
  REQUIRE(r.count == 12);
  CHECK(r.scale == 1);
  std::size_t at = 0;
  for (const std::int32_t n : sizes) {
    for (std::int32_t i = 0; i < n; ++i, ++at) {
      CHECK(r.rscales[at] == Approx((n - 1.0) / n).epsilon(1e-14));
    }
  }
  const stats::Matrix y = made_up(design);
  CHECK(total_error(made, y) == Approx(total_error(design, y)).epsilon(1e-12));
}

TEST_CASE("successive differences are those of neighbours in a circle", "[survey][replicates]") {
  Design design; // one stratum of rows: Wolter's v = 1/2 sum of squared differences, the last from the first
  for (int i = 0; i < 70; ++i) {
    design.weights.push_back(1 + i % 4);
  }
  const stats::Matrix y = made_up(design);
  const Design made = make_replicates(design, ReplicateMethod::sdr).design;
  CHECK(made.replicates->count == 80);
  double v = 0;
  for (std::size_t i = 0; i < 70; ++i) {
    const std::size_t before = (i + 69) % 70;
    const double d = design.weights[i] * y(i, 0) - design.weights[before] * y(before, 0);
    v += d * d / 2;
  }
  CHECK(total_error(made, y) == Approx(std::sqrt(v)).epsilon(1e-12));
  CHECK(made.replicates->about_estimate);
}

TEST_CASE("successive differences of more units than rows come near in the mean", "[survey][replicates]") {
  Design design;
  for (int i = 0; i < 3000; ++i) {
    design.weights.push_back(1);
  }
  const Design made = make_replicates(design, ReplicateMethod::sdr).design;
  const stats::Matrix y = made_up(design, 40); // white noise: successive differences and the plain variance agree in expectation
  const survey::Estimates by_replicates = survey::totals(made, y);
  const survey::Estimates by_design = survey::totals(design, y);
  double ratio = 0;
  for (std::size_t j = 0; j < 40; ++j) {
    ratio += by_replicates.covariance(j, j) / by_design.covariance(j, j) / 40;
  }
  CHECK(ratio == Approx(1).margin(0.1)); // 78 degrees of freedom each: one has a relative sd of .16, the mean of 40 of .025
  for (std::size_t row = 0; row < design.rows(); ++row) {
    bool varies = false;
    for (std::size_t r = 0; r < made.replicates->count; ++r) {
      varies = varies || made.replicates->doubles[row * made.replicates->count + r] != 1;
    }
    REQUIRE(varies);
  }
}

TEST_CASE("the bootstrap draws n - 1 of n within strata, and is right in the mean", "[survey][replicates]") {
  const Design design = stratified(4, 5, 2);
  ReplicateOptions options;
  options.count = 4000;
  options.seed = 3;
  options.about_estimate = true;
  const Design made = make_replicates(design, ReplicateMethod::bootstrap, options).design;
  const survey::Replicates& r = *made.replicates;
  for (std::size_t k = 0; k < 50; ++k) {
    for (std::size_t h = 0; h < 4; ++h) {
      double drawn = 0;
      for (std::size_t i = 0; i < 5; ++i) {
        const std::size_t row = (h * 5 + i) * 2;
        const double times = r.doubles[row * r.count + k] / design.weights[row] * 4 / 5;
        CHECK(times == Approx(std::round(times)).margin(1e-12));
        CHECK(r.doubles[(row + 1) * r.count + k] / design.weights[row + 1] * 4 / 5 == Approx(times).margin(1e-12));
        drawn += times;
      }
      CHECK(drawn == Approx(4).epsilon(1e-12));
    }
  }
  const stats::Matrix y = made_up(design);
  CHECK(total_error(made, y) == Approx(total_error(design, y)).epsilon(0.05)); // Monte Carlo: 1 / sqrt(2 x 4000) = .011
  CHECK(r.df == 16);
}

TEST_CASE("one seed gives one set of replicates at any number of threads, factors say the same", "[survey][replicates]") {
  const Design design = stratified(10, 6, 4);
  survey::CalibrationOptions calibration;
  const Design raked = survey::calibrate(design, {margin_of(design, 3, 1, 900), margin_of(design, 4, 5, 900)}, calibration).design;
  for (const Design& of : {design, raked}) {
    ReplicateOptions options;
    options.count = 100;
    options.seed = 5;
    options.threads = 1;
    const survey::Replicates one = *make_replicates(of, ReplicateMethod::bootstrap, options).design.replicates;
    options.threads = 3;
    const survey::Replicates three = *make_replicates(of, ReplicateMethod::bootstrap, options).design.replicates;
    CHECK(one.doubles == three.doubles);
    options.seed = 6;
    CHECK(one.doubles != make_replicates(of, ReplicateMethod::bootstrap, options).design.replicates->doubles);
    options.seed = 5;
    options.compact = true;
    const survey::Replicates compact = *make_replicates(of, ReplicateMethod::bootstrap, options).design.replicates;
    REQUIRE(compact.doubles.empty());
    double worst = 0;
    for (std::size_t i = 0; i < one.doubles.size(); ++i) {
      worst = std::max(worst, std::fabs(one.doubles[i] - static_cast<double>(compact.factors[i]) * of.weights[i / one.count]));
    }
    CHECK(worst < 1e-6 * 40); // seven digits of weights up to some tens
  }
}

TEST_CASE("every replicate of a calibrated design meets the margins itself", "[survey][replicates]") {
  const Design design = stratified(10, 6, 4);
  const std::vector<survey::Margin> margins = {margin_of(design, 3, 1, 900), margin_of(design, 4, 5, 900)};
  for (const survey::CalibrationMethod method :
       {survey::CalibrationMethod::rake, survey::CalibrationMethod::linear, survey::CalibrationMethod::logit}) {
    for (const bool trim : {false, true}) {
      survey::CalibrationOptions calibration;
      calibration.method = method;
      if (method == survey::CalibrationMethod::logit) {
        calibration.lowest = 0.1;
        calibration.highest = 8;
        calibration.bounds_over_means = true;
      }
      if (trim) {
        calibration.trim = 3;
      }
      const Design raked = survey::calibrate(design, margins, calibration).design;
      ReplicateOptions options;
      options.count = 60;
      const Design made = make_replicates(raked, ReplicateMethod::bootstrap, options).design;
      const survey::Replicates& r = *made.replicates;
      for (const survey::Margin& m : margins) {
        for (std::size_t k = 0; k < r.count; ++k) {
          std::vector<double> sums(m.totals.size(), 0.0);
          for (std::size_t row = 0; row < design.rows(); ++row) {
            sums[static_cast<std::size_t>(m.cell[row])] += r.doubles[row * r.count + k];
          }
          for (std::size_t c = 0; c < sums.size(); ++c) {
            CHECK(sums[c] == Approx(m.totals[c]).epsilon(1e-8));
          }
        }
      }
    }
  }
}

TEST_CASE("a cell that a replicate loses gives its people to the others, and is counted", "[survey][replicates]") {
  Design design = stratified(1, 12, 1);
  survey::Margin m;
  m.name = "age";
  m.cell = {0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2};
  m.totals = {100, 500, 600};
  const Design raked = survey::calibrate(design, {m}).design;
  const survey::MadeReplicates made = make_replicates(raked, ReplicateMethod::jk1);
  CHECK(made.without_a_cell == 1);
  const survey::Replicates& r = *made.design.replicates;
  double young = 0;
  double all = 0;
  for (std::size_t row = 0; row < 12; ++row) { // the first replicate is without the only one of cell 0
    young += m.cell[row] == 0 ? r.doubles[row * r.count] : 0;
    all += r.doubles[row * r.count];
  }
  CHECK(young == 0);
  CHECK(all == Approx(1200).epsilon(1e-9));
}

// Catches: linearisation that forgets the calibration (the plain variance is several times too large here), replicates that are not
// calibrated again, and residuals on other margins than those of the weights.
TEST_CASE("trap 12: after calibration the variance is that of residuals, by linearisation and by replicates",
          "[survey][replicates][trap]") {
  Design design = stratified(1, 300, 1);
  const survey::Margin m = margin_of(design, 5, 3, 3000);
  RandomStream random(2, "outcome of the cell");
  stats::Matrix y(design.rows(), 2);
  for (std::size_t row = 0; row < design.rows(); ++row) {
    y(row, 0) = 10.0 * m.cell[row] + random.normal(); // the margin explains nearly all of it,
    y(row, 1) = m.cell[row] == 2 ? 1 : 0;             // and all of this
  }
  const double plain = survey::means(design, y).std_error(0);
  const Design raked = survey::calibrate(design, {m}).design;
  const survey::Estimates by_residuals = survey::means(raked, y);
  CHECK(by_residuals.std_error(0) < plain / 8);
  CHECK(by_residuals.std_error(1) == Approx(0).margin(1e-10));
  CHECK(by_residuals.values[1] == Approx(m.totals[2] / 3000).epsilon(1e-9));
  const survey::Estimates by_jackknife = survey::means(make_replicates(raked, ReplicateMethod::jk1).design, y);
  CHECK(by_jackknife.std_error(0) == Approx(by_residuals.std_error(0)).epsilon(0.05)); // they differ by terms of 1/n
  CHECK(by_jackknife.std_error(1) == Approx(0).margin(1e-10));
  // post-stratified simple random sample: sum over cells of share^2 s^2 / n, times n / (n - 1) of the design (Saerndal et al., 7.6)
  std::array<double, 5> n{}, sum{}, squares{}, weight{}, squared_weight{};
  for (std::size_t row = 0; row < design.rows(); ++row) {
    const auto c = static_cast<std::size_t>(m.cell[row]);
    n[c] += 1;
    weight[c] += design.weights[row];
    sum[c] += design.weights[row] * y(row, 0);
  }
  for (std::size_t row = 0; row < design.rows(); ++row) {
    const auto c = static_cast<std::size_t>(m.cell[row]);
    const double e = raked.weights[row] * (y(row, 0) - sum[c] / weight[c]);
    squares[0] += e * e;
    squared_weight[0] += e;
  }
  const double rows = static_cast<double>(design.rows());
  const double variance = rows / (rows - 1) * (squares[0] - squared_weight[0] * squared_weight[0] / rows) / (3000.0 * 3000);
  CHECK(by_residuals.covariance(0, 0) == Approx(variance).epsilon(1e-9));
}
