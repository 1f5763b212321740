#include "tests/stats/model_oracle.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/repeated_anova.hpp"

using namespace canvass::stats;
using canvass::DomainError;

namespace {

/// car prints 13 digits; its intermediate sums lose a few.
constexpr double exact = 1e-8;

void check_effect(const AnovaEffect& made, const nlohmann::json& univ, std::size_t row) {
  INFO(made.name);
  CHECK(made.sum_of_squares == Approx(univ["Sum Sq"][row].get<double>()).epsilon(exact));
  CHECK(made.error_sum_of_squares == Approx(univ["Error SS"][row].get<double>()).epsilon(exact));
  CHECK(made.df1 == univ["num Df"][row].get<double>());
  CHECK(made.df2 == univ["den Df"][row].get<double>());
  CHECK(made.f == Approx(univ["F value"][row].get<double>()).epsilon(exact));
  CHECK(made.p_value == Approx(univ["Pr(>F)"][row].get<double>()).epsilon(1e-7));
}

void check_sphericity(const AnovaEffect& made, const nlohmann::json& block, std::size_t row) {
  INFO(made.name);
  CHECK(made.gg_epsilon == Approx(block["eps"]["GG eps"][row].get<double>()).epsilon(exact));
  CHECK(made.gg_p == Approx(block["eps"]["Pr(>F[GG])"][row].get<double>()).epsilon(1e-7));
  CHECK(made.hf_epsilon == Approx(block["eps"]["HF eps"][row].get<double>()).epsilon(exact));
  CHECK(made.hf_p == Approx(block["eps"]["Pr(>F[HF])"][row].get<double>()).epsilon(1e-7));
  CHECK(made.mauchly_w == Approx(block["mauchly"]["Test statistic"][row].get<double>()).epsilon(exact));
  CHECK(made.mauchly_p == Approx(block["mauchly"]["p-value"][row].get<double>()).epsilon(1e-7));
}

} // namespace

TEST_CASE("mixed anova agrees with car and afex", "[stats][anova][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto reference = model_oracle::json("flat_scale.json");
  const auto wide = model_oracle::wide_scores("flat_scale_scores_long.csv");
  const auto& block = reference["rm_anova"];
  const MixedAnova made = mixed_anova(wide.y, wide.arm);
  REQUIRE(made.effects.size() == 3);
  CHECK(made.n == 83);
  for (std::size_t e = 0; e < 3; ++e) {
    check_effect(made.effects[e], block["univ"], e + 1);
    CHECK(made.effects[e].generalised_eta_squared == Approx(block["ges"]["ges"][e].get<double>()).epsilon(exact));
  }
  check_sphericity(made.effects[1], block, 0);
  check_sphericity(made.effects[2], block, 1);

  Matrix treated(0, 3);
  for (std::size_t i = 0; i < wide.y.rows; ++i) {
    if (wide.arm[i] == 1) {
      for (std::size_t w = 0; w < 3; ++w) {
        treated.values.push_back(wide.y(i, w));
      }
      ++treated.rows;
    }
  }
  const MixedAnova alone = mixed_anova(treated, std::vector<std::size_t>(treated.rows, 0));
  REQUIRE(alone.effects.size() == 1);
  check_effect(alone.effects[0], reference["rm_anova_treated"]["univ"], 1);
  check_sphericity(alone.effects[0], reference["rm_anova_treated"], 0);

  const Friedman ranks = friedman(treated);
  const auto& friedman_reference = reference["friedman_treated"];
  CHECK(ranks.chi_square == Approx(friedman_reference["chi"].get<double>()).epsilon(1e-9));
  CHECK(ranks.p_value == Approx(friedman_reference["p"].get<double>()).epsilon(1e-9));
  CHECK(ranks.kendall_w == Approx(friedman_reference["kendallW"].get<double>()).epsilon(1e-9));
  CHECK(ranks.iman_davenport_f == Approx(friedman_reference["iman_davenport"][0].get<double>()).epsilon(1e-9));
  CHECK(ranks.iman_davenport_p == Approx(friedman_reference["iman_davenport"][1].get<double>()).epsilon(1e-9));
}

TEST_CASE("O'Brien and Kaiser's data: treatment by phase", "[stats][anova][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto reference = model_oracle::json("published_like.json");
  const auto table = model_oracle::csv("carData_OBrienKaiser.csv");
  Matrix y(table.rows.size(), 3);
  std::vector<std::size_t> arm;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::vector<std::string> phases{"pre", "post", "fup"};
    for (std::size_t w = 0; w < 3; ++w) {
      for (int hour = 1; hour <= 5; ++hour) {
        y(i, w) += table.number(i, phases[w] + "." + std::to_string(hour)) / 5;
      }
    }
    const std::string& treatment = table.text(i, "treatment");
    arm.push_back(treatment == "control" ? 0 : treatment == "A" ? 1 : 2);
  }
  const MixedAnova made = mixed_anova(y, arm);
  const auto& block = reference["OBK_phase_type3"];
  REQUIRE(made.effects.size() == 3);
  for (std::size_t e = 0; e < 3; ++e) {
    check_effect(made.effects[e], block["univ"], e + 1);
  }
  check_sphericity(made.effects[1], block, 0);
  check_sphericity(made.effects[2], block, 1);
}
