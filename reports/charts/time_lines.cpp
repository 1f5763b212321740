#include "reports/charts/time_lines.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::render::charts {
namespace {

constexpr double cap = 5;
constexpr double widest_event = 190;

} // namespace

Axis upright_axis(const Extent& extent, double lowest, double highest) {
  double low = extent.low;
  double high = extent.high;
  const bool has_scale = highest > lowest;
  const double least = has_scale ? (highest - lowest) / 4 : 0;
  if (high - low < least) {
    const double middle = (low + high) / 2;
    low = middle - least / 2;
    high = middle + least / 2;
  }
  Axis axis = round_axis(low, high, 6);
  if (has_scale) {
    axis.low = std::max(axis.low, lowest);
    axis.high = std::min(axis.high, highest);
  }
  return axis;
}

double add_event_lines(Scene& scene, const std::vector<EventLine>& events, double top, double plot_height) {
  struct Placed {
    double from = 0, to = 0, line_from = 0;
    std::vector<std::string> lines;
    double baseline = 0;
  };
  std::vector<Placed> placed;
  double lowest = top;
  for (const EventLine& event : events) {
    Placed one;
    one.lines = wrap(event.label, widest_event, style::text_size);
    const double width = widest(one.lines);
    const double centre = std::clamp(event.x, width / 2, scene.width - width / 2);
    one.from = centre - width / 2;
    one.to = centre + width / 2;
    double row = top;
    for (const Placed& other : placed) {
      if (one.from < other.to + 12 && other.from < one.to + 12) {
        row = std::max(row, other.line_from);
      }
    }
    one.baseline = row + 16;
    one.line_from = row + 4 + style::line_height * static_cast<double>(one.lines.size());
    lowest = std::max(lowest, one.line_from);
    placed.push_back(std::move(one));
  }
  const double plot_top = events.empty() ? top + 8 : lowest + 6;
  for (std::size_t i = 0; i < events.size(); ++i) {
    scene.add(Line{events[i].x, placed[i].line_from, events[i].x, plot_top + plot_height, events[i].stroke, 1.5, events[i].dashes});
  }
  for (const Placed& one : placed) {
    for (const std::string& line : one.lines) {
      // White under the words, where the line of an earlier event passes.
      const double width = text_width(line, style::text_size);
      scene.add(Rect{(one.from + one.to) / 2 - width / 2 - 2,
                     one.line_from - 4 - style::line_height * static_cast<double>(one.lines.size()), width + 4,
                     style::line_height * static_cast<double>(one.lines.size()), style::paper, "", 0, 0});
    }
    add_lines(scene, one.lines, (one.from + one.to) / 2, one.baseline, Anchor::middle, Weight::regular, style::quiet);
  }
  return plot_top;
}

void add_upright_axis(Scene& scene, const Axis& axis, double left, double right, const std::vector<std::string>& numbers,
                      const std::vector<double>& columns, bool broken) {
  const std::vector<double> ticks = axis.ticks();
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double y = axis.at(ticks[i]);
    scene.add(Line{left, y, right, y, style::grid, 1, ""});
    scene.add(Text{left - 8, y + 5.5, numbers[i], Anchor::end, Weight::regular, style::ink, style::text_size});
  }
  const double bottom = axis.from;
  scene.add(Line{left, bottom, right, bottom, style::axis, 1.5, ""});
  if (broken) {
    scene.add(
        Path{{{left, bottom}, {left + 6, bottom - 5}, {left - 6, bottom - 11}, {left, bottom - 16}}, false, "", style::axis, 1.5, ""});
  }
  for (const double x : columns) {
    scene.add(Line{x, bottom, x, bottom + 6, style::axis, 1.5, ""});
  }
}

void add_interval_up(Scene& scene, const Axis& axis, double x, const report::Interval& interval, std::string_view stroke) {
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) {
    return;
  }
  const double low = axis.at(std::clamp(interval.low, axis.low, axis.high));
  const double high = axis.at(std::clamp(interval.high, axis.low, axis.high));
  scene.add(Line{x, low, x, high, stroke, 2, ""});
  scene.add(Line{x - cap, low, x + cap, low, stroke, 2, ""});
  scene.add(Line{x - cap, high, x + cap, high, stroke, 2, ""});
}

double SideLabel::height() const {
  return style::line_height * static_cast<double>(name.size() + value.size()) + 6;
}

double SideLabel::width() const {
  return std::max(widest(name, Weight::bold), widest(value));
}

double add_side_label(Scene& scene, const SideLabel& label, const style::SeriesStyle& look, bool hollow, double x, double top) {
  add_marker(scene, look.marker, x - 12, top + 11, look.colour, look.outline, hollow);
  const double below = add_lines(scene, label.name, x, top + 17, Anchor::start, Weight::bold);
  return add_lines(scene, label.value, x, below) - style::line_height;
}

} // namespace canvass::render::charts
