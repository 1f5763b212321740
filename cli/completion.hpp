#ifndef CANVASS_CLI_COMPLETION_HPP
#define CANVASS_CLI_COMPLETION_HPP

#include <string>

namespace canvass::cli {

/// The completion script for bash, made from the table of commands.
std::string bash_completion();

} // namespace canvass::cli

#endif
