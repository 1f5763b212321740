#include "tests/support/catch.hpp"

#include "engine/core/random.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

using canvass::RandomStream;

TEST_CASE("a random stream is named by seed, purpose and block", "[core][random]") {
  RandomStream a(1, "x", 0);
  RandomStream same(1, "x", 0);
  RandomStream seed(2, "x", 0);
  RandomStream purpose(1, "y", 0);
  RandomStream block(1, "x", 1);
  const auto first = a.next();
  CHECK(first == same.next());
  CHECK(first != seed.next());
  CHECK(first != purpose.next());
  CHECK(first != block.next());
}

TEST_CASE("below(n) is uniform and stays below n", "[core][random]") {
  RandomStream stream(7, "below");
  std::vector<int> counts(6, 0);
  const int draws = 60'000;
  for (int i = 0; i < draws; ++i) {
    const auto value = stream.below(6);
    REQUIRE(value < 6);
    ++counts[value];
  }
  double chi_square = 0;
  for (const int count : counts) {
    chi_square += (count - 10'000.0) * (count - 10'000.0) / 10'000.0;
  }
  CHECK(chi_square < 20.515); // chi-square, 5 df, .999; the seed is fixed, so this cannot flicker
}

TEST_CASE("shuffle keeps every value", "[core][random]") {
  RandomStream stream(7, "shuffle");
  std::vector<int> values(100);
  std::iota(values.begin(), values.end(), 0);
  auto shuffled = values;
  stream.shuffle(std::span<int>(shuffled));
  CHECK(shuffled != values);
  std::sort(shuffled.begin(), shuffled.end());
  CHECK(shuffled == values);
}

TEST_CASE("normal draws have mean 0 and variance 1", "[core][random]") {
  RandomStream stream(7, "normal");
  const int n = 100'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < n; ++i) {
    const double x = stream.normal();
    sum += x;
    squares += x * x;
  }
  CHECK(std::abs(sum / n) < 0.012);         // 3.8 standard errors
  CHECK(std::abs(squares / n - 1) < 0.017); // 3.8 standard errors
}
