#include "engine/survey/group_tests.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/eigen_bridge.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/glm.hpp"
#include "engine/survey/quadratic.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>
#include <vector>

namespace canvass::survey {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using stats::index;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void check_lengths(const PreparedDesign& design, std::size_t outcomes, std::size_t groups) {
  if (outcomes != design.rows() || groups != design.rows()) {
    throw DomainError(fmt::format("a test of {} outcomes in {} groups does not fit {} rows of the design; give one a row", outcomes, groups,
                                  design.rows()));
  }
}

/// Estimated population rank of each of the rows, over the sum of their weights; ties share the mean of theirs.
std::vector<double> relative_ranks(const PreparedDesign& design, std::span<const double> y, const std::vector<std::size_t>& rows,
                                   RankTies ties) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return y[rows[a]] < y[rows[b]]; });
  std::vector<double> ranks(rows.size());
  double below = 0;
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    const double start = below;
    double sum = 0; // of (weights up to and with this one, less half of it), which R averages over the tied rows
    for (; to < order.size() && y[rows[order[to]]] == y[rows[order[from]]]; ++to) {
      const double weight = design.weights()[rows[order[to]]];
      sum += below + weight / 2;
      below += weight;
    }
    for (std::size_t i = from; i < to; ++i) {
      ranks[order[i]] = ties == RankTies::middle ? (start + below) / 2 : sum / static_cast<double>(to - from);
    }
    from = to;
  }
  for (double& rank : ranks) {
    rank /= below;
  }
  return ranks;
}

} // namespace

MeanTest one_sample_t(const PreparedDesign& design, std::span<const double> y, double reference, DfRule rule, double level) {
  check_lengths(design, y.size(), y.size());
  stats::Matrix column(y.size(), 1);
  std::copy(y.begin(), y.end(), column.values.begin());
  const Estimates mean = means(design, column);
  if (mean.n[0] == 0) {
    throw DomainError("nobody has the outcome of the test");
  }
  if (!(mean.std_error(0) > 0)) {
    throw DomainError(
        fmt::format("the outcome is {} for all {} people who count; a mean without variance cannot be tested", mean.values[0], mean.n[0]));
  }
  MeanTest test;
  test.method = "one-sample t under the design";
  test.mean_first = mean.values[0];
  test.mean_second = nan;
  test.n = mean.n[0];
  test.missing = mean.missing[0];
  double df = mean.df[0];
  if (rule == DfRule::r_survey) {
    std::vector<std::uint8_t> member(y.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      member[i] = std::isnan(y[i]) ? 0 : 1;
    }
    df = degrees_of_freedom(design, member, rule) - 1;
  }
  test.difference = stats::inference_from(mean.values[0] - reference, mean.std_error(0), df, level);
  return test;
}

MeanTest two_sample_t(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> group, double level) {
  check_lengths(design, y.size(), group.size());
  for (const std::int32_t number : group) {
    if (number < -1 || number > 1) {
      throw DomainError(fmt::format("group number {} stands in a test of two groups; 0, 1 and -1 (neither) are allowed", number));
    }
  }
  std::vector<double> x(group.size());
  std::size_t members[2] = {0, 0};
  for (std::size_t i = 0; i < group.size(); ++i) {
    x[i] = group[i] < 0 ? nan : static_cast<double>(group[i]);
    if (group[i] >= 0 && design.weights()[i] > 0 && !std::isnan(y[i])) {
      ++members[group[i]];
    }
  }
  if (members[0] == 0 || members[1] == 0) {
    throw DomainError(fmt::format("nobody in group {} has the outcome; two groups are needed", members[0] == 0 ? 0 : 1));
  }
  Predictors two(design.rows());
  two.add_number("group", x);
  const GlmFit fit = fit_glm(design, Family::gaussian, y, two, level);
  MeanTest test;
  test.method = "t of two groups under the design";
  test.difference = fit.coefficients[1];
  test.mean_first = fit.coefficients[0].estimate;
  test.mean_second = test.mean_first + test.difference.estimate;
  test.n = fit.n;
  test.missing = fit.missing;
  return test;
}

RankTest rank_test(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> group, RankScore score,
                   RankTies ties) {
  check_lengths(design, y.size(), group.size());
  RankTest test;
  std::vector<std::size_t> rows;
  std::vector<std::int32_t> levels;
  std::vector<std::uint8_t> member(y.size(), 0);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!(design.weights()[i] > 0)) {
      continue;
    }
    if (group[i] < 0 || std::isnan(y[i])) {
      ++test.missing;
      continue;
    }
    rows.push_back(i);
    levels.push_back(group[i]);
    member[i] = 1;
  }
  test.n = rows.size();
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  if (levels.size() < 2) {
    throw DomainError(fmt::format("a rank test needs two groups or more; {} have an outcome", levels.size()));
  }
  std::vector<double> scores = relative_ranks(design, y, rows, ties);
  if (std::all_of(scores.begin(), scores.end(), [&](double rank) { return rank == scores.front(); })) {
    throw DomainError(fmt::format("all {} answers are the same; they cannot be ranked", rows.size()));
  }
  const double top = *std::max_element(scores.begin(), scores.end());
  for (double& value : scores) {
    if (score == RankScore::van_der_waerden) {
      value = stats::normal_quantile(value);
    } else if (score == RankScore::median) {
      value = value > 0.5 ? 1 : 0;
    }
  }
  if (score == RankScore::median && std::adjacent_find(scores.begin(), scores.end(), std::not_equal_to<>()) == scores.end()) {
    throw DomainError(
        fmt::format("no answer lies beyond the median's ties (highest relative rank {:.3f}); the median test cannot be made", top));
  }
  std::vector<double> weight(levels.size(), 0);
  std::vector<double> mean(levels.size(), 0);
  std::vector<std::size_t> at(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    at[i] = static_cast<std::size_t>(std::lower_bound(levels.begin(), levels.end(), group[rows[i]]) - levels.begin());
    weight[at[i]] += design.weights()[rows[i]];
    mean[at[i]] += design.weights()[rows[i]] * scores[i];
  }
  for (std::size_t g = 0; g < levels.size(); ++g) {
    mean[g] /= weight[g];
  }
  // Influence of each person on (mean of group g) - (mean of group 0).
  const std::size_t k = levels.size() - 1;
  stats::Matrix influence(design.rows(), k);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double own = design.weights()[rows[i]] * (scores[i] - mean[at[i]]) / weight[at[i]];
    for (std::size_t j = 0; j < k; ++j) {
      influence(rows[i], j) = at[i] == j + 1 ? own : at[i] == 0 ? -own : 0;
    }
  }
  const MatrixXd covariance = stats::to_eigen(covariance_of_totals(design, influence));
  VectorXd difference(index(k));
  for (std::size_t j = 0; j < k; ++j) {
    difference[index(j)] = mean[j + 1] - mean[0];
  }
  test.df1 = static_cast<double>(k);
  test.df2 = degrees_of_freedom(design, member) - test.df1;
  const char* name = score == RankScore::wilcoxon ? (k == 1 ? "Wilcoxon" : "Kruskal-Wallis")
                     : score == RankScore::median ? "median"
                                                  : "van der Waerden";
  test.method = fmt::format("{} test under the design", name);
  if (k == 1) {
    test.difference = difference[0];
    test.std_error = std::sqrt(covariance(0, 0));
    test.statistic = test.difference / test.std_error;
    test.p_value = stats::t_two_sided_p(test.statistic, test.df2);
    return test;
  }
  test.difference = test.std_error = nan;
  test.statistic = quadratic(covariance, difference);
  test.p_value = stats::f_sf(test.statistic / test.df1, test.df1, test.df2);
  return test;
}

} // namespace canvass::survey
