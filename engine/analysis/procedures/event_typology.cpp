// Worry in general, and remembered times of worry: two constructs, and the four types that they make together.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/survey/tables.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

/// In the order of the types' numbers.
constexpr std::array<std::string_view, 4> types = {"both", "no_event", "event_only", "neither"};

std::vector<double> indicated(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave, const std::string& outcome) {
  if (!is_share_outcome(context.study, outcome)) {
    throw InputError(analysis.at, fmt::format("analysis {}: \"{}\" is no indicator; a type needs a yes or a no", analysis.id, outcome));
  }
  return wave.of(outcome_by_row(context.study, context.dataset, outcome));
}

/// Rows of the four types, of everybody or of the cells of one question.
class Types {
public:
  Types(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave, std::vector<std::int32_t> type)
      : context_(context), study_(context.study.study), analysis_(analysis), wave_(wave), type_(std::move(type)),
        part_(analysis.outcome + "/" + study_.waves[wave.wave].id) {}

  void add(const std::string& variable, const Cells& cells, report::Estimates& rows) const {
    std::vector<survey::Estimates> shares;
    for (std::size_t type = 0; type < types.size(); ++type) {
      shares.push_back(survey::domain_means(*wave_.prepared, is_of(static_cast<std::int32_t>(type)), cells.cell, cells.ids.size()));
    }
    for (std::size_t i = 0; i < cells.ids.size(); ++i) {
      for (std::size_t type = 0; type < types.size(); ++type) {
        const std::string id = part_ + (variable.empty() ? "" : "/" + variable + "/" + cells.ids[i]) + "/" + std::string(types[type]);
        Estimate row = row_of(analysis_, id, analysis_.outcome, "share", "weighted share, Korn-Graubard", Unit::percent);
        row.at = {{"wave", study_.waves[wave_.wave].id}};
        if (!variable.empty()) {
          row.at.emplace_back(variable, cells.ids[i]);
        }
        row.at.emplace_back("category", std::string(types[type]));
        fill_estimate(row, shares[type], i, true, *context_.sample, study_);
        row.count = 0;
        for (std::size_t person = 0; person < type_.size(); ++person) {
          row.count += cells.cell[person] == static_cast<std::int32_t>(i) && type_[person] == static_cast<std::int32_t>(type) ? 1 : 0;
        }
        rows.push_back(std::move(row));
      }
    }
  }

private:
  [[nodiscard]] std::vector<double> is_of(std::int32_t type) const {
    std::vector<double> values;
    values.reserve(type_.size());
    for (const std::int32_t one : type_) {
      values.push_back(one < 0 ? report::not_a_number : one == type ? 1 : 0);
    }
    return values;
  }

  const Context& context_;
  const Study& study_;
  const PlannedAnalysis& analysis_;
  const WaveSample& wave_;
  std::vector<std::int32_t> type_; ///< by row of the wave; -1 = one of the two is not known
  std::string part_;
};

} // namespace

ProcedureResult run_event_typology(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::string event_id = named_in(analysis, "event", "the indicator of remembered times, such as event: worried_at_times").front();
  if (analysis.outcome.empty()) {
    throw InputError(analysis.at, fmt::format("analysis {} needs `outcome`: the indicator of worry in general", analysis.id));
  }
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& wave = sample.waves.back();
  const Study& study = context.study.study;
  const double level = study.plan.significance_level;
  const std::vector<double> worried = indicated(context, analysis, wave, analysis.outcome);
  const std::vector<double> event = indicated(context, analysis, wave, event_id);
  std::vector<std::int32_t> type(worried.size(), -1);
  std::vector<std::int32_t> worried_level(worried.size(), -1);
  std::vector<std::int32_t> event_level(worried.size(), -1);
  for (std::size_t i = 0; i < type.size(); ++i) {
    if (!std::isnan(worried[i]) && !std::isnan(event[i])) {
      worried_level[i] = worried[i] == 1 ? 1 : 0;
      event_level[i] = event[i] == 1 ? 0 : 1; // those who remember a time come first
      type[i] = worried[i] == 1 ? event_level[i] : 2 + event_level[i];
    }
  }
  const Types rows(context, analysis, wave, type);
  rows.add("", {std::vector<std::int32_t>(type.size(), 0), {""}, {""}}, result.rows);
  if (analysis.options.contains("by")) {
    for (const std::string& variable : named_in(analysis, "by", "questions or levels of the areas")) {
      rows.add(variable, cells_by(context.study, context.dataset, wave, variable), result.rows);
    }
  }
  // How far the two go together: the worried among those who remember a time, and among those who remember none.
  const std::string part = analysis.outcome + "/" + study.waves[wave.wave].id + "/worried";
  const survey::Estimates among = survey::domain_means(*wave.prepared, worried, event_level, 2);
  for (const auto& [side, id] : {std::pair<std::size_t, const char*>{0, "remember"}, std::pair<std::size_t, const char*>{1, "none"}}) {
    Estimate row = row_of(analysis, part + "/" + id, analysis.outcome, "proportion", "weighted share, Korn-Graubard", Unit::percent);
    row.at = {{"wave", study.waves[wave.wave].id}, {"event", id}};
    fill_estimate(row, among, side, true, sample, study);
    result.rows.push_back(std::move(row));
  }
  if (among.n[0] > 0 && among.n[1] > 0) {
    Estimate row =
        row_of(analysis, part + "/difference", analysis.outcome, "difference", "one covariance matrix, t", Unit::percentage_points);
    row.at = {{"wave", study.waves[wave.wave].id}, {"event", "remember"}};
    row.versus = {{"event", "none"}};
    const Comparing how{true, level, wave.df};
    fill_difference(row, difference_within(among, 0, 1, how), how, sample);
    row.n = static_cast<double>(among.n[0]);
    row.n_versus = static_cast<double>(among.n[1]);
    judge_alone(row, study, "higher", "lower", "not told apart");
    result.rows.push_back(std::move(row));
  }
  if (sample.speaks_of_everybody) {
    try {
      const survey::IndependenceTest test = survey::independence_test(*wave.prepared, worried_level, event_level);
      Estimate row =
          association_row(analysis, part + "/association", analysis.outcome, {{"wave", study.waves[wave.wave].id}, {"by", event_id}}, test);
      judge_association(row, study);
      result.rows.push_back(std::move(row));
    } catch (const DomainError& error) {
      result.notes.push_back(std::string("worry and remembered times are not tested together: ") + error.what());
    }
  }
  return result;
}

} // namespace canvass::analysis
