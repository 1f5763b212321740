#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "cli/table.hpp"
#include "engine/core/text.hpp"

#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand};
constexpr Option options[] = {{.name = "internal", .letter = '\0', .value = "", .help = "one line an event, with the ids of people"},
                              store_option};

/// What happened, without saying to whom. `count` events of one kind that follow each other are told as one.
std::string in_words(const std::string& kind, std::size_t count) {
  const auto n = static_cast<long long>(count);
  if (kind == "submission") {
    return counted(n, "answer sheet", "answer sheets") + " taken in";
  }
  if (kind == "correction") {
    return counted(n, "answer", "answers") + " corrected";
  }
  if (kind == "held") {
    return counted(n, "row", "rows") + " held";
  }
  if (kind == "accepted") {
    return counted(n, "held row", "held rows") + " mended and accepted";
  }
  if (kind == "rejected") {
    return counted(n, "held row", "held rows") + " rejected";
  }
  if (kind == "erasure") {
    return counted(n, "person", "people") + " withdrawn, the answers erased";
  }
  return {};
}

/// An event that concerns no person, in the store's own words.
std::string told(const store::Event& event) {
  return event.summary.empty() ? event.kind + " " + event.subject : event.summary;
}

TextTable grouped(const std::vector<store::Event>& events) {
  TextTable table{{{"Event", true}, {"When (UTC)"}, {"What happened"}}, {}};
  for (std::size_t i = 0; i < events.size();) {
    std::size_t end = i + 1;
    const std::string words = in_words(events[i].kind, 1);
    while (!words.empty() && end < events.size() && events[end].kind == events[i].kind) {
      ++end;
    }
    const std::size_t count = end - i;
    const std::string number =
        count == 1 ? std::to_string(events[i].sequence) : fmt::format("{} to {}", events[i].sequence, events[end - 1].sequence);
    table.rows.push_back({number, to_string(events[i].at), words.empty() ? told(events[i]) : in_words(events[i].kind, count)});
    i = end;
  }
  return table;
}

TextTable one_by_one(const std::vector<store::Event>& events) {
  TextTable table{{{"Event", true}, {"When (UTC)"}, {"Kind"}, {"Of"}, {"What happened"}}, {}};
  for (const store::Event& event : events) {
    table.rows.push_back({std::to_string(event.sequence), to_string(event.at), event.kind, event.subject, event.summary});
  }
  return table;
}

Exit run(const Arguments& arguments, Console& console) {
  const LoadedStudy study = load_study(arguments);
  const auto events = open_store(arguments, study, store::Open::read_only)->events();
  const std::size_t width = console.terminal().out_is_terminal ? console.terminal().width : 0;
  console.data(print_table(arguments.has("internal") ? one_by_one(events) : grouped(events), width));
  console.next(fmt::format("canvass verify {} recomputes the chain that binds these events.", shell_word(arguments.operand("STUDY"))));
  return Exit::done;
}

} // namespace

const Command audit = {
    .name = "audit",
    .group = Group::keep,
    .summary = "the log in words: what was done to the answers, and when",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
