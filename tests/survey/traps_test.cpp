#include "tests/support/catch.hpp"
#include "tests/survey/eighteen_rows.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/survey/calibration.hpp"
#include "engine/survey/cube.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/given_replicates.hpp"
#include "engine/survey/quantiles.hpp"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

// Variance bugs that other programs were found to have. Each test was seen to fail with the bug planted; its comment says which.

using namespace canvass;
using namespace canvass::testing::eighteen;

namespace {

Approx near(double value) {
  return Approx(value).epsilon(1e-11); // R's 15 digits, sums of 18 rows
}

std::string refusal(const survey::Design& design) {
  try {
    survey::means(design, column(x));
  } catch (const DomainError& error) {
    return error.what();
  }
  return "nothing was refused";
}

} // namespace

// Bug: degrees of freedom of the whole design (8 clusters - 3 strata = 5) for a domain that lives in one stratum; intervals come out
// too narrow.
TEST_CASE("trap 1: a domain's degrees of freedom are those of its strata", "[survey][trap]") {
  std::vector<std::int32_t> first(18, -1);
  for (std::size_t row = 0; row < 6; ++row) {
    first[row] = 0;
  }
  const survey::Design design = clusters();
  const survey::Estimates domain = survey::domain_means(design, x, first, 1);
  CHECK(domain.df[0] == 2);
  CHECK(survey::degrees_of_freedom(design) == 5);
  const survey::Contrast itself = survey::contrast(domain, std::vector<double>{1});
  CHECK(itself.high - itself.low == near(2 * 4.30265272974946 * domain.std_error(0))); // qt(.975, 2)
  std::vector<std::uint8_t> answers(18, 0);
  answers[0] = 1;
  const std::vector<std::span<const std::uint8_t>> outcomes = {answers};
  CHECK(survey::share_cube(design, outcomes, first, 1).at(0, 0).df == 2);
  CHECK(survey::domain_means(rows(), x, first, 1).df[0] == 5); // rows are the units: members - 1
}

// Bugs: limits read back by another rule than the quantile's; scores of the share centred on p and not on the share itself.
TEST_CASE("trap 2: a quantile's limits are read off by its own rule, from scores about their own mean", "[survey][trap]") {
  std::vector<double> z;
  for (std::size_t i = 0; i < 18; ++i) {
    z.push_back(static_cast<double>((i * 7) % 18) + static_cast<double>(i) / 10);
  }
  const std::vector<double> p = {.3, .5};
  const auto hf7 = survey::quantiles(rows(), z, p, {survey::QuantileRule::hf7});
  CHECK(hf7[0].value == near(6.7875));
  CHECK(hf7[0].low == near(2.77521926724752));
  CHECK(hf7[0].high == near(13.2347505926699));
  CHECK(hf7[0].std_error == near(2.45361926281848));
  CHECK(hf7[1].value == near(10.2522727272727));
  CHECK(hf7[1].low == near(6.16434842791709));
  CHECK(hf7[1].high == near(14.1324961629978));
  const auto hf5 = survey::quantiles(rows(), z, p, {survey::QuantileRule::hf5, survey::QuantileInterval::xlogit});
  CHECK(hf5[0].low == near(2.69557214311515));
  CHECK(hf5[0].high == near(12.0314420330522));
  CHECK(hf5[1].std_error == near(1.81177420858032));
  const auto math = survey::quantiles(rows(), z, p);
  CHECK(math[0].low == 2.3);
  CHECK(math[0].high == 13.2);
  CHECK(math[1].std_error == near(1.90011535034312));
}

// Bug: rows without an answer are deleted; a cluster that nobody answered in leaves its stratum, and the error is .7147 (here too large,
// elsewhere too small).
TEST_CASE("trap 5: a cluster without any answer stays in its stratum", "[survey][trap]") {
  std::vector<double> gap = y;
  for (std::size_t row = 0; row < 18; ++row) {
    if (stratum[row] == 2 && unit[row] == 3) {
      gap[row] = missing;
    }
  }
  const survey::Estimates mean = survey::means(clusters(), column(gap));
  CHECK(mean.values[0] == near(2.98387096774194));
  CHECK(mean.std_error(0) == near(0.631711258135057));
  CHECK(survey::domain_means(clusters(), gap, std::vector<std::int32_t>(18, 0), 1).std_error(0) == near(0.631711258135057));
  CHECK(mean.df[0] == 5);
}

// Bugs: errors of shares from scores that are not centred on the share; intervals of counts with the normal's 1.96.
TEST_CASE("trap 6: shares have centred scores, counts have t intervals", "[survey][trap]") {
  stats::Matrix answers(18, 5);
  for (std::size_t row = 0; row < 18; ++row) {
    for (std::size_t j = 0; j < 5; ++j) {
      answers(row, j) = std::isnan(y[row]) ? missing : y[row] == static_cast<double>(j + 1) ? 1 : 0;
    }
  }
  const survey::Estimates shares = survey::means(clusters(), answers);
  const std::vector<double> errors = {0.0782732224384434, 0.155737823014612, 0.10241710281279, 0.138717536993874, 0.138424004289238};
  for (std::size_t j = 0; j < 5; ++j) {
    CHECK(shares.std_error(j) == near(errors[j]));
    std::vector<std::uint8_t> yes;
    for (std::size_t row = 0; row < 18; ++row) {
      yes.push_back(std::isnan(y[row]) ? 255 : answers(row, j) != 0 ? 1 : 0);
    }
    const std::vector<std::span<const std::uint8_t>> outcomes = {yes};
    const survey::Cube cube = survey::share_cube(clusters(), outcomes, std::vector<std::int32_t>(18, 0), 1);
    CHECK(cube.at(0, 0).std_error == near(errors[j]));
  }
  const survey::Estimates counts = survey::totals(clusters(), answers);
  const survey::Contrast one = survey::contrast(counts, std::vector<double>{1, 0, 0, 0, 0});
  CHECK(one.high - one.low == near(2 * 2.57058183563631 * counts.std_error(0))); // qt(.975, 5)
}

// Bug: a stratum with one unit is passed over as if it had no variance.
TEST_CASE("trap 8: a lonely unit is refused with its stratum, at every stage and in every way to an estimate", "[survey][trap]") {
  survey::Design design = clusters();
  for (std::size_t row = 0; row < 18; ++row) {
    if (stratum[row] == 3) {
      design.stages[0].unit[row] = 1;
    }
  }
  design.stratum_names = {"none", "North", "East", "South"};
  CHECK(refusal(design).find("1 of 3 strata of stage 1 have one sampled unit, so their variance cannot be seen: South") !=
        std::string::npos);
  const std::vector<std::uint8_t> yes(18, 1);
  const std::vector<std::span<const std::uint8_t>> outcomes = {yes};
  CHECK_THROWS_AS(survey::share_cube(design, outcomes, group, 2), DomainError);
  CHECK_THROWS_AS(survey::domain_means(design, x, group, 2), DomainError);
  CHECK_THROWS_AS(survey::covariance_of_totals(design, stats::Matrix(18, 2, 1)), DomainError);
  survey::Design rows_design = rows();
  rows_design.stages[0].stratum[17] = 9;
  CHECK_THROWS_AS(survey::domain_means(rows_design, x, group, 2), DomainError);
  CHECK_THROWS_AS(survey::means(rows_design, column(x)), DomainError);
  survey::Design second = two_stages();
  second.stages[1].unit = {0, 1, 2, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}; // the second cluster has one unit left
  CHECK(refusal(second).find("of stage 2 have one sampled unit") != std::string::npos);
  auto unequal = std::make_shared<survey::UnequalProbabilities>();
  unequal->probability.assign(18, .5);
  design.unequal = unequal;
  CHECK(refusal(design).find("South") != std::string::npos);
  // Sure to be drawn is not lonely.
  design.unequal = nullptr;
  for (std::size_t row = 0; row < 18; ++row) {
    if (stratum[row] == 3) {
      design.stages[0].population[row] = 1;
    }
  }
  CHECK(std::isfinite(survey::means(design, column(x)).std_error(0)));
}

// The numbers of the declared treatments: tests/reference/survey_estimators.R, lines "lonely".
TEST_CASE("trap 8: declared treatments of a lonely unit are R survey's", "[survey][trap][reference]") {
  survey::Design design = clusters(false);
  std::vector<double> values;
  std::vector<std::int32_t> domain;
  survey::Design kept;
  kept.stages.resize(1);
  for (std::size_t row = 0; row < 18; ++row) {
    if (stratum[row] == 3 && unit[row] == 2) {
      continue;
    }
    kept.weights.push_back(weights[row]);
    kept.stages[0].stratum.push_back(stratum[row]);
    kept.stages[0].unit.push_back(unit[row]);
    values.push_back(x[row]);
    domain.push_back(stratum[row] == 1 ? 1 : 0);
  }
  const std::vector<std::pair<survey::LonelyPsu, std::vector<double>>> expected = {
      {survey::LonelyPsu::certainty, {1.20639977697072, 1.42380632692517}},
      {survey::LonelyPsu::remove, {1.20639977697072, 1.42380632692517}},
      {survey::LonelyPsu::adjust, {1.27334831227555, 1.51081131523189}},
      {survey::LonelyPsu::average, {1.47753193969284, 2.01356621773019}}};
  for (const auto& one : expected) {
    kept.lonely = one.first;
    CHECK(survey::means(kept, column(values)).std_error(0) == near(one.second[0]));
    CHECK(survey::domain_means(kept, values, domain, 2).std_error(0) == near(one.second[1]));
  }
}

// Bugs: rows of weight 0 counted in n; N taken from weights that average 1.
TEST_CASE("trap 9: a design effect counts people and does not change with the scale of the weights", "[survey][trap]") {
  const survey::Design design = clusters(false);
  const survey::Estimates plain = survey::means(design, column(y));
  survey::Design with_nobody = design;
  std::vector<double> longer = y;
  for (std::size_t row = 0; row < 6; ++row) {
    with_nobody.weights.push_back(0);
    with_nobody.stages[0].stratum.push_back(1);
    with_nobody.stages[0].unit.push_back(1);
    longer.push_back(1);
  }
  const survey::Estimates same = survey::means(with_nobody, column(longer));
  CHECK(same.n[0] == plain.n[0]);
  CHECK(same.kish_n[0] == near(plain.kish_n[0]));
  CHECK(same.design_effect[0] == near(plain.design_effect[0]));
  CHECK(same.design_effect_without[0] == near(plain.design_effect_without[0]));
  survey::Design normalised = design;
  for (double& weight : normalised.weights) {
    weight /= 105. / 16; // of those with an answer: they average 1
  }
  const survey::Estimates of_one = survey::means(normalised, column(y));
  CHECK(of_one.design_effect[0] == near(plain.design_effect[0]));
  CHECK(std::isnan(of_one.design_effect_without[0]));
  CHECK_FALSE(survey::population_is_known(normalised));
  CHECK(survey::population_is_known(clusters()));
}

// Bug: n of a domain counts rows outside it, and intervals made of n come out too narrow.
TEST_CASE("trap 10: n, Kish's n and missing are those of the domain", "[survey][trap]") {
  const survey::Estimates by = survey::domain_means(clusters(), y, group, 2);
  CHECK(by.n == std::vector<std::size_t>{9, 7});
  CHECK(by.missing == std::vector<std::size_t>{0, 2});
  CHECK(by.kish_n[0] == near(56. * 56 / 442.5)); // sums of w and w^2 of the first group
  std::vector<std::uint8_t> yes;
  for (const double value : y) {
    yes.push_back(std::isnan(value) ? 255 : value > 3 ? 1 : 0);
  }
  const std::vector<std::span<const std::uint8_t>> outcomes = {yes};
  const survey::Cube cube = survey::share_cube(clusters(), outcomes, group, 2);
  CHECK(cube.at(0, 0).n == 9);
  CHECK(cube.at(0, 1).n == 7);
  CHECK(cube.at(0, 1).missing == 2);
  CHECK(cube.at(0, 0).facts().n == 9);
  CHECK(cube.at(0, 0).kish_n == near(56. * 56 / 442.5));
}

// Bug: clusters of different strata that bear the same label are taken for one, at the first stage or below.
TEST_CASE("trap 11: labels used again in another stratum are other units", "[survey][trap]") {
  survey::Design again = two_stages(); // clusters 1, 2, 3 in every stratum
  survey::Design unique = again;
  again.stages[1].unit.clear();
  for (std::size_t row = 0; row < 18; ++row) {
    unique.stages[0].unit[row] += 10 * stratum[row];
    again.stages[1].unit.push_back(row == 0 || unit[row] != unit[row - 1] || stratum[row] != stratum[row - 1]
                                       ? 0
                                       : again.stages[1].unit.back() + 1); // 0, 1, 2 in every cluster
  }
  CHECK(survey::means(again, column(y)).std_error(0) == near(0.60546413144288));
  CHECK(survey::means(unique, column(y)).std_error(0) == near(0.60546413144288));
  CHECK(survey::degrees_of_freedom(again) == 5);
}

// Bug: the error after weighting to margins is taken from the scores and not from their residuals (1.214 in place of 1.049).
TEST_CASE("trap 12: after calibration the variance is that of residuals", "[survey][trap]") {
  survey::Design design = clusters(false);
  auto calibration = std::make_shared<survey::Calibration>();
  calibration->before = weights;
  calibration->margins = {{"group", group, {60, 70}, {}, {}}, {"all", std::vector<std::int32_t>(18, 0), {130}, {}, {}}}; // says it twice
  for (std::size_t row = 0; row < 18; ++row) {
    design.weights[row] *= group[row] == 0 ? 60. / 56 : 70. / 60;
  }
  design.calibration = calibration;
  const survey::Estimates mean = survey::means(design, column(x));
  CHECK(mean.values[0] == near(9.86227106227106));
  CHECK(mean.std_error(0) == near(1.04937875031749));
  CHECK(survey::domain_means(design, x, std::vector<std::int32_t>(18, 0), 1).std_error(0) == near(1.04937875031749));
  // What the margins fix has no error.
  std::vector<double> second(group.begin(), group.end());
  CHECK(survey::totals(design, column(second)).values[0] == near(70));
  CHECK(survey::totals(design, column(second)).std_error(0) < 1e-10);
  // A margin that is an amount: its total is fixed too.
  survey::Design by_amount = clusters(false);
  auto amounts = std::make_shared<survey::Calibration>();
  amounts->before = weights;
  amounts->margins = {{"group", group, {56, 60}, {}, {}}, {"x", {}, {1140}, {}, x}};
  by_amount.calibration = amounts;
  CHECK(survey::totals(by_amount, column(x)).std_error(0) < 1e-9);
  CHECK(survey::totals(by_amount, column(y)).std_error(0) > 1);
}

// Bug: every column whose name begins with the prefix is taken for a replicate weight: a flag of 0 and 1 becomes a replicate, or two, and
// the order is that of the letters, so that repwt10 comes before repwt2 and each scale stands at another replicate.
TEST_CASE("trap 14: replicate weights are the prefix and a number, nothing that only begins like them", "[survey][trap]") {
  // The jackknife of the eight clusters, written as a file would have it, its columns in no order.
  const survey::Design made = survey::make_replicates(clusters(false), survey::ReplicateMethod::jkn).design;
  const std::size_t units = made.replicates->count;
  REQUIRE(units == 8);
  std::vector<std::string> names = {"repwt_flag", "repwt", "repwt0", "repwt2_old", "REPWT1", "xrepwt3", "repwt1.5"};
  std::vector<std::vector<double>> columns(names.size(), std::vector<double>(18, 1));
  columns[2] = weights;
  for (const std::size_t r : {4U, 0U, 7U, 2U, 6U, 1U, 5U, 3U}) {
    names.push_back("repwt" + std::to_string(r + 1));
    columns.emplace_back();
    for (std::size_t row = 0; row < 18; ++row) {
      columns.back().push_back(made.replicates->doubles[row * units + r]);
    }
  }
  CHECK(survey::replicate_columns(names, "repwt") == std::vector<std::size_t>{8, 12, 10, 14, 7, 13, 11, 9});
  survey::GivenReplicates given;
  given.prefix = "repwt";
  given.method = survey::ReplicateMethod::jkn;
  given.rscales = {2. / 3, 2. / 3, 2. / 3, 2. / 3, 2. / 3, 2. / 3, .5, .5};
  survey::Design design;
  design.weights = weights;
  design.replicates = std::make_shared<const survey::Replicates>(survey::given_replicates(names, columns, given));
  REQUIRE(design.replicates->count == units);
  CHECK(survey::means(design, column(y)).std_error(0) == survey::means(made, column(y)).std_error(0));
  CHECK(survey::degrees_of_freedom(design) == 5);
  // Numbers sort as numbers, and zeros before them are only a way of writing.
  std::vector<std::string> census = {"PWGTP"};
  for (int r = 80; r >= 1; --r) {
    census.push_back((r < 10 ? "PWGTP0" : "PWGTP") + std::to_string(r));
  }
  const std::vector<std::size_t> found = survey::replicate_columns(census, "PWGTP");
  REQUIRE(found.size() == 80);
  CHECK(found.front() == 80);
  CHECK(found[9] == 71);
  CHECK(found.back() == 1);
}

// Bug: a result remembered by where the design lies in memory, and given again after the design has changed there.
TEST_CASE("trap 15: a design that has changed gives new numbers", "[survey][trap]") {
  survey::Design design = clusters();
  const double before = survey::means(design, column(x)).values[0];
  design.weights[13] *= 3;
  CHECK(survey::means(design, column(x)).values[0] != before);
  design.stages[0].population.clear();
  CHECK(survey::means(design, column(x)).std_error(0) > 0);
  CHECK(survey::degrees_of_freedom(design) == 5);
}
