#include "engine/survey/one_pass.hpp"

#include "engine/core/error.hpp"
#include "engine/core/workers.hpp"
#include "engine/stats/result.hpp"
#include "engine/survey/variance.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

/// Sums about a value near the mean, so that no digits are lost when the mean is put in.
struct Block {
  std::size_t n = 0, missing = 0, infinite = 0;
  double weight = 0, squared = 0, first = 0, second = 0; ///< w, w^2, w d, w d^2
  std::vector<double> units;                             ///< w and w d of each unit; of each stratum w, w d, w^2, w^2 d, w^2 d^2
};

constexpr std::size_t per_stratum = 5;

double middle_of(std::span<const double> y) {
  double sum = 0;
  double count = 0;
  for (std::size_t row = 0; row < y.size() && count < 1000; ++row) {
    if (std::isfinite(y[row])) {
      sum += y[row];
      ++count;
    }
  }
  return count > 0 ? sum / count : 0;
}

template <bool by_unit>
void add_rows(const PreparedDesign& design, std::span<const double> y, double middle, std::size_t from, std::size_t to, Block& block) {
  const PreparedStage& stage = design.first();
  const double* weights = design.weights().data();
  double* units = block.units.data();
  // Kept apart from the block, where the compiler must believe that a write to `units` changes them.
  std::size_t n = 0;
  double sum = 0, squared = 0, first = 0, second = 0;
  for (std::size_t row = from; row < to; ++row) {
    const double weight = weights[row];
    const double d = y[row] - middle;
    if (weight == 0) {
      continue;
    }
    if (!std::isfinite(d)) {
      ++(std::isnan(d) ? block.missing : block.infinite);
      continue;
    }
    ++n;
    const double wd = weight * d;
    sum += weight;
    squared += weight * weight;
    first += wd;
    second += wd * d;
    if constexpr (by_unit) {
      double* unit = units + 2 * static_cast<std::size_t>(stage.unit_of_row[row]);
      unit[0] += weight;
      unit[1] += wd;
    } else {
      double* stratum = units + per_stratum * stage.stratum(row);
      stratum[0] += weight;
      stratum[1] += wd;
      stratum[2] += weight * weight;
      stratum[3] += weight * wd;
      stratum[4] += wd * wd;
    }
  }
  block.n = n;
  block.weight = sum;
  block.squared = squared;
  block.first = first;
  block.second = second;
}

} // namespace

bool one_pass_serves(const PreparedDesign& design) {
  return design.replicates() != nullptr || (design.stages().size() == 1 && design.first().chance.empty() && design.residuals() == nullptr);
}

OnePass one_pass(const PreparedDesign& design, std::span<const double> y) {
  const PreparedStage& stage = design.first();
  const bool by_unit = !stage.rows_are_units();
  const std::size_t numbers = by_unit ? 2 * stage.units : per_stratum * stage.strata.size();
  // So many blocks that their sums stay small beside the rows; the number follows from the design alone.
  const std::size_t blocks = std::clamp<std::size_t>(y.size() / (1U << 15U), 1, std::clamp<std::size_t>(y.size() / (4 * numbers), 1, 32));
  const double middle = middle_of(y);
  std::vector<Block> parts(blocks);
  for_blocks(blocks, design.threads(), [&](std::size_t b) {
    Block& block = parts[b];
    block.units.assign(numbers, 0);
    const std::size_t from = y.size() * b / blocks;
    const std::size_t to = y.size() * (b + 1) / blocks;
    by_unit ? add_rows<true>(design, y, middle, from, to, block) : add_rows<false>(design, y, middle, from, to, block);
  });
  Block& all = parts.front();
  for (std::size_t b = 1; b < blocks; ++b) {
    const Block& block = parts[b];
    all.n += block.n;
    all.missing += block.missing;
    all.infinite += block.infinite;
    all.weight += block.weight;
    all.squared += block.squared;
    all.first += block.first;
    all.second += block.second;
    for (std::size_t i = 0; i < numbers; ++i) {
      all.units[i] += block.units[i];
    }
  }
  if (all.infinite > 0) {
    throw DomainError(fmt::format("{} outcomes are infinite", all.infinite));
  }
  OnePass result;
  DomainFacts& facts = result.facts;
  facts.n = all.n;
  facts.missing = all.missing;
  facts.weight = all.weight;
  facts.squared = all.squared;
  const double shift = all.n == 0 ? 0 : all.first / all.weight;
  facts.mean = all.n == 0 ? stats::nan : middle + shift;
  facts.spread = std::max(0.0, all.second - shift * all.first);

  // Totals of units by stratum: their sum and the sum of their squares.
  std::vector<double> sums(stage.strata.size(), 0);
  std::vector<double> squares(stage.strata.size(), 0);
  std::vector<std::uint8_t> met(stage.strata.size(), 0);
  if (by_unit) {
    for (std::size_t unit = 0; unit < stage.units; ++unit) {
      const double total = (all.units[2 * unit + 1] - shift * all.units[2 * unit]) / all.weight;
      sums[stage.stratum(unit)] += total;
      squares[stage.stratum(unit)] += total * total;
      if (all.units[2 * unit] > 0) {
        met[stage.stratum(unit)] = 1;
      }
    }
  } else {
    for (std::size_t h = 0; h < sums.size(); ++h) {
      const double* of = all.units.data() + per_stratum * h;
      sums[h] = (of[1] - shift * of[0]) / all.weight;
      squares[h] = (of[4] - 2 * shift * of[3] + shift * shift * of[2]) / (all.weight * all.weight);
      met[h] = of[0] > 0 ? 1 : 0;
    }
  }
  double left = 0;
  for (std::size_t h = 0; h < sums.size(); ++h) {
    left += met[h] != 0 ? static_cast<double>(stage.strata[h].units) - 1 : 0;
  }
  facts.df = design.replicates() != nullptr ? design.replicate_df() : by_unit ? left : std::min(static_cast<double>(facts.n) - 1, left);
  if (design.replicates() == nullptr) {
    refuse_lonely(design, 0);
    result.variance = all.n == 0 ? stats::nan : variance_from_sums(design, sums, squares, met);
  }
  return result;
}

} // namespace canvass::survey
