#include "tests/survey/oracle.hpp"

#include "engine/stats/distributions.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/quantiles.hpp"

using namespace canvass;
using namespace canvass::testing;

namespace {

const std::vector<std::string> designs = {"srs", "strat", "strat_nofpc", "clus1", "clus1_nofpc", "clus2", "clus2_wr"};

stats::Matrix columns_of(const std::vector<std::vector<double>>& columns) {
  stats::Matrix result(columns.front().size(), columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t row = 0; row < result.rows; ++row) {
      result(row, j) = columns[j][row];
    }
  }
  return result;
}

constexpr double as_r = 0; // with equal weights R's rounding decides whether the 20th of 200 ends at .1

void compare(Compared& compared, const std::string& key, const std::vector<survey::Quantile>& ours) {
  const nlohmann::json& theirs = survey_oracle(key);
  const std::vector<double> est = numbers(theirs.at("est"));
  const std::vector<double> se = numbers(theirs.at("se"));
  const std::vector<double> ci = numbers(theirs.at("ci"));
  REQUIRE(ours.size() == est.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const std::string at = key + " at " + std::to_string(ours[i].p);
    compared.near(at, ours[i].value, est[i]);
    compared.near(at + " se", ours[i].std_error, se[i]);
    compared.near(at + " low", ours[i].low, ci[2 * i]);
    compared.near(at + " high", ours[i].high, ci[2 * i + 1]);
  }
}

} // namespace

TEST_CASE("quantiles by every rule and interval are R survey's", "[survey][oracle]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("quantiles");
  for (const std::string& name : designs) {
    const survey::Design design = survey_design(name);
    const survey::PreparedDesign prepared(design);
    const std::vector<double> y = data_of_design(name).column("api00");
    for (const std::string rule : {"math", "school", "shahvaish", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"}) {
      const std::string key = name + "/quantile/api00/qrule_" + rule;
      if (has_survey_oracle(key)) {
        compare(compared, key,
                survey::quantiles(prepared, y, std::vector<double>{.1, .25, .5, .75, .9},
                                  {survey::quantile_rule(rule).value(), survey::QuantileInterval::mean, 0.95, as_r}));
      }
    }
    for (const std::string interval : {"mean", "beta", "xlogit", "asin"}) { // R's score interval mixes in unweighted ranks
      const std::string key = name + "/quantile/api00/interval_" + interval;
      if (has_survey_oracle(key)) {
        compare(compared, key,
                survey::quantiles(prepared, y, std::vector<double>{.25, .5, .75},
                                  {survey::QuantileRule::math, survey::quantile_interval(interval).value(), 0.95, as_r}));
      }
    }
  }
}

TEST_CASE("ratios, variances and ratios of means are R survey's", "[survey][oracle]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("ratios and variances");
  for (const std::string& name : designs) {
    const survey::Design design = survey_design(name);
    const survey::PreparedDesign prepared(design);
    const SurveyData data = data_of_design(name);
    {
      const survey::Estimates ratio = survey::ratios(prepared, columns_of({data.column("api.stu")}), columns_of({data.column("enroll")}));
      const double t = stats::t_quantile(.975, survey::degrees_of_freedom(prepared));
      compared.near(
          name + " ratio",
          {ratio.values[0] - t * ratio.std_error(0), ratio.values[0] + t * ratio.std_error(0), ratio.values[0], ratio.std_error(0)},
          numbers(survey_oracle(name + "/ratio/api.stu_over_enroll")));
    }
    const stats::Matrix both = columns_of({data.column("api00"), data.column("api99")});
    {
      const survey::Estimates moments = survey::covariances(prepared, both);
      const nlohmann::json& theirs = survey_oracle(name + "/var/api00");
      compared.near(name + " var", {moments.values[0], moments.values[1], moments.values[1], moments.values[2]}, numbers(theirs.at("est")));
      compared.near(name + " var se", {moments.std_error(0), moments.std_error(1), moments.std_error(1), moments.std_error(2)},
                    numbers(theirs.at("se")));
    }
    {
      const survey::Estimates means = survey::means(prepared, both);
      stats::Matrix jacobian(1, 2);
      jacobian(0, 0) = 1 / means.values[1];
      jacobian(0, 1) = -means.values[0] / (means.values[1] * means.values[1]);
      const survey::Estimates ratio = survey::by_delta_method(means, {means.values[0] / means.values[1]}, jacobian);
      compared.near(name + " ratio of means", {ratio.values[0], ratio.std_error(0)},
                    numbers(survey_oracle(name + "/contrast/api00_div_api99")));
    }
  }
  // Levy and Lemeshow's ambulances: four half samples as published.
  const SurveyData data = survey_data("scd");
  survey::Design design;
  design.weights.assign(data.rows(), 1);
  auto replicates = std::make_shared<survey::Replicates>();
  replicates->count = 4;
  const std::vector<std::vector<double>> halves = {{1, 0, 1, 0, 1, 0}, {1, 0, 0, 1, 0, 1}, {0, 1, 1, 0, 0, 1}, {0, 1, 0, 1, 1, 0}};
  for (std::size_t row = 0; row < data.rows(); ++row) {
    for (const std::vector<double>& half : halves) {
      replicates->factors.push_back(static_cast<float>(2 * half[row]));
    }
  }
  replicates->scale = 0.25;
  design.replicates = replicates;
  const survey::Estimates ratio = survey::ratios(design, columns_of({data.column("alive")}), columns_of({data.column("arrests")}));
  const survey::Estimates total = survey::totals(design, columns_of({data.column("alive")}));
  compared.near("scd/brr", {ratio.values[0], ratio.std_error(0), total.values[0], total.std_error(0)}, numbers(survey_oracle("scd/brr")));
}
