#ifndef CANVASS_REPORTS_CHARTS_BARS_HPP
#define CANVASS_REPORTS_CHARTS_BARS_HPP

#include "reports/charts/axis.hpp"
#include "reports/svg.hpp"

#include <string>
#include <vector>

/// What diverging bars and transition bars share: rows of stacked parts with a key above, columns of figures at the right, an axis below.
namespace canvass::render::charts {

struct Part {
  std::string label;
  style::Fill look;
};

struct BarRow {
  std::string label;
  std::vector<double> shares;       ///< one a fill, in axis units
  double start = 0;                 ///< where the first part begins
  std::string instead;              ///< drawn in place of the bar: "withheld"
  std::vector<std::string> columns; ///< figures at the right
};

struct BarGroup {
  std::string label;
  std::vector<BarRow> rows;
};

struct BarFrame {
  Axis axis;                           ///< percent; the tick labels drop the sign
  std::string left_label, right_label; ///< what the two sides of zero mean; empty = not diverging
  std::vector<std::string> columns;
};

/// Panels of at most style::panel_height that share labels' width and axis.
std::vector<Scene> draw_bars(const BarFrame& frame, const std::vector<Part>& legend, const std::vector<BarGroup>& groups);

} // namespace canvass::render::charts

#endif
