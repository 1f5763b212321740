#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/proportion_interval.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>

using namespace canvass;
using survey::proportion_interval;
using survey::ProportionFacts;
using survey::ProportionMethod;

namespace {

constexpr std::array every_method = {ProportionMethod::korn_graubard, ProportionMethod::korn_graubard_rows,
                                     ProportionMethod::logit,         ProportionMethod::likelihood,
                                     ProportionMethod::asin,          ProportionMethod::beta,
                                     ProportionMethod::mean,          ProportionMethod::xlogit,
                                     ProportionMethod::wilson,        ProportionMethod::jeffreys};

ProportionFacts facts(double share, double std_error, std::size_t n, double kish_n, double df) {
  ProportionFacts x;
  x.share = share;
  x.std_error = std_error;
  x.n = n;
  x.kish_n = kish_n;
  x.df = df;
  return x;
}

/// Numbers of R's own to its own accuracy: 1e-9 relative is what its printed 15 digits and its quantiles of t bear.
void check_ends(const stats::Interval& interval, double low, double high, double relative = 1e-9) {
  CHECK(interval.low == Approx(low).epsilon(relative).margin(1e-15));
  CHECK(interval.high == Approx(high).epsilon(relative).margin(1e-15));
}

} // namespace

TEST_CASE("impossible facts of a share are refused", "[survey][proportion]") {
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(proportion_interval(facts(1.2, 0.1, 10, 10, 9)), DomainError);
  CHECK_THROWS_AS(proportion_interval(facts(nothing, 0.1, 10, 10, 9)), DomainError);
  CHECK_THROWS_AS(proportion_interval(facts(0.5, -0.1, 10, 10, 9)), DomainError);
  CHECK_THROWS_AS(proportion_interval(facts(0.5, nothing, 10, 10, 9)), DomainError);
  CHECK_THROWS_AS(proportion_interval(facts(0.5, 0.1, 10, 11, 9)), DomainError);
  CHECK_THROWS_AS(proportion_interval(facts(0.5, 0.1, 10, 0, 9)), DomainError);
  CHECK_THROWS_AS(proportion_interval(facts(0.5, 0.1, 10, 10, 9), 1.0), DomainError);
}

TEST_CASE("nobody, or no degree of freedom: no interval, and why", "[survey][proportion]") {
  for (const ProportionMethod method : every_method) {
    const stats::Interval nobody = proportion_interval(facts(0, 0, 0, 0, 20), 0.95, method);
    CHECK(std::isnan(nobody.low));
    CHECK(nobody.method == "no interval: no row counts");
  }
}

// Catches: an interval of zero width, or a normal one, where a domain has no degree of freedom left.
TEST_CASE("trap 10: under one degree of freedom there is no interval, never one of zero width", "[survey][proportion][trap]") {
  for (const ProportionMethod method : every_method) {
    for (const double df : {0.0, 0.5, -3.0}) {
      for (const double share : {0.0, 0.3, 1.0}) {
        const stats::Interval interval = proportion_interval(facts(share, 0.05, 40, 30, df), 0.95, method);
        CHECK(std::isnan(interval.low));
        CHECK(std::isnan(interval.high));
        CHECK(interval.method.find("degrees of freedom") != std::string::npos);
      }
    }
  }
  CHECK(proportion_interval(facts(0.3, 0.05, 40, 30, 0)).method == "no interval: 0 degrees of freedom");
}

TEST_CASE("one respondent has an interval", "[survey][proportion]") {
  check_ends(proportion_interval(facts(0, 0, 1, 1, 5)), 0, 0.975); // 1 - .025
  check_ends(proportion_interval(facts(1, 0, 1, 1, 5)), 0.025, 1);
}

TEST_CASE("at 0 % and 100 % the interval rests on the Kish number", "[survey][proportion]") {
  // tests/reference/proportion_interval.R
  check_ends(proportion_interval(facts(0, 0, 300, 250, 20)), 0, 0.0164419629561318);
  check_ends(proportion_interval(facts(0, 0, 300, 250, 1)), 0, 0.4594294583112518);
  check_ends(proportion_interval(facts(1, 0, 300, 250, 20)), 1 - 0.0164419629561318, 1);
  // what rounding leaves of an end and of a variance of zero is the same as the end
  check_ends(proportion_interval(facts(1 - 2e-16, 1e-17, 300, 250, 20)), 1 - 0.0164419629561318, 1);
  // a share that the calibration fixes has no variance either, and still an interval
  const stats::Interval fixed = proportion_interval(facts(0.4, 1e-16, 300, 250, 299));
  CHECK(fixed.low < 0.4);
  CHECK(fixed.high > 0.4);
  for (const ProportionMethod method : {ProportionMethod::logit, ProportionMethod::xlogit, ProportionMethod::likelihood,
                                        ProportionMethod::asin, ProportionMethod::beta, ProportionMethod::wilson}) {
    const stats::Interval interval = proportion_interval(facts(0, 0, 300, 250, 20), 0.95, method);
    CHECK(std::isnan(interval.low));
    CHECK(interval.method == "no interval: this method has none where the variance is zero");
  }
  check_ends(proportion_interval(facts(0, 0, 300, 250, 20), 0.95, ProportionMethod::mean), 0, 0); // R's [0, 0]
}

TEST_CASE("the default interval by hand", "[survey][proportion]") {
  check_ends(proportion_interval(facts(0.1, 0.02, 300, 250, 20)), 0.0621810140002237, 0.1501748283917422);
  check_ends(proportion_interval(facts(0.1, 0.02, 300, 250, 20), 0.95, ProportionMethod::jeffreys), 0.0641858178637519, 0.1472646277456768);
}

// Catches: n_eff above the people that count (the variance came out small by luck), and an n of all rows of the design in place of the
// domain's.
TEST_CASE("trap 10: the effective number is never above the rows that count", "[survey][proportion][trap]") {
  const double n300_low = 0.066772625451631, n300_high = 0.142426870965558; // n_eff 900 held at 300
  for (const double std_error : {0.01, 0.0001}) {
    check_ends(proportion_interval(facts(0.1, std_error, 300, 250, 20), 0.95, ProportionMethod::korn_graubard_rows), n300_low, n300_high);
    check_ends(proportion_interval(facts(0.1, std_error, 300, 300, 20)), n300_low, n300_high); // equal weights: one rule
    check_ends(proportion_interval(facts(0.1, std_error, 300, 250, 20)), n300_low, n300_high);
  }
  // more PSUs than members: the factor would be above 1
  const stats::Interval many = proportion_interval(facts(0.5, 0.01, 10, 10, 50));
  const stats::Interval exact = proportion_interval(facts(0.5, 0.01, 10, 10, 9));
  check_ends(many, exact.low, exact.high);
  // 20 members of a domain among 2000 rows: the tenfold n must not make it narrow
  const stats::Interval domain = proportion_interval(facts(0.1, 0.002, 20, 20, 19));
  CHECK(domain.high - domain.low > 0.25);
}

// 200 people, 40 of them with a weight of 3 and 160 with .5: n by Kish is 100. Ten of the light ones say yes, none of the heavy: the share
// is 2.5 %, and its standard error of .81 points is that of 370 people with equal weights, because no heavy "yes" happened to be drawn.
TEST_CASE("a variance that luck may have made small is averaged with that of the weights alone", "[survey][proportion]") {
  const ProportionFacts lucky = facts(0.025, 0.00812, 200, 100, 199);
  check_ends(proportion_interval(lucky), 0.00602963494383814, 0.0667038975901041); // tests/reference/proportion_interval.R
  check_ends(proportion_interval(lucky, 0.95, ProportionMethod::korn_graubard_rows), 0.00816616619084252, 0.05737435112684586);
  // 81 of 405, where strata and margins made it small: hardly anything is lent
  check_ends(proportion_interval(facts(0.2, 0.0229, 405, 208, 404)), 0.155740091199818, 0.250440158840942);
  // above the variance of the weights alone nothing is averaged
  const ProportionFacts clustered = facts(0.025, 0.02, 200, 100, 199);
  check_ends(proportion_interval(clustered), proportion_interval(clustered, 0.95, ProportionMethod::korn_graubard_rows).low,
             proportion_interval(clustered, 0.95, ProportionMethod::korn_graubard_rows).high);
}

TEST_CASE("the methods of R by name", "[survey][proportion]") {
  const ProportionFacts enroll = facts(0.0634937056647870, 0.0102861122312790, 200, 200, 197); // tests/reference/proportion_interval.R
  check_ends(proportion_interval(enroll, 0.95, ProportionMethod::logit), 0.0459853269207182, 0.0870598712740842);
  check_ends(proportion_interval(enroll, 0.95, ProportionMethod::xlogit), 0.0459853269207182, 0.0870598712740842);
  check_ends(proportion_interval(enroll, 0.95, ProportionMethod::asin), 0.0447415207097547, 0.0852647982474185);
  check_ends(proportion_interval(enroll, 0.95, ProportionMethod::beta), 0.0447861426615848, 0.0869413587517747);
  check_ends(proportion_interval(enroll, 0.95, ProportionMethod::mean), 0.0432086793943891, 0.0837787319351848);
  check_ends(proportion_interval(enroll, 0.95, ProportionMethod::wilson), 0.04605701748322, 0.0869301733172117);
  // R's spline is good to 2e-4; the equation itself to all digits
  check_ends(proportion_interval(enroll, 0.95, ProportionMethod::likelihood), 0.0451601195300238, 0.0858612229254928, 2e-4);
  check_ends(proportion_interval(facts(0.1, 0.02, 300, 250, 20), 0.95, ProportionMethod::likelihood), 0.0633894292775854,
             0.1468833467493918);
}

TEST_CASE("the arcsine interval does not fold back over the end", "[survey][proportion]") {
  const stats::Interval interval = proportion_interval(facts(0.002, 0.004, 300, 250, 20), 0.95, ProportionMethod::asin);
  CHECK(interval.low == 0);
  CHECK(interval.high > 0.002);
}

TEST_CASE("every interval holds its share, mirrors, narrows with df and widens with the level", "[survey][proportion]") {
  for (const ProportionMethod method : every_method) {
    for (const double share : {0.002, 0.05, 0.5, 0.8, 0.998}) {
      for (const double relative : {0.5, 1.0, 2.0}) {
        const double se = relative * std::sqrt(share * (1 - share) / 150);
        const ProportionFacts x = facts(share, se, 150, 120, 8);
        const stats::Interval interval = proportion_interval(x, 0.95, method);
        CHECK(interval.low < share);
        CHECK(interval.high > share);
        const stats::Interval mirrored = proportion_interval(facts(1 - share, se, 150, 120, 8), 0.95, method);
        CHECK(mirrored.low == Approx(1 - interval.high).margin(1e-12));
        CHECK(mirrored.high == Approx(1 - interval.low).margin(1e-12));
        const stats::Interval more_df = proportion_interval(facts(share, se, 150, 120, 60), 0.95, method);
        CHECK(more_df.high - more_df.low < interval.high - interval.low);
        const stats::Interval wider = proportion_interval(x, 0.99, method);
        CHECK(wider.high >= interval.high); // the arcsine interval may have come to the end
        CHECK(wider.low <= interval.low);
        CHECK(wider.high - wider.low > interval.high - interval.low);
      }
    }
  }
}
