#include "tests/support/catch.hpp"

#include "engine/survey/hadamard.hpp"

using namespace canvass;

TEST_CASE("Hadamard matrices: orthogonal, bordered by ones, never far", "[survey][hadamard]") {
  CHECK(survey::hadamard(0).order == 1);
  CHECK(survey::hadamard(1).order == 1);
  CHECK(survey::hadamard(2).order == 2);
  CHECK(survey::hadamard(3).order == 4);
  CHECK(survey::hadamard(80).order == 80);
  CHECK(survey::hadamard(26).order == 28); // Paley's second, over 13
  CHECK(survey::hadamard(33).order == 36); // over 17
  for (std::size_t wanted = 1; wanted <= 120; ++wanted) {
    const survey::Hadamard h = survey::hadamard(wanted);
    REQUIRE(h.order >= wanted);
    if (wanted > 1 && h.order == survey::hadamard(wanted - 1).order) {
      continue;
    }
    bool orthogonal = true;
    for (std::size_t i = 0; i < h.order; ++i) {
      orthogonal = orthogonal && h(0, i) == 1 && h(i, 0) == 1;
      for (std::size_t j = 0; j < h.order; ++j) {
        int rows = 0;
        int columns = 0;
        for (std::size_t k = 0; k < h.order; ++k) {
          rows += h(i, k) * h(j, k);
          columns += h(k, i) * h(k, j);
        }
        const int expected = i == j ? static_cast<int>(h.order) : 0;
        orthogonal = orthogonal && rows == expected && columns == expected;
      }
    }
    INFO("order " << h.order);
    CHECK(orthogonal);
  }
  for (std::size_t wanted = 212; wanted <= 1000; wanted += 36) {
    INFO("order " << wanted);
    CHECK(survey::hadamard(wanted).order <= wanted + 12);
  }
}
