#include "engine/survey/quadratic.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/eigen_bridge.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::survey {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using stats::index;

std::vector<std::size_t> coefficients_of(std::span<const Term> model, std::span<const std::string> terms, std::size_t offset) {
  if (terms.empty()) {
    throw DomainError("no term is named to be tested; name one or more of the model");
  }
  std::vector<std::size_t> chosen;
  for (const std::string& name : terms) {
    const auto found = std::find_if(model.begin(), model.end(), [&](const Term& term) { return term.name == name; });
    if (found == model.end()) {
      throw DomainError(fmt::format("the model has no term '{}'", name));
    }
    for (std::size_t k = 0; k < found->count; ++k) {
      chosen.push_back(offset + found->first + k);
    }
  }
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

MatrixXd part_of(const stats::Matrix& m, const std::vector<std::size_t>& rows) {
  MatrixXd part(index(rows.size()), index(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) {
      part(index(i), index(j)) = m(rows[i], rows[j]);
    }
  }
  return part;
}

double quadratic(const MatrixXd& covariance, const VectorXd& t) {
  const VectorXd sd = covariance.diagonal().cwiseSqrt();
  if (sd.minCoeff() > 0) {
    const MatrixXd correlation = sd.cwiseInverse().asDiagonal() * covariance * sd.cwiseInverse().asDiagonal();
    const Eigen::LDLT<MatrixXd> factor(correlation);
    if (factor.vectorD().minCoeff() > 1e-12) {
      const VectorXd scaled = t.cwiseQuotient(sd);
      return scaled.dot(factor.solve(scaled));
    }
  }
  throw DomainError(fmt::format("{} numbers cannot be tested together: their covariance is singular; the design has too few units, "
                                "test fewer at once",
                                t.size()));
}

stats::FTest wald_of(std::span<const stats::Inference> estimates, const stats::Matrix& covariance, const std::vector<std::size_t>& chosen,
                     double df) {
  Eigen::VectorXd beta(stats::index(chosen.size()));
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    beta[stats::index(i)] = estimates[chosen[i]].estimate;
  }
  stats::FTest test;
  test.df1 = static_cast<double>(chosen.size());
  test.df2 = df;
  test.statistic = quadratic(part_of(covariance, chosen), beta) / test.df1;
  test.p_value = stats::f_sf(test.statistic, test.df1, test.df2);
  return test;
}

std::vector<double> generalised_effects(const MatrixXd& real, const MatrixXd& believed) {
  const Eigen::GeneralizedSelfAdjointEigenSolver<MatrixXd> solver(real, believed, Eigen::EigenvaluesOnly);
  std::vector<double> values = stats::from_eigen_vector(solver.eigenvalues());
  std::sort(values.rbegin(), values.rend());
  while (values.size() > 1 && values.back() <= 1e-12 * values.front()) {
    values.pop_back();
  }
  if (!(values.front() > 0)) {
    throw DomainError("nothing can be tested: what is estimated has no variance under the design");
  }
  return values;
}

} // namespace canvass::survey
