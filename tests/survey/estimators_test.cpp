#include "tests/support/catch.hpp"
#include "tests/survey/eighteen_rows.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/calibration.hpp"
#include "engine/survey/cube.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/quantiles.hpp"

#include <cmath>
#include <memory>
#include <string>

using namespace canvass;
using namespace canvass::testing::eighteen;

namespace {

// R's numbers have 15 digits; sums of 18 rows lose two at most.
Approx near(double value) {
  return Approx(value).epsilon(1e-11);
}

std::string refusal(const survey::Design& design) {
  try {
    survey::means(design, column(x));
  } catch (const DomainError& error) {
    return error.what();
  }
  return "nothing was refused";
}

/// The jackknife by hand: cluster u of stratum h left out, the others of h weighted up.
survey::Design jackknife(bool about_estimate) {
  survey::Design design = rows();
  auto replicates = std::make_shared<survey::Replicates>();
  const std::vector<std::pair<std::int32_t, std::int32_t>> left_out = {{1, 1}, {1, 2}, {1, 3}, {2, 1}, {2, 2}, {2, 3}, {3, 1}, {3, 2}};
  replicates->count = left_out.size();
  for (std::size_t row = 0; row < weights.size(); ++row) {
    for (const auto& one : left_out) {
      const double clusters = one.first == 3 ? 2 : 3;
      const double factor = stratum[row] != one.first ? 1 : unit[row] == one.second ? 0 : clusters / (clusters - 1);
      replicates->doubles.push_back(weights[row] * factor);
    }
  }
  replicates->rscales = {2. / 3, 2. / 3, 2. / 3, 2. / 3, 2. / 3, 2. / 3, .5, .5};
  replicates->about_estimate = about_estimate;
  replicates->method = "JKn";
  design.replicates = replicates;
  return design;
}

/// A sample large enough for several blocks and threads.
struct Large {
  survey::Design design;
  std::vector<std::int32_t> domain;
  std::vector<std::uint8_t> answer, other;
  std::vector<double> y;
};

Large large(bool clustered, bool calibrated) {
  Large result;
  std::uint64_t state = 7;
  const auto next = [&] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 11U) * 0x1p-53;
  };
  survey::Stage stage;
  survey::Margin area{"area", {}, std::vector<double>(9, 5000), {}, {}};
  survey::Margin age{"age", {}, std::vector<double>(4, 11250), {}, {}};
  for (std::size_t row = 0; row < 9000; ++row) {
    const auto at = static_cast<std::int32_t>(row % 9);
    stage.stratum.push_back(at / 3);
    if (clustered) {
      stage.unit.push_back(static_cast<std::int32_t>(next() * 20));
    }
    stage.population.push_back(clustered ? 50 : 20000);
    result.domain.push_back(at == 8 && next() < .2 ? -1 : at);
    area.cell.push_back(at);
    age.cell.push_back(static_cast<std::int32_t>(next() * 4));
    result.design.weights.push_back(next() < .01 ? 0 : 1 + 4 * next());
    const double u = next();
    result.answer.push_back(u < .1 ? 255 : u < .3 + .05 * at ? 1 : 0);
    result.other.push_back(u < .95 ? 0 : 1);
    result.y.push_back(result.answer.back() > 1 ? missing : result.answer.back());
  }
  result.design.stages = {stage};
  if (calibrated) {
    auto calibration = std::make_shared<survey::Calibration>();
    calibration->before = result.design.weights;
    for (std::size_t row = 0; row < 9000; ++row) {
      calibration->before[row] *= .5 + next();
    }
    calibration->margins = {area, age};
    result.design.calibration = calibration;
  }
  return result;
}

} // namespace

TEST_CASE("estimators refuse outcomes, domains and contrasts that do not fit", "[survey][estimators]") {
  const survey::Design design = clusters();
  CHECK_THROWS_AS(survey::means(design, column({1, 2})), DomainError);
  CHECK_THROWS_AS(survey::domain_means(design, y, std::vector<std::int32_t>(18, 5), 2), DomainError);
  std::vector<double> infinite = x;
  infinite[3] = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(survey::means(design, column(infinite)), DomainError);
  CHECK_THROWS_AS(survey::contrast(survey::means(design, column(x)), std::vector<double>{1, -1}), DomainError);
  CHECK_THROWS_AS(survey::contrast(survey::means(design, column(x)), std::vector<double>{1}, 1.5), DomainError);
  CHECK_THROWS_AS(survey::quantiles(design, y, std::vector<double>{1.2}), DomainError);
  CHECK_THROWS_AS(survey::quantiles(design, y, std::vector<double>{.5}, {survey::QuantileRule::math, survey::QuantileInterval::replicates}),
                  DomainError);
  CHECK_THROWS_AS(survey::ratios(design, column(x), stats::Matrix(18, 2)), DomainError);
}

TEST_CASE("a stratum has one population, never below its units, and labels are not missing", "[survey][estimators]") {
  survey::Design design = clusters();
  design.stages[0].population[2] = 9;
  CHECK(refusal(design).find("has populations 8 and 9") != std::string::npos);
  design = clusters();
  design.stages[0].population.assign(18, 2);
  CHECK(refusal(design).find("3 units drawn of a population of 2") != std::string::npos);
  design = clusters();
  design.stages[0].stratum[0] = -1;
  CHECK(refusal(design).find("1 of 18 rows have no stratum") != std::string::npos);
  design = clusters();
  design.stages[0].population[0] = missing;
  CHECK(refusal(design).find("1 of 18 rows have no population") != std::string::npos);
}

TEST_CASE("a domain without anybody has no estimate and takes nothing from the others", "[survey][estimators]") {
  const survey::Estimates estimates = survey::domain_means(clusters(), x, group, 3);
  CHECK(estimates.n[2] == 0);
  CHECK(std::isnan(estimates.values[2]));
  CHECK(std::isnan(estimates.std_error(2)));
  CHECK(std::isnan(estimates.covariance(0, 2)));
  CHECK(std::isfinite(estimates.std_error(0)));
  const survey::Contrast of_two = survey::contrast(estimates, std::vector<double>{1, -1, 0});
  CHECK(std::isfinite(of_two.std_error));
}

TEST_CASE("one row has a mean and no error that could be read", "[survey][estimators]") {
  survey::Design design;
  design.weights = {2};
  design.lonely = survey::LonelyPsu::certainty;
  const survey::Estimates estimates = survey::means(design, column({3}));
  CHECK(estimates.values[0] == 3);
  CHECK(estimates.df[0] == 0);
  const survey::Contrast itself = survey::contrast(estimates, std::vector<double>{1});
  CHECK(std::isnan(itself.low));
  CHECK(std::isnan(itself.p_value));
}

TEST_CASE("a constant outcome has an error of 0, and no statistic against itself", "[survey][estimators]") {
  const survey::Estimates estimates = survey::domain_means(clusters(), std::vector<double>(18, 4), group, 2);
  CHECK(estimates.values[0] == 4);
  CHECK(estimates.std_error(0) == 0);
  CHECK(std::isnan(estimates.design_effect[0]));
  CHECK(std::isnan(survey::contrast(estimates, std::vector<double>{1, -1}).statistic));
  CHECK(std::isnan(survey::correlations(clusters(),
                                        [] {
                                          stats::Matrix both(18, 2, 4);
                                          for (std::size_t row = 0; row < 18; ++row) {
                                            both(row, 0) = x[row];
                                          }
                                          return both;
                                        }())
                       .values[0]));
}

TEST_CASE("a quantile ends where its share does, whatever the weights round to", "[survey][estimators]") {
  survey::Design design;
  design.weights.assign(200, 30.97); // cumulated, 20 of them are not quite a tenth
  std::vector<double> values(200);
  for (std::size_t row = 0; row < 200; ++row) {
    values[row] = static_cast<double>(200 - row);
  }
  const std::vector<double> p = {.001, .1, .25, .9, 1};
  const auto math = survey::quantiles(design, values, p);
  const auto school = survey::quantiles(design, values, p, {survey::QuantileRule::school});
  const std::vector<double> at = {1, 20, 50, 180, 200};
  for (std::size_t i = 0; i < p.size(); ++i) {
    CHECK(math[i].value == at[i]);
    CHECK(school[i].value == (i == 0 || i == 4 ? at[i] : at[i] + .5));
  }
  CHECK(survey::quantile_rule("hf9") == survey::QuantileRule::hf9);
  CHECK_FALSE(survey::quantile_rule("hf10").has_value());
  CHECK(survey::name_of(survey::QuantileInterval::xlogit) == "xlogit");
  const auto score = survey::quantiles(design, values, p, {survey::QuantileRule::math, survey::QuantileInterval::score});
  CHECK(score[2].low < 50);
  CHECK(score[2].high > 50);
}

TEST_CASE("means, totals, ratios and domains of three designs are R survey's", "[survey][estimators][reference]") {
  struct Expected {
    survey::Design design;
    double mean_se, deff, total_se, ratio_se;
    std::vector<double> by;
  };
  // tests/reference/survey_estimators.R, lines "clu", "two", "ele"
  const std::vector<Expected> all = {{clusters(),
                                      0.597916360307111,
                                      2.74066078816535,
                                      40.744708245366,
                                      0.0213952012446068,
                                      {0.476707271653779, 0.14576286369937, 0.14576286369937, 0.0523485776547187}},
                                     {two_stages(),
                                      0.60546413144288,
                                      2.81029074120522,
                                      45.3188899435355,
                                      0.0221348584885024,
                                      {0.488977362185108, 0.141791699340769, 0.141791699340769, 0.077573931135047}},
                                     {rows(),
                                      0.421099512820493,
                                      1.35938943550163,
                                      59.4482267747884,
                                      0.018531839421305,
                                      {0.246321199378189, 0.0414541494212481, 0.0414541494212481, 0.151319815723041}}};
  for (const Expected& expected : all) {
    const survey::Estimates mean = survey::means(expected.design, column(y));
    CHECK(mean.values[0] == near(3.1));
    CHECK(mean.std_error(0) == near(expected.mean_se));
    CHECK(mean.design_effect[0] == near(expected.deff));
    CHECK(mean.n[0] == 16);
    CHECK(mean.missing[0] == 2);
    CHECK(mean.kish_n[0] == near(105. * 105. / 882)); // sums of w and w^2 by hand
    const survey::Estimates total = survey::totals(expected.design, column(y));
    CHECK(total.values[0] == near(325.5));
    CHECK(total.std_error(0) == near(expected.total_se));
    const survey::Estimates ratio = survey::ratios(expected.design, column(y), column(x));
    CHECK(ratio.values[0] == near(0.310295519542421));
    CHECK(ratio.std_error(0) == near(expected.ratio_se));
    const survey::Estimates by = survey::domain_means(expected.design, y, group, 2);
    CHECK(by.values[0] == near(2.625));
    CHECK(by.values[1] == near(3.64285714285714));
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(by.covariance.values[i] == near(expected.by[i]));
    }
  }
}

TEST_CASE("variances and correlations are R survey's", "[survey][estimators][reference]") {
  stats::Matrix both(18, 2);
  for (std::size_t row = 0; row < 18; ++row) {
    both(row, 0) = y[row];
    both(row, 1) = x[row];
  }
  const survey::Estimates moments = survey::covariances(clusters(), both);
  CHECK(moments.values[0] == near(2.08711111111111));
  CHECK(moments.values[1] == near(4.05942857142857));
  CHECK(moments.values[2] == near(8.91926832955404));
  CHECK(moments.covariance(0, 0) == near(0.0636095482639344));
  CHECK(moments.covariance(0, 1) == near(0.104229362356741));
  CHECK(moments.covariance(0, 2) == near(0.241904579625973));
  CHECK(moments.covariance(2, 2) == near(1.00027259006741));
  const survey::Estimates correlation = survey::correlations(clusters(), both);
  CHECK(correlation.values[0] == near(0.9408654139728));
  CHECK(correlation.std_error(0) == near(0.0253961846586326));
  stats::Matrix powers(18, 2);
  for (std::size_t row = 0; row < 18; ++row) {
    powers(row, 0) = x[row];
    powers(row, 1) = x[row] * x[row];
  }
  const survey::Estimates two = survey::means(clusters(), powers);
  CHECK(two.values[1] == near(104.422413793103));
  CHECK(two.covariance(0, 1) == near(23.1991787851806));
  CHECK(two.covariance(1, 1) == near(463.385420526088));
}

TEST_CASE("given replicate weights are R survey's, about their mean and about the estimate", "[survey][estimators][reference]") {
  for (const bool about : {false, true}) {
    const survey::Design design = jackknife(about);
    const survey::Estimates mean = survey::means(design, column(y));
    CHECK(mean.std_error(0) == near(about ? 0.725686292688244 : 0.724507837537102));
    CHECK(mean.df[0] == 5);
    CHECK(survey::totals(design, column(y)).std_error(0) == near(47.2255227604735));
    CHECK(survey::ratios(design, column(y), column(x)).std_error(0) == near(about ? 0.0244818955714181 : 0.0244815228284543));
    // One domain is the whole: three ways through the code give one number.
    CHECK(survey::domain_means(design, y, std::vector<std::int32_t>(18, 0), 1).std_error(0) == near(mean.std_error(0)));
    stats::Matrix twice(18, 2);
    for (std::size_t row = 0; row < 18; ++row) {
      twice(row, 0) = twice(row, 1) = y[row];
    }
    CHECK(survey::means(design, twice).std_error(1) == near(mean.std_error(0)));
    const auto found =
        survey::quantiles(design, y, std::vector<double>{.5}, {survey::QuantileRule::math, survey::QuantileInterval::replicates});
    CHECK(found[0].value == 3);
    CHECK(found[0].std_error > 0);
    CHECK(found[0].low < 3);
  }
}

TEST_CASE("unequal probabilities: each variance is R survey's, and a negative one is no error", "[survey][estimators][reference]") {
  const std::vector<double> p = {.2, .7, .55, .15, .4};
  auto unequal = std::make_shared<survey::UnequalProbabilities>();
  unequal->probability = p;
  unequal->joint = stats::Matrix(5, 5);
  survey::Design design;
  for (std::size_t i = 0; i < 5; ++i) {
    design.weights.push_back(1 / p[i]);
    for (std::size_t j = 0; j < 5; ++j) {
      unequal->joint(i, j) = i == j ? p[i] : p[i] * p[j] * .9;
    }
  }
  const auto error = [&](survey::JointProbabilities kind, survey::JointVariance variance, double square) {
    auto with = std::make_shared<survey::UnequalProbabilities>(*unequal);
    with->kind = kind;
    with->variance = variance;
    with->mean_square = square;
    design.unequal = with;
    return survey::totals(design, column({12, 40, 33, 7, 21})).std_error(0);
  };
  using Kind = survey::JointProbabilities;
  using Form = survey::JointVariance;
  CHECK(error(Kind::brewer, Form::horvitz_thompson, -1) == near(10.9827477572473));
  CHECK(error(Kind::hartley_rao, Form::horvitz_thompson, .3) == near(39.7558093417457));
  CHECK(error(Kind::given, Form::horvitz_thompson, -1) == near(47.0371690887976));
  CHECK(error(Kind::given, Form::yates_grundy, -1) == near(8.49651270481655));
  CHECK(std::isnan(error(Kind::overton, Form::horvitz_thompson, -1)));
}

TEST_CASE("collapse joins a lonely unit with the stratum beside it in size", "[survey][estimators]") {
  survey::Design design;
  design.weights = {1, 1, 2, 2, 2, 9, 9};
  design.stages.resize(1);
  design.stages[0].stratum = {0, 0, 1, 2, 2, 3, 3}; // sizes 2, 2, 4, 18: stratum 1 is lonely and stands beside 0
  design.lonely = survey::LonelyPsu::collapse;
  const std::vector<double> values = {1, 4, 2, 7, 5, 3, 6};
  const survey::Estimates collapsed = survey::means(design, column(values));
  survey::Design by_hand = design;
  by_hand.stages[0].stratum = {0, 0, 0, 2, 2, 3, 3};
  by_hand.lonely = survey::LonelyPsu::refuse;
  CHECK(collapsed.std_error(0) == near(survey::means(by_hand, column(values)).std_error(0)));
  CHECK(survey::degrees_of_freedom(design) == 4);
}

TEST_CASE("post-stratified variance is that of residuals, as in R survey", "[survey][estimators][reference]") {
  survey::Design design = clusters(false);
  auto calibration = std::make_shared<survey::Calibration>();
  calibration->before = weights;
  calibration->margins = {{"group", group, {60, 70}, {}, {}}};
  const std::vector<double> sums = {56, 60}; // of the weights in each group
  for (std::size_t row = 0; row < 18; ++row) {
    design.weights[row] *= group[row] == 0 ? 60 / sums[0] : 70 / sums[1];
  }
  design.calibration = calibration;
  const survey::Estimates mean = survey::means(design, column(x));
  CHECK(mean.values[0] == near(9.86227106227106)); // line "poststratified"
  CHECK(mean.std_error(0) == near(1.04937875031749));
  CHECK(survey::population_is_known(design));
}

namespace {

/// Each domain of the cube against the rest: as domain_means over the two, and the same at any number of threads.
void check_rests(const Large& of, std::span<const std::span<const std::uint8_t>> outcomes) {
  const survey::PreparedDesign one(of.design, 1);
  const survey::Cube cube = survey::share_cube(one, outcomes, of.domain, 9, survey::WithRest::yes);
  const survey::Cube alone = survey::share_cube(one, outcomes, of.domain, 9);
  const survey::Cube again = survey::share_cube(survey::PreparedDesign(of.design, 3), outcomes, of.domain, 9, survey::WithRest::yes);
  REQUIRE(cube.rests.size() == cube.cells.size());
  CHECK(alone.rests.empty());
  for (std::size_t d = 0; d < 9; ++d) {
    const survey::RestOfCell& rest = cube.rest(0, d);
    const survey::RestOfCell expected = survey::rest_of_domain(one, of.y, of.domain, static_cast<std::int32_t>(d));
    if (!std::isnan(expected.std_error)) { // under "average" a domain may have lonely strata alone
      CHECK(cube.at(0, d).std_error == Approx(alone.at(0, d).std_error).epsilon(1e-9));
      CHECK(rest.std_error == Approx(expected.std_error).epsilon(1e-9));
      CHECK(rest.std_error == again.rest(0, d).std_error);
    }
    CHECK(rest.rest.share == Approx(expected.rest.share).epsilon(1e-12));
    CHECK(rest.rest.std_error == Approx(expected.rest.std_error).epsilon(1e-9));
    CHECK(rest.rest.df == expected.rest.df);
    CHECK(rest.rest.n == expected.rest.n);
    CHECK(rest.rest.missing == expected.rest.missing);
    CHECK(rest.rest.kish_n == Approx(expected.rest.kish_n).epsilon(1e-12));
    CHECK(rest.rest.design_effect == Approx(expected.rest.design_effect).epsilon(1e-8));
  }
}

} // namespace

TEST_CASE("a domain that is everybody has no rest", "[survey][estimators][empty]") {
  const Large of = large(false, true);
  const std::vector<std::int32_t> everybody(of.y.size(), 0);
  const std::vector<std::span<const std::uint8_t>> outcomes = {of.answer};
  const survey::Cube cube = survey::share_cube(of.design, outcomes, everybody, 2, survey::WithRest::yes);
  CHECK(cube.rest(0, 0).rest.n == 0);
  CHECK(std::isnan(cube.rest(0, 0).std_error));
  CHECK(cube.at(0, 1).n == 0); // nobody there, and the rest is everybody
  CHECK(cube.rest(0, 1).rest.share == Approx(cube.at(0, 0).share).epsilon(1e-13));
  CHECK(cube.rest(0, 1).rest.std_error == Approx(cube.at(0, 0).std_error).epsilon(1e-10));
  CHECK(std::isnan(cube.rest(0, 1).std_error));
}

TEST_CASE("the cube, domains with their covariance and covariance_of_totals agree", "[survey][estimators][property]") {
  for (const bool clustered : {false, true}) {
    for (const bool calibrated : {false, true}) {
      const Large of = large(clustered, calibrated);
      const survey::PreparedDesign one(of.design, 1);
      const survey::Estimates domains = survey::domain_means(one, of.y, of.domain, 9);
      const std::vector<std::span<const std::uint8_t>> outcomes = {of.answer, of.other};
      const survey::Cube cube = survey::share_cube(one, outcomes, of.domain, 9);
      stats::Matrix scores(of.y.size(), 9);
      for (std::size_t row = 0; row < of.y.size(); ++row) {
        if (of.domain[row] >= 0 && !std::isnan(of.y[row])) {
          const auto d = static_cast<std::size_t>(of.domain[row]);
          scores(row, d) = of.design.weights[row] * (of.y[row] - domains.values[d]);
        }
      }
      const stats::Matrix dense = survey::covariance_of_totals(one, scores);
      for (std::size_t d = 0; d < 9; ++d) {
        double weight = 0;
        for (std::size_t row = 0; row < of.y.size(); ++row) {
          weight += of.domain[row] == static_cast<std::int32_t>(d) && !std::isnan(of.y[row]) ? of.design.weights[row] : 0;
        }
        const survey::CubeCell& cell = cube.at(0, d);
        CHECK(cell.share == Approx(domains.values[d]).epsilon(1e-12));
        CHECK(cell.std_error == Approx(domains.std_error(d)).epsilon(1e-9));
        CHECK(std::sqrt(dense(d, d)) / weight == Approx(domains.std_error(d)).epsilon(1e-9));
        CHECK(cell.df == domains.df[d]);
        CHECK(cell.n == domains.n[d]);
        CHECK(cell.missing == domains.missing[d]);
        CHECK(cell.kish_n == Approx(domains.kish_n[d]).epsilon(1e-12));
        CHECK(cell.design_effect == Approx(domains.design_effect[d]).epsilon(1e-8));
        for (std::size_t e = 0; e < d; ++e) {
          CHECK(domains.covariance(d, e) == domains.covariance(e, d));
        }
      }
      const survey::PreparedDesign three(of.design, 3);
      const survey::Cube again = survey::share_cube(three, outcomes, of.domain, 9);
      for (std::size_t i = 0; i < cube.cells.size(); ++i) {
        CHECK(cube.cells[i].std_error == again.cells[i].std_error);
      }
      check_rests(of, outcomes);
      CHECK(survey::domain_means(three, of.y, of.domain, 9).covariance == domains.covariance);
      CHECK(survey::means(three, column(of.y)).covariance == survey::means(one, column(of.y)).covariance);
    }
  }
}

TEST_CASE("the cube under each treatment of lonely units is domain_means'", "[survey][estimators][property]") {
  for (const survey::LonelyPsu lonely :
       {survey::LonelyPsu::certainty, survey::LonelyPsu::adjust, survey::LonelyPsu::average, survey::LonelyPsu::collapse}) {
    Large of = large(true, false);
    of.design.lonely = lonely;
    for (std::size_t row = 0; row < of.y.size(); ++row) {
      if (of.domain[row] == 0) {
        of.design.stages[0].stratum[row] = 77;
        of.design.stages[0].unit[row] = 0;
      }
    }
    const std::vector<std::span<const std::uint8_t>> outcomes = {of.answer};
    const survey::Cube cube = survey::share_cube(of.design, outcomes, of.domain, 9);
    const survey::Estimates domains = survey::domain_means(of.design, of.y, of.domain, 9);
    for (std::size_t d = 1; d < 9; ++d) {
      CHECK(cube.at(0, d).std_error == Approx(domains.std_error(d)).epsilon(1e-9));
    }
    check_rests(of, outcomes);
    if (lonely == survey::LonelyPsu::average) {
      CHECK(std::isnan(cube.at(0, 0).std_error)); // only the lonely stratum has members
      CHECK(std::isnan(domains.std_error(0)));
    }
  }
}

TEST_CASE("all pairs are the contrasts of one covariance matrix", "[survey][estimators][property]") {
  const Large of = large(false, true);
  const survey::Estimates domains = survey::domain_means(of.design, of.y, of.domain, 9);
  const std::vector<survey::PairDifference> pairs = survey::pairwise_differences(domains);
  REQUIRE(pairs.size() == 36);
  for (const survey::PairDifference& pair : pairs) {
    std::vector<double> by(9, 0);
    by[pair.second] = 1;
    by[pair.first] = -1;
    const survey::Contrast one = survey::contrast(domains, by);
    CHECK(pair.difference.value == Approx(one.value).epsilon(1e-12));
    CHECK(pair.difference.std_error == Approx(one.std_error).epsilon(1e-9));
    CHECK(pair.difference.df == one.df);
    CHECK(pair.difference.p_value == Approx(one.p_value).epsilon(1e-7));
  }
  stats::Matrix jacobian(1, 9);
  jacobian(0, 3) = 1;
  jacobian(0, 7) = -1;
  const survey::Estimates delta = survey::by_delta_method(domains, {domains.values[3] - domains.values[7]}, jacobian);
  CHECK(delta.std_error(0) == Approx(survey::contrast(domains, std::vector<double>{0, 0, 0, 1, 0, 0, 0, -1, 0}).std_error).epsilon(1e-12));
}
