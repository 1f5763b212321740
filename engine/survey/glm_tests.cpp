#include "engine/survey/glm_tests.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/eigen_bridge.hpp"
#include "engine/survey/irls.hpp"
#include "engine/survey/quadratic.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numbers>

namespace canvass::survey {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using stats::index;

WorkingTest working(double chi2, std::vector<double> lambda, std::size_t count, double df, TailMethod tail) {
  WorkingTest test;
  test.chi2 = chi2;
  double sum = 0;
  for (const double value : lambda) {
    sum += value;
  }
  test.statistic = chi2 / sum;
  test.df1 = static_cast<double>(count);
  test.df2 = df;
  test.p_value = weighted_chi2_sf(chi2, lambda, df, tail);
  test.lambda = std::move(lambda);
  return test;
}

std::vector<double> only_used(const GlmFit& fit, std::span<const double> y) {
  if (y.size() != fit.used.size()) {
    throw DomainError(fmt::format("{} outcomes are given for a model of {} rows", y.size(), fit.used.size()));
  }
  std::vector<double> kept(y.begin(), y.end());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (fit.used[i] == 0) {
      kept[i] = std::numeric_limits<double>::quiet_NaN();
    }
  }
  return kept;
}

} // namespace

stats::FTest wald_test(const GlmFit& fit, std::span<const std::string> terms) {
  return wald_of(fit.coefficients, fit.covariance, coefficients_of(fit.terms, terms, 1), fit.df_residual);
}

WorkingTest likelihood_ratio_test(const PreparedDesign& design, std::span<const double> y, const Predictors& predictors, const GlmFit& fit,
                                  std::span<const std::string> terms, TailMethod tail) {
  const std::vector<std::size_t> chosen = coefficients_of(fit.terms, terms, 1);
  const std::vector<double> kept = only_used(fit, y);
  const irls::Patterns patterns = irls::make_patterns(design, fit.family, kept, predictors.without(terms));
  const VectorXd weights = irls::pattern_weights(patterns, design.weights());
  const irls::Fit null = irls::newton(patterns, weights, fit.family, irls::null_coefficients(patterns, weights, fit.family));
  const double chi2 = null.last.deviance / fit.mean_weight - fit.deviance;
  std::vector<double> lambda = generalised_effects(part_of(fit.covariance, chosen), part_of(fit.working_covariance, chosen));
  return working(chi2, std::move(lambda), chosen.size(), fit.df_residual, tail);
}

ScoreTest score_test(const PreparedDesign& design, std::span<const double> y, const Predictors& predictors, const GlmFit& fit,
                     std::span<const std::string> terms) {
  const std::vector<std::size_t> chosen = coefficients_of(fit.terms, terms, 1);
  const std::vector<double> kept = only_used(fit, y);
  const irls::Patterns small = irls::make_patterns(design, fit.family, kept, predictors.without(terms));
  const VectorXd small_weights = irls::pattern_weights(small, design.weights());
  const irls::Fit null = irls::newton(small, small_weights, fit.family, irls::null_coefficients(small, small_weights, fit.family));

  const irls::Patterns full = irls::make_patterns(design, fit.family, kept, predictors);
  const VectorXd weights = irls::pattern_weights(full, design.weights());
  VectorXd mean(full.y.size());
  VectorXd variance(full.y.size());
  for (std::size_t i = 0; i < design.rows(); ++i) {
    if (full.of_row[i] >= 0) {
      mean[full.of_row[i]] = null.last.mean[small.of_row[i]];
      variance[full.of_row[i]] = null.last.variance[small.of_row[i]];
    }
  }
  const MatrixXd info = irls::information(full, weights, variance);
  std::vector<Index> out;
  std::vector<Index> in;
  for (std::size_t j = 0; j < fit.names.size(); ++j) {
    (std::find(chosen.begin(), chosen.end(), j) != chosen.end() ? out : in).push_back(index(j));
  }
  const MatrixXd info_in = info(in, in);
  const MatrixXd info_out_in = info(out, in);
  const MatrixXd onto = Eigen::LLT<MatrixXd>(info_in).solve(info_out_in.transpose());           // in x out
  const MatrixXd direction = MatrixXd(full.z(Eigen::all, out)) - full.z(Eigen::all, in) * onto; // scores free of the other coefficients
  const MatrixXd believed = info(out, out) - info_out_in * onto;

  stats::Matrix scores(design.rows(), chosen.size());
  VectorXd total = VectorXd::Zero(index(chosen.size()));
  for (std::size_t i = 0; i < design.rows(); ++i) {
    const Index k = full.of_row[i];
    if (k < 0) {
      continue;
    }
    const double residual = design.weights()[i] * (full.y[k] - mean[k]);
    for (std::size_t j = 0; j < chosen.size(); ++j) {
      scores(i, j) = residual * direction(k, index(j));
      total[index(j)] += scores(i, j);
    }
  }
  const MatrixXd covariance = stats::to_eigen(covariance_of_totals(design, scores));
  ScoreTest test;
  test.pseudo.df1 = static_cast<double>(chosen.size());
  test.pseudo.df2 = fit.df_residual;
  test.pseudo.statistic = quadratic(covariance, total) / test.pseudo.df1;
  test.pseudo.p_value = stats::f_sf(test.pseudo.statistic, test.pseudo.df1, test.pseudo.df2);
  const double dispersion = fit.family == Family::gaussian ? fit.deviance / static_cast<double>(fit.n) : 1.0;
  const double unit = dispersion * fit.mean_weight;
  const double chi2 = total.dot(Eigen::LLT<MatrixXd>(believed).solve(total)) / unit;
  test.working = working(chi2, generalised_effects(covariance / unit, believed), chosen.size(), fit.df_residual, TailMethod::satterthwaite);
  return test;
}

PseudoR2 pseudo_r2(const GlmFit& fit) {
  PseudoR2 share;
  share.mcfadden = 1 - fit.deviance / fit.null_deviance;
  if (fit.family == Family::gaussian) {
    share.cox_snell = share.nagelkerke = share.mcfadden;
    return share;
  }
  const auto n = static_cast<double>(fit.n);
  share.cox_snell = -std::expm1((fit.deviance - fit.null_deviance) / n);
  share.nagelkerke = share.cox_snell / -std::expm1(-fit.null_deviance / n);
  return share;
}

DesignAic design_aic(const PreparedDesign& design, std::span<const double> y, const GlmFit& fit) {
  const std::size_t p = fit.names.size();
  std::vector<std::size_t> chosen;
  for (std::size_t j = 1; j < p; ++j) {
    chosen.push_back(j);
  }
  double sum = 0;
  auto count = static_cast<double>(chosen.size());
  const auto n = static_cast<double>(fit.n);
  const double variance = fit.deviance / n;
  if (!chosen.empty()) {
    const MatrixXd believed = part_of(fit.working_covariance, chosen) * (fit.family == Family::gaussian ? variance : 1.0);
    sum = Eigen::LDLT<MatrixXd>(believed).solve(part_of(fit.covariance, chosen)).trace();
  }
  DesignAic result;
  double minus_two = fit.deviance;
  if (fit.family == Family::gaussian) { // the variance is a parameter too
    double square = 0;
    for (std::size_t i = 0; i < fit.used.size(); ++i) {
      if (fit.used[i] != 0) {
        const double residual = y[i] - fit.fitted[i];
        const double score = -1 / (2 * variance) + residual * residual / (2 * variance * variance);
        square += design.weights()[i] / fit.mean_weight * score * score;
      }
    }
    sum += n / (2 * variance * variance) / square;
    count += 1;
    minus_two = n * std::log(variance) + n + n * std::log(2 * std::numbers::pi);
  }
  result.effective_parameters = sum;
  result.aic = minus_two + 2 * sum;
  result.mean_effect = count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
  return result;
}

} // namespace canvass::survey
