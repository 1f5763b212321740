#ifndef CANVASS_ENGINE_STATS_PAIRED_HPP
#define CANVASS_ENGINE_STATS_PAIRED_HPP

#include "engine/stats/result.hpp"

#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

struct SignTestResult {
  std::string method = "sign test, exact";
  int n = 0; ///< pairs with both values
  int missing = 0;
  int zeros = 0;
  int positive = 0;
  int negative = 0;
  double p_value = nan; ///< exact, two-sided: min(1, 2 x smaller tail)
  double p_mid = nan;   ///< mid-p: half the probability of the count observed
  std::vector<std::string> warnings;
};
/// H0: as many go up as go down among those who changed. Nobody changed: p = 1.
/// Same as: binom.test(up, up + down)$p.value.
SignTestResult sign_test(std::span<const double> first, std::span<const double> second);

struct PairedTResult {
  std::string method = "paired t";
  int n = 0;
  int missing = 0;
  double mean_first = nan; ///< over the same n people
  double mean_second = nan;
  double sd_first = nan;
  double sd_second = nan;
  double difference = nan; ///< mean of second - first
  double sd_difference = nan;
  double std_error = nan;
  double statistic = nan; ///< 0 where all differences are 0; +-inf where all are one other value
  double df = nan;
  double p_value = nan;
  Interval interval;        ///< of the mean difference
  double correlation = nan; ///< between the waves; NaN if one is constant
  /// Effect sizes, each over another standard deviation: named wherever printed.
  double d_z = nan;  ///< over the SD of the differences: for power only
  double d_av = nan; ///< over the average of the two SDs, sqrt((s1^2 + s2^2) / 2): for reading
  double d_rm = nan; ///< d_z x sqrt(2 (1 - r))
  double g_z = nan;  ///< each times the exact correction J(n - 1)
  double g_av = nan;
  double g_rm = nan;
  Interval d_z_interval;  ///< noncentral t
  Interval g_av_interval; ///< g_av / d_z x the noncentral-t interval of d_z
  std::vector<std::string> warnings;
};
/// H0: mean difference 0. Under 2 pairs: no test.
/// Same as: t.test(second, first, paired = TRUE).
PairedTResult paired_t(std::span<const double> first, std::span<const double> second, double level = 0.95);

struct PairedShiftResult {
  std::string method = "net change, Tango's score interval";
  int n = 0;
  int missing = 0;
  int up = 0;
  int same = 0;
  int down = 0;
  double net_change = nan;       ///< P(up) - P(down), -1 .. 1
  Interval net_change_interval;  ///< score interval for the difference of paired proportions; defined for every count with n >= 1
  double superiority = nan;      ///< PS_dep = P(up) + P(same) / 2: what a person picked at random did
  Interval superiority_interval; ///< the same interval on this scale
  std::vector<std::string> warnings;
};
/// Source: Tango 1998 for the interval. Same as: PropCIs::scoreci.mp / ratesci::scorepairci(skew = FALSE, bcf = FALSE).
PairedShiftResult paired_shift(std::span<const double> first, std::span<const double> second, double level = 0.95);

} // namespace canvass::stats

#endif
