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
