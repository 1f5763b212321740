#include "engine/survey/ranks_of_units.hpp"

#include "engine/core/error.hpp"
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

/// Counts a pair for both of its units.
void count(const PairDifference& pair, double p_adjusted, bool higher_is_better, double level, std::vector<UnitRank>& ranks) {
  if (!(p_adjusted <= level)) {
    return;
  }
  const bool second_better = (pair.difference.value > 0) == higher_is_better;
  ++ranks[second_better ? pair.first : pair.second].better;
  ++ranks[second_better ? pair.second : pair.first].worse;
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

RankTable rank_units(const Estimates& units, bool higher_is_better, double significance_level) {
  check_level(significance_level);
  RankTable table;
  table.units = unranked(units);
  const std::vector<double> adjusted = stats::adjust_p(pairwise_p(units), stats::Adjustment::holm);
  const std::vector<PairDifference> pairs = pairwise_differences(units);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    count(pairs[i], adjusted[i], higher_is_better, significance_level, table.units);
  }
  const auto m = static_cast<double>(table.units.size());
  for (UnitRank& rank : table.units) {
    place(rank, table.units.size());
    table.mean_width += static_cast<double>(rank.width()) / m;
  }
  table.can_be_ranked = table.mean_width <= m / 2;
  return table;
}

UnitRank rank_of_unit(const Estimates& units, std::size_t unit, bool higher_is_better, double significance_level) {
  check_units(units);
  check_level(significance_level);
  if (unit >= units.values.size()) {
    throw DomainError(fmt::format("unit {} of {} is to be ranked; there is none", unit + 1, units.values.size()));
  }
  const std::vector<double> all = pairwise_p(units);
  const std::vector<PairDifference> pairs = pairwise_differences(units);
  std::vector<double> own = all;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (pairs[i].first != unit && pairs[i].second != unit) {
      own[i] = stats::nan; // not in the family
    }
  }
  const std::vector<double> adjusted = stats::adjust_p(own, stats::Adjustment::holm);
  std::vector<UnitRank> ranks = unranked(units);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    count(pairs[i], adjusted[i], higher_is_better, significance_level, ranks);
  }
  place(ranks[unit], units.values.size());
  return ranks[unit];
}

} // namespace canvass::survey
