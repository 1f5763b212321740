#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/share_difference.hpp"

#include <array>
#include <cmath>

using namespace canvass;
using namespace canvass::survey;

namespace {

/// Simple random sample: every weight 1.
ProportionFacts of(double yes, double n) {
  const double share = yes / n;
  return {share, std::sqrt(share * (1 - share) / (n - 1)), static_cast<std::size_t>(n), n, n - 1};
}

ShareDifference difference(const ProportionFacts& first, const ProportionFacts& second, double level = 0.95) {
  const double error = std::sqrt(first.std_error * first.std_error + second.std_error * second.std_error);
  return difference_of_shares(std::array{SignedShare{first, 1}, SignedShare{second, -1}}, std::array{error}, level);
}

} // namespace

TEST_CASE("a difference of a share that cannot be is refused", "[survey][difference]") {
  ProportionFacts wrong = of(3, 20);
  wrong.share = 1.2;
  CHECK_THROWS_AS(difference(wrong, of(5, 30)), DomainError);
}

TEST_CASE("a share is thin where few stand on its rarer side, or few units behind it", "[survey][difference]") {
  CHECK(is_thin(of(29, 400)));
  CHECK(is_thin(of(371, 400)));
  CHECK_FALSE(is_thin(of(30, 400)));
  CHECK(is_thin(of(0, 400)));
  ProportionFacts clustered = of(200, 400);
  clustered.df = 3;
  CHECK(is_thin(clustered));
}

TEST_CASE("nobody against few is far less sure than a t test has it", "[survey][difference]") {
  // An area of 83 in which nobody says so, and 6.66 % of all others: by t p is 1e-109, by Fisher's exact test .0155.
  const ShareDifference rare = difference(of(0, 83), of(790, 11862));
  CHECK(rare.value == Approx(-790.0 / 11862));
  // By hand: the limits of 0 of 83 are 0 and 1 - .025^(1/83); those of the other share +- t se.
  const double up = 1 - std::pow(0.025, 1.0 / 83);
  const double se = of(790, 11862).std_error;
  CHECK(rare.high == Approx(-790.0 / 11862 + std::hypot(up, 1.960139 * se)).epsilon(1e-6));
  CHECK(rare.low == Approx(-790.0 / 11862 - 1.960139 * se).epsilon(1e-6));
  CHECK(rare.p_value > 0.005);
  CHECK(rare.p_value < 0.05);
}

TEST_CASE("p is the level at which the interval touches 0", "[survey][difference]") {
  for (const auto& [a, b] : {std::pair{of(3, 40), of(12, 50)}, {of(12, 50), of(3, 40)}, {of(0, 60), of(5, 70)}, {of(58, 60), of(40, 70)}}) {
    const double p = difference(a, b).p_value;
    REQUIRE(p > 1e-6);
    REQUIRE(p < 1);
    const ShareDifference at = difference(a, b, 1 - p);
    CHECK((at.value > 0 ? at.low : at.high) == Approx(0).margin(1e-9));
    CHECK(difference(b, a).p_value == Approx(p).epsilon(1e-9)); // whichever is taken off
  }
  CHECK(difference(of(5, 50), of(5, 50)).p_value == 1);
}

TEST_CASE("all against none has the smallest p, and an interval all the same", "[survey][difference]") {
  const ShareDifference whole = difference(of(142, 142), of(0, 136));
  CHECK(whole.value == 1);
  CHECK(whole.p_value == 1e-12);
  CHECK(whole.low > 0.9);
  CHECK(whole.low < 1);
}

TEST_CASE("shares that go together differ more surely, those that go apart less", "[survey][difference]") {
  const ProportionFacts a = of(9, 80);
  const ProportionFacts b = of(20, 90);
  const double apart = std::sqrt(a.std_error * a.std_error + b.std_error * b.std_error + a.std_error * b.std_error);
  const double together = std::sqrt(a.std_error * a.std_error + b.std_error * b.std_error - a.std_error * b.std_error);
  const std::array shares{SignedShare{a, 1}, SignedShare{b, -1}};
  const double p = difference(a, b).p_value;
  CHECK(difference_of_shares(shares, std::array{together}).p_value < p);
  CHECK(difference_of_shares(shares, std::array{apart}).p_value > p);
}

TEST_CASE("the interval of a difference in differences adds four squares", "[survey][difference]") {
  const std::array shares{SignedShare{of(5, 60), 1}, SignedShare{of(9, 70), -1}, SignedShare{of(11, 80), -1}, SignedShare{of(4, 90), 1}};
  const ShareDifference four = difference_of_shares(shares);
  double up = 0;
  for (const SignedShare& one : shares) {
    const stats::Interval limits = proportion_interval(one.share);
    up += std::pow(one.sign > 0 ? limits.high - one.share.share : one.share.share - limits.low, 2);
  }
  CHECK(four.value == Approx(5.0 / 60 - 9.0 / 70 - 11.0 / 80 + 4.0 / 90));
  CHECK(four.high == Approx(four.value + std::sqrt(up)).epsilon(1e-12));
}

TEST_CASE("a share against a number is as sure as its interval", "[survey][difference]") {
  const ProportionFacts six = of(6, 160);
  const stats::Interval interval = proportion_interval(six);
  const std::array one{SignedShare{six, 1}};
  const ShareDifference from_seven = difference_of_shares(one, {}, 0.95, 0.07);
  CHECK(from_seven.value == Approx(6.0 / 160 - 0.07));
  CHECK(from_seven.low == Approx(interval.low - 0.07).epsilon(1e-12));
  CHECK(from_seven.high == Approx(interval.high - 0.07).epsilon(1e-12));
  CHECK(from_seven.p_value > 0.05); // 7 % lies in the interval; R: binom.test(6, 160, .07)$p.value is .121
  CHECK(difference_of_shares(one, {}, 0.95, interval.high).p_value == Approx(0.05).epsilon(1e-6));
}

TEST_CASE("shares of two waves go together within each wave", "[survey][difference]") {
  const std::array shares{SignedShare{of(5, 60), 1}, SignedShare{of(9, 70), -1}, SignedShare{of(11, 80), -1}, SignedShare{of(4, 90), 1}};
  const auto width = [&](double share_of_sum) {
    std::array<double, 2> errors{};
    for (std::size_t pair = 0; pair < 2; ++pair) {
      const double a = shares[2 * pair].share.std_error;
      const double b = shares[2 * pair + 1].share.std_error;
      errors[pair] = std::sqrt(share_of_sum * (a * a + b * b));
    }
    const ShareDifference made = difference_of_shares(shares, errors);
    return made.high - made.low;
  };
  CHECK(width(1) == Approx(difference_of_shares(shares).high - difference_of_shares(shares).low).epsilon(1e-12));
  CHECK(width(0.6) < width(1));
}
