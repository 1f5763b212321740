// The procedure `compare_groups`, and the statistics and gamma of `association`. Numbers: tests/reference/further_estimates.R (R 4.2.2,
// survey 4.1-1).

#include "tests/analysis/further_answers.hpp"
#include "tests/analysis/row_called.hpp"
#include "tests/support/catch.hpp"

#include "engine/analysis/protect.hpp"
#include "engine/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace canvass;
using canvass::report::Estimate;
using canvass::testing::FurtherSurvey;
using canvass::testing::planned;
using canvass::testing::refused;
using canvass::testing::row;
using canvass::testing::says;

namespace {

using Options = std::map<std::string, std::string>;

/// Raking ends at 1e-8 of the margins, in R at 1e-13; differences near 0 lose a digit.
Approx near(double value) {
  return Approx(value).epsilon(2e-7);
}

} // namespace

TEST_CASE("compare_groups: what a plan cannot ask for is refused when it is checked", "[analysis][compare]") {
  const auto compare = [](const std::string& outcome, const Options& options) { return refused("compare_groups", outcome, options); };
  says(compare("years", {{"test", "welch"}, {"by", "sex"}}),
       "`test` of analysis one is t, wilcoxon, van_der_waerden, median or kruskal_wallis (\"welch\")");
  says(compare("", {{"by", "sex"}}), "needs an `outcome`, several `outcomes` or a `family`");
  says(compare("years", {}), "needs `by`, the question that makes the groups, or `reference`, a number");
  says(compare("years", {{"by", "years"}}), "\"years\", which is no question with a list");
  says(compare("years", {{"by", "area"}}), "`test: t` of analysis one compares two groups, and area has 4");
  says(compare("years", {{"by", "area"}, {"test", "wilcoxon"}}), "or use kruskal_wallis");
  says(compare("years", {{"by", "area"}, {"test", "kruskal_wallis"}, {"group", "A1"}}), "takes every answer to area as a group");
  says(compare("years", {{"by", "sex"}, {"group", "3"}}), "`group` of analysis one names \"3\", which is no code of sex; there are 1, 2");
  says(compare("years", {{"by", "sex"}, {"against", "1"}}), "has `against` without `group`");
  says(compare("years", {{"by", "sex"}, {"group", "1"}, {"against", "1 2"}}), "\"1\" in `group` and in `against`");
  says(compare("years", {{"by", "sex"}, {"group", "1 2"}}), "has every code of sex");
  says(compare("years", {{"by", "sex area"}}), "is one question or level of the areas (\"sex area\")");
  says(compare("years", {{"reference", "many"}}), "`reference` of analysis one is a number");
  says(compare("years", {{"reference", "3"}, {"by", "sex"}}), "(\"3\" beside `by`)");
  says(compare("years", {{"reference", "3"}, {"test", "median"}}), "(\"3\" beside median)");
  says(compare("years", {{"reference", "3"}, {"group", "1"}}), "has `group` beside `reference`");
  CHECK(compare("years", {{"by", "area"}, {"test", "median"}}) == "nothing");
}

TEST_CASE("compare_groups: of a sample that chance did not draw there is no test", "[analysis][compare]") {
  const analysis::Analysed analysed = FurtherSurvey({planned("one", "compare_groups", "years", {{"by", "sex"}})}, "quota").analysed();
  const auto found = std::find_if(analysed.outcomes.begin(), analysed.outcomes.end(), [](const auto& one) { return one.id == "one"; });
  REQUIRE(found != analysed.outcomes.end());
  CHECK(found->notes == std::vector<std::string>{"a test of groups speaks of people; of a sample that chance did not draw it cannot"});
}

TEST_CASE("compare_groups: all alike cannot be ranked, and the means stay", "[analysis][compare]") {
  FurtherSurvey survey({planned("one", "compare_groups", "worry_1", {{"by", "sex"}, {"test", "wilcoxon"}})});
  const std::size_t tick = survey.study.instrument().variable("worry_1");
  for (Response& response : survey.responses) {
    response.cells[tick] = survey.responses.front().cells[tick];
  }
  const analysis::Analysed analysed = survey.analysed();
  const auto found = std::find_if(analysed.outcomes.begin(), analysed.outcomes.end(), [](const auto& one) { return one.id == "one"; });
  REQUIRE(found->notes.size() == 1);
  says(found->notes.front(), "worry_1 in y2026 is not tested: all 195 answers are the same");
  CHECK(row(analysed, "one/worry_1/y2026/sex/1").n > 0);
}

TEST_CASE("compare_groups: t tests", "[analysis][compare]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("sexes", "compare_groups", "years", {{"by", "sex"}}),
                     planned("areas", "compare_groups", "confident", {{"by", "area"}, {"group", "A1 A2"}}),
                     planned("number", "compare_groups", "", {{"outcomes", "confident years"}, {"reference", "40"}})})
          .analysed();
  const Estimate& sexes = row(analysed, "sexes/years/y2026/sex/t"); // the first answer less the second
  CHECK(sexes.estimate == near(-0.47133025434145));
  CHECK(sexes.std_error == near(1.83023209156661));
  CHECK(sexes.statistic == near(-0.25752485518818));
  CHECK(sexes.at.back().second == "1");
  CHECK(sexes.versus.back().second == "2");
  CHECK(sexes.estimate == near(row(analysed, "sexes/years/y2026/sex/1").estimate - row(analysed, "sexes/years/y2026/sex/2").estimate));
  CHECK(sexes.n == row(analysed, "sexes/years/y2026/sex/1").n);
  CHECK(sexes.n_versus == row(analysed, "sexes/years/y2026/sex/2").n);
  CHECK(sexes.adjustment == "none");
  const Estimate& areas = row(analysed, "areas/confident/y2026/area/t");
  CHECK(areas.estimate == near(4.8064704772129));
  CHECK(areas.std_error == near(8.6951536283346));
  CHECK(areas.unit == report::Unit::percentage_points);
  CHECK(areas.versus.back().second == "A3+A4");
  const Estimate& number = row(analysed, "number/confident/y2026/t");
  CHECK(number.estimate == near(-3.5434648560524));
  CHECK(number.std_error == near(4.0891507980126));
  CHECK(number.statistic == near(-0.866552746789036));
  CHECK(number.reference == 40);
  const Estimate& years = row(analysed, "number/years/y2026/t"); // far below 40
  CHECK(years.verdict == "lower");
  CHECK(number.p_adjusted == number.p_value); // the larger of two, by Holm
  CHECK(years.p_adjusted == 2 * years.p_value);
}

TEST_CASE("compare_groups: tests of ranks", "[analysis][compare]") {
  std::vector<PlannedAnalysis> all;
  for (const char* test : {"wilcoxon", "van_der_waerden", "median"}) {
    all.push_back(planned(test, "compare_groups", "years", {{"by", "sex"}, {"test", test}, {"group", "1"}}));
  }
  all.push_back(planned("kw", "compare_groups", "years", {{"by", "area"}, {"test", "kruskal_wallis"}}));
  all.push_back(planned("vdw", "compare_groups", "years", {{"by", "area"}, {"test", "van_der_waerden"}}));
  all.push_back(planned("med", "compare_groups", "years", {{"by", "area"}, {"test", "median"}}));
  const analysis::Analysed analysed = FurtherSurvey(all).analysed();
  const auto check = [&](const std::string& test, double difference, double std_error, double statistic) {
    const Estimate& found = row(analysed, test + "/years/y2026/sex/" + test);
    INFO(test);
    CHECK(found.estimate == near(difference));
    CHECK(found.std_error == near(std_error));
    CHECK(found.statistic == near(statistic));
    CHECK(found.conf_low < found.estimate);
    CHECK(found.n + found.n_versus == 195);
  };
  check("wilcoxon", -0.0086194569680379, 0.0483344281827801, -0.1783295529108741);
  check("van_der_waerden", -0.023280861971765, 0.161448300695739, -0.144200105367722);
  check("median", -0.062504582516577, 0.085248018367660, -0.733208627173072);
  CHECK(row(analysed, "kw/years/y2026/area/kruskal_wallis").statistic == near(0.92862905457556));
  CHECK(row(analysed, "kw/years/y2026/area/kruskal_wallis").df == 3);
  CHECK(row(analysed, "kw/years/y2026/area/kruskal_wallis").verdict == "not told apart");
  CHECK(row(analysed, "vdw/years/y2026/area/van_der_waerden").statistic == near(1.3858978466866));
  CHECK(row(analysed, "med/years/y2026/area/median").statistic == near(0.75087855904165));
}

TEST_CASE("compare_groups: a small side is withheld with the test", "[analysis][compare]") {
  FurtherSurvey survey({planned("sides", "compare_groups", "years", {{"by", "age_band"}}),
                        planned("ranks", "compare_groups", "years", {{"by", "age_band"}, {"test", "median"}})});
  const double small = row(survey.analysed(), "sides/years/y2026/age_band/1").n;
  survey.study.study.disclosure.min_base = static_cast<int>(small) + 1;
  const analysis::Analysed open = survey.analysed(analysis::Release::open);
  for (const char* id : {"sides/years/y2026/age_band/1", "sides/years/y2026/age_band/t", "ranks/years/y2026/age_band/median"}) {
    INFO(id);
    CHECK(analysis::is_withheld(row(open, id)));
  }
}

TEST_CASE("compare_groups: a sum of answers does not give a withheld one away", "[analysis][compare]") {
  FurtherSurvey survey({planned("areas", "estimate", "years", {{"by", "area"}}),
                        planned("sides", "compare_groups", "years", {{"by", "area"}, {"group", "A1 A3"}, {"against", "A2 A4"}})});
  survey.study.study.disclosure.min_base = static_cast<int>(row(survey.analysed(), "areas/years/y2026/area/A1").n) + 1;
  const analysis::Analysed open = survey.analysed(analysis::Release::open);
  const auto is_withheld = [&](const std::string& id) { return analysis::is_withheld(row(open, id)); };
  REQUIRE(is_withheld("areas/years/y2026/area/A1"));
  REQUIRE_FALSE(is_withheld("areas/years/y2026"));
  CHECK((is_withheld("areas/years/y2026/area/A3") || is_withheld("sides/years/y2026/area/A1+A3"))); // the one less the other is A1
  for (const char* id : {"sides/years/y2026/area/A1+A3", "sides/years/y2026/area/A2+A4"}) {
    CHECK(is_withheld(id) == is_withheld("sides/years/y2026/area/t")); // both with the test or none
  }
}

TEST_CASE("association: every statistic of the table", "[analysis][association]") {
  std::vector<PlannedAnalysis> all;
  for (const char* statistic : {"F", "chisq", "wald", "adjusted_wald", "lincom", "saddlepoint"}) {
    all.push_back(planned(statistic, "association", "local_police", {{"by", "age_band"}, {"statistic", statistic}}));
  }
  const analysis::Analysed analysed = FurtherSurvey(all).analysed();
  const auto of = [&](const std::string& statistic) { return row(analysed, statistic + "/local_police/y2026/age_band"); };
  CHECK(of("F").statistic == near(1.48346527929758));
  CHECK(of("F").method == "Rao-Scott second order, F");
  CHECK(of("wald").statistic == near(1.77997501507749));
  CHECK(of("chisq").p_value == near(0.20414231169957));
  CHECK(std::isnan(of("chisq").df2));
  // R's denominators count the 10 people without an answer, too: 191 degrees of freedom for 184.
  CHECK(of("F").p_value == Approx(0.20617676840074).epsilon(1e-3));
  CHECK(of("adjusted_wald").p_value == Approx(0.14034006169953).epsilon(5e-3));
  CHECK(of("lincom").p_value == Approx(0.20523591830071).epsilon(1e-2));
  CHECK(of("saddlepoint").p_value == Approx(0.20523591830071).epsilon(1e-2));
  says(refused("association", "confident", {{"by", "sex"}, {"statistic", "G"}}),
       "`statistic` of analysis one is F, chisq, wald, adjusted_wald, lincom or saddlepoint (\"G\")");
}

TEST_CASE("association: gamma of two ordered questions", "[analysis][association]") {
  const analysis::Analysed analysed =
      FurtherSurvey(
          {planned("order", "association", "", {{"outcomes", "local_police confident"}, {"by", "age_band sex"}, {"measure", "gamma"}})})
          .analysed();
  const Estimate& gamma = row(analysed, "order/local_police/y2026/age_band/gamma");
  CHECK(gamma.estimate == near(0.23253408238959));
  CHECK(gamma.std_error == Approx(0.11828244529868).epsilon(1e-5)); // R's derivatives are differences
  CHECK(gamma.n == 185);
  CHECK(gamma.family == "order/gamma");
  CHECK(gamma.adjustment == "holm");
  CHECK(row(analysed, "order/local_police/y2026/age_band").family == "order"); // the test of the table stands beside it
  CHECK(row(analysed, "order/confident/y2026/sex/gamma").verdict == "not told apart");
  says(refused("association", "confident", {{"by", "sex"}, {"measure", "tau"}}),
       "`measure` of analysis one is cramers_v or gamma (\"tau\")");
  says(refused("association", "confident", {{"by", "area"}, {"measure", "gamma"}}), "\"area\", which is no question with a list");
  CHECK(report::find(FurtherSurvey({planned("plain", "association", "confident", {{"by", "sex"}})}).analysed().rows,
                     "plain/confident/y2026/sex/gamma") == nullptr);
}

TEST_CASE("compare_groups: two groups are the first less the second in every test, and a thin share is no t test", "[analysis][compare]") {
  std::vector<PlannedAnalysis> all;
  for (const char* test : {"t", "wilcoxon", "van_der_waerden", "median"}) {
    all.push_back(planned(std::string("by_") + test, "compare_groups", "years", {{"by", "sex"}, {"test", test}}));
  }
  all.push_back(planned("share", "compare_groups", "confident", {{"by", "sex"}}));
  all.push_back(planned("number", "compare_groups", "confident", {{"reference", "50"}}));
  const FurtherSurvey survey(all);
  const analysis::Analysed analysed = survey.analysed();
  const Estimate& t = row(analysed, "by_t/years/y2026/sex/t");
  for (const char* test : {"wilcoxon", "van_der_waerden", "median"}) {
    const Estimate& ranks = row(analysed, std::string("by_") + test + "/years/y2026/sex/" + test);
    INFO(test);
    CHECK(ranks.at == t.at);
    CHECK(ranks.versus == t.versus);
  }
  CHECK(row(analysed, "by_van_der_waerden/years/y2026/sex/van_der_waerden").estimate *
            row(analysed, "by_wilcoxon/years/y2026/sex/wilcoxon").estimate >
        0);
  const Estimate& share = row(analysed, "share/confident/y2026/sex/t");
  CHECK(share.method == "intervals of the shares, squared and added");
  CHECK(std::isnan(share.statistic));
  CHECK(share.p_value > 0);
  CHECK(row(analysed, "number/confident/y2026/t").method == "t against a number under the design"); // 67 of 185: not thin
}
