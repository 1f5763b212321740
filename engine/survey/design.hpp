#ifndef CANVASS_ENGINE_SURVEY_DESIGN_HPP
#define CANVASS_ENGINE_SURVEY_DESIGN_HPP

#include "engine/stats/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

/// Numbers about a population from a sample drawn by a known design. Plain arrays in, values out; rows are respondents, in one order.
namespace canvass::survey {

/// One stage of selection, the first stage first. Vectors have one entry a row, or are empty.
struct Stage {
  std::vector<std::int32_t> stratum; ///< number of the stratum of this stage; empty: one stratum (within each unit of the stage above)
  std::vector<std::int32_t> unit;    ///< number of the unit drawn; need be unique within its stratum only; empty: the row is the unit
  std::vector<double> population;    ///< units that the stratum has in all; empty: not known, drawn as if with replacement
};

/// What happens to a stratum of which one first-stage unit is left: its variance cannot be seen.
enum class LonelyPsu {
  refuse,    ///< DomainError that names the strata
  certainty, ///< it was sure to be drawn: it adds nothing
  remove,    ///< it adds nothing (same numbers as certainty; another word in the report)
  adjust,    ///< centred at the mean of all units
  average,   ///< gets the mean variance of the strata with two or more units that have a member of the domain
  collapse   ///< joined with the stratum beside it in size (sum of weights), before anything is estimated
};

struct Calibration; // calibration.hpp: what the weights were made to fit

/// How the chances of two first-stage units to be drawn together are known, where units were drawn with unequal probabilities and
/// without replacement. (With replacement: leave `Design::unequal` empty, and the stage without populations.)
enum class JointProbabilities {
  brewer,      ///< not needed: Brewer's sum of squares, each unit with its own 1 - p
  overton,     ///< from the p of the two: 2 (n - 1) p_i p_j / (2 n - p_i - p_j)
  hartley_rao, ///< from the p of the two and of the population
  given        ///< `joint`
};
enum class JointVariance { horvitz_thompson, yates_grundy };

/// Source: Brewer 2002, chapter 9; Overton 1985; Hartley and Rao 1962. Same as: survey::svydesign(pps = ).
struct UnequalProbabilities {
  std::vector<double> probability; ///< by row: chance of its first-stage unit to be drawn, over 0, at most 1
  JointProbabilities kind = JointProbabilities::brewer;
  JointVariance variance = JointVariance::horvitz_thompson; ///< no meaning for brewer
  double mean_square = -1; ///< hartley_rao: sum of p^2 over the population / n of the stratum; negative: made out from the sample
  stats::Matrix joint;     ///< given: units x units, numbered as they first stand in the rows; the diagonal holds p
};

/// Replicate weights: every column estimates anew, and the spread of the estimates is the variance.
struct Replicates {
  std::size_t count = 0;
  std::vector<float> factors;        ///< rows x count, row-major: replicate weight over the row's weight; empty where `weights` stands
  std::vector<std::int32_t> weights; ///< rows x count, row-major: whole replicate weights, as census bureaux publish them
  std::vector<double> doubles;       ///< rows x count, row-major: replicate weights that need all digits
  double scale = 1;                  ///< over all replicates
  std::vector<double> rscales;       ///< one a replicate
  bool about_estimate = false;       ///< squared differences from the full-sample estimate (mse), else from the mean of the replicates
  double df = 0;                     ///< rank of the weights - 1; 0: to be found
  std::string method;                ///< "JK1", "JKn", "BRR", "Fay", "bootstrap (Rao-Wu)", "SDR"
};

/// A sample. `weights` are as they are to be used (after calibration); 0 is a row that counts as drawn but stands for nobody.
struct Design {
  std::vector<double> weights;
  std::vector<Stage> stages; ///< empty: rows drawn independently, with replacement
  LonelyPsu lonely = LonelyPsu::refuse;
  std::shared_ptr<const Calibration> calibration;      ///< set by calibrate(): variance is that of residuals
  std::shared_ptr<const UnequalProbabilities> unequal; ///< set: the first stage was drawn with unequal probabilities
  std::shared_ptr<const Replicates> replicates;        ///< given: they decide variance and degrees of freedom, not the stages
  std::vector<std::string> stratum_names;              ///< of the first stage, for messages; may be empty

  [[nodiscard]] std::size_t rows() const noexcept { return weights.size(); }
};

/// Checks once what every estimator relies on: lengths, weights finite and not negative (a missing weight is an error with a count,
/// never 1 and never 0), populations not below the units drawn. @throws DomainError
void check_design(const Design& design);

class PreparedDesign; // prepared.hpp: a design with its units numbered; every estimator takes one, or a Design, which it prepares then

/// PSUs less strata of the whole design, or the replicates' rank - 1. Source: Korn and Graubard 1999, chapter 3. Same as: survey::degf.
double degrees_of_freedom(const PreparedDesign& design);

enum class DfRule {
  convention, ///< PSUs less strata among strata with a member; where rows are the PSUs, not more than members - 1
  r_survey    ///< PSUs with a member less strata with a member, as degf() of R survey counts a subset
};
/// The same for the rows of a domain. `member` is 0/1 by row; rows of weight 0 are no members.
double degrees_of_freedom(const PreparedDesign& design, std::span<const std::uint8_t> member, DfRule rule = DfRule::convention);

/// Covariance of totals of `scores`: rows x k, already weighted (w * z); residuals of the calibration are taken within. A row is a
/// member of a column's domain where its score is not 0 (this matters to LonelyPsu::average only).
/// Source: Saerndal, Swensson, Wretman 1992, 4.3; Same as: survey::svyrecvar. The one place that knows what variance is.
/// @throws DomainError scores of another length; a lonely unit under LonelyPsu::refuse, with its stratum
stats::Matrix covariance_of_totals(const PreparedDesign& design, const stats::Matrix& scores);

} // namespace canvass::survey

#include "engine/survey/prepared.hpp" // so that a Design can be handed to all of these

#endif
