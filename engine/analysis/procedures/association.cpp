// Do groups differ at all? One test of the whole table of an outcome by a question, beside the shares of its single groups.

#include "engine/analysis/plan_options.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/stats/multiplicity.hpp"
#include "engine/survey/ordered_association.hpp"
#include "engine/survey/tables.hpp"

#include <algorithm>
#include <array>
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

constexpr std::array<std::string_view, 6> statistics = {"F", "chisq", "wald", "adjusted_wald", "lincom", "saddlepoint"};
constexpr std::array<survey::TableStatistic, 6> table_statistics = {survey::TableStatistic::f,      survey::TableStatistic::chisq,
                                                                    survey::TableStatistic::wald,   survey::TableStatistic::adjusted_wald,
                                                                    survey::TableStatistic::lincom, survey::TableStatistic::saddlepoint};
constexpr std::array<std::string_view, 2> measures = {"cramers_v", "gamma"};

survey::TableStatistic statistic_of(const PlannedAnalysis& analysis) {
  const std::string name = choice_in(analysis, "statistic", statistics);
  return table_statistics[static_cast<std::size_t>(std::find(statistics.begin(), statistics.end(), name) - statistics.begin())];
}

bool asks_for_gamma(const PlannedAnalysis& analysis) {
  return choice_in(analysis, "measure", measures) == "gamma";
}

/// A share's no and yes, or the answers to a question from the lowest code to the highest.
std::vector<std::int32_t> ordered_categories(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave,
                                             const std::string& outcome) {
  return is_share_outcome(context.study, outcome) ? categories_of(context, analysis, wave, outcome)
                                                  : by_code(cells_of_variable(context.study, context.dataset, wave, outcome)).cell;
}

Estimate gamma_row(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave, const std::string& outcome,
                   const std::string& question) {
  const std::vector<std::int32_t> category = ordered_categories(context, analysis, wave, outcome);
  const Cells groups = by_code(cells_of_variable(context.study, context.dataset, wave, question));
  const Study& study = context.study.study;
  const survey::OrderedAssociation found =
      survey::goodman_kruskal_gamma(*wave.prepared, category, groups.cell, 1 - study.plan.significance_level);
  const std::string& wave_id = study.waves[wave.wave].id;
  Estimate row = row_of(analysis, outcome + "/" + wave_id + "/" + question + "/gamma", outcome, "gamma",
                        wave.prepared->replicates() != nullptr ? "Goodman and Kruskal's gamma, replicates, t"
                                                               : "Goodman and Kruskal's gamma, linearised, t",
                        report::Unit::correlation);
  row.at = {{"wave", wave_id}, {"by", question}};
  fill(row, found.gamma);
  row.n = static_cast<double>(found.table.n);
  row.n_missing = static_cast<double>(found.table.missing);
  return row;
}

/// Adjusts the p-values of rows that belong together, and judges each.
void take_together(report::Estimates& rows, std::string_view quantity, stats::Adjustment adjustment, const Study& study) {
  std::vector<Estimate*> members;
  for (Estimate& row : rows) {
    if (row.quantity == quantity) {
      members.push_back(&row);
    }
  }
  adjust_together(members, adjustment);
  for (Estimate* member : members) {
    if (quantity == "gamma") {
      judge_alone(*member, study, "rises with it", "falls with it", "not told apart");
    } else {
      judge_association(*member, study);
    }
  }
}

} // namespace

void check_association(const LoadedStudy& study, const PlannedAnalysis& analysis) {
  statistic_of(analysis);
  if (!asks_for_gamma(analysis)) {
    return;
  }
  for (const std::string& question : words_in(analysis, "by")) {
    question_in(study, analysis, "by", question); // areas have no order
  }
}

ProcedureResult run_association(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::vector<std::string> by = named_in(analysis, "by", "questions or levels of the areas, such as by: \"sex age_band\"");
  const Study& study = context.study.study;
  const stats::Adjustment adjustment = adjustment_of(study, analysis);
  const survey::TableStatistic statistic = statistic_of(analysis);
  const bool gamma = asks_for_gamma(analysis);
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
  for (const std::string& outcome : outcomes) {
    const std::vector<std::int32_t> category = categories_of(context, analysis, wave, outcome);
    for (const std::string& question : by) {
      const Cells groups = cells_by(context.study, context.dataset, wave, question);
      try {
        const survey::IndependenceTest test = survey::independence_test(*wave.prepared, category, groups.cell, statistic);
        Estimate row =
            association_row(analysis, outcome + "/" + wave_id + "/" + question, outcome, {{"wave", wave_id}, {"by", question}}, test);
        row.family = analysis.family.empty() ? analysis.id : analysis.family;
        result.rows.push_back(std::move(row));
      } catch (const DomainError& error) {
        result.notes.push_back(fmt::format("{} by {} is not tested: {}", outcome, question, error.what()));
      }
      if (gamma) {
        try {
          Estimate row = gamma_row(context, analysis, wave, outcome, question);
          row.family = (analysis.family.empty() ? analysis.id : analysis.family) + "/gamma";
          result.rows.push_back(std::move(row));
        } catch (const DomainError& error) {
          result.notes.push_back(fmt::format("{} by {} has no gamma: {}", outcome, question, error.what()));
        }
      }
    }
  }
  take_together(result.rows, "association", adjustment, study);
  take_together(result.rows, "gamma", adjustment, study);
  return result;
}

} // namespace canvass::analysis
