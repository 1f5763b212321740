#ifndef CANVASS_ENGINE_STATS_DISTRIBUTIONS_HPP
#define CANVASS_ENGINE_STATS_DISTRIBUTIONS_HPP

namespace canvass::stats {

/// Probability distributions: the one place that calls Boost.Math, in plain double (promotion to long double costs eight times as
/// much and changes nothing above 1e-13).
///
/// One rule for all: NaN in, NaN out; a parameter outside its range (df <= 0, a probability outside 0 .. 1) gives NaN, never an
/// exception. df may be infinite where a limit exists: t becomes normal, F(df1, inf) becomes chi-square / df1.
/// `_cdf` is P(X <= x), `_sf` is P(X > x) computed as such, so that it keeps its digits far out in the tail.

double normal_pdf(double z);
double normal_cdf(double z);
double normal_sf(double z);
/// P(|Z| >= |z|).
double normal_two_sided_p(double z);
/// Inverse of normal_cdf; -inf at 0, +inf at 1.
double normal_quantile(double p);

double t_pdf(double t, double df);
double t_cdf(double t, double df);
double t_sf(double t, double df);
/// P(|T| >= |t|).
double t_two_sided_p(double t, double df);
double t_quantile(double p, double df);

/// P(T <= t) where T = (Z + noncentrality) / sqrt(chi2(df) / df). Same as: R pt(t, df, ncp).
double noncentral_t_cdf(double t, double df, double noncentrality);
double noncentral_t_sf(double t, double df, double noncentrality);
double noncentral_t_quantile(double p, double df, double noncentrality);
/// The noncentrality under which P(T <= t) = p: how an interval for a standardised difference is found. p in (0, 1).
/// Falls with p: the lower limit of a 95 % interval is at p = .975.
double noncentral_t_noncentrality(double t, double df, double p);

double chi2_cdf(double x, double df);
double chi2_sf(double x, double df);
double chi2_quantile(double p, double df);

double f_cdf(double f, double df1, double df2);
double f_sf(double f, double df1, double df2);
double f_quantile(double p, double df1, double df2);

/// Regularised incomplete beta function I_x(a, b); a, b > 0. Limits: a = 0 gives 1, b = 0 gives 0 (mass at the end).
double beta_cdf(double x, double a, double b);
double beta_sf(double x, double a, double b);
/// Inverse of beta_cdf; 0 where a = 0, 1 where b = 0 (the ends of Clopper-Pearson's interval).
double beta_quantile(double p, double a, double b);

/// P(X = k), X ~ Binomial(n, p); 0 outside 0 .. n.
double binomial_pmf(double k, double n, double p);
/// P(X <= k).
double binomial_cdf(double k, double n, double p);
/// P(X >= k): note the closed end, as a count of successes is asked "this many or more".
double binomial_at_least(double k, double n, double p);

/// Regularised lower and upper incomplete gamma functions P(a, x) and Q(a, x).
double gamma_p(double a, double x);
double gamma_q(double a, double x);

/// log Gamma(x), x > 0.
double log_gamma(double x);
/// Gamma(a) / Gamma(b), without overflow for large a, b that are near to each other.
double gamma_ratio(double a, double b);
double digamma(double x);
double trigamma(double x);
/// log n!, n a whole number >= 0.
double log_factorial(double n);
/// log of n over k; -inf outside 0 .. n.
double log_choose(double n, double k);
/// P(X = k): k marked among `drawn`, drawn without replacement from `marked` marked and `unmarked` unmarked ones.
double hypergeometric_pmf(double k, double marked, double unmarked, double drawn);

} // namespace canvass::stats

#endif
