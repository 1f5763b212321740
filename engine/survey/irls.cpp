#include "engine/survey/irls.hpp"

#include "engine/core/error.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <unordered_map>

namespace canvass::survey::irls {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Index index(std::size_t i) {
  return static_cast<Index>(i);
}

std::uint64_t mixed(std::uint64_t hash, double value) {
  const double plain = value == 0 ? 0.0 : value; // -0 and 0 are one value
  hash ^= std::bit_cast<std::uint64_t>(plain) + 0x9e3779b97f4a7c15ULL + (hash << 6U) + (hash >> 2U);
  return hash * 0xff51afd7ed558ccdULL;
}

void check_outcome(Family family, double y) {
  if (std::isinf(y)) {
    throw DomainError("an outcome is infinite; only numbers or missing values are allowed");
  }
  if (family == Family::logistic && y != 0 && y != 1) {
    throw DomainError(fmt::format("an outcome of a logistic model is {}; only 0 and 1 are allowed", y));
  }
  if (family == Family::poisson && y < 0) {
    throw DomainError(fmt::format("an outcome of a Poisson model is {}; only counts of 0 or more are allowed", y));
  }
}

/// First rows of the patterns, and the pattern of each row, in the order in which they come.
std::vector<std::size_t> find_patterns(const PreparedDesign& design, Family family, std::span<const double> y, const Predictors& predictors,
                                       Patterns& found) {
  std::vector<std::size_t> first;
  std::unordered_multimap<std::uint64_t, std::int32_t> known;
  found.of_row.assign(y.size(), -1);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!(design.weights()[i] > 0)) {
      continue;
    }
    bool complete = !std::isnan(y[i]);
    for (std::size_t j = 0; j < predictors.columns() && complete; ++j) {
      complete = !std::isnan(predictors.column(j)[i]);
    }
    if (!complete) {
      ++found.missing;
      continue;
    }
    check_outcome(family, y[i]);
    ++found.n;
    std::uint64_t hash = mixed(0, y[i]);
    for (std::size_t j = 0; j < predictors.columns(); ++j) {
      hash = mixed(hash, predictors.column(j)[i]);
    }
    const auto same = [&](std::size_t other) {
      bool equal = y[other] == y[i];
      for (std::size_t j = 0; j < predictors.columns() && equal; ++j) {
        equal = predictors.column(j)[other] == predictors.column(j)[i];
      }
      return equal;
    };
    std::int32_t pattern = -1;
    const auto range = known.equal_range(hash);
    for (auto it = range.first; it != range.second && pattern < 0; ++it) {
      pattern = same(first[static_cast<std::size_t>(it->second)]) ? it->second : -1;
    }
    if (pattern < 0) {
      pattern = static_cast<std::int32_t>(first.size());
      known.emplace(hash, pattern);
      first.push_back(i);
    }
    found.of_row[i] = pattern;
  }
  return first;
}

void standardise(Patterns& patterns, const VectorXd& weights) {
  const Index p = patterns.z.cols();
  patterns.back = MatrixXd::Identity(p, p);
  const double total = weights.sum();
  for (Index j = 1; j < p; ++j) {
    auto column = patterns.z.col(j);
    const double low = column.minCoeff();
    if (low == column.maxCoeff()) {
      throw DomainError(fmt::format("predictor '{}' is {} for everybody; its coefficient cannot be found, leave it out",
                                    patterns.names[static_cast<std::size_t>(j)], low));
    }
    const double mean = weights.dot(column) / total;
    column.array() -= mean;
    const double sd = std::sqrt(weights.dot(column.cwiseAbs2()) / total);
    column /= sd;
    patterns.back(j, j) = 1 / sd;
    patterns.back(0, j) = -mean / sd;
  }
}

/// Cholesky's factor of the correlations, pivot by pivot: a pivot is 1 - R^2 of a column on those before it.
void check_rank(const Patterns& patterns, const VectorXd& weights) {
  const Index p = patterns.z.cols();
  const MatrixXd r = patterns.z.transpose() * (weights / weights.sum()).asDiagonal() * patterns.z;
  MatrixXd l = MatrixXd::Zero(p, p);
  for (Index j = 0; j < p; ++j) {
    const double pivot = r(j, j) - l.row(j).head(j).squaredNorm();
    if (!(pivot > 1e-11)) {
      throw DomainError(fmt::format("predictor '{}' is a combination of those before it; its coefficient cannot be found, leave one out",
                                    patterns.names[static_cast<std::size_t>(j)]));
    }
    l(j, j) = std::sqrt(pivot);
    for (Index i = j + 1; i < p; ++i) {
      l(i, j) = (r(i, j) - l.row(i).head(j).dot(l.row(j).head(j))) / l(j, j);
    }
  }
}

double log1p_exp(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

/// The columns along which the coefficients run away, if the step is a direction that never makes the fit of anybody worse.
std::string separating(const Patterns& patterns, const VectorXd& weights, Family family, const VectorXd& step) {
  const VectorXd change = patterns.z * step;
  const double most = change.cwiseAbs().maxCoeff();
  bool some = false;
  for (Index i = 0; i < change.size(); ++i) {
    if (!(weights[i] > 0)) {
      continue;
    }
    double gain = 0;
    if (family == Family::logistic) {
      gain = patterns.y[i] > 0 ? change[i] : -change[i];
    } else { // Poisson: counts of 0 may run to minus infinity, others have to stay
      gain = patterns.y[i] > 0 ? -std::abs(change[i]) : -change[i];
    }
    if (gain < -1e-4 * most) {
      return {};
    }
    some = some || gain > 1e-2 * most;
  }
  if (!some) {
    return {};
  }
  std::string text;
  const double largest = step.tail(step.size() - 1).cwiseAbs().maxCoeff();
  for (Index j = 1; j < step.size(); ++j) {
    if (std::abs(step[j]) > 1e-2 * largest) {
      text += (text.empty() ? "'" : ", '") + patterns.names[static_cast<std::size_t>(j)] + "'";
    }
  }
  return text;
}

/// `step`: the last one; `way`: all of them together. Under quasi-complete separation the step goes on for ever in one direction; under
/// complete separation it drowns in rounding, but the way separates.
[[noreturn]] void give_up(const Patterns& patterns, const VectorXd& weights, Family family, const VectorXd& step, const VectorXd& way) {
  std::string columns;
  if (family != Family::gaussian && step.size() > 1) {
    columns = separating(patterns, weights, family, step);
    columns = columns.empty() ? separating(patterns, weights, family, way) : columns;
  }
  if (!columns.empty()) {
    throw DomainError(fmt::format("the outcome is separated by {}: for some values everybody has the same outcome, and no finite "
                                  "coefficient exists; join levels or leave the predictor out",
                                  columns));
  }
  throw DomainError("the model found no estimate (its steps do not become small); fewer or rescaled predictors are needed");
}

/// Far out every step leads a little further along a direction that separates, until rounding hides that it does and an error comes out
/// that means nothing: nobody's chance is one in a hundred million.
void refuse_running_away(const Patterns& patterns, const VectorXd& weights, Family family, const VectorXd& coefficients,
                         const VectorXd& step) {
  constexpr double far_out = 18;
  if (family == Family::gaussian || coefficients.size() < 2 || !((patterns.z * coefficients).cwiseAbs().maxCoeff() > far_out)) {
    return;
  }
  if (!separating(patterns, weights, family, step).empty()) {
    give_up(patterns, weights, family, step, coefficients);
  }
}

} // namespace

Patterns make_patterns(const PreparedDesign& design, Family family, std::span<const double> y, const Predictors& predictors) {
  if (y.size() != design.rows() || predictors.rows() != design.rows()) {
    throw DomainError(fmt::format("the model has {} outcomes and {} rows of predictors for {} rows of the design; give one a row", y.size(),
                                  predictors.rows(), design.rows()));
  }
  Patterns patterns;
  patterns.names = {"(constant)"};
  patterns.names.insert(patterns.names.end(), predictors.names().begin(), predictors.names().end());
  const std::vector<std::size_t> first = find_patterns(design, family, y, predictors, patterns);
  const std::size_t p = 1 + predictors.columns();
  if (patterns.n == 0) {
    throw DomainError(fmt::format("nobody can enter the model: {} rows have no outcome or miss a predictor", patterns.missing));
  }
  patterns.z.resize(index(first.size()), index(p));
  patterns.y.resize(index(first.size()));
  for (std::size_t k = 0; k < first.size(); ++k) {
    patterns.y[index(k)] = y[first[k]];
    patterns.z(index(k), 0) = 1;
    for (std::size_t j = 1; j < p; ++j) {
      patterns.z(index(k), index(j)) = predictors.column(j - 1)[first[k]];
    }
  }
  if (patterns.y.minCoeff() == patterns.y.maxCoeff()) {
    throw DomainError(fmt::format("the outcome is {} for all {} people who count; a model needs two values", patterns.y[0], patterns.n));
  }
  if (patterns.n <= p) {
    throw DomainError(fmt::format("{} people cannot carry {} coefficients; fewer predictors are needed", patterns.n, p));
  }
  const VectorXd weights = pattern_weights(patterns, design.weights());
  standardise(patterns, weights);
  check_rank(patterns, weights);
  return patterns;
}

VectorXd pattern_weights(const Patterns& patterns, std::span<const double> weights) {
  VectorXd sums = VectorXd::Zero(patterns.y.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (patterns.of_row[i] >= 0) {
      sums[patterns.of_row[i]] += weights[i];
    }
  }
  return sums;
}

Step evaluate(const Patterns& patterns, const VectorXd& weights, Family family, const VectorXd& coefficients) {
  const VectorXd eta = patterns.z * coefficients;
  Step step;
  step.mean.resize(eta.size());
  step.variance.resize(eta.size());
  for (Index i = 0; i < eta.size(); ++i) {
    const double y = patterns.y[i];
    double unit = 0; // deviance of one
    switch (family) {
    case Family::gaussian:
      step.mean[i] = eta[i];
      step.variance[i] = 1;
      unit = (y - eta[i]) * (y - eta[i]);
      break;
    case Family::logistic: {
      const double small = std::exp(-std::abs(eta[i]));
      step.mean[i] = eta[i] > 0 ? 1 / (1 + small) : small / (1 + small);
      step.variance[i] = small / ((1 + small) * (1 + small));
      unit = 2 * log1p_exp(y > 0 ? -eta[i] : eta[i]);
      break;
    }
    case Family::poisson:
      step.mean[i] = std::exp(eta[i]);
      step.variance[i] = step.mean[i];
      unit = 2 * ((y > 0 ? y * (std::log(y) - eta[i]) : 0.0) - (y - step.mean[i]));
      break;
    }
    step.deviance += weights[i] * unit;
  }
  return step;
}

MatrixXd information(const Patterns& patterns, const VectorXd& weights, const VectorXd& variance) {
  const VectorXd root = weights.cwiseProduct(variance).cwiseSqrt();
  const MatrixXd scaled = root.asDiagonal() * patterns.z;
  MatrixXd result = MatrixXd::Zero(patterns.z.cols(), patterns.z.cols());
  result.selfadjointView<Eigen::Lower>().rankUpdate(scaled.transpose());
  result.triangularView<Eigen::StrictlyUpper>() = result.transpose();
  return result;
}

VectorXd null_coefficients(const Patterns& patterns, const VectorXd& weights, Family family) {
  VectorXd start = VectorXd::Zero(patterns.z.cols());
  const double mean = weights.dot(patterns.y) / weights.sum();
  start[0] = family == Family::gaussian ? mean : family == Family::logistic ? std::log(mean / (1 - mean)) : std::log(mean);
  return start;
}

Fit newton(const Patterns& patterns, const VectorXd& weights, Family family, const VectorXd& start) {
  Fit fit;
  fit.coefficients = start;
  fit.last = evaluate(patterns, weights, family, start);
  VectorXd step = VectorXd::Zero(start.size());
  for (int iteration = 1; iteration <= 40; ++iteration) {
    const MatrixXd info = information(patterns, weights, fit.last.variance);
    const VectorXd score = patterns.z.transpose() * weights.cwiseProduct(patterns.y - fit.last.mean);
    const Eigen::LLT<MatrixXd> factor(info);
    if (factor.info() != Eigen::Success || !(factor.matrixLLT().diagonal().minCoeff() > 1e-11 * std::sqrt(weights.sum()))) {
      give_up(patterns, weights, family, step, fit.coefficients - start);
    }
    step = factor.solve(score);
    double part = 1;
    Step next = evaluate(patterns, weights, family, fit.coefficients + step);
    for (int halved = 0; halved < 30 && !(next.deviance <= fit.last.deviance * (1 + 1e-9) + 1e-12); ++halved) {
      part /= 2;
      next = evaluate(patterns, weights, family, fit.coefficients + part * step);
    }
    fit.coefficients += part * step;
    fit.last = std::move(next);
    fit.iterations = iteration;
    refuse_running_away(patterns, weights, family, fit.coefficients, step);
    const double tolerance = 1e-11 * std::max(1.0, fit.coefficients.cwiseAbs().maxCoeff());
    if (part == 1 && step.cwiseAbs().maxCoeff() <= tolerance) {
      const Index p = start.size();
      fit.inverse = Eigen::LLT<MatrixXd>(information(patterns, weights, fit.last.variance)).solve(MatrixXd::Identity(p, p));
      return fit;
    }
  }
  give_up(patterns, weights, family, step, fit.coefficients - start);
}

} // namespace canvass::survey::irls
