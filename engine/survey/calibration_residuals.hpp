#ifndef CANVASS_ENGINE_SURVEY_CALIBRATION_RESIDUALS_HPP
#define CANVASS_ENGINE_SURVEY_CALIBRATION_RESIDUALS_HPP

#include "engine/stats/matrix.hpp"
#include "engine/survey/calibration.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace canvass::survey {

/// Takes out of scores what the calibration fixes: the fit of each variable on the margins, by least squares with the weights before.
/// Rows with the same cells in all margins are one pattern, so the cross-product is as large as the cells and is filled pattern by
/// pattern. The cells of the largest margin do not meet each other (its block is diagonal) and are eliminated first, so 145 areas and 12
/// sex-age cells leave 12 equations. Margins sum to the same total: what they say twice is left out by a pivoted factorisation.
/// Rows whose cell of a margin is not known: nobody counted them. Where calibrate() gave them a last cell, its total is their share of the
/// weights before, and what chance did to that share goes back into the scores: with s the share, B the fit of a cell, B_u that of the last
/// and b the mean of the others over the people, a row's fit changes by -(in the last cell - s) (B_u - b) before / after. At weights that
/// fitted before it is then b, the mean, for a row not known: nothing is explained of it but how many they are. A cell of -1 stands in all
/// cells, in the shares of the people.
/// Source: Deville and Saerndal 1992. Same as: the residual step of survey::calibrate and survey::rake.
class CalibrationResiduals {
public:
  /// `weights` are those in use (after). @throws DomainError lengths differ, a cell beyond the margin's totals
  CalibrationResiduals(const Calibration& calibration, std::span<const double> weights);

  /// Scores w z (rows x k) less w x'beta.
  [[nodiscard]] stats::Matrix residuals(const stats::Matrix& scores) const;

  /// Are all margins cells, so that rows of one pattern have one fit?
  [[nodiscard]] bool by_pattern() const noexcept { return amounts_.empty(); }
  /// For sums by pattern: number of patterns, pattern by row, and what a score is multiplied with to be the weight of the fit x variable.
  [[nodiscard]] std::size_t patterns() const noexcept { return cells_of_pattern_.size(); }
  [[nodiscard]] const std::vector<std::int32_t>& pattern_of_row() const noexcept { return pattern_of_row_; }
  [[nodiscard]] const std::vector<double>& back() const noexcept { return back_; }
  /// The fit of each pattern (patterns x k) from sums by pattern of back x score (patterns x k). For by_pattern().
  [[nodiscard]] stats::Matrix fits(const stats::Matrix& sums) const;

private:
  struct Coefficients;
  [[nodiscard]] Coefficients coefficients(const stats::Matrix& sums, const stats::Matrix& amount_sums) const;
  [[nodiscard]] stats::Matrix pattern_fits(const Coefficients& of) const;
  using Entry = std::pair<std::int32_t, double>; ///< column, value
  /// A margin whose last cell is of the rows not known.
  struct NotKnown {
    std::int32_t first = 0, last = 0; ///< columns
    std::vector<double> share;        ///< of the people, by cell but the last
    double of_weights = 0;            ///< of the rows not known
  };
  std::vector<NotKnown> not_known_;
  std::vector<double> before_over_after_; ///< by pattern, both brought to one sum; empty where every cell is known
  std::vector<std::vector<Entry>> cells_of_pattern_;
  std::vector<std::int32_t> pattern_of_row_;
  std::vector<double> back_;
  std::vector<double> weights_;
  std::vector<std::vector<double>> amounts_; ///< margins that are amounts, by row
  struct Factor;                             // Eigen stays in the .cpp
  std::shared_ptr<const Factor> factor_;     ///< of the cross-product
};

} // namespace canvass::survey

#endif
