#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/survey/nonresponse.hpp"

#include <cmath>
#include <string>

using namespace canvass;
using survey::ResponseCell;

namespace {

ResponseCell cell(std::string name, double sent, double answered) {
  ResponseCell c;
  c.name = std::move(name);
  c.sent = sent;
  c.answered = answered;
  return c;
}

template <typename Call> std::string complaint(const Call& call) {
  try {
    call();
  } catch (const DomainError& error) {
    return error.what();
  }
  return {};
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("counts that cannot be are refused", "[survey][nonresponse]") {
  CHECK(says(complaint([] { survey::response_rates({cell("north", 100, 120)}); }), "north: 100 were sent out and 120 came back"));
  CHECK(says(complaint([] { survey::response_rates({cell("north", -1, 0)}); }), "north: -1 sent"));
  CHECK(says(complaint([] { survey::response_rates({cell("north", 0, 0)}); }), "dispatch list is empty"));
  CHECK(says(complaint([] { survey::response_rates({}); }), "dispatch list is empty"));
  CHECK(says(complaint([] { survey::weighting_classes(std::vector<ResponseCell>{cell("north", 10, 0)}); }), "nobody of 10 answered"));
  const std::vector<std::int32_t> cells = {0, 2};
  const std::vector<std::uint8_t> answered = {1, 0};
  CHECK(says(complaint([&] { survey::response_cells(cells, answered, 2); }), "person 2 of the dispatch list lies in cell 2"));
}

TEST_CASE("one cell: one rate, fully representative", "[survey][nonresponse]") {
  const std::vector<ResponseCell> cells = {cell("all", 60000, 12412)};
  const survey::ResponseRates rates = survey::response_rates(cells);
  CHECK(rates.rate == Approx(12412.0 / 60000).epsilon(1e-14));
  CHECK(rates.lowest == rates.highest);
  const survey::Representativeness r = survey::representativeness(cells);
  CHECK(r.r == 1);
  CHECK(r.r_adjusted == 1);
  const survey::WeightingClasses classes = survey::weighting_classes(cells);
  CHECK(classes.factor == std::vector<double>{60000.0 / 12412});
  CHECK(classes.joined == 0);
}

TEST_CASE("cells of one rate are fully representative", "[survey][nonresponse]") {
  const survey::Representativeness r = survey::representativeness(std::vector<ResponseCell>{cell("a", 100, 20), cell("b", 300, 60)});
  CHECK(r.r == Approx(1).margin(1e-12));
  CHECK(r.worst_bias == 0);
}

TEST_CASE("rates by cell, and a cell that nobody was sent to", "[survey][nonresponse]") {
  const std::vector<std::int32_t> cells = {0, 0, 0, 1, 1, 0};
  const std::vector<std::uint8_t> answered = {1, 0, 0, 1, 1, 1};
  const std::vector<double> weights = {1, 1, 2, 1, 3, 4};
  const std::vector<std::string> names = {"north", "south", "nowhere"};
  const survey::ResponseRates rates = survey::response_rates(survey::response_cells(cells, answered, 3, weights, names));
  CHECK(rates.cells[0].sent == 8);
  CHECK(rates.cells[0].answered == 5);
  CHECK(rates.cells[1].rate() == 1);
  CHECK(std::isnan(rates.cells[2].rate()));
  CHECK(rates.cells[2].name == "nowhere");
  CHECK(rates.rate == Approx(9.0 / 12).epsilon(1e-14));
  CHECK(rates.lowest == Approx(5.0 / 8).epsilon(1e-14));
  CHECK(survey::response_rates(survey::response_cells(cells, answered, 2)).rate == Approx(4.0 / 6).epsilon(1e-14));
}

TEST_CASE("representativeness by hand", "[survey][nonresponse]") {
  // two halves at 40 % and 20 %: sd .1 x sqrt(N / (N - 1))
  const survey::Representativeness r = survey::representativeness(std::vector<ResponseCell>{cell("a", 500, 200), cell("b", 500, 100)});
  const double variance = 0.01 * 1000 / 999;
  CHECK(r.r == Approx(1 - 2 * std::sqrt(variance)).epsilon(1e-13));
  CHECK(r.coefficient_of_variation == Approx(std::sqrt(variance) / 0.3).epsilon(1e-13));
  const double chance = 0.25 * (0.4 * 0.6 + 0.2 * 0.8) / 499;
  CHECK(r.r_adjusted == Approx(1 - 2 * std::sqrt(variance - chance)).epsilon(1e-13));
  CHECK(r.worst_bias == Approx(std::sqrt(variance - chance) / 0.3).epsilon(1e-13));
  CHECK(r.partial[0] == Approx(std::sqrt(0.5) * 0.1).epsilon(1e-13));
  CHECK(r.partial[1] == Approx(-std::sqrt(0.5) * 0.1).epsilon(1e-13));
}

TEST_CASE("what chance adds to the spread of rates is taken out of it", "[survey][nonresponse]") {
  // 145 areas of 20 people who all answer at 21 %: the plain indicator sees a spread that is not there.
  double plain = 0;
  double corrected = 0;
  constexpr int rounds = 400;
  for (int round = 0; round < rounds; ++round) {
    RandomStream random(4, "areas", static_cast<std::uint64_t>(round));
    std::vector<ResponseCell> cells;
    for (int area = 0; area < 145; ++area) {
      double answered = 0;
      for (int person = 0; person < 20; ++person) {
        answered += random.uniform() < 0.21 ? 1 : 0;
      }
      cells.push_back(cell("area", 20, answered));
    }
    const survey::Representativeness r = survey::representativeness(cells);
    plain += std::pow((1 - r.r) / 2, 2) / rounds;
    corrected += std::pow((1 - r.r_adjusted) / 2, 2) / rounds;
  }
  CHECK(plain == Approx(0.21 * 0.79 / 20).epsilon(0.05));
  CHECK(corrected < plain / 10); // not 0 in the mean: a variance below 0 counts as 0
}

TEST_CASE("classes with few answers or a large factor are joined with the class nearest in rate", "[survey][nonresponse]") {
  const std::vector<ResponseCell> cells = {cell("a", 100, 50), cell("b", 100, 48), cell("c", 30, 3), cell("d", 100, 20), cell("e", 0, 0)};
  const survey::WeightingClasses classes = survey::weighting_classes(cells);
  REQUIRE(classes.classes.size() == 3); // c has 3 answers: joined with d, its neighbour in rate; e has none
  CHECK(classes.of_cell[2] == classes.of_cell[3]);
  CHECK(classes.of_cell[0] != classes.of_cell[3]);
  CHECK(classes.factor[static_cast<std::size_t>(classes.of_cell[3])] == Approx(130.0 / 23).epsilon(1e-14));
  CHECK(says(classes.classes[static_cast<std::size_t>(classes.of_cell[2])].name, "c, d"));
  survey::ClassOptions options;
  options.fewest_answers = 1;
  options.largest_factor = 1.5;
  const survey::WeightingClasses even = survey::weighting_classes(cells, options);
  for (const double factor : even.factor) {
    CHECK(factor <= 1.5 * 330 / 121 * (1 + 1e-12));
  }
  options.fewest_answers = 1000; // more than there are: one class is left
  CHECK(survey::weighting_classes(cells, options).classes.size() == 1);
}

TEST_CASE("weights of those who answered carry those who did not", "[survey][nonresponse]") {
  const std::vector<ResponseCell> cells = {cell("a", 200, 50), cell("b", 100, 40)};
  const survey::WeightingClasses classes = survey::weighting_classes(cells);
  std::vector<double> weights(91, 2.0);
  std::vector<std::int32_t> of(91, 0);
  for (std::size_t i = 50; i < 90; ++i) {
    of[i] = 1;
  }
  of[90] = -1; // cell not known: the overall factor
  const std::vector<double> after = survey::nonresponse_weights(weights, of, classes);
  CHECK(after[0] == Approx(8).epsilon(1e-14));
  CHECK(after[60] == Approx(5).epsilon(1e-14));
  CHECK(after[90] == Approx(2.0 * 300 / 90).epsilon(1e-14));
  double sum = 0;
  for (std::size_t i = 0; i < 90; ++i) {
    sum += after[i];
  }
  CHECK(sum == Approx(2.0 * 300).epsilon(1e-12)); // everybody who was asked is stood for
  of[3] = 7;
  CHECK(says(complaint([&] { survey::nonresponse_weights(weights, of, classes); }), "row 4 lies in cell 7"));
}
