#include "engine/survey/variance.hpp"

#include "engine/core/error.hpp"
#include "engine/core/workers.hpp"
#include "engine/survey/calibration_residuals.hpp"
#include "engine/survey/joint_probabilities.hpp"
#include "engine/survey/replicates.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

stats::Matrix unit_totals(const PreparedStage& stage, const stats::Matrix& scores) {
  if (stage.rows_are_units()) {
    return scores;
  }
  stats::Matrix totals(stage.units, scores.columns);
  for (std::size_t row = 0; row < scores.rows; ++row) {
    double* to = totals.values.data() + stage.unit(row) * scores.columns;
    const double* from = scores.values.data() + row * scores.columns;
    for (std::size_t j = 0; j < scores.columns; ++j) {
      to[j] += from[j];
    }
  }
  return totals;
}

std::vector<std::uint8_t> members_by_stratum(const PreparedStage& stage, const stats::Matrix& scores) {
  std::vector<std::uint8_t> members(stage.strata.size() * scores.columns, 0);
  for (std::size_t row = 0; row < scores.rows; ++row) {
    std::uint8_t* of_stratum = members.data() + stage.stratum(stage.unit(row)) * scores.columns;
    for (std::size_t j = 0; j < scores.columns; ++j) {
      of_stratum[j] = static_cast<std::uint8_t>(of_stratum[j] | (scores(row, j) != 0 ? 1U : 0U));
    }
  }
  return members;
}

stats::Matrix from_replicates(const PreparedDesign& design, const stats::Matrix& scores) {
  stats::Matrix z(scores.rows, scores.columns);
  std::vector<double> totals(scores.columns, 0);
  for (std::size_t row = 0; row < scores.rows; ++row) {
    const double weight = design.weights()[row];
    for (std::size_t j = 0; j < scores.columns; ++j) {
      z(row, j) = weight > 0 ? scores(row, j) / weight : 0;
      totals[j] += scores(row, j);
    }
  }
  return covariance_of_replicates(*design.replicates(), replicate_totals(design, z), totals);
}

} // namespace

bool is_lonely(const PreparedStage::Stratum& stratum) {
  return stratum.units == 1 && stratum.population > 1 && stratum.multiplier > 0;
}

double squared_weight(const PreparedStage& stage, const PreparedStage::Stratum& stratum) {
  if (stratum.units < 2) {
    return 0;
  }
  const auto n = static_cast<double>(stratum.units);
  const double left = stage.chance.empty() ? 1 - n / stratum.population : 1;
  return stratum.multiplier * left * n / (n - 1);
}

void refuse_lonely(const PreparedDesign& design, std::size_t number) {
  const PreparedStage& stage = design.stages()[number];
  if (design.design().lonely != LonelyPsu::refuse && design.design().lonely != LonelyPsu::collapse) {
    return;
  }
  std::string names;
  std::size_t lonely = 0;
  for (std::size_t i = 0; i < stage.strata.size(); ++i) {
    if (!is_lonely(stage.strata[i])) {
      continue;
    }
    if (++lonely <= 5) {
      names +=
          fmt::format("{}{}", lonely == 1 ? "" : ", ",
                      number == 0 ? design.stratum_name(i)
                                  : fmt::format("{} within unit {} of the stage above", stage.strata[i].label, stage.strata[i].parent));
    }
  }
  if (lonely > 0) {
    throw DomainError(fmt::format("{} of {} strata of stage {} have one sampled unit, so their variance cannot be seen: {}{}; declare "
                                  "lonely units certainty, adjust, average or collapse, or join the strata",
                                  lonely, stage.strata.size(), number + 1, names, lonely > 5 ? " ..." : ""));
  }
}

double average_factor(const PreparedStage& stage, const std::vector<std::uint8_t>& stratum_met) {
  double met = 0;
  double seen = 0;
  for (std::size_t i = 0; i < stage.strata.size(); ++i) {
    if (stratum_met[i] != 0) {
      ++met;
      seen += is_lonely(stage.strata[i]) ? 0 : 1;
    }
  }
  if (met == seen) {
    return 1;
  }
  return seen > 0 ? std::sqrt(met / seen) : std::nan("");
}

double variance_from_sums(const PreparedDesign& design, std::span<const double> sums, std::span<const double> squares,
                          const std::vector<std::uint8_t>& met) {
  const PreparedStage& stage = design.first();
  const LonelyPsu lonely = design.design().lonely;
  double overall = 0;
  for (const double sum : sums) {
    overall += sum / static_cast<double>(stage.units);
  }
  double variance = 0;
  for (std::size_t h = 0; h < sums.size(); ++h) {
    const PreparedStage::Stratum& stratum = stage.strata[h];
    const double centred = squares[h] - sums[h] * sums[h] / static_cast<double>(stratum.units);
    if (centred > 1e-12 * squares[h]) { // less is rounding: all units of the stratum are alike
      variance += squared_weight(stage, stratum) * centred;
    }
    if (lonely == LonelyPsu::adjust && is_lonely(stratum)) {
      variance += stratum.multiplier * (1 - 1 / stratum.population) * (sums[h] - overall) * (sums[h] - overall);
    }
  }
  const double spread = lonely == LonelyPsu::average ? average_factor(stage, met) : 1;
  return variance * spread * spread;
}

stats::Matrix stage_covariance(const PreparedDesign& design, std::size_t number, const stats::Matrix& totals,
                               const std::vector<std::uint8_t>& members) {
  const PreparedStage& stage = design.stages()[number];
  refuse_lonely(design, number);
  const std::size_t k = totals.columns;
  const auto columns = static_cast<Eigen::Index>(k);
  const Eigen::Map<const Rows> units(totals.values.data(), static_cast<Eigen::Index>(stage.units), columns);
  Rows means = Rows::Zero(static_cast<Eigen::Index>(stage.strata.size()), columns);
  for (std::size_t unit = 0; unit < stage.units; ++unit) {
    means.row(static_cast<Eigen::Index>(stage.stratum(unit))) += units.row(static_cast<Eigen::Index>(unit));
  }
  const Eigen::RowVectorXd overall = means.colwise().sum() / static_cast<double>(std::max<std::size_t>(1, stage.units));
  std::vector<double> factor(stage.strata.size());
  for (std::size_t i = 0; i < stage.strata.size(); ++i) {
    const PreparedStage::Stratum& stratum = stage.strata[i];
    means.row(static_cast<Eigen::Index>(i)) /= static_cast<double>(std::max<std::size_t>(1, stratum.units));
    factor[i] = std::sqrt(squared_weight(stage, stratum));
    if (design.design().lonely == LonelyPsu::adjust && is_lonely(stratum)) {
      means.row(static_cast<Eigen::Index>(i)) = overall;
      factor[i] = std::sqrt(stratum.multiplier * (1 - 1 / stratum.population));
    }
  }
  // The number of blocks follows from the units alone, and the blocks are summed in their order: same bits at any number of threads.
  constexpr std::size_t most_blocks = 32;
  const std::size_t block_units = std::max<std::size_t>(4096, (stage.units + most_blocks - 1) / most_blocks);
  const std::size_t blocks = (stage.units + block_units - 1) / block_units;
  std::vector<Eigen::MatrixXd> sums(blocks);
  for_blocks(blocks, design.threads(), [&](std::size_t block) {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(columns, columns);
    constexpr std::size_t at_once = 512;
    Eigen::MatrixXd centred(columns, static_cast<Eigen::Index>(at_once));
    const std::size_t end = std::min(stage.units, (block + 1) * block_units);
    for (std::size_t from = block * block_units; from < end; from += at_once) {
      const auto size = static_cast<Eigen::Index>(std::min(at_once, end - from));
      for (Eigen::Index i = 0; i < size; ++i) {
        const std::size_t unit = from + static_cast<std::size_t>(i);
        const std::size_t stratum = stage.stratum(unit);
        const double by = stage.chance.empty() ? factor[stratum] : factor[stratum] * std::sqrt(1 - stage.chance[unit]);
        centred.col(i) = by * (units.row(static_cast<Eigen::Index>(unit)) - means.row(static_cast<Eigen::Index>(stratum))).transpose();
      }
      sum.selfadjointView<Eigen::Lower>().rankUpdate(centred.leftCols(size));
    }
    sums[block] = std::move(sum);
  });
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(columns, columns);
  for (const Eigen::MatrixXd& sum : sums) {
    covariance += sum;
  }
  std::vector<double> spread(k, 1);
  if (design.design().lonely == LonelyPsu::average) {
    std::vector<std::uint8_t> met(stage.strata.size());
    for (std::size_t j = 0; j < k; ++j) {
      for (std::size_t i = 0; i < met.size(); ++i) {
        met[i] = members[i * k + j];
      }
      spread[j] = average_factor(stage, met);
    }
  }
  stats::Matrix result(k, k);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      result(i, j) = spread[i] * spread[j] * covariance(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
      result(j, i) = result(i, j);
    }
  }
  return result;
}

stats::Matrix covariance_of_totals(const PreparedDesign& design, const stats::Matrix& scores) {
  if (scores.rows != design.rows()) {
    throw DomainError(fmt::format("{} rows of scores for {} rows of the design", scores.rows, design.rows()));
  }
  if (design.replicates() != nullptr) {
    return from_replicates(design, scores);
  }
  stats::Matrix residuals;
  if (design.residuals() != nullptr) {
    residuals = design.residuals()->residuals(scores);
  }
  const stats::Matrix& used = design.residuals() != nullptr ? residuals : scores;
  stats::Matrix covariance(scores.columns, scores.columns);
  for (std::size_t number = 0; number < design.stages().size(); ++number) {
    const PreparedStage& stage = design.stages()[number];
    std::vector<std::uint8_t> members;
    if (design.design().lonely == LonelyPsu::average) {
      members = members_by_stratum(stage, scores);
    }
    const bool joint = number == 0 && design.design().unequal && design.design().unequal->kind != JointProbabilities::brewer;
    const stats::Matrix totals = unit_totals(stage, used);
    const stats::Matrix added = joint ? joint_covariance(design, totals) : stage_covariance(design, number, totals, members);
    for (std::size_t i = 0; i < added.values.size(); ++i) {
      covariance.values[i] += added.values[i];
    }
  }
  return covariance;
}

} // namespace canvass::survey
