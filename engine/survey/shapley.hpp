#ifndef CANVASS_ENGINE_SURVEY_SHAPLEY_HPP
#define CANVASS_ENGINE_SURVEY_SHAPLEY_HPP

#include "engine/stats/result.hpp"
#include "engine/survey/design.hpp"
#include "engine/survey/predictors.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace canvass::survey {

/// Drivers that share one share: the four elements of a model, or a single question.
struct DriverGroup {
  std::string name;
  std::vector<std::string> terms; ///< of the predictors
};

struct ShapleyShare {
  std::string name;
  double share = 0;         ///< of the outcome's variance: the shares sum to r_squared
  double of_explained = 0;  ///< share over r_squared
  stats::Interval interval; ///< of `share`
  stats::Interval of_explained_interval;
};

/// How the weighted linear R^2 of an outcome divides over its drivers: each one's mean gain over all orders in which the drivers can enter.
/// A description of association, with an interval and never a test.
struct ShapleyShares {
  std::vector<ShapleyShare> drivers; ///< in the order of the groups
  std::vector<ShapleyShare> sums;    ///< in the order asked for
  double r_squared = 0;
  stats::Interval r_squared_interval;
  std::size_t n = 0;
  std::size_t missing = 0; ///< rows with a weight without the outcome or a driver: kept as a domain
};

inline constexpr std::size_t most_drivers = 12; ///< 4,096 models; beyond it the report would be unreadable before the machine is slow

/// Replicates are those given, else the design's; without any there are no intervals, and their `method` says so. Bootstrap replicates give
/// percentiles; others (jackknife, BRR), whose spread is not that of the estimate, a t interval from their variance, from 0 up.
/// `groups` empty: each term is its own group. `sums`: drivers (by name, as the groups') whose shares are added up, such as those of one
/// element; they add up to the shares beside them, which groups, that enter as a whole, need not. Source: Lipovetsky and Conklin 2001;
/// Groemping 2006 (lmg). Same as (without weights' design): relaimpo::calc.relimp(type = "lmg", weights = , groups = ).
/// @throws DomainError lengths; no group or more than most_drivers; a term in no group or in two; a sum of what is no driver; a constant
/// outcome; nobody
ShapleyShares shapley_shares(const PreparedDesign& design, std::span<const double> y, const Predictors& predictors,
                             std::span<const DriverGroup> groups = {}, const Replicates* replicates = nullptr, double level = 0.95,
                             std::span<const DriverGroup> sums = {});

} // namespace canvass::survey

#endif
