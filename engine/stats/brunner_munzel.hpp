#ifndef CANVASS_ENGINE_STATS_BRUNNER_MUNZEL_HPP
#define CANVASS_ENGINE_STATS_BRUNNER_MUNZEL_HPP

#include "engine/stats/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

struct BrunnerMunzelOptions {
  double level = 0.95;
  /// Under this many people in the smaller group the p-value is the permutation's.
  int permutation_below = 15;
  /// All relabellings are enumerated where there are no more than this; else this many are drawn and p = (1 + b) / (1 + B).
  std::int64_t permutations = 100'000;
  std::uint64_t seed = 0;
  std::string analysis; ///< names the random stream together with the seed
};

struct BrunnerMunzelResult {
  std::string method; ///< of p_value: "brunner-munzel t", "brunner-munzel permutation (enumerated)", "... (drawn)"
  int n_first = 0;
  int n_second = 0;
  int missing = 0;
  double superiority = nan;   ///< P(second > first) + P(tie) / 2
  double cliff_delta = nan;   ///< 2 superiority - 1
  double std_error = nan;     ///< of superiority
  double statistic = nan;     ///< +-inf where the samples do not overlap, 0 where every value is the same
  double df = nan;            ///< Satterthwaite's
  double p_value = nan;       ///< by `method`; two-sided
  double p_t = nan;           ///< t approximation; NaN where the samples do not overlap
  double p_permutation = nan; ///< studentised permutation, 2 x smaller tail; NaN where it was not asked for
  double relabellings = nan;  ///< enumerated or drawn
  Interval interval;          ///< of superiority: logit with t df; where the samples do not overlap Newcombe's method 5. Never NaN
  Interval interval_t;        ///< superiority +- t se, may leave 0 .. 1 (brunnermunzel's); NaN without overlap
  Interval interval_z;        ///< logit with the normal quantile
  Interval interval_newcombe; ///< Newcombe's method 5
  bool separated = false;     ///< no value of one sample lies within the other
  /// p_value and `interval` come from different approximations and may fall on both sides of the level; if so, said in warnings.
  std::vector<std::string> warnings;
};

/// H0: P(second > first) + P(tie) / 2 = 1/2, whatever the variances. Under 2 values in a sample: no test (interval still given).
/// Source: Brunner and Munzel 2000; Neubert and Brunner 2007 (permutation); Newcombe 2006 (method 5).
/// Same as: brunnermunzel::brunnermunzel.test(first, second), brunnermunzel.permutation.test; rankFD::rank.two.samples(method = "logit").
/// Reference: flat_items.json, extra.json, rankFD_tense_T2.json.
BrunnerMunzelResult brunner_munzel(std::span<const double> first, std::span<const double> second, const BrunnerMunzelOptions& options = {});

/// Newcombe's method 5 for P(second > first) + P(tie) / 2, from the estimate and the two sizes (>= 1). Defined at 0 and 1.
Interval newcombe_superiority(double superiority, int n_first, int n_second, double level = 0.95);

} // namespace canvass::stats

#endif
