#include "tests/support/catch.hpp"

#include "engine/analysis/adds_up.hpp"

#include <string>
#include <vector>

using namespace canvass;
using canvass::report::Estimate;

namespace {

Estimate share(const std::string& id, double percent) {
  Estimate row;
  row.id = id;
  row.unit = report::Unit::percent;
  row.estimate = percent;
  return row;
}

// Two cells and one person in none: weights 1 2, 3 4, 5; the last but one did not answer.
const std::vector<double> values = {1, 0, 1, report::not_a_number, 1};
const std::vector<double> weights = {1, 2, 3, 4, 5};
const std::vector<std::int32_t> cell = {0, 0, 1, 1, -1};
const double whole = 100.0 * (1 + 3 + 5) / 11;

std::string found(double overall, double first, double second) {
  const std::vector<Estimate> cells = {share("g/confident/y/sex/1", first), share("g/confident/y/sex/2", second)};
  return analysis::does_not_add_up(share("g/confident/y", overall), cells, cell, values, weights);
}

} // namespace

TEST_CASE("parts that average to the whole are let pass, with those who are in none", "[analysis][adds_up]") {
  CHECK(found(whole, 100.0 / 3, 100) == "");
  // a cell that nobody answered stands for nothing, whatever its row holds
  const std::vector<Estimate> cells = {share("a", 100.0 / 3), share("b", 100), share("c", report::not_a_number)};
  CHECK(analysis::does_not_add_up(share("all", whole), cells, cell, values, weights) == "");
  CHECK(analysis::does_not_add_up(share("all", 0), {}, {}, {}, {}) == "");
}

TEST_CASE("a part that is wrong by a ten-thousandth of a point is told with the whole", "[analysis][adds_up]") {
  CHECK(found(whole, 100.0 / 3 + 0.0001, 100) != "");
  CHECK(found(whole, 100.0 / 3, report::not_a_number) != ""); // a part is missing
  CHECK(found(80, 100.0 / 3, 100) ==
        "g/confident/y is 80, but its 2 parts (g/confident/y/sex/1 ...) average to 81.8182: one of them is wrong, and neither may be used");
}

TEST_CASE("means add up in their own unit", "[analysis][adds_up]") {
  Estimate all = share("m", 2.5);
  all.unit = report::Unit::points;
  std::vector<Estimate> cells = {all, all};
  cells[0].estimate = 2;
  cells[1].estimate = 3;
  const std::vector<double> points = {2, 2, 3, 3};
  const std::vector<double> one = {1, 1, 1, 1};
  const std::vector<std::int32_t> half = {0, 0, 1, 1};
  CHECK(analysis::does_not_add_up(all, cells, half, points, one) == "");
  all.estimate = 2.4;
  CHECK(analysis::does_not_add_up(all, cells, half, points, one) != "");
}
