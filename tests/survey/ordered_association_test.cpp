// Goodman and Kruskal's gamma under a design. Numbers: tests/reference/survey_models.R (R 4.2.2, survey 4.1-1).

#include "tests/support/catch.hpp"
#include "tests/survey/small_sample.hpp"

#include "engine/survey/ordered_association.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

using namespace canvass;
using namespace canvass::survey;
using small_sample::refuses;

namespace {

std::vector<std::int32_t> ordinal_codes(const small_sample::Sample& s) {
  std::vector<std::int32_t> codes;
  for (const double code : s.ordinal) {
    codes.push_back(static_cast<std::int32_t>(code));
  }
  return codes;
}

/// Everybody counts once and was drawn alone: counts of a table, row after row.
struct Counted {
  Counted(const std::vector<int>& counts, int columns) {
    for (std::size_t cell = 0; cell < counts.size(); ++cell) {
      for (int i = 0; i < counts[cell]; ++i) {
        row.push_back(static_cast<std::int32_t>(cell) / columns);
        column.push_back(static_cast<std::int32_t>(cell) % columns);
        design.weights.push_back(1);
      }
    }
  }
  Design design;
  std::vector<std::int32_t> row, column;
};

// The reference's derivatives are differences over 2e-6.
Approx near(double value) {
  return Approx(value).epsilon(1e-7);
}

} // namespace

TEST_CASE("gamma: what has none is refused", "[survey][gamma]") {
  const small_sample::Sample s = small_sample::sample();
  refuses([&] { goodman_kruskal_gamma(s.design, std::vector<std::int32_t>(3, 0), s.k); }, "3 and 60 answers");
  refuses([&] { goodman_kruskal_gamma(s.design, std::vector<std::int32_t>(60, -1), s.k); }, "nobody has both");
  refuses([&] { goodman_kruskal_gamma(s.design, std::vector<std::int32_t>(60, 4), s.k); }, "all 59 people give the same answer");
  Counted few({2, 1, 1, 2}, 2); // a replicate without the first column
  auto replicates = std::make_shared<Replicates>();
  replicates->count = 2;
  replicates->doubles = {0, 2, 0, 2, 2, 1, 0, 1, 2, 1, 2, 1};
  few.design.replicates = replicates;
  refuses([&] { goodman_kruskal_gamma(few.design, few.row, few.column); }, "in replicate 1 of 2 every pair");
}

TEST_CASE("gamma: all pairs one way is 1 without an error, an interval or a p", "[survey][gamma]") {
  const Counted all({5, 0, 0, 7}, 2);
  const OrderedAssociation found = goodman_kruskal_gamma(all.design, all.row, all.column);
  CHECK(found.gamma.estimate == 1);
  CHECK(found.gamma.std_error == 0);
  CHECK(std::isnan(found.gamma.conf_low));
  CHECK(std::isnan(found.gamma.p_value));
  CHECK(found.discordant == Approx(0).margin(1e-15)); // sums of quarters of the table
}

TEST_CASE("gamma: chances of pairs by hand", "[survey][gamma]") {
  // 2 1 / 1 3: concordant 2 x 2 x 3, discordant 2 x 1 x 1, of 49 ordered pairs
  const Counted table({2, 1, 1, 3}, 2);
  const OrderedAssociation found = goodman_kruskal_gamma(table.design, table.row, table.column);
  CHECK(found.concordant == Approx(12.0 / 49).epsilon(1e-13));
  CHECK(found.discordant == Approx(2.0 / 49).epsilon(1e-13));
  CHECK(found.gamma.estimate == Approx(10.0 / 14).epsilon(1e-13)); // Yule's Q: (6 - 1) / (6 + 1)
  CHECK(found.gamma.df == 6);
}

TEST_CASE("gamma: who left one question open is a domain's other side", "[survey][gamma]") {
  const small_sample::Sample s = small_sample::sample();
  const OrderedAssociation found = goodman_kruskal_gamma(s.design, ordinal_codes(s), s.k);
  CHECK(found.table.n == 59);
  CHECK(found.table.missing == 1);
}

TEST_CASE("gamma: value and error are R's, by linearisation and by replicates", "[survey][gamma]") {
  const small_sample::Sample s = small_sample::sample();
  const OrderedAssociation taylor = goodman_kruskal_gamma(s.design, ordinal_codes(s), s.k);
  CHECK(taylor.gamma.estimate == Approx(0.391122035858878).epsilon(1e-13));
  CHECK(taylor.gamma.std_error == near(0.168689146338483));
  CHECK(taylor.gamma.df == 9);
  const OrderedAssociation jackknife = goodman_kruskal_gamma(small_sample::jackknifed(s), ordinal_codes(s), s.k);
  CHECK(jackknife.gamma.estimate == taylor.gamma.estimate);
  CHECK(jackknife.gamma.std_error == Approx(0.181984535784297).epsilon(1e-12)); // no derivative in it
}

TEST_CASE("gamma: a published table of litter and victims", "[survey][gamma]") {
  // Litter very common .. not at all (204, 1,244, 4,154, 5,463 people) by victim, British Crime Survey 2007-08: .266, error .019, .229 to
  // .302 as published with litter turned round.
  const Counted table({141, 63, 876, 368, 3173, 981, 4614, 849}, 2);
  const OrderedAssociation found = goodman_kruskal_gamma(table.design, table.row, table.column);
  CHECK(found.gamma.estimate == Approx(-0.2655202711223655).epsilon(1e-12));
  CHECK(found.gamma.std_error == near(0.0186008125276849));
  CHECK(-found.gamma.conf_high == Approx(.229).epsilon(0).margin(5e-4)); // three digits were published
  CHECK(-found.gamma.conf_low == Approx(.302).epsilon(0).margin(5e-4));
  CHECK(found.gamma.p_value < 1e-40);
}

TEST_CASE("gamma: turns its sign with an order, and does not mind which question is which", "[survey][gamma]") {
  const small_sample::Sample s = small_sample::sample();
  const std::vector<std::int32_t> o = ordinal_codes(s);
  std::vector<std::int32_t> turned;
  for (const std::int32_t level : s.k) {
    turned.push_back(level < 0 ? -1 : 2 - level);
  }
  const stats::Inference plain = goodman_kruskal_gamma(s.design, o, s.k).gamma;
  const stats::Inference other = goodman_kruskal_gamma(s.design, o, turned).gamma;
  const stats::Inference swapped = goodman_kruskal_gamma(s.design, s.k, o).gamma;
  CHECK(other.estimate == Approx(-plain.estimate).epsilon(1e-13)); // sums in another order
  CHECK(other.std_error == Approx(plain.std_error).epsilon(1e-12));
  CHECK(swapped.estimate == Approx(plain.estimate).epsilon(1e-13));
  CHECK(swapped.std_error == Approx(plain.std_error).epsilon(1e-12));
}
