#include "reports/charts/axis.hpp"
#include "reports/charts/bars.hpp"
#include "reports/charts/chart.hpp"
#include "reports/format_number.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::render::charts {
namespace {

using report::StackedBarsChart;

/// How many levels stand on each side; those between straddle the zero line.
struct Sides {
  std::size_t disagree = 0, neutral = 0, agree = 0;
};

Sides sides_of(const StackedBarsChart& chart) {
  const std::size_t levels = chart.categories.size();
  const std::size_t from = std::min(chart.agree_from, levels);
  Sides sides;
  sides.agree = levels - from;
  sides.disagree = std::min(from, std::max<std::size_t>(sides.agree, levels == from ? from : 0));
  sides.neutral = from - sides.disagree;
  return sides;
}

double share(const StackedBarsChart::Bar& bar, std::size_t level) {
  const double value = level < bar.shares.size() ? bar.shares[level] : 0;
  return std::isfinite(value) && value > 0 ? value : 0;
}

double left_of_zero(const StackedBarsChart::Bar& bar, const Sides& sides) {
  double sum = 0;
  for (std::size_t level = 0; level < sides.disagree; ++level) {
    sum += share(bar, level);
  }
  for (std::size_t level = sides.disagree; level < sides.disagree + sides.neutral; ++level) {
    sum += share(bar, level) / 2;
  }
  return sum;
}

double total(const StackedBarsChart::Bar& bar) {
  double sum = 0;
  for (std::size_t level = 0; level < bar.shares.size(); ++level) {
    sum += share(bar, level);
  }
  return sum;
}

/// "withheld", "no answers", or nothing if the bar is drawn.
std::string instead_of(const StackedBarsChart::Bar& bar) {
  if (bar.withheld) {
    return "withheld";
  }
  return total(bar) > 0 ? "" : "no answers";
}

Axis percent_axis(const StackedBarsChart& chart, const Sides& sides) {
  double left = 0;
  double right = 0;
  for (const StackedBarsChart::Group& group : chart.groups) {
    for (const StackedBarsChart::Bar& bar : group.bars) {
      if (instead_of(bar).empty()) {
        const double below = left_of_zero(bar, sides);
        left = std::max(left, below);
        right = std::max(right, total(bar) - below);
      }
    }
  }
  const double step = 20;
  const auto up = [step](double value) { return std::max(step, std::ceil((value - 1e-9) / step) * step); };
  Axis axis;
  axis.low = -up(left);
  axis.high = up(right);
  axis.step = step;
  return axis;
}

} // namespace

std::vector<Scene> draw(const StackedBarsChart& chart) {
  const Sides sides = sides_of(chart);
  std::vector<Part> legend;
  for (std::size_t level = 0; level < chart.categories.size(); ++level) {
    legend.push_back({chart.categories[level], style::likert_fill(level, sides.disagree, sides.neutral, sides.agree)});
  }
  std::vector<BarGroup> groups;
  for (const StackedBarsChart::Group& group : chart.groups) {
    BarGroup one{group.label, {}};
    for (const StackedBarsChart::Bar& bar : group.bars) {
      BarRow row;
      row.label = bar.label;
      row.instead = instead_of(bar);
      if (row.instead.empty()) {
        row.start = -left_of_zero(bar, sides);
        for (std::size_t level = 0; level < chart.categories.size(); ++level) {
          row.shares.push_back(share(bar, level));
        }
      }
      const bool shown = !bar.withheld && std::isfinite(bar.n);
      row.columns = {row.instead.empty() && std::isfinite(bar.agree) ? format_number(bar.agree, report::NumberKind::percent, Medium::page)
                                                                     : "",
                     shown ? format_number(bar.n, report::NumberKind::count, Medium::page) : ""};
      one.rows.push_back(std::move(row));
    }
    groups.push_back(std::move(one));
  }
  BarFrame frame;
  frame.axis = percent_axis(chart, sides);
  frame.left_label = "\u2190 " + chart.disagree_label;
  frame.right_label = chart.agree_label + " \u2192";
  frame.columns = {chart.agree_label, "n"};
  return draw_bars(frame, legend, groups);
}

} // namespace canvass::render::charts
