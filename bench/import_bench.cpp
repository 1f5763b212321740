// The way of an import, piece by piece: text to records, records to responses, responses into the store.

#include "bench/big_survey.hpp"
#include "engine/exchange/import/csv.hpp"
#include "engine/store/store.hpp"
#include "engine/study/load.hpp"

#include <benchmark/benchmark.h>
#include <optional>
#include <unistd.h>

namespace {

using namespace canvass;

/// A survey on disk, loaded; the folder goes with it.
class Files {
public:
  explicit Files(bool labels) : folder_(std::filesystem::temp_directory_path() / ("canvass-bench-" + std::to_string(::getpid()))) {
    bench::BigSurvey survey;
    survey.labels = labels;
    bench::write_survey(folder_, survey);
    study = load_study_or_throw(folder_.string(), {});
    csv = bench::answers_csv(survey);
    if (labels) {
      map = exchange::load_mapping((folder_ / "map.yaml").string());
    }
  }
  ~Files() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  [[nodiscard]] std::string path(const char* name) const { return (folder_ / name).string(); }
  [[nodiscard]] const exchange::Mapping* mapping() const { return map ? &*map : nullptr; }

  LoadedStudy study;
  std::string csv;
  std::optional<exchange::Mapping> map;

private:
  std::filesystem::path folder_;
};

void import_csv_60000_rows_100_columns(benchmark::State& state) {
  const Files files(state.range(0) == 1);
  for (auto unused : state) {
    std::size_t records = 0;
    exchange::import_csv(files.csv, "answers.csv", files.mapping(), files.study, {}, [&](const RawRecord&) { ++records; });
    if (records != 60'000) {
      state.SkipWithError("not every row became a record");
    }
  }
}
BENCHMARK(import_csv_60000_rows_100_columns)->ArgName("labels")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void import_csv_and_validate_60000_rows_100_columns(benchmark::State& state) {
  const Files files(state.range(0) == 1);
  const Validator validator(files.study);
  for (auto unused : state) {
    std::size_t responses = 0;
    exchange::import_csv(files.csv, "answers.csv", files.mapping(), files.study, {},
                         [&](const RawRecord& record) { responses += validator.validate(record).response ? 1U : 0U; });
    if (responses != 60'000) {
      state.SkipWithError("not every record became a response");
    }
  }
}
BENCHMARK(import_csv_and_validate_60000_rows_100_columns)->ArgName("labels")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void store_import_60000_rows_100_columns(benchmark::State& state) {
  const Files files(false);
  const Validator validator(files.study);
  store::ImportBatch batch;
  batch.source = "answers.csv";
  const auto imported = exchange::import_csv(files.csv, "answers.csv", nullptr, files.study, {}, [&](const RawRecord& record) {
    batch.responses.push_back(validator.validate(record).response.value());
    batch.raws.push_back(record.raw);
  });
  batch.header = imported.header;
  for (auto unused : state) {
    state.PauseTiming();
    for (const char* name : {"answers.db", "answers.db-wal", "answers.db-shm"}) {
      std::filesystem::remove(files.path(name));
    }
    state.ResumeTiming();
    const auto store = store::open(files.path("answers.db"), store::Open::create, files.study);
    if (store->import(batch, files.study, {}).added != 60'000) {
      state.SkipWithError("not every response was added");
    }
  }
}
BENCHMARK(store_import_60000_rows_100_columns)->Unit(benchmark::kMillisecond);

} // namespace
