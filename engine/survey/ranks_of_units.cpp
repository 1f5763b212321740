#include "engine/survey/ranks_of_units.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/multiplicity.hpp"
#include "engine/stats/result.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

void check_units(const Estimates& units) {
  const std::size_t m = units.values.size();
  if (m < 2) {
    throw DomainError(fmt::format("ranks need two units or more; {} given", m));
  }
}

void check_level(double level) {
  if (!(level > 0 && level < 1)) {
    throw DomainError(fmt::format("a significance level lies between 0 and 1 ({} was given)", level));
  }
}

/// A pair of units, and whether the second is the larger. p is NaN where the difference shows no error, and 1 where it could not be under
/// `level` at any degrees of freedom: of a hundred areas most pairs are such, and a p is what costs.
struct Pair {
  std::size_t first = 0, second = 0;
  bool second_larger = false;
  double p = stats::nan;
};

std::vector<Pair> pairs_of(const Estimates& units, double level, std::span<const double> least_errors) {
  if (!least_errors.empty() && least_errors.size() != units.values.size()) {
    throw DomainError(fmt::format("{} units have {} least errors; give one to a unit", units.values.size(), least_errors.size()));
  }
  const auto lacking = [&](std::size_t i) {
    return least_errors.empty() ? 0 : std::max(0.0, least_errors[i] * least_errors[i] - units.covariance(i, i));
  };
  const double least = stats::normal_quantile(1 - level / 2);
  const std::size_t m = units.values.size();
  std::vector<Pair> pairs;
  pairs.reserve(m * (m - 1) / 2);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = i + 1; j < m; ++j) {
      const double difference = units.values[j] - units.values[i];
      const double size = units.covariance(i, i) + units.covariance(j, j);
      const double variance = size - 2 * units.covariance(i, j);
      const double df = std::min(units.df[i], units.df[j]);
      Pair pair{i, j, difference > 0, stats::nan};
      if (size > 0 && variance > 1e-12 * size && df >= 1 && std::isfinite(difference)) {
        const double statistic = difference / std::sqrt(variance + lacking(i) + lacking(j));
        pair.p = std::abs(statistic) < least ? 1 : stats::t_two_sided_p(statistic, df);
      }
      pairs.push_back(pair);
    }
  }
  return pairs;
}

/// Counts the pairs that are told apart after Holm, each for both of its units.
void count(const std::vector<Pair>& pairs, bool higher_is_better, double level, std::vector<UnitRank>& ranks) {
  std::vector<double> p;
  p.reserve(pairs.size());
  for (const Pair& pair : pairs) {
    p.push_back(pair.p);
  }
  const std::vector<double> adjusted = stats::adjust_p(p, stats::Adjustment::holm);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (adjusted[i] <= level) {
      const bool second_better = pairs[i].second_larger == higher_is_better;
      ++ranks[second_better ? pairs[i].first : pairs[i].second].better;
      ++ranks[second_better ? pairs[i].second : pairs[i].first].worse;
    }
  }
}

std::vector<UnitRank> unranked(const Estimates& units) {
  std::vector<UnitRank> ranks(units.values.size());
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    ranks[i].unit = i;
    ranks[i].value = units.values[i];
  }
  return ranks;
}

void place(UnitRank& rank, std::size_t m) {
  rank.low = 1 + rank.better;
  rank.high = m - rank.worse;
}

} // namespace

Estimates independent_units(std::span<const double> values, std::span<const double> std_errors, std::span<const double> df) {
  if (values.size() != std_errors.size() || (!df.empty() && df.size() != values.size())) {
    throw DomainError(fmt::format("{} units have {} standard errors and {} degrees of freedom; give one of each to a unit", values.size(),
                                  std_errors.size(), df.size()));
  }
  Estimates units;
  units.values.assign(values.begin(), values.end());
  units.covariance = stats::Matrix(values.size(), values.size());
  units.df.assign(values.size(), stats::infinity);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std_errors[i] < 0) {
      throw DomainError(fmt::format("the standard error of unit {} is {}; it cannot be negative", i + 1, std_errors[i]));
    }
    units.covariance(i, i) = std_errors[i] * std_errors[i];
    if (!df.empty()) {
      units.df[i] = df[i];
    }
  }
  units.n.assign(values.size(), 0);
  units.missing.assign(values.size(), 0);
  units.design_effect.assign(values.size(), stats::nan);
  units.design_effect_without.assign(values.size(), stats::nan);
  units.kish_n.assign(values.size(), stats::nan);
  return units;
}

std::vector<double> pairwise_p(const Estimates& units) {
  check_units(units);
  std::vector<double> p;
  for (const PairDifference& pair : pairwise_differences(units)) {
    const double size = units.covariance(pair.first, pair.first) + units.covariance(pair.second, pair.second);
    const double error = pair.difference.std_error;
    p.push_back(size > 0 && error * error > 1e-12 * size ? pair.difference.p_value : stats::nan);
  }
  return p;
}

RankTable rank_units(const Estimates& units, bool higher_is_better, double significance_level, std::span<const double> least_errors) {
  check_units(units);
  check_level(significance_level);
  RankTable table;
  table.units = unranked(units);
  count(pairs_of(units, significance_level, least_errors), higher_is_better, significance_level, table.units);
  const auto m = static_cast<double>(table.units.size());
  for (UnitRank& rank : table.units) {
    place(rank, table.units.size());
    table.mean_width += static_cast<double>(rank.width()) / m;
  }
  table.can_be_ranked = table.mean_width <= m / 2;
  return table;
}

UnitRank rank_of_unit(const Estimates& units, std::size_t unit, bool higher_is_better, double significance_level,
                      std::span<const double> least_errors) {
  check_units(units);
  check_level(significance_level);
  if (unit >= units.values.size()) {
    throw DomainError(fmt::format("unit {} of {} is to be ranked; there is none", unit + 1, units.values.size()));
  }
  std::vector<Pair> own = pairs_of(units, significance_level, least_errors);
  std::erase_if(own, [unit](const Pair& pair) { return pair.first != unit && pair.second != unit; });
  std::vector<UnitRank> ranks = unranked(units);
  count(own, higher_is_better, significance_level, ranks);
  place(ranks[unit], units.values.size());
  return ranks[unit];
}

} // namespace canvass::survey
