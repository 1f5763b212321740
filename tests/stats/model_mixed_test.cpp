#include "tests/stats/model_data.hpp"
#include "tests/stats/model_oracle.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/mixed.hpp"

using namespace canvass::stats;
using canvass::DomainError;

namespace {

/// The random-intercept oracles hold to 1e-6 (lme4's optimiser stops there); df of lmerTest are numeric derivatives: 1e-5.
void check_columns(const MixedFit& fit, const nlohmann::json& reference, DfMethod method) {
  for (std::size_t i = 0; i < fit.coefficients.size(); ++i) {
    INFO(to_string(method) << " " << reference["_row"][i]);
    const Inference made = contrast(fit, model_oracle::unit(fit.coefficients.size(), i), method);
    CHECK(made.estimate == Approx(reference["Estimate"][i].get<double>()).epsilon(1e-6));
    CHECK(made.std_error == Approx(reference["Std. Error"][i].get<double>()).epsilon(1e-6));
    CHECK(made.df == Approx(reference["df"][i].get<double>()).epsilon(1e-5));
    CHECK(made.statistic == Approx(reference["t value"][i].get<double>()).epsilon(1e-6));
  }
}

} // namespace

TEST_CASE("a random intercept is refused where the data cannot bear it", "[stats][mixed]") {
  const std::vector<double> y{1, 2, 2, 3, 4, 3};
  const std::vector<std::size_t> pairs{0, 0, 1, 1, 2, 2};
  const std::vector<std::size_t> alone{0, 1, 2, 3, 4, 5};
  CHECK_THROWS_AS(random_intercept(Matrix(0, 1), {}, {}), DomainError);
  CHECK_THROWS_AS(random_intercept(Matrix(6, 1, 1), y, std::vector<std::size_t>{0}), DomainError);
  CHECK_THROWS_AS(random_intercept(Matrix(6, 1, 1), y, alone), DomainError); // nobody has two rows
  CHECK_THROWS_AS(random_intercept(Matrix(6, 2, 1), y, pairs), DomainError); // a column twice
  CHECK_THROWS_AS(random_intercept(Matrix(6, 1, 1), std::vector<double>(6, 3.0), pairs), DomainError);
  CHECK_THROWS_AS(random_intercept(Matrix(6, 1, 1), std::vector<double>{1, 1, 2, 2, 4, 4}, pairs), DomainError); // people never change
  CHECK_THROWS_AS(random_intercept(Matrix(6, 1, 1), std::vector<double>(6, model_data::gap), pairs), DomainError);
}

TEST_CASE("a person variance below 0 is held at 0 and said", "[stats][mixed]") {
  // Differences within people exceed those between: the model is least squares.
  const std::vector<double> y{1, 3, 3, 1, 2, 2.5, 1.5, 2};
  const std::vector<std::size_t> person{0, 0, 1, 1, 2, 2, 3, 3};
  const MixedFit fit = random_intercept(Matrix(8, 1, 1), y, person);
  CHECK(fit.boundary);
  REQUIRE(fit.warnings.size() == 1);
  CHECK(fit.theta[0] == 0);
  const Inference mean = contrast(fit, std::vector<double>{1});
  CHECK(mean.estimate == Approx(2).epsilon(1e-14));
  CHECK(mean.df == Approx(7).epsilon(1e-10));
  CHECK(mean.std_error == Approx(std::sqrt(4.5 / 7 / 8)).epsilon(1e-12));
  CHECK(contrast(fit, std::vector<double>{1}, DfMethod::kenward_roger).df == Approx(7).epsilon(1e-10));
}

TEST_CASE("contrasts of the wrong shape are refused", "[stats][mixed]") {
  const auto data = model_oracle::long_scores({model_data::waves(), model_data::arms()});
  const MixedFit fit = random_intercept(data.design, data.y, data.person);
  CHECK_THROWS_AS(contrast(fit, std::vector<double>{1, 0}), DomainError);
  CHECK_THROWS_AS(contrast(fit, std::vector<double>(6, 0.0)), DomainError);
  CHECK_THROWS_AS(joint_test(fit, Matrix(1, 5, 1)), DomainError);
  CHECK_THROWS_AS(joint_test(fit, Matrix(2, 6, 1)), DomainError); // the same row twice
  // mmrm's variant has no meaning for a random intercept.
  CHECK(std::isnan(contrast(fit, model_oracle::unit(6, 1), DfMethod::kenward_roger_log_cholesky).p_value));
  CHECK(std::isnan(joint_test(fit, Matrix(1, 6, 1), DfMethod::kenward_roger_log_cholesky).p_value));
}

TEST_CASE("a random intercept against lmerTest on made-up data with people leaving", "[stats][mixed]") {
  // tests/reference/models.R, "random intercept". lme4's optimiser leaves 1e-6 in the variances, numeric derivatives 1e-6 in the df.
  const auto data = model_oracle::long_scores({model_data::waves(), model_data::arms()});
  const MixedFit fit = random_intercept(data.design, data.y, data.person);
  CHECK(fit.n_persons == 24);
  CHECK(fit.n_rows == 66);
  CHECK_FALSE(fit.boundary);
  CHECK(fit.log_likelihood == Approx(-28.555099876462).epsilon(1e-11));
  CHECK(fit.theta[0] == Approx(0.1795846324189).epsilon(1e-5));
  CHECK(fit.theta[1] == Approx(0.0504467171385).epsilon(1e-5));
  const double estimates[] = {2.3666666666667, 0.0343233973162, 0.1038867185805, 0.1897541288127, 0.6405074956797, 0.1233031666325};
  const double errors[] = {0.1384531658352, 0.1972117456511, 0.0946487483953, 0.0946487483953, 0.1366822371521, 0.1392828641734};
  const double dfs[] = {29.1345497993, 29.8456769200, 38.3900676654, 38.3900676662, 38.7819760841, 38.9141116059};
  for (std::size_t i = 0; i < 6; ++i) {
    const Inference made = contrast(fit, model_oracle::unit(6, i));
    CHECK(made.estimate == Approx(estimates[i]).epsilon(1e-6));
    CHECK(made.std_error == Approx(errors[i]).epsilon(1e-6));
    CHECK(made.df == Approx(dfs[i]).epsilon(1e-5));
  }
}

TEST_CASE("one row of a joint test is the square of its contrast", "[stats][mixed]") {
  const auto data = model_oracle::long_scores({model_data::waves(), model_data::arms()});
  const MixedFit fit = random_intercept(data.design, data.y, data.person);
  Matrix row(1, 6, 0);
  row(0, 4) = 1;
  for (const DfMethod method : {DfMethod::satterthwaite, DfMethod::kenward_roger, DfMethod::kenward_roger_observed}) {
    const Inference t = contrast(fit, model_oracle::unit(6, 4), method);
    const FTest f = joint_test(fit, row, method);
    INFO(to_string(method));
    CHECK(f.statistic == Approx(t.statistic * t.statistic).epsilon(1e-9));
    CHECK(f.df2 == Approx(t.df).epsilon(1e-7));
    CHECK(f.p_value == Approx(t.p_value).epsilon(1e-7));
  }
}

TEST_CASE("random intercept agrees with lme4, lmerTest and pbkrtest", "[stats][mixed][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto reference = model_oracle::json("flat_scale.json")["lmm_ri"];
  const auto data = model_oracle::long_scores(model_oracle::wide_scores("flat_scale_scores_long.csv"));
  const MixedFit fit = random_intercept(data.design, data.y, data.person);
  CHECK(-2 * fit.log_likelihood == Approx(reference["REMLcrit"].get<double>()).epsilon(1e-10));
  CHECK(std::sqrt(fit.theta[0]) == Approx(reference["sd_id"].get<double>()).epsilon(1e-6));
  CHECK(std::sqrt(fit.theta[1]) == Approx(reference["sd_res"].get<double>()).epsilon(1e-6));
  check_columns(fit, reference["satt"], DfMethod::satterthwaite);
  check_columns(fit, reference["kr"], DfMethod::kenward_roger);
  // Type III hypotheses on R's treatment coding: arms and waves weighed alike.
  const double third = 1.0 / 3;
  Matrix arm(1, 6);
  arm.values = {0, 1, 0, 0, third, third};
  Matrix wave(2, 6);
  wave.values = {0, 0, 1, 0, .5, 0, 0, 0, 0, 1, 0, .5};
  Matrix both(2, 6);
  both.values = {0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1};
  const std::vector<Matrix> effects{arm, wave, both};
  for (std::size_t e = 0; e < 3; ++e) {
    for (const auto& [name, method] :
         std::map<std::string, DfMethod>{{"anova_satt", DfMethod::satterthwaite}, {"anova_kr", DfMethod::kenward_roger}}) {
      INFO(name << " " << reference[name]["_row"][e]);
      const FTest test = joint_test(fit, effects[e], method);
      CHECK(test.statistic == Approx(reference[name]["F value"][e].get<double>()).epsilon(1e-6));
      CHECK(test.df1 == reference[name]["NumDF"][e].get<double>());
      CHECK(test.df2 == Approx(reference[name]["DenDF"][e].get<double>()).epsilon(1e-6));
      CHECK(test.p_value == Approx(reference[name]["Pr(>F)"][e].get<double>()).epsilon(1e-5));
    }
  }
}

TEST_CASE("random intercept with people leaving agrees with lmerTest and pbkrtest", "[stats][mixed][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto reference = model_oracle::json("extra.json")["lmm_ri_attrition"];
  const auto data = model_oracle::long_scores(model_oracle::wide_scores("flat_scale_scores_long_attrition.csv"));
  const MixedFit fit = random_intercept(data.design, data.y, data.person);
  CHECK(-2 * fit.log_likelihood == Approx(reference["REML"].get<double>()).epsilon(1e-10));
  for (const auto& [name, method] : std::map<std::string, DfMethod>{{"satt", DfMethod::satterthwaite}, {"kr", DfMethod::kenward_roger}}) {
    for (std::size_t i = 0; i < 6; ++i) {
      INFO(name << " " << i);
      const auto& row = reference[name][i];
      const Inference made = contrast(fit, model_oracle::unit(6, i), method);
      CHECK(made.estimate == Approx(row["Estimate"].get<double>()).epsilon(1e-6));
      CHECK(made.std_error == Approx(row["Std. Error"].get<double>()).epsilon(1e-6));
      CHECK(made.df == Approx(row["df"].get<double>()).epsilon(1e-5));
    }
  }
}
