#ifndef CANVASS_ENGINE_STATS_CONTINGENCY_HPP
#define CANVASS_ENGINE_STATS_CONTINGENCY_HPP

#include "engine/stats/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace canvass::stats {

/// Counts by row and column.
struct CountTable {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<std::int64_t> counts; ///< row-major, rows x columns
  std::int64_t missing = 0;         ///< people without one of the two values
  std::vector<double> row_codes;    ///< what each row and column stands for; empty = not known
  std::vector<double> column_codes;

  [[nodiscard]] std::int64_t at(std::size_t row, std::size_t column) const { return counts[row * columns + column]; }
  [[nodiscard]] std::int64_t total() const;
};

/// Pairs of values counted: rows = row_codes, columns = column_codes, in the order given. NaN in either is missing; a value that is
/// no code is a DomainError, as are spans of unequal length.
CountTable cross_table(std::span<const double> row_values, std::span<const double> column_values, std::span<const double> row_codes,
                       std::span<const double> column_codes);
/// Two samples by category: row 0 = first, row 1 = second; columns = the values that occur, ascending (ties by tie_tolerance).
CountTable two_sample_table(std::span<const double> first, std::span<const double> second);

struct ChiSquareResult {
  std::string method = "chi-square";
  std::int64_t n = 0;
  double statistic = nan;
  double df = nan; ///< over rows and columns that are not empty
  double p_value = nan;
  double smallest_expected = nan;
  double cramers_v = nan;
  std::vector<std::string> warnings; ///< expected counts under 5 are named
};
/// Pearson's, no continuity correction. Empty rows and columns leave. Same as: chisq.test(x, correct = FALSE).
ChiSquareResult chi_square(const CountTable& table);

struct FisherOptions {
  /// Nodes of the enumeration allowed (about a second); beyond it tables are drawn and `method` says so.
  std::int64_t node_limit = 10'000'000;
  std::int64_t draws = 100'000;
  std::uint64_t seed = 0;
  std::string analysis; ///< names the random stream
};
struct FisherResult {
  std::string method = "Fisher exact";
  std::int64_t n = 0;
  double p_value = nan; ///< sum over tables at most as probable as this one (relative tolerance 1e-7)
  double p_less = nan;  ///< 2 x 2 only: cell (0, 0) this small or smaller
  double p_greater = nan;
  double odds_ratio = nan;      ///< 2 x 2 only: conditional maximum likelihood
  Interval odds_ratio_interval; ///< 2 x 2 only: exact conditional
  std::vector<std::string> warnings;
};
/// H0: rows and columns are independent, margins fixed. One row or one column in use: p = 1.
/// Source: Fisher 1935; Freeman and Halton 1951; Mehta and Patel 1983 (network). Same as: fisher.test(x).
FisherResult fisher_exact(const CountTable& table, const FisherOptions& options = {}, double level = 0.95);

struct LinearByLinearResult {
  std::string method = "linear-by-linear, asymptotic";
  std::int64_t n = 0;
  double z = nan;         ///< positive: high rows go with high columns
  double statistic = nan; ///< z^2, 1 df
  double p_value = nan;
  double correlation = nan;
  std::vector<std::string> warnings;
};
/// H0: no linear association between the row and the column scores; (n - 1) r^2. Empty scores mean the codes of
/// the table, or 1, 2, 3 ... where it has none.
/// Same as: coin::lbl_test(table, scores = ).
LinearByLinearResult linear_by_linear(const CountTable& table, std::span<const double> row_scores = {},
                                      std::span<const double> column_scores = {});

} // namespace canvass::stats

#endif
