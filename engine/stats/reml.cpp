#include "engine/stats/reml.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/eigen_bridge.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace canvass::stats::reml {

namespace {

constexpr double log_two_pi = 1.8378770664093454836;

/// trace(A B) without the product.
double trace_of_product(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return a.cwiseProduct(b.transpose()).sum();
}

bool row_is_complete(const Matrix& design, std::span<const double> y, std::size_t row) {
  if (!std::isfinite(y[row])) {
    return false;
  }
  for (std::size_t j = 0; j < design.columns; ++j) {
    if (!std::isfinite(design(row, j))) {
      return false;
    }
  }
  return true;
}

} // namespace

Problem make_problem(const Matrix& design, std::span<const double> y, std::span<const std::size_t> person,
                     std::span<const std::size_t> wave, bool waves_matter) {
  if (design.rows != y.size() || person.size() != y.size() || (waves_matter && wave.size() != y.size())) {
    throw DomainError(fmt::format("the columns have different lengths ({} outcomes, {} design rows, {} people); each row needs one of each",
                                  y.size(), design.rows, person.size()));
  }
  Problem problem;
  problem.p = index(design.columns);
  std::map<std::size_t, std::vector<std::size_t>> rows_of; // ordered, so that the result does not depend on the order of rows
  for (std::size_t row = 0; row < y.size(); ++row) {
    if (row_is_complete(design, y, row)) {
      rows_of[person[row]].push_back(row);
      ++problem.n_rows;
    } else {
      ++problem.n_missing_rows;
    }
  }
  problem.n_persons = rows_of.size();
  if (problem.n_rows == 0 || design.columns == 0) {
    throw DomainError("nobody has an answer that this model could use");
  }
  if (problem.n_rows <= design.columns) {
    throw DomainError(
        fmt::format("{} rows cannot carry {} coefficients; more rows than coefficients are needed", problem.n_rows, design.columns));
  }
  Eigen::MatrixXd x(index(problem.n_rows), problem.p);
  Eigen::Index next = 0;
  std::map<std::pair<std::vector<std::size_t>, std::vector<double>>, std::vector<std::vector<double>>> members;
  for (auto& [id, rows] : rows_of) {
    if (waves_matter) {
      std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) { return wave[a] < wave[b]; });
    }
    std::vector<std::size_t> waves;
    std::vector<double> key;
    std::vector<double> outcomes;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t row = rows[i];
      if (waves_matter && !waves.empty() && waves.back() == wave[row]) {
        throw DomainError(fmt::format("one person has two rows in wave {}; each person may answer a wave once", wave[row] + 1));
      }
      waves.push_back(waves_matter ? wave[row] : i);
      for (std::size_t j = 0; j < design.columns; ++j) {
        key.push_back(design(row, j));
        x(next, index(j)) = design(row, j);
      }
      ++next;
      outcomes.push_back(y[row]);
    }
    members[{std::move(waves), std::move(key)}].push_back(std::move(outcomes));
  }
  if (const Eigen::Index column = dependent_column(x); column >= 0) {
    throw DomainError(
        fmt::format("column {} of the design is a combination of those before it; its coefficient cannot be found", column + 1));
  }
  for (const auto& [key, people] : members) {
    Group group;
    group.waves = key.first;
    const Eigen::Index rows = index(group.waves.size());
    group.x = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(key.second.data(), rows, problem.p);
    group.y.resize(rows, index(people.size()));
    for (std::size_t i = 0; i < people.size(); ++i) {
      group.y.col(index(i)) = to_eigen(people[i]);
    }
    problem.groups.push_back(std::move(group));
  }
  return problem;
}

std::vector<Eigen::MatrixXd> least_squares_residuals(const Problem& problem) {
  Eigen::MatrixXd xx = Eigen::MatrixXd::Zero(problem.p, problem.p);
  Eigen::VectorXd xy = Eigen::VectorXd::Zero(problem.p);
  for (const Group& group : problem.groups) {
    xx += static_cast<double>(group.y.cols()) * group.x.transpose() * group.x;
    xy += group.x.transpose() * group.y.rowwise().sum();
  }
  const Eigen::VectorXd beta = xx.ldlt().solve(xy);
  std::vector<Eigen::MatrixXd> residuals;
  for (const Group& group : problem.groups) {
    const Eigen::VectorXd fitted = group.x * beta;
    residuals.emplace_back(group.y.colwise() - fitted);
  }
  return residuals;
}

Evaluation evaluate(const Problem& problem, const Eigen::VectorXd& theta, bool with_derivatives) {
  const Eigen::Index p = problem.p;
  const Eigen::Index k = theta.size();
  Evaluation result;
  struct Inverse {
    Eigen::MatrixXd inverse; // V^-1
    Eigen::MatrixXd vx;      // V^-1 X
  };
  std::vector<Inverse> inverses;
  inverses.reserve(problem.groups.size());
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(p, p);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(p);
  double log_determinant = 0;
  for (const Group& group : problem.groups) {
    const Eigen::Index m = group.x.rows();
    Eigen::MatrixXd v = Eigen::MatrixXd::Zero(m, m);
    for (Eigen::Index i = 0; i < k; ++i) {
      v += theta(i) * group.basis[position(i)];
    }
    const Eigen::LLT<Eigen::MatrixXd> factor(v);
    if (factor.info() != Eigen::Success) {
      return result;
    }
    const double people = static_cast<double>(group.y.cols());
    log_determinant += people * 2 * Eigen::MatrixXd(factor.matrixL()).diagonal().array().log().sum();
    Inverse inverse;
    inverse.inverse = factor.solve(Eigen::MatrixXd::Identity(m, m));
    inverse.vx = factor.solve(group.x);
    information += people * group.x.transpose() * inverse.vx;
    right += inverse.vx.transpose() * group.y.rowwise().sum();
    inverses.push_back(std::move(inverse));
  }
  const Eigen::LLT<Eigen::MatrixXd> factor(information);
  if (factor.info() != Eigen::Success || !std::isfinite(log_determinant)) {
    return result;
  }
  result.phi = factor.solve(Eigen::MatrixXd::Identity(p, p));
  result.beta = factor.solve(right);
  // One refinement: what rounding left in the residuals' part of the score.
  Eigen::VectorXd rest = Eigen::VectorXd::Zero(p);
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    const Group& group = problem.groups[g];
    const Eigen::VectorXd fitted = group.x * result.beta;
    const Eigen::MatrixXd r = group.y.colwise() - fitted;
    rest += inverses[g].vx.transpose() * r.rowwise().sum();
  }
  result.beta += factor.solve(rest);
  double quadratic = 0;
  std::vector<Eigen::MatrixXd> scaled_residuals; // u = V^-1 r
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    const Group& group = problem.groups[g];
    const Eigen::VectorXd fitted = group.x * result.beta;
    const Eigen::MatrixXd r = group.y.colwise() - fitted;
    scaled_residuals.push_back(inverses[g].inverse * r);
    quadratic += r.cwiseProduct(scaled_residuals.back()).sum();
  }
  const double log_information = 2 * Eigen::MatrixXd(factor.matrixL()).diagonal().array().log().sum();
  result.log_likelihood =
      -0.5 * (static_cast<double>(problem.n_rows - position(p)) * log_two_pi + log_determinant + log_information + quadratic);
  result.ok = std::isfinite(result.log_likelihood);
  if (!with_derivatives || !result.ok) {
    return result;
  }
  result.gradient = Eigen::VectorXd::Zero(k);
  Eigen::MatrixXd trace_pp = Eigen::MatrixXd::Zero(k, k);   // tr(P V_i P V_j)
  Eigen::MatrixXd quadratics = Eigen::MatrixXd::Zero(k, k); // y'P V_i P V_j P y
  result.p_matrices.assign(position(k), Eigen::MatrixXd::Zero(p, p));
  Eigen::MatrixXd scores = Eigen::MatrixXd::Zero(p, k); // column i: X'V^-1 V_i V^-1 r
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    const Group& group = problem.groups[g];
    const double people = static_cast<double>(group.y.cols());
    const Eigen::MatrixXd& vi = inverses[g].inverse;
    const Eigen::MatrixXd& vx = inverses[g].vx;
    const Eigen::MatrixXd& u = scaled_residuals[g];
    const Eigen::MatrixXd uu = u * u.transpose();
    const Eigen::VectorXd u_sum = u.rowwise().sum();
    const Eigen::MatrixXd projected = vx * result.phi * vx.transpose(); // V^-1 X Phi X' V^-1
    std::vector<Eigen::MatrixXd> a(position(k));                        // V^-1 V_i
    for (Eigen::Index i = 0; i < k; ++i) {
      const Eigen::MatrixXd& basis = group.basis[position(i)];
      a[position(i)] = vi * basis;
      const Eigen::MatrixXd c = basis * vx;
      result.p_matrices[position(i)] += people * vx.transpose() * c;
      scores.col(i) += c.transpose() * u_sum;
      result.gradient(i) += -0.5 * (people * a[position(i)].trace() - trace_of_product(uu, basis));
    }
    for (Eigen::Index i = 0; i < k; ++i) {
      const Eigen::MatrixXd bi_projected = group.basis[position(i)] * projected; // V_i V^-1 X Phi X' V^-1
      const Eigen::MatrixXd uu_bi = uu * group.basis[position(i)];
      for (Eigen::Index j = 0; j <= i; ++j) {
        const Eigen::MatrixXd& aj = a[position(j)];
        trace_pp(i, j) += people * (trace_of_product(a[position(i)], aj) - 2 * trace_of_product(bi_projected, aj.transpose()));
        quadratics(i, j) += trace_of_product(uu_bi, aj);
      }
    }
  }
  for (Eigen::Index i = 0; i < k; ++i) {
    const Eigen::MatrixXd phi_pi = result.phi * result.p_matrices[position(i)];
    result.gradient(i) += 0.5 * phi_pi.trace();
    for (Eigen::Index j = 0; j <= i; ++j) {
      trace_pp(i, j) += trace_of_product(phi_pi, result.phi * result.p_matrices[position(j)]);
      quadratics(i, j) -= scores.col(i).dot(result.phi * scores.col(j));
    }
  }
  result.expected = 0.5 * trace_pp;
  result.observed = quadratics - 0.5 * trace_pp;
  result.expected.triangularView<Eigen::StrictlyUpper>() = result.expected.transpose();
  result.observed.triangularView<Eigen::StrictlyUpper>() = result.observed.transpose();
  return result;
}

Maximum maximise(const Problem& problem, const Map& map, const Eigen::VectorXd& start, const std::string& singular) {
  Maximum best;
  best.free = start;
  best.theta = map.theta(start);
  best.evaluation = evaluate(problem, best.theta, true);
  if (!best.evaluation.ok) {
    throw DomainError(singular);
  }
  double previous = std::numeric_limits<double>::infinity();
  for (best.iterations = 0; best.iterations < 200; ++best.iterations) {
    const Evaluation& here = best.evaluation;
    const Eigen::MatrixXd jacobian = map.jacobian(best.free);
    const Eigen::VectorXd gradient = jacobian.transpose() * here.gradient;
    const Eigen::MatrixXd hessian = jacobian.transpose() * here.observed * jacobian - map.second_weighted(best.free, here.gradient);
    Eigen::LLT<Eigen::MatrixXd> factor(hessian);
    if (factor.info() != Eigen::Success) {
      factor.compute(jacobian.transpose() * here.expected * jacobian);
      if (factor.info() != Eigen::Success) {
        throw DomainError(singular);
      }
    }
    Eigen::VectorXd step = factor.solve(gradient);
    best.decrement = std::sqrt(std::max(0.0, gradient.dot(step)));
    if (best.decrement < 1e-13 || (best.decrement < 1e-9 && best.decrement >= 0.5 * previous)) {
      return best;
    }
    previous = best.decrement;
    const double longest = step.cwiseAbs().maxCoeff();
    if (!(longest < std::numeric_limits<double>::infinity())) {
      throw DomainError(singular);
    }
    double scale = longest > 3 ? 3 / longest : 1;
    bool moved = false;
    for (int halving = 0; halving < 40 && !moved; ++halving, scale /= 2) {
      const Eigen::VectorXd free = best.free + scale * step;
      const Eigen::VectorXd theta = map.theta(free);
      const Evaluation there = evaluate(problem, theta, true);
      const double noise = 1e-13 * (1 + std::abs(here.log_likelihood)); // rounding of the sum, not a descent
      if (there.ok && there.log_likelihood >= here.log_likelihood - noise) {
        best.free = free;
        best.theta = theta;
        best.evaluation = there;
        moved = true;
      }
    }
    if (!moved) {
      if (best.decrement < 1e-7) {
        return best;
      }
      throw DomainError(singular);
    }
  }
  throw DomainError(singular);
}

MixedFit make_fit(const Problem& problem, const Maximum& maximum, const std::vector<bool>& active) {
  const Evaluation& at = maximum.evaluation;
  const Eigen::Index k = maximum.theta.size();
  const Eigen::Index p = problem.p;
  std::vector<Eigen::Index> kept;
  for (Eigen::Index i = 0; i < k; ++i) {
    if (active[position(i)]) {
      kept.push_back(i);
    }
  }
  const auto inverse_of = [&](const Eigen::MatrixXd& information) {
    const Eigen::Index q = index(kept.size());
    Eigen::MatrixXd part(q, q);
    for (Eigen::Index i = 0; i < q; ++i) {
      for (Eigen::Index j = 0; j < q; ++j) {
        part(i, j) = information(kept[position(i)], kept[position(j)]);
      }
    }
    // Scaled to a unit diagonal first: variances of tiny units would look singular.
    const Eigen::VectorXd scale = part.diagonal().cwiseAbs().cwiseSqrt().cwiseInverse();
    part = scale.asDiagonal() * part * scale.asDiagonal();
    const Eigen::MatrixXd inverse = scale.asDiagonal() * part.ldlt().solve(Eigen::MatrixXd::Identity(q, q)) * scale.asDiagonal();
    Eigen::MatrixXd whole = Eigen::MatrixXd::Zero(k, k);
    for (Eigen::Index i = 0; i < q; ++i) {
      for (Eigen::Index j = 0; j < q; ++j) {
        whole(kept[position(i)], kept[position(j)]) = 0.5 * (inverse(i, j) + inverse(j, i));
      }
    }
    return whole;
  };
  const Eigen::MatrixXd w_observed = inverse_of(at.observed);
  const Eigen::MatrixXd w_expected = inverse_of(at.expected);

  // Kenward-Roger: Phi + 2 Phi { sum W_ij (Q_ij - P_i Phi P_j) } Phi, the covariance being linear in theta.
  const auto adjusted = [&](const Eigen::MatrixXd& w) -> Eigen::MatrixXd {
    Eigen::MatrixXd middle = Eigen::MatrixXd::Zero(p, p);
    for (const Group& group : problem.groups) {
      Eigen::MatrixXd v = Eigen::MatrixXd::Zero(group.x.rows(), group.x.rows());
      for (Eigen::Index i = 0; i < k; ++i) {
        v += maximum.theta(i) * group.basis[position(i)];
      }
      const Eigen::LLT<Eigen::MatrixXd> factor(v);
      const Eigen::MatrixXd vx = factor.solve(group.x);
      std::vector<Eigen::MatrixXd> c;
      for (Eigen::Index i = 0; i < k; ++i) {
        c.push_back(group.basis[position(i)] * vx);
      }
      const double people = static_cast<double>(group.y.cols());
      for (Eigen::Index i = 0; i < k; ++i) {
        Eigen::MatrixXd weighted = Eigen::MatrixXd::Zero(group.x.rows(), p);
        for (Eigen::Index j = 0; j < k; ++j) {
          weighted += w(i, j) * c[position(j)];
        }
        middle += people * c[position(i)].transpose() * factor.solve(weighted);
      }
    }
    for (Eigen::Index i = 0; i < k; ++i) {
      Eigen::MatrixXd weighted = Eigen::MatrixXd::Zero(p, p);
      for (Eigen::Index j = 0; j < k; ++j) {
        weighted += w(i, j) * at.p_matrices[position(j)];
      }
      middle -= at.p_matrices[position(i)] * at.phi * weighted;
    }
    const Eigen::MatrixXd result = at.phi + 2 * at.phi * middle * at.phi;
    return 0.5 * (result + result.transpose());
  };

  MixedFit fit;
  fit.coefficients = from_eigen_vector(at.beta);
  fit.vcov = from_eigen(at.phi);
  fit.vcov_kenward_roger = from_eigen(adjusted(w_expected));
  fit.vcov_kenward_roger_observed = from_eigen(adjusted(w_observed));
  fit.theta = from_eigen_vector(maximum.theta);
  fit.theta_vcov_observed = from_eigen(w_observed);
  fit.theta_vcov_expected = from_eigen(w_expected);
  for (Eigen::Index i = 0; i < k; ++i) {
    fit.vcov_derivatives.push_back(from_eigen(at.phi * at.p_matrices[position(i)] * at.phi));
  }
  fit.log_likelihood = at.log_likelihood;
  fit.n_rows = problem.n_rows;
  fit.n_persons = problem.n_persons;
  fit.n_missing_rows = problem.n_missing_rows;
  fit.iterations = maximum.iterations;
  fit.relative_gradient = maximum.decrement;
  return fit;
}

Eigen::MatrixXd sandwiched(const Problem& problem, const Eigen::VectorXd& theta, const Eigen::VectorXd& weight) {
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(problem.p, problem.p);
  for (const Group& group : problem.groups) {
    const Eigen::Index m = group.x.rows();
    Eigen::MatrixXd v = Eigen::MatrixXd::Zero(m, m);
    Eigen::MatrixXd middle = Eigen::MatrixXd::Zero(m, m);
    for (Eigen::Index i = 0; i < theta.size(); ++i) {
      v += theta(i) * group.basis[position(i)];
      middle += weight(i) * group.basis[position(i)];
    }
    const Eigen::MatrixXd vx = v.llt().solve(group.x);
    result += static_cast<double>(group.y.cols()) * vx.transpose() * middle * vx;
  }
  return result;
}

} // namespace canvass::stats::reml
