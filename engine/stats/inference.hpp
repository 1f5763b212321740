#ifndef CANVASS_ENGINE_STATS_INFERENCE_HPP
#define CANVASS_ENGINE_STATS_INFERENCE_HPP

#include "engine/stats/matrix.hpp"

#include <limits>
#include <span>

namespace canvass::stats {

/// One number estimated by a model, with all that belongs beside it. df = infinity: the normal distribution was used.
/// NaN means "does not apply" or "could not be computed"; the owner of the value says which in its warnings.
struct Inference {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double std_error = std::numeric_limits<double>::quiet_NaN();
  double df = std::numeric_limits<double>::quiet_NaN();
  double statistic = std::numeric_limits<double>::quiet_NaN(); ///< t, or z where df is infinite
  double p_value = std::numeric_limits<double>::quiet_NaN();   ///< two-sided
  double conf_level = 0.95;
  double conf_low = std::numeric_limits<double>::quiet_NaN();
  double conf_high = std::numeric_limits<double>::quiet_NaN();
};

/// estimate +- t quantile x SE, t and two-sided p against 0. A SE of 0 or a df that is not positive gives NaN for statistic, p and
/// interval.
Inference inference_from(double estimate, double std_error, double df, double conf_level = 0.95);

/// A test of several contrasts at once.
struct FTest {
  double statistic = std::numeric_limits<double>::quiet_NaN();
  double df1 = std::numeric_limits<double>::quiet_NaN();
  double df2 = std::numeric_limits<double>::quiet_NaN();
  double p_value = std::numeric_limits<double>::quiet_NaN();
};

/// Degrees of freedom of a sum of independent variance estimates (Welch, Satterthwaite): (sum v)^2 / sum(v^2 / df).
/// Parts that are 0 do not count; every part 0 gives NaN. Throws DomainError if the lengths differ or a df is not positive.
double satterthwaite_df(std::span<const double> variances, std::span<const double> dfs);

/// "Down, then up again" as one claim: an intersection-union test. Both must hold, so p is the larger of the two one-sided p-values,
/// and no further adjustment is due (Berger 1982).
struct DipAndRecovery {
  double p_dip = std::numeric_limits<double>::quiet_NaN();      ///< one-sided, H1: the first contrast is on its expected side
  double p_recovery = std::numeric_limits<double>::quiet_NaN(); ///< one-sided, H1: the second contrast is on the other side
  double p_value = std::numeric_limits<double>::quiet_NaN();    ///< max of the two
  bool signs_as_expected = false;
};

/// dip: first contrast (T2-T1 against control); recovery: second contrast (T3-T2 against control). Uses estimate, std_error and df.
/// With `mirrored` the claim is "up, then down again".
DipAndRecovery dip_and_recovery(const Inference& dip, const Inference& recovery, bool mirrored = false);

/// Kish's design effect 1 + (group_size - 1) x icc for equal groups. Throws DomainError unless group_size >= 1 and 0 <= icc <= 1.
double design_effect(double icc, double group_size);

/// A treated-minus-control contrast as it would look if the treated had been trained in groups.
struct GroupedContrast {
  double icc = 0;
  double group_size = 0;
  double effect_on_variance = 1; ///< design effect by which the treated arm's variance was multiplied
  Inference inference;
};

/// Re-derives a contrast of independent arms: its variance is split over the arms (`treated_variance`, `control_variance`: squared standard
/// errors of each arm's own estimate), the treated part is multiplied by the design effect, and df is Welch-Satterthwaite with the treated
/// counted as n_treated / design effect people, n_control as they are. With icc = 0 it is Welch's test.
/// Throws DomainError where fewer than two people stand in an arm or no effective treated person is left above one.
GroupedContrast contrast_in_groups(double estimate, double treated_variance, double n_treated, double control_variance, double n_control,
                                   double icc, double group_size, double conf_level = 0.95);

} // namespace canvass::stats

#endif
