#include "engine/stats/samples.hpp"

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/result.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

void check_finite(double value) {
  if (std::isinf(value)) {
    throw DomainError("an infinite value among the answers; only finite numbers and missing ones are allowed");
  }
}

} // namespace

Sample observed(std::span<const double> values) {
  Sample sample;
  sample.values.reserve(values.size());
  for (const double value : values) {
    check_finite(value);
    if (std::isnan(value)) {
      ++sample.missing;
    } else {
      sample.values.push_back(value);
    }
  }
  return sample;
}

Pairs complete_pairs(std::span<const double> first, std::span<const double> second) {
  if (first.size() != second.size()) {
    throw DomainError(fmt::format("paired values of unequal length ({} and {}); one entry a person is needed on both sides", first.size(),
                                  second.size()));
  }
  Pairs pairs;
  for (std::size_t i = 0; i < first.size(); ++i) {
    check_finite(first[i]);
    check_finite(second[i]);
    if (std::isnan(first[i]) || std::isnan(second[i])) {
      ++pairs.missing;
      continue;
    }
    pairs.first.push_back(first[i]);
    pairs.second.push_back(second[i]);
    const double difference = second[i] - first[i];
    pairs.differences.push_back(std::fabs(difference) <= tie_tolerance ? 0 : difference);
  }
  return pairs;
}

MeanVariance moments(std::span<const double> values) {
  MeanVariance result;
  result.n = static_cast<int>(values.size());
  if (values.empty()) {
    return {0, nan, nan};
  }
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  const double n = static_cast<double>(values.size());
  result.mean = sum / n;
  if (values.size() < 2) {
    result.variance = nan;
    return result;
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (*high - *low <= tie_tolerance) {
    return result;
  }
  double squares = 0;
  double residual = 0;
  for (const double value : values) {
    const double deviation = value - result.mean;
    squares += deviation * deviation;
    residual += deviation;
  }
  result.variance = (squares - residual * residual / n) / (n - 1);
  return result;
}

void check_level(double level, std::string_view what) {
  if (!(level > 0 && level < 1)) {
    throw DomainError(fmt::format("{} {} is not between 0 and 1", what, std::isnan(level) ? "NaN" : shortest(level)));
  }
}

double ratio_with_limits(double numerator, double denominator) {
  if (denominator != 0) {
    return numerator / denominator;
  }
  if (std::isnan(numerator) || std::fabs(numerator) <= tie_tolerance) {
    return std::isnan(numerator) ? nan : 0;
  }
  return numerator > 0 ? infinity : -infinity;
}

} // namespace canvass::stats
