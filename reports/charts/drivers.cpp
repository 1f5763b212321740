#include "reports/charts/chart.hpp"
#include "reports/charts/marks.hpp"
#include "reports/format_number.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::render::charts {
namespace {

using report::DriverChart;

constexpr double widest_label = 200;
constexpr double bar_height = 18;
constexpr double row_gap = 10;
constexpr double group_gap = 8;
constexpr double column_gap = 18;

/// A row with the name of its group over it, where it is the first of it.
struct DriverLine {
  const DriverChart::Group* group = nullptr;
  const DriverChart::Row* row = nullptr;
  bool leads = false;
};

struct Layout {
  double label_width = 0;
  std::vector<Axis> axes; ///< one an outcome; the same scale
  std::vector<double> figures_x;
  double figures_right = 0;
};

bool drawn(const DriverChart::Bar& bar) {
  return !bar.withheld && std::isfinite(bar.interval.value);
}

const DriverChart::Bar& bar_of(const DriverChart::Row& row, std::size_t outcome) {
  static const DriverChart::Bar absent{{report::not_a_number, report::not_a_number, report::not_a_number, ""}, false};
  return outcome < row.bars.size() ? row.bars[outcome] : absent;
}

/// A flag stands out; other words do not.
Weight flag_weight(const DriverChart::Row& row) {
  return row.opposite ? Weight::bold : Weight::regular;
}

/// With one outcome there is room for the interval in figures; with two it is drawn alone.
std::string figures_of(const DriverChart& chart, const DriverChart::Bar& bar) {
  if (!drawn(bar)) {
    return "";
  }
  return chart.outcomes.size() == 1 ? format_estimate(bar.interval, chart.kind, Medium::page)
                                    : format_number(bar.interval.value, chart.kind, Medium::page);
}

/// What stands under the name of a row; nothing where a bar is withheld, since the words would tell its sign.
std::vector<std::string> flag_of(const DriverChart::Row& row) {
  const bool withheld = std::any_of(row.bars.begin(), row.bars.end(), [](const auto& bar) { return bar.withheld; });
  const std::string text = row.opposite && row.text.empty() ? "opposite ways" : row.text;
  return withheld || text.empty() ? std::vector<std::string>{} : wrap(text, widest_label, style::text_size, flag_weight(row));
}

Layout layout_of(const DriverChart& chart, const std::vector<DriverLine>& lines, double width) {
  Layout layout;
  Extent extent;
  extent.take(0.0);
  double figures = 0;
  for (const DriverLine& line : lines) {
    layout.label_width = std::max({layout.label_width, widest(wrap(line.row->label, widest_label, style::text_size)),
                                   widest(flag_of(*line.row), flag_weight(*line.row))});
    for (std::size_t o = 0; o < chart.outcomes.size(); ++o) {
      const DriverChart::Bar& bar = bar_of(*line.row, o);
      figures = std::max(figures, text_width(figures_of(chart, bar), style::text_size));
      if (drawn(bar)) {
        extent.take(bar.interval);
      }
    }
  }
  const auto count = static_cast<double>(chart.outcomes.size());
  const double left = layout.label_width + column_gap;
  const double room = (width - left - column_gap * (count - 1)) / count;
  const Axis scale = axis_over(extent, chart.kind, chart.outcomes.size() == 1 ? 6 : 5);
  double half_tick = 0;
  for (const double tick : scale.ticks()) {
    half_tick = std::max(half_tick, text_width(tick_text(tick, scale, chart.kind), style::text_size) / 2);
  }
  for (std::size_t o = 0; o < chart.outcomes.size(); ++o) {
    const double from = left + static_cast<double>(o) * (room + column_gap);
    Axis axis = scale;
    axis.from = from + half_tick;
    axis.to = from + room - figures - std::max(half_tick, 10.0) - 4;
    layout.axes.push_back(axis);
    layout.figures_x.push_back(from + room);
  }
  return layout;
}

double lines_height(const DriverLine& line) {
  const std::size_t words = wrap(line.row->label, widest_label, style::text_size).size() + flag_of(*line.row).size();
  return std::max(bar_height, style::line_height * static_cast<double>(words)) + row_gap;
}

double heading_height(const DriverLine& line, double width) {
  return line.group->label.empty()
             ? 0
             : group_gap + 4 +
                   style::line_height *
                       static_cast<double>(wrap(line.group->label + " (continued)", width, style::text_size, Weight::bold).size());
}

/// The names of the outcomes over their plots, standing on one line. Gives the foot.
double add_header(Scene& scene, const DriverChart& chart, const Layout& layout, double top) {
  std::vector<std::vector<std::string>> names;
  std::size_t most = 1;
  for (std::size_t o = 0; o < chart.outcomes.size(); ++o) {
    names.push_back(wrap(chart.outcomes[o], layout.figures_x[o] - layout.axes[o].from, style::text_size, Weight::bold));
    most = std::max(most, names.back().size());
  }
  const double foot = top + style::line_height * static_cast<double>(most) + 4;
  for (std::size_t o = 0; o < names.size(); ++o) {
    const double y = foot - 8 - style::line_height * (static_cast<double>(names[o].size()) - 1);
    add_lines(scene, names[o], layout.axes[o].from, y, Anchor::start, Weight::bold);
  }
  return foot;
}

void add_bar(Scene& scene, const DriverChart& chart, const DriverChart::Bar& bar, std::size_t outcome, const Layout& layout,
             double middle) {
  const Axis& axis = layout.axes[outcome];
  if (!drawn(bar)) {
    add_word(scene, bar.withheld ? "withheld" : std::string(missing_number), axis.at(0) + 8, layout.figures_x[outcome], middle);
    return;
  }
  const double zero = axis.at(0);
  const double to = axis.at(std::clamp(bar.interval.value, axis.low, axis.high));
  const style::Fill look = outcome == 0 ? style::bar_first : style::bar_second;
  scene.add(Rect{std::min(zero, to), middle - bar_height / 2, std::abs(to - zero), bar_height, look.colour, look.outline, 1.5, 0});
  add_interval_across(scene, axis, middle, bar.interval, style::ink);
  scene.add(
      Text{layout.figures_x[outcome], middle + 5.5, figures_of(chart, bar), Anchor::end, Weight::regular, style::ink, style::text_size});
}

Scene draw_panel(const DriverChart& chart, const Layout& layout, const std::vector<DriverLine>& lines, std::size_t first,
                 std::size_t last) {
  Scene scene;
  double y = add_header(scene, chart, layout, 0);
  scene.body = y;
  for (std::size_t i = first; i < last; ++i) {
    const DriverLine& line = lines[i];
    if (i > first && line.leads) {
      scene.cuts.push_back(y);
    }
    if ((line.leads || i == first) && !line.group->label.empty()) {
      y += group_gap;
      const std::string name = line.group->label + (line.leads ? "" : " (continued)");
      y = add_lines(scene, wrap(name, scene.width, style::text_size, Weight::bold), 0, y + 15, Anchor::start, Weight::bold, style::blue) -
          11;
    }
    const double height = lines_height(line);
    const double middle = y + height / 2;
    for (std::size_t o = 0; o < layout.axes.size(); ++o) {
      add_grid_across(scene, layout.axes[o], y, y + height);
    }
    const std::vector<std::string> label = wrap(line.row->label, widest_label, style::text_size);
    const std::vector<std::string> flag = flag_of(*line.row);
    const double below = add_lines(scene, label, 0, first_baseline(middle, label.size() + flag.size()));
    add_lines(scene, flag, 0, below, Anchor::start, flag_weight(*line.row), line.row->opposite ? style::pink : style::quiet);
    for (std::size_t o = 0; o < layout.axes.size(); ++o) {
      scene.add(Line{layout.axes[o].at(0), y, layout.axes[o].at(0), y + height, style::ink, 1.5, ""});
      add_bar(scene, chart, bar_of(*line.row, o), o, layout, middle);
    }
    y += height;
  }
  scene.foot = y;
  double foot = y;
  for (const Axis& axis : layout.axes) {
    foot = add_axis_below(scene, axis, y, chart.kind, "");
  }
  if (!chart.axis.empty()) {
    const std::vector<std::string> title = wrap(chart.axis, scene.width, style::text_size);
    const double half = widest(title) / 2;
    const double centre = std::clamp((layout.axes.front().from + scene.width) / 2, half, std::max(half, scene.width - half));
    foot = add_lines(scene, title, centre, foot + 15, Anchor::middle, Weight::regular, style::quiet) - 12;
  }
  scene.height = foot;
  return scene;
}

} // namespace

std::vector<Scene> draw(const DriverChart& chart) {
  std::vector<DriverLine> lines;
  for (const DriverChart::Group& group : chart.groups) {
    for (const DriverChart::Row& row : group.rows) {
      lines.push_back({&group, &row, &row == &group.rows.front()});
    }
  }
  if (lines.empty() || chart.outcomes.empty()) {
    return nothing_to_draw();
  }
  const Layout layout = layout_of(chart, lines, style::column_width);
  std::vector<double> heights;
  double heading = 0;
  for (const DriverLine& line : lines) {
    heights.push_back(lines_height(line) + (line.leads ? heading_height(line, style::column_width) : 0));
    heading = std::max(heading, heading_height(line, style::column_width));
  }
  Scene trial;
  const double above = add_header(trial, chart, layout, 0);
  const double below = 46 + style::line_height * static_cast<double>(wrap(chart.axis, style::column_width, style::text_size).size());
  std::vector<Scene> panels;
  for (const auto& run : split_evenly(heights, style::panel_height - above - below - heading)) {
    panels.push_back(draw_panel(chart, layout, lines, run.first, run.second));
  }
  return panels;
}

} // namespace canvass::render::charts
