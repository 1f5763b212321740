#include "engine/stats/distributions.hpp"

#include "engine/stats/result.hpp"

#include <algorithm>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>
#include <utility>

namespace canvass::stats {

namespace {

namespace policies = boost::math::policies;
/// Never throws: an impossible parameter is NaN, an overflow infinity.
using Quiet = policies::policy<policies::promote_double<false>, policies::domain_error<policies::ignore_error>,
                               policies::pole_error<policies::ignore_error>, policies::overflow_error<policies::ignore_error>,
                               policies::evaluation_error<policies::ignore_error>>;
constexpr Quiet quiet{};

bool all_numbers(double a, double b = 0, double c = 0) {
  return !std::isnan(a) && !std::isnan(b) && !std::isnan(c);
}
bool is_probability(double p) {
  return p >= 0 && p <= 1;
}

constexpr double sqrt_half = 0.70710678118654752440;
constexpr double inverse_sqrt_two_pi = 0.39894228040143267794;

} // namespace

double normal_pdf(double z) {
  return inverse_sqrt_two_pi * std::exp(-0.5 * z * z);
}

double normal_cdf(double z) {
  return 0.5 * std::erfc(-z * sqrt_half);
}

double normal_sf(double z) {
  return 0.5 * std::erfc(z * sqrt_half);
}

double normal_two_sided_p(double z) {
  return std::erfc(std::fabs(z) * sqrt_half);
}

double normal_quantile(double p) {
  if (!is_probability(p)) {
    return nan;
  }
  if (p == 0 || p == 1) {
    return p == 0 ? -infinity : infinity;
  }
  // From the nearer tail, so that neither loses digits.
  return p < 0.5 ? -boost::math::erfc_inv(2 * p, quiet) / sqrt_half : boost::math::erf_inv(2 * p - 1, quiet) / sqrt_half;
}

double t_pdf(double t, double df) {
  if (!all_numbers(t, df) || df <= 0) {
    return nan;
  }
  if (std::isinf(t)) {
    return 0;
  }
  return std::isinf(df) ? normal_pdf(t) : boost::math::pdf(boost::math::students_t_distribution<double, Quiet>(df), t);
}

double t_sf(double t, double df) {
  return t_cdf(-t, df);
}

double t_cdf(double t, double df) {
  if (!all_numbers(t, df) || df <= 0) {
    return nan;
  }
  const double tail = 0.5 * t_two_sided_p(t, df);
  return t <= 0 ? tail : 1 - tail;
}

double t_two_sided_p(double t, double df) {
  if (!all_numbers(t, df) || df <= 0) {
    return nan;
  }
  if (std::isinf(t)) {
    return 0;
  }
  if (std::isinf(df)) {
    return normal_two_sided_p(t);
  }
  const double square = t * t;
  if (std::isinf(square)) {
    return 0;
  }
  // The smaller argument of the two equivalent forms keeps the digits.
  return square > df ? boost::math::ibeta(0.5 * df, 0.5, df / (df + square), quiet)
                     : boost::math::ibetac(0.5, 0.5 * df, square / (df + square), quiet);
}

double t_quantile(double p, double df) {
  if (!all_numbers(p, df) || df <= 0 || !is_probability(p)) {
    return nan;
  }
  if (std::isinf(df)) {
    return normal_quantile(p);
  }
  if (p == 0 || p == 1) {
    return p == 0 ? -infinity : infinity;
  }
  return boost::math::quantile(boost::math::students_t_distribution<double, Quiet>(df), p);
}

double noncentral_t_cdf(double t, double df, double noncentrality) {
  if (!all_numbers(t, df, noncentrality) || df <= 0) {
    return nan;
  }
  if (std::isinf(t)) {
    return t > 0 ? 1 : 0;
  }
  if (std::isinf(df)) {
    return normal_cdf(t - noncentrality);
  }
  if (noncentrality == 0) {
    return t_cdf(t, df);
  }
  return boost::math::cdf(boost::math::non_central_t_distribution<double, Quiet>(df, noncentrality), t);
}

double noncentral_t_sf(double t, double df, double noncentrality) {
  return noncentral_t_cdf(-t, df, -noncentrality);
}

double noncentral_t_quantile(double p, double df, double noncentrality) {
  if (!all_numbers(p, df, noncentrality) || df <= 0 || !is_probability(p)) {
    return nan;
  }
  if (std::isinf(df)) {
    return normal_quantile(p) + noncentrality;
  }
  if (noncentrality == 0 || p == 0 || p == 1) {
    return t_quantile(p, df);
  }
  return boost::math::quantile(boost::math::non_central_t_distribution<double, Quiet>(df, noncentrality), p);
}

double noncentral_t_noncentrality(double t, double df, double p) {
  if (!all_numbers(t, df, p) || df <= 0 || !(p > 0 && p < 1) || std::isinf(t)) {
    return nan;
  }
  // The tail that is asked for is compared as itself: at p = .975 the upper tail carries the digits.
  const auto excess = [&](double noncentrality) {
    return p <= 0.5 ? noncentral_t_cdf(t, df, noncentrality) - p : (1 - p) - noncentral_t_sf(t, df, noncentrality);
  };
  const double spread = 1 + std::fabs(normal_quantile(p)) * (1 + std::fabs(t) / std::sqrt(2 * df));
  double low = t - spread;
  double high = t + spread;
  for (int i = 0; i < 60 && excess(low) < 0; ++i) {
    low -= spread * (1 << std::min(i, 20));
  }
  for (int i = 0; i < 60 && excess(high) > 0; ++i) {
    high += spread * (1 << std::min(i, 20));
  }
  // Bisection to the last digits: robust against the small steps that the series leaves in the function.
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) {
      break;
    }
    (excess(middle) > 0 ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

double chi2_cdf(double x, double df) {
  return x <= 0 && df > 0 ? 0 : gamma_p(0.5 * df, 0.5 * x);
}

double chi2_sf(double x, double df) {
  return x <= 0 && df > 0 ? 1 : gamma_q(0.5 * df, 0.5 * x);
}

double chi2_quantile(double p, double df) {
  if (!all_numbers(p, df) || df <= 0 || !is_probability(p)) {
    return nan;
  }
  return p == 1 ? infinity : 2 * boost::math::gamma_p_inv(0.5 * df, p, quiet);
}

double f_cdf(double f, double df1, double df2) {
  if (!all_numbers(f, df1, df2) || df1 <= 0 || df2 <= 0) {
    return nan;
  }
  if (f <= 0 || std::isinf(f)) {
    return f <= 0 ? 0 : 1;
  }
  if (std::isinf(df2)) {
    return chi2_cdf(f * df1, df1);
  }
  return beta_cdf(df1 * f / (df1 * f + df2), 0.5 * df1, 0.5 * df2);
}

double f_sf(double f, double df1, double df2) {
  if (!all_numbers(f, df1, df2) || df1 <= 0 || df2 <= 0) {
    return nan;
  }
  if (f <= 0 || std::isinf(f)) {
    return f <= 0 ? 1 : 0;
  }
  if (std::isinf(df2)) {
    return chi2_sf(f * df1, df1);
  }
  return beta_cdf(df2 / (df1 * f + df2), 0.5 * df2, 0.5 * df1);
}

double f_quantile(double p, double df1, double df2) {
  if (!all_numbers(p, df1, df2) || df1 <= 0 || df2 <= 0 || !is_probability(p)) {
    return nan;
  }
  if (std::isinf(df2)) {
    return chi2_quantile(p, df1) / df1;
  }
  if (p == 1) {
    return infinity;
  }
  double complement = nan;
  const double x = boost::math::ibeta_inv(0.5 * df1, 0.5 * df2, p, &complement, quiet);
  return df2 * x / (df1 * complement);
}

double beta_cdf(double x, double a, double b) {
  if (!all_numbers(x, a, b) || a < 0 || b < 0 || (a == 0 && b == 0)) {
    return nan;
  }
  if (a == 0 || b == 0 || x <= 0 || x >= 1) {
    return a == 0 ? 1 : b == 0 ? (x >= 1 ? 1 : 0) : (x <= 0 ? 0 : 1);
  }
  return boost::math::ibeta(a, b, x, quiet);
}

double beta_sf(double x, double a, double b) {
  if (!all_numbers(x, a, b) || a < 0 || b < 0 || (a == 0 && b == 0)) {
    return nan;
  }
  if (a == 0 || b == 0 || x <= 0 || x >= 1) {
    return 1 - beta_cdf(x, a, b);
  }
  return boost::math::ibetac(a, b, x, quiet);
}

double beta_quantile(double p, double a, double b) {
  if (!all_numbers(p, a, b) || a < 0 || b < 0 || (a == 0 && b == 0) || !is_probability(p)) {
    return nan;
  }
  if (a == 0 || b == 0) {
    return a == 0 ? 0 : 1;
  }
  return boost::math::ibeta_inv(a, b, p, quiet);
}

double binomial_pmf(double k, double n, double p) {
  if (!all_numbers(k, n, p) || n < 0 || !is_probability(p)) {
    return nan;
  }
  if (k < 0 || k > n) {
    return 0;
  }
  if (p == 0 || p == 1) {
    return (p == 0 ? k == 0 : k == n) ? 1 : 0;
  }
  return boost::math::ibeta_derivative(k + 1, n - k + 1, p, quiet) / (n + 1);
}

double binomial_cdf(double k, double n, double p) {
  if (!all_numbers(k, n, p) || n < 0 || !is_probability(p)) {
    return nan;
  }
  if (k < 0 || k >= n) {
    return k < 0 ? 0 : 1;
  }
  return beta_sf(p, std::floor(k) + 1, n - std::floor(k));
}

double binomial_at_least(double k, double n, double p) {
  if (!all_numbers(k, n, p) || n < 0 || !is_probability(p)) {
    return nan;
  }
  const double count = std::ceil(k);
  if (count <= 0 || count > n) {
    return count <= 0 ? 1 : 0;
  }
  return beta_cdf(p, count, n - count + 1);
}

double gamma_p(double a, double x) {
  if (!all_numbers(a, x) || a <= 0 || x < 0) {
    return nan;
  }
  return std::isinf(x) ? 1 : boost::math::gamma_p(a, x, quiet);
}

double gamma_q(double a, double x) {
  if (!all_numbers(a, x) || a <= 0 || x < 0) {
    return nan;
  }
  return std::isinf(x) ? 0 : boost::math::gamma_q(a, x, quiet);
}

double log_gamma(double x) {
  return x > 0 ? boost::math::lgamma(x, quiet) : nan;
}

double gamma_ratio(double a, double b) {
  if (!(a > 0 && b > 0)) {
    return nan;
  }
  return boost::math::tgamma_ratio(a, b, quiet);
}

double digamma(double x) {
  return boost::math::digamma(x, quiet);
}

double trigamma(double x) {
  return boost::math::trigamma(x, quiet);
}

double log_factorial(double n) {
  return n < 0 ? nan : n < 2 ? 0 : log_gamma(n + 1);
}

double log_choose(double n, double k) {
  if (!all_numbers(n, k) || n < 0) {
    return nan;
  }
  if (k < 0 || k > n) {
    return -infinity;
  }
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

double hypergeometric_pmf(double k, double marked, double unmarked, double drawn) {
  const double log_total = log_choose(marked + unmarked, drawn);
  if (!all_numbers(k, log_total) || marked < 0 || unmarked < 0 || std::isinf(log_total)) {
    return nan;
  }
  return std::exp(log_choose(marked, k) + log_choose(unmarked, drawn - k) - log_total);
}

} // namespace canvass::stats
