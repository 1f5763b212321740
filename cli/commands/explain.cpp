#include "cli/answers.hpp"
#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand, {.name = "ROW", .kind = Operand::Kind::word}};
constexpr Option options[] = {
    release_option,
    {.name = "output", .letter = 'o', .value = "DIR", .help = "write counts.csv and scores.csv there, for the spreadsheet formula"},
    threads_option,
    store_option};

Exit run(const Arguments& arguments, Console& console) {
  const auto answers = load_answers(arguments, console);
  analysis::Options chosen = analysis_options(arguments, console);
  if (const std::string& id = arguments.operand("ROW"); id.starts_with("area_trend/")) { // a row of the report on that area
    chosen.area = id.substr(id.rfind('/') + 1);
  }
  const analysis::Analysed analysed = analysis::analyse(answers->input(), chosen);
  analysis::Explanation explained = analysis::explain(answers->input(), analysed, arguments.operand("ROW"));
  if (chosen.release == analysis::Release::internal) { // whose files have a name of their own
    const std::size_t end = explained.formula_note.find("s.csv");
    explained.formula_note.insert(end == std::string::npos ? explained.formula_note.size() : end + 1,
                                  end == std::string::npos ? "" : "-internal");
  }
  std::size_t widest = 0;
  for (const auto& [label, text] : explained.facts) {
    widest = std::max(widest, label.size());
  }
  console.data(fmt::format("{}{}\n\n", answers->simulated ? "SIMULATED   " : "", explained.what));
  for (const auto& [label, text] : explained.facts) {
    console.data(fmt::format("{:<{}}  {}\n", label, widest, text));
  }
  if (!explained.replication.empty()) {
    console.data("\nThe same by other programs:\n");
    for (const std::string& line : explained.replication) {
      console.data("  " + line + "\n");
    }
  }
  if (!explained.formula.empty()) {
    console.data("\nThe same by a spreadsheet:\n  " + explained.formula + "\n");
  }
  if (!explained.formula_note.empty()) {
    console.data("  " + explained.formula_note + "\n");
  }
  if (const auto folder = arguments.value("output")) {
    for (const analysis::DataFile& file : analysis::data_files(answers->input(), chosen)) {
      const std::string path = (std::filesystem::path(*folder) / file.name).string();
      write_file(path, file.bytes);
      console.say("Wrote " + path + ".");
    }
    console.next("open the file in a spreadsheet and put the formula into an empty cell.");
  } else {
    console.next("the same line with -o DIR writes the counts that the formula works on.");
  }
  return Exit::done;
}

} // namespace

const Command explain = {
    .name = "explain",
    .group = Group::analyse,
    .summary = "one number taken apart: counts, exclusions, method, and how to recompute it",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
