#include "reports/charts/chart.hpp"
#include "reports/charts/marks.hpp"
#include "reports/format_number.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::render::charts {
namespace {

using report::ProfileChart;

constexpr double widest_label = 220;
constexpr double bar_height = 26;
constexpr double row_gap = 14;

bool drawn(const ProfileChart::Bar& bar) {
  return !bar.withheld && std::isfinite(bar.interval.value);
}

/// "39% (37.9 to 40.1)" and, under it, "n 11,790".
std::vector<std::string> words_of(const ProfileChart& chart, const ProfileChart::Bar& bar) {
  if (!drawn(bar)) {
    return {};
  }
  std::vector<std::string> words{format_estimate(bar.interval, chart.kind, Medium::page)};
  if (bar.n > 0) {
    words.push_back("n " + format_number(bar.n, report::NumberKind::count, Medium::page));
  }
  return words;
}

double row_height(const ProfileChart& chart, const ProfileChart::Bar& bar) {
  const std::size_t lines = std::max(wrap(bar.label, widest_label, style::text_size).size(), words_of(chart, bar).size());
  return std::max(bar_height, style::line_height * static_cast<double>(lines)) + row_gap;
}

Axis value_axis(const ProfileChart& chart) {
  Extent extent;
  extent.take(0.0);
  extent.take(chart.highest);
  for (const ProfileChart::Bar& bar : chart.bars) {
    if (drawn(bar)) {
      extent.take(bar.interval);
    }
  }
  return axis_over(extent, chart.kind, 6);
}

} // namespace

std::vector<Scene> draw(const ProfileChart& chart) {
  if (chart.bars.empty()) {
    return nothing_to_draw();
  }
  Scene scene;
  Axis axis = value_axis(chart);
  double label_width = 0;
  double words_width = 0;
  for (const ProfileChart::Bar& bar : chart.bars) {
    label_width = std::max(label_width, widest(wrap(bar.label, widest_label, style::text_size)));
    words_width = std::max(words_width, widest(words_of(chart, bar)));
  }
  axis.from = label_width + 22;
  axis.to = scene.width - words_width - 26;

  const double top = 4;
  double foot = top;
  for (const ProfileChart::Bar& bar : chart.bars) {
    foot += row_height(chart, bar);
  }
  add_grid_across(scene, axis, top, foot);
  double y = top;
  double overall_x = -1;
  double overall_from = 0;
  for (const ProfileChart::Bar& bar : chart.bars) {
    const double height = row_height(chart, bar);
    const double middle = y + height / 2;
    const std::vector<std::string> label = wrap(bar.label, widest_label, style::text_size);
    add_lines(scene, label, 0, first_baseline(middle, label.size()));
    if (drawn(bar)) {
      const double from = axis.at(0);
      const double to = axis.at(std::clamp(bar.interval.value, axis.low, axis.high));
      const style::Fill look = bar.overall ? style::bar_quiet : style::bar_first;
      scene.add(Rect{std::min(from, to), middle - bar_height / 2, std::abs(to - from), bar_height, look.colour, look.outline, 1.5, 0});
      add_interval_across(scene, axis, middle, bar.interval, style::ink);
      const std::vector<std::string> words = words_of(chart, bar);
      add_lines(scene, words, scene.width - words_width, first_baseline(middle, words.size()));
      if (bar.overall && overall_x < 0) {
        overall_x = to;
        overall_from = middle + bar_height / 2 + 1;
      }
    } else {
      add_word(scene, bar.withheld ? "withheld" : std::string(missing_number), axis.at(0) + 8, axis.to, middle);
    }
    y += height;
  }
  if (overall_x >= 0 && chart.bars.size() > 1) {
    scene.add(Line{overall_x, std::min(overall_from, foot), overall_x, foot, style::dark_grey, 1.5, "4 4"});
  }
  scene.add(Line{axis.at(0), top, axis.at(0), foot, style::ink, 1.5, ""});
  scene.height = add_axis_below(scene, axis, foot, chart.kind, chart.axis);
  return {scene};
}

} // namespace canvass::render::charts
