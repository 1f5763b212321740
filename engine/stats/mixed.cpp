#include "engine/stats/mixed.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/eigen_bridge.hpp"
#include "engine/stats/reml.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

bool is_satterthwaite(DfMethod method) {
  return method == DfMethod::satterthwaite;
}

const Matrix& standard_error_matrix(const MixedFit& fit, DfMethod method) {
  switch (method) {
  case DfMethod::satterthwaite: return fit.vcov;
  case DfMethod::kenward_roger: return fit.vcov_kenward_roger;
  case DfMethod::kenward_roger_observed: return fit.vcov_kenward_roger_observed;
  case DfMethod::kenward_roger_log_cholesky: return fit.vcov_kenward_roger_log_cholesky;
  }
  return fit.vcov;
}

const Matrix& theta_matrix(const MixedFit& fit, DfMethod method) {
  return method == DfMethod::kenward_roger ? fit.theta_vcov_expected : fit.theta_vcov_observed;
}

/// 2 (l'Phi l)^2 / var(l'Phi l). With one contrast the Kenward-Roger df are the same formula with the chosen information.
double single_df(const MixedFit& fit, const Eigen::VectorXd& l, DfMethod method) {
  const double variance = l.dot(to_eigen(fit.vcov) * l);
  Eigen::VectorXd gradient(index(fit.vcov_derivatives.size()));
  for (std::size_t k = 0; k < fit.vcov_derivatives.size(); ++k) {
    gradient(index(k)) = l.dot(to_eigen(fit.vcov_derivatives[k]) * l);
  }
  const double spread = gradient.dot(to_eigen(theta_matrix(fit, method)) * gradient);
  return spread > 0 ? 2 * variance * variance / spread : not_a_number;
}

FTest satterthwaite_f(const MixedFit& fit, const Eigen::MatrixXd& rows) {
  const Eigen::Index q = rows.rows();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(rows * to_eigen(fit.vcov) * rows.transpose());
  const Eigen::MatrixXd directions = eigen.eigenvectors().transpose() * rows;
  const Eigen::VectorXd beta = to_eigen(fit.coefficients);
  FTest test;
  test.df1 = static_cast<double>(q);
  test.statistic = 0;
  std::vector<double> dfs;
  for (Eigen::Index i = 0; i < q; ++i) {
    const double value = directions.row(i).dot(beta);
    test.statistic += value * value / eigen.eigenvalues()(i) / test.df1;
    dfs.push_back(single_df(fit, directions.row(i).transpose(), DfMethod::satterthwaite));
  }
  const auto [low, high] = std::minmax_element(dfs.begin(), dfs.end());
  if (*high - *low < 1e-8 * *high) {
    test.df2 = dfs.front();
  } else if (*low <= 2) {
    test.df2 = 2;
  } else {
    double expected = 0; // q times the mean of F
    for (const double df : dfs) {
      expected += df / (df - 2);
    }
    test.df2 = 2 * expected / (expected - test.df1);
  }
  test.p_value = f_sf(test.statistic, test.df1, test.df2);
  return test;
}

/// Kenward and Roger (1997), section 3, with their adjustment that makes the F exact in the two known cases.
FTest kenward_roger_f(const MixedFit& fit, const Eigen::MatrixXd& rows, DfMethod method) {
  const double q = static_cast<double>(rows.rows());
  const Eigen::VectorXd value = rows * to_eigen(fit.coefficients);
  const Eigen::MatrixXd adjusted = rows * to_eigen(standard_error_matrix(fit, method)) * rows.transpose();
  const Eigen::MatrixXd model_inverse = (rows * to_eigen(fit.vcov) * rows.transpose()).inverse();
  const Eigen::MatrixXd w = to_eigen(theta_matrix(fit, method));
  std::vector<Eigen::MatrixXd> d; // (L Phi L')^-1 L dPhi_k L'
  for (const Matrix& derivative : fit.vcov_derivatives) {
    d.emplace_back(model_inverse * rows * to_eigen(derivative) * rows.transpose());
  }
  double a1 = 0;
  double a2 = 0;
  for (std::size_t i = 0; i < d.size(); ++i) {
    for (std::size_t j = 0; j < d.size(); ++j) {
      const double weight = w(index(i), index(j));
      a1 += weight * d[i].trace() * d[j].trace();
      a2 += weight * d[i].cwiseProduct(d[j].transpose()).sum();
    }
  }
  const double b = (a1 + 6 * a2) / (2 * q);
  const double g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2);
  const double divisor = 3 * q + 2 * (1 - g);
  const double c1 = g / divisor;
  const double c2 = (q - g) / divisor;
  const double c3 = (q + 2 - g) / divisor;
  const double expectation = 1 / (1 - a2 / q);
  const double variance = 2 / q * (1 + c1 * b) / ((1 - c2 * b) * (1 - c2 * b) * (1 - c3 * b));
  const double rho = variance / (2 * expectation * expectation);
  FTest test;
  test.df1 = q;
  test.df2 = 4 + (q + 2) / (q * rho - 1);
  const double lambda = test.df2 / (expectation * (test.df2 - 2));
  test.statistic = lambda * value.dot(adjusted.ldlt().solve(value)) / q;
  test.p_value = f_sf(test.statistic, test.df1, test.df2);
  return test;
}

} // namespace

std::string to_string(DfMethod method) {
  switch (method) {
  case DfMethod::satterthwaite: return "satterthwaite";
  case DfMethod::kenward_roger: return "kenward-roger";
  case DfMethod::kenward_roger_observed: return "kenward-roger observed information";
  case DfMethod::kenward_roger_log_cholesky: return "kenward-roger log-cholesky";
  }
  return {};
}

Inference contrast(const MixedFit& fit, std::span<const double> weights, DfMethod method, double conf_level) {
  if (weights.size() != fit.coefficients.size()) {
    throw DomainError(fmt::format("a contrast has {} weights; the model has {} coefficients", weights.size(), fit.coefficients.size()));
  }
  const Eigen::VectorXd l = to_eigen(weights);
  if (!(l.cwiseAbs().maxCoeff() > 0)) {
    throw DomainError("every weight of a contrast is 0; at least one must differ");
  }
  const double estimate = l.dot(to_eigen(fit.coefficients));
  const Matrix& covariance = standard_error_matrix(fit, method);
  if (covariance.rows == 0) {
    return inference_from(estimate, not_a_number, not_a_number, conf_level);
  }
  return inference_from(estimate, std::sqrt(l.dot(to_eigen(covariance) * l)), single_df(fit, l, method), conf_level);
}

FTest joint_test(const MixedFit& fit, const Matrix& rows, DfMethod method) {
  if (rows.columns != fit.coefficients.size() || rows.rows == 0) {
    throw DomainError(fmt::format("a joint test has {} rows of {} weights; the model has {} coefficients", rows.rows, rows.columns,
                                  fit.coefficients.size()));
  }
  const Eigen::MatrixXd l = to_eigen(rows);
  if (dependent_column(l.transpose()) >= 0) {
    throw DomainError("the rows of a joint test repeat each other; each must add something");
  }
  if (is_satterthwaite(method)) {
    return satterthwaite_f(fit, l);
  }
  if (standard_error_matrix(fit, method).rows == 0) {
    return {};
  }
  return kenward_roger_f(fit, l, method);
}

MixedFit random_intercept(const Matrix& design, std::span<const double> y, std::span<const std::size_t> person) {
  reml::Problem problem = reml::make_problem(design, y, person, {}, false);
  bool repeated = false;
  for (reml::Group& group : problem.groups) {
    const Eigen::Index m = group.x.rows();
    repeated = repeated || m > 1;
    group.basis = {Eigen::MatrixXd::Ones(m, m), Eigen::MatrixXd::Identity(m, m)};
  }
  if (!repeated) {
    throw DomainError("nobody has two rows, so that people and chance cannot be told apart; a person effect needs repeated answers");
  }
  double squares = 0;
  double total = 0;
  const auto residuals = reml::least_squares_residuals(problem);
  for (std::size_t g = 0; g < residuals.size(); ++g) {
    squares += residuals[g].squaredNorm();
    total += problem.groups[g].y.squaredNorm();
  }
  if (!(squares > 1e-20 * total)) {
    throw DomainError("the outcome does not vary about the model; there is nothing to test");
  }
  const double variance = squares / static_cast<double>(problem.n_rows - position(problem.p));
  const std::string singular = "the variances of people and of rows cannot be found: people repeat the same answer throughout";

  // At person variance 0 the score says on which side the maximum lies.
  Eigen::VectorXd none(2);
  none << 0, variance;
  const reml::Evaluation at_none = reml::evaluate(problem, none, true);
  if (at_none.ok && at_none.gradient(0) <= 0) {
    reml::Maximum maximum;
    maximum.theta = none;
    maximum.evaluation = at_none;
    MixedFit fit = reml::make_fit(problem, maximum, {false, true});
    fit.method = "lmm random intercept reml";
    fit.boundary = true;
    fit.warnings.emplace_back("The variance between people is estimated at 0: the model is the one without a person effect");
    return fit;
  }
  reml::Map map;
  map.theta = [](const Eigen::VectorXd& free) -> Eigen::VectorXd { return free.array().exp(); };
  map.jacobian = [](const Eigen::VectorXd& free) -> Eigen::MatrixXd { return Eigen::VectorXd(free.array().exp()).asDiagonal(); };
  map.second_sum = [](const Eigen::VectorXd& free, const Eigen::MatrixXd& m) -> Eigen::VectorXd {
    return free.array().exp() * m.diagonal().array();
  };
  map.second_weighted = [](const Eigen::VectorXd& free, const Eigen::VectorXd& g) -> Eigen::MatrixXd {
    return Eigen::VectorXd(free.array().exp() * g.array()).asDiagonal();
  };
  Eigen::VectorXd start(2);
  start << std::log(variance / 2), std::log(variance / 2);
  MixedFit fit = reml::make_fit(problem, reml::maximise(problem, map, start, singular), {true, true});
  fit.method = "lmm random intercept reml";
  if (fit.theta[1] < 1e-12 * fit.theta[0]) {
    throw DomainError(singular);
  }
  return fit;
}

} // namespace canvass::stats
