#ifndef CANVASS_ENGINE_SURVEY_CALIBRATION_HPP
#define CANVASS_ENGINE_SURVEY_CALIBRATION_HPP

#include "engine/survey/design.hpp"
#include "engine/survey/nonresponse.hpp"

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
  /// Set by calibrate(): the last cell is that of the rows not known. Nobody counted its people: its total is the rows' share of the
  /// weights before, which chance decided, and the variance and every replicate take it so.
  bool last_not_known = false;
};

enum class CalibrationMethod { rake, poststratify, linear, logit, sinh };

struct CalibrationOptions {
  CalibrationMethod method = CalibrationMethod::rake;
  std::optional<double> lowest, highest; ///< bounds of new weight over old; logit needs both, on both sides of 1
  bool bounds_over_means = false;        ///< the old weights are brought to the sum of the new first: for weights that average 1
  std::optional<double> trim;            ///< weights above this many times the mean are cut and the rest calibrated again, until both hold
  double tolerance = 1e-8;               ///< relative, of every margin
  std::size_t most_steps = 1000;
  std::vector<ResponseCell> dispatch{}; ///< who was asked and who answered, for the report; empty: not known
};

/// What the weights were made to fit: enough for the variance of residuals (regression on the margins with the weights before), and for
/// doing it again in every replicate.
struct Calibration {
  std::vector<Margin> margins; ///< as they were met: rows whose cell was not known are a last cell "not known", so that none is -1
  std::vector<double> before;  ///< weights before, as given
  std::vector<double> after;   ///< weights that met the margins, where they were changed since; empty: those in use
  CalibrationMethod method = CalibrationMethod::rake;
  CalibrationOptions options;
  bool equal_fit = false; ///< residuals by least squares without weights, as R survey's rake() takes them; else with the weights before
};

struct CalibrationReport {
  struct Cell {
    std::string margin, cell;
    double population = 0, before = 0, after = 0; ///< totals; before: design weights
    std::size_t n = 0;
  };
  std::vector<Cell> cells;
  std::size_t steps = 0, trimmed = 0, unknown = 0; ///< trimmed: rows at the cap; unknown: rows with a margin not known
  std::size_t at_bounds = 0;                       ///< rows at the lowest or highest ratio
  std::size_t replicates_without_a_cell = 0;       ///< where a cell had no answers left: its people were spread over the rest of its margin
  double design_effect_of_weights = 1;             ///< Kish: 1 + CV^2
  double effective_n = 0;
  double smallest = 0, median = 0, largest = 0; ///< weights over their mean
  double representativeness = 0;                ///< R-indicator, 1 - 2 sd of estimated response shares; NaN without a dispatch list
};

struct Calibrated {
  Design design; ///< with new weights and `calibration` set
  CalibrationReport report;
};

/// Weights that fit every margin, as near as may be to those before.
/// - rake: new = old x product of one factor a cell (multiplicative); with bounds or trimming the factor is held at them and the rest goes
///   on until margins and limits hold together. Same as: survey::rake, survey::calibrate(calfun = "raking").
/// - poststratify: the same with one margin, in one step. Same as: survey::postStratify.
/// - linear: new = old x (1 + sum of one term a cell); held at the bounds where given. Same as: survey::calibrate(calfun = "linear").
/// - logit: between the bounds, never at them. Same as: survey::calibrate(calfun = "logit").
/// - sinh: weights stay positive and spread less than raked ones. Same as: survey::calibrate(calfun = cal.sinh).
/// Given replicates are calibrated each in its own right.
/// Source: Deming and Stephan 1940; Deville and Saerndal 1992; Deville, Saerndal and Sautory 1993.
/// @throws DomainError margins that cannot be met: names the smallest set of margins in conflict, and the cells with people but no answers;
/// margins whose sums differ by more than 1e-6 (relative); bounds that hold no weight; weights that linear calibration made negative
Calibrated calibrate(const Design& design, std::vector<Margin> margins, const CalibrationOptions& options = {});

/// Weights below `lowest` and above `highest` are moved to them and the difference is spread evenly over the other rows, again until none
/// is outside. Margins that were met no longer are: calibrate() with `trim` keeps both. For comparison with other programs.
/// Same as: survey::trimWeights(strict = TRUE). @throws DomainError limits that hold not even the mean weight; a design with replicates
Design trim_weights(const Design& design, double lowest, double highest);

} // namespace canvass::survey

#endif
