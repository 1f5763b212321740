#include "engine/survey/ordinal_regression.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/cumulative.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/eigen_bridge.hpp"
#include "engine/survey/irls.hpp"
#include "engine/survey/quadratic.hpp"
#include "engine/survey/replication.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <utility>

namespace canvass::survey {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using stats::index;
using stats::cumulative::log_probability;
using stats::cumulative::LogProbability;

/// Patterns of complete rows with the number of each one's category. Parameters: slopes of the standardised columns, then thresholds.
struct Problem {
  irls::Patterns patterns;
  std::vector<double> categories;
  std::vector<Index> category;
  Index slopes = 0;
  Index thresholds = 0;
};

Problem make_problem(const PreparedDesign& design, std::span<const double> y, const Predictors& predictors) {
  Problem problem;
  problem.patterns = irls::make_patterns(design, Family::gaussian, y, predictors);
  const VectorXd& codes = problem.patterns.y;
  problem.categories.assign(codes.data(), codes.data() + codes.size());
  std::sort(problem.categories.begin(), problem.categories.end());
  problem.categories.erase(std::unique(problem.categories.begin(), problem.categories.end()), problem.categories.end());
  for (const double code : codes) {
    problem.category.push_back(std::lower_bound(problem.categories.begin(), problem.categories.end(), code) - problem.categories.begin());
  }
  problem.slopes = problem.patterns.z.cols() - 1;
  problem.thresholds = index(problem.categories.size()) - 1;
  return problem;
}

VectorXd linear_predictor(const Problem& problem, const VectorXd& parameters) {
  return problem.patterns.z.rightCols(problem.slopes) * parameters.head(problem.slopes);
}

/// Log probability of a pattern's category with derivatives by its two ends.
LogProbability at(const Problem& problem, const VectorXd& parameters, const VectorXd& eta, Index k) {
  const Index c = problem.category[static_cast<std::size_t>(k)];
  const bool has_upper = c < problem.thresholds;
  const bool has_lower = c > 0;
  return log_probability(has_upper, has_upper ? parameters[problem.slopes + c] - eta[k] : 0, has_lower,
                         has_lower ? parameters[problem.slopes + c - 1] - eta[k] : 0);
}

double log_likelihood(const Problem& problem, const VectorXd& weights, const VectorXd& parameters) {
  const VectorXd eta = linear_predictor(problem, parameters);
  double sum = 0;
  for (Index k = 0; k < weights.size(); ++k) {
    sum += weights[k] > 0 ? weights[k] * at(problem, parameters, eta, k).value : 0;
  }
  return sum;
}

/// Derivatives of each pattern's log probability by the parameters: patterns x parameters.
MatrixXd scores_of(const Problem& problem, const VectorXd& parameters) {
  const VectorXd eta = linear_predictor(problem, parameters);
  MatrixXd scores = MatrixXd::Zero(eta.size(), parameters.size());
  VectorXd by_eta(eta.size());
  for (Index k = 0; k < eta.size(); ++k) {
    const LogProbability p = at(problem, parameters, eta, k);
    by_eta[k] = -(p.by_upper + p.by_lower);
    const Index c = problem.category[static_cast<std::size_t>(k)];
    if (c < problem.thresholds) {
      scores(k, problem.slopes + c) = p.by_upper;
    }
    if (c > 0) {
      scores(k, problem.slopes + c - 1) = p.by_lower;
    }
  }
  scores.leftCols(problem.slopes) = by_eta.asDiagonal() * problem.patterns.z.rightCols(problem.slopes);
  return scores;
}

struct Derivatives {
  VectorXd score;
  MatrixXd information; ///< minus the second derivatives
};

Derivatives derivatives(const Problem& problem, const VectorXd& weights, const VectorXd& parameters) {
  const Index size = parameters.size();
  const VectorXd eta = linear_predictor(problem, parameters);
  Derivatives d{VectorXd::Zero(size), MatrixXd::Zero(size, size)};
  VectorXd by_eta = VectorXd::Zero(eta.size());                    // score of the linear predictor
  VectorXd bend = VectorXd::Zero(eta.size());                      // its information
  MatrixXd mixed = MatrixXd::Zero(eta.size(), problem.thresholds); // its information with each threshold
  for (Index k = 0; k < eta.size(); ++k) {
    if (!(weights[k] > 0)) {
      continue;
    }
    const LogProbability p = at(problem, parameters, eta, k);
    const double w = weights[k];
    const Index c = problem.category[static_cast<std::size_t>(k)];
    const Index upper = problem.slopes + c;
    const Index lower = upper - 1;
    by_eta[k] = -w * (p.by_upper + p.by_lower);
    bend[k] = -w * (p.upper_upper + 2 * p.upper_lower + p.lower_lower);
    if (c < problem.thresholds) {
      d.score[upper] += w * p.by_upper;
      d.information(upper, upper) -= w * p.upper_upper;
      mixed(k, c) = w * (p.upper_upper + p.upper_lower);
    }
    if (c > 0) {
      d.score[lower] += w * p.by_lower;
      d.information(lower, lower) -= w * p.lower_lower;
      mixed(k, c - 1) = w * (p.lower_lower + p.upper_lower);
      if (c < problem.thresholds) {
        d.information(lower, upper) -= w * p.upper_lower;
      }
    }
  }
  const auto z = problem.patterns.z.rightCols(problem.slopes);
  const MatrixXd root = bend.cwiseMax(0).cwiseSqrt().asDiagonal() * z;
  d.score.head(problem.slopes) = z.transpose() * by_eta;
  d.information.topLeftCorner(problem.slopes, problem.slopes).noalias() = root.transpose() * root;
  d.information.topRightCorner(problem.slopes, problem.thresholds).noalias() = z.transpose() * mixed;
  d.information.triangularView<Eigen::StrictlyLower>() = d.information.transpose();
  return d;
}

/// Columns along which the estimate runs away: a direction that moves nobody's ends the wrong way.
std::string separating(const Problem& problem, const VectorXd& weights, const VectorXd& way) {
  double most = 0;
  double worst = 0;
  for (Index k = 0; k < weights.size(); ++k) {
    if (!(weights[k] > 0)) {
      continue;
    }
    const double eta = problem.patterns.z.row(k).tail(problem.slopes).dot(way.head(problem.slopes));
    const Index c = problem.category[static_cast<std::size_t>(k)];
    for (const double gain :
         {c < problem.thresholds ? way[problem.slopes + c] - eta : 0.0, c > 0 ? eta - way[problem.slopes + c - 1] : 0.0}) {
      most = std::max(most, gain);
      worst = std::min(worst, gain);
    }
  }
  std::string text;
  if (most > 0 && worst > -1e-4 * most && problem.slopes > 0) {
    const double largest = way.head(problem.slopes).cwiseAbs().maxCoeff();
    for (Index j = 0; j < problem.slopes; ++j) {
      if (std::abs(way[j]) > 1e-2 * largest) {
        text += (text.empty() ? "'" : ", '") + problem.patterns.names[static_cast<std::size_t>(j) + 1] + "'";
      }
    }
  }
  return text;
}

[[noreturn]] void give_up(const Problem& problem, const VectorXd& weights, const VectorXd& step, const VectorXd& way) {
  std::string columns = separating(problem, weights, step);
  columns = columns.empty() ? separating(problem, weights, way) : columns;
  if (!columns.empty()) {
    throw DomainError(fmt::format("the ordered outcome is separated by {}: no finite coefficient exists; join levels or leave the "
                                  "predictor out",
                                  columns));
  }
  throw DomainError("the ordinal model found no estimate (its steps do not become small); fewer predictors or categories are needed");
}

VectorXd null_parameters(const Problem& problem, const VectorXd& weights) {
  VectorXd share = VectorXd::Zero(problem.thresholds + 1);
  for (Index k = 0; k < weights.size(); ++k) {
    share[problem.category[static_cast<std::size_t>(k)]] += weights[k] / weights.sum();
  }
  VectorXd parameters = VectorXd::Zero(problem.slopes + problem.thresholds);
  double below = 0;
  for (Index j = 0; j < problem.thresholds; ++j) {
    below += share[j];
    parameters[problem.slopes + j] = std::log(below / (1 - below));
  }
  return parameters;
}

struct Solution {
  VectorXd parameters;
  MatrixXd inverse;
  double log_likelihood = 0;
  int iterations = 0;
};

Solution newton(const Problem& problem, const VectorXd& weights, const VectorXd& start) {
  Solution s;
  s.parameters = start;
  s.log_likelihood = log_likelihood(problem, weights, start);
  VectorXd step = VectorXd::Zero(start.size());
  for (s.iterations = 1; s.iterations <= 60; ++s.iterations) {
    const Derivatives d = derivatives(problem, weights, s.parameters);
    const Eigen::LLT<MatrixXd> factor(d.information);
    if (factor.info() != Eigen::Success || !(factor.matrixLLT().diagonal().minCoeff() > 1e-11 * std::sqrt(weights.sum()))) {
      give_up(problem, weights, step, s.parameters - start);
    }
    step = factor.solve(d.score);
    double part = 1;
    double next = log_likelihood(problem, weights, s.parameters + step);
    for (int halved = 0; halved < 40 && !(next >= s.log_likelihood - 1e-9 * std::abs(s.log_likelihood)); ++halved) {
      part /= 2;
      next = log_likelihood(problem, weights, s.parameters + part * step);
    }
    s.parameters += part * step;
    s.log_likelihood = next;
    constexpr double far_out = 18; // further on rounding hides that the way never ends
    if (problem.slopes > 0 &&
        (problem.patterns.z.rightCols(problem.slopes) * s.parameters.head(problem.slopes)).cwiseAbs().maxCoeff() > far_out &&
        !separating(problem, weights, step).empty()) {
      give_up(problem, weights, step, s.parameters - start);
    }
    if (part == 1 && step.cwiseAbs().maxCoeff() <= 1e-11 * std::max(1.0, s.parameters.cwiseAbs().maxCoeff())) {
      s.inverse = Eigen::LLT<MatrixXd>(derivatives(problem, weights, s.parameters).information)
                      .solve(MatrixXd::Identity(start.size(), start.size()));
      return s;
    }
  }
  give_up(problem, weights, step, s.parameters - start);
}

/// Parameters of the columns as given = back * parameters of the standardised ones.
MatrixXd back_of(const Problem& problem) {
  MatrixXd back = MatrixXd::Identity(problem.slopes + problem.thresholds, problem.slopes + problem.thresholds);
  for (Index j = 0; j < problem.slopes; ++j) {
    back(j, j) = problem.patterns.back(j + 1, j + 1);
    back.col(j).tail(problem.thresholds).setConstant(-problem.patterns.back(0, j + 1));
  }
  return back;
}

stats::Matrix linearised(const PreparedDesign& design, const Problem& problem, const Solution& solution, const MatrixXd& back) {
  const MatrixXd influence = scores_of(problem, solution.parameters) * (solution.inverse * back.transpose());
  stats::Matrix scores(design.rows(), static_cast<std::size_t>(influence.cols()));
  for (std::size_t i = 0; i < design.rows(); ++i) {
    const Index k = problem.patterns.of_row[i];
    for (std::size_t j = 0; k >= 0 && j < scores.columns; ++j) {
      scores(i, j) = design.weights()[i] * influence(k, index(j));
    }
  }
  return scores;
}

stats::Matrix refitted(const PreparedDesign& design, const Problem& problem, const Solution& solution, const MatrixXd& back) {
  const Replicates& replicates = *design.replicates();
  stats::Matrix estimates(replicates.count, static_cast<std::size_t>(solution.parameters.size()));
  for (std::size_t r = 0; r < replicates.count; ++r) {
    const VectorXd weights = irls::pattern_weights(problem.patterns, replicate_weights(design.design(), r));
    VectorXd parameters;
    try {
      parameters = back * newton(problem, weights, solution.parameters).parameters;
    } catch (const DomainError& error) {
      throw DomainError(fmt::format("in replicate {} of {}: {}", r + 1, replicates.count, error.what()));
    }
    for (std::size_t j = 0; j < estimates.columns; ++j) {
      estimates(r, j) = parameters[index(j)];
    }
  }
  return covariance_of_replicates(replicates, estimates, stats::from_eigen_vector(back * solution.parameters));
}

} // namespace

OrdinalRegression fit_ordinal(const PreparedDesign& design, std::span<const double> y, const Predictors& predictors, double level) {
  const Problem problem = make_problem(design, y, predictors);
  const VectorXd weights = irls::pattern_weights(problem.patterns, design.weights());
  const Solution solution = newton(problem, weights, null_parameters(problem, weights));
  const MatrixXd back = back_of(problem);
  const double mean_weight = weights.sum() / static_cast<double>(problem.patterns.n);

  OrdinalRegression result;
  result.categories = problem.categories;
  result.names = predictors.names();
  result.terms = predictors.terms();
  result.n = problem.patterns.n;
  result.missing = problem.patterns.missing;
  result.iterations = solution.iterations;
  result.deviance = -2 * solution.log_likelihood / mean_weight;
  result.working_covariance = stats::from_eigen(back * solution.inverse * back.transpose() * mean_weight);
  result.used.resize(design.rows());
  for (std::size_t i = 0; i < design.rows(); ++i) {
    result.used[i] = problem.patterns.of_row[i] >= 0 ? 1 : 0;
  }
  result.df_design = degrees_of_freedom(design, result.used);
  result.df_residual = result.df_design - static_cast<double>(result.names.size());
  if (design.replicates() != nullptr) {
    result.covariance = refitted(design, problem, solution, back);
    result.variance = fmt::format("replicate weights ({})", design.replicates()->method.empty() ? "given" : design.replicates()->method);
  } else {
    result.covariance = covariance_of_totals(design, linearised(design, problem, solution, back));
    result.variance = "Taylor linearisation";
  }
  const VectorXd parameters = back * solution.parameters;
  for (std::size_t j = 0; j < result.covariance.rows; ++j) {
    const stats::Inference one = stats::inference_from(parameters[index(j)], std::sqrt(result.covariance(j, j)), result.df_residual, level);
    (j < result.names.size() ? result.coefficients : result.thresholds).push_back(one);
  }
  return result;
}

stats::FTest wald_test(const OrdinalRegression& fit, std::span<const std::string> terms) {
  return wald_of(fit.coefficients, fit.covariance, coefficients_of(fit.terms, terms, 0), fit.df_residual);
}

} // namespace canvass::survey
