#include "engine/stats/convention_spread.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/brunner_munzel.hpp"
#include "engine/stats/rank_sum.hpp"
#include "engine/stats/samples.hpp"
#include "engine/stats/signed_rank.hpp"
#include "engine/stats/two_sample.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace canvass::stats {

namespace {

/// SAS counts exactly up to this many changed people and uses its t beyond.
constexpr int sas_exact_limit = 20;

ConventionSpread summarised(std::vector<ConventionP> conventions, double level) {
  ConventionSpread spread;
  spread.level = level;
  for (const ConventionP& convention : conventions) {
    if (std::isnan(convention.p_value)) {
      continue;
    }
    ++spread.computed;
    spread.significant += convention.p_value <= level ? 1 : 0;
    spread.smallest = spread.computed == 1 ? convention.p_value : std::min(spread.smallest, convention.p_value);
    spread.largest = spread.computed == 1 ? convention.p_value : std::max(spread.largest, convention.p_value);
  }
  spread.conventions = std::move(conventions);
  return spread;
}

} // namespace

std::string ConventionSpread::sentence() const {
  return computed == 0 ? std::string("no convention has a p-value")
                       : fmt::format("significant under {} of {} published conventions", significant, computed);
}

ConventionSpread signed_rank_spread(std::span<const double> first, std::span<const double> second, double level) {
  check_level(level);
  std::vector<ConventionP> conventions;
  for (const SignedRankMethod method : signed_rank_methods) {
    SignedRankResult test = signed_rank(first, second, method);
    const bool sas_is_exact = method == SignedRankMethod::drop_t && test.positive + test.negative <= sas_exact_limit;
    if (sas_is_exact) {
      test = signed_rank(first, second, SignedRankMethod::drop_exact);
    }
    conventions.push_back({sas_is_exact ? "drop-t (exact up to 20 changed)" : test.method,
                           method == SignedRankMethod::drop_exact ? "exactRankTests"
                           : method == SignedRankMethod::drop_t   ? "SAS"
                                                                  : std::string(programs(method)),
                           test.p_value, method == SignedRankMethod::pratt_exact});
  }
  return summarised(std::move(conventions), level);
}

ConventionSpread two_sample_spread(std::span<const double> first, std::span<const double> second, double level) {
  return two_sample_spread(first, second, rank_sum_by_every_method(first, second), level);
}

ConventionSpread two_sample_spread(std::span<const double> first, std::span<const double> second, std::span<const RankSumResult> rank_sums,
                                   double level) {
  check_level(level);
  if (rank_sums.size() != rank_sum_methods.size()) {
    throw DomainError("a spread over conventions needs the rank-sum test by every method");
  }
  std::vector<ConventionP> conventions;
  for (std::size_t i = 0; i < rank_sum_methods.size(); ++i) {
    const RankSumMethod method = rank_sum_methods[i];
    conventions.push_back({rank_sums[i].method, std::string(programs(method)), rank_sums[i].p_value, method == RankSumMethod::exact});
  }
  BrunnerMunzelOptions options;
  options.permutation_below = 0;
  const BrunnerMunzelResult test = brunner_munzel(first, second, options);
  // Other programs print no p-value where the groups do not overlap; 1 is what they print where every value is the same.
  conventions.push_back({"brunner-munzel t", "lawstat, brunnermunzel, scipy", test.separated ? nan : test.p_value, false});
  conventions.push_back({"welch t", "all", welch(first, second).p_value, false});
  return summarised(std::move(conventions), level);
}

} // namespace canvass::stats
