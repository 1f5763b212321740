#include "tests/stats/model_data.hpp"
#include "tests/stats/model_oracle.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/mmrm.hpp"

#include <algorithm>

using namespace canvass::stats;
using canvass::DomainError;

namespace {

using model_data::gap;

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

/// The sentence of the DomainError that f throws, or "".
template <typename F> std::string refusal(F&& f) {
  try {
    f();
  } catch (const DomainError& error) {
    return error.what();
  }
  return {};
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Matrix scaled(const Matrix& y, double shift, double factor) {
  Matrix result = y;
  for (double& value : result.values) {
    value = shift + factor * value;
  }
  return result;
}

/// Smooth made-up answers with people leaving: `people` x `waves`.
Matrix made_up(std::size_t people, std::size_t waves, double leaving, std::uint64_t seed) {
  canvass::RandomStream stream(seed, "mmrm test");
  Matrix y(people, waves, gap);
  for (std::size_t i = 0; i < people; ++i) {
    const double person = stream.normal();
    for (std::size_t w = 0; w < waves; ++w) {
      const double value = 3 + person + 0.6 * stream.normal() + 0.1 * static_cast<double>(w);
      const bool gone = w > 0 && stream.uniform() < leaving;
      y(i, w) = gone ? gap : value;
    }
  }
  return y;
}

std::vector<std::size_t> halves(std::size_t people) {
  std::vector<std::size_t> arm(people, 0);
  for (std::size_t i = people / 2; i < people; ++i) {
    arm[i] = 1;
  }
  return arm;
}

} // namespace

TEST_CASE("mmrm refuses what the data cannot bear, in words", "[stats][mmrm]") {
  const Matrix y = model_data::waves();
  const auto arm = model_data::arms();
  CHECK(says(refusal([&] { mmrm_arm_by_wave(y, std::vector<std::size_t>(3, 0)); }), "each person needs one"));
  CHECK(says(refusal([] { mmrm_arm_by_wave(Matrix(0, 3), {}); }), "nobody has an answer"));
  CHECK(says(refusal([] { mmrm_arm_by_wave(Matrix(4, 3, gap), std::vector<std::size_t>(4, 0)); }), "nobody has an answer"));
  SECTION("one person in an arm") {
    std::vector<std::size_t> lonely(24, 0);
    lonely[5] = 1;
    CHECK(says(refusal([&] { mmrm_arm_by_wave(y, lonely); }), "arm 2 has 1 person in wave 1"));
  }
  SECTION("an arm number that nobody has") {
    auto jump = arm;
    jump[3] = 3;
    jump[4] = 3;
    CHECK(says(refusal([&] { mmrm_arm_by_wave(y, jump); }), "arm 3 has nobody in wave 1"));
    jump[3] = 1'000'000'000;
    CHECK(says(refusal([&] { mmrm_arm_by_wave(y, jump); }), "without gaps"));
  }
  SECTION("a wave that nobody answered") {
    Matrix empty = y;
    for (std::size_t i = 0; i < 24; ++i) {
      empty(i, 2) = gap;
    }
    CHECK(says(refusal([&] { mmrm_arm_by_wave(empty, arm); }), "nobody in wave 3"));
  }
  SECTION("a wave without variation") {
    Matrix constant = y;
    for (std::size_t i = 0; i < 24; ++i) {
      constant(i, 1) = 3;
    }
    CHECK(says(refusal([&] { mmrm_arm_by_wave(constant, arm); }), "wave 2 the outcome does not vary"));
  }
  SECTION("everybody the same throughout") {
    CHECK(says(refusal([&] { mmrm_arm_by_wave(Matrix(24, 3, 2.5), arm); }), "does not vary"));
  }
  SECTION("a wave that repeats another") {
    Matrix repeated = model_data::complete().y;
    for (std::size_t i = 0; i < repeated.rows; ++i) {
      repeated(i, 2) = repeated(i, 0);
    }
    CHECK(says(refusal([&] { mmrm_arm_by_wave(repeated, model_data::complete().arm); }), "covariance of the 3 waves"));
  }
  SECTION("fewer people than the covariance needs") {
    Matrix few(4, 3);
    few.values = {1, 2, 3, 2, 2.5, 4, 1, 3, 2, 4, 3.7, 3};
    CHECK(says(refusal([&] { mmrm_arm_by_wave(few, std::vector<std::size_t>{0, 0, 1, 1}); }), "covariance of the 3 waves"));
  }
  SECTION("two waves that nobody has both of") {
    Matrix split = y;
    for (std::size_t i = 0; i < 24; ++i) {
      split(i, i % 2 == 0 ? 1 : 2) = gap;
    }
    CHECK(says(refusal([&] { mmrm_arm_by_wave(split, arm); }), "nobody answered both wave 2 and wave 3"));
  }
  SECTION("waves out of range, a person twice in a wave, a dependent design") {
    const std::vector<double> outcome{1, 2, 3, 4, 5, 7};
    const std::vector<std::size_t> person{0, 0, 1, 1, 2, 2};
    const std::vector<std::size_t> wave{0, 1, 0, 1, 0, 1};
    const std::vector<std::size_t> twice{0, 0, 0, 1, 0, 1};
    CHECK(says(refusal([&] { mmrm(Matrix(6, 1, 1), outcome, person, wave, 1); }), "takes 2 to 8"));
    CHECK(says(refusal([&] { mmrm(Matrix(6, 1, 1), outcome, person, wave, 9); }), "takes 2 to 8"));
    CHECK(says(refusal([&] { mmrm(Matrix(6, 1, 1), outcome, person, std::vector<std::size_t>{0, 1, 0, 1, 0, 2}, 2); }), "names wave 3"));
    CHECK(says(refusal([&] { mmrm(Matrix(6, 1, 1), outcome, person, twice, 2); }), "two rows in wave 1"));
    CHECK(says(refusal([&] { mmrm(Matrix(6, 2, 1), outcome, person, wave, 2); }), "column 2 of the design"));
    CHECK(says(refusal([&] { mmrm(Matrix(6, 6, 1), outcome, person, wave, 2); }), "6 rows cannot carry 6 coefficients"));
    CHECK(says(refusal([&] { mmrm(Matrix(5, 1, 1), outcome, person, wave, 2); }), "different lengths"));
  }
}

TEST_CASE("mmrm counts who is missing and keeps incomplete people", "[stats][mmrm]") {
  Matrix y = model_data::waves();
  y.values.insert(y.values.end(), {gap, gap, gap});
  ++y.rows;
  auto arm = model_data::arms();
  arm.push_back(1);
  const ArmByWave made = mmrm_arm_by_wave(y, arm);
  CHECK(made.n_persons == 24);
  CHECK(made.n_without_answer == 1);
  CHECK(made.n_complete == 19);
  CHECK(made.fit.model.n_rows == 66);
  const auto* t3 = made.difference(2, 0);
  REQUIRE(t3 != nullptr);
  CHECK(t3->n == 12);
  CHECK(t3->n_versus == 12);
  CHECK(t3->n_both == 9);
  CHECK(t3->n_versus_both == 11);
  CHECK(made.difference(0, 1) == nullptr);
  CHECK(made.difference(2, 0, 2) == nullptr);
  REQUIRE(made.cells.size() == 6);
  CHECK(made.cells[4].n == 11);
  CHECK(made.cells[5].n == 10);
  // Where everybody of an arm answered wave 1, its model mean there is the plain mean.
  CHECK(made.cells[0].mean.estimate == Approx(made.cells[0].observed_mean).epsilon(1e-12));
  // The rows that are left out in the general form are counted.
  const auto data = model_oracle::long_scores({model_data::waves(), model_data::arms()});
  auto outcome = data.y;
  outcome[0] = gap;
  CHECK(mmrm(data.design, outcome, data.person, data.wave, 3).model.n_missing_rows == 1);
}

TEST_CASE("mmrm against nlme, and df and Kenward-Roger against their definitions", "[stats][mmrm]") {
  // tests/reference/models.R, "mmrm" and "its df". nlme's search ends at 1e-7; numeric derivatives carry 1e-6.
  const auto data = model_oracle::long_scores({model_data::waves(), model_data::arms()});
  const MmrmFit fit = mmrm(data.design, data.y, data.person, data.wave, 3);
  CHECK(fit.model.log_likelihood == Approx(-24.757840441248).epsilon(1e-11));
  CHECK(fit.model.relative_gradient < 1e-9);
  const double estimates[] = {2.3666666666667, 0.0299179577082, 0.1165514162258, 0.1895910097299, 0.6325119132087, 0.1236990236436};
  const double errors[] = {0.1546023003795, 0.2196310855356, 0.0853668600851, 0.0954970221836, 0.1227344960841, 0.1398389163381};
  const double satterthwaite[] = {21.7729076913, 22.0844680476, 20.0637104602, 19.0387176493, 20.5077277523, 19.8359508014};
  const double kenward_roger[] = {21.6283995940, 21.9387492294, 20.3655427917, 18.7595823267, 20.7843062522, 19.5700014554};
  const double kr_errors[] = {0.1546022936553, 0.2198420267553, 0.0857700811646, 0.0962124368835, 0.1235782017607, 0.1416252788526};
  const double kr_observed[] = {0.1546022936553, 0.2198369556200, 0.0857469608939, 0.0961520412166, 0.1235541548758, 0.1415120725091};
  for (std::size_t i = 0; i < 6; ++i) {
    INFO("coefficient " << i);
    const auto unit = model_oracle::unit(6, i);
    const Inference s = contrast(fit.model, unit);
    const Inference k = contrast(fit.model, unit, DfMethod::kenward_roger);
    const Inference o = contrast(fit.model, unit, DfMethod::kenward_roger_observed);
    CHECK(s.estimate == Approx(estimates[i]).epsilon(1e-6));
    CHECK(s.std_error == Approx(errors[i]).epsilon(1e-6));
    CHECK(s.df == Approx(satterthwaite[i]).epsilon(1e-5));
    CHECK(k.df == Approx(kenward_roger[i]).epsilon(1e-5));
    CHECK(k.std_error == Approx(kr_errors[i]).epsilon(1e-6));
    CHECK(o.std_error == Approx(kr_observed[i]).epsilon(1e-6));
    CHECK(o.df == Approx(s.df).epsilon(1e-12)); // one contrast, the same information
  }
  const double covariance[] = {0.286822455391, 0.178666278160, 0.213173789446, 0.154116703802, 0.139546458319, 0.241505668596};
  // getVarCov lists the waves of its first person in the order of the variance function (1, 3, 2).
  const double ours[] = {fit.covariance(0, 0), fit.covariance(0, 1), fit.covariance(0, 2),
                         fit.covariance(1, 1), fit.covariance(1, 2), fit.covariance(2, 2)};
  for (std::size_t i = 0; i < 6; ++i) {
    INFO("covariance " << i);
    CHECK(ours[i] == Approx(covariance[i]).epsilon(2e-6));
  }
}

TEST_CASE("mmrm on complete balanced data is the paired comparison", "[stats][mmrm]") {
  const Matrix y = made_up(20, 3, 0, 5);
  const auto arm = halves(20);
  const ArmByWave made = mmrm_arm_by_wave(y, arm);
  for (const auto& difference : made.differences) {
    double means[2] = {0, 0};
    std::vector<double> change(20);
    for (std::size_t i = 0; i < 20; ++i) {
      change[i] = y(i, difference.to) - y(i, difference.from);
      means[arm[i]] += change[i] / 10;
    }
    double squares = 0;
    for (std::size_t i = 0; i < 20; ++i) {
      squares += (change[i] - means[arm[i]]) * (change[i] - means[arm[i]]);
    }
    INFO(difference.to << " - " << difference.from);
    CHECK(difference.satterthwaite.estimate == Approx(means[1] - means[0]).epsilon(1e-10));
    CHECK(difference.satterthwaite.std_error == Approx(std::sqrt(squares / 18 * (2.0 / 10))).epsilon(1e-9));
    CHECK(difference.satterthwaite.df == Approx(18).epsilon(1e-8));
    CHECK(difference.kenward_roger.df == Approx(18).epsilon(1e-8));
    CHECK(difference.kenward_roger.std_error == Approx(difference.satterthwaite.std_error).epsilon(1e-9));
  }
  CHECK(made.interaction.df1 == 2);
  CHECK(made.interaction.p_value > 0);
  CHECK(made.interaction.p_value < 1);
}

TEST_CASE("mmrm turns its sign when the arms are swapped, and follows the unit of the scale", "[stats][mmrm]") {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    const Matrix y = made_up(30, 3, .2, seed);
    const auto arm = halves(30);
    std::vector<std::size_t> swapped;
    for (const std::size_t a : arm) {
      swapped.push_back(1 - a);
    }
    const ArmByWave one = mmrm_arm_by_wave(y, arm);
    const ArmByWave other = mmrm_arm_by_wave(y, swapped);
    const ArmByWave large = mmrm_arm_by_wave(scaled(y, 250, 1000), arm);
    const ArmByWave small = mmrm_arm_by_wave(scaled(y, 0, 1e-6), arm);
    REQUIRE(one.differences.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      const Inference& a = one.differences[i].satterthwaite;
      CHECK(other.differences[i].satterthwaite.estimate == Approx(-a.estimate).epsilon(1e-9));
      CHECK(other.differences[i].satterthwaite.p_value == Approx(a.p_value).epsilon(1e-8));
      CHECK(large.differences[i].satterthwaite.estimate == Approx(1000 * a.estimate).epsilon(1e-8));
      CHECK(large.differences[i].satterthwaite.df == Approx(a.df).epsilon(1e-7));
      CHECK(large.differences[i].kenward_roger.p_value == Approx(one.differences[i].kenward_roger.p_value).epsilon(1e-6));
      CHECK(small.differences[i].satterthwaite.std_error == Approx(1e-6 * a.std_error).epsilon(1e-8));
      CHECK(small.differences[i].satterthwaite.df == Approx(a.df).epsilon(1e-7));
      CHECK(std::sqrt(one.difference_covariance(i, i)) == Approx(a.std_error).epsilon(1e-10));
    }
    // The steps add up: T3-T1 = (T2-T1) + (T3-T2).
    CHECK(one.difference(2, 0)->satterthwaite.estimate ==
          Approx(one.difference(1, 0)->satterthwaite.estimate + one.difference(2, 1)->satterthwaite.estimate).epsilon(1e-9));
    // A difference is a change minus a change.
    CHECK(one.difference(1, 0)->satterthwaite.estimate ==
          Approx(one.change(1, 1, 0)->satterthwaite.estimate - one.change(0, 1, 0)->satterthwaite.estimate).epsilon(1e-9));
  }
}

TEST_CASE("mmrm takes 2 to 8 waves, several arms, one arm", "[stats][mmrm]") {
  const ArmByWave two = mmrm_arm_by_wave(made_up(30, 2, .1, 9), halves(30));
  CHECK(two.differences.size() == 1);
  const ArmByWave eight = mmrm_arm_by_wave(made_up(120, 8, .15, 9), halves(120));
  CHECK(eight.differences.size() == 28);
  CHECK(eight.fit.model.relative_gradient < 1e-9);
  CHECK(eight.interaction.df1 == 7);
  std::vector<std::size_t> three(45);
  for (std::size_t i = 0; i < 45; ++i) {
    three[i] = i % 3;
  }
  const ArmByWave arms = mmrm_arm_by_wave(made_up(45, 3, .1, 11), three);
  CHECK(arms.differences.size() == 6);
  CHECK(arms.difference(2, 0, 2) != nullptr);
  CHECK(arms.interaction.df1 == 4);
  const ArmByWave alone = mmrm_arm_by_wave(made_up(20, 3, .1, 12), std::vector<std::size_t>(20, 0));
  CHECK(alone.differences.empty());
  CHECK(alone.changes.size() == 3);
  CHECK(std::isnan(alone.interaction.p_value));
}

TEST_CASE("mmrm does not depend on the order of rows or on the coding of the design", "[stats][mmrm]") {
  const auto wide = model_oracle::Wide{model_data::waves(), model_data::arms()};
  const auto data = model_oracle::long_scores(wide);
  const MmrmFit fit = mmrm(data.design, data.y, data.person, data.wave, 3);
  Matrix design = data.design;
  auto outcome = data.y;
  auto person = data.person;
  auto wave = data.wave;
  const std::size_t n = outcome.size();
  for (std::size_t i = 0; i < n; ++i) {
    outcome[i] = data.y[n - 1 - i];
    person[i] = 1000 - data.person[n - 1 - i];
    wave[i] = data.wave[n - 1 - i];
    for (std::size_t j = 0; j < 6; ++j) {
      design(i, j) = data.design(n - 1 - i, j);
    }
  }
  const MmrmFit again = mmrm(design, outcome, person, wave, 3);
  CHECK(again.model.log_likelihood == Approx(fit.model.log_likelihood).epsilon(1e-12));
  CHECK(again.model.coefficients[5] == Approx(fit.model.coefficients[5]).epsilon(1e-9));
  const ArmByWave cells = mmrm_arm_by_wave(wide.y, wide.arm);
  CHECK(cells.difference(2, 0)->satterthwaite.estimate == Approx(fit.model.coefficients[5]).epsilon(1e-9));
  CHECK(cells.difference(2, 0)->satterthwaite.df == Approx(contrast(fit.model, model_oracle::unit(6, 5)).df).epsilon(1e-8));
}

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
