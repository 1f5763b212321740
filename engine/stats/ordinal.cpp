#include "engine/stats/ordinal.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/cumulative.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/eigen_bridge.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

namespace canvass::stats {

namespace cumulative {

Data make_data(const Matrix& predictors, std::span<const double> y) {
  if (predictors.rows != y.size() && predictors.columns > 0) {
    throw DomainError(fmt::format("the columns have different lengths ({} outcomes, {} predictor rows); each row needs one of each",
                                  y.size(), predictors.rows));
  }
  Data data;
  std::map<double, std::size_t> found;
  for (std::size_t i = 0; i < y.size(); ++i) {
    bool complete = std::isfinite(y[i]);
    for (std::size_t j = 0; j < predictors.columns && complete; ++j) {
      complete = std::isfinite(predictors(i, j));
    }
    if (complete) {
      data.rows.push_back(i);
      ++found[y[i]];
    }
  }
  data.n_missing = y.size() - data.rows.size();
  if (data.rows.empty()) {
    throw DomainError("nobody has an answer that this model could use");
  }
  if (found.size() < 2) {
    throw DomainError(fmt::format("all {} answers are the same; two categories or more are needed", data.rows.size()));
  }
  std::map<double, std::size_t> number;
  for (const auto& [code, count] : found) {
    number.emplace(code, number.size());
    data.categories.push_back(code);
    data.counts.push_back(count);
  }
  const Eigen::Index p = index(predictors.columns);
  data.x.resize(index(data.rows.size()), p);
  for (std::size_t i = 0; i < data.rows.size(); ++i) {
    data.y.push_back(number.at(y[data.rows[i]]));
    for (Eigen::Index j = 0; j < p; ++j) {
      data.x(index(i), j) = predictors(data.rows[i], position(j));
    }
  }
  if (data.rows.size() <= predictors.columns + data.categories.size() - 1) {
    throw DomainError(fmt::format("{} answers cannot carry {} thresholds and {} coefficients; more answers are needed", data.rows.size(),
                                  data.categories.size() - 1, predictors.columns));
  }
  Eigen::MatrixXd with_ones(data.x.rows(), p + 1);
  with_ones << Eigen::VectorXd::Ones(data.x.rows()), data.x;
  if (const Eigen::Index column = dependent_column(with_ones); column >= 0) {
    throw DomainError(fmt::format("predictor {} is constant or a combination of those before it; its coefficient cannot be found", column));
  }
  return data;
}

} // namespace cumulative

namespace {

using cumulative::Data;
using cumulative::log_probability;
using cumulative::LogProbability;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Rows with the same predictors: their counts by category.
struct Pattern {
  Eigen::VectorXd x;
  std::vector<double> counts;
  double total = 0;
};

struct Value {
  double log_likelihood = -infinity;
  double penalised = -infinity; ///< log likelihood + half the log determinant of the expected information
  Eigen::VectorXd gradient;     ///< of the one that is asked for
  Eigen::MatrixXd information;  ///< observed, or expected where penalised
  double largest = 0;           ///< largest absolute linear predictor
  [[nodiscard]] double objective(bool with_penalty) const { return with_penalty ? penalised : log_likelihood; }
};

/// Parameters: thresholds, then coefficients, then (where `nominal` >= 0) deviations of that column's effect at thresholds 2, 3 ...
class Model {
public:
  Model(const Data& data, bool penalty, Eigen::Index nominal = -1)
      : thresholds_(index(data.categories.size()) - 1), p_(data.x.cols()), penalty_(penalty), nominal_(nominal) {
    std::map<std::vector<double>, std::size_t> numbers;
    for (Eigen::Index i = 0; i < data.x.rows(); ++i) {
      const Eigen::VectorXd x = data.x.row(i).transpose();
      const auto [at, is_new] = numbers.emplace(from_eigen_vector(x), patterns_.size());
      if (is_new) {
        patterns_.push_back({x, std::vector<double>(data.categories.size(), 0), 0});
      }
      Pattern& pattern = patterns_[at->second];
      pattern.counts[data.y[position(i)]] += 1;
      pattern.total += 1;
    }
  }

  [[nodiscard]] Eigen::Index size() const { return thresholds_ + p_ + (nominal_ >= 0 ? thresholds_ - 1 : 0); }
  [[nodiscard]] Eigen::Index thresholds() const { return thresholds_; }
  [[nodiscard]] bool penalty() const { return penalty_; }

  /// d eta_j / d parameters at predictors x.
  [[nodiscard]] Eigen::VectorXd row(const Eigen::VectorXd& x, Eigen::Index j) const {
    Eigen::VectorXd result = Eigen::VectorXd::Zero(size());
    result(j) = 1;
    result.segment(thresholds_, p_) = -x;
    if (nominal_ >= 0 && j > 0) {
      result(thresholds_ + p_ + j - 1) = -x(nominal_);
    }
    return result;
  }

  [[nodiscard]] Value evaluate(const Eigen::VectorXd& at) const {
    Value value;
    const Eigen::Index q = size();
    value.gradient = Eigen::VectorXd::Zero(q);
    value.information = Eigen::MatrixXd::Zero(q, q);
    double sum = 0;
    struct Part {
      double weight; // expected count
      Eigen::VectorXd score;
      Eigen::MatrixXd curvature;
    };
    std::vector<Part> parts;
    for (const Pattern& pattern : patterns_) {
      Eigen::VectorXd lower_row;
      double lower = 0;
      for (Eigen::Index j = 0; j <= thresholds_; ++j) {
        const bool has_upper = j < thresholds_;
        const bool has_lower = j > 0;
        const Eigen::VectorXd upper_row = has_upper ? row(pattern.x, j) : Eigen::VectorXd::Zero(q);
        const double upper = has_upper ? upper_row.dot(at) : 0;
        const double count = pattern.counts[position(j)];
        const LogProbability part = log_probability(has_upper, upper, has_lower, lower);
        if (part.value == -infinity) {
          return {};
        }
        value.largest = std::max(value.largest, has_upper ? std::abs(upper) : 0);
        if (count > 0 || penalty_) {
          Eigen::VectorXd score = part.by_upper * upper_row;
          Eigen::MatrixXd curvature = part.upper_upper * upper_row * upper_row.transpose();
          if (has_lower) {
            score += part.by_lower * lower_row;
            curvature += part.lower_lower * lower_row * lower_row.transpose() +
                         part.upper_lower * (upper_row * lower_row.transpose() + lower_row * upper_row.transpose());
          }
          sum += count * part.value;
          value.gradient += count * score;
          if (penalty_) {
            const double expected = pattern.total * std::exp(part.value);
            value.information += expected * score * score.transpose();
            parts.push_back({expected, std::move(score), std::move(curvature)});
          } else {
            value.information -= count * curvature;
          }
        }
        lower_row = upper_row;
        lower = upper;
      }
    }
    if (!std::isfinite(sum)) {
      return {};
    }
    value.log_likelihood = sum;
    if (penalty_) {
      const Eigen::LLT<Eigen::MatrixXd> factor(value.information);
      if (factor.info() != Eigen::Success) {
        return {};
      }
      value.penalised = sum + Eigen::MatrixXd(factor.matrixL()).diagonal().array().log().sum();
      for (const Part& part : parts) { // gradient of half the log determinant
        const Eigen::VectorXd solved = factor.solve(part.score);
        value.gradient += 0.5 * part.weight * (part.score.dot(solved) * part.score + 2 * part.curvature * solved);
      }
    }
    return value;
  }

  /// Whether the likelihood never falls along d, for anybody: then there is no maximum (Albert and Anderson 1984, in the ordinal case).
  [[nodiscard]] bool never_falls_along(const Eigen::VectorXd& d) const {
    double largest = 0;
    double worst = 0;
    for (const Pattern& pattern : patterns_) {
      for (Eigen::Index j = 0; j <= thresholds_; ++j) {
        if (pattern.counts[position(j)] == 0) {
          continue;
        }
        const double up = j < thresholds_ ? row(pattern.x, j).dot(d) : 0;
        const double down = j > 0 ? -row(pattern.x, j - 1).dot(d) : 0;
        largest = std::max({largest, up, down});
        worst = std::min({worst, up, down});
      }
    }
    return largest > 0 && worst > -1e-4 * largest;
  }

private:
  Eigen::Index thresholds_;
  Eigen::Index p_;
  bool penalty_;
  Eigen::Index nominal_;
  std::vector<Pattern> patterns_;
};

struct Maximum {
  Eigen::VectorXd at;
  Value value;
  bool separated = false;
  Eigen::VectorXd direction; ///< where the likelihood rises for ever
  int iterations = 0;
};

/// Newton (expected information with the penalty) with step halving; parameter `fixed` (-1: none) stays where it is. The search is given
/// up as endless only where a linear predictor is beyond `far`: e^-far is what the likelihood is short of its limit there.
Maximum maximise(const Model& model, const Eigen::VectorXd& start, Eigen::Index fixed = -1, double far = 18) {
  Maximum best;
  best.at = start;
  best.value = model.evaluate(start);
  const Eigen::Index q = model.size();
  std::vector<Eigen::Index> free;
  for (Eigen::Index i = 0; i < q; ++i) {
    if (i != fixed) {
      free.push_back(i);
    }
  }
  const bool penalty = model.penalty();
  double previous = infinity;
  for (best.iterations = 0; best.iterations < 500; ++best.iterations) {
    Eigen::VectorXd step = Eigen::VectorXd::Zero(q);
    const Eigen::VectorXd gradient = best.value.gradient(free);
    const Eigen::MatrixXd information = best.value.information(free, free);
    const Eigen::LDLT<Eigen::MatrixXd> factor(information);
    const Eigen::VectorXd part = factor.solve(gradient);
    step(free) = part;
    const double decrement = std::sqrt(std::max(0.0, gradient.dot(part)));
    if (!step.allFinite()) {
      best.separated = true;
      return best;
    }
    if (!penalty && best.value.largest > far && best.iterations > 5 && model.never_falls_along(step)) {
      best.separated = true;
      best.direction = step;
      return best;
    }
    if (decrement < 1e-12 || (decrement < 1e-8 && decrement > 0.5 * previous && !penalty)) {
      return best;
    }
    previous = decrement;
    double scale = 1;
    bool moved = false;
    for (int halving = 0; halving < 50 && !moved; ++halving, scale /= 2) {
      const Eigen::VectorXd there = best.at + scale * step;
      const Value value = model.evaluate(there);
      const double noise = 1e-13 * (1 + std::abs(best.value.objective(penalty)));
      if (value.objective(penalty) >= best.value.objective(penalty) - noise) {
        best.at = there;
        best.value = value;
        moved = true;
      }
    }
    if (!moved) {
      return best;
    }
  }
  return best;
}

/// Thresholds that reproduce the shares of the categories, coefficients 0.
Eigen::VectorXd start_at(const Data& data, Eigen::Index size) {
  Eigen::VectorXd start = Eigen::VectorXd::Zero(size);
  double below = 0;
  const double n = static_cast<double>(data.rows.size());
  for (std::size_t j = 0; j + 1 < data.categories.size(); ++j) {
    below += static_cast<double>(data.counts[j]);
    start(index(j)) = std::log(below / (n - below));
  }
  return start;
}

/// The end of the profile interval of parameter k on the side of `sign`: where twice the fall of the likelihood is the chi-square quantile.
/// Newton on the signed root, kept in a bracket; infinite where the fall never gets there.
double profile_end(const Model& model, const Maximum& best, Eigen::Index k, double std_error, double z, double sign) {
  double inside = best.at(k);
  double outside = std::numeric_limits<double>::quiet_NaN();
  double at = best.at(k) + sign * z * std_error;
  Eigen::VectorXd from = best.at;
  for (int round = 0; round < 100; ++round) {
    Eigen::VectorXd start = from;
    start(k) = at;
    const Maximum here = maximise(model, start, k);
    const double fall = 2 * (best.value.objective(model.penalty()) - here.value.objective(model.penalty()));
    const double root = std::sqrt(std::max(0.0, fall));
    if (std::abs(root - z) < 1e-10 * z) {
      return at;
    }
    if (root < z) {
      inside = at;
      from = here.at;
    } else {
      outside = at;
    }
    const double slope = -here.value.gradient(k) * sign / root; // d root / d |b - estimate|
    double next = at + sign * (z - root) / slope;
    const double low = std::min(inside, outside);
    const double high = std::max(inside, outside);
    if (std::isnan(outside)) {
      if (!(slope > 0) || std::abs(next - best.at(k)) > 4 * std::abs(at - best.at(k))) {
        next = best.at(k) + 2 * (at - best.at(k));
      }
      if (std::abs(next - best.at(k)) > 1e3 * std_error) {
        return sign * infinity;
      }
    } else if (!(next > low && next < high) || !(slope > 0)) {
      next = 0.5 * (inside + outside);
    }
    if (next == at) {
      return at;
    }
    at = next;
  }
  return at;
}

std::vector<std::size_t> columns_in(const Data& data, const Eigen::VectorXd& direction, Eigen::Index thresholds) {
  std::vector<std::size_t> columns;
  if (direction.size() == 0) {
    return columns;
  }
  Eigen::VectorXd reach = Eigen::VectorXd::Zero(data.x.cols());
  for (Eigen::Index j = 0; j < data.x.cols(); ++j) {
    reach(j) = std::abs(direction(thresholds + j)) * (data.x.col(j).maxCoeff() - data.x.col(j).minCoeff());
  }
  for (Eigen::Index j = 0; j < data.x.cols(); ++j) {
    if (reach(j) > 1e-3 * reach.maxCoeff()) {
      columns.push_back(position(j));
    }
  }
  return columns;
}

} // namespace

OrdinalFit proportional_odds(const Matrix& predictors, std::span<const double> y, const OrdinalOptions& options) {
  const Data data = cumulative::make_data(predictors, y);
  OrdinalFit fit;
  fit.method = "proportional odds ml";
  fit.categories = data.categories;
  fit.counts = data.counts;
  fit.n = data.rows.size();
  fit.n_missing = data.n_missing;

  const Model likelihood(data, false);
  const Eigen::Index thresholds = likelihood.thresholds();
  const Eigen::VectorXd start = start_at(data, likelihood.size());
  fit.log_likelihood_null = likelihood.evaluate(start).log_likelihood;
  Maximum best = maximise(likelihood, start);
  Model model = likelihood;
  if (best.separated) {
    fit.separated = true;
    fit.separated_columns = columns_in(data, best.direction, thresholds);
    fit.method = "proportional odds firth";
    std::string names;
    for (const std::size_t column : fit.separated_columns) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", column + 1);
    }
    fit.warnings.push_back(
        fmt::format("Predictor {} separates the answers: no finite maximum-likelihood estimate exists; Firth's penalised "
                    "estimate stands instead",
                    names.empty() ? "(unknown)" : names));
    model = Model(data, true);
    best = maximise(model, start);
  }
  fit.iterations = best.iterations;
  fit.log_likelihood = best.value.log_likelihood;
  const Eigen::MatrixXd vcov = best.value.information.ldlt().solve(Eigen::MatrixXd::Identity(model.size(), model.size()));
  fit.vcov = from_eigen(vcov);
  for (Eigen::Index j = 0; j < thresholds; ++j) {
    fit.thresholds.push_back(inference_from(best.at(j), std::sqrt(vcov(j, j)), infinity, options.conf_level));
  }
  const double z = normal_quantile(1 - (1 - options.conf_level) / 2);
  for (Eigen::Index j = 0; j < data.x.cols(); ++j) {
    const Eigen::Index k = thresholds + j;
    const double std_error = std::sqrt(vcov(k, k));
    OrdinalCoefficient coefficient;
    coefficient.wald = inference_from(best.at(k), std_error, infinity, options.conf_level);
    Eigen::VectorXd without = best.at;
    without(k) = 0;
    if (!std::isfinite(model.evaluate(without).objective(model.penalty()))) {
      without = start;
    }
    const Maximum null = maximise(model, without, k);
    coefficient.lr_statistic = std::max(0.0, 2 * (best.value.objective(model.penalty()) - null.value.objective(model.penalty())));
    coefficient.lr_p_value = chi2_sf(coefficient.lr_statistic, 1);
    if (options.profile) {
      coefficient.profile_low = profile_end(model, best, k, std_error, z, -1);
      coefficient.profile_high = profile_end(model, best, k, std_error, z, 1);
    }
    if (options.nominal_test && !fit.separated && thresholds > 1) {
      const Model nominal(data, false, j);
      Eigen::VectorXd from = Eigen::VectorXd::Zero(nominal.size());
      from.head(best.at.size()) = best.at;
      const Maximum separate = maximise(nominal, from, -1, 30); // may well separate: the limit of the likelihood will do
      coefficient.nominal_statistic = std::max(0.0, 2 * (separate.value.log_likelihood - fit.log_likelihood));
      coefficient.nominal_df = static_cast<double>(thresholds - 1);
      coefficient.nominal_p_value = chi2_sf(coefficient.nominal_statistic, coefficient.nominal_df);
    }
    fit.coefficients.push_back(coefficient);
  }
  return fit;
}

} // namespace canvass::stats
