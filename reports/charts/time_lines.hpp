#ifndef CANVASS_REPORTS_CHARTS_TIME_LINES_HPP
#define CANVASS_REPORTS_CHARTS_TIME_LINES_HPP

#include "engine/report/chart.hpp"
#include "reports/charts/marks.hpp"
#include "reports/svg.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What charts share that have time across and a value up: means by wave, trends over years.
namespace canvass::render::charts {

inline constexpr double side_label_gap = 26; ///< from the plot to the words at its right: room for their marker
inline constexpr double widest_side_label = 168;

/// The values' axis. Where the scale has ends (lowest < highest), at least a quarter of it is shown, so that a hair's difference does not
/// fill the chart, and nothing beyond it.
Axis upright_axis(const Extent& extent, double lowest, double highest);

/// Something that happened: its name above the plot, and a line down through it.
struct EventLine {
  double x = 0;
  std::string label;
  std::string_view stroke = style::quiet;
  std::string_view dashes = "3 3";
};

/// Names stand in as many rows as keep them apart. Gives the top of the plot.
double add_event_lines(Scene& scene, const std::vector<EventLine>& events, double top, double plot_height);

/// Grid, numbers, and the line at the foot with a tick at each of `columns`. `numbers` are the words of axis.ticks(); `broken` draws the
/// sign for an axis that does not reach the foot of its scale.
void add_upright_axis(Scene& scene, const Axis& axis, double left, double right, const std::vector<std::string>& numbers,
                      const std::vector<double>& columns, bool broken);

/// An interval that stands upright, with caps; ends beyond the axis stop at it. Nothing where there is none.
void add_interval_up(Scene& scene, const Axis& axis, double x, const report::Interval& interval, std::string_view stroke);

/// The words at the right of the last point of a series: name, value, interval.
struct SideLabel {
  std::vector<std::string> name, value;
  double centre = 0; ///< where it would like to stand
  [[nodiscard]] double height() const;
  [[nodiscard]] double width() const;
};

/// A label of a series with its marker, its top at `top`. Gives its last baseline.
double add_side_label(Scene& scene, const SideLabel& label, const style::SeriesStyle& look, bool hollow, double x, double top);

} // namespace canvass::render::charts

#endif
