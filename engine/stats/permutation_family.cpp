#include "engine/stats/permutation_family.hpp"

#include "engine/core/workers.hpp"
#include "engine/stats/result.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace canvass::stats {

namespace {

/// |t| are equal within a relative 1e-12, their squares within twice that.
constexpr double slack = 2e-12;

/// What one block of draws adds; whole numbers, so the order of summing cannot matter.
struct BlockCounts {
  std::vector<std::int64_t> as_large;     ///< by outcome: |t_b| >= |t|
  std::vector<std::int64_t> max_as_large; ///< by outcome: largest |t_b| of those not above it in the step-down order
  std::int64_t significant = 0;           ///< sum of K_b
  std::int64_t count_reached = 0;         ///< draws with K_b >= K
};

/// The value that `most` others of the pool may reach: beyond it, an outcome's rank in its own column is <= most.
double critical_square(std::span<const double> column, double observed, bool enumerated, std::size_t most) {
  std::vector<double> pool(column.begin(), column.end());
  if (!enumerated) {
    pool.push_back(observed);
  }
  if (most >= pool.size()) {
    return -1;
  }
  std::nth_element(pool.begin(), pool.begin() + static_cast<std::ptrdiff_t>(most), pool.end(), std::greater<>());
  return pool[most];
}

double upper_quantile(std::vector<double> values, double level, bool enumerated) {
  const double pool = static_cast<double>(values.size()) + (enumerated ? 0 : 1);
  const double wanted = std::ceil((1 - level) * pool - 1e-9);
  if (wanted > static_cast<double>(values.size())) {
    return infinity;
  }
  const auto at = static_cast<std::ptrdiff_t>(std::max(1.0, wanted)) - 1;
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

} // namespace

PermutationFamily judge_family(const PermutationDraws& draws, double level, unsigned threads) {
  const std::size_t m = draws.outcomes;
  const std::size_t count = draws.draws;
  const std::size_t blocks = (count + draws_in_block - 1) / draws_in_block;
  PermutationFamily family;
  family.p_value.assign(m, nan);
  family.p_adjusted.assign(m, nan);

  std::vector<std::size_t> order(m); // largest statistic first
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return draws.observed[a] > draws.observed[b]; });

  std::vector<double> threshold(m);
  for (std::size_t i = 0; i < m; ++i) {
    threshold[i] = draws.observed[i] * (1 - slack);
  }
  const double pool = static_cast<double>(count) + (draws.enumerated ? 0 : 1);
  const auto most = static_cast<std::size_t>(std::floor(level * pool + 1e-9));
  std::vector<double> critical(m);
  for_blocks(m, threads, [&](std::size_t i) {
    const double square = critical_square(draws.column(i), draws.observed[i], draws.enumerated, most);
    critical[i] = square * (1 + slack);
  });
  for (std::size_t i = 0; i < m; ++i) {
    family.count += draws.observed[i] > critical[i] ? 1 : 0;
  }

  std::vector<double> maxima(count);
  std::vector<BlockCounts> parts(blocks);
  for_blocks(blocks, threads, [&](std::size_t block) {
    const std::size_t begin = block * draws_in_block;
    const std::size_t size = std::min(draws_in_block, count - begin);
    BlockCounts part;
    part.as_large.assign(m, 0);
    part.max_as_large.assign(m, 0);
    std::vector<double> largest(size, 0.0);
    std::vector<int> significant(size, 0);
    for (std::size_t step = m; step-- > 0;) {
      const std::size_t i = order[step];
      const double* column = draws.squares.data() + i * count + begin;
      const double limit = threshold[i];
      const double line = critical[i];
      int as_large = 0;
      int max_as_large = 0;
      for (std::size_t b = 0; b < size; ++b) {
        const double square = column[b];
        largest[b] = square > largest[b] ? square : largest[b];
        as_large += square >= limit ? 1 : 0;
        max_as_large += largest[b] >= limit ? 1 : 0;
        significant[b] += square > line ? 1 : 0;
      }
      part.as_large[i] = as_large;
      part.max_as_large[i] = max_as_large;
    }
    for (std::size_t b = 0; b < size; ++b) {
      part.significant += significant[b];
      part.count_reached += significant[b] >= family.count ? 1 : 0;
    }
    std::copy(largest.begin(), largest.end(), maxima.begin() + static_cast<std::ptrdiff_t>(begin));
    parts[block] = std::move(part);
  });

  BlockCounts all;
  all.as_large.assign(m, 0);
  all.max_as_large.assign(m, 0);
  for (const BlockCounts& part : parts) {
    for (std::size_t i = 0; i < m; ++i) {
      all.as_large[i] += part.as_large[i];
      all.max_as_large[i] += part.max_as_large[i];
    }
    all.significant += part.significant;
    all.count_reached += part.count_reached;
  }
  const double own = draws.enumerated ? 0 : 1; // the observed labelling counts as one of the pool
  for (std::size_t i = 0; i < m; ++i) {
    family.p_value[i] = (own + static_cast<double>(all.as_large[i])) / pool;
  }
  double running = 0;
  for (const std::size_t i : order) {
    running = std::max(running, (own + static_cast<double>(all.max_as_large[i])) / pool);
    family.p_adjusted[i] = running;
  }
  family.count_expected = count == 0 ? nan : static_cast<double>(all.significant) / static_cast<double>(count);
  family.count_p = (own + static_cast<double>(all.count_reached)) / pool;
  family.max_t_quantile = std::sqrt(upper_quantile(std::move(maxima), level, draws.enumerated));
  return family;
}

} // namespace canvass::stats
