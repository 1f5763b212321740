#include "engine/survey/calibration_solver.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace canvass::survey::detail {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Factor, its slope and its integral at one score.
struct At {
  double value = 0, slope = 0, integral = 0;
};

double sinh_factor(double u) {
  const double p = std::asinh(2 * u);
  const double root = std::sqrt(p * p + 4);
  return p < 0 ? 2 / (root - p) : (p + root) / 2; // no cancellation far below
}

/// From 0 to u; it has no closed form. Eight-point Gauss on pieces of length 1/2 at most.
double sinh_integral(double u) {
  constexpr double at[] = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363};
  constexpr double weight[] = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763};
  const double pieces = std::min(std::ceil(2 * std::fabs(u)), 200.0); // further out it is next to straight
  if (!(pieces > 0)) {
    return 0;
  }
  const double half = u / pieces / 2;
  double sum = 0;
  for (double piece = 0; piece < pieces; ++piece) {
    const double middle = (2 * piece + 1) * half;
    for (std::size_t k = 0; k < 4; ++k) {
      sum += weight[k] * (sinh_factor(middle - at[k] * half) + sinh_factor(middle + at[k] * half));
    }
  }
  return sum * half;
}

class Curve {
public:
  explicit Curve(const Factor& factor) : factor_(factor) {
    if (factor.shape == Factor::Shape::logit) {
      up_ = factor.highest - 1;
      down_ = 1 - factor.lowest;
      steepness_ = (factor.highest - factor.lowest) / (down_ * up_);
    }
    lowest_ = factor.shape == Factor::Shape::logit ? -infinity : factor.lowest; // the logit never leaves its bounds
    highest_ = factor.shape == Factor::Shape::logit ? infinity : factor.highest;
  }

  /// Beyond its bounds the factor stands still and its integral goes on in a straight line; a small slope is kept there, so that Newton's
  /// equations can be solved: it changes the path, not the solution.
  [[nodiscard]] At operator()(double u, std::size_t group) const {
    const double high = factor_.limit.empty() ? highest_ : std::min(highest_, factor_.limit[group]);
    const double low = std::min(lowest_, high);
    At at = free(u);
    if (at.value > high) {
      return beyond(u, high);
    }
    if (at.value < low) {
      return beyond(u, low);
    }
    return at;
  }

private:
  [[nodiscard]] At free(double u) const {
    switch (factor_.shape) {
    case Factor::Shape::exponential: {
      const double e = std::exp(u);
      return {e, e, e};
    }
    case Factor::Shape::linear: return {1 + u, 1, u + u * u / 2};
    case Factor::Shape::sinh: {
      const double p = std::asinh(2 * u);
      return {sinh_factor(u), (1 + p / std::sqrt(p * p + 4)) / std::sqrt(1 + 4 * u * u), sinh_integral(u)};
    }
    case Factor::Shape::logit: break;
    }
    const double x = steepness_ * u;
    const double s = 1 / (1 + up_ / down_ * std::exp(-x));
    const double spread = factor_.highest - factor_.lowest;
    // log(up + down e^x) without overflow
    const double log_sum = x > 0 ? x + std::log(down_ + up_ * std::exp(-x)) : std::log(up_ + down_ * std::exp(x));
    return {factor_.lowest + spread * s, spread * steepness_ * s * (1 - s), factor_.lowest * u + spread / steepness_ * log_sum};
  }
  [[nodiscard]] double score_of(double value) const {
    switch (factor_.shape) {
    case Factor::Shape::exponential: return std::log(value);
    case Factor::Shape::linear: return value - 1;
    case Factor::Shape::sinh: return value > 0 ? std::sinh(value - 1 / value) / 2 : -infinity;
    case Factor::Shape::logit: break;
    }
    const double s = (value - factor_.lowest) / (factor_.highest - factor_.lowest);
    return s <= 0 ? -infinity : std::log(s / (1 - s) * up_ / down_) / steepness_;
  }
  [[nodiscard]] At beyond(double u, double bound) const {
    const double corner = score_of(bound);
    if (!std::isfinite(corner)) { // held at a bound that the shape never reaches: it does not move
      return {bound, 0, bound * u};
    }
    const At there = free(corner);
    constexpr double kept_slope = 1e-4;
    return {bound, kept_slope * there.slope, there.integral + bound * (u - corner)};
  }

  const Factor& factor_;
  double lowest_ = 0, highest_ = 0, up_ = 0, down_ = 0, steepness_ = 0;
};

/// The largest relative distance of a margin, and where.
void judge(const Problem& problem, const std::vector<double>& reached, const std::vector<double>& size, Solution& solution) {
  solution.off = 0;
  for (std::size_t c = 0; c < problem.columns(); ++c) {
    solution.excess[c] = problem.target[c] - reached[c];
    const double scale = problem.target[c] != 0 ? std::fabs(problem.target[c]) : size[c];
    const double off = scale > 0 ? std::fabs(solution.excess[c]) / scale : 0;
    if (off > solution.off || std::isnan(off)) {
      solution.off = std::isnan(off) ? infinity : off;
      solution.column = c;
    }
  }
}

/// The dual at some scores: its value, gradient (reached less target, and the give) and, if asked for, second derivatives.
class Dual {
public:
  Dual(const Problem& problem, std::span<const double> weights, const Factor& factor, double give)
      : problem_(problem), weights_(weights), curve_(factor), margins_(problem.margins.size()) {
    double total = 0;
    for (const double weight : weights) {
      total += weight;
    }
    give_ = give * (problem.people > 0 ? problem.people : total);
  }

  double value(const Eigen::VectorXd& score) const {
    double sum = give_ / 2 * score.squaredNorm();
    for (std::size_t c = 0; c < problem_.columns(); ++c) {
      sum -= problem_.target[c] * score[static_cast<Eigen::Index>(c)];
    }
    for (std::size_t g = 0; g < problem_.groups; ++g) {
      if (weights_[g] > 0) {
        sum += weights_[g] * curve_(score_of(score, g), g).integral;
      }
    }
    return sum;
  }

  void derivatives(const Eigen::VectorXd& score, Solution& solution, Eigen::VectorXd& gradient, Eigen::MatrixXd& second) const {
    const auto columns = static_cast<Eigen::Index>(problem_.columns());
    second.setZero(columns, columns);
    std::vector<double> reached(problem_.columns(), 0.0);
    std::vector<double> size(problem_.columns(), 0.0);
    for (std::size_t g = 0; g < problem_.groups; ++g) {
      const At at = curve_(score_of(score, g), g);
      solution.factor[g] = at.value;
      if (!(weights_[g] > 0)) {
        continue;
      }
      const double weight = weights_[g] * at.value;
      const double slope = weights_[g] * at.slope;
      for (std::size_t m = 0; m < margins_; ++m) {
        const std::size_t k = g * margins_ + m;
        const auto c = problem_.column[k];
        const double v = value_at(k);
        reached[static_cast<std::size_t>(c)] += weight * v;
        size[static_cast<std::size_t>(c)] += weights_[g] * std::fabs(v);
        for (std::size_t l = 0; l <= m; ++l) {
          const std::size_t other = g * margins_ + l;
          second(c, problem_.column[other]) += slope * v * value_at(other);
        }
      }
    }
    judge(problem_, reached, size, solution);
    gradient = give_ * score;
    for (Eigen::Index c = 0; c < columns; ++c) {
      gradient[c] -= solution.excess[static_cast<std::size_t>(c)];
      second(c, c) += give_;
    }
  }

private:
  [[nodiscard]] double value_at(std::size_t k) const { return problem_.value.empty() ? 1.0 : problem_.value[k]; }
  [[nodiscard]] double score_of(const Eigen::VectorXd& score, std::size_t g) const {
    double sum = 0;
    for (std::size_t m = 0; m < margins_; ++m) {
      const std::size_t k = g * margins_ + m;
      sum += value_at(k) * score[problem_.column[k]];
    }
    return sum;
  }

  const Problem& problem_;
  std::span<const double> weights_;
  Curve curve_;
  std::size_t margins_;
  double give_ = 0;
};

} // namespace

bool Factor::held() const {
  return shape == Shape::logit || lowest > -infinity || highest < infinity || !limit.empty();
}

Solution fit_proportionally(const Problem& problem, std::span<const double> weights, double tolerance, std::size_t most_sweeps) {
  const std::size_t margins = problem.margins.size();
  Solution solution;
  solution.excess.assign(problem.columns(), 0.0);
  solution.factor.assign(problem.groups, 1.0);
  std::vector<double> current(weights.begin(), weights.end());
  std::vector<double> scale(problem.columns(), 1.0); // of the last pass
  std::vector<double> product(problem.columns(), 1.0);
  std::vector<double> sum(problem.columns());
  const std::int32_t* column = problem.column.data();
  while (solution.steps < most_sweeps) {
    ++solution.steps;
    double worst = 0;
    for (std::size_t m = 0; m < margins; ++m) {
      const std::size_t before = m == 0 ? margins - 1 : m - 1;
      std::fill(sum.begin() + static_cast<std::ptrdiff_t>(problem.first[m]),
                sum.begin() + static_cast<std::ptrdiff_t>(problem.first[m + 1]), 0.0);
      for (std::size_t g = 0; g < problem.groups; ++g) { // the factors of the margin before are applied on the way
        current[g] *= scale[static_cast<std::size_t>(column[g * margins + before])];
        sum[static_cast<std::size_t>(column[g * margins + m])] += current[g];
      }
      for (std::size_t c = problem.first[m]; c < problem.first[m + 1]; ++c) {
        scale[c] = sum[c] > 0 ? problem.target[c] / sum[c] : 1;
        product[c] *= scale[c];
        worst = std::max(worst, std::fabs(scale[c] - 1));
      }
    }
    if (!(worst > tolerance / 4)) {
      break;
    }
  }
  solution.score.resize(problem.columns());
  std::transform(product.begin(), product.end(), solution.score.begin(), [](double x) { return std::log(x); });
  std::vector<double> reached(problem.columns(), 0.0);
  for (std::size_t g = 0; g < problem.groups; ++g) {
    double factor = 1;
    for (std::size_t m = 0; m < margins; ++m) {
      factor *= product[static_cast<std::size_t>(column[g * margins + m])];
    }
    solution.factor[g] = factor;
    for (std::size_t m = 0; m < margins; ++m) {
      reached[static_cast<std::size_t>(column[g * margins + m])] += weights[g] * factor;
    }
  }
  judge(problem, reached, reached, solution);
  solution.converged = solution.off <= tolerance;
  return solution;
}

Solution solve_dual(const Problem& problem, std::span<const double> weights, const Factor& factor, double tolerance, std::size_t most_steps,
                    std::span<const double> start, double give) {
  Solution solution;
  solution.factor.resize(problem.groups);
  solution.excess.resize(problem.columns());
  const auto columns = static_cast<Eigen::Index>(problem.columns());
  Eigen::VectorXd score = Eigen::VectorXd::Zero(columns);
  if (!start.empty()) {
    score = Eigen::Map<const Eigen::VectorXd>(start.data(), columns);
  }
  const Dual dual(problem, weights, factor, give);
  Eigen::VectorXd gradient;
  Eigen::MatrixXd second;
  double value = dual.value(score);
  if (!std::isfinite(value)) {
    score.setZero();
    value = dual.value(score);
  }
  for (;;) {
    dual.derivatives(score, solution, gradient, second);
    const double left = give > 0 ? gradient.cwiseAbs().maxCoeff() / (problem.people > 0 ? problem.people : 1) : solution.off;
    solution.converged = left <= tolerance;
    if (solution.converged || solution.steps >= most_steps) {
      break;
    }
    ++solution.steps;
    // Margins of one sum leave a direction open in which nothing changes: a ridge far below the accuracy closes it.
    second.diagonal().array() += 1e-13 * second.diagonal().maxCoeff() + 1e-300;
    const Eigen::VectorXd step = -second.selfadjointView<Eigen::Lower>().ldlt().solve(gradient);
    const double slope = gradient.dot(step);
    if (!std::isfinite(slope)) {
      break;
    }
    double length = 1;
    double next = 0;
    bool found = false;
    const double rounding = 1e-13 * (std::fabs(value) + 1);
    for (int halvings = 0; halvings < 60; ++halvings, length /= 2) {
      next = dual.value(score + length * step);
      found = std::isfinite(next) && next <= value + 1e-4 * length * slope + rounding;
      if (found) {
        break;
      }
    }
    if (!found) {
      break;
    }
    score += length * step;
    value = next;
  }
  solution.score.assign(score.data(), score.data() + columns);
  return solution;
}

Solution solve(const Problem& problem, std::span<const double> weights, const Factor& factor, double tolerance, std::size_t most_steps,
               std::span<const double> start) {
  constexpr std::size_t patience = 60; // sweeps; Newton needs a handful of steps, each the price of many sweeps
  if (factor.shape == Factor::Shape::exponential && !factor.held() && problem.cells_only) {
    Solution fitted = fit_proportionally(problem, weights, tolerance, std::min(patience, most_steps));
    if (fitted.converged || fitted.steps >= most_steps) {
      return fitted;
    }
    Solution newton = solve_dual(problem, weights, factor, tolerance, most_steps - fitted.steps, fitted.score);
    newton.steps += fitted.steps;
    return newton;
  }
  return solve_dual(problem, weights, factor, tolerance, most_steps, start);
}

} // namespace canvass::survey::detail
