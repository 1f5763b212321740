#include "engine/stats/signed_rank.hpp"

#include "engine/stats/distributions.hpp"
#include "engine/stats/ranks.hpp"
#include "engine/stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <numeric>

namespace canvass::stats {

namespace {

bool is_exact(SignedRankMethod method) {
  return method == SignedRankMethod::pratt_exact || method == SignedRankMethod::drop_exact;
}

bool keeps_zeros(SignedRankMethod method) {
  return method == SignedRankMethod::pratt_exact || method == SignedRankMethod::pratt_normal;
}

/// P(V <= v) and P(V >= v) under random signs, v and the scores doubled. Counts of sign patterns are whole numbers in double, summed
/// up and divided once; up to 53 people they are exact. Symmetric, so only the lower half is counted.
struct Tails {
  double less = nan;
  double greater = nan;
};

Tails exact_tails(std::vector<std::int64_t> scores, std::int64_t v) {
  std::int64_t unit = 0;
  for (const std::int64_t score : scores) {
    unit = std::gcd(unit, score);
  }
  for (std::int64_t& score : scores) {
    score /= unit;
  }
  v /= unit;
  std::sort(scores.begin(), scores.end());
  const std::int64_t sum = std::accumulate(scores.begin(), scores.end(), std::int64_t{0});
  const std::int64_t smaller = std::min(v, sum - v);
  std::vector<double> counts(static_cast<std::size_t>(smaller) + 1, 0.0);
  counts[0] = 1;
  std::int64_t reach = 0;
  for (const std::int64_t score : scores) {
    reach = std::min(reach + score, smaller);
    for (std::int64_t s = reach; s >= score; --s) {
      counts[static_cast<std::size_t>(s)] += counts[static_cast<std::size_t>(s - score)];
    }
  }
  double tail = 0; // sign patterns with V <= smaller
  for (const double count : counts) {
    tail += count;
  }
  const double all = std::ldexp(1.0, static_cast<int>(scores.size()));
  const double small = tail / all;
  const double large = (all - (tail - counts.back())) / all; // V >= smaller
  return v <= sum - v ? Tails{small, large} : Tails{large, small};
}

} // namespace

std::string_view name(SignedRankMethod method) {
  switch (method) {
  case SignedRankMethod::pratt_exact: return "pratt-exact";
  case SignedRankMethod::drop_exact: return "drop-exact";
  case SignedRankMethod::drop_normal_cc: return "drop-normal-cc";
  case SignedRankMethod::drop_normal: return "drop-normal";
  case SignedRankMethod::drop_t: return "drop-t";
  case SignedRankMethod::pratt_normal: return "pratt-normal";
  }
  return "";
}

std::string_view programs(SignedRankMethod method) {
  switch (method) {
  case SignedRankMethod::pratt_exact: return "R >= 4.6, coin";
  case SignedRankMethod::drop_exact: return "exactRankTests, SAS up to 20 changed";
  case SignedRankMethod::drop_normal_cc: return "R <= 4.5, jamovi, pingouin";
  case SignedRankMethod::drop_normal: return "SPSS, scipy";
  case SignedRankMethod::drop_t: return "SAS over 20 changed";
  case SignedRankMethod::pratt_normal: return "coin, Stata";
  }
  return "";
}

SignedRankResult signed_rank(std::span<const double> first, std::span<const double> second, SignedRankMethod method) {
  const Pairs pairs = complete_pairs(first, second);
  SignedRankResult result = signed_rank(pairs.differences, method);
  result.missing = pairs.missing;
  return result;
}

SignedRankResult signed_rank(std::span<const double> differences, SignedRankMethod method) {
  const Sample sample = observed(differences);
  SignedRankResult result;
  result.n = sample.n();
  result.missing = sample.missing;
  std::vector<double> sizes;
  std::vector<int> signs;
  for (const double difference : sample.values) {
    const bool zero = std::fabs(difference) <= tie_tolerance;
    result.zeros += zero ? 1 : 0;
    result.positive += !zero && difference > 0 ? 1 : 0;
    result.negative += !zero && difference < 0 ? 1 : 0;
    if (!zero || keeps_zeros(method)) {
      sizes.push_back(zero ? 0 : std::fabs(difference));
      signs.push_back(zero ? 0 : difference > 0 ? 1 : -1);
    }
  }
  const int changed = result.positive + result.negative;
  if (is_exact(method) && changed > signed_rank_exact_limit) {
    method = keeps_zeros(method) ? SignedRankMethod::pratt_normal : SignedRankMethod::drop_normal;
    result.warnings.push_back(
        fmt::format("{} people changed, more than the {} the exact distribution is counted for: normal approximation used", changed,
                    signed_rank_exact_limit));
  }
  result.method = name(method);
  if (result.n == 0) {
    result.warnings.emplace_back("nobody has both values: no test");
    return result;
  }
  const DoubledRanks ranked = doubled_ranks(sizes);
  std::int64_t plus = 0;
  std::int64_t minus = 0;
  std::int64_t zero_ranks = 0;
  double squares = 0;
  std::vector<std::int64_t> scores;
  for (std::size_t i = 0; i < signs.size(); ++i) {
    const std::int64_t rank = ranked.ranks[i];
    (signs[i] > 0 ? plus : signs[i] < 0 ? minus : zero_ranks) += rank;
    if (signs[i] != 0) {
      scores.push_back(rank);
      squares += static_cast<double>(rank) * static_cast<double>(rank);
    }
  }
  result.v_plus = static_cast<double>(plus) / 2;
  result.v_minus = static_cast<double>(minus) / 2;
  if (changed == 0) {
    result.statistic = 0;
    result.p_value = result.p_less = result.p_greater = 1;
    result.rank_biserial = result.rank_biserial_all_ranks = 0;
    result.warnings.emplace_back("nobody changed");
    return result;
  }
  result.rank_biserial = static_cast<double>(plus - minus) / static_cast<double>(plus + minus);
  result.rank_biserial_all_ranks = static_cast<double>(plus - minus) / static_cast<double>(plus + minus + zero_ranks);
  const double deviation = static_cast<double>(plus - minus) / 4; // V - E(V)
  const double sd = std::sqrt(squares) / 4;                       // of V; the scores are doubled
  result.statistic = deviation / sd;
  if (is_exact(method)) {
    const Tails tails = exact_tails(std::move(scores), plus);
    result.p_less = tails.less;
    result.p_greater = tails.greater;
    result.p_value = std::min(1.0, 2 * std::min(tails.less, tails.greater));
  } else if (method == SignedRankMethod::drop_t) {
    // Student's t of the signed ranks: S sqrt(n - 1) / sqrt(n V - S^2).
    const double n = changed;
    const double spread = n * sd * sd - deviation * deviation;
    result.df = n - 1;
    result.statistic = n < 2 ? nan : ratio_with_limits(deviation * std::sqrt(n - 1), spread > 0 ? std::sqrt(spread) : 0);
    result.p_value = t_two_sided_p(result.statistic, result.df);
    result.p_less = t_cdf(result.statistic, result.df);
    result.p_greater = t_sf(result.statistic, result.df);
    if (changed < 2) {
      result.warnings.emplace_back("under 2 people changed: no t");
    }
  } else if (method == SignedRankMethod::drop_normal_cc) {
    const double sign = deviation > 0 ? 1 : deviation < 0 ? -1 : 0;
    result.statistic = (deviation - 0.5 * sign) / sd;
    result.p_value = std::min(1.0, normal_two_sided_p(result.statistic));
    result.p_less = normal_cdf((deviation + 0.5) / sd);
    result.p_greater = normal_sf((deviation - 0.5) / sd);
  } else {
    result.p_value = normal_two_sided_p(result.statistic);
    result.p_less = normal_cdf(result.statistic);
    result.p_greater = normal_sf(result.statistic);
  }
  return result;
}

} // namespace canvass::stats
