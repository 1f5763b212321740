#ifndef CANVASS_ENGINE_CORE_ESCAPE_HPP
#define CANVASS_ENGINE_CORE_ESCAPE_HPP

#include <string>
#include <string_view>

namespace canvass {

/// For element text and quoted attributes of HTML and SVG: & < > " ' and control characters.
std::string escape_html(std::string_view text);
/// For a terminal: control characters and escape sequences become visible, bidirectional overrides are removed.
std::string escape_terminal(std::string_view text);

} // namespace canvass

#endif
