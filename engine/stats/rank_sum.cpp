#include "engine/stats/rank_sum.hpp"

#include "engine/stats/distributions.hpp"
#include "engine/stats/ranks.hpp"
#include "engine/stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>

namespace canvass::stats {

namespace {

/// Scores with the smallest taken off and the common unit divided out: the fewer sums are possible, the less is counted.
struct Scores {
  std::vector<std::int64_t> values; ///< ascending
  std::int64_t offset = 0;
  std::int64_t unit = 1;
  std::int64_t largest_sum = 0; ///< of `drawn` of them
};

Scores reduced(const std::vector<std::int64_t>& ranks, std::size_t drawn) {
  Scores scores;
  scores.values = ranks;
  std::sort(scores.values.begin(), scores.values.end());
  scores.offset = scores.values.front();
  std::int64_t unit = 0;
  for (std::int64_t& value : scores.values) {
    value -= scores.offset;
    unit = std::gcd(unit, value);
  }
  scores.unit = std::max<std::int64_t>(unit, 1);
  for (std::int64_t& value : scores.values) {
    value /= scores.unit;
  }
  scores.largest_sum = std::accumulate(scores.values.end() - static_cast<std::ptrdiff_t>(drawn), scores.values.end(), std::int64_t{0});
  return scores;
}

/// How many ways to draw `drawn` people give each sum of scores: the shift algorithm, one row a number of people drawn so far.
std::vector<double> sum_counts(const Scores& scores, std::size_t drawn) {
  const std::size_t width = static_cast<std::size_t>(scores.largest_sum) + 1;
  std::vector<double> counts((drawn + 1) * width, 0.0);
  counts[0] = 1;
  std::vector<std::size_t> reach(drawn + 1, 0); // largest sum of that many of the scores seen
  const std::size_t people = scores.values.size();
  for (std::size_t seen = 0; seen < people; ++seen) {
    const auto score = static_cast<std::size_t>(scores.values[seen]);
    const std::size_t most = std::min(drawn, seen + 1);
    // Rows from which `drawn` can no longer be reached are left alone.
    const std::size_t least = drawn > people - seen - 1 ? drawn - (people - seen - 1) : 0;
    for (std::size_t k = most; k >= std::max<std::size_t>(1, least); --k) {
      const std::size_t end = std::min(reach[k - 1] + score, width - 1);
      double* to = &counts[k * width];
      const double* from = &counts[(k - 1) * width];
      for (std::size_t s = score; s <= end; ++s) {
        to[s] += from[s - score];
      }
      reach[k] = std::max(reach[k], end);
    }
  }
  return {counts.end() - static_cast<std::ptrdiff_t>(width), counts.end()};
}

struct ExactP {
  double less = nan; ///< of the rank sum of the people drawn
  double greater = nan;
  double abs_deviation = nan;
};

ExactP exact_p(const Scores& scores, std::size_t drawn, std::int64_t rank_sum) {
  const std::vector<double> counts = sum_counts(scores, drawn);
  const std::int64_t observed_sum = (rank_sum - scores.offset * static_cast<std::int64_t>(drawn)) / scores.unit;
  const auto people = static_cast<std::int64_t>(scores.values.size());
  const std::int64_t centre =
      static_cast<std::int64_t>(drawn) * std::accumulate(scores.values.begin(), scores.values.end(), std::int64_t{0});
  const std::int64_t deviation = std::abs(people * observed_sum - centre);
  double less = 0;
  double greater = 0;
  double extreme = 0;
  double all = 0;
  for (std::size_t s = 0; s < counts.size(); ++s) {
    const auto sum = static_cast<std::int64_t>(s);
    all += counts[s];
    less += sum <= observed_sum ? counts[s] : 0;
    greater += sum >= observed_sum ? counts[s] : 0;
    extreme += std::abs(people * sum - centre) >= deviation ? counts[s] : 0;
  }
  return {less / all, greater / all, extreme / all};
}

} // namespace

std::string_view name(RankSumMethod method) {
  switch (method) {
  case RankSumMethod::exact: return "mann-whitney exact";
  case RankSumMethod::exact_abs_deviation: return "mann-whitney abs-deviation";
  case RankSumMethod::normal_cc: return "mann-whitney normal-cc";
  case RankSumMethod::normal: return "mann-whitney normal";
  }
  return "";
}

std::string_view programs(RankSumMethod method) {
  switch (method) {
  case RankSumMethod::exact: return "R >= 4.6";
  case RankSumMethod::exact_abs_deviation: return "coin, SAS";
  case RankSumMethod::normal_cc: return "R <= 4.5 with ties, jamovi, scipy";
  case RankSumMethod::normal: return "SPSS, Stata";
  }
  return "";
}

namespace {

/// Both samples ranked together, and the exact distribution once somebody asked for it.
class RankedSamples {
public:
  RankedSamples(std::span<const double> first, std::span<const double> second) {
    const Sample one = observed(first);
    const Sample two = observed(second);
    common_.n_first = one.n();
    common_.n_second = two.n();
    common_.missing = one.missing + two.missing;
    if (one.values.empty() || two.values.empty()) {
      common_.warnings.emplace_back("a group is empty: no test");
      return;
    }
    std::vector<double> pooled = one.values;
    pooled.insert(pooled.end(), two.values.begin(), two.values.end());
    ranked_ = doubled_ranks(pooled);
    sum_first_ =
        std::accumulate(ranked_.ranks.begin(), ranked_.ranks.begin() + static_cast<std::ptrdiff_t>(one.values.size()), std::int64_t{0});
    sum_second_ = std::accumulate(ranked_.ranks.begin(), ranked_.ranks.end(), std::int64_t{0}) - sum_first_;
    const double n1 = common_.n_first;
    const double n2 = common_.n_second;
    common_.u = static_cast<double>(sum_second_) / 2 - n2 * (n2 + 1) / 2;
    common_.superiority = common_.u / (n1 * n2);
    common_.rank_biserial = (2 * common_.u - n1 * n2) / (n1 * n2);
    if (ranked_.ties.size() == 1) {
      common_.statistic = 0;
      common_.p_value = common_.p_less = common_.p_greater = 1;
      common_.warnings.emplace_back("every value is the same");
      return;
    }
    testable_ = true;
  }

  RankSumResult result(RankSumMethod method) {
    RankSumResult result = common_;
    result.method = name(method);
    if (!testable_) {
      return result;
    }
    const double n1 = result.n_first;
    const double n2 = result.n_second;
    const double n = n1 + n2;
    const double deviation = result.u - n1 * n2 / 2;
    const double sd = std::sqrt(n1 * n2 / 12 * (n + 1 - ranked_.tie_term() / (n * (n - 1))));
    result.statistic = deviation / sd;
    if (method == RankSumMethod::exact || method == RankSumMethod::exact_abs_deviation) {
      count_once();
      if (exact_) {
        const bool draw_first = common_.n_first < common_.n_second;
        result.p_less = draw_first ? exact_->greater : exact_->less;
        result.p_greater = draw_first ? exact_->less : exact_->greater;
        result.p_value = method == RankSumMethod::exact ? std::min(1.0, 2 * std::min(exact_->less, exact_->greater))
                                                        : std::min(1.0, exact_->abs_deviation);
        return result;
      }
      method = RankSumMethod::normal;
      result.method = name(method);
      result.warnings.emplace_back("too many people for the exact distribution: normal approximation used");
    }
    if (method == RankSumMethod::normal_cc) {
      const double sign = deviation > 0 ? 1 : deviation < 0 ? -1 : 0;
      result.statistic = (deviation - 0.5 * sign) / sd;
      result.p_value = normal_two_sided_p(result.statistic);
      result.p_less = normal_cdf((deviation + 0.5) / sd);
      result.p_greater = normal_sf((deviation - 0.5) / sd);
    } else {
      result.p_value = normal_two_sided_p(result.statistic);
      result.p_less = normal_cdf(result.statistic);
      result.p_greater = normal_sf(result.statistic);
    }
    return result;
  }

private:
  /// exact_ stays empty where there are too many people.
  void count_once() {
    if (counted_) {
      return;
    }
    counted_ = true;
    const bool draw_first = common_.n_first < common_.n_second;
    const auto drawn = static_cast<std::size_t>(std::min(common_.n_first, common_.n_second));
    const double n = common_.n_first + common_.n_second;
    const Scores scores = reduced(ranked_.ranks, drawn);
    const double work = n * static_cast<double>(drawn) * static_cast<double>(scores.largest_sum);
    // Half of the rows are out of reach on average; the table itself must fit into memory as well.
    const double cells = static_cast<double>(drawn + 1) * static_cast<double>(scores.largest_sum + 1);
    if (work / 2 > rank_sum_exact_work || cells > 2e7 || log_choose(n, static_cast<double>(drawn)) > 700) {
      return;
    }
    exact_ = exact_p(scores, drawn, draw_first ? sum_first_ : sum_second_);
  }

  RankSumResult common_; ///< what all methods share
  bool testable_ = false;
  DoubledRanks ranked_;
  std::int64_t sum_first_ = 0, sum_second_ = 0;
  bool counted_ = false;
  std::optional<ExactP> exact_;
};

} // namespace

RankSumResult rank_sum(std::span<const double> first, std::span<const double> second, RankSumMethod method) {
  return RankedSamples(first, second).result(method);
}

std::vector<RankSumResult> rank_sum_by_every_method(std::span<const double> first, std::span<const double> second) {
  RankedSamples samples(first, second);
  std::vector<RankSumResult> results;
  for (const RankSumMethod method : rank_sum_methods) {
    results.push_back(samples.result(method));
  }
  return results;
}

} // namespace canvass::stats
