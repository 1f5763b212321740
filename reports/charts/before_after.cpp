#include "reports/charts/chart.hpp"
#include "reports/charts/marks.hpp"
#include "reports/format_number.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::render::charts {
namespace {

using report::BeforeAfterChart;

constexpr double widest_label = 150;
constexpr double widest_text = 184;
constexpr double lane = 20; ///< the after stands so far below the before, so that their intervals keep apart
constexpr double row_gap = 14;
constexpr double column_gap = 14;
constexpr double tick_room = 22;

constexpr style::SeriesStyle before_look{style::orange, style::rust, style::Marker::square, ""};
constexpr style::SeriesStyle after_look{style::blue, style::blue, style::Marker::circle, ""};

bool drawn(const BeforeAfterChart::Side& side) {
  return !side.withheld && std::isfinite(side.interval.value);
}

/// "58%, n 118".
std::string figures_of(const BeforeAfterChart& chart, const BeforeAfterChart::Side& side) {
  if (!drawn(side)) {
    return side.withheld ? "withheld" : std::string(missing_number);
  }
  const std::string value = format_number(side.interval.value, chart.kind, Medium::page);
  return side.n > 0 ? value + ", n " + format_number(side.n, report::NumberKind::count, Medium::page) : value;
}

/// The change in words; of a row with a withheld side, none.
std::string words_of(const BeforeAfterChart::Row& row) {
  return row.before.withheld || row.after.withheld ? "" : row.text;
}

/// The interval stays in one piece, on a line of its own where the whole does not fit.
std::vector<std::string> word_lines(const BeforeAfterChart::Row& row) {
  const std::string words = words_of(row);
  const std::size_t interval = words.find(" (");
  if (interval == std::string::npos || text_width(words, style::text_size) <= widest_text) {
    return words.empty() ? std::vector<std::string>{} : wrap(words, widest_text, style::text_size);
  }
  std::vector<std::string> lines = wrap(words.substr(0, interval), widest_text, style::text_size);
  for (std::string& line : wrap(words.substr(interval + 1), widest_text, style::text_size)) {
    lines.push_back(std::move(line));
  }
  return lines;
}

struct Layout {
  Axis axis;
  double label_width = 0, figures_x = 0, text_x = 0, text_width = 0;
};

Layout layout_of(const BeforeAfterChart& chart, double width) {
  Layout layout;
  Extent extent;
  double figures = 0;
  for (const BeforeAfterChart::Row& row : chart.rows) {
    layout.label_width = std::max(layout.label_width, widest(wrap(row.label, widest_label, style::text_size, Weight::bold), Weight::bold));
    layout.text_width = std::max(layout.text_width, widest(word_lines(row)));
    for (const BeforeAfterChart::Side* side : {&row.before, &row.after}) {
      figures = std::max(figures, text_width(figures_of(chart, *side), style::text_size));
      if (drawn(*side)) {
        extent.take(side->interval);
      }
    }
  }
  layout.axis = extent.empty ? Axis{0, 100, 20, 0, 0, 1} : axis_over(extent, chart.kind, 6);
  layout.text_x = layout.text_width > 0 ? width - layout.text_width : width + column_gap;
  layout.figures_x = layout.text_x - column_gap - figures;
  layout.axis.from = layout.label_width + tick_room + 6;
  layout.axis.to = layout.figures_x - tick_room;
  return layout;
}

double row_height(const BeforeAfterChart::Row& row) {
  const std::size_t lines =
      std::max({wrap(row.label, widest_label, style::text_size, Weight::bold).size(), word_lines(row).size(), std::size_t{2}});
  return style::line_height * static_cast<double>(lines) + row_gap;
}

/// Gives the foot.
double add_key(Scene& scene, const BeforeAfterChart& chart) {
  Key key(scene);
  for (const bool after : {false, true}) {
    const style::SeriesStyle& look = after ? after_look : before_look;
    const std::pair<double, double> at = key.add(14, after ? chart.after_label : chart.before_label);
    add_marker(scene, look.marker, at.first + 7, at.second, look.colour, look.outline);
  }
  bool told = false;
  bool not_told = false;
  for (const BeforeAfterChart::Row& row : chart.rows) {
    if (drawn(row.before) && drawn(row.after)) {
      (row.told_apart ? told : not_told) = true;
    }
  }
  for (const bool thick : {true, false}) {
    if (thick ? told : not_told) {
      const std::pair<double, double> at = key.add(26, thick ? "a change told from none" : "no clear change");
      scene.add(Line{at.first, at.second, at.first + 26, at.second, style::dark_grey, thick ? 5.0 : 1.5, thick ? "" : "4 3"});
    }
  }
  return key.foot() + 2;
}

void add_side(Scene& scene, const Axis& axis, const BeforeAfterChart::Side& side, const style::SeriesStyle& look, double y) {
  add_interval_across(scene, axis, y, side.interval, look.outline);
  add_marker(scene, look.marker, axis.at(std::clamp(side.interval.value, axis.low, axis.high)), y, look.colour, look.outline);
}

void add_row(Scene& scene, const BeforeAfterChart& chart, const BeforeAfterChart::Row& row, const Layout& layout, double middle) {
  const Axis& axis = layout.axis;
  const std::vector<std::string> label = wrap(row.label, widest_label, style::text_size, Weight::bold);
  add_lines(scene, label, 0, first_baseline(middle, label.size()), Anchor::start, Weight::bold);
  const double before_y = middle - lane / 2;
  const double after_y = middle + lane / 2;
  if (drawn(row.before) && drawn(row.after)) {
    const double from = axis.at(std::clamp(row.before.interval.value, axis.low, axis.high));
    const double to = axis.at(std::clamp(row.after.interval.value, axis.low, axis.high));
    scene.add(
        Path{{{from, before_y}, {to, after_y}}, false, "", style::dark_grey, row.told_apart ? 5.0 : 1.5, row.told_apart ? "" : "4 3"});
  }
  for (const bool after : {false, true}) {
    const BeforeAfterChart::Side& side = after ? row.after : row.before;
    const double y = after ? after_y : before_y;
    const std::string figures = figures_of(chart, side);
    if (drawn(side)) {
      add_side(scene, axis, side, after ? after_look : before_look, y);
    }
    scene.add(Text{layout.figures_x, y + 5.5, figures, Anchor::start, Weight::regular, drawn(side) ? style::ink : style::quiet,
                   style::text_size});
  }
  const std::vector<std::string> words = word_lines(row);
  add_lines(scene, words, layout.text_x, first_baseline(middle, words.size()));
}

Scene draw_panel(const BeforeAfterChart& chart, const Layout& layout, const std::vector<const BeforeAfterChart::Row*>& rows) {
  Scene scene;
  const double top = add_key(scene, chart);
  double foot = top;
  for (const BeforeAfterChart::Row* row : rows) {
    foot += row_height(*row);
  }
  add_grid_across(scene, layout.axis, top, foot);
  scene.body = top;
  scene.foot = foot;
  double y = top;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double height = row_height(*rows[i]);
    if (i > 0) {
      scene.cuts.push_back(y);
    }
    const bool rule = i > 0 && rows[i]->comparison && !rows[i - 1]->comparison;
    scene.add(Line{0, y, scene.width, y, rule ? style::ink : style::grid, rule ? 1.5 : 1.0, ""});
    add_row(scene, chart, *rows[i], layout, y + height / 2);
    y += height;
  }
  scene.height = add_axis_below(scene, layout.axis, foot, chart.kind, chart.axis);
  return scene;
}

} // namespace

std::vector<Scene> draw(const BeforeAfterChart& chart) {
  if (chart.rows.empty()) {
    return nothing_to_draw();
  }
  // What is compared with stands last, whatever the order given.
  std::vector<const BeforeAfterChart::Row*> rows;
  for (const bool comparison : {false, true}) {
    for (const BeforeAfterChart::Row& row : chart.rows) {
      if (row.comparison == comparison) {
        rows.push_back(&row);
      }
    }
  }
  const Layout layout = layout_of(chart, style::column_width);
  std::vector<double> heights;
  heights.reserve(rows.size());
  for (const BeforeAfterChart::Row* row : rows) {
    heights.push_back(row_height(*row));
  }
  Scene trial;
  const double above = add_key(trial, chart);
  const double below = add_axis_below(trial, layout.axis, 0, chart.kind, chart.axis);
  std::vector<Scene> panels;
  for (const auto& run : split_evenly(heights, style::panel_height - above - below)) {
    panels.push_back(draw_panel(
        chart, layout, {rows.begin() + static_cast<std::ptrdiff_t>(run.first), rows.begin() + static_cast<std::ptrdiff_t>(run.second)}));
  }
  return panels;
}

} // namespace canvass::render::charts
