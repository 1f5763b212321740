#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/design.hpp"

#include <limits>
#include <string>

using namespace canvass;

TEST_CASE("missing and negative weights are refused with their counts", "[survey][design]") {
  survey::Design design;
  design.weights = {1, std::numeric_limits<double>::quiet_NaN(), 2, -1};
  try {
    survey::check_design(design);
    FAIL("nothing was refused");
  } catch (const DomainError& error) {
    CHECK(std::string(error.what()).find("1 of 4 weights are missing and 1 are negative") != std::string::npos);
  }
  design.weights = {1, 0, 2, 1};
  CHECK_NOTHROW(survey::check_design(design));
}

TEST_CASE("a stage has one entry a row or none", "[survey][design]") {
  survey::Design design;
  design.weights = {1, 1};
  design.stages.resize(1);
  CHECK_NOTHROW(survey::check_design(design));
  design.stages[0].unit = {0};
  CHECK_THROWS_AS(survey::check_design(design), DomainError);
}
