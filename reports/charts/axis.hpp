#ifndef CANVASS_REPORTS_CHARTS_AXIS_HPP
#define CANVASS_REPORTS_CHARTS_AXIS_HPP

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace canvass::render::charts {

/// A linear axis with round ticks.
struct Axis {
  double low = 0, high = 1, step = 1;
  int decimals = 0;        ///< that the ticks need
  double from = 0, to = 1; ///< pixels

  [[nodiscard]] double at(double value) const { return high > low ? from + (value - low) / (high - low) * (to - from) : (from + to) / 2; }
  [[nodiscard]] std::vector<double> ticks() const;
};

/// The smallest round axis over low..high with at most `most_ticks` ticks; steps are 1, 2, 2.5 or 5 times a power of ten.
/// low == high is widened by one unit a side.
Axis round_axis(double low, double high, std::size_t most_ticks);

/// Cuts things of these heights into runs [first, last) of at most `room` each, evenly filled. A thing higher than the room stands alone.
std::vector<std::pair<std::size_t, std::size_t>> split_evenly(const std::vector<double>& heights, double room);

/// Moves intervals of the given lengths, wished at these centres, so that they do not overlap and stay in low..high while they fit; gives
/// their starts, in the order given.
std::vector<double> spread(const std::vector<double>& centres, const std::vector<double>& lengths, double low, double high);

} // namespace canvass::render::charts

#endif
