#ifndef CANVASS_ENGINE_STATS_MIXED_HPP
#define CANVASS_ENGINE_STATS_MIXED_HPP

#include "engine/stats/inference.hpp"
#include "engine/stats/matrix.hpp"

#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

/// How standard errors and degrees of freedom of a mixed model's contrasts are found.
enum class DfMethod {
  satterthwaite,             ///< model SE; df by analytic derivatives and the observed information (as mmrm, lmerTest)
  kenward_roger,             ///< adjusted SE and df with the expected information (Kenward and Roger 1997; as pbkrtest)
  kenward_roger_observed,    ///< the same with the observed information (as SAS, and mmrm's "Kenward-Roger-Linear")
  kenward_roger_log_cholesky ///< mmrm's "Kenward-Roger": observed information and second derivatives of a log-Cholesky covariance.
                             ///< Its SE depends on how the covariance is parametrised; only for replication. For a random intercept: NaN
};
/// "satterthwaite", "kenward-roger", "kenward-roger observed information", "kenward-roger log-cholesky".
std::string to_string(DfMethod method);

/// A fitted linear model with correlated rows: y = X b + e, e of different people independent, covariance linear in theta, REML.
/// Everything that `contrast` and `joint_test` need is inside, so a fit can be kept and asked later.
struct MixedFit {
  std::string method;                     ///< "mmrm unstructured reml", "lmm random intercept reml"
  std::vector<double> coefficients;       ///< length p
  Matrix vcov;                            ///< p x p, generalised least squares at the REML covariance
  Matrix vcov_kenward_roger;              ///< adjusted, expected information
  Matrix vcov_kenward_roger_observed;     ///< adjusted, observed information
  Matrix vcov_kenward_roger_log_cholesky; ///< adjusted as mmrm does; 0 x 0 for a random intercept
  std::vector<double> theta;              ///< covariance parameters; see the function that fitted
  Matrix theta_vcov_observed;             ///< inverse observed information at the REML estimate
  Matrix theta_vcov_expected;             ///< inverse expected information
  std::vector<Matrix> vcov_derivatives;   ///< d vcov / d theta_k, one p x p matrix a parameter
  double log_likelihood = 0;              ///< restricted, with all constants (as nlme, lme4, mmrm)
  std::size_t n_rows = 0;                 ///< rows used
  std::size_t n_persons = 0;              ///< people with a row that was used
  std::size_t n_missing_rows = 0;         ///< rows left out because the outcome or a predictor is missing
  int iterations = 0;
  double relative_gradient = 0;      ///< Newton decrement at the end; below 1e-9 (else the fit throws)
  bool boundary = false;             ///< a variance is estimated at 0; df are those of the model without it
  std::vector<std::string> warnings; ///< sentences
};

/// l'b with its inference. l has p entries. Throws DomainError if the length is wrong or l is all 0.
Inference contrast(const MixedFit& fit, std::span<const double> weights, DfMethod method = DfMethod::satterthwaite,
                   double conf_level = 0.95);

/// All rows of L at once (q x p, full row rank): F with Satterthwaite (Fai and Cornelius, as lmerTest) or Kenward-Roger (scaled F, as
/// pbkrtest) denominator df. One row gives the square of `contrast`.
FTest joint_test(const MixedFit& fit, const Matrix& rows, DfMethod method = DfMethod::satterthwaite);

/// Random intercept per person: V = theta[0] J + theta[1] I, theta = {person variance, residual variance}. Rows with a NaN in y or in the
/// design are left out and counted. A person variance that would be negative is held at 0 (boundary, said in the warnings).
/// Throws DomainError where the data cannot bear it: nobody, fewer rows than coefficients, a design without full rank, an outcome without
/// residual variance, or nobody with two rows.
MixedFit random_intercept(const Matrix& design, std::span<const double> y, std::span<const std::size_t> person);

} // namespace canvass::stats

#endif
