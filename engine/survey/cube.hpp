#ifndef CANVASS_ENGINE_SURVEY_CUBE_HPP
#define CANVASS_ENGINE_SURVEY_CUBE_HPP

#include "engine/survey/estimators.hpp"
#include "engine/survey/prepared.hpp"
#include "engine/survey/proportion_interval.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace canvass::survey {

/// A share (or, of cell_of, a mean) of one outcome in one domain. NaN where nobody counts.
struct CubeCell {
  double share = 0, std_error = 0, df = 0, kish_n = 0;
  double design_effect = 0;         ///< against simple random sampling with replacement
  double design_effect_without = 0; ///< without, as Estimates::design_effect_without
  std::size_t n = 0, missing = 0;

  [[nodiscard]] ProportionFacts facts() const { return {share, std_error, n, kish_n, df}; }
};

/// Everybody who is in any domain but this one, and how sure the difference of the two shares is.
struct RestOfCell {
  CubeCell rest;
  double std_error = 0; ///< of the cell's share less that of the rest; NaN where either is empty
};

struct Cube {
  std::size_t outcomes = 0, domains = 0;
  std::vector<CubeCell> cells;   ///< outcome after outcome
  std::vector<RestOfCell> rests; ///< beside the cells, where they were asked for
  [[nodiscard]] const CubeCell& at(std::size_t outcome, std::size_t domain) const { return cells[outcome * domains + domain]; }
  [[nodiscard]] const RestOfCell& rest(std::size_t outcome, std::size_t domain) const { return rests[outcome * domains + domain]; }
};

/// The i-th estimate as a cell; its value may as well be a mean.
CubeCell cell_of(const Estimates& estimates, std::size_t i);

/// One domain's rest, of any outcome (NaN = missing) and under any design, by domain_means over two domains.
RestOfCell rest_of_domain(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> domain, std::int32_t of);

enum class WithRest { no, yes };

/// Shares of many outcomes in many domains, the same numbers as domain_means of each outcome, from one pass over the answers: an
/// answer takes one byte (0 no, 1 yes, anything else: missing, kept as a domain). `domain` by row, -1 = in none.
/// With the rest: each domain against the others, linearised with all four totals of the two, so that the weight of each domain is taken
/// as estimated: the numbers of domain_means over two domains, this one and the rest.
/// Designs of one stage, of rows or of clusters, calibrated on cells or not, are summed by (unit or stratum, calibration pattern,
/// domain); others go through domain_means. Domains are shared out over threads, each summed by one: same bits at any number of them.
/// @throws DomainError an outcome or domain of another length, a lonely unit under LonelyPsu::refuse
/// Same as: survey::svyby(~y, ~domain, svymean) and svyglm(y ~ I(domain == d)).
Cube share_cube(const PreparedDesign& design, std::span<const std::span<const std::uint8_t>> outcomes, std::span<const std::int32_t> domain,
                std::size_t domains, WithRest with_rest = WithRest::no);

} // namespace canvass::survey

#endif
