#ifndef CANVASS_CLI_COMMAND_HPP
#define CANVASS_CLI_COMMAND_HPP

#include "cli/arguments.hpp"
#include "cli/console.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::cli {

/// What a command ends with when it throws nothing. Errors carry their own code (engine/core/error.hpp).
enum class Exit { done = 0, bug = 1, input_is_wrong = 2, data_cannot_bear_it = 3, store_failed = 4, wrong_usage = 64 };

/// Heading under which `canvass --help` lists a command.
enum class Group { prepare, collect, analyse, keep, hidden };

/// One command: a file commands/<name>.cpp that defines it, and its page commands/<name>.md beside it.
/// Help, manual page, completion and "did you mean" are all made from this row and the page.
struct Command {
  std::string_view name;
  Group group = Group::hidden;
  std::string_view summary;          ///< one line, no full stop
  std::span<const Operand> operands; ///< in order; only the last may repeat
  std::span<const Option> options;
  Exit (*run)(const Arguments& arguments, Console& console) = nullptr;
};

/// The explicit table, in the order in which a study uses them.
std::span<const Command* const> command_table();
const Command* find_command(std::string_view name);

/// "canvass import STUDY FILE [--map FILE] ...".
std::string synopsis(const Command& command);
/// The options of a command, the ones that every command has included.
std::vector<Option> all_options(const Command& command);

/// Runs one command line (without the program's name) and gives the exit code: the only place where exceptions become messages.
int run(const std::vector<std::string>& words, Console& console);

} // namespace canvass::cli

#endif
