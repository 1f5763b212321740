#ifndef CANVASS_ENGINE_SURVEY_DOMAIN_FACTS_HPP
#define CANVASS_ENGINE_SURVEY_DOMAIN_FACTS_HPP

#include "engine/survey/estimators.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace canvass::survey {

/// What is counted and summed of an outcome in one domain. Rows of weight 0 stand for nobody: they are neither counted nor missing.
struct DomainFacts {
  std::size_t n = 0;
  std::size_t missing = 0;
  double weight = 0;  ///< sum of weights
  double squared = 0; ///< sum of squared weights
  double mean = 0;    ///< NaN where nobody counts
  double spread = 0;  ///< sum of w (y - mean)^2
  double df = 0;      ///< by convention 1; a row without an outcome is no member

  [[nodiscard]] double kish_n() const;   ///< (sum w)^2 / sum w^2; 0 where nobody counts
  [[nodiscard]] double variance() const; ///< of the population, n / (n - 1) x spread / weight; NaN under two rows
};

/// `domain` by row, -1 = in none.
std::vector<DomainFacts> domain_facts(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> domain,
                                      std::size_t domains);

/// One domain a column of y: the rows whose outcome is there.
std::vector<DomainFacts> facts_of_columns(const PreparedDesign& design, const stats::Matrix& y);

/// Estimates with all that belongs to them. The variance of simple random sampling is that of the facts' outcome x scale / n.
Estimates assemble(const std::vector<DomainFacts>& facts, std::vector<double> values, stats::Matrix covariance,
                   const std::vector<double>& scale);

/// @throws DomainError `rows` is not the number of rows of the design
void check_rows(const PreparedDesign& design, std::size_t rows);

} // namespace canvass::survey

#endif
