#ifndef CANVASS_ENGINE_SURVEY_ORDINAL_REGRESSION_HPP
#define CANVASS_ENGINE_SURVEY_ORDINAL_REGRESSION_HPP

#include "engine/stats/inference.hpp"
#include "engine/stats/matrix.hpp"
#include "engine/survey/design.hpp"
#include "engine/survey/predictors.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace canvass::survey {

/// Proportional-odds model of ordered categories: logit P(Y <= category j) = threshold_j - x b. Positive b = higher category.
struct OrdinalRegression {
  std::vector<double> categories; ///< codes that occur, ascending
  std::vector<std::string> names; ///< of the coefficients, as Predictors::names()
  std::vector<Term> terms;
  std::vector<stats::Inference> coefficients; ///< log odds ratios
  std::vector<stats::Inference> thresholds;   ///< one fewer than categories
  stats::Matrix covariance;                   ///< coefficients, then thresholds; by the design
  stats::Matrix working_covariance;           ///< inverse information at weights of mean 1
  double deviance = 0;                        ///< at weights of mean 1
  double df_design = 0;
  double df_residual = 0; ///< df_design - coefficients
  std::size_t n = 0;
  std::size_t missing = 0;
  std::vector<std::uint8_t> used;
  int iterations = 0;
  std::string variance; ///< as GlmFit::variance
};

/// Maximum pseudo-likelihood by Newton's method to a step of 1e-11; under replicate weights fitted anew in each.
/// Same as: survey::svyolr, which stops BFGS early: it agrees to about 1e-5 (coefficients) and 2e-4 (covariance).
/// @throws DomainError as fit_glm; one category; separation
OrdinalRegression fit_ordinal(const PreparedDesign& design, std::span<const double> y, const Predictors& predictors, double level = 0.95);

/// H0: all coefficients of the named terms are 0. Same as: survey::regTermTest(svyolr, terms).
stats::FTest wald_test(const OrdinalRegression& fit, std::span<const std::string> terms);

} // namespace canvass::survey

#endif
