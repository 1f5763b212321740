#include "engine/analysis/run.hpp"

#include "engine/analysis/adjust.hpp"
#include "engine/analysis/cohort.hpp"
#include "engine/analysis/judge.hpp"
#include "engine/analysis/plan_names.hpp"
#include "engine/analysis/procedure.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/protect.hpp"
#include "engine/analysis/public_cells.hpp"
#include "engine/analysis/published.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/analysis/templates/template.hpp"
#include "engine/core/text.hpp"
#include "engine/core/workers.hpp"
#include "engine/dataset/dataset.hpp"
#include "engine/stats/power.hpp"
#include "engine/study/lock.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <set>

namespace canvass::analysis {
namespace {

/// What the template of the study shows besides the plan, which may use these names for itself.
std::vector<PlannedAnalysis> standing_analyses(const LoadedStudy& loaded, const Options& options) {
  const Study& study = loaded.study;
  const Template* shown = find_template(study.report_template);
  std::vector<PlannedAnalysis> all = shown != nullptr ? shown->standing(loaded) : std::vector<PlannedAnalysis>();
  if (!options.area.empty()) {
    for (const char* procedure : {"response", "trend", "area_shares", "area_trend"}) {
      const bool there = std::any_of(all.begin(), all.end(), [&](const PlannedAnalysis& one) { return one.procedure == procedure; });
      if (!there) {
        all.push_back(standing(procedure == std::string_view("trend") ? "trends" : procedure, procedure));
      }
    }
  }
  std::erase_if(all, [&](const PlannedAnalysis& one) {
    return std::any_of(study.plan.analyses.begin(), study.plan.analyses.end(),
                       [&](const PlannedAnalysis& planned) { return planned.id == one.id; });
  });
  return all;
}

/// Marks of the rows of each analysis, from the plan that was locked.
class Marks {
public:
  explicit Marks(const Input& input) {
    if (const LockedPlan* lock = plan_held_against(input)) {
      locked_ = parse_json(lock->canonical, "locked plan");
      differences_ = diff_plans(*locked_, canonical_plan(input.study));
    }
  }

  [[nodiscard]] report::Planned of(const std::string& analysis) const {
    if (!locked_) {
      return report::Planned::exploratory;
    }
    switch (status_of(analysis, *locked_, differences_)) {
    case PlanStatus::planned: return report::Planned::planned;
    case PlanStatus::deviated: return report::Planned::deviated;
    case PlanStatus::exploratory: break;
    }
    return report::Planned::exploratory;
  }

  [[nodiscard]] std::vector<std::string> notes_of(const std::string& analysis) const {
    std::vector<std::string> notes;
    for (const PlanDifference& difference : differences_) {
      if (difference.deviates && (difference.analysis == analysis || difference.analysis.empty())) {
        notes.push_back("Differs from the locked plan: " + difference.text);
      }
    }
    return notes;
  }

private:
  std::optional<Json> locked_;
  std::vector<PlanDifference> differences_;
};

/// What one analysis came to.
struct Worked {
  ProcedureResult result;
  std::optional<std::string> failed; ///< why the data could not bear it
};

/// Before the first answer nothing is known of the spread of a scale; these are what published scales of this kind have.
constexpr double usual_spread_of_range = 1.0 / 6; // 0.67 points on a scale of 1 to 5
constexpr double usual_correlation = 0.6;         // of the same person's scores between waves

/// Warns where the smallest change that matters can hardly be decided with the people who are listed.
void warn_of_small_groups(const LoadedStudy& loaded, const PlannedAnalysis& analysis, Problems& problems) {
  const Study& study = loaded.study;
  const Instrument& instrument = loaded.instrument();
  const Arms arms = arms_of(study);
  const bool known = instrument.scale(analysis.outcome) != nullptr || instrument.variable(analysis.outcome) != Instrument::npos;
  if (!analysis.smallest_change_that_matters || !arms.has_control || !known || loaded.people.people.empty()) {
    return;
  }
  const OutcomeFacts facts = outcome_facts(loaded, analysis.outcome);
  std::vector<double> people(arms.size(), 0);
  for (const Person& person : loaded.people.people) {
    const std::size_t arm = arms.number(static_cast<int>(study.arm(person.arm)));
    if (arm != Arms::npos) {
      ++people[arm];
    }
  }
  const double treated = *std::max_element(people.begin() + 1, people.end());
  if (people[0] < 2 || treated < 2 || !(facts.highest > facts.lowest)) {
    return;
  }
  const double spread = (facts.highest - facts.lowest) * usual_spread_of_range;
  const double std_error = spread * std::sqrt(2 * (1 - usual_correlation) * (1 / people[0] + 1 / treated));
  const double detectable = stats::detectable_effect(std_error, people[0] + treated - 2, study.plan.significance_level, 0.8);
  if (detectable > *analysis.smallest_change_that_matters) {
    const auto rounded = [](double value) { return shortest(std::round(value * 100) / 100); };
    problems.warning(analysis.at, "analysis " + analysis.id + ": a change of " + shortest(*analysis.smallest_change_that_matters) +
                                      " points can hardly be decided with " + shortest(treated) + " treated and " + shortest(people[0]) +
                                      " control people: with a usual spread (" + rounded(spread) + " points, correlation " +
                                      shortest(usual_correlation) + " between waves) only one of " + rounded(detectable) +
                                      " would be seen four times in five; ask more people, or expect \"too small to tell\"");
  }
}

/// A trend over waves takes earlier figures of a published series only if they are of the same question.
void refuse_to_join(const LoadedStudy& loaded, const PlannedAnalysis& analysis, Problems& problems) {
  const auto option = analysis.options.find("series");
  for (const std::string_view id : option == analysis.options.end() ? std::vector<std::string_view>() : split(option->second, ' ')) {
    const PublishedSeries* series = loaded.study.survey->published(trim(id));
    const std::string why = series == nullptr ? std::string() : why_not_joined(loaded, analysis.outcome, *series);
    if (!why.empty()) {
      problems.error(analysis.at, "analysis " + analysis.id + " joins what is no one series: " + why +
                                      "; leave `outcome` out to show the series by itself");
    }
  }
}

/// Of the changes that rows speak of, those where one or two people of an arm answered only one of the two waves.
std::set<ChangeOf> changes_few_left(const LoadedStudy& study, const Dataset& dataset, const report::Estimates& rows) {
  std::set<ChangeOf> changes;
  for (const report::Estimate& row : rows) {
    if (is_sum_over_pairs(row)) {
      changes.insert(change_of(row));
    }
  }
  std::map<std::string, CohortData> of_outcome;
  std::erase_if(changes, [&](const ChangeOf& change) {
    auto found = of_outcome.find(change.outcome);
    if (found == of_outcome.end()) {
      found = of_outcome.emplace(change.outcome, cohort_data(study, dataset, change.outcome)).first;
    }
    const CohortData& data = found->second;
    for (std::size_t arm = 0; arm < data.arms.size(); ++arm) {
      if (gives_away(static_cast<double>(pairs_of(data, arm, study.study.wave(change.wave), study.study.wave(change.from)).n_missing))) {
        return false;
      }
    }
    return true;
  });
  return changes;
}

} // namespace

std::size_t newest_wave(const Study& study, std::span<const Response> responses) {
  std::size_t newest = Study::npos;
  for (const Response& response : responses) {
    const std::size_t wave = study.wave(response.frame.wave);
    newest = wave != Study::npos && (newest == Study::npos || wave > newest) ? wave : newest;
  }
  return newest;
}

const LockedPlan* plan_held_against(const Input& input) {
  if (input.locks.empty()) {
    return nullptr;
  }
  std::vector<AnswersByWave> locks;
  for (const LockedPlan& lock : input.locks) {
    locks.push_back(lock.responses_by_wave);
  }
  return &input.locks[lock_held_against(input.study.study, locks, newest_wave(input.study.study, input.responses))];
}

Analysed analyse(const Input& input, const Options& options) {
  Problems problems;
  check_plan(input.study, problems);
  if (problems.has_errors()) {
    throw InputError(problems);
  }
  const Study& study = input.study.study;
  const Dataset dataset = build_dataset(input.study, input.responses);
  std::optional<Dataset> punctual;
  if (std::any_of(dataset.late.begin(), dataset.late.end(), [](std::int8_t late) { return late != 0; })) {
    punctual = build_dataset(input.study, input.responses, false);
  }
  std::optional<Sample> sample;
  if (study.survey) {
    sample = sample_of(input.study, dataset, options.threads);
  }
  const Context context{input.study,     dataset,         punctual ? &*punctual : nullptr, sample ? &*sample : nullptr,
                        options.threads, options.progress};

  std::vector<PlannedAnalysis> all = study.plan.analyses;
  for (PlannedAnalysis& one : standing_analyses(input.study, options)) {
    all.push_back(std::move(one));
  }
  const std::vector<PlannedAnalysis> whole = all; // what is withheld does not depend on what is asked for
  if (!options.only.empty()) {
    std::vector<std::string> ids;
    for (const PlannedAnalysis& analysis : all) {
      ids.push_back(analysis.id);
    }
    std::erase_if(all, [&](const PlannedAnalysis& analysis) { return analysis.id != options.only; });
    if (all.empty()) {
      throw InputError(study.plan.at, "there is no analysis called \"" + options.only + "\"" + did_you_mean(options.only, ids) +
                                          "; there are " + join(ids, ", "));
    }
  }

  // Analyses do not know of each other: each is worked out by itself, and they are put together in the order of the plan.
  std::vector<Worked> worked(all.size());
  Universe universe;
  std::mutex telling;
  std::size_t done = 0;
  for_blocks(all.size() + 1, options.threads, [&](std::size_t i) {
    if (i == all.size()) {
      universe = sample ? public_cells(input.study, dataset, *sample, whole) : Universe();
      return;
    }
    if (options.progress) {
      const std::lock_guard lock(telling);
      options.progress("analysing " + all[i].id, done++, all.size());
    }
    try {
      worked[i].result = find_procedure(all[i].procedure)->run(context, all[i]);
    } catch (const DomainError& error) {
      worked[i].failed = error.what();
    }
  });

  const Marks marks(input);
  Analysed analysed;
  for (std::size_t i = 0; i < all.size(); ++i) {
    AnalysisOutcome outcome;
    outcome.id = all[i].id;
    outcome.procedure = all[i].procedure;
    outcome.notes = marks.notes_of(all[i].id);
    outcome.failed = worked[i].failed.has_value();
    if (outcome.failed) {
      outcome.notes.push_back(*worked[i].failed);
    }
    ProcedureResult& result = worked[i].result;
    outcome.notes.insert(outcome.notes.end(), result.notes.begin(), result.notes.end());
    const bool is_planned = i < study.plan.analyses.size() || !options.only.empty();
    if (is_planned && result.rows.empty() && outcome.notes.empty() && !input.responses.empty()) {
      outcome.notes.emplace_back("nobody gave an answer that this analysis counts, so there is no number");
    }
    for (report::Estimate& row : result.rows) {
      row.planned = marks.of(all[i].id);
      analysed.rows.push_back(std::move(row));
    }
    analysed.outcomes.push_back(std::move(outcome));
  }
  if (options.progress) {
    options.progress("analysing", all.size(), all.size());
  }
  adjust(analysed.rows, study);
  judge(analysed.rows, input.study);
  if (sample) {
    take_off_not_asked(analysed.rows, universe);
  }
  if (options.release == Release::open) {
    analysed.withheld = protect(analysed.rows, study.disclosure, changes_few_left(input.study, dataset, analysed.rows), universe);
  }
  return analysed;
}

void check_plan(const LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  if (find_template(study.report_template) == nullptr) {
    problems.error(study.at, no_such_template(study.report_template));
  }
  std::vector<std::string> names;
  for (const Procedure& procedure : procedures()) {
    names.emplace_back(procedure.name);
  }
  for (const PlannedAnalysis& analysis : study.plan.analyses) {
    const Procedure* procedure = find_procedure(analysis.procedure);
    if (procedure == nullptr) {
      problems.error(analysis.at, "analysis " + analysis.id + " names a procedure that does not exist (\"" + analysis.procedure +
                                      "\"); there are " + join(names, ", ") + did_you_mean(analysis.procedure, names));
      continue;
    }
    for (const auto& [key, value] : analysis.options) {
      if (std::find(procedure->options.begin(), procedure->options.end(), key) == procedure->options.end()) {
        std::vector<std::string> known(procedure->options.begin(), procedure->options.end());
        problems.error(analysis.at, "analysis " + analysis.id + " has an option that " + analysis.procedure + " does not take (\"" + key +
                                        "\")" + (known.empty() ? "; it takes none" : "; it takes " + join(known, ", ")));
      }
      if (key == "person_effect" && value != "yes" && value != "no") {
        problems.error(analysis.at, "person_effect of analysis " + analysis.id + " is yes or no (\"" + value + "\")");
      }
      if (key == "course_size" && !(parse_double(value).value_or(0) >= 1)) {
        problems.error(analysis.at,
                       "course_size of analysis " + analysis.id + " must be a number of people, 1 or more (\"" + value + "\")");
      }
    }
    check_names(loaded, analysis, problems);
    if (procedure->check != nullptr) {
      try {
        procedure->check(loaded, analysis);
      } catch (const InputError& error) {
        problems.add(error.problems());
      }
    }
    if (analysis.procedure == "profile_drivers") {
      if (const std::string note = unmirrored_profiles(analysis); !note.empty()) {
        problems.warning(analysis.at, "analysis " + analysis.id + ": " + note);
      }
    }
    if (analysis.procedure == "trend" && !analysis.outcome.empty() && study.survey) {
      refuse_to_join(loaded, analysis, problems);
    }
    if (analysis.procedure == "cohort_change" && analysis.family.empty() && !analysis.outcome.empty()) {
      warn_of_small_groups(loaded, analysis, problems);
    }
    if (analysis.procedure == "cohort_change" && analysis.family.empty() && analysis.outcome.empty()) {
      problems.error(analysis.at, "analysis " + analysis.id + " needs `outcome` (a scale or an item) or `family`");
    }
  }
}

} // namespace canvass::analysis
