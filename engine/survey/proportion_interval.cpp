#include "engine/survey/proportion_interval.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/proportion.hpp"
#include "engine/stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

using stats::Interval;

/// A share this near to 0 or 1 is that end: it is what rounding leaves of a sum of weights over itself.
constexpr double end_tolerance = 1e-12;
/// n_eff beyond this many times n is what rounding leaves of a variance of zero.
constexpr double no_variance = 1e6;

struct Checked {
  double share = 0, std_error = 0, n = 0, kish_n = 0, df = 0;
  double t = 0; ///< quantile at df
  [[nodiscard]] bool at_end() const { return share == 0 || share == 1; }
  [[nodiscard]] bool has_variance() const { return !at_end() && effective_n() <= no_variance * n; }
  [[nodiscard]] double effective_n() const { return share * (1 - share) / (std_error * std_error); }
};

/// (t_{n-1} / t_df)^2; with one row there is no t_{n-1}, and nothing to correct by.
double df_factor(const Checked& x, double level) {
  if (x.n <= 1) {
    return 1;
  }
  const double ratio = stats::t_quantile((1 + level) / 2, x.n - 1) / x.t;
  return ratio * ratio;
}

/// n_eff, but where it exceeds the Kish n the two variances are averaged: the one observed counts as many answers as its rarer answer has,
/// the one that the weights alone would make counts four. Few yeses may all be light, and then show far too small a variance; of many it
/// is known that strata or margins made it small.
double steadied_n(const Checked& x) {
  constexpr double lent = 4;
  const double seen = x.effective_n();
  if (seen <= x.kish_n) {
    return seen;
  }
  const double rarer = x.kish_n * std::min(x.share, 1 - x.share);
  return (rarer + lent) / (rarer / seen + lent / x.kish_n);
}

/// `n`, or where there is no variance the Kish n, corrected for df and never above the rows.
double held_n(const Checked& x, double level, double n) {
  return std::min((x.has_variance() ? std::min(n, x.n) : x.kish_n) * df_factor(x, level), x.n);
}

Interval exact(const Checked& x, double n, double level, const char* method) {
  Interval interval = stats::clopper_pearson_interval(std::min(n * x.share, n), n, level);
  interval.method = method;
  return interval;
}

Interval jeffreys(const Checked& x, double level) {
  const double n = held_n(x, level, steadied_n(x));
  const double tail = (1 - level) / 2;
  const double yes = n * x.share + 0.5;
  const double no = n * (1 - x.share) + 0.5;
  return {x.share == 0 ? 0 : stats::beta_quantile(tail, yes, no), x.share == 1 ? 1 : stats::beta_quantile(1 - tail, yes, no), level,
          "Jeffreys"};
}

double inverse_logit(double x) {
  return 1 / (1 + std::exp(-x));
}

Interval logit(const Checked& x, double level) {
  const double centre = std::log(x.share / (1 - x.share));
  const double half = x.t * x.std_error / (x.share * (1 - x.share));
  return {inverse_logit(centre - half), inverse_logit(centre + half), level, "logit t"};
}

Interval arcsine(const Checked& x, double level) {
  constexpr double quarter_turn = 1.57079632679489661923;
  const double centre = std::asin(std::sqrt(x.share));
  const double half = x.t * x.std_error / (2 * std::sqrt(x.share * (1 - x.share)));
  const double low = std::sin(std::max(0.0, centre - half));
  const double high = std::sin(std::min(quarter_turn, centre + half));
  return {low * low, high * high, level, "arcsine t"};
}

Interval wilson(const Checked& x, double level) {
  const double t2 = x.t * x.t / x.effective_n();
  const double centre = (x.share + t2 / 2) / (1 + t2);
  const double half = std::sqrt(t2 * (x.share * (1 - x.share) + t2 / 4)) / (1 + t2);
  return {centre - half, centre + half, level, "Wilson t"};
}

/// share log(share / limit) + (1 - share) log((1 - share) / (1 - limit)).
double divergence(double share, double limit) {
  return share * std::log(share / limit) + (1 - share) * std::log((1 - share) / (1 - limit));
}

Interval likelihood(const Checked& x, double level) {
  const double target = x.t * x.t / (2 * x.effective_n()) * (x.n > 1 ? x.n / (x.n - 1) : 1);
  const auto solve = [&](double inside, double outside) { // bisection to the last bit: the divergence rises from share outwards
    for (int step = 0; step < 2000; ++step) {
      const double middle = inside + (outside - inside) / 2;
      if (middle == inside || middle == outside) {
        break;
      }
      (divergence(x.share, middle) < target ? inside : outside) = middle;
    }
    return inside;
  };
  return {solve(x.share, 0), solve(x.share, 1), level, "profile likelihood, t"};
}

Checked checked(const ProportionFacts& facts, double level, bool needs_kish) {
  stats::check_level(level);
  if (!(facts.share >= -end_tolerance && facts.share <= 1 + end_tolerance)) {
    throw DomainError(fmt::format("a share of {} is not possible; shares lie between 0 and 1", facts.share));
  }
  if (!(facts.std_error >= 0) || std::isinf(facts.std_error)) {
    throw DomainError(fmt::format("a standard error of {} is not possible; it is a finite number, 0 or more", facts.std_error));
  }
  const double n = static_cast<double>(facts.n);
  if (needs_kish && facts.n > 0 && !(facts.kish_n > 0 && facts.kish_n <= n * (1 + 1e-9))) {
    throw DomainError(fmt::format("an effective number of {} among {} rows is not possible; it lies above 0 and not above the rows",
                                  facts.kish_n, facts.n));
  }
  Checked x;
  x.share = facts.share < end_tolerance ? 0 : facts.share > 1 - end_tolerance ? 1 : facts.share;
  x.std_error = facts.std_error;
  x.n = n;
  x.kish_n = std::min(facts.kish_n, n);
  x.df = facts.df;
  x.t = stats::t_quantile((1 + level) / 2, facts.df);
  return x;
}

} // namespace

Interval proportion_interval(const ProportionFacts& facts, double level, ProportionMethod method) {
  const bool ours =
      method == ProportionMethod::korn_graubard || method == ProportionMethod::korn_graubard_rows || method == ProportionMethod::jeffreys;
  const Checked x = checked(facts, level, ours);
  if (facts.n == 0) {
    return {stats::nan, stats::nan, level, "no interval: no row counts"};
  }
  if (!(x.df >= 1)) {
    return {stats::nan, stats::nan, level, fmt::format("no interval: {:.3g} degrees of freedom", x.df)};
  }
  if (!ours && method != ProportionMethod::mean && !x.has_variance()) {
    return {stats::nan, stats::nan, level, "no interval: this method has none where the variance is zero"};
  }
  switch (method) {
  case ProportionMethod::korn_graubard: return exact(x, held_n(x, level, steadied_n(x)), level, "Korn-Graubard");
  case ProportionMethod::korn_graubard_rows: return exact(x, held_n(x, level, x.effective_n()), level, "Korn-Graubard, n_eff up to n");
  case ProportionMethod::beta: return exact(x, x.effective_n() * df_factor(x, level), level, "beta");
  case ProportionMethod::mean: return {x.share - x.t * x.std_error, x.share + x.t * x.std_error, level, "Wald t"};
  case ProportionMethod::logit:
  case ProportionMethod::xlogit: return logit(x, level);
  case ProportionMethod::likelihood: return likelihood(x, level);
  case ProportionMethod::asin: return arcsine(x, level);
  case ProportionMethod::wilson: return wilson(x, level);
  case ProportionMethod::jeffreys: return jeffreys(x, level);
  }
  throw DomainError("a method of intervals that is not known");
}

} // namespace canvass::survey
