#include "reports/charts/axis.hpp"
#include "reports/charts/chart.hpp"
#include "reports/charts/marks.hpp"
#include "reports/charts/time_lines.hpp"
#include "reports/format_number.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace canvass::render::charts {
namespace {

using report::MeansChart;

constexpr double least_plot_height = 190;
constexpr double low_plot_height = 112; ///< of a first page
constexpr double dodge = 15;            ///< between the arms of a wave
constexpr double least_wave_gap = 112;

/// Styles in the order of the series: the control group is always the dashed square.
std::vector<style::SeriesStyle> styles_of(const MeansChart& chart) {
  std::vector<style::SeriesStyle> styles;
  std::size_t arm = 0;
  for (const MeansChart::Series& series : chart.series) {
    styles.push_back(series.is_control ? style::control_series : style::arm_series[arm++ % style::arm_series.size()]);
  }
  return styles;
}

/// Where the waves stand between `left` and `right`: evenly, or by their days with a least gap that keeps labels apart.
std::vector<double> wave_positions(const MeansChart& chart, double left, double right) {
  const std::size_t count = chart.waves.size();
  std::vector<double> x(count, (left + right) / 2);
  if (count < 2) {
    return x;
  }
  const double room = right - left;
  const double least = std::min(least_wave_gap, room / static_cast<double>(count - 1));
  std::vector<double> gaps(count - 1, room / static_cast<double>(count - 1));
  if (chart.days.size() == count) {
    std::vector<double> spans(count - 1);
    for (std::size_t i = 0; i + 1 < count; ++i) {
      spans[i] = std::max(0.0, chart.days[i + 1] - chart.days[i]);
    }
    std::vector<bool> narrow(count - 1, false);
    for (bool changed = true; changed;) {
      changed = false;
      double free_room = room;
      double free_days = 0;
      for (std::size_t i = 0; i < spans.size(); ++i) {
        (narrow[i] ? free_room : free_days) += narrow[i] ? -least : spans[i];
      }
      for (std::size_t i = 0; i < spans.size(); ++i) {
        gaps[i] = narrow[i] ? least : (free_days > 0 ? free_room * spans[i] / free_days : 0);
        if (!narrow[i] && gaps[i] < least - 1e-9) {
          narrow[i] = true;
          changed = true;
        }
      }
    }
  }
  x[0] = left;
  for (std::size_t i = 1; i < count; ++i) {
    x[i] = x[i - 1] + gaps[i - 1];
  }
  return x;
}

double at_position(const std::vector<double>& x, double position) {
  const double last = static_cast<double>(x.size()) - 1;
  const double clamped = std::clamp(position, 0.0, last);
  const auto before = static_cast<std::size_t>(std::floor(clamped));
  const std::size_t after = std::min(before + 1, x.size() - 1);
  return x[before] + (clamped - static_cast<double>(before)) * (x[after] - x[before]);
}

struct Layout {
  Axis axis;
  std::vector<double> x;
  double left = 0, right = 0;
  double plot_height = least_plot_height; ///< more where the names of many series stand beside it
};

void add_series(Scene& scene, const MeansChart::Series& series, const style::SeriesStyle& look, const Layout& layout, double shift) {
  const Axis& axis = layout.axis;
  const auto inside = [&](double value) { return axis.at(std::clamp(value, axis.low, axis.high)); };
  std::vector<MeansChart::Point> points = series.points;
  std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.wave < b.wave; });
  std::optional<std::size_t> previous;
  Path line{{}, false, "", look.colour, 3, look.dashes};
  const auto finish = [&] {
    if (line.points.size() > 1) {
      scene.add(line);
    }
    line.points.clear();
  };
  for (const MeansChart::Point& point : points) {
    if (point.wave >= layout.x.size()) {
      continue;
    }
    // A wave without a figure is a gap in the line, never a bridge.
    if (!std::isfinite(point.interval.value) || (previous && point.wave != *previous + 1)) {
      finish();
    }
    if (std::isfinite(point.interval.value)) {
      line.points.emplace_back(layout.x[point.wave] + shift, inside(point.interval.value));
      previous = point.wave;
    }
  }
  finish();
  for (const MeansChart::Point& point : points) {
    if (point.wave >= layout.x.size() || !std::isfinite(point.interval.value)) {
      continue;
    }
    const double x = layout.x[point.wave] + shift;
    add_interval_up(scene, axis, x, point.interval, look.outline);
    add_marker(scene, look.marker, x, inside(point.interval.value), look.colour, look.outline);
  }
}

/// The words at the right of the last point: name, value, interval.
SideLabel label_of(const MeansChart& chart, const MeansChart::Series& series, const Axis& axis, double width) {
  SideLabel label;
  label.name = wrap(series.label, width, style::text_size, Weight::bold);
  const MeansChart::Point* last = nullptr;
  for (const MeansChart::Point& point : series.points) {
    if (std::isfinite(point.interval.value) && (last == nullptr || point.wave >= last->wave)) {
      last = &point;
    }
  }
  if (last == nullptr) {
    label.value = {"no figures"};
    label.centre = axis.from;
    return label;
  }
  const std::string value = format_estimate(last->interval, chart.kind, Medium::page);
  label.value = wrap(value, width, style::text_size);
  label.centre = axis.at(std::clamp(last->interval.value, axis.low, axis.high));
  return label;
}

/// Wave names, days, and the numbers of people under the axis. Gives the foot.
double add_wave_rows(Scene& scene, const MeansChart& chart, const std::vector<style::SeriesStyle>& styles, const Layout& layout) {
  const std::size_t count = chart.waves.size();
  const double top = layout.axis.from + 24;
  double foot = top;
  for (std::size_t w = 0; w < count; ++w) {
    double gap = 2 * std::min(layout.x[w] - 0, scene.width - layout.x[w]);
    if (w > 0) {
      gap = std::min(gap, layout.x[w] - layout.x[w - 1] - 10);
    }
    if (w + 1 < count) {
      gap = std::min(gap, layout.x[w + 1] - layout.x[w] - 10);
    }
    double y = add_lines(scene, wrap(chart.waves[w], std::max(gap, 30.0), style::text_size), layout.x[w], top, Anchor::middle);
    if (chart.days.size() == count) {
      const std::string day = "day " + format_number(chart.days[w], report::NumberKind::count, Medium::page);
      y = add_lines(scene, wrap(day, std::max(gap, 30.0), style::text_size), layout.x[w], y, Anchor::middle, Weight::regular, style::quiet);
    }
    foot = std::max(foot, y);
  }
  foot += 4;
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    bool any = false;
    for (const MeansChart::Point& point : chart.series[s].points) {
      if (point.wave < count && point.n > 0) {
        any = true;
        scene.add(Text{layout.x[point.wave], foot, format_number(point.n, report::NumberKind::count, Medium::page), Anchor::middle,
                       Weight::regular, style::ink, style::text_size});
      }
    }
    if (any) {
      add_marker(scene, styles[s].marker, 8, foot - 6, styles[s].colour, styles[s].outline);
      scene.add(Text{20, foot, "n", Anchor::start, Weight::regular, style::ink, style::text_size});
      foot += style::line_height;
    }
  }
  return foot - style::line_height;
}

} // namespace

std::vector<Scene> draw(const MeansChart& chart) {
  Extent extent;
  for (const MeansChart::Series& series : chart.series) {
    for (const MeansChart::Point& point : series.points) {
      extent.take(point.interval);
    }
  }
  if (chart.waves.empty() || extent.empty) {
    return nothing_to_draw();
  }
  const std::vector<style::SeriesStyle> styles = styles_of(chart);
  Scene scene;
  Layout layout;
  layout.axis = upright_axis(extent, chart.lowest, chart.highest);

  double label_width = 0;
  double label_height = 0;
  for (const MeansChart::Series& series : chart.series) {
    const SideLabel label = label_of(chart, series, layout.axis, widest_side_label);
    label_height += label.height();
    label_width = std::max(label_width, label.width());
  }
  layout.plot_height = std::max(chart.low ? low_plot_height : least_plot_height, label_height);
  std::vector<std::string> numbers;
  for (const double tick : layout.axis.ticks()) {
    numbers.push_back(format_fixed(tick, layout.axis.decimals, Medium::page));
  }
  layout.left = std::max(42.0, widest(numbers) + 10);
  layout.right = scene.width - label_width - side_label_gap;
  const double spread_of_arms = dodge * (static_cast<double>(chart.series.size()) - 1) / 2;
  const double pad = std::max(36.0, spread_of_arms + 12);
  layout.x = wave_positions(chart, layout.left + pad, layout.right - pad);

  double y = add_lines(scene, wrap(chart.axis, scene.width, style::text_size), 0, 16, Anchor::start, Weight::regular, style::quiet);
  std::vector<EventLine> events;
  for (const MeansChart::Mark& mark : chart.marks) {
    events.push_back({at_position(layout.x, mark.position), mark.label});
  }
  y = add_event_lines(scene, events, y - 12, layout.plot_height);
  layout.axis.from = y + layout.plot_height;
  layout.axis.to = y;
  const bool has_scale = chart.highest > chart.lowest;
  const bool broken = has_scale && layout.axis.low > chart.lowest + 1e-9;
  add_upright_axis(scene, layout.axis, layout.left, layout.right, numbers, layout.x, broken);
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    add_series(scene, chart.series[s], styles[s], layout, dodge * static_cast<double>(s) - spread_of_arms);
  }

  std::vector<SideLabel> labels;
  std::vector<double> centres;
  std::vector<double> heights;
  for (const MeansChart::Series& series : chart.series) {
    labels.push_back(label_of(chart, series, layout.axis, widest_side_label));
    centres.push_back(labels.back().centre);
    heights.push_back(labels.back().height());
  }
  const std::vector<double> tops = spread(centres, heights, y - 6, layout.axis.from + 10);
  double label_foot = 0;
  for (std::size_t s = 0; s < labels.size(); ++s) {
    label_foot = std::max(label_foot, add_side_label(scene, labels[s], styles[s], false, layout.right + side_label_gap, tops[s]));
  }

  double foot = std::max(add_wave_rows(scene, chart, styles, layout), label_foot);
  if (has_scale && (broken || layout.axis.high < chart.highest - 1e-9)) {
    const std::string note = "The axis shows " + format_fixed(layout.axis.low, layout.axis.decimals, Medium::page) + " to " +
                             format_fixed(layout.axis.high, layout.axis.decimals, Medium::page) + "; the scale runs from " +
                             format_number(chart.lowest, report::NumberKind::raw, Medium::page) + " to " +
                             format_number(chart.highest, report::NumberKind::raw, Medium::page) + ".";
    foot = add_lines(scene, wrap(note, scene.width, style::text_size), 0, foot + 26, Anchor::start, Weight::regular, style::quiet) -
           style::line_height;
  }
  scene.height = foot + 8;
  return {scene};
}

} // namespace canvass::render::charts
