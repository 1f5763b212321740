#ifndef CANVASS_ENGINE_STATS_EIGEN_BRIDGE_HPP
#define CANVASS_ENGINE_STATS_EIGEN_BRIDGE_HPP

#include "engine/stats/matrix.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <span>
#include <string>
#include <vector>

/// For .cpp files of this layer only: headers that others include stay free of Eigen.
namespace canvass::stats {

inline Eigen::Index index(std::size_t i) {
  return static_cast<Eigen::Index>(i);
}
inline std::size_t position(Eigen::Index i) {
  return static_cast<std::size_t>(i);
}

inline Eigen::MatrixXd to_eigen(const Matrix& m) {
  return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(m.values.data(), index(m.rows),
                                                                                                  index(m.columns));
}

inline Eigen::VectorXd to_eigen(std::span<const double> v) {
  return Eigen::Map<const Eigen::VectorXd>(v.data(), index(v.size()));
}

inline Matrix from_eigen(const Eigen::MatrixXd& m) {
  Matrix result(position(m.rows()), position(m.cols()));
  for (Eigen::Index i = 0; i < m.rows(); ++i) {
    for (Eigen::Index j = 0; j < m.cols(); ++j) {
      result(position(i), position(j)) = m(i, j);
    }
  }
  return result;
}

inline std::vector<double> from_eigen_vector(const Eigen::VectorXd& v) {
  return {v.data(), v.data() + v.size()};
}

/// The first column that is a linear combination of those before it (columns brought to length 1, tolerance 1e-9), or -1.
inline Eigen::Index dependent_column(const Eigen::MatrixXd& x) {
  Eigen::MatrixXd basis(x.rows(), 0);
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    Eigen::VectorXd v = x.col(j);
    const double length = v.norm();
    if (!(length > 0)) {
      return j;
    }
    v /= length;
    for (int pass = 0; pass < 2; ++pass) { // twice is enough (Kahan): the second pass removes what rounding left
      v -= basis * (basis.transpose() * v);
    }
    if (v.norm() < 1e-9) {
      return j;
    }
    basis.conservativeResize(Eigen::NoChange, j + 1);
    basis.col(j) = v.normalized();
  }
  return -1;
}

} // namespace canvass::stats

#endif
