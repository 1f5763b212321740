#ifndef CANVASS_ENGINE_STATS_TWO_SAMPLE_HPP
#define CANVASS_ENGINE_STATS_TWO_SAMPLE_HPP

#include "engine/stats/result.hpp"

#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

struct WelchResult {
  std::string method = "welch t";
  int n_first = 0;
  int n_second = 0;
  int missing = 0;
  double mean_first = nan;
  double mean_second = nan;
  double sd_first = nan;
  double sd_second = nan;
  double difference = nan; ///< second - first
  double std_error = nan;
  double statistic = nan; ///< 0/0 = 0, x/0 = +-inf
  double df = nan;        ///< Satterthwaite's; NaN where both samples are constant
  double p_value = nan;   ///< 1 for 0/0, 0 for x/0: the caller's verdict for SE 0 is "not testable"
  Interval interval;      ///< of the difference
  std::vector<std::string> warnings;
};
/// H0: equal means. Under 2 values in a sample: no test.
/// Same as: t.test(second, first). Reference: flat_items.json, flat_scale.json.
WelchResult welch(std::span<const double> first, std::span<const double> second, double level = 0.95);

/// Two one-sided tests: "practically unchanged" is shown when both reject.
struct TostResult {
  std::string method;
  double low_bound = nan; ///< on the scale of the estimate (raw points)
  double high_bound = nan;
  double estimate = nan;
  double std_error = nan;
  double df = nan;
  double t_low = nan;   ///< (estimate - low bound) / SE
  double p_low = nan;   ///< H0: at or under the low bound
  double t_high = nan;  ///< (estimate - high bound) / SE
  double p_high = nan;  ///< H0: at or over the high bound
  double p_value = nan; ///< the larger of the two
  Interval interval;    ///< level 1 - 2 alpha; inside the bounds exactly where p_value < alpha
  std::vector<std::string> warnings;
};
/// From any estimate with a t distribution; df may be infinite. DomainError unless low_bound < high_bound and 0 < alpha < .5.
/// Same as: TOSTER::tsum_TOST with raw bounds. Reference: flat_scale.json tost_*.
TostResult tost(double estimate, double std_error, double df, double low_bound, double high_bound, double alpha = 0.05);
/// Welch: mean of second - mean of first.
TostResult tost_welch(std::span<const double> first, std::span<const double> second, double low_bound, double high_bound,
                      double alpha = 0.05);
/// Paired: mean of (second - first).
TostResult tost_paired(std::span<const double> first, std::span<const double> second, double low_bound, double high_bound,
                       double alpha = 0.05);

/// J(df) = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)): takes the bias out of a standardised difference. NaN for df <= 1.
double hedges_correction(double df);
/// The published approximation 1 - 3 / (4 df - 1), for replication only.
double hedges_correction_approximate(double df);

struct HedgesResult {
  std::string method; ///< "Hedges g, pooled SD", "Hedges g, average SD"
  int n_first = 0;
  int n_second = 0;
  int missing = 0;
  double difference = nan; ///< second - first
  double sd = nan;         ///< what it is divided by
  double d = nan;          ///< without the correction
  double correction = nan; ///< exact J(df)
  double g = nan;          ///< NaN where the SD is 0
  double df = nan;
  Interval interval; ///< of g, noncentral t
  std::vector<std::string> warnings;
};
/// Pooled SD, df = n1 + n2 - 2. Same as: effectsize::hedges_g(second, first). Reference: flat_items.json.
HedgesResult hedges_g(std::span<const double> first, std::span<const double> second, double level = 0.95);
/// SD = sqrt((s1^2 + s2^2) / 2), Satterthwaite df. Same as: effectsize::hedges_g(pooled_sd = FALSE).
HedgesResult hedges_g_average(std::span<const double> first, std::span<const double> second, double level = 0.95);

struct CliffResult {
  std::string method = "Cliff's delta";
  int n_first = 0;
  int n_second = 0;
  int missing = 0;
  double delta = nan;    ///< P(second > first) - P(second < first)
  double variance = nan; ///< Cliff's unbiased estimate, floored at (1 - delta^2) / (n1 n2 - 1)
  double variance_consistent = nan;
  double df = nan;
  Interval interval;               ///< Cliff's asymmetric interval, unbiased variance, t (effsize's default)
  Interval interval_consistent;    ///< the same with the consistent variance
  Interval interval_normal;        ///< unbiased variance, normal quantile
  Interval interval_rank_biserial; ///< Fisher's z of the rank-biserial (effectsize's): for replication
  std::vector<std::string> warnings;
};
/// For reading use brunner_munzel(): its logit interval stays in range at separation too. These are the alternates by name.
/// Source: Cliff 1996; Feng and Cliff 2004. Same as: effsize::cliff.delta(second, first). Reference: flat_items.json, extra.json.
CliffResult cliff_delta(std::span<const double> first, std::span<const double> second, double level = 0.95);

struct StandardisedDidResult {
  std::string method; ///< "standardised difference in differences" or "Morris d_ppc2"
  int n_control = 0;
  int n_treated = 0;
  int missing = 0;         ///< people without all of baseline and later value
  double difference = nan; ///< in points: change of the treated - change of the control
  double sd = nan;         ///< pooled SD at baseline, S
  double df = nan;         ///< nu, df of S
  double correction = nan;
  double d = nan;
  double std_error = nan;
  Interval interval; ///< d +- normal quantile x SE
  std::vector<std::string> warnings;
};
/// d = J x DiD / S with exact J(nu); variance J^2 [Var(DiD) / S^2 + (DiD / S)^2 / (2 nu)], Var(DiD) of independent arms' changes (Welch).
/// Paired spans: one entry a person in each arm. Source: delta method; conventions 1.
StandardisedDidResult standardised_did(std::span<const double> control_before, std::span<const double> control_after,
                                       std::span<const double> treated_before, std::span<const double> treated_after, double level = 0.95);
/// The same from a model's contrast: `variance` is its squared standard error, `sd` the pooled baseline SD on `sd_df` degrees of freedom.
StandardisedDidResult standardised_did(double difference, double variance, double sd, double sd_df, double level = 0.95);
/// Morris 2008, equation 8 and its variance, as published (approximate J, one common correlation).
/// Same as: flat_scale.json std_did_* (which has the approximate J).
StandardisedDidResult morris_d_ppc2(std::span<const double> control_before, std::span<const double> control_after,
                                    std::span<const double> treated_before, std::span<const double> treated_after, double level = 0.95);

} // namespace canvass::stats

#endif
