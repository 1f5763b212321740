#include "reports/charts/marks.hpp"

#include "reports/format_number.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::render::charts {
namespace {

constexpr double cap = 5;
constexpr double arrow = 7;

bool is_percent(report::NumberKind kind) {
  return kind == report::NumberKind::percent || kind == report::NumberKind::percent_1;
}

/// A cap, or an arrow head where the interval goes on; `inward` points to its middle.
void add_end(Scene& scene, double x, double y, bool beyond, double inward, std::string_view stroke) {
  if (beyond) {
    scene.add(Path{{{x + inward * arrow, y - cap - 1}, {x, y}, {x + inward * arrow, y + cap + 1}}, false, "", stroke, 2, ""});
  } else {
    scene.add(Line{x, y - cap, x, y + cap, stroke, 2, ""});
  }
}

} // namespace

double widest(const std::vector<std::string>& lines, Weight weight) {
  double width = 0;
  for (const std::string& line : lines) {
    width = std::max(width, text_width(line, style::text_size, weight));
  }
  return width;
}

void Extent::take(double value) {
  if (std::isfinite(value)) {
    low = empty ? value : std::min(low, value);
    high = empty ? value : std::max(high, value);
    empty = false;
  }
}

void Extent::take(const report::Interval& interval) {
  if (std::isfinite(interval.value)) {
    take(interval.value);
    take(interval.low);
    take(interval.high);
  }
}

Axis axis_over(const Extent& extent, report::NumberKind kind, std::size_t most_ticks) {
  Axis axis = round_axis(extent.low, extent.high, most_ticks);
  if (is_percent(kind) && extent.low >= 0 && extent.high <= 100) {
    axis.low = std::max(axis.low, 0.0);
    axis.high = std::min(axis.high, 100.0);
  }
  return axis;
}

std::string tick_text(double tick, const Axis& axis, report::NumberKind kind) {
  const std::string text = format_fixed(tick, axis.decimals, Medium::page);
  if (is_percent(kind)) {
    return text + "%";
  }
  const bool signed_kind =
      kind == report::NumberKind::change || kind == report::NumberKind::points_change || kind == report::NumberKind::effect;
  return signed_kind && tick > axis.step / 2 ? "+" + text : text;
}

void add_grid_across(Scene& scene, const Axis& axis, double top, double foot) {
  for (const double tick : axis.ticks()) {
    scene.add(Line{axis.at(tick), top, axis.at(tick), foot, style::grid, 1, ""});
  }
}

double add_axis_below(Scene& scene, const Axis& axis, double foot, report::NumberKind kind, const std::string& title) {
  scene.add(Line{axis.from, foot, axis.to, foot, style::axis, 1.5, ""});
  const std::vector<double> ticks = axis.ticks();
  const double room = ticks.size() > 1 ? axis.at(ticks[1]) - axis.at(ticks[0]) : axis.to - axis.from;
  double widest_tick = 0;
  for (const double tick : ticks) {
    widest_tick = std::max(widest_tick, text_width(tick_text(tick, axis, kind), style::text_size) + 10);
  }
  const auto every = std::max<long>(1, std::lround(std::ceil(widest_tick / std::max(room, 1.0))));
  for (const double tick : ticks) {
    scene.add(Line{axis.at(tick), foot, axis.at(tick), foot + 5, style::axis, 1.5, ""});
    if (std::lround(tick / axis.step) % every == 0) {
      scene.add(Text{axis.at(tick), foot + 22, tick_text(tick, axis, kind), Anchor::middle, Weight::regular, style::ink, style::text_size});
    }
  }
  if (title.empty()) {
    return foot + 30;
  }
  const std::vector<std::string> lines = wrap(title, scene.width, style::text_size);
  const double half = widest(lines) / 2;
  const double centre = std::clamp((axis.from + axis.to) / 2, half, std::max(half, scene.width - half));
  return add_lines(scene, lines, centre, foot + 45, Anchor::middle, Weight::regular, style::quiet) - 12;
}

void add_interval_across(Scene& scene, const Axis& axis, double y, const report::Interval& interval, std::string_view stroke) {
  if (!std::isfinite(interval.value) || std::isnan(interval.low) || std::isnan(interval.high)) {
    return;
  }
  const double from = axis.at(std::clamp(interval.low, axis.low, axis.high));
  const double to = axis.at(std::clamp(interval.high, axis.low, axis.high));
  scene.add(Line{from, y, to, y, stroke, 2, ""});
  add_end(scene, from, y, interval.low < axis.low, 1, stroke);
  add_end(scene, to, y, interval.high > axis.high, -1, stroke);
}

double first_baseline(double middle, std::size_t lines) {
  return middle + 5.5 - style::line_height * (static_cast<double>(lines) - 1) / 2;
}

void add_word(Scene& scene, const std::string& word, double x, double right, double middle) {
  const double width = text_width(word, style::text_size);
  const double left = std::min(x, right - width);
  scene.add(Rect{left - 3, middle - 9, width + 6, 18, style::paper, "", 0, 0});
  scene.add(Text{left, middle + 5.5, word, Anchor::start, Weight::regular, style::quiet, style::text_size});
}

std::pair<double, double> Key::add(double sign_width, const std::string& words) {
  constexpr double gap = 6;
  const std::vector<std::string> lines = wrap(words, scene_.width - sign_width - gap, style::text_size);
  const double width = sign_width + gap + widest(lines);
  if (x_ > 0 && x_ + width > scene_.width) {
    x_ = 0;
    top_ = foot_;
  }
  const double left = x_;
  const double below = add_lines(scene_, lines, left + sign_width + gap, top_ + 16, Anchor::start, Weight::regular, style::quiet);
  foot_ = std::max(foot_, below - style::line_height + 8);
  x_ += width + 20;
  return {left, top_ + 11};
}

} // namespace canvass::render::charts
