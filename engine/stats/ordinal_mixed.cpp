#include "engine/stats/ordinal_mixed.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/cumulative.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/eigen_bridge.hpp"
#include "engine/stats/ordinal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace canvass::stats {

namespace {

using cumulative::Data;
using cumulative::log_probability;
using cumulative::LogProbability;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double half_log_two_pi = 0.91893853320467274178;

struct Value {
  double log_likelihood = -infinity;
  Eigen::VectorXd gradient;    ///< of the exact integral, from the same nodes (Fisher's identity)
  Eigen::MatrixXd information; ///< observed, from the same nodes (Louis 1982)
};

/// Parameters: thresholds, coefficients, log person SD. A person's effect is SD x z, z standard normal.
class Model {
public:
  Model(const Data& data, std::span<const std::size_t> person)
      : data_(data), thresholds_(index(data.categories.size()) - 1), p_(data.x.cols()) {
    std::map<std::size_t, std::vector<std::size_t>> people;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      people[person[data.rows[i]]].push_back(i);
    }
    for (auto& [id, rows] : people) {
      repeated_ = repeated_ || rows.size() > 1;
      people_.push_back(std::move(rows));
    }
  }

  [[nodiscard]] Eigen::Index size() const { return thresholds_ + p_ + 1; }
  [[nodiscard]] Eigen::Index thresholds() const { return thresholds_; }
  [[nodiscard]] std::size_t people() const { return people_.size(); }
  [[nodiscard]] bool repeated() const { return repeated_; }

  /// Slope of the log-likelihood in the person variance at variance 0.
  [[nodiscard]] double slope_at_no_variance(const Eigen::VectorXd& fixed) const {
    Eigen::VectorXd at(size());
    at << fixed, -infinity;
    const Ends ends = ends_at(at);
    double slope = 0;
    for (const auto& rows : people_) {
      double first = 0;
      double second = 0;
      for (const std::size_t row : rows) {
        const LogProbability part = probability(ends, row, 0);
        first += part.by_upper + part.by_lower;
        second += part.upper_upper + part.lower_lower + 2 * part.upper_lower;
      }
      slope += 0.5 * (first * first + second);
    }
    return slope;
  }

  [[nodiscard]] Value evaluate(const Eigen::VectorXd& at, const HermiteRule& rule, bool with_derivatives) const {
    Value value;
    const Eigen::Index q = size();
    for (Eigen::Index j = 1; j < thresholds_; ++j) {
      if (!(at(j) > at(j - 1))) {
        return value;
      }
    }
    const double sd = std::exp(at(q - 1));
    const Ends ends = ends_at(at);
    double sum = 0;
    value.gradient = Eigen::VectorXd::Zero(q);
    value.information = Eigen::MatrixXd::Zero(q, q);
    const std::size_t nodes = rule.nodes.size();
    std::vector<double> logs(nodes);
    std::vector<double> places(nodes);
    for (const auto& rows : people_) {
      const auto [mode, spread] = mode_of(ends, rows, sd);
      double largest = -infinity;
      for (std::size_t k = 0; k < nodes; ++k) {
        places[k] = mode + std::sqrt(2.0) * spread * rule.nodes[k];
        double log_density = -0.5 * places[k] * places[k] - half_log_two_pi;
        for (const std::size_t row : rows) {
          log_density += probability(ends, row, sd * places[k]).value;
        }
        logs[k] = log_density + rule.log_weights[k] + rule.nodes[k] * rule.nodes[k];
        largest = std::max(largest, logs[k]);
      }
      double total = 0;
      for (const double log : logs) {
        total += std::exp(log - largest);
      }
      const double log_integral = largest + std::log(total) + 0.5 * std::log(2.0) + std::log(spread);
      if (!std::isfinite(log_integral)) {
        return {};
      }
      sum += log_integral;
      if (with_derivatives) {
        add_derivatives(value, ends, rows, sd, places, logs, largest + std::log(total));
      }
    }
    value.log_likelihood = sum;
    return value;
  }

private:
  struct Ends { // fixed part of the linear predictors of each row
    std::vector<double> upper;
    std::vector<double> lower;
  };

  [[nodiscard]] bool has_upper(std::size_t row) const { return index(data_.y[row]) < thresholds_; }
  [[nodiscard]] bool has_lower(std::size_t row) const { return data_.y[row] > 0; }

  [[nodiscard]] Ends ends_at(const Eigen::VectorXd& at) const {
    Ends ends;
    const Eigen::VectorXd linear = data_.x * at.segment(thresholds_, p_);
    for (std::size_t row = 0; row < data_.y.size(); ++row) {
      ends.upper.push_back(has_upper(row) ? at(index(data_.y[row])) - linear(index(row)) : 0);
      ends.lower.push_back(has_lower(row) ? at(index(data_.y[row]) - 1) - linear(index(row)) : 0);
    }
    return ends;
  }

  [[nodiscard]] LogProbability probability(const Ends& ends, std::size_t row, double effect) const {
    return log_probability(has_upper(row), ends.upper[row] - effect, has_lower(row), ends.lower[row] - effect);
  }

  struct Mode {
    double at;
    double spread;
  };

  /// Where the integrand of one person is largest, and the curvature there: log-concave, so Newton with halving finds it.
  [[nodiscard]] Mode mode_of(const Ends& ends, const std::vector<std::size_t>& rows, double sd) const {
    struct Point {
      double value;
      double slope;
      double curvature;
    };
    const auto point_at = [&](double z) {
      Point point{-0.5 * z * z, -z, -1};
      for (const std::size_t row : rows) {
        const LogProbability part = probability(ends, row, sd * z);
        point.value += part.value;
        point.slope -= sd * (part.by_upper + part.by_lower);
        point.curvature += sd * sd * (part.upper_upper + part.lower_lower + 2 * part.upper_lower);
      }
      return point;
    };
    double z = 0;
    Point here = point_at(z);
    for (int round = 0; round < 100; ++round) {
      double step = -here.slope / here.curvature;
      if (std::abs(step) < 1e-14 * (1 + std::abs(z))) {
        break;
      }
      Point there = point_at(z + step);
      for (int halving = 0; halving < 50 && there.value < here.value - 1e-13 * (1 + std::abs(here.value)); ++halving) {
        step /= 2;
        there = point_at(z + step);
      }
      z += step;
      here = there;
      if (std::abs(step) < 1e-11) {
        break;
      }
    }
    return {z, 1 / std::sqrt(-here.curvature)};
  }

  void add_derivatives(Value& value, const Ends& ends, const std::vector<std::size_t>& rows, double sd, const std::vector<double>& places,
                       const std::vector<double>& logs, double log_total) const {
    const Eigen::Index q = size();
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(q);
    Eigen::MatrixXd second = Eigen::MatrixXd::Zero(q, q);
    Eigen::VectorXd score(q);
    Eigen::MatrixXd curvature(q, q);
    Eigen::VectorXd upper_row(q);
    Eigen::VectorXd lower_row(q);
    for (std::size_t k = 0; k < places.size(); ++k) {
      const double weight = std::exp(logs[k] - log_total);
      if (weight < 1e-18) {
        continue;
      }
      score.setZero();
      curvature.setZero();
      const double effect = sd * places[k];
      for (const std::size_t row : rows) {
        const LogProbability part = probability(ends, row, effect);
        upper_row.setZero();
        lower_row.setZero();
        const auto fill = [&](Eigen::VectorXd& target, Eigen::Index threshold) {
          target(threshold) = 1;
          target.segment(thresholds_, p_) = -data_.x.row(index(row)).transpose();
          target(q - 1) = -effect; // and its own derivative is the same again
        };
        if (has_upper(row)) {
          fill(upper_row, index(data_.y[row]));
        }
        if (has_lower(row)) {
          fill(lower_row, index(data_.y[row]) - 1);
        }
        score += part.by_upper * upper_row + part.by_lower * lower_row;
        auto lower_triangle = curvature.selfadjointView<Eigen::Lower>(); // rank updates: no temporaries in the innermost loop
        lower_triangle.rankUpdate(upper_row, part.upper_upper);
        lower_triangle.rankUpdate(lower_row, part.lower_lower);
        lower_triangle.rankUpdate(upper_row, lower_row, part.upper_lower);
        curvature(q - 1, q - 1) -= effect * (part.by_upper + part.by_lower);
      }
      mean += weight * score;
      second += weight * curvature;
      second.selfadjointView<Eigen::Lower>().rankUpdate(score, weight);
    }
    second.triangularView<Eigen::StrictlyUpper>() = second.transpose();
    value.gradient += mean;
    value.information -= second - mean * mean.transpose();
  }

  const Data& data_;
  Eigen::Index thresholds_;
  Eigen::Index p_;
  std::vector<std::vector<std::size_t>> people_;
  bool repeated_ = false;
};

/// Derivatives of the approximation itself, where it is not the integral (few nodes): fourth-order differences, steps in standard errors.
Value by_differences(const Model& model, const Eigen::VectorXd& at, const HermiteRule& rule, const Eigen::VectorXd& std_errors,
                     bool with_information) {
  const Eigen::Index q = model.size();
  const auto f = [&](const Eigen::VectorXd& x) { return model.evaluate(x, rule, false).log_likelihood; };
  Value value;
  value.log_likelihood = f(at);
  value.gradient = Eigen::VectorXd::Zero(q);
  value.information = Eigen::MatrixXd::Zero(q, q);
  const Eigen::VectorXd h = 0.02 * std_errors;
  const std::array<double, 4> offsets{-2, -1, 1, 2};
  const std::array<double, 4> first{1.0 / 12, -8.0 / 12, 8.0 / 12, -1.0 / 12};
  const std::array<double, 4> second{-1.0 / 12, 16.0 / 12, 16.0 / 12, -1.0 / 12};
  for (Eigen::Index i = 0; i < q; ++i) {
    double curvature = -30.0 / 12 * value.log_likelihood;
    for (std::size_t a = 0; a < 4; ++a) {
      Eigen::VectorXd x = at;
      x(i) += offsets[a] * h(i);
      const double there = f(x);
      value.gradient(i) += first[a] * there / h(i);
      curvature += second[a] * there;
    }
    value.information(i, i) = -curvature / (h(i) * h(i));
    for (Eigen::Index j = 0; with_information && j < i; ++j) {
      double mixed = 0;
      for (std::size_t a = 0; a < 4; ++a) {
        for (std::size_t b = 0; b < 4; ++b) {
          Eigen::VectorXd x = at;
          x(i) += offsets[a] * h(i);
          x(j) += offsets[b] * h(j);
          mixed += first[a] * first[b] * f(x);
        }
      }
      value.information(i, j) = value.information(j, i) = -mixed / (h(i) * h(j));
    }
  }
  return value;
}

struct Maximum {
  Eigen::VectorXd at;
  double log_likelihood = -infinity;
  Eigen::MatrixXd information;
  int iterations = 0;
  bool to_zero = false;     ///< the person variance runs to 0
  bool to_infinity = false; ///< the person variance runs to infinity
};

Eigen::VectorXd standard_errors(const Eigen::MatrixXd& information) {
  const Eigen::MatrixXd inverse = information.ldlt().solve(Eigen::MatrixXd::Identity(information.rows(), information.cols()));
  return inverse.diagonal().cwiseAbs().cwiseSqrt();
}

/// Newton with step halving. With `metric` the maximum is that of the approximation with the nodes of `rule`: its gradient by differences,
/// the curvature that scales the steps from the nodes of `metric`. Without, it is that of the integral, with the integral's derivatives.
Maximum maximise(const Model& model, const Eigen::VectorXd& start, const HermiteRule& rule, const HermiteRule* metric = nullptr) {
  const bool exact = metric == nullptr;
  const auto evaluate = [&](const Eigen::VectorXd& at) {
    if (exact) {
      return model.evaluate(at, rule, true);
    }
    Value value = model.evaluate(at, *metric, true);
    value.log_likelihood = model.evaluate(at, rule, false).log_likelihood;
    return value;
  };
  Maximum best;
  best.at = start;
  const Eigen::Index last = model.size() - 1;
  double previous = infinity;
  int standing = 0;
  Value here = evaluate(best.at);
  for (best.iterations = 0; best.iterations < 50; ++best.iterations) {
    best.log_likelihood = here.log_likelihood;
    best.information = here.information;
    best.to_zero = best.at(last) < -7;
    best.to_infinity = best.at(last) > 3.2; // 25 logits: the data set no upper end
    if (best.to_zero || best.to_infinity) {
      return best;
    }
    Eigen::VectorXd gradient = here.gradient;
    Eigen::LLT<Eigen::MatrixXd> factor(here.information);
    for (double ridge = 1e-3; factor.info() != Eigen::Success && ridge < 1e6; ridge *= 10) {
      const Eigen::VectorXd size = here.information.diagonal().cwiseAbs().array() + 1e-8;
      factor.compute(here.information + ridge * Eigen::MatrixXd(size.asDiagonal()));
    }
    if (!exact) {
      gradient = by_differences(model, best.at, rule, standard_errors(here.information), false).gradient;
    }
    Eigen::VectorXd step = factor.solve(gradient);
    const double decrement = std::sqrt(std::max(0.0, gradient.dot(step)));
    const double enough = exact ? 1e-11 : 1e-9; // differences carry rounding
    standing = decrement > 0.7 * previous ? standing + 1 : 0;
    if (decrement < enough || (decrement < 1e-7 && standing > 0) || (decrement < 1e-3 && standing > 3)) {
      break; // there, or as near as rounding lets
    }
    previous = decrement;
    if (const double longest = step.cwiseAbs().maxCoeff(); longest > 2) {
      step *= 2 / longest;
    }
    bool moved = false;
    double scale = 1;
    for (int halving = 0; halving < 40 && !moved; ++halving, scale /= 2) {
      const Eigen::VectorXd there = best.at + scale * step;
      const Value value = evaluate(there);
      // The derivatives are the integral's: near the end the approximation may fall by its own error.
      const double noise = (decrement < 0.3 && exact ? 1e-4 : 1e-13) * (1 + std::abs(here.log_likelihood));
      if (value.log_likelihood >= here.log_likelihood - noise) {
        best.at = there;
        here = value;
        moved = true;
      }
    }
    if (!moved) {
      break;
    }
  }
  if (!exact) {
    best.information = by_differences(model, best.at, rule, standard_errors(best.information), true).information;
  }
  return best;
}

} // namespace

HermiteRule gauss_hermite(int n) {
  if (n < 1) {
    throw DomainError(fmt::format("a quadrature of {} nodes was asked for; at least 1 is needed", n));
  }
  // Golub and Welsch: nodes are the eigenvalues of the Jacobi matrix; weights from the orthonormal recurrence at the polished node.
  const Eigen::Index size = n;
  Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(size, size);
  for (Eigen::Index i = 1; i < size; ++i) {
    jacobi(i, i - 1) = jacobi(i - 1, i) = std::sqrt(static_cast<double>(i) / 2);
  }
  const Eigen::VectorXd nodes = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(jacobi, Eigen::EigenvaluesOnly).eigenvalues();
  HermiteRule rule;
  for (Eigen::Index i = 0; i < size; ++i) {
    // log of sum of squares of the orthonormal polynomials below n at the node, rescaled on the way against overflow
    const double x = 0.5 * (nodes(i) - nodes(size - 1 - i)); // symmetric
    double below = 0;
    double here = std::pow(3.14159265358979323846, -0.25);
    double sum = here * here;
    double log_scale = 0;
    for (int k = 1; k < n; ++k) {
      const double next = x * std::sqrt(2.0 / k) * here - std::sqrt((k - 1.0) / k) * below;
      below = here;
      here = next;
      sum += here * here;
      if (sum > 1e100) {
        below *= 1e-50;
        here *= 1e-50;
        sum *= 1e-100;
        log_scale += 100 * std::log(10.0);
      }
    }
    rule.nodes.push_back(x);
    rule.log_weights.push_back(-std::log(sum) - log_scale);
  }
  return rule;
}

OrdinalMixedFit ordinal_mixed(const Matrix& predictors, std::span<const double> y, std::span<const std::size_t> person,
                              const OrdinalMixedOptions& options) {
  if (person.size() != y.size()) {
    throw DomainError(
        fmt::format("the columns have different lengths ({} outcomes, {} people); each row needs one of each", y.size(), person.size()));
  }
  if (options.nodes < 0) {
    throw DomainError(
        fmt::format("a quadrature of {} nodes was asked for; 0 (until stable), 1 (Laplace) or more are allowed", options.nodes));
  }
  OrdinalOptions plain;
  plain.conf_level = options.conf_level;
  plain.profile = false;
  plain.nominal_test = false;
  const OrdinalFit fixed = proportional_odds(predictors, y, plain);
  if (fixed.separated) {
    throw DomainError(fmt::format("predictor {} separates the answers, so that its effect runs to infinity; use the model without person "
                                  "effect, which has a penalised estimate",
                                  fixed.separated_columns.empty() ? 0 : fixed.separated_columns.front() + 1));
  }
  const Data data = cumulative::make_data(predictors, y);
  const Model model(data, person);
  if (!model.repeated()) {
    throw DomainError("nobody has two rows, so that people and chance cannot be told apart; a person effect needs repeated answers");
  }
  OrdinalMixedFit fit;
  fit.categories = data.categories;
  fit.counts = data.counts;
  fit.n_rows = data.rows.size();
  fit.n_persons = model.people();
  fit.n_missing_rows = data.n_missing;
  fit.log_likelihood_fixed = fixed.log_likelihood;

  const Eigen::Index thresholds = model.thresholds();
  const Eigen::Index q = model.size();
  Eigen::VectorXd fixed_part(q - 1);
  for (Eigen::Index i = 0; i < q - 1; ++i) {
    fixed_part(i) = i < thresholds ? fixed.thresholds[position(i)].estimate : fixed.coefficients[position(i - thresholds)].wald.estimate;
  }
  Eigen::VectorXd start(q);
  start << 1.2 * fixed_part, 0;
  const bool rises = model.slope_at_no_variance(fixed_part) > 0;

  const auto runs_away = [&]() {
    throw DomainError(
        "people give nearly the same answer at every wave, so that the variance between them runs to infinity; use the model on "
        "changes instead");
  };
  Maximum best;
  fit.nodes = options.nodes;
  if (options.nodes > 0) {
    const HermiteRule few = gauss_hermite(options.nodes);
    const HermiteRule many = gauss_hermite(15);
    best = maximise(model, start, many);
    if (!best.to_zero && !best.to_infinity) {
      best = maximise(model, best.at, few, &many);
    }
  } else {
    bool stable = false;
    for (const int nodes : {7, 15, 31, 63, 127}) {
      const Maximum next = maximise(model, nodes == 7 ? start : best.at, gauss_hermite(nodes));
      fit.nodes = nodes;
      if (next.to_zero || next.to_infinity) {
        best = next;
        break;
      }
      if (nodes > 7) {
        const Eigen::VectorXd moved = (next.at - best.at).cwiseAbs().cwiseQuotient(standard_errors(next.information));
        stable = std::abs(next.log_likelihood - best.log_likelihood) <= 1e-8 * std::abs(next.log_likelihood) && moved.maxCoeff() <= 1e-6;
      }
      best = next;
      if (stable) {
        break;
      }
    }
    if (!stable && !best.to_zero && !best.to_infinity) {
      fit.warnings.emplace_back("The quadrature did not settle with 127 nodes; the last digits of these estimates are doubtful");
    }
  }
  if (best.to_infinity) {
    runs_away();
  }
  if (best.to_zero || (!rises && best.log_likelihood < fixed.log_likelihood)) {
    fit.method = "proportional odds ml (person variance 0)";
    fit.nodes = 0;
    fit.boundary = true;
    fit.thresholds = fixed.thresholds;
    for (const OrdinalCoefficient& coefficient : fixed.coefficients) {
      fit.coefficients.push_back(coefficient.wald);
    }
    fit.vcov = fixed.vcov;
    fit.log_likelihood = fixed.log_likelihood;
    fit.iterations = fixed.iterations;
    fit.warnings.emplace_back("The variance between people is estimated at 0: this is the model without a person effect");
    return fit;
  }
  fit.method = options.nodes == 1 ? "clmm laplace" : fmt::format("clmm agq {}", fit.nodes);
  fit.iterations = best.iterations;
  fit.log_likelihood = best.log_likelihood;
  fit.person_sd = std::exp(best.at(q - 1));
  const Eigen::MatrixXd vcov = best.information.ldlt().solve(Eigen::MatrixXd::Identity(q, q));
  fit.vcov = from_eigen(0.5 * (vcov + vcov.transpose()));
  for (Eigen::Index i = 0; i < q - 1; ++i) {
    const Inference made = inference_from(best.at(i), std::sqrt(vcov(i, i)), infinity, options.conf_level);
    (i < thresholds ? fit.thresholds : fit.coefficients).push_back(made);
  }
  return fit;
}

} // namespace canvass::stats
