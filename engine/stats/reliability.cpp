#include "engine/stats/reliability.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/samples.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

/// A scale that reaches one of its ends with more than this share of the answers has no room to show change there.
constexpr double crowded_end = 0.15;

double alpha_of(const Eigen::MatrixXd& covariance) {
  const auto k = static_cast<double>(covariance.rows());
  const double total = covariance.sum();
  return total > 0 ? k / (k - 1) * (1 - covariance.trace() / total) : nan;
}

Eigen::MatrixXd without(const Eigen::MatrixXd& matrix, Eigen::Index item) {
  const Eigen::Index k = matrix.rows();
  Eigen::MatrixXd result(k - 1, k - 1);
  for (Eigen::Index i = 0, to_i = 0; i < k; ++i) {
    if (i == item) {
      continue;
    }
    for (Eigen::Index j = 0, to_j = 0; j < k; ++j) {
      if (j != item) {
        result(to_i, to_j++) = matrix(i, j);
      }
    }
    ++to_i;
  }
  return result;
}

/// Covariances of all pairs of items, each over the people who have both.
Eigen::MatrixXd pairwise_covariance(const ItemTable& table) {
  const auto k = static_cast<Eigen::Index>(table.items);
  Eigen::MatrixXd result(k, k);
  for (std::size_t a = 0; a < table.items; ++a) {
    for (std::size_t b = a; b < table.items; ++b) {
      double n = 0;
      double sum_a = 0;
      double sum_b = 0;
      for (std::size_t i = 0; i < table.people; ++i) {
        if (!std::isnan(table.at(i, a)) && !std::isnan(table.at(i, b))) {
          n += 1;
          sum_a += table.at(i, a);
          sum_b += table.at(i, b);
        }
      }
      double products = 0;
      for (std::size_t i = 0; i < table.people; ++i) {
        if (!std::isnan(table.at(i, a)) && !std::isnan(table.at(i, b))) {
          products += (table.at(i, a) - sum_a / n) * (table.at(i, b) - sum_b / n);
        }
      }
      const double covariance = n > 1 ? products / (n - 1) : nan;
      result(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) = covariance;
      result(static_cast<Eigen::Index>(b), static_cast<Eigen::Index>(a)) = covariance;
    }
  }
  return result;
}

/// 1 - sum of what each item does not share with the others, over the sum of all correlations.
double lambda6_of(const Eigen::MatrixXd& correlation) {
  const Eigen::FullPivLU<Eigen::MatrixXd> lu(correlation);
  if (!lu.isInvertible()) {
    return nan;
  }
  const Eigen::MatrixXd inverse = lu.inverse();
  double unshared = 0;
  for (Eigen::Index i = 0; i < inverse.rows(); ++i) {
    unshared += 1 / inverse(i, i);
  }
  return 1 - unshared / correlation.sum();
}

void add_items(AlphaResult& result, const Eigen::MatrixXd& covariance, const Eigen::RowVectorXd& means) {
  for (Eigen::Index i = 0; i < covariance.rows(); ++i) {
    AlphaItem& item = result.by_item[static_cast<std::size_t>(i)];
    item.mean = means[i];
    item.sd = std::sqrt(covariance(i, i));
    const double with_rest = covariance.row(i).sum() - covariance(i, i);
    const double rest = covariance.sum() - 2 * covariance.row(i).sum() + covariance(i, i);
    item.item_rest = covariance(i, i) > 0 && rest > 0 ? std::clamp(with_rest / std::sqrt(covariance(i, i) * rest), -1.0, 1.0) : nan;
    if (covariance.rows() > 2) {
      item.alpha_if_dropped = alpha_of(without(covariance, i));
    }
  }
}

} // namespace

AlphaResult cronbach_alpha(const ItemTable& table, double level) {
  check_level(level);
  if (table.values.size() != table.people * table.items) {
    throw DomainError(fmt::format("a table of {} people and {} items with {} values; the lengths have to agree", table.people, table.items,
                                  table.values.size()));
  }
  AlphaResult result;
  result.items = static_cast<int>(table.items);
  result.interval = {nan, nan, level, "Feldt"};
  result.by_item.resize(table.items);
  const auto k = static_cast<Eigen::Index>(table.items);
  std::vector<std::size_t> complete;
  for (std::size_t i = 0; i < table.people; ++i) {
    bool whole = true;
    for (std::size_t j = 0; j < table.items; ++j) {
      if (std::isinf(table.at(i, j))) {
        throw DomainError("an infinite value among the answers; only finite numbers and missing ones are allowed");
      }
      whole = whole && !std::isnan(table.at(i, j));
    }
    if (whole) {
      complete.push_back(i);
    }
  }
  result.n = static_cast<int>(complete.size());
  result.missing = static_cast<int>(table.people - complete.size());
  if (table.items < 2) {
    result.warnings.emplace_back("under 2 items: no alpha");
    return result;
  }
  result.alpha_pairwise = alpha_of(pairwise_covariance(table));
  if (result.n < 2) {
    result.warnings.emplace_back("under 2 people answered every item: no alpha");
    return result;
  }
  Eigen::MatrixXd values(static_cast<Eigen::Index>(complete.size()), k);
  for (std::size_t i = 0; i < complete.size(); ++i) {
    for (std::size_t j = 0; j < table.items; ++j) {
      values(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = table.at(complete[i], j);
    }
  }
  const Eigen::RowVectorXd means = values.colwise().mean();
  values.rowwise() -= means;
  const double n = result.n;
  const Eigen::MatrixXd covariance = values.transpose() * values / (n - 1);
  result.alpha = alpha_of(covariance);
  add_items(result, covariance, means);
  if (std::isnan(result.alpha)) {
    result.warnings.emplace_back("the sum of the items does not vary: no alpha");
    return result;
  }
  const double df1 = n - 1;
  const double df2 = (n - 1) * (static_cast<double>(k) - 1);
  const double tail = (1 - level) / 2;
  result.interval.low = 1 - (1 - result.alpha) * f_quantile(1 - tail, df1, df2);
  result.interval.high = 1 - (1 - result.alpha) * f_quantile(tail, df1, df2);
  const double score_sd = std::sqrt(covariance.sum()) / static_cast<double>(k);
  result.sem = score_sd * std::sqrt(std::max(0.0, 1 - result.alpha));
  int constant = 0;
  int turned = 0;
  for (const AlphaItem& item : result.by_item) {
    constant += item.sd > 0 ? 0 : 1;
    turned += item.item_rest < 0 ? 1 : 0;
  }
  if (constant == 0) {
    const Eigen::VectorXd scale = covariance.diagonal().cwiseSqrt().cwiseInverse();
    const Eigen::MatrixXd correlation = scale.asDiagonal() * covariance * scale.asDiagonal();
    const auto size = static_cast<double>(k);
    result.average_correlation = (correlation.sum() - size) / (size * (size - 1));
    result.alpha_standardised = size * result.average_correlation / (1 + (size - 1) * result.average_correlation);
    result.lambda6 = lambda6_of(correlation);
  } else {
    result.warnings.push_back(fmt::format("{} items do not vary: no correlations with them", constant));
  }
  if (turned > 0) {
    result.warnings.push_back(fmt::format("{} items run against the rest: is one to be reversed?", turned));
  }
  return result;
}

FloorCeilingResult floor_ceiling(std::span<const double> values, double low, double high) {
  if (!(low < high)) {
    throw DomainError(fmt::format("the ends of the scale, {} and {}, are not in order", low, high));
  }
  const Sample sample = observed(values);
  FloorCeilingResult result;
  result.n = sample.n();
  result.missing = sample.missing;
  if (result.n == 0) {
    return result;
  }
  double at_low = 0;
  double at_high = 0;
  for (const double value : sample.values) {
    if (value < low - tie_tolerance || value > high + tie_tolerance) {
      throw DomainError(fmt::format("the value {} lies outside the scale from {} to {}", value, low, high));
    }
    at_low += value <= low + tie_tolerance ? 1 : 0;
    at_high += value >= high - tie_tolerance ? 1 : 0;
  }
  result.floor = at_low / result.n;
  result.ceiling = at_high / result.n;
  result.flagged = result.floor > crowded_end || result.ceiling > crowded_end;
  return result;
}

} // namespace canvass::stats
