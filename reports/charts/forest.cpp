#include "reports/charts/axis.hpp"
#include "reports/charts/chart.hpp"
#include "reports/format_number.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace canvass::render::charts {
namespace {

using report::ForestChart;

constexpr double widest_label = 230;
constexpr double widest_text = 196;
constexpr double row_gap = 8;
constexpr double arrow = 7;

struct Layout {
  Axis axis;
  double label_width = 0, text_x = 0, text_width = 0;
};

double widest(const std::vector<std::string>& lines) {
  double width = 0;
  for (const std::string& line : lines) {
    width = std::max(width, text_width(line, style::text_size));
  }
  return width;
}

bool drawn(const ForestChart::Row& row) {
  return !row.withheld && std::isfinite(row.interval.value);
}

/// The interval in figures, and what the template says after it.
std::string words_of(const ForestChart& chart, const ForestChart::Row& row) {
  if (!drawn(row)) {
    return row.withheld ? "" : row.text;
  }
  const std::string numbers = format_estimate(row.interval, chart.kind, Medium::page);
  return row.text.empty() ? numbers : numbers + ", " + row.text;
}

/// The range shown: all estimates and both bounds, and intervals up to two and a half times the typical reach, so that one wild interval
/// does not squeeze the others; those that reach beyond get an arrow.
Axis value_axis(const ForestChart& chart) {
  std::vector<double> reach;
  double values = chart.bound ? std::abs(*chart.bound) : 0;
  for (const ForestChart::Row& row : chart.rows) {
    if (!drawn(row)) {
      continue;
    }
    values = std::max(values, std::abs(row.interval.value - chart.null_value));
    for (const double end : {row.interval.low, row.interval.high}) {
      if (std::isfinite(end)) {
        reach.push_back(std::abs(end - chart.null_value));
      }
    }
  }
  std::sort(reach.begin(), reach.end());
  const double typical = reach.empty() ? 0 : reach[reach.size() / 2];
  const double cut = std::max(2.5 * typical, values * 1.1);
  double low = chart.null_value;
  double high = chart.null_value;
  const auto take = [&](double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  };
  if (chart.bound) {
    take(chart.null_value - std::abs(*chart.bound));
    take(chart.null_value + std::abs(*chart.bound));
  }
  for (const ForestChart::Row& row : chart.rows) {
    if (drawn(row)) {
      take(row.interval.value);
      for (const double end : {row.interval.low, row.interval.high}) {
        if (!std::isnan(end)) {
          take(std::clamp(end, chart.null_value - cut, chart.null_value + cut));
        }
      }
    }
  }
  return round_axis(low, high, 8);
}

Layout layout_of(const ForestChart& chart, double width) {
  Layout layout;
  layout.axis = value_axis(chart);
  for (const ForestChart::Row& row : chart.rows) {
    layout.label_width = std::max(layout.label_width, widest(wrap(row.label, widest_label, style::text_size)));
    layout.text_width = std::max(layout.text_width, widest(wrap(words_of(chart, row), widest_text, style::text_size)));
  }
  layout.text_x = width - layout.text_width;
  layout.axis.from = layout.label_width + 24;
  layout.axis.to = (layout.text_width > 0 ? layout.text_x : width) - 22;
  return layout;
}

double row_height(const ForestChart& chart, const ForestChart::Row& row) {
  const std::size_t lines =
      std::max(wrap(row.label, widest_label, style::text_size).size(), wrap(words_of(chart, row), widest_text, style::text_size).size());
  return style::line_height * static_cast<double>(lines) + row_gap;
}

/// What filled and hollow mean, and the dashed lines. Gives the foot.
double add_key(Scene& scene, const ForestChart& chart) {
  double x = 6;
  const double y = 16;
  if (std::any_of(chart.rows.begin(), chart.rows.end(), drawn)) {
    for (const bool survives : {true, false}) {
      add_marker(scene, style::Marker::circle, x, y - 5, style::blue, style::blue, !survives);
      const std::string text = survives ? "holds after adjustment" : "does not";
      scene.add(Text{x + 12, y, text, Anchor::start, Weight::regular, style::quiet, style::text_size});
      x += 12 + text_width(text, style::text_size) + 24;
    }
  }
  if (chart.bound) {
    const std::string text =
        "smallest change that matters, " + format_number(std::abs(*chart.bound), report::NumberKind::raw, Medium::page);
    double line_y = y;
    if (x + 22 + text_width(text, style::text_size) > scene.width) {
      x = 0;
      line_y += style::line_height;
    }
    scene.add(Line{x + 6, line_y - 14, x + 6, line_y + 3, style::pink, 2, "5 3"});
    scene.add(Text{x + 18, line_y, text, Anchor::start, Weight::regular, style::quiet, style::text_size});
    return line_y + 10;
  }
  return y + 10;
}

/// What the two sides of the null mean. Gives the foot.
double add_sides(Scene& scene, const ForestChart& chart, const Layout& layout, double top) {
  if (chart.left.empty() && chart.right.empty()) {
    return top;
  }
  const double null_x = layout.axis.at(chart.null_value);
  const std::vector<std::string> left =
      wrap(chart.left.empty() ? "" : "\u2190 " + chart.left, std::max(90.0, null_x - 8), style::text_size);
  const std::vector<std::string> right =
      wrap(chart.right.empty() ? "" : chart.right + " \u2192", std::max(90.0, scene.width - null_x - 8), style::text_size);
  const double left_end = std::max(null_x - 8, widest(left));
  const double right_start = std::min(std::max(null_x + 8, left_end + 16), scene.width - widest(right));
  double left_top = top + 15;
  if (right_start < left_end + 8) { // both will not stand on one line
    add_lines(scene, left, left_end, left_top, Anchor::end);
    const double below = left_top + style::line_height * static_cast<double>(left.size());
    return add_lines(scene, right, right_start, below) - 10;
  }
  const double right_foot = add_lines(scene, right, right_start, left_top);
  const double foot = std::max(right_foot, add_lines(scene, left, left_end, left_top, Anchor::end));
  return foot - 10;
}

/// A cap, or an arrow head where the interval goes on; `inward` points to its middle.
void add_end(Scene& scene, double x, double y, bool beyond, double inward) {
  if (beyond) {
    scene.add(Path{{{x + inward * arrow, y - arrow}, {x, y}, {x + inward * arrow, y + arrow}}, false, "", style::blue, 2, ""});
  } else {
    scene.add(Line{x, y - 5, x, y + 5, style::blue, 2, ""});
  }
}

void add_interval(Scene& scene, const ForestChart::Row& row, const Layout& layout, double y) {
  const Axis& axis = layout.axis;
  const double low = axis.at(std::max(std::isnan(row.interval.low) ? row.interval.value : row.interval.low, axis.low));
  const double high = axis.at(std::min(std::isnan(row.interval.high) ? row.interval.value : row.interval.high, axis.high));
  const bool beyond_low = row.interval.low < axis.low - 1e-9;
  const bool beyond_high = row.interval.high > axis.high + 1e-9;
  if (high > low) {
    scene.add(Line{low, y, high, y, style::blue, 2, ""});
    add_end(scene, low, y, beyond_low, 1);
    add_end(scene, high, y, beyond_high, -1);
  }
  add_marker(scene, style::Marker::circle, axis.at(row.interval.value), y, style::blue, style::blue, !row.survives);
}

Scene draw_panel(const ForestChart& chart, const Layout& layout, std::size_t first, std::size_t last) {
  Scene scene;
  const double top = add_sides(scene, chart, layout, add_key(scene, chart));
  double y = top + 4;
  double foot = y;
  for (std::size_t i = first; i < last; ++i) {
    foot += row_height(chart, chart.rows[i]);
  }
  const Axis& axis = layout.axis;
  for (const double tick : axis.ticks()) {
    scene.add(Line{axis.at(tick), y, axis.at(tick), foot, style::grid, 1, ""});
  }
  scene.add(Line{axis.at(chart.null_value), y, axis.at(chart.null_value), foot, style::ink, 1.5, ""});
  if (chart.bound) {
    for (const double side : {-1.0, 1.0}) {
      const double x = axis.at(chart.null_value + side * std::abs(*chart.bound));
      scene.add(Line{x, y, x, foot, style::pink, 2, "5 3"});
    }
  }
  scene.body = top;
  scene.foot = foot;
  for (std::size_t i = first; i < last; ++i) {
    if (i > first) {
      scene.cuts.push_back(y);
    }
    const ForestChart::Row& row = chart.rows[i];
    const double height = row_height(chart, row);
    const double middle = y + height / 2;
    const auto first_baseline = [&](std::size_t lines) { return middle + 5.5 - style::line_height * (static_cast<double>(lines) - 1) / 2; };
    const std::vector<std::string> label = wrap(row.label, widest_label, style::text_size);
    add_lines(scene, label, 0, first_baseline(label.size()));
    if (drawn(row)) {
      add_interval(scene, row, layout, middle);
    } else {
      const std::string word = row.withheld ? "withheld" : std::string(missing_number);
      const double width = text_width(word, style::text_size);
      const double x = std::clamp(axis.at(chart.null_value) + 8, axis.from, std::max(axis.from, axis.to - width));
      scene.add(Rect{x - 3, middle - 10, width + 6, 20, style::paper, "", 0, 0});
      scene.add(Text{x, middle + 5.5, word, Anchor::start, Weight::regular, style::quiet, style::text_size});
    }
    if (!row.withheld) {
      const std::vector<std::string> text = wrap(words_of(chart, row), widest_text, style::text_size);
      add_lines(scene, text, layout.text_x, first_baseline(text.size()));
    }
    y += height;
  }
  scene.add(Line{axis.from, foot, axis.to, foot, style::axis, 1.5, ""});
  const std::vector<double> ticks = axis.ticks();
  const double room = ticks.size() > 1 ? axis.at(ticks[1]) - axis.at(ticks[0]) : layout.axis.to - layout.axis.from;
  double tick_width = 0;
  for (const double tick : ticks) {
    tick_width = std::max(tick_width, text_width(format_fixed(tick, axis.decimals, Medium::page), style::text_size) + 10);
  }
  const auto every = std::max<long>(1, std::lround(std::ceil(tick_width / room)));
  for (const double tick : ticks) {
    scene.add(Line{axis.at(tick), foot, axis.at(tick), foot + 5, style::axis, 1.5, ""});
    if (std::lround(tick / axis.step) % every == 0) {
      scene.add(Text{axis.at(tick), foot + 22, format_fixed(tick, axis.decimals, Medium::page), Anchor::middle, Weight::regular, style::ink,
                     style::text_size});
    }
  }
  const std::vector<std::string> title = wrap(chart.axis, scene.width, style::text_size);
  const double centre = std::clamp((axis.from + axis.to) / 2, widest(title) / 2, scene.width - widest(title) / 2);
  scene.height = add_lines(scene, title, centre, foot + 46, Anchor::middle, Weight::regular, style::quiet) - 12;
  return scene;
}

} // namespace

std::vector<Scene> draw(const ForestChart& chart) {
  if (chart.rows.empty()) {
    return nothing_to_draw();
  }
  const Layout layout = layout_of(chart, style::column_width);
  std::vector<double> heights;
  heights.reserve(chart.rows.size());
  for (const ForestChart::Row& row : chart.rows) {
    heights.push_back(row_height(chart, row));
  }
  constexpr double frame = 130;
  std::vector<Scene> panels;
  for (const auto& run : split_evenly(heights, style::panel_height - frame)) {
    panels.push_back(draw_panel(chart, layout, run.first, run.second));
  }
  return panels;
}

} // namespace canvass::render::charts
