#include "engine/survey/tables.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/eigen_bridge.hpp"
#include "engine/survey/calibration_residuals.hpp"
#include "engine/survey/domain_covariance.hpp"
#include "engine/survey/glm.hpp"
#include "engine/survey/glm_tests.hpp"
#include "engine/survey/quadratic.hpp"
#include "engine/survey/quadratic_forms.hpp"
#include "engine/survey/replicates.hpp"
#include "engine/survey/replication.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace canvass::survey {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using stats::index;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Number of the level in the list of those in use, by level; -1 where not in use.
std::vector<std::int32_t> positions(const std::vector<std::int32_t>& levels) {
  std::vector<std::int32_t> at(static_cast<std::size_t>(levels.back()) + 1, -1);
  for (std::size_t k = 0; k < levels.size(); ++k) {
    at[static_cast<std::size_t>(levels[k])] = static_cast<std::int32_t>(k);
  }
  return at;
}

bool counts(const PreparedDesign& design, std::span<const std::int32_t> row, std::span<const std::int32_t> column, std::size_t i) {
  return design.weights()[i] > 0 && row[i] >= 0 && column[i] >= 0;
}

/// Cell of each person (row-major), -1 where not counted.
std::vector<std::int32_t> cells_of(const PreparedDesign& design, const TwoWayTable& table, std::span<const std::int32_t> row,
                                   std::span<const std::int32_t> column) {
  const std::vector<std::int32_t> row_at = positions(table.row_levels);
  const std::vector<std::int32_t> column_at = positions(table.column_levels);
  std::vector<std::int32_t> cell(row.size(), -1);
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (counts(design, row, column, i)) {
      cell[i] = row_at[static_cast<std::size_t>(row[i])] * static_cast<std::int32_t>(table.columns()) +
                column_at[static_cast<std::size_t>(column[i])];
    }
  }
  return cell;
}

/// Can the covariance of the cells' totals be had from sums by stratum and calibration pattern, without rows x k scores? Under
/// LonelyPsu::average a column's members matter, which are those of all cells that it is made of: there the scores are made.
bool sums_serve(const PreparedDesign& design) {
  return design.replicates() == nullptr && design.stages().size() == 1 && !design.design().unequal &&
         design.design().lonely != LonelyPsu::average && (design.residuals() == nullptr || design.residuals()->by_pattern());
}

/// Covariance of the totals of w x (value of the person's cell): cells x k values.
MatrixXd covariance_by_cell(const PreparedDesign& design, const std::vector<std::int32_t>& cell, const MatrixXd& values) {
  if (sums_serve(design)) {
    DomainFacts total; // the total of w in each cell, as the mean of 1 about 0 over a weight of 1
    total.weight = 1;
    const std::vector<DomainFacts> totals(static_cast<std::size_t>(values.rows()), total);
    const std::vector<double> ones(cell.size(), 1.0);
    return values.transpose() * stats::to_eigen(domain_covariance(design, ones, cell, totals)) * values;
  }
  const auto k = static_cast<std::size_t>(values.cols());
  const stats::Matrix by_cell = stats::from_eigen(values);
  stats::Matrix scores(design.rows(), k);
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] >= 0) {
      const double* from = by_cell.values.data() + static_cast<std::size_t>(cell[i]) * k;
      double* to = scores.values.data() + i * k;
      for (std::size_t j = 0; j < k; ++j) {
        to[j] = design.weights()[i] * from[j];
      }
    }
  }
  return stats::to_eigen(covariance_of_totals(design, scores));
}

/// Orthonormal contrasts among n levels: n x (n - 1).
MatrixXd contrasts(std::size_t n) {
  MatrixXd h = MatrixXd::Zero(index(n), index(n) - 1);
  for (Index j = 0; j < h.cols(); ++j) {
    const auto above = static_cast<double>(j + 1);
    h.col(j).head(j + 1).setConstant(1 / std::sqrt(above * (above + 1)));
    h(j + 1, j) = -above / std::sqrt(above * (above + 1));
  }
  return h;
}

struct Margins {
  VectorXd row, column;
};

Margins margins_of(const TwoWayTable& table) {
  Margins m{VectorXd::Zero(index(table.rows())), VectorXd::Zero(index(table.columns()))};
  for (std::size_t r = 0; r < table.rows(); ++r) {
    for (std::size_t c = 0; c < table.columns(); ++c) {
      m.row[index(r)] += table.share(r, c);
      m.column[index(c)] += table.share(r, c);
    }
  }
  return m;
}

double sum_of_weights(const PreparedDesign& design, const std::vector<std::int32_t>& cell) {
  double sum = 0;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    sum += cell[i] >= 0 ? design.weights()[i] : 0;
  }
  return sum;
}

double df_of(const PreparedDesign& design, const std::vector<std::int32_t>& cell) {
  std::vector<std::uint8_t> member(cell.size());
  for (std::size_t i = 0; i < cell.size(); ++i) {
    member[i] = cell[i] >= 0 ? 1 : 0;
  }
  return degrees_of_freedom(design, member);
}

/// Wald's statistic of the (r - 1)(c - 1) differences between cells and the products of their margins.
void wald(const PreparedDesign& design, const std::vector<std::int32_t>& cell, bool adjusted, double nu, IndependenceTest& test) {
  const TwoWayTable& table = test.table;
  const Margins m = margins_of(table);
  const std::size_t across = table.columns() - 1;
  const std::size_t k = (table.rows() - 1) * across;
  MatrixXd values(index(table.shares.size()), index(k));
  VectorXd difference(index(k));
  for (std::size_t j = 0; j < k; ++j) {
    const std::size_t r = 1 + j / across;
    const std::size_t c = 1 + j % across;
    difference[index(j)] = table.share(r, c) - m.row[index(r)] * m.column[index(c)];
    for (std::size_t other = 0; other < table.shares.size(); ++other) {
      const double in_row = (other / table.columns() == r ? 1 : 0) - m.row[index(r)];
      const double in_column = (other % table.columns() == c ? 1 : 0) - m.column[index(c)];
      values(index(other), index(j)) = in_row * in_column; // how the difference of the totals moves with one person
    }
  }
  const double total = sum_of_weights(design, cell);
  test.df1 = static_cast<double>(k);
  test.df2 = adjusted ? nu - test.df1 + 1 : nu;
  const double chi2 = quadratic(covariance_by_cell(design, cell, values / total), difference);
  test.statistic = adjusted ? chi2 * test.df2 / (test.df1 * nu) : chi2 / test.df1;
  test.p_value = stats::f_sf(test.statistic, test.df1, test.df2);
  test.method = adjusted ? "adjusted Wald, F" : "Wald, F";
}

/// Covariance of `combinations` (cells x k) of the shares, by linearisation: the scores of a share are w (in the cell - share) / total.
MatrixXd covariance_of_shares(const PreparedDesign& design, const TwoWayTable& table, const std::vector<std::int32_t>& cell,
                              const MatrixXd& combinations) {
  const Eigen::Map<const VectorXd> shares(table.shares.data(), index(table.shares.size()));
  const Eigen::RowVectorXd centre = shares.transpose() * combinations;
  return covariance_by_cell(design, cell, (combinations.rowwise() - centre) / sum_of_weights(design, cell));
}

/// The same from the shares that each replicate finds.
MatrixXd covariance_of_replicate_shares(const PreparedDesign& design, const TwoWayTable& table, const std::vector<std::int32_t>& cell,
                                        const MatrixXd& combinations) {
  const stats::Matrix totals = replicate_totals(design, stats::Matrix(design.rows(), 1, 1.0), cell, table.shares.size());
  MatrixXd shares = stats::to_eigen(totals);
  const VectorXd people = shares.rowwise().sum();
  shares = people.cwiseInverse().asDiagonal() * shares;
  const Eigen::Map<const VectorXd> full(table.shares.data(), index(table.shares.size()));
  return stats::to_eigen(covariance_of_replicates(*design.replicates(), stats::from_eigen(shares * combinations),
                                                  stats::from_eigen_vector(combinations.transpose() * full)));
}

void rao_scott(const PreparedDesign& design, const std::vector<std::int32_t>& cell, TableStatistic statistic, double nu,
               IndependenceTest& test) {
  const TwoWayTable& table = test.table;
  const MatrixXd by_row = contrasts(table.rows());
  const MatrixXd by_column = contrasts(table.columns());
  MatrixXd basis(index(table.shares.size()), by_row.cols() * by_column.cols());
  for (Index k = 0; k < basis.rows(); ++k) {
    for (Index j = 0; j < basis.cols(); ++j) {
      basis(k, j) = by_row(k / index(table.columns()), j / by_column.cols()) * by_column(k % index(table.columns()), j % by_column.cols());
    }
  }
  VectorXd inverse(basis.rows());
  for (Index k = 0; k < basis.rows(); ++k) {
    const double share = table.shares[static_cast<std::size_t>(k)];
    inverse[k] = share > 0 ? 1 / share : 0;
  }
  const MatrixXd over_shares = inverse.asDiagonal() * basis;
  const MatrixXd believed = basis.transpose() * over_shares / static_cast<double>(table.n);
  const Eigen::LDLT<MatrixXd> factor(believed);
  if (!(factor.vectorD().minCoeff() > 1e-12 * factor.vectorD().maxCoeff())) {
    throw DomainError(fmt::format("the {} x {} table has too many empty cells for a test; join levels", table.rows(), table.columns()));
  }
  const MatrixXd real = design.replicates() != nullptr ? covariance_of_replicate_shares(design, table, cell, over_shares)
                                                       : covariance_of_shares(design, table, cell, over_shares);
  test.effects = generalised_effects(real, believed);
  double sum = 0;
  double square = 0;
  for (const double effect : test.effects) {
    sum += effect;
    square += effect * effect;
  }
  const double second = sum * sum / square; // df of the second-order statistic
  const auto k = static_cast<double>(basis.cols());
  switch (statistic) {
  case TableStatistic::f:
    test.method = "Rao-Scott second order, F";
    test.statistic = test.pearson / sum;
    test.df1 = second;
    test.df2 = second * nu;
    test.p_value = stats::f_sf(test.statistic, test.df1, test.df2);
    return;
  case TableStatistic::chisq:
    test.method = "Rao-Scott first order, chi-square";
    test.statistic = test.pearson / (sum / k);
    test.df1 = k;
    test.df2 = std::numeric_limits<double>::infinity();
    test.p_value = stats::chi2_sf(test.statistic, k);
    return;
  case TableStatistic::lincom:
  case TableStatistic::saddlepoint: break;
  case TableStatistic::wald:
  case TableStatistic::adjusted_wald: throw DomainError("Wald's tests are not made from Pearson's chi-square");
  }
  const bool exact = statistic == TableStatistic::lincom;
  test.method = exact ? "Pearson, weighted sum of chi-squares" : "Pearson, saddlepoint";
  test.statistic = test.pearson;
  test.df1 = k;
  test.df2 = second * nu;
  test.p_value = weighted_chi2_sf(test.pearson, test.effects, test.df2, exact ? TailMethod::exact : TailMethod::saddlepoint);
}

} // namespace

TwoWayTable two_way_table(const PreparedDesign& design, std::span<const std::int32_t> row, std::span<const std::int32_t> column) {
  if (row.size() != design.rows() || column.size() != design.rows()) {
    throw DomainError(fmt::format("a table of {} and {} answers does not fit {} rows of the design; give one a row", row.size(),
                                  column.size(), design.rows()));
  }
  TwoWayTable table;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] < -1 || column[i] < -1) {
      throw DomainError(fmt::format("level number {} stands in a table; levels count from 0, -1 is missing", std::min(row[i], column[i])));
    }
    if (counts(design, row, column, i)) {
      ++table.n;
      table.row_levels.push_back(row[i]);
      table.column_levels.push_back(column[i]);
    } else if (design.weights()[i] > 0) {
      ++table.missing;
    }
  }
  if (table.n == 0) {
    throw DomainError("nobody has both answers of the table");
  }
  for (std::vector<std::int32_t>* levels : {&table.row_levels, &table.column_levels}) {
    std::vector<std::uint8_t> met(static_cast<std::size_t>(*std::max_element(levels->begin(), levels->end())) + 1);
    for (const std::int32_t level : *levels) {
      met[static_cast<std::size_t>(level)] = 1;
    }
    levels->clear();
    for (std::size_t level = 0; level < met.size(); ++level) {
      if (met[level] != 0) {
        levels->push_back(static_cast<std::int32_t>(level));
      }
    }
  }
  table.shares.assign(table.rows() * table.columns(), 0);
  table.counts.assign(table.shares.size(), 0);
  const std::vector<std::int32_t> cell = cells_of(design, table, row, column);
  double total = 0;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] >= 0) {
      table.shares[static_cast<std::size_t>(cell[i])] += design.weights()[i];
      ++table.counts[static_cast<std::size_t>(cell[i])];
      total += design.weights()[i];
    }
  }
  for (double& share : table.shares) {
    share /= total;
  }
  return table;
}

IndependenceTest independence_test(const PreparedDesign& design, std::span<const std::int32_t> row, std::span<const std::int32_t> column,
                                   TableStatistic statistic) {
  IndependenceTest test;
  test.table = two_way_table(design, row, column);
  const TwoWayTable& table = test.table;
  if (table.rows() < 2 || table.columns() < 2) {
    throw DomainError(
        fmt::format("all {} people have the same {}; independence cannot be tested", table.n, table.rows() < 2 ? "row" : "column"));
  }
  const Margins m = margins_of(table);
  for (std::size_t r = 0; r < table.rows(); ++r) {
    for (std::size_t c = 0; c < table.columns(); ++c) {
      const double expected = m.row[index(r)] * m.column[index(c)];
      const double difference = table.share(r, c) - expected;
      test.pearson += static_cast<double>(table.n) * difference * difference / expected;
    }
  }
  const std::vector<std::int32_t> cell = cells_of(design, table, row, column);
  const double nu = df_of(design, cell);
  if (statistic == TableStatistic::wald || statistic == TableStatistic::adjusted_wald) {
    wald(design, cell, statistic == TableStatistic::adjusted_wald, nu, test);
  } else {
    rao_scott(design, cell, statistic, nu, test);
  }
  return test;
}

TrendTest trend_test(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> level,
                     std::span<const double> scores, double conf_level) {
  if (level.size() != design.rows() || y.size() != design.rows()) {
    throw DomainError(fmt::format("a trend of {} outcomes over {} levels does not fit {} rows of the design; give one a row", y.size(),
                                  level.size(), design.rows()));
  }
  std::vector<double> x(level.size(), nan);
  std::vector<std::int32_t> used;
  for (std::size_t i = 0; i < level.size(); ++i) {
    if (level[i] < 0) {
      continue;
    }
    const auto k = static_cast<std::size_t>(level[i]);
    if (!scores.empty() && k >= scores.size()) {
      throw DomainError(fmt::format("level number {} has no score; {} scores are given", level[i], scores.size()));
    }
    x[i] = scores.empty() ? static_cast<double>(k + 1) : scores[k];
    if (design.weights()[i] > 0 && !std::isnan(y[i])) {
      used.push_back(level[i]);
    }
  }
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  if (used.size() < 2) {
    throw DomainError(fmt::format("a trend needs two levels or more; {} are in use", used.size()));
  }
  Predictors line(design.rows());
  line.add_number("score", x);
  const GlmFit fit = fit_glm(design, Family::gaussian, y, line, conf_level);
  TrendTest test;
  test.n = fit.n;
  test.missing = fit.missing;
  test.slope = fit.coefficients[1];
  test.correlation = std::copysign(std::sqrt(std::max(0.0, 1 - fit.deviance / fit.null_deviance)), test.slope.estimate);
  test.departure = {nan, nan, nan, nan};
  if (used.size() > 2) {
    std::vector<std::string> others;
    for (std::size_t k = 2; k < used.size(); ++k) {
      std::vector<double> here(level.size());
      for (std::size_t i = 0; i < level.size(); ++i) {
        here[i] = level[i] < 0 ? nan : level[i] == used[k] ? 1.0 : 0.0;
      }
      others.push_back(fmt::format("level {}", used[k]));
      line.add_number(others.back(), here);
    }
    test.departure = wald_test(fit_glm(design, Family::gaussian, y, line, conf_level), others);
  }
  return test;
}

} // namespace canvass::survey
