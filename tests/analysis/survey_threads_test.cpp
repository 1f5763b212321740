#include "tests/analysis/public_answers.hpp"
#include "tests/support/catch.hpp"

#include "engine/analysis/run.hpp"
#include "engine/report/estimate.hpp"

#include <cstring>
#include <string>

using namespace canvass;

namespace {

PlannedAnalysis planned(const std::string& procedure, const std::string& outcome, std::map<std::string, std::string> options) {
  PlannedAnalysis analysis;
  analysis.id = analysis.procedure = procedure;
  analysis.outcome = outcome;
  analysis.options = std::move(options);
  return analysis;
}

} // namespace

// 24,000 questionnaires a year and some 10,000 answers: several blocks of units in each variance, four strata, raked and trimmed weights.
TEST_CASE("a whole survey of the public has the same bytes at 1, 2 and 8 threads", "[analysis][threads]") {
  constexpr int sent = 24000;
  testing::StudyFiles files;
  testing::write_public_survey(files, sent);
  std::string population = "area,sex,age_band,count\n";
  int count = 10000;
  for (const char* area : {"A1", "A2", "A3", "A4"}) {
    for (const char* sex : {"1", "female"}) {
      for (const char* band : {"1", "2"}) {
        population += std::string(area) + "," + sex + "," + band + "," + std::to_string(count += 1000) + "\n";
      }
    }
  }
  files.write("population.csv", population);
  LoadedStudy study = files.load();
  auto& all = study.study.plan.analyses;
  all.push_back(planned("town_change", "confident", {{"comparison", "W"}}));
  all.push_back(planned("model_drivers", "confident", {{"drivers", "years sex"}, {"second", "worry_1"}}));
  all.push_back(planned("multiple_response", "", {{"item", "worry"}}));
  all.push_back(planned("net_balance", "local_police", {{"better", "4 5"}, {"worse", "1 2"}}));
  all.push_back(planned("group_gap", "confident", {{"by", "sex"}, {"group", "1"}}));
  all.push_back(planned("trend_over_groups", "confident", {{"by", "age_band"}}));
  const std::vector<Response> responses = testing::public_answers(study, sent);
  REQUIRE(responses.size() > 19000);
  const auto run = [&](unsigned threads) {
    analysis::Options options;
    options.release = analysis::Release::internal;
    options.threads = threads;
    return analysis::analyse({study, responses, {}, 0, 0, true}, options).rows;
  };
  const report::Estimates one = run(1);
  REQUIRE(one.size() > 50);
  for (const unsigned threads : {2U, 8U}) {
    const report::Estimates other = run(threads);
    REQUIRE(other.size() == one.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      const auto a = report::fields(one[i]);
      const auto b = report::fields(other[i]);
      bool same = a.size() == b.size() && std::memcmp(&one[i].estimate, &other[i].estimate, sizeof(double)) == 0 &&
                  std::memcmp(&one[i].std_error, &other[i].std_error, sizeof(double)) == 0;
      for (std::size_t field = 0; same && field < a.size(); ++field) {
        same = a[field].text == b[field].text;
      }
      INFO(one[i].id << " at " << threads << " threads");
      CHECK(same);
    }
  }
}
