#include "reports/charts/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace canvass::render::charts {

std::vector<double> Axis::ticks() const {
  std::vector<double> values;
  const double slack = step * 1e-9;
  for (double k = std::ceil((low - slack) / step); k * step <= high + slack; ++k) {
    values.push_back(k * step);
  }
  return values;
}

Axis round_axis(double low, double high, std::size_t most_ticks) {
  if (!(high > low)) {
    low -= 1;
    high += 1;
  }
  const double intervals = static_cast<double>(std::max<std::size_t>(most_ticks, 2) - 1);
  constexpr std::array<double, 4> steps{1, 2, 2.5, 5};
  constexpr std::array<int, 4> extra_decimals{0, 0, 1, 0};
  for (int power = static_cast<int>(std::floor(std::log10((high - low) / intervals))) - 1;; ++power) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      Axis axis;
      axis.step = steps[i] * std::pow(10.0, power);
      const double slack = axis.step * 1e-9;
      axis.low = std::floor((low + slack) / axis.step) * axis.step;
      axis.high = std::ceil((high - slack) / axis.step) * axis.step;
      if ((axis.high - axis.low) / axis.step <= intervals + 1e-6) {
        axis.decimals = std::max(0, extra_decimals[i] - power);
        return axis;
      }
    }
  }
}

std::vector<std::pair<std::size_t, std::size_t>> split_evenly(const std::vector<double>& heights, double room) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  const double total = std::accumulate(heights.begin(), heights.end(), 0.0);
  double parts = std::max(1.0, std::ceil(total / room));
  double left = total;
  double filled = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < heights.size(); ++i) {
    const double target = std::min(room, left / parts + heights[i] / 2);
    if (i > first && filled + heights[i] > target) {
      runs.emplace_back(first, i);
      left -= filled;
      parts = std::max(1.0, std::max(parts - 1, std::ceil(left / room)));
      filled = 0;
      first = i;
    }
    filled += heights[i];
  }
  if (first < heights.size()) {
    runs.emplace_back(first, heights.size());
  }
  return runs;
}

std::vector<double> spread(const std::vector<double>& centres, const std::vector<double>& lengths, double low, double high) {
  std::vector<std::size_t> order(centres.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return centres[a] < centres[b]; });
  std::vector<double> starts(centres.size());
  double free_from = low;
  for (const std::size_t i : order) {
    starts[i] = std::max(free_from, centres[i] - lengths[i] / 2);
    free_from = starts[i] + lengths[i];
  }
  double free_to = high;
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    starts[*i] = std::min(starts[*i], free_to - lengths[*i]);
    free_to = starts[*i];
  }
  return starts;
}

} // namespace canvass::render::charts
