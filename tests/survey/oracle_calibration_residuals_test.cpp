#include "tests/survey/oracle.hpp"

#include "engine/survey/calibration.hpp"
#include "engine/survey/estimators.hpp"

using namespace canvass;
using namespace canvass::testing;

namespace {

stats::Matrix one_column(const std::vector<double>& y) {
  stats::Matrix result(y.size(), 1);
  result.values = y;
  return result;
}

/// Fits the margins one after the other until they stand still.
survey::Design fitted(const survey::Design& design, std::vector<survey::Margin> margins) {
  survey::Design result = design;
  for (int step = 0; step < 200; ++step) {
    for (const survey::Margin& margin : margins) {
      std::vector<double> sums(margin.totals.size(), 0);
      for (std::size_t row = 0; row < result.rows(); ++row) {
        sums[static_cast<std::size_t>(margin.cell[row])] += result.weights[row];
      }
      for (std::size_t row = 0; row < result.rows(); ++row) {
        const auto cell = static_cast<std::size_t>(margin.cell[row]);
        result.weights[row] *= margin.totals[cell] / sums[cell];
      }
    }
  }
  auto calibration = std::make_shared<survey::Calibration>();
  calibration->before = design.weights;
  calibration->equal_fit = margins.size() > 1; // so R's rake(), unlike its calibrate()
  calibration->margins = std::move(margins);
  result.calibration = calibration;
  return result;
}

} // namespace

TEST_CASE("variance after post-stratification and raking is that of residuals, as in R survey", "[survey][oracle][trap12]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("variance after calibration");
  for (const std::string name : {"clus1", "strat"}) {
    const SurveyData data = data_of_design(name);
    const survey::Margin types{"stype", data.codes("stype"), {4421, 755, 1018}, {"E", "H", "M"}, {}};
    const survey::Margin wide{"sch.wide", data.codes("sch.wide"), {1072, 5122}, {"No", "Yes"}, {}};
    const std::vector<std::pair<std::string, std::vector<survey::Margin>>> cases =
        name == "clus1" ? std::vector<std::pair<std::string, std::vector<survey::Margin>>>{{"cal/clus1/postStratify_stype", {types}},
                                                                                           {"cal/clus1/linear_stype", {types}},
                                                                                           {"cal/clus1/rake_stype_schwide", {types, wide}}}
                        : std::vector<std::pair<std::string, std::vector<survey::Margin>>>{{"cal/strat/rake_schwide_stype", {types, wide}}};
    for (const auto& one : cases) {
      const survey::Design design = fitted(survey_design(name), one.second);
      const survey::PreparedDesign prepared(design);
      const nlohmann::json& theirs = survey_oracle(one.first);
      const survey::Estimates mean = survey::means(prepared, one_column(data.column("api00")));
      const survey::Estimates total = survey::totals(prepared, one_column(data.column("enroll")));
      compared.near(one.first, {mean.values[0], mean.std_error(0), total.values[0], total.std_error(0)},
                    {theirs.at("mean_api00").get<double>(), theirs.at("mean_se").get<double>(), theirs.at("total_enroll").get<double>(),
                     theirs.at("total_se").get<double>()});
      const survey::Estimates fixed = survey::totals(prepared, one_column(data.is("stype", "H")));
      CHECK(fixed.std_error(0) < 1e-6); // known from the population
    }
  }
}
