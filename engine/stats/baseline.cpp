#include "engine/stats/baseline.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/samples.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

double standardised(double difference, double variance_first, double variance_second) {
  return ratio_with_limits(difference, std::sqrt((variance_first + variance_second) / 2));
}

std::vector<double> shares(const Sample& sample, std::span<const double> codes) {
  std::vector<double> result(codes.size(), 0.0);
  for (const double value : sample.values) {
    const auto at = std::find_if(codes.begin(), codes.end(), [&](double code) { return std::fabs(code - value) <= tie_tolerance; });
    if (at == codes.end()) {
      throw DomainError(fmt::format("the answer {} is not among the {} codes of the codebook", value, codes.size()));
    }
    result[static_cast<std::size_t>(at - codes.begin())] += 1;
  }
  for (double& share : result) {
    share = sample.values.empty() ? nan : share / static_cast<double>(sample.values.size());
  }
  return result;
}

/// sqrt(d' S^-1 d) over all categories but the first, S the mean of the two multinomial covariances.
double mahalanobis(const std::vector<double>& first, const std::vector<double>& second) {
  const auto k = static_cast<Eigen::Index>(first.size()) - 1;
  Eigen::VectorXd d(k);
  Eigen::MatrixXd s(k, k);
  const auto p = [&](Eigen::Index i) { return first[static_cast<std::size_t>(i + 1)]; };
  const auto q = [&](Eigen::Index i) { return second[static_cast<std::size_t>(i + 1)]; };
  for (Eigen::Index i = 0; i < k; ++i) {
    d[i] = q(i) - p(i);
    for (Eigen::Index j = 0; j < k; ++j) {
      s(i, j) = (i == j ? p(i) + q(i) : 0.0) / 2 - (p(i) * p(j) + q(i) * q(j)) / 2;
    }
  }
  const Eigen::VectorXd solved = s.ldlt().solve(d);
  return std::sqrt(std::max(0.0, d.dot(solved)));
}

} // namespace

SmdResult smd(std::span<const double> first, std::span<const double> second) {
  const Sample one = observed(first);
  const Sample two = observed(second);
  const MeanVariance a = moments(one.values);
  const MeanVariance b = moments(two.values);
  SmdResult result;
  result.method = "SMD, pooled SD";
  result.n_first = a.n;
  result.n_second = b.n;
  result.missing_first = one.missing;
  result.missing_second = two.missing;
  result.mean_first = a.mean;
  result.mean_second = b.mean;
  result.sd_first = std::sqrt(a.variance);
  result.sd_second = std::sqrt(b.variance);
  if (a.n < 2 || b.n < 2) {
    result.warnings.emplace_back("under 2 values in a group: no standardised difference");
    return result;
  }
  result.smd = standardised(b.mean - a.mean, a.variance, b.variance);
  result.variance_ratio = a.variance > 0 && b.variance > 0 ? b.variance / a.variance : nan;
  return result;
}

SmdResult smd_binary(double count_first, double n_first, double count_second, double n_second) {
  if (!(count_first >= 0 && count_first <= n_first && count_second >= 0 && count_second <= n_second)) {
    throw DomainError("a count lies between 0 and the number of people");
  }
  SmdResult result;
  result.method = "SMD, binary";
  result.n_first = static_cast<int>(n_first);
  result.n_second = static_cast<int>(n_second);
  if (n_first == 0 || n_second == 0) {
    result.warnings.emplace_back("a group is empty");
    return result;
  }
  const double p = count_first / n_first;
  const double q = count_second / n_second;
  result.mean_first = p;
  result.mean_second = q;
  result.sd_first = std::sqrt(p * (1 - p));
  result.sd_second = std::sqrt(q * (1 - q));
  result.smd = standardised(q - p, p * (1 - p), q * (1 - q));
  result.variance_ratio = p * (1 - p) > 0 && q * (1 - q) > 0 ? q * (1 - q) / (p * (1 - p)) : nan;
  return result;
}

SmdCategories smd_categories(std::span<const double> first, std::span<const double> second, std::span<const double> codes) {
  const Sample one = observed(first);
  const Sample two = observed(second);
  SmdCategories result;
  result.n_first = one.n();
  result.n_second = two.n();
  result.missing_first = one.missing;
  result.missing_second = two.missing;
  result.proportion_first = shares(one, codes);
  result.proportion_second = shares(two, codes);
  result.smd.assign(codes.size(), nan);
  if (one.values.empty() || two.values.empty() || codes.empty()) {
    result.warnings.emplace_back("a group is empty");
    return result;
  }
  result.largest_difference = 0;
  bool every_cell = true;
  for (std::size_t k = 0; k < codes.size(); ++k) {
    const double p = result.proportion_first[k];
    const double q = result.proportion_second[k];
    result.smd[k] = standardised(q - p, p * (1 - p), q * (1 - q));
    result.largest_difference = std::max(result.largest_difference, std::fabs(q - p));
    every_cell = every_cell && p > 0 && q > 0;
  }
  if (every_cell && codes.size() >= 2) {
    result.mahalanobis = mahalanobis(result.proportion_first, result.proportion_second);
  } else if (!every_cell) {
    result.warnings.emplace_back("a category is empty in a group: no Mahalanobis distance");
  }
  return result;
}

} // namespace canvass::stats
