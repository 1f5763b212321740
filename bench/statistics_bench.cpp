// The statistics that take time, at the sizes of a cohort evaluation.

#include "bench/simulation/made_cohort.hpp"
#include "engine/stats/mmrm.hpp"
#include "engine/stats/ordinal_mixed.hpp"
#include "engine/stats/signed_rank.hpp"
#include "engine/stats/westfall_young.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace canvass;

simulation::Cohort cohort_of(std::size_t items) {
  simulation::Truth truth;
  truth.items = items;
  truth.leaving = simulation::Leaving::nobody;
  return simulation::Maker(truth).draw(RandomStream(1, "bench"));
}

/// Changes T3 - T1 of 73 people.
stats::ChangeTable changes_of(const simulation::Cohort& cohort) {
  stats::ChangeTable table;
  table.people = cohort.people;
  table.outcomes = cohort.items;
  for (std::size_t item = 0; item < cohort.items; ++item) {
    table.names.push_back("i" + std::to_string(item));
  }
  for (std::size_t person = 0; person < cohort.people; ++person) {
    for (std::size_t item = 0; item < cohort.items; ++item) {
      table.changes.push_back(static_cast<double>(cohort.answer(person, 2, item)) - cohort.answer(person, 0, item));
    }
  }
  return table;
}

void westfall_young_73_people_49_items_100000_draws(benchmark::State& state) {
  const simulation::Cohort cohort = cohort_of(49);
  const stats::ChangeTable table = changes_of(cohort);
  std::vector<std::uint8_t> treated;
  for (const std::size_t arm : cohort.arm) {
    treated.push_back(arm == 1 ? 1 : 0);
  }
  stats::WestfallYoungOptions options;
  options.threads = static_cast<unsigned>(state.range(0));
  for (auto unused : state) {
    benchmark::DoNotOptimize(stats::westfall_young_between(table, treated, {}, options));
  }
}
BENCHMARK(westfall_young_73_people_49_items_100000_draws)->ArgName("threads")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond)->UseRealTime();

void mmrm_73_people_3_waves(benchmark::State& state) {
  simulation::Truth truth;
  const simulation::Cohort cohort = simulation::Maker(truth).draw(RandomStream(1, "bench"));
  for (auto unused : state) {
    benchmark::DoNotOptimize(stats::mmrm_arm_by_wave(cohort.scores, cohort.arm));
  }
}
BENCHMARK(mmrm_73_people_3_waves)->Unit(benchmark::kMillisecond);

void signed_rank_exact_20_items_73_people(benchmark::State& state) {
  const simulation::Cohort cohort = cohort_of(20);
  const stats::ChangeTable table = changes_of(cohort);
  std::vector<std::vector<double>> items(cohort.items);
  for (std::size_t i = 0; i < table.changes.size(); ++i) {
    items[i % cohort.items].push_back(table.changes[i]);
  }
  for (auto unused : state) {
    for (const std::vector<double>& changes : items) {
      benchmark::DoNotOptimize(stats::signed_rank(changes, {}));
    }
  }
}
BENCHMARK(signed_rank_exact_20_items_73_people)->Unit(benchmark::kMillisecond);

} // namespace
