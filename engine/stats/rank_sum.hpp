#ifndef CANVASS_ENGINE_STATS_RANK_SUM_HPP
#define CANVASS_ENGINE_STATS_RANK_SUM_HPP

#include "engine/stats/result.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::stats {

/// The published conventions of the Mann-Whitney (Wilcoxon rank-sum) test.
enum class RankSumMethod {
  exact,               ///< exact with ties, min(1, 2 x smaller tail). Convention 1. R >= 4.6
  exact_abs_deviation, ///< exact with ties, P(|W - E| >= |w - E|). coin, SAS
  normal_cc,           ///< normal with continuity correction. R <= 4.5 with ties, jamovi, scipy
  normal               ///< normal. SPSS, Stata
};
inline constexpr std::array rank_sum_methods{RankSumMethod::exact, RankSumMethod::exact_abs_deviation, RankSumMethod::normal_cc,
                                             RankSumMethod::normal};
/// "mann-whitney exact", "mann-whitney abs-deviation", "mann-whitney normal-cc", "mann-whitney normal".
std::string_view name(RankSumMethod method);
std::string_view programs(RankSumMethod method);

/// The exact distribution is counted while (cells of the shift algorithm) x (people) stays under this, about half a second, and the
/// number of relabellings is representable; beyond it the normal approximation stands in, and `method` and a warning say so.
inline constexpr double rank_sum_exact_work = 3e9;

struct RankSumResult {
  std::string method; ///< name of what was really done
  int n_first = 0;
  int n_second = 0;
  int missing = 0;
  double u = nan;             ///< pairs (first, second) where the second is higher + half the ties
  double superiority = nan;   ///< u / (n_first n_second) = P(second > first) + P(tie) / 2
  double rank_biserial = nan; ///< 2 superiority - 1 = Cliff's delta
  double statistic = nan;     ///< standardised u; with the correction for normal_cc
  double p_value = nan;
  double p_less = nan;    ///< alternative: second is lower
  double p_greater = nan; ///< alternative: second is higher
  std::vector<std::string> warnings;

  [[nodiscard]] double p(Tail tail) const { return tail == Tail::two_sided ? p_value : tail == Tail::less ? p_less : p_greater; }
};

/// H0: both samples come from one distribution. All values tied: p = 1. An empty sample: no test.
/// Source: Mann and Whitney 1947; Streitberg and Roehmel 1986.
/// Same as: coin::wilcox_test(distribution = "exact") (abs-deviation); wilcox.test(second, first).
/// Reference: flat_items.json, r461_wilcox_rows.json, tests/reference/rank_tests.R.
RankSumResult rank_sum(std::span<const double> first, std::span<const double> second, RankSumMethod method = RankSumMethod::exact);
/// The same by each of rank_sum_methods, in their order; the exact distribution is counted once.
std::vector<RankSumResult> rank_sum_by_every_method(std::span<const double> first, std::span<const double> second);

} // namespace canvass::stats

#endif
