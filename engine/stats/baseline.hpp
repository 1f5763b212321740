#ifndef CANVASS_ENGINE_STATS_BASELINE_HPP
#define CANVASS_ENGINE_STATS_BASELINE_HPP

#include "engine/stats/result.hpp"

#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

/// Standardised mean difference between two groups before anything happened.
struct SmdResult {
  std::string method; ///< "SMD, pooled SD", "SMD, binary", "largest difference of a category"
  int n_first = 0;
  int n_second = 0;
  int missing_first = 0;
  int missing_second = 0;
  double mean_first = nan; ///< or proportion
  double mean_second = nan;
  double sd_first = nan;
  double sd_second = nan;
  double smd = nan;            ///< second - first over sqrt((s1^2 + s2^2) / 2): 0/0 = 0, x/0 = +-inf
  double variance_ratio = nan; ///< second over first; NaN where one is 0
  std::vector<std::string> warnings;
};
/// Numbers and scale scores. Same as: tableone::ExtractSmd, cobalt::bal.tab(s.d.denom = "pooled").
SmdResult smd(std::span<const double> first, std::span<const double> second);
/// Proportions of two groups: p2 - p1 over sqrt((p1 q1 + p2 q2) / 2).
SmdResult smd_binary(double count_first, double n_first, double count_second, double n_second);

struct SmdCategories {
  int n_first = 0;
  int n_second = 0;
  int missing_first = 0;
  int missing_second = 0;
  std::vector<double> proportion_first; ///< one a category, in the order given
  std::vector<double> proportion_second;
  std::vector<double> smd;         ///< each category against the rest
  double largest_difference = nan; ///< of proportions, absolute: the number to judge balance by
  double mahalanobis = nan;        ///< multi-category SMD (Yang and Dalton 2012); NaN where a category is empty in a group
  std::string method = "differences by category";
  std::vector<std::string> warnings;
};
/// Categories: `codes` of the codebook; other values are a DomainError.
SmdCategories smd_categories(std::span<const double> first, std::span<const double> second, std::span<const double> codes);

} // namespace canvass::stats

#endif
