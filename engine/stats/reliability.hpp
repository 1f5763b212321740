#ifndef CANVASS_ENGINE_STATS_RELIABILITY_HPP
#define CANVASS_ENGINE_STATS_RELIABILITY_HPP

#include "engine/stats/result.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

/// Answers of people to the items of one scale, reverse-scored items already turned.
struct ItemTable {
  std::size_t people = 0;
  std::size_t items = 0;
  std::vector<double> values; ///< row-major, people x items; NaN = missing
  [[nodiscard]] double at(std::size_t person, std::size_t item) const { return values[person * items + item]; }
};

struct AlphaItem {
  double mean = nan; ///< over the complete people
  double sd = nan;
  double alpha_if_dropped = nan; ///< NaN with 2 items
  double item_rest = nan;        ///< correlation with the sum of the others (psych's r.drop); NaN for a constant item
};

struct AlphaResult {
  std::string method = "Cronbach's alpha, listwise";
  int n = 0;       ///< people with every item
  int missing = 0; ///< people without one or more
  int items = 0;
  double alpha = nan;
  Interval interval;                ///< Feldt's
  double alpha_standardised = nan;  ///< from the correlations
  double alpha_pairwise = nan;      ///< from covariances of all available pairs
  double lambda6 = nan;             ///< Guttman's; NaN where the correlations are singular
  double average_correlation = nan; ///< between items
  double sem = nan;                 ///< standard error of measurement of the mean score: SD sqrt(1 - alpha)
  std::vector<AlphaItem> by_item;
  std::vector<std::string> warnings; ///< negative item-rest correlations (is an item to be reversed?), constant items ...
};
/// Needs 2 items and 2 complete people. Source: Cronbach 1951; Feldt, Woodruff and Salih 1987.
/// Same as: psych::alpha(x) (raw, std, r.drop, feldt). Reference: flat_scale.json alpha_T1.
AlphaResult cronbach_alpha(const ItemTable& table, double level = 0.95);

struct FloorCeilingResult {
  int n = 0;
  int missing = 0;
  double floor = nan;   ///< share of answers at the lowest possible value
  double ceiling = nan; ///< at the highest
  bool flagged = false; ///< either above .15
};
/// low, high: the ends of the scale by its codebook, not of the data.
FloorCeilingResult floor_ceiling(std::span<const double> values, double low, double high);

} // namespace canvass::stats

#endif
