#ifndef CANVASS_ENGINE_SURVEY_SCALE_RELIABILITY_HPP
#define CANVASS_ENGINE_SURVEY_SCALE_RELIABILITY_HPP

#include "engine/stats/inference.hpp"
#include "engine/stats/matrix.hpp"
#include "engine/survey/design.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace canvass::survey {

/// A coefficient of the population, with its error: by linearisation, or found anew in each replicate where the design has them.
struct Reliability {
  stats::Inference coefficient; ///< p is against 0; interval by t
  std::size_t n = 0;            ///< people with every answer
  std::size_t missing = 0;
};

/// Cronbach's alpha of the columns of `items` (rows x items, reversed items turned), complete people as a domain.
/// Same as (value): survey::svycralpha. @throws DomainError fewer than two items, nobody complete, a sum that does not vary
Reliability cronbach_alpha(const PreparedDesign& design, const stats::Matrix& items, double level = 0.95);

/// Cohen's kappa of two ratings with the same levels (0, 1, 2 ..., -1 = missing).
/// Same as: survey::svykappa. @throws DomainError lengths; nobody with both; everybody in one level
Reliability cohen_kappa(const PreparedDesign& design, std::span<const std::int32_t> first, std::span<const std::int32_t> second,
                        double level = 0.95);

} // namespace canvass::survey

#endif
