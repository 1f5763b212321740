#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "cli/table.hpp"
#include "engine/core/escape.hpp"
#include "engine/core/text.hpp"

#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand};
constexpr Option options[] = {store_option};

std::string dates_of(const Wave& wave) {
  if (wave.date) {
    return to_string(*wave.date);
  }
  const std::string opens = wave.opens ? to_string(*wave.opens) : "";
  const std::string closes = wave.closes ? to_string(*wave.closes) : "";
  return opens.empty() && closes.empty() ? "" : opens + " to " + closes;
}

/// "35 of 40": answers beside the people who could have answered, where those are listed.
std::string answered(std::size_t count, std::size_t listed) {
  return listed == 0 ? std::to_string(count) : fmt::format("{} of {}", count, listed);
}

std::size_t listed_in(const LoadedStudy& study, const std::string& arm) {
  std::size_t count = 0;
  for (const Person& person : study.people.people) {
    count += person.arm == arm ? 1U : 0U;
  }
  return count;
}

TextTable wave_table(const LoadedStudy& study, const std::vector<Response>& responses) {
  const Study& plan = study.study;
  TextTable table;
  table.columns = {{"Wave"}, {"Name"}, {"When"}};
  for (const Arm& arm : plan.arms) {
    table.columns.push_back({arm.label.empty() ? arm.id : arm.label.in(plan.language), true});
  }
  const bool knows_sent = plan.survey && !plan.survey->sent_pattern.empty();
  if (knows_sent) {
    table.columns.push_back({"Sent", true});
  }
  table.columns.push_back({plan.survey ? "Returned" : "All", true});
  if (knows_sent) {
    table.columns.push_back({"Rate", true});
  }
  table.columns.push_back({"Late", true});
  for (const Wave& wave : plan.waves) {
    std::vector<std::size_t> by_arm(plan.arms.size());
    std::size_t all = 0;
    std::size_t late = 0;
    for (const Response& response : responses) {
      if (response.frame.wave != wave.id) {
        continue;
      }
      ++all;
      late += response.late ? 1U : 0U;
      if (const std::size_t arm = plan.arm(response.frame.arm); arm != Study::npos) {
        ++by_arm[arm];
      }
    }
    std::vector<std::string> row = {wave.id, wave.label.in(plan.language), dates_of(wave)};
    for (std::size_t a = 0; a < plan.arms.size(); ++a) {
      row.push_back(answered(by_arm[a], listed_in(study, plan.arms[a].id)));
    }
    const std::size_t sent = knows_sent ? plan.survey->sent[plan.wave(wave.id)].serial.size() : 0;
    if (knows_sent) {
      row.push_back(sent == 0 ? "no list" : std::to_string(sent));
    }
    row.push_back(answered(all, study.people.people.size()));
    if (knows_sent) {
      row.push_back(sent == 0 ? "" : fmt::format("{:.1f}%", 100.0 * static_cast<double>(all) / static_cast<double>(sent)));
    }
    row.push_back(std::to_string(late));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Exit run(const Arguments& arguments, Console& console) {
  const LoadedStudy study = load_study(arguments);
  const std::string path = store_path(arguments, study);
  const std::string shown = shell_word(arguments.operand("STUDY"));
  const std::string title = escape_terminal(study.study.title.in(study.study.language));
  const std::size_t width = console.terminal().out_is_terminal ? console.terminal().width : 0;
  if (!std::filesystem::exists(path)) {
    console.data(fmt::format("{}\n\n{}\nNo answers yet: there is no store {}.\n", title, print_table(wave_table(study, {}), width), path));
    console.next(fmt::format("canvass simulate {0} rehearses the report; canvass import {0} FILE takes in answers.", shown));
    return Exit::done;
  }
  const auto store = open_store(arguments, study, store::Open::read_only);
  const std::vector<Response> responses = store->responses(study);
  const auto held = store->held();
  const auto locks = store->plan_locks();
  const auto imports = store->imports();
  std::string text =
      (store->is_simulated() ? "SIMULATED   " : "") + title + "\n\n" + print_table(wave_table(study, responses), width) + "\n";
  text += fmt::format("{}, {} held, {} withdrawn.\n", counted(static_cast<long long>(imports.size()), "import", "imports"), held.size(),
                      store->withdrawn().size());
  text += locks.empty() ? "The plan is not locked.\n" : fmt::format("The plan was locked on {}.\n", in_words(date_of(locks.back().at)));
  console.data(text);
  for (const std::string& warning : store->warnings()) {
    console.problem({Severity::warning, {}, warning});
  }
  if (!held.empty()) {
    console.next(fmt::format("canvass held {} list shows why {} not taken.", shown,
                             counted(static_cast<long long>(held.size()), "row was", "rows were")));
  } else if (locks.empty()) {
    console.next(fmt::format("canvass plan {} lock, before anybody looks at the answers.", shown));
  } else if (responses.empty()) {
    console.next(fmt::format("canvass import {} FILE takes in answers.", shown));
  } else {
    console.next(fmt::format("canvass report {} writes the report.", shown));
  }
  return Exit::done;
}

} // namespace

const Command status = {
    .name = "status",
    .group = Group::keep,
    .summary = "who has answered so far, what is held, and what comes next",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
