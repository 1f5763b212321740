#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"

#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand};
constexpr Option options[] = {{.name = "repair", .letter = '\0', .value = "", .help = "rebuild the tables of current answers from the log"},
                              store_option};

Exit run(const Arguments& arguments, Console& console) {
  const LoadedStudy study = load_study(arguments);
  const bool repair = arguments.has("repair");
  const auto store = open_store(arguments, study, repair ? store::Open::read_write : store::Open::read_only);
  const store::VerifyReport report = store->verify(study, repair);
  const std::string path = store_path(arguments, study);
  for (const std::string& fault : report.faults) {
    console.problem({Severity::error, {path}, fault});
  }
  console.data(fmt::format("events      {}\nresponses   {}\nrebuilt     {}\nfaults      {}\nlast link   {}\n", report.events,
                           report.responses, report.rebuilt, report.faults.size(), report.head));
  const std::string shown = shell_word(arguments.operand("STUDY"));
  if (!report.faults.empty()) {
    console.next(
        repair ? "restore the last backup that verifies; this store's log itself is damaged."
               : fmt::format("canvass verify {} --repair rebuilds the current answers from the log; if faults remain, restore a backup.",
                             shown));
    return Exit::store_failed;
  }
  console.next(
      fmt::format("note the last link elsewhere: it shows later that nothing was cut off. canvass backup {} FILE makes a copy.", shown));
  return Exit::done;
}

} // namespace

const Command verify = {
    .name = "verify",
    .group = Group::keep,
    .summary = "recompute the chain of the log and the current answers",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
