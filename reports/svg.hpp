#ifndef CANVASS_REPORTS_SVG_HPP
#define CANVASS_REPORTS_SVG_HPP

#include "reports/measure.hpp"
#include "reports/style.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A drawing as data, so that a test can ask it whether a label is cut off, before any browser sees it.
namespace canvass::render {

struct Line {
  double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  std::string_view stroke = style::axis;
  double thickness = 1;
  std::string_view dashes;
};

struct Rect {
  double x = 0, y = 0, width = 0, height = 0;
  std::string_view fill = style::paper;
  std::string_view stroke;
  double thickness = 1.5;
  double radius = 0;
};

/// Straight lines through points; closed shapes are filled.
struct Path {
  std::vector<std::pair<double, double>> points;
  bool closed = false;
  std::string_view fill;   ///< empty = none
  std::string_view stroke; ///< empty = none
  double thickness = 1.5;
  std::string_view dashes;
};

struct Circle {
  double x = 0, y = 0, radius = 5;
  std::string_view fill;
  std::string_view stroke;
  double thickness = 1.5;
};

enum class Anchor { start, middle, end };

/// One line of text; y is its baseline.
struct Text {
  double x = 0, y = 0;
  std::string text;
  Anchor anchor = Anchor::start;
  Weight weight = Weight::regular;
  std::string_view fill = style::ink;
  double size = style::text_size;
};

using Shape = std::variant<Line, Rect, Path, Circle, Text>;

struct Scene {
  double width = style::column_width;
  double height = 0;
  std::vector<Shape> shapes;
  /// A tall drawing may be cut at these heights where a page ends; what stands above `body` (key, heads of columns) and from `foot` on (the
  /// axis) is repeated on each page. Empty: it is kept whole.
  std::vector<double> cuts;
  double body = 0, foot = 0;

  void add(const Shape& shape);
};

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
};

/// The room that a line of text takes: its advance width, from cap height to descender.
Box bounds(const Text& text);
/// The room of any shape, half its line's thickness included.
Box bounds(const Shape& shape);
bool overlap(const Box& one, const Box& other);

/// Puts `lines` under one another, the first baseline at `y`; gives the baseline that a next line would have.
double add_lines(Scene& scene, const std::vector<std::string>& lines, double x, double y, Anchor anchor = Anchor::start,
                 Weight weight = Weight::regular, std::string_view fill = style::ink);

/// The marker of a series, filled, or hollow (white with a thick outline).
void add_marker(Scene& scene, style::Marker marker, double x, double y, std::string_view fill, std::string_view outline,
                bool hollow = false);

struct SvgHead {
  std::string id;    ///< prefix of the ids of title and description; unique in a page
  std::string title; ///< read first by a screen reader
  std::string description;
  bool simulated = false;  ///< the top right corner says so (in a strip of its own if taken): charts get copied out of reports
  bool standalone = false; ///< a file of its own: XML declaration
};

/// Bytes depend on the scene alone: coordinates have one decimal.
std::string to_svg(const Scene& scene, const SvgHead& head);

/// The slice of a scene between two heights; shapes that reach over an end are cut off there. One slice of a drawing carries its title and
/// description (`head`); the others have none and are hidden from screen readers.
std::string to_svg_slice(const Scene& scene, double from, double to, bool simulated, const SvgHead* head = nullptr);

} // namespace canvass::render

#endif
