#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/multiplicity.hpp"
#include "engine/stats/power.hpp"
#include "engine/stats/proportion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace canvass::stats;
using canvass::DomainError;
using Values = std::vector<double>;

namespace {
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

void check_all(const Values& ours, const Values& theirs) {
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    CHECK(ours[i] == Approx(theirs[i]).epsilon(1e-12));
  }
}
} // namespace

TEST_CASE("adjusting: errors, none, one, missing", "[stats][multiplicity]") {
  for (const Adjustment adjustment : adjustments) {
    INFO(name(adjustment));
    CHECK_THROWS_AS(adjust_p(Values{0.5, 1.5}, adjustment), DomainError);
    CHECK_THROWS_AS(adjust_p(Values{-0.1}, adjustment), DomainError);
    CHECK(adjust_p(Values{}, adjustment).empty());
    CHECK(adjust_p(Values{0.03}, adjustment)[0] == 0.03);
    CHECK(adjustment_named(name(adjustment)) == adjustment);
    // A missing p-value is not counted: two tests, not three.
    const Values with_gap = adjust_p(Values{0.01, missing, 0.04}, adjustment);
    CHECK(std::isnan(with_gap[1]));
    CHECK(with_gap[0] == adjust_p(Values{0.01, 0.04}, adjustment)[0]);
  }
  CHECK_FALSE(adjustment_named("tukey").has_value());
}

// p.adjust(c(.011, .02, .03, .04, .0005, .6), ...), tests/reference/rank_tests.R
TEST_CASE("adjusting: reference numbers", "[stats][multiplicity]") {
  const Values p{.011, .02, .03, .04, .0005, .6};
  check_all(adjust_p(p, Adjustment::none), p);
  check_all(adjust_p(p, Adjustment::bonferroni), {.066, .12, .18, .24, .003, 1});
  check_all(adjust_p(p, Adjustment::holm), {.055, .08, .09, .09, .003, .6});
  check_all(adjust_p(p, Adjustment::hochberg), {.055, .08, .08, .08, .003, .6});
  check_all(adjust_p(p, Adjustment::hommel), {.05, .06, .06, .08, .003, .6});
  check_all(adjust_p(p, Adjustment::bh), {.033, .04, .045, .048, .003, .6});
  check_all(adjust_p(p, Adjustment::by), {.08085, .098, .11025, .1176, .00735, 1});
}

TEST_CASE("adjusting: order of the tests does not matter, order of the p-values stays", "[stats][multiplicity]") {
  canvass::RandomStream stream(4, "p");
  for (int round = 0; round < 20; ++round) {
    Values p;
    for (int i = 0; i < 15; ++i) {
      p.push_back(stream.uniform() < 0.3 ? 0.04 : stream.uniform()); // some ties
    }
    Values reversed = p;
    std::reverse(reversed.begin(), reversed.end());
    for (const Adjustment adjustment : adjustments) {
      const Values q = adjust_p(p, adjustment);
      Values back = adjust_p(reversed, adjustment);
      std::reverse(back.begin(), back.end());
      check_all(back, q);
      for (std::size_t i = 0; i < p.size(); ++i) {
        CHECK(q[i] >= p[i]);
        CHECK(q[i] <= 1);
        for (std::size_t j = 0; j < p.size(); ++j) {
          CHECK((p[i] <= p[j] ? q[i] <= q[j] : true));
        }
      }
      // Hommel rejects whatever Hochberg does, Hochberg whatever Holm does.
      if (adjustment == Adjustment::hommel) {
        const Values hochberg = adjust_p(p, Adjustment::hochberg);
        const Values holm = adjust_p(p, Adjustment::holm);
        for (std::size_t i = 0; i < p.size(); ++i) {
          CHECK(q[i] <= hochberg[i] + 1e-15);
          CHECK(hochberg[i] <= holm[i] + 1e-15);
        }
      }
    }
  }
}

TEST_CASE("proportions: errors, nobody, ends", "[stats][proportion]") {
  CHECK_THROWS_AS(wilson_interval(5, 4), DomainError);
  CHECK_THROWS_AS(wilson_interval(-1, 4), DomainError);
  CHECK_THROWS_AS(wilson_interval(1, 4, 0), DomainError);
  CHECK(std::isnan(wilson_interval(0, 0).low));
  CHECK(std::isnan(clopper_pearson_interval(0, 0).low));
  CHECK(std::isnan(newcombe_difference(0, 0, 1, 2).difference));
  CHECK(wilson_interval(0, 9).low == 0);
  CHECK(wilson_interval(9, 9).high == 1);
  CHECK(clopper_pearson_interval(0, 9).low == 0);
  CHECK(clopper_pearson_interval(9, 9).high == 1);
}

TEST_CASE("proportions: reference numbers", "[stats][proportion]") {
  CHECK(wilson_interval(7, 40).low == Approx(0.0874541374603592).epsilon(1e-12));
  CHECK(wilson_interval(7, 40).high == Approx(0.319499903317877).epsilon(1e-12));
  CHECK(clopper_pearson_interval(7, 40).low == Approx(0.0733827293520852).epsilon(1e-11));
  CHECK(clopper_pearson_interval(7, 40).high == Approx(0.327790133361586).epsilon(1e-11));
  const auto difference = newcombe_difference(15, 34, 56, 70); // Newcombe 1998, example (c) turned round
  CHECK(difference.difference == Approx(0.358823529411765).epsilon(1e-12));
  CHECK(difference.interval.low == Approx(0.162127345250089).epsilon(1e-12));
  CHECK(difference.interval.high == Approx(0.529497726516241).epsilon(1e-12));
  const auto turned = newcombe_difference(56, 70, 15, 34);
  CHECK(turned.interval.low == Approx(-difference.interval.high).epsilon(1e-12));
}

TEST_CASE("detectable effects: errors and ends", "[stats][power]") {
  CHECK_THROWS_AS(detectable_in_std_errors(10, 0), DomainError);
  CHECK_THROWS_AS(detectable_in_std_errors(10, 0.05, 0.04), DomainError);
  CHECK_THROWS_AS(detectable_d_did(10, 10, 1.1), DomainError);
  CHECK_THROWS_AS(people_per_group(0), DomainError);
  CHECK_THROWS_AS(detectable_proportion_difference(1.5, 10, 10), DomainError);
  CHECK(std::isnan(detectable_effect(0, 10)));
  CHECK(std::isnan(detectable_effect(1, 0)));
  CHECK(std::isnan(detectable_d_paired(1)));
  CHECK(std::isnan(detectable_d_two_sample(1, 1)));
  CHECK(std::isnan(detectable_proportion_difference(0.5, 3, 3))); // not even everybody against half
}

// tests/reference/rank_tests.R, "mde"
TEST_CASE("detectable effects: reference numbers", "[stats][power]") {
  CHECK(detectable_d_paired(40) == Approx(0.4542569397).epsilon(1e-8));
  CHECK(detectable_d_two_sample(40, 33) == Approx(0.6679168948).epsilon(1e-8));
  CHECK(detectable_d_two_sample(40, 33, 0.05 / 49) == Approx(1.008855738).epsilon(1e-8));
  CHECK(detectable_d_two_sample(40, 33, 0.05 / 20) == Approx(0.9392519517).epsilon(1e-8));
  CHECK(detectable_d_two_sample(30, 25) == Approx(0.7727692058).epsilon(1e-8));
  CHECK(detectable_d_ancova(40, 33, 0.6) == Approx(0.534).margin(0.0005));
  CHECK(detectable_d_did(40, 33, 0.6) == Approx(0.597).margin(0.0005));
  CHECK(people_per_group(0.5) == 64); // power.t.test: 63.77
  CHECK(detectable_effect(0.1, std::numeric_limits<double>::infinity()) ==
        Approx(0.1 * 2.801582).epsilon(1e-6)); // both tails; one alone: 2.801585
}

TEST_CASE("detectable effects have the power they promise", "[stats][power]") {
  for (const double df : {4.0, 20.0, 150.0}) {
    for (const double critical : {1.5, 2.2, 3.6}) {
      const double effect = detectable_at_critical(df, critical, 0.9);
      CHECK(power_of_t(effect, df, critical) == Approx(0.9).epsilon(1e-9));
      CHECK(power_of_t(-effect, df, critical) == Approx(0.9).epsilon(1e-9));
    }
  }
  // More people, smaller effect; stricter level, larger effect.
  CHECK(detectable_d_two_sample(80, 80) < detectable_d_two_sample(40, 40));
  CHECK(detectable_d_two_sample(40, 40, 0.01) > detectable_d_two_sample(40, 40));
  const double points = detectable_proportion_difference(0.5, 400, 400);
  CHECK(points > 0.09);
  CHECK(points < 0.11);
}
