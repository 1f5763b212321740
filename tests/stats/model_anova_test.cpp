#include "tests/stats/model_data.hpp"
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

TEST_CASE("repeated-measures anova refuses what the data cannot bear", "[stats][anova]") {
  const auto data = model_data::complete();
  CHECK_THROWS_AS(mixed_anova(data.y, std::vector<std::size_t>(2, 0)), DomainError);
  CHECK_THROWS_AS(mixed_anova(Matrix(0, 3), {}), DomainError);
  CHECK_THROWS_AS(mixed_anova(Matrix(10, 1, 2), std::vector<std::size_t>(10, 0)), DomainError);
  CHECK_THROWS_AS(mixed_anova(Matrix(10, 3, 2), std::vector<std::size_t>(10, 0)), DomainError); // no variation
  std::vector<std::size_t> lonely(data.y.rows, 0);
  lonely[0] = 1;
  CHECK_THROWS_AS(mixed_anova(data.y, lonely), DomainError);
  CHECK_THROWS_AS(mixed_anova(Matrix(10, 3, model_data::gap), std::vector<std::size_t>(10, 0)), DomainError);
  Matrix few(3, 4);
  few.values = {1, 2, 3, 5, 2, 2, 4, 3, 3, 1, 2, 2};
  CHECK_THROWS_AS(mixed_anova(few, std::vector<std::size_t>(3, 0)), DomainError);
  Matrix gapped = data.y;
  gapped(0, 0) = model_data::gap;
  CHECK_THROWS_AS(multivariate_effect("x", gapped, Matrix(data.y.rows, 1, 1), Matrix(1, 1, 1), Matrix(3, 1, 1)), DomainError);
  CHECK_THROWS_AS(multivariate_effect("x", data.y, Matrix(3, 1, 1), Matrix(1, 1, 1), Matrix(3, 1, 1)), DomainError);
  CHECK_THROWS_AS(multivariate_effect("x", data.y, Matrix(data.y.rows, 2, 1), Matrix(1, 2, 1), Matrix(3, 1, 1)), DomainError);
}

TEST_CASE("mixed anova on made-up data, against R", "[stats][anova]") {
  // tests/reference/models.R, "repeated measures, complete people".
  const MixedAnova made = mixed_anova(model_data::waves(), model_data::arms());
  CHECK(made.n == 19);
  CHECK(made.n_missing == 5);
  CHECK(made.warnings.size() == 1);
  REQUIRE(made.effects.size() == 3);
  const AnovaEffect& arm = made.effects[0];
  const AnovaEffect& both = made.effects[2];
  CHECK(arm.name == "arm");
  CHECK(arm.sum_of_squares == Approx(1.12296491).epsilon(1e-8));
  CHECK(arm.error_sum_of_squares == Approx(9.52966667).epsilon(1e-8));
  CHECK(arm.df2 == 17);
  CHECK(arm.p_value == Approx(0.17502).epsilon(1e-4));
  CHECK(std::isnan(arm.gg_epsilon));
  CHECK(both.name == "arm:wave");
  CHECK(both.sum_of_squares == Approx(0.962327485).epsilon(1e-8));
  CHECK(both.error_sum_of_squares == Approx(1.759777778).epsilon(1e-8));
  CHECK(both.f == Approx(9.29638).epsilon(1e-5));
  CHECK(both.p_value == Approx(0.000601727052369).epsilon(1e-9));
  CHECK(both.gg_epsilon == Approx(0.957897182915).epsilon(1e-10));
  CHECK(both.gg_p == Approx(0.000740438041009).epsilon(1e-9));
  CHECK(both.hf_epsilon > 1);
  CHECK(both.hf_p == both.p_value);
  CHECK(both.mauchly_w == Approx(0.9560466219).epsilon(1e-9));
  CHECK(both.mauchly_p == Approx(0.697963273).epsilon(1e-8));
  CHECK(both.generalised_eta_squared == Approx(0.962327485 / (0.962327485 + 1.759777778 + 9.52966667)).epsilon(1e-8));
}

TEST_CASE("mixed anova: two waves are a t test on changes, order of arms does not matter", "[stats][anova]") {
  const auto data = model_data::complete();
  Matrix two(data.y.rows, 2);
  double means[2] = {0, 0};
  double counts[2] = {0, 0};
  for (std::size_t i = 0; i < two.rows; ++i) {
    two(i, 0) = data.y(i, 0);
    two(i, 1) = data.y(i, 1);
    means[data.arm[i]] += two(i, 1) - two(i, 0);
    counts[data.arm[i]] += 1;
  }
  means[0] /= counts[0];
  means[1] /= counts[1];
  double squares = 0;
  for (std::size_t i = 0; i < two.rows; ++i) {
    const double rest = two(i, 1) - two(i, 0) - means[data.arm[i]];
    squares += rest * rest;
  }
  const double t = (means[1] - means[0]) / std::sqrt(squares / 17 * (1 / counts[0] + 1 / counts[1]));
  const MixedAnova made = mixed_anova(two, data.arm);
  CHECK(made.effects[2].f == Approx(t * t).epsilon(1e-11));
  CHECK(std::isnan(made.effects[2].mauchly_p));
  std::vector<std::size_t> swapped;
  for (const std::size_t a : data.arm) {
    swapped.push_back(1 - a);
  }
  const MixedAnova one = mixed_anova(data.y, data.arm);
  const MixedAnova other = mixed_anova(data.y, swapped);
  for (std::size_t e = 0; e < 3; ++e) {
    CHECK(other.effects[e].f == Approx(one.effects[e].f).epsilon(1e-10));
  }
  // Any basis of the within contrasts gives the same line.
  Matrix design(data.y.rows, 2, 1);
  for (std::size_t i = 0; i < data.y.rows; ++i) {
    design(i, 1) = static_cast<double>(data.arm[i]);
  }
  Matrix row(1, 2);
  row.values = {0, 1};
  Matrix basis(3, 2);
  basis.values = {5, 1, -5, 1, 0, -2};
  const AnovaEffect effect = multivariate_effect("arm:wave", data.y, design, row, basis);
  CHECK(effect.f == Approx(one.effects[2].f).epsilon(1e-10));
  CHECK(effect.mauchly_w == Approx(one.effects[2].mauchly_w).epsilon(1e-10));
}

TEST_CASE("Friedman's test: refusals, ties, gaps, complete agreement", "[stats][anova]") {
  CHECK_THROWS_AS(friedman(Matrix(5, 1, 1)), DomainError);
  CHECK_THROWS_AS(friedman(Matrix(0, 3)), DomainError);
  CHECK_THROWS_AS(friedman(Matrix(5, 3, 2)), DomainError); // all tied
  Matrix one(1, 3);
  one.values = {1, 2, 3};
  CHECK_THROWS_AS(friedman(one), DomainError);
  Matrix same(4, 3);
  same.values = {1, 2, 3, 1, 2, 3, 0, 5, 9, 2, 3, 4};
  const Friedman agreed = friedman(same);
  CHECK(agreed.kendall_w == Approx(1).epsilon(1e-14));
  CHECK(std::isinf(agreed.iman_davenport_f));
  CHECK(agreed.iman_davenport_p == 0);
  // tests/reference/models.R, "Friedman on arm 1"
  const Matrix waves = model_data::waves();
  Matrix treated(12, 3);
  for (std::size_t i = 0; i < 12; ++i) {
    for (std::size_t w = 0; w < 3; ++w) {
      treated(i, w) = waves(12 + i, w);
    }
  }
  const Friedman made = friedman(treated);
  CHECK(made.n == 9);
  CHECK(made.n_missing == 3);
  CHECK(made.chi_square == Approx(12.66666667).epsilon(1e-9));
  CHECK(made.p_value == Approx(0.00177610355).epsilon(1e-8));
  CHECK(made.mean_ranks[1] == Approx(2.88888888889).epsilon(1e-11));
  // Ties that only rounding broke are ties.
  Matrix almost = same;
  almost(0, 0) = 2;
  Matrix rounded = almost;
  rounded(0, 0) = 2 + 1e-13;
  CHECK(friedman(rounded).chi_square == friedman(almost).chi_square);
  CHECK(friedman(almost).chi_square == Approx(7.6).epsilon(1e-12)); // R: friedman.test(rbind(c(2,2,3), c(1,2,3), c(0,5,9), c(2,3,4)))
}

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
