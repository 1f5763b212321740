#include "engine/survey/ordered_association.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/replicates.hpp"
#include "engine/survey/replication.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace canvass::survey {

namespace {

/// Of each cell: the share that stands above or below it on both questions, and the share that stands above on the one and below on the
/// other; and what these sum to over pairs.
struct Pairs {
  std::vector<double> with, against;
  double concordant = 0, discordant = 0;

  [[nodiscard]] double gamma() const { return (concordant - discordant) / (concordant + discordant); }
};

/// From shares of cells, row after row. Sums over quarters of the table are kept, so that the work grows with the cells.
Pairs pairs_of(const std::vector<double>& shares, std::size_t columns) {
  const std::size_t rows = shares.size() / columns;
  const std::size_t across = columns + 1;
  std::vector<double> before((rows + 1) * across, 0); // sum of the cells of lower rows and lower columns
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      before[(r + 1) * across + c + 1] =
          shares[r * columns + c] + before[r * across + c + 1] + before[(r + 1) * across + c] - before[r * across + c];
    }
  }
  const auto sum = [&](std::size_t from_row, std::size_t to_row, std::size_t from_column, std::size_t to_column) {
    return before[to_row * across + to_column] - before[from_row * across + to_column] - before[to_row * across + from_column] +
           before[from_row * across + from_column];
  };
  Pairs pairs;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      pairs.with.push_back(sum(0, r, 0, c) + sum(r + 1, rows, c + 1, columns));
      pairs.against.push_back(sum(0, r, c + 1, columns) + sum(r + 1, rows, 0, c));
      pairs.concordant += shares[r * columns + c] * pairs.with.back();
      pairs.discordant += shares[r * columns + c] * pairs.against.back();
    }
  }
  return pairs;
}

/// Cell of the table by row, -1 where the person does not count.
std::vector<std::int32_t> cells_of(const PreparedDesign& design, const TwoWayTable& table, std::span<const std::int32_t> row,
                                   std::span<const std::int32_t> column) {
  const auto place = [](const std::vector<std::int32_t>& levels, std::int32_t level) {
    return std::lower_bound(levels.begin(), levels.end(), level) - levels.begin();
  };
  std::vector<std::int32_t> cells;
  cells.reserve(row.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool counts = design.weights()[i] > 0 && row[i] >= 0 && column[i] >= 0;
    cells.push_back(counts ? static_cast<std::int32_t>(place(table.row_levels, row[i]) * static_cast<std::ptrdiff_t>(table.columns()) +
                                                       place(table.column_levels, column[i]))
                           : -1);
  }
  return cells;
}

double variance_by_replicates(const PreparedDesign& design, const TwoWayTable& table, const std::vector<std::int32_t>& cells, double full) {
  const stats::Matrix sums = replicate_totals(design, stats::Matrix(design.rows(), 1, 1.0), cells, table.shares.size());
  stats::Matrix gammas(sums.rows, 1);
  std::vector<double> shares(table.shares.size());
  for (std::size_t r = 0; r < sums.rows; ++r) {
    for (std::size_t c = 0; c < shares.size(); ++c) {
      shares[c] = sums(r, c); // gamma does not mind what they add up to
    }
    const Pairs pairs = pairs_of(shares, table.columns());
    if (!(pairs.concordant + pairs.discordant > 0)) {
      throw DomainError(fmt::format("in replicate {} of {} every pair of people is tied; gamma has no value there", r + 1, sums.rows));
    }
    gammas(r, 0) = pairs.gamma();
  }
  return covariance_of_replicates(*design.replicates(), gammas, std::vector<double>{full})(0, 0);
}

double variance_by_linearisation(const PreparedDesign& design, const std::vector<std::int32_t>& cells, const Pairs& pairs) {
  double total = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    total += cells[i] >= 0 ? design.weights()[i] : 0;
  }
  // Derivatives by the shares; their mean over people is 0, because gamma does not change when all shares grow alike.
  const double untied = pairs.concordant + pairs.discordant;
  stats::Matrix scores(cells.size(), 1);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] >= 0) {
      const auto cell = static_cast<std::size_t>(cells[i]);
      const double slope = 4 * (pairs.discordant * pairs.with[cell] - pairs.concordant * pairs.against[cell]) / (untied * untied);
      scores(i, 0) = design.weights()[i] * slope / total;
    }
  }
  return covariance_of_totals(design, scores)(0, 0);
}

} // namespace

OrderedAssociation goodman_kruskal_gamma(const PreparedDesign& design, std::span<const std::int32_t> row,
                                         std::span<const std::int32_t> column, double level) {
  OrderedAssociation result;
  result.table = two_way_table(design, row, column);
  const TwoWayTable& table = result.table;
  if (table.rows() < 2 || table.columns() < 2) {
    throw DomainError(fmt::format("all {} people give the same answer to one of the two questions; gamma has no value", table.n));
  }
  const Pairs pairs = pairs_of(table.shares, table.columns());
  result.concordant = pairs.concordant;
  result.discordant = pairs.discordant;
  const std::vector<std::int32_t> cells = cells_of(design, table, row, column);
  const double gamma = pairs.gamma();
  // All pairs one way: sums of quarters leave a little of either kind, which is no error.
  const double rounding = 1e-12 * (pairs.concordant + pairs.discordant);
  const bool one_way = pairs.concordant <= rounding || pairs.discordant <= rounding;
  double variance = 0;
  if (!one_way) {
    variance = design.replicates() != nullptr ? variance_by_replicates(design, table, cells, gamma)
                                              : variance_by_linearisation(design, cells, pairs);
  }
  std::vector<std::uint8_t> member;
  member.reserve(cells.size());
  for (const std::int32_t cell : cells) {
    member.push_back(cell >= 0 ? 1 : 0);
  }
  result.gamma = stats::inference_from(gamma, std::sqrt(variance), degrees_of_freedom(design, member), level);
  return result;
}

} // namespace canvass::survey
