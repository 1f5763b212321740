#include "reports/charts/chart.hpp"
#include "reports/charts/marks.hpp"
#include "reports/format_number.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace canvass::render::charts {
namespace {

using report::QuadrantChart;

constexpr double plot_height = 400;
constexpr double point_radius = 4.5;
constexpr double least_side = 0.2;  ///< of the axis on either side of a cut, so that every quadrant can be seen
constexpr double widest_name = 130; ///< of a named area
constexpr std::size_t most_candidates = 6;

bool drawn(const QuadrantChart::Point& point) {
  return std::isfinite(point.x.value) && std::isfinite(point.y.value);
}

/// An axis over all points and the cut, with some of it on either side of the cut.
Axis axis_of(const QuadrantChart& chart, bool across) {
  const double cut = across ? chart.x_cut : chart.y_cut;
  const report::NumberKind kind = across ? chart.x_kind : chart.y_kind;
  Extent extent;
  extent.take(cut);
  for (const QuadrantChart::Point& point : chart.points) {
    if (drawn(point)) {
      const report::Interval& interval = across ? point.x : point.y;
      extent.take(interval.value);
      if (point.emphasised) {
        extent.take(interval.low);
        extent.take(interval.high);
      }
    }
  }
  const double reach = std::max(extent.high - cut, cut - extent.low);
  const double least = reach > 0 ? reach * least_side / (1 - least_side) : std::max(1.0, std::abs(cut) * least_side);
  const bool percent = kind == report::NumberKind::percent || kind == report::NumberKind::percent_1;
  // Nothing less than none where nothing is, and no more than all.
  extent.take(extent.low >= 0 ? std::max(0.0, cut - least) : cut - least);
  extent.take(percent && extent.high <= 100 ? std::min(100.0, cut + least) : cut + least);
  return axis_over(extent, kind, 7);
}

struct Layout {
  Axis x, y;
  double left = 0, right = 0, top = 0, foot = 0;
};

std::string name_of(const QuadrantChart::Quadrant& quadrant) {
  return quadrant.name + ": " + format_number(static_cast<double>(quadrant.count), report::NumberKind::count, Medium::page);
}

std::vector<std::string> quadrant_lines(const QuadrantChart::Quadrant& quadrant, double room) {
  return wrap(name_of(quadrant), room, style::text_size, Weight::bold);
}

/// The words of the four quadrants: two above the plot, two in a strip below it, each at its own side of the cut as far as there is room.
struct QuadrantWords {
  std::vector<std::string> left, right;
  [[nodiscard]] double height() const { return style::line_height * static_cast<double>(std::max(left.size(), right.size())) + 10; }
};

QuadrantWords words_of(const QuadrantChart::Quadrant& left, const QuadrantChart::Quadrant& right, const Layout& layout, double cut_x) {
  const double whole = layout.right - layout.left;
  const double left_room = std::clamp(cut_x - layout.left - 10, whole * 0.36, whole * 0.6);
  return {quadrant_lines(left, left_room), quadrant_lines(right, whole - left_room - 20)};
}

void add_quadrant_words(Scene& scene, const QuadrantWords& words, const Layout& layout, double foot) {
  const auto first = [&](const std::vector<std::string>& lines) {
    return foot - 8 - style::line_height * (static_cast<double>(lines.size()) - 1);
  };
  add_lines(scene, words.left, layout.left + 2, first(words.left), Anchor::start, Weight::bold, style::blue);
  add_lines(scene, words.right, layout.right - 2, first(words.right), Anchor::end, Weight::bold, style::blue);
}

Box grown(Box box, double by) {
  return {box.left - by, box.top - by, box.right + by, box.bottom + by};
}

/// Where a name may stand: beside its point, then above and below, then farther off with a line to it.
struct Candidate {
  double x = 0, y = 0; ///< of the first baseline
  Anchor anchor = Anchor::start;
  bool far = false;
};

std::vector<Candidate> candidates_of(double x, double y, std::size_t lines) {
  const double half = style::line_height * (static_cast<double>(lines) - 1) / 2;
  const double tall = 2 * half;
  std::vector<Candidate> all;
  for (std::size_t ring = 0; ring < most_candidates; ++ring) {
    const double off = 11 + 20 * static_cast<double>(ring);
    const bool far = ring > 0;
    all.push_back({x + off, y + 5.5 - half, Anchor::start, far});
    all.push_back({x - off, y + 5.5 - half, Anchor::end, far});
    all.push_back({x, y - off - tall, Anchor::middle, far});
    all.push_back({x, y + off + 12, Anchor::middle, far});
    all.push_back({x + off * 0.8, y - off * 0.8 - tall, Anchor::start, far});
    all.push_back({x + off * 0.8, y + off * 0.8 + 10, Anchor::start, far});
    all.push_back({x - off * 0.8, y - off * 0.8 - tall, Anchor::end, far});
    all.push_back({x - off * 0.8, y + off * 0.8 + 10, Anchor::end, far});
  }
  return all;
}

Box room_of(const std::vector<std::string>& lines, const Candidate& at) {
  Box box = bounds(Text{at.x, at.y, lines.front(), at.anchor, Weight::bold, style::ink, style::text_size});
  double y = at.y;
  for (const std::string& line : lines) {
    const Box one = bounds(Text{at.x, y, line, at.anchor, Weight::bold, style::ink, style::text_size});
    box = {std::min(box.left, one.left), std::min(box.top, one.top), std::max(box.right, one.right), std::max(box.bottom, one.bottom)};
    y += style::line_height;
  }
  return box;
}

/// The intervals of a point, as far as it has them.
std::vector<Line> cross_of(const QuadrantChart::Point& point, const Layout& layout) {
  const auto x = [&](double value) { return layout.x.at(std::clamp(value, layout.x.low, layout.x.high)); };
  const auto y = [&](double value) { return layout.y.at(std::clamp(value, layout.y.low, layout.y.high)); };
  std::vector<Line> lines;
  if (!std::isnan(point.x.low) && !std::isnan(point.x.high)) {
    lines.push_back(Line{x(point.x.low), y(point.y.value), x(point.x.high), y(point.y.value), style::blue, 1.5, ""});
  }
  if (!std::isnan(point.y.low) && !std::isnan(point.y.high)) {
    lines.push_back(Line{x(point.x.value), y(point.y.low), x(point.x.value), y(point.y.high), style::blue, 1.5, ""});
  }
  return lines;
}

std::vector<Line> cuts_of(const QuadrantChart& chart, const Layout& layout) {
  const double x = layout.x.at(chart.x_cut);
  const double y = layout.y.at(chart.y_cut);
  return {Line{x, layout.top, x, layout.foot, style::ink, 2, "6 4"}, Line{layout.left, y, layout.right, y, style::ink, 2, "6 4"}};
}

/// Names the emphasised points where there is room. Gives the names that found none.
std::vector<std::string> add_names(Scene& scene, const QuadrantChart& chart, const Layout& layout) {
  std::vector<Box> taken;
  std::vector<Box> dots;
  for (const QuadrantChart::Point& point : chart.points) {
    if (drawn(point)) {
      const double x = layout.x.at(point.x.value);
      const double y = layout.y.at(point.y.value);
      const Box dot{x - point_radius - 1, y - point_radius - 1, x + point_radius + 1, y + point_radius + 1};
      (point.emphasised ? taken : dots).push_back(point.emphasised ? grown(dot, 2) : dot);
      if (point.emphasised) {
        for (const Line& line : cross_of(point, layout)) {
          dots.push_back(bounds(line));
        }
      }
    }
  }
  for (const Line& line : cuts_of(chart, layout)) {
    dots.push_back(bounds(line));
  }
  std::vector<std::string> left_over;
  for (const QuadrantChart::Point& point : chart.points) {
    if (!point.emphasised || !drawn(point)) {
      continue;
    }
    const double x = layout.x.at(point.x.value);
    const double y = layout.y.at(point.y.value);
    const std::vector<std::string> lines = wrap(point.label, widest_name, style::text_size, Weight::bold);
    std::optional<Candidate> best;
    double best_cost = 0;
    double cost = 0;
    for (const Candidate& candidate : candidates_of(x, y, lines.size())) {
      cost += 0.35; // the nearer the better
      const Box room = grown(room_of(lines, candidate), 2);
      if (room.left < layout.left + 2 || room.right > layout.right - 2 || room.top < layout.top + 2 || room.bottom > layout.foot - 2 ||
          std::any_of(taken.begin(), taken.end(), [&](const Box& box) { return overlap(box, room); })) {
        continue;
      }
      const auto covered = static_cast<double>(std::count_if(dots.begin(), dots.end(), [&](const Box& dot) { return overlap(dot, room); }));
      if (!best || cost + 4 * covered < best_cost) {
        best = candidate;
        best_cost = cost + 4 * covered;
      }
    }
    if (!best) {
      left_over.push_back(point.label);
      continue;
    }
    const Box room = room_of(lines, *best);
    taken.push_back(grown(room, 2));
    if (best->far) {
      scene.add(Line{x, y, std::clamp(x, room.left, room.right), std::clamp(y, room.top, room.bottom), style::axis, 1, ""});
    }
    scene.add(Rect{room.left - 2, room.top - 1, room.right - room.left + 4, room.bottom - room.top + 2, style::paper, "", 0, 0});
    add_lines(scene, lines, best->x, best->y, best->anchor, Weight::bold);
  }
  return left_over;
}

/// Grid, numbers and titles of both axes.
void add_axes(Scene& scene, const QuadrantChart& chart, const Layout& layout) {
  for (const double tick : layout.y.ticks()) {
    const double y = layout.y.at(tick);
    scene.add(Line{layout.left, y, layout.right, y, style::grid, 1, ""});
    scene.add(Text{layout.left - 8, y + 5.5, tick_text(tick, layout.y, chart.y_kind), Anchor::end, Weight::regular, style::ink,
                   style::text_size});
  }
  add_grid_across(scene, layout.x, layout.top, layout.foot);
  scene.add(Rect{layout.left, layout.top, layout.right - layout.left, layout.foot - layout.top, "", style::axis, 1.5, 0});
}

std::string cut_words(const QuadrantChart& chart) {
  std::string text;
  if (!chart.x_cut_label.empty()) {
    text += "across, " + chart.x_cut_label;
  }
  if (!chart.y_cut_label.empty()) {
    text += (text.empty() ? "" : "; ") + ("up, " + chart.y_cut_label);
  }
  return text.empty() ? "" : "Dashed lines are the cut points: " + text + ".";
}

} // namespace

std::vector<Scene> draw(const QuadrantChart& chart) {
  const bool any = std::any_of(chart.points.begin(), chart.points.end(), drawn);
  if (!any && chart.withheld == 0) {
    return nothing_to_draw();
  }
  Scene scene;
  Layout layout;
  layout.x = axis_of(chart, true);
  layout.y = axis_of(chart, false);
  double tick_width = 0;
  for (const double tick : layout.y.ticks()) {
    tick_width = std::max(tick_width, text_width(tick_text(tick, layout.y, chart.y_kind), style::text_size));
  }
  layout.left = tick_width + 12;
  layout.right = scene.width - 24;
  layout.x.from = layout.left;
  layout.x.to = layout.right;
  const double cut_x = layout.x.at(chart.x_cut);

  double y = add_lines(scene, wrap(chart.y_axis, scene.width, style::text_size), 0, 16, Anchor::start, Weight::regular, style::quiet) - 12;
  const QuadrantWords above = words_of(chart.low_high, chart.high_high, layout, cut_x);
  const QuadrantWords below = words_of(chart.low_low, chart.high_low, layout, cut_x);
  y += above.height();
  add_quadrant_words(scene, above, layout, y);
  layout.top = y;
  layout.foot = y + plot_height;
  layout.y.from = layout.foot;
  layout.y.to = layout.top;
  add_axes(scene, chart, layout);
  for (const Line& line : cuts_of(chart, layout)) {
    scene.add(line);
  }
  for (const QuadrantChart::Point& point : chart.points) {
    if (drawn(point) && !point.emphasised) {
      scene.add(Circle{layout.x.at(point.x.value), layout.y.at(point.y.value), point_radius, style::paper, style::axis, 1.5});
    }
  }
  for (const QuadrantChart::Point& point : chart.points) {
    if (drawn(point) && point.emphasised) {
      for (const Line& line : cross_of(point, layout)) {
        scene.add(line);
      }
    }
  }
  const std::vector<std::string> left_over = add_names(scene, chart, layout);
  for (const QuadrantChart::Point& point : chart.points) {
    if (drawn(point) && point.emphasised) {
      scene.add(Circle{layout.x.at(point.x.value), layout.y.at(point.y.value), point_radius + 1.5, style::blue, style::blue, 1.5});
    }
  }
  double foot = add_axis_below(scene, layout.x, layout.foot, chart.x_kind, "");
  foot += below.height();
  add_quadrant_words(scene, below, layout, foot - 4);
  const auto note = [&](const std::string& text) {
    if (!text.empty()) {
      foot = add_lines(scene, wrap(text, scene.width, style::text_size), 0, foot + 16, Anchor::start, Weight::regular, style::quiet) - 14;
    }
  };
  const std::vector<std::string> title = wrap(chart.x_axis, scene.width, style::text_size);
  const double half = widest(title) / 2;
  foot = add_lines(scene, title, std::clamp((layout.left + layout.right) / 2, half, std::max(half, scene.width - half)), foot + 16,
                   Anchor::middle, Weight::regular, style::quiet) -
         12;
  note(cut_words(chart));
  if (!left_over.empty()) {
    constexpr std::size_t most_listed = 8;
    std::string names;
    for (std::size_t i = 0; i < std::min(most_listed, left_over.size()); ++i) {
      names += (i == 0 ? "" : ", ") + left_over[i];
    }
    if (left_over.size() > most_listed) {
      names += " and " + std::to_string(left_over.size() - most_listed) + " more";
    }
    note("Filled without a name, for want of room: " + names + ".");
  }
  if (chart.withheld > 0) {
    note("Withheld and not drawn: " + format_number(static_cast<double>(chart.withheld), report::NumberKind::count, Medium::page) +
         (chart.withheld == 1 ? " area." : " areas."));
  }
  scene.height = foot + 4;
  return {scene};
}

} // namespace canvass::render::charts
