#include "tests/support/catch.hpp"
#include "tests/support/contains_text.hpp"
#include "tests/survey/small_sample.hpp"

#include "engine/survey/calibration.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/glm.hpp"
#include "engine/survey/glm_tests.hpp"
#include "engine/survey/ordinal_regression.hpp"
#include "engine/survey/tables.hpp"

#include <cmath>

using namespace canvass;
using namespace canvass::survey;
using small_sample::missing;
using small_sample::refuses;

namespace {

// R prints 15 digits and iterates to 1e-15 here: what is left is rounding in the solution of three normal equations.
Approx near(double value) {
  return Approx(value).epsilon(1e-10);
}

const std::vector<std::string> k_term{"k"};

} // namespace

TEST_CASE("glm: what no model can be fitted to is refused", "[survey][glm]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  const std::vector<double> short_y(3, 1.0);
  refuses([&] { fit_glm(s.design, Family::gaussian, short_y, both); }, "3 outcomes");
  refuses([&] { fit_glm(s.design, Family::logistic, s.y, both); }, "only 0 and 1 are allowed");
  std::vector<double> negative = s.count;
  negative[4] = -1;
  refuses([&] { fit_glm(s.design, Family::poisson, negative, both); }, "-1; only counts of 0 or more");
  Predictors twice = both;
  std::vector<double> combined(60);
  for (std::size_t i = 0; i < 60; ++i) {
    combined[i] = 3 * s.x[i] - 7;
  }
  twice.add_number("again", combined);
  refuses([&] { fit_glm(s.design, Family::gaussian, s.y, twice); }, "'again' is a combination");
  Predictors flat(60);
  flat.add_number("flat", std::vector<double>(60, 2.0));
  refuses([&] { fit_glm(s.design, Family::gaussian, s.y, flat); }, "'flat' is 2 for everybody");
  Design lost = s.design;
  lost.weights[7] = missing;
  refuses([&] { fit_glm(lost, Family::gaussian, s.y, both); }, "1 of 60 weights are missing");
  Predictors p(60);
  refuses([&] { p.add_factor("f", s.k, {"a", "b"}); }, "level number 2");
  refuses([&] { p.add_factor("f", std::vector<std::int32_t>(60, 0), {"a", "b"}); }, "everybody has level 'a'");
  refuses([&] { p.add_factor("f", std::vector<std::int32_t>(60, 0), {"a", "b"}, 1); }, "nobody has the reference level");
  p.add_number("x", s.x);
  refuses([&] { p.add_number("x", s.x); }, "twice");
}

TEST_CASE("glm: nobody, and a constant outcome, are refused", "[survey][glm]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  refuses([&] { fit_glm(s.design, Family::gaussian, std::vector<double>(60, missing), both); }, "nobody can enter the model");
  for (const Family family : {Family::gaussian, Family::logistic, Family::poisson}) {
    refuses([&] { fit_glm(s.design, family, std::vector<double>(60, 1.0), both); }, "the outcome is 1 for all 59 people");
  }
  std::vector<double> three(60, missing);
  three[0] = 1;
  three[1] = 2;
  three[2] = 4;
  refuses([&] { fit_glm(s.design, Family::gaussian, three, both); }, "3 people cannot carry 4 coefficients");
}

TEST_CASE("glm: separation in a logistic model is refused with the columns that cause it", "[survey][glm]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  std::vector<double> quasi = s.b; // everybody of level 2 answers 1: quasi-complete
  for (std::size_t i = 0; i < 60; ++i) {
    quasi[i] = s.k[i] == 2 ? 1 : s.b[i];
  }
  refuses([&] { fit_glm(s.design, Family::logistic, quasi, both); }, "separated by 'k=2'");
  std::vector<double> complete(60);
  for (std::size_t i = 0; i < 60; ++i) {
    complete[i] = s.x[i] > 6 ? 1 : 0;
  }
  refuses([&] { fit_glm(s.design, Family::logistic, complete, both); }, "separated by");
  std::vector<double> none = s.count; // all counts of level 2 are 0: its rate has no logarithm
  for (std::size_t i = 0; i < 60; ++i) {
    none[i] = s.k[i] == 2 ? 0 : s.count[i];
  }
  refuses([&] { fit_glm(s.design, Family::poisson, none, both); }, "separated by 'k=2'");
  quasi[2] = 0; // one person of level 2 says 0: there is an estimate
  REQUIRE(s.k[2] != 2);
  quasi[1] = 0;
  REQUIRE(s.k[1] == 2);
  CHECK(fit_glm(s.design, Family::logistic, quasi, both).coefficients[3].estimate > 0);
}

// Trap 5: rows with a missing answer taken out of the design, so that a PSU that lost all of its people is never drawn.
// Planted bug it catches: fit_glm with a design of the complete rows only (standard error 5 % low here).
TEST_CASE("trap 5: a model's missing outcome stays in the design as a domain", "[survey][glm][trap]") {
  const small_sample::Sample s = small_sample::sample();
  const GlmFit fit = fit_glm(s.design, Family::gaussian, s.y, small_sample::predictors(s));
  CHECK(fit.n == 58);
  CHECK(fit.missing == 2);
  CHECK(std::isnan(fit.fitted[8]));
  CHECK(fit.used[33] == 0);
  CHECK(fit.df_design == 9);
  // A PSU that loses all its people to missing answers still counts as drawn: its zero total varies. Dropping the rows would lose it.
  std::vector<double> gone = s.y;
  for (std::size_t i = 0; i < 5; ++i) {
    gone[i] = missing;
  }
  Predictors constant(60);
  const GlmFit kept = fit_glm(s.design, Family::gaussian, gone, constant);
  double total = 0;
  double mean = 0;
  for (std::size_t i = 0; i < 60; ++i) {
    total += std::isnan(gone[i]) ? 0 : s.design.weights[i];
    mean += std::isnan(gone[i]) ? 0 : s.design.weights[i] * gone[i];
  }
  mean /= total;
  double variance = 0;
  for (std::size_t h = 0; h < 3; ++h) {
    std::vector<double> psu(4);
    for (std::size_t i = 20 * h; i < 20 * h + 20; ++i) {
      psu[i / 5 - 4 * h] += std::isnan(gone[i]) ? 0 : s.design.weights[i] * (gone[i] - mean) / total;
    }
    const double middle = (psu[0] + psu[1] + psu[2] + psu[3]) / 4;
    double square = 0;
    for (const double value : psu) {
      square += (value - middle) * (value - middle);
    }
    variance += (1 - 4 / s.design.stages[0].population[20 * h]) * 4 / 3 * square;
  }
  CHECK(kept.coefficients[0].estimate == near(mean));
  CHECK(kept.coefficients[0].std_error == near(std::sqrt(variance)));
}

TEST_CASE("glm: the reference sample in three families", "[survey][glm]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  struct Expected {
    Family family;
    const std::vector<double>* y;
    std::vector<double> coefficients, std_errors, p, wald, lrt;
    double deviance, null_deviance;
  };
  // tests/reference/survey_models.R
  const std::vector<Expected> all{{Family::gaussian,
                                   &s.y,
                                   {2.57663687710111, 0.499901959788707, 0.611367741633489, 3.1270258121827},
                                   {0.35744580396399, 0.0649016507108041, 0.333496459118693, 0.740931392607628},
                                   {0.00036099243052572, 0.000250937997154817, 0.116469552830899, 0.00555881146048733},
                                   {9.03938262836285, 2, 6, 0.0154721658718649},
                                   {98.5015029842955, 5.45431747131578, 0.895891990908052, 0.00642950904761947},
                                   155.256549205551,
                                   432.576713054277},
                                  {Family::logistic,
                                   &s.b,
                                   {-2.98131283544828, 0.298537983945378, 2.13413046914898, -0.0584287845719158},
                                   {0.621518880089077, 0.0826853731701426, 0.259016770029185, 0.861427928099474},
                                   {0.00301052934516838, 0.0112238166817489, 0.000172699481826388, 0.948126532988492},
                                   {35.5700557691249, 2, 6, 0.000470557785901069},
                                   {9.6135065123598, 1.51787195051874, 0.0851944644844114, 0.0494207215386582},
                                   61.2693517920311,
                                   79.0377868469445},
                                  {Family::poisson,
                                   &s.count,
                                   {0.958982497836132, -0.0119076939984143, -0.11409979846116, 0.0029742026232669},
                                   {0.174791286250014, 0.0154256380373804, 0.251131115040611, 0.283707376716335},
                                   {0.00153415047156805, 0.469451836703522, 0.665554938746939, 0.991975531241373},
                                   {0.127574582306887, 2, 6, 0.882552885550684},
                                   {0.362034120831694, 1.96208422506632, 1.38193701363407, 0.896452863776964},
                                   91.5710875174633,
                                   92.1379568686363}};
  for (const Expected& e : all) {
    const GlmFit fit = fit_glm(s.design, e.family, *e.y, both);
    REQUIRE(fit.coefficients.size() == 4);
    // R takes the information of the iteration before the last, so its covariances stay behind where the model iterates.
    const double tolerance = e.family == Family::gaussian ? 1e-10 : 1e-8;
    for (std::size_t j = 0; j < 4; ++j) {
      CHECK(fit.coefficients[j].estimate == near(e.coefficients[j]));
      CHECK(fit.coefficients[j].std_error == Approx(e.std_errors[j]).epsilon(tolerance));
      CHECK(fit.coefficients[j].p_value == Approx(e.p[j]).epsilon(10 * tolerance)); // p multiplies the error of t
    }
    CHECK(fit.df_residual == 6);
    CHECK(fit.deviance == near(e.deviance));
    CHECK(fit.null_deviance == near(e.null_deviance));
    const stats::FTest wald = wald_test(fit, k_term);
    CHECK(wald.statistic == Approx(e.wald[0]).epsilon(tolerance));
    CHECK(wald.df1 == 2);
    CHECK(wald.df2 == 6);
    CHECK(wald.p_value == Approx(e.wald[3]).epsilon(10 * tolerance));
    const WorkingTest lrt = likelihood_ratio_test(s.design, *e.y, both, fit, k_term);
    CHECK(lrt.lambda.size() == 2);
    CHECK(lrt.chi2 == Approx(e.lrt[0]).epsilon(1e-9)); // a difference of deviances
    CHECK(lrt.lambda[0] == Approx(e.lrt[1]).epsilon(tolerance));
    CHECK(lrt.lambda[1] == Approx(e.lrt[2]).epsilon(tolerance));
    CHECK(lrt.p_value == Approx(e.lrt[3]).epsilon(1e-6)); // R finds the saddlepoint to 1e-8
  }
}

// Trap 7: a model on replicate weights that silently falls back to linearisation (also found: quasi-margins with makeshift errors).
// Planted bug it catches: the branch on design.replicates taken out of fit_glm; also the replicates' scores instead of refits.
TEST_CASE("trap 7: a glm on a replicate design is fitted anew in each replicate", "[survey][glm][trap]") {
  const small_sample::Sample s = small_sample::sample();
  const Design replicated = small_sample::jackknifed(s);
  const Predictors both = small_sample::predictors(s);
  Design plain = replicated;
  plain.replicates = nullptr;
  struct Expected {
    Family family;
    const std::vector<double>* y;
    std::vector<double> std_errors;
  };
  const std::vector<Expected> all{
      {Family::gaussian, &s.y, {0.394881416004177, 0.072970275636388, 0.371219851548339, 0.825027676443512}},
      {Family::logistic, &s.b, {0.706555571242806, 0.0949660968258393, 0.306061559565872, 1.00423166055763}},
      {Family::poisson, &s.count, {0.188814083754908, 0.0169183404254875, 0.273587406333903, 0.307886303358324}}};
  for (const Expected& e : all) {
    const GlmFit fit = fit_glm(replicated, e.family, *e.y, both);
    const GlmFit taylor = fit_glm(plain, e.family, *e.y, both);
    CHECK(fit.variance == "replicate weights (JKn)");
    CHECK(taylor.variance == "Taylor linearisation");
    CHECK(fit.df_residual == 6);
    for (std::size_t j = 0; j < 4; ++j) {
      CHECK(fit.coefficients[j].estimate == near(taylor.coefficients[j].estimate));
      CHECK(fit.coefficients[j].std_error == near(e.std_errors[j]));
      CHECK(std::abs(fit.coefficients[j].std_error / taylor.coefficients[j].std_error - 1) > 1e-4); // the two do differ
    }
  }
}

// Trap 1: degrees of freedom of the whole design in a model of a part. Planted bug it catches: df_design = degrees_of_freedom(design).
TEST_CASE("trap 1: a model of one stratum has that stratum's degrees of freedom", "[survey][glm][trap]") {
  const small_sample::Sample s = small_sample::sample();
  std::vector<double> part = s.y;
  for (std::size_t i = 20; i < 60; ++i) {
    part[i] = missing;
  }
  Predictors x(60);
  x.add_number("x", s.x);
  const GlmFit fit = fit_glm(s.design, Family::gaussian, part, x);
  CHECK(fit.df_design == 3);
  CHECK(fit.df_residual == 2);
  CHECK(fit.coefficients[1].df == 2);
  CHECK(fit_glm(s.design, Family::gaussian, s.y, x).df_residual == 8);
}

// Trap 9: rows of weight 0 counted. Planted bug it catches: make_patterns without its look at the weight.
TEST_CASE("trap 9: rows of weight 0 are nobody's answer to a model", "[survey][glm][trap]") {
  const small_sample::Sample s = small_sample::sample();
  Design zero = s.design;
  std::vector<double> outcome = s.b;
  for (const std::size_t i : {2U, 17U, 44U}) {
    zero.weights[i] = 0;
    outcome[i] = 7; // no 0 and no 1: it would be refused
  }
  const GlmFit fit = fit_glm(zero, Family::logistic, outcome, small_sample::predictors(s));
  CHECK(fit.n == 56);
  CHECK(fit.missing == 1);
}

// Trap 12: the variance of a calibrated sample without the residuals of the calibration. Planted bug it catches: the scores' covariance
// taken from a copy of the design without its calibration.
TEST_CASE("trap 12: after calibration a model's errors are those of residuals", "[survey][glm][trap]") {
  const small_sample::Sample s = small_sample::sample();
  Margin margin;
  margin.name = "k";
  margin.totals = {40, 45, 50};
  margin.cell_names = {"0", "1", "2"};
  for (const std::int32_t k : s.k) {
    margin.cell.push_back(k < 0 ? 0 : k);
  }
  const Calibrated calibrated = calibrate(s.design, {margin}, {});
  const Predictors constant(60);
  const GlmFit fit = fit_glm(calibrated.design, Family::gaussian, s.x, constant);
  stats::Matrix column(60, 1);
  column.values = s.x;
  const Estimates mean = means(calibrated.design, column);
  CHECK(fit.coefficients[0].estimate == near(mean.values[0]));
  CHECK(fit.coefficients[0].std_error == near(mean.std_error(0)));
  // What the margin fixes has no error left: the share of k = 2.
  std::vector<double> fixed;
  for (const std::int32_t k : margin.cell) {
    fixed.push_back(k == 2 ? 1 : 0);
  }
  const GlmFit share = fit_glm(calibrated.design, Family::gaussian, fixed, constant);
  CHECK(share.coefficients[0].estimate == near(50.0 / 135));
  CHECK(share.coefficients[0].std_error == Approx(0).margin(1e-9));
}

TEST_CASE("glm: a replicate without an estimate is refused by its number", "[survey][glm]") {
  const small_sample::Sample s = small_sample::sample();
  const Design replicated = small_sample::jackknifed(s);
  std::vector<double> y(60);
  for (std::size_t i = 0; i < 60; ++i) {
    y[i] = i < 5 ? static_cast<double>(i % 2) : (s.x[i] > 6 ? 1 : 0); // only PSU 1 keeps x from separating
  }
  Predictors x(60);
  x.add_number("x", s.x);
  refuses([&] { fit_glm(replicated, Family::logistic, y, x); }, "in replicate 1 of 12: the outcome is separated by 'x'");
}

TEST_CASE("glm: pseudo R2 and score tests of the reference sample", "[survey][glm]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  const GlmFit fit = fit_glm(s.design, Family::logistic, s.b, both);
  const PseudoR2 share = pseudo_r2(fit);
  CHECK(share.cox_snell == near(0.260040568204725));
  CHECK(share.nagelkerke == near(0.352331887429664));
  const GlmFit line = fit_glm(s.design, Family::gaussian, s.y, both);
  CHECK(pseudo_r2(line).cox_snell == near(1 - line.deviance / line.null_deviance));
  const std::vector<std::string> unknown{"z"};
  refuses([&] { wald_test(fit, unknown); }, "no term 'z'");
  refuses([&] { wald_test(fit, {}); }, "no term is named");
}

TEST_CASE("glm: weights, units and the order of rows do not matter beyond what they should", "[survey][glm][property]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  const GlmFit fit = fit_glm(s.design, Family::logistic, s.b, both);
  Design heavier = s.design;
  for (double& w : heavier.weights) {
    w *= 1000;
  }
  const GlmFit scaled = fit_glm(heavier, Family::logistic, s.b, both);
  Predictors units(60);
  std::vector<double> shifted(60);
  for (std::size_t i = 0; i < 60; ++i) {
    shifted[i] = 1e4 + s.x[i] / 100;
  }
  units.add_number("x", shifted);
  units.add_factor("k", s.k, {"0", "1", "2"}, 2);
  const GlmFit other = fit_glm(s.design, Family::logistic, s.b, units);
  for (std::size_t j = 0; j < 4; ++j) {
    CHECK(scaled.coefficients[j].estimate == near(fit.coefficients[j].estimate));
    CHECK(scaled.coefficients[j].std_error == near(fit.coefficients[j].std_error));
  }
  CHECK(scaled.deviance == near(fit.deviance));
  CHECK(other.coefficients[1].estimate == Approx(100 * fit.coefficients[1].estimate).epsilon(1e-8)); // 1e4 eats four digits
  CHECK(other.coefficients[1].std_error == Approx(100 * fit.coefficients[1].std_error).epsilon(1e-8));
  CHECK(wald_test(other, k_term).statistic == Approx(wald_test(fit, k_term).statistic).epsilon(1e-8));
  CHECK(other.deviance == near(fit.deviance));
}

TEST_CASE("glm: score tests of the reference sample, and of a table", "[survey][glm]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  const GlmFit fit = fit_glm(s.design, Family::logistic, s.b, both);
  const ScoreTest test = score_test(s.design, s.b, both, fit, k_term);
  const std::vector<double> pseudo{17.0671431242734, 0.00334123575032567};
  const std::vector<double> working{7.03766910073048, 0.0319967563885073, 1.0798185307942, 0.233750545711093};
  CHECK(test.pseudo.statistic == near(pseudo[0]));
  CHECK(test.pseudo.df1 == 2);
  CHECK(test.pseudo.df2 == 6);
  CHECK(test.pseudo.p_value == Approx(pseudo[1]).epsilon(1e-9));
  CHECK(test.working.statistic == near(working[0]));
  CHECK(test.working.p_value == Approx(working[1]).epsilon(1e-9));
  REQUIRE(test.working.lambda.size() == 2);
  CHECK(test.working.lambda[0] == near(working[2]));
  CHECK(test.working.lambda[1] == near(working[3]));
  // With nothing else in the model the scores are those of a table: Wald's test of independence, and Pearson's chi-square.
  Predictors alone(60);
  alone.add_factor("k", s.k, {"0", "1", "2"});
  const GlmFit factor = fit_glm(s.design, Family::logistic, s.b, alone);
  const ScoreTest same = score_test(s.design, s.b, alone, factor, k_term);
  std::vector<std::int32_t> answer;
  for (const double b : s.b) {
    answer.push_back(b > 0 ? 1 : 0);
  }
  const IndependenceTest table = independence_test(s.design, answer, s.k, TableStatistic::wald);
  CHECK(same.pseudo.statistic == near(table.statistic));
  CHECK(same.working.chi2 == near(table.pearson));
}

TEST_CASE("separation is refused however far Newton's steps had to go, and in any family", "[survey][glm]") {
  // Nobody of 40 in the first group, 20 of 400 in the second: the odds ratio is infinite. Unlike weights, so that nothing is round.
  Design design;
  std::vector<double> y;
  std::vector<double> group;
  for (int i = 0; i < 440; ++i) {
    group.push_back(i < 40 ? 0 : 1);
    y.push_back(i >= 40 && i % 20 == 0 ? 1 : 0);
    design.weights.push_back(1 + 0.37 * (i % 7));
  }
  Predictors predictors(440);
  predictors.add_number("group", group);
  CHECK_THROWS_WITH(fit_glm(design, Family::logistic, y, predictors), canvass::testing::contains_text("separated by 'group'"));
  CHECK_THROWS_WITH(fit_glm(design, Family::poisson, y, predictors), canvass::testing::contains_text("separated by 'group'"));
  CHECK_THROWS_WITH(fit_ordinal(design, y, predictors), canvass::testing::contains_text("separated by 'group'"));
  y[3] = 1; // one of 40 is enough
  CHECK(std::abs(fit_glm(design, Family::logistic, y, predictors).coefficients[1].estimate) < 3);
}
