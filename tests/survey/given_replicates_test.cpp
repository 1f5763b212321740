#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/given_replicates.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace canvass;
using survey::given_replicates;
using survey::GivenReplicates;
using survey::replicate_columns;
using survey::ReplicateMethod;

namespace {

using Names = std::vector<std::string>;
using Columns = std::vector<std::vector<double>>;

std::string refusal(const Names& names, const std::string& prefix = "w") {
  try {
    replicate_columns(names, prefix);
  } catch (const DomainError& error) {
    return error.what();
  }
  return "nothing was refused";
}

std::string refusal(const Names& names, const Columns& columns, const GivenReplicates& how) {
  try {
    given_replicates(names, columns, how);
  } catch (const DomainError& error) {
    return error.what();
  }
  return "nothing was refused";
}

GivenReplicates by(ReplicateMethod method) {
  GivenReplicates how;
  how.prefix = "w";
  how.method = method;
  return how;
}

} // namespace

TEST_CASE("columns of replicate weights that cannot be meant are refused", "[survey][replicates]") {
  CHECK(refusal({}) == "0 columns are named by \"w\" and a number from 1; replicate weights are two or more such columns");
  CHECK(refusal({"w", "w0", "w_1", "weight"}).find("0 columns are named") == 0);
  CHECK(refusal({"w1"}).find("1 columns are named") == 0);
  CHECK(refusal({"y", "w1", "w2", "w4"}) ==
        "replicate 3 of 4 is missing: no column w3; replicate weights are numbered 1, 2, 3 ... without a gap");
  CHECK(refusal({"w1", "w2", "w02"}) == "columns w2 and w02 are both replicate 2; each replicate has one column");
  CHECK(refusal({"w1", "w2", "w2024"}).find("column w2024 is numbered beyond the 3 columns of the file") == 0);
  CHECK(refusal({"w1", "w2", "w99999999999999999999"}) == "nothing was refused"); // no number that counts replicates: another variable
}

TEST_CASE("replicate weights with gaps, of unlike length or with the wrong scales are refused", "[survey][replicates]") {
  const Names names = {"w1", "w2"};
  const double none = std::numeric_limits<double>::quiet_NaN();
  CHECK(refusal(names, {{1, 2}, {none, none}}, by(ReplicateMethod::sdr)) ==
        "replicate weight w2 is missing in 2 of 2 rows; give it, or leave those rows out of the sample");
  CHECK(refusal(names, {{1, 2}, {1}}, by(ReplicateMethod::sdr)) == "column w1 has 2 rows, column w2 has 1");
  CHECK(refusal(names, {{1, 2}}, by(ReplicateMethod::sdr)) == "2 names for 1 columns");
  CHECK(refusal(names, {{1, 2}, {2, 1}}, by(ReplicateMethod::jkn)) ==
        "0 scales of replicates were given to JKn for 2 replicates; JKn needs one each, the others none");
  GivenReplicates how = by(ReplicateMethod::brr);
  how.rscales = {1, 1};
  CHECK(refusal(names, {{1, 2}, {2, 1}}, how).find("2 scales of replicates were given to BRR") == 0);
  how = by(ReplicateMethod::fay);
  how.fay_rho = 1;
  CHECK(refusal(names, {{1, 2}, {2, 1}}, how).find("rho from 0 to below 1") != std::string::npos);
}

TEST_CASE("given replicate weights have the scale of their method and keep their digits", "[survey][replicates]") {
  const Names names = {"y", "w2", "w1", "w4", "w3"};
  const Columns whole = {{9, 9, 9}, {2, 5, 8}, {1, 4, 7}, {12, 15, -18}, {11, 14, 17}};
  const auto scale = [&](const GivenReplicates& how) { return given_replicates(names, whole, how).scale; };
  CHECK(scale(by(ReplicateMethod::jk1)) == 0.75);
  CHECK(scale(by(ReplicateMethod::brr)) == 0.25);
  CHECK(scale(by(ReplicateMethod::sdr)) == 1);
  CHECK(scale(by(ReplicateMethod::bootstrap)) == Approx(1. / 3).epsilon(1e-15));
  GivenReplicates how = by(ReplicateMethod::bootstrap);
  how.about_estimate = true;
  CHECK(scale(how) == 0.25);
  how = by(ReplicateMethod::fay);
  how.fay_rho = 0.5;
  CHECK(scale(how) == 1);
  const survey::Replicates integers = given_replicates(names, whole, by(ReplicateMethod::sdr));
  CHECK(integers.weights == std::vector<std::int32_t>{1, 2, 11, 12, 4, 5, 14, 15, 7, 8, 17, -18}); // a census has weights under 0
  CHECK(integers.doubles.empty());
  CHECK(integers.about_estimate);
  CHECK(integers.method == "SDR");
  Columns parts = whole;
  parts[3][1] = 15.25;
  const survey::Replicates doubles = given_replicates(names, parts, by(ReplicateMethod::brr));
  CHECK(doubles.doubles == std::vector<double>{1, 2, 11, 12, 4, 5, 14, 15.25, 7, 8, 17, -18});
  CHECK(doubles.weights.empty());
  CHECK_FALSE(doubles.about_estimate);
}
