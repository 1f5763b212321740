#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/contingency.hpp"
#include "engine/stats/distributions.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

using namespace canvass::stats;
using canvass::DomainError;
using Values = std::vector<double>;

namespace {

CountTable counts(std::size_t rows, std::size_t columns, std::vector<std::int64_t> cells) {
  CountTable table;
  table.rows = rows;
  table.columns = columns;
  table.counts = std::move(cells);
  return table;
}

CountTable turned(const CountTable& table) {
  CountTable result = counts(table.columns, table.rows, {});
  for (std::size_t j = 0; j < table.columns; ++j) {
    for (std::size_t i = 0; i < table.rows; ++i) {
      result.counts.push_back(table.at(i, j));
    }
  }
  return result;
}

/// Fisher's p by listing every table with the margins, nothing clever.
double listed_p(const CountTable& table) {
  std::vector<std::int64_t> rows(table.rows, 0);
  std::vector<std::int64_t> columns(table.columns, 0);
  for (std::size_t i = 0; i < table.rows; ++i) {
    for (std::size_t j = 0; j < table.columns; ++j) {
      rows[i] += table.at(i, j);
      columns[j] += table.at(i, j);
    }
  }
  const auto density = [](const std::vector<std::int64_t>& cells) {
    double sum = 0;
    for (const std::int64_t cell : cells) {
      sum -= log_factorial(static_cast<double>(cell));
    }
    return sum;
  };
  const double limit = density(table.counts) + 1e-7;
  double all = 0;
  double extreme = 0;
  std::vector<std::int64_t> cells(table.counts.size(), 0);
  const std::function<void(std::size_t)> place = [&](std::size_t at) {
    if (at == cells.size()) {
      for (const std::int64_t rest : rows) {
        if (rest != 0) {
          return;
        }
      }
      const double value = density(cells);
      all += std::exp(value);
      extreme += value <= limit ? std::exp(value) : 0;
      return;
    }
    const std::size_t i = at / table.columns;
    const std::size_t j = at % table.columns;
    const bool last_row = i + 1 == table.rows;
    for (std::int64_t count = last_row ? columns[j] : 0; count <= std::min(rows[i], columns[j]); ++count) {
      cells[at] = count;
      rows[i] -= count;
      columns[j] -= count;
      place(at + 1);
      rows[i] += count;
      columns[j] += count;
    }
  };
  place(0);
  return extreme / all;
}

// matrix(c(4,1,0, 2,6,1, 0,5,2, 3,0,7), 3) of tests/reference/rank_tests.R, row by row.
const CountTable three_by_four = counts(3, 4, {4, 2, 0, 3, 1, 6, 5, 0, 0, 1, 2, 7});

} // namespace

TEST_CASE("tables: errors and empty ones", "[stats][contingency]") {
  const Values codes{1, 2};
  CHECK_THROWS_AS(cross_table(Values{1}, Values{1, 2}, codes, codes), DomainError);
  CHECK_THROWS_AS(cross_table(Values{3}, Values{1}, codes, codes), DomainError);
  CHECK_THROWS_AS(fisher_exact(counts(2, 2, {1, -1, 2, 3})), DomainError);
  CHECK_THROWS_AS(linear_by_linear(three_by_four, Values{1, 2}), DomainError);
  FisherOptions options;
  options.draws = 0;
  CHECK_THROWS_AS(fisher_exact(three_by_four, options), DomainError);
  CHECK(fisher_exact(counts(2, 2, {0, 0, 0, 0})).p_value == 1);
  CHECK(fisher_exact(counts(2, 3, {1, 2, 3, 0, 0, 0})).p_value == 1);
  CHECK(std::isnan(chi_square(counts(2, 2, {3, 2, 0, 0})).p_value));
  CHECK(std::isnan(linear_by_linear(counts(2, 2, {1, 0, 0, 0})).p_value));
  CHECK(linear_by_linear(counts(2, 2, {3, 2, 0, 0})).p_value == 1);
}

TEST_CASE("tables count people and keep the missing ones apart", "[stats][contingency]") {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const CountTable table = cross_table(Values{1, 2, 2, missing}, Values{5, 5, 7, 7}, Values{1, 2}, Values{5, 6, 7});
  CHECK(table.counts == std::vector<std::int64_t>{1, 0, 0, 1, 0, 1});
  CHECK(table.missing == 1);
  CHECK(table.total() == 3);
  const CountTable two = two_sample_table(Values{0.3, 1}, Values{0.1 + 0.2, missing});
  CHECK(two.columns == 2);
  CHECK(two.counts == std::vector<std::int64_t>{1, 1, 1, 0});
  CHECK(two.missing == 1);
}

TEST_CASE("tables: reference numbers", "[stats][contingency]") {
  CHECK(fisher_exact(three_by_four).p_value == Approx(0.000389631212064).epsilon(1e-9));
  const auto chi = chi_square(three_by_four);
  CHECK(chi.statistic == Approx(22.0351499118166).epsilon(1e-12));
  CHECK(chi.df == 6);
  CHECK(chi.p_value == Approx(0.00119324172774895).epsilon(1e-11));
  CHECK_FALSE(chi.warnings.empty()); // small expected counts
  const auto linear = linear_by_linear(three_by_four);
  CHECK(linear.z == Approx(2.77086030167626).epsilon(1e-12));
  CHECK(linear.p_value == Approx(0.00559084075805805).epsilon(1e-11));
  // An empty column changes the score of the next unless scores are given, and no other test.
  const CountTable gap = counts(3, 5, {4, 2, 0, 0, 3, 1, 6, 0, 5, 0, 0, 1, 0, 2, 7});
  CHECK(chi_square(gap).statistic == Approx(chi.statistic).epsilon(1e-13));
  CHECK(fisher_exact(gap).p_value == Approx(0.000389631212064).epsilon(1e-9));
  CHECK(linear_by_linear(gap, {}, Values{1, 2, 9, 3, 4}).z == Approx(linear.z).epsilon(1e-13));
  // matrix(c(8, 2, 3, 9), 2)
  const auto four = fisher_exact(counts(2, 2, {8, 3, 2, 9}));
  CHECK(four.p_value == Approx(0.02997312285).epsilon(1e-9));
  CHECK(four.p_less == Approx(0.999047392236).epsilon(1e-10));
  CHECK(four.p_greater == Approx(0.0149865614262).epsilon(1e-10));
  CHECK(four.odds_ratio == Approx(10.40299898).epsilon(1e-9)); // fisher.test prints 10.40372: its root finder stops at 1e-4
  CHECK(four.odds_ratio_interval.low == Approx(1.189667993).epsilon(1e-9));
  CHECK(four.odds_ratio_interval.high == Approx(157.3781558).epsilon(1e-9));
}

TEST_CASE("an odds ratio at the end of its range", "[stats][contingency]") {
  const auto none = fisher_exact(counts(2, 2, {0, 5, 4, 3}));
  CHECK(none.odds_ratio == 0);
  CHECK(none.odds_ratio_interval.low == 0);
  CHECK(std::isfinite(none.odds_ratio_interval.high));
  const auto all = fisher_exact(counts(2, 2, {5, 0, 3, 4}));
  CHECK(std::isinf(all.odds_ratio));
  CHECK(std::isinf(all.odds_ratio_interval.high));
  CHECK(std::isnan(fisher_exact(counts(2, 2, {5, 0, 4, 0})).odds_ratio));
}

TEST_CASE("the network finds what a list of all tables finds", "[stats][contingency]") {
  canvass::RandomStream stream(5, "tables");
  for (int round = 0; round < 25; ++round) {
    const std::size_t rows = 2 + stream.below(2);
    const std::size_t columns = 2 + stream.below(3);
    CountTable table = counts(rows, columns, {});
    for (std::size_t i = 0; i < rows * columns; ++i) {
      table.counts.push_back(stream.below(4));
    }
    const double p = fisher_exact(table).p_value;
    CHECK(p == Approx(listed_p(table)).epsilon(1e-10));
    CHECK(fisher_exact(turned(table)).p_value == Approx(p).epsilon(1e-10));
    CHECK(p <= 1);
  }
}

TEST_CASE("a table too large to enumerate is drawn, and says so", "[stats][contingency]") {
  FisherOptions options;
  options.node_limit = 5;
  options.draws = 20'000;
  const auto drawn = fisher_exact(three_by_four, options);
  CHECK(drawn.method == "Fisher, drawn tables");
  CHECK_FALSE(drawn.warnings.empty());
  CHECK(drawn.p_value == Approx(0.00039).margin(0.0006)); // four standard errors
  CHECK(drawn.p_value == fisher_exact(three_by_four, options).p_value);
}
