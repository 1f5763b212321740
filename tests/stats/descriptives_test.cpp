#include "tests/support/catch.hpp"

#include "engine/stats/descriptives.hpp"

#include <cmath>
#include <limits>
#include <vector>

using namespace canvass::stats;

TEST_CASE("moments of nobody and of one are not numbers", "[stats][descriptives]") {
  CHECK(describe(std::vector<double>{}).n == 0);
  CHECK(std::isnan(describe(std::vector<double>{}).mean));
  const Moments one = describe(std::vector<double>{3});
  CHECK(one.mean == 3);
  CHECK(std::isnan(one.sd));
  CHECK(std::isnan(one.interval.low));
  CHECK(std::isnan(pooled_sd(std::vector<double>{1}, std::vector<double>{1, 2}).sd));
}

TEST_CASE("missing values are left out and counted", "[stats][descriptives]") {
  const Moments moments = describe(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN(), 3});
  CHECK(moments.n == 2);
  CHECK(moments.missing == 1);
  CHECK(moments.mean == 2);
}

TEST_CASE("moments agree with R", "[stats][descriptives]") {
  // R: x <- c(2.1, 3.4, 1.9, 4.4, 2.7); t.test(x)$conf.int; sd(x)
  const Moments moments = describe(std::vector<double>{2.1, 3.4, 1.9, 4.4, 2.7});
  CHECK(moments.mean == Approx(2.9).epsilon(1e-12));
  CHECK(moments.sd == Approx(1.0222524150130435).epsilon(1e-12));
  CHECK(moments.interval.low == Approx(1.6307059792).epsilon(1e-9));
  CHECK(moments.interval.high == Approx(4.1692940208).epsilon(1e-9));
  // R: sqrt((4*var(x) + 2*var(c(1,2,4))) / 6)
  const PooledSd pooled = pooled_sd(std::vector<double>{2.1, 3.4, 1.9, 4.4, 2.7}, std::vector<double>{1, 2, 4});
  CHECK(pooled.sd == Approx(1.21426704001).epsilon(1e-9));
  CHECK(pooled.df == 6);
}
