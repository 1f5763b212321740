#include "tests/survey/oracle.hpp"

#include "engine/survey/estimators.hpp"

using namespace canvass;
using namespace canvass::testing;

namespace {

stats::Matrix one_column(const std::vector<double>& y) {
  stats::Matrix result(y.size(), 1);
  result.values = y;
  return result;
}

stats::Matrix two_columns(const std::vector<double>& a, const std::vector<double>& b) {
  stats::Matrix result(a.size(), 2);
  for (std::size_t row = 0; row < a.size(); ++row) {
    result(row, 0) = a[row];
    result(row, 1) = b[row];
  }
  return result;
}

std::vector<double> errors_of(const survey::Estimates& estimates) {
  std::vector<double> errors;
  for (std::size_t i = 0; i < estimates.values.size(); ++i) {
    errors.push_back(estimates.std_error(i));
  }
  return errors;
}

} // namespace

TEST_CASE("given replicate weights: means, totals, covariance and degrees of freedom are R survey's", "[survey][oracle]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("replicate weights");
  for (const std::string name : {"jk1", "jk1_fpc", "jkn", "jkn_fpc", "nhanes_brr", "nhanes_fay", "nhanes_jkn", "boot", "subboot", "mrb"}) {
    const bool nhanes = name.rfind("nhanes", 0) == 0;
    const SurveyData data = data_of_design(nhanes                             ? "nhanes"
                                           : name == "mrb"                    ? "clus2"
                                           : name[0] == 'j' && name[2] == 'n' ? "strat"
                                           : name == "subboot"                ? "strat"
                                                                              : "clus1");
    stats::Matrix y = nhanes ? one_column(data.column("HI_CHOL")) : two_columns(data.column("api00"), data.column("enroll"));
    for (std::size_t row = 0; row < y.rows && !nhanes; ++row) { // R takes a row out of both
      if (std::isnan(y(row, 0) + y(row, 1))) {
        y(row, 0) = y(row, 1) = std::nan("");
      }
    }
    for (const bool mse : {false, true}) {
      const std::string key = "rep/" + name + "/mse_" + (mse ? "TRUE" : "FALSE");
      const survey::Design design = survey_replicates(name, mse);
      const survey::PreparedDesign prepared(design);
      const nlohmann::json& mean = survey_oracle(key + "/mean");
      const survey::Estimates ours = survey::means(prepared, y);
      // The files carry 12 digits of each replicate weight; jackknife differences are a hundredth of the estimate.
      compared.near(key + " mean", ours.values, numbers(mean.at("est")));
      compared.near(key + " se", errors_of(ours), numbers(mean.at("se")));
      compared.near(key + " vcov", ours.covariance.values, numbers(mean.at("vcov")), 1e-8, ours.covariance(0, 0));
      compared.near(key + " degf", ours.df[0], mean.at("degf").get<double>());
      const nlohmann::json& total = survey_oracle(key + "/total");
      const survey::Estimates ours_total = survey::totals(prepared, y);
      compared.near(key + " total", ours_total.values, numbers(total.at("est")));
      compared.near(key + " total se", errors_of(ours_total), numbers(total.at("se")));
    }
  }
}

TEST_CASE("lonely units under each declared treatment are R survey's", "[survey][oracle]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("lonely units");
  const SurveyData data = data_of_design("lonely");
  const std::vector<double> age = data.column("age");
  const std::vector<std::pair<std::string, survey::LonelyPsu>> treatments = {{"remove", survey::LonelyPsu::remove},
                                                                             {"certainty", survey::LonelyPsu::certainty},
                                                                             {"adjust", survey::LonelyPsu::adjust},
                                                                             {"average", survey::LonelyPsu::average}};
  for (const auto& treatment : treatments) {
    survey::Design design = survey_design("lonely");
    design.lonely = treatment.second;
    for (const std::string adjusted : {"FALSE", "TRUE"}) { // no stratum is lonely in a domain alone: R gives the same both ways
      const std::string key = "lonely/" + treatment.first + "/domainadj_" + adjusted;
      const nlohmann::json& theirs = survey_oracle(key);
      const survey::Estimates mean = survey::means(design, one_column(age));
      const survey::Estimates total = survey::totals(design, one_column(age));
      compared.near(key, {mean.values[0], mean.std_error(0), total.values[0], total.std_error(0), survey::degrees_of_freedom(design)},
                    {theirs.at("mean").get<double>(), theirs.at("se").get<double>(), theirs.at("total").get<double>(),
                     theirs.at("total_se").get<double>(), theirs.at("degf").get<double>()});
      const survey::Estimates domains = survey::domain_means(design, age, data.codes("dom"), 2);
      for (std::size_t d = 0; d < 2; ++d) {
        compared.near(key + " domain", {domains.values[d], domains.std_error(d)},
                      {theirs.at("dom")[d].at("age").get<double>(), theirs.at("dom")[d].at("se").get<double>()});
      }
    }
  }
}

TEST_CASE("unequal probabilities: every variance is R survey's", "[survey][oracle]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("unequal probabilities");
  const SurveyData data = data_of_design("pps");
  const SurveyData joint = survey_data("election_jointprob");
  const SurveyData population = survey_data("election");
  survey::UnequalProbabilities unequal;
  unequal.probability = data.column("p");
  unequal.joint = stats::Matrix(data.rows(), data.rows());
  for (std::size_t j = 0; j < data.rows(); ++j) {
    const std::vector<double> column = joint.column(joint.names()[j]);
    for (std::size_t i = 0; i < data.rows(); ++i) {
      unequal.joint(i, j) = column[i];
    }
  }
  double squares = 0;
  for (const double p : population.column("p")) {
    squares += std::isnan(p) ? 0 : p * p;
  }
  const std::vector<std::string> parties = {"Bush", "Kerry", "Nader"};
  for (const std::string kind : {"wr", "brewer", "overton", "hr", "hr1", "ht", "yg"}) {
    survey::Design design = survey_design("pps");
    survey::UnequalProbabilities of = unequal;
    if (kind == "overton") {
      of.kind = survey::JointProbabilities::overton;
    } else if (kind == "hr" || kind == "hr1") {
      of.kind = survey::JointProbabilities::hartley_rao;
      of.mean_square = kind == "hr" ? squares / 40 : -1;
    } else if (kind == "ht" || kind == "yg") {
      of.kind = survey::JointProbabilities::given;
      of.variance = kind == "yg" ? survey::JointVariance::yates_grundy : survey::JointVariance::horvitz_thompson;
    }
    if (kind != "wr") {
      design.unequal = std::make_shared<const survey::UnequalProbabilities>(of);
      for (std::size_t row = 0; row < design.rows(); ++row) {
        design.weights[row] = 1 / of.probability[row];
      }
    }
    for (std::size_t j = 0; j < parties.size(); ++j) {
      const survey::Estimates total = survey::totals(design, one_column(data.column(parties[j])));
      const nlohmann::json& theirs = survey_oracle("pps").at(kind);
      compared.near(kind + " " + parties[j], {total.values[0], total.std_error(0)},
                    {theirs.at("est").at(parties[j]).get<double>(), theirs.at("se")[j].get<double>()});
    }
  }
}

TEST_CASE("published designs: MU284 in two stages, NHANES, YRBS, two stacked waves", "[survey][oracle]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("published designs");
  {
    const survey::Design design = survey_design("mu284");
    const std::vector<double> y = data_of_design("mu284").column("y1");
    const survey::Estimates total = survey::totals(design, one_column(y));
    const survey::Estimates mean = survey::means(design, one_column(y));
    const nlohmann::json& theirs = survey_oracle("mu284/total");
    compared.near("mu284", {total.values[0], total.std_error(0), mean.values[0], mean.std_error(0), survey::degrees_of_freedom(design)},
                  {theirs.at("total").get<double>(), theirs.at("se").get<double>(), theirs.at("mean").get<double>(),
                   theirs.at("mean_se").get<double>(), theirs.at("degf").get<double>()});
    CHECK(total.covariance(0, 0) == Approx(5172234).epsilon(1e-6)); // Saerndal, Swensson, Wretman 1992, example 4.3.2, rounded there
  }
  const auto one = [&](const std::string& key, const survey::Estimates& ours, double df) {
    const nlohmann::json& theirs = survey_oracle(key);
    compared.near(key, {ours.values[0], ours.std_error(0), df},
                  {numbers(theirs.at("est"))[0], numbers(theirs.at("se"))[0], theirs.at("df").get<double>()});
  };
  {
    const survey::Design design = survey_design("nhanes");
    const SurveyData data = data_of_design("nhanes");
    one("nhanes/mean_HI_CHOL", survey::means(design, one_column(data.column("HI_CHOL"))), survey::degrees_of_freedom(design));
    const std::vector<std::int32_t> race = data.codes("race");
    const std::vector<std::int32_t> sex = data.codes("RIAGENDR");
    std::vector<std::int32_t> cell(race.size());
    for (std::size_t row = 0; row < cell.size(); ++row) {
      cell[row] = race[row] < 0 || sex[row] < 0 ? -1 : sex[row] * 4 + race[row];
    }
    const survey::Estimates by = survey::domain_means(design, data.column("HI_CHOL"), cell, 8);
    const nlohmann::json& table = survey_oracle("nhanes/by_race_RIAGENDR");
    REQUIRE(table.size() == 8);
    for (std::size_t i = 0; i < 8; ++i) {
      compared.near("nhanes by", {by.values[i], by.std_error(i)}, {table[i].at("HI_CHOL").get<double>(), table[i].at("se").get<double>()});
    }
  }
  {
    const survey::Design design = survey_design("yrbs");
    const std::vector<double> y = data_of_design("yrbs").is("qn8", "1");
    one("yrbs/mean_qn8", survey::means(design, one_column(y)), survey::degrees_of_freedom(design));
    one("yrbs/total_qn8", survey::totals(design, one_column(y)), survey::degrees_of_freedom(design));
  }
  {
    const survey::Design design = survey_design("wave_change");
    const SurveyData data = data_of_design("wave_change");
    const survey::Contrast change =
        survey::contrast(survey::domain_means(design, data.column("y"), data.codes("wave"), 2), std::vector<double>{-1, 1});
    const nlohmann::json& theirs = survey_oracle("wave_change/stacked_clus1");
    compared.near("wave change", {change.value, change.std_error, change.value, change.std_error, change.statistic},
                  {theirs.at("contrast").get<double>(), theirs.at("contrast_se").get<double>(), theirs.at("beta").get<double>(),
                   theirs.at("se").get<double>(), theirs.at("t").get<double>()},
                  1e-7); // R's two ways to it differ by that
  }
}

TEST_CASE("subsets and domains are R survey's", "[survey][oracle]") {
  if (!has_survey_oracles()) {
    skip_oracles();
    return;
  }
  Compared compared("domains");
  {
    const survey::Design design = survey_design("strat");
    const SurveyData data = data_of_design("strat");
    std::vector<double> y = data.column("api00");
    std::vector<std::uint8_t> member(y.size(), 1);
    for (std::size_t row = 0; row < y.size(); ++row) {
      if (data.text("comp.imp")[row] != "Yes") {
        y[row] = std::nan("");
        member[row] = 0;
      }
    }
    const nlohmann::json& theirs = survey_oracle("strat/subset_comp.imp==Yes/mean_api00");
    const survey::Estimates ours = survey::means(design, one_column(y));
    compared.near("strat subset", {ours.values[0], ours.std_error(0), survey::degrees_of_freedom(design, member, survey::DfRule::r_survey)},
                  {numbers(theirs.at("est"))[0], numbers(theirs.at("se"))[0], theirs.at("df").get<double>()});
  }
  {
    const survey::Design design = survey_design("clus2");
    const SurveyData data = data_of_design("clus2");
    stats::Matrix y = two_columns(data.column("api00"), data.column("api99"));
    std::vector<std::uint8_t> member(y.rows, 1);
    for (std::size_t row = 0; row < y.rows; ++row) {
      if (data.text("sch.wide")[row] != "No") {
        y(row, 0) = y(row, 1) = std::nan("");
        member[row] = 0;
      }
    }
    const nlohmann::json& theirs = survey_oracle("clus2/subset_sch.wide/mean");
    const survey::Estimates ours = survey::means(design, y);
    compared.near("clus2 subset", ours.values, numbers(theirs.at("est")));
    compared.near("clus2 subset", errors_of(ours), numbers(theirs.at("se")));
    compared.near("clus2 subset", survey::degrees_of_freedom(design, member, survey::DfRule::r_survey), theirs.at("df").get<double>());
  }
  for (const std::string name : {"srs", "strat", "strat_nofpc", "clus1", "clus1_nofpc", "clus2", "clus2_wr"}) {
    const survey::Design design = survey_design(name);
    const SurveyData data = data_of_design(name);
    const survey::Estimates by = survey::domain_means(design, data.column("api00"), data.codes("stype"), 3);
    const nlohmann::json& theirs = survey_oracle(name + "/by_stype/mean_api00");
    for (std::size_t i = 0; i < 3; ++i) {
      const nlohmann::json& row = theirs.at("table")[i];
      compared.near(name + " by", {by.values[i], by.std_error(i)}, {row.at("api00").get<double>(), row.at("se").get<double>()});
      compared.near(name + " deff", by.design_effect_without[i], row.at("DEff.api00").get<double>());
    }
    compared.near(name + " vcov", by.covariance.values, numbers(theirs.at("vcov")), 1e-8, by.covariance(0, 0));
    const survey::Contrast difference = survey::contrast(by, std::vector<double>{1, -1, 0});
    compared.near(name + " E - H", {difference.value, difference.std_error}, numbers(theirs.at("contrast_E_minus_H")));
    const nlohmann::json& awards = survey_oracle(name + "/by_schwide/prop_awards");
    const survey::Estimates yes = survey::domain_means(design, data.is("awards", "Yes"), data.codes("sch.wide"), 2);
    for (std::size_t i = 0; i < 2; ++i) {
      compared.near(name + " awards", {yes.values[i], yes.std_error(i)},
                    {awards[i].at("awardsYes").get<double>(), awards[i].at("se.awardsYes").get<double>()}, 1e-8, 1e-4);
    }
  }
}
