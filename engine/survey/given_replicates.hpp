#ifndef CANVASS_ENGINE_SURVEY_GIVEN_REPLICATES_HPP
#define CANVASS_ENGINE_SURVEY_GIVEN_REPLICATES_HPP

#include "engine/survey/replicate_weights.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::survey {

/// The columns of a file that hold replicate weights: those named by `prefix` and a whole number from 1, and by nothing else, in the order
/// of the number ("repwt2" before "repwt10"). Numbers may be filled with zeros to one length ("repwt01"). Case counts. What else begins
/// with the prefix is another variable: "repwt_flag", "repwt", and "repwt0", which holds the full-sample weight where it is in use.
/// @throws DomainError no such column, or one only; a number that is left out or stands twice
std::vector<std::size_t> replicate_columns(std::span<const std::string> names, std::string_view prefix);

/// How replicate weights that somebody else made are to be read. The scale follows from the method, as in ReplicateMethod.
struct GivenReplicates {
  std::string prefix; ///< see replicate_columns()
  ReplicateMethod method = ReplicateMethod::sdr;
  double fay_rho = 0.3;        ///< fay only
  std::vector<double> rscales; ///< jkn, which needs them: one a replicate, (n_h - 1) / n_h of the stratum that lost a unit; else none
  bool about_estimate = false; ///< squared differences from the full-sample estimate; sdr always
};

/// Replicate weights out of the columns of a file: `columns` has one vector a name, each with one value a row. Whole weights are kept as
/// whole numbers, in half the memory. Degrees of freedom are found from the rank when the design is used.
/// @throws DomainError what replicate_columns() refuses; a weight that is missing (with the column and the count); columns of unlike
/// length; scales that do not go with the method
Replicates given_replicates(std::span<const std::string> names, std::span<const std::vector<double>> columns, const GivenReplicates& how);

} // namespace canvass::survey

#endif
