#ifndef CANVASS_REPORTS_STYLE_HPP
#define CANVASS_REPORTS_STYLE_HPP

#include <array>
#include <cstddef>
#include <string_view>

/// How reports look: the colours and sizes that charts and pages share. tests/reports/style_test.cpp measures every pair that meets.
namespace canvass::render::style {

// The categorical palette of the Government Analysis Function, and its neighbours of the GOV.UK pages.
inline constexpr std::string_view ink = "#0b0c0c";   ///< text
inline constexpr std::string_view quiet = "#484949"; ///< secondary text: 9:1 on white
inline constexpr std::string_view paper = "#ffffff";
inline constexpr std::string_view grid = "#d9d9d9"; ///< decorative: carries no meaning
inline constexpr std::string_view axis = "#5c5e5e"; ///< carries meaning: 6:1 on white
inline constexpr std::string_view blue = "#12436d";
inline constexpr std::string_view orange = "#f46a25";
inline constexpr std::string_view rust = "#8a3300"; ///< the outline of oranges
inline constexpr std::string_view pink = "#801650";
inline constexpr std::string_view turquoise = "#28a197";
inline constexpr std::string_view dark_grey = "#3d3d3d";
inline constexpr std::string_view neutral = "#f3f3f3";

/// Text in charts: 16 px is 12 pt on paper, where a chart is as wide as the column.
inline constexpr double text_size = 16;
inline constexpr double line_height = 20;
/// The column of an A4 page with 18 mm margins: 174 mm.
inline constexpr double column_width = 660;
/// A panel is never higher, so that it fits a page with its title and notes.
inline constexpr double panel_height = 760;
inline constexpr std::string_view font_family = "Arial, 'Liberation Sans', Arimo, Helvetica, 'Nimbus Sans', sans-serif";

enum class Marker { circle, square, triangle, diamond };

/// A line on a chart is told by marker and dashes as well as by colour.
struct SeriesStyle {
  std::string_view colour;
  std::string_view outline; ///< of the marker: at least 3:1 against white and against the fill of its neighbour
  Marker marker = Marker::circle;
  std::string_view dashes; ///< SVG dash pattern; empty = solid
};

inline constexpr SeriesStyle control_series{orange, rust, Marker::square, "7 5"};
inline constexpr std::array<SeriesStyle, 4> arm_series{{{blue, blue, Marker::circle, ""},
                                                        {pink, pink, Marker::triangle, "12 4"},
                                                        {turquoise, "#0f6b64", Marker::diamond, "2 4"},
                                                        {dark_grey, dark_grey, Marker::circle, "12 4 2 4"}}};

/// A part of a stacked bar.
struct Fill {
  std::string_view colour, outline, text;
};

/// WCAG relative luminance of "#rrggbb".
double luminance(std::string_view colour);
/// WCAG contrast ratio, 1 to 21.
double contrast(std::string_view one, std::string_view other);

/// The fills of `levels` categories, lowest first: `disagree` warm ones (strongest first), then greys, then `agree` cool ones (strongest
/// last). Up to four a side have colours of their own; more share the nearest.
Fill likert_fill(std::size_t level, std::size_t disagree, std::size_t neutral, std::size_t agree);

inline constexpr Fill fill_down{"#fbc9ae", rust, ink};
inline constexpr Fill fill_same{neutral, dark_grey, ink};
inline constexpr Fill fill_up{blue, blue, paper};

/// Bars with an interval drawn over them in ink: light, and outlined.
inline constexpr Fill bar_first{"#6bace6", blue, ink};
inline constexpr Fill bar_second{"#fbc9ae", rust, ink};
inline constexpr Fill bar_quiet{"#d9d9d9", dark_grey, ink};

/// Behind the row that a report is about; its words are bold as well.
inline constexpr std::string_view tint = "#e6eef7";

} // namespace canvass::render::style

#endif
