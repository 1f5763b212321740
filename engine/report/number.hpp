#ifndef CANVASS_ENGINE_REPORT_NUMBER_HPP
#define CANVASS_ENGINE_REPORT_NUMBER_HPP

#include "engine/report/estimate.hpp"

#include <string>

namespace canvass::report {

/// Percentages are held as percentages (41.2, never 0.412), differences of percentages as points. reports/format_number prints them.
enum class NumberKind {
  count,         ///< 1,234
  score,         ///< 3.42: a scale score or mean
  change,        ///< +0.31, always with its sign
  percent,       ///< 41%
  percent_1,     ///< 41.2: without the sign, for tables and intervals
  points_change, ///< +3.1, in percentage points; the sentence adds the word
  p_value,       ///< .042, <.001
  statistic,     ///< 2.31
  df,            ///< 81.0
  coefficient,   ///< .915: alpha, correlations, effect sizes between -1 and 1
  effect,        ///< +1.12
  raw            ///< shortest
};

/// A number that stays a number until the renderer; `row` is the estimate it came from.
struct Number {
  double value = not_a_number;
  NumberKind kind = NumberKind::raw;
  std::string row;
};

/// low to high.
struct NumberRange {
  double low = not_a_number, high = not_a_number;
  NumberKind kind = NumberKind::raw;
  std::string row;
};

} // namespace canvass::report

#endif
