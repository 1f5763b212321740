#include "tests/survey/oracle.hpp"

#include "engine/stats/distributions.hpp"
#include "engine/survey/estimators.hpp"

using namespace canvass;
using namespace canvass::testing;

namespace {

stats::Matrix matrix_of(const std::vector<std::vector<double>>& columns) {
  stats::Matrix result(columns.front().size(), columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t row = 0; row < result.rows; ++row) {
      result(row, j) = columns[j][row];
    }
  }
  return result;
}

/// R's na.rm takes a row out of all columns where one of them is missing.
stats::Matrix complete_rows(stats::Matrix y) {
  for (std::size_t row = 0; row < y.rows; ++row) {
    double sum = 0;
    for (std::size_t j = 0; j < y.columns; ++j) {
      sum += y(row, j);
    }
    for (std::size_t j = 0; j < y.columns && std::isnan(sum); ++j) {
      y(row, j) = sum;
    }
  }
  return y;
}

std::vector<double> errors_of(const survey::Estimates& estimates) {
  std::vector<double> errors;
  for (std::size_t i = 0; i < estimates.values.size(); ++i) {
    errors.push_back(estimates.std_error(i));
  }
  return errors;
}

/// est, se, df, ci_low, ci_upp and vcov, where the entry has them.
void compare(Compared& compared, const std::string& key, const survey::Estimates& ours, double df) {
  const nlohmann::json& theirs = survey_oracle(key);
  const auto k = ours.values.size();
  const double largest = *std::max_element(ours.values.begin(), ours.values.end());
  compared.near(key + " est", ours.values, numbers(theirs.at("est")));
  compared.near(key + " se", errors_of(ours), numbers(theirs.at("se")), 1e-8, 1e-4 * largest); // an error of 0 is rounding here and there
  if (theirs.contains("df")) {
    compared.near(key + " df", df, theirs.at("df").get<double>());
    const std::vector<double> low = numbers(theirs.at("ci_low"));
    const std::vector<double> high = numbers(theirs.at("ci_upp"));
    for (std::size_t i = 0; i < k; ++i) {
      const double t = stats::t_quantile(0.975, df);
      compared.near(key + " low", ours.values[i] - t * ours.std_error(i), low[i], 1e-8, ours.values[i]);
      compared.near(key + " high", ours.values[i] + t * ours.std_error(i), high[i]);
    }
  }
  if (theirs.contains("vcov")) {
    const double scale = std::max(ours.covariance(0, 0), 1e-10 * largest * largest);
    compared.near(key + " vcov", ours.covariance.values, numbers(theirs.at("vcov")), 1e-8, scale);
  }
}

const std::vector<std::string> designs = {"srs", "strat", "strat_nofpc", "clus1", "clus1_nofpc", "clus2", "clus2_wr"};

} // namespace

TEST_CASE("means, totals, domains, contrasts and design effects are R survey's", "[survey][oracle]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("means and totals");
  for (const std::string& name : designs) {
    const SurveyData data = data_of_design(name);
    const survey::Design design = survey_design(name);
    const survey::PreparedDesign prepared(design);
    const double df = survey::degrees_of_freedom(prepared);
    compared.near(name + "/degf", df, survey_oracle(name + "/degf").get<double>());
    const std::vector<double> api00 = data.column("api00");
    compare(compared, name + "/mean/api00", survey::means(prepared, matrix_of({api00})), df);
    compare(compared, name + "/mean/api00+api99+enroll",
            survey::means(prepared, complete_rows(matrix_of({api00, data.column("api99"), data.column("enroll")}))), df);
    compare(compared, name + "/total/enroll", survey::totals(prepared, matrix_of({data.column("enroll")})), df);
    const stats::Matrix stype = matrix_of({data.is("stype", "E"), data.is("stype", "H"), data.is("stype", "M")});
    compare(compared, name + "/mean/stype", survey::means(prepared, stype), df);
    compare(compared, name + "/total/stype", survey::totals(prepared, stype), df);
    const survey::Estimates mean = survey::means(prepared, matrix_of({api00}));
    compared.near(name + " deff wr", mean.design_effect[0], survey_oracle(name + "/deff_wr/api00").get<double>());
    compared.near(name + " deff wor", mean.design_effect_without[0], survey_oracle(name + "/deff_wor/api00").get<double>());
    compared.near(name + " deff total", survey::totals(prepared, matrix_of({data.column("enroll")})).design_effect_without[0],
                  survey_oracle(name + "/deff_wor/total_enroll").get<double>());
  }
}
