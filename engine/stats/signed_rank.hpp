#ifndef CANVASS_ENGINE_STATS_SIGNED_RANK_HPP
#define CANVASS_ENGINE_STATS_SIGNED_RANK_HPP

#include "engine/stats/result.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::stats {

/// The published conventions of Wilcoxon's signed-rank test. They differ in what they do with people who did not change ("zeros")
/// and in where the p-value comes from; on Likert items the answer differs too.
enum class SignedRankMethod {
  pratt_exact,    ///< zeros ranked, their signs fixed; exact conditional distribution. Convention 1. R >= 4.6, coin
  drop_exact,     ///< zeros left out; exact. exactRankTests
  drop_normal_cc, ///< zeros left out; normal with continuity correction. R <= 4.5, jamovi, pingouin
  drop_normal,    ///< zeros left out; normal. SPSS, scipy
  drop_t,         ///< zeros left out; Student's t on the ranks. SAS where more than 20 changed (below, SAS is exact)
  pratt_normal    ///< zeros ranked; normal. coin, Stata
};
inline constexpr std::array signed_rank_methods{SignedRankMethod::pratt_exact,    SignedRankMethod::drop_exact,
                                                SignedRankMethod::drop_normal_cc, SignedRankMethod::drop_normal,
                                                SignedRankMethod::drop_t,         SignedRankMethod::pratt_normal};
/// "pratt-exact", "drop-normal-cc" ...
std::string_view name(SignedRankMethod method);
/// Programs that print this p-value: "R <= 4.5, jamovi, pingouin".
std::string_view programs(SignedRankMethod method);

/// Beyond this many changed people an exact method gives way to the normal one with the same zeros; `method` and a warning say so.
inline constexpr int signed_rank_exact_limit = 1000;

struct SignedRankResult {
  std::string method; ///< name of what was really done, "pratt-normal" after a fall-back
  int n = 0;          ///< pairs with both values, zeros included
  int missing = 0;
  int zeros = 0;
  int positive = 0; ///< people whose second value is higher
  int negative = 0;
  double v_plus = nan; ///< sum of the ranks of the positive differences (R's V); with Pratt the zeros take the lowest ranks
  double v_minus = nan;
  double statistic = nan;               ///< z, or t for drop_t; for exact methods the standardised V of the same ranks (coin's Z)
  double df = nan;                      ///< drop_t only
  double p_value = nan;                 ///< two-sided; exact: min(1, 2 x smaller tail)
  double p_less = nan;                  ///< alternative: second is lower
  double p_greater = nan;               ///< alternative: second is higher
  double rank_biserial = nan;           ///< (V+ - V-) / (V+ + V-), from the ranks of this p-value; 0 if nobody changed
  double rank_biserial_all_ranks = nan; ///< same numerator over n(n+1)/2, zeros' ranks in the denominator (effectsize)
  std::vector<std::string> warnings;

  [[nodiscard]] double p(Tail tail) const { return tail == Tail::two_sided ? p_value : tail == Tail::less ? p_less : p_greater; }
};

/// H0: the differences second - first are symmetric about zero. Nobody changed: p = 1.
/// Source: Wilcoxon 1945; Pratt 1959; exact distribution by the shift algorithm (Streitberg and Roehmel 1986) on doubled ranks.
/// Same as: coin::wilcoxsign_test(y ~ x, zero.method =, distribution =); wilcox.test(second, first, paired = TRUE).
/// Reference: flat_items.json, r461_wilcox_rows.json, tests/reference/rank_tests.R.
SignedRankResult signed_rank(std::span<const double> first, std::span<const double> second,
                             SignedRankMethod method = SignedRankMethod::pratt_exact);
/// The same from the differences themselves (NaN = missing).
SignedRankResult signed_rank(std::span<const double> differences, SignedRankMethod method = SignedRankMethod::pratt_exact);

} // namespace canvass::stats

#endif
