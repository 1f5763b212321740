#include "cli/commands/all.hpp"
#include "cli/page.hpp"

#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {{.name = "COMMAND", .kind = Operand::Kind::word, .optional = true}};

Exit run(const Arguments& arguments, Console& console) {
  const Command* command = nullptr;
  if (arguments.has_operand("COMMAND")) {
    command = find_command(arguments.operand("COMMAND"));
    if (command == nullptr) {
      throw UsageError(fmt::format("there is no command '{}'", arguments.operand("COMMAND")));
    }
  }
  console.data(manual_text(command));
  return Exit::done;
}

} // namespace

const Command manual = {
    .name = "manual",
    .group = Group::hidden,
    .summary = "print a manual page in roff, as the build installs it",
    .operands = operands,
    .options = {},
    .run = run,
};

} // namespace canvass::cli::commands
