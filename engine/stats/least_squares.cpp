#include "engine/stats/least_squares.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/eigen_bridge.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace canvass::stats {

namespace {

bool needs_clusters(Sandwich sandwich) {
  return sandwich == Sandwich::cr1 || sandwich == Sandwich::cr2;
}

/// (I - H)^-1/2 of one cluster; directions of leverage 1 are left out (Moore-Penrose), as the residuals there are 0.
Eigen::MatrixXd inverse_root(const Eigen::MatrixXd& matrix) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(matrix);
  const Eigen::VectorXd roots = eigen.eigenvalues().unaryExpr([](double value) { return value > 1e-10 ? 1 / std::sqrt(value) : 0.0; });
  return eigen.eigenvectors() * roots.asDiagonal() * eigen.eigenvectors().transpose();
}

std::vector<std::vector<Eigen::Index>> rows_by_cluster(const std::vector<std::size_t>& cluster, std::size_t clusters) {
  std::vector<std::vector<Eigen::Index>> rows(clusters);
  for (std::size_t i = 0; i < cluster.size(); ++i) {
    rows[cluster[i]].push_back(index(i));
  }
  return rows;
}

Eigen::MatrixXd rows_of(const Eigen::MatrixXd& x, const std::vector<Eigen::Index>& rows) {
  Eigen::MatrixXd part(index(rows.size()), x.cols());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    part.row(index(i)) = x.row(rows[i]);
  }
  return part;
}

/// Adjusted design rows of each cluster: X_g' A_g, p x n_g.
std::vector<Eigen::MatrixXd> adjusted_rows(const Eigen::MatrixXd& x, const Eigen::MatrixXd& bread,
                                           const std::vector<std::vector<Eigen::Index>>& clusters) {
  std::vector<Eigen::MatrixXd> result;
  for (const auto& rows : clusters) {
    const Eigen::MatrixXd part = rows_of(x, rows);
    const Eigen::MatrixXd left = Eigen::MatrixXd::Identity(part.rows(), part.rows()) - part * bread * part.transpose();
    result.emplace_back(part.transpose() * inverse_root(left));
  }
  return result;
}

Eigen::MatrixXd inverse_cross_product(const Eigen::MatrixXd& x) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(x);
  const Eigen::MatrixXd r = qr.matrixQR().topRows(x.cols()).triangularView<Eigen::Upper>();
  const Eigen::MatrixXd inverse = r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(x.cols(), x.cols()));
  return inverse * inverse.transpose();
}

/// Satterthwaite df of the CR2 variance of l'b under independent rows of one variance (Pustejovsky and Tipton 2018).
double cr2_df(const LeastSquaresFit& fit, const Eigen::VectorXd& l) {
  const Eigen::MatrixXd x = to_eigen(fit.design);
  const Eigen::MatrixXd bread = inverse_cross_product(x);
  const auto clusters = rows_by_cluster(fit.cluster, fit.n_clusters);
  const auto adjusted = adjusted_rows(x, bread, clusters);
  const Eigen::VectorXd ml = bread * l;
  const Eigen::Index m = index(clusters.size());
  Eigen::VectorXd squares(m);               // a_g'a_g
  Eigen::MatrixXd projections(x.cols(), m); // X_g'a_g
  for (Eigen::Index g = 0; g < m; ++g) {
    const Eigen::VectorXd a = adjusted[position(g)].transpose() * ml;
    squares(g) = a.squaredNorm();
    projections.col(g) = rows_of(x, clusters[position(g)]).transpose() * a;
  }
  Eigen::MatrixXd products = -projections.transpose() * bread * projections;
  products.diagonal() += squares;
  const double trace = products.trace();
  return trace * trace / products.squaredNorm();
}

} // namespace

std::string to_string(Sandwich sandwich) {
  switch (sandwich) {
  case Sandwich::classical: return "classical";
  case Sandwich::hc2: return "HC2";
  case Sandwich::hc3: return "HC3";
  case Sandwich::cr1: return "CR1";
  case Sandwich::cr1s: return "CR1S";
  case Sandwich::cr2: return "CR2";
  }
  return {};
}

LeastSquaresFit least_squares(const Matrix& design, std::span<const double> y, Sandwich sandwich, std::span<const std::size_t> cluster,
                              double conf_level) {
  if (design.rows != y.size() || (!cluster.empty() && cluster.size() != y.size())) {
    throw DomainError(
        fmt::format("the columns have different lengths ({} outcomes, {} design rows); each row needs one of each", y.size(), design.rows));
  }
  if (needs_clusters(sandwich) && cluster.empty()) {
    throw DomainError(fmt::format("{} standard errors need the cluster of each row; none was given", to_string(sandwich)));
  }
  LeastSquaresFit fit;
  fit.sandwich = sandwich;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < y.size(); ++i) {
    bool complete = std::isfinite(y[i]);
    for (std::size_t j = 0; j < design.columns && complete; ++j) {
      complete = std::isfinite(design(i, j));
    }
    if (complete) {
      kept.push_back(i);
    }
  }
  fit.n = kept.size();
  fit.n_missing = y.size() - fit.n;
  const std::size_t p = design.columns;
  if (fit.n == 0 || p == 0) {
    throw DomainError("nobody has an answer that this regression could use");
  }
  if (fit.n <= p) {
    throw DomainError(fmt::format("{} rows cannot carry {} coefficients; more rows than coefficients are needed", fit.n, p));
  }
  fit.design = Matrix(fit.n, p);
  Eigen::VectorXd outcome(index(fit.n));
  std::map<std::size_t, std::size_t> numbers;
  for (std::size_t i = 0; i < fit.n; ++i) {
    outcome(index(i)) = y[kept[i]];
    for (std::size_t j = 0; j < p; ++j) {
      fit.design(i, j) = design(kept[i], j);
    }
    if (!cluster.empty()) {
      fit.cluster.push_back(numbers.emplace(cluster[kept[i]], numbers.size()).first->second);
    }
  }
  fit.n_clusters = numbers.size();
  if (needs_clusters(sandwich) && fit.n_clusters < 2) {
    throw DomainError("there is one cluster only; two or more are needed, and few give few degrees of freedom");
  }
  const Eigen::MatrixXd x = to_eigen(fit.design);
  if (const Eigen::Index column = dependent_column(x); column >= 0) {
    throw DomainError(
        fmt::format("column {} of the design is a combination of those before it; its coefficient cannot be found", column + 1));
  }
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(x);
  Eigen::VectorXd beta = qr.solve(outcome);
  beta += qr.solve(outcome - x * beta); // one refinement against rounding
  const Eigen::MatrixXd bread = inverse_cross_product(x);
  const Eigen::VectorXd residuals = outcome - x * beta;
  const Eigen::VectorXd leverages = (x * bread).cwiseProduct(x).rowwise().sum();
  fit.residuals = from_eigen_vector(residuals);
  fit.leverages = from_eigen_vector(leverages);
  fit.df_residual = static_cast<double>(fit.n - p);
  fit.residual_sd = std::sqrt(residuals.squaredNorm() / fit.df_residual);
  const double total = (outcome.array() - outcome.mean()).matrix().squaredNorm();
  fit.r_squared = total > 0 ? 1 - residuals.squaredNorm() / total : std::numeric_limits<double>::quiet_NaN();

  Eigen::MatrixXd meat = Eigen::MatrixXd::Zero(index(p), index(p));
  double factor = 1;
  switch (sandwich) {
  case Sandwich::classical: break;
  case Sandwich::hc2:
  case Sandwich::hc3: {
    if (leverages.maxCoeff() > 1 - 1e-10) {
      throw DomainError(fmt::format("{} standard errors: one row alone decides a coefficient (leverage 1); a cell of one person cannot be "
                                    "used",
                                    to_string(sandwich)));
    }
    const Eigen::ArrayXd room = 1 - leverages.array();
    const Eigen::ArrayXd weight = sandwich == Sandwich::hc2 ? Eigen::ArrayXd(residuals.array().square() / room)
                                                            : Eigen::ArrayXd(residuals.array().square() / room.square());
    meat = x.transpose() * weight.matrix().asDiagonal() * x;
    break;
  }
  case Sandwich::cr1:
  case Sandwich::cr1s: {
    for (const auto& rows : rows_by_cluster(fit.cluster, fit.n_clusters)) {
      const Eigen::VectorXd score = rows_of(x, rows).transpose() * rows_of(residuals, rows);
      meat += score * score.transpose();
    }
    factor = static_cast<double>(fit.n_clusters) / static_cast<double>(fit.n_clusters - 1);
    if (sandwich == Sandwich::cr1s) {
      factor *= static_cast<double>(fit.n - 1) / fit.df_residual;
    }
    break;
  }
  case Sandwich::cr2: {
    const auto clusters = rows_by_cluster(fit.cluster, fit.n_clusters);
    const auto adjusted = adjusted_rows(x, bread, clusters);
    for (std::size_t g = 0; g < clusters.size(); ++g) {
      const Eigen::VectorXd score = adjusted[g] * rows_of(residuals, clusters[g]);
      meat += score * score.transpose();
    }
    break;
  }
  }
  fit.vcov = from_eigen(sandwich == Sandwich::classical ? Eigen::MatrixXd(fit.residual_sd * fit.residual_sd * bread)
                                                        : Eigen::MatrixXd(factor * bread * meat * bread));
  for (std::size_t j = 0; j < p; ++j) { // `contrast` reads the estimates
    fit.coefficients.push_back({});
    fit.coefficients.back().estimate = beta(index(j));
  }
  std::vector<Inference> made;
  for (std::size_t j = 0; j < p; ++j) {
    std::vector<double> weights(p, 0);
    weights[j] = 1;
    made.push_back(contrast(fit, weights, conf_level));
  }
  fit.coefficients = std::move(made);
  if (needs_clusters(sandwich) && fit.n_clusters < 10) {
    fit.warnings.push_back(fmt::format("There are only {} clusters: standard errors rest on little", fit.n_clusters));
  }
  if (!(residuals.squaredNorm() > 1e-24 * outcome.squaredNorm())) {
    fit.warnings.emplace_back("The outcome does not vary about the regression: there is no standard error");
  }
  return fit;
}

Inference contrast(const LeastSquaresFit& fit, std::span<const double> weights, double conf_level) {
  if (weights.size() != fit.coefficients.size()) {
    throw DomainError(
        fmt::format("a contrast has {} weights; the regression has {} coefficients", weights.size(), fit.coefficients.size()));
  }
  const Eigen::VectorXd l = to_eigen(weights);
  if (!(l.cwiseAbs().maxCoeff() > 0)) {
    throw DomainError("every weight of a contrast is 0; at least one must differ");
  }
  double estimate = 0;
  for (std::size_t j = 0; j < weights.size(); ++j) {
    estimate += weights[j] * fit.coefficients[j].estimate;
  }
  double df = fit.df_residual;
  if (fit.sandwich == Sandwich::cr1 || fit.sandwich == Sandwich::cr1s) {
    df = static_cast<double>(fit.n_clusters - 1);
  } else if (fit.sandwich == Sandwich::cr2) {
    df = cr2_df(fit, l);
  }
  return inference_from(estimate, std::sqrt(l.dot(to_eigen(fit.vcov) * l)), df, conf_level);
}

namespace {

struct Pairs {
  std::vector<double> pre;
  std::vector<double> post;
  std::vector<double> treated;
  std::vector<std::size_t> cluster;
  std::size_t n = 0;
  std::size_t n_versus = 0;
  std::size_t n_missing = 0;
};

Pairs complete_pairs(std::span<const double> pre, std::span<const double> post, std::span<const std::size_t> arm,
                     std::span<const std::size_t> cluster) {
  if (pre.size() != post.size() || pre.size() != arm.size() || (!cluster.empty() && cluster.size() != arm.size())) {
    throw DomainError(fmt::format("the columns have different lengths ({} before, {} after, {} arms); each person needs one of each",
                                  pre.size(), post.size(), arm.size()));
  }
  Pairs pairs;
  for (std::size_t i = 0; i < pre.size(); ++i) {
    if (arm[i] > 1) {
      throw DomainError(fmt::format("a person is in arm {}; this comparison has arms 0 (control) and 1 (treated)", arm[i]));
    }
    if (!std::isfinite(pre[i]) || !std::isfinite(post[i])) {
      ++pairs.n_missing;
      continue;
    }
    pairs.pre.push_back(pre[i]);
    pairs.post.push_back(post[i]);
    pairs.treated.push_back(static_cast<double>(arm[i]));
    if (!cluster.empty()) {
      pairs.cluster.push_back(cluster[i]);
    }
    ++(arm[i] == 1 ? pairs.n : pairs.n_versus);
  }
  if (pairs.n < 2 || pairs.n_versus < 2) {
    throw DomainError(
        fmt::format("{} treated and {} control people have both waves; at least 2 in each arm are needed", pairs.n, pairs.n_versus));
  }
  return pairs;
}

ArmDifference arm_difference(std::string method, const Pairs& pairs, const Matrix& design, std::span<const double> y, Sandwich sandwich,
                             double conf_level) {
  ArmDifference result;
  result.fit = least_squares(design, y, sandwich, pairs.cluster, conf_level);
  result.method = fmt::format("{} {}", method, to_string(sandwich));
  result.inference = result.fit.coefficients[1];
  result.n = pairs.n;
  result.n_versus = pairs.n_versus;
  result.n_missing = pairs.n_missing;
  return result;
}

} // namespace

ArmDifference difference_in_differences(std::span<const double> pre, std::span<const double> post, std::span<const std::size_t> arm,
                                        Sandwich sandwich, std::span<const std::size_t> cluster, double conf_level) {
  const Pairs pairs = complete_pairs(pre, post, arm, cluster);
  Matrix design(pairs.pre.size(), 2, 1);
  std::vector<double> change(pairs.pre.size());
  for (std::size_t i = 0; i < change.size(); ++i) {
    design(i, 1) = pairs.treated[i];
    change[i] = pairs.post[i] - pairs.pre[i];
  }
  return arm_difference("difference in differences, complete pairs", pairs, design, change, sandwich, conf_level);
}

ArmDifference ancova(std::span<const double> pre, std::span<const double> post, std::span<const std::size_t> arm, Sandwich sandwich,
                     bool interacted, std::span<const std::size_t> cluster, double conf_level) {
  const Pairs pairs = complete_pairs(pre, post, arm, cluster);
  double centre = 0;
  if (interacted) {
    for (const double value : pairs.pre) {
      centre += value / static_cast<double>(pairs.pre.size());
    }
  }
  Matrix design(pairs.pre.size(), interacted ? 4 : 3, 1);
  for (std::size_t i = 0; i < pairs.pre.size(); ++i) {
    design(i, 1) = pairs.treated[i];
    design(i, 2) = pairs.pre[i] - centre;
    if (interacted) {
      design(i, 3) = pairs.treated[i] * (pairs.pre[i] - centre);
    }
  }
  return arm_difference(interacted ? "ancova, baseline crossed with arm (Lin)" : "ancova on baseline", pairs, design, pairs.post, sandwich,
                        conf_level);
}

} // namespace canvass::stats
