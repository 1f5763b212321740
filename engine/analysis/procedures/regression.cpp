// A model of an outcome under the design: what each predictor goes with, the others held alike, and a test of each predictor as a whole.

#include "engine/analysis/model_terms.hpp"
#include "engine/analysis/plan_options.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/analysis/waves_asked.hpp"
#include "engine/core/text.hpp"
#include "engine/survey/glm.hpp"
#include "engine/survey/glm_tests.hpp"
#include "engine/survey/ordinal_regression.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

constexpr std::array<std::string_view, 4> models = {"gaussian", "logistic", "poisson", "ordinal"};
constexpr std::array<std::string_view, 3> tests = {"wald", "likelihood_ratio", "score"};

struct Asked {
  std::string model, test;
  std::vector<std::string> outcomes, predictors;
  std::map<std::string, std::string> references;
};

/// @throws InputError the model cannot have this outcome
void check_outcome(const LoadedStudy& study, const PlannedAnalysis& analysis, const Asked& asked, const std::string& outcome) {
  const Instrument& instrument = study.instrument();
  const std::size_t index = instrument.variable(outcome);
  const bool share = is_share_outcome(study, outcome);
  const bool codes = !share && index != Instrument::npos && instrument.list(instrument.variables[index].list) != nullptr;
  const char* needs = asked.model == "logistic" && !share  ? "an indicator or one tick of a question"
                      : asked.model == "ordinal" && !codes ? "a question with a list of ordered answers"
                                                           : nullptr;
  if (needs != nullptr) {
    throw InputError(analysis.at, fmt::format("analysis {} has a model that is {}, whose outcome is {} (\"{}\")", analysis.id, asked.model,
                                              needs, outcome));
  }
  if (std::find(asked.predictors.begin(), asked.predictors.end(), outcome) != asked.predictors.end()) {
    throw InputError(analysis.at,
                     fmt::format("analysis {} has \"{}\" on both sides of its model; leave it out of `predictors`", analysis.id, outcome));
  }
}

Asked asked_of(const LoadedStudy& study, const PlannedAnalysis& analysis) {
  Asked asked;
  asked.model = choice_in(analysis, "model", models);
  asked.test = choice_in(analysis, "test", tests);
  asked.predictors = named_in(analysis, "predictors", "what may go with the outcome, such as predictors: \"sex age_band\"");
  for (const std::string& predictor : asked.predictors) {
    check_predictor(study, analysis, predictor);
    if (std::count(asked.predictors.begin(), asked.predictors.end(), predictor) > 1) {
      throw InputError(analysis.at, fmt::format("`predictors` of analysis {} names \"{}\" twice; name it once", analysis.id, predictor));
    }
  }
  asked.outcomes = outcomes_named(study, analysis);
  if (asked.outcomes.empty()) {
    throw InputError(analysis.at, fmt::format("analysis {} needs an `outcome` or a `family`: what the model is of", analysis.id));
  }
  for (const std::string& outcome : asked.outcomes) {
    check_outcome(study, analysis, asked, outcome);
  }
  asked.references = references_of(study, analysis, asked.predictors);
  if (asked.model == "ordinal" && asked.test != "wald") {
    throw InputError(analysis.at,
                     fmt::format("`test` of analysis {} is wald where the model is ordinal (\"{}\"); likelihood ratio and score "
                                 "tests are made of gaussian, logistic and poisson models",
                                 analysis.id, asked.test));
  }
  check_wave(study.study, analysis);
  adjustment_of(study.study, analysis);
  return asked;
}

survey::Family family_of(const std::string& model) {
  return model == "logistic" ? survey::Family::logistic : model == "poisson" ? survey::Family::poisson : survey::Family::gaussian;
}

/// The model of one outcome in one wave, as rows.
class Model {
public:
  Model(const Context& context, const PlannedAnalysis& analysis, const Asked& asked, const WaveSample& wave, const std::string& outcome,
        ProcedureResult& result)
      : study_(context.study.study), analysis_(analysis), asked_(asked), wave_(wave), outcome_(outcome), result_(result),
        wave_id_(study_.waves[wave.wave].id), level_(1 - study_.plan.significance_level),
        percent_(asked.model == "gaussian" && is_share_outcome(context.study, outcome)),
        y_(wave.of(outcome_by_row(context.study, context.dataset, outcome))),
        terms_(model_terms(context, wave, y_, asked.predictors, asked.references)) {}

  /// @throws DomainError the data cannot bear the model
  void add_rows() {
    if (asked_.model == "ordinal") {
      add_ordinal();
    } else {
      add_linear();
    }
  }

private:
  void add_linear() {
    const survey::PreparedDesign& design = *wave_.prepared;
    const survey::GlmFit fit = survey::fit_glm(design, family_of(asked_.model), y_, terms_.predictors, level_);
    n_ = fit.n;
    missing_ = fit.missing;
    variance_ = fit.variance;
    Estimate constant = begun("constant", "coefficient", {{"predictor", "(constant)"}});
    put(constant, fit.coefficients.front());
    result_.rows.push_back(constant);
    for (std::size_t j = 0; j < terms_.columns.size(); ++j) {
      add_column(terms_.columns[j], fit.coefficients[j + 1]);
    }
    for (const survey::Term& term : fit.terms) {
      add_test(term.name, [&](const std::vector<std::string>& name) { return tested(design, fit, name); });
    }
    if (asked_.model == "gaussian") {
      add_fit("r_squared", "weighted R2", 1 - fit.deviance / fit.null_deviance);
    } else {
      const survey::PseudoR2 r2 = survey::pseudo_r2(fit);
      add_fit("nagelkerke_r2", "Nagelkerke's pseudo R2", r2.nagelkerke);
      add_fit("cox_snell_r2", "Cox and Snell's pseudo R2", r2.cox_snell);
      add_fit("mcfadden_r2", "McFadden's pseudo R2", r2.mcfadden);
    }
    add_fit("design_aic", "AIC with parameters times their mean design effect", survey::design_aic(design, y_, fit).aic);
  }

  stats::FTest tested(const survey::PreparedDesign& design, const survey::GlmFit& fit, const std::vector<std::string>& name) const {
    if (asked_.test == "wald") {
      return survey::wald_test(fit, name);
    }
    if (asked_.test == "score") {
      return survey::score_test(design, y_, terms_.predictors, fit, name).pseudo;
    }
    const survey::WorkingTest test = survey::likelihood_ratio_test(design, y_, terms_.predictors, fit, name);
    return {test.statistic, test.df1, test.df2, test.p_value};
  }

  void add_ordinal() {
    const survey::OrdinalRegression fit = survey::fit_ordinal(*wave_.prepared, y_, terms_.predictors, level_);
    n_ = fit.n;
    missing_ = fit.missing;
    variance_ = fit.variance;
    for (std::size_t j = 0; j < terms_.columns.size(); ++j) {
      add_column(terms_.columns[j], fit.coefficients[j]);
    }
    for (std::size_t k = 0; k < fit.thresholds.size(); ++k) {
      const std::string between = shortest(fit.categories[k]) + "|" + shortest(fit.categories[k + 1]);
      Estimate row = begun("threshold/" + between, "threshold", {{"threshold", between}});
      put(row, fit.thresholds[k]);
      row.statistic = row.p_value = report::not_a_number; // that a threshold is 0 is nobody's question
      result_.rows.push_back(std::move(row));
    }
    for (const survey::Term& term : fit.terms) {
      add_test(term.name, [&](const std::vector<std::string>& name) { return survey::wald_test(fit, name); });
    }
  }

  /// A row of everybody in the model.
  [[nodiscard]] Estimate begun(const std::string& part, const std::string& quantity, report::Levels at) const {
    Estimate row = row_of(analysis_, outcome_ + "/" + wave_id_ + "/" + part, outcome_, quantity, asked_.model + " model, " + variance_,
                          percent_                     ? Unit::percentage_points
                          : asked_.model == "gaussian" ? Unit::points
                                                       : Unit::none);
    row.at = {{"wave", wave_id_}};
    row.at.insert(row.at.end(), at.begin(), at.end());
    row.n = static_cast<double>(n_);
    row.n_missing = static_cast<double>(missing_);
    return row;
  }

  void put(Estimate& row, const stats::Inference& inference) const {
    fill(row, inference);
    for (double Estimate::*field : {&Estimate::estimate, &Estimate::std_error, &Estimate::conf_low, &Estimate::conf_high}) {
      row.*field *= percent_ ? 100 : 1;
    }
  }

  /// A level counts those who have it and, as the other side, those who have the reference; a number counts everybody.
  void add_column(const ModelColumn& column, const stats::Inference& inference) {
    const bool is_level = !column.level.empty();
    Estimate row = begun(column.term + (is_level ? "=" + column.level : ""), "coefficient",
                         {is_level ? std::pair{column.term, column.level} : std::pair{std::string("predictor"), column.term}});
    put(row, inference);
    if (is_level) {
      row.versus = {{"wave", wave_id_}, {column.term, column.reference}};
      row.n = static_cast<double>(column.n);
      row.n_versus = static_cast<double>(column.n_reference);
    }
    result_.rows.push_back(row);
    if (asked_.model == "gaussian") {
      return;
    }
    const bool rate = asked_.model == "poisson";
    row.id += rate ? "/rate_ratio" : "/odds_ratio";
    row.quantity = rate ? "rate_ratio" : "odds_ratio";
    row.unit = Unit::ratio;
    row.estimate = std::exp(row.estimate);
    row.conf_low = std::exp(row.conf_low);
    row.conf_high = std::exp(row.conf_high);
    row.std_error = row.statistic = row.p_value = report::not_a_number; // those of the coefficient
    result_.rows.push_back(std::move(row));
  }

  template <typename Test> void add_test(const std::string& term, const Test& test) {
    try {
      const stats::FTest found = test({term});
      Estimate row = begun("term/" + term, "term_test", {{"predictor", term}});
      row.method = asked_.test == "wald"    ? "Wald, F"
                   : asked_.test == "score" ? "score of the design, F"
                                            : "working likelihood ratio, Rao-Scott, saddlepoint";
      row.unit = Unit::none;
      row.statistic = found.statistic;
      row.df = found.df1;
      row.df2 = found.df2;
      row.p_value = found.p_value;
      result_.rows.push_back(std::move(row));
    } catch (const DomainError& error) {
      result_.notes.push_back(fmt::format("{} in the model of {} is not tested: {}", term, outcome_, error.what()));
    }
  }

  void add_fit(const std::string& quantity, const std::string& method, double value) {
    Estimate row = begun("fit/" + quantity, quantity, {});
    row.method = method;
    row.unit = quantity == "design_aic" ? Unit::none : Unit::correlation;
    row.estimate = value;
    result_.rows.push_back(std::move(row));
  }

  const Study& study_;
  const PlannedAnalysis& analysis_;
  const Asked& asked_;
  const WaveSample& wave_;
  const std::string& outcome_;
  ProcedureResult& result_;
  std::string wave_id_;
  double level_;
  bool percent_; ///< a share in a linear model: percentage points
  std::vector<double> y_;
  ModelTerms terms_;
  std::size_t n_ = 0, missing_ = 0;
  std::string variance_;
};

} // namespace

void check_regression(const LoadedStudy& study, const PlannedAnalysis& analysis) {
  asked_of(study, analysis);
}

ProcedureResult run_regression(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const Asked asked = asked_of(context.study, analysis);
  refuse_unless_drawn(sample, "a model of what goes with what");
  const Study& study = context.study.study;
  for (const WaveSample* wave : waves_asked(study, analysis, sample)) {
    for (const std::string& outcome : asked.outcomes) {
      try {
        Model(context, analysis, asked, *wave, outcome, result).add_rows();
      } catch (const DomainError& error) {
        result.notes.push_back(fmt::format("the model of {} in {} cannot be had: {}", outcome, study.waves[wave->wave].id, error.what()));
      }
    }
  }
  std::vector<Estimate*> family;
  for (Estimate& row : result.rows) {
    if (row.quantity == "term_test") {
      row.family = analysis.family.empty() ? analysis.id : analysis.family;
      family.push_back(&row);
    }
  }
  adjust_together(family, adjustment_of(study, analysis));
  for (Estimate* row : family) {
    row->verdict = row->p_adjusted <= study.plan.significance_level ? "goes with it" : "no clear link";
  }
  return result;
}

} // namespace canvass::analysis
