#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "engine/core/text.hpp"

#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand};
constexpr Option options[] = {
    {.name = "who", .letter = '\0', .value = "ID", .help = "the person who withdraws"},
    {.name = "why", .letter = '\0', .value = "TEXT", .help = "the reason for the log; name nobody in it"},
    {.name = "yes", .letter = '\0', .value = "", .help = "do not ask to type the id again (it is asked on a terminal only)"},
    store_option};

/// What was erased cannot be brought back, so a person at a terminal types the id a second time.
void confirm(const std::string& who, Console& console) {
  console.say(fmt::format("All answers of {} will be erased and cannot be brought back. Type the id again:", who));
  std::string line;
  if (!std::getline(std::cin, line) || trim(line) != who) {
    throw UsageError("the ids differ; nothing was erased");
  }
}

Exit run(const Arguments& arguments, Console& console) {
  const std::string who = arguments.required("who");
  const LoadedStudy study = load_study(arguments);
  const auto store = open_store(arguments, study, store::Open::read_write);
  if (!arguments.has("yes") && console.terminal().err_is_terminal && ::isatty(STDIN_FILENO) == 1) {
    confirm(who, console);
  }
  const std::size_t erased = store->withdraw(who, arguments.value_or("why", "consent withdrawn"));
  console.say(fmt::format("{} erased. The chain of the log is whole, and every report says how many people withdrew.",
                          counted(static_cast<long long>(erased), "answer sheet was", "answer sheets were")));
  console.next(
      fmt::format("take the person out of people.csv and of the files that were imported, and make a new backup: canvass backup {} FILE.",
                  shell_word(arguments.operand("STUDY"))));
  return Exit::done;
}

} // namespace

const Command withdraw = {
    .name = "withdraw",
    .group = Group::collect,
    .summary = "consent withdrawn: erase the answers of a person",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
