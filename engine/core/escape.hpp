#ifndef CANVASS_ENGINE_CORE_ESCAPE_HPP
#define CANVASS_ENGINE_CORE_ESCAPE_HPP

#include <string>
#include <string_view>

namespace canvass {

/// Without the characters that change the order in which text is shown (U+202A..202E, U+2066..2069, U+200E, U+200F, U+061C): a reader of
/// a report must see what stands there. Answers and labels keep them in the store and in `canvass export`; no rendered report does.
std::string without_bidirectional(std::string_view text);
/// For element text and quoted attributes of HTML and SVG: & < > " ' and control characters; bidirectional overrides are removed.
std::string escape_html(std::string_view text);
/// For a terminal: control characters and escape sequences become visible, bidirectional overrides are removed.
std::string escape_terminal(std::string_view text);
/// A control character of ASCII or of U+0080..U+009F that is not among `allowed`: terminals obey them.
bool has_control_character(std::string_view text, std::string_view allowed = {});

} // namespace canvass

#endif
