#include "tests/stats/model_oracle.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/change_sums.hpp"
#include "engine/stats/relabelling.hpp"
#include "engine/stats/two_sample.hpp"
#include "engine/stats/westfall_young.hpp"

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
const std::vector<std::vector<double>> twelve{{0, 0, 0, 0, 0, 0},   {0, 1, 1, 0, 0, 1},  {1, 0, 1, -1, 0, 0}, {0, 0, -1, 0, 1, 0},
                                              {-1, 0, 0, 1, 0, -1}, {0, -1, 0, 0, 0, 1}, {1, 2, 1, 0, 1, 0},  {2, 1, 0, 0, 1, 1},
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

// tests/reference/westfall_young.R prints all numbers of the next three cases.
TEST_CASE("westfall-young between arms by complete enumeration", "[stats][westfall_young]") {
  const std::vector<double> t{-2.90659179488, -2.90659179488, -1.53392997769, -0.415227399269, -2.71163072273, -1.10282193314};
  const std::vector<double> raw{0.0454545454545, 0.0454545454545, 0.294372294372, 1, 0.0670995670996, 0.489177489177};
  const std::vector<double> adjusted{0.103896103896, 0.103896103896, 0.448051948052, 1, 0.209956709957, 0.69696969697};
  const auto result = westfall_young_between(table_of(twelve), first_treated(12, 6));
  CHECK(result.enumerated);
  CHECK(result.used == 924);
  for (std::size_t i = 0; i < t.size(); ++i) {
    CHECK(result.items[i].statistic == Approx(t[i]).epsilon(1e-11));
    CHECK(result.items[i].p_value == Approx(raw[i]).epsilon(1e-11));
    CHECK(result.items[i].p_adjusted == Approx(adjusted[i]).epsilon(1e-11));
  }
  CHECK(result.count == 2);
  CHECK(result.count_expected == Approx(0.108225108225).epsilon(1e-11));
  CHECK(result.count_p == Approx(0.004329004329).epsilon(1e-11));
  CHECK(result.max_t_quantile == Approx(2.90659179488).epsilon(1e-11));
  // P(2 or more of 6 at .05) if the items were independent: pbinom(1, 6, .05, lower.tail = FALSE).
  CHECK(result.count_p_binomial == Approx(0.0327738281250000).epsilon(1e-12));
}

TEST_CASE("westfall-young within matched pairs", "[stats][westfall_young]") {
  const std::vector<std::int32_t> pairs{1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6};
  const std::vector<double> raw{0.125, 0.125, 0.3125, 1, 0.0625, 0.25};
  const std::vector<double> adjusted{0.21875, 0.21875, 0.3125, 1, 0.21875, 0.625};
  const auto result = westfall_young_between(table_of(twelve), first_treated(12, 6), pairs);
  CHECK(result.relabellings == 64);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    CHECK(result.items[i].p_value == Approx(raw[i]).epsilon(1e-12));
    CHECK(result.items[i].p_adjusted == Approx(adjusted[i]).epsilon(1e-12));
  }
  CHECK(result.count == 0);
  CHECK(result.count_expected == 0);
  CHECK(result.count_p == 1);
}

TEST_CASE("westfall-young within an arm", "[stats][westfall_young]") {
  const std::vector<double> t{2.24441154372, 2.24441154372, 2.17124059337, 0.431787769588, 3.02251438712, 1.82023432888};
  const std::vector<double> raw{0.09375, 0.09375, 0.109375, 1, 0.03125, 0.1875};
  const std::vector<double> adjusted{0.2451171875, 0.2451171875, 0.2451171875, 1, 0.09375, 0.2451171875};
  const auto result = westfall_young_within(table_of(twelve));
  CHECK(result.relabellings == 2048); // one person never changed
  for (std::size_t i = 0; i < t.size(); ++i) {
    CHECK(result.items[i].statistic == Approx(t[i]).epsilon(1e-11));
    CHECK(result.items[i].p_value == Approx(raw[i]).epsilon(1e-11));
    CHECK(result.items[i].p_adjusted == Approx(adjusted[i]).epsilon(1e-11));
  }
  CHECK(result.count == 1);
  CHECK(result.count_expected == Approx(0.109375).epsilon(1e-12));
  CHECK(result.count_p == Approx(0.09375).epsilon(1e-12));
  CHECK(result.max_t_quantile == Approx(3.02251438712).epsilon(1e-11));
}

TEST_CASE("westfall-young as multtest enumerates it", "[stats][oracle][westfall_young]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto oracle = model_oracle::json("westfall_young.json");
  const auto data = model_oracle::csv("flat_subset12_change6items.csv");
  const std::vector<std::string> names{"calm", "secure", "tense", "at.ease", "upset", "comfortable"};
  std::vector<std::vector<double>> rows;
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < data.rows.size(); ++i) {
    std::vector<double> row;
    for (const std::string& name : names) {
      row.push_back(data.number(i, name));
    }
    rows.push_back(row);
    labels.push_back(data.number(i, "arm") == 1 ? 1 : 0);
  }
  const auto compare = [](const WestfallYoungResult& result, const nlohmann::json& expected) {
    CHECK(result.enumerated);
    for (const auto& row : expected) {
      INFO(row.dump());
      const WestfallYoungItem& item = result.items[row["index"].get<std::size_t>() - 1];
      CHECK(item.statistic == Approx(row["teststat"].get<double>()).margin(1e-12).epsilon(1e-11));
      CHECK(item.p_value == Approx(row["rawp"].get<double>()).epsilon(1e-11));
      CHECK(item.p_adjusted == Approx(row["adjp"].get<double>()).epsilon(1e-11));
    }
  };
  const auto between = westfall_young_between(table_of(rows), labels);
  CHECK(between.used == 924);
  compare(between, oracle["between_maxT"]);
  // minP has the same raw p-values; its adjustment and the rank statistic are other conventions.
  for (const auto& row : oracle["between_minP"]) {
    CHECK(between.items[row["index"].get<std::size_t>() - 1].p_value == Approx(row["rawp"].get<double>()).epsilon(1e-11));
  }
  const std::vector<std::vector<double>> paired = oracle["paired_data"];
  const auto within = westfall_young_within(table_of(paired));
  CHECK(within.used == 256);
  compare(within, oracle["paired_maxT"]);
}

TEST_CASE("the same bits at any number of threads", "[stats][westfall_young]") {
  const ChangeTable table = made_up(50, 11, 4, 0.05);
  WestfallYoungOptions options;
  options.permutations = 5000;
  options.seed = 9;
  options.analysis = "items";
  for (const bool between : {true, false}) {
    const auto run = [&](unsigned threads) {
      options.threads = threads;
      return between ? westfall_young_between(table, first_treated(50, 23), {}, options) : westfall_young_within(table, options);
    };
    const auto one = run(1);
    const auto three = run(3);
    CHECK_FALSE(one.enumerated);
    CHECK(one.used == 5000);
    CHECK(one.count == three.count);
    CHECK(one.count_p == three.count_p);
    CHECK(one.count_expected == three.count_expected);
    CHECK(one.max_t_quantile == three.max_t_quantile);
    for (std::size_t i = 0; i < one.items.size(); ++i) {
      CHECK(one.items[i].p_value == three.items[i].p_value);
      CHECK(one.items[i].p_adjusted == three.items[i].p_adjusted);
      CHECK(one.items[i].p_adjusted >= one.items[i].p_value);
    }
    // The smallest adjusted p cannot be below the smallest raw one, nor 0 where labels are drawn.
    CHECK(one.items[0].p_value >= 1 / 5001.0);
  }
}

TEST_CASE("drawn labels come near the enumerated ones", "[stats][westfall_young]") {
  WestfallYoungOptions options;
  options.permutations = 923; // one under the number of labellings
  const auto drawn = westfall_young_between(table_of(twelve), first_treated(12, 6), {}, options);
  const auto all = westfall_young_between(table_of(twelve), first_treated(12, 6));
  CHECK_FALSE(drawn.enumerated);
  for (std::size_t i = 0; i < drawn.items.size(); ++i) {
    // Four standard errors of a proportion of 923 draws.
    CHECK(drawn.items[i].p_value == Approx(all.items[i].p_value).margin(0.066));
    CHECK(drawn.items[i].p_adjusted == Approx(all.items[i].p_adjusted).margin(0.066));
  }
}

TEST_CASE("westfall-young does not depend on names, order, arms or units", "[stats][westfall_young]") {
  const auto result = westfall_young_between(table_of(twelve), first_treated(12, 6));
  SECTION("arms swapped: t turns, p stays") {
    std::vector<std::uint8_t> swapped(12, 1);
    std::fill(swapped.begin(), swapped.begin() + 6, std::uint8_t{0});
    const auto other = westfall_young_between(table_of(twelve), swapped);
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(other.items[i].statistic == -result.items[i].statistic);
      CHECK(other.items[i].p_adjusted == result.items[i].p_adjusted);
    }
  }
  SECTION("people and items in another order") {
    auto rows = twelve;
    auto labels = first_treated(12, 6);
    std::reverse(rows.begin(), rows.end());
    std::reverse(labels.begin(), labels.end());
    for (auto& row : rows) {
      std::reverse(row.begin(), row.end());
    }
    const auto other = westfall_young_between(table_of(rows), labels);
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(other.items[5 - i].p_value == result.items[i].p_value);
      CHECK(other.items[5 - i].p_adjusted == result.items[i].p_adjusted);
    }
    CHECK(other.count_p == result.count_p);
  }
  SECTION("thirds of a point: summed in floating point, ties still tie") {
    auto rows = twelve;
    for (auto& row : rows) {
      for (double& cell : row) {
        cell /= 3;
      }
    }
    const auto other = westfall_young_between(table_of(rows), first_treated(12, 6));
    const auto within = westfall_young_within(table_of(rows));
    const auto whole = westfall_young_within(table_of(twelve));
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(other.items[i].statistic == Approx(result.items[i].statistic).epsilon(1e-12));
      CHECK(other.items[i].p_value == result.items[i].p_value);
      CHECK(other.items[i].p_adjusted == result.items[i].p_adjusted);
      CHECK(within.items[i].p_adjusted == whole.items[i].p_adjusted);
    }
    CHECK(other.count_p == result.count_p);
  }
}

TEST_CASE("sums over any set of people give Welch's t", "[stats][westfall_young]") {
  canvass::RandomStream stream(3, "arms");
  for (const double unit : {1.0, 0.1}) { // packed words, then doubles
    ChangeTable table = made_up(17, 5, 8, 0.2);
    for (double& change : table.changes) {
      change *= unit;
    }
    const ArmSums sums(table.changes, table.people, table.outcomes);
    CHECK(sums.exact() == (unit == 1.0));
    std::vector<double> squares(sums.padded());
    for (int round = 0; round < 20; ++round) {
      std::vector<std::uint32_t> arm;
      for (std::uint32_t person = 0; person < 17; ++person) {
        if (stream.below(2) == 0) {
          arm.push_back(person);
        }
      }
      sums.welch_squares(arm, squares.data());
      for (std::size_t outcome = 0; outcome < 5; ++outcome) {
        std::vector<double> in;
        std::vector<double> out;
        for (std::uint32_t person = 0; person < 17; ++person) {
          (std::find(arm.begin(), arm.end(), person) != arm.end() ? in : out).push_back(table.at(person, outcome));
        }
        const WelchResult test = welch(out, in);
        if (test.n_first >= 2 && test.n_second >= 2 && test.std_error > 0) {
          CHECK(squares[outcome] == Approx(test.statistic * test.statistic).epsilon(1e-10).margin(1e-20));
        }
      }
    }
  }
}

TEST_CASE("every relabelling once", "[stats][westfall_young]") {
  const std::vector<std::uint8_t> marked{1, 1, 0, 0, 0, 1, 0};
  const std::vector<std::int32_t> sets{7, 7, 7, 7, 3, 3, 3};
  const Relabelling relabelling(marked, sets);
  CHECK(relabelling.ways() == 18); // 4 over 2, 3 over 1
  std::set<std::set<std::uint32_t>> seen;
  for (std::uint64_t index = 0; index < 18; ++index) {
    const auto chosen = relabelling.at(index);
    CHECK(chosen.size() == 3);
    CHECK(std::count_if(chosen.begin(), chosen.end(), [](std::uint32_t person) { return person < 4; }) == 2);
    seen.insert({chosen.begin(), chosen.end()});
  }
  CHECK(seen.size() == 18);
  Relabelling::Drawer drawer(relabelling, canvass::RandomStream(1, "x"));
  std::set<std::set<std::uint32_t>> drawn;
  for (int i = 0; i < 500; ++i) {
    const auto chosen = drawer.next();
    drawn.insert({chosen.begin(), chosen.end()});
  }
  CHECK(drawn == seen); // 500 draws miss one of 18 with a chance of 7e-12
}
