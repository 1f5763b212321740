#include "tests/stats/model_oracle.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/least_squares.hpp"

using namespace canvass::stats;
using canvass::DomainError;

namespace {

struct Columns {
  std::vector<double> pre;
  std::vector<double> post;
  std::vector<std::size_t> arm;
};

Columns flat(std::size_t to) {
  const auto wide = model_oracle::wide_scores("flat_scale_scores_long.csv");
  Columns columns;
  for (std::size_t i = 0; i < wide.y.rows; ++i) {
    columns.pre.push_back(wide.y(i, 0));
    columns.post.push_back(wide.y(i, to));
    columns.arm.push_back(wide.arm[i]);
  }
  return columns;
}

/// estimatr rows: estimate, SE, t, p, low, high, df. The oracle carries 13 digits; 1e-9 leaves room for its rounding.
void check_row(const Inference& made, const nlohmann::json& row) {
  CHECK(made.estimate == Approx(row[0].get<double>()).epsilon(1e-9));
  CHECK(made.std_error == Approx(row[1].get<double>()).epsilon(1e-9));
  CHECK(made.statistic == Approx(row[2].get<double>()).epsilon(1e-9));
  CHECK(made.p_value == Approx(row[3].get<double>()).epsilon(1e-7));
  CHECK(made.conf_low == Approx(row[4].get<double>()).epsilon(1e-9));
  CHECK(made.conf_high == Approx(row[5].get<double>()).epsilon(1e-9));
  CHECK(made.df == row[6].get<double>());
}

} // namespace

TEST_CASE("differences in differences and ancova agree with R, estimatr and clubSandwich", "[stats][ols][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto reference = model_oracle::json("flat_scale.json");
  for (const std::size_t to : {std::size_t{1}, std::size_t{2}}) {
    const std::string wave = to == 1 ? "T2" : "T3";
    const Columns data = flat(to);
    std::vector<std::size_t> people;
    for (std::size_t i = 0; i < data.arm.size(); ++i) {
      people.push_back(i);
    }
    const auto& did = reference["did_" + wave];
    const auto& cov = reference["ancova_" + wave];
    INFO(wave);
    const auto classical = difference_in_differences(data.pre, data.post, data.arm);
    const auto plain = ancova(data.pre, data.post, data.arm, Sandwich::classical);
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(classical.fit.coefficients[i].estimate == Approx(did["ols"]["Estimate"][i].get<double>()).epsilon(1e-9));
      CHECK(classical.fit.coefficients[i].std_error == Approx(did["ols"]["Std. Error"][i].get<double>()).epsilon(1e-9));
      CHECK(classical.fit.coefficients[i].p_value == Approx(did["ols"]["Pr(>|t|)"][i].get<double>()).epsilon(1e-7));
      check_row(difference_in_differences(data.pre, data.post, data.arm, Sandwich::hc2).fit.coefficients[i], did["HC2"][i]);
      check_row(difference_in_differences(data.pre, data.post, data.arm, Sandwich::hc3).fit.coefficients[i], did["HC3"][i]);
    }
    const auto by_person = ancova(data.pre, data.post, data.arm, Sandwich::cr2, false, people);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(plain.fit.coefficients[i].estimate == Approx(cov["ols"]["Estimate"][i].get<double>()).epsilon(1e-9));
      CHECK(plain.fit.coefficients[i].std_error == Approx(cov["ols"]["Std. Error"][i].get<double>()).epsilon(1e-9));
      check_row(ancova(data.pre, data.post, data.arm, Sandwich::hc2).fit.coefficients[i], cov["HC2"][i]);
      check_row(ancova(data.pre, data.post, data.arm, Sandwich::hc3).fit.coefficients[i], cov["HC3"][i]);
      CHECK(by_person.fit.coefficients[i].std_error == Approx(cov["CR2"]["SE"][i].get<double>()).epsilon(1e-9));
      CHECK(by_person.fit.coefficients[i].df == Approx(cov["CR2"]["df_Satt"][i].get<double>()).epsilon(1e-9));
      CHECK(by_person.fit.coefficients[i].p_value == Approx(cov["CR2"]["p_Satt"][i].get<double>()).epsilon(1e-7));
    }
    const auto lin = ancova(data.pre, data.post, data.arm, Sandwich::hc2, true); // lm_lin takes HC2
    for (std::size_t i = 0; i < 4; ++i) {
      check_row(lin.fit.coefficients[i], cov["lin"][i]);
    }
    // HC2 of two groups is Welch's standard error.
    const auto hc2 = difference_in_differences(data.pre, data.post, data.arm, Sandwich::hc2);
    CHECK(-hc2.inference.statistic == Approx(did["welch"]["statistic"].get<double>()).epsilon(1e-9));
  }
}

TEST_CASE("clustered standard errors agree with clubSandwich", "[stats][ols][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto reference = model_oracle::json("flat_scale.json");
  const auto mmrm = model_oracle::json("flat_mmrm.json");
  const auto data = model_oracle::long_scores(model_oracle::wide_scores("flat_scale_scores_long.csv"));
  const auto cr2 = least_squares(data.design, data.y, Sandwich::cr2, data.person);
  const auto cr1 = least_squares(data.design, data.y, Sandwich::cr1s, data.person); // the reference is clubSandwich's CR1S
  const auto cr1_plain = least_squares(data.design, data.y, Sandwich::cr1, data.person);
  for (std::size_t i = 0; i < 6; ++i) {
    const auto& two = reference["long_ols_CR2"];
    const auto& one = reference["long_ols_CR1"];
    INFO(two["Coef"][i]);
    CHECK(cr2.coefficients[i].estimate == Approx(two["beta"][i].get<double>()).epsilon(1e-9));
    CHECK(cr2.coefficients[i].std_error == Approx(two["SE"][i].get<double>()).epsilon(1e-9));
    CHECK(cr2.coefficients[i].df == Approx(two["df_Satt"][i].get<double>()).epsilon(1e-9));
    CHECK(cr2.coefficients[i].p_value == Approx(two["p_Satt"][i].get<double>()).epsilon(1e-7));
    CHECK(cr1.coefficients[i].std_error == Approx(one["SE"][i].get<double>()).epsilon(1e-9));
    CHECK(cr1.coefficients[i].std_error / cr1_plain.coefficients[i].std_error == Approx(std::sqrt(248.0 / 243)).epsilon(1e-12));
    CHECK(cr1.coefficients[i].df == one["df_t"][i].get<double>());
    CHECK(cr1.coefficients[i].p_value == Approx(one["p_t"][i].get<double>()).epsilon(1e-7));
    // On complete data the covariance of the waves does not move these estimates: mmrm's CR2 is the same.
    CHECK(cr2.coefficients[i].std_error == Approx(mmrm["CR2"][i]["Std. Error"].get<double>()).epsilon(1e-9));
    CHECK(cr2.coefficients[i].df == Approx(mmrm["CR2"][i]["df"].get<double>()).epsilon(1e-9));
  }
}
