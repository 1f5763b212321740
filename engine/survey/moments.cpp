#include "engine/stats/result.hpp"
#include "engine/survey/domain_facts.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/replicates.hpp"

#include <cmath>

namespace canvass::survey {

namespace {

/// Products of deviations for every pair of columns, NaN on rows that do not count.
struct Deviations {
  stats::Matrix centred;          ///< rows x k, about the whole sample's means; NaN on rows that do not count
  std::vector<DomainFacts> facts; ///< of the columns
  std::size_t k = 0, pairs = 0;
  [[nodiscard]] std::size_t pair(std::size_t a, std::size_t b) const { return a * k - a * (a + 1) / 2 + b; } // a <= b
};

Deviations deviations(const PreparedDesign& design, const stats::Matrix& y) {
  check_rows(design, y.rows);
  Deviations result;
  result.k = y.columns;
  result.pairs = y.columns * (y.columns + 1) / 2;
  result.centred = y;
  for (std::size_t row = 0; row < y.rows; ++row) {
    double sum = 0;
    for (std::size_t j = 0; j < y.columns; ++j) {
      sum += y(row, j);
    }
    for (std::size_t j = 0; j < y.columns && std::isnan(sum); ++j) {
      result.centred(row, j) = stats::nan;
    }
  }
  result.facts = facts_of_columns(design, result.centred);
  for (std::size_t row = 0; row < y.rows; ++row) {
    for (std::size_t j = 0; j < y.columns; ++j) {
      result.centred(row, j) -= result.facts[j].mean;
    }
  }
  return result;
}

/// Variances and covariances in every replicate (replicates x pairs), each about the replicate's own means.
stats::Matrix moments_of_replicates(const PreparedDesign& design, const Deviations& of, double correction) {
  const std::size_t k = of.k;
  stats::Matrix z(design.rows(), 1 + k + of.pairs);
  for (std::size_t row = 0; row < z.rows; ++row) {
    if (k == 0 || std::isnan(of.centred(row, 0))) {
      continue;
    }
    z(row, 0) = 1;
    for (std::size_t a = 0; a < k; ++a) {
      z(row, 1 + a) = of.centred(row, a);
      for (std::size_t b = a; b < k; ++b) {
        z(row, 1 + k + of.pair(a, b)) = of.centred(row, a) * of.centred(row, b);
      }
    }
  }
  const stats::Matrix sums = replicate_totals(design, z);
  stats::Matrix moments(sums.rows, of.pairs);
  for (std::size_t r = 0; r < sums.rows; ++r) {
    const double weight = sums(r, 0);
    for (std::size_t a = 0; a < k; ++a) {
      for (std::size_t b = a; b < k; ++b) {
        const double product = sums(r, 1 + k + of.pair(a, b)) / weight;
        moments(r, of.pair(a, b)) = correction * (product - sums(r, 1 + a) / weight * (sums(r, 1 + b) / weight));
      }
    }
  }
  return moments;
}

struct Moments {
  Deviations of;
  Estimates estimates;
  stats::Matrix replicates; ///< empty without replicate weights
};

Moments moments(const PreparedDesign& design, const stats::Matrix& y) {
  Moments result;
  result.of = deviations(design, y);
  const Deviations& of = result.of;
  const auto n = static_cast<double>(of.k == 0 ? 0 : of.facts.front().n);
  const double correction = n > 1 ? n / (n - 1) : stats::nan;
  stats::Matrix products(y.rows, of.pairs);
  for (std::size_t row = 0; row < y.rows; ++row) {
    for (std::size_t a = 0; a < of.k; ++a) {
      for (std::size_t b = a; b < of.k; ++b) {
        products(row, of.pair(a, b)) = correction * of.centred(row, a) * of.centred(row, b);
      }
    }
  }
  if (design.replicates() == nullptr) {
    result.estimates = means(design, products);
  } else {
    const std::vector<DomainFacts> facts = facts_of_columns(design, products);
    std::vector<double> values;
    for (const DomainFacts& fact : facts) {
      values.push_back(fact.mean);
    }
    result.replicates = moments_of_replicates(design, of, correction);
    stats::Matrix covariance = covariance_of_replicates(*design.replicates(), result.replicates, values);
    result.estimates = assemble(facts, std::move(values), std::move(covariance), std::vector<double>(of.pairs, 1));
  }
  result.estimates.design_effect.assign(of.pairs, stats::nan);
  result.estimates.design_effect_without.assign(of.pairs, stats::nan);
  return result;
}

} // namespace

Estimates covariances(const PreparedDesign& design, const stats::Matrix& y) {
  return moments(design, y).estimates;
}

Estimates correlations(const PreparedDesign& design, const stats::Matrix& y) {
  const Moments all = moments(design, y);
  const Deviations& of = all.of;
  const std::size_t count = of.k < 2 ? 0 : of.k * (of.k - 1) / 2;
  const auto correlation = [&](const auto& moment, std::size_t a, std::size_t b) {
    const double squares = moment(of.pair(a, a)) * moment(of.pair(b, b));
    return squares > 0 ? moment(of.pair(a, b)) / std::sqrt(squares) : stats::nan;
  };
  const auto whole = [&](std::size_t pair) { return all.estimates.values[pair]; };
  std::vector<double> values;
  stats::Matrix jacobian(count, of.pairs);
  for (std::size_t a = 0; a < of.k; ++a) {
    for (std::size_t b = a + 1; b < of.k; ++b) {
      const double r = correlation(whole, a, b);
      const std::size_t at = values.size();
      values.push_back(r);
      jacobian(at, of.pair(a, b)) = 1 / std::sqrt(whole(of.pair(a, a)) * whole(of.pair(b, b)));
      jacobian(at, of.pair(a, a)) = -r / (2 * whole(of.pair(a, a)));
      jacobian(at, of.pair(b, b)) = -r / (2 * whole(of.pair(b, b)));
    }
  }
  const std::vector<double> full = values;
  Estimates result = by_delta_method(all.estimates, std::move(values), jacobian);
  if (design.replicates() != nullptr) {
    stats::Matrix of_replicates(all.replicates.rows, count);
    for (std::size_t replicate = 0; replicate < all.replicates.rows; ++replicate) {
      const auto one = [&](std::size_t pair) { return all.replicates(replicate, pair); };
      std::size_t at = 0;
      for (std::size_t a = 0; a < of.k; ++a) {
        for (std::size_t b = a + 1; b < of.k; ++b) {
          of_replicates(replicate, at++) = correlation(one, a, b);
        }
      }
    }
    result.covariance = covariance_of_replicates(*design.replicates(), of_replicates, full);
  }
  return result;
}

} // namespace canvass::survey
