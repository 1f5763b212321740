// One number taken apart: counts, exclusions, convention, a line to replicate it with, a spreadsheet formula.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/protect.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/run.hpp"
#include "engine/core/text.hpp"

#include <array>
#include <cmath>
#include <map>

namespace canvass::analysis {
namespace {

using report::Estimate;

/// How others compute a method: the beginning of the row's method, and the call.
struct Recipe {
  std::string_view method; ///< the row's method begins with this
  std::string_view call;
};

constexpr std::array recipes = {
    Recipe{"mmrm satterthwaite", "R: mmrm::mmrm(score ~ arm * wave + us(wave | person), reml = TRUE, method = \"Satterthwaite\")"},
    Recipe{"mmrm kenward-roger", "R: mmrm::mmrm(score ~ arm * wave + us(wave | person), method = \"Kenward-Roger\", vcov = "
                                 "\"Kenward-Roger-Linear\") has the same degrees of freedom; "
                                 "expected information as in pbkrtest"},
    Recipe{"mmrm with one baseline mean",
           "R: mmrm::mmrm(score ~ wave + treated_later:wave + us(wave | person), method = \"Kenward-Roger\")"},
    Recipe{"difference in differences, complete pairs", "R: lm(after - before ~ arm)"},
    Recipe{"difference in differences, CR2", "R: clubSandwich::coef_test(lm(after - before ~ arm), vcov = \"CR2\", cluster = course)"},
    Recipe{"ancova on baseline, hc3", "R: estimatr::lm_robust(after ~ arm + before, se_type = \"HC3\")"},
    Recipe{"ancova, baseline crossed", "R: estimatr::lm_lin(after ~ arm, covariates = ~ before)"},
    Recipe{"random-intercept model", "R: lmerTest::lmer(score ~ arm * wave + (1 | person)); contrasts by pbkrtest"},
    Recipe{"two one-sided tests",
           "R: TOSTER::tsum_TOST with the raw bounds, or pt((estimate + d) / se, df, lower = FALSE) and pt((estimate - d) / se, df)"},
    Recipe{"noncentral t", "R: se * uniroot(function(d) pt(qt(.975, df), df, d, lower = FALSE) - .8, c(0, 10))$root"},
    Recipe{"DiD over pooled baseline SD", "R: J <- exp(lgamma(nu/2) - log(sqrt(nu/2)) - lgamma((nu-1)/2)); J * did / sd_pooled"},
    Recipe{"Hedges g", "R: effectsize::hedges_g(change_treated, change_control)"},
    Recipe{"Cliff's delta", "R: 2 * brunnermunzel::brunnermunzel.test(control, treated)$estimate - 1"},
    Recipe{"Welch t on changes",
           "R: multtest::mt.maxT(t(changes), arm, test = \"t\", B = draws); the seed differs, so p agrees to the error of the draws"},
    Recipe{"weighted share, Korn-Graubard", "R survey: svymean(~y, design, na.rm = TRUE), the design with the weights of canvass export "
                                            "--weights and the study's calibration; the interval by "
                                            "svyciprop(method = \"beta\") with the n_eff of docs/procedures/area_shares.md"},
    Recipe{"weighted mean, t", "R survey: svymean(~y, design, na.rm = TRUE); confint(df = degf)"},
    Recipe{"against the rest, t", "R survey: svycontrast(svyby(~y, ~cell, design, svymean, covmat = TRUE), weights)"},
    Recipe{"against everybody, t",
           "R survey: svycontrast(svyratio(~I(y * has) + y, ~has + one, design), c(1, -1)); df as against the rest"},
    Recipe{"published shares, pooled z", "R: prop.test(c(n1 * p1, n2 * p2), c(n1, n2), correct = FALSE)"},
    Recipe{"separate samples, t", "the two waves' estimates: difference over sqrt(SE1^2 + SE2^2)"},
    Recipe{"logistic model, average marginal effect",
           "R: marginaleffects::avg_slopes(survey::svyglm(y ~ ..., design, family = quasibinomial))"},
    Recipe{"Shapley share of the weighted linear R2",
           "R: relaimpo::calc.relimp(lm(y ~ ..., weights = w), type = \"lmg\", rela = TRUE); the interval by percentiles over bootstrap "
           "replicates (survey::as.svrepdesign(type = \"subbootstrap\")), whose draws differ"},
    Recipe{"weighted linear R2", "R: summary(lm(y ~ ..., weights = w))$r.squared"},
    Recipe{"Rao-Scott second order, F", "R survey: svychisq(~outcome + group, design, statistic = \"F\")"},
    Recipe{"alpha under the design", "R survey: svycralpha(~items, design); its error by linearisation"},
    Recipe{"linear trend over the codes of the answers", "R survey: summary(svyglm(y ~ code, design))"},
    Recipe{"mean of those who answered", "R: t.test(scores)"},
    Recipe{"signed-rank pratt-exact", "R 4.6 or later: wilcox.test(after, before, paired = TRUE); R: coin::wilcoxsign_test(after ~ before, "
                                      "zero.method = \"Pratt\", distribution = \"exact\")"},
    Recipe{"signed-rank drop-exact", "R: exactRankTests::wilcox.exact(after, before, paired = TRUE)"},
    Recipe{"signed-rank drop-normal-cc", "R 4.5 or earlier, jamovi: wilcox.test(after, before, paired = TRUE)"},
    Recipe{"signed-rank drop-normal", "SPSS NPAR TESTS /WILCOXON; scipy.stats.wilcoxon(mode = \"approx\")"},
    Recipe{"signed-rank drop-t", "SAS PROC UNIVARIATE where more than 20 changed"},
    Recipe{"signed-rank pratt-normal", "R: coin::wilcoxsign_test(after ~ before, zero.method = \"Pratt\"); Stata signrank"},
    Recipe{"mann-whitney exact", "R 4.6 or later: wilcox.test(treated, control)"},
    Recipe{"mann-whitney abs-deviation", "R: coin::wilcox_test(y ~ arm, distribution = \"exact\"); SAS PROC NPAR1WAY EXACT"},
    Recipe{"mann-whitney normal-cc", "R 4.5 or earlier, jamovi: wilcox.test(treated, control)"},
    Recipe{"mann-whitney normal", "SPSS; Stata ranksum"},
    Recipe{"brunner-munzel",
           "R: brunnermunzel::brunnermunzel.test(control, treated); interval: rankFD::rank.two.samples(method = \"logit\")"},
    Recipe{"welch t", "R: t.test(treated, control)"},
    Recipe{"Fisher exact", "R: fisher.test(table(arm, answer))"},
    Recipe{"linear-by-linear", "R: coin::lbl_test(table(arm, answer))"},
    Recipe{"proportional odds", "R: ordinal::clm(factor(answer) ~ arm)"},
    Recipe{"clmm agq", "R: ordinal::clmm2(factor(answer) ~ arm * wave, random = person, nAGQ = 31)"},
    Recipe{"sign test", "R: binom.test(up, up + down)"},
    Recipe{"paired t", "R: t.test(after, before, paired = TRUE)"},
    Recipe{"McNemar, mid-p", "R: exact2x2::mcnemar.exact(table, midp = TRUE)"},
    Recipe{"McNemar, exact", "R: exact2x2::mcnemar.exact(table)"},
    Recipe{"McNemar, chi-square", "R: mcnemar.test(table, correct = FALSE)"},
    Recipe{"McNemar, Edwards", "R: mcnemar.test(table)"},
    Recipe{"Stuart-Maxwell", "R: coin::mh_test(table)"},
    Recipe{"Bhapkar", "R: irr::bhapkar(cbind(before, after))"},
    Recipe{"marginal homogeneity, scores", "R: coin::mh_test(table, scores = list(response = 1:k))"},
    Recipe{"net change", "R: PropCIs::scoreci.mp(down, up, n, .95)"},
    Recipe{"share of answers, Wilson", "R: prop.test(count, n, correct = FALSE)$conf.int"},
    Recipe{"Friedman", "R: friedman.test(matrix)"},
    Recipe{"mixed anova", "R: afex::aov_ez(\"person\", \"score\", data, between = \"arm\", within = \"wave\")"},
    Recipe{"Cronbach's alpha", "R: psych::alpha(items)"},
    Recipe{"SMD", "R: tableone::ExtractSmd, or cobalt::bal.tab(s.d.denom = \"pooled\")"},
};

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

/// SUMIFS over counts.csv (columns A item, B arm, C wave, D from_wave, E code, F from_code, G count).
std::string counts_sum(const Estimate& row, const std::string& code) {
  std::string formula = "SUMIFS(G:G,A:A," + quoted(row.outcome) + ",B:B," + quoted(level_of(row.at, "arm")) + ",C:C," +
                        quoted(level_of(row.at, "wave")) + ",D:D,\"\"";
  if (!code.empty()) {
    formula += ",E:E," + code;
  }
  return formula + ")";
}

/// One cell of scores.csv (columns A scale, B arm, C wave, D from_wave, E n, F mean, G variance).
std::string score_cell(const Estimate& row, const std::string& arm, const std::string& column) {
  return "SUMIFS(" + column + ":" + column + ",A:A," + quoted(row.outcome) + ",B:B," + quoted(arm) + ",C:C," +
         quoted(level_of(row.at, "wave")) + ",D:D," + quoted(level_of(row.at, "from")) + ")";
}

void add_formula(Explanation& explanation, const Instrument& instrument) {
  const Estimate& row = explanation.row;
  const std::string arm = level_of(row.at, "arm");
  if (row.quantity == "share") {
    explanation.formula = "=100*" + counts_sum(row, level_of(row.at, "category")) + "/" + counts_sum(row, "");
    explanation.formula_note = "in counts.csv";
  } else if (row.quantity == "share_upper") {
    explanation.formula = "=100*" + counts_sum(row, quoted(">=" + shortest(row.reference))) + "/" + counts_sum(row, "");
    explanation.formula_note = "in counts.csv";
  } else if (row.quantity == "mean" && instrument.scale(row.outcome) != nullptr && !level_of(row.at, "wave").empty()) {
    explanation.formula = "=" + score_cell(row, arm, "F");
    explanation.formula_note = "in scores.csv";
  } else if (row.quantity == "standard_deviation") {
    explanation.formula = "=SQRT(" + score_cell(row, arm, "G") + ")";
    explanation.formula_note = "in scores.csv";
  } else if (row.quantity == "difference_in_differences" && instrument.scale(row.outcome) != nullptr) {
    explanation.formula = "=" + score_cell(row, arm, "F") + "-" + score_cell(row, level_of(row.versus, "arm"), "F");
    explanation.formula_note = row.method.rfind("difference in differences, complete", 0) == 0
                                   ? "in scores.csv"
                                   : "in scores.csv: the difference on complete pairs. It equals the model's where nobody missed a wave; "
                                     "where people did, the model also "
                                     "uses what they answered, by iteration, which a cell cannot do";
  } else {
    explanation.formula_note = row.n > 0 ? "no formula: this number needs the answers of single people together, or iteration"
                                         : "no formula: this number was taken over as others published or counted it";
  }
}

std::string what_it_says(const Estimate& row, const LoadedStudy& study) {
  std::string quantity = row.quantity;
  for (char& c : quantity) {
    c = c == '_' ? ' ' : c;
  }
  std::string text = quantity;
  if (!row.outcome.empty()) {
    std::string label = row.outcome;
    if (study.instrument().scale(row.outcome) != nullptr || study.instrument().indicator(row.outcome) != nullptr ||
        study.instrument().variable(row.outcome) != Instrument::npos) {
      label = row.outcome + " (" + outcome_facts(study, row.outcome).label + ")";
    }
    text += " of " + label;
  }
  if (!row.at.empty()) {
    text += ", " + report::to_text(row.at);
  }
  if (!row.versus.empty()) {
    text += ", against " + report::to_text(row.versus);
  }
  return text;
}

} // namespace

Explanation explain(const Input& input, const Analysed& analysed, std::string_view row_id) {
  const Estimate* found = report::find(analysed.rows, row_id);
  if (found == nullptr) {
    std::vector<std::string> ids;
    for (const Estimate& row : analysed.rows) {
      ids.push_back(row.id);
    }
    std::vector<std::string> inside;
    for (const std::string& id : ids) {
      if (id.find(row_id) != std::string::npos && inside.size() < 5) {
        inside.push_back(id);
      }
    }
    throw InputError({input.study.study.file, 0, 0},
                     "there is no row \"" + std::string(row_id) + "\"" +
                         (inside.empty() ? did_you_mean(row_id, ids) : "; ids that contain it: " + join(inside, ", ")) +
                         "; `canvass analyse STUDY --format csv` lists all ids");
  }
  Explanation explanation;
  explanation.row = *found;
  const Estimate& row = explanation.row;
  explanation.what = what_it_says(row, input.study);
  const auto fact = [&](const std::string& label, const std::string& text) {
    if (!text.empty()) {
      explanation.facts.emplace_back(label, text);
    }
  };
  if (is_withheld(row)) {
    fact("Withheld", "too few people stand behind this number, or others could be worked out from it; the internal release shows it");
    return explanation;
  }
  for (const report::FieldText& field : report::fields(row)) {
    if (field.name != "id" && field.name != "at" && field.name != "versus" && !field.text.empty()) {
      fact(std::string(field.name), field.text);
    }
  }
  if (std::isfinite(row.n_missing) && row.n_missing > 0) {
    fact("Left out or incomplete", counted(static_cast<long long>(row.n_missing), "person answered", "people answered") +
                                       " only part of what this number needs" +
                                       (row.method.rfind("mmrm", 0) == 0 ? "; the model keeps them, complete pairs do not" : ""));
  }
  if (input.held > 0) {
    fact("Held rows", counted(static_cast<long long>(input.held), "row waits", "rows wait") + " with reasons and is in no number");
  }
  if (input.withdrawn > 0) {
    fact("Withdrawn", counted(static_cast<long long>(input.withdrawn), "answer was", "answers were") + " erased at the person's wish");
  }
  fact("Conventions", std::to_string(input.study.study.plan.conventions));
  fact("Seed", std::to_string(input.study.study.plan.seed));
  for (const Recipe& recipe : recipes) {
    if (row.method.rfind(recipe.method, 0) == 0) {
      explanation.replication.emplace_back(recipe.call);
      break;
    }
  }
  // The same test by other programs' conventions: rows whose id differs in the last part only.
  const std::size_t slash = row.id.rfind('/');
  const std::string stem = row.id.substr(0, slash + 1);
  if (row.method.rfind("signed-rank", 0) == 0 || row.method.rfind("mann-whitney", 0) == 0) {
    const std::string kind = row.method.substr(0, row.method.find(' '));
    for (const Estimate& other : analysed.rows) {
      if (other.id.rfind(stem, 0) == 0 && other.method.rfind(kind, 0) == 0 && other.id != row.id && std::isfinite(other.p_value)) {
        for (const Recipe& recipe : recipes) {
          if (other.method.rfind(recipe.method, 0) == 0) {
            explanation.replication.push_back(std::string(recipe.call) + " gives p " + shortest(other.p_value));
            break;
          }
        }
      }
    }
  }
  add_formula(explanation, input.study.instrument());
  return explanation;
}

} // namespace canvass::analysis
