#ifndef CANVASS_TESTS_SURVEY_SMALL_SAMPLE_HPP
#define CANVASS_TESTS_SURVEY_SMALL_SAMPLE_HPP

#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/design.hpp"
#include "engine/survey/predictors.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

/// The made-up sample of tests/reference/survey_models.R: 60 people, 3 strata, 12 PSUs, finite populations of PSUs.
namespace small_sample {

inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();
inline constexpr std::size_t size = 60;

struct Sample {
  canvass::survey::Design design;
  std::vector<double> x, u, y, b, count, ordinal, i1, i2, i3;
  std::vector<std::int32_t> k, r1, r2; ///< -1 = missing
};

inline Sample sample() {
  Sample s;
  s.design.stages.resize(1);
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(size); ++i) {
    const std::int32_t x = (i * 11) % 13;
    const std::int32_t k = (i * 5 + i / 7) % 3;
    const std::int32_t u = (i * 17) % 23;
    const double y = x / 2.0 + 3.0 * (k == 2 ? 1 : 0) + u / 4.0;
    s.design.weights.push_back(1 + ((i * 7) % 5) / 2.0);
    s.design.stages[0].stratum.push_back(i / 20);
    s.design.stages[0].unit.push_back(i / 5);
    s.design.stages[0].population.push_back(i < 20 ? 40 : i < 40 ? 30 : 25);
    s.x.push_back(x);
    s.u.push_back(u);
    s.y.push_back(i == 8 ? missing : y);
    s.b.push_back(x / 4.0 + (k == 1 ? 1 : 0) + u / 6.0 > 4 ? 1 : 0);
    s.count.push_back((x + u) % 6);
    s.ordinal.push_back(1 + (y > 4 ? 1 : 0) + (y > 6.5 ? 1 : 0) + (y > 9 ? 1 : 0));
    s.i1.push_back((x + 2) / 3);
    s.i2.push_back((x + u % 4) / 3);
    s.i3.push_back((x + u % 7) / 4);
    s.k.push_back(i == 33 ? -1 : k);
    s.r1.push_back(x % 3);
    s.r2.push_back(u % 4 == 0 ? k : x % 3);
  }
  return s;
}

/// x and k of the sample: the model of the reference numbers.
inline canvass::survey::Predictors predictors(const Sample& s) {
  canvass::survey::Predictors p(size);
  p.add_number("x", s.x);
  p.add_factor("k", s.k, {"0", "1", "2"});
  return p;
}

/// JKn replicates of the same sample without finite populations: in each one PSU leaves and its stratum's others grow by 4/3.
inline canvass::survey::Design jackknifed(const Sample& s) {
  canvass::survey::Design design = s.design;
  design.stages[0].population.clear();
  auto replicates = std::make_shared<canvass::survey::Replicates>();
  replicates->count = 12;
  replicates->method = "JKn";
  replicates->df = 9;
  replicates->rscales.assign(12, 3.0 / 4);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t r = 0; r < 12; ++r) {
      const bool here = r / 4 == i / 20;
      replicates->doubles.push_back(design.weights[i] * (!here ? 1.0 : r == i / 5 ? 0.0 : 4.0 / 3));
    }
  }
  design.replicates = replicates;
  return design;
}

/// What is refused says why: the message holds `words`.
template <typename Call> void refuses(const Call& call, const std::string& words) {
  try {
    call();
    FAIL("nothing was refused; expected: " << words);
  } catch (const canvass::DomainError& error) {
    INFO(error.what());
    CHECK(std::string(error.what()).find(words) != std::string::npos);
  }
}

} // namespace small_sample

#endif
