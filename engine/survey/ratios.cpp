#include "engine/core/error.hpp"
#include "engine/stats/result.hpp"
#include "engine/survey/domain_facts.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/replicates.hpp"

#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

Estimates ratios(const PreparedDesign& design, const stats::Matrix& numerators, const stats::Matrix& denominators) {
  check_rows(design, numerators.rows);
  check_rows(design, denominators.rows);
  const std::size_t k = numerators.columns;
  if (denominators.columns != k) {
    throw DomainError(fmt::format("{} numerators for {} denominators; ratios are made column by column", k, denominators.columns));
  }
  stats::Matrix z(design.rows(), 2 * k); // numerator, denominator; 0 where one of them is missing
  std::vector<double> above(k, 0);
  std::vector<double> below(k, 0);
  for (std::size_t row = 0; row < z.rows; ++row) {
    for (std::size_t j = 0; j < k; ++j) {
      if (!std::isnan(numerators(row, j)) && !std::isnan(denominators(row, j))) {
        z(row, 2 * j) = numerators(row, j);
        z(row, 2 * j + 1) = denominators(row, j);
        above[j] += design.weights()[row] * numerators(row, j);
        below[j] += design.weights()[row] * denominators(row, j);
      }
    }
  }
  std::vector<double> values(k);
  for (std::size_t j = 0; j < k; ++j) {
    values[j] = below[j] == 0 ? stats::nan : above[j] / below[j];
  }
  stats::Matrix residuals(z.rows, k);
  stats::Matrix scores(z.rows, k);
  for (std::size_t row = 0; row < z.rows; ++row) {
    for (std::size_t j = 0; j < k; ++j) {
      residuals(row, j) = below[j] == 0 ? stats::nan : numerators(row, j) - values[j] * denominators(row, j); // NaN: missing
      scores(row, j) = std::isnan(residuals(row, j)) ? 0 : design.weights()[row] * residuals(row, j) / below[j];
    }
  }
  const std::vector<DomainFacts> facts = facts_of_columns(design, residuals);
  std::vector<double> scale(k);
  for (std::size_t j = 0; j < k; ++j) {
    scale[j] = facts[j].weight * facts[j].weight / (below[j] * below[j]);
  }
  if (design.replicates() != nullptr) {
    const stats::Matrix sums = replicate_totals(design, z);
    stats::Matrix of_replicates(sums.rows, k);
    for (std::size_t r = 0; r < sums.rows; ++r) {
      for (std::size_t j = 0; j < k; ++j) {
        of_replicates(r, j) = sums(r, 2 * j) / sums(r, 2 * j + 1);
      }
    }
    stats::Matrix covariance = covariance_of_replicates(*design.replicates(), of_replicates, values);
    return assemble(facts, std::move(values), std::move(covariance), scale);
  }
  return assemble(facts, std::move(values), covariance_of_totals(design, scores), scale);
}

} // namespace canvass::survey
