#include "cli/sent.hpp"

#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "engine/core/text.hpp"
#include "engine/exchange/import/sent.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <map>

namespace canvass::cli {

namespace {

long long signed_count(std::size_t count) {
  return static_cast<long long>(count);
}

/// Serials that have answered, by wave index.
std::vector<std::vector<std::string>> answered_serials(const Arguments& arguments, const LoadedStudy& study) {
  std::vector<std::vector<std::string>> answered(study.study.waves.size());
  if (!std::filesystem::exists(store_path(arguments, study))) {
    return answered;
  }
  for (const Response& response : open_store(arguments, study, store::Open::read_only)->responses(study)) {
    answered[study.study.wave(response.frame.wave)].push_back(response.frame.person);
  }
  return answered;
}

/// A list that lacks somebody who answered cannot be the list of those who were asked.
void refuse_too_few(const Dispatch& sent, const std::vector<std::string>& answered, const Study& study) {
  const std::string& wave = study.waves[sent.wave].id;
  if (sent.serial.size() < answered.size()) {
    throw InputError({sent.file, 0, 0},
                     fmt::format("the list says that {} sent in wave {}, but {} back; the list must hold everybody who was asked",
                                 counted(signed_count(sent.serial.size()), "questionnaire was", "questionnaires were"), wave,
                                 counted(signed_count(answered.size()), "answer sheet came", "answer sheets came")));
  }
  std::vector<std::string> strangers;
  for (const std::string& serial : answered) {
    if (sent.find(serial) == Dispatch::npos) {
      strangers.push_back(serial);
    }
  }
  if (!strangers.empty()) {
    const std::size_t count = strangers.size();
    constexpr std::size_t shown = 5;
    strangers.resize(std::min(count, shown));
    throw InputError({sent.file, 0, 0},
                     fmt::format("{} of wave {} with serials that the list does not have ({}{}); add them to the list, or withdraw these "
                                 "answers",
                                 counted(signed_count(count), "answer sheet is there", "answer sheets are there"), wave,
                                 join(strangers, ", "), count > shown ? ", ..." : ""));
  }
}

void print_counts(const Dispatch& sent, const Study& study, Console& console) {
  console.data(fmt::format("wave {}: sent {}\n", study.waves[sent.wave].id, sent.serial.size()));
  if (!study.survey || study.survey->areas.empty() || study.frame.area.empty()) {
    return;
  }
  const AreaTree& tree = study.survey->areas;
  const std::size_t narrowest = tree.levels.size() - 1;
  std::vector<char> reached(tree.areas.size(), 0);
  for (const std::int32_t area : sent.area) {
    if (area >= 0) {
      reached[static_cast<std::size_t>(area)] = 1;
    }
  }
  std::vector<std::string> missed;
  std::size_t areas = 0;
  for (std::size_t i = 0; i < tree.areas.size(); ++i) {
    if (tree.areas[i].level == narrowest) {
      ++areas;
      if (reached[i] == 0) {
        missed.push_back(tree.areas[i].label);
      }
    }
  }
  if (!missed.empty() && missed.size() < areas) { // a list by wider areas misses all narrow ones, and that is no news
    const std::size_t count = missed.size();
    missed.resize(std::min<std::size_t>(count, 5));
    console.problem({Severity::warning,
                     {sent.file, 0, 0},
                     fmt::format("nothing went to {} of {} {}s: {}{}", count, areas, tree.levels[narrowest], join(missed, ", "),
                                 count > missed.size() ? ", ..." : "")});
  }
}

} // namespace

Exit take_sent(const Arguments& arguments, const LoadedStudy& study, std::string bytes, const std::string& file,
               const std::optional<exchange::Mapping>& map, Console& console) {
  const Study& plan = study.study;
  if (!plan.survey || plan.survey->sent_pattern.empty()) {
    throw InputError(plan.frame.at.line > 0 ? plan.frame.at : plan.at,
                     "the study does not say how dispatch lists are named; add `sent: \"sent-{wave}.csv\"` to the frame");
  }
  const auto lists = exchange::import_sent(std::move(bytes), file, map ? &*map : nullptr, plan, arguments.value_or("wave", ""));
  const auto answered = answered_serials(arguments, study);
  std::vector<const Dispatch*> to_write;
  for (const Dispatch& sent : lists) {
    refuse_too_few(sent, answered[sent.wave], plan);
    const Dispatch& before = plan.survey->sent[sent.wave];
    const SentDifference difference = compare_sent(before, sent);
    print_counts(sent, plan, console);
    const std::string path = sent_path(plan, sent.wave);
    if (!before.empty() && !difference.any()) {
      console.say(fmt::format("{} holds the same list; nothing changes.", path));
      continue;
    }
    if (!before.empty() && !arguments.has("update")) {
      throw InputError({file, 0, 0}, fmt::format("{} holds another list of wave {}: this one has {} more, lacks {} and moves {} to another "
                                                 "area or stratum; --update puts it in its place",
                                                 path, plan.waves[sent.wave].id, difference.added, difference.gone, difference.changed));
    }
    to_write.push_back(&sent);
  }
  const std::string shown = shell_word(arguments.operand("STUDY"));
  if (arguments.has("check")) {
    console.say("Nothing was written: this was a check.");
    console.next("the same line without --check writes it.");
    return Exit::done;
  }
  for (const Dispatch* sent : to_write) {
    const std::string path = sent_path(plan, sent->wave);
    write_file(path, sent_csv(*sent, plan));
    console.say(fmt::format("Wrote {}: {}, area and stratum only; names and addresses stay out of the study.", path,
                            counted(signed_count(sent->serial.size()), "serial", "serials")));
  }
  console.next(fmt::format("canvass status {0} shows sent and returned; canvass import {0} FILE takes in answers.", shown));
  return Exit::done;
}

} // namespace canvass::cli
