#include "engine/stats/repeated_anova.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/eigen_bridge.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace canvass::stats {

namespace {

/// Columns of equal span, orthonormal.
Eigen::MatrixXd orthonormal(const Eigen::MatrixXd& columns) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(columns);
  return qr.householderQ() * Eigen::MatrixXd::Identity(columns.rows(), columns.cols());
}

/// Mauchly's W and its p with the second term of Box's expansion.
void add_sphericity(AnovaEffect& effect, const Eigen::MatrixXd& error, double error_df) {
  const double q = static_cast<double>(error.rows());
  const double trace = error.trace();
  effect.gg_epsilon = trace * trace / (q * error.squaredNorm());
  effect.hf_epsilon = ((error_df + 1) * q * effect.gg_epsilon - 2) / (q * (error_df - q * effect.gg_epsilon));
  const auto corrected = [&](double epsilon) {
    const double e = std::min(1.0, epsilon);
    return f_sf(effect.f, e * effect.df1, e * effect.df2);
  };
  effect.gg_p = corrected(effect.gg_epsilon);
  effect.hf_p = effect.hf_epsilon > 0 ? corrected(effect.hf_epsilon) : std::numeric_limits<double>::quiet_NaN();
  if (error_df < q) {
    return; // the error matrix has no determinant to speak of
  }
  const Eigen::VectorXd values = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(error * (q / trace)).eigenvalues();
  if (!(values.minCoeff() > 0)) {
    effect.mauchly_w = 0;
    effect.mauchly_p = 0;
    return;
  }
  const double log_w = values.array().log().sum();
  effect.mauchly_w = std::exp(log_w);
  const double rho = 1 - (2 * q * q + q + 2) / (6 * q * error_df);
  const double w2 =
      (q + 2) * (q - 1) * (q - 2) * (2 * q * q * q + 6 * q * q + 3 * q + 2) / (288 * (error_df * q * rho) * (error_df * q * rho));
  const double z = -error_df * rho * log_w;
  const double df = q * (q + 1) / 2 - 1;
  const double first = chi2_sf(z, df);
  effect.mauchly_p = first + w2 * (chi2_sf(z, df + 4) - first);
}

} // namespace

AnovaEffect multivariate_effect(const std::string& name, const Matrix& y, const Matrix& design, const Matrix& rows, const Matrix& within) {
  if (design.rows != y.rows || rows.columns != design.columns || within.rows != y.columns || rows.rows == 0 || within.columns == 0) {
    throw DomainError(fmt::format("effect {}: the shapes of outcomes, design, hypothesis and within contrasts do not fit together", name));
  }
  if (y.rows <= design.columns) {
    throw DomainError(
        fmt::format("effect {}: {} people cannot carry {} between coefficients; more people are needed", name, y.rows, design.columns));
  }
  for (const double value : y.values) {
    if (!std::isfinite(value)) {
      throw DomainError(fmt::format("effect {}: an outcome is missing; this method needs complete people", name));
    }
  }
  const Eigen::MatrixXd x = to_eigen(design);
  const Eigen::MatrixXd l = to_eigen(rows);
  const Eigen::MatrixXd contrasts = to_eigen(within);
  if (dependent_column(x) >= 0 || dependent_column(l.transpose()) >= 0 || dependent_column(contrasts) >= 0) {
    throw DomainError(fmt::format("effect {}: design, hypothesis or within contrasts hold a column twice", name));
  }
  const Eigen::MatrixXd z = to_eigen(y) * orthonormal(contrasts);
  const Eigen::MatrixXd basis = orthonormal(x);
  const Eigen::MatrixXd residuals = z - basis * (basis.transpose() * z);
  const Eigen::MatrixXd error = residuals.transpose() * residuals;
  const Eigen::MatrixXd r = basis.transpose() * x; // X = basis r
  const Eigen::MatrixXd b = r.colPivHouseholderQr().solve(basis.transpose() * z);
  const Eigen::MatrixXd lb = l * b;
  const Eigen::MatrixXd lr = r.transpose().colPivHouseholderQr().solve(l.transpose()); // (L r^-1)'
  const Eigen::MatrixXd hypothesis = lb.transpose() * (lr.transpose() * lr).ldlt().solve(lb);

  AnovaEffect effect;
  effect.name = name;
  const double q = static_cast<double>(within.columns);
  const double error_df = static_cast<double>(y.rows - design.columns);
  effect.sum_of_squares = hypothesis.trace();
  effect.error_sum_of_squares = error.trace();
  effect.df1 = q * static_cast<double>(rows.rows);
  effect.df2 = q * error_df;
  const double scale = z.squaredNorm();
  if (!(effect.error_sum_of_squares > 1e-24 * scale)) {
    throw DomainError(fmt::format("effect {}: people do not differ from the means of their arm; there is nothing to test against", name));
  }
  effect.f = effect.sum_of_squares / effect.df1 / (effect.error_sum_of_squares / effect.df2);
  effect.p_value = f_sf(effect.f, effect.df1, effect.df2);
  if (within.columns > 1) {
    add_sphericity(effect, error, error_df);
  }
  return effect;
}

MixedAnova mixed_anova(const Matrix& y, std::span<const std::size_t> arm) {
  if (arm.size() != y.rows) {
    throw DomainError(fmt::format("{} people have outcomes and {} have an arm; each person needs one", y.rows, arm.size()));
  }
  if (y.columns < 2) {
    throw DomainError(fmt::format("there are {} waves; repeated measures need two or more", y.columns));
  }
  MixedAnova result;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < y.rows; ++i) {
    bool complete = true;
    for (std::size_t w = 0; w < y.columns; ++w) {
      complete = complete && std::isfinite(y(i, w));
    }
    if (complete) {
      kept.push_back(i);
    }
  }
  result.n = kept.size();
  result.n_missing = y.rows - kept.size();
  const std::size_t arms = arm.empty() ? 0 : *std::max_element(arm.begin(), arm.end()) + 1;
  if (arms > y.rows) {
    throw DomainError(fmt::format("arms are numbered up to {} for {} people; number them 0, 1, 2 ... without gaps", arms - 1, y.rows));
  }
  std::vector<std::size_t> people(arms, 0);
  for (const std::size_t i : kept) {
    ++people[arm[i]];
  }
  for (std::size_t a = 0; a < arms; ++a) {
    if (people[a] < 2) {
      throw DomainError(
          fmt::format("arm {} has {} complete {}; at least 2 are needed", a + 1, people[a], people[a] == 1 ? "person" : "people"));
    }
  }
  if (kept.empty()) {
    throw DomainError("nobody answered every wave; repeated measures need complete people");
  }
  if (result.n <= arms + y.columns - 2) {
    throw DomainError(fmt::format("{} complete people in {} arms are too few for {} waves; more than {} are needed", result.n, arms,
                                  y.columns, arms + y.columns - 2));
  }
  Matrix complete(result.n, y.columns);
  Matrix design(result.n, arms, 0);
  for (std::size_t i = 0; i < result.n; ++i) {
    for (std::size_t w = 0; w < y.columns; ++w) {
      complete(i, w) = y(kept[i], w);
    }
    design(i, arm[kept[i]]) = 1; // one column an arm; hypotheses below weigh arms alike, which is type III
  }
  Matrix average(1, arms, 1 / static_cast<double>(arms));
  Matrix between(arms - 1, arms, 0);
  for (std::size_t a = 1; a < arms; ++a) {
    between(a - 1, 0) = -1;
    between(a - 1, a) = 1;
  }
  const Matrix level(y.columns, 1, 1);
  Matrix steps(y.columns, y.columns - 1, 0);
  for (std::size_t w = 1; w < y.columns; ++w) {
    steps(0, w - 1) = -1;
    steps(w, w - 1) = 1;
  }
  if (arms > 1) {
    result.effects.push_back(multivariate_effect("arm", complete, design, between, level));
  }
  result.effects.push_back(multivariate_effect("wave", complete, design, average, steps));
  if (arms > 1) {
    result.effects.push_back(multivariate_effect("arm:wave", complete, design, between, steps));
  }
  // Generalised eta squared: over the effect and every variation between and within people.
  const double between_error = arms > 1 ? result.effects.front().error_sum_of_squares
                                        : multivariate_effect("mean", complete, design, average, level).error_sum_of_squares;
  const double within_error = result.effects.back().error_sum_of_squares;
  for (AnovaEffect& effect : result.effects) {
    effect.generalised_eta_squared = effect.sum_of_squares / (effect.sum_of_squares + between_error + within_error);
  }
  if (result.n_missing > 0) {
    result.warnings.push_back(fmt::format("{} of {} people left this analysis because a wave is missing", result.n_missing, y.rows));
  }
  return result;
}

Friedman friedman(const Matrix& y) {
  Friedman result;
  const std::size_t k = y.columns;
  if (k < 2) {
    throw DomainError(fmt::format("there are {} waves; Friedman's test needs two or more", k));
  }
  result.mean_ranks.assign(k, 0);
  double tie_sum = 0; // sum of t^3 - t
  double largest = 0;
  for (const double value : y.values) {
    largest = std::isfinite(value) ? std::max(largest, std::abs(value)) : largest;
  }
  const double tolerance = 1e-10 * largest;
  for (std::size_t i = 0; i < y.rows; ++i) {
    std::vector<double> row;
    for (std::size_t w = 0; w < k; ++w) {
      row.push_back(y(i, w));
    }
    if (!std::all_of(row.begin(), row.end(), [](double v) { return std::isfinite(v); })) {
      ++result.n_missing;
      continue;
    }
    ++result.n;
    std::vector<std::size_t> order(k);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return row[a] < row[b]; });
    for (std::size_t start = 0; start < k;) {
      std::size_t end = start + 1;
      while (end < k && row[order[end]] - row[order[end - 1]] <= tolerance) {
        ++end;
      }
      const double t = static_cast<double>(end - start);
      const double rank = static_cast<double>(start + end + 1) / 2;
      for (std::size_t j = start; j < end; ++j) {
        result.mean_ranks[order[j]] += rank;
      }
      tie_sum += t * t * t - t;
      start = end;
    }
  }
  if (result.n < 2) {
    throw DomainError(fmt::format("{} {} every wave; Friedman's test needs two people or more", result.n,
                                  result.n == 1 ? "person answered" : "people answered"));
  }
  const double n = static_cast<double>(result.n);
  const double waves = static_cast<double>(k);
  double squares = 0;
  for (double& rank : result.mean_ranks) {
    squares += (rank - n * (waves + 1) / 2) * (rank - n * (waves + 1) / 2);
    rank /= n;
  }
  const double spread = n * waves * (waves + 1) - tie_sum / (waves - 1);
  if (!(spread > 0)) {
    throw DomainError("everyone gave the same answer at every wave; there is nothing to rank");
  }
  result.chi_square = 12 * squares / spread;
  result.df = waves - 1;
  result.p_value = chi2_sf(result.chi_square, result.df);
  result.kendall_w = result.chi_square / (n * result.df);
  result.iman_davenport_df1 = waves - 1;
  result.iman_davenport_df2 = (n - 1) * (waves - 1);
  const double room = n * result.df - result.chi_square;
  if (room > 1e-12 * n * result.df) {
    result.iman_davenport_f = (n - 1) * result.chi_square / room;
    result.iman_davenport_p = f_sf(result.iman_davenport_f, result.iman_davenport_df1, result.iman_davenport_df2);
  } else {
    result.iman_davenport_f = std::numeric_limits<double>::infinity();
    result.iman_davenport_p = 0;
  }
  return result;
}

} // namespace canvass::stats
