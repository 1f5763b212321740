#include "cli/commands/all.hpp"
#include "cli/page.hpp"
#include "engine/core/text.hpp"

#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {{.name = "COMMAND", .kind = Operand::Kind::word, .optional = true}};

Exit run(const Arguments& arguments, Console& console) {
  if (!arguments.has_operand("COMMAND")) {
    console.data(overview_text(console));
    return Exit::done;
  }
  const std::string& name = arguments.operand("COMMAND");
  const Command* command = find_command(name);
  if (command == nullptr) {
    std::vector<std::string> names;
    for (const Command* one : command_table()) {
      names.emplace_back(one->name);
    }
    throw UsageError(fmt::format("there is no command '{}'{}", name, did_you_mean(name, names)));
  }
  console.data(help_text(*command, console));
  return Exit::done;
}

} // namespace

const Command help = {
    .name = "help",
    .group = Group::hidden,
    .summary = "explain a command, with examples",
    .operands = operands,
    .options = {},
    .run = run,
};

} // namespace canvass::cli::commands
