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

struct CalibrationResiduals::Coefficients {
  Rows beta;             ///< of cells and amounts (columns x k)
  std::size_t cells = 0; ///< the first so many are of cells
};

CalibrationResiduals::CalibrationResiduals(const Calibration& calibration, std::span<const double> weights)
    : weights_(weights.begin(), weights.end()) {
  const std::size_t rows = weights.size();
  check(calibration, rows);
  std::vector<const Margin*> margins; // of cells
  for (const Margin& margin : calibration.margins) {
    if (margin.amount.empty()) {
      margins.push_back(&margin);
    } else {
      amounts_.push_back(margin.amount);
    }
  }

  // Patterns: rows with the same cells everywhere.
  pattern_of_row_.assign(rows, 0);
  std::vector<std::size_t> example(rows == 0 ? 0 : 1, 0);
  for (const Margin* margin : margins) {
    Numbering numbering;
    for (std::size_t row = 0; row < rows; ++row) {
      pattern_of_row_[row] = numbering.number(joined(pattern_of_row_[row], margin->cell[row]));
    }
    example.assign(numbering.size(), 0);
  }
  for (std::size_t row = rows; row-- > 0;) {
    example[static_cast<std::size_t>(pattern_of_row_[row])] = row;
  }

  // The largest margin that is known of every row comes first.
  const auto diagonal_size = [](const Margin* margin) {
    const bool whole = std::all_of(margin->cell.begin(), margin->cell.end(), [](std::int32_t cell) { return cell >= 0; });
    return whole ? margin->totals.size() : 0;
  };
  std::stable_sort(margins.begin(), margins.end(), [&](const Margin* a, const Margin* b) { return diagonal_size(a) > diagonal_size(b); });
  std::size_t cells = 0;
  cells_of_pattern_.resize(example.size());
  for (const Margin* margin : margins) {
    const double all = std::accumulate(margin->totals.begin(), margin->totals.end(), 0.0);
    for (std::size_t pattern = 0; pattern < example.size(); ++pattern) {
      const std::int32_t cell = margin->cell[example[pattern]];
      if (cell >= 0) {
        cells_of_pattern_[pattern].emplace_back(static_cast<std::int32_t>(cells) + cell, 1.0);
        continue;
      }
      for (std::size_t c = 0; c < margin->totals.size(); ++c) {
        cells_of_pattern_[pattern].emplace_back(static_cast<std::int32_t>(cells + c), margin->totals[c] / all);
      }
    }
    if (margin->last_not_known) {
      NotKnown of{static_cast<std::int32_t>(cells), static_cast<std::int32_t>(cells + margin->totals.size() - 1), margin->totals,
                  margin->totals.back() / all};
      of.share.pop_back();
      for (double& share : of.share) {
        share /= all - margin->totals.back();
      }
      not_known_.push_back(std::move(of));
    }
    cells += margin->totals.size();
  }
  if (!not_known_.empty()) {
    std::vector<double> after(example.size(), 0);
    before_over_after_.assign(example.size(), 0);
    for (std::size_t row = 0; row < rows; ++row) {
      after[static_cast<std::size_t>(pattern_of_row_[row])] += weights_[row];
      before_over_after_[static_cast<std::size_t>(pattern_of_row_[row])] += calibration.before[row];
    }
    const double scale =
        std::accumulate(after.begin(), after.end(), 0.0) / std::accumulate(before_over_after_.begin(), before_over_after_.end(), 0.0);
    for (std::size_t pattern = 0; pattern < example.size(); ++pattern) {
      before_over_after_[pattern] *= after[pattern] > 0 ? scale / after[pattern] : 0;
    }
  }

  back_.assign(rows, 0);
  std::vector<double> fit_weight(rows, 0);
  for (std::size_t row = 0; row < rows; ++row) {
    if (weights_[row] > 0) {
      fit_weight[row] = calibration.equal_fit ? 1 : calibration.before[row];
      back_[row] = fit_weight[row] / weights_[row];
    }
  }

  auto factor = std::make_shared<Factor>();
  factor->first = margins.empty() ? 0 : diagonal_size(margins.front());
  const auto n1 = static_cast<Eigen::Index>(factor->first);
  const Eigen::Index n2 = static_cast<Eigen::Index>(cells + amounts_.size()) - n1;
  Eigen::VectorXd d = Eigen::VectorXd::Zero(n1);
  Eigen::MatrixXd c = Eigen::MatrixXd::Zero(n2, n2);
  factor->between = Rows::Zero(n1, n2);
  const auto add = [&](Eigen::Index i, Eigen::Index j, double value) {
    if (i < n1 && j < n1) {
      if (i == j) {
        d(i) += value;
      }
    } else if (j >= n1) {
      (i < n1 ? factor->between(i, j - n1) : c(i - n1, j - n1)) += value;
    }
  };
  std::vector<double> of_pattern(example.size(), 0); // sum of the fit's weights
  for (std::size_t row = 0; row < rows; ++row) {
    of_pattern[static_cast<std::size_t>(pattern_of_row_[row])] += fit_weight[row];
  }
  for (std::size_t pattern = 0; pattern < example.size(); ++pattern) {
    for (const Entry& left : cells_of_pattern_[pattern]) {
      for (const Entry& right : cells_of_pattern_[pattern]) {
        add(left.first, right.first, of_pattern[pattern] * left.second * right.second);
      }
    }
  }
  for (std::size_t a = 0; a < amounts_.size(); ++a) {
    const auto column = static_cast<Eigen::Index>(cells + a);
    for (std::size_t row = 0; row < rows; ++row) {
      const double value = fit_weight[row] * amounts_[a][row];
      for (const Entry& entry : cells_of_pattern_[static_cast<std::size_t>(pattern_of_row_[row])]) {
        add(entry.first, column, value * entry.second);
        add(column, entry.first, value * entry.second);
      }
      for (std::size_t other = 0; other < amounts_.size(); ++other) {
        add(column, static_cast<Eigen::Index>(cells + other), value * amounts_[other][row]);
      }
    }
  }
  factor->inverse_diagonal = d.unaryExpr([](double value) { return value > 0 ? 1 / value : 0; });
  factor->scale = c.diagonal().unaryExpr([](double value) { return value > 0 ? 1 / std::sqrt(value) : 0; });
  c -= factor->between.transpose() * factor->inverse_diagonal.asDiagonal() * factor->between;
  if (n2 > 0) {
    factor->schur.compute(factor->scale.asDiagonal() * c * factor->scale.asDiagonal());
    constexpr double said_twice = 1e-10; // of a diagonal of 1
    factor->pivots = factor->schur.vectorD().unaryExpr([](double pivot) { return pivot > said_twice ? 1 / pivot : 0; });
  }
  factor_ = std::move(factor);
}

CalibrationResiduals::Coefficients CalibrationResiduals::coefficients(const stats::Matrix& sums, const stats::Matrix& amount_sums) const {
  const auto k = static_cast<Eigen::Index>(sums.columns);
  const Eigen::Index columns = static_cast<Eigen::Index>(factor_->first) + factor_->scale.size();
  Coefficients result;
  result.cells = static_cast<std::size_t>(columns) - amounts_.size();
  result.beta = Rows::Zero(columns, k);
  for (std::size_t pattern = 0; pattern < cells_of_pattern_.size(); ++pattern) {
    const Eigen::Map<const Eigen::RowVectorXd> sum(sums.values.data() + pattern * sums.columns, k);
    if ((sum.array() == 0).all()) {
      continue; // a domain meets few patterns
    }
    for (const Entry& entry : cells_of_pattern_[pattern]) {
      result.beta.row(entry.first) += entry.second * sum;
    }
  }
  for (std::size_t a = 0; a < amounts_.size(); ++a) {
    result.beta.row(static_cast<Eigen::Index>(result.cells + a)) =
        Eigen::Map<const Eigen::RowVectorXd>(amount_sums.values.data() + a * sums.columns, k);
  }
  factor_->solve(result.beta);
  return result;
}

stats::Matrix CalibrationResiduals::pattern_fits(const Coefficients& of) const {
  const Eigen::Index k = of.beta.cols();
  stats::Matrix fit(cells_of_pattern_.size(), static_cast<std::size_t>(k));
  std::vector<Eigen::RowVectorXd> apart; // of each margin not known everywhere: fit of its last cell less the mean of the others
  for (const NotKnown& margin : not_known_) {
    apart.emplace_back(of.beta.row(margin.last));
    for (std::size_t c = 0; c < margin.share.size(); ++c) {
      apart.back() -= margin.share[c] * of.beta.row(margin.first + static_cast<std::int32_t>(c));
    }
  }
  for (std::size_t pattern = 0; pattern < cells_of_pattern_.size(); ++pattern) {
    Eigen::Map<Eigen::RowVectorXd> to(fit.values.data() + pattern * fit.columns, k);
    const std::vector<Entry>& cells = cells_of_pattern_[pattern];
    for (std::size_t m = 0; m < apart.size(); ++m) {
      const NotKnown& margin = not_known_[m];
      const bool inside = std::any_of(cells.begin(), cells.end(), [&](const Entry& entry) { return entry.first == margin.last; });
      to -= ((inside ? 1 : 0) - margin.of_weights) * before_over_after_[pattern] * apart[m];
    }
    if (cells.size() == 2 && apart.empty()) { // two margins, the usual case, in one go
      to = cells[0].second * of.beta.row(cells[0].first) + cells[1].second * of.beta.row(cells[1].first);
      continue;
    }
    for (const Entry& entry : cells) {
      to += entry.second * of.beta.row(entry.first);
    }
  }
  return fit;
}

stats::Matrix CalibrationResiduals::fits(const stats::Matrix& sums) const {
  return pattern_fits(coefficients(sums, {}));
}

stats::Matrix CalibrationResiduals::residuals(const stats::Matrix& scores) const {
  const std::size_t k = scores.columns;
  stats::Matrix sums(patterns(), k);
  stats::Matrix amount_sums(amounts_.size(), k);
  for (std::size_t row = 0; row < scores.rows; ++row) {
    const auto pattern = static_cast<std::size_t>(pattern_of_row_[row]);
    for (std::size_t j = 0; j < k; ++j) {
      const double value = back_[row] * scores(row, j);
      sums(pattern, j) += value;
      for (std::size_t a = 0; a < amounts_.size(); ++a) {
        amount_sums(a, j) += amounts_[a][row] * value;
      }
    }
  }
  const Coefficients of = coefficients(sums, amount_sums);
  const stats::Matrix fit = pattern_fits(of);
  stats::Matrix left = scores;
  for (std::size_t row = 0; row < scores.rows; ++row) {
    const auto pattern = static_cast<std::size_t>(pattern_of_row_[row]);
    for (std::size_t j = 0; j < k; ++j) {
      double fitted = fit(pattern, j);
      for (std::size_t a = 0; a < amounts_.size(); ++a) {
        fitted += amounts_[a][row] * of.beta(static_cast<Eigen::Index>(of.cells + a), static_cast<Eigen::Index>(j));
      }
      left(row, j) -= weights_[row] * fitted;
    }
  }
  return left;
}

} // namespace canvass::survey
