#include "engine/survey/quadratic_forms.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numbers>
#include <vector>

namespace canvass::survey {

namespace {

/// Weight and degrees of freedom of one chi-square of the sum.
struct Part {
  double weight = 0;
  double df = 1;
};

/// NaN near the mean, where both forms of the formula lose their digits.
double saddlepoint_sf(double x, std::vector<Part> parts) {
  double largest = 0;
  for (const Part& part : parts) {
    largest = std::max(largest, part.weight);
  }
  x /= largest;
  double low = -std::numeric_limits<double>::infinity();
  double count = 0;
  double sum = 0;
  for (Part& part : parts) {
    part.weight /= largest;
    count += part.df;
    sum += part.df * part.weight;
    if (part.weight < 0) {
      low = std::max(low, 1 / (2 * part.weight));
    }
  }
  const auto slope = [&](double zeta) {
    double value = 0;
    for (const Part& part : parts) {
      value += part.df * part.weight / (1 - 2 * zeta * part.weight);
    }
    return value;
  };
  if (std::isinf(low)) {
    low = x > sum ? -0.01 : -count / (2 * x);
  } else {
    low *= 1 - 1e-15;
  }
  double high = 0.5 * (1 - 1e-15);                                                                // weights are at most 1
  for (int i = 0; i < 200 && high - low > 1e-16 * std::max(std::abs(low), std::abs(high)); ++i) { // the slope rises: bisection is sure
    const double middle = low + (high - low) / 2;
    (slope(middle) < x ? low : high) = middle;
  }
  const double zeta = low + (high - low) / 2;
  if (std::abs(zeta) < 1e-4) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  double cumulant = 0;
  double curvature = 0;
  for (const Part& part : parts) {
    const double rest = 1 - 2 * zeta * part.weight;
    cumulant -= part.df * std::log(rest) / 2;
    curvature += 2 * part.df * part.weight * part.weight / (rest * rest);
  }
  const double w = std::copysign(std::sqrt(2 * (zeta * x - cumulant)), zeta);
  const double v = zeta * std::sqrt(curvature);
  return stats::normal_sf(w + std::log(v / w) / w);
}

/// P(sum_i lambda_i X_i > x) as a mixture of F (or chi-square) tails with k, k + 2, k + 4 ... df, all weights of the mixture positive
/// (Ruben 1962). NaN where the lambdas lie so far apart that it would need more than 4,000 terms.
double ruben_sf(double x, std::span<const double> lambda, double df) {
  const double smallest = *std::min_element(lambda.begin(), lambda.end());
  std::vector<double> rest;
  double first = 1;
  for (const double value : lambda) {
    first *= std::sqrt(smallest / value);
    rest.push_back(1 - smallest / value);
  }
  std::vector<double> power = rest; // rest^j
  std::vector<double> g{0};         // sum of the powers
  std::vector<double> mixture{first};
  auto k = static_cast<double>(lambda.size());
  double left = 1 - first;
  double tail = first * stats::f_sf(x / (smallest * k), k, df);
  for (std::size_t j = 1; left > 1e-13; ++j) {
    if (j > 4000) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    double sum = 0;
    for (std::size_t i = 0; i < power.size(); ++i) {
      sum += power[i];
      power[i] *= rest[i];
    }
    g.push_back(sum);
    double next = 0;
    for (std::size_t r = 0; r < j; ++r) {
      next += g[j - r] * mixture[r];
    }
    mixture.push_back(next / (2 * static_cast<double>(j)));
    k += 2;
    left -= mixture.back();
    tail += mixture.back() * stats::f_sf(x / (smallest * k), k, df);
  }
  return std::clamp(tail + std::max(0.0, left), 0.0, 1.0);
}

/// P(sum of parts > x) = 1/2 + 1/pi int_0^inf sin(theta(u)) / (u rho(u)) du.
double imhof_sf(double x, const std::vector<Part>& parts) {
  const auto integrand = [&](double u) {
    double theta = -x * u / 2;
    double log_rho = 0;
    for (const Part& part : parts) {
      const double a = part.weight * u;
      theta += part.df * std::atan(a) / 2;
      log_rho += part.df * std::log1p(a * a) / 4;
    }
    return std::sin(theta) * std::exp(-log_rho) / u;
  };
  // Integrated over log u: even few df leave a smooth, fast-falling function; panels keep the oscillation of large df apart.
  const auto by_log = [&](double t) {
    const double u = std::exp(t);
    return integrand(u) * u;
  };
  double scale = std::abs(x);
  for (const Part& part : parts) {
    scale = std::max(scale, std::abs(part.weight) * std::max(1.0, std::sqrt(part.df)));
  }
  // Gauss-Legendre of 5 points on panels of 1/128: over log u the phase turns by about sqrt(df) where the integrand still counts.
  constexpr std::array<double, 5> node{0, -0.5384693101056831, 0.5384693101056831, -0.9061798459386640, 0.9061798459386640};
  constexpr std::array<double, 5> share{0.5688888888888889, 0.4786286704993665, 0.4786286704993665, 0.2369268850561891, 0.2369268850561891};
  double total = 0;
  const double start = -std::log(scale) - 40;
  constexpr double half = 1.0 / 256;
  for (int panel = 0; panel < 100 * 128; ++panel) {
    const double middle = start + (2 * panel + 1) * half;
    for (std::size_t i = 0; i < node.size(); ++i) {
      total += half * share[i] * by_log(middle + half * node[i]);
    }
  }
  return std::clamp(0.5 + total / std::numbers::pi, 0.0, 1.0);
}

} // namespace

double weighted_chi2_sf(double x, std::span<const double> lambda, double df, TailMethod tail) {
  if (lambda.empty()) {
    throw DomainError("a weighted sum of chi-squares needs one weight or more");
  }
  double mean = 0;
  double square = 0;
  for (const double value : lambda) {
    if (!(value > 0)) {
      throw DomainError(fmt::format("a weight of a sum of chi-squares is {}; each must be positive", value));
    }
    mean += value / static_cast<double>(lambda.size());
    square += value * value / static_cast<double>(lambda.size());
  }
  if (std::isnan(x) || !(df > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (!(x > 0)) {
    return 1;
  }
  const double count = static_cast<double>(lambda.size()) * mean * mean / square;
  const double by_moments = stats::f_sf(x / (count * square / mean), count, df);
  if (tail == TailMethod::satterthwaite) {
    return by_moments;
  }
  std::vector<Part> parts;
  for (const double value : lambda) {
    parts.push_back({value, 1});
  }
  double right = x;
  if (!std::isinf(df)) {
    right = 0;
    const double whole = tail == TailMethod::saddlepoint ? std::floor(df * (1 + 1e-9)) : df; // 397.99999 is 398
    if (whole < 1) {
      return by_moments;
    }
    parts.push_back({-x / df, whole});
  }
  if (tail == TailMethod::exact) {
    const double series = ruben_sf(x, lambda, df);
    if (!std::isnan(series)) {
      return series;
    }
    if (!std::isinf(df)) {
      return imhof_sf(right, parts);
    }
  }
  const double sharp = saddlepoint_sf(right, parts);
  return std::isnan(sharp) ? by_moments : sharp;
}

} // namespace canvass::survey
