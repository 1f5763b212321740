#ifndef CANVASS_ENGINE_SURVEY_CALIBRATION_PROBLEM_HPP
#define CANVASS_ENGINE_SURVEY_CALIBRATION_PROBLEM_HPP

#include "engine/survey/calibration.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// Between the .cpp files of calibration and of replicate weights; nobody else includes it.
namespace canvass::survey::detail {

/// Margins as columns, rows that lie in the same cell of every margin as one group: 60,000 rows are a few thousand groups.
struct Problem {
  std::vector<Margin> margins; ///< all of one sum; rows whose cell was not known are a last cell
  bool cells_only = true;      ///< no margin is an amount
  double people = 0;           ///< what every margin of cells sums to; 0 where all margins are amounts
  std::size_t unknown = 0;     ///< rows with a margin not known
  std::size_t groups = 0;
  std::vector<std::int32_t> group;  ///< by row
  std::vector<std::int32_t> column; ///< groups x margins
  std::vector<double> value;        ///< groups x margins, the amount over its largest; empty where cells_only
  std::vector<double> target;       ///< by column
  std::vector<std::size_t> first;   ///< first column of each margin, and one beyond the last
  std::vector<double> largest;      ///< by margin: what amounts were divided by; 1 for cells
  [[nodiscard]] std::size_t columns() const { return target.size(); }
  [[nodiscard]] std::string name(std::size_t at) const; ///< of a column: "age 16 to 24"
};

/// Checks the margins against the rows. `by_row`: every row is its own group. @throws DomainError
Problem make_problem(std::vector<Margin> margins, std::span<const double> weights, bool by_row);

/// Some margins of a problem, on the same groups.
Problem with_margins(const Problem& problem, std::span<const std::size_t> chosen);

/// Weights of rows summed by group.
std::vector<double> sums_by_group(const Problem& problem, std::span<const double> weights);

} // namespace canvass::survey::detail

#endif
