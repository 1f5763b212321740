#include "engine/survey/domain_facts.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/result.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

/// Degrees of freedom of every domain from the strata it has members in.
void find_df(const PreparedDesign& design, const std::vector<std::uint8_t>& met, std::vector<DomainFacts>& facts) {
  const PreparedStage& first = design.first();
  for (std::size_t d = 0; d < facts.size(); ++d) {
    if (design.replicates() != nullptr) {
      facts[d].df = design.replicate_df();
      continue;
    }
    double left = 0;
    for (std::size_t h = 0; h < first.strata.size(); ++h) {
      left += met[h * facts.size() + d] != 0 ? static_cast<double>(first.strata[h].units) - 1 : 0;
    }
    facts[d].df = first.rows_are_units() ? std::min(static_cast<double>(facts[d].n) - 1, left) : left;
  }
}

} // namespace

double DomainFacts::kish_n() const {
  return squared > 0 ? weight * weight / squared : 0;
}

double DomainFacts::variance() const {
  const auto count = static_cast<double>(n);
  return n < 2 ? stats::nan : spread / weight * count / (count - 1);
}

std::vector<DomainFacts> domain_facts(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> domain,
                                      std::size_t domains) {
  std::vector<DomainFacts> facts(domains);
  const PreparedStage& first = design.first();
  std::vector<std::uint8_t> met(first.strata.size() * domains, 0);
  std::vector<double> middle(domains, 0); // first outcome of the domain, so that sums stay small
  for (std::size_t row = 0; row < y.size(); ++row) {
    const double weight = design.weights()[row];
    if (domain[row] < 0 || weight == 0) {
      continue;
    }
    const auto d = static_cast<std::size_t>(domain[row]);
    if (d >= domains) {
      throw DomainError(fmt::format("row {} is in domain {}; there are {}", row + 1, d, domains));
    }
    DomainFacts& fact = facts[d];
    if (std::isnan(y[row])) {
      ++fact.missing;
      continue;
    }
    if (std::isinf(y[row])) {
      throw DomainError(fmt::format("the outcome of row {} is infinite", row + 1));
    }
    if (fact.n++ == 0) {
      middle[d] = y[row];
    }
    fact.weight += weight;
    fact.squared += weight * weight;
    fact.mean += weight * (y[row] - middle[d]);
    met[first.stratum(first.unit(row)) * domains + d] = 1;
  }
  for (std::size_t d = 0; d < domains; ++d) {
    facts[d].mean = facts[d].n == 0 ? stats::nan : middle[d] + facts[d].mean / facts[d].weight;
  }
  for (std::size_t row = 0; row < y.size(); ++row) {
    if (domain[row] >= 0 && design.weights()[row] > 0 && !std::isnan(y[row])) {
      DomainFacts& fact = facts[static_cast<std::size_t>(domain[row])];
      fact.spread += design.weights()[row] * (y[row] - fact.mean) * (y[row] - fact.mean);
    }
  }
  find_df(design, met, facts);
  return facts;
}

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

Estimates assemble(const std::vector<DomainFacts>& facts, std::vector<double> values, stats::Matrix covariance,
                   const std::vector<double>& scale) {
  Estimates result;
  result.values = std::move(values);
  result.covariance = std::move(covariance);
  for (std::size_t j = 0; j < facts.size(); ++j) {
    const DomainFacts& fact = facts[j];
    result.n.push_back(fact.n);
    result.missing.push_back(fact.missing);
    result.df.push_back(fact.df);
    result.kish_n.push_back(fact.kish_n());
    const auto n = static_cast<double>(fact.n);
    const double with = scale[j] * fact.variance() / n;
    const double variance = result.covariance(j, j);
    const bool people = fact.weight > n * (1 + 1e-9);
    result.design_effect.push_back(with > 0 ? variance / with : stats::nan);
    result.design_effect_without.push_back(with > 0 && people ? variance / (with * (1 - n / fact.weight)) : stats::nan);
    if (fact.n == 0) {
      for (std::size_t i = 0; i < facts.size(); ++i) {
        result.covariance(i, j) = result.covariance(j, i) = stats::nan;
      }
    }
  }
  return result;
}

void check_rows(const PreparedDesign& design, std::size_t rows) {
  if (rows != design.rows()) {
    throw DomainError(fmt::format("an outcome has {} rows for {} rows of the design", rows, design.rows()));
  }
}

} // namespace canvass::survey
