#ifndef CANVASS_ENGINE_STATS_REPEATED_ANOVA_HPP
#define CANVASS_ENGINE_STATS_REPEATED_ANOVA_HPP

#include "engine/stats/matrix.hpp"

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

/// One line of an analysis of variance with repeated measures. Fields that do not apply (epsilon of a between effect or of a within effect
/// with one degree of freedom) are NaN.
struct AnovaEffect {
  std::string name; ///< "arm", "wave", "arm:wave", or as given
  double sum_of_squares = 0;
  double error_sum_of_squares = 0;
  double df1 = 0;
  double df2 = 0;
  double f = 0;
  double p_value = std::numeric_limits<double>::quiet_NaN();
  double generalised_eta_squared = std::numeric_limits<double>::quiet_NaN(); ///< Olejnik and Algina, arm manipulated; in mixed_anova only
  double mauchly_w = std::numeric_limits<double>::quiet_NaN();
  double mauchly_p = std::numeric_limits<double>::quiet_NaN(); ///< chi-square approximation with the second term of its expansion
  double gg_epsilon = std::numeric_limits<double>::quiet_NaN();
  double gg_p = std::numeric_limits<double>::quiet_NaN();
  double hf_epsilon = std::numeric_limits<double>::quiet_NaN(); ///< Huynh-Feldt with Lecoutre's correction; may exceed 1
  double hf_p = std::numeric_limits<double>::quiet_NaN();       ///< with epsilon cut at 1
};

struct MixedAnova {
  std::vector<AnovaEffect> effects; ///< arm (where there are two arms or more), wave, arm:wave; type III
  std::size_t n = 0;                ///< complete people
  std::size_t n_missing = 0;        ///< people left out: this method needs every wave
  std::vector<std::string> warnings;
};

/// y is persons x waves; people with a NaN leave and are counted. arm: 0, 1 ... (all the same: waves only).
/// Throws DomainError: fewer than two waves, an arm with fewer than two complete people, not more people than arms + waves - 2,
/// no variation.
MixedAnova mixed_anova(const Matrix& y, std::span<const std::size_t> arm);

/// The line under it: hypothesis rows L of the between design X (n x p) on the within contrasts C (measures x q, any basis: it is made
/// orthonormal). C of one constant column tests between effects. Complete rows only. For designs with several factors.
AnovaEffect multivariate_effect(const std::string& name, const Matrix& y, const Matrix& design, const Matrix& rows, const Matrix& within);

struct Friedman {
  double chi_square = 0; ///< corrected for ties
  double df = 0;
  double p_value = std::numeric_limits<double>::quiet_NaN();
  double kendall_w = 0;
  double iman_davenport_f = std::numeric_limits<double>::quiet_NaN(); ///< infinite at complete agreement
  double iman_davenport_df1 = 0;
  double iman_davenport_df2 = 0;
  double iman_davenport_p = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> mean_ranks;
  std::size_t n = 0;
  std::size_t n_missing = 0;
};

/// Friedman's test over the columns of y (persons x waves); values closer than 1e-10 x the largest absolute value count as ties; incomplete
/// people leave. Throws DomainError: fewer than two waves or complete people, or everyone tied throughout.
Friedman friedman(const Matrix& y);

} // namespace canvass::stats

#endif
