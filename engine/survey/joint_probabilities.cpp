#include "engine/survey/joint_probabilities.hpp"

#include "engine/core/error.hpp"

#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

/// Sum of p^2 over the population / n, by stratum: as given, or estimated by the sum of p over the sample / n.
std::vector<double> mean_squares(const PreparedStage& stage, double given) {
  std::vector<double> sums(stage.strata.size(), 0);
  for (std::size_t unit = 0; unit < stage.units; ++unit) {
    sums[stage.stratum(unit)] += stage.chance[unit];
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] = given >= 0 ? given : sums[i] / static_cast<double>(stage.strata[i].units);
  }
  return sums;
}

} // namespace

stats::Matrix joint_covariance(const PreparedDesign& design, const stats::Matrix& totals) {
  const UnequalProbabilities& unequal = *design.design().unequal;
  const PreparedStage& stage = design.first();
  const bool given = unequal.kind == JointProbabilities::given;
  if (given && (unequal.joint.rows != stage.units || unequal.joint.columns != stage.units)) {
    throw DomainError(fmt::format("a matrix of joint probabilities of {} x {} for {} first-stage units", unequal.joint.rows,
                                  unequal.joint.columns, stage.units));
  }
  const std::vector<double> square = mean_squares(stage, unequal.mean_square);
  // p_i p_j over the chance to be drawn together: 1 where the two were drawn apart.
  const auto apart = [&](std::size_t i, std::size_t j) {
    const double p = stage.chance[i];
    const double q = stage.chance[j];
    const auto n = static_cast<double>(stage.strata[stage.stratum(i)].units);
    if (given) {
      return p * q / unequal.joint(i, j);
    }
    if (stage.stratum(i) != stage.stratum(j)) {
      return 1.0;
    }
    return unequal.kind == JointProbabilities::overton ? (n - (p + q) / 2) / (n - 1) : (n - p - q + square[stage.stratum(i)]) / (n - 1);
  };
  const bool yates_grundy = unequal.variance == JointVariance::yates_grundy;
  const std::size_t k = totals.columns;
  stats::Matrix covariance(k, k);
  const auto add = [&](std::size_t i, std::size_t j, double by) {
    for (std::size_t a = 0; a < k; ++a) {
      for (std::size_t b = 0; b < k; ++b) {
        covariance(a, b) += yates_grundy ? -by * (totals(i, a) - totals(j, a)) * (totals(i, b) - totals(j, b))
                            : i == j     ? by * totals(i, a) * totals(i, b)
                                         : by * (totals(i, a) * totals(j, b) + totals(j, a) * totals(i, b));
      }
    }
  };
  for (std::size_t i = 0; i < stage.units; ++i) {
    if (!yates_grundy) {
      add(i, i, 1 - stage.chance[i]);
    }
    for (std::size_t j = i + 1; j < stage.units; ++j) {
      const double ratio = apart(i, j);
      if (!std::isfinite(ratio) || ratio < 0) {
        throw DomainError(fmt::format("first-stage units {} and {} have a joint probability of {}; it lies between 0 and 1", i + 1, j + 1,
                                      unequal.joint(i, j)));
      }
      const double by = 1 - ratio;
      if (by != 0) {
        add(i, j, by);
      }
    }
  }
  return covariance;
}

} // namespace canvass::survey
