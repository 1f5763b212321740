#include "engine/survey/shapley.hpp"

#include "engine/core/error.hpp"
#include "engine/core/workers.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/eigen_bridge.hpp"
#include "engine/survey/irls.hpp"
#include "engine/survey/replicates.hpp"
#include "engine/survey/replication.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

using Columns = std::vector<std::vector<std::size_t>>; ///< of each group

std::vector<DriverGroup> groups_of(const Predictors& predictors, std::span<const DriverGroup> groups) {
  std::vector<DriverGroup> all(groups.begin(), groups.end());
  if (all.empty()) {
    for (const Term& term : predictors.terms()) {
      all.push_back({term.name, {term.name}});
    }
  }
  if (all.empty() || all.size() > most_drivers) {
    throw DomainError(
        fmt::format("shares of R2 are found for 1 to {} drivers or groups ({} given); put drivers into groups", most_drivers, all.size()));
  }
  for (const Term& term : predictors.terms()) {
    std::size_t times = 0;
    for (const DriverGroup& group : all) {
      times += static_cast<std::size_t>(std::count(group.terms.begin(), group.terms.end(), term.name));
    }
    if (times != 1) {
      throw DomainError(fmt::format("driver '{}' stands in {} groups; each belongs to one", term.name, times));
    }
  }
  return all;
}

/// R^2 of every set of groups (bit g = group g) from the covariances of the columns (groups' order) and, last, the outcome. Group by group
/// the columns are taken out of what follows or left: the matrices shrink as the sets multiply.
class AllModels {
public:
  AllModels(const std::vector<std::size_t>& sizes, MatrixXd covariance) : sizes_(sizes), values_(std::size_t{1} << sizes.size()) {
    original_ = covariance.diagonal();
    const Index last = covariance.rows() - 1;
    total_ = covariance(last, last);
    descend(0, 0, std::move(covariance));
  }

  [[nodiscard]] const std::vector<double>& r_squared() const noexcept { return values_; }

private:
  void descend(std::size_t group, std::size_t set, MatrixXd rest) {
    if (group == sizes_.size()) {
      values_[set] = 1 - rest(0, 0) / total_;
      return;
    }
    const auto size = static_cast<Index>(sizes_[group]);
    const Index tail = rest.rows() - size;
    descend(group + 1, set, rest.bottomRightCorner(tail, tail));
    for (Index j = 0; j < size; ++j) {
      const double pivot = rest(j, j);
      if (!(pivot > 1e-10 * original_[original_.size() - rest.rows() + j])) {
        continue; // a combination of columns that are in: nothing to gain
      }
      const VectorXd column = rest.col(j);
      rest.noalias() -= column * column.transpose() / pivot;
    }
    descend(group + 1, set | (std::size_t{1} << group), rest.bottomRightCorner(tail, tail));
  }

  const std::vector<std::size_t>& sizes_;
  std::vector<double> values_;
  VectorXd original_;
  double total_ = 0;
};

/// Shares of the groups, then R^2 of all.
std::vector<double> shares(const std::vector<std::size_t>& sizes, const MatrixXd& covariance) {
  const AllModels models(sizes, covariance);
  const std::vector<double>& value = models.r_squared();
  const std::size_t count = sizes.size();
  std::vector<double> chance(count); // of one set of this size to be what came before: size! (count - size - 1)! / count!
  for (std::size_t size = 0; size < count; ++size) {
    chance[size] = std::exp(stats::log_factorial(static_cast<double>(size)) + stats::log_factorial(static_cast<double>(count - size - 1)) -
                            stats::log_factorial(static_cast<double>(count)));
  }
  std::vector<double> result(count + 1, 0);
  for (std::size_t set = 0; set < value.size(); ++set) {
    const auto size = static_cast<std::size_t>(std::popcount(set));
    for (std::size_t g = 0; g < count; ++g) {
      if ((set >> g & 1U) == 0) {
        result[g] += chance[size] * (value[set | (std::size_t{1} << g)] - value[set]);
      }
    }
  }
  result[count] = value.back();
  return result;
}

/// Weighted covariances of the patterns' columns in the groups' order, and the outcome.
MatrixXd covariance_of(const MatrixXd& columns, const VectorXd& weights) {
  const double total = weights.sum();
  const Eigen::RowVectorXd mean = weights.transpose() * columns / total;
  MatrixXd centred = columns.rowwise() - mean;
  centred = (weights / total).cwiseSqrt().asDiagonal() * centred;
  MatrixXd result = MatrixXd::Zero(columns.cols(), columns.cols());
  result.selfadjointView<Eigen::Lower>().rankUpdate(centred.transpose());
  result.triangularView<Eigen::StrictlyUpper>() = result.transpose();
  return result;
}

/// R's type 7.
double quantile(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  const double at = p * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

stats::Interval interval_of(const Replicates& replicates, const stats::Matrix& values, std::size_t j, double estimate, double df,
                            double level) {
  std::vector<double> column(values.rows);
  for (std::size_t r = 0; r < values.rows; ++r) {
    column[r] = values(r, j);
  }
  stats::Interval interval;
  interval.level = level;
  if (replicates.method.rfind("bootstrap", 0) == 0) {
    interval.low = quantile(column, (1 - level) / 2);
    interval.high = quantile(column, (1 + level) / 2);
    interval.method = "replicate percentiles";
    return interval;
  }
  stats::Matrix one(values.rows, 1);
  one.values = column;
  const double error = std::sqrt(covariance_of_replicates(replicates, one, std::vector<double>{estimate})(0, 0));
  const double t = stats::t_quantile((1 + level) / 2, df);
  interval.low = std::max(0.0, estimate - t * error);
  interval.high = std::min(1.0, estimate + t * error);
  interval.method = "t, replicate variance";
  return interval;
}

/// Drivers that each sum adds up, as indices.
std::vector<std::vector<std::size_t>> members_of(std::span<const DriverGroup> sums, const std::vector<DriverGroup>& drivers) {
  std::vector<std::vector<std::size_t>> members;
  for (const DriverGroup& sum : sums) {
    members.emplace_back();
    for (const std::string& name : sum.terms) {
      const auto found = std::find_if(drivers.begin(), drivers.end(), [&](const DriverGroup& one) { return one.name == name; });
      if (found == drivers.end()) {
        throw DomainError(fmt::format("the sum '{}' names '{}', which is no driver", sum.name, name));
      }
      members.back().push_back(static_cast<std::size_t>(found - drivers.begin()));
    }
  }
  return members;
}

/// Everything that has an interval, from the shares of one set of weights: shares and sums, R2, then shares and sums over R2.
std::vector<double> with_sums(const std::vector<double>& shares, const std::vector<std::vector<std::size_t>>& members) {
  std::vector<double> all(shares.begin(), shares.end() - 1);
  for (const std::vector<std::size_t>& of_sum : members) {
    double sum = 0;
    for (const std::size_t driver : of_sum) {
      sum += shares[driver];
    }
    all.push_back(sum);
  }
  const std::size_t count = all.size();
  all.push_back(shares.back());
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(all[i] / shares.back());
  }
  return all;
}

} // namespace

ShapleyShares shapley_shares(const PreparedDesign& design, std::span<const double> y, const Predictors& predictors,
                             std::span<const DriverGroup> groups, const Replicates* replicates, double level,
                             std::span<const DriverGroup> sums) {
  if (!(level > 0 && level < 1)) {
    throw DomainError(fmt::format("a confidence level lies between 0 and 1 ({} was given)", level));
  }
  const std::vector<DriverGroup> drivers = groups_of(predictors, groups);
  const irls::Patterns patterns = irls::make_patterns(design, Family::gaussian, y, predictors);
  MatrixXd columns(patterns.z.rows(), patterns.z.cols()); // the drivers' columns, then the outcome in the place of the constant
  std::vector<std::size_t> sizes;
  Index next = 0;
  for (const DriverGroup& group : drivers) {
    const std::vector<std::size_t> of_group = predictors.columns_of(group.terms);
    sizes.push_back(of_group.size());
    for (const std::size_t column : of_group) {
      columns.col(next++) = patterns.z.col(static_cast<Index>(column) + 1);
    }
  }
  columns.col(next) = patterns.y;

  ShapleyShares result;
  result.n = patterns.n;
  result.missing = patterns.missing;
  const std::vector<std::vector<std::size_t>> members = members_of(sums, drivers);
  const std::vector<double> whole =
      with_sums(shares(sizes, covariance_of(columns, irls::pattern_weights(patterns, design.weights()))), members);
  const std::size_t count = drivers.size() + sums.size();
  result.r_squared = whole[count];
  const stats::Interval none = {stats::nan, stats::nan, level, "no replicates"};
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& name = i < drivers.size() ? drivers[i].name : sums[i - drivers.size()].name;
    (i < drivers.size() ? result.drivers : result.sums).push_back({name, whole[i], whole[count + 1 + i], none, none});
  }
  result.r_squared_interval = none;
  const Replicates* used = replicates != nullptr ? replicates : design.replicates();
  if (used == nullptr) {
    return result;
  }
  Design replicated;
  replicated.weights = design.weights();
  replicated.replicates = std::shared_ptr<const Replicates>(std::shared_ptr<const Replicates>(), used); // looks, does not own
  stats::Matrix values(used->count, whole.size());
  for_blocks(used->count, design.threads(), [&](std::size_t r) {
    const VectorXd weights = irls::pattern_weights(patterns, replicate_weights(replicated, r));
    const std::vector<double> of_replicate = with_sums(shares(sizes, covariance_of(columns, weights)), members);
    std::copy(of_replicate.begin(), of_replicate.end(), values.values.begin() + static_cast<std::ptrdiff_t>(r * values.columns));
  });
  const double df = used == design.replicates() ? design.replicate_df() : used->df > 0 ? used->df : replicate_rank(replicated) - 1;
  for (std::size_t i = 0; i < count; ++i) {
    ShapleyShare& one = i < drivers.size() ? result.drivers[i] : result.sums[i - drivers.size()];
    one.interval = interval_of(*used, values, i, whole[i], df, level);
    one.of_explained_interval = interval_of(*used, values, count + 1 + i, whole[count + 1 + i], df, level);
  }
  result.r_squared_interval = interval_of(*used, values, count, result.r_squared, df, level);
  return result;
}

} // namespace canvass::survey
