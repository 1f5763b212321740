#include "cli/completion.hpp"

#include "cli/commands/all.hpp"

namespace canvass::cli::commands {

namespace {

Exit run(const Arguments&, Console& console) {
  console.data(bash_completion());
  return Exit::done;
}

} // namespace

const Command completion = {
    .name = "completion",
    .group = Group::hidden,
    .summary = "print the completion script for bash",
    .operands = {},
    .options = {},
    .run = run,
};

} // namespace canvass::cli::commands
