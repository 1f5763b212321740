#include "reports/svg.hpp"

#include "engine/core/escape.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace canvass::render {
namespace {

constexpr double simulated_strip = 26;
constexpr double cap_height = 0.74;
constexpr double descender = 0.22;

/// A coordinate is for a drawing program, not for a reader: one decimal, no "-0".
std::string coordinate(double value) {
  const double rounded = std::round(value * 10) / 10;
  std::string text = fmt::format("{:.1f}", rounded == 0 ? 0.0 : rounded);
  if (text.ends_with(".0")) {
    text.resize(text.size() - 2);
  }
  return text;
}

std::string attribute(std::string_view name, double value) {
  return fmt::format(" {}=\"{}\"", name, coordinate(value));
}

std::string paint(std::string_view fill, std::string_view stroke, double thickness, std::string_view dashes) {
  std::string text = fmt::format(" fill=\"{}\"", fill.empty() ? "none" : fill);
  if (!stroke.empty()) {
    text += fmt::format(" stroke=\"{}\"{}", stroke, attribute("stroke-width", thickness));
  }
  if (!dashes.empty()) {
    text += fmt::format(" stroke-dasharray=\"{}\"", dashes);
  }
  return text;
}

std::string element(const Line& line) {
  return fmt::format("<line{}{}{}{}{}/>", attribute("x1", line.x1), attribute("y1", line.y1), attribute("x2", line.x2),
                     attribute("y2", line.y2), paint("", line.stroke, line.thickness, line.dashes));
}

std::string element(const Rect& rect) {
  return fmt::format("<rect{}{}{}{}{}{}/>", attribute("x", rect.x), attribute("y", rect.y), attribute("width", rect.width),
                     attribute("height", rect.height), rect.radius > 0 ? attribute("rx", rect.radius) : "",
                     paint(rect.fill, rect.stroke, rect.thickness, ""));
}

std::string element(const Path& path) {
  std::string points;
  for (const auto& [x, y] : path.points) {
    points += (points.empty() ? "M" : "L") + coordinate(x) + " " + coordinate(y);
  }
  return fmt::format("<path d=\"{}{}\"{}/>", points, path.closed ? "Z" : "", paint(path.fill, path.stroke, path.thickness, path.dashes));
}

std::string element(const Circle& circle) {
  return fmt::format("<circle{}{}{}{}/>", attribute("cx", circle.x), attribute("cy", circle.y), attribute("r", circle.radius),
                     paint(circle.fill, circle.stroke, circle.thickness, ""));
}

std::string element(const Text& text) {
  std::string out = fmt::format("<text{}{}", attribute("x", text.x), attribute("y", text.y));
  if (text.anchor != Anchor::start) {
    out += text.anchor == Anchor::middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
  }
  if (text.weight == Weight::bold) {
    out += " font-weight=\"700\"";
  }
  if (text.fill != style::ink) {
    out += fmt::format(" fill=\"{}\"", text.fill);
  }
  if (text.size != style::text_size) {
    out += attribute("font-size", text.size);
  }
  // Where none of the fonts is installed, a wider one is set as narrow as the room that was left for it.
  if (has_known_width(text.text)) {
    out += attribute("textLength", text_width(text.text, text.size, text.weight)) + " lengthAdjust=\"spacingAndGlyphs\"";
  }
  return out + ">" + escape_html(text.text) + "</text>";
}

Text simulated_mark(const Scene& scene) {
  return {scene.width, 16, "SIMULATED: made-up answers", Anchor::end, Weight::bold, style::pink, style::text_size};
}

/// The room above a drawing that the mark needs because its corner is taken.
double strip_for_mark(const Scene& scene, double from, double to) {
  Box room = bounds(simulated_mark(scene));
  room.top += from;
  room.bottom = std::min(room.bottom + from, to);
  const bool taken =
      std::any_of(scene.shapes.begin(), scene.shapes.end(), [&](const Shape& shape) { return overlap(bounds(shape), room); });
  return taken || to - from < room.bottom - room.top ? simulated_strip : 0;
}

/// What all drawings say of their letters.
std::string type() {
  return fmt::format("font-family=\"{}\" font-size=\"{}\" fill=\"{}\"", style::font_family, coordinate(style::text_size), style::ink);
}

std::string named_by(const SvgHead& head) {
  return fmt::format("role=\"img\" aria-labelledby=\"{}-title {}-desc\"", head.id, head.id);
}

std::string names(const SvgHead& head) {
  return fmt::format("<title id=\"{}-title\">{}</title>\n<desc id=\"{}-desc\">{}</desc>\n", head.id, escape_html(head.title), head.id,
                     escape_html(head.description));
}

/// Whether a shape belongs to a slice: by more than a hair, or, for a line that lies on a cut, by its middle.
bool shows(const Box& box, double from, double to) {
  const double middle = (box.top + box.bottom) / 2;
  return (box.bottom > from + 1 && box.top < to - 1) || (middle >= from && middle < to);
}

/// The shapes that show between two heights; with the mark, if `simulated`, and moved down by the strip that it needs.
std::string drawn(const Scene& scene, double from, double to, bool simulated, double strip) {
  std::string out;
  if (simulated) {
    out += element(simulated_mark(scene)) + "\n";
  }
  if (strip > 0) {
    out += fmt::format("<g transform=\"translate(0 {})\">\n", coordinate(strip));
  }
  for (const Shape& shape : scene.shapes) {
    if (shows(bounds(shape), from, to)) {
      out += std::visit([](const auto& one) { return element(one); }, shape) + "\n";
    }
  }
  return strip > 0 ? out + "</g>\n" : out;
}

} // namespace

void Scene::add(const Shape& shape) {
  shapes.push_back(shape);
}

Box bounds(const Text& text) {
  const double width = text_width(text.text, text.size, text.weight);
  const double left = text.anchor == Anchor::start ? text.x : text.anchor == Anchor::middle ? text.x - width / 2 : text.x - width;
  return {left, text.y - cap_height * text.size, left + width, text.y + descender * text.size};
}

double add_lines(Scene& scene, const std::vector<std::string>& lines, double x, double y, Anchor anchor, Weight weight,
                 std::string_view fill) {
  for (const std::string& line : lines) {
    if (!line.empty()) {
      scene.add(Text{x, y, line, anchor, weight, fill, style::text_size});
    }
    y += style::line_height;
  }
  return y;
}

Box bounds(const Shape& shape) {
  struct Bounds {
    Box operator()(const Line& line) const {
      const double half = line.thickness / 2;
      return {std::min(line.x1, line.x2) - half, std::min(line.y1, line.y2) - half, std::max(line.x1, line.x2) + half,
              std::max(line.y1, line.y2) + half};
    }
    Box operator()(const Rect& rect) const {
      const double half = rect.stroke.empty() ? 0 : rect.thickness / 2;
      return {rect.x - half, rect.y - half, rect.x + rect.width + half, rect.y + rect.height + half};
    }
    Box operator()(const Path& path) const {
      const double half = path.stroke.empty() ? 0 : path.thickness / 2;
      Box box{path.points.front().first, path.points.front().second, path.points.front().first, path.points.front().second};
      for (const auto& [x, y] : path.points) {
        box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x), std::max(box.bottom, y)};
      }
      return {box.left - half, box.top - half, box.right + half, box.bottom + half};
    }
    Box operator()(const Circle& circle) const {
      const double reach = circle.radius + (circle.stroke.empty() ? 0 : circle.thickness / 2);
      return {circle.x - reach, circle.y - reach, circle.x + reach, circle.y + reach};
    }
    Box operator()(const Text& text) const { return bounds(text); }
  };
  return std::visit(Bounds{}, shape);
}

bool overlap(const Box& one, const Box& other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

void add_marker(Scene& scene, style::Marker marker, double x, double y, std::string_view fill, std::string_view outline, bool hollow) {
  const std::string_view inside = hollow ? style::paper : fill;
  const double thickness = hollow ? 2.5 : 1.5;
  switch (marker) {
  case style::Marker::circle: scene.add(Circle{x, y, 5.5, inside, outline, thickness}); break;
  case style::Marker::square: scene.add(Rect{x - 5, y - 5, 10, 10, inside, outline, thickness, 0}); break;
  case style::Marker::triangle:
    scene.add(Path{{{x, y - 6.5}, {x + 6.5, y + 5}, {x - 6.5, y + 5}}, true, inside, outline, thickness, ""});
    break;
  case style::Marker::diamond:
    scene.add(Path{{{x, y - 7}, {x + 7, y}, {x, y + 7}, {x - 7, y}}, true, inside, outline, thickness, ""});
    break;
  }
}

std::string to_svg(const Scene& scene, const SvgHead& head) {
  const double strip = head.simulated ? strip_for_mark(scene, 0, scene.height) : 0;
  const std::string width = coordinate(scene.width);
  const std::string height = coordinate(scene.height + strip);
  std::string out;
  if (head.standalone) {
    out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  }
  out += fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" {} {}>\n",
                     width, height, width, height, named_by(head), type());
  out += names(head) + element(Rect{0, 0, scene.width, scene.height + strip, style::paper, "", 0, 0}) + "\n";
  return out + drawn(scene, 0, scene.height, head.simulated, strip) + "</svg>\n";
}

std::string to_svg_slice(const Scene& scene, double from, double to, bool simulated, const SvgHead* head) {
  const double strip = simulated ? strip_for_mark(scene, from, to) : 0;
  const std::string width = coordinate(scene.width);
  const std::string height = coordinate(to - from + strip);
  std::string out = fmt::format("<svg class=\"chart\" viewBox=\"0 {} {} {}\" width=\"{}\" height=\"{}\" {} {}>\n", coordinate(from - strip),
                                width, height, width, height, head != nullptr ? named_by(*head) : "aria-hidden=\"true\"", type());
  out += head != nullptr ? names(*head) : "";
  out += element(Rect{0, from - strip, scene.width, to - from + strip, style::paper, "", 0, 0}) + "\n";
  if (simulated) {
    Text mark = simulated_mark(scene);
    mark.y += from - strip;
    out += element(mark) + "\n";
  }
  return out + drawn(scene, from, to, false, 0) + "</svg>\n";
}

} // namespace canvass::render
