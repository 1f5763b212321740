#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/survey/calibration.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

using namespace canvass;
using survey::calibrate;
using survey::CalibrationMethod;
using survey::CalibrationOptions;
using survey::Design;
using survey::Margin;

namespace {

Margin margin(std::string name, std::vector<std::int32_t> cell, std::vector<double> totals, std::vector<std::string> names = {}) {
  Margin m;
  m.name = std::move(name);
  m.cell = std::move(cell);
  m.totals = std::move(totals);
  m.cell_names = std::move(names);
  return m;
}

Design of_weights(std::vector<double> weights) {
  Design design;
  design.weights = std::move(weights);
  return design;
}

/// What the error says; empty if there was none.
std::string complaint(const Design& design, const std::vector<Margin>& margins, const CalibrationOptions& options = {}) {
  try {
    calibrate(design, margins, options);
  } catch (const DomainError& error) {
    return error.what();
  }
  return {};
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Kalton and Flores-Cervantes 2003: sample and population of 4 x 3 cells, `a` running fastest.
constexpr std::array<std::size_t, 12> kalton_sample = {20, 50, 100, 30, 40, 140, 50, 100, 40, 310, 50, 70};
constexpr std::array<double, 12> kalton_people = {80, 60, 170, 55, 40, 150, 60, 165, 55, 340, 200, 125};

struct Kalton {
  Design design;
  std::vector<std::size_t> first; ///< first row of each cell
  Margin a, b, joint;
};

Kalton kalton() {
  Kalton k;
  k.a = margin("a", {}, std::vector<double>(4, 0.0));
  k.b = margin("b", {}, std::vector<double>(3, 0.0));
  k.joint = margin("a x b", {}, {kalton_people.begin(), kalton_people.end()});
  for (std::size_t cell = 0; cell < 12; ++cell) {
    k.first.push_back(k.design.weights.size());
    k.a.totals[cell % 4] += kalton_people[cell];
    k.b.totals[cell / 4] += kalton_people[cell];
    for (std::size_t i = 0; i < kalton_sample[cell]; ++i) {
      k.design.weights.push_back(1);
      k.a.cell.push_back(static_cast<std::int32_t>(cell % 4));
      k.b.cell.push_back(static_cast<std::int32_t>(cell / 4));
      k.joint.cell.push_back(static_cast<std::int32_t>(cell));
    }
  }
  return k;
}

void check_kalton(const Kalton& k, const std::vector<Margin>& margins, const CalibrationOptions& options,
                  const std::array<double, 12>& expected) {
  const survey::Calibrated result = calibrate(k.design, margins, options);
  for (std::size_t cell = 0; cell < 12; ++cell) {
    INFO("cell " << cell);
    CHECK(result.design.weights[k.first[cell]] == Approx(expected[cell]).epsilon(1e-9)); // R stopped at 1e-13 of the totals
  }
}

/// 60 made-up rows: tests/reference/calibration.R.
struct Made {
  Design design;
  Margin a, b, c, x;
};

Made made() {
  Made m;
  m.a = margin("a", {}, {190, 180, 230});
  m.b = margin("b", {}, {140, 150, 140, 170});
  m.c = margin("c", {}, {270, 330});
  m.x = margin("x", {}, {14500});
  for (std::int32_t i = 0; i < 60; ++i) {
    m.design.weights.push_back(1 + (i * 13) % 11);
    m.a.cell.push_back(i % 3);
    m.b.cell.push_back((i * 7) % 4);
    m.c.cell.push_back((i / 5) % 2);
    m.x.amount.push_back(10 + (i * 17) % 29);
  }
  return m;
}

void check_margins(const Design& design, const std::vector<Margin>& margins, double relative) {
  for (const Margin& m : margins) {
    std::vector<double> sums(m.totals.size(), 0.0);
    for (std::size_t row = 0; row < design.rows(); ++row) {
      sums[m.amount.empty() ? static_cast<std::size_t>(m.cell[row]) : 0] += design.weights[row] * (m.amount.empty() ? 1 : m.amount[row]);
    }
    for (std::size_t c = 0; c < sums.size(); ++c) {
      CHECK(sums[c] == Approx(m.totals[c]).epsilon(relative));
    }
  }
}

/// A survey of 60,000 with four margins of which the cells interact, so that raking takes several sweeps.
struct Big {
  Design design;
  std::vector<Margin> margins;
};

Big big_survey(std::size_t rows) {
  Big big;
  RandomStream random(7, "big survey");
  const std::array<std::int32_t, 4> cells = {145, 2, 6, 5};
  for (std::size_t m = 0; m < 4; ++m) {
    big.margins.push_back(margin("m" + std::to_string(m), std::vector<std::int32_t>(rows), {}));
    big.margins[m].totals.assign(static_cast<std::size_t>(cells[m]), 0.0);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    big.design.weights.push_back(0.5 + random.uniform());
    std::int32_t before = 0;
    double truth = 10;
    for (std::size_t m = 0; m < 4; ++m) {
      const std::int32_t cell =
          static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(cells[m])) + static_cast<std::uint32_t>(before)) % cells[m];
      big.margins[m].cell[row] = cell;
      truth *= 1 + 0.5 * static_cast<double>(cell) / static_cast<double>(cells[m]) * (random.uniform() < 0.7 ? 1 : 2);
      before = cell / 2;
    }
    for (std::size_t m = 0; m < 4; ++m) {
      big.margins[m].totals[static_cast<std::size_t>(big.margins[m].cell[row])] += truth;
    }
  }
  return big;
}

} // namespace

TEST_CASE("margins that are no margins are refused", "[survey][calibration]") {
  const Design design = of_weights({1, 1, 1, 1});
  CHECK(says(complaint(design, {}), "no margins are given"));
  CHECK(says(complaint(design, {margin("sex", {0, 1, 0}, {5, 5})}), "3 cells for 4 rows"));
  CHECK(says(complaint(design, {margin("sex", {0, 1, 0, 2}, {5, 5})}), "row 4 lies in cell 2 of the margin \"sex\""));
  CHECK(says(complaint(design, {margin("sex", {0, 1, 0, 1}, {5, -1}, {"women", "men"})}), "has -1 people in men"));
  CHECK(says(complaint(design, {margin("sex", {0, 1, 0, 1}, {0, 0})}), "has no people"));
  CHECK(says(complaint(design, {margin("sex", {-1, -1, -1, -1}, {5, 5})}), "people but no answers"));
  CHECK(says(complaint(of_weights({0, 0}), {margin("sex", {0, 1}, {5, 5})}), "sum to 0"));
  CHECK(says(complaint(of_weights({1, std::numeric_limits<double>::quiet_NaN()}), {margin("sex", {0, 1}, {5, 5})}), "1 of 2 weights"));
}

TEST_CASE("margins of different sums are refused, those that rounding parts are not", "[survey][calibration]") {
  const Design design = of_weights({1, 1, 1, 1});
  const std::vector<Margin> apart = {margin("sex", {0, 1, 0, 1}, {500, 500}), margin("age", {0, 0, 1, 1}, {500, 510})};
  CHECK(says(complaint(design, apart), "\"sex\" and \"age\" are of different sums (1000 and 1010 people)"));
  const std::vector<Margin> rounded = {margin("sex", {0, 1, 0, 1}, {500, 500}), margin("age", {0, 0, 1, 1}, {500, 500.0005})};
  CHECK(complaint(design, rounded).empty());
}

TEST_CASE("options that cannot be are refused", "[survey][calibration]") {
  const Design design = of_weights({1, 1});
  const std::vector<Margin> margins = {margin("sex", {0, 1}, {5, 5})};
  CalibrationOptions options;
  options.method = CalibrationMethod::logit;
  CHECK(says(complaint(design, margins, options), "needs both bounds"));
  options.lowest = 1.5;
  options.highest = 3;
  CHECK(says(complaint(design, margins, options), "1 between them"));
  options = {};
  options.trim = 1;
  CHECK(says(complaint(design, margins, options), "must be above 1"));
  options = {};
  options.method = CalibrationMethod::poststratify;
  CHECK(says(complaint(design, {margins[0], margins[0]}, options), "takes one margin (found 2)"));
  const survey::Calibrated once = calibrate(design, margins);
  CHECK(says(complaint(once.design, margins), "calibrated already"));
}

TEST_CASE("cells with people but no answers are named, and answers without people", "[survey][calibration]") {
  const Design design = of_weights({1, 1, 1, 0});
  const Margin age = margin("age", {0, 1, 1, 2}, {500, 400, 100, 50}, {"16-24", "25-64", "65+", "unborn"});
  const std::string text = complaint(design, {age});
  CHECK(says(text, "the margin \"age\" cannot be met: there are people but no answers in 65+ (100 people), unborn (50 people)"));
  CHECK(says(complaint(of_weights({1, 1}), {margin("age", {0, 1}, {500, 0}, {"young", "old"})}), "answers but no people in old"));
}

TEST_CASE("two margins in conflict are named, and not a third that could be met", "[survey][calibration]") {
  // Nobody in the north is old: 300 old people and 800 northerners do not fit into 1000.
  const Design design = of_weights({1, 1, 1, 1, 1, 1});
  const Margin area = margin("area", {0, 0, 0, 1, 1, 1}, {800, 200}, {"north", "south"});
  const Margin age = margin("age", {0, 0, 0, 1, 0, 1}, {700, 300}, {"young", "old"});
  const Margin sex = margin("sex", {0, 1, 0, 1, 0, 1}, {500, 500}, {"women", "men"});
  for (const CalibrationMethod method : {CalibrationMethod::rake, CalibrationMethod::linear, CalibrationMethod::logit}) {
    CalibrationOptions options;
    options.method = method;
    if (method != CalibrationMethod::rake) {
      options.lowest = 0;
      options.highest = 1000;
    }
    const std::string text = complaint(design, {sex, area, age}, options);
    INFO(text);
    CHECK(says(text, "the margins \"area\" and \"age\" cannot be met together"));
    CHECK(says(text, "age old would be"));
    CHECK(says(text, "short"));
    CHECK_FALSE(says(text, "sex"));
  }
}

TEST_CASE("margins that only weights of nothing would meet are in conflict when raking", "[survey][calibration]") {
  // All 300 old people must be the southerners; the young one in the south would get no weight.
  const Design design = of_weights({1, 1, 1, 1});
  const Margin area = margin("area", {0, 0, 1, 1}, {700, 300}, {"north", "south"});
  const Margin age = margin("age", {0, 0, 0, 1}, {700, 300}, {"young", "old"});
  const Margin sex = margin("sex", {0, 1, 0, 1}, {500, 500});
  const std::string text = complaint(design, {area, sex, age});
  INFO(text);
  CHECK(says(text, "\"area\" and \"age\" cannot be met together unless some answers are given no weight at all"));
}

TEST_CASE("three margins can be in conflict where any two are not", "[survey][calibration]") {
  // Four rows with an even number of ones: a, b and c cannot each have a mean of .9.
  const Design design = of_weights({1, 1, 1, 1});
  const Margin a = margin("a", {0, 0, 1, 1}, {100, 900});
  const Margin b = margin("b", {0, 1, 0, 1}, {100, 900});
  const Margin c = margin("c", {0, 1, 1, 0}, {100, 900});
  const std::string text = complaint(design, {a, b, c});
  INFO(text);
  CHECK(says(text, "the margins \"a\", \"b\" and \"c\" cannot be met together"));
}

// Catches: bounds that are read and then not kept to.
TEST_CASE("trap 13: bounds are kept or refused, never ignored", "[survey][calibration][trap]") {
  const Kalton k = kalton();
  for (const CalibrationMethod method : {CalibrationMethod::rake, CalibrationMethod::linear, CalibrationMethod::logit}) {
    CalibrationOptions options;
    options.method = method;
    options.lowest = 0.7;
    options.highest = 2.3;
    const survey::Calibrated result = calibrate(k.design, {k.a, k.b}, options);
    check_margins(result.design, {k.a, k.b}, 1e-8);
    for (const double weight : result.design.weights) {
      CHECK(weight <= 2.3 * (1 + 1e-12));
      CHECK(weight >= 0.7 * (1 - 1e-12));
    }
    CHECK((result.report.at_bounds > 0) == (method != CalibrationMethod::logit)); // unbounded, they run from .78 to 2.45
    options.highest = 1.5;                                                        // 1480 people of 1000 answers: hardly
    const std::string text = complaint(k.design, {k.a, k.b}, options);
    INFO(text);
    CHECK(says(text, "cannot be met"));
    CHECK(says(text, "with weights between 0.7 and 1.5 times the old"));
  }
}

TEST_CASE("one row and one cell: all the people", "[survey][calibration]") {
  const survey::Calibrated result = calibrate(of_weights({3}), {margin("all", {0}, {1200})});
  CHECK(result.design.weights[0] == Approx(1200).epsilon(1e-12));
  CHECK(result.report.design_effect_of_weights == Approx(1).epsilon(1e-12));
}

TEST_CASE("margins that hold already change nothing", "[survey][calibration]") {
  const Design design = of_weights({2, 3, 5, 10});
  for (const CalibrationMethod method : {CalibrationMethod::rake, CalibrationMethod::linear, CalibrationMethod::logit}) {
    CalibrationOptions options;
    options.method = method;
    if (method == CalibrationMethod::logit) {
      options.lowest = 0.2;
      options.highest = 5;
    }
    const survey::Calibrated result = calibrate(design, {margin("a", {0, 0, 1, 1}, {5, 15}), margin("b", {0, 1, 0, 1}, {7, 13})}, options);
    for (std::size_t row = 0; row < 4; ++row) {
      CHECK(result.design.weights[row] == Approx(design.weights[row]).epsilon(1e-9));
    }
  }
}

TEST_CASE("rows whose cell is not known keep their share of the weight", "[survey][calibration]") {
  const Design design = of_weights({1, 1, 2, 1, 1, 2, 1, 1}); // 10 in all, 2 of them of unknown age
  const Margin sex = margin("sex", {0, 1, 0, 1, 0, 1, 0, 1}, {400, 600});
  const Margin age = margin("age", {0, 0, 0, 1, 1, -1, 1, 1}, {300, 700}, {"young", "old"});
  const survey::Calibrated result = calibrate(design, {sex, age});
  CHECK(result.report.unknown == 1);
  CHECK(result.design.weights[5] == Approx(200).epsilon(1e-7)); // 2 of 10, of 1000 people
  check_margins(result.design, {sex}, 1e-7);
  double young = 0;
  for (const std::size_t row : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
    young += result.design.weights[row];
  }
  CHECK(young == Approx(0.8 * 300).epsilon(1e-7));
  const auto& cells = result.report.cells;
  REQUIRE(cells.size() == 5);
  CHECK(cells[4].cell == "not known");
  CHECK(cells[4].n == 1);
  CHECK(result.design.calibration->margins[1].cell[5] == 2);
}

TEST_CASE("a row of weight 0 stays at 0 and is not counted", "[survey][calibration]") {
  const survey::Calibrated result = calibrate(of_weights({1, 0, 2}), {margin("sex", {0, 0, 1}, {40, 60})});
  CHECK(result.design.weights == std::vector<double>{40, 0, 60});
  CHECK(result.report.cells[0].n == 1);
  CHECK(result.report.effective_n == Approx(100.0 * 100 / (1600 + 3600)).epsilon(1e-12));
}

TEST_CASE("trimming is redone after raking until margins and limit both hold", "[survey][calibration]") {
  Made m = made();
  m.design.weights[7] = 60;
  const survey::Calibrated free = calibrate(m.design, {m.a, m.b, m.c});
  CHECK(free.report.largest > 3);
  CHECK(free.report.trimmed == 0);
  CalibrationOptions options;
  options.trim = 2.5;
  const survey::Calibrated trimmed = calibrate(m.design, {m.a, m.b, m.c}, options);
  check_margins(trimmed.design, {m.a, m.b, m.c}, 1e-8);
  CHECK(trimmed.report.largest <= 2.5 * (1 + 1e-9));
  CHECK(trimmed.report.trimmed >= 1);
  CHECK(trimmed.report.design_effect_of_weights < free.report.design_effect_of_weights);
  options.trim = 1.02;
  const std::string text = complaint(m.design, {m.a, m.b, m.c}, options);
  INFO(text);
  CHECK(says(text, "with weights at most 1.02 times the mean"));
}

TEST_CASE("linear calibration that makes weights negative is refused", "[survey][calibration]") {
  const Design design = of_weights({1, 1, 1, 1, 1, 1, 1, 1});
  const Margin a = margin("a", {0, 0, 0, 0, 1, 1, 1, 1}, {90, 10});
  const Margin b = margin("b", {0, 1, 1, 1, 0, 0, 0, 1}, {85, 15});
  CalibrationOptions options;
  options.method = CalibrationMethod::linear;
  CHECK(says(complaint(design, {a, b}, options), "weights negative"));
  options.lowest = 0;
  CHECK_FALSE(says(complaint(design, {a, b}, options), "negative"));
  CHECK(complaint(design, {a, b}).empty());
}

TEST_CASE("the report says what was done", "[survey][calibration]") {
  CalibrationOptions options;
  survey::ResponseCell north;
  north.name = "north";
  north.sent = 100;
  north.answered = 40;
  survey::ResponseCell south;
  south.name = "south";
  south.sent = 100;
  south.answered = 20;
  options.dispatch = {north, south};
  const survey::Calibrated result =
      calibrate(of_weights({1, 1, 2, 2}), {margin("sex", {0, 1, 0, 1}, {600, 400}, {"women", "men"})}, options);
  CHECK(result.design.weights[0] == Approx(200).epsilon(1e-12));
  CHECK(result.design.weights[3] == Approx(400 * 2.0 / 3).epsilon(1e-12));
  const auto& cell = result.report.cells[1];
  CHECK(cell.margin == "sex");
  CHECK(cell.cell == "men");
  CHECK(cell.population == 400);
  CHECK(cell.before == 3);
  CHECK(cell.after == Approx(400).epsilon(1e-12));
  CHECK(cell.n == 2);
  const double squares = (1 + 4) * (200.0 * 200 + 400.0 * 400 / 9);
  CHECK(result.report.effective_n == Approx(1e6 / squares).epsilon(1e-12));
  CHECK(result.report.design_effect_of_weights == Approx(4 * squares / 1e6).epsilon(1e-12));
  CHECK(result.report.median == Approx((200 + 800.0 / 3) / 2 / 250).epsilon(1e-12));
  CHECK(result.report.smallest == Approx(400.0 / 3 / 250).epsilon(1e-12));
  CHECK(result.report.largest == Approx(400.0 / 250).epsilon(1e-12));
  CHECK(result.report.representativeness == Approx(1 - 2 * 0.1 * std::sqrt(200.0 / 199)).epsilon(1e-12));
  CHECK(std::isnan(calibrate(of_weights({1, 1}), {margin("sex", {0, 1}, {6, 4})}).report.representativeness));
}

TEST_CASE("Kalton and Flores-Cervantes 2003, six ways", "[survey][calibration]") {
  const Kalton k = kalton();
  CalibrationOptions options;
  options.tolerance = 1e-13;
  check_kalton(k, {k.a, k.b}, options,
               {1.81080509313685, 1.08356444400306, 2.19608909965922, 1.83322553237294, 1.45282194482682, 0.869351543602457,
                1.76193807322076, 1.47081002441545, 2.01677550860475, 1.20681471514678, 2.44588372746081, 2.04174616553238});
  options.method = CalibrationMethod::poststratify;
  check_kalton(k, {k.joint}, options, {4, 1.2, 1.7, 55.0 / 30, 1, 150.0 / 140, 1.2, 1.65, 1.375, 340.0 / 310, 4, 125.0 / 70});
  options.method = CalibrationMethod::linear;
  check_kalton(k, {k.a, k.b}, options,
               {1.8153106530946, 1.0947677437194, 2.19081915818412, 1.82911613112419, 1.50218192198512, 0.781639012609932, 1.87769042707465,
                1.51598740001472, 1.96516275146758, 1.24461984209239, 2.3406712565571, 1.97896822949717});
  options.lowest = 0.5;
  options.highest = 2.2;
  check_kalton(k, {k.a, k.b}, options,
               {1.80918610739426, 1.08091802897202, 2.2, 1.82567921345046, 1.48324364419105, 0.754975565768806, 2, 1.49973675024725,
                1.98716330211182, 1.25889522368957, 2.2, 2.00365640816801});
  options.method = CalibrationMethod::logit;
  check_kalton(k, {k.a, k.b}, options,
               {1.87450589187774, 1.08444201020563, 2.1652098320729, 1.89222661482911, 1.46071447992497, 0.736026680748866,
                2.09192354234896, 1.48931508380712, 1.97703257413616, 1.26688440059638, 2.17765679350523, 1.99002418820593});
  options.method = CalibrationMethod::rake;
  options.lowest = 0.8;
  options.highest = 2.3;
  check_kalton(k, {k.a, k.b}, options,
               {1.76507155222366, 1.04862236490316, 2.236446170259, 1.7874277894823, 1.44200911047621, 0.856692184367523, 1.82710765948284,
                1.46027346795357, 2.05045511341196, 1.21816766433351, 2.3, 2.07642599314535});
}

TEST_CASE("made-up rows of unequal weights, with and without an amount, as R has them", "[survey][calibration]") {
  const Made m = made();
  CalibrationOptions options;
  options.tolerance = 1e-13;
  const auto check_head = [&](const std::vector<Margin>& margins, const std::array<double, 8>& expected) {
    const survey::Calibrated result = calibrate(m.design, margins, options);
    for (std::size_t row = 0; row < 8; ++row) {
      CHECK(result.design.weights[row] == Approx(expected[row]).epsilon(1e-9));
    }
    check_margins(result.design, margins, 1e-12);
  };
  check_head({m.a, m.b, m.c}, {1.59996656696082, 4.69971194450554, 8.76713175953011, 11.6937928081582, 12.7781434569496, 23.5582812564908,
                               3.04849419424129, 6.08938242359061});
  check_head({m.a, m.x}, {1.56254225152227, 4.4776317149322, 9.41882028173337, 11.9143207425057, 13.0723154138625, 22.571408927176,
                          3.3127154753656, 5.65396210612459});
  options.method = CalibrationMethod::linear;
  check_head({m.a, m.x}, {1.55823377376282, 4.48760838893137, 9.46064255465989, 11.9245556502398, 13.0468127529259, 22.4114295592375,
                          3.31456869698669, 5.61368903958122});
}

TEST_CASE("raking a large survey meets every margin to 1e-8, whatever the order of the margins", "[survey][calibration]") {
  Big big = big_survey(60000);
  const survey::Calibrated result = calibrate(big.design, big.margins);
  check_margins(result.design, big.margins, 1e-8);
  CHECK(result.report.steps < 60);
  std::swap(big.margins[0], big.margins[3]);
  const survey::Calibrated other = calibrate(big.design, big.margins);
  double worst = 0;
  for (std::size_t row = 0; row < big.design.rows(); ++row) {
    worst = std::max(worst, std::fabs(other.design.weights[row] / result.design.weights[row] - 1));
  }
  CHECK(worst < 1e-6); // both stop at 1e-8 of the margins
}

TEST_CASE("raking where fitting in turns crawls is finished by Newton's method", "[survey][calibration]") {
  // Two margins that almost say the same: three rows off the diagonal of a 12 x 12 table carry what differs.
  Design design;
  Margin a = margin("a", {}, std::vector<double>(12, 100.0));
  Margin b = margin("b", {}, std::vector<double>(12, 100.0));
  const auto add = [&](std::int32_t i, std::int32_t j, double w) {
    design.weights.push_back(w);
    a.cell.push_back(i);
    b.cell.push_back(j);
  };
  for (std::int32_t i = 0; i < 12; ++i) {
    add(i, i, 1);
    add(i, (i + 1) % 12, 0.01);
  }
  a.totals[0] = 104;
  a.totals[6] = 96;
  b.totals[0] = 98;
  b.totals[3] = 102;
  const survey::Calibrated result = calibrate(design, {a, b});
  check_margins(result.design, {a, b}, 1e-8);
  CHECK(result.report.steps > 60);
  CHECK(result.report.steps < 200);
}

TEST_CASE("few steps are not enough, and that is said", "[survey][calibration]") {
  const Made m = made();
  CalibrationOptions options;
  options.most_steps = 1;
  CHECK(says(complaint(m.design, {m.a, m.b, m.c}, options), "did not converge in 1 steps"));
}

TEST_CASE("weights trimmed afterwards keep their sum, not their margins", "[survey][calibration]") {
  const Made m = made();
  const Design raked = calibrate(m.design, {m.a, m.b, m.c}).design;
  const Design trimmed = survey::trim_weights(raked, 2, 18);
  double sum = 0;
  for (const double weight : trimmed.weights) {
    CHECK(weight >= 2);
    CHECK(weight <= 18);
    sum += weight;
  }
  CHECK(sum == Approx(600).epsilon(1e-9));
  CHECK(trimmed.calibration->after == raked.weights);
  CHECK_THROWS_AS(survey::trim_weights(raked, 11, 18), DomainError); // the mean is 10
  CHECK(survey::trim_weights(raked, 0, 1000).weights == raked.weights);
}

TEST_CASE("sinh calibration meets the margins with positive weights", "[survey][calibration]") {
  const Made m = made();
  CalibrationOptions options;
  options.method = CalibrationMethod::sinh;
  options.tolerance = 1e-12;
  const Design result = calibrate(m.design, {m.a, m.b, m.x}, options).design;
  check_margins(result, {m.a, m.b, m.x}, 1e-12);
  for (std::size_t row = 0; row < result.rows(); ++row) {
    CHECK(result.weights[row] > 0);
  }
}
