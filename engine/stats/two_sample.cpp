#include "engine/stats/two_sample.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/paired.hpp"
#include "engine/stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

double welch_df(double part1, double part2, double df1, double df2) {
  const double sum = part1 + part2;
  return sum > 0 ? sum * sum / (part1 * part1 / df1 + part2 * part2 / df2) : nan;
}

} // namespace

WelchResult welch(std::span<const double> first, std::span<const double> second, double level) {
  check_level(level);
  const Sample one = observed(first);
  const Sample two = observed(second);
  const MeanVariance a = moments(one.values);
  const MeanVariance b = moments(two.values);
  WelchResult result;
  result.n_first = a.n;
  result.n_second = b.n;
  result.missing = one.missing + two.missing;
  result.mean_first = a.mean;
  result.mean_second = b.mean;
  result.sd_first = std::sqrt(a.variance);
  result.sd_second = std::sqrt(b.variance);
  result.difference = b.mean - a.mean;
  result.interval = {nan, nan, level, "t"};
  if (a.n < 2 || b.n < 2) {
    result.warnings.emplace_back("under 2 values in a group: no test");
    return result;
  }
  const double part1 = a.variance / a.n;
  const double part2 = b.variance / b.n;
  result.std_error = std::sqrt(part1 + part2);
  result.statistic = ratio_with_limits(result.difference, result.std_error);
  if (result.std_error == 0) {
    result.p_value = result.statistic == 0 ? 1 : 0;
    result.warnings.emplace_back("each group has one value only: no standard error, no interval");
    return result;
  }
  result.df = welch_df(part1, part2, a.n - 1, b.n - 1);
  result.p_value = t_two_sided_p(result.statistic, result.df);
  const double half = t_quantile((1 + level) / 2, result.df) * result.std_error;
  result.interval.low = result.difference - half;
  result.interval.high = result.difference + half;
  return result;
}

TostResult tost(double estimate, double std_error, double df, double low_bound, double high_bound, double alpha) {
  if (!(alpha > 0 && alpha < 0.5)) {
    throw DomainError(fmt::format("alpha {} of an equivalence test is not between 0 and .5", alpha));
  }
  if (!(low_bound < high_bound)) {
    throw DomainError(fmt::format("equivalence bounds {} and {} are not in order; the lower one comes first", low_bound, high_bound));
  }
  TostResult result;
  result.method = "two one-sided tests";
  result.low_bound = low_bound;
  result.high_bound = high_bound;
  result.estimate = estimate;
  result.std_error = std_error;
  result.df = df;
  result.interval = {nan, nan, 1 - 2 * alpha, "t"};
  if (!(std_error > 0) || !(df > 0) || std::isnan(estimate)) {
    result.warnings.emplace_back("no standard error: equivalence cannot be tested");
    return result;
  }
  result.t_low = (estimate - low_bound) / std_error;
  result.t_high = (estimate - high_bound) / std_error;
  result.p_low = t_sf(result.t_low, df);
  result.p_high = t_cdf(result.t_high, df);
  result.p_value = std::max(result.p_low, result.p_high);
  const double half = t_quantile(1 - alpha, df) * std_error;
  result.interval.low = estimate - half;
  result.interval.high = estimate + half;
  return result;
}

TostResult tost_welch(std::span<const double> first, std::span<const double> second, double low_bound, double high_bound, double alpha) {
  const WelchResult test = welch(first, second);
  TostResult result = tost(test.difference, test.std_error, test.df, low_bound, high_bound, alpha);
  result.method = "two one-sided welch t";
  return result;
}

TostResult tost_paired(std::span<const double> first, std::span<const double> second, double low_bound, double high_bound, double alpha) {
  const PairedTResult test = paired_t(first, second);
  TostResult result = tost(test.difference, test.std_error, test.df, low_bound, high_bound, alpha);
  result.method = "two one-sided paired t";
  return result;
}

} // namespace canvass::stats
