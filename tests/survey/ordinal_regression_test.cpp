#include "tests/support/catch.hpp"
#include "tests/survey/small_sample.hpp"

#include "engine/survey/marginal_effects.hpp"
#include "engine/survey/ordinal_regression.hpp"

#include <cmath>

using namespace canvass;
using namespace canvass::survey;
using small_sample::refuses;

// References: tests/reference/survey_models.R, where the second derivatives are differences of the exact gradient (about 1e-9).

TEST_CASE("ordinal: what cannot be fitted is refused", "[survey][ordinal]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  refuses([&] { fit_ordinal(s.design, std::vector<double>(60, 2.0), both); }, "the outcome is 2 for all 59 people");
  refuses([&] { fit_ordinal(s.design, std::vector<double>(60, small_sample::missing), both); }, "nobody can enter the model");
  std::vector<double> separated(60);
  for (std::size_t i = 0; i < 60; ++i) {
    separated[i] = s.x[i] < 4 ? 1 : s.x[i] < 8 ? 2 : 3;
  }
  refuses([&] { fit_ordinal(s.design, separated, both); }, "separated by");
  std::vector<double> quasi = s.ordinal;
  for (std::size_t i = 0; i < 60; ++i) {
    quasi[i] = s.k[i] == 2 ? 4 : s.ordinal[i];
  }
  refuses([&] { fit_ordinal(s.design, quasi, both); }, "separated by 'k=2'");
}

TEST_CASE("ordinal: the reference sample", "[survey][ordinal]") {
  const small_sample::Sample s = small_sample::sample();
  const OrdinalRegression fit = fit_ordinal(s.design, s.ordinal, small_sample::predictors(s));
  const std::vector<double> estimates{0.502586699198917, 0.950076871406412, 3.02321347222132,
                                      1.61005795283064,  3.96348849981953,  6.52236734085058};
  const std::vector<double> errors{0.0949192397323916, 0.376281558867785, 0.890149920798631,
                                   0.459628093585193,  0.521062674823582, 0.658072717406591};
  REQUIRE(fit.coefficients.size() == 3);
  REQUIRE(fit.thresholds.size() == 3);
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(fit.coefficients[j].estimate == Approx(estimates[j]).epsilon(1e-9));
    CHECK(fit.coefficients[j].std_error == Approx(errors[j]).epsilon(1e-7));
    CHECK(fit.thresholds[j].estimate == Approx(estimates[3 + j]).epsilon(1e-9));
    CHECK(fit.thresholds[j].std_error == Approx(errors[3 + j]).epsilon(1e-7));
  }
  CHECK(fit.categories == std::vector<double>{1, 2, 3, 4});
  CHECK(fit.n == 59);
  CHECK(fit.missing == 1);
  CHECK(fit.df_residual == 6);
  const std::vector<std::string> x{"x"};
  const double t = fit.coefficients[0].statistic;
  CHECK(wald_test(fit, x).statistic == Approx(t * t).epsilon(1e-12));
}

TEST_CASE("ordinal: two categories are a logistic model, and turned codes turn the signs", "[survey][ordinal][property]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  const OrdinalRegression two = fit_ordinal(s.design, s.b, both);
  const GlmFit logit = fit_glm(s.design, Family::logistic, s.b, both);
  CHECK(two.thresholds[0].estimate == Approx(-logit.coefficients[0].estimate).epsilon(1e-9));
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(two.coefficients[j].estimate == Approx(logit.coefficients[j + 1].estimate).epsilon(1e-9));
    CHECK(two.coefficients[j].std_error == Approx(logit.coefficients[j + 1].std_error).epsilon(1e-9));
  }
  CHECK(two.deviance == Approx(logit.deviance).epsilon(1e-12));
  std::vector<double> turned = s.ordinal;
  for (double& code : turned) {
    code = 10 - code;
  }
  const OrdinalRegression up = fit_ordinal(s.design, s.ordinal, both);
  const OrdinalRegression down = fit_ordinal(s.design, turned, both);
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(down.coefficients[j].estimate == Approx(-up.coefficients[j].estimate).epsilon(1e-9));
    CHECK(down.coefficients[j].std_error == Approx(up.coefficients[j].std_error).epsilon(1e-9));
  }
}

// Trap 7, the ordinal model: replicates are refitted. Planted bug it catches: the branch on replicates taken out of fit_ordinal.
TEST_CASE("trap 7: an ordinal model on a replicate design is fitted anew in each replicate", "[survey][ordinal][trap]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  const Design replicated = small_sample::jackknifed(s);
  const OrdinalRegression fit = fit_ordinal(replicated, s.ordinal, both);
  double square = 0;
  double mean = 0;
  std::vector<double> found;
  for (std::size_t r = 0; r < 12; ++r) {
    Design one = s.design;
    for (std::size_t i = 0; i < 60; ++i) {
      one.weights[i] = replicated.replicates->doubles[i * 12 + r];
    }
    found.push_back(fit_ordinal(one, s.ordinal, both).coefficients[0].estimate);
    mean += found.back() / 12;
  }
  for (const double value : found) {
    square += 0.75 * (value - mean) * (value - mean);
  }
  CHECK(fit.coefficients[0].std_error == Approx(std::sqrt(square)).epsilon(1e-8));
  CHECK(fit.variance == "replicate weights (JKn)");
}

TEST_CASE("marginal effects: the reference sample", "[survey][effects]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  const GlmFit fit = fit_glm(s.design, Family::logistic, s.b, both);
  const MarginalEffects effects = marginal_effects(s.design, both, fit);
  const std::vector<double> estimates{0.0517800214127633, 0.392614434008411, -0.00948726550946668};
  const std::vector<double> errors{0.0102628860524342, 0.0581737139910857, 0.13907445322194};
  REQUIRE(effects.effects.size() == 3);
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(effects.effects[j].estimate == Approx(estimates[j]).epsilon(1e-9));
    CHECK(effects.effects[j].std_error == Approx(errors[j]).epsilon(1e-7)); // the reference takes derivatives by differences, and R's V
    CHECK(effects.effects[j].df == 6);
  }
  Predictors other(60);
  other.add_number("x", s.x);
  refuses([&] { marginal_effects(s.design, other, fit); }, "need the predictors");
}

TEST_CASE("marginal effects: a linear model's are its coefficients", "[survey][effects][property]") {
  const small_sample::Sample s = small_sample::sample();
  const Predictors both = small_sample::predictors(s);
  for (const Design& design : {s.design, small_sample::jackknifed(s)}) { // whatever made the covariance
    const GlmFit fit = fit_glm(design, Family::gaussian, s.y, both);
    const MarginalEffects effects = marginal_effects(design, both, fit);
    for (std::size_t j = 0; j < 3; ++j) {
      CHECK(effects.effects[j].estimate == Approx(fit.coefficients[j + 1].estimate).epsilon(1e-12));
      CHECK(effects.effects[j].std_error == Approx(fit.coefficients[j + 1].std_error).epsilon(1e-12));
    }
  }
}
