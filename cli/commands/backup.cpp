#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"

#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand, {.name = "FILE", .kind = Operand::Kind::file}};
constexpr Option options[] = {store_option};

Exit run(const Arguments& arguments, Console& console) {
  const LoadedStudy study = load_study(arguments);
  const std::string& target = arguments.operand("FILE");
  if (std::filesystem::exists(target)) {
    throw UsageError(fmt::format("{} is there already, and a backup never overwrites one; give another name", target));
  }
  open_store(arguments, study, store::Open::read_only)->backup(target);
  // A copy that cannot be read is no backup: open it and recompute its chain before saying that it is done.
  const auto copy = store::open(target, store::Open::read_only, study);
  const store::VerifyReport report = copy->verify(study, false);
  if (!report.faults.empty()) {
    for (const std::string& fault : report.faults) {
      console.problem({Severity::error, {target}, fault});
    }
    throw StoreError(fmt::format("the copy {} does not verify; run canvass verify on the store itself", target));
  }
  console.data(fmt::format("{}\n", target));
  console.say(fmt::format("Copied and verified: {} events, {} answer sheets; last link of the chain {}.", report.events, report.responses,
                          report.head));
  console.next(fmt::format("keep {} on another disk, and note the last link beside it.", shell_word(target)));
  return Exit::done;
}

} // namespace

const Command backup = {
    .name = "backup",
    .group = Group::keep,
    .summary = "copy the store, while others may write, and verify the copy",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
