#ifndef CANVASS_ENGINE_SURVEY_GLM_TESTS_HPP
#define CANVASS_ENGINE_SURVEY_GLM_TESTS_HPP

#include "engine/stats/inference.hpp"
#include "engine/survey/glm.hpp"
#include "engine/survey/quadratic_forms.hpp"

#include <span>
#include <string>
#include <vector>

namespace canvass::survey {

/// H0: all coefficients of the named terms are 0. F with (their number, df_residual).
/// Same as: survey::regTermTest(model, terms). @throws DomainError a name that the model lacks; a covariance that is singular (more
/// coefficients than the design has degrees of freedom)
stats::FTest wald_test(const GlmFit& fit, std::span<const std::string> terms);

/// A test whose null distribution is a weighted sum of chi-squares.
struct WorkingTest {
  double chi2 = 0;            ///< of the working model, as if the sample were simple random
  std::vector<double> lambda; ///< generalised design effects, largest first: the weights of the sum
  double statistic = 0;       ///< chi2 over the sum of lambda: near 1 under H0
  double df1 = 0;             ///< number of coefficients
  double df2 = 0;             ///< df_residual
  double p_value = 0;
};

/// Rao-Scott working likelihood-ratio test of the same hypothesis. The smaller model is fitted to the rows of the full one.
/// Same as: survey::regTermTest(model, terms, method = "LRT"). Source: Lumley and Scott 2014.
WorkingTest likelihood_ratio_test(const PreparedDesign& design, std::span<const double> y, const Predictors& predictors, const GlmFit& fit,
                                  std::span<const std::string> terms, TailMethod tail = TailMethod::saddlepoint);

/// Score test from the model without the named terms: `pseudo` by the covariance of the scores, F with (their number, df_residual);
/// `working` by the working model's information with a Rao-Scott correction (satterthwaite).
/// Source: Rao, Scott and Skinner 1998. Same as: survey::svyscoretest(drop.terms = ), but the package refers the pseudo-score to F
/// without dividing it by its number of coefficients; here it is divided.
struct ScoreTest {
  stats::FTest pseudo;
  WorkingTest working;
};
ScoreTest score_test(const PreparedDesign& design, std::span<const double> y, const Predictors& predictors, const GlmFit& fit,
                     std::span<const std::string> terms);

/// Shares of the null deviance explained. Gaussian: all three are R^2.
/// Same as: survey::psrsq(method = "Cox-Snell" / "Nagelkerke"); McFadden's is 1 - deviance / null deviance.
struct PseudoR2 {
  double cox_snell = 0;
  double nagelkerke = 0;
  double mcfadden = 0;
};
PseudoR2 pseudo_r2(const GlmFit& fit);

/// AIC with the number of coefficients multiplied by their mean design effect. Same as: survey:::AIC.svyglm (4.5).
/// Source: Lumley and Scott 2015.
struct DesignAic {
  double effective_parameters = 0;
  double aic = 0;
  double mean_effect = 0; ///< NaN without predictors
};
DesignAic design_aic(const PreparedDesign& design, std::span<const double> y, const GlmFit& fit);

} // namespace canvass::survey

#endif
