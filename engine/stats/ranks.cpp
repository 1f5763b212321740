#include "engine/stats/ranks.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/result.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace canvass::stats {

double DoubledRanks::tie_term() const {
  double sum = 0;
  for (const std::int64_t size : ties) {
    const double t = static_cast<double>(size);
    sum += t * t * t - t;
  }
  return sum;
}

DoubledRanks doubled_ranks(std::span<const double> values) {
  for (const double value : values) {
    if (!std::isfinite(value)) {
      throw DomainError("a missing or infinite value cannot be ranked; leave it out first");
    }
  }
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  DoubledRanks result;
  result.ranks.resize(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] - values[order[begin]] <= tie_tolerance) {
      ++end;
    }
    for (std::size_t i = begin; i < end; ++i) {
      result.ranks[order[i]] = static_cast<std::int64_t>(begin + 1 + end); // twice the mean of begin+1 .. end
    }
    result.ties.push_back(static_cast<std::int64_t>(end - begin));
    begin = end;
  }
  return result;
}

} // namespace canvass::stats
