#ifndef CANVASS_ENGINE_STATS_REML_HPP
#define CANVASS_ENGINE_STATS_REML_HPP

#include "engine/stats/mixed.hpp"

#include <Eigen/Dense>
#include <functional>
#include <span>
#include <string>
#include <vector>

/// Restricted maximum likelihood for people with correlated rows; the ground under mixed.hpp and mmrm.hpp. For .cpp files of this layer.
namespace canvass::stats::reml {

/// People whose design rows and waves are the same: all but their outcomes is computed once.
struct Group {
  Eigen::MatrixXd x;                  ///< rows x p
  std::vector<std::size_t> waves;     ///< wave of each row (0, 1, 2 ... where waves do not matter)
  Eigen::MatrixXd y;                  ///< rows x people
  std::vector<Eigen::MatrixXd> basis; ///< V = sum theta_k basis[k]
};

struct Problem {
  std::vector<Group> groups;
  Eigen::Index p = 0;
  std::size_t n_rows = 0;
  std::size_t n_persons = 0;
  std::size_t n_missing_rows = 0;
};

/// Sorts rows into people and groups; rows with a NaN leave. `waves_matter` says whether `wave` decides the covariance.
/// Throws DomainError: lengths differ, no row, rows <= columns, a dependent column, a person twice in a wave.
Problem make_problem(const Matrix& design, std::span<const double> y, std::span<const std::size_t> person,
                     std::span<const std::size_t> wave, bool waves_matter);

/// Least-squares residuals in the shape of the groups: where a search starts.
std::vector<Eigen::MatrixXd> least_squares_residuals(const Problem& problem);

struct Evaluation {
  bool ok = false; ///< false: a covariance is not positive definite
  double log_likelihood = 0;
  Eigen::VectorXd beta;
  Eigen::MatrixXd phi;      ///< (X'V^-1X)^-1
  Eigen::VectorXd gradient; ///< with respect to theta
  Eigen::MatrixXd observed; ///< minus second derivatives
  Eigen::MatrixXd expected;
  std::vector<Eigen::MatrixXd> p_matrices; ///< X'V^-1 V_k V^-1 X
};

Evaluation evaluate(const Problem& problem, const Eigen::VectorXd& theta, bool with_derivatives);

/// theta as a function of free parameters: keeps the covariance positive definite during the search.
struct Map {
  std::function<Eigen::VectorXd(const Eigen::VectorXd& free)> theta;
  std::function<Eigen::MatrixXd(const Eigen::VectorXd& free)> jacobian; ///< d theta / d free
  /// sum over i, j of m(i, j) d^2 theta / d free_i d free_j.
  std::function<Eigen::VectorXd(const Eigen::VectorXd& free, const Eigen::MatrixXd& m)> second_sum;
  /// Matrix with entries sum over k of g(k) d^2 theta_k / d free_i d free_j.
  std::function<Eigen::MatrixXd(const Eigen::VectorXd& free, const Eigen::VectorXd& g)> second_weighted;
};

struct Maximum {
  Eigen::VectorXd free;
  Eigen::VectorXd theta;
  Evaluation evaluation;
  int iterations = 0;
  double decrement = 0;
};

/// Newton with a line search. `singular` is the sentence thrown where the search runs to the edge of the parameters.
Maximum maximise(const Problem& problem, const Map& map, const Eigen::VectorXd& start, const std::string& singular);

/// Fills everything a fit carries from the maximum, but mmrm's variant. `active` parameters have information; those at a boundary none.
MixedFit make_fit(const Problem& problem, const Maximum& maximum, const std::vector<bool>& active);

/// X' V^-1 (sum_k weight_k V_k) V^-1 X: the second-derivative term of mmrm's Kenward-Roger variant.
Eigen::MatrixXd sandwiched(const Problem& problem, const Eigen::VectorXd& theta, const Eigen::VectorXd& weight);

} // namespace canvass::stats::reml

#endif
