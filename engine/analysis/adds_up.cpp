#include "engine/analysis/adds_up.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace canvass::analysis {

std::string does_not_add_up(const report::Estimate& whole, std::span<const report::Estimate> cells, std::span<const std::int32_t> cell_of,
                            std::span<const double> values, std::span<const double> weights) {
  const double factor = whole.unit == report::Unit::percent ? 100 : 1;
  std::vector<double> weight(cells.size(), 0);
  double all = 0;
  double sum = 0; // of those in no cell
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) {
      continue;
    }
    all += weights[i];
    if (cell_of[i] >= 0) {
      weight[static_cast<std::size_t>(cell_of[i])] += weights[i];
    } else {
      sum += factor * weights[i] * values[i];
    }
  }
  for (std::size_t c = 0; c < cells.size(); ++c) {
    sum += weight[c] > 0 ? weight[c] * cells[c].estimate : 0;
  }
  // Sums of doubles in another order differ in the twelfth digit or so.
  constexpr double of_sums = 1e-8;
  const double average = sum / all;
  if (!(all > 0) || std::abs(average - whole.estimate) <= of_sums * std::max(1.0, std::abs(whole.estimate))) {
    return {};
  }
  return fmt::format("{} is {:.6g}, but its {} parts ({} ...) average to {:.6g}: one of them is wrong, and neither may be used", whole.id,
                     whole.estimate, cells.size(), cells.empty() ? "none" : cells.front().id, average);
}

} // namespace canvass::analysis
