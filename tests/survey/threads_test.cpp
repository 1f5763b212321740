#include "tests/support/catch.hpp"

#include "engine/survey/calibration.hpp"
#include "engine/survey/cube.hpp"
#include "engine/survey/domain_covariance.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/replicate_weights.hpp"
#include "engine/survey/shapley.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

// Same bits at any number of threads. A sample of 140,000 rows falls into several blocks in every one of the passes; sums that were added
// up as the threads come, or blocks that were cut by their number, would differ in the last digits. Seen to fail with blocks cut by
// threads.

using namespace canvass;

namespace {

constexpr std::size_t rows = 140000;
constexpr std::size_t areas = 29;

struct Large {
  survey::Design design; ///< 40 strata of 60 clusters, raked on areas and ages
  std::vector<std::int32_t> area;
  std::vector<std::vector<std::uint8_t>> answers;
  std::vector<double> score, driver, other;
};

Large made(bool clustered) {
  Large large;
  std::uint64_t state = 11;
  const auto next = [&] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 11U) * 0x1p-53;
  };
  survey::Stage stage;
  survey::Margin by_area{"area", {}, std::vector<double>(areas, 100000), {}, {}};
  survey::Margin by_age{"age", {}, std::vector<double>(4, 725000), {}, {}};
  survey::Design design;
  large.answers.resize(3);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto stratum = static_cast<std::int32_t>(row % 40);
    const auto area = static_cast<std::int32_t>((row / 40 + row % 40) % areas);
    stage.stratum.push_back(stratum);
    if (clustered) {
      stage.unit.push_back(static_cast<std::int32_t>(row / 40 % 60));
    }
    design.weights.push_back(10 + 20 * next());
    large.area.push_back(area);
    by_area.cell.push_back(area);
    by_age.cell.push_back(static_cast<std::int32_t>(4 * next()));
    large.driver.push_back(next());
    large.other.push_back(0.3 * large.driver.back() + next());
    large.score.push_back(large.driver.back() + large.other.back() / 3 + next());
    for (std::size_t j = 0; j < large.answers.size(); ++j) {
      const double u = next();
      large.answers[j].push_back(u < .05 ? 255 : u < .3 + .2 * large.driver.back() ? 1 : 0);
    }
  }
  design.stages = {stage};
  large.design = survey::calibrate(design, {by_area, by_age}).design;
  return large;
}

/// Bytes of what a run gave, one part after the other.
class Bytes {
public:
  void add(const std::vector<double>& values) {
    parts_.emplace_back(values.size() * sizeof(double), '\0');
    std::memcpy(parts_.back().data(), values.data(), parts_.back().size());
  }
  [[nodiscard]] const std::vector<std::string>& parts() const { return parts_; }

private:
  std::vector<std::string> parts_;
};

/// Everything that `run` gives at 1 thread it gives at 2 and 8.
template <class Run> void same_at_any_number(const Run& run) {
  const Bytes one = run(1U);
  REQUIRE_FALSE(one.parts().empty());
  for (const unsigned threads : {2U, 8U}) {
    const Bytes other = run(threads);
    REQUIRE(other.parts().size() == one.parts().size());
    for (std::size_t i = 0; i < one.parts().size(); ++i) {
      INFO("part " << i << " at " << threads << " threads");
      CHECK_FALSE(one.parts()[i].empty());
      CHECK((one.parts()[i] == other.parts()[i]));
    }
  }
}

} // namespace

TEST_CASE("the cube, means, domains and their covariance: same bits at 1, 2 and 8 threads", "[survey][threads]") {
  for (const bool clustered : {false, true}) {
    const Large large = made(clustered);
    const std::vector<std::span<const std::uint8_t>> outcomes(large.answers.begin(), large.answers.end());
    stats::Matrix scores(rows, 1);
    scores.values = large.score;
    same_at_any_number([&](unsigned threads) {
      const survey::PreparedDesign prepared(large.design, threads);
      Bytes bytes;
      const survey::Cube cube = survey::share_cube(prepared, outcomes, large.area, areas, survey::WithRest::yes);
      std::vector<double> cells;
      for (std::size_t i = 0; i < cube.cells.size(); ++i) {
        const survey::CubeCell& cell = cube.cells[i];
        const survey::RestOfCell& rest = cube.rests[i];
        cells.insert(cells.end(), {cell.share, cell.std_error, cell.df, cell.kish_n, cell.design_effect, rest.rest.share,
                                   rest.rest.std_error, rest.std_error});
      }
      bytes.add(cells);
      const survey::Estimates means = survey::means(prepared, scores);
      bytes.add(means.values);
      bytes.add(means.covariance.values);
      const survey::Estimates domains = survey::domain_means(prepared, large.score, large.area, areas);
      bytes.add(domains.values);
      bytes.add(domains.covariance.values);
      bytes.add(survey::totals(prepared, scores).covariance.values);
      stats::Matrix weighted(rows, 2);
      for (std::size_t row = 0; row < rows; ++row) {
        weighted(row, 0) = large.design.weights[row] * large.score[row];
        weighted(row, 1) = large.design.weights[row] * large.driver[row];
      }
      bytes.add(survey::covariance_of_totals(prepared, weighted).values);
      return bytes;
    });
  }
}

TEST_CASE("replicates, raked anew in each, and what they estimate: same bits at 1, 2 and 8 threads", "[survey][threads]") {
  const Large large = made(true);
  survey::Predictors drivers(rows);
  drivers.add_number("driver", large.driver);
  drivers.add_number("other", large.other);
  stats::Matrix scores(rows, 1);
  scores.values = large.score;
  for (const bool compact : {false, true}) {
    same_at_any_number([&](unsigned threads) {
      Bytes bytes;
      survey::ReplicateOptions options;
      options.count = 20;
      options.seed = 3;
      options.compact = compact;
      options.threads = threads;
      const survey::Design design = survey::make_replicates(large.design, survey::ReplicateMethod::bootstrap, options).design;
      bytes.add(compact ? std::vector<double>(design.replicates->factors.begin(), design.replicates->factors.end())
                        : design.replicates->doubles);
      const survey::PreparedDesign prepared(design, threads);
      const survey::Estimates mean = survey::means(prepared, scores);
      bytes.add(mean.values);
      bytes.add(mean.covariance.values);
      const survey::Estimates domains = survey::domain_means(prepared, large.score, large.area, areas);
      bytes.add(domains.covariance.values);
      bytes.add({prepared.replicate_df()});
      const survey::ShapleyShares shares = survey::shapley_shares(prepared, large.score, drivers);
      bytes.add({shares.r_squared, shares.r_squared_interval.low, shares.r_squared_interval.high});
      for (const survey::ShapleyShare& share : shares.drivers) {
        bytes.add({share.share, share.interval.low, share.interval.high});
      }
      return bytes;
    });
  }
}

TEST_CASE("jackknife, half samples and successive differences: same bits at 1, 2 and 8 threads", "[survey][threads]") {
  Large large = made(true);
  for (std::size_t row = 0; row < rows; ++row) { // two clusters in each of 40 strata: half samples can be made
    large.design.stages[0].unit[row] %= 2;
  }
  stats::Matrix scores(rows, 1);
  scores.values = large.score;
  for (const survey::ReplicateMethod method :
       {survey::ReplicateMethod::jkn, survey::ReplicateMethod::brr, survey::ReplicateMethod::fay, survey::ReplicateMethod::sdr}) {
    same_at_any_number([&](unsigned threads) {
      survey::ReplicateOptions options;
      options.threads = threads;
      options.compact = true; // half the memory
      Bytes bytes;
      const survey::Design design = survey::make_replicates(large.design, method, options).design;
      bytes.add({design.replicates->factors.begin(), design.replicates->factors.end()});
      bytes.add(survey::means(survey::PreparedDesign(design, threads), scores).covariance.values);
      return bytes;
    });
  }
}
