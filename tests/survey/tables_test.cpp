#include "tests/support/catch.hpp"
#include "tests/survey/small_sample.hpp"

#include "engine/stats/distributions.hpp"
#include "engine/survey/calibration.hpp"
#include "engine/survey/quadratic_forms.hpp"
#include "engine/survey/tables.hpp"

#include <cmath>
#include <limits>

using namespace canvass;
using namespace canvass::survey;
using small_sample::refuses;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<std::int32_t> ordinal_codes(const small_sample::Sample& s) {
  std::vector<std::int32_t> codes;
  for (const double code : s.ordinal) {
    codes.push_back(static_cast<std::int32_t>(code));
  }
  return codes;
}

// Closed formulas both sides: what is left is rounding.
Approx near(double value) {
  return Approx(value).epsilon(1e-10);
}

} // namespace

TEST_CASE("tables: what cannot be tested is refused", "[survey][tables]") {
  const small_sample::Sample s = small_sample::sample();
  const std::vector<std::int32_t> short_row(3, 0);
  refuses([&] { independence_test(s.design, short_row, s.k); }, "3 and 60 answers");
  refuses([&] { independence_test(s.design, std::vector<std::int32_t>(60, -2), s.k); }, "level number -2");
  refuses([&] { independence_test(s.design, std::vector<std::int32_t>(60, -1), s.k); }, "nobody has both");
  refuses([&] { independence_test(s.design, std::vector<std::int32_t>(60, 4), s.k); }, "all 59 people have the same row");
  refuses([&] { independence_test(s.design, s.k, std::vector<std::int32_t>(60, 4)); }, "all 59 people have the same column");
  std::vector<std::int32_t> fine(60); // 12 PSUs cannot carry 2 x 19 differences
  for (std::size_t i = 0; i < 60; ++i) {
    fine[i] = static_cast<std::int32_t>(i % 20);
  }
  refuses([&] { independence_test(s.design, fine, s.k, TableStatistic::wald); }, "too few units");
  refuses([&] { weighted_chi2_sf(1, {}, 5, TailMethod::exact); }, "one weight or more");
  refuses([&] { weighted_chi2_sf(1, std::vector<double>{1, -1}, 5, TailMethod::exact); }, "must be positive");
}

TEST_CASE("tables: levels that nobody has are none of the table's", "[survey][tables]") {
  const small_sample::Sample s = small_sample::sample();
  std::vector<std::int32_t> spread = s.k;
  for (std::int32_t& level : spread) {
    level = level < 0 ? -1 : 10 * level + 5;
  }
  const IndependenceTest plain = independence_test(s.design, ordinal_codes(s), s.k);
  const IndependenceTest gaps = independence_test(s.design, ordinal_codes(s), spread);
  CHECK(gaps.table.column_levels == std::vector<std::int32_t>{5, 15, 25});
  CHECK(gaps.statistic == plain.statistic);
  CHECK(gaps.p_value == plain.p_value);
  CHECK(plain.table.n == 59);
  CHECK(plain.table.missing == 1);
  Design without = s.design;
  without.weights[0] = 0; // drawn, but stands for nobody
  CHECK(two_way_table(without, ordinal_codes(s), s.k).n == 58);
}

TEST_CASE("tables: the reference sample by every statistic", "[survey][tables]") {
  const small_sample::Sample s = small_sample::sample();
  const PreparedDesign design(s.design);
  const std::vector<std::int32_t> row = ordinal_codes(s);
  const std::vector<double> f{2.01535917716758, 3.41040041284056, 30.693603715565, 0.125730819406904};
  const IndependenceTest second = independence_test(design, row, s.k);
  CHECK(second.statistic == near(f[0]));
  CHECK(second.df1 == near(f[1]));
  CHECK(second.df2 == near(f[2]));
  CHECK(second.p_value == near(f[3]));
  const std::vector<double> chisq{9.50405627582509, 6, 0.0599442332478132};
  const IndependenceTest first = independence_test(design, row, s.k, TableStatistic::chisq);
  CHECK(first.pearson * 60 / 59 == near(chisq[0])); // R counts the person without an answer
  CHECK(first.df1 == 6);
  CHECK(first.p_value == near(chisq[2]));
  CHECK(first.p_value == near(stats::chi2_sf(first.statistic, 6)));
  const std::vector<double> wald{7.80678031056052, 6, 9, 0.00365235050245708};
  const IndependenceTest plain = independence_test(design, row, s.k, TableStatistic::wald);
  CHECK(plain.statistic == near(wald[0]));
  CHECK(plain.df2 == 9);
  CHECK(plain.p_value == near(wald[3]));
  const std::vector<double> adjusted{3.4696801380269, 6, 4, 0.12439055130487};
  const IndependenceTest fellegi = independence_test(design, row, s.k, TableStatistic::adjusted_wald);
  CHECK(fellegi.statistic == near(adjusted[0]));
  CHECK(fellegi.df2 == 4);
  CHECK(fellegi.p_value == near(adjusted[3]));
  const IndependenceTest saddle = independence_test(design, row, s.k, TableStatistic::saddlepoint);
  CHECK(saddle.p_value == Approx(0.125590112354916).epsilon(1e-6)); // R seeks the saddlepoint to 1e-8
  const IndependenceTest exact = independence_test(design, row, s.k, TableStatistic::lincom);
  CHECK(exact.p_value == Approx(0.121840135566726).epsilon(1e-7)); // by R's own integration
}

// Trap 7 of tables: shares are found anew in each replicate. Planted bug it catches: rao_scott always by covariance_of_shares, the
// linearised scores under the replicates (here 0.7 per mille off in F).
TEST_CASE("trap 7: a table on a replicate design finds its shares anew in each replicate", "[survey][tables][trap]") {
  const small_sample::Sample s = small_sample::sample();
  const std::vector<double> f{1.74373766069774, 3.39441884178642, 30.5497695760777, 0.173635050120888};
  const IndependenceTest test = independence_test(small_sample::jackknifed(s), ordinal_codes(s), s.k);
  CHECK(test.statistic == near(f[0]));
  CHECK(test.df1 == near(f[1]));
  CHECK(test.df2 == near(f[2]));
  CHECK(test.p_value == near(f[3]));
}

TEST_CASE("tables: a trend over ordered levels", "[survey][tables][trend]") {
  const small_sample::Sample s = small_sample::sample();
  const std::vector<std::int32_t> level = ordinal_codes(s);
  const std::vector<double> line{0.284257810528441, 0.0357862823397682, 8, 4.59645611790622e-05};
  const TrendTest test = trend_test(s.design, s.b, level, std::vector<double>{0, 1, 2, 3, 4});
  CHECK(test.slope.estimate == near(line[0]));
  CHECK(test.slope.std_error == near(line[1]));
  CHECK(test.slope.df == line[2]);
  CHECK(test.slope.p_value == Approx(line[3]).epsilon(1e-9));
  const std::vector<double> bend{0.289415242113984, 2, 6, 0.758590959566907};
  CHECK(test.departure.statistic == Approx(bend[0]).epsilon(1e-9));
  CHECK(test.departure.df1 == 2);
  CHECK(test.departure.df2 == 6);
  CHECK(test.departure.p_value == Approx(bend[3]).epsilon(1e-9));
  CHECK(trend_test(s.design, s.b, level).slope.p_value == Approx(test.slope.p_value).epsilon(1e-12)); // scores k + 1: the same steps
  refuses([&] { trend_test(s.design, s.b, level, std::vector<double>{1, 2}); }, "has no score");
  refuses([&] { trend_test(s.design, s.b, std::vector<std::int32_t>(60, 1)); }, "two levels or more; 1 are in use");
  std::vector<std::int32_t> halves(60, 0);
  for (std::size_t i = 0; i < 60; i += 2) {
    halves[i] = 1;
  }
  CHECK(std::isnan(trend_test(s.design, s.b, halves).departure.p_value));
}

TEST_CASE("weighted sums of chi-squares: where closed forms exist", "[survey][tables][property]") {
  const std::vector<double> equal(3, 2.5);
  for (const double x : {0.5, 4.0, 20.0, 60.0}) {
    // Equal weights: a scaled F, or a scaled chi-square. The inversion is good to 1e-9 absolute.
    CHECK(weighted_chi2_sf(x, equal, 14.6, TailMethod::exact) == Approx(stats::f_sf(x / 7.5, 3, 14.6)).epsilon(0).margin(1e-9));
    CHECK(weighted_chi2_sf(x, equal, 398, TailMethod::exact) == Approx(stats::f_sf(x / 7.5, 3, 398)).epsilon(0).margin(1e-9));
    CHECK(weighted_chi2_sf(x, equal, infinity, TailMethod::exact) == Approx(stats::chi2_sf(x / 2.5, 3)).epsilon(0).margin(1e-9));
    CHECK(weighted_chi2_sf(x, equal, 14.6, TailMethod::satterthwaite) == Approx(stats::f_sf(x / 7.5, 3, 14.6)).epsilon(1e-12));
    // Pairs of weights are exponentials of means 2a and 2b.
    const double a = 3;
    const double b = 0.7;
    const double sum = (a * std::exp(-x / (2 * a)) - b * std::exp(-x / (2 * b))) / (a - b);
    CHECK(weighted_chi2_sf(x, std::vector<double>{a, a, b, b}, infinity, TailMethod::exact) == Approx(sum).epsilon(0).margin(1e-9));
    CHECK(weighted_chi2_sf(x, std::vector<double>{a, a, b, b}, infinity, TailMethod::saddlepoint) == Approx(sum).epsilon(0.05));
  }
  // The same pairs over chi2(df) / df; far apart they need the inversion, which is good to 1e-9.
  for (const double small : {0.7, 0.002}) {
    for (const double df : {5.3, 60.0, 3000.0}) {
      for (const double x : {0.5, 4.0, 20.0}) {
        const auto part = [&](double a) { return a * std::pow(1 + x / (a * df), -df / 2); };
        const double exact = (part(3) - part(small)) / (3 - small);
        const std::vector<double> pairs{3, 3, small, small};
        CHECK(weighted_chi2_sf(x, pairs, df, TailMethod::exact) == Approx(exact).epsilon(0).margin(1e-9));
      }
    }
  }
  CHECK(weighted_chi2_sf(0, equal, 10, TailMethod::exact) == 1);
  CHECK(weighted_chi2_sf(3, std::vector<double>{1}, infinity, TailMethod::exact) ==
        Approx(stats::chi2_sf(3, 1)).epsilon(0).margin(1e-9)); // 1 df: the slowest integrand
  CHECK(weighted_chi2_sf(3, std::vector<double>{1}, 2, TailMethod::exact) == Approx(stats::f_sf(3, 1, 2)).epsilon(0).margin(1e-9));
}

TEST_CASE("tables: turned, reordered and rescaled tables are the same table", "[survey][tables][property]") {
  const small_sample::Sample s = small_sample::sample();
  const std::vector<std::int32_t> row = ordinal_codes(s);
  Design heavier = s.design;
  for (double& w : heavier.weights) {
    w *= 350;
  }
  std::vector<std::int32_t> turned = s.k;
  for (std::int32_t& level : turned) {
    level = level < 0 ? -1 : 2 - level;
  }
  for (const TableStatistic statistic : {TableStatistic::f, TableStatistic::chisq, TableStatistic::wald, TableStatistic::adjusted_wald,
                                         TableStatistic::lincom, TableStatistic::saddlepoint}) {
    const IndependenceTest one = independence_test(s.design, row, s.k, statistic);
    CHECK(independence_test(s.design, s.k, row, statistic).p_value == Approx(one.p_value).epsilon(1e-8));
    CHECK(independence_test(s.design, row, turned, statistic).p_value == Approx(one.p_value).epsilon(1e-8));
    CHECK(independence_test(heavier, row, s.k, statistic).statistic == Approx(one.statistic).epsilon(1e-9));
  }
}

TEST_CASE("tables: sums by cell and scores by person give one covariance", "[survey][tables][property]") {
  const small_sample::Sample s = small_sample::sample();
  Margin margin;
  margin.name = "half";
  margin.totals = {60, 75};
  margin.cell_names = {"a", "b"};
  for (std::size_t i = 0; i < 60; ++i) {
    margin.cell.push_back(i % 2 == 0 ? 0 : 1);
  }
  Design rows = s.design; // every person a unit
  rows.stages[0].unit.clear();
  rows.stages[0].population.clear();
  for (const Design& plain : {s.design, rows, calibrate(s.design, {margin}, {}).design, calibrate(rows, {margin}, {}).design}) {
    Design by_scores = plain;
    by_scores.lonely = LonelyPsu::average; // no unit is lonely here, so that nothing changes but the way
    for (const TableStatistic statistic : {TableStatistic::f, TableStatistic::wald}) {
      const IndependenceTest sums = independence_test(plain, ordinal_codes(s), s.k, statistic);
      const IndependenceTest scores = independence_test(by_scores, ordinal_codes(s), s.k, statistic);
      CHECK(sums.statistic == Approx(scores.statistic).epsilon(1e-9));
      CHECK(sums.df2 == Approx(scores.df2).epsilon(1e-9));
    }
  }
}
