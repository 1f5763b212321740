#include "engine/survey/design.hpp"

#include "engine/core/error.hpp"

#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

void check_design(const Design& design) {
  std::size_t missing = 0;
  std::size_t negative = 0;
  for (const double weight : design.weights) {
    missing += std::isfinite(weight) ? 0U : 1U;
    negative += weight < 0 ? 1U : 0U;
  }
  if (missing > 0 || negative > 0) {
    throw DomainError(fmt::format("{} of {} weights are missing and {} are negative; give each row its weight, or leave the rows out",
                                  missing, design.rows(), negative));
  }
  for (const Stage& stage : design.stages) {
    for (const std::size_t size : {stage.stratum.size(), stage.unit.size(), stage.population.size()}) {
      if (size != 0 && size != design.rows()) {
        throw DomainError(fmt::format("a stage of the design has {} entries for {} rows", size, design.rows()));
      }
    }
  }
}

} // namespace canvass::survey
