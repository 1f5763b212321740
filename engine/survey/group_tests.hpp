#ifndef CANVASS_ENGINE_SURVEY_GROUP_TESTS_HPP
#define CANVASS_ENGINE_SURVEY_GROUP_TESTS_HPP

#include "engine/stats/inference.hpp"
#include "engine/survey/design.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace canvass::survey {

/// A difference of means, or a mean against a number.
struct MeanTest {
  std::string method;
  stats::Inference difference;
  double mean_first = 0;  ///< of the one group, or of group 0
  double mean_second = 0; ///< of group 1; NaN for one sample
  std::size_t n = 0;
  std::size_t missing = 0;
};

/// H0: the population's mean is `reference`. df: by the convention, so that p and the mean's interval agree; r_survey: one fewer than
/// PSUs less strata, as the R package takes. Same as: survey::svyttest(I(y - reference) ~ 0). @throws DomainError nobody, no variance
MeanTest one_sample_t(const PreparedDesign& design, std::span<const double> y, double reference = 0, DfRule rule = DfRule::convention,
                      double level = 0.95);
/// H0: two groups (0, 1; -1 = in neither) have the same mean; second less first; df = PSUs less strata less 1.
/// Same as: survey::svyttest(y ~ group). @throws DomainError as fit_glm; a group that is empty, a number other than -1, 0, 1
MeanTest two_sample_t(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> group, double level = 0.95);

enum class RankScore {
  wilcoxon,        ///< the rank itself: Wilcoxon, and Kruskal-Wallis for more groups
  van_der_waerden, ///< normal quantile of the rank
  median           ///< above the median or not
};

/// Rank of tied answers. R averages the ranks of the tied rows as they stand in the file, so that its result changes with their order when
/// their weights differ.
enum class RankTies {
  middle,  ///< weight below + half of the weight tied
  r_survey ///< as R, in the order of the rows
};

/// H0: the groups have the same distribution in the population. Ranks are estimated population ranks, mid-ranks for ties, over the sum
/// of weights.
struct RankTest {
  std::string method;
  double difference = 0; ///< two groups: mean score of the second less the first's; NaN for more
  double std_error = 0;  ///< NaN for more than two groups
  double statistic = 0;  ///< t for two groups, chi-square of Wald for more
  double df1 = 1;        ///< groups - 1
  double df2 = 0;        ///< PSUs less strata, less groups - 1
  double p_value = 0;    ///< for more than two groups from statistic / df1 by F
  std::size_t n = 0;
  std::size_t missing = 0;
};

/// `group` by row, numbers 0 .. groups - 1, -1 = none. Source: Lumley and Scott 2013. Same as: survey::svyranktest(y ~ group, test = ) with
/// RankTies::r_survey.
/// @throws DomainError lengths; fewer than two groups in use; all answers the same
RankTest rank_test(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> group,
                   RankScore score = RankScore::wilcoxon, RankTies ties = RankTies::middle);

} // namespace canvass::survey

#endif
