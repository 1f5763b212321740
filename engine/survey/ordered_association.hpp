#ifndef CANVASS_ENGINE_SURVEY_ORDERED_ASSOCIATION_HPP
#define CANVASS_ENGINE_SURVEY_ORDERED_ASSOCIATION_HPP

#include "engine/stats/inference.hpp"
#include "engine/survey/tables.hpp"

#include <cstdint>
#include <span>

namespace canvass::survey {

/// How far two ordered questions go together in the population.
struct OrderedAssociation {
  stats::Inference gamma; ///< p is against 0; interval by t, which may reach beyond -1 and 1
  double concordant = 0;  ///< chance that of two people drawn the one who stands higher on the one question stands higher on the other
  double discordant = 0;  ///< ... that he stands lower; the rest are tied on one question or both
  TwoWayTable table;
};

/// Goodman and Kruskal's gamma of the weighted table: (concordant - discordant) / (concordant + discordant). Levels are numbers in their
/// order, -1 = missing: complete people as a domain. The error is that of the linearised shares of the cells under the design, or, where
/// the design has replicates, of gamma found in each. Where all pairs go one way the error is 0, and there is no p and no interval.
/// Source: Goodman and Kruskal 1963. Same as: survey::svycontrast of svymean(~interaction(row, column)) with gamma as a quoted expression.
/// @throws DomainError as two_way_table; a question that all answer alike; a replicate in which every pair is tied
OrderedAssociation goodman_kruskal_gamma(const PreparedDesign& design, std::span<const std::int32_t> row,
                                         std::span<const std::int32_t> column, double level = 0.95);

} // namespace canvass::survey

#endif
