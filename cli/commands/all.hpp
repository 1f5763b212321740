#ifndef CANVASS_CLI_COMMANDS_ALL_HPP
#define CANVASS_CLI_COMMANDS_ALL_HPP

#include "cli/command.hpp"

/// One declaration a command; each is defined in the file of its name, and stands in the table of cli/command.cpp.
namespace canvass::cli::commands {

extern const Command audit;
extern const Command correct;
extern const Command export_answers;
extern const Command held;
extern const Command import_answers;
extern const Command map;
extern const Command plan;
extern const Command simulate;
extern const Command undo;
extern const Command withdraw;
extern const Command backup;
extern const Command status;
extern const Command verify;
extern const Command help;
extern const Command completion;
extern const Command manual;

} // namespace canvass::cli::commands

#endif
