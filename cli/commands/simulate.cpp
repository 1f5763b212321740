#include "engine/simulate/simulate.hpp"

#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "cli/taking.hpp"
#include "engine/core/text.hpp"
#include "engine/exchange/export/csv.hpp"

#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand};
constexpr Option options[] = {
    {.name = "seed", .letter = '\0', .value = "N", .help = "another seed gives other answers (default: the seed of the plan)"},
    {.name = "output", .letter = 'o', .value = "DIR", .help = "write one file a wave there, to rehearse the import too"},
    store_option};

std::uint64_t seed_of(const Arguments& arguments, const LoadedStudy& study) {
  const auto given = arguments.value("seed");
  if (!given) {
    return study.study.plan.seed;
  }
  const auto seed = parse_int64(*given);
  if (!seed || *seed < 0) {
    throw UsageError(fmt::format("--seed cannot be '{}': it is a whole number from 0", *given));
  }
  return static_cast<std::uint64_t>(*seed);
}

/// One file a wave, in the form that an import takes without a map.
Exit write_waves(const Arguments& arguments, const LoadedStudy& study, const std::vector<Response>& responses, Console& console) {
  const std::filesystem::path folder = arguments.required("output");
  std::string first;
  for (const Wave& wave : study.study.waves) {
    std::vector<Response> of_wave;
    for (const Response& response : responses) {
      if (response.frame.wave == wave.id) {
        of_wave.push_back(response);
      }
    }
    const std::string path = (folder / fmt::format("SIMULATED-{}.csv", wave.id)).string();
    write_file(path, exchange::export_csv(study, of_wave).data);
    console.data(path + "\n");
    first = first.empty() ? path : first;
  }
  console.say(fmt::format("{}, made up. Their names begin with SIMULATED, and the store that takes them is marked for ever.",
                          counted(static_cast<long long>(responses.size()), "answer sheet", "answer sheets")));
  console.next(fmt::format("canvass import {} {}.", shell_word(arguments.operand("STUDY")), shell_word(first)));
  return Exit::done;
}

/// A store that holds answers takes no made-up ones. Asked before anything is written.
void refuse_filled(const Arguments& arguments, const LoadedStudy& study) {
  const std::string path = store_path(arguments, study);
  const auto store = open_store(arguments, study, store::Open::create);
  keep_apart(*store, true, path);
  if (!store->imports().empty()) {
    throw InputError({path}, "this store holds made-up answers already; remove it, or name another with --store");
  }
}

/// Writes the dispatch lists that the study lacks, made up: into its folder, where the study looks for them, or into `folder`.
bool write_lists(const LoadedStudy& study, const std::string& folder, Console& console) {
  const std::vector<simulate::SentList> lists = simulate::make_sent(study, simulate::load_design(study));
  for (const simulate::SentList& list : lists) {
    const std::filesystem::path inside(list.path);
    const std::string path =
        folder.empty() ? list.path : (std::filesystem::path(folder) / ("SIMULATED-" + inside.filename().string())).string();
    write_file(path, list.csv);
    console.say(folder.empty()
                    ? fmt::format("{} is made up too: each of its rows says SIMULATED; remove it before the real list comes.", path)
                    : fmt::format("{} is a made-up dispatch list.", path));
  }
  return !lists.empty();
}

Exit run(const Arguments& arguments, Console& console) {
  LoadedStudy study = load_study(arguments);
  const std::uint64_t seed = seed_of(arguments, study);
  if (!arguments.has("output")) {
    refuse_filled(arguments, study);
    if (write_lists(study, "", console)) {
      study = load_study(arguments); // who was not sent a questionnaire cannot have answered it
    }
  }
  const std::vector<RawRecord> records = simulate::simulate(study, simulate::load_design(study), seed);
  store::ImportBatch batch;
  batch.source = fmt::format("simulation, seed {}", seed);
  batch.simulated = true;
  Taking taking(study, batch);
  for (const RawRecord& record : records) {
    taking.take(record);
  }
  if (arguments.has("output")) {
    write_lists(study, arguments.required("output"), console);
    return write_waves(arguments, study, batch.responses, console);
  }
  const std::string path = store_path(arguments, study);
  const auto store = open_store(arguments, study, store::Open::create);
  const store::ImportCounts counts = store->import(batch, study, console.progress());
  print_taking(batch, counts, taking, study, console);
  console.say(fmt::format("All of it is made up (seed {}): {} and every report from it are marked SIMULATED for ever.", seed, path));
  const auto named = arguments.value("store");
  console.next(fmt::format("canvass report {}{} shows what the report will look like.", shell_word(arguments.operand("STUDY")),
                           named ? " --store " + shell_word(*named) : ""));
  return counts.held > 0 ? Exit::input_is_wrong : Exit::done;
}

} // namespace

const Command simulate = {
    .name = "simulate",
    .group = Group::prepare,
    .summary = "made-up answers, to rehearse the report before fieldwork",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
