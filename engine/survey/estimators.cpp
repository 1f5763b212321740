#include "engine/survey/estimators.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/result.hpp"
#include "engine/survey/domain_facts.hpp"
#include "engine/survey/replicates.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

void check_rows(const PreparedDesign& design, std::size_t rows) {
  if (rows != design.rows()) {
    throw DomainError(fmt::format("an outcome has {} rows for {} rows of the design", rows, design.rows()));
  }
}

/// One domain a column: the rows whose outcome is there.
std::vector<DomainFacts> facts_of_columns(const PreparedDesign& design, const stats::Matrix& y) {
  std::vector<DomainFacts> facts;
  std::vector<double> column(y.rows);
  const std::vector<std::int32_t> all(y.rows, 0);
  for (std::size_t j = 0; j < y.columns; ++j) {
    for (std::size_t row = 0; row < y.rows; ++row) {
      column[row] = y(row, j);
    }
    facts.push_back(domain_facts(design, column, all, 1).front());
  }
  return facts;
}

/// Replicates x 2k: sums of weights and of weighted outcomes where these are there.
stats::Matrix column_totals_of_replicates(const PreparedDesign& design, const stats::Matrix& y, const std::vector<DomainFacts>& facts) {
  stats::Matrix z(y.rows, 2 * y.columns);
  for (std::size_t row = 0; row < y.rows; ++row) {
    for (std::size_t j = 0; j < y.columns; ++j) {
      const bool counts = !std::isnan(y(row, j));
      z(row, 2 * j) = counts ? 1 : 0;
      z(row, 2 * j + 1) = counts ? y(row, j) - facts[j].mean : 0;
    }
  }
  return replicate_totals(design, z);
}

Estimates finish(const std::vector<DomainFacts>& facts, std::vector<double> values, stats::Matrix covariance, bool of_total) {
  Estimates result;
  result.values = std::move(values);
  result.covariance = std::move(covariance);
  for (std::size_t j = 0; j < facts.size(); ++j) {
    const DomainFacts& fact = facts[j];
    result.n.push_back(fact.n);
    result.missing.push_back(fact.missing);
    result.df.push_back(fact.df);
    result.kish_n.push_back(fact.kish_n());
    const double by = of_total ? fact.weight * fact.weight : 1;
    const auto n = static_cast<double>(fact.n);
    const double with = by * fact.variance() / n;
    const double variance = result.covariance(j, j);
    result.design_effect.push_back(with > 0 ? variance / with : stats::nan);
    result.design_effect_without.push_back(with > 0 && fact.weight > n * (1 + 1e-9) ? variance / (with * (1 - n / fact.weight))
                                                                                    : stats::nan);
    if (fact.n == 0) {
      for (std::size_t i = 0; i < facts.size(); ++i) {
        result.covariance(i, j) = result.covariance(j, i) = stats::nan;
      }
    }
  }
  return result;
}

} // namespace

double Estimates::std_error(std::size_t i) const {
  return std::sqrt(std::max(0.0, covariance(i, i)) + 0 * covariance(i, i));
}

Estimates means(const PreparedDesign& design, const stats::Matrix& y) {
  check_rows(design, y.rows);
  const std::vector<DomainFacts> facts = facts_of_columns(design, y);
  std::vector<double> values;
  for (const DomainFacts& fact : facts) {
    values.push_back(fact.mean);
  }
  if (design.replicates() != nullptr) {
    const stats::Matrix sums = column_totals_of_replicates(design, y, facts);
    stats::Matrix of_replicates(sums.rows, y.columns);
    for (std::size_t r = 0; r < sums.rows; ++r) {
      for (std::size_t j = 0; j < y.columns; ++j) {
        of_replicates(r, j) = facts[j].mean + sums(r, 2 * j + 1) / sums(r, 2 * j);
      }
    }
    stats::Matrix covariance = covariance_of_replicates(*design.replicates(), of_replicates, values);
    return finish(facts, std::move(values), std::move(covariance), false);
  }
  stats::Matrix scores(y.rows, y.columns);
  for (std::size_t row = 0; row < y.rows; ++row) {
    for (std::size_t j = 0; j < y.columns; ++j) {
      const double value = y(row, j);
      scores(row, j) = std::isnan(value) || facts[j].n == 0 ? 0 : design.weights()[row] * (value - facts[j].mean) / facts[j].weight;
    }
  }
  return finish(facts, std::move(values), covariance_of_totals(design, scores), false);
}

Estimates totals(const PreparedDesign& design, const stats::Matrix& y) {
  check_rows(design, y.rows);
  const std::vector<DomainFacts> facts = facts_of_columns(design, y);
  std::vector<double> values(y.columns, 0);
  stats::Matrix z(y.rows, y.columns);
  for (std::size_t row = 0; row < y.rows; ++row) {
    for (std::size_t j = 0; j < y.columns; ++j) {
      z(row, j) = std::isnan(y(row, j)) ? 0 : y(row, j);
      values[j] += design.weights()[row] * z(row, j);
    }
  }
  for (std::size_t j = 0; j < y.columns; ++j) {
    values[j] = facts[j].n == 0 ? stats::nan : values[j];
  }
  if (design.replicates() != nullptr) {
    stats::Matrix covariance = covariance_of_replicates(*design.replicates(), replicate_totals(design, z), values);
    return finish(facts, std::move(values), std::move(covariance), true);
  }
  for (std::size_t row = 0; row < y.rows; ++row) {
    for (std::size_t j = 0; j < y.columns; ++j) {
      z(row, j) *= design.weights()[row];
    }
  }
  return finish(facts, std::move(values), covariance_of_totals(design, z), true);
}

Estimates domain_means(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> domain, std::size_t domains) {
  check_rows(design, y.size());
  check_rows(design, domain.size());
  const std::vector<DomainFacts> facts = domain_facts(design, y, domain, domains);
  std::vector<double> values;
  for (const DomainFacts& fact : facts) {
    values.push_back(fact.mean);
  }
  if (design.replicates() != nullptr) {
    stats::Matrix z(y.size(), 2);
    for (std::size_t row = 0; row < y.size(); ++row) {
      const bool counts = !std::isnan(y[row]) && domain[row] >= 0;
      z(row, 0) = counts ? 1 : 0;
      z(row, 1) = counts ? y[row] - facts[static_cast<std::size_t>(domain[row])].mean : 0;
    }
    const stats::Matrix sums = replicate_totals(design, z, domain, domains);
    stats::Matrix of_replicates(sums.rows, domains);
    for (std::size_t r = 0; r < sums.rows; ++r) {
      for (std::size_t d = 0; d < domains; ++d) {
        of_replicates(r, d) = facts[d].mean + sums(r, 2 * d + 1) / sums(r, 2 * d);
      }
    }
    stats::Matrix covariance = covariance_of_replicates(*design.replicates(), of_replicates, values);
    return finish(facts, std::move(values), std::move(covariance), false);
  }
  stats::Matrix scores(y.size(), domains);
  for (std::size_t row = 0; row < y.size(); ++row) {
    if (!std::isnan(y[row]) && domain[row] >= 0) {
      const auto d = static_cast<std::size_t>(domain[row]);
      scores(row, d) = facts[d].n == 0 ? 0 : design.weights()[row] * (y[row] - facts[d].mean) / facts[d].weight;
    }
  }
  return finish(facts, std::move(values), covariance_of_totals(design, scores), false);
}

Contrast contrast(const Estimates& estimates, std::span<const double> weights, double level) {
  if (weights.size() != estimates.values.size()) {
    throw DomainError(fmt::format("a contrast has {} weights for {} estimates", weights.size(), estimates.values.size()));
  }
  if (!(level > 0 && level < 1)) {
    throw DomainError(fmt::format("a confidence level lies between 0 and 1 ({} was given)", level));
  }
  Contrast result;
  result.df = stats::infinity;
  double variance = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) {
      continue;
    }
    result.value += weights[i] * estimates.values[i];
    result.df = std::min(result.df, estimates.df[i]);
    for (std::size_t j = 0; j < weights.size(); ++j) {
      if (weights[j] != 0) {
        variance += weights[i] * weights[j] * estimates.covariance(i, j);
      }
    }
  }
  result.std_error = std::isnan(variance) ? stats::nan : std::sqrt(std::max(0.0, variance));
  result.statistic = result.value / result.std_error;
  if (!(result.df >= 1)) {
    result.statistic = result.p_value = result.low = result.high = stats::nan;
    return result;
  }
  const double t = stats::t_quantile(0.5 + level / 2, result.df);
  result.p_value = result.value == 0 && result.std_error == 0 ? stats::nan : stats::t_two_sided_p(result.statistic, result.df);
  result.low = result.value - t * result.std_error;
  result.high = result.value + t * result.std_error;
  return result;
}

} // namespace canvass::survey
