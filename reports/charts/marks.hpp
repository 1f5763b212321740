#ifndef CANVASS_REPORTS_CHARTS_MARKS_HPP
#define CANVASS_REPORTS_CHARTS_MARKS_HPP

#include "engine/report/chart.hpp"
#include "reports/charts/axis.hpp"
#include "reports/svg.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What charts of dots and bars with intervals share: ends of intervals, axes of percentages, rows of words.
namespace canvass::render::charts {

/// The width of the longest of these lines.
double widest(const std::vector<std::string>& lines, Weight weight = Weight::regular);

/// The least and the greatest of what must be in the picture; what is not finite is passed over.
struct Extent {
  double low = 0, high = 0;
  bool empty = true;

  void take(double value);
  /// The value and, where there is one, its interval.
  void take(const report::Interval& interval);
};

/// Round, and for percentages never beyond 0 and 100.
Axis axis_over(const Extent& extent, report::NumberKind kind, std::size_t most_ticks);

/// "40%", "+5", "2.5".
std::string tick_text(double tick, const Axis& axis, report::NumberKind kind);

/// Light lines through a plot, one a tick.
void add_grid_across(Scene& scene, const Axis& axis, double top, double foot);

/// The axis under a plot: line, ticks, as many numbers as there is room for, and the title. Gives the foot of it all.
double add_axis_below(Scene& scene, const Axis& axis, double foot, report::NumberKind kind, const std::string& title);

/// An interval that lies across: a line with caps, or with arrow heads where it goes on beyond the axis. Nothing where there is none.
void add_interval_across(Scene& scene, const Axis& axis, double y, const report::Interval& interval, std::string_view stroke);

/// The first baseline of `lines` lines that stand around `middle`.
double first_baseline(double middle, std::size_t lines);

/// A word in the place of a mark, on white, beginning at `x` if it fits and ending at `right` at the latest.
void add_word(Scene& scene, const std::string& word, double x, double right, double middle);

/// A key above a plot: signs and what they mean, side by side while there is room.
class Key {
public:
  explicit Key(Scene& scene) : scene_(scene) {}
  /// Room for a sign of this width and its words; gives where the sign's middle left stands.
  std::pair<double, double> add(double sign_width, const std::string& words);
  /// 0 where nothing was added.
  [[nodiscard]] double foot() const { return foot_; }

private:
  Scene& scene_;
  double x_ = 0, top_ = 0, foot_ = 0;
};

} // namespace canvass::render::charts

#endif
