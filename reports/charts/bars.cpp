#include "reports/charts/bars.hpp"

#include "reports/charts/chart.hpp"
#include "reports/format_number.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::render::charts {
namespace {

constexpr double bar_height = 24;
constexpr double row_gap = 5;
constexpr double group_gap = 12;
constexpr double widest_row_label = 190;
constexpr double widest_column = 96;
constexpr double part_gap = 2;
constexpr double tick_room = 48; ///< "100%" and a space

double widest(const std::vector<std::string>& lines, Weight weight = Weight::regular) {
  double width = 0;
  for (const std::string& line : lines) {
    width = std::max(width, text_width(line, style::text_size, weight));
  }
  return width;
}

struct Column {
  std::vector<std::string> title;
  double right = 0;
  double width = 0;
};

struct Layout {
  Axis axis;
  double label_width = 0;
  std::vector<Column> columns;
};

Layout layout_of(const BarFrame& frame, const std::vector<BarGroup>& groups, double width) {
  Layout layout;
  layout.axis = frame.axis;
  for (const std::string& title : frame.columns) {
    Column column;
    column.title = wrap(title, widest_column, style::text_size, Weight::bold);
    column.width = widest(column.title, Weight::bold);
    layout.columns.push_back(std::move(column));
  }
  for (const BarGroup& group : groups) {
    for (const BarRow& row : group.rows) {
      layout.label_width = std::max(layout.label_width, widest(wrap(row.label, widest_row_label, style::text_size)));
      for (std::size_t c = 0; c < layout.columns.size() && c < row.columns.size(); ++c) {
        layout.columns[c].width = std::max(layout.columns[c].width, text_width(row.columns[c], style::text_size));
      }
    }
  }
  double right = width;
  for (auto column = layout.columns.rbegin(); column != layout.columns.rend(); ++column) {
    column->right = right;
    right -= column->width + 16;
  }
  // The outermost ticks are centred on the ends of the axis: half of "100%" must fit beside them.
  const double half_tick = text_width("100%", style::text_size) / 2;
  layout.axis.from = layout.label_width > 0 ? std::max(layout.label_width + 12, half_tick) : half_tick;
  layout.axis.to = layout.columns.empty() ? width - half_tick : right - std::max(0.0, half_tick - 16);
  return layout;
}

double group_height(const BarGroup& group, const Layout& layout, double width) {
  double height = group_gap;
  if (!group.label.empty()) {
    height += style::line_height * static_cast<double>(wrap(group.label, width, style::text_size, Weight::bold).size()) + 2;
  }
  for (const BarRow& row : group.rows) {
    const auto lines = static_cast<double>(wrap(row.label, std::max(layout.label_width, 20.0), style::text_size).size());
    height += std::max(bar_height, lines * style::line_height) + row_gap;
  }
  return height;
}

/// The key, in the order of the parts. Gives the foot.
double add_legend(Scene& scene, const std::vector<Part>& legend) {
  double x = 0;
  double y = 0;
  for (const Part& fill : legend) {
    const std::vector<std::string> lines = wrap(fill.label, scene.width - 24, style::text_size);
    const double width = 22 + widest(lines);
    if (x > 0 && x + width > scene.width) {
      x = 0;
      y += style::line_height + 4;
    }
    scene.add(Rect{x + 1, y + 3, 14, 14, fill.look.colour, fill.look.outline, 1.5, 0});
    const double below = add_lines(scene, lines, x + 22, y + 16);
    y = below - 16 - style::line_height;
    x += width + 16;
  }
  return legend.empty() ? 0 : y + style::line_height + 6;
}

/// Titles of the columns and of the two sides, standing on one line. Gives the foot.
double add_header(Scene& scene, const BarFrame& frame, const Layout& layout, double top) {
  const double zero = layout.axis.at(0);
  const std::vector<std::string> left =
      frame.left_label.empty() ? std::vector<std::string>{} : wrap(frame.left_label, std::max(60.0, zero - 8), style::text_size);
  const std::vector<std::string> right = frame.right_label.empty()
                                             ? std::vector<std::string>{}
                                             : wrap(frame.right_label, std::max(60.0, layout.axis.to - zero - 8), style::text_size);
  std::size_t lines = std::max<std::size_t>({1, left.size(), right.size()});
  for (const Column& column : layout.columns) {
    lines = std::max(lines, column.title.size());
  }
  const double foot = top + style::line_height * static_cast<double>(lines);
  const auto first_baseline = [&](std::size_t count) { return foot - 5 - style::line_height * (static_cast<double>(count) - 1); };
  if (!left.empty()) {
    const double end = std::max(zero - 8, widest(left));
    add_lines(scene, left, end, first_baseline(left.size()), Anchor::end);
    add_lines(scene, right, end + 16, first_baseline(right.size()));
  }
  for (const Column& column : layout.columns) {
    add_lines(scene, column.title, column.right, first_baseline(column.title.size()), Anchor::end, Weight::bold);
  }
  return foot;
}

void add_parts(Scene& scene, const BarRow& row, const std::vector<Part>& legend, const Axis& axis, double top, double height) {
  double at = row.start;
  for (std::size_t i = 0; i < row.shares.size() && i < legend.size(); ++i) {
    const double from = axis.at(at);
    const double to = axis.at(at + row.shares[i]);
    at += row.shares[i];
    if (to - from < 0.05) {
      continue;
    }
    const double width = std::max(to - from - part_gap, std::min(to - from, 1.0));
    scene.add(Rect{from + (to - from - width) / 2, top, width, height, legend[i].look.colour, legend[i].look.outline, 1, 0});
    const std::string label = format_number(row.shares[i], report::NumberKind::percent, Medium::page);
    if (text_width(label, style::text_size) + 6 <= width) {
      scene.add(
          Text{(from + to) / 2, top + height / 2 + 5.5, label, Anchor::middle, Weight::regular, legend[i].look.text, style::text_size});
    }
  }
}

Scene draw_panel(const BarFrame& frame, const std::vector<Part>& legend, const std::vector<BarGroup>& groups, const Layout& layout) {
  Scene scene;
  double y = add_header(scene, frame, layout, add_legend(scene, legend));
  const Axis& axis = layout.axis;
  scene.body = y;
  for (const BarGroup& group : groups) {
    if (&group != &groups.front()) {
      scene.cuts.push_back(y);
    }
    y += group_gap / 2;
    if (!group.label.empty()) {
      y = add_lines(scene, wrap(group.label, scene.width, style::text_size, Weight::bold), 0, y + 15, Anchor::start, Weight::bold) - 13;
    }
    const double rows_top = y;
    double rows_foot = y;
    for (const BarRow& row : group.rows) {
      const auto lines = static_cast<double>(wrap(row.label, std::max(layout.label_width, 20.0), style::text_size).size());
      rows_foot += std::max(bar_height, lines * style::line_height) + row_gap;
    }
    for (const double tick : axis.ticks()) {
      if (tick != 0) {
        scene.add(Line{axis.at(tick), rows_top, axis.at(tick), rows_foot, style::grid, 1, ""});
      }
    }
    scene.add(Line{axis.at(0), rows_top - 1, axis.at(0), rows_foot + 1, style::ink, 1.5, ""});
    for (const BarRow& row : group.rows) {
      const std::vector<std::string> lines = wrap(row.label, std::max(layout.label_width, 20.0), style::text_size);
      const double height = std::max(bar_height, style::line_height * static_cast<double>(lines.size()));
      const double middle = y + height / 2 + row_gap / 2;
      add_lines(scene, lines, 0, middle + 5.5 - style::line_height * (static_cast<double>(lines.size()) - 1) / 2);
      if (row.instead.empty()) {
        add_parts(scene, row, legend, axis, middle - bar_height / 2, bar_height);
      } else {
        const double width = text_width(row.instead, style::text_size);
        const double x = std::min(axis.at(0) + 8, axis.to - width);
        scene.add(Rect{x - 2, middle - 10, width + 4, 20, style::paper, "", 0, 0});
        scene.add(Text{x, middle + 5.5, row.instead, Anchor::start, Weight::regular, style::quiet, style::text_size});
      }
      for (std::size_t c = 0; c < layout.columns.size() && c < row.columns.size(); ++c) {
        if (!row.columns[c].empty()) {
          scene.add(
              Text{layout.columns[c].right, middle + 5.5, row.columns[c], Anchor::end, Weight::regular, style::ink, style::text_size});
        }
      }
      y += height + row_gap;
    }
    y += group_gap / 2;
  }
  scene.foot = y;
  // Every tick has a line; as many have a number as there is room for, zero among them.
  const auto every = std::max<long>(1, std::lround(std::ceil(tick_room / (axis.at(axis.step) - axis.at(0)))));
  for (const double tick : axis.ticks()) {
    if (std::lround(tick / axis.step) % every != 0) {
      continue;
    }
    scene.add(Text{axis.at(tick), y + 15, format_fixed(std::abs(tick), 0, Medium::page) + "%", Anchor::middle, Weight::regular,
                   style::quiet, style::text_size});
  }
  scene.height = y + 22;
  return scene;
}

} // namespace

std::vector<Scene> draw_bars(const BarFrame& frame, const std::vector<Part>& legend, const std::vector<BarGroup>& groups) {
  const bool empty = std::all_of(groups.begin(), groups.end(), [](const BarGroup& group) { return group.rows.empty(); });
  if (empty || legend.empty()) {
    return nothing_to_draw();
  }
  const Layout layout = layout_of(frame, groups, style::column_width);
  std::vector<double> heights;
  heights.reserve(groups.size());
  for (const BarGroup& group : groups) {
    heights.push_back(group_height(group, layout, style::column_width));
  }
  Scene trial;
  const double frame_height = add_header(trial, frame, layout, add_legend(trial, legend)) + 22;
  std::vector<Scene> panels;
  for (const auto& run : split_evenly(heights, style::panel_height - frame_height)) {
    const std::vector<BarGroup> part(groups.begin() + static_cast<std::ptrdiff_t>(run.first),
                                     groups.begin() + static_cast<std::ptrdiff_t>(run.second));
    panels.push_back(draw_panel(frame, legend, part, layout));
  }
  return panels;
}

} // namespace canvass::render::charts
