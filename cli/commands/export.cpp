#include "cli/answers.hpp"
#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "engine/core/text.hpp"
#include "engine/exchange/export/csv.hpp"

#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr std::string_view formats[] = {"csv"};
constexpr Operand operands[] = {study_operand};
constexpr Option options[] = {{.name = "to", .letter = '\0', .value = "FORMAT", .help = "csv", .allowed = formats},
                              {.name = "output", .letter = 'o', .value = "DIR", .help = "the folder for answers.csv and codebook.csv"},
                              {.name = "wide", .letter = '\0', .value = "", .help = "one row a person, columns WAVE.item"},
                              {.name = "excel", .letter = '\0', .value = "", .help = "with a byte order mark, so that Excel reads UTF-8"},
                              {.name = "weights",
                               .letter = '\0',
                               .value = "",
                               .help = "weights.csv too, of a survey: the weight of each answer before calibration and as used"},
                              store_option};

Exit run(const Arguments& arguments, Console& console) {
  static_cast<void>(arguments.required("to")); // csv is all there is, but a line that names it stays right when there is more
  const std::filesystem::path folder = arguments.required("output");
  const LoadedStudy study = load_study(arguments);
  const auto store = open_store(arguments, study, store::Open::read_only);
  const std::vector<Response> responses = store->responses(study);
  const exchange::CsvExport written = exchange::export_csv(study, responses, {arguments.has("wide"), arguments.has("excel")});
  // As with simulate -o: a file of made-up answers says so by its name, and the import knows it by that.
  const std::string name = store->is_simulated() ? "SIMULATED-answers.csv" : "answers.csv";
  write_file((folder / name).string(), written.data);
  write_file((folder / "codebook.csv").string(), written.codebook);
  console.data(fmt::format("{}\n{}\n", (folder / name).string(), (folder / "codebook.csv").string()));
  if (arguments.has("weights")) {
    const analysis::DataFile weights = analysis::weights_file(study, responses);
    write_file((folder / weights.name).string(), weights.bytes);
    console.data((folder / weights.name).string() + "\n");
  }
  console.say(fmt::format("{} written, with the ids of people in them.",
                          counted(static_cast<long long>(responses.size()), "answer sheet", "answer sheets")));
  console.next(fmt::format("to share answers without identities: canvass pack {} -o FILE.", shell_word(arguments.operand("STUDY"))));
  return Exit::done;
}

} // namespace

const Command export_answers = {
    .name = "export",
    .group = Group::keep,
    .summary = "write the answers and a codebook for other programs",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
