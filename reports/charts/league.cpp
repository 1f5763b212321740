#include "reports/charts/chart.hpp"
#include "reports/charts/marks.hpp"
#include "reports/format_number.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::render::charts {
namespace {

using report::LeagueChart;

constexpr double close_gap = 1;
constexpr std::size_t few_rows = 20; ///< so many have their intervals in figures too; more have them drawn alone
constexpr double column_gap = 16;
constexpr double tick_room = 22; ///< half of a tick's number

bool drawn(const LeagueChart::Row& row) {
  return !row.withheld && std::isfinite(row.interval.value);
}

struct Column {
  std::string title;
  double right = 0, width = 0;
};

struct Layout {
  Axis axis;
  double label_width = 0;
  bool dense = false; ///< many rows: no intervals in figures, and so room for longer names
  double row_gap = 6;
  [[nodiscard]] double widest_label() const { return dense ? 240 : 190; }
  std::vector<Column> columns;
};

/// The figures of a row, aligned with the columns: value, n, rank.
std::vector<std::string> figures_of(const LeagueChart& chart, const LeagueChart::Row& row, bool dense) {
  if (row.withheld) {
    return {"", "", ""};
  }
  const std::string value = !drawn(row) ? ""
                            : dense     ? format_number(row.interval.value, chart.kind, Medium::page)
                                        : format_estimate(row.interval, chart.kind, Medium::page);
  return {value, row.n > 0 ? format_number(row.n, report::NumberKind::count, Medium::page) : "", row.rank};
}

Weight weight_of(const LeagueChart::Row& row) {
  return row.named ? Weight::bold : Weight::regular;
}

Layout layout_of(const LeagueChart& chart, double width) {
  Layout layout;
  layout.dense = chart.rows.size() > few_rows;
  layout.row_gap = layout.dense || chart.low ? close_gap : layout.row_gap;
  Extent extent;
  std::vector<Column> columns{{""}, {"n"}, {"Rank"}};
  std::vector<double> widths(columns.size(), 0);
  for (const LeagueChart::Row& row : chart.rows) {
    layout.label_width =
        std::max(layout.label_width, widest(wrap(row.label, layout.widest_label(), style::text_size, weight_of(row)), weight_of(row)));
    const std::vector<std::string> figures = figures_of(chart, row, layout.dense);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      widths[c] = std::max(widths[c], text_width(figures[c], style::text_size, weight_of(row)));
    }
    if (drawn(row)) {
      extent.take(row.interval);
    }
  }
  for (const auto& line : {chart.reference, chart.target}) {
    if (line) {
      extent.take(line->value);
    }
  }
  layout.axis = extent.empty ? Axis{0, 100, 20, 0, 0, 1} : axis_over(extent, chart.kind, 6);
  double right = width - 1;
  for (std::size_t c = columns.size(); c-- > 0;) {
    if (widths[c] > 0) {
      columns[c].width = std::max(widths[c], text_width(columns[c].title, style::text_size, Weight::bold));
      columns[c].right = right;
      right -= columns[c].width + column_gap;
    }
  }
  layout.columns = std::move(columns);
  layout.axis.from = layout.label_width + tick_room + 4;
  layout.axis.to = std::min(right + column_gap - tick_room, width - tick_room) - 4;
  return layout;
}

double row_height(const LeagueChart::Row& row, const Layout& layout) {
  const std::size_t lines = wrap(row.label, layout.widest_label(), style::text_size, weight_of(row)).size();
  return style::line_height * static_cast<double>(lines) + layout.row_gap;
}

void add_mark(Scene& scene, LeagueChart::Verdict verdict, double x, double y) {
  switch (verdict) {
  case LeagueChart::Verdict::higher:
  case LeagueChart::Verdict::lower: add_marker(scene, style::Marker::circle, x, y, style::blue, style::blue); break;
  case LeagueChart::Verdict::not_told_apart: add_marker(scene, style::Marker::circle, x, y, style::blue, style::blue, true); break;
  case LeagueChart::Verdict::not_tested: add_marker(scene, style::Marker::diamond, x, y, style::blue, style::dark_grey, true); break;
  }
}

/// What filled, hollow and diamond mean; only what occurs. Gives the foot.
double add_key(Scene& scene, const LeagueChart& chart) {
  bool told = false;
  bool hollow = false;
  bool untested = false;
  for (const LeagueChart::Row& row : chart.rows) {
    if (drawn(row)) {
      told = told || row.verdict == LeagueChart::Verdict::higher || row.verdict == LeagueChart::Verdict::lower;
      hollow = hollow || row.verdict == LeagueChart::Verdict::not_told_apart;
      untested = untested || row.verdict == LeagueChart::Verdict::not_tested;
    }
  }
  Key key(scene);
  const auto add = [&](bool occurs, LeagueChart::Verdict verdict, const std::string& words) {
    if (occurs && chart.reference) {
      const std::pair<double, double> at = key.add(14, words);
      add_mark(scene, verdict, at.first + 7, at.second);
    }
  };
  add(told, LeagueChart::Verdict::higher, "told apart from the dashed line");
  add(hollow, LeagueChart::Verdict::not_told_apart, "not told apart");
  add(untested, LeagueChart::Verdict::not_tested, "not tested");
  return key.foot();
}

/// The words of the reference line and of the target, each over its line, and the titles of the columns. Gives the foot.
double add_header(Scene& scene, const LeagueChart& chart, const Layout& layout, double top) {
  double room = scene.width;
  for (const Column& column : layout.columns) {
    if (column.width > 0 && !column.title.empty()) {
      room = std::min(room, column.right - column.width - column_gap);
    }
  }
  double words_foot = top;
  for (const auto& line : {chart.target, chart.reference}) {
    if (line) {
      const std::vector<std::string> lines = wrap(line->label, std::min(room, 300.0), style::text_size);
      const double half = widest(lines) / 2;
      const double centre = std::clamp(layout.axis.at(line->value), half, std::max(half, room - half));
      add_lines(scene, lines, centre, words_foot + 16, Anchor::middle);
      words_foot += style::line_height * static_cast<double>(lines.size());
    }
  }
  const double foot = std::max(words_foot, top + style::line_height) + 4;
  for (const Column& column : layout.columns) {
    if (column.width > 0 && !column.title.empty()) {
      scene.add(Text{column.right, foot - 8, column.title, Anchor::end, Weight::bold, style::ink, style::text_size});
    }
  }
  return foot;
}

Scene draw_panel(const LeagueChart& chart, const Layout& layout, std::size_t first, std::size_t last) {
  Scene scene;
  const Axis& axis = layout.axis;
  const double top = add_header(scene, chart, layout, add_key(scene, chart));
  double foot = top + 3;
  for (std::size_t i = first; i < last; ++i) {
    const double height = row_height(chart.rows[i], layout);
    if (chart.rows[i].named) {
      scene.add(Rect{0, foot, scene.width, height, style::tint, "", 0, 0});
    }
    foot += height;
  }
  foot += 3;
  add_grid_across(scene, axis, top, foot);
  if (chart.reference) {
    scene.add(Line{axis.at(chart.reference->value), top - 2, axis.at(chart.reference->value), foot, style::ink, 1.5, "6 4"});
  }
  if (chart.target) { // whole: the dashed line is what the rows are tested against
    scene.add(Line{axis.at(chart.target->value), top - 2, axis.at(chart.target->value), foot, style::pink, 2, ""});
  }
  scene.body = top;
  scene.foot = foot;
  double y = top + 3;
  for (std::size_t i = first; i < last; ++i) {
    const LeagueChart::Row& row = chart.rows[i];
    if (i > first) {
      scene.cuts.push_back(y);
    }
    const double height = row_height(row, layout);
    const double middle = y + height / 2;
    const std::vector<std::string> label = wrap(row.label, layout.widest_label(), style::text_size, weight_of(row));
    add_lines(scene, label, 0, first_baseline(middle, label.size()), Anchor::start, weight_of(row));
    if (drawn(row)) {
      // A light line from the name to its dot, for the eye.
      const double x = axis.at(std::clamp(row.interval.value, axis.low, axis.high));
      scene.add(Line{axis.from, middle, axis.to, middle, style::grid, 1, "1 4"});
      add_interval_across(scene, axis, middle, row.interval, style::blue);
      add_mark(scene, row.verdict, x, middle);
    } else {
      add_word(scene, row.withheld ? "withheld" : std::string(missing_number), axis.from + 8, axis.to, middle);
    }
    const std::vector<std::string> figures = figures_of(chart, row, layout.dense);
    for (std::size_t c = 0; c < layout.columns.size(); ++c) {
      if (!figures[c].empty()) {
        scene.add(Text{layout.columns[c].right, middle + 5.5, figures[c], Anchor::end, weight_of(row), style::ink, style::text_size});
      }
    }
    y += height;
  }
  scene.height = add_axis_below(scene, axis, foot, chart.kind, chart.axis);
  return scene;
}

} // namespace

std::vector<Scene> draw(const LeagueChart& chart) {
  if (chart.rows.empty()) {
    return nothing_to_draw();
  }
  const Layout layout = layout_of(chart, style::column_width);
  std::vector<double> heights;
  heights.reserve(chart.rows.size());
  for (const LeagueChart::Row& row : chart.rows) {
    heights.push_back(row_height(row, layout));
  }
  Scene trial;
  const double above = add_header(trial, chart, layout, add_key(trial, chart));
  const double below = add_axis_below(trial, layout.axis, 0, chart.kind, chart.axis);
  std::vector<Scene> panels;
  for (const auto& run : split_evenly(heights, style::panel_height - above - below - 6)) {
    panels.push_back(draw_panel(chart, layout, run.first, run.second));
  }
  return panels;
}

} // namespace canvass::render::charts
