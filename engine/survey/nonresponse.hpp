#ifndef CANVASS_ENGINE_SURVEY_NONRESPONSE_HPP
#define CANVASS_ENGINE_SURVEY_NONRESPONSE_HPP

#include "engine/survey/design.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// Who was asked and who answered: a dispatch list in cells (area, stratum, batch) of which the counts are known on both sides.
namespace canvass::survey {

struct ResponseCell {
  std::string name;
  double sent = 0;                   ///< people asked, or their design weights summed
  double answered = 0;               ///< of these
  [[nodiscard]] double rate() const; ///< NaN where nobody was asked
};

/// Rates of the cells and of the whole. @throws DomainError a cell that answered more than it was sent, with both counts; nobody asked
struct ResponseRates {
  std::vector<ResponseCell> cells;
  double sent = 0, answered = 0, rate = 0;
  double lowest = 0, highest = 0; ///< rate of any cell
};
ResponseRates response_rates(std::vector<ResponseCell> cells);

/// Cells from one entry a person asked: its cell (0 .. cells - 1), whether it answered (0/1) and its design weight (empty: 1 each).
std::vector<ResponseCell> response_cells(std::span<const std::int32_t> cell, std::span<const std::uint8_t> answered, std::size_t cells,
                                         std::span<const double> weights = {}, std::span<const std::string> names = {});

/// How like those asked those who answered are, as far as the cells know.
/// Source: Schouten, Cobben and Bethlehem 2009; the correction for bias of Schouten, Shlomo and Skinner 2011 for a saturated model.
struct Representativeness {
  double r = 0;                        ///< 1 - 2 sd of the rates over people asked; 1 = all cells answer alike
  double r_adjusted = 0;               ///< the same less what chance alone adds to the sd
  double coefficient_of_variation = 0; ///< sd over mean rate: bounds the bias of any mean, in units of its sd
  double worst_bias = 0;               ///< the same with the corrected sd
  std::vector<double> partial;         ///< by cell: sqrt(share asked) x (rate - mean): which cells make it so; negative = under-represented
};
Representativeness representativeness(std::span<const ResponseCell> cells);

/// Non-response classes: within a class, weights of those who answered carry those who did not.
struct ClassOptions {
  double fewest_answers = 20; ///< a class with fewer is joined with the class nearest in rate
  double largest_factor = 3;  ///< so is one whose factor is above this many times the overall one
};
struct WeightingClasses {
  std::vector<std::int32_t> of_cell; ///< class of each cell
  std::vector<ResponseCell> classes;
  std::vector<double> factor; ///< by class: sent over answered
  std::size_t joined = 0;     ///< cells that stand in a class with another
};
/// @throws DomainError nobody answered at all
WeightingClasses weighting_classes(std::span<const ResponseCell> cells, const ClassOptions& options = {});

/// Weights of the rows times the factor of their class; `cell` by row, -1 = not known: times the overall factor.
std::vector<double> nonresponse_weights(std::span<const double> weights, std::span<const std::int32_t> cell,
                                        const WeightingClasses& classes);

} // namespace canvass::survey

#endif
