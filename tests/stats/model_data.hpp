#ifndef CANVASS_TESTS_STATS_MODEL_DATA_HPP
#define CANVASS_TESTS_STATS_MODEL_DATA_HPP

#include "engine/stats/matrix.hpp"

#include <cstddef>
#include <limits>
#include <vector>

/// The made-up data of tests/reference/models.R, which holds the recipe of every number these tests compare with.
namespace model_data {

inline constexpr double gap = std::numeric_limits<double>::quiet_NaN();

/// 24 people, 3 waves.
inline canvass::stats::Matrix waves() {
  canvass::stats::Matrix y(24, 3);
  y.values = {2.1, 2.4, 2.2, 1.8, 1.9, 2.6, 2.9, 3.1, 2.7, 2.0, 2.2, gap, 3.3, 3.0, 3.4, 2.5, 2.1, 2.3, 2.7, 2.9, 3.2, 1.6, gap, 1.9,
              2.2, 2.6, 2.1, 3.0, 2.8, 3.1, 2.4, 2.5, 2.9, 1.9, 2.3, 2.0, 2.3, 3.1, 2.6, 2.0, 2.9, 2.5, 2.8, 3.2, 3.3, 1.7, 2.8, gap,
              3.1, 3.4, 2.9, 2.6, 3.5, 3.0, 2.2, 2.7, 2.1, 2.9, 3.8, 3.1, 1.5, 2.6, 2.4, 2.4, gap, gap, 3.2, 3.6, 3.5, gap, 3.0, 2.2};
  return y;
}

/// The first 12 are the control.
inline std::vector<std::size_t> arms() {
  std::vector<std::size_t> arm(24, 0);
  for (std::size_t i = 12; i < 24; ++i) {
    arm[i] = 1;
  }
  return arm;
}

inline std::vector<double> column(const canvass::stats::Matrix& y, std::size_t j) {
  std::vector<double> values;
  for (std::size_t i = 0; i < y.rows; ++i) {
    values.push_back(y(i, j));
  }
  return values;
}

/// Rows without a gap, and their arms.
struct Complete {
  canvass::stats::Matrix y;
  std::vector<std::size_t> arm;
};

inline Complete complete() {
  const auto y = waves();
  const auto arm = arms();
  Complete result;
  result.y.columns = 3;
  for (std::size_t i = 0; i < y.rows; ++i) {
    if (y(i, 0) == y(i, 0) && y(i, 1) == y(i, 1) && y(i, 2) == y(i, 2)) {
      result.y.values.insert(result.y.values.end(), {y(i, 0), y(i, 1), y(i, 2)});
      ++result.y.rows;
      result.arm.push_back(arm[i]);
    }
  }
  return result;
}

/// 28 answers of 1..5, an arm and a covariate.
inline std::vector<double> answers() {
  return {1, 2, 2, 3, 3, 4, 1, 2, 3, 3, 2, 1, 3, 4, 4, 5, 3, 5, 4, 2, 5, 4, 3, 4, 2, 3, 1, 4};
}

inline canvass::stats::Matrix predictors() {
  canvass::stats::Matrix x(28, 2);
  const double z[] = {-1, 0.5, 2, 1};
  for (std::size_t i = 0; i < 28; ++i) {
    x(i, 0) = (i >= 12 && i < 24) || i >= 26 ? 1 : 0;
    x(i, 1) = z[i % 4];
  }
  return x;
}

/// 15 people at 3 waves, answers of 1..4, with the dummies of waves 2 and 3.
struct Repeated {
  canvass::stats::Matrix x;
  std::vector<double> y;
  std::vector<std::size_t> person;
};

inline Repeated repeated() {
  Repeated data;
  data.y = {1, 1, 2, 2, 3, 3, 1, 2, 1, 3, 4, 4, 2, 2, 3, 1, 3, 2, 4, 4, 3, 2, 1,
            2, 3, 3, 4, 1, 1, 1, 2, 4, 3, 3, 2, 3, 4, 4, 4, 1, 2, 3, 2, 3, 2};
  data.x = canvass::stats::Matrix(45, 2);
  for (std::size_t i = 0; i < 45; ++i) {
    data.person.push_back(i / 3);
    data.x(i, 0) = i % 3 == 1 ? 1 : 0;
    data.x(i, 1) = i % 3 == 2 ? 1 : 0;
  }
  return data;
}

} // namespace model_data

#endif
