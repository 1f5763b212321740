#include "engine/survey/glm.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/eigen_bridge.hpp"
#include "engine/survey/irls.hpp"
#include "engine/survey/replication.hpp"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace canvass::survey {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using stats::index;

/// w (y - mean) x A^-1, row by row: their total has the variance of the coefficients.
stats::Matrix linearised(const PreparedDesign& design, const irls::Patterns& patterns, const irls::Fit& fit) {
  const MatrixXd direction = patterns.z * fit.inverse * patterns.back.transpose();
  const std::size_t p = static_cast<std::size_t>(direction.cols());
  stats::Matrix scores(design.rows(), p);
  for (std::size_t i = 0; i < design.rows(); ++i) {
    const Eigen::Index k = patterns.of_row[i];
    if (k < 0) {
      continue;
    }
    const double residual = design.weights()[i] * (patterns.y[k] - fit.last.mean[k]);
    for (std::size_t j = 0; j < p; ++j) {
      scores(i, j) = residual * direction(k, index(j));
    }
  }
  return scores;
}

stats::Matrix refitted(const PreparedDesign& design, const irls::Patterns& patterns, const irls::Fit& fit, Family family) {
  const Replicates& replicates = *design.replicates();
  stats::Matrix estimates(replicates.count, static_cast<std::size_t>(fit.coefficients.size()));
  for (std::size_t r = 0; r < replicates.count; ++r) {
    const VectorXd weights = irls::pattern_weights(patterns, replicate_weights(design.design(), r));
    VectorXd coefficients;
    try {
      coefficients = patterns.back * irls::newton(patterns, weights, family, fit.coefficients).coefficients;
    } catch (const DomainError& error) {
      throw DomainError(fmt::format("in replicate {} of {}: {}", r + 1, replicates.count, error.what()));
    }
    for (std::size_t j = 0; j < estimates.columns; ++j) {
      estimates(r, j) = coefficients[index(j)];
    }
  }
  return covariance_of_replicates(replicates, estimates, stats::from_eigen_vector(patterns.back * fit.coefficients));
}

} // namespace

GlmFit fit_glm(const PreparedDesign& design, Family family, std::span<const double> y, const Predictors& predictors, double level) {
  const irls::Patterns patterns = irls::make_patterns(design, family, y, predictors);
  const VectorXd weights = irls::pattern_weights(patterns, design.weights());
  const VectorXd start = irls::null_coefficients(patterns, weights, family);
  const irls::Fit fit = irls::newton(patterns, weights, family, start);

  GlmFit result;
  result.family = family;
  result.names = patterns.names;
  result.terms = predictors.terms();
  result.n = patterns.n;
  result.missing = patterns.missing;
  result.iterations = fit.iterations;
  result.sum_weights = weights.sum();
  result.mean_weight = weights.sum() / static_cast<double>(patterns.n);
  result.deviance = fit.last.deviance / result.mean_weight;
  result.null_deviance = irls::evaluate(patterns, weights, family, start).deviance / result.mean_weight;
  result.working_covariance = stats::from_eigen(patterns.back * fit.inverse * patterns.back.transpose() * result.mean_weight);
  result.used.resize(design.rows());
  result.fitted.assign(design.rows(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < design.rows(); ++i) {
    if (patterns.of_row[i] >= 0) {
      result.used[i] = 1;
      result.fitted[i] = fit.last.mean[patterns.of_row[i]];
    }
  }
  result.df_design = degrees_of_freedom(design, result.used);
  result.df_residual = result.df_design + 1 - static_cast<double>(result.names.size());
  if (design.replicates() != nullptr) {
    result.covariance = refitted(design, patterns, fit, family);
    result.variance = fmt::format("replicate weights ({})", design.replicates()->method.empty() ? "given" : design.replicates()->method);
  } else {
    result.covariance = covariance_of_totals(design, linearised(design, patterns, fit));
    result.variance = "Taylor linearisation";
  }
  const VectorXd coefficients = patterns.back * fit.coefficients;
  for (std::size_t j = 0; j < result.names.size(); ++j) {
    result.coefficients.push_back(
        stats::inference_from(coefficients[index(j)], std::sqrt(result.covariance(j, j)), result.df_residual, level));
  }
  return result;
}

} // namespace canvass::survey
