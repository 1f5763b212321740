#include "tests/support/catch.hpp"
#include "tests/survey/small_sample.hpp"

#include "engine/survey/group_tests.hpp"
#include "engine/survey/scale_reliability.hpp"

#include <algorithm>
#include <cmath>

using namespace canvass;
using namespace canvass::survey;
using small_sample::refuses;

namespace {

// Closed formulas both sides; p multiplies the rounding of t by up to ten.
Approx near(double value) {
  return Approx(value).epsilon(1e-9);
}

std::vector<std::int32_t> halves(const small_sample::Sample& s) {
  std::vector<std::int32_t> group;
  for (const double b : s.b) {
    group.push_back(b > 0 ? 1 : 0);
  }
  return group;
}

stats::Matrix items_of(const small_sample::Sample& s) {
  stats::Matrix items(60, 3);
  for (std::size_t i = 0; i < 60; ++i) {
    items(i, 0) = s.i1[i];
    items(i, 1) = s.i2[i];
    items(i, 2) = s.i3[i];
  }
  return items;
}

} // namespace

TEST_CASE("group tests: what cannot be tested is refused", "[survey][groups]") {
  const small_sample::Sample s = small_sample::sample();
  const std::vector<double> gone(60, small_sample::missing);
  refuses([&] { one_sample_t(s.design, gone); }, "nobody has the outcome");
  refuses([&] { one_sample_t(s.design, std::vector<double>(60, 3.0)); }, "the outcome is 3 for all 60");
  refuses([&] { two_sample_t(s.design, s.y, std::vector<std::int32_t>(60, 1)); }, "nobody in group 0");
  refuses([&] { two_sample_t(s.design, s.y, s.k); }, "group number 2");
  refuses([&] { two_sample_t(s.design, s.y, std::vector<std::int32_t>(4, 1)); }, "60 outcomes in 4 groups");
  refuses([&] { rank_test(s.design, s.y, std::vector<std::int32_t>(60, 1)); }, "1 have an outcome");
  refuses([&] { rank_test(s.design, std::vector<double>(60, 3.0), s.k); }, "all 59 answers are the same");
  refuses([&] { rank_test(s.design, std::vector<double>(3, 3.0), s.k); }, "3 outcomes in 60 groups");
}

TEST_CASE("group tests: the reference sample", "[survey][groups]") {
  const small_sample::Sample s = small_sample::sample();
  const PreparedDesign design(s.design);
  const std::vector<double> one{6.65452639178876, 8, 0.000160054827971286};
  const MeanTest mean = one_sample_t(design, s.y, 5, DfRule::r_survey);
  CHECK(mean.difference.statistic == near(one[0]));
  CHECK(mean.difference.df == one[1]);
  CHECK(mean.difference.p_value == near(one[2]));
  const MeanTest ours = one_sample_t(design, s.y, 5);
  CHECK(ours.difference.df == 9); // PSUs less strata: the same as the mean's own interval
  CHECK(ours.difference.statistic == near(one[0]));
  CHECK(ours.mean_first == near(5 + ours.difference.estimate));
  CHECK(ours.missing == 1);
  const std::vector<double> two{6.27205434385595, 8, 0.000239914637993591, 3.16084229390681, 1.99871661691591, 4.32296797089772};
  const MeanTest pair = two_sample_t(design, s.y, halves(s));
  CHECK(pair.difference.statistic == near(two[0]));
  CHECK(pair.difference.df == two[1]);
  CHECK(pair.difference.p_value == near(two[2]));
  CHECK(pair.difference.estimate == near(two[3]));
  CHECK(pair.difference.conf_low == near(two[4]));
  CHECK(pair.difference.conf_high == near(two[5]));
  CHECK(pair.mean_second - pair.mean_first == near(two[3]));
  struct Expected {
    RankScore score;
    std::vector<double> two, three;
  };
  const std::vector<Expected> all{
      {RankScore::wilcoxon, {0.33900151044266, 7.47711264353857, 8, 7.07969836567945e-05}, {20.4471142393233, 2, 7, 0.00837731267425293}},
      {RankScore::van_der_waerden,
       {1.15401902899036, 5.82265131286185, 8, 0.000394848342134721},
       {16.9315678017392, 2, 7, 0.0135345590617239}},
      {RankScore::median, {0.51097670250896, 5.54666138700363, 8, 0.000543096676166562}, {28.2014878903267, 2, 7, 0.00350654622317337}}};
  for (const Expected& e : all) {
    const RankTest by_two = rank_test(design, s.y, halves(s), e.score, RankTies::r_survey);
    CHECK(by_two.difference == near(e.two[0]));
    CHECK(by_two.statistic == near(e.two[1]));
    CHECK(by_two.df2 == e.two[2]);
    CHECK(by_two.p_value == near(e.two[3]));
    const RankTest by_three = rank_test(design, s.y, s.k, e.score, RankTies::r_survey);
    CHECK(by_three.statistic == near(e.three[0]));
    CHECK(by_three.df1 == e.three[1]);
    CHECK(by_three.df2 == e.three[2]);
    CHECK(by_three.p_value == near(e.three[3]));
    CHECK(by_three.n == 58);
    CHECK(by_three.missing == 2);
  }
}

TEST_CASE("group tests: a rank test sees ranks only", "[survey][groups][property]") {
  const small_sample::Sample s = small_sample::sample();
  std::vector<double> stretched = s.y;
  std::vector<double> turned = s.y;
  for (std::size_t i = 0; i < 60; ++i) {
    stretched[i] = std::exp(s.y[i] / 3);
    turned[i] = -s.y[i];
  }
  const RankTest plain = rank_test(s.design, s.y, halves(s));
  CHECK(rank_test(s.design, stretched, halves(s)).statistic == plain.statistic);
  CHECK(rank_test(s.design, turned, halves(s)).statistic == Approx(-plain.statistic).epsilon(1e-9));
  // The file read backwards: the same people. R's ranks of ties do not pass this where weights differ.
  small_sample::Sample back = s;
  std::reverse(back.y.begin(), back.y.end());
  std::reverse(back.b.begin(), back.b.end());
  std::reverse(back.design.weights.begin(), back.design.weights.end());
  std::reverse(back.design.stages[0].stratum.begin(), back.design.stages[0].stratum.end());
  std::reverse(back.design.stages[0].unit.begin(), back.design.stages[0].unit.end());
  std::reverse(back.design.stages[0].population.begin(), back.design.stages[0].population.end());
  CHECK(rank_test(back.design, back.y, halves(back)).statistic == Approx(plain.statistic).epsilon(1e-12));
  const double forth = rank_test(s.design, s.y, halves(s), RankScore::wilcoxon, RankTies::r_survey).statistic;
  CHECK(std::abs(rank_test(back.design, back.y, halves(back), RankScore::wilcoxon, RankTies::r_survey).statistic - forth) > 1e-3);
}

TEST_CASE("reliability: what has no value is refused", "[survey][reliability]") {
  const small_sample::Sample s = small_sample::sample();
  refuses([&] { cronbach_alpha(s.design, stats::Matrix(60, 1, 2.0)); }, "two items or more; 1 given");
  refuses([&] { cronbach_alpha(s.design, stats::Matrix(60, 3, 2.0)); }, "same sum of the items");
  refuses([&] { cronbach_alpha(s.design, stats::Matrix(60, 3, small_sample::missing)); }, "nobody has answered every item");
  refuses([&] { cronbach_alpha(s.design, stats::Matrix(4, 3, 2.0)); }, "4 rows does not fit 60");
  refuses([&] { cohen_kappa(s.design, std::vector<std::int32_t>(60, -1), s.k); }, "nobody has both");
  refuses([&] { cohen_kappa(s.design, std::vector<std::int32_t>(60, 1), std::vector<std::int32_t>(60, 1)); }, "same rating twice");
}

TEST_CASE("reliability: the reference sample, linearised and by replicates", "[survey][reliability]") {
  const small_sample::Sample s = small_sample::sample();
  const Reliability alpha = cronbach_alpha(s.design, items_of(s));
  CHECK(alpha.coefficient.estimate == near(0.943770723579015));
  CHECK(alpha.coefficient.std_error == near(0.0104362860698393));
  CHECK(alpha.coefficient.df == 9);
  CHECK(alpha.n == 60);
  const std::vector<double> jackknifed{0.943770723579015, 0.0113977999213365};
  const Reliability by_replicates = cronbach_alpha(small_sample::jackknifed(s), items_of(s));
  CHECK(by_replicates.coefficient.estimate == near(jackknifed[0]));
  CHECK(by_replicates.coefficient.std_error == near(jackknifed[1]));
  const std::vector<double> agreement{0.766898543115894, 0.075838777775435};
  const Reliability kappa = cohen_kappa(s.design, s.r1, s.r2);
  CHECK(kappa.coefficient.estimate == near(agreement[0]));
  CHECK(kappa.coefficient.std_error == near(agreement[1]));
  stats::Matrix gaps = items_of(s);
  gaps(3, 1) = small_sample::missing;
  CHECK(cronbach_alpha(s.design, gaps).missing == 1);
  CHECK(cronbach_alpha(s.design, gaps).n == 59);
}

TEST_CASE("reliability: perfect agreement and one item twice", "[survey][reliability][property]") {
  const small_sample::Sample s = small_sample::sample();
  const Reliability kappa = cohen_kappa(s.design, s.r1, s.r1);
  CHECK(kappa.coefficient.estimate == near(1));
  CHECK(kappa.coefficient.std_error == Approx(0).margin(1e-12));
  stats::Matrix twice(60, 2);
  for (std::size_t i = 0; i < 60; ++i) {
    twice(i, 0) = s.x[i];
    twice(i, 1) = s.x[i] + 4;
  }
  const Reliability alpha = cronbach_alpha(s.design, twice);
  CHECK(alpha.coefficient.estimate == near(1));
  CHECK(alpha.coefficient.std_error == Approx(0).margin(1e-10));
}
