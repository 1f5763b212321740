#include "engine/survey/domain_covariance.hpp"

#include "engine/survey/calibration_residuals.hpp"
#include "engine/survey/numbering.hpp"
#include "engine/survey/variance.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace canvass::survey {

namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The one score of each row and its domain; domain -1 where the row does not count.
struct Scores {
  std::vector<double> score;
  std::vector<std::int32_t> domain;
};

Scores scores_of(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> domain,
                 const std::vector<DomainFacts>& facts) {
  Scores result;
  result.score.assign(y.size(), 0);
  result.domain.assign(y.size(), -1);
  for (std::size_t row = 0; row < y.size(); ++row) {
    if (domain[row] >= 0 && design.weights()[row] > 0 && !std::isnan(y[row])) {
      const DomainFacts& fact = facts[static_cast<std::size_t>(domain[row])];
      result.domain[row] = domain[row];
      result.score[row] = design.weights()[row] * (y[row] - fact.mean) / fact.weight;
    }
  }
  return result;
}

/// Fits of every domain's variable by pattern (patterns x domains); without rows where there is no calibration.
stats::Matrix fits_of(const PreparedDesign& design, const Scores& scores, std::size_t domains) {
  if (design.residuals() == nullptr) {
    return {};
  }
  const CalibrationResiduals& residuals = *design.residuals();
  stats::Matrix sums(residuals.patterns(), domains);
  for (std::size_t row = 0; row < scores.score.size(); ++row) {
    if (scores.domain[row] >= 0) {
      sums(static_cast<std::size_t>(residuals.pattern_of_row()[row]), static_cast<std::size_t>(scores.domain[row])) +=
          residuals.back()[row] * scores.score[row];
    }
  }
  return residuals.fits(sums);
}

/// Rows are the units: squares from sums by stratum and pattern.
stats::Matrix of_rows(const PreparedDesign& design, const Scores& scores, std::size_t domains, const stats::Matrix& fits,
                      const std::vector<std::uint8_t>& members) {
  refuse_lonely(design, 0);
  const PreparedStage& stage = design.first();
  const std::size_t strata = stage.strata.size();
  const auto columns = static_cast<Eigen::Index>(domains);
  const auto patterns = static_cast<Eigen::Index>(fits.rows);
  std::vector<double> counts_for(strata);
  std::transform(stage.strata.begin(), stage.strata.end(), counts_for.begin(),
                 [&](const PreparedStage::Stratum& stratum) { return squared_weight(stage, stratum); });
  Rows sums = Rows::Zero(static_cast<Eigen::Index>(strata), columns);
  Eigen::VectorXd own = Eigen::VectorXd::Zero(columns);
  Rows mixed = Rows::Zero(patterns, columns);                // of score x weight
  Eigen::VectorXd squared = Eigen::VectorXd::Zero(patterns); // of weights
  Numbering pairs;                                           // stratum and pattern
  std::vector<double> pair_weight;
  for (std::size_t row = 0; row < scores.score.size(); ++row) {
    const std::size_t h = stage.stratum(row);
    const double score = scores.score[row];
    const double weight = design.weights()[row];
    const auto d = static_cast<Eigen::Index>(scores.domain[row]);
    if (d >= 0) {
      sums(static_cast<Eigen::Index>(h), d) += score;
      own(d) += counts_for[h] * score * score;
    }
    if (patterns > 0) {
      const std::int32_t pattern = design.residuals()->pattern_of_row()[row];
      squared(pattern) += counts_for[h] * weight * weight;
      if (d >= 0) {
        mixed(pattern, d) += counts_for[h] * score * weight;
      }
      const auto pair = static_cast<std::size_t>(pairs.number(joined(static_cast<std::int32_t>(h), pattern)));
      pair_weight.resize(pairs.size(), 0);
      pair_weight[pair] += weight;
    }
  }
  Rows covariance = own.asDiagonal();
  if (patterns > 0) {
    const Eigen::Map<const Rows> fit(fits.values.data(), patterns, columns);
    const Rows cross = mixed.transpose() * fit;
    covariance += fit.transpose() * squared.asDiagonal() * fit - cross - cross.transpose();
    for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
      const auto h = static_cast<Eigen::Index>(pairs.key(pair) >> 32U);
      const auto pattern = static_cast<Eigen::Index>(pairs.key(pair) & 0xFFFFFFFFU);
      sums.row(h) -= pair_weight[pair] * fit.row(pattern);
    }
  }
  const Eigen::RowVectorXd overall = sums.colwise().sum() / static_cast<double>(std::max<std::size_t>(1, stage.units));
  std::vector<Eigen::Index> met;
  for (std::size_t h = 0; h < strata; ++h) {
    const PreparedStage::Stratum& stratum = stage.strata[h];
    const bool adjusted = design.design().lonely == LonelyPsu::adjust && is_lonely(stratum);
    const double by = adjusted ? stratum.multiplier * (1 - 1 / stratum.population) : -counts_for[h] / static_cast<double>(stratum.units);
    Eigen::RowVectorXd sum = sums.row(static_cast<Eigen::Index>(h));
    if (adjusted) {
      sum -= overall;
    }
    met.clear(); // a stratum meets few domains
    for (Eigen::Index d = 0; d < columns; ++d) {
      if (sum(d) != 0) {
        met.push_back(d);
      }
    }
    for (const Eigen::Index i : met) {
      for (const Eigen::Index j : met) {
        covariance(i, j) += by * sum(i) * sum(j);
      }
    }
  }
  for (Eigen::Index d = 0; d < columns; ++d) {
    if (covariance(d, d) < 1e-12 * own(d)) {
      covariance(d, d) = 0; // rounding: the units of each stratum are alike, or the calibration knows the answer
    }
  }
  std::vector<double> spread(domains, 1);
  for (std::size_t d = 0; design.design().lonely == LonelyPsu::average && d < domains; ++d) {
    std::vector<std::uint8_t> of_domain(strata);
    for (std::size_t h = 0; h < strata; ++h) {
      of_domain[h] = members[h * domains + d];
    }
    spread[d] = average_factor(stage, of_domain);
  }
  stats::Matrix result(domains, domains);
  for (std::size_t i = 0; i < domains; ++i) {
    for (std::size_t j = 0; j < domains; ++j) {
      const auto a = static_cast<Eigen::Index>(std::max(i, j));
      const auto b = static_cast<Eigen::Index>(std::min(i, j));
      result(i, j) = spread[i] * spread[j] * covariance(a, b);
    }
  }
  return result;
}

/// Totals of clusters (units x domains).
stats::Matrix of_clusters(const PreparedDesign& design, const Scores& scores, std::size_t domains, const stats::Matrix& fits,
                          const std::vector<std::uint8_t>& members) {
  const PreparedStage& stage = design.first();
  stats::Matrix totals(stage.units, domains);
  for (std::size_t row = 0; row < scores.score.size(); ++row) {
    double* total = totals.values.data() + stage.unit(row) * domains;
    if (scores.domain[row] >= 0) {
      total[scores.domain[row]] += scores.score[row];
    }
    if (fits.rows > 0) {
      const double weight = design.weights()[row];
      const double* fit = fits.values.data() + static_cast<std::size_t>(design.residuals()->pattern_of_row()[row]) * domains;
      for (std::size_t d = 0; d < domains; ++d) {
        total[d] -= weight * fit[d];
      }
    }
  }
  return stage_covariance(design, 0, totals, members);
}

} // namespace

stats::Matrix domain_covariance(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> domain,
                                const std::vector<DomainFacts>& facts) {
  const std::size_t domains = facts.size();
  const Scores scores = scores_of(design, y, domain, facts);
  const bool plain =
      design.stages().size() == 1 && !design.design().unequal && (design.residuals() == nullptr || design.residuals()->by_pattern());
  if (!plain) {
    stats::Matrix all(y.size(), domains);
    for (std::size_t row = 0; row < y.size(); ++row) {
      if (scores.domain[row] >= 0) {
        all(row, static_cast<std::size_t>(scores.domain[row])) = scores.score[row];
      }
    }
    return covariance_of_totals(design, all);
  }
  const PreparedStage& stage = design.first();
  std::vector<std::uint8_t> members;
  if (design.design().lonely == LonelyPsu::average) {
    members.assign(stage.strata.size() * domains, 0);
    for (std::size_t row = 0; row < y.size(); ++row) {
      if (scores.domain[row] >= 0) {
        members[stage.stratum(stage.unit(row)) * domains + static_cast<std::size_t>(scores.domain[row])] = 1;
      }
    }
  }
  const stats::Matrix fits = fits_of(design, scores, domains);
  return stage.rows_are_units() ? of_rows(design, scores, domains, fits, members) : of_clusters(design, scores, domains, fits, members);
}

} // namespace canvass::survey
