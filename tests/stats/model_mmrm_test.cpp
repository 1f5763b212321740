#include "tests/stats/model_oracle.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/mmrm.hpp"

#include <algorithm>
#include <chrono>

using namespace canvass::stats;
using canvass::DomainError;
using Catch::Matchers::Contains;

namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

double relative(double a, double b) {
  return std::abs(a - b) / std::max(std::abs(b), 1e-300);
}

void check_coefficients(const MixedFit& fit, const nlohmann::json& reference, DfMethod method) {
  for (std::size_t i = 0; i < reference.size(); ++i) {
    INFO(to_string(method) << " " << reference[i]["_row"]);
    const Inference made = contrast(fit, model_oracle::unit(fit.coefficients.size(), i), method);
    // mmrm stops with variances 1.8e-6 and df 1.4e-4 from the maximum (conventions.md, known limits).
    CHECK(std::abs(made.estimate - reference[i]["Estimate"].get<double>()) < 1e-6);
    CHECK(relative(made.std_error, reference[i]["Std. Error"]) < 1e-5);
    CHECK(std::abs(made.df - reference[i]["df"].get<double>()) < 1e-3);
    CHECK(relative(made.statistic, reference[i]["t value"]) < 2e-5);
    // A relative error of t (df) is multiplied in the far tail; p of 1e-42 would test nothing but that.
    CHECK(std::abs(std::log(made.p_value) / std::log(reference[i]["Pr(>|t|)"].get<double>()) - 1) < 1e-5);
  }
}

} // namespace

TEST_CASE("mmrm agrees with the R package mmrm 0.3.18, complete data", "[stats][mmrm][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto reference = model_oracle::json("flat_mmrm.json");
  const auto data = model_oracle::long_scores(model_oracle::wide_scores("flat_scale_scores_long.csv"));
  const MmrmFit fit = mmrm(data.design, data.y, data.person, data.wave, 3);
  check_coefficients(fit.model, reference["Satterthwaite"]["coef"], DfMethod::satterthwaite);
  check_coefficients(fit.model, reference["Kenward-Roger"]["coef"], DfMethod::kenward_roger_log_cholesky);
  check_coefficients(fit.model, reference["Kenward-Roger-Linear"]["coef"], DfMethod::kenward_roger_observed);
  check_coefficients(fit.model, reference["Kenward-Roger-Linear"]["coef"], DfMethod::kenward_roger);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      CHECK(relative(fit.covariance(i, j), reference["Satterthwaite"]["V"][i][j]) < 1e-5);
    }
  }
  CHECK(fit.model.log_likelihood == Approx(reference["Satterthwaite"]["logLik"].get<double>()).epsilon(1e-10));
  // At the maximum itself: df are exactly n - 2.
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(contrast(fit.model, model_oracle::unit(6, i)).df == Approx(81).epsilon(1e-9));
  }
  // The likelihood is not below the reference's.
  CHECK(fit.model.log_likelihood >= reference["Satterthwaite"]["logLik"].get<double>() - 1e-9);
}

TEST_CASE("mmrm agrees with the R package mmrm 0.3.18, people leaving", "[stats][mmrm][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto reference = model_oracle::json("flat_mmrm.json");
  const auto data = model_oracle::long_scores(model_oracle::wide_scores("flat_scale_scores_long_attrition.csv"));
  REQUIRE(data.y.size() == 222);
  const MmrmFit fit = mmrm(data.design, data.y, data.person, data.wave, 3);
  check_coefficients(fit.model, reference["attrition_Satterthwaite"]["coef"], DfMethod::satterthwaite);
  check_coefficients(fit.model, reference["attrition_Kenward-Roger"]["coef"], DfMethod::kenward_roger_log_cholesky);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      // mmrm stopped 1.8e-5 short here (docs/replication.md): its likelihood is below the one found.
      CHECK(relative(fit.covariance(i, j), reference["attrition_Satterthwaite"]["V"][i][j]) < 2e-5);
    }
  }
  CHECK(fit.model.log_likelihood >= reference["attrition_Satterthwaite"]["logLik"].get<double>());
}

TEST_CASE("mmrm with one baseline for both arms agrees with the R package mmrm", "[stats][mmrm][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto reference = model_oracle::json("flat_mmrm.json");
  const auto wide = model_oracle::wide_scores("flat_scale_scores_long.csv");
  const auto data = model_oracle::long_scores(wide, true);
  const MmrmFit fit = mmrm(data.design, data.y, data.person, data.wave, 3);
  check_coefficients(fit.model, reference["cLDA_KR"], DfMethod::kenward_roger_log_cholesky);
  ArmByWaveOptions options;
  options.common_baseline = true;
  const ArmByWave made = mmrm_arm_by_wave(wide.y, wide.arm, options);
  REQUIRE(made.difference(1, 0) != nullptr);
  CHECK(made.difference(1, 0)->satterthwaite.estimate == Approx(.5392553).epsilon(1e-6));
  CHECK(made.difference(2, 0)->satterthwaite.estimate == Approx(.0370450).epsilon(1e-5));
}
