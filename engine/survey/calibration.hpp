#ifndef CANVASS_ENGINE_SURVEY_CALIBRATION_HPP
#define CANVASS_ENGINE_SURVEY_CALIBRATION_HPP

#include "engine/survey/design.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace canvass::survey {

/// One margin: what is known of the population. Cells of rows are numbers 0 .. totals.size() - 1; -1 = not known of this row: such rows
/// keep their share of the total weight, and are counted. A margin may be an amount that rows have (pupils of a school) in place of cells.
struct Margin {
  std::string name;                    ///< "area", "sex x age_band"
  std::vector<std::int32_t> cell;      ///< by row; empty where `amount` stands
  std::vector<double> totals;          ///< people in each cell; one entry where `amount` stands: its sum over the population
  std::vector<std::string> cell_names; ///< for messages and tables; may be empty
  std::vector<double> amount;          ///< by row, finite; linear in the calibration, column of its own in the residuals
};

enum class CalibrationMethod { rake, poststratify, linear, logit };

struct CalibrationOptions {
  CalibrationMethod method = CalibrationMethod::rake;
  std::optional<double> lowest, highest; ///< bounds of new weight over old, each over its mean; logit needs both
  std::optional<double> trim;            ///< weights above this many times the mean are cut and the rest calibrated again, until both hold
  double tolerance = 1e-8;               ///< relative, of every margin
  std::size_t most_steps = 1000;
};

/// What the weights were made to fit: enough for the variance of residuals (regression on the margins with the weights before), and for
/// doing it again in every replicate.
struct Calibration {
  std::vector<Margin> margins; ///< as they were met: rows whose cell was not known are a last cell "not known", so that none is -1
  std::vector<double> before;  ///< weights before, as given
  CalibrationMethod method = CalibrationMethod::rake;
  CalibrationOptions options;
};

struct CalibrationReport {
  struct Cell {
    std::string margin, cell;
    double population = 0, before = 0, after = 0; ///< totals; before: design weights
    std::size_t n = 0;
  };
  std::vector<Cell> cells;
  std::size_t steps = 0, trimmed = 0, unknown = 0; ///< unknown: rows with a margin not known
  double design_effect_of_weights = 1;             ///< Kish: 1 + CV^2
  double effective_n = 0;
  double smallest = 0, median = 0, largest = 0; ///< weights over their mean
  double representativeness = 0;                ///< R-indicator, 1 - 2 sd of estimated response shares; NaN without a dispatch list
};

struct Calibrated {
  Design design; ///< with new weights and `calibration` set
  CalibrationReport report;
};

/// Weights that fit every margin. @throws DomainError margins that cannot be met: names the smallest set of margins in conflict, and the
/// cells with people but no answers; margins whose sums differ by more than 1e-6
Calibrated calibrate(const Design& design, std::vector<Margin> margins, const CalibrationOptions& options = {});

} // namespace canvass::survey

#endif
