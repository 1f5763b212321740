// Do groups differ at all? One test of the whole table of an outcome by a question, beside the shares of its single groups.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/stats/multiplicity.hpp"
#include "engine/survey/tables.hpp"

#include <cmath>
#include <fmt/format.h>

namespace canvass::analysis {

using report::Estimate;

namespace {

/// Categories of the outcome by row: yes and no of a share, else the codes of a question; -1 = missing.
std::vector<std::int32_t> categories_of(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave,
                                        const std::string& outcome) {
  if (!is_share_outcome(context.study, outcome)) {
    const Instrument& instrument = context.study.instrument();
    if (instrument.scale(outcome) != nullptr) {
      throw InputError(analysis.at, fmt::format("analysis {}: \"{}\" is a score and has no categories; name an indicator of it, or use "
                                                "trend_over_groups",
                                                analysis.id, outcome));
    }
    return cells_of_variable(context.study, context.dataset, wave, outcome).cell;
  }
  std::vector<std::int32_t> category;
  for (const double value : wave.of(outcome_by_row(context.study, context.dataset, outcome))) {
    category.push_back(std::isnan(value) ? -1 : value == 1 ? 1 : 0);
  }
  return category;
}

/// How the tests of one analysis are taken together: as its family says, else by Holm.
stats::Adjustment adjustment_of(const Study& study, const PlannedAnalysis& analysis) {
  const Family* family = study.plan.family(analysis.family);
  if (family == nullptr) {
    return stats::Adjustment::holm;
  }
  const auto adjustment = stats::adjustment_named(to_string(family->adjust));
  if (!adjustment) {
    throw InputError(family->at, fmt::format("the family {} is adjusted by {}, which draws people anew; tests of tables take a method of "
                                             "p-values, such as holm",
                                             family->id, to_string(family->adjust)));
  }
  return *adjustment;
}

} // namespace

ProcedureResult run_association(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::vector<std::string> by = named_in(analysis, "by", "questions or levels of the areas, such as by: \"sex age_band\"");
  const Study& study = context.study.study;
  const stats::Adjustment adjustment = adjustment_of(study, analysis);
  if (sample.waves.empty()) {
    return result;
  }
  if (!sample.speaks_of_everybody) {
    throw DomainError("a test of a table speaks of people; of a sample that chance did not draw it cannot");
  }
  const WaveSample& wave = sample.waves.back();
  const std::string& wave_id = study.waves[wave.wave].id;
  const std::vector<std::string> outcomes = analysis.options.contains("outcomes")
                                                ? named_in(analysis, "outcomes", "indicators or questions")
                                                : outcomes_of(context.study, analysis);
  std::vector<double> p;
  for (const std::string& outcome : outcomes) {
    const std::vector<std::int32_t> category = categories_of(context, analysis, wave, outcome);
    for (const std::string& question : by) {
      const Cells groups = cells_by(context.study, context.dataset, wave, question);
      try {
        const survey::IndependenceTest test = survey::independence_test(*wave.prepared, category, groups.cell);
        Estimate row =
            association_row(analysis, outcome + "/" + wave_id + "/" + question, outcome, {{"wave", wave_id}, {"by", question}}, test);
        row.family = analysis.family.empty() ? analysis.id : analysis.family;
        p.push_back(test.p_value);
        result.rows.push_back(std::move(row));
      } catch (const DomainError& error) {
        result.notes.push_back(fmt::format("{} by {} is not tested: {}", outcome, question, error.what()));
      }
    }
  }
  const std::vector<double> adjusted = stats::adjust_p(p, adjustment);
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    result.rows[i].p_adjusted = adjusted[i];
    result.rows[i].adjustment = result.rows.size() == 1 ? "none" : std::string(stats::name(adjustment));
    judge_association(result.rows[i], study);
  }
  return result;
}

} // namespace canvass::analysis
