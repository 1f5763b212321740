#ifndef CANVASS_ENGINE_SURVEY_GLM_HPP
#define CANVASS_ENGINE_SURVEY_GLM_HPP

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

/// Outcome and link: a number (identity), 0/1 (logit), a count (log).
enum class Family { gaussian, logistic, poisson };

/// A weighted generalised linear model of a finite population. Entry 0 of coefficients, names and covariance is the constant; entry
/// 1 + j is column j of the predictors.
struct GlmFit {
  Family family = Family::gaussian;
  std::vector<std::string> names; ///< "(constant)", then as Predictors::names()
  std::vector<Term> terms;
  std::vector<stats::Inference> coefficients;
  stats::Matrix covariance;         ///< by the design
  stats::Matrix working_covariance; ///< inverse information at weights of mean 1, dispersion 1: what the working likelihood believes
  double df_design = 0;             ///< of the rows that count
  double df_residual = 0;           ///< df_design + 1 - coefficients; not above 0: no p and no interval
  double deviance = 0;              ///< at weights of mean 1
  double null_deviance = 0;         ///< of the model with the constant only, on the same rows
  double mean_weight = 0;           ///< of the rows that count
  double sum_weights = 0;           ///< the same rows
  std::size_t n = 0;                ///< rows that count: complete, weight above 0
  std::size_t missing = 0;          ///< rows with a weight but without outcome or a predictor: kept in the design
  std::vector<std::uint8_t> used;   ///< by row
  std::vector<double> fitted;       ///< mean by row; NaN where not used
  int iterations = 0;
  std::string variance; ///< "Taylor linearisation" or "replicate weights (JK1)"
};

/// Maximum pseudo-likelihood by Newton's method (canonical links), until the step is below 1e-11 of a standardised coefficient.
/// y: by row, NaN = missing; logistic needs 0 or 1, Poisson values of 0 or more. Variance: totals of the linearised scores by the
/// design, or, where the design has replicates, the model fitted anew under each of them.
/// Source: Binder 1983. Same as: survey::svyglm(family = gaussian / quasibinomial / quasipoisson). Reference: tests/survey/glm_test.cpp.
/// @throws DomainError nobody, a constant outcome, an outcome outside the family, a predictor that is constant or a combination of
/// others, separation (names the columns), rows <= coefficients, a replicate in which the model has no estimate
GlmFit fit_glm(const PreparedDesign& design, Family family, std::span<const double> y, const Predictors& predictors, double level = 0.95);

} // namespace canvass::survey

#endif
