#include "tests/support/catch.hpp"

#include "engine/stats/distributions.hpp"

#include <cmath>
#include <limits>

using namespace canvass::stats;

namespace {
constexpr double not_given = std::numeric_limits<double>::quiet_NaN();
constexpr double unbounded = std::numeric_limits<double>::infinity();
} // namespace

TEST_CASE("impossible parameters give NaN and never throw", "[stats][distributions]") {
  CHECK(std::isnan(normal_quantile(-0.1)));
  CHECK(std::isnan(normal_quantile(1.1)));
  CHECK(std::isnan(normal_cdf(not_given)));
  for (const double df : {0.0, -1.0, not_given}) {
    CHECK(std::isnan(t_cdf(1, df)));
    CHECK(std::isnan(t_sf(1, df)));
    CHECK(std::isnan(t_quantile(0.5, df)));
    CHECK(std::isnan(noncentral_t_cdf(1, df, 1)));
    CHECK(std::isnan(noncentral_t_noncentrality(1, df, 0.5)));
    CHECK(std::isnan(chi2_sf(1, df)));
    CHECK(std::isnan(chi2_quantile(0.5, df)));
    CHECK(std::isnan(f_sf(1, df, 3)));
    CHECK(std::isnan(f_sf(1, 3, df)));
    CHECK(std::isnan(f_quantile(0.5, df, 3)));
  }
  CHECK(std::isnan(beta_cdf(0.5, -1, 2)));
  CHECK(std::isnan(beta_quantile(2, 1, 2)));
  CHECK(std::isnan(binomial_cdf(1, 3, 1.5)));
  CHECK(std::isnan(log_gamma(-1)));
  CHECK(std::isnan(log_factorial(-1)));
  CHECK(std::isnan(noncentral_t_noncentrality(unbounded, 5, 0.5)));
}

TEST_CASE("the ends of each distribution", "[stats][distributions]") {
  CHECK(normal_quantile(0) == -unbounded);
  CHECK(normal_quantile(1) == unbounded);
  CHECK(t_two_sided_p(unbounded, 3) == 0);
  CHECK(t_cdf(-unbounded, 3) == 0);
  CHECK(t_cdf(0, 3) == 0.5);
  CHECK(chi2_sf(0, 4) == 1);
  CHECK(chi2_sf(unbounded, 4) == 0);
  CHECK(f_sf(0, 2, 3) == 1);
  CHECK(f_sf(unbounded, 2, 3) == 0);
  CHECK(beta_quantile(0.3, 0, 5) == 0);
  CHECK(beta_quantile(0.3, 5, 0) == 1);
  CHECK(binomial_at_least(0, 10, 0.3) == 1);
  CHECK(binomial_at_least(11, 10, 0.3) == 0);
  CHECK(binomial_cdf(10, 10, 0.3) == 1);
  CHECK(binomial_pmf(0, 5, 0) == 1);
  CHECK(log_choose(4, 5) == -unbounded);
  CHECK(log_choose(4, 0) == Approx(0).margin(1e-15));
}

TEST_CASE("infinite degrees of freedom are the limits", "[stats][distributions]") {
  CHECK(t_two_sided_p(1.7, unbounded) == normal_two_sided_p(1.7));
  CHECK(t_quantile(0.9, unbounded) == normal_quantile(0.9));
  CHECK(noncentral_t_cdf(1, unbounded, 2) == normal_cdf(-1));
  CHECK(f_sf(2, 3, unbounded) == Approx(chi2_sf(6, 3)).epsilon(1e-14));
  CHECK(f_quantile(0.9, 3, unbounded) == Approx(chi2_quantile(0.9, 3) / 3).epsilon(1e-14));
}

// R 4.2.2: qnorm(.975), qnorm(1e-10), qt(.975, 7.3), 2*pt(-6.0634, 81), pchisq(16.55, 3, lower = FALSE), pf(22.2, 2, 162, lower = FALSE),
// qf(.975, 81, 1539), qbeta(.025, 3, 10), pbinom(3, 15, .5), pbinom(3, 20, .05, lower = FALSE), exp(lgamma(40) - lgamma(40.5)),
// dhyper(3, 10, 20, 8), qchisq(.95, 3), pbeta(.3, 2, 5), pt(-40, 3), pt(2.5, 81, 1.2)
TEST_CASE("distributions agree with R", "[stats][distributions]") {
  CHECK(normal_quantile(0.975) == Approx(1.9599639845400536).epsilon(1e-14));
  CHECK(normal_quantile(1e-10) == Approx(-6.3613409024040557).epsilon(1e-14));
  CHECK(t_quantile(0.975, 7.3) == Approx(2.3450667365477025).epsilon(1e-13));
  CHECK(t_two_sided_p(6.0634, 81) == Approx(4.0345738047097459e-08).epsilon(1e-12));
  CHECK(chi2_sf(16.55, 3) == Approx(0.00087447294382674056).epsilon(1e-13));
  CHECK(f_sf(22.2, 2, 162) == Approx(3.0146093970510325e-09).epsilon(1e-12));
  CHECK(f_quantile(0.975, 81, 1539) == Approx(1.3430304490014611).epsilon(1e-12));
  CHECK(beta_quantile(0.025, 3, 10) == Approx(0.054860644527992733).epsilon(1e-12));
  CHECK(binomial_cdf(3, 15, 0.5) == Approx(0.017578125).epsilon(1e-13));
  CHECK(binomial_at_least(4, 20, 0.05) == Approx(0.015901526019763572).epsilon(1e-12));
  CHECK(gamma_ratio(40, 40.5) == Approx(0.158608748832905).epsilon(1e-11)); // R loses digits in the difference of two logs
  CHECK(hypergeometric_pmf(3, 10, 20, 8) == Approx(0.31787183331411212).epsilon(1e-12));
  CHECK(chi2_quantile(0.95, 3) == Approx(7.8147279032511792).epsilon(1e-13));
  CHECK(beta_cdf(0.3, 2, 5) == Approx(0.57982500000000015).epsilon(1e-13));
  CHECK(t_cdf(-40, 3) == Approx(1.719034039457927e-05).epsilon(1e-12));
  CHECK(noncentral_t_cdf(2.5, 81, 1.2) == Approx(0.89763614818077875).epsilon(1e-11)); // R's is good to 1e-12 absolute
}

TEST_CASE("quantiles undo distribution functions", "[stats][distributions]") {
  for (const double p : {1e-6, 0.01, 0.2, 0.5, 0.8, 0.975, 1 - 1e-6}) {
    for (const double df : {1.0, 2.5, 30.0, 400.0}) {
      CHECK(t_cdf(t_quantile(p, df), df) == Approx(p).epsilon(1e-10));
      CHECK(chi2_cdf(chi2_quantile(p, df), df) == Approx(p).epsilon(1e-10));
      CHECK(f_cdf(f_quantile(p, df, 12), df, 12) == Approx(p).epsilon(1e-10));
      CHECK(beta_cdf(beta_quantile(p, df, 2), df, 2) == Approx(p).epsilon(1e-10));
    }
    CHECK(normal_cdf(normal_quantile(p)) == Approx(p).epsilon(1e-12));
  }
}

TEST_CASE("the noncentrality is found from either tail", "[stats][distributions]") {
  for (const double t : {-6.0, -0.3, 0.0, 2.0, 9.0}) {
    for (const double df : {3.0, 14.0, 81.0, 1000.0}) {
      const double low = noncentral_t_noncentrality(t, df, 0.975);
      const double high = noncentral_t_noncentrality(t, df, 0.025);
      CHECK(low < high);
      CHECK(noncentral_t_sf(t, df, low) == Approx(0.025).epsilon(1e-9));
      CHECK(noncentral_t_cdf(t, df, high) == Approx(0.025).epsilon(1e-9));
      // Mirror image.
      CHECK(noncentral_t_noncentrality(-t, df, 0.025) == Approx(-low).epsilon(1e-9).margin(1e-9));
    }
  }
}
