#ifndef CANVASS_ENGINE_CORE_ESCAPE_HPP
#define CANVASS_ENGINE_CORE_ESCAPE_HPP

#include <string>
#include <string_view>

namespace canvass {

/// For element text and quoted attributes of HTML and SVG: & < > " ' and control characters; bidirectional overrides are removed.
std::string escape_html(std::string_view text);
/// For a terminal: control characters and escape sequences become visible, bidirectional overrides are removed.
std::string escape_terminal(std::string_view text);
/// A control character of ASCII or of U+0080..U+009F that is not among `allowed`: terminals obey them.
bool has_control_character(std::string_view text, std::string_view allowed = {});

} // namespace canvass

#endif
