// The procedure `regression`. Numbers: tests/reference/further_estimates.R (R 4.2.2, survey 4.1-1).

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

/// Raking ends at 1e-8 of the margins, in R at 1e-13; coefficients near 0 lose a digit.
Approx near(double value) {
  return Approx(value).epsilon(2e-7);
}

std::vector<std::string> notes_of(const analysis::Analysed& analysed, const std::string& id) {
  const auto found = std::find_if(analysed.outcomes.begin(), analysed.outcomes.end(), [&](const auto& one) { return one.id == id; });
  REQUIRE(found != analysed.outcomes.end());
  return found->notes;
}

void check_coefficient(const analysis::Analysed& analysed, const std::string& id, double estimate, double std_error) {
  const Estimate& found = row(analysed, id);
  INFO(id);
  CHECK(found.quantity == (id.find("threshold") == std::string::npos ? "coefficient" : "threshold"));
  CHECK(found.estimate == near(estimate));
  CHECK(found.std_error == near(std_error));
}

} // namespace

TEST_CASE("regression: what a plan cannot ask for is refused when it is checked", "[analysis][regression]") {
  says(refused("regression", "confident", {{"model", "probit"}, {"predictors", "sex"}}),
       "`model` of analysis one is gaussian, logistic, poisson or ordinal (\"probit\")");
  says(refused("regression", "confident", {{"model", "logistic"}}), "needs `predictors`");
  says(refused("regression", "", {{"predictors", "sex"}}), "needs an `outcome` or a `family`");
  says(refused("regression", "confident", {{"predictors", "sx"}}), "\"sx\", which is no indicator, no scale and no question");
  says(refused("regression", "confident", {{"predictors", "sex years sex"}}), "names \"sex\" twice");
  says(refused("regression", "years", {{"model", "logistic"}, {"predictors", "sex"}}), "logistic, whose outcome is an indicator");
  says(refused("regression", "years", {{"model", "ordinal"}, {"predictors", "sex"}}),
       "ordinal, whose outcome is a question with a list of ordered answers");
  says(refused("regression", "years", {{"predictors", "sex years"}}), "\"years\" on both sides");
  says(refused("regression", "years", {{"predictors", "sex"}, {"reference", "sex"}}), "(\"sex\": there is no code)");
  says(refused("regression", "years", {{"predictors", "sex"}, {"reference", "sex=3"}}), "(\"sex=3\": the codes are 1, 2)");
  says(refused("regression", "years", {{"predictors", "sex"}, {"reference", "age_band=1"}}), "the predictors are sex");
  says(refused("regression", "years", {{"predictors", "confident"}, {"reference", "confident=1"}}), "confident is no question");
  says(refused("regression", "years", {{"predictors", "sex"}, {"reference", "sex=1 sex=2"}}), "named twice");
  says(refused("regression", "years", {{"predictors", "sex"}, {"test", "lrt"}}),
       "`test` of analysis one is wald, likelihood_ratio or score (\"lrt\")");
  says(refused("regression", "local_police", {{"model", "ordinal"}, {"predictors", "sex"}, {"test", "score"}}),
       "`test` of analysis one is wald where the model is ordinal (\"score\")");
  says(refused("regression", "years", {{"predictors", "sex"}, {"wave", "y1"}}), "`wave` of analysis one");
  CHECK(refused("regression", "years", {{"predictors", "sex area confident"}, {"reference", "area=A2"}}) == "nothing");
}

TEST_CASE("regression: what the data cannot bear becomes a note", "[analysis][regression]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("split", "regression", "worry_2", {{"model", "logistic"}, {"predictors", "worry_1 area"}})}).analysed();
  REQUIRE(notes_of(analysed, "split").size() == 1);
  says(notes_of(analysed, "split").front(), "the model of worry_2 in y2026 cannot be had: ");
}

TEST_CASE("regression: of a sample that chance did not draw there is no model", "[analysis][regression]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("one", "regression", "years", {{"predictors", "sex"}})}, "self_selected").analysed();
  CHECK(notes_of(analysed, "one") ==
        std::vector<std::string>{"a model of what goes with what speaks of people; of a sample that chance did not draw it cannot"});
}

TEST_CASE("regression: a logistic model with its odds ratios, tests and fit", "[analysis][regression]") {
  const Options options = {{"model", "logistic"}, {"predictors", "sex age_band years worry_1"}};
  const auto with = [&](const char* test) {
    Options all = options;
    all["test"] = test;
    return planned(test, "regression", "confident", all);
  };
  const analysis::Analysed analysed =
      FurtherSurvey({with("wald"), with("likelihood_ratio"), with("score"),
                     planned("fit", "regression", "worry_1", {{"model", "logistic"}, {"predictors", "sex age_band years"}})})
          .analysed();
  const std::string stem = "wald/confident/y2026/";
  check_coefficient(analysed, stem + "constant", -1.2365219226492203, 0.5227781858212290);
  check_coefficient(analysed, stem + "sex=2", 0.4491166901853029, 0.3493859603074211);
  check_coefficient(analysed, stem + "age_band=2", 0.6754447601680389, 0.3991294420756588);
  check_coefficient(analysed, stem + "years", 0.0078516408096231, 0.0161303901227380);
  check_coefficient(analysed, stem + "worry_1=1", -0.2592331110976476, 0.3825294644898359);
  const Estimate& sex = row(analysed, stem + "sex=2");
  const Estimate& odds = row(analysed, stem + "sex=2/odds_ratio");
  CHECK(odds.estimate == Approx(std::exp(sex.estimate)).epsilon(1e-14));
  CHECK(odds.conf_low == Approx(std::exp(sex.conf_low)).epsilon(1e-14));
  CHECK(odds.conf_high == Approx(std::exp(sex.conf_high)).epsilon(1e-14));
  CHECK(sex.n + sex.n_versus == 185); // those who have it, and those who have the reference
  CHECK(row(analysed, stem + "years").n == 185);
  CHECK(row(analysed, stem + "years").n_missing == 10);
  const auto statistic = [&](const std::string& test, const char* term) {
    return row(analysed, test + "/confident/y2026/term/" + term).statistic;
  };
  CHECK(statistic("wald", "sex") == near(1.6523707202585));
  CHECK(statistic("wald", "age_band") == near(2.8638623754253));
  CHECK(statistic("wald", "worry_1") == near(0.4592521084671));
  CHECK(statistic("likelihood_ratio", "sex") == near(1.670680415267));
  CHECK(statistic("likelihood_ratio", "years") == near(0.23738461632592));
  CHECK(statistic("likelihood_ratio", "worry_1") == near(0.46319062172569));
  CHECK(statistic("score", "worry_1") == near(0.46294589351255));
  const Estimate& least = row(analysed, stem + "term/age_band");
  CHECK(least.p_adjusted == Approx(4 * least.p_value).epsilon(1e-14)); // four terms, by Holm
  CHECK(least.verdict == "no clear link");
  CHECK(row(analysed, "fit/worry_1/y2026/fit/cox_snell_r2").estimate == near(0.014120124686244));
  CHECK(row(analysed, "fit/worry_1/y2026/fit/nagelkerke_r2").estimate == near(0.019497377212283));
  CHECK(row(analysed, "fit/worry_1/y2026/fit/mcfadden_r2").estimate == near(0.011040086705063));
  CHECK(row(analysed, "fit/worry_1/y2026/fit/design_aic").estimate == near(257.1157089919408));
}

TEST_CASE("regression: a linear model with a named reference", "[analysis][regression]") {
  const Options options = {{"predictors", "area sex"}, {"reference", "area=A2"}};
  Options ratio = options;
  ratio["test"] = "likelihood_ratio";
  const analysis::Analysed analysed =
      FurtherSurvey({planned("line", "regression", "years", options), planned("ratio", "regression", "years", ratio),
                     planned("share", "regression", "confident", {{"predictors", "sex"}}),
                     planned("gap", "group_gap", "confident", {{"by", "sex"}, {"group", "2"}, {"against", "1"}})})
          .analysed();
  check_coefficient(analysed, "line/years/y2026/constant", 18.383986520770470, 1.977592497799918);
  check_coefficient(analysed, "line/years/y2026/area=A1", -0.458187600196244, 3.024769904261427);
  check_coefficient(analysed, "line/years/y2026/area=A4", 3.063092121063636, 2.396384566652757);
  check_coefficient(analysed, "line/years/y2026/sex=2", 0.077196390266317, 1.808599779498689);
  CHECK(report::find(analysed.rows, "line/years/y2026/area=A2") == nullptr);
  CHECK(row(analysed, "line/years/y2026/area=A1").versus == report::Levels{{"wave", "y2026"}, {"area", "A2"}});
  CHECK(row(analysed, "line/years/y2026/term/area").statistic == near(0.76649253381725));
  CHECK(row(analysed, "line/years/y2026/term/area").df == 3);
  CHECK(row(analysed, "ratio/years/y2026/term/area").statistic == near(0.77679118522322));
  CHECK(row(analysed, "line/years/y2026/fit/r_squared").estimate == near(0.016614665551329));
  // Of a share in percentage points: the gap of two groups.
  const Estimate& share = row(analysed, "share/confident/y2026/sex=2");
  CHECK(share.unit == report::Unit::percentage_points);
  CHECK(share.estimate == Approx(row(analysed, "gap/confident/y2026/gap").estimate).epsilon(1e-9)); // Newton's last step
  CHECK(share.std_error == Approx(row(analysed, "gap/confident/y2026/gap").std_error).epsilon(1e-9));
}

TEST_CASE("regression: a Poisson model has ratios of rates", "[analysis][regression]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("rate", "regression", "years", {{"model", "poisson"}, {"predictors", "sex worry_1"}})}).analysed();
  check_coefficient(analysed, "rate/years/y2026/constant", 2.993899964798650, 0.069046983813415);
  check_coefficient(analysed, "rate/years/y2026/sex=2", 0.031266071516956, 0.092965096244064);
  check_coefficient(analysed, "rate/years/y2026/worry_1=1", -0.102059062567795, 0.105931334716314);
  CHECK(row(analysed, "rate/years/y2026/sex=2/rate_ratio").estimate == near(std::exp(0.031266071516956)));
  CHECK(row(analysed, "rate/years/y2026/term/worry_1").statistic == near(0.92822713736188));
}

TEST_CASE("regression: an ordinal model has thresholds", "[analysis][regression]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("steps", "regression", "local_police", {{"model", "ordinal"}, {"predictors", "sex age_band years"}})})
          .analysed();
  // R's svyolr stops before the end: coefficients to 1e-5, errors to 2e-4.
  const auto check = [&](const char* part, double estimate, double std_error) {
    const Estimate& found = row(analysed, "steps/local_police/y2026/" + std::string(part));
    INFO(part);
    CHECK(found.estimate == Approx(estimate).epsilon(2e-5));
    CHECK(found.std_error == Approx(std_error).epsilon(5e-4));
  };
  check("sex=2", 0.198302680318766, 0.315448942978368);
  check("age_band=2", 0.596158243547536, 0.311221303391099);
  check("years", 0.012152015765636, 0.013131909326201);
  check("threshold/1|2", -0.366619093899392, 0.403735348773422);
  check("threshold/2|3", 0.395922013501643, 0.389125907863050);
  check("threshold/4|5", 2.285398233018132, 0.395533971366522);
  CHECK(row(analysed, "steps/local_police/y2026/age_band=2/odds_ratio").estimate == Approx(std::exp(0.596158243547536)).epsilon(2e-5));
  const Estimate& term = row(analysed, "steps/local_police/y2026/term/age_band");
  CHECK(term.statistic == Approx(0.596158243547536 * 0.596158243547536 / (0.311221303391099 * 0.311221303391099)).epsilon(1e-3));
}

TEST_CASE("regression: a level with few people is withheld with what would tell it", "[analysis][regression]") {
  FurtherSurvey survey({planned("line", "regression", "years", {{"predictors", "area sex"}})});
  const analysis::Analysed open = survey.analysed();
  const std::string stem = "line/years/y2026/";
  std::vector<std::pair<double, std::string>> people = {{row(open, stem + "area=A2").n_versus, "A1"}};
  for (const std::string area : {"A2", "A3", "A4"}) {
    people.emplace_back(row(open, stem + "area=" + area).n, area);
  }
  std::sort(people.begin(), people.end());
  REQUIRE(people[0].second == "A1"); // the reference
  survey.study.study.disclosure.min_base = static_cast<int>(people[0].first) + 1;
  const auto is_withheld = [&](const analysis::Analysed& of, const std::string& part) {
    return analysis::is_withheld(row(of, stem + part));
  };
  const analysis::Analysed few = survey.analysed(analysis::Release::open);
  for (const std::string part : {"constant", "area=A2", "area=A3", "area=A4", "term/area", "fit/r_squared", "fit/design_aic"}) {
    INFO(part);
    CHECK(is_withheld(few, part)); // all are against the reference
  }
  CHECK_FALSE(is_withheld(few, "sex=2"));
  CHECK_FALSE(is_withheld(few, "term/sex"));

  // The same with the largest as reference: two levels go, and two stay.
  survey.study.study.plan.analyses.back().options["reference"] = "area=" + people[3].second;
  const analysis::Analysed other = survey.analysed(analysis::Release::open);
  CHECK(is_withheld(other, "area=" + people[0].second));
  CHECK(is_withheld(other, "area=" + people[1].second));
  CHECK_FALSE(is_withheld(other, "area=" + people[2].second));
  CHECK_FALSE(is_withheld(other, "constant"));
  CHECK(is_withheld(other, "term/area"));
  CHECK(is_withheld(other, "fit/r_squared"));
}

TEST_CASE("regression: the ratio of odds of a withheld level goes, too", "[analysis][regression]") {
  FurtherSurvey survey({planned("odds", "regression", "confident", {{"model", "logistic"}, {"predictors", "worry_1 sex"}})});
  const Estimate level = row(survey.analysed(), "odds/confident/y2026/worry_1=1");
  REQUIRE(level.n < level.n_versus);
  survey.study.study.disclosure.min_base = static_cast<int>(level.n) + 1;
  const analysis::Analysed open = survey.analysed(analysis::Release::open);
  CHECK(analysis::is_withheld(row(open, "odds/confident/y2026/worry_1=1")));
  CHECK(analysis::is_withheld(row(open, "odds/confident/y2026/worry_1=1/odds_ratio")));
  CHECK(analysis::is_withheld(row(open, "odds/confident/y2026/constant"))); // one of two levels: the other would tell it
  CHECK(analysis::is_withheld(row(open, "odds/confident/y2026/term/worry_1")));
  CHECK_FALSE(analysis::is_withheld(row(open, "odds/confident/y2026/sex=2")));
}

TEST_CASE("regression: a public release rounds what it says of the answers to a predictor", "[analysis][regression]") {
  FurtherSurvey survey({planned("line", "regression", "years", {{"predictors", "worry_1 city_police"}})});
  survey.study.study.disclosure.min_base = 10;
  const analysis::Analysed full = survey.analysed();
  const analysis::Analysed open = survey.analysed(analysis::Release::open);
  const auto two_digits = [](double value) {
    const double unit = std::pow(10, std::floor(std::log10(std::abs(value))) - 1);
    return std::round(value / unit) * unit;
  };
  for (const char* part : {"city_police=2", "worry_1=1", "constant", "fit/r_squared"}) { // fewer than ten times the least base
    const std::string id = "line/years/y2026/" + std::string(part);
    INFO(id);
    REQUIRE_FALSE(analysis::is_withheld(row(open, id)));
    CHECK(row(open, id).estimate == Approx(two_digits(row(full, id).estimate)).epsilon(1e-12));
    CHECK(row(open, id).estimate != row(full, id).estimate);
  }
}
