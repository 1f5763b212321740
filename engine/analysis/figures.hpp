#ifndef CANVASS_ENGINE_ANALYSIS_FIGURES_HPP
#define CANVASS_ENGINE_ANALYSIS_FIGURES_HPP

#include "engine/stats/result.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/quantiles.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// One statistic of the people of each domain, whatever it is, in one form.
namespace canvass::analysis {

/// Which of the `count` domains each row is in; -1 = in none.
struct Domains {
  std::vector<std::int32_t> of_row;
  std::size_t count = 0;
};

struct Figure {
  double value = stats::nan; ///< NaN where nobody counts
  double std_error = stats::nan;
  double df = stats::nan;
  double statistic = stats::nan, p_value = stats::nan; ///< against 0, where that is a question
  double low = stats::nan, high = stats::nan;
  std::size_t n = 0;       ///< rows of the domain that count
  std::size_t missing = 0; ///< rows of the domain with a weight that do not
  double kish_n = 0;       ///< (sum w)^2 / sum w^2 of those that count
  double design_effect = stats::nan, design_effect_without = stats::nan;
  std::string why_not;    ///< why there is no value though people count
  std::size_t beyond = 0; ///< of a quantile: the fewer of those at or below it and those at or above it
};

struct Figures {
  std::vector<Figure> of_domain;
  std::optional<survey::Estimates> together; ///< with the covariances of all domains; absent: differences cannot be told from this
};

/// NaN in `y` is missing. Intervals are by t at `level`.
Figures totals_in(const survey::PreparedDesign& design, std::span<const double> y, const Domains& domains, double level);
Figures means_in(const survey::PreparedDesign& design, std::span<const double> y, const Domains& domains, double level);
Figures ratios_in(const survey::PreparedDesign& design, std::span<const double> y, std::span<const double> per, const Domains& domains,
                  double level);
Figures variances_in(const survey::PreparedDesign& design, std::span<const double> y, const Domains& domains, double level);
/// Of two outcomes.
Figures correlations_in(const survey::PreparedDesign& design, std::span<const double> x, std::span<const double> y, const Domains& domains,
                        double level);
/// One Figures a probability.
std::vector<Figures> quantiles_in(const survey::PreparedDesign& design, std::span<const double> y, std::span<const double> probabilities,
                                  const Domains& domains, const survey::QuantileOptions& options);
/// Of two ratings with the same levels, -1 = missing.
Figures kappas_in(const survey::PreparedDesign& design, std::span<const std::int32_t> first, std::span<const std::int32_t> second,
                  const Domains& domains, double level);
/// Of the columns of items.
Figures alphas_in(const survey::PreparedDesign& design, const stats::Matrix& items, const Domains& domains, double level);

} // namespace canvass::analysis

#endif
