#include "engine/survey/calibration_residuals.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/numbering.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace canvass::survey {

namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

void check(const Calibration& calibration, std::size_t rows) {
  if (calibration.before.size() != rows) {
    throw DomainError(fmt::format("a calibration has {} weights before for {} rows", calibration.before.size(), rows));
  }
  for (const Margin& margin : calibration.margins) {
    if (!margin.amount.empty()) {
      if (margin.amount.size() != rows) {
        throw DomainError(fmt::format("margin {} has {} amounts for {} rows", margin.name, margin.amount.size(), rows));
      }
      continue;
    }
    if (margin.cell.size() != rows) {
      throw DomainError(fmt::format("margin {} has {} cells for {} rows", margin.name, margin.cell.size(), rows));
    }
    const auto beyond = std::count_if(margin.cell.begin(), margin.cell.end(), [&](std::int32_t cell) {
      return cell < -1 || (cell >= 0 && static_cast<std::size_t>(cell) >= margin.totals.size());
    });
    if (beyond > 0) {
      throw DomainError(fmt::format("margin {} has {} rows in a cell that it has no total for", margin.name, beyond));
    }
  }
}

} // namespace

/// Cross-product [D B; B' C], the block D diagonal: its Schur complement C - B' D^-1 B is factorised with pivots. Columns of the second
/// part have unit diagonal in C, so that one tolerance fits all.
struct CalibrationResiduals::Factor {
  std::size_t first = 0; ///< columns of the diagonal block; they come first
  Eigen::VectorXd inverse_diagonal;
  Rows between;
  Eigen::VectorXd scale; ///< of the second part
  Eigen::LDLT<Eigen::MatrixXd> schur;
  Eigen::VectorXd pivots; ///< 1/d; 0 where the margins say a thing twice

  void solve(Rows& b) const {
    const auto n1 = static_cast<Eigen::Index>(first);
    const Eigen::Index n2 = scale.size();
    Rows scaled = inverse_diagonal.asDiagonal() * b.topRows(n1);
    if (n2 > 0) {
      Eigen::MatrixXd second = scale.asDiagonal() * (b.bottomRows(n2) - between.transpose() * scaled);
      second = schur.transpositionsP() * second;
      schur.matrixL().solveInPlace(second);
      second = pivots.asDiagonal() * second;
      schur.matrixU().solveInPlace(second);
      second = schur.transpositionsP().transpose() * second;
      b.bottomRows(n2) = scale.asDiagonal() * second;
      scaled -= inverse_diagonal.asDiagonal() * (between * b.bottomRows(n2));
    }
    b.topRows(n1) = scaled;
  }
};

CalibrationResiduals::CalibrationResiduals(const Calibration& calibration, std::span<const double> weights)
    : weights_(weights.begin(), weights.end()) {
  const std::size_t rows = weights.size();
  check(calibration, rows);
  const std::size_t margins = calibration.margins.size();

  // Patterns: rows with the same cells everywhere.
  pattern_of_row_.assign(rows, 0);
  std::vector<std::vector<std::int32_t>> cells_of_margin(margins); // by pattern
  std::vector<std::size_t> example(1, 0);
  for (std::size_t m = 0; m < margins; ++m) {
    Numbering numbering;
    const Margin& margin = calibration.margins[m];
    Numbering amounts; // equal amounts are one cell
    for (std::size_t row = 0; row < rows; ++row) {
      const std::int32_t cell = margin.amount.empty() ? margin.cell[row] : amounts.number(std::bit_cast<std::uint64_t>(margin.amount[row]));
      pattern_of_row_[row] = numbering.number(joined(pattern_of_row_[row], cell));
    }
    example.assign(numbering.size(), 0);
  }
  for (std::size_t row = rows; row-- > 0;) {
    example[static_cast<std::size_t>(pattern_of_row_[row])] = row;
  }
  const std::size_t patterns = rows == 0 ? 0 : example.size();

  // The largest margin that is known of every row comes first.
  std::vector<std::size_t> order(margins);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto diagonal_size = [&](std::size_t m) {
    const Margin& margin = calibration.margins[m];
    const bool whole =
        margin.amount.empty() && std::all_of(margin.cell.begin(), margin.cell.end(), [](std::int32_t cell) { return cell >= 0; });
    return whole ? margin.totals.size() : 0;
  };
  std::vector<std::size_t> diagonal(margins);
  std::transform(order.begin(), order.end(), diagonal.begin(), diagonal_size);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return diagonal[a] > diagonal[b]; });
  std::vector<std::size_t> start(margins, 0);
  std::size_t columns = 0;
  for (const std::size_t m : order) {
    start[m] = columns;
    columns += calibration.margins[m].totals.size();
  }

  cells_of_pattern_.resize(patterns);
  for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
    for (const std::size_t m : order) {
      const Margin& margin = calibration.margins[m];
      if (!margin.amount.empty()) {
        cells_of_pattern_[pattern].emplace_back(static_cast<std::int32_t>(start[m]), margin.amount[example[pattern]]);
        continue;
      }
      const std::int32_t cell = margin.cell[example[pattern]];
      if (cell >= 0) {
        cells_of_pattern_[pattern].emplace_back(static_cast<std::int32_t>(start[m]) + cell, 1.0);
        continue;
      }
      const double all = std::accumulate(margin.totals.begin(), margin.totals.end(), 0.0);
      for (std::size_t c = 0; c < margin.totals.size(); ++c) {
        cells_of_pattern_[pattern].emplace_back(static_cast<std::int32_t>(start[m] + c), margin.totals[c] / all);
      }
    }
  }

  back_.assign(rows, 0);
  std::vector<double> before(patterns, 0); // sum of weights before
  for (std::size_t row = 0; row < rows; ++row) {
    if (weights_[row] > 0) {
      back_[row] = calibration.before[row] / weights_[row];
      before[static_cast<std::size_t>(pattern_of_row_[row])] += calibration.before[row];
    }
  }

  auto factor = std::make_shared<Factor>();
  factor->first = margins == 0 ? 0 : diagonal[order.front()];
  const auto n1 = static_cast<Eigen::Index>(factor->first);
  const Eigen::Index n2 = static_cast<Eigen::Index>(columns) - n1;
  Eigen::VectorXd d = Eigen::VectorXd::Zero(n1);
  Eigen::MatrixXd c = Eigen::MatrixXd::Zero(n2, n2);
  factor->between = Rows::Zero(n1, n2);
  for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
    for (const Entry& left : cells_of_pattern_[pattern]) {
      const Eigen::Index i = left.first;
      if (i < n1) {
        d(i) += before[pattern] * left.second;
      }
      for (const Entry& right : cells_of_pattern_[pattern]) {
        const Eigen::Index j = right.first;
        if (j < n1) {
          continue;
        }
        (i < n1 ? factor->between(i, j - n1) : c(i - n1, j - n1)) += before[pattern] * left.second * right.second;
      }
    }
  }
  factor->inverse_diagonal = d.unaryExpr([](double value) { return value > 0 ? 1 / value : 0; });
  factor->scale = c.diagonal().unaryExpr([](double value) { return value > 0 ? 1 / std::sqrt(value) : 0; });
  c -= factor->between.transpose() * factor->inverse_diagonal.asDiagonal() * factor->between;
  if (n2 > 0) {
    factor->schur.compute(factor->scale.asDiagonal() * c * factor->scale.asDiagonal());
    constexpr double said_twice = 1e-10; // of a diagonal of 1; a margin with a cell of a millionth of the weight is still its own
    factor->pivots = factor->schur.vectorD().unaryExpr([](double pivot) { return pivot > said_twice ? 1 / pivot : 0; });
  }
  factor_ = std::move(factor);
}

stats::Matrix CalibrationResiduals::fits(const stats::Matrix& sums) const {
  const auto k = static_cast<Eigen::Index>(sums.columns);
  const auto columns = static_cast<Eigen::Index>(factor_->first) + factor_->scale.size();
  Rows beta = Rows::Zero(columns, k);
  for (std::size_t pattern = 0; pattern < cells_of_pattern_.size(); ++pattern) {
    const Eigen::Map<const Eigen::RowVectorXd> sum(sums.values.data() + pattern * sums.columns, k);
    for (const Entry& entry : cells_of_pattern_[pattern]) {
      beta.row(entry.first) += entry.second * sum;
    }
  }
  factor_->solve(beta);
  stats::Matrix fit(cells_of_pattern_.size(), sums.columns);
  for (std::size_t pattern = 0; pattern < cells_of_pattern_.size(); ++pattern) {
    Eigen::Map<Eigen::RowVectorXd> to(fit.values.data() + pattern * sums.columns, k);
    for (const Entry& entry : cells_of_pattern_[pattern]) {
      to += entry.second * beta.row(entry.first);
    }
  }
  return fit;
}

stats::Matrix CalibrationResiduals::residuals(const stats::Matrix& scores) const {
  const std::size_t k = scores.columns;
  stats::Matrix sums(patterns(), k);
  for (std::size_t row = 0; row < scores.rows; ++row) {
    const auto pattern = static_cast<std::size_t>(pattern_of_row_[row]);
    for (std::size_t j = 0; j < k; ++j) {
      sums(pattern, j) += back_[row] * scores(row, j);
    }
  }
  const stats::Matrix fit = fits(sums);
  stats::Matrix left = scores;
  for (std::size_t row = 0; row < scores.rows; ++row) {
    const auto pattern = static_cast<std::size_t>(pattern_of_row_[row]);
    for (std::size_t j = 0; j < k; ++j) {
      left(row, j) -= weights_[row] * fit(pattern, j);
    }
  }
  return left;
}

} // namespace canvass::survey
