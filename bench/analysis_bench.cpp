// A whole report, from made-up answers to the page: the cohort of the examples, 73 people, 49 items, three waves.

#include "engine/analysis/run.hpp"
#include "engine/simulate/simulate.hpp"
#include "engine/study/load.hpp"
#include "reports/renderer.hpp"

#include <benchmark/benchmark.h>
#include <stdexcept>

namespace {

using namespace canvass;

struct Example {
  LoadedStudy study = load_study_or_throw(CANVASS_SOURCE_DIR "/examples/cohort", {{CANVASS_SOURCE_DIR "/instruments"}});
  std::vector<RawRecord> records = simulate::simulate(study, simulate::load_design(study), study.study.plan.seed);
  std::vector<Response> responses = validated();

  std::vector<Response> validated() const {
    const Validator validator(study);
    std::vector<Response> all;
    for (const RawRecord& record : records) {
      Validated one = validator.validate(record);
      if (!one.response) {
        throw std::runtime_error(one.reasons.front());
      }
      all.push_back(std::move(*one.response));
    }
    return all;
  }
  [[nodiscard]] analysis::Input input() const { return {study, responses, {}, 0, 0, true}; }
};

void simulate_and_validate_73_people_49_items_3_waves(benchmark::State& state) {
  const Example example;
  for (auto unused : state) {
    benchmark::DoNotOptimize(simulate::simulate(example.study, simulate::load_design(example.study), 1));
    benchmark::DoNotOptimize(example.validated());
  }
}
BENCHMARK(simulate_and_validate_73_people_49_items_3_waves)->Unit(benchmark::kMillisecond);

void analyse_73_people_49_items_3_waves(benchmark::State& state) {
  const Example example;
  analysis::Options options;
  options.threads = static_cast<unsigned>(state.range(0));
  for (auto unused : state) {
    benchmark::DoNotOptimize(analysis::analyse(example.input(), options));
  }
}
BENCHMARK(analyse_73_people_49_items_3_waves)->ArgName("threads")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond)->UseRealTime();

/// One analysis at a time: where the time goes.
void analyse_one_73_people_49_items_3_waves(benchmark::State& state, const char* only) {
  const Example example;
  analysis::Options options;
  options.only = only;
  for (auto unused : state) {
    benchmark::DoNotOptimize(analysis::analyse(example.input(), options));
  }
}
BENCHMARK_CAPTURE(analyse_one_73_people_49_items_3_waves, primary, "primary")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(analyse_one_73_people_49_items_3_waves, legitimacy_items, "legitimacy_items")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(analyse_one_73_people_49_items_3_waves, within, "within")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(analyse_one_73_people_49_items_3_waves, between, "between")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(analyse_one_73_people_49_items_3_waves, ordinal, "ordinal")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(analyse_one_73_people_49_items_3_waves, waves, "waves")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(analyse_one_73_people_49_items_3_waves, quality, "quality")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(analyse_one_73_people_49_items_3_waves, answers, "answers")->Unit(benchmark::kMillisecond)->UseRealTime();

void make_report_73_people_49_items_3_waves(benchmark::State& state) {
  const Example example;
  const analysis::Analysed analysed = analysis::analyse(example.input(), {});
  for (auto unused : state) {
    benchmark::DoNotOptimize(analysis::make_report(example.input(), analysed, {}));
  }
}
BENCHMARK(make_report_73_people_49_items_3_waves)->Unit(benchmark::kMillisecond);

void render_73_people_49_items_3_waves(benchmark::State& state, const char* format) {
  const Example example;
  const analysis::Analysed analysed = analysis::analyse(example.input(), {});
  const report::Document document = analysis::make_report(example.input(), analysed, {});
  for (auto unused : state) {
    benchmark::DoNotOptimize(render::find_renderer(format)->render(document, {}));
  }
}
BENCHMARK_CAPTURE(render_73_people_49_items_3_waves, html, "html")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(render_73_people_49_items_3_waves, json, "json")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(render_73_people_49_items_3_waves, csv, "csv")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(render_73_people_49_items_3_waves, text, "text")->Unit(benchmark::kMillisecond);

} // namespace
