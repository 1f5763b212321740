#include "engine/survey/scale_reliability.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/replicates.hpp"
#include "engine/survey/replication.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

namespace canvass::survey {

namespace {

/// Sums over people of w, w x and w x^2 are enough for both coefficients: z holds the x (rows x m), `of` makes the coefficient of the
/// weighted means of z, `slope` its derivatives by them.
struct FromMeans {
  std::function<double(const std::vector<double>&)> of;
  std::function<std::vector<double>(const std::vector<double>&)> slope;
};

Reliability estimate(const PreparedDesign& design, const stats::Matrix& z, const std::vector<std::uint8_t>& member,
                     const std::vector<double>& means, double total, const FromMeans& function, double level) {
  const double value = function.of(means);
  double variance = 0;
  if (design.replicates() != nullptr) {
    stats::Matrix with_weight(z.rows, z.columns + 1);
    for (std::size_t i = 0; i < z.rows; ++i) {
      if (member[i] != 0) {
        with_weight(i, z.columns) = 1;
        for (std::size_t j = 0; j < z.columns; ++j) {
          with_weight(i, j) = z(i, j);
        }
      }
    }
    const stats::Matrix sums = replicate_totals(design, with_weight);
    stats::Matrix values(sums.rows, 1);
    std::vector<double> of_replicate(z.columns);
    for (std::size_t r = 0; r < sums.rows; ++r) {
      for (std::size_t j = 0; j < z.columns; ++j) {
        of_replicate[j] = sums(r, j) / sums(r, z.columns);
      }
      values(r, 0) = function.of(of_replicate);
    }
    variance = covariance_of_replicates(*design.replicates(), values, std::vector<double>{value})(0, 0);
  } else {
    const std::vector<double> slope = function.slope(means);
    stats::Matrix scores(z.rows, 1);
    for (std::size_t i = 0; i < z.rows; ++i) {
      double influence = 0;
      for (std::size_t j = 0; member[i] != 0 && j < z.columns; ++j) {
        influence += slope[j] * (z(i, j) - means[j]);
      }
      scores(i, 0) = design.weights()[i] * influence / total;
    }
    variance = covariance_of_totals(design, scores)(0, 0);
  }
  Reliability result;
  result.coefficient = stats::inference_from(value, std::sqrt(variance), degrees_of_freedom(design, member), level);
  return result;
}

double weighted_means(const PreparedDesign& design, const stats::Matrix& z, const std::vector<std::uint8_t>& member,
                      std::vector<double>& means) {
  means.assign(z.columns, 0);
  double total = 0;
  for (std::size_t i = 0; i < z.rows; ++i) {
    if (member[i] != 0) {
      total += design.weights()[i];
      for (std::size_t j = 0; j < z.columns; ++j) {
        means[j] += design.weights()[i] * z(i, j);
      }
    }
  }
  for (double& mean : means) {
    mean /= total;
  }
  return total;
}

} // namespace

Reliability cronbach_alpha(const PreparedDesign& design, const stats::Matrix& items, double level) {
  if (items.rows != design.rows()) {
    throw DomainError(fmt::format("a scale of {} rows does not fit {} rows of the design; give one a row", items.rows, design.rows()));
  }
  const std::size_t k = items.columns;
  if (k < 2) {
    throw DomainError(fmt::format("alpha needs two items or more; {} given", k));
  }
  std::vector<std::uint8_t> member(items.rows, 0);
  std::size_t n = 0;
  std::size_t missing = 0;
  for (std::size_t i = 0; i < items.rows; ++i) {
    bool complete = true;
    for (std::size_t j = 0; j < k; ++j) {
      complete = complete && std::isfinite(items(i, j));
    }
    if (design.weights()[i] > 0) {
      member[i] = complete ? 1 : 0;
      ++(complete ? n : missing);
    }
  }
  if (n == 0) {
    throw DomainError("nobody has answered every item of the scale");
  }
  // z: the items and their sum, about their means of the whole sample, and the squares of these: variances lose no digits.
  stats::Matrix raw(items.rows, k + 1);
  for (std::size_t i = 0; i < items.rows; ++i) {
    for (std::size_t j = 0; member[i] != 0 && j < k; ++j) {
      raw(i, j) = items(i, j);
      raw(i, k) += items(i, j);
    }
  }
  std::vector<double> centre;
  weighted_means(design, raw, member, centre);
  stats::Matrix z(items.rows, 2 * (k + 1));
  for (std::size_t i = 0; i < items.rows; ++i) {
    for (std::size_t j = 0; member[i] != 0 && j <= k; ++j) {
      z(i, j) = raw(i, j) - centre[j];
      z(i, k + 1 + j) = z(i, j) * z(i, j);
    }
  }
  std::vector<double> means;
  const double total = weighted_means(design, z, member, means);
  if (!(means[2 * k + 1] - means[k] * means[k] > 0)) {
    throw DomainError(fmt::format("all {} people have the same sum of the items; alpha has no value", n));
  }
  const double factor = static_cast<double>(k) / static_cast<double>(k - 1);
  const auto variance = [k](const std::vector<double>& m, std::size_t j) { return m[k + 1 + j] - m[j] * m[j]; };
  const auto of_items = [k, variance](const std::vector<double>& m) {
    double sum = 0;
    for (std::size_t j = 0; j < k; ++j) {
      sum += variance(m, j);
    }
    return sum;
  };
  FromMeans function;
  function.of = [=](const std::vector<double>& m) { return factor * (1 - of_items(m) / variance(m, k)); };
  function.slope = [=](const std::vector<double>& m) {
    std::vector<double> slope(2 * (k + 1));
    const double whole = variance(m, k);
    const double parts = of_items(m);
    for (std::size_t j = 0; j <= k; ++j) {
      const double by_variance = j < k ? -factor / whole : factor * parts / (whole * whole);
      slope[k + 1 + j] = by_variance;
      slope[j] = -2 * m[j] * by_variance;
    }
    return slope;
  };
  Reliability result = estimate(design, z, member, means, total, function, level);
  result.n = n;
  result.missing = missing;
  return result;
}

Reliability cohen_kappa(const PreparedDesign& design, std::span<const std::int32_t> first, std::span<const std::int32_t> second,
                        double level) {
  if (first.size() != design.rows() || second.size() != design.rows()) {
    throw DomainError(fmt::format("ratings of {} and {} rows do not fit {} rows of the design; give one a row", first.size(), second.size(),
                                  design.rows()));
  }
  std::vector<std::uint8_t> member(first.size(), 0);
  std::size_t n = 0;
  std::size_t missing = 0;
  std::int32_t highest = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (design.weights()[i] > 0) {
      const bool both = first[i] >= 0 && second[i] >= 0;
      member[i] = both ? 1 : 0;
      ++(both ? n : missing);
      highest = both ? std::max({highest, first[i], second[i]}) : highest;
    }
  }
  if (n == 0) {
    throw DomainError("nobody has both ratings");
  }
  const std::size_t k = static_cast<std::size_t>(highest) + 1;
  stats::Matrix z(first.size(), 2 * k + 1); // margin of the first, margin of the second, agreement
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (member[i] != 0) {
      z(i, static_cast<std::size_t>(first[i])) = 1;
      z(i, k + static_cast<std::size_t>(second[i])) = 1;
      z(i, 2 * k) = first[i] == second[i] ? 1 : 0;
    }
  }
  std::vector<double> means;
  const double total = weighted_means(design, z, member, means);
  const auto chance = [k](const std::vector<double>& m) {
    double sum = 0;
    for (std::size_t j = 0; j < k; ++j) {
      sum += m[j] * m[k + j];
    }
    return sum;
  };
  if (!(chance(means) < 1)) {
    throw DomainError(fmt::format("all {} people have the same rating twice; kappa has no value", n));
  }
  FromMeans function;
  function.of = [=](const std::vector<double>& m) { return (m[2 * k] - chance(m)) / (1 - chance(m)); };
  function.slope = [=](const std::vector<double>& m) {
    const double rest = 1 - chance(m);
    const double by_chance = (m[2 * k] - 1) / (rest * rest);
    std::vector<double> slope(2 * k + 1);
    for (std::size_t j = 0; j < k; ++j) {
      slope[j] = by_chance * m[k + j];
      slope[k + j] = by_chance * m[j];
    }
    slope[2 * k] = 1 / rest;
    return slope;
  };
  Reliability result = estimate(design, z, member, means, total, function, level);
  result.n = n;
  result.missing = missing;
  return result;
}

} // namespace canvass::survey
