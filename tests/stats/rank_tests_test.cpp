#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/brunner_munzel.hpp"
#include "engine/stats/convention_spread.hpp"
#include "engine/stats/rank_sum.hpp"
#include "engine/stats/ranks.hpp"
#include "engine/stats/signed_rank.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace canvass::stats;
using canvass::DomainError;
using Values = std::vector<double>;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double unbounded = std::numeric_limits<double>::infinity();

// tests/reference/rank_tests.R
const Values before{1, 2, 2, 3, 3, 1, 2, 4, 3, 2, 1, 5, 3, 2, 4};
const Values after{2, 2, 3, 3, 4, 3, 2, 5, 2, 4, 1, 5, 5, 2, 5};
const Values control{2, 1, 3, 2, 2, 4, 1, 3, 2};
const Values treated{3, 4, 2, 5, 4, 3, 5, 4};

Values drawn(canvass::RandomStream& stream, std::size_t n, std::uint32_t categories) {
  Values values;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(1.0 + stream.below(categories));
  }
  return values;
}

Values times(Values values, double factor) {
  for (double& value : values) {
    value *= factor;
  }
  return values;
}

} // namespace

TEST_CASE("ranks are whole numbers and ties are ties", "[stats][ranks]") {
  CHECK_THROWS_AS(doubled_ranks(Values{1, missing}), DomainError);
  CHECK_THROWS_AS(doubled_ranks(Values{1, unbounded}), DomainError);
  CHECK(doubled_ranks(Values{}).ranks.empty());
  CHECK(doubled_ranks(Values{7}).ranks == std::vector<std::int64_t>{2});
  CHECK(doubled_ranks(Values{3, 3, 3}).ranks == std::vector<std::int64_t>{4, 4, 4});
  // 0.1 + 0.2 is not 0.3 in floating point; as an answer it is.
  const DoubledRanks decimal = doubled_ranks(Values{0.3, 0.1 + 0.2, 0.1});
  CHECK(decimal.ranks == std::vector<std::int64_t>{5, 5, 2});
  CHECK(decimal.ties == std::vector<std::int64_t>{1, 2});
  CHECK(decimal.tie_term() == 6);
  CHECK(doubled_ranks(Values{10, 30, 20}).ranks == std::vector<std::int64_t>{2, 6, 4});
}

TEST_CASE("signed rank: errors, nobody, one, no change", "[stats][signed_rank]") {
  CHECK_THROWS_AS(signed_rank(Values{1, 2}, Values{1}), DomainError);
  CHECK_THROWS_AS(signed_rank(Values{unbounded}), DomainError);
  for (const SignedRankMethod method : signed_rank_methods) {
    INFO(name(method));
    const auto nobody = signed_rank(Values{}, method);
    CHECK(nobody.n == 0);
    CHECK(std::isnan(nobody.p_value));
    CHECK_FALSE(nobody.warnings.empty());
    const auto constant = signed_rank(Values{0, 0, 0}, method);
    CHECK(constant.p_value == 1);
    CHECK(constant.rank_biserial == 0);
    CHECK(constant.zeros == 3);
    const auto gaps = signed_rank(Values{1, missing, 2}, Values{2, 2, missing}, method);
    CHECK(gaps.n == 1);
    CHECK(gaps.missing == 2);
    CHECK_FALSE(std::string(programs(method)).empty());
  }
  const auto one = signed_rank(Values{-2});
  CHECK(one.p_value == 1);
  CHECK(one.p_less == 0.5);
  CHECK(one.p_greater == 1);
  CHECK(std::isnan(signed_rank(Values{-2}, SignedRankMethod::drop_t).p_value));
}

TEST_CASE("signed rank: reference numbers of every convention", "[stats][signed_rank]") {
  const auto exact = signed_rank(before, after);
  CHECK(exact.method == "pratt-exact");
  CHECK(exact.n == 15);
  CHECK(exact.zeros == 6);
  CHECK(exact.positive == 8);
  CHECK(exact.negative == 1);
  CHECK(exact.p_value == 0.02734375);
  CHECK(exact.statistic == Approx(2.38038316094641).epsilon(1e-13));
  CHECK(exact.v_plus + exact.v_minus == 120 - 21); // the zeros hold ranks 1 .. 6
  CHECK(signed_rank(before, after, SignedRankMethod::pratt_normal).p_value == Approx(0.0172946446006776).epsilon(1e-12));
  CHECK(signed_rank(before, after, SignedRankMethod::drop_exact).p_value == 0.02734375);
  CHECK(signed_rank(before, after, SignedRankMethod::drop_normal).p_value == Approx(0.0196942547864865).epsilon(1e-12));
  const auto r45 = signed_rank(before, after, SignedRankMethod::drop_normal_cc);
  CHECK(r45.v_plus == 41.5);
  CHECK(r45.p_value == Approx(0.0231620724615713).epsilon(1e-12));
  const auto sas = signed_rank(before, after, SignedRankMethod::drop_t);
  CHECK(sas.statistic == Approx(3.49540757861888).epsilon(1e-12));
  CHECK(sas.p_value == Approx(0.00813365671839247).epsilon(1e-11));
  CHECK(sas.df == 8);
}

TEST_CASE("signed rank: hundreds of people", "[stats][signed_rank]") {
  canvass::RandomStream stream(1, "many");
  for (const std::size_t n : {300U, 1000U}) {
    Values differences;
    for (std::size_t i = 0; i < n; ++i) {
      differences.push_back(stream.normal() + 0.05);
    }
    const auto exact = signed_rank(differences);
    const auto normal = signed_rank(differences, SignedRankMethod::pratt_normal);
    CHECK(exact.method == "pratt-exact");
    CHECK(exact.p_less + exact.p_greater > 1); // the value observed is in both tails
    CHECK(exact.p_less + exact.p_greater < 1.001);
    CHECK(exact.p_value == Approx(normal.p_value).margin(0.002)); // Edgeworth's next term is of order 1/n
  }
  const auto beyond = signed_rank(Values(1001, 1.0));
  CHECK(beyond.method == "pratt-normal");
  CHECK_FALSE(beyond.warnings.empty());
  CHECK(signed_rank(Values(1001, 1.0), SignedRankMethod::drop_exact).method == "drop-normal");
}

TEST_CASE("signed rank: waves swapped, units, bounds", "[stats][signed_rank]") {
  canvass::RandomStream stream(2, "signed");
  for (int round = 0; round < 30; ++round) {
    const Values first = drawn(stream, 12, 5);
    const Values second = drawn(stream, 12, 5);
    for (const SignedRankMethod method : signed_rank_methods) {
      const auto test = signed_rank(first, second, method);
      const auto swapped = signed_rank(second, first, method);
      INFO(test.method);
      CHECK(swapped.v_plus == test.v_minus);
      CHECK(swapped.p_value == test.p_value);
      CHECK(swapped.p_less == Approx(test.p_greater).epsilon(1e-12));
      CHECK(swapped.rank_biserial == -test.rank_biserial);
      CHECK(std::fabs(test.rank_biserial) <= 1);
      CHECK(std::fabs(test.rank_biserial_all_ranks) <= std::fabs(test.rank_biserial));
      CHECK(test.p_value <= 1);
      // The effect has the sign of what the test sees.
      CHECK((test.rank_biserial > 0) == (test.v_plus > test.v_minus));
      CHECK(signed_rank(times(first, 0.1), times(second, 0.1), method).p_value == test.p_value);
    }
  }
}

TEST_CASE("rank sum: errors, empty, one, ties", "[stats][rank_sum]") {
  CHECK_THROWS_AS(rank_sum(Values{unbounded}, Values{1}), DomainError);
  for (const RankSumMethod method : rank_sum_methods) {
    INFO(name(method));
    CHECK(std::isnan(rank_sum(Values{}, Values{1}, method).p_value));
    CHECK(std::isnan(rank_sum(Values{1}, Values{missing}, method).p_value));
    CHECK(rank_sum(Values{1}, Values{missing, 2}, method).missing == 1);
    const auto tied = rank_sum(Values{2, 2}, Values{2, 2, 2}, method);
    CHECK(tied.p_value == 1);
    CHECK(tied.superiority == 0.5);
  }
  const auto one = rank_sum(Values{1}, Values{2});
  CHECK(one.p_value == 1);
  CHECK(one.p_greater == 0.5);
  CHECK(one.u == 1);
}

TEST_CASE("rank sum: reference numbers of every convention", "[stats][rank_sum]") {
  const auto exact = rank_sum(control, treated);
  CHECK(exact.u == 61.5);
  CHECK(exact.statistic == Approx(2.51943351165262).epsilon(1e-13));
  CHECK(exact.p_value == Approx(0.0151378033730975).epsilon(1e-12));
  CHECK(rank_sum(control, treated, RankSumMethod::exact_abs_deviation).p_value == Approx(0.0146441793500617).epsilon(1e-12));
  CHECK(rank_sum(control, treated, RankSumMethod::normal_cc).p_value == Approx(0.0135100643493491).epsilon(1e-12));
  CHECK(rank_sum(control, treated, RankSumMethod::normal).p_value == Approx(0.0117543837527764).epsilon(1e-12));
}

TEST_CASE("rank sum: arms swapped, units, and too many people", "[stats][rank_sum]") {
  canvass::RandomStream stream(3, "sum");
  for (int round = 0; round < 20; ++round) {
    const Values first = drawn(stream, 7, 4);
    const Values second = drawn(stream, 11, 4);
    for (const RankSumMethod method : rank_sum_methods) {
      const auto test = rank_sum(first, second, method);
      const auto swapped = rank_sum(second, first, method);
      INFO(test.method);
      CHECK(swapped.p_value == Approx(test.p_value).epsilon(1e-13));
      CHECK(swapped.p_less == Approx(test.p_greater).epsilon(1e-13));
      CHECK(swapped.rank_biserial == -test.rank_biserial);
      CHECK(std::fabs(test.rank_biserial) <= 1);
      CHECK(rank_sum(times(first, 0.1), times(second, 0.1), method).p_value == Approx(test.p_value).epsilon(1e-13));
    }
  }
  Values many;
  Values others;
  for (int i = 0; i < 3000; ++i) {
    many.push_back(stream.normal());
    others.push_back(stream.normal());
  }
  const auto beyond = rank_sum(many, others);
  CHECK(beyond.method == "mann-whitney normal");
  CHECK_FALSE(beyond.warnings.empty());
  CHECK(beyond.p_value == rank_sum(many, others, RankSumMethod::normal).p_value);
}

TEST_CASE("brunner-munzel: errors, empty, one, constant", "[stats][brunner_munzel]") {
  BrunnerMunzelOptions options;
  options.level = 0;
  CHECK_THROWS_AS(brunner_munzel(control, treated, options), DomainError);
  options = {};
  options.permutations = 0;
  CHECK_THROWS_AS(brunner_munzel(control, treated, options), DomainError);
  CHECK_THROWS_AS(newcombe_superiority(1.1, 3, 3), DomainError);
  CHECK_THROWS_AS(newcombe_superiority(0.5, 0, 3), DomainError);
  CHECK(std::isnan(brunner_munzel(Values{}, treated).p_value));
  const auto one = brunner_munzel(Values{1}, treated);
  CHECK(std::isnan(one.p_value));
  CHECK(one.interval.method == "Newcombe method 5");
  CHECK(one.interval.high == 1);
  const auto constant = brunner_munzel(Values(20, 3.0), Values(20, 3.0));
  CHECK(constant.p_value == 1);
  CHECK(constant.superiority == 0.5);
  CHECK(constant.interval.low < 0.5);
  CHECK(constant.interval.high > 0.5);
  CHECK(brunner_munzel(control, Values{missing, 1, 2}).missing == 1);
}

TEST_CASE("brunner-munzel: groups that do not overlap have a p and an interval", "[stats][brunner_munzel]") {
  const auto small = brunner_munzel(Values{1, 1, 2}, Values{3, 4, 4});
  CHECK(small.separated);
  CHECK(small.statistic == unbounded);
  CHECK(small.p_value == Approx(0.1).epsilon(1e-13)); // 2 of 20 relabellings
  CHECK(small.interval.high == 1);
  CHECK(small.interval.low > 0);
  CHECK(small.interval.low < 1);
  const auto large = brunner_munzel(Values(20, 5.0), Values(30, 1.0));
  CHECK(large.separated);
  CHECK(large.superiority == 0);
  CHECK(large.p_value < 1e-12);
  CHECK(large.interval.low == 0);
  CHECK(large.interval.high < 0.2);
  CHECK(std::isnan(large.p_t));
}

TEST_CASE("brunner-munzel: reference numbers", "[stats][brunner_munzel]") {
  const auto test = brunner_munzel(control, treated);
  CHECK(test.superiority == Approx(0.854166666666667).epsilon(1e-13));
  CHECK(test.statistic == Approx(3.93724722475136).epsilon(1e-12));
  CHECK(test.df == Approx(14.6474836718003).epsilon(1e-12));
  CHECK(test.p_t == Approx(0.00137361272718764).epsilon(1e-11));
  CHECK(test.std_error == Approx(0.0899528646411155).epsilon(1e-12));
  CHECK(test.interval.low == Approx(0.556074360766133).epsilon(1e-11));
  CHECK(test.interval.high == Approx(0.964772961606979).epsilon(1e-11));
  CHECK(test.p_value == Approx(0.0133278486219663).epsilon(1e-11)); // 24,310 relabellings written out in R
  CHECK(test.relabellings == 24310);
  BrunnerMunzelOptions few;
  few.permutations = 20;
  few.seed = 5;
  const auto random = brunner_munzel(control, treated, few);
  CHECK(random.method == "brunner-munzel permutation (drawn)");
  CHECK(random.p_value >= 2.0 / 21);
  CHECK(random.p_value == brunner_munzel(control, treated, few).p_value);
}

TEST_CASE("brunner-munzel: arms swapped, units, never NaN", "[stats][brunner_munzel]") {
  canvass::RandomStream stream(6, "bm");
  for (int round = 0; round < 40; ++round) {
    const Values first = drawn(stream, 2 + stream.below(6), 3);
    const Values second = drawn(stream, 2 + stream.below(20), 3);
    const auto test = brunner_munzel(first, second);
    const auto swapped = brunner_munzel(second, first);
    CHECK(swapped.superiority == Approx(1 - test.superiority).epsilon(1e-13).margin(1e-13));
    CHECK(swapped.p_value == Approx(test.p_value).epsilon(1e-10));
    CHECK(swapped.interval.low == Approx(1 - test.interval.high).epsilon(1e-10).margin(1e-12));
    CHECK(std::isfinite(test.p_value));
    CHECK(test.interval.low <= test.superiority);
    CHECK(test.interval.high >= test.superiority);
    CHECK(test.interval.low >= 0);
    CHECK(test.interval.high <= 1);
    CHECK(test.interval_newcombe.low <= test.interval_newcombe.high);
    CHECK(brunner_munzel(times(first, 0.1), times(second, 0.1)).p_value == Approx(test.p_value).epsilon(1e-10));
  }
}

TEST_CASE("the spread of conventions", "[stats][convention_spread]") {
  CHECK_THROWS_AS(signed_rank_spread(before, after, 1.5), DomainError);
  const auto empty = two_sample_spread(Values{}, Values{});
  CHECK(empty.computed == 0);
  CHECK(empty.sentence() == "no convention has a p-value");
  const auto paired = signed_rank_spread(before, after, 0.02);
  CHECK(paired.computed == 6);
  CHECK(paired.significant == 2); // both normal ones without correction
  CHECK(paired.disagree());
  CHECK(paired.sentence() == "significant under 2 of 6 published conventions");
  CHECK(paired.conventions[0].primary);
  CHECK(paired.smallest == Approx(0.0172946446006776).epsilon(1e-12));
  CHECK(paired.largest == 0.02734375);
  const auto between = two_sample_spread(control, treated, 0.05);
  CHECK(between.significant == 6);
  CHECK_FALSE(between.disagree());
  // Groups that do not overlap: no program has a Brunner-Munzel t.
  CHECK(two_sample_spread(Values{1, 2, 1}, Values{4, 5, 5}).computed == 5);
}

TEST_CASE("every method at once gives what each gives alone", "[stats][rank_sum]") {
  const std::vector<std::pair<std::vector<double>, std::vector<double>>> samples = {
      {{}, {1, 2}}, {{2, 2, 2}, {2, 2}}, {{1, 2, 2, 3, 5}, {2, 3, 4, 4, 5, 5, canvass::stats::nan}}, {{1, 2, 3}, {4, 5, 6, 7}}};
  for (const auto& [first, second] : samples) {
    const std::vector<RankSumResult> all = rank_sum_by_every_method(first, second);
    REQUIRE(all.size() == rank_sum_methods.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const RankSumResult alone = rank_sum(first, second, rank_sum_methods[i]);
      INFO(name(rank_sum_methods[i]));
      CHECK(all[i].method == alone.method);
      CHECK(all[i].warnings == alone.warnings);
      for (const auto& [ours, theirs] :
           {std::pair{all[i].p_value, alone.p_value}, std::pair{all[i].p_less, alone.p_less}, std::pair{all[i].p_greater, alone.p_greater},
            std::pair{all[i].statistic, alone.statistic}, std::pair{all[i].u, alone.u}}) {
        CHECK((ours == theirs || (std::isnan(ours) && std::isnan(theirs)))); // the same bits
      }
    }
    if (!first.empty()) {
      CHECK(two_sample_spread(first, second).smallest == two_sample_spread(first, second, all).smallest);
      CHECK_THROWS_AS(two_sample_spread(first, second, std::vector<RankSumResult>(1)), DomainError);
    }
  }
}
