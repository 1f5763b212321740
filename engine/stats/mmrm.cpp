#include "engine/stats/mmrm.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/eigen_bridge.hpp"
#include "engine/stats/reml.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

/// Unstructured covariance D L L'D: D = exp of the first m free parameters, L lower triangular with a unit diagonal, its entries row by
/// row. Free of the unit of the outcome, and the parametrisation of the R package mmrm (its Kenward-Roger variant depends on it).
class Unstructured {
public:
  explicit Unstructured(Eigen::Index m) : m_(m) {
    for (Eigen::Index row = 1; row < m; ++row) {
      for (Eigen::Index column = 0; column < row; ++column) {
        entries_.emplace_back(row, column);
      }
    }
  }

  [[nodiscard]] Eigen::Index size() const { return m_ * (m_ + 1) / 2; }

  /// theta, the lower triangle row by row, as a symmetric matrix and back.
  [[nodiscard]] Eigen::MatrixXd covariance(const Eigen::VectorXd& theta) const {
    Eigen::MatrixXd result(m_, m_);
    Eigen::Index k = 0;
    for (Eigen::Index i = 0; i < m_; ++i) {
      for (Eigen::Index j = 0; j <= i; ++j) {
        result(i, j) = result(j, i) = theta(k++);
      }
    }
    return result;
  }
  [[nodiscard]] Eigen::VectorXd lower(const Eigen::MatrixXd& symmetric) const {
    Eigen::VectorXd result(size());
    Eigen::Index k = 0;
    for (Eigen::Index i = 0; i < m_; ++i) {
      for (Eigen::Index j = 0; j <= i; ++j) {
        result(k++) = symmetric(i, j);
      }
    }
    return result;
  }
  [[nodiscard]] Eigen::VectorXd theta(const Eigen::VectorXd& free) const {
    const Eigen::MatrixXd factor = scale(free).asDiagonal() * unit(free);
    return lower(factor * factor.transpose());
  }
  [[nodiscard]] Eigen::VectorXd free_from(const Eigen::MatrixXd& covariance) const {
    const Eigen::MatrixXd factor = covariance.llt().matrixL();
    Eigen::VectorXd result(size());
    for (Eigen::Index i = 0; i < m_; ++i) {
      result(i) = std::log(factor(i, i));
    }
    for (std::size_t e = 0; e < entries_.size(); ++e) {
      result(m_ + index(e)) = factor(entries_[e].first, entries_[e].second) / factor(entries_[e].first, entries_[e].first);
    }
    return result;
  }
  /// d covariance / d free_s.
  [[nodiscard]] Eigen::MatrixXd first(const Eigen::VectorXd& free, Eigen::Index s) const {
    const Eigen::VectorXd d = scale(free);
    const Eigen::MatrixXd l = unit(free);
    if (s < m_) {
      return twice_scaled(d.asDiagonal() * l * l.transpose() * d.asDiagonal(), s);
    }
    return d.asDiagonal() * entry_change(l, s) * d.asDiagonal();
  }
  /// d^2 covariance / d free_s d free_t.
  [[nodiscard]] Eigen::MatrixXd second(const Eigen::VectorXd& free, Eigen::Index s, Eigen::Index t) const {
    if (s < m_) {
      return twice_scaled(first(free, t), s);
    }
    if (t < m_) {
      return twice_scaled(first(free, s), t);
    }
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(m_, m_);
    const auto [r1, c1] = entries_[position(s - m_)];
    const auto [r2, c2] = entries_[position(t - m_)];
    if (c1 == c2) {
      const Eigen::VectorXd d = scale(free);
      result(r1, r2) += d(r1) * d(r2);
      result(r2, r1) += d(r1) * d(r2);
    }
    return result;
  }

private:
  [[nodiscard]] Eigen::VectorXd scale(const Eigen::VectorXd& free) const { return free.head(m_).array().exp(); }
  [[nodiscard]] Eigen::MatrixXd unit(const Eigen::VectorXd& free) const {
    Eigen::MatrixXd l = Eigen::MatrixXd::Identity(m_, m_);
    for (std::size_t e = 0; e < entries_.size(); ++e) {
      l(entries_[e].first, entries_[e].second) = free(m_ + index(e));
    }
    return l;
  }
  /// Row and column s of a matrix, each counted once more: the derivative by the log of scale s.
  static Eigen::MatrixXd twice_scaled(const Eigen::MatrixXd& matrix, Eigen::Index s) {
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(matrix.rows(), matrix.cols());
    result.row(s) += matrix.row(s);
    result.col(s) += matrix.col(s);
    return result;
  }
  [[nodiscard]] Eigen::MatrixXd entry_change(const Eigen::MatrixXd& l, Eigen::Index s) const {
    const auto [r, c] = entries_[position(s - m_)];
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(m_, m_);
    result.row(r) += l.col(c).transpose();
    result.col(r) += l.col(c);
    return result;
  }

  Eigen::Index m_;
  std::vector<std::pair<Eigen::Index, Eigen::Index>> entries_;
};

reml::Map make_map(const Unstructured& shape) {
  reml::Map map;
  map.theta = [shape](const Eigen::VectorXd& free) { return shape.theta(free); };
  map.jacobian = [shape](const Eigen::VectorXd& free) {
    Eigen::MatrixXd result(shape.size(), shape.size());
    for (Eigen::Index s = 0; s < shape.size(); ++s) {
      result.col(s) = shape.lower(shape.first(free, s));
    }
    return result;
  };
  map.second_sum = [shape](const Eigen::VectorXd& free, const Eigen::MatrixXd& m) {
    Eigen::VectorXd result = Eigen::VectorXd::Zero(shape.size());
    for (Eigen::Index s = 0; s < shape.size(); ++s) {
      for (Eigen::Index t = 0; t < shape.size(); ++t) {
        result += m(s, t) * shape.lower(shape.second(free, s, t));
      }
    }
    return result;
  };
  map.second_weighted = [shape](const Eigen::VectorXd& free, const Eigen::VectorXd& g) {
    Eigen::MatrixXd result(shape.size(), shape.size());
    for (Eigen::Index s = 0; s < shape.size(); ++s) {
      for (Eigen::Index t = 0; t <= s; ++t) {
        result(s, t) = result(t, s) = g.dot(shape.lower(shape.second(free, s, t)));
      }
    }
    return result;
  };
  return map;
}

/// The residuals' covariance over the pairs of waves seen, drawn towards its diagonal until it is positive definite.
Eigen::MatrixXd starting_covariance(const reml::Problem& problem, Eigen::Index m) {
  const auto residuals = reml::least_squares_residuals(problem);
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(m, m);
  Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(m, m);
  Eigen::VectorXd totals = Eigen::VectorXd::Zero(m);
  for (std::size_t g = 0; g < residuals.size(); ++g) {
    const reml::Group& group = problem.groups[g];
    const Eigen::MatrixXd products = residuals[g] * residuals[g].transpose();
    for (std::size_t i = 0; i < group.waves.size(); ++i) {
      totals(index(group.waves[i])) += group.y.row(index(i)).squaredNorm();
      for (std::size_t j = 0; j < group.waves.size(); ++j) {
        sums(index(group.waves[i]), index(group.waves[j])) += products(index(i), index(j));
        counts(index(group.waves[i]), index(group.waves[j])) += static_cast<double>(group.y.cols());
      }
    }
  }
  for (Eigen::Index i = 0; i < m; ++i) {
    if (counts(i, i) == 0) {
      throw DomainError(fmt::format("nobody answered wave {}; leave it out of the model", i + 1));
    }
    if (!(sums(i, i) > 1e-20 * totals(i))) {
      throw DomainError(fmt::format("in wave {} the outcome does not vary about the model; there is nothing to test", i + 1));
    }
    for (Eigen::Index j = 0; j < i; ++j) {
      if (counts(i, j) == 0) {
        throw DomainError(fmt::format("nobody answered both wave {} and wave {}; how they go together cannot be found", j + 1, i + 1));
      }
    }
  }
  const Eigen::MatrixXd raw = sums.cwiseQuotient(counts);
  const Eigen::MatrixXd diagonal = raw.diagonal().asDiagonal();
  for (double weight = 0.98; weight > 0.01; weight *= 0.8) {
    Eigen::MatrixXd candidate = weight * raw + (1 - weight) * diagonal;
    if (candidate.llt().info() == Eigen::Success) {
      return candidate;
    }
  }
  return diagonal;
}

} // namespace

MmrmFit mmrm(const Matrix& design, std::span<const double> y, std::span<const std::size_t> person, std::span<const std::size_t> wave,
             std::size_t waves) {
  if (waves < 2 || waves > 8) {
    throw DomainError(fmt::format("the study has {} waves; this model takes 2 to 8", waves));
  }
  if (const auto beyond = std::find_if(wave.begin(), wave.end(), [&](std::size_t w) { return w >= waves; }); beyond != wave.end()) {
    throw DomainError(fmt::format("a row names wave {}; there are {} waves", *beyond + 1, waves));
  }
  reml::Problem problem = reml::make_problem(design, y, person, wave, true);
  const Unstructured shape(index(waves));
  for (reml::Group& group : problem.groups) {
    const Eigen::Index rows = index(group.waves.size());
    for (std::size_t i = 0; i < waves; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        Eigen::MatrixXd basis = Eigen::MatrixXd::Zero(rows, rows);
        for (std::size_t a = 0; a < group.waves.size(); ++a) {
          for (std::size_t b = 0; b < group.waves.size(); ++b) {
            if ((group.waves[a] == i && group.waves[b] == j) || (group.waves[a] == j && group.waves[b] == i)) {
              basis(index(a), index(b)) = 1;
            }
          }
        }
        group.basis.push_back(std::move(basis));
      }
    }
  }
  const std::string singular = fmt::format(
      "the covariance of the {} waves cannot be estimated from {} people: too few answered, or one wave repeats the others; use "
      "fewer waves, or a model on complete pairs",
      waves, problem.n_persons);
  const reml::Map map = make_map(shape);
  const Eigen::VectorXd start = shape.free_from(starting_covariance(problem, index(waves)));
  const reml::Maximum maximum = reml::maximise(problem, map, start, singular);
  const Eigen::MatrixXd covariance = shape.covariance(maximum.theta);
  const Eigen::VectorXd inverse_sd = covariance.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::MatrixXd correlation = inverse_sd.asDiagonal() * covariance * inverse_sd.asDiagonal();
  const double smallest = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(correlation).eigenvalues().minCoeff();
  if (!(smallest > 1e-9)) {
    throw DomainError(singular);
  }

  MmrmFit fit;
  fit.model = reml::make_fit(problem, maximum, std::vector<bool>(position(shape.size()), true));
  fit.model.method = "mmrm unstructured reml";
  fit.covariance = from_eigen(covariance);
  // mmrm's variant subtracts a quarter of the second derivatives, weighted with the covariance of its own parameters.
  const Eigen::MatrixXd inverse_jacobian = map.jacobian(maximum.free).inverse();
  const Eigen::MatrixXd w = inverse_jacobian * to_eigen(fit.model.theta_vcov_observed) * inverse_jacobian.transpose();
  const Eigen::MatrixXd phi = to_eigen(fit.model.vcov);
  fit.model.vcov_kenward_roger_log_cholesky =
      from_eigen(to_eigen(fit.model.vcov_kenward_roger_observed) -
                 0.5 * phi * reml::sandwiched(problem, maximum.theta, map.second_sum(maximum.free, w)) * phi);
  if (smallest < 1e-4) {
    fit.model.warnings.emplace_back("Two waves go together almost perfectly; standard errors of changes between them rest on little");
  }
  return fit;
}

} // namespace canvass::stats
