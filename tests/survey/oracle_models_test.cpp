#include "tests/survey/oracle.hpp"

#include "engine/survey/glm.hpp"
#include "engine/survey/glm_tests.hpp"
#include "engine/survey/irls.hpp"
#include "engine/survey/ordinal_regression.hpp"

#include <Eigen/Dense>

using namespace canvass;
using namespace canvass::testing;
using namespace canvass::survey;

namespace {

const std::vector<std::string> designs = {"srs", "strat", "strat_nofpc", "clus1", "clus1_nofpc", "clus2", "clus2_wr"};

Predictors numbers_of(const SurveyData& data, const std::vector<std::string>& names) {
  Predictors predictors(data.rows());
  for (const std::string& name : names) {
    predictors.add_number(name, data.column(name));
  }
  return predictors;
}

void add_factor(Predictors& predictors, const SurveyData& data, const std::string& name) {
  predictors.add_factor(name, data.codes(name), data.levels(name));
}

std::vector<double> estimates(const GlmFit& fit) {
  std::vector<double> values;
  for (const stats::Inference& one : fit.coefficients) {
    values.push_back(one.estimate);
  }
  return values;
}

/// The covariance as R 4.5 prints it: glm.fit stops when the deviance moves by less than 1e-8 of itself, and both the working residuals and
/// the information of the covariance are those of the iteration before the last step. Here the same iterations are made with the
/// engine's own parts, so that what remains of the difference is rounding.
GlmFit as_r_stops(GlmFit fit, const PreparedDesign& design, const std::vector<double>& y, const Predictors& predictors) {
  const Family family = fit.family;
  const irls::Patterns patterns = irls::make_patterns(design, family, y, predictors);
  const Eigen::VectorXd weights = irls::pattern_weights(patterns, design.weights());
  const auto k = patterns.y.size();
  const double mean_weight = weights.sum() / static_cast<double>(patterns.n);
  Eigen::VectorXd mean(k);
  Eigen::VectorXd eta(k);
  Eigen::VectorXd slope(k);
  // R's start is by row, with the row's weight in it: the first step is made of sums over the rows of each pattern.
  Eigen::VectorXd first_weight = Eigen::VectorXd::Zero(k);
  Eigen::VectorXd first_right = Eigen::VectorXd::Zero(k);
  for (std::size_t i = 0; i < design.rows(); ++i) {
    const Eigen::Index p = patterns.of_row[i];
    if (p >= 0) {
      const double w = design.weights()[i] / mean_weight;
      const double m = family == Family::logistic ? (w * patterns.y[p] + 0.5) / (w + 1) : patterns.y[p] + 0.1;
      const double v = family == Family::logistic ? m * (1 - m) : m;
      const double e = family == Family::logistic ? std::log(m / (1 - m)) : std::log(m);
      first_weight[p] += design.weights()[i] * v;
      first_right[p] += design.weights()[i] * (v * e + patterns.y[p] - m);
    }
  }
  double before = 0;
  for (int iteration = 0; iteration < 25; ++iteration) {
    for (Eigen::Index i = 0; iteration > 0 && i < k; ++i) {
      mean[i] = family == Family::logistic ? 1 / (1 + std::exp(-eta[i])) : std::exp(eta[i]);
      slope[i] = family == Family::logistic ? mean[i] * (1 - mean[i]) : mean[i];
    }
    const bool first = iteration == 0;
    const Eigen::MatrixXd info =
        first ? irls::information(patterns, first_weight, Eigen::VectorXd::Ones(k)) : irls::information(patterns, weights, slope);
    const Eigen::VectorXd right =
        patterns.z.transpose() * (first ? first_right : Eigen::VectorXd(weights.cwiseProduct(slope.cwiseProduct(eta) + patterns.y - mean)));
    const Eigen::LLT<Eigen::MatrixXd> factor(info);
    const Eigen::VectorXd coefficients = factor.solve(right);
    eta = patterns.z * coefficients;
    const double deviance = irls::evaluate(patterns, weights, family, coefficients).deviance / mean_weight;
    if (iteration > 0 && std::abs(deviance - before) / (std::abs(deviance) + 0.1) < 1e-8) {
      const irls::Step last = irls::evaluate(patterns, weights, family, coefficients);
      const Eigen::MatrixXd inverse = factor.solve(Eigen::MatrixXd::Identity(info.rows(), info.cols()));
      const Eigen::MatrixXd direction = patterns.z * inverse * patterns.back.transpose();
      const Eigen::MatrixXd believed = patterns.back * inverse * patterns.back.transpose() * mean_weight;
      stats::Matrix scores(design.rows(), static_cast<std::size_t>(direction.cols()));
      for (std::size_t i = 0; i < design.rows(); ++i) {
        const Eigen::Index p = patterns.of_row[i];
        for (std::size_t j = 0; p >= 0 && j < scores.columns; ++j) {
          // working residual (at the last mean) times working weight (at the one before)
          const double residual = (patterns.y[p] - last.mean[p]) / last.variance[p] * slope[p];
          scores(i, j) = design.weights()[i] * residual * direction(p, static_cast<Eigen::Index>(j));
        }
      }
      fit.covariance = covariance_of_totals(design, scores);
      for (std::size_t i = 0; i < scores.columns; ++i) {
        for (std::size_t j = 0; j < scores.columns; ++j) {
          fit.working_covariance(i, j) = believed(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
        }
      }
      return fit;
    }
    before = deviance;
  }
  FAIL("R's iterations did not stop");
  return fit;
}

std::vector<double> roots(const stats::Matrix& covariance) {
  std::vector<double> values;
  for (std::size_t j = 0; j < covariance.rows; ++j) {
    values.push_back(std::sqrt(covariance(j, j)));
  }
  return values;
}

void compare_model(Compared& compared, const std::string& key, const PreparedDesign& design, Family family, const std::vector<double>& y,
                   const Predictors& predictors) {
  const nlohmann::json& theirs = survey_oracle(key);
  const GlmFit fit = fit_glm(design, family, y, predictors);
  const bool iterates = family != Family::gaussian;
  const double coefficient = iterates ? 1e-6 : 1e-8;
  compared.near(key + " coef", estimates(fit), numbers(theirs.at("coef")), coefficient);
  compared.near(key + " df", fit.df_residual, theirs.at("df_resid").get<double>());
  compared.near(key + " deviance", fit.deviance, theirs.at("deviance").get<double>());
  const stats::Matrix covariance = iterates ? as_r_stops(fit, design, y, predictors).covariance : fit.covariance;
  const std::vector<double> se = roots(covariance);
  compared.near(key + " se", se, numbers(theirs.at("se")));
  const std::vector<double> theirs_vcov = numbers(theirs.at("vcov"));
  REQUIRE(theirs_vcov.size() == covariance.values.size());
  const std::vector<double> t = numbers(theirs.at("t"));
  const std::vector<double> p = numbers(theirs.at("p"));
  const std::vector<double> ci = numbers(theirs.at("ci"));
  for (std::size_t j = 0; j < se.size(); ++j) {
    for (std::size_t i = 0; i < se.size(); ++i) {
      compared.near(key + " vcov", covariance(j, i), theirs_vcov[j * se.size() + i], 1e-8, se[i] * se[j]);
    }
    const stats::Inference one = stats::inference_from(fit.coefficients[j].estimate, se[j], fit.df_residual);
    compared.near(key + " t", one.statistic, t[j], coefficient);
    compared.near(key + " p", one.p_value, p[j], 1e-6); // p multiplies what t has lost
    compared.near(key + " low", one.conf_low, ci[2 * j], coefficient);
    compared.near(key + " high", one.conf_high, ci[2 * j + 1], coefficient);
    // Canvass goes on to the end: this far is R's early stop from it.
    CHECK(fit.coefficients[j].std_error == Approx(se[j]).epsilon(2e-4));
  }
}

void compare_working(Compared& compared, const std::string& key, const WorkingTest& ours, const nlohmann::json& theirs, double relative) {
  compared.near(key + " chisq", ours.chi2, theirs.at("chisq").get<double>(), 1e-8);
  compared.near(key + " lambda", ours.lambda, numbers(theirs.at("lambda")), relative);
  compared.near(key + " df", ours.df1, theirs.at("df").get<double>());
  compared.near(key + " ddf", ours.df2, theirs.at("ddf").get<double>());
  compared.near(key + " p", ours.p_value, theirs.at("p").get<double>(), std::max(1e-6, relative));
}

void compare_aic(Compared& compared, const std::string& key, const DesignAic& ours, const nlohmann::json& theirs, double relative) {
  compared.near(key + " eff.p", ours.effective_parameters, theirs.at("eff.p").get<double>(), relative);
  compared.near(key + " AIC", ours.aic, theirs.at("AIC").get<double>(), relative);
  compared.near(key + " deltabar", ours.mean_effect, theirs.at("deltabar").get<double>(), relative);
}

void compare_wald(Compared& compared, const std::string& key, const stats::FTest& ours, const nlohmann::json& theirs, double relative) {
  compared.near(key + " F", ours.statistic, theirs.at("F").get<double>(), relative);
  compared.near(key + " df", ours.df1, theirs.at("df").get<double>());
  compared.near(key + " ddf", ours.df2, theirs.at("ddf").get<double>());
  compared.near(key + " p", ours.p_value, theirs.at("p").get<double>(), std::max(1e-6, relative));
}

} // namespace

TEST_CASE("models under a design are R survey's", "[survey][oracle][glm]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("models");
  for (const std::string& name : designs) {
    const SurveyData data = data_of_design(name);
    const Design plain = survey_design(name);
    const PreparedDesign design(plain);
    const Predictors three = numbers_of(data, {"ell", "meals", "mobility"});
    compare_model(compared, name + "/glm/gaussian", design, Family::gaussian, data.column("api00"), three);
    compare_model(compared, name + "/glm/logit", design, Family::logistic, data.is("sch.wide", "Yes"), three);
    compare_model(compared, name + "/glm/poisson", design, Family::poisson, data.column("api.stu"), numbers_of(data, {"ell", "meals"}));
  }
}

TEST_CASE("tests of terms, pseudo R2 and AIC are R survey's", "[survey][oracle][glm]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("tests of terms");
  for (const std::string& name : designs) {
    const SurveyData data = data_of_design(name);
    const Design plain = survey_design(name);
    const PreparedDesign design(plain);
    const nlohmann::json& line_theirs = survey_oracle(name + "/regTermTest");
    Predictors four = numbers_of(data, {"ell", "meals", "mobility"});
    add_factor(four, data, "stype");
    const std::vector<double> api00 = data.column("api00");
    const GlmFit line = fit_glm(design, Family::gaussian, api00, four);
    const std::vector<std::string> stype{"stype"};
    const std::vector<std::string> mobmeals{"mobility", "meals"};
    compare_wald(compared, name + " wald", wald_test(line, stype), line_theirs.at("wald"), 1e-8);
    compare_wald(compared, name + " wald_mobmeals", wald_test(line, mobmeals), line_theirs.at("wald_mobmeals"), 1e-8);
    compare_working(compared, name + " lrt", likelihood_ratio_test(design, api00, four, line, stype), line_theirs.at("lrt"), 1e-8);
    compare_aic(compared, name + " aic", design_aic(design, api00, line), line_theirs.at("aic"), 1e-8);

    const nlohmann::json& theirs = survey_oracle(name + "/psrsq_logit");
    const Predictors three = numbers_of(data, {"ell", "meals", "mobility"});
    const std::vector<double> wide = data.is("sch.wide", "Yes");
    const GlmFit logit = as_r_stops(fit_glm(design, Family::logistic, wide, three), design, wide, three);
    const PseudoR2 share = pseudo_r2(logit);
    compared.near(name + " cs", share.cox_snell, theirs.at("cs").get<double>(), 1e-6);
    compared.near(name + " nagelkerke", share.nagelkerke, theirs.at("nagelkerke").get<double>(), 1e-6);
    compare_aic(compared, name + " dAIC", design_aic(design, wide, logit), theirs.at("dAIC"), 1e-6);
    const std::vector<std::string> two{"ell", "mobility"};
    const WorkingTest lrt = likelihood_ratio_test(design, wide, three, logit, two);
    compare_working(compared, name + " lrt_ell_mob", lrt, theirs.at("lrt_ell_mob"), 1e-6);
  }
}

TEST_CASE("the change between two waves of the same clusters is R survey's", "[survey][oracle][glm]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("two waves");
  const SurveyData data = data_of_design("wave_change");
  const Design plain = survey_design("wave_change");
  const GlmFit fit = fit_glm(plain, Family::gaussian, data.column("y"), numbers_of(data, {"wave"}));
  const nlohmann::json& theirs = survey_oracle("wave_change/stacked_clus1");
  compared.near("beta", fit.coefficients[1].estimate, theirs.at("beta").get<double>());
  compared.near("se", fit.coefficients[1].std_error, theirs.at("se").get<double>());
  compared.near("t", fit.coefficients[1].statistic, theirs.at("t").get<double>());
  compared.near("p", fit.coefficients[1].p_value, theirs.at("p").get<double>(), 1e-7);
}

TEST_CASE("the logit model of nhanes is R survey's", "[survey][oracle][glm]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("nhanes");
  const SurveyData data = data_of_design("nhanes");
  const Design plain = survey_design("nhanes");
  const PreparedDesign design(plain);
  Predictors predictors(data.rows());
  predictors.add_number("race", data.column("race"));
  const std::vector<std::string> ages = {"(0,19]", "(19,39]", "(39,59]", "(59,Inf]"};
  std::vector<std::int32_t> age;
  for (const std::string& cell : data.text("agecat")) {
    age.push_back(static_cast<std::int32_t>(std::find(ages.begin(), ages.end(), cell) - ages.begin()));
  }
  predictors.add_factor("agecat", age, ages);
  predictors.add_number("RIAGENDR", data.column("RIAGENDR"));
  const std::vector<double> y = data.column("HI_CHOL");
  const GlmFit fit = as_r_stops(fit_glm(design, Family::logistic, y, predictors), design, y, predictors);
  const nlohmann::json& theirs = survey_oracle("nhanes/glm_logit");
  compared.near("coef", estimates(fit), numbers(theirs.at("coef")), 1e-6);
  compared.near("se", roots(fit.covariance), numbers(theirs.at("se")), 1e-6); // R starts from the mean weight of all rows, missing ones too
  compared.near("df", fit.df_residual, theirs.at("df").get<double>());
  const std::vector<std::string> race{"race"};
  compare_wald(compared, "race", wald_test(fit, race), theirs.at("wald_race"), 1e-6);
  CHECK(fit.missing == 745);
}

// R's optimiser stops early here and takes its second derivatives from differences: coefficients to 1e-4, covariance to 1e-3 of the
// errors. ordinal_regression_test.cpp holds the engine to 1e-8 against a sharper optimum and exact derivatives.
TEST_CASE("the ordinal model is R survey's as far as R goes", "[survey][oracle][ordinal]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("ordinal");
  for (const std::string& name : designs) {
    const SurveyData data = data_of_design(name);
    const Design plain = survey_design(name);
    const PreparedDesign design(plain);
    Predictors predictors = numbers_of(data, {"avg.ed", "mobility"});
    add_factor(predictors, data, "stype");
    std::vector<double> category;
    for (const double meals : data.column("meals")) {
      category.push_back(meals <= 25 ? 1 : meals <= 50 ? 2 : meals <= 75 ? 3 : 4);
    }
    const OrdinalRegression fit = fit_ordinal(design, category, predictors);
    const nlohmann::json& theirs = survey_oracle(name + "/olr");
    std::vector<double> thresholds;
    for (const stats::Inference& one : fit.thresholds) {
      thresholds.push_back(one.estimate);
    }
    std::vector<double> ours = thresholds; // the file is read by the names' letters: "(" first
    for (const stats::Inference& one : fit.coefficients) {
      ours.push_back(one.estimate);
    }
    compared.near(name + " coef", ours, numbers(theirs.at("coef")), 1e-4, 0.05);
    compared.near(name + " zeta", thresholds, numbers(theirs.at("zeta")), 1e-4);
    const std::vector<double> vcov = numbers(theirs.at("vcov"));
    REQUIRE(vcov.size() == fit.covariance.values.size());
    const std::vector<double> se = roots(fit.covariance);
    for (std::size_t i = 0; i < vcov.size(); ++i) {
      compared.near(name + " vcov", fit.covariance.values[i], vcov[i], 1e-3, se[i / se.size()] * se[i % se.size()]);
    }
  }
}
