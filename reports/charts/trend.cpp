#include "reports/charts/chart.hpp"
#include "reports/charts/time_lines.hpp"
#include "reports/format_number.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace canvass::render::charts {
namespace {

using report::TrendChart;

constexpr double least_plot_height = 210;
constexpr double low_plot_height = 112; ///< of a first page
constexpr double widest_dodge = 13;     ///< between the series of a period
constexpr double label_space = 8;       ///< between the names of periods
constexpr double close_spacing = 18;    ///< periods closer than this have small dots, and intervals without caps

// Hollow, and none of them like a series of the study itself.
constexpr std::array<style::SeriesStyle, 3> published_series{{{style::orange, style::rust, style::Marker::square, "7 5"},
                                                              {style::dark_grey, style::dark_grey, style::Marker::diamond, "2 4"},
                                                              {style::orange, style::rust, style::Marker::triangle, "12 4 2 4"}}};

std::vector<style::SeriesStyle> styles_of(const TrendChart& chart) {
  std::vector<style::SeriesStyle> styles;
  std::size_t own = 0;
  std::size_t published = 0;
  for (const TrendChart::Series& series : chart.series) {
    styles.push_back(series.published ? published_series[published++ % published_series.size()]
                                      : style::arm_series[own++ % style::arm_series.size()]);
  }
  return styles;
}

bool drawn(const TrendChart& chart, const TrendChart::Point& point) {
  return !point.withheld && std::isfinite(point.interval.value) && point.period < chart.periods.size();
}

/// The points of a series that are drawn, in the order of time.
std::vector<TrendChart::Point> points_of(const TrendChart& chart, const TrendChart::Series& series) {
  std::vector<TrendChart::Point> points;
  std::copy_if(series.points.begin(), series.points.end(), std::back_inserter(points),
               [&](const TrendChart::Point& point) { return drawn(chart, point); });
  std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.period < b.period; });
  return points;
}

/// Whether a line may run from one period to the next in series `index`.
bool joined(const TrendChart& chart, std::size_t index, std::size_t from, std::size_t to) {
  return to == from + 1 && std::none_of(chart.breaks.begin(), chart.breaks.end(), [&](const TrendChart::Break& one) {
           return one.period == to && (!one.series || *one.series == index);
         });
}

std::string value_words(const TrendChart& chart, double value, const Axis& axis) {
  return tick_text(value, axis, chart.kind);
}

SideLabel label_of(const TrendChart& chart, const TrendChart::Series& series, const Axis& axis) {
  SideLabel label;
  label.name =
      wrap(series.published ? series.label + " (published elsewhere)" : series.label, widest_side_label, style::text_size, Weight::bold);
  const std::vector<TrendChart::Point> points = points_of(chart, series);
  if (points.empty()) {
    const bool withheld =
        std::any_of(series.points.begin(), series.points.end(), [](const TrendChart::Point& point) { return point.withheld; });
    label.value = {withheld ? "withheld" : "no figures"};
    label.centre = axis.from;
    return label;
  }
  const TrendChart::Point& last = points.back();
  std::string words = format_estimate(last.interval, chart.kind, Medium::page);
  if (last.period + 1 != chart.periods.size()) {
    words += " in " + chart.periods[last.period];
  }
  label.value = wrap(words, widest_side_label, style::text_size);
  label.centre = axis.at(std::clamp(last.interval.value, axis.low, axis.high));
  return label;
}

struct Layout {
  Axis axis;
  std::vector<double> x; ///< of the periods
  double left = 0, right = 0;
  double spacing = 0; ///< between periods
};

double along(const Layout& layout, double position) {
  return layout.x.front() + std::clamp(position, -0.5, static_cast<double>(layout.x.size()) - 0.5) * layout.spacing;
}

void add_series(Scene& scene, const TrendChart& chart, std::size_t index, const style::SeriesStyle& look, const Layout& layout,
                double shift) {
  const TrendChart::Series& series = chart.series[index];
  const std::vector<TrendChart::Point> points = points_of(chart, series);
  const Axis& axis = layout.axis;
  const auto y = [&](double value) { return axis.at(std::clamp(value, axis.low, axis.high)); };
  Path line{{}, false, "", series.published ? look.outline : look.colour, series.published ? 1.5 : 3, look.dashes};
  const auto finish = [&] {
    if (line.points.size() > 1) {
      scene.add(line);
    }
    line.points.clear();
  };
  std::optional<std::size_t> previous;
  for (const TrendChart::Point& point : points) {
    if (previous && !joined(chart, index, *previous, point.period)) {
      finish();
    }
    line.points.emplace_back(layout.x[point.period] + shift, y(point.interval.value));
    previous = point.period;
  }
  finish();
  for (const TrendChart::Point& point : points) {
    const double x = layout.x[point.period] + shift;
    if (layout.spacing >= close_spacing) {
      add_interval_up(scene, axis, x, point.interval, look.outline);
      add_marker(scene, look.marker, x, y(point.interval.value), look.colour, look.outline, series.published);
      continue;
    }
    if (std::isfinite(point.interval.low) && std::isfinite(point.interval.high)) {
      scene.add(Line{x, y(point.interval.low), x, y(point.interval.high), look.outline, 1, ""});
    }
    scene.add(Circle{x, y(point.interval.value), 2.5, series.published ? style::paper : look.colour, look.outline, 1.5});
  }
}

/// How many periods apart names stand: each, every second ...; the last has one.
std::size_t name_step(const TrendChart& chart, const Layout& layout) {
  if (chart.periods.size() < 2) {
    return 1;
  }
  const double room = std::max(layout.spacing - label_space, 34.0);
  double width = 0;
  for (const std::string& period : chart.periods) {
    width = std::max(width, widest(wrap(period, room, style::text_size)));
  }
  return static_cast<std::size_t>(std::max(1.0, std::ceil((width + label_space) / layout.spacing)));
}

/// The names of the periods. Gives the baseline of a next line.
double add_periods(Scene& scene, const TrendChart& chart, const Layout& layout) {
  const std::size_t count = chart.periods.size();
  const std::size_t step = name_step(chart, layout);
  double room = layout.spacing * static_cast<double>(step) - label_space;
  if (count == 1) {
    room = layout.right - layout.left;
  }
  double foot = layout.axis.from + 24;
  for (std::size_t i = 0; i < count; ++i) {
    if ((count - 1 - i) % step == 0) {
      const std::vector<std::string> lines = wrap(chart.periods[i], std::max(room, 34.0), style::text_size);
      foot = std::max(foot, add_lines(scene, lines, layout.x[i], layout.axis.from + 24, Anchor::middle));
    }
  }
  return foot;
}

/// The bases under the axis, a row a series; where periods stand too close for them, their range in words. Gives the baseline of a next
/// line.
double add_bases(Scene& scene, const TrendChart& chart, const std::vector<style::SeriesStyle>& styles, const Layout& layout, double foot) {
  const auto words = [](double n) { return format_number(n, report::NumberKind::count, Medium::page); };
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    Extent bases;
    double width = 0;
    for (const TrendChart::Point& point : points_of(chart, chart.series[s])) {
      if (point.n > 0) {
        bases.take(point.n);
        width = std::max(width, text_width(words(point.n), style::text_size));
      }
    }
    if (bases.empty) {
      continue;
    }
    const bool fits = chart.periods.size() == 1 || width + label_space <= layout.spacing;
    add_marker(scene, styles[s].marker, 8, foot - 6, styles[s].colour, styles[s].outline, chart.series[s].published);
    scene.add(Text{20, foot, "n", Anchor::start, Weight::regular, style::ink, style::text_size});
    if (fits) {
      for (const TrendChart::Point& point : points_of(chart, chart.series[s])) {
        if (point.n > 0) {
          scene.add(Text{layout.x[point.period], foot, words(point.n), Anchor::middle, Weight::regular, style::ink, style::text_size});
        }
      }
    } else {
      const std::string range =
          bases.high > bases.low ? words(bases.low) + " to " + words(bases.high) + " a period" : words(bases.low) + " each period";
      scene.add(Text{layout.left, foot, range, Anchor::start, Weight::regular, style::ink, style::text_size});
    }
    foot += style::line_height;
  }
  return foot;
}

/// "Withheld: Confident in 2024 and 2025", one a series; empty if nothing is.
std::string withheld_words(const TrendChart& chart) {
  std::string text;
  for (const TrendChart::Series& series : chart.series) {
    std::vector<std::string> periods;
    for (std::size_t period = 0; period < chart.periods.size(); ++period) {
      if (std::any_of(series.points.begin(), series.points.end(),
                      [&](const TrendChart::Point& point) { return point.withheld && point.period == period; })) {
        periods.push_back(chart.periods[period]);
      }
    }
    if (!periods.empty()) {
      text += (text.empty() ? "" : "; ") + series.label + " in ";
      for (std::size_t i = 0; i < periods.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == periods.size() ? " and " : ", ") + periods[i];
      }
    }
  }
  return text.empty() ? "" : "Withheld: " + text + ".";
}

/// What the axis leaves out; empty if nothing.
std::string axis_words(const TrendChart& chart, const Axis& axis) {
  if (!(chart.highest > chart.lowest) || (axis.low <= chart.lowest + 1e-9 && axis.high >= chart.highest - 1e-9)) {
    return "";
  }
  return "The axis shows " + value_words(chart, axis.low, axis) + " to " + value_words(chart, axis.high, axis) + ", not " +
         value_words(chart, chart.lowest, axis) + " to " + value_words(chart, chart.highest, axis) + ".";
}

std::vector<EventLine> events_of(const TrendChart& chart, const Layout& layout) {
  std::vector<EventLine> events;
  for (const TrendChart::Break& one : chart.breaks) {
    std::string label = one.label;
    if (one.series && *one.series < chart.series.size() && chart.series.size() > 1) {
      label = chart.series[*one.series].label + ": " + label;
    }
    events.push_back({along(layout, static_cast<double>(one.period) - 0.5), label, style::ink, "9 4"});
  }
  for (const TrendChart::Event& event : chart.events) {
    events.push_back({along(layout, event.position), event.label, style::quiet, "3 3"});
  }
  return events;
}

} // namespace

std::vector<Scene> draw(const TrendChart& chart) {
  Extent extent;
  bool withheld = false;
  for (const TrendChart::Series& series : chart.series) {
    for (const TrendChart::Point& point : series.points) {
      if (drawn(chart, point)) {
        extent.take(point.interval);
      }
      withheld = withheld || point.withheld;
    }
  }
  if (chart.periods.empty() || (extent.empty && !withheld)) {
    return nothing_to_draw();
  }
  if (chart.target) {
    extent.take(chart.target->value);
  }
  if (extent.empty) { // everything is withheld
    extent.take(chart.lowest);
    extent.take(chart.highest);
  }
  const std::vector<style::SeriesStyle> styles = styles_of(chart);
  Scene scene;
  Layout layout;
  layout.axis = upright_axis(extent, chart.lowest, chart.highest);

  double label_width = 0;
  double label_height = 0;
  const auto reserve = [&](const SideLabel& label) {
    label_height += label.height();
    label_width = std::max(label_width, label.width());
  };
  for (const TrendChart::Series& series : chart.series) {
    reserve(label_of(chart, series, layout.axis));
  }
  SideLabel target_label;
  if (chart.target) {
    target_label.value = wrap(chart.target->label, widest_side_label, style::text_size);
    reserve(target_label);
  }
  const double plot_height = std::max(chart.low ? low_plot_height : least_plot_height, label_height);
  std::vector<std::string> numbers;
  for (const double tick : layout.axis.ticks()) {
    numbers.push_back(tick_text(tick, layout.axis, chart.kind));
  }
  layout.left = std::max(42.0, widest(numbers) + 10);
  layout.right = scene.width - label_width - side_label_gap;
  const auto count = static_cast<double>(chart.periods.size());
  const double room = layout.right - layout.left;
  layout.spacing = room / count;
  for (std::size_t i = 0; i < chart.periods.size(); ++i) {
    layout.x.push_back(layout.left + (static_cast<double>(i) + 0.5) * layout.spacing);
  }

  double y = add_lines(scene, wrap(chart.axis, scene.width, style::text_size), 0, 16, Anchor::start, Weight::regular, style::quiet);
  y = add_event_lines(scene, events_of(chart, layout), y - 12, plot_height);
  layout.axis.from = y + plot_height;
  layout.axis.to = y;
  const bool broken = chart.highest > chart.lowest && layout.axis.low > chart.lowest + 1e-9;
  add_upright_axis(scene, layout.axis, layout.left, layout.right, numbers, layout.x, broken);

  std::vector<SideLabel> labels;
  std::vector<style::SeriesStyle> looks = styles;
  std::vector<bool> hollow;
  for (const TrendChart::Series& series : chart.series) {
    labels.push_back(label_of(chart, series, layout.axis));
    hollow.push_back(series.published);
  }
  std::optional<double> target_y;
  if (chart.target && std::isfinite(chart.target->value)) {
    target_y = layout.axis.at(std::clamp(chart.target->value, layout.axis.low, layout.axis.high));
    scene.add(Line{layout.left, *target_y, layout.right, *target_y, style::pink, 2, "5 3"});
  }
  const double spread_of_series = std::min(widest_dodge * (static_cast<double>(chart.series.size()) - 1), layout.spacing * 0.6) / 2;
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    const double step = chart.series.size() > 1 ? 2 * spread_of_series / (static_cast<double>(chart.series.size()) - 1) : 0;
    add_series(scene, chart, s, styles[s], layout, step * static_cast<double>(s) - spread_of_series);
  }

  const double text_x = layout.right + side_label_gap;
  double label_foot = 0;
  {
    // The words of the target stand among the names of the series, with a piece of its line in place of a marker.
    std::vector<double> centres;
    std::vector<double> heights;
    for (const SideLabel& label : labels) {
      centres.push_back(label.centre);
      heights.push_back(label.height());
    }
    if (target_y) {
      centres.push_back(*target_y);
      heights.push_back(target_label.height());
    }
    const std::vector<double> tops = spread(centres, heights, y - 6, layout.axis.from + 10);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      label_foot = std::max(label_foot, add_side_label(scene, labels[i], looks[i], hollow[i], text_x, tops[i]));
    }
    if (target_y) {
      scene.add(Line{text_x - 20, tops.back() + 11, text_x - 4, tops.back() + 11, style::pink, 2, "5 3"});
      label_foot = std::max(label_foot, add_lines(scene, target_label.value, text_x, tops.back() + 17) - style::line_height);
    }
  }

  double foot = add_bases(scene, chart, styles, layout, add_periods(scene, chart, layout)) - style::line_height;
  foot = std::max(foot, label_foot);
  for (const std::string& note : {withheld_words(chart), axis_words(chart, layout.axis)}) {
    if (!note.empty()) {
      foot = add_lines(scene, wrap(note, scene.width, style::text_size), 0, foot + 24, Anchor::start, Weight::regular, style::quiet) -
             style::line_height;
    }
  }
  scene.height = foot + 8;
  return {scene};
}

} // namespace canvass::render::charts
