#ifndef CANVASS_REPORTS_MEASURE_HPP
#define CANVASS_REPORTS_MEASURE_HPP

#include <string>
#include <string_view>
#include <vector>

namespace canvass::render {

enum class Weight { regular, bold };

/// Width in the unit of `size` of `text` set in Arial, Helvetica or Liberation Sans, which share their advance widths.
/// Characters beyond ASCII count as their widest likely shape, so that a label never takes more room than was left for it.
double text_width(std::string_view text, double size, Weight weight = Weight::regular);

/// Whether text_width is exact for every character of `text`, not an upper bound.
bool has_known_width(std::string_view text);

/// Lines no wider than `width`, broken at spaces, after hyphens and slashes, and inside a word only where it is wider than a line.
/// Never empty: no text gives one empty line. Line breaks in `text` are spaces.
std::vector<std::string> wrap(std::string_view text, double width, double size, Weight weight = Weight::regular);

} // namespace canvass::render

#endif
