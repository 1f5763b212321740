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
  certainty, ///< it adds nothing (R survey "certainty" and "remove" alike for point estimates; see estimators.hpp)
  remove,    ///< it adds nothing and leaves the scaling
  adjust,    ///< centred at the mean of all units
  average,   ///< gets the mean variance of the strata that have two or more
  collapse   ///< joined with the stratum beside it in size, before anything is estimated
};

struct Calibration; // calibration.hpp: what the weights were made to fit

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
  std::shared_ptr<const Calibration> calibration; ///< set by calibrate(): variance is that of residuals
  std::shared_ptr<const Replicates> replicates;   ///< given: they decide variance and degrees of freedom, not the stages
  std::vector<std::string> stratum_names;         ///< of the first stage, for messages; may be empty

  [[nodiscard]] std::size_t rows() const noexcept { return weights.size(); }
};

/// Checks once what every estimator relies on: lengths, weights finite and not negative (a missing weight is an error with a count,
/// never 1 and never 0), populations not below the units drawn. @throws DomainError
void check_design(const Design& design);

/// PSUs less strata of the whole design, or the replicates' rank - 1. Source: Korn and Graubard 1999, chapter 3. Same as: survey::degf.
double degrees_of_freedom(const Design& design);
/// The same for the rows of a domain, by convention 1: PSUs less strata among strata with a member; where rows are the PSUs, not more
/// than members - 1. `member` is 0/1 by row.
double degrees_of_freedom(const Design& design, std::span<const std::uint8_t> member);

/// Covariance of totals of `scores`: rows x k, already weighted (w * z); residuals of the calibration are taken within.
/// Source: Saerndal, Swensson, Wretman 1992, 4.3; Same as: survey::svyrecvar. The one place that knows what variance is.
stats::Matrix covariance_of_totals(const Design& design, const stats::Matrix& scores);

} // namespace canvass::survey

#endif
