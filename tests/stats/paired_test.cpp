#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/paired.hpp"
#include "engine/stats/paired_tables.hpp"
#include "engine/stats/proportion.hpp"

#include <cmath>
#include <limits>
#include <vector>

using namespace canvass::stats;
using canvass::DomainError;
using Values = std::vector<double>;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
const Values codes{1, 2, 3};

// tests/reference/rank_tests.R
const Values before{1, 2, 2, 3, 3, 1, 2, 4, 3, 2, 1, 5, 3, 2, 4};
const Values after{2, 2, 3, 3, 4, 3, 2, 5, 2, 4, 1, 5, 5, 2, 5};

/// Rows of a square table of transitions, spelled out as people.
struct People {
  Values first;
  Values second;
};
People people_of(const std::vector<std::vector<int>>& table) {
  People people;
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (std::size_t j = 0; j < table[i].size(); ++j) {
      for (int k = 0; k < table[i][j]; ++k) {
        people.first.push_back(static_cast<double>(i + 1));
        people.second.push_back(static_cast<double>(j + 1));
      }
    }
  }
  return people;
}

} // namespace

TEST_CASE("paired statistics: errors, nobody, one, no change", "[stats][paired]") {
  CHECK_THROWS_AS(sign_test(Values{1}, Values{1, 2}), DomainError);
  CHECK_THROWS_AS(paired_t(Values{1}, Values{1, 2}), DomainError);
  CHECK_THROWS_AS(paired_t(before, after, 1), DomainError);
  CHECK_THROWS_AS(paired_shift(before, after, 0), DomainError);
  CHECK(std::isnan(sign_test(Values{}, Values{}).p_value));
  CHECK(std::isnan(paired_shift(Values{}, Values{}).net_change_interval.low));
  const auto one = paired_t(Values{1}, Values{3});
  CHECK(one.difference == 2);
  CHECK(std::isnan(one.p_value));
  CHECK_FALSE(one.warnings.empty());
  const auto constant = paired_t(Values{1, 2, 3}, Values{1, 2, 3});
  CHECK(constant.statistic == 0);
  CHECK(constant.p_value == 1);
  CHECK(std::isnan(constant.interval.low));
  const auto shifted = paired_t(Values{1, 2, 3}, Values{2, 3, 4});
  CHECK(std::isinf(shifted.statistic));
  CHECK(shifted.p_value == 0);
  CHECK(sign_test(Values{1, 2}, Values{1, 2}).p_value == 1);
  const auto gaps = paired_t(Values{1, missing, 2, 4}, Values{2, 2, missing, 6});
  CHECK(gaps.n == 2);
  CHECK(gaps.missing == 2);
  CHECK(gaps.mean_first == 2.5); // of the two people with both
}

TEST_CASE("paired statistics: reference numbers", "[stats][paired]") {
  const auto t = paired_t(before, after);
  CHECK(t.statistic == Approx(2.86972021591776).epsilon(1e-13));
  CHECK(t.p_value == Approx(0.0123595232036401).epsilon(1e-12));
  CHECK(t.interval.low == Approx(0.168409803849842).epsilon(1e-12));
  CHECK(t.interval.high == Approx(1.16492352948349).epsilon(1e-12));
  CHECK(t.d_z == Approx(0.740958573635).epsilon(1e-11));
  CHECK(t.d_z_interval.low == Approx(0.156300105938).epsilon(1e-9)); // R's pt with ncp: 1e-12 absolute
  CHECK(t.d_z_interval.high == Approx(1.30523423199).epsilon(1e-9));
  CHECK(t.d_av == Approx(0.519374160220194).epsilon(1e-13));
  CHECK(t.g_av == Approx(0.519374160220194 * 0.94528772930681).epsilon(1e-12));
  CHECK(t.correlation == Approx(0.76233710549065).epsilon(1e-13));
  CHECK(t.d_rm == Approx(0.740958573635 * std::sqrt(2 * (1 - 0.76233710549065))).epsilon(1e-11));
  const auto sign = sign_test(before, after);
  CHECK(sign.positive == 8);
  CHECK(sign.negative == 1);
  CHECK(sign.p_value == 0.0390625);
  CHECK(sign.p_mid == Approx(0.0390625 - 9.0 / 512).epsilon(1e-13));
  const auto shift = paired_shift(before, after);
  CHECK(shift.net_change == Approx(7.0 / 15).epsilon(1e-14));
  CHECK(shift.superiority == Approx(11.0 / 15).epsilon(1e-14));
  CHECK(shift.net_change_interval.low == Approx(0.0850917528759).epsilon(1e-9));
  CHECK(shift.net_change_interval.high == Approx(0.719863634027).epsilon(1e-9));
  CHECK(shift.superiority_interval.low == Approx((1 + 0.0850917528759) / 2).epsilon(1e-10));
}

TEST_CASE("paired statistics: waves swapped and other units", "[stats][paired]") {
  const auto t = paired_t(before, after);
  const auto back = paired_t(after, before);
  CHECK(back.statistic == Approx(-t.statistic).epsilon(1e-14));
  CHECK(back.p_value == Approx(t.p_value).epsilon(1e-14));
  CHECK(back.interval.low == Approx(-t.interval.high).epsilon(1e-13));
  CHECK(back.d_z_interval.low == Approx(-t.d_z_interval.high).epsilon(1e-9));
  Values b = before;
  Values a = after;
  for (std::size_t i = 0; i < b.size(); ++i) {
    b[i] = 10 * b[i] - 3;
    a[i] = 10 * a[i] - 3;
  }
  CHECK(paired_t(b, a).g_av == Approx(t.g_av).epsilon(1e-12));
  CHECK(paired_t(b, a).std_error == Approx(10 * t.std_error).epsilon(1e-12));
  const auto shift = paired_shift(before, after);
  const auto turned = paired_shift(after, before);
  CHECK(turned.net_change_interval.low == Approx(-shift.net_change_interval.high).epsilon(1e-9));
}

TEST_CASE("Tango's interval at its ends", "[stats][paired]") {
  CHECK_THROWS_AS(tango_interval(3, 4, 6), DomainError);
  CHECK_THROWS_AS(tango_interval(-1, 4, 6), DomainError);
  CHECK(std::isnan(tango_interval(0, 0, 0).low));
  const Interval reference = tango_interval(12, 3, 44);
  CHECK(reference.low == Approx(0.0354923275989).epsilon(1e-9));
  CHECK(reference.high == Approx(0.369609412288).epsilon(1e-9));
  const Interval nobody = tango_interval(0, 0, 20);
  CHECK(nobody.low < 0);
  CHECK(nobody.low == Approx(-nobody.high).epsilon(1e-9));
  const Interval all = tango_interval(20, 0, 20);
  CHECK(all.high == 1);
  CHECK(all.low > 0.5);
  for (double gained = 0; gained <= 12; ++gained) {
    for (double lost = 0; gained + lost <= 12; ++lost) {
      const Interval interval = tango_interval(gained, lost, 12);
      const double estimate = (gained - lost) / 12;
      CHECK(interval.low <= estimate);
      CHECK(interval.high >= estimate);
      CHECK(interval.low >= -1);
      CHECK(interval.high <= 1);
    }
  }
}

TEST_CASE("McNemar: errors, nobody, ends", "[stats][mcnemar]") {
  CHECK_THROWS_AS(mcnemar(3, 4, 6), DomainError);
  CHECK_THROWS_AS(mcnemar(-1, 4, 6), DomainError);
  CHECK(std::isnan(mcnemar(0, 0, 0).p_mid));
  const auto nobody = mcnemar(0, 0, 9);
  CHECK(nobody.p_mid == 1);
  CHECK(nobody.p_asymptotic == 1);
  const auto even = mcnemar(4, 4, 9);
  CHECK(even.p_exact == 1);
  CHECK(even.p_edwards == 1);
  CHECK(even.p_mid == Approx(1).epsilon(1e-13));
}

// mcnemar.test and exact2x2 on 3 lost, 12 gained: exact .03516, mid-p .02127, asymptotic .02014, Edwards .03887.
TEST_CASE("McNemar: four p-values of one table", "[stats][mcnemar]") {
  const auto test = mcnemar(12, 3, 44);
  CHECK(test.p_exact == Approx(0.03515625).epsilon(1e-12));
  CHECK(test.p_mid == Approx(0.03515625 - 455.0 / 32768).epsilon(1e-12));
  CHECK(test.p_asymptotic == Approx(0.0201368).epsilon(1e-5));
  CHECK(test.p_edwards == Approx(0.0388671).epsilon(1e-5));
  CHECK(test.difference == Approx(9.0 / 44).epsilon(1e-14));
  const auto swapped = mcnemar(3, 12, 44);
  CHECK(swapped.p_mid == test.p_mid);
  CHECK(swapped.difference == -test.difference);
  // From answers: the threshold decides, not the order in which answers turn up.
  const auto people = mcnemar(Values{1, 3, 2, missing, 4}, Values{3, 1, 4, 3, 4}, 3.0);
  CHECK(people.gained == 2);
  CHECK(people.lost == 1);
  CHECK(people.n == 4);
  CHECK(people.missing == 1);
}

TEST_CASE("marginal homogeneity: errors, nobody, no change", "[stats][marginal]") {
  CHECK_THROWS_AS(marginal_homogeneity(Values{1}, Values{4}, codes), DomainError);
  CHECK_THROWS_AS(marginal_homogeneity(Values{1}, Values{2}, Values{3, 2, 1}), DomainError);
  CHECK_THROWS_AS(marginal_homogeneity(Values{1}, Values{1}, Values{1}), DomainError);
  CHECK(std::isnan(marginal_homogeneity(Values{}, Values{}, codes).p_bhapkar));
  const auto same = marginal_homogeneity(Values{1, 2, 3}, Values{1, 2, 3}, codes);
  CHECK(same.p_stuart_maxwell == 1);
  CHECK(same.ordinal_p == 1);
}

TEST_CASE("marginal homogeneity: reference and empty categories", "[stats][marginal]") {
  const People people = people_of({{10, 5, 1}, {2, 12, 6}, {1, 3, 15}});
  const auto test = marginal_homogeneity(people.first, people.second, codes);
  CHECK(test.stuart_maxwell == Approx(1.51578947368421).epsilon(1e-12)); // coin::mh_test
  CHECK(test.p_stuart_maxwell == Approx(0.468652025016438).epsilon(1e-12));
  CHECK(test.bhapkar == Approx(1.51578947368421 / (1 - 1.51578947368421 / 55)).epsilon(1e-12));
  CHECK(test.ordinal_z == Approx(1.22474487139159).epsilon(1e-12)); // coin's sign is first minus second
  CHECK(test.ordinal_p == Approx(0.220671361919847).epsilon(1e-12));
  CHECK_FALSE(test.singular);
  // A category that nobody used changes nothing but the count of categories.
  const auto wide = marginal_homogeneity(people.first, people.second, Values{0, 1, 2, 3});
  CHECK(wide.empty == 1);
  CHECK(wide.df == 2);
  CHECK(wide.stuart_maxwell == Approx(test.stuart_maxwell).epsilon(1e-10));
  // One that nobody entered or left has no variance: plain inversion fails there.
  const People fixed = people_of({{4, 3, 0}, {1, 5, 0}, {0, 0, 6}});
  const auto singular = marginal_homogeneity(fixed.first, fixed.second, codes);
  CHECK(singular.singular);
  CHECK(singular.df == 1);
  CHECK(singular.stuart_maxwell == Approx(1).epsilon(1e-12)); // (3 - 1)^2 / (3 + 1)
  const auto swapped = marginal_homogeneity(people.second, people.first, codes);
  CHECK(swapped.stuart_maxwell == Approx(test.stuart_maxwell).epsilon(1e-12));
  CHECK(swapped.ordinal_z == -test.ordinal_z);
}
