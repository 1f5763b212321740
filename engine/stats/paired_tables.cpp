#include "engine/stats/paired_tables.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/proportion.hpp"
#include "engine/stats/samples.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

std::size_t category_of(double value, std::span<const double> categories) {
  for (std::size_t i = 0; i < categories.size(); ++i) {
    if (std::fabs(value - categories[i]) <= tie_tolerance) {
      return i;
    }
  }
  throw DomainError(fmt::format("the answer {} is not among the {} categories of the codebook", value, categories.size()));
}

void check_ascending(std::span<const double> categories) {
  if (categories.size() < 2) {
    throw DomainError("under 2 categories; a table of transitions needs at least 2");
  }
  for (std::size_t i = 1; i < categories.size(); ++i) {
    if (!(categories[i] > categories[i - 1])) {
      throw DomainError("categories are not in ascending order; give the codes of the codebook from low to high");
    }
  }
}

/// d' S^- d and the rank of S, which is positive semi-definite; directions without variance carry no difference.
struct QuadraticForm {
  double value = 0;
  int rank = 0;
};

QuadraticForm quadratic_form(const Eigen::VectorXd& d, const Eigen::MatrixXd& s) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(s);
  const Eigen::VectorXd& values = solver.eigenvalues();
  const Eigen::VectorXd along = solver.eigenvectors().transpose() * d;
  const double limit = 1e-10 * std::max(1.0, values.maxCoeff());
  QuadraticForm result;
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    if (values[i] > limit) {
      result.value += along[i] * along[i] / values[i];
      ++result.rank;
    }
  }
  return result;
}

} // namespace

McNemarResult mcnemar(int gained, int lost, int n, double level) {
  check_level(level);
  if (gained < 0 || lost < 0 || gained + lost > n) {
    throw DomainError(fmt::format("{} gained and {} lost of {} pairs is not possible", gained, lost, n));
  }
  McNemarResult result;
  result.n = n;
  result.gained = gained;
  result.lost = lost;
  result.interval = tango_interval(gained, lost, n, level);
  if (n == 0) {
    result.warnings.emplace_back("nobody has both values: no test");
    return result;
  }
  result.difference = static_cast<double>(gained - lost) / n;
  const int changed = gained + lost;
  if (changed == 0) {
    result.p_mid = result.p_exact = result.p_asymptotic = result.p_edwards = 1;
    result.warnings.emplace_back("nobody gained or lost");
    return result;
  }
  const int smaller = std::min(gained, lost);
  const double tail = binomial_cdf(smaller, changed, 0.5);
  result.p_exact = std::min(1.0, 2 * tail);
  result.p_mid = std::min(1.0, 2 * tail - binomial_pmf(smaller, changed, 0.5));
  const double difference = std::abs(gained - lost);
  const double corrected = std::max(0.0, difference - 1);
  result.p_asymptotic = chi2_sf(difference * difference / changed, 1);
  result.p_edwards = chi2_sf(corrected * corrected / changed, 1);
  return result;
}

McNemarResult mcnemar(std::span<const double> first, std::span<const double> second, double threshold, double level) {
  const Pairs pairs = complete_pairs(first, second);
  int gained = 0;
  int lost = 0;
  for (std::size_t i = 0; i < pairs.first.size(); ++i) {
    const bool before = pairs.first[i] >= threshold - tie_tolerance;
    const bool after = pairs.second[i] >= threshold - tie_tolerance;
    gained += !before && after ? 1 : 0;
    lost += before && !after ? 1 : 0;
  }
  McNemarResult result = mcnemar(gained, lost, pairs.n(), level);
  result.missing = pairs.missing;
  return result;
}

MarginalHomogeneityResult marginal_homogeneity(std::span<const double> first, std::span<const double> second,
                                               std::span<const double> categories) {
  check_ascending(categories);
  const Pairs pairs = complete_pairs(first, second);
  MarginalHomogeneityResult result;
  result.n = pairs.n();
  result.missing = pairs.missing;
  result.categories = static_cast<int>(categories.size());
  if (result.n == 0) {
    result.warnings.emplace_back("nobody has both values: no test");
    return result;
  }
  const auto k = static_cast<Eigen::Index>(categories.size());
  Eigen::MatrixXd table = Eigen::MatrixXd::Zero(k, k);
  double score_sum = 0;
  double score_squares = 0;
  for (std::size_t i = 0; i < pairs.first.size(); ++i) {
    const auto from = static_cast<Eigen::Index>(category_of(pairs.first[i], categories));
    const auto to = static_cast<Eigen::Index>(category_of(pairs.second[i], categories));
    table(from, to) += 1;
    const auto step = static_cast<double>(to - from);
    score_sum += step;
    score_squares += step * step;
  }
  const Eigen::VectorXd before = table.rowwise().sum();
  const Eigen::VectorXd after = table.colwise().sum().transpose();
  const Eigen::VectorXd difference = after - before;
  Eigen::MatrixXd covariance = -(table + table.transpose());
  covariance.diagonal() = before + after - 2 * table.diagonal();
  int fixed = 0; // used, but nobody entered or left
  for (Eigen::Index i = 0; i < k; ++i) {
    const bool empty = before[i] + after[i] == 0;
    result.empty += empty ? 1 : 0;
    fixed += !empty && covariance(i, i) == 0 ? 1 : 0;
  }
  if (result.empty > 0) {
    result.warnings.push_back(fmt::format("{} of {} categories used by nobody: left out", result.empty, result.categories));
  }
  const QuadraticForm form = quadratic_form(difference, covariance);
  result.singular = form.rank < result.categories - result.empty - 1;
  result.df = form.rank;
  if (form.rank == 0) {
    result.stuart_maxwell = result.bhapkar = 0;
    result.p_stuart_maxwell = result.p_bhapkar = 1;
    result.ordinal_z = 0;
    result.ordinal_p = 1;
    result.warnings.emplace_back("nobody changed");
    return result;
  }
  if (fixed > 0) {
    result.warnings.emplace_back("a category that nobody entered or left adds no degree of freedom");
  }
  result.stuart_maxwell = form.value;
  const double share = 1 - form.value / result.n;
  result.bhapkar = share > 1e-12 ? form.value / share : infinity;
  result.p_stuart_maxwell = chi2_sf(result.stuart_maxwell, result.df);
  result.p_bhapkar = chi2_sf(result.bhapkar, result.df);
  result.ordinal_z = score_sum / std::sqrt(score_squares);
  result.ordinal_p = normal_two_sided_p(result.ordinal_z);
  return result;
}

} // namespace canvass::stats
