#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "cli/table.hpp"
#include "engine/analysis/run.hpp"
#include "engine/core/text.hpp"
#include "engine/study/lock.hpp"

#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr std::string_view actions[] = {"lock", "show", "diff"};
constexpr Operand operands[] = {study_operand, {.name = "ACTION", .kind = Operand::Kind::word, .allowed = actions}};
constexpr Option options[] = {store_option};

std::vector<store::PlanLock> locks_of(const Arguments& arguments, const LoadedStudy& study) {
  if (!std::filesystem::exists(store_path(arguments, study))) {
    return {};
  }
  return open_store(arguments, study, store::Open::read_only)->plan_locks();
}

std::vector<Response> responses_of(const Arguments& arguments, const LoadedStudy& study) {
  if (!std::filesystem::exists(store_path(arguments, study))) {
    return {};
  }
  return open_store(arguments, study, store::Open::read_only)->responses(study);
}

std::string locked_sentence(const store::PlanLock& lock) {
  std::string counts;
  for (const auto& [wave, count] : lock.responses_by_wave) {
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", wave, count);
  }
  return fmt::format("Locked {}; answer sheets at that moment: {}; SHA-256 {}", to_string(lock.at), counts.empty() ? "none" : counts,
                     lock.sha256);
}

void print_differences(const std::vector<PlanDifference>& differences, Console& console) {
  for (const PlanDifference& one : differences) {
    console.data(
        fmt::format("{:<9}  {}{}\n", one.deviates ? "deviates" : "wording", one.analysis.empty() ? "" : one.analysis + ": ", one.text));
  }
}

Exit show(const LoadedStudy& study, const std::vector<store::PlanLock>& locks, const std::string& shown, Console& console) {
  TextTable table{{{"Analysis"}, {"Procedure"}, {"Of"}, {"Contrasts"}, {"Primary"}, {"Matters from", true}}, {}};
  for (const PlannedAnalysis& analysis : study.study.plan.analyses) {
    std::string contrasts;
    for (const Contrast& contrast : analysis.contrasts) {
      contrasts += (contrasts.empty() ? "" : " ") + study.study.name(contrast);
    }
    table.rows.push_back({analysis.id, analysis.procedure, analysis.family.empty() ? analysis.outcome : "family " + analysis.family,
                          contrasts, analysis.primary ? study.study.name(*analysis.primary) : "",
                          analysis.smallest_change_that_matters ? shortest(*analysis.smallest_change_that_matters) : ""});
  }
  console.data(print_table(table, console.terminal().out_is_terminal ? console.terminal().width : 0));
  const std::string now = plan_sha256(study);
  console.data(fmt::format("\nSignificance level {}, conventions {}, seed {}, SHA-256 {}\n", shortest(study.study.plan.significance_level),
                           study.study.plan.conventions, study.study.plan.seed, now));
  for (const store::PlanLock& lock : locks) {
    console.data(locked_sentence(lock) + "\n");
  }
  if (locks.empty()) {
    console.next(fmt::format("canvass plan {} lock, before anybody looks at the answers.", shown));
  } else if (locks.back().sha256 != now) {
    console.next(fmt::format("the plan has changed since it was locked: canvass plan {} diff says how.", shown));
  } else {
    console.next(fmt::format("the plan is as it was locked; canvass report {}.", shown));
  }
  return Exit::done;
}

/// The lock that reports hold the study against.
const store::PlanLock& lock_that_counts(const LoadedStudy& study, const std::vector<store::PlanLock>& locks,
                                        const std::vector<Response>& responses) {
  std::vector<AnswersByWave> answers;
  for (const store::PlanLock& lock : locks) {
    answers.push_back(lock.responses_by_wave);
  }
  return locks[lock_held_against(study.study, answers, analysis::newest_wave(study.study, responses))];
}

Exit diff(const LoadedStudy& study, const std::vector<store::PlanLock>& locks, const std::vector<Response>& responses,
          const std::string& shown, Console& console) {
  if (locks.empty()) {
    throw InputError({study.study.file},
                     fmt::format("the plan was never locked, so there is nothing to compare it with; canvass plan {} lock", shown));
  }
  const store::PlanLock& counts = lock_that_counts(study, locks, responses);
  const auto differences = diff_plans(parse_json(counts.canonical_plan, "the locked plan"), canonical_plan(study));
  print_differences(differences, console);
  if (differences.empty()) {
    console.say(&counts == &locks.front() ? "No difference: the plan is as it was first locked."
                                          : "No difference: the plan is as it was locked before the newest answers.");
    console.next(fmt::format("canvass report {}.", shown));
  } else {
    console.next("reports mark what deviates and say so on their first page; change study.yaml back, or give the reason in the report.");
  }
  return Exit::done;
}

Exit lock(const Arguments& arguments, const LoadedStudy& study, const std::string& shown, Console& console) {
  const std::string path = store_path(arguments, study);
  const auto store = open_store(arguments, study, store::Open::create);
  const auto locks = store->plan_locks();
  store::PlanLock now;
  now.canonical_plan = canonical_plan(study).canonical();
  now.sha256 = plan_sha256(study);
  now.at = canvass::now();
  if (!locks.empty() && locks.back().sha256 == now.sha256) {
    console.say("The plan is locked already, and has not changed since.");
    console.data(locked_sentence(locks.back()) + "\n");
    console.next(fmt::format("canvass report {}.", shown));
    return Exit::done;
  }
  std::size_t answers = 0;
  const std::vector<Response> responses = store->responses(study);
  for (const Wave& wave : study.study.waves) {
    std::size_t count = 0;
    for (const Response& response : responses) {
      count += response.frame.wave == wave.id ? 1U : 0U;
    }
    answers += count;
    now.responses_by_wave.emplace_back(wave.id, count);
  }
  if (!locks.empty()) {
    print_differences(diff_plans(parse_json(locks.back().canonical_plan, "the locked plan"), canonical_plan(study)), console);
    const bool next_year = study.study.survey && now.responses_by_wave.size() > 1 && now.responses_by_wave.back().second == 0;
    console.say(next_year ? "The plan was locked before and has changed. No answer of " + study.study.waves.back().id +
                                " is in: once they are, reports compare with this lock."
                          : "The plan was locked before and has changed: the first lock stays, and reports compare with it.");
  }
  store->lock_plan(now);
  console.data(locked_sentence(now) + "\n");
  if (answers > 0 && !store->is_simulated()) {
    console.say("Answers were in the store already: reports say so.");
  }
  console.next(
      fmt::format("put the SHA-256 where others can see it (a mail, a registry); then collect, and canvass import {} FILE.", shown));
  return Exit::done;
}

Exit run(const Arguments& arguments, Console& console) {
  const LoadedStudy study = load_study(arguments);
  const std::string shown = shell_word(arguments.operand("STUDY"));
  const std::string& action = arguments.operand("ACTION");
  if (action == "lock") {
    return lock(arguments, study, shown, console);
  }
  return action == "show" ? show(study, locks_of(arguments, study), shown, console)
                          : diff(study, locks_of(arguments, study), responses_of(arguments, study), shown, console);
}

} // namespace

const Command plan = {
    .name = "plan",
    .group = Group::prepare,
    .summary = "show the plan of the analysis, lock it, or compare it with what was locked",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
