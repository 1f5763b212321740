// Does the instrument measure? Alpha with Feldt's interval by wave, items that do not fit, floor and ceiling.

#include "engine/stats/reliability.hpp"

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"

#include <cmath>

namespace canvass::analysis {
namespace {

using report::Estimate;
using report::Unit;

/// Answers to the items of a scale at one wave by everybody with an arm, reversed items turned.
stats::ItemTable items_at(const Context& context, const Scale& scale, std::size_t wave) {
  const Instrument& instrument = context.study.instrument();
  stats::ItemTable table;
  table.items = scale.items.size();
  std::vector<const Column*> columns;
  std::vector<double> turn; // lowest + highest for a reversed item, else NaN
  for (const std::string& id : scale.items) {
    const Column* column = context.dataset.column(id);
    const std::size_t index = instrument.variable(id);
    if (column == nullptr || index == Instrument::npos) {
      throw DomainError("item " + id + " of scale " + scale.id + " is not in the data");
    }
    columns.push_back(column);
    const Variable& variable = instrument.variables[index];
    const ChoiceList* list = instrument.list(variable.list);
    turn.push_back(variable.reverse && list != nullptr ? list->lowest() + list->highest() : report::not_a_number);
  }
  for (std::size_t row = 0; row < context.dataset.rows(); ++row) {
    if (context.dataset.wave[row] != static_cast<std::int16_t>(wave)) {
      continue;
    }
    ++table.people;
    for (std::size_t item = 0; item < columns.size(); ++item) {
      const double value = columns[item]->value(row);
      table.values.push_back(std::isnan(turn[item]) ? value : turn[item] - value);
    }
  }
  return table;
}

} // namespace

ProcedureResult run_reliability(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Study& study = context.study.study;
  const double level = 1 - study.plan.significance_level;
  for (const Scale& scale : context.study.instrument().scales) {
    const OutcomeFacts facts = outcome_facts(context.study, scale.id);
    for (const std::size_t wave : collected_waves(study, context.dataset)) {
      const std::string& wave_id = study.waves[wave].id;
      const report::Levels at = {{"wave", wave_id}};
      try {
        const auto alpha = stats::cronbach_alpha(items_at(context, scale, wave), level);
        Estimate row =
            row_of(analysis, "alpha/" + scale.id + "/" + wave_id, scale.id, "alpha", alpha.method + ", Feldt", Unit::correlation);
        row.at = at;
        row.estimate = alpha.alpha;
        fill(row, alpha.interval);
        row.n = alpha.n;
        row.n_missing = alpha.missing;
        row.count = alpha.items;
        result.rows.push_back(row);
        for (std::size_t i = 0; i < alpha.by_item.size(); ++i) {
          const std::string& item = scale.items[i];
          Estimate dropped = row_of(analysis, "alpha_if_dropped/" + scale.id + "/" + wave_id + "/" + item, item, "alpha_if_dropped",
                                    "listwise", Unit::correlation);
          dropped.at = at;
          dropped.estimate = alpha.by_item[i].alpha_if_dropped;
          dropped.n = alpha.n;
          result.rows.push_back(dropped);
          Estimate rest = row_of(analysis, "item_rest/" + scale.id + "/" + wave_id + "/" + item, item, "item_rest",
                                 "correlation with the other items", Unit::correlation);
          rest.at = at;
          rest.estimate = alpha.by_item[i].item_rest;
          rest.n = alpha.n;
          result.rows.push_back(rest);
        }
        for (const std::string& warning : alpha.warnings) {
          result.notes.push_back(scale.id + " at " + wave_id + ": " + warning);
        }
      } catch (const DomainError& error) {
        result.notes.push_back("alpha of " + scale.id + " at " + wave_id + ": " + error.what());
      }
      const ScoreColumn* scores = context.dataset.score(scale.id);
      if (scores == nullptr || !(facts.highest > facts.lowest)) {
        continue;
      }
      const Arms arms = arms_of(study);
      for (std::size_t arm = 0; arm < arms.size(); ++arm) {
        std::vector<double> values;
        for (std::size_t r = 0; r < context.dataset.rows(); ++r) {
          if (context.dataset.wave[r] == static_cast<std::int16_t>(wave) &&
              arms.number(context.dataset.arm_of_person[static_cast<std::size_t>(context.dataset.person[r])]) == arm) {
            values.push_back(scores->values[r]);
          }
        }
        const auto ends = stats::floor_ceiling(values, facts.lowest, facts.highest);
        for (const auto& [name, share] : {std::pair{"floor", ends.floor}, std::pair{"ceiling", ends.ceiling}}) {
          Estimate row = row_of(analysis, std::string(name) + "/" + scale.id + "/" + wave_id + "/" + arm_id(study, arms, arm), scale.id,
                                name, "share at the end of the scale", Unit::percent);
          row.at = {{"wave", wave_id}, {"arm", arm_id(study, arms, arm)}};
          row.estimate = 100 * share;
          row.n = ends.n;
          row.n_missing = ends.missing;
          row.reference = 15;
          if (share > 0.15) {
            row.flags.emplace_back("over_15_percent");
          }
          result.rows.push_back(row);
        }
      }
    }
  }
  return result;
}

} // namespace canvass::analysis
