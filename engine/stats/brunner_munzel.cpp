#include "engine/stats/brunner_munzel.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/ranks.hpp"
#include "engine/stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

/// People by value, lowest first: how many of the first group and of both hold it. All that the test needs.
struct Tally {
  std::vector<std::int64_t> first;
  std::vector<std::int64_t> both;
  std::int64_t n_first = 0;
  std::int64_t n_second = 0;
};

Tally tally(const Sample& one, const Sample& two) {
  std::vector<double> pooled = one.values;
  pooled.insert(pooled.end(), two.values.begin(), two.values.end());
  const DoubledRanks ranked = doubled_ranks(pooled);
  Tally result;
  result.both = ranked.ties;
  result.first.assign(ranked.ties.size(), 0);
  result.n_first = one.n();
  result.n_second = two.n();
  // The group of a doubled mid-rank: groups hold disjoint ranges of ranks.
  std::vector<std::int64_t> last; // twice the last rank of each group
  std::int64_t seen = 0;
  for (const std::int64_t size : ranked.ties) {
    seen += size;
    last.push_back(2 * seen);
  }
  for (std::size_t i = 0; i < one.values.size(); ++i) {
    const auto group = std::lower_bound(last.begin(), last.end(), ranked.ranks[i]) - last.begin();
    ++result.first[static_cast<std::size_t>(group)];
  }
  return result;
}

/// Doubled placements (2 x people of the other group below + ties), their sums and sums of squares: whole numbers, so that "no
/// variance" is exact.
struct Placements {
  double second_sum = 0;   ///< over the second group; doubled count of pairs won
  double first_spread = 0; ///< n sum of squares - square of the sum = n (n - 1) variance
  double second_spread = 0;
};

Placements placements(std::span<const std::int64_t> first, std::span<const std::int64_t> both, std::int64_t n_first,
                      std::int64_t n_second) {
  std::int64_t below_first = 0;
  std::int64_t below_second = 0;
  std::int64_t sum1 = 0;
  std::int64_t squares1 = 0;
  std::int64_t sum2 = 0;
  std::int64_t squares2 = 0;
  for (std::size_t k = 0; k < both.size(); ++k) {
    const std::int64_t a = first[k];
    const std::int64_t b = both[k] - a;
    const std::int64_t place1 = 2 * below_second + b;
    const std::int64_t place2 = 2 * below_first + a;
    sum1 += a * place1;
    squares1 += a * place1 * place1;
    sum2 += b * place2;
    squares2 += b * place2 * place2;
    below_first += a;
    below_second += b;
  }
  Placements result;
  result.second_sum = static_cast<double>(sum2);
  result.first_spread =
      static_cast<double>(n_first) * static_cast<double>(squares1) - static_cast<double>(sum1) * static_cast<double>(sum1);
  result.second_spread =
      static_cast<double>(n_second) * static_cast<double>(squares2) - static_cast<double>(sum2) * static_cast<double>(sum2);
  return result;
}

double statistic_of(const Placements& p, double n1, double n2) {
  return ratio_with_limits(p.second_sum - n1 * n2, std::sqrt(p.first_spread / (n1 - 1) + p.second_spread / (n2 - 1)));
}

/// Counts relabellings whose statistic is as low, as high; equal within a relative 1e-12.
struct TailCount {
  double observed = 0;
  double low = 0;
  double high = 0;
  double all = 0;

  void add(double statistic, double weight) {
    const double slack = std::isinf(observed) ? 0 : 1e-12 * std::fabs(observed);
    low += statistic <= observed + slack ? weight : 0;
    high += statistic >= observed - slack ? weight : 0;
    all += weight;
  }
};

/// Number of ways to split the tally that differ by counts, as far as it is not above `most`.
double different_splits(const Tally& t, double most) {
  std::vector<double> ways(static_cast<std::size_t>(t.n_first) + 1, 0.0);
  ways[0] = 1;
  for (const std::int64_t size : t.both) {
    std::vector<double> next(ways.size(), 0.0);
    for (std::size_t have = 0; have < ways.size(); ++have) {
      for (std::size_t take = 0; take <= static_cast<std::size_t>(size) && have + take < ways.size(); ++take) {
        next[have + take] = std::min(next[have + take] + ways[have], most * 2);
      }
    }
    ways = std::move(next);
  }
  return ways.back();
}

/// Every split of the tally once, weighted with the relabellings that give it: the whole permutation distribution.
class Enumeration {
public:
  Enumeration(const Tally& tally, TailCount& count)
      : tally_(tally), count_(count), split_(tally.both.size(), 0), rest_(tally.both.size() + 1, 0) {
    for (std::size_t k = tally.both.size(); k-- > 0;) {
      rest_[k] = rest_[k + 1] + tally.both[k];
    }
  }
  void run() { descend(0, tally_.n_first, 0.0); }

private:
  void descend(std::size_t k, std::int64_t left, double log_weight) {
    if (k == split_.size()) {
      const double statistic = statistic_of(placements(split_, tally_.both, tally_.n_first, tally_.n_second),
                                            static_cast<double>(tally_.n_first), static_cast<double>(tally_.n_second));
      count_.add(statistic, std::exp(log_weight));
      return;
    }
    const std::int64_t size = tally_.both[k];
    for (std::int64_t take = std::max<std::int64_t>(0, left - rest_[k + 1]); take <= std::min(size, left); ++take) {
      split_[k] = take;
      descend(k + 1, left - take, log_weight + log_choose(static_cast<double>(size), static_cast<double>(take)));
    }
  }

  const Tally& tally_;
  TailCount& count_;
  std::vector<std::int64_t> split_;
  std::vector<std::int64_t> rest_;
};

void draw(const Tally& t, const BrunnerMunzelOptions& options, TailCount& count) {
  std::vector<std::uint32_t> groups; // one entry a person
  for (std::size_t k = 0; k < t.both.size(); ++k) {
    groups.insert(groups.end(), static_cast<std::size_t>(t.both[k]), static_cast<std::uint32_t>(k));
  }
  const bool draw_first = t.n_first <= t.n_second;
  const auto drawn = static_cast<std::size_t>(std::min(t.n_first, t.n_second));
  RandomStream stream(options.seed, options.analysis + "/brunner-munzel");
  std::vector<std::int64_t> split(t.both.size());
  for (std::int64_t b = 0; b < options.permutations; ++b) {
    std::fill(split.begin(), split.end(), 0);
    for (std::size_t i = 0; i < drawn; ++i) {
      const std::size_t j = i + stream.below(static_cast<std::uint32_t>(groups.size() - i));
      std::swap(groups[i], groups[j]);
      ++split[groups[i]];
    }
    if (!draw_first) {
      for (std::size_t k = 0; k < split.size(); ++k) {
        split[k] = t.both[k] - split[k];
      }
    }
    count.add(
        statistic_of(placements(split, t.both, t.n_first, t.n_second), static_cast<double>(t.n_first), static_cast<double>(t.n_second)), 1);
  }
}

void permute(const Tally& t, const BrunnerMunzelOptions& options, BrunnerMunzelResult& result) {
  TailCount count;
  count.observed = result.statistic;
  const double relabellings = std::round(std::exp(log_choose(static_cast<double>(t.n_first + t.n_second), static_cast<double>(t.n_first))));
  const auto most = static_cast<double>(options.permutations);
  if (different_splits(t, most) <= most) {
    Enumeration(t, count).run();
    result.relabellings = relabellings;
    result.p_permutation = std::min(1.0, 2 * std::min(count.low, count.high) / count.all);
    result.method = "brunner-munzel permutation (enumerated)";
  } else {
    draw(t, options, count);
    result.relabellings = count.all;
    result.p_permutation = std::min(1.0, 2 * (1 + std::min(count.low, count.high)) / (1 + count.all));
    result.method = "brunner-munzel permutation (drawn)";
  }
  result.p_value = result.p_permutation;
}

double expit(double x) {
  return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

Interval logit_interval(double p, double std_error, double quantile, double level, const char* method) {
  const double centre = std::log(p / (1 - p));
  const double half = quantile * std_error / (p * (1 - p));
  return {expit(centre - half), expit(centre + half), level, method};
}

} // namespace

Interval newcombe_superiority(double superiority, int n_first, int n_second, double level) {
  check_level(level);
  if (!(superiority >= 0 && superiority <= 1) || n_first < 1 || n_second < 1) {
    throw DomainError("Newcombe's method 5 needs a probability and at least one person in each group");
  }
  const double z = normal_quantile((1 + level) / 2);
  const double n1 = n_first;
  const double n2 = n_second;
  const double extra = (n1 + n2) / 2 - 1;
  const auto excess = [&](double theta) {
    const double variance = theta * (1 - theta) * (1 + extra * ((1 - theta) / (2 - theta) + theta / (1 + theta))) / (n1 * n2);
    return std::fabs(theta - superiority) - z * std::sqrt(std::max(0.0, variance));
  };
  // `outside` lies outside the interval, `inside` within it; halved to the last digit.
  const auto edge = [&](double outside, double inside) {
    for (int i = 0; i < 200; ++i) {
      const double middle = outside + (inside - outside) / 2;
      if (middle == outside || middle == inside) {
        break;
      }
      (excess(middle) > 0 ? outside : inside) = middle;
    }
    return outside + (inside - outside) / 2;
  };
  return {superiority == 0 ? 0 : edge(0, superiority), superiority == 1 ? 1 : edge(1, superiority), level, "Newcombe method 5"};
}

BrunnerMunzelResult brunner_munzel(std::span<const double> first, std::span<const double> second, const BrunnerMunzelOptions& options) {
  check_level(options.level);
  if (options.permutations < 1) {
    throw DomainError(fmt::format("{} permutations; at least 1 is needed", options.permutations));
  }
  const Sample one = observed(first);
  const Sample two = observed(second);
  BrunnerMunzelResult result;
  result.method = "brunner-munzel t";
  result.n_first = one.n();
  result.n_second = two.n();
  result.missing = one.missing + two.missing;
  result.interval = {nan, nan, options.level, "logit t"};
  result.interval_t = {nan, nan, options.level, "t"};
  result.interval_z = {nan, nan, options.level, "logit normal"};
  result.interval_newcombe = {nan, nan, options.level, "Newcombe method 5"};
  if (one.values.empty() || two.values.empty()) {
    result.warnings.emplace_back("a group is empty: no test");
    return result;
  }
  const Tally t = tally(one, two);
  const Placements p = placements(t.first, t.both, t.n_first, t.n_second);
  const double n1 = result.n_first;
  const double n2 = result.n_second;
  result.superiority = p.second_sum / (2 * n1 * n2);
  result.cliff_delta = (p.second_sum - n1 * n2) / (n1 * n2);
  result.interval_newcombe = newcombe_superiority(result.superiority, result.n_first, result.n_second, options.level);
  result.separated = result.superiority == 0 || result.superiority == 1;
  result.interval = result.interval_newcombe;
  if (result.n_first < 2 || result.n_second < 2) {
    result.warnings.emplace_back("under 2 values in a group: no test; interval by Newcombe's method 5");
    return result;
  }
  // Variances of the placements over the other group's size, each over its own n: the two parts of Var(superiority).
  const double part1 = p.first_spread / (n1 * (n1 - 1)) / (4 * n2 * n2 * n1);
  const double part2 = p.second_spread / (n2 * (n2 - 1)) / (4 * n1 * n1 * n2);
  result.std_error = std::sqrt(part1 + part2);
  result.statistic = statistic_of(p, n1, n2);
  if (result.std_error > 0) {
    result.df = (part1 + part2) * (part1 + part2) / (part1 * part1 / (n1 - 1) + part2 * part2 / (n2 - 1));
    result.p_t = result.p_value = t_two_sided_p(result.statistic, result.df);
    const double t_value = t_quantile((1 + options.level) / 2, result.df);
    result.interval_t.low = result.superiority - t_value * result.std_error;
    result.interval_t.high = result.superiority + t_value * result.std_error;
    result.interval = logit_interval(result.superiority, result.std_error, t_value, options.level, "logit t");
    result.interval_z =
        logit_interval(result.superiority, result.std_error, normal_quantile((1 + options.level) / 2), options.level, "logit normal");
  } else if (result.separated) {
    result.warnings.emplace_back("the groups do not overlap: p by permutation, interval by Newcombe's method 5");
  } else {
    result.p_value = 1;
    result.warnings.emplace_back("every value is the same: interval by Newcombe's method 5");
  }
  const bool small = std::min(result.n_first, result.n_second) < options.permutation_below;
  if (small || result.separated) {
    permute(t, options, result);
  }
  const bool p_says = result.p_value <= 1 - options.level;
  const bool interval_says = result.interval.low > 0.5 || result.interval.high < 0.5;
  if (p_says != interval_says) {
    result.warnings.emplace_back("p-value and interval come from different approximations and disagree about the level");
  }
  return result;
}

} // namespace canvass::stats
