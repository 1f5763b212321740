#ifndef CANVASS_CLI_VERSION_HPP
#define CANVASS_CLI_VERSION_HPP

#include <string_view>

namespace canvass::cli {

/// The version of the project in CMakeLists.txt.
inline constexpr std::string_view version = CANVASS_VERSION;

} // namespace canvass::cli

#endif
