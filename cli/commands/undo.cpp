#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand, {.name = "IMPORT", .kind = Operand::Kind::word}};
constexpr Option options[] = {store_option};

Exit run(const Arguments& arguments, Console& console) {
  const auto number = parse_int64(arguments.operand("IMPORT"));
  if (!number || *number < 1) {
    throw UsageError(fmt::format("IMPORT cannot be '{}': it is the number that canvass import printed; canvass audit STUDY shows it too",
                                 arguments.operand("IMPORT")));
  }
  const LoadedStudy study = load_study(arguments);
  const auto store = open_store(arguments, study, store::Open::read_write);
  store->undo(*number, study);
  const auto imports = store->imports();
  const auto undone = std::find_if(imports.begin(), imports.end(), [&](const store::ImportSummary& one) { return one.id == *number; });
  if (undone != imports.end()) {
    console.data(fmt::format("removed    {}\nrestored   {}\nkept       {}\n", undone->removed, undone->restored, undone->kept.size()));
    console.say(fmt::format("Import {} of {} is undone; it stays in the log as undone.", undone->id, undone->source));
    for (const std::string& id : undone->kept) {
      console.problem({Severity::note, {id}, "stays, because something later touched it"});
    }
  }
  console.next(fmt::format("canvass import {} FILE with the mended file.", shell_word(arguments.operand("STUDY"))));
  return Exit::done;
}

} // namespace

const Command undo = {
    .name = "undo",
    .group = Group::collect,
    .summary = "take an import back",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
