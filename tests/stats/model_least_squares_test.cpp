#include "tests/stats/model_data.hpp"
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

TEST_CASE("least squares refuses what the data cannot bear", "[stats][ols]") {
  const std::vector<double> y{1, 2, 4, 3};
  CHECK_THROWS_AS(least_squares(Matrix(0, 1), {}), DomainError);
  CHECK_THROWS_AS(least_squares(Matrix(3, 1, 1), y), DomainError);                // lengths
  CHECK_THROWS_AS(least_squares(Matrix(4, 4, 1), y), DomainError);                // as many coefficients as rows
  CHECK_THROWS_AS(least_squares(Matrix(4, 2, 1), y), DomainError);                // a column twice
  CHECK_THROWS_AS(least_squares(Matrix(4, 1, 0), y), DomainError);                // a column of zeros
  CHECK_THROWS_AS(least_squares(Matrix(4, 1, 1), y, Sandwich::cr2), DomainError); // no clusters given
  CHECK_THROWS_AS(least_squares(Matrix(4, 1, 1), y, Sandwich::cr1, std::vector<std::size_t>{7, 7, 7, 7}), DomainError);
  CHECK_THROWS_AS(least_squares(Matrix(4, 1, 1), std::vector<double>(4, model_data::gap)), DomainError);
  Matrix lonely(4, 2, 1); // the second column marks one row only: leverage 1
  lonely.values = {1, 0, 1, 0, 1, 0, 1, 1};
  CHECK_NOTHROW(least_squares(lonely, y, Sandwich::classical));
  CHECK_THROWS_AS(least_squares(lonely, y, Sandwich::hc2), DomainError);
  CHECK_THROWS_AS(least_squares(lonely, y, Sandwich::hc3), DomainError);
  const LeastSquaresFit fit = least_squares(Matrix(4, 1, 1), y);
  CHECK_THROWS_AS(contrast(fit, std::vector<double>{1, 1}), DomainError);
  CHECK_THROWS_AS(contrast(fit, std::vector<double>{0}), DomainError);
  CHECK_THROWS_AS(difference_in_differences(y, y, std::vector<std::size_t>{0, 0, 1, 2}), DomainError);
  CHECK_THROWS_AS(difference_in_differences(y, y, std::vector<std::size_t>{0, 0, 0, 1}), DomainError);
  CHECK_THROWS_AS(ancova(y, std::vector<double>{1}, std::vector<std::size_t>{0, 0, 1, 1}), DomainError);
}

TEST_CASE("a constant outcome has estimates and no p", "[stats][ols]") {
  const LeastSquaresFit fit = least_squares(Matrix(5, 1, 1), std::vector<double>(5, 3.0));
  CHECK(fit.coefficients[0].estimate == 3);
  CHECK(std::isnan(fit.coefficients[0].p_value));
  CHECK(fit.warnings.size() == 1);
  CHECK(std::isnan(fit.r_squared));
}

TEST_CASE("differences in differences and ancova on made-up data, against R", "[stats][ols]") {
  // tests/reference/models.R, "least squares on complete pairs".
  const Matrix y = model_data::waves();
  const auto pre = model_data::column(y, 0);
  const auto post = model_data::column(y, 1);
  const auto arm = model_data::arms();
  const auto plain = difference_in_differences(pre, post, arm);
  CHECK(plain.n == 10);
  CHECK(plain.n_versus == 11);
  CHECK(plain.n_missing == 3);
  CHECK(plain.inference.estimate == Approx(0.6390909090909).epsilon(1e-12));
  CHECK(plain.inference.std_error == Approx(0.1256026793418).epsilon(1e-11));
  CHECK(plain.inference.p_value == Approx(6.53119168578e-05).epsilon(1e-9));
  CHECK(plain.inference.df == 19);
  CHECK(difference_in_differences(pre, post, arm, Sandwich::hc2).inference.std_error == Approx(0.126222579508).epsilon(1e-10));
  CHECK(difference_in_differences(pre, post, arm, Sandwich::hc3).inference.std_error == Approx(0.1327656264251).epsilon(1e-10));
  const auto adjusted = ancova(pre, post, arm, Sandwich::classical);
  CHECK(adjusted.inference.estimate == Approx(0.636753326374).epsilon(1e-11));
  CHECK(adjusted.inference.std_error == Approx(0.0938137565752).epsilon(1e-10));
  CHECK(ancova(pre, post, arm, Sandwich::hc2).inference.std_error == Approx(0.0923635265415).epsilon(1e-10));
  CHECK(ancova(pre, post, arm).inference.std_error == Approx(0.0986390604986).epsilon(1e-10));
  CHECK(ancova(pre, post, arm).method == "ancova on baseline HC3");
  const auto lin = ancova(pre, post, arm, Sandwich::hc3, true);
  CHECK(lin.inference.estimate == Approx(0.6367652863735).epsilon(1e-11));
  CHECK(lin.inference.std_error == Approx(0.1018633108105).epsilon(1e-10));
  CHECK(lin.fit.coefficients[3].estimate == Approx(-0.0497791673199).epsilon(1e-9));
  std::vector<std::size_t> course;
  for (std::size_t i = 0; i < 24; ++i) {
    course.push_back(10 + i / 4);
  }
  const auto cr1 = difference_in_differences(pre, post, arm, Sandwich::cr1, course);
  CHECK(cr1.inference.std_error == Approx(0.1054560418558).epsilon(1e-10));
  CHECK(cr1.inference.df == 5);
  CHECK(cr1.fit.warnings.size() == 1);
  const auto cr2 = difference_in_differences(pre, post, arm, Sandwich::cr2, course);
  CHECK(cr2.inference.std_error == Approx(0.117306867744).epsilon(1e-10));
  CHECK(cr2.inference.df == Approx(3.72961933071).epsilon(1e-9));
}

TEST_CASE("least squares: swapped arms, units, clusters of one", "[stats][ols]") {
  const Matrix y = model_data::waves();
  const auto pre = model_data::column(y, 0);
  const auto post = model_data::column(y, 2);
  const auto arm = model_data::arms();
  std::vector<std::size_t> swapped;
  std::vector<std::size_t> people;
  for (std::size_t i = 0; i < 24; ++i) {
    swapped.push_back(1 - arm[i]);
    people.push_back(i);
  }
  for (const Sandwich sandwich : {Sandwich::classical, Sandwich::hc2, Sandwich::hc3, Sandwich::cr2}) {
    INFO(to_string(sandwich));
    const auto one = difference_in_differences(pre, post, arm, sandwich, people);
    const auto other = difference_in_differences(pre, post, swapped, sandwich, people);
    CHECK(other.inference.estimate == Approx(-one.inference.estimate).epsilon(1e-12));
    CHECK(other.inference.p_value == Approx(one.inference.p_value).epsilon(1e-10));
    auto large_pre = pre;
    auto large_post = post;
    for (std::size_t i = 0; i < 24; ++i) {
      large_pre[i] = 1e6 * pre[i];
      large_post[i] = 1e6 * post[i];
    }
    CHECK(difference_in_differences(large_pre, large_post, arm, sandwich, people).inference.p_value ==
          Approx(one.inference.p_value).epsilon(1e-10));
  }
  // With everybody a cluster, CR2 is HC2; only its df differ.
  const auto hc2 = ancova(pre, post, arm, Sandwich::hc2);
  const auto cr2 = ancova(pre, post, arm, Sandwich::cr2, false, people);
  CHECK(cr2.inference.std_error == Approx(hc2.inference.std_error).epsilon(1e-12));
  CHECK(cr2.inference.df < hc2.inference.df);
}

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
