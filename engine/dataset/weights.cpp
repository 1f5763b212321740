#include "engine/dataset/weights.hpp"

#include "engine/core/text.hpp"

#include <cmath>
#include <fmt/format.h>

namespace canvass {

namespace {

/// 11676 as "11,676".
std::string in_thousands(std::size_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, ",");
  }
  return digits;
}

std::string are_missing(std::size_t missing, std::size_t rows) {
  return fmt::format("{} of {} weights {} missing", in_thousands(missing), in_thousands(rows), missing == 1 ? "is" : "are");
}

} // namespace

GivenWeights given_weights(const LoadedStudy& study, const Dataset& dataset, std::size_t wave) {
  if (study.study.frame.weight.empty()) {
    throw DomainError("the frame of the study names no `weight` column, so there are no given weights");
  }
  GivenWeights given;
  given.weight.assign(dataset.rows(), 0);
  given.use.assign(dataset.rows(), 0);
  std::size_t missing = 0;
  std::size_t negative = 0;
  double sum = 0;
  for (std::size_t row = 0; row < dataset.rows(); ++row) {
    if (wave != Study::npos && static_cast<std::size_t>(dataset.wave[row]) != wave) {
      continue;
    }
    ++given.rows;
    const double weight = dataset.weight[row];
    if (std::isnan(weight)) {
      ++missing;
    } else if (weight < 0) {
      ++negative;
    } else {
      given.weight[row] = weight;
      given.use[row] = 1;
      sum += weight;
    }
  }
  const bool leave_out = study.study.survey && study.study.survey->weighting.leave_out_missing;
  if (negative > 0) {
    throw DomainError(fmt::format("{} of {} weights {} below 0; mend them in the file and import it with --update", in_thousands(negative),
                                  in_thousands(given.rows), negative == 1 ? "is" : "are"));
  }
  if (missing > 0 && !leave_out) {
    throw DomainError(are_missing(missing, given.rows) + "; mend them, or say `missing_weight: leave_out` under `survey: weights:`, which "
                                                         "leaves these answers out and reports the count");
  }
  if (given.rows > missing && sum == 0) {
    throw DomainError(fmt::format("all {} weights are 0, so the answers stand for nobody; mend them", in_thousands(given.rows)));
  }
  given.left_out = missing;
  return given;
}

} // namespace canvass
