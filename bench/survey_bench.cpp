#include "engine/survey/calibration.hpp"
#include "engine/survey/cube.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/quantiles.hpp"
#include "engine/survey/replicate_weights.hpp"

#include <benchmark/benchmark.h>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

// Estimates from surveys of the public. Sizes are those of the work: 60,000 answers in 145 areas, a census file of 3 million rows.

namespace {

using namespace canvass;

/// A small generator of its own: the numbers only have to be uneven.
class Uneven {
public:
  double next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 11U) * 0x1p-53;
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() * static_cast<double>(n)); }

private:
  std::uint64_t state_ = 20240601;
};

constexpr std::size_t answers = 60000;
constexpr std::size_t areas = 145;
constexpr std::size_t indicators = 30;

struct Annual {
  survey::Design design;
  std::vector<std::int32_t> area;
  std::vector<std::vector<std::uint8_t>> outcomes;
  std::vector<std::span<const std::uint8_t>> views;
};

/// Strata are the areas; with `calibrated` the weights fit areas and twelve sex-age cells.
Annual annual(bool calibrated) {
  Uneven uneven;
  Annual result;
  survey::Stage stage;
  std::vector<std::int32_t> cell(answers);
  for (std::size_t row = 0; row < answers; ++row) {
    result.area.push_back(static_cast<std::int32_t>(uneven.below(areas)));
    cell[row] = static_cast<std::int32_t>(uneven.below(12));
    result.design.weights.push_back(5 + 20 * uneven.next());
  }
  stage.stratum = result.area;
  result.design.stages = {stage};
  for (std::size_t j = 0; j < indicators; ++j) {
    std::vector<std::uint8_t> outcome(answers);
    const double share = uneven.next();
    for (std::uint8_t& value : outcome) {
      const double u = uneven.next();
      value = u < .05 ? 255 : uneven.next() < share ? 1 : 0;
    }
    result.outcomes.push_back(std::move(outcome));
  }
  for (const std::vector<std::uint8_t>& outcome : result.outcomes) {
    result.views.emplace_back(outcome);
  }
  if (calibrated) {
    auto calibration = std::make_shared<survey::Calibration>();
    calibration->before = result.design.weights;
    survey::Margin of_area;
    of_area.name = "area";
    of_area.cell = result.area;
    of_area.totals.assign(areas, 6000);
    survey::Margin of_cell;
    of_cell.name = "sex x age";
    of_cell.cell = cell;
    of_cell.totals.assign(12, 72500);
    calibration->margins = {of_area, of_cell};
    result.design.calibration = calibration;
  }
  return result;
}

void cube_with_intervals(benchmark::State& state) {
  const Annual survey = annual(state.range(0) != 0);
  const survey::PreparedDesign prepared(survey.design);
  for (auto _ : state) {
    const survey::Cube cube = survey::share_cube(prepared, survey.views, survey.area, areas);
    double sum = 0;
    for (const survey::CubeCell& of : cube.cells) {
      const stats::Interval interval = survey::proportion_interval(of.facts());
      sum += interval.high - interval.low;
    }
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(cube_with_intervals)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void cube_alone(benchmark::State& state) {
  const Annual survey = annual(state.range(0) != 0);
  const survey::PreparedDesign prepared(survey.design);
  for (auto _ : state) {
    benchmark::DoNotOptimize(survey::share_cube(prepared, survey.views, survey.area, areas));
  }
}
BENCHMARK(cube_alone)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void prepare_annual(benchmark::State& state) {
  const Annual survey = annual(state.range(0) != 0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(survey::PreparedDesign(survey.design));
  }
}
BENCHMARK(prepare_annual)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void domains_with_covariance(benchmark::State& state) {
  const Annual survey = annual(state.range(0) != 0);
  const survey::PreparedDesign prepared(survey.design);
  std::vector<double> y(survey.outcomes[0].begin(), survey.outcomes[0].end());
  for (auto _ : state) {
    benchmark::DoNotOptimize(survey::domain_means(prepared, y, survey.area, areas));
  }
}
BENCHMARK(domains_with_covariance)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void pairs_of_twelve(benchmark::State& state) {
  const Annual survey = annual(true);
  const survey::PreparedDesign prepared(survey.design);
  std::vector<double> y(survey.outcomes[0].begin(), survey.outcomes[0].end());
  std::vector<std::int32_t> group(answers);
  for (std::size_t row = 0; row < answers; ++row) {
    group[row] = static_cast<std::int32_t>(row % 12);
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(survey::pairwise_differences(survey::domain_means(prepared, y, group, 12)));
  }
}
BENCHMARK(pairs_of_twelve)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void million_rows_mean(benchmark::State& state) {
  constexpr std::size_t rows = 1000000;
  Uneven uneven;
  survey::Design design;
  survey::Stage stage;
  stats::Matrix y(rows, 1);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t unit = uneven.below(2000);
    stage.unit.push_back(static_cast<std::int32_t>(unit));
    stage.stratum.push_back(static_cast<std::int32_t>(unit % 50));
    design.weights.push_back(.5 + uneven.next());
    y.values[row] = uneven.next();
  }
  if (state.range(0) == 0) {
    stage.unit.clear();
  }
  design.stages = {stage};
  const survey::PreparedDesign prepared(design);
  for (auto _ : state) {
    benchmark::DoNotOptimize(survey::means(prepared, y));
  }
}
BENCHMARK(million_rows_mean)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void census_replicates_mean(benchmark::State& state) {
  constexpr std::size_t rows = 3000000;
  constexpr std::size_t count = 80;
  Uneven uneven;
  survey::Design design;
  auto replicates = std::make_shared<survey::Replicates>();
  replicates->count = count;
  replicates->scale = 4.0 / count;
  replicates->about_estimate = true;
  replicates->df = count - 1;
  stats::Matrix y(rows, 1);
  const bool whole = state.range(0) == 0;
  (whole ? replicates->weights.reserve(rows * count) : replicates->doubles.reserve(rows * count));
  for (std::size_t row = 0; row < rows; ++row) {
    const auto weight = static_cast<std::int32_t>(20 + uneven.below(100));
    design.weights.push_back(weight);
    y.values[row] = static_cast<double>(uneven.below(100));
    for (std::size_t r = 0; r < count; ++r) {
      const auto factor = static_cast<std::int32_t>((row + r * 7) % 3);
      if (whole) {
        replicates->weights.push_back(weight * factor);
      } else {
        replicates->doubles.push_back(weight * factor);
      }
    }
  }
  design.replicates = replicates;
  const survey::PreparedDesign prepared(design);
  for (auto _ : state) {
    benchmark::DoNotOptimize(survey::means(prepared, y));
  }
}
BENCHMARK(census_replicates_mean)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

/// Margins that the answers of annual() can meet: people in uneven numbers by `cells` kinds, in the answers unevenly met.
survey::Margin uneven_margin(const char* name, std::size_t cells, const std::vector<double>& weights, Uneven& uneven) {
  survey::Margin margin;
  margin.name = name;
  margin.totals.assign(cells, 0);
  for (const double weight : weights) {
    const auto cell = static_cast<std::int32_t>(uneven.below(cells));
    margin.cell.push_back(cell);
    margin.totals[static_cast<std::size_t>(cell)] += weight * (0.7 + 0.6 * static_cast<double>(cell) / static_cast<double>(cells));
  }
  double sum = 0;
  for (const double total : margin.totals) {
    sum += total;
  }
  for (double& total : margin.totals) {
    total *= 1e6 / sum;
  }
  return margin;
}

std::vector<survey::Margin> four_margins(const survey::Design& design) {
  Uneven uneven;
  return {uneven_margin("area", areas, design.weights, uneven), uneven_margin("sex x age", 12, design.weights, uneven),
          uneven_margin("tenure", 5, design.weights, uneven), uneven_margin("ethnic group", 8, design.weights, uneven)};
}

void rake_sixty_thousand_on_four_margins(benchmark::State& state) {
  const Annual survey = annual(false);
  const std::vector<survey::Margin> margins = four_margins(survey.design);
  for (auto _ : state) {
    benchmark::DoNotOptimize(survey::calibrate(survey.design, margins));
  }
}
BENCHMARK(rake_sixty_thousand_on_four_margins)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void five_hundred_replicates_raked_anew(benchmark::State& state) {
  const Annual survey = annual(false);
  std::vector<survey::Margin> margins = four_margins(survey.design);
  margins.resize(2);
  const survey::Calibrated raked = survey::calibrate(survey.design, margins);
  survey::ReplicateOptions options;
  options.count = 500;
  options.compact = true;
  for (auto _ : state) {
    benchmark::DoNotOptimize(survey::make_replicates(raked.design, survey::ReplicateMethod::bootstrap, options));
  }
}
BENCHMARK(five_hundred_replicates_raked_anew)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void medians_of_sixty_thousand(benchmark::State& state) {
  const Annual survey = annual(true);
  const survey::PreparedDesign prepared(survey.design);
  Uneven uneven;
  std::vector<double> y(answers);
  for (double& value : y) {
    value = uneven.next();
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(survey::quantiles(prepared, y, std::vector<double>{.25, .5, .75}));
  }
}
BENCHMARK(medians_of_sixty_thousand)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

} // namespace
