#include "cli/answers.hpp"

#include "cli/study_access.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/exchange/pack.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <map>

namespace canvass::cli {

std::unique_ptr<const Answers> load_answers(const Arguments& arguments, Console& console) {
  auto answers = std::make_unique<Answers>();
  if (const std::string& path = arguments.operand("STUDY"); std::filesystem::is_regular_file(path)) {
    const std::string bytes = read_file(path);
    if (exchange::looks_like_pack(bytes)) {
      exchange::Unpacked pack = exchange::read_pack(bytes, path);
      answers->study = std::move(pack.study);
      answers->responses = std::move(pack.responses);
      for (exchange::PackedLock& lock : pack.store.locks) {
        answers->locks.push_back({std::move(lock.canonical_plan), std::move(lock.sha256), lock.at, std::move(lock.responses_by_wave)});
      }
      answers->withdrawn = pack.store.withdrawn;
      answers->held = pack.store.held;
      answers->simulated = pack.store.simulated;
      answers->from_pack = true;
      return answers;
    }
  }
  answers->study = load_study(arguments);
  if (answers->study.study.report_template == "published_figures" && !std::filesystem::exists(store_path(arguments, answers->study))) {
    answers->without_store = true; // the figures of others need no answers
    return answers;
  }
  const auto store = open_store(arguments, answers->study, store::Open::read_only);
  for (const std::string& warning : store->warnings()) {
    console.problem({Severity::warning, {}, warning});
  }
  answers->responses = store->responses(answers->study);
  for (store::PlanLock& lock : store->plan_locks()) {
    answers->locks.push_back({std::move(lock.canonical_plan), std::move(lock.sha256), lock.at, std::move(lock.responses_by_wave)});
  }
  answers->withdrawn = store->withdrawn().size();
  answers->held = store->held().size();
  answers->simulated = store->is_simulated();
  return answers;
}

analysis::Release release_of(const Arguments& arguments) {
  return arguments.value_or("release", "public") == "internal" ? analysis::Release::internal : analysis::Release::open;
}

std::string area_of(const Arguments& arguments, const LoadedStudy& study) {
  const auto name = arguments.value("area");
  if (!name) {
    return {};
  }
  if (!study.study.survey || study.study.survey->areas.empty()) {
    throw UsageError("--area needs a study with areas: `survey: {areas: ..}`; this one has none");
  }
  const AreaTree& tree = study.study.survey->areas;
  const std::size_t area = tree.find(*name);
  if (area == AreaTree::npos) {
    throw UsageError(fmt::format("there is no area called \"{}\" in {}{}", *name, tree.file, tree.did_you_mean(*name)));
  }
  if (tree.areas[area].level == 0) {
    throw UsageError(fmt::format("{} is all of it; leave --area out for the report on everybody", tree.areas[area].label));
  }
  return tree.areas[area].code;
}

analysis::Options analysis_options(const Arguments& arguments, Console& console) {
  analysis::Options options;
  options.only = arguments.value_or("only", "");
  options.release = release_of(arguments);
  options.threads = threads(arguments);
  options.progress = console.progress();
  return options;
}

Exit print_notes(const analysis::Analysed& analysed, const analysis::Options& options, Console& console) {
  Exit exit = Exit::done;
  std::map<std::string, std::size_t> said; // what is said of every analysis is said once
  for (const analysis::AnalysisOutcome& outcome : analysed.outcomes) {
    for (const std::string& note : outcome.notes) {
      ++said[note];
    }
  }
  for (const analysis::AnalysisOutcome& outcome : analysed.outcomes) {
    for (const std::string& note : outcome.notes) {
      std::size_t& times = said[note];
      if (times == 0) {
        continue;
      }
      const std::string of = times > 2 ? counted(static_cast<long long>(times), "analysis", "analyses") : outcome.id;
      times = times > 2 ? 0 : times;
      console.problem({outcome.failed ? Severity::warning : Severity::note, {}, fmt::format("{}: {}", of, note)});
    }
    if (outcome.failed && outcome.id == options.only) {
      exit = Exit::data_cannot_bear_it;
    }
  }
  return exit;
}

} // namespace canvass::cli
