// The procedure `estimate`. Numbers: tests/reference/further_estimates.R (R 4.2.2, survey 4.1-1).

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

/// Raking ends at 1e-8 of the margins, in R at 1e-13.
Approx near(double value) {
  return Approx(value).epsilon(2e-8);
}

struct Expected {
  const char* id;
  double estimate, std_error;
};

void check(const analysis::Analysed& analysed, std::initializer_list<Expected> all) {
  for (const Expected& one : all) {
    const Estimate& found = row(analysed, one.id);
    INFO(one.id);
    CHECK(found.estimate == near(one.estimate));
    CHECK(found.std_error == near(one.std_error));
  }
}

} // namespace

TEST_CASE("estimate: what a plan cannot ask for is refused when it is checked", "[analysis][estimate]") {
  says(
      refused("estimate", "confident", {{"statistic", "totl"}}),
      "`statistic` of analysis one is mean, total, ratio, quantile, variance, correlation, kappa or alpha (\"totl\"); did you mean total?");
  says(refused("estimate", "", {{"statistic", "mean"}}), "needs an `outcome`, several `outcomes` or a `family` (none is named)");
  says(refused("estimate", "", {{"outcomes", "confidnt"}}), "\"confidnt\", which is no indicator, no scale and no question");
  says(refused("estimate", "", {{"outcomes", "words"}}), "\"words\", which is no indicator");
  says(refused("estimate", "years", {{"statistic", "ratio"}}), "needs `per`");
  says(refused("estimate", "years", {{"statistic", "mean"}, {"per", "sex"}}),
       "`per`, which belongs to `statistic: ratio`, and asks for mean");
  says(refused("estimate", "years", {{"statistic", "quantile"}, {"at", "0.5 1"}}),
       "shares between 0 and 1, such as at: \"0.25 0.5 0.75\" (\"1\")");
  says(refused("estimate", "years", {{"statistic", "quantile"}, {"rule", "hf10"}}), "`rule` of analysis one is math, school, hf1");
  says(refused("estimate", "years", {{"statistic", "quantile"}, {"interval", "t"}}),
       "mean, beta, xlogit, asin, score or replicates (\"t\")");
  says(refused("estimate", "years", {{"at", "0.5"}}), "`at`, which belongs to `statistic: quantile`");
  says(refused("estimate", "confident", {{"statistic", "quantile"}}), "outcomes with several values");
  says(refused("estimate", "years", {{"statistic", "correlation"}}), "two or more `outcomes` (\"years\" is named)");
  says(refused("estimate", "", {{"statistic", "kappa"}, {"outcomes", "local_police sex"}}), "the lists are job and sexes");
  says(refused("estimate", "", {{"statistic", "kappa"}, {"outcomes", "local_police years"}}),
       "\"years\", which is no question with a list");
  says(refused("estimate", "years", {{"statistic", "alpha"}}), "a scale as its `outcome`, or two or more items");
  says(refused("estimate", "years", {{"by", "years"}}), "\"years\", which is no question with a list of answers");
  says(refused("estimate", "years", {{"by", "sex area"}}), "is one question or level of the areas (\"sex area\")");
  says(refused("estimate", "years", {{"pairs", "all"}}), "asks for all pairs of nobody");
  says(refused("estimate", "years", {{"pairs", "all"}, {"by", "sex"}, {"statistic", "variance"}}), "asks for all pairs of variance");
  says(refused("estimate", "years", {{"pairs", "some"}, {"by", "sex"}}), "`pairs` of analysis one is none or all (\"some\")");
  says(refused("estimate", "years", {{"wave", "y2062"}}), "`wave` of analysis one is all, y2025 or y2026 (\"y2062\"); did you mean y2026?");
  CHECK(refused("estimate", "years", {{"by", "area"}, {"pairs", "all"}, {"wave", "all"}}) == "nothing");
}

TEST_CASE("estimate: of a sample that chance did not draw nothing is said", "[analysis][estimate]") {
  const analysis::Analysed analysed = FurtherSurvey({planned("one", "estimate", "years", {})}, "quota").analysed();
  const auto outcome = std::find_if(analysed.outcomes.begin(), analysed.outcomes.end(), [](const auto& one) { return one.id == "one"; });
  REQUIRE(outcome != analysed.outcomes.end());
  CHECK(outcome->failed);
  CHECK(outcome->notes == std::vector<std::string>{"an estimate with its error speaks of people; of a sample that chance did not draw it "
                                                   "cannot"});
  CHECK(report::find(analysed.rows, "one/years/y2026") == nullptr);
}

TEST_CASE("estimate: totals, with both design effects, and by group", "[analysis][estimate]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("total", "estimate", "confident", {{"statistic", "total"}, {"by", "sex"}})}).analysed();
  check(analysed, {{"total/confident/y2026", 962.53159909687, 109.56129595651},
                   {"total/confident/y2026/sex/1", 383.890876006361, 60.572131593829},
                   {"total/confident/y2026/sex/2", 578.640723090510, 91.015130672754}});
  const Estimate& whole = row(analysed, "total/confident/y2026");
  CHECK(whole.quantity == "total");
  CHECK(whole.n == 185);
  CHECK(whole.n_missing == 10);
  CHECK(whole.conf_low < whole.estimate - 1.9 * whole.std_error);
  CHECK(row(analysed, "total/confident/y2026/sex/1").n + row(analysed, "total/confident/y2026/sex/2").n == 185);
  CHECK(row(analysed, "total/confident/y2026/sex/1").n_missing + row(analysed, "total/confident/y2026/sex/2").n_missing == 10);
  CHECK(row(analysed, "total/confident/y2026/design_effect").estimate == near(1.3677497721680));
  CHECK(row(analysed, "total/confident/y2026/design_effect_without").estimate == near(1.4708093872589));
}

TEST_CASE("estimate: means are those of the other tables, of shares with their interval", "[analysis][estimate]") {
  const analysis::Analysed analysed = FurtherSurvey({planned("mean", "estimate", "", {{"outcomes", "years confident"}, {"by", "sex"}}),
                                                     planned("groups", "subgroup_shares", "confident", {{"by", "sex"}})})
                                          .analysed();
  check(analysed, {{"mean/years/y2026", 19.6187134728695, 0.9190534889864}});
  CHECK(row(analysed, "mean/years/y2026/design_effect").estimate == near(1.3723801311764));
  CHECK(row(analysed, "mean/years/y2026/design_effect_without").estimate == near(1.4751110814948));
  for (const std::string cell : {"confident/y2026", "confident/y2026/sex/1", "confident/y2026/sex/2"}) {
    const Estimate& one = row(analysed, "mean/" + cell);
    const Estimate& other = row(analysed, "groups/" + cell);
    INFO(cell);
    CHECK(one.quantity == "proportion");
    CHECK(one.estimate == Approx(other.estimate).epsilon(1e-13)); // summed in another order
    CHECK(one.conf_low == Approx(other.conf_low).epsilon(1e-12));
    CHECK(one.conf_high == Approx(other.conf_high).epsilon(1e-12));
    CHECK(one.effective_n == Approx(other.effective_n).epsilon(1e-12));
    CHECK(one.n == other.n);
    CHECK(one.n_missing == other.n_missing);
  }
}

TEST_CASE("estimate: all pairs of areas from one covariance matrix, adjusted by Holm", "[analysis][estimate]") {
  const analysis::Analysed analysed = FurtherSurvey({planned("pairs", "estimate", "years", {{"by", "area"}, {"pairs", "all"}})}).analysed();
  check(analysed, {{"pairs/years/y2026/area/A2/less/A1", 0.4739133017470, 3.0122880444622},
                   {"pairs/years/y2026/area/A4/less/A1", 3.5405136647479, 2.9211353463151},
                   {"pairs/years/y2026/area/A4/less/A3", 2.2140507398485, 2.3511259135916}});
  std::vector<const Estimate*> pairs;
  for (const Estimate& one : analysed.rows) {
    if (one.analysis == "pairs" && one.quantity == "difference") {
      pairs.push_back(&one);
    }
  }
  REQUIRE(pairs.size() == 6);
  const Estimate* least = *std::min_element(pairs.begin(), pairs.end(), [](auto* a, auto* b) { return a->p_value < b->p_value; });
  CHECK(least->p_adjusted == Approx(std::min(1.0, 6 * least->p_value)).epsilon(1e-14)); // Holm's first step
  CHECK(least->adjustment == "holm");
  CHECK(least->verdict == "not told apart");
  CHECK(least->n_versus > 0);
}

TEST_CASE("estimate: a declared family says how pairs are adjusted", "[analysis][estimate]") {
  PlannedAnalysis analysis = planned("pairs", "estimate", "", {{"by", "area"}, {"pairs", "all"}});
  analysis.family = "two";
  FurtherSurvey survey({analysis});
  survey.study.study.plan.families.push_back({"two", {"years", "confident"}, "", Adjustment::none, {}});
  const analysis::Analysed analysed = survey.analysed();
  const Estimate& one = row(analysed, "pairs/confident/y2026/area/A2/less/A1");
  CHECK(one.p_adjusted == one.p_value);
  CHECK(one.family == "two");
  CHECK(one.unit == report::Unit::percentage_points);
  survey.study.study.plan.families.back().adjust = Adjustment::westfall_young;
  Problems problems;
  analysis::check_plan(survey.study, problems);
  REQUIRE(problems.has_errors());
  says(problems.all().front().text, "which draws people anew");
}

TEST_CASE("estimate: ratios of two totals", "[analysis][estimate]") {
  const analysis::Analysed analysed = FurtherSurvey({planned("ratio", "estimate", "confident",
                                                             {{"statistic", "ratio"}, {"per", "years"}, {"by", "sex"}, {"pairs", "all"}})})
                                          .analysed();
  check(analysed, {{"ratio/confident/y2026", 0.0184156812859175, 0.0021371834758012},
                   {"ratio/confident/y2026/sex/1", 0.0162301107345767, 0.0026716636486206},
                   {"ratio/confident/y2026/sex/2", 0.0202223282630959, 0.0032297204746040},
                   {"ratio/confident/y2026/sex/2/less/1", 0.0039922175285192, 0.0042008060755147}});
  CHECK(row(analysed, "ratio/confident/y2026/sex/2/less/1").unit == report::Unit::ratio);
}

TEST_CASE("estimate: quantiles by rule and interval", "[analysis][estimate]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("math", "estimate", "years", {{"statistic", "quantile"}, {"at", "0.25 0.5 0.75"}}),
                     planned("hf7", "estimate", "years", {{"statistic", "quantile"}, {"rule", "hf7"}, {"interval", "beta"}, {"by", "sex"}}),
                     planned("replicates", "estimate", "years", {{"statistic", "quantile"}, {"interval", "replicates"}})})
          .analysed();
  struct Quantile {
    const char* id;
    double value, low, high;
  };
  for (const Quantile& one : {Quantile{"math/years/y2026/0.25", 10, 7, 13}, Quantile{"math/years/y2026/0.5", 20, 16, 25},
                              Quantile{"math/years/y2026/0.75", 28, 27, 31}, Quantile{"hf7/years/y2026/sex/1/0.5", 19, 17, 22}}) {
    const Estimate& found = row(analysed, one.id);
    INFO(one.id);
    CHECK(found.estimate == Approx(one.value).epsilon(1e-12)); // whole years
    CHECK(found.conf_low == Approx(one.low).epsilon(1e-12));
    CHECK(found.conf_high == Approx(one.high).epsilon(1e-12));
  }
  CHECK(row(analysed, "hf7/years/y2026/sex/1/0.5").method == "weighted quantile by rule hf7, interval beta");
  CHECK(row(analysed, "math/years/y2026/0.25").count >= 49); // a quarter of 195 people, and ties
  const auto failed =
      std::find_if(analysed.outcomes.begin(), analysed.outcomes.end(), [](const auto& one) { return one.id == "replicates"; });
  CHECK(failed->failed); // the design has none
}

TEST_CASE("estimate: variances, correlations, kappa and alpha", "[analysis][estimate]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("variance", "estimate", "years", {{"statistic", "variance"}, {"by", "sex"}}),
                     planned("link", "estimate", "", {{"statistic", "correlation"}, {"outcomes", "years local_police city_police"}}),
                     planned("kappa", "estimate", "", {{"statistic", "kappa"}, {"outcomes", "local_police city_police"}, {"by", "sex"}}),
                     planned("alpha", "estimate", "policing", {{"statistic", "alpha"}, {"by", "age_band"}}),
                     planned("items", "estimate", "", {{"statistic", "alpha"}, {"outcomes", "local_police city_police"}})})
          .analysed();
  check(analysed, {{"variance/years/y2026", 120.0167233580800, 8.6859183712672},
                   {"variance/years/y2026/sex/2", 114.728037096978, 10.719702844926},
                   {"link/local_police/city_police/y2026", 0.360587222757561, 0.090626153711265},
                   {"kappa/local_police/city_police/y2026", 0.363600788400675, 0.056397551067923},
                   {"alpha/policing/y2026", 0.530012761044317, 0.097906509539903},
                   {"items/items/y2026", 0.530012761044317, 0.097906509539903}});
  const Estimate& link = row(analysed, "link/local_police/city_police/y2026");
  CHECK(link.p_adjusted == Approx(3 * link.p_value).epsilon(1e-14)); // the least of three, by Holm
  CHECK(link.verdict == "goes with more");
  CHECK(row(analysed, "link/years/city_police/y2026").family == "link");
  CHECK(row(analysed, "kappa/local_police/city_police/y2026/sex/1").n + row(analysed, "kappa/local_police/city_police/y2026/sex/2").n ==
        row(analysed, "kappa/local_police/city_police/y2026").n);
  CHECK(row(analysed, "alpha/policing/y2026/age_band/1").estimate != row(analysed, "alpha/policing/y2026/age_band/2").estimate);
}

TEST_CASE("estimate: one wave by its id, or each", "[analysis][estimate]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("first", "estimate", "years", {{"wave", "y2025"}}), planned("each", "estimate", "years", {{"wave", "all"}})})
          .analysed();
  CHECK(report::find(analysed.rows, "first/years/y2026") == nullptr);
  CHECK(row(analysed, "first/years/y2025").estimate == row(analysed, "each/years/y2025").estimate);
  CHECK(row(analysed, "each/years/y2026").estimate == near(19.6187134728695));
}

TEST_CASE("estimate: a small group is withheld with its pairs, its design effects and a neighbour", "[analysis][estimate]") {
  FurtherSurvey survey({planned("total", "estimate", "years", {{"statistic", "total"}, {"by", "area"}, {"pairs", "all"}})});
  const analysis::Analysed open = survey.analysed();
  double smallest = 1e9;
  for (const std::string area : {"A1", "A2", "A3", "A4"}) {
    smallest = std::min(smallest, row(open, "total/years/y2026/area/" + area).n);
  }
  survey.study.study.disclosure.min_base = static_cast<int>(smallest) + 1;
  const analysis::Analysed closed = survey.analysed(analysis::Release::open);
  std::vector<std::string> withheld;
  for (const std::string area : {"A1", "A2", "A3", "A4"}) {
    const Estimate& total = row(closed, "total/years/y2026/area/" + area);
    const bool is = analysis::is_withheld(total);
    INFO(area);
    CHECK(analysis::is_withheld(row(closed, total.id + "/design_effect")) == is);
    CHECK(analysis::is_withheld(row(closed, total.id + "/design_effect_without")) == is);
    if (is) {
      withheld.push_back(area);
    }
  }
  CHECK(withheld.size() == 2); // the small one, and one that would tell it
  for (const Estimate& one : closed.rows) {
    if (one.analysis == "total" && one.quantity == "difference") {
      const bool touches = std::any_of(withheld.begin(), withheld.end(), [&](const std::string& area) {
        return one.at.back().second == area || one.versus.back().second == area;
      });
      INFO(one.id);
      CHECK(analysis::is_withheld(one) == touches);
    }
  }
}

TEST_CASE("estimate: a public release has as many digits of a group's total as its answers bear", "[analysis][estimate]") {
  const analysis::Analysed open =
      FurtherSurvey({planned("total", "estimate", "confident", {{"statistic", "total"}, {"by", "sex"}, {"pairs", "all"}}),
                     planned("ratio", "estimate", "confident", {{"statistic", "ratio"}, {"per", "years"}, {"by", "sex"}})})
          .analysed(analysis::Release::open);
  CHECK(row(open, "total/confident/y2026").estimate == near(962.53159909687)); // of everybody
  CHECK(row(open, "total/confident/y2026/sex/1").estimate == 380);             // 383.89
  CHECK(row(open, "total/confident/y2026/sex/1").std_error == 61);             // 60.57
  CHECK(row(open, "total/confident/y2026/sex/2/less/1").estimate == 190);      // 194.75
  CHECK(row(open, "ratio/confident/y2026/sex/1").estimate == 0.016);           // .01623
  CHECK(row(open, "total/confident/y2026/sex/1/design_effect").estimate == Approx(1.2).epsilon(1e-15));
}

TEST_CASE("estimate: a ratio counts people who have both", "[analysis][estimate]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("ratio", "estimate", "years", {{"statistic", "ratio"}, {"per", "local_police"}})}).analysed();
  check(analysed, {{"ratio/years/y2026", 7.02040409949098, 0.41369082129213}});
  CHECK(row(analysed, "ratio/years/y2026").n == 185);
  CHECK(row(analysed, "ratio/years/y2026").n_missing == 10);
}

TEST_CASE("estimate: alpha turns reversed items", "[analysis][estimate]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("turned", "estimate", "", {{"statistic", "alpha"}, {"outcomes", "local_police city_turned"}})}).analysed();
  check(analysed, {{"turned/turned/y2026", 0.530012761044317, 0.097906509539903}}); // that of the same answers the right way round
}

TEST_CASE("estimate: intervals are those of the plan's level", "[analysis][estimate]") {
  FurtherSurvey survey({planned("median", "estimate", "years", {{"statistic", "quantile"}}),
                        planned("total", "estimate", "years", {{"statistic", "total"}})});
  const analysis::Analysed usual = survey.analysed();
  survey.study.study.plan.significance_level = 0.2;
  const analysis::Analysed wide = survey.analysed();
  for (const char* id : {"median/years/y2026/0.5", "total/years/y2026"}) {
    INFO(id);
    CHECK(row(wide, id).conf_level == Approx(0.8).epsilon(1e-15));
    CHECK(row(wide, id).conf_high - row(wide, id).conf_low < 0.8 * (row(usual, id).conf_high - row(usual, id).conf_low));
  }
}

TEST_CASE("estimate: a quantile that nearly is somebody's answer is withheld", "[analysis][estimate]") {
  const FurtherSurvey survey({planned("far", "estimate", "years", {{"statistic", "quantile"}, {"at", "0.02 0.5"}})});
  CHECK_FALSE(analysis::is_withheld(row(survey.analysed(), "far/years/y2026/0.02")));
  const analysis::Analysed open = survey.analysed(analysis::Release::open);
  CHECK(analysis::is_withheld(row(open, "far/years/y2026/0.02"))); // about four of 195 people lie at or below it
  CHECK_FALSE(analysis::is_withheld(row(open, "far/years/y2026/0.5")));
}

TEST_CASE("estimate, association and regression: replicate weights decide the errors", "[analysis][estimate][replicates]") {
  const analysis::Analysed analysed =
      FurtherSurvey({planned("total", "estimate", "confident", {{"statistic", "total"}}),
                     planned("median", "estimate", "years", {{"statistic", "quantile"}, {"interval", "replicates"}}),
                     planned("kappa", "estimate", "", {{"statistic", "kappa"}, {"outcomes", "local_police city_police"}}),
                     planned("alpha", "estimate", "policing", {{"statistic", "alpha"}}),
                     planned("ratio", "estimate", "confident", {{"statistic", "ratio"}, {"per", "years"}}),
                     planned("gamma", "association", "local_police", {{"by", "age_band"}, {"measure", "gamma"}}),
                     planned("model", "regression", "confident", {{"model", "logistic"}, {"predictors", "sex years"}})},
                    "probability", "  design: {replicates: {method: jkn}}\n")
          .analysed();
  check(analysed, {{"total/confident/y2026", 962.53159909687, 115.28138534721}});
  CHECK(row(analysed, "total/confident/y2026").method == "weighted total, replicates, t");
  check(analysed, {{"median/years/y2026/0.5", 20, 2.6454373106528},
                   {"kappa/local_police/city_police/y2026", 0.363600788400675, 0.059574776650807},
                   {"alpha/policing/y2026", 0.53001276104432, 0.10332436027758},
                   {"ratio/confident/y2026", 0.0184156812859175, 0.0022456896823633},
                   {"gamma/local_police/y2026/age_band/gamma", 0.23253408238959, 0.12307360228863},
                   {"model/confident/y2026/sex=2", 0.4128855410124725, 0.3555196299379719},
                   {"model/confident/y2026/years", 0.0088395412180757, 0.0172796429488276}});
}
