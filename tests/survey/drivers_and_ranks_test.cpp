#include "tests/support/catch.hpp"
#include "tests/survey/small_sample.hpp"

#include "engine/survey/glm.hpp"
#include "engine/survey/ranks_of_units.hpp"
#include "engine/survey/shapley.hpp"

#include <algorithm>
#include <cmath>

using namespace canvass;
using namespace canvass::survey;
using small_sample::refuses;

namespace {

Predictors drivers_of(const small_sample::Sample& s) {
  Predictors predictors = small_sample::predictors(s);
  predictors.add_number("cnt", s.count);
  return predictors;
}

/// Every PSU drawn again, by a rule instead of chance: what is asked of intervals needs no luck.
std::shared_ptr<Replicates> bootstrap() {
  auto replicates = std::make_shared<Replicates>();
  replicates->count = 40;
  replicates->method = "bootstrap (Rao-Wu)";
  replicates->scale = 1.0 / 40;
  replicates->df = 9;
  replicates->factors.resize(60 * 40);
  for (std::size_t r = 0; r < 40; ++r) {
    for (std::size_t stratum = 0; stratum < 3; ++stratum) { // 3 of 4 PSUs, with replacement; weight 4/3 a draw
      std::vector<int> drawn(4, 0);
      for (std::size_t draw = 0; draw < 3; ++draw) {
        ++drawn[(r * (2 * draw + 3) + 5 * draw * stratum + r / 7) % 4];
      }
      for (std::size_t i = 20 * stratum; i < 20 * stratum + 20; ++i) {
        replicates->factors[i * 40 + r] = static_cast<float>(4.0 / 3 * drawn[i / 5 - 4 * stratum]);
      }
    }
  }
  return replicates;
}

} // namespace

TEST_CASE("shapley: what cannot be divided is refused", "[survey][shapley]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors predictors = drivers_of(s);
  refuses([&] { shapley_shares(s.design, s.y, Predictors(60)); }, "1 to 12 drivers or groups (0 given)");
  Predictors many(60);
  for (std::size_t j = 0; j < 13; ++j) {
    std::vector<double> column(60);
    for (std::size_t i = 0; i < 60; ++i) {
      column[i] = static_cast<double>((i * (j + 3)) % 17);
    }
    many.add_number("d" + std::to_string(j), column);
  }
  refuses([&] { shapley_shares(s.design, s.y, many); }, "(13 given)");
  const std::vector<DriverGroup> lost{{"one", {"x"}}, {"two", {"k"}}};
  refuses([&] { shapley_shares(s.design, s.y, predictors, lost); }, "'cnt' stands in 0 groups");
  const std::vector<DriverGroup> twice{{"one", {"x", "k"}}, {"two", {"k", "cnt"}}};
  refuses([&] { shapley_shares(s.design, s.y, predictors, twice); }, "'k' stands in 2 groups");
  refuses([&] { shapley_shares(s.design, std::vector<double>(60, 1.0), predictors); }, "the outcome is 1 for all");
}

TEST_CASE("shapley: the reference sample", "[survey][shapley]") {
  const small_sample::Sample s = small_sample::sample();
  const std::vector<double> expected{0.439314213891759, 0.202275758910535, 0.00288672946482192, 0.644476702267115};
  const ShapleyShares shares = shapley_shares(s.design, s.y, drivers_of(s));
  REQUIRE(shares.drivers.size() == 3);
  for (std::size_t g = 0; g < 3; ++g) {
    CHECK(shares.drivers[g].share == Approx(expected[g]).epsilon(1e-10));
    CHECK(shares.drivers[g].of_explained == Approx(expected[g] / expected[3]).epsilon(1e-10));
    CHECK(std::isnan(shares.drivers[g].interval.low));
    CHECK(shares.drivers[g].interval.method == "no replicates");
  }
  CHECK(shares.r_squared == Approx(expected[3]).epsilon(1e-12));
  CHECK(shares.n == 58);
  CHECK(shares.missing == 2);
  const std::vector<double> errors{0.0943681993835914, 0.09669838715408, 0.0108625280037373};
  const ShapleyShares jackknifed = shapley_shares(small_sample::jackknifed(s), s.y, drivers_of(s));
  for (std::size_t g = 0; g < 2; ++g) {
    const stats::Interval& interval = jackknifed.drivers[g].interval;
    CHECK(interval.method == "t, replicate variance"); // a jackknife's replicates do not spread as the estimate does
    CHECK(interval.high == Approx(expected[g] + 2.262157162798205 * errors[g]).epsilon(1e-9)); // t of 9 df
    CHECK(interval.low == Approx(std::max(0.0, expected[g] - 2.262157162798205 * errors[g])).epsilon(1e-9));
  }
  CHECK(jackknifed.drivers[2].interval.low == 0); // never below
}

TEST_CASE("shapley: shares sum to R2, groups and orders are consistent, and percentiles come from the replicates",
          "[survey][shapley][property]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors predictors = drivers_of(s);
  const auto replicates = bootstrap();
  const std::vector<DriverGroup> single{{"c", {"cnt"}}, {"x", {"x"}}, {"k", {"k"}}};
  const ShapleyShares one = shapley_shares(s.design, s.y, predictors, {}, replicates.get());
  const ShapleyShares other = shapley_shares(s.design, s.y, predictors, single, replicates.get());
  const GlmFit line = fit_glm(s.design, Family::gaussian, s.y, predictors);
  CHECK(one.r_squared == Approx(1 - line.deviance / line.null_deviance).epsilon(1e-12));
  double sum = 0;
  for (std::size_t g = 0; g < 3; ++g) {
    sum += one.drivers[g].share;
    CHECK(other.drivers[(g + 1) % 3].share == Approx(one.drivers[g].share).epsilon(1e-10));
    CHECK(one.drivers[g].interval.method == "replicate percentiles");
    CHECK(one.drivers[g].interval.low < one.drivers[g].interval.high);
    CHECK(one.drivers[g].interval.low >= 0);
  }
  CHECK(sum == Approx(one.r_squared).epsilon(1e-12));
  // The 2.5 and 97.5 % points of 40 values, by the definition, from refits under each replicate.
  std::vector<double> found;
  for (std::size_t r = 0; r < 40; ++r) {
    Design refit = s.design;
    for (std::size_t i = 0; i < 60; ++i) {
      refit.weights[i] *= static_cast<double>(replicates->factors[i * 40 + r]);
    }
    found.push_back(shapley_shares(refit, s.y, predictors).drivers[0].share);
  }
  std::sort(found.begin(), found.end());
  CHECK(one.drivers[0].interval.low == Approx(found[0] + 0.975 * (found[1] - found[0])).epsilon(1e-7)); // factors are floats
  CHECK(one.drivers[0].interval.high == Approx(found[38] + 0.025 * (found[39] - found[38])).epsilon(1e-7));
  const std::vector<DriverGroup> all{{"everything", {"x", "k", "cnt"}}};
  CHECK(shapley_shares(s.design, s.y, predictors, all).drivers[0].share == Approx(one.r_squared).epsilon(1e-12));
}

TEST_CASE("shapley: sums of drivers have the drivers' shares and an interval of their own", "[survey][shapley]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors predictors = drivers_of(s);
  const auto replicates = bootstrap();
  const std::vector<DriverGroup> unknown{{"element", {"x", "nowhere"}}};
  refuses([&] { shapley_shares(s.design, s.y, predictors, {}, nullptr, 0.95, unknown); }, "the sum 'element' names 'nowhere'");
  const std::vector<DriverGroup> sums{{"two", {"x", "cnt"}}, {"one", {"k"}}, {"all", {"x", "k", "cnt"}}};
  const ShapleyShares shares = shapley_shares(s.design, s.y, predictors, {}, replicates.get(), 0.95, sums);
  REQUIRE(shares.sums.size() == 3);
  CHECK(shares.sums[0].share == Approx(shares.drivers[0].share + shares.drivers[2].share).epsilon(1e-12));
  CHECK(shares.sums[0].of_explained == Approx(shares.sums[0].share / shares.r_squared).epsilon(1e-12));
  CHECK(shares.sums[1].of_explained_interval.low == shares.drivers[1].of_explained_interval.low);
  CHECK(shares.sums[2].of_explained == Approx(1).epsilon(1e-12));
  CHECK(shares.sums[2].of_explained_interval.low == Approx(1).epsilon(1e-12));
  CHECK(shares.sums[2].interval.high == Approx(shares.r_squared_interval.high).epsilon(1e-12));
  // Percentiles of a sum over R2, from refits under each replicate: the 2.5 and 97.5 % points of 40 values by the definition.
  std::vector<double> found;
  for (std::size_t r = 0; r < 40; ++r) {
    Design refit = s.design;
    for (std::size_t i = 0; i < 60; ++i) {
      refit.weights[i] *= static_cast<double>(replicates->factors[i * 40 + r]);
    }
    const ShapleyShares of_replicate = shapley_shares(refit, s.y, predictors);
    found.push_back(of_replicate.drivers[0].of_explained + of_replicate.drivers[2].of_explained);
  }
  std::sort(found.begin(), found.end());
  const stats::Interval& interval = shares.sums[0].of_explained_interval;
  CHECK(interval.low == Approx(found[0] + 0.975 * (found[1] - found[0])).epsilon(1e-7)); // factors are floats
  CHECK(interval.high == Approx(found[38] + 0.025 * (found[39] - found[38])).epsilon(1e-7));
}

TEST_CASE("ranks: what cannot be ranked is refused", "[survey][ranks]") {
  const std::vector<double> one{0.5};
  refuses([&] { rank_units(independent_units(one, one)); }, "two units or more; 1 given");
  const std::vector<double> two{0.5, 0.6};
  refuses([&] { independent_units(two, one); }, "2 units have 1 standard errors");
  refuses([&] { independent_units(two, std::vector<double>{0.1, -0.1}); }, "unit 2 is -0.1");
  refuses([&] { rank_of_unit(independent_units(two, two), 2); }, "unit 3 of 2");
  refuses([&] { rank_units(independent_units(two, two), true, 0); }, "between 0 and 1");
}

TEST_CASE("ranks: units without an error, equal units and unknown units differ from nobody", "[survey][ranks]") {
  const double missing = small_sample::missing;
  const std::vector<double> values{0.5, 0.9, missing, 0.1};
  const std::vector<double> errors{0.01, 0.01, missing, 0.0};
  const RankTable table = rank_units(independent_units(values, errors));
  CHECK(table.units[2].low == 1);
  CHECK(table.units[2].high == 4);
  CHECK(table.units[1].low == 1);
  CHECK(table.units[1].high == 2); // the unknown one may stand above
  CHECK(table.units[3].worse == 0);
  CHECK(table.units[3].better == 2); // 0.1 without an own error is far from 0.5 and 0.9, which have one
  const std::vector<double> certain{0.0, 1.0};
  const RankTable zero = rank_units(independent_units(certain, std::vector<double>{0, 0}));
  CHECK(zero.units[0].width() == 2);
  CHECK_FALSE(zero.can_be_ranked);
  const RankTable equal = rank_units(independent_units(std::vector<double>(5, 0.4), std::vector<double>(5, 0.02)));
  CHECK(equal.mean_width == 5);
  CHECK_FALSE(equal.can_be_ranked);
}

TEST_CASE("ranks: a league table by hand", "[survey][ranks]") {
  // Errors of .01 each: a pair's error is .01414. Differences .05 (z 3.54, p 4.1e-4) and .10 (z 7.07) and .02 (z 1.41, p .157).
  const std::vector<double> values{0.60, 0.55, 0.53, 0.45};
  const std::vector<double> errors(4, 0.01);
  const Estimates units = independent_units(values, errors);
  const std::vector<double> p = pairwise_p(units);
  REQUIRE(p.size() == 6);
  CHECK(p[0] == Approx(0.00040695).epsilon(1e-4)); // 2 pnorm(-.05 / sqrt(.0002))
  const RankTable table = rank_units(units);
  const std::vector<std::size_t> low{1, 2, 2, 4};
  const std::vector<std::size_t> high{1, 3, 3, 4};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(table.units[i].low == low[i]);
    CHECK(table.units[i].high == high[i]);
  }
  CHECK(table.mean_width == 1.5);
  CHECK(table.can_be_ranked);
  const RankTable down = rank_units(units, false); // less is better
  CHECK(down.units[0].low == 4);
  CHECK(down.units[3].high == 1);
}

TEST_CASE("ranks: one named unit has the smaller family", "[survey][ranks][property]") {
  // z = 2.65 between unit 0 and each of 4 others (p .008): Holm over 4 pairs keeps it (.032), over 10 pairs does not (.08).
  const std::vector<double> values{0.575, 0.5, 0.5, 0.5, 0.5};
  const std::vector<double> errors(5, 0.02);
  const Estimates units = independent_units(values, errors);
  const UnitRank named = rank_of_unit(units, 0);
  CHECK(named.low == 1);
  CHECK(named.high == 1);
  CHECK(rank_units(units).units[0].high == 5);
  CHECK(named.better == 0);
  CHECK(named.worse == 4);
}

TEST_CASE("ranks: units of one sample take their covariance into account", "[survey][ranks][property]") {
  const small_sample::Sample s = small_sample::sample();
  const Estimates domains = domain_means(s.design, s.y, s.k, 3);
  const std::vector<double> p = pairwise_p(domains);
  const std::vector<std::vector<double>> weights{{-1, 1, 0}, {-1, 0, 1}, {0, -1, 1}};
  std::vector<double> expected;
  for (const std::vector<double>& w : weights) {
    expected.push_back(contrast(domains, w).p_value);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(p[i] == Approx(expected[i]).epsilon(1e-12));
  }
  // p: .850 (1 - 0), .0318 (2 - 0), .0016 (2 - 1); Holm over all three .850, .0637, .0048 (tests/reference/survey_models.R).
  CHECK(p[0] == Approx(0.8498134).epsilon(1e-6));
  CHECK(p[1] == Approx(0.03184212).epsilon(1e-6));
  CHECK(p[2] == Approx(0.001601544).epsilon(1e-6));
  CHECK(rank_units(domains).units[2].high == 2);
  CHECK(rank_units(domains).units[1].low == 2);
  CHECK(rank_units(domains).units[0].width() == 3);
  CHECK(rank_units(domains, true, 0.10).units[2].high == 1);
  CHECK(rank_of_unit(domains, 2).high == 1); // named beforehand: Holm over its own two
}

TEST_CASE("ranks: a unit whose error is known to be larger than it shows is told apart from fewer", "[survey][ranks]") {
  // Nobody of a small area: an error of 0 by itself, of 4 points by its interval.
  const std::vector<double> values = {0, 7, 40};
  const std::vector<double> errors = {0, 1.5, 2};
  const Estimates units = independent_units(values, errors);
  CHECK(rank_units(units).units[0].high == 3);
  CHECK(rank_units(units).units[0].low == 3); // lowest beyond doubt: 7 is 4.7 errors away
  const std::vector<double> least = {4, 0, 0};
  const UnitRank held = rank_units(units, true, 0.05, least).units[0];
  CHECK(held.low == 2); // 7 / sqrt(16 + 2.25) = 1.64
  CHECK(held.high == 3);
  CHECK(rank_of_unit(units, 0, true, 0.05, least).low == 2);
  CHECK_THROWS_AS(rank_units(units, true, 0.05, std::vector<double>{1}), DomainError);
}
