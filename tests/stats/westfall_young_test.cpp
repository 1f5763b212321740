#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/change_sums.hpp"
#include "engine/stats/relabelling.hpp"
#include "engine/stats/two_sample.hpp"
#include "engine/stats/westfall_young.hpp"
#include "tests/stats/model_oracle.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

using namespace canvass::stats;
using canvass::DomainError;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

ChangeTable table_of(const std::vector<std::vector<double>>& rows) {
  ChangeTable table;
  table.people = rows.size();
  table.outcomes = rows.empty() ? 0 : rows[0].size();
  for (const auto& row : rows) {
    table.changes.insert(table.changes.end(), row.begin(), row.end());
  }
  for (std::size_t i = 0; i < table.outcomes; ++i) {
    table.names.push_back("q" + std::to_string(i + 1));
  }
  return table;
}

/// Made-up changes, -2 .. 2 with some missing, from a named stream.
ChangeTable made_up(std::size_t people, std::size_t outcomes, std::uint64_t seed, double gaps) {
  canvass::RandomStream stream(seed, "made up");
  std::vector<std::vector<double>> rows(people, std::vector<double>(outcomes));
  for (auto& row : rows) {
    for (double& cell : row) {
      const double value = std::round(stream.normal());
      cell = stream.uniform() < gaps ? missing : std::clamp(value, -2.0, 2.0);
    }
  }
  return table_of(rows);
}

std::vector<std::uint8_t> first_treated(std::size_t people, std::size_t treated) {
  std::vector<std::uint8_t> labels(people, 0);
  std::fill(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(treated), std::uint8_t{1});
  return labels;
}

/// Twelve people, six items, changes between two waves: enumerated by multtest (tests/reference/westfall_young.R).
const std::vector<std::vector<double>> twelve{{0, 0, 0, 0, 0, 0},   {0, 1, 1, 0, 0, 1},   {1, 0, 1, -1, 0, 0}, {0, 0, -1, 0, 1, 0},
                                              {-1, 0, 0, 1, 0, -1}, {0, -1, 0, 0, 0, 1},  {1, 2, 1, 0, 1, 0},  {2, 1, 0, 0, 1, 1},
                                              {1, 1, 2, 1, 0, 1},   {1, 0, 1, -1, 2, 0}, {2, 1, 0, 1, 1, 0},  {0, 2, 1, 0, 1, 2}};

} // namespace

TEST_CASE("westfall-young refuses wrong calls", "[stats][westfall_young]") {
  const ChangeTable table = table_of(twelve);
  const auto labels = first_treated(12, 6);
  CHECK_THROWS_AS(westfall_young_between(table, first_treated(11, 5)), DomainError);
  CHECK_THROWS_AS(westfall_young_between(table, first_treated(12, 0)), DomainError);
  CHECK_THROWS_AS(westfall_young_between(table, first_treated(12, 12)), DomainError);
  CHECK_THROWS_AS(westfall_young_between(table, labels, std::vector<std::int32_t>{1, 2}), DomainError);
  WestfallYoungOptions options;
  options.permutations = 0;
  CHECK_THROWS_AS(westfall_young_between(table, labels, {}, options), DomainError);
  options.permutations = 1'000'000'000;
  CHECK_THROWS_AS(westfall_young_within(table, options), DomainError);
  options = {};
  options.level = 1;
  CHECK_THROWS_AS(westfall_young_within(table, options), DomainError);
  ChangeTable wrong = table;
  wrong.changes.pop_back();
  CHECK_THROWS_AS(westfall_young_within(wrong), DomainError);
  wrong = table;
  wrong.changes[3] = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(westfall_young_within(wrong), DomainError);
}

TEST_CASE("westfall-young with nothing to permute", "[stats][westfall_young]") {
  SECTION("no outcomes, no people") {
    const auto result = westfall_young_within(ChangeTable{});
    CHECK(result.people == 0);
    CHECK(result.family_size == 0);
    CHECK_FALSE(result.warnings.empty());
  }
  SECTION("nobody has an outcome") {
    CHECK_THROWS_AS(westfall_young_between(table_of({{missing}, {missing}}), first_treated(2, 1)), DomainError);
  }
  SECTION("one person in an arm: the item leaves, named") {
    const auto result = westfall_young_between(table_of({{1}, {0}, {2}}), first_treated(3, 1));
    CHECK(result.family_size == 0);
    CHECK_FALSE(result.items[0].in_family);
    CHECK(result.items[0].left_because == "under 2 people in an arm");
    CHECK(std::isnan(result.items[0].p_adjusted));
  }
  SECTION("matched sets that leave one labelling only") {
    const std::vector<std::int32_t> sets{1, 1, 2, 2};
    const auto result = westfall_young_between(table_of({{1}, {2}, {0}, {1}}), first_treated(4, 2), sets);
    CHECK(result.relabellings == 1);
    CHECK(result.items[0].p_value == 1);
    CHECK(result.items[0].p_adjusted == 1);
    CHECK_FALSE(result.warnings.empty());
  }
}

TEST_CASE("constant items leave the family and are named", "[stats][westfall_young]") {
  auto rows = twelve;
  for (auto& row : rows) {
    row[2] = 1;
  }
  const auto result = westfall_young_between(table_of(rows), first_treated(12, 6));
  CHECK(result.family_size == 5);
  CHECK(result.items[2].left_because == "constant");
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0] == "left the family: q3 (constant)");
  // Within an arm everybody up by one is a change like another; nobody changed is not.
  CHECK(westfall_young_within(table_of(rows)).family_size == 6);
  for (auto& row : rows) {
    row[2] = 0;
  }
  CHECK(westfall_young_within(table_of(rows)).family_size == 5);
}

TEST_CASE("0/0 is 0 and x/0 is infinite in every relabelling", "[stats][westfall_young]") {
  // Treated all 1, control all 0: t = infinite; only this labelling and its mirror are so.
  const auto result = westfall_young_between(table_of({{1}, {1}, {1}, {0}, {0}, {0}}), first_treated(6, 3));
  CHECK(std::isinf(result.items[0].statistic));
  CHECK(result.relabellings == 20);
  CHECK(result.enumerated);
  CHECK(result.items[0].p_value == Approx(0.1).epsilon(1e-14));
}

TEST_CASE("gaps move with the person and are counted", "[stats][westfall_young]") {
  auto rows = twelve;
  rows[0] = {missing, missing, missing, missing, missing, missing};
  rows[3][1] = missing;
  const auto result = westfall_young_between(table_of(rows), first_treated(12, 6));
  CHECK(result.people == 11);
  CHECK(result.without_outcome == 1);
  CHECK(result.n_second == 5);
  CHECK(result.items[1].missing == 1);
  CHECK(result.items[1].n_second == 4);
  CHECK(result.relabellings == 462);
  std::vector<double> control;
  std::vector<double> treated;
  for (std::size_t i = 0; i < 12; ++i) {
    (i < 6 ? treated : control).push_back(rows[i][1]);
  }
  CHECK(result.items[1].statistic == Approx(welch(control, treated).statistic).epsilon(1e-12));
}
