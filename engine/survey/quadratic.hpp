#ifndef CANVASS_ENGINE_SURVEY_QUADRATIC_HPP
#define CANVASS_ENGINE_SURVEY_QUADRATIC_HPP

#include "engine/stats/inference.hpp"
#include "engine/stats/matrix.hpp"
#include "engine/survey/predictors.hpp"

#include <Eigen/Dense>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// Small algebra of tests. For .cpp files of this layer.
namespace canvass::survey {

/// Positions of the coefficients of the named terms, when the first column's stands at `offset`.
/// @throws DomainError no name, a name that is not there
std::vector<std::size_t> coefficients_of(std::span<const Term> model, std::span<const std::string> terms, std::size_t offset);

Eigen::MatrixXd part_of(const stats::Matrix& m, const std::vector<std::size_t>& rows);

/// t' V^-1 t, on correlations, so that the units of the numbers do not matter. @throws DomainError V singular
double quadratic(const Eigen::MatrixXd& covariance, const Eigen::VectorXd& t);

/// Wald's F that the `chosen` of the estimates are all 0. @throws DomainError their covariance is singular
stats::FTest wald_of(std::span<const stats::Inference> estimates, const stats::Matrix& covariance, const std::vector<std::size_t>& chosen,
                     double df);

/// Eigenvalues of believed^-1 real, largest first; those that are zero by rounding leave. @throws DomainError nothing is left
std::vector<double> generalised_effects(const Eigen::MatrixXd& real, const Eigen::MatrixXd& believed);

} // namespace canvass::survey

#endif
