#ifndef CANVASS_ENGINE_SURVEY_TABLES_HPP
#define CANVASS_ENGINE_SURVEY_TABLES_HPP

#include "engine/stats/inference.hpp"
#include "engine/survey/design.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace canvass::survey {

/// Shares of a two-way table. Levels that nobody (of weight above 0) has are no rows or columns of it.
struct TwoWayTable {
  std::vector<std::int32_t> row_levels; ///< numbers of the levels in use, ascending
  std::vector<std::int32_t> column_levels;
  std::vector<double> shares;      ///< of everybody who counts, row after row
  std::vector<std::size_t> counts; ///< people, unweighted
  std::size_t n = 0;               ///< people with both answers and a weight above 0
  std::size_t missing = 0;         ///< people with a weight but without one of the answers: kept in the design as a domain
  [[nodiscard]] std::size_t rows() const noexcept { return row_levels.size(); }
  [[nodiscard]] std::size_t columns() const noexcept { return column_levels.size(); }
  [[nodiscard]] double share(std::size_t row, std::size_t column) const { return shares[row * columns() + column]; }
};

/// `row` and `column`: level of each person, -1 = missing. @throws DomainError lengths differ, a level below -1, nobody has both
TwoWayTable two_way_table(const PreparedDesign& design, std::span<const std::int32_t> row, std::span<const std::int32_t> column);

enum class TableStatistic {
  f,             ///< convention 1: Rao-Scott second order, F, on the observed proportions
  chisq,         ///< Rao-Scott first order: Pearson's chi-square over the mean design effect
  wald,          ///< Koch, Freeman and Freeman 1975, F
  adjusted_wald, ///< the same with Fellegi's denominator, nu - df + 1
  lincom,        ///< Pearson's chi-square against its weighted sum of chi-squares, by inversion
  saddlepoint    ///< the same by the saddlepoint
};

/// H0: rows and columns are independent in the population.
struct IndependenceTest {
  std::string method;
  double statistic = 0;
  double df1 = 0;
  double df2 = 0; ///< infinite for chisq
  double p_value = 0;
  double pearson = 0;          ///< of the shares, times n: what the statistic was made of (wald: beside it)
  std::vector<double> effects; ///< generalised design effects, largest first; empty for wald
  TwoWayTable table;
};

/// Source: Rao and Scott 1984; Thomas and Rao 1987. Same as: survey::svychisq(statistic = "F", "Chisq", "Wald", "adjWald", "lincom",
/// "saddlepoint"); pearson is per person who counts (R counts those without an answer too, which changes no p), and with replicate
/// weights lincom and saddlepoint keep the denominator's degrees of freedom, which R leaves out there.
/// @throws DomainError as two_way_table; a margin with one level; cells so empty, or a design so small, that the covariance is singular
IndependenceTest independence_test(const PreparedDesign& design, std::span<const std::int32_t> row, std::span<const std::int32_t> column,
                                   TableStatistic statistic = TableStatistic::f);

/// Linear trend of an outcome (0/1, a code, a number) over an ordered factor: the slope of a working linear model by the scores of the
/// levels, with the design's error. For a 0/1 outcome the slope is the change of the share from one score to the next.
struct TrendTest {
  stats::Inference slope; ///< t with design df - 1
  double correlation = 0; ///< weighted
  stats::FTest departure; ///< H0: nothing but the line; NaN with two levels
  std::size_t n = 0;
  std::size_t missing = 0;
};

/// `scores` by level; empty: 1, 2, 3 ... Same as: summary(survey::svyglm(y ~ score)).
/// @throws DomainError as fit_glm; fewer than two levels in use
TrendTest trend_test(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> level,
                     std::span<const double> scores = {}, double conf_level = 0.95);

} // namespace canvass::survey

#endif
