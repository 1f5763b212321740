// The whole way on open data: answers in, plan run, rows out, each compared with the number R gave (or coin, mmrm, multtest ...).
// Functions have tests of their own in tests/stats; here it is shown that the report's rows carry those numbers.

#include "tests/support/catch.hpp"
#include "tests/support/flat.hpp"

#include "engine/analysis/run.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

using namespace canvass;
using nlohmann::json;

namespace {

json oracle(const std::string& name) {
  std::ifstream file(testing::shared_folder() + "/oracles/evaluation/" + name);
  return json::parse(file);
}

struct Flat {
  LoadedStudy study;
  std::vector<Response> responses;
  analysis::Analysed analysed;
};

Flat run_flat(unsigned threads = 0) {
  Flat flat{testing::flat_study(), {}, {}};
  flat.responses = testing::flat_responses(flat.study);
  analysis::Options options;
  options.release = analysis::Release::internal;
  options.threads = threads;
  flat.analysed = analysis::analyse({flat.study, flat.responses, {}, 0, 0, false}, options);
  return flat;
}

const Flat& flat() {
  static const Flat made = run_flat();
  return made;
}

const report::Estimate& row(const std::string& id) {
  const report::Estimate* found = report::find(flat().analysed.rows, id);
  INFO(id);
  REQUIRE(found != nullptr);
  return *found;
}

/// Relative to the reference, absolute near zero.
void check_near(double ours, double reference, double tolerance, const std::string& what) {
  INFO(what << ": ours " << ours << ", reference " << reference);
  CHECK(std::abs(ours - reference) <= tolerance * std::max(1e-3, std::abs(reference)));
}

std::string our_name(std::string item) {
  for (char& c : item) {
    c = c == '.' ? '_' : c;
  }
  return item;
}

bool skipped() {
  if (!testing::has_shared()) {
    WARN("skipped: ../shared is not here");
    return true;
  }
  return false;
}

constexpr double exact = 1e-9;     // closed forms and exact distributions
constexpr double iterative = 1e-6; // likelihoods

} // namespace

TEST_CASE("the primary contrasts of the film data are those of mmrm", "[analysis][flat]") {
  if (skipped()) {
    return;
  }
  const json fits = oracle("flat_mmrm.json");
  for (const auto& [contrast, index] : {std::pair{"primary/T2-T1", 4}, std::pair{"primary/T3-T1", 5}}) {
    const json& satterthwaite = fits["Satterthwaite"]["coef"][static_cast<std::size_t>(index)];
    check_near(row(contrast).estimate, satterthwaite["Estimate"], iterative, contrast);
    check_near(row(contrast).std_error, satterthwaite["Std. Error"], 1e-5, contrast); // the reference is 1.8e-6 off in the variances
    check_near(row(contrast).df, satterthwaite["df"], 1e-3, contrast);
  }
  // mmrm's log-Cholesky Kenward-Roger has an SE of its own; its linear variant is ours.
  const json& linear = fits["Kenward-Roger-Linear"]["coef"][5];
  check_near(row("primary/T3-T1/kenward_roger").std_error, linear["Std. Error"], 1e-5, "kenward-roger SE");
  check_near(row("primary/T3-T1/kenward_roger").df, linear["df"], 1e-3, "kenward-roger df");
}

TEST_CASE("the methods beside them are those of flat_scale.json", "[analysis][flat]") {
  if (skipped()) {
    return;
  }
  const json scale = oracle("flat_scale.json");
  for (const std::string& wave : {std::string("T2"), std::string("T3")}) {
    const std::string id = "primary/" + wave + "-T1";
    check_near(row(id + "/did_complete").estimate, scale["did_" + wave]["ols"]["Estimate"][1], exact, "did");
    check_near(row(id + "/did_complete").std_error, scale["did_" + wave]["ols"]["Std. Error"][1], exact, "did SE");
    check_near(row(id + "/ancova_hc3").estimate, scale["ancova_" + wave]["HC3"][1][0], exact, "ancova");
    check_near(row(id + "/ancova_hc3").std_error, scale["ancova_" + wave]["HC3"][1][1], exact, "ancova SE");
    check_near(row(id + "/ancova_lin").estimate, scale["ancova_" + wave]["lin"][1][0], exact, "lin");
    check_near(row(id + "/ancova_lin").std_error, scale["ancova_" + wave]["lin"][1][1], exact, "lin SE");
    check_near(row(id + "/hedges_g").estimate, scale["g_change_" + wave][0], exact, "g");
    // effectsize searches the noncentrality to 1e-5 or so.
    check_near(row(id + "/hedges_g").conf_low, scale["g_change_" + wave][2], 1e-4, "g low");
    check_near(row(id + "/hedges_g").conf_high, scale["g_change_" + wave][3], 1e-4, "g high");
  }
  check_near(row("primary/T3-T1/random_intercept").std_error, scale["lmm_ri"]["kr"]["Std. Error"][5], iterative, "lmm SE");
  check_near(row("primary/T3-T1/random_intercept").df, scale["lmm_ri"]["kr"]["df"][5], iterative, "lmm df");
  // Exact J is 1.120839; the reference took the approximation.
  CHECK(row("primary/T2-T1/standardised").estimate == Approx(1.120839).epsilon(1e-6));
  const json& friedman = scale["friedman_treated"];
  check_near(row("waves/stress/friedman/frontline").statistic, friedman["chi"], exact, "friedman");
  check_near(row("waves/stress/friedman/frontline").estimate, friedman["kendallW"], exact, "W");
  check_near(row("waves/stress/anova/arm:wave").statistic, scale["rm_anova"]["univ"]["F value"][3], exact, "anova");
  check_near(row("waves/stress/anova/arm:wave/gg").reference, scale["rm_anova"]["eps"]["GG eps"][1], exact, "gg");
  check_near(row("waves/stress/anova/arm:wave/hf").reference, scale["rm_anova"]["eps"]["HF eps"][1], exact, "hf");
  check_near(row("quality/alpha/stress/T1").estimate, scale["alpha_T1"]["raw"], exact, "alpha");
  check_near(row("quality/alpha/stress/T1").conf_low, scale["alpha_T1"]["feldt"][0], exact, "feldt low");
  check_near(row("quality/alpha/stress/T1").conf_high, scale["alpha_T1"]["feldt"][2], exact, "feldt high");
}

TEST_CASE("items within arms carry every signed-rank convention and the rest of flat_items.json", "[analysis][flat]") {
  if (skipped()) {
    return;
  }
  const json items = oracle("flat_items.json")["items"];
  for (const auto& [name, cells] : items.items()) {
    const std::string item = our_name(name);
    for (const auto& [key, part] : {std::pair<std::string, std::string>{"treated_T1T2", "within/T2-T1/frontline/"},
                                    std::pair<std::string, std::string>{"treated_T1T3", "within/T3-T1/frontline/"},
                                    std::pair<std::string, std::string>{"control_T1T2", "within/T2-T1/control/"}}) {
      const json& cell = cells[key];
      const std::string id = part + item;
      const std::string what = key + " " + item;
      CHECK(row(id + "/paired_t").n == cell["n"].get<double>());
      CHECK(row(id + "/signed_rank/pratt-exact").count == cell["n_zero"].get<double>());
      check_near(row(id + "/signed_rank/pratt-exact").p_value, cell["coin_pratt_exact"]["p"], exact, what + " pratt exact");
      check_near(row(id + "/signed_rank/drop-exact").p_value, cell["exact_drop"]["p"], exact, what + " drop exact");
      check_near(row(id + "/signed_rank/drop-normal-cc").p_value, cell["R422_default"]["p"], exact, what + " R 4.2");
      check_near(row(id + "/signed_rank/drop-normal").p_value, cell["asymp_drop_nocc"]["p"], exact, what + " drop normal");
      check_near(row(id + "/signed_rank/pratt-normal").p_value, cell["coin_pratt_asymp"]["p"], exact, what + " pratt normal");
      check_near(row(id + "/sign").p_value, cell["sign_exact"], exact, what + " sign");
      check_near(row(id + "/sign_mid").p_value, cell["sign_midp"], exact, what + " sign mid");
      check_near(row(id + "/paired_t").p_value, cell["paired_t"]["p"], exact, what + " t");
      check_near(row(id + "/paired_t").conf_low, cell["paired_t"]["ci"][0], exact, what + " t low");
      check_near(row(id + "/ps_dep").estimate, cell["PS_paired"], exact, what + " PS");
      check_near(row(id + "/mcnemar_mid").p_value, cell["mcnemar"]["midp"], exact, what + " mcnemar mid");
      check_near(row(id + "/mcnemar_exact").p_value, cell["mcnemar"]["exact"], exact, what + " mcnemar exact");
      if (cell["mcnemar"]["chisq"].is_number()) {
        check_near(row(id + "/mcnemar_asymptotic").p_value, cell["mcnemar"]["chisq"], exact, what + " mcnemar");
        check_near(row(id + "/mcnemar_edwards").p_value, cell["mcnemar"]["chisq_edwards"], exact, what + " edwards");
      }
      if (cell["marghom"].is_object() && cell["marghom"]["SM"].is_number()) {
        check_near(row(id + "/stuart_maxwell").statistic, cell["marghom"]["SM"], exact, what + " SM");
        check_near(row(id + "/bhapkar").statistic, cell["marghom"]["Bhapkar"], exact, what + " Bhapkar");
      }
    }
  }
}

TEST_CASE("items between arms carry the numbers of flat_items.json", "[analysis][flat]") {
  if (skipped()) {
    return;
  }
  const json items = oracle("flat_items.json")["items"];
  for (const auto& [name, cells] : items.items()) {
    const std::string item = our_name(name);
    for (const auto& [key, part] : {std::pair<std::string, std::string>{"arm_T2", "between/at/T2/"},
                                    std::pair<std::string, std::string>{"arm_change", "between/change/T2-T1/"},
                                    std::pair<std::string, std::string>{"arm_change_T3", "between/change/T3-T1/"}}) {
      const json& cell = cells[key];
      const std::string id = part + item;
      const std::string what = key + " " + item;
      check_near(row(id + "/mann_whitney_exact").p_value, cell["exact_2min"], exact, what + " exact");
      check_near(row(id + "/mann_whitney_abs_deviation").p_value, cell["coin_exact"]["p_absdev"], exact, what + " abs dev");
      check_near(row(id + "/mann_whitney_normal").p_value, cell["asymp_nocc"], exact, what + " normal");
      check_near(row(id + "/mann_whitney_normal_cc").p_value, cell["R422_default"]["p"], exact, what + " normal cc");
      check_near(row(id + "/brunner_munzel").p_value, cell["bm"]["p"], exact, what + " bm");
      check_near(row(id + "/brunner_munzel").df, cell["bm"]["df"], exact, what + " bm df");
      check_near(row(id + "/welch").p_value, cell["welch"]["p"], exact, what + " welch");
      check_near(row(id + "/welch").conf_low, cell["welch"]["ci"][0], exact, what + " welch low");
      check_near(row(id + "/hedges_g").estimate, cell["hedges_g"]["g"], exact, what + " g");
      check_near(row(id + "/fisher").p_value, cell["fisher"], 1e-7, what + " fisher"); // R's own network stops at 1e-7
      check_near(row(id + "/linear_by_linear").p_value, cell["linear_by_linear"]["p"], exact, what + " lbl");
    }
    const json& po = cells["arm_T2"]["propodds_clm"];
    if (po.is_object() && po["beta_C_minus_T"].is_number()) {
      const report::Estimate* ours = report::find(flat().analysed.rows, "ordinal/at/T2/" + item);
      REQUIRE(ours != nullptr);
      const bool separated = std::find(ours->flags.begin(), ours->flags.end(), "separation") != ours->flags.end();
      if (!separated) {
        check_near(ours->estimate, -po["beta_C_minus_T"].get<double>(), 1e-5, item + " clm"); // clm stops at a gradient of 1e-6
        check_near(ours->p_value, po["p_LR"], 1e-5, item + " clm LR");
      }
    }
  }
}

TEST_CASE("the same bits at 1, 2 and 8 threads", "[analysis][flat]") {
  if (skipped()) {
    return;
  }
  const Flat one = run_flat(1);
  for (const unsigned threads : {2U, 8U}) {
    const Flat other = run_flat(threads);
    REQUIRE(other.analysed.rows.size() == one.analysed.rows.size());
    for (std::size_t i = 0; i < one.analysed.rows.size(); ++i) {
      const auto a = report::fields(one.analysed.rows[i]);
      const auto b = report::fields(other.analysed.rows[i]);
      for (std::size_t field = 0; field < a.size(); ++field) {
        if (a[field].text != b[field].text) {
          FAIL_CHECK(one.analysed.rows[i].id << " differs in " << a[field].name << " at " << threads << " threads");
        }
      }
    }
  }
}

TEST_CASE("every row of the film data has an id of its own", "[analysis][flat]") {
  if (skipped()) {
    return;
  }
  std::set<std::string> ids;
  for (const report::Estimate& one : flat().analysed.rows) {
    INFO(one.id);
    CHECK(ids.insert(one.id).second);
  }
  CHECK(ids.size() > 3000);
}
