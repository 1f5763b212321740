// Published shares and planned numbers of answers. Reference numbers: tests/reference/published_shares.R (prop.test of R 4.2.2) and hand
// arithmetic; C and E number the facts that a report on confidence has to get right.

#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/shares.hpp"

#include <cmath>

using namespace canvass;
using namespace canvass::stats;

namespace {

constexpr double of_r = 1e-9; // printed with ten digits
constexpr double of_two_digits = 0.005;

} // namespace

TEST_CASE("shares outside 0 to 1 and numbers of answers that are none are refused", "[stats][shares]") {
  CHECK_THROWS_AS(compare_shares(1.2, 0.5), DomainError);
  CHECK_THROWS_AS(compare_shares(0.5, -0.1), DomainError);
  CHECK_THROWS_AS(compare_pooled(0.5, 0, 0.5, 10), DomainError);
  CHECK_THROWS_AS(half_width(0.5, -1), DomainError);
  CHECK_THROWS_AS(half_width(std::nan(""), 10), DomainError);
  CHECK_THROWS_AS(answers_for_half_width(0), DomainError);
}

TEST_CASE("at the ends nothing is made up", "[stats][shares]") {
  CHECK(std::isinf(compare_shares(0.5, 0).ratio));
  CHECK(std::isnan(compare_shares(0, 0).odds_ratio));
  CHECK(std::isnan(compare_pooled(0, 50, 0, 60).p_value));
  CHECK(std::isnan(compare_pooled(1, 50, 1, 60).z));
  CHECK(half_width(0, 100) == 0);
  CHECK(answers_for_half_width(2) == 1);
  CHECK(std::isinf(answers_to_tell_apart(0.4, 0.4)));
  CHECK(compare_pooled(0.4, 100, 0.4, 300).p_value == 1);
}

TEST_CASE("C3: odds ratios of profiles", "[stats][shares][acceptance][reference]") {
  CHECK(compare_shares(0.97, 0.39).odds_ratio == Approx(50.6).margin(0.05));
  CHECK(compare_shares(0.02, 0.39).odds_ratio == Approx(0.0319).margin(0.00005));
  CHECK(compare_shares(0.68, 0.45).odds_ratio == Approx(2.597).margin(0.0005));
  CHECK(compare_shares(0.25, 0.45).odds_ratio == Approx(0.4074).margin(0.00005));
  CHECK(compare_shares(0.68, 0.25).odds_ratio == Approx(6.375).epsilon(1e-12));
}

TEST_CASE("C4: from how many answers a fall from 41.7 % to 39 % is told from chance", "[stats][shares][acceptance][reference]") {
  CHECK(compare_shares(0.39, 0.417).difference == Approx(-0.027).epsilon(1e-12));
  CHECK(compare_pooled(0.417, 1000, 0.39, 1000).p_value == Approx(0.218467350).epsilon(of_r));
  CHECK(compare_pooled(0.417, 2500, 0.39, 2500).p_value == Approx(0.05168222627).epsilon(of_r));
  CHECK(compare_pooled(0.417, 5000, 0.39, 5000).p_value == Approx(0.005928027807).epsilon(of_r));
  CHECK(answers_to_tell_apart(0.417, 0.39) == 2537);
  CHECK(compare_pooled(0.417, 2536, 0.39, 2536).p_value > 0.05);
  CHECK(compare_pooled(0.417, 2537, 0.39, 2537).p_value < 0.05);
  CHECK(answers_to_tell_apart(0.39, 0.417) == 2537);
}

TEST_CASE("C5: what 60,000 questionnaires to 145 areas can show of an area", "[stats][shares][acceptance][reference]") {
  const double sent = 60000.0 / 145;
  CHECK(sent == Approx(413.8).margin(0.05));
  CHECK(0.2 * sent == Approx(82.8).margin(0.05));
  CHECK(100 * half_width(0.5, 0.2 * sent) == Approx(10.8).margin(0.05));
  CHECK(answers_for_half_width(0.1) == 97);
  CHECK(100 * answers_for_half_width(0.1) / sent == Approx(23.4).margin(0.05));
  CHECK(answers_for_half_width(0.05) == 385);
  CHECK(100 * answers_for_half_width(0.05) / sent == Approx(93.0).margin(0.05));
}

TEST_CASE("C8 and C9: groups against each other", "[stats][shares][acceptance][reference]") {
  const ShareComparison young = compare_shares(0.185, 0.051);
  CHECK(100 * young.difference == Approx(13.4).epsilon(1e-12));
  CHECK(young.ratio == Approx(3.63).margin(of_two_digits));
  CHECK(young.odds_ratio == Approx(4.22).margin(of_two_digits));
  const ShareComparison minority = compare_shares(0.123, 0.052);
  CHECK(100 * minority.difference == Approx(7.1).epsilon(1e-12));
  CHECK(minority.ratio == Approx(2.37).margin(of_two_digits));
  const ShareTest test = compare_pooled(0.185, 400, 0.051, 8600);
  CHECK(test.z == Approx(11.30390863).epsilon(of_r));
  CHECK(test.p_value == Approx(1.255048404e-29).epsilon(1e-8)); // ten digits of z are nine of so far a tail
}

TEST_CASE("E4 and E5: response and the half width at 50 %, the worst case", "[stats][shares][acceptance][reference]") {
  CHECK(100 * half_width(0.5, 432) == Approx(4.714940559).epsilon(of_r));
  CHECK(100 * half_width(0.5, 405) == Approx(4.869569670).epsilon(of_r));
  CHECK(100 * half_width(0.5, 772) == Approx(3.527032367).epsilon(of_r));
  // what "3 %" and "4 %" of the two reports would take: another share, which they do not name
  CHECK(100 * half_width(0.1, 432) == Approx(2.83).margin(of_two_digits));
}

TEST_CASE("E7: half widths of a panel that shrinks", "[stats][shares][acceptance][reference]") {
  CHECK(100 * half_width(0.5, 300) == Approx(5.657928670).epsilon(of_r));
  CHECK(100 * half_width(0.5, 200) == Approx(6.929519122).epsilon(of_r));
  CHECK(100 * half_width(0.5, 160) == Approx(7.747437904).epsilon(of_r));
}

TEST_CASE("numbers of answers are the smallest that will do", "[stats][shares][property]") {
  for (double share = 0.05; share < 1; share += 0.15) {
    for (const double width : {0.02, 0.05, 0.11}) {
      const double n = answers_for_half_width(width, share);
      CHECK(half_width(share, n) <= width);
      CHECK((n == 1 || half_width(share, n - 1) > width));
    }
    const double n = answers_to_tell_apart(share, share - 0.03, 0.01);
    CHECK(compare_pooled(share, n, share - 0.03, n).p_value <= 0.01);
    CHECK(compare_pooled(share, n - 1, share - 0.03, n - 1).p_value > 0.01);
  }
}
