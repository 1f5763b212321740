#include "engine/survey/marginal_effects.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/eigen_bridge.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using stats::index;

struct Link {
  double mean = 0;
  double slope = 0; ///< of the mean by the linear predictor
  double bend = 0;  ///< of the slope
};

Link inverse_link(Family family, double eta) {
  switch (family) {
  case Family::gaussian: return {eta, 1, 0};
  case Family::poisson: return {std::exp(eta), std::exp(eta), std::exp(eta)};
  case Family::logistic: break;
  }
  const double small = std::exp(-std::abs(eta));
  const double mean = eta > 0 ? 1 / (1 + small) : small / (1 + small);
  const double slope = small / ((1 + small) * (1 + small));
  return {mean, slope, slope * (1 - 2 * mean)};
}

/// How one column is moved.
struct Move {
  bool step = false;               ///< from the reference to this level, else by a little
  std::vector<std::size_t> others; ///< columns of the same factor, set to 0 on both sides
};

std::vector<Move> moves_of(const Predictors& predictors, const GlmFit& fit) {
  std::vector<Move> moves(predictors.columns());
  for (const Term& term : predictors.terms()) {
    for (std::size_t k = term.first; k < term.first + term.count; ++k) {
      moves[k].step = term.factor;
      for (std::size_t other = term.first; term.factor && other < term.first + term.count; ++other) {
        moves[k].others.push_back(other);
      }
      if (!term.factor) {
        bool binary = true;
        for (std::size_t i = 0; i < fit.used.size() && binary; ++i) {
          const double value = predictors.column(k)[i];
          binary = fit.used[i] == 0 || value == 0 || value == 1;
        }
        moves[k].step = binary;
        moves[k].others = {k};
      }
    }
  }
  return moves;
}

} // namespace

MarginalEffects marginal_effects(const PreparedDesign& design, const Predictors& predictors, const GlmFit& fit, double level) {
  const bool same = predictors.columns() + 1 == fit.names.size() &&
                    std::equal(predictors.names().begin(), predictors.names().end(), fit.names.begin() + 1) &&
                    predictors.rows() == fit.used.size() && design.rows() == fit.used.size();
  if (!same) {
    throw DomainError("marginal effects need the predictors and the design that the model was fitted to");
  }
  const std::size_t p = fit.names.size();
  const std::vector<Move> moves = moves_of(predictors, fit);
  VectorXd effects = VectorXd::Zero(index(p - 1));
  MatrixXd jacobian = MatrixXd::Zero(index(p - 1), index(p)); // of the effects by the coefficients
  std::vector<double> x(p, 1.0);
  for (std::size_t i = 0; i < fit.used.size(); ++i) {
    if (fit.used[i] == 0) {
      continue;
    }
    const double share = design.weights()[i] / fit.sum_weights;
    double eta = fit.coefficients[0].estimate;
    for (std::size_t j = 1; j < p; ++j) {
      x[j] = predictors.column(j - 1)[i];
      eta += fit.coefficients[j].estimate * x[j];
    }
    const Link here = inverse_link(fit.family, eta);
    for (std::size_t k = 0; k + 1 < p; ++k) {
      const Index row = index(k);
      const Index own = index(k + 1);
      const double beta = fit.coefficients[k + 1].estimate;
      if (!moves[k].step) {
        effects[row] += share * here.slope * beta;
        for (std::size_t j = 0; j < p; ++j) {
          jacobian(row, index(j)) += share * here.bend * beta * x[j];
        }
        jacobian(row, own) += share * here.slope;
        continue;
      }
      double base = eta;
      for (const std::size_t other : moves[k].others) {
        base -= fit.coefficients[other + 1].estimate * x[other + 1];
      }
      const Link without = inverse_link(fit.family, base);
      const Link with = inverse_link(fit.family, base + beta);
      effects[row] += share * (with.mean - without.mean);
      for (std::size_t j = 0; j < p; ++j) {
        jacobian(row, index(j)) += share * (with.slope - without.slope) * x[j];
      }
      for (const std::size_t other : moves[k].others) { // these stand at 0, not at x
        jacobian(row, index(other + 1)) -= share * (with.slope - without.slope) * x[other + 1];
      }
      jacobian(row, own) += share * with.slope;
    }
  }
  MarginalEffects result;
  result.names = predictors.names();
  result.covariance = stats::from_eigen(jacobian * stats::to_eigen(fit.covariance) * jacobian.transpose());
  for (std::size_t k = 0; k + 1 < p; ++k) {
    result.effects.push_back(stats::inference_from(effects[index(k)], std::sqrt(result.covariance(k, k)), fit.df_residual, level));
  }
  return result;
}

} // namespace canvass::survey
