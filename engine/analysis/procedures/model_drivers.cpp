// What goes with an outcome when the other views are held alike: a logistic model, as average differences in percentage points; and what
// goes with two outcomes in opposite directions.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/survey/glm.hpp"
#include "engine/survey/marginal_effects.hpp"
#include "engine/survey/predictors.hpp"
#include "engine/survey/prepared.hpp"

#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

ProcedureResult run_model_drivers(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::vector<std::string> drivers = named_in(analysis, "drivers", "indicators or items that may go with the outcome");
  if (sample.waves.empty()) {
    return result;
  }
  if (!sample.speaks_of_everybody) {
    throw DomainError("a model of what goes with what speaks of people; of a sample that chance did not draw it cannot");
  }
  const WaveSample& wave = sample.waves.back();
  const Study& study = context.study.study;
  const double level = 1 - study.plan.significance_level;
  survey::Predictors predictors(wave.rows.size());
  for (const std::string& driver : drivers) {
    predictors.add_number(driver, wave.of(outcome_by_row(context.study, context.dataset, driver)));
  }
  const survey::PreparedDesign& design = *wave.prepared;
  std::vector<std::string> outcomes = outcomes_of(context.study, analysis);
  if (const auto second = analysis.options.find("second"); second != analysis.options.end()) {
    outcomes.push_back(second->second);
  }
  for (const std::string& outcome : outcomes) {
    if (!is_share_outcome(context.study, outcome)) {
      throw InputError(analysis.at, "analysis " + analysis.id + ": \"" + outcome + "\" is no indicator; the model is one of shares");
    }
    const survey::GlmFit fit = survey::fit_glm(design, survey::Family::logistic,
                                               wave.of(outcome_by_row(context.study, context.dataset, outcome)), predictors, level);
    const survey::MarginalEffects effects = survey::marginal_effects(design, predictors, fit, level);
    std::vector<std::size_t> added;
    for (std::size_t i = 0; i < effects.names.size(); ++i) {
      Estimate row = row_of(analysis, outcome + "/" + study.waves[wave.wave].id + "/effect/" + drivers[i], outcome, "marginal_effect",
                            "logistic model, average marginal effect", Unit::percentage_points);
      row.at = {{"wave", study.waves[wave.wave].id}, {"driver", drivers[i]}};
      fill(row, effects.effects[i]);
      row.estimate *= 100;
      row.std_error *= 100;
      row.conf_low *= 100;
      row.conf_high *= 100;
      row.n = static_cast<double>(fit.n);
      row.n_missing = static_cast<double>(fit.missing);
      judge_alone(row, study, "goes with more", "goes with less", "no clear link");
      result.rows.push_back(row);
    }
  }
  // The same driver, two outcomes, both links shown: good for the one and bad for the other, by the direction that each should move in.
  if (outcomes.size() == 2) {
    const std::size_t k = drivers.size();
    const auto wished = [&](const std::string& outcome) {
      return outcome_facts(context.study, outcome).direction == Direction::down ? -1.0 : 1.0;
    };
    const double first_wish = wished(outcomes[0]);
    const double second_wish = wished(outcomes[1]);
    for (std::size_t i = 0; i < k; ++i) {
      Estimate& first = result.rows[i];
      Estimate& second = result.rows[k + i];
      const bool both = first.verdict != "no clear link" && second.verdict != "no clear link";
      if (both && (first_wish * first.estimate > 0) != (second_wish * second.estimate > 0)) {
        first.flags.emplace_back("good_and_bad");
        second.flags.emplace_back("good_and_bad");
      }
    }
  }
  return result;
}

} // namespace canvass::analysis
