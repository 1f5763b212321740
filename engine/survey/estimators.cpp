#include "engine/survey/estimators.hpp"

#include "engine/stats/result.hpp"
#include "engine/survey/domain_covariance.hpp"
#include "engine/survey/domain_facts.hpp"
#include "engine/survey/one_pass.hpp"
#include "engine/survey/replicates.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::survey {

namespace {

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

/// The mean of one outcome without a matrix of scores.
Estimates one_mean(const PreparedDesign& design, std::span<const double> y) {
  const OnePass found = one_pass(design, y);
  const double mean = found.facts.mean;
  stats::Matrix covariance(1, 1, found.variance);
  if (design.replicates() != nullptr) {
    const double* values = y.data();
    const stats::Matrix sums = replicate_totals(design, 2, [&](std::size_t from, std::size_t to, double* z) {
      for (std::size_t row = from; row < to; ++row) {
        const double value = values[row] - mean;
        z[row - from] = std::isnan(value) ? 0 : 1;
        z[rows_at_once + row - from] = std::isnan(value) ? 0 : value;
      }
    });
    stats::Matrix of_replicates(sums.rows, 1);
    for (std::size_t r = 0; r < sums.rows; ++r) {
      of_replicates(r, 0) = mean + sums(r, 1) / sums(r, 0);
    }
    covariance = covariance_of_replicates(*design.replicates(), of_replicates, std::vector<double>{mean});
  }
  return assemble({found.facts}, {mean}, std::move(covariance), {1});
}

} // namespace

double Estimates::std_error(std::size_t i) const {
  return covariance(i, i) >= 0 ? std::sqrt(covariance(i, i)) : stats::nan;
}

Estimates means(const PreparedDesign& design, const stats::Matrix& y) {
  check_rows(design, y.rows);
  if (y.columns == 1 && one_pass_serves(design)) {
    return one_mean(design, y.values);
  }
  const std::vector<DomainFacts> facts = facts_of_columns(design, y);
  std::vector<double> values;
  for (const DomainFacts& fact : facts) {
    values.push_back(fact.mean);
  }
  const std::vector<double> ones(facts.size(), 1);
  if (design.replicates() != nullptr) {
    const stats::Matrix sums = column_totals_of_replicates(design, y, facts);
    stats::Matrix of_replicates(sums.rows, y.columns);
    for (std::size_t r = 0; r < sums.rows; ++r) {
      for (std::size_t j = 0; j < y.columns; ++j) {
        of_replicates(r, j) = facts[j].mean + sums(r, 2 * j + 1) / sums(r, 2 * j);
      }
    }
    stats::Matrix covariance = covariance_of_replicates(*design.replicates(), of_replicates, values);
    return assemble(facts, std::move(values), std::move(covariance), ones);
  }
  stats::Matrix scores(y.rows, y.columns);
  for (std::size_t row = 0; row < y.rows; ++row) {
    for (std::size_t j = 0; j < y.columns; ++j) {
      const double value = y(row, j);
      scores(row, j) = std::isnan(value) || facts[j].n == 0 ? 0 : design.weights()[row] * (value - facts[j].mean) / facts[j].weight;
    }
  }
  return assemble(facts, std::move(values), covariance_of_totals(design, scores), ones);
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
  std::vector<double> squares;
  for (std::size_t j = 0; j < y.columns; ++j) {
    values[j] = facts[j].n == 0 ? stats::nan : values[j];
    squares.push_back(facts[j].weight * facts[j].weight);
  }
  if (design.replicates() != nullptr) {
    stats::Matrix covariance = covariance_of_replicates(*design.replicates(), replicate_totals(design, z), values);
    return assemble(facts, std::move(values), std::move(covariance), squares);
  }
  for (std::size_t row = 0; row < y.rows; ++row) {
    for (std::size_t j = 0; j < y.columns; ++j) {
      z(row, j) *= design.weights()[row];
    }
  }
  return assemble(facts, std::move(values), covariance_of_totals(design, z), squares);
}

Estimates domain_means(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> domain, std::size_t domains) {
  check_rows(design, y.size());
  check_rows(design, domain.size());
  const std::vector<DomainFacts> facts = domain_facts(design, y, domain, domains);
  std::vector<double> values;
  for (const DomainFacts& fact : facts) {
    values.push_back(fact.mean);
  }
  const std::vector<double> ones(facts.size(), 1);
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
    return assemble(facts, std::move(values), std::move(covariance), ones);
  }
  return assemble(facts, std::move(values), domain_covariance(design, y, domain, facts), ones);
}

} // namespace canvass::survey
