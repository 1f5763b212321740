#ifndef CANVASS_ENGINE_SURVEY_IRLS_HPP
#define CANVASS_ENGINE_SURVEY_IRLS_HPP

#include "engine/survey/glm.hpp"

#include <Eigen/Dense>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// The numerical core of the models, shared by glm.cpp and its tests and effects. For .cpp files of this layer.
namespace canvass::survey::irls {

/// Complete rows of a model. Rows that agree in everything are one pattern, so that a fit under new weights costs no more than there
/// are different answers. Columns are centred and brought to standard deviation 1: normal equations keep their digits.
struct Patterns {
  Eigen::MatrixXd z;                ///< patterns x (1 + columns); first column 1
  Eigen::VectorXd y;                ///< outcome of each
  std::vector<std::int32_t> of_row; ///< pattern of each row, -1 = not used
  Eigen::MatrixXd back;             ///< coefficients of the columns as given = back * coefficients of z
  std::vector<std::string> names;   ///< with "(constant)"
  std::size_t n = 0;
  std::size_t missing = 0;
};

/// @throws DomainError as fit_glm
Patterns make_patterns(const PreparedDesign& design, Family family, std::span<const double> y, const Predictors& predictors);

/// Sum of `weights` (by row) over the rows of each pattern.
Eigen::VectorXd pattern_weights(const Patterns& patterns, std::span<const double> weights);

struct Step {
  Eigen::VectorXd mean;     ///< of each pattern
  Eigen::VectorXd variance; ///< working variance of each
  double deviance = 0;
};
Step evaluate(const Patterns& patterns, const Eigen::VectorXd& weights, Family family, const Eigen::VectorXd& coefficients);

/// Z' W V Z.
Eigen::MatrixXd information(const Patterns& patterns, const Eigen::VectorXd& weights, const Eigen::VectorXd& variance);

struct Fit {
  Eigen::VectorXd coefficients; ///< of z
  Eigen::MatrixXd inverse;      ///< of the information
  Step last;
  int iterations = 0;
};
/// @throws DomainError separation, no convergence
Fit newton(const Patterns& patterns, const Eigen::VectorXd& weights, Family family, const Eigen::VectorXd& start);
/// The model with the constant only, as a start.
Eigen::VectorXd null_coefficients(const Patterns& patterns, const Eigen::VectorXd& weights, Family family);

} // namespace canvass::survey::irls

#endif
