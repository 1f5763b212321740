#ifndef CANVASS_CLI_COMMANDS_ALL_HPP
#define CANVASS_CLI_COMMANDS_ALL_HPP

#include "cli/command.hpp"

/// One declaration a command; each is defined in the file of its name, and stands in the table of cli/command.cpp.
namespace canvass::cli::commands {

extern const Command analyse;
extern const Command audit;
extern const Command backup;
extern const Command chart;
extern const Command check;
extern const Command compare;
extern const Command correct;
extern const Command explain;
extern const Command export_answers;
extern const Command held;
extern const Command import_answers;
extern const Command map;
extern const Command new_study;
extern const Command pack;
extern const Command plan;
extern const Command power;
extern const Command report_command;
extern const Command simulate;
extern const Command status;
extern const Command undo;
extern const Command verify;
extern const Command withdraw;
extern const Command help;
extern const Command completion;
extern const Command manual;

} // namespace canvass::cli::commands

#endif
