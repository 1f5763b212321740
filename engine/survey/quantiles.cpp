#include "engine/survey/quantiles.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/result.hpp"
#include "engine/survey/domain_facts.hpp"
#include "engine/survey/replication.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace canvass::survey {

namespace {

constexpr std::array<std::pair<QuantileRule, std::string_view>, 12> rules = {{{QuantileRule::math, "math"},
                                                                              {QuantileRule::school, "school"},
                                                                              {QuantileRule::shahvaish, "shahvaish"},
                                                                              {QuantileRule::hf1, "hf1"},
                                                                              {QuantileRule::hf2, "hf2"},
                                                                              {QuantileRule::hf3, "hf3"},
                                                                              {QuantileRule::hf4, "hf4"},
                                                                              {QuantileRule::hf5, "hf5"},
                                                                              {QuantileRule::hf6, "hf6"},
                                                                              {QuantileRule::hf7, "hf7"},
                                                                              {QuantileRule::hf8, "hf8"},
                                                                              {QuantileRule::hf9, "hf9"}}};
constexpr std::array<std::pair<QuantileInterval, std::string_view>, 6> intervals = {{{QuantileInterval::mean, "mean"},
                                                                                     {QuantileInterval::beta, "beta"},
                                                                                     {QuantileInterval::xlogit, "xlogit"},
                                                                                     {QuantileInterval::asin, "asin"},
                                                                                     {QuantileInterval::score, "score"},
                                                                                     {QuantileInterval::replicates, "replicates"}}};

/// Outcomes in order with the weight at or below.
struct Distribution {
  std::vector<double> x;
  std::vector<double> w;
  std::vector<double> cumulated;
  double weight = 0;
  double same = 0; ///< shares nearer than this are one
  [[nodiscard]] double share(std::size_t i) const { return cumulated[i] / weight; }
};

Distribution distribution(std::span<const double> y, std::span<const double> weights, const QuantileOptions& options) {
  const bool join_ties = options.rule == QuantileRule::hf3;
  std::vector<std::size_t> order;
  for (std::size_t row = 0; row < y.size(); ++row) {
    if (weights[row] > 0 && !std::isnan(y[row])) {
      order.push_back(row);
    }
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return y[a] < y[b]; });
  Distribution result;
  result.same = options.same_share;
  long double sum = 0; // as R sums, so that the same rounding decides where `same_share` is 0
  for (const std::size_t row : order) {
    sum += static_cast<long double>(weights[row]);
    if (join_ties && !result.x.empty() && result.x.back() == y[row]) {
      result.w.back() += weights[row];
      result.cumulated.back() = static_cast<double>(sum);
      continue;
    }
    result.x.push_back(y[row]);
    result.w.push_back(weights[row]);
    result.cumulated.push_back(static_cast<double>(sum));
  }
  result.weight = static_cast<double>(sum);
  return result;
}

/// Between points (at, value), at ascending: straight lines, flat beyond the ends; `step` keeps the value on the left.
double between(const std::vector<double>& at, const std::vector<double>& value, double p, bool step) {
  const auto above = static_cast<std::size_t>(std::upper_bound(at.begin(), at.end(), p) - at.begin());
  if (above == 0) {
    return value.front();
  }
  if (above == at.size()) {
    return value.back();
  }
  const double width = at[above] - at[above - 1];
  return step || width <= 0 ? value[above - 1] : value[above - 1] + (value[above] - value[above - 1]) * (p - at[above - 1]) / width;
}

/// Rules that read off the steps of the distribution.
double on_steps(const Distribution& of, double p, QuantileRule rule) {
  // Steps wholly at or below p, counted from 1; 0: p is inside the first.
  const auto below = static_cast<std::size_t>(std::upper_bound(of.cumulated.begin(), of.cumulated.end(), (p + of.same) * of.weight) -
                                              of.cumulated.begin());
  if (below == 0) {
    return of.x.front();
  }
  if (below == of.x.size()) {
    return of.x.back();
  }
  const double low = of.x[below - 1];
  const double high = of.x[below];
  const bool exactly = std::abs(p - of.share(below - 1)) <= of.same;
  switch (rule) {
  case QuantileRule::school:
  case QuantileRule::hf2: return exactly ? (low + high) / 2 : high;
  case QuantileRule::hf3: return exactly && below % 2 == 0 ? low : high;
  case QuantileRule::hf4: return low + (high - low) * std::max(0.0, p - of.share(below - 1)) / (of.share(below) - of.share(below - 1));
  default: return exactly ? low : high;
  }
}

/// Where each outcome stands on the scale of p, for the rules that draw lines between outcomes.
std::vector<double> places(const Distribution& of, QuantileRule rule) {
  const std::size_t n = of.x.size();
  const double last = of.w.back() / of.weight;
  std::vector<double> at(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double share = of.share(i);
    const double before = i == 0 ? 0 : of.share(i - 1);
    switch (rule) {
    case QuantileRule::shahvaish: // as R survey has it: the half step is in people, not in shares
      at[i] = (share * static_cast<double>(n) + 0.5 - of.w[i] / 2) / static_cast<double>(n + 1);
      break;
    case QuantileRule::hf5: at[i] = (before + share) / 2; break;
    case QuantileRule::hf6: at[i] = share / (1 + last); break;
    case QuantileRule::hf7: at[i] = n > 1 ? before / of.share(n - 2) : 0; break;
    case QuantileRule::hf8: at[i] = (before + 2 * share) / 3 / (1 + last / 3); break;
    default: at[i] = (before * 3 + share * 5) / 8 / (1 + last / 4);
    }
  }
  return at;
}

double read_off(const Distribution& of, double p, QuantileRule rule) {
  if (of.x.empty()) {
    return stats::nan;
  }
  switch (rule) {
  case QuantileRule::math:
  case QuantileRule::school:
  case QuantileRule::hf1:
  case QuantileRule::hf2:
  case QuantileRule::hf3:
  case QuantileRule::hf4: return on_steps(of, p, rule);
  default: break;
  }
  std::vector<double> at = places(of, rule);
  if (rule != QuantileRule::shahvaish) {
    return between(at, of.x, p, false);
  }
  std::vector<std::size_t> order(at.size()); // unequal weights may turn the places round
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return at[a] < at[b]; });
  std::vector<double> sorted;
  std::vector<double> value;
  std::size_t tied = 0;
  for (const std::size_t i : order) { // places at one point share the mean of their outcomes
    if (!sorted.empty() && at[i] - sorted.back() <= of.same) {
      ++tied;
      value.back() += (of.x[i] - value.back()) / static_cast<double>(tied + 1);
      continue;
    }
    tied = 0;
    sorted.push_back(at[i]);
    value.push_back(of.x[i]);
  }
  return between(sorted, value, p + of.same, true);
}

struct Limits {
  double low = stats::nan;
  double high = stats::nan;
};

/// Interval of the share at or below a quantile.
Limits share_interval(double share, double std_error, double t, double df_all, double n, double level, QuantileInterval kind) {
  switch (kind) {
  case QuantileInterval::beta: {
    const double ratio = stats::t_quantile((1 - level) / 2, n - 1) / stats::t_quantile((1 - level) / 2, df_all);
    const double effective = share * (1 - share) / (std_error * std_error) * ratio * ratio;
    return {stats::beta_quantile((1 - level) / 2, effective * share, effective * (1 - share) + 1),
            stats::beta_quantile((1 + level) / 2, effective * share + 1, effective * (1 - share))};
  }
  case QuantileInterval::xlogit: {
    const double middle = std::log(share / (1 - share));
    const double half = t * std_error / (share * (1 - share));
    return {1 / (1 + std::exp(half - middle)), 1 / (1 + std::exp(-half - middle))};
  }
  case QuantileInterval::asin: {
    const double middle = std::asin(std::sqrt(share));
    const double half = t * std_error / (2 * std::sqrt(share * (1 - share)));
    const double low = std::sin(middle - half);
    const double high = std::sin(middle + half);
    return {low * low, high * high};
  }
  default: return {share - t * std_error, share + t * std_error};
  }
}

class Woodruff {
public:
  Woodruff(const PreparedDesign& design, std::span<const double> y, const QuantileOptions& options)
      : design_(design), y_(y), options_(options), distribution_(distribution(y, design.weights(), options)) {}

  [[nodiscard]] const Distribution& whole() const { return distribution_; }

  /// Share at or below q with its error: its scores are centred on the share itself, which is not quite p.
  [[nodiscard]] Estimates share_below(double q) const {
    stats::Matrix below(y_.size(), 1);
    for (std::size_t row = 0; row < y_.size(); ++row) {
      below.values[row] = std::isnan(y_[row]) ? stats::nan : y_[row] <= q ? 1 : 0;
    }
    return means(design_, below);
  }

  [[nodiscard]] Limits limits(double q, double t, double df) const {
    const Estimates share = share_below(q);
    const Limits of_share =
        share_interval(share.values[0], share.std_error(0), t, df, static_cast<double>(share.n[0]), options_.level, options_.interval);
    Limits result; // the same rule as the quantile's
    if (of_share.low >= 0) {
      result.low = read_off(distribution_, of_share.low, options_.rule);
    }
    if (of_share.high <= 1) {
      result.high = read_off(distribution_, of_share.high, options_.rule);
    }
    return result;
  }

  /// The outcomes whose share at or below is not told from p.
  [[nodiscard]] Limits inverted(double p, double t) const {
    const auto first = [&](double side) {
      std::size_t from = 0;
      std::size_t to = distribution_.x.size();
      while (from < to) {
        const std::size_t middle = (from + to) / 2;
        const Estimates share = share_below(distribution_.x[middle]);
        if (share.values[0] + side * t * share.std_error(0) >= p - options_.same_share) {
          to = middle;
        } else {
          from = middle + 1;
        }
      }
      return from < distribution_.x.size() ? distribution_.x[from] : stats::nan;
    };
    return {first(1), first(-1)};
  }

private:
  const PreparedDesign& design_;
  std::span<const double> y_;
  const QuantileOptions& options_;
  Distribution distribution_;
};

void from_replicates(const PreparedDesign& design, std::span<const double> y, const QuantileOptions& options, double t,
                     std::vector<Quantile>& found) {
  const std::size_t count = design.replicates()->count;
  stats::Matrix values(count, found.size());
  std::vector<double> full;
  for (const Quantile& quantile : found) {
    full.push_back(quantile.value);
  }
  for (std::size_t r = 0; r < count; ++r) {
    const Distribution of = distribution(y, replicate_weights(design.design(), r), options);
    for (std::size_t i = 0; i < found.size(); ++i) {
      values(r, i) = read_off(of, found[i].p, options.rule);
    }
  }
  const stats::Matrix covariance = covariance_of_replicates(*design.replicates(), values, full);
  for (std::size_t i = 0; i < found.size(); ++i) {
    found[i].std_error = std::sqrt(covariance(i, i));
    found[i].low = found[i].value - t * found[i].std_error;
    found[i].high = found[i].value + t * found[i].std_error;
  }
}

template <class Table> auto value_of(const Table& table, std::string_view name) {
  using Value = typename Table::value_type::first_type;
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.second == name; });
  return found == table.end() ? std::optional<Value>() : std::optional<Value>(found->first);
}

} // namespace

std::string_view name_of(QuantileRule rule) {
  return rules[static_cast<std::size_t>(rule)].second;
}

std::string_view name_of(QuantileInterval interval) {
  return intervals[static_cast<std::size_t>(interval)].second;
}

std::optional<QuantileRule> quantile_rule(std::string_view name) {
  return value_of(rules, name);
}

std::optional<QuantileInterval> quantile_interval(std::string_view name) {
  return value_of(intervals, name);
}

std::vector<Quantile> quantiles(const PreparedDesign& design, std::span<const double> y, std::span<const double> probabilities,
                                const QuantileOptions& options) {
  check_rows(design, y.size());
  for (const double p : probabilities) {
    if (!(p >= 0 && p <= 1)) {
      throw DomainError(fmt::format("a quantile is asked for at a share between 0 and 1 ({} was given)", p));
    }
  }
  if (!(options.level > 0 && options.level < 1)) {
    throw DomainError(fmt::format("a confidence level lies between 0 and 1 ({} was given)", options.level));
  }
  if (options.interval == QuantileInterval::replicates && design.replicates() == nullptr) {
    throw DomainError("an interval from replicates needs a design with replicate weights; make them, or take another interval");
  }
  const DomainFacts facts = domain_facts(design, y, std::vector<std::int32_t>(y.size(), 0), 1).front();
  const Woodruff woodruff(design, y, options);
  const double t = facts.df >= 1 ? stats::t_quantile(0.5 + options.level / 2, facts.df) : stats::nan;
  std::vector<Quantile> found;
  for (const double p : probabilities) {
    Quantile quantile{p, read_off(woodruff.whole(), p, options.rule), stats::nan, stats::nan, stats::nan, facts.df, facts.n, facts.missing};
    if (facts.n > 0 && facts.df >= 1 && options.interval != QuantileInterval::replicates) {
      const Limits limits =
          options.interval == QuantileInterval::score ? woodruff.inverted(p, t) : woodruff.limits(quantile.value, t, facts.df);
      quantile.low = limits.low;
      quantile.high = limits.high;
      quantile.std_error = (limits.high - limits.low) / (2 * t);
    }
    found.push_back(quantile);
  }
  if (options.interval == QuantileInterval::replicates && facts.n > 0) {
    from_replicates(design, y, options, t, found);
  }
  return found;
}

} // namespace canvass::survey
