#ifndef CANVASS_TESTS_SURVEY_EIGHTEEN_ROWS_HPP
#define CANVASS_TESTS_SURVEY_EIGHTEEN_ROWS_HPP

#include "engine/stats/matrix.hpp"
#include "engine/survey/design.hpp"

#include <cstdint>
#include <limits>
#include <vector>

/// The made-up sample of tests/reference/survey_estimators.R: 18 rows, 3 strata with 3, 3 and 2 clusters whose labels are used again in
/// every stratum, populations of two stages; two answers are missing.
namespace canvass::testing::eighteen {

inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();
inline const std::vector<std::int32_t> stratum = {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3};
inline const std::vector<std::int32_t> unit = {1, 1, 2, 2, 3, 3, 1, 1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 2};
inline const std::vector<double> weights = {2, 2.5, 3, 2, 4, 3.5, 10, 12, 9, 11, 10, 8, 12, 5, 6, 5.5, 4, 6.5};
inline const std::vector<double> y = {3, 5, missing, 2, 4, 4, 1, 2, 2, 5, 3, missing, 4, 5, 5, 1, 2, 3};
inline const std::vector<double> x = {10, 12, 9, 8, 11, 13, 7, 6, 9, 14, 10, 8, 12, 15, 13, 6, 7, 9};
inline const std::vector<std::int32_t> group = {0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1};
inline const std::vector<double> first_population = {8, 8, 8, 8, 8, 8, 20, 20, 20, 20, 20, 20, 20, 5, 5, 5, 5, 5};
inline const std::vector<double> second_population = {5, 5, 6, 6, 4, 4, 9, 9, 9, 7, 7, 8, 8, 4, 4, 6, 6, 6};

/// Weights and strata; rows are the units.
inline survey::Design rows() {
  survey::Design design;
  design.weights = weights;
  design.stages.resize(1);
  design.stages[0].stratum = stratum;
  return design;
}

/// Clusters with or without their populations.
inline survey::Design clusters(bool finite = true) {
  survey::Design design = rows();
  design.stages[0].unit = unit;
  if (finite) {
    design.stages[0].population = first_population;
  }
  return design;
}

inline survey::Design two_stages() {
  survey::Design design = clusters();
  design.stages.resize(2);
  design.stages[1].population = second_population;
  return design;
}

inline stats::Matrix column(const std::vector<double>& values) {
  stats::Matrix result(values.size(), 1);
  result.values = values;
  return result;
}

} // namespace canvass::testing::eighteen

#endif
