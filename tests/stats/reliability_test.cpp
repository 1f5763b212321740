#include "tests/stats/model_oracle.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/reliability.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace canvass::stats;
using canvass::DomainError;
using Values = std::vector<double>;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

ItemTable items_of(const std::vector<Values>& rows) {
  ItemTable table;
  table.people = rows.size();
  table.items = rows.empty() ? 0 : rows[0].size();
  for (const Values& row : rows) {
    table.values.insert(table.values.end(), row.begin(), row.end());
  }
  return table;
}

/// R's `attitude`: 30 departments, 7 questions (Chatterjee and Price).
const std::vector<Values> attitude{
    {43, 51, 30, 39, 61, 92, 45}, {63, 64, 51, 54, 63, 73, 47}, {71, 70, 68, 69, 76, 86, 48}, {61, 63, 45, 47, 54, 84, 35},
    {81, 78, 56, 66, 71, 83, 47}, {43, 55, 49, 44, 54, 49, 34}, {58, 67, 42, 56, 66, 68, 35}, {71, 75, 50, 55, 70, 66, 41},
    {72, 82, 72, 67, 71, 83, 31}, {67, 61, 45, 47, 62, 80, 41}, {64, 53, 53, 58, 58, 67, 34}, {67, 60, 47, 39, 59, 74, 41},
    {69, 62, 57, 42, 55, 63, 25}, {68, 83, 83, 45, 59, 77, 35}, {77, 77, 54, 72, 79, 77, 46}, {81, 90, 50, 72, 60, 54, 36},
    {74, 85, 64, 69, 79, 79, 63}, {65, 60, 65, 75, 55, 80, 60}, {65, 70, 46, 57, 75, 85, 46}, {50, 58, 68, 54, 64, 78, 52},
    {50, 40, 33, 34, 43, 64, 33}, {64, 61, 52, 62, 66, 80, 41}, {53, 66, 52, 50, 63, 80, 37}, {40, 37, 42, 58, 50, 57, 49},
    {63, 54, 42, 48, 66, 75, 33}, {66, 77, 66, 63, 88, 76, 72}, {78, 75, 58, 74, 80, 78, 49}, {48, 57, 44, 45, 51, 83, 38},
    {85, 85, 71, 71, 77, 74, 55}, {82, 82, 39, 59, 64, 78, 39}};

} // namespace

TEST_CASE("alpha: errors, empty, one, constant", "[stats][reliability]") {
  CHECK_THROWS_AS(cronbach_alpha(items_of(attitude), 0), DomainError);
  ItemTable wrong = items_of(attitude);
  wrong.values.pop_back();
  CHECK_THROWS_AS(cronbach_alpha(wrong), DomainError);
  CHECK_THROWS_AS(cronbach_alpha(items_of({{1, std::numeric_limits<double>::infinity()}, {1, 2}})), DomainError);
  CHECK(std::isnan(cronbach_alpha(ItemTable{}).alpha));
  CHECK(std::isnan(cronbach_alpha(items_of({{1}, {2}})).alpha));
  CHECK(std::isnan(cronbach_alpha(items_of({{1, 2}})).alpha));
  const auto flat = cronbach_alpha(items_of({{3, 3}, {3, 3}, {3, 3}}));
  CHECK(std::isnan(flat.alpha));
  CHECK_FALSE(flat.warnings.empty());
  const auto one_flat = cronbach_alpha(items_of({{1, 2, 3}, {2, 3, 3}, {3, 5, 3}}));
  CHECK(std::isfinite(one_flat.alpha));
  CHECK(std::isnan(one_flat.by_item[2].item_rest));
  CHECK(std::isnan(one_flat.alpha_standardised));
}

TEST_CASE("alpha: missing answers are counted and used pairwise by name", "[stats][reliability]") {
  auto rows = attitude;
  rows[0][3] = missing;
  rows[5] = Values(7, missing);
  const auto result = cronbach_alpha(items_of(rows));
  CHECK(result.n == 28);
  CHECK(result.missing == 2);
  auto complete = attitude;
  complete.erase(complete.begin() + 5);
  complete.erase(complete.begin());
  CHECK(result.alpha == Approx(cronbach_alpha(items_of(complete)).alpha).epsilon(1e-13));
  CHECK(result.alpha_pairwise != result.alpha);
  CHECK(result.alpha_pairwise == Approx(result.alpha).margin(0.02));
}

// tests/reference/rank_tests.R, "alpha": alpha, Feldt, standardised, lambda 6, r.drop and alpha without the first item
TEST_CASE("alpha: reference numbers", "[stats][reliability]") {
  const auto result = cronbach_alpha(items_of(attitude));
  CHECK(result.alpha == Approx(0.84314276956476).epsilon(1e-12));
  CHECK(result.alpha_pairwise == Approx(0.84314276956476).epsilon(1e-12));
  CHECK(result.interval.low == Approx(0.739375685643107).epsilon(1e-11));
  CHECK(result.interval.high == Approx(0.915773072159982).epsilon(1e-11));
  CHECK(result.alpha_standardised == Approx(0.839083803029511).epsilon(1e-12));
  CHECK(result.lambda6 == Approx(0.875215137360349).epsilon(1e-11));
  CHECK(result.by_item[0].item_rest == Approx(0.671262057223664).epsilon(1e-12));
  CHECK(result.by_item[0].alpha_if_dropped == Approx(0.809760206308921).epsilon(1e-12));
}

TEST_CASE("alpha: order, units, and an item that runs the other way", "[stats][reliability]") {
  const auto result = cronbach_alpha(items_of(attitude));
  auto rows = attitude;
  for (Values& row : rows) {
    std::swap(row[0], row[6]);
    for (double& cell : row) {
      cell = 2 * cell + 7;
    }
  }
  const auto other = cronbach_alpha(items_of(rows));
  CHECK(other.alpha == Approx(result.alpha).epsilon(1e-12));
  CHECK(other.by_item[6].item_rest == Approx(result.by_item[0].item_rest).epsilon(1e-12));
  CHECK(other.sem == Approx(2 * result.sem).epsilon(1e-12));
  auto turned = attitude;
  for (Values& row : turned) {
    row[1] = -row[1];
  }
  const auto wrong_way = cronbach_alpha(items_of(turned));
  CHECK(wrong_way.by_item[1].item_rest < 0);
  CHECK_FALSE(wrong_way.warnings.empty());
  CHECK(wrong_way.alpha < result.alpha);
}

TEST_CASE("floor and ceiling", "[stats][reliability]") {
  CHECK_THROWS_AS(floor_ceiling(Values{1}, 5, 1), DomainError);
  CHECK_THROWS_AS(floor_ceiling(Values{6}, 1, 5), DomainError);
  CHECK(std::isnan(floor_ceiling(Values{missing}, 1, 5).floor));
  const auto result = floor_ceiling(Values{1, 1, 3, 5, missing}, 1, 5);
  CHECK(result.n == 4);
  CHECK(result.missing == 1);
  CHECK(result.floor == 0.5);
  CHECK(result.ceiling == 0.25);
  CHECK(result.flagged);
  CHECK_FALSE(floor_ceiling(Values{2, 3, 4}, 1, 5).flagged);
}

TEST_CASE("alpha of the public cohort", "[stats][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto expected = model_oracle::json("flat_scale.json")["alpha_T1"];
  const auto data = model_oracle::csv("flat_frontline_vs_control_T1T2T3_20items.csv");
  // The items that say the opposite of anxiety are turned, as the scale's key says.
  const std::vector<std::string> turned{"calm",      "secure",  "at.ease", "rested", "comfortable",
                                        "confident", "relaxed", "content", "joyful", "pleasant"};
  std::vector<Values> rows;
  for (std::size_t i = 0; i < data.rows.size(); ++i) {
    if (data.number(i, "time") != 1) {
      continue;
    }
    Values row;
    for (std::size_t j = 3; j < data.header.size(); ++j) {
      const bool reverse = std::find(turned.begin(), turned.end(), data.header[j]) != turned.end();
      const double value = data.number(i, data.header[j]);
      row.push_back(reverse ? 5 - value : value);
    }
    rows.push_back(row);
  }
  const auto result = cronbach_alpha(items_of(rows));
  CHECK(result.n == expected["n"].get<int>());
  CHECK(result.items == expected["k"].get<int>());
  CHECK(result.alpha == Approx(expected["raw"].get<double>()).epsilon(1e-11));
  CHECK(result.alpha_standardised == Approx(expected["std"].get<double>()).epsilon(1e-11));
  CHECK(result.lambda6 == Approx(expected["G6"].get<double>()).epsilon(1e-9));
  CHECK(result.interval.low == Approx(expected["feldt"][0].get<double>()).epsilon(1e-10));
  CHECK(result.interval.high == Approx(expected["feldt"][2].get<double>()).epsilon(1e-10));
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(result.by_item[i].item_rest == Approx(expected["r_drop"][i].get<double>()).epsilon(1e-10));
    CHECK(result.by_item[i].alpha_if_dropped == Approx(expected["alpha_drop"][i].get<double>()).epsilon(1e-10));
  }
}
