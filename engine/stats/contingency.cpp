#include "engine/stats/contingency.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace canvass::stats {

namespace {

std::size_t code_of(double value, std::span<const double> codes) {
  const auto at = std::find_if(codes.begin(), codes.end(), [&](double code) { return std::fabs(code - value) <= tie_tolerance; });
  if (at == codes.end()) {
    throw DomainError(fmt::format("the value {} is not among the {} codes of the codebook", value, codes.size()));
  }
  return static_cast<std::size_t>(at - codes.begin());
}

std::vector<double> scores_or_ranks(std::span<const double> scores, const std::vector<double>& codes, std::size_t size, const char* what) {
  if (scores.empty() && codes.size() == size) {
    return codes;
  }
  if (scores.empty()) {
    std::vector<double> ranks(size);
    std::iota(ranks.begin(), ranks.end(), 1.0);
    return ranks;
  }
  if (scores.size() != size) {
    throw DomainError(fmt::format("{} {} scores for {} {}s; one each is needed", scores.size(), what, size, what));
  }
  return {scores.begin(), scores.end()};
}

} // namespace

std::int64_t CountTable::total() const {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

CountTable cross_table(std::span<const double> row_values, std::span<const double> column_values, std::span<const double> row_codes,
                       std::span<const double> column_codes) {
  if (row_values.size() != column_values.size()) {
    throw DomainError(
        fmt::format("{} row values and {} column values; one of each a person is needed", row_values.size(), column_values.size()));
  }
  CountTable table;
  table.rows = row_codes.size();
  table.columns = column_codes.size();
  table.row_codes.assign(row_codes.begin(), row_codes.end());
  table.column_codes.assign(column_codes.begin(), column_codes.end());
  table.counts.assign(table.rows * table.columns, 0);
  for (std::size_t i = 0; i < row_values.size(); ++i) {
    if (std::isnan(row_values[i]) || std::isnan(column_values[i])) {
      ++table.missing;
      continue;
    }
    ++table.counts[code_of(row_values[i], row_codes) * table.columns + code_of(column_values[i], column_codes)];
  }
  return table;
}

CountTable two_sample_table(std::span<const double> first, std::span<const double> second) {
  const Sample one = observed(first);
  const Sample two = observed(second);
  std::vector<double> values = one.values;
  values.insert(values.end(), two.values.begin(), two.values.end());
  std::sort(values.begin(), values.end());
  std::vector<double> codes;
  for (const double value : values) {
    if (codes.empty() || value - codes.back() > tie_tolerance) {
      codes.push_back(value);
    }
  }
  CountTable table;
  table.rows = 2;
  table.columns = codes.size();
  table.row_codes = {0, 1};
  table.column_codes = codes;
  table.counts.assign(2 * codes.size(), 0);
  table.missing = one.missing + two.missing;
  for (const double value : one.values) {
    ++table.counts[code_of(value, codes)];
  }
  for (const double value : two.values) {
    ++table.counts[codes.size() + code_of(value, codes)];
  }
  return table;
}

ChiSquareResult chi_square(const CountTable& table) {
  ChiSquareResult result;
  result.n = table.total();
  std::vector<double> rows(table.rows, 0.0);
  std::vector<double> columns(table.columns, 0.0);
  for (std::size_t i = 0; i < table.rows; ++i) {
    for (std::size_t j = 0; j < table.columns; ++j) {
      rows[i] += static_cast<double>(table.at(i, j));
      columns[j] += static_cast<double>(table.at(i, j));
    }
  }
  const auto used = [](const std::vector<double>& margin) {
    return static_cast<double>(std::count_if(margin.begin(), margin.end(), [](double count) { return count > 0; }));
  };
  const double used_rows = used(rows);
  const double used_columns = used(columns);
  if (used_rows < 2 || used_columns < 2) {
    result.warnings.emplace_back("one row or one column only: nothing to test");
    return result;
  }
  const double n = static_cast<double>(result.n);
  double sum = 0;
  int small = 0;
  result.smallest_expected = infinity;
  for (std::size_t i = 0; i < table.rows; ++i) {
    for (std::size_t j = 0; j < table.columns; ++j) {
      const double expected = rows[i] * columns[j] / n;
      if (expected <= 0) {
        continue;
      }
      const double deviation = static_cast<double>(table.at(i, j)) - expected;
      sum += deviation * deviation / expected;
      result.smallest_expected = std::min(result.smallest_expected, expected);
      small += expected < 5 ? 1 : 0;
    }
  }
  result.statistic = sum;
  result.df = (used_rows - 1) * (used_columns - 1);
  result.p_value = chi2_sf(sum, result.df);
  result.cramers_v = std::sqrt(sum / (n * (std::min(used_rows, used_columns) - 1)));
  if (small > 0) {
    result.warnings.push_back(fmt::format("{} of {} expected counts are under 5 (smallest {:.1f}): the approximation may be poor", small,
                                          used_rows * used_columns, result.smallest_expected));
  }
  return result;
}

LinearByLinearResult linear_by_linear(const CountTable& table, std::span<const double> row_scores, std::span<const double> column_scores) {
  const std::vector<double> by_row = scores_or_ranks(row_scores, table.row_codes, table.rows, "row");
  const std::vector<double> by_column = scores_or_ranks(column_scores, table.column_codes, table.columns, "column");
  LinearByLinearResult result;
  result.n = table.total();
  if (result.n < 2) {
    result.warnings.emplace_back("under 2 people: no test");
    return result;
  }
  const double n = static_cast<double>(result.n);
  double row_mean = 0;
  double column_mean = 0;
  for (std::size_t i = 0; i < table.rows; ++i) {
    for (std::size_t j = 0; j < table.columns; ++j) {
      row_mean += by_row[i] * static_cast<double>(table.at(i, j)) / n;
      column_mean += by_column[j] * static_cast<double>(table.at(i, j)) / n;
    }
  }
  double rows = 0;
  double columns = 0;
  double products = 0;
  for (std::size_t i = 0; i < table.rows; ++i) {
    for (std::size_t j = 0; j < table.columns; ++j) {
      const auto count = static_cast<double>(table.at(i, j));
      const double x = by_row[i] - row_mean;
      const double y = by_column[j] - column_mean;
      rows += count * x * x;
      columns += count * y * y;
      products += count * x * y;
    }
  }
  if (!(rows > 1e-12 && columns > 1e-12)) {
    result.z = result.statistic = 0;
    result.p_value = 1;
    result.warnings.emplace_back("everybody has the same score: nothing to test");
    return result;
  }
  result.correlation = std::clamp(products / std::sqrt(rows * columns), -1.0, 1.0);
  result.z = result.correlation * std::sqrt(n - 1);
  result.statistic = result.z * result.z;
  result.p_value = normal_two_sided_p(result.z);
  return result;
}

} // namespace canvass::stats
