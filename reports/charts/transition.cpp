#include "reports/charts/bars.hpp"
#include "reports/charts/chart.hpp"
#include "reports/format_number.hpp"

#include <cmath>

namespace canvass::render::charts {
namespace {

using report::TransitionChart;

double share(double value) {
  return std::isfinite(value) && value > 0 ? value : 0;
}

} // namespace

std::vector<Scene> draw(const TransitionChart& chart) {
  const std::vector<Part> legend{{"Went down", style::fill_down}, {"Stayed the same", style::fill_same}, {"Went up", style::fill_up}};
  std::vector<BarGroup> groups;
  for (const TransitionChart::Group& group : chart.groups) {
    BarGroup one{group.label, {}};
    for (const TransitionChart::Bar& bar : group.bars) {
      BarRow row;
      row.label = bar.label;
      row.shares = {share(bar.down), share(bar.same), share(bar.up)};
      if (bar.withheld) {
        row.instead = "withheld";
      } else if (row.shares[0] + row.shares[1] + row.shares[2] <= 0) {
        row.instead = "no pairs of answers";
      }
      row.columns = {!bar.withheld && std::isfinite(bar.n) ? format_number(bar.n, report::NumberKind::count, Medium::page) : ""};
      one.rows.push_back(std::move(row));
    }
    groups.push_back(std::move(one));
  }
  BarFrame frame;
  frame.axis = Axis{0, 100, 20, 0, 0, 1};
  frame.columns = {"n"};
  return draw_bars(frame, legend, groups);
}

} // namespace canvass::render::charts
