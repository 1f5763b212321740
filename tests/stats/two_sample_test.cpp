#include "tests/stats/model_oracle.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/baseline.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/two_sample.hpp"

#include <cmath>
#include <limits>
#include <vector>

using namespace canvass::stats;
using canvass::DomainError;
using Values = std::vector<double>;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double unbounded = std::numeric_limits<double>::infinity();

// tests/reference/rank_tests.R
const Values control{2, 1, 3, 2, 2, 4, 1, 3, 2};
const Values treated{3, 4, 2, 5, 4, 3, 5, 4};

Values times(Values values, double factor) {
  for (double& value : values) {
    value *= factor;
  }
  return values;
}

} // namespace

TEST_CASE("two samples: errors, empty, one, constant", "[stats][two_sample]") {
  CHECK_THROWS_AS(welch(control, treated, 1), DomainError);
  CHECK_THROWS_AS(welch(control, Values{unbounded}), DomainError);
  CHECK_THROWS_AS(tost(0, 1, 10, 1, -1), DomainError);
  CHECK_THROWS_AS(tost(0, 1, 10, -1, 1, 0.5), DomainError);
  CHECK(std::isnan(welch(Values{}, treated).p_value));
  CHECK(std::isnan(hedges_g(Values{1}, treated).g));
  CHECK(std::isnan(cliff_delta(Values{}, treated).delta));
  CHECK(cliff_delta(Values{1}, treated).delta == 1);
  const auto same = welch(Values{2, 2}, Values{2, 2, 2});
  CHECK(same.statistic == 0);
  CHECK(same.p_value == 1);
  const auto apart = welch(Values{1, 1}, Values{2, 2, 2});
  CHECK(apart.statistic == unbounded);
  CHECK(apart.p_value == 0);
  CHECK(std::isnan(apart.interval.low));
  CHECK_FALSE(apart.warnings.empty());
  CHECK(std::isnan(hedges_g(Values{1, 1}, Values{2, 2}).g));
  CHECK(std::isnan(tost_welch(Values{1, 1}, Values{1, 1}, -1, 1).p_value));
  // Thirds that should be equal are: no variance out of rounding.
  CHECK(welch(Values{1.0 / 3, 1 - 2.0 / 3, 1.0 / 3}, Values{1.0 / 3, 1.0 / 3}).std_error == 0);
  const auto gaps = welch(Values{1, missing, 2}, Values{missing, 3, 5});
  CHECK(gaps.missing == 2);
  CHECK(gaps.n_first == 2);
}

TEST_CASE("two samples: reference numbers", "[stats][two_sample]") {
  const auto t = welch(control, treated);
  CHECK(t.statistic == Approx(3.12595163175327).epsilon(1e-13));
  CHECK(t.df == Approx(14.4855583871435).epsilon(1e-13));
  CHECK(t.p_value == Approx(0.00718562796385554).epsilon(1e-12));
  CHECK(t.interval.low == Approx(0.482821496166754).epsilon(1e-12));
  CHECK(t.interval.high == Approx(2.5727340593888).epsilon(1e-12));
  const auto g = hedges_g(control, treated);
  CHECK(g.g == Approx(1.44719518838).epsilon(1e-11));
  CHECK(g.interval.low == Approx(0.389652205472).epsilon(1e-9));
  CHECK(g.interval.high == Approx(2.46846806473).epsilon(1e-9));
  const auto equivalence = tost_welch(control, treated, -2, 2);
  CHECK(equivalence.p_low == Approx(1.82456723477676e-06).epsilon(1e-10));
  CHECK(equivalence.p_high == Approx(0.174898875666007).epsilon(1e-12));
  CHECK(equivalence.p_value == equivalence.p_high);
  CHECK(equivalence.interval.low == Approx(0.668989253649328).epsilon(1e-12));
  CHECK(equivalence.interval.high == Approx(2.38656630190623).epsilon(1e-12));
  CHECK(equivalence.interval.level == Approx(0.9).epsilon(1e-14));
  CHECK(hedges_correction(14) == Approx(0.94528772930681).epsilon(1e-13));
  CHECK(hedges_correction(2) == Approx(0.564189583547756).epsilon(1e-13));
  CHECK(hedges_correction(1000) == Approx(0.999249781179434).epsilon(1e-11)); // R takes the difference of two large logs
  CHECK(hedges_correction(1e9) == Approx(1).epsilon(1e-8));
  CHECK(std::isnan(hedges_correction(1)));
  CHECK(hedges_correction_approximate(81) == Approx(1 - 3.0 / 323).epsilon(1e-14));
}

TEST_CASE("Hedges' interval ends where the data stop being surprising", "[stats][two_sample]") {
  const auto g = hedges_g(control, treated, 0.9);
  const double scale = g.correction * std::sqrt(1.0 / 9 + 1.0 / 8);
  const double t = g.d / std::sqrt(1.0 / 9 + 1.0 / 8);
  CHECK(noncentral_t_sf(t, 15, g.interval.low / scale) == Approx(0.05).epsilon(1e-9));
  CHECK(noncentral_t_cdf(t, 15, g.interval.high / scale) == Approx(0.05).epsilon(1e-9));
}

TEST_CASE("two samples: arms swapped, units, and the interval of TOST", "[stats][two_sample]") {
  canvass::RandomStream stream(11, "pairs of samples");
  for (int round = 0; round < 40; ++round) {
    Values first;
    Values second;
    for (int i = 0; i < 12; ++i) {
      first.push_back(stream.normal());
      second.push_back(stream.normal() * 1.5 + 0.4);
    }
    second.pop_back();
    const auto t = welch(first, second);
    const auto swapped = welch(second, first);
    CHECK(swapped.statistic == Approx(-t.statistic).epsilon(1e-13));
    CHECK(swapped.interval.high == Approx(-t.interval.low).epsilon(1e-12));
    CHECK(welch(times(first, 7), times(second, 7)).statistic == Approx(t.statistic).epsilon(1e-11));
    const auto g = hedges_g(first, second);
    const auto average = hedges_g_average(first, second);
    CHECK(hedges_g(second, first).g == Approx(-g.g).epsilon(1e-13));
    CHECK(hedges_g(times(first, 7), times(second, 7)).interval.low == Approx(g.interval.low).epsilon(1e-9));
    CHECK(hedges_g_average(second, first).interval.low == Approx(-average.interval.high).epsilon(1e-9));
    const auto cliff = cliff_delta(first, second);
    CHECK(std::fabs(cliff.delta) <= 1);
    CHECK(cliff.interval.low <= cliff.delta);
    CHECK(cliff.interval.high >= cliff.delta);
    CHECK(cliff_delta(second, first).interval.low == Approx(-cliff.interval.high).epsilon(1e-12));
    for (const double bound : {0.2, 0.6, 1.0, 1.6}) {
      const auto equivalence = tost_welch(first, second, -bound, bound);
      const bool inside = equivalence.interval.low > -bound && equivalence.interval.high < bound;
      CHECK((equivalence.p_value < 0.05) == inside);
    }
    // Equal sizes: both standardisers give the same d.
    Values equal = first;
    equal.pop_back();
    CHECK(hedges_g(equal, second).d == Approx(hedges_g_average(equal, second).d).epsilon(1e-12));
  }
}

TEST_CASE("standardised difference in differences", "[stats][two_sample]") {
  const Values cb{1, 2, 3, 4, 5};
  const Values ca{1, 3, 3, 4, 6};
  const Values tb{2, 3, 4, 5, 3, 1};
  const Values ta{4, 4, 6, 5, 5, missing};
  const auto d = standardised_did(cb, ca, tb, ta);
  CHECK(d.n_control == 5);
  CHECK(d.n_treated == 5);
  CHECK(d.missing == 1);
  // By hand: changes 0 1 0 0 1 and 2 1 2 0 2; baseline variances 2.5 and 1.3 on 4 df each.
  CHECK(d.difference == Approx(1.4 - 0.4).epsilon(1e-13));
  CHECK(d.sd == Approx(std::sqrt(1.9)).epsilon(1e-13));
  CHECK(d.df == 8);
  const double j = hedges_correction(8);
  CHECK(d.d == Approx(j / std::sqrt(1.9)).epsilon(1e-13));
  const double variance = j * j * ((0.3 / 5 + 0.8 / 5) / 1.9 + 1 / 1.9 / 16);
  CHECK(d.std_error == Approx(std::sqrt(variance)).epsilon(1e-12));
  CHECK(d.interval.high == Approx(d.d + normal_quantile(0.975) * d.std_error).epsilon(1e-12));
  const auto morris = morris_d_ppc2(cb, ca, tb, ta);
  CHECK(morris.d == Approx((1 - 3.0 / 31) / std::sqrt(1.9)).epsilon(1e-13));
  CHECK(morris.std_error > 0);
  CHECK_THROWS_AS(standardised_did(cb, Values{1}, tb, ta), DomainError);
  CHECK_FALSE(standardised_did(Values{1, 1}, Values{2, 2}, Values{1, 1}, Values{1, 3}).warnings.empty());
  CHECK(std::isnan(standardised_did(Values{1}, Values{2}, tb, ta).d));
  CHECK(std::isnan(standardised_did(1.0, 0.1, 0.0, 10.0).d));
}

TEST_CASE("balance at the start", "[stats][baseline]") {
  const Values codes{1, 2, 3};
  CHECK_THROWS_AS(smd_categories(Values{4}, Values{1}, codes), DomainError);
  CHECK_THROWS_AS(smd_binary(5, 4, 1, 3), DomainError);
  CHECK(std::isnan(smd(Values{1}, treated).smd));
  CHECK(smd(Values{1, 1}, Values{1, 1}).smd == 0);
  CHECK(smd(Values{1, 1}, Values{2, 2}).smd == unbounded);
  const auto scale = smd(control, treated);
  // (mean 3.75 - 20/9) over sqrt of the mean of the two variances.
  const auto t = welch(control, treated);
  CHECK(scale.smd == Approx(t.difference / std::sqrt((t.sd_first * t.sd_first + t.sd_second * t.sd_second) / 2)).epsilon(1e-13));
  CHECK(scale.variance_ratio == Approx(std::pow(t.sd_second / t.sd_first, 2)).epsilon(1e-12));
  CHECK(smd(treated, control).smd == Approx(-scale.smd).epsilon(1e-13));
  CHECK(smd_binary(10, 40, 15, 30).smd == Approx(0.25 / std::sqrt((0.1875 + 0.25) / 2)).epsilon(1e-13));
  const auto categories = smd_categories(Values{1, 1, 2, 3, missing}, Values{1, 2, 2, 3, 3}, codes);
  CHECK(categories.missing_first == 1);
  CHECK(categories.largest_difference == Approx(0.3).epsilon(1e-13));
  CHECK(categories.mahalanobis > 0);
  // Two categories: Mahalanobis is the binary SMD.
  const auto two = smd_categories(Values{1, 1, 1, 2}, Values{1, 2, 2, 2, 2}, Values{1, 2});
  CHECK(two.mahalanobis == Approx(std::fabs(smd_binary(1, 4, 4, 5).smd)).epsilon(1e-12));
  // Groups without a common category are as far apart as can be, and the number says so.
  const auto apart = smd_categories(Values{1, 1}, Values{2, 2}, Values{1, 2});
  CHECK(apart.largest_difference == 1);
  CHECK(std::isnan(apart.mahalanobis));
  CHECK_FALSE(apart.warnings.empty());
}

TEST_CASE("equivalence and standardised change of the public cohort", "[stats][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto oracle = model_oracle::json("flat_scale.json");
  const auto data = model_oracle::csv("flat_scale_scores_long.csv");
  const auto scores = [&](bool in_control, int wave) {
    Values out;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      if ((data.text(i, "arm") == "control") == in_control && static_cast<int>(data.number(i, "time")) == wave) {
        out.push_back(data.number(i, "y"));
      }
    }
    return out;
  };
  for (const int wave : {2, 3}) {
    INFO("wave " << wave);
    const std::string at = "T" + std::to_string(wave);
    Values changes[2];
    for (const bool in_control : {true, false}) {
      const Values first = scores(in_control, 1);
      const Values later = scores(in_control, wave);
      for (std::size_t i = 0; i < first.size(); ++i) {
        changes[in_control ? 0 : 1].push_back(later[i] - first[i]);
      }
    }
    const auto t = welch(changes[0], changes[1]);
    const auto& expected = oracle["did_" + at]["welch"];
    CHECK(t.statistic == Approx(-expected["statistic"].get<double>()).epsilon(1e-11));
    CHECK(t.df == Approx(expected["parameter"].get<double>()).epsilon(1e-11));
    CHECK(t.p_value == Approx(expected["p.value"].get<double>()).epsilon(1e-9));
    const auto equivalence = tost_welch(changes[0], changes[1], -0.2, 0.2);
    const auto& bounds = oracle["tost_" + at + "_raw0.2"];
    CHECK(equivalence.t_low == Approx(bounds["lower"][0].get<double>()).epsilon(1e-10));
    CHECK(equivalence.p_low == Approx(bounds["lower"][1].get<double>()).epsilon(1e-9));
    CHECK(equivalence.t_high == Approx(bounds["upper"][0].get<double>()).epsilon(1e-10));
    CHECK(equivalence.p_high == Approx(bounds["upper"][1].get<double>()).epsilon(1e-9));
    CHECK(equivalence.interval.low == Approx(bounds["ci90"][0].get<double>()).epsilon(1e-10));
    CHECK(equivalence.interval.high == Approx(bounds["ci90"][1].get<double>()).epsilon(1e-10));
    // The reference has the approximate J: 1.120844 against 1.120839.
    const auto& standard = oracle["std_did_" + at];
    const auto morris = morris_d_ppc2(scores(true, 1), scores(true, wave), scores(false, 1), scores(false, wave));
    CHECK(morris.difference / morris.sd == Approx(standard[0].get<double>()).epsilon(1e-11));
    CHECK(morris.correction == Approx(standard[1].get<double>()).epsilon(1e-12));
    CHECK(morris.d == Approx(standard[2].get<double>()).epsilon(1e-11));
    CHECK(morris.sd == Approx(standard[3].get<double>()).epsilon(1e-11));
    const auto exact = standardised_did(scores(true, 1), scores(true, wave), scores(false, 1), scores(false, wave));
    CHECK(exact.d / morris.d == Approx(hedges_correction(81) / hedges_correction_approximate(81)).epsilon(1e-12));
  }
}
