#include "engine/core/escape.hpp"
#include "engine/core/text.hpp"
#include "engine/responses/response.hpp"
#include "engine/responses/sheet.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace canvass {

struct Validator::Tables {
  const LoadedStudy* study = nullptr;
  std::vector<std::shared_ptr<const responses::Sheet>> sheet_of_wave;
  std::vector<std::string> wave_ids;
  std::vector<std::string> arm_ids;
};

namespace {

/// Longer ids are a mapping mistake: a column of comments taken for the person.
constexpr std::size_t longest_id = 200;

/// Nobody stands for more people than this, and squares of weights must not overflow.
constexpr double largest_weight = 1e12;

/// Why a text cannot stand in the frame; empty if it can. Twins that look alike on paper must not become two people.
std::string fault_of(std::string_view text) {
  if (first_invalid_utf8(text)) {
    return "is no UTF-8 text";
  }
  if (has_control_character(text)) {
    return "has a line break or another control character in it";
  }
  if (trim(text).size() != text.size()) {
    return "starts or ends with a blank";
  }
  if (text.size() > longest_id) {
    return fmt::format("is longer than {} bytes", longest_id);
  }
  return {};
}

/// Up to three known ids within two slips of the finger.
std::string nearest_people(const People& people, std::string_view wanted) {
  std::vector<std::pair<std::size_t, std::string>> near;
  const std::string lower = to_lower(wanted);
  for (const Person& person : people.people) {
    const std::size_t distance = edit_distance(lower, to_lower(person.id), 2);
    if (distance <= 2) {
      near.emplace_back(distance, person.id);
    }
  }
  std::sort(near.begin(), near.end());
  near.resize(std::min<std::size_t>(near.size(), 3));
  std::vector<std::string> ids;
  for (auto& row : near) {
    ids.push_back(std::move(row.second));
  }
  return ids.empty() ? std::string() : fmt::format("; the nearest known are {}", join(ids, ", "));
}

void check_person(const LoadedStudy& loaded, const FrameValues& frame, std::vector<std::string>& reasons) {
  if (frame.person.empty()) {
    reasons.push_back(fmt::format("nobody is named: \"{}\" is empty; every row needs the person's id", loaded.study.frame.person));
    return;
  }
  if (std::string fault = fault_of(frame.person); !fault.empty()) {
    reasons.push_back(fmt::format("the person's id {}; mend it in the file", fault));
    return;
  }
  if (!loaded.people.people.empty() && loaded.people.find(frame.person) == nullptr) {
    reasons.push_back(fmt::format("\"{}\" is not in {}{}; mend the id, or add the person there", frame.person, loaded.people.file,
                                  nearest_people(loaded.people, frame.person)));
  }
}

/// The arm that holds: the file's, else the people file's; they must not contradict each other.
std::string arm_of(const LoadedStudy& loaded, const FrameValues& frame, const std::vector<std::string>& arm_ids,
                   std::vector<std::string>& reasons) {
  const Study& study = loaded.study;
  if (study.arms.empty()) {
    if (!frame.arm.empty()) {
      reasons.push_back(
          fmt::format("an arm is given (\"{}\") but the study has no arms; leave the column out of the map, or add `arms` to the study",
                      first_characters(frame.arm, 40)));
    }
    return {};
  }
  const Person* person = loaded.people.find(frame.person);
  const std::string listed = person == nullptr ? std::string() : person->arm;
  if (frame.arm.empty()) {
    // Of somebody who is not listed that alone is said: the arm will come with the name.
    if (listed.empty() && (person != nullptr || loaded.people.people.empty())) {
      reasons.push_back(fmt::format("no arm is given for \"{}\", neither in the row nor in the people file; it is one of {}", frame.person,
                                    either_of(arm_ids)));
    }
    return listed;
  }
  if (study.arm(frame.arm) == Study::npos) {
    reasons.push_back(fmt::format("the study has no arm \"{}\"; it is one of {}{}", first_characters(frame.arm, 40), either_of(arm_ids),
                                  did_you_mean(frame.arm, arm_ids)));
    return {};
  }
  if (!listed.empty() && listed != frame.arm) {
    reasons.push_back(fmt::format("the row says that \"{}\" is in arm {}, {} (line {}) says {}; mend the one that is wrong", frame.person,
                                  frame.arm, loaded.people.file, person->at.line, listed));
  }
  return frame.arm;
}

/// Somebody whom nobody asked has no place in a sample: the denominator would not hold him.
void check_serial(const Study& study, const FrameValues& frame, std::size_t wave, std::vector<std::string>& reasons) {
  if (!study.survey || wave >= study.survey->sent.size() || frame.person.empty()) {
    return;
  }
  const Dispatch& sent = study.survey->sent[wave];
  if (sent.empty() || sent.find(frame.person) != Dispatch::npos) {
    return;
  }
  const std::string near = sent.nearest(frame.person);
  reasons.push_back(fmt::format("nothing was sent to \"{}\" in wave {} ({}){}; mend the serial, or add it to the list",
                                first_characters(frame.person, 40), study.waves[wave].id, sent.file,
                                near.empty() ? std::string() : fmt::format("; the nearest serial is {}", near)));
}

/// Areas that may have been meant: those written much alike or, where they are few, all of the narrowest level.
std::string near_or_all(const AreaTree& tree, const std::string& name) {
  constexpr std::size_t few = 12;
  std::string near = tree.did_you_mean(name);
  std::vector<std::string> all;
  for (const Area& area : tree.areas) {
    if (area.level + 1 == tree.levels.size()) {
      all.push_back(area.label.empty() || area.label == area.code ? area.code : fmt::format("{} ({})", area.code, area.label));
    }
  }
  return near.empty() && !all.empty() && all.size() <= few ? fmt::format("; its {}s are {}", tree.levels.back(), join(all, ", ")) : near;
}

/// An area must be one of the tree, and must not contradict the list of those who were asked.
void check_area(const Study& study, const FrameValues& frame, std::size_t wave, std::vector<std::string>& reasons) {
  if (!study.survey || study.survey->areas.empty() || frame.area.empty()) {
    return;
  }
  const AreaTree& tree = study.survey->areas;
  const std::size_t area = tree.find(frame.area);
  if (area == AreaTree::npos) {
    reasons.push_back(fmt::format("\"{}\" is no area of {}{}; mend it, or add it to the aliases of an area",
                                  first_characters(frame.area, 40), tree.file, near_or_all(tree, frame.area)));
    return;
  }
  const Dispatch* sent = wave < study.survey->sent.size() ? &study.survey->sent[wave] : nullptr;
  const std::size_t at = sent == nullptr ? Dispatch::npos : sent->find(frame.person);
  if (at == Dispatch::npos || sent->area[at] < 0) {
    return;
  }
  const auto listed = static_cast<std::size_t>(sent->area[at]);
  const bool within = tree.at_level(area, tree.areas[listed].level) == listed || tree.at_level(listed, tree.areas[area].level) == area;
  if (!within) {
    reasons.push_back(fmt::format("the row says that \"{}\" is in {}, {} says {}; mend the one that is wrong", frame.person,
                                  tree.areas[area].label, sent->file, tree.areas[listed].label));
  }
}

void check_texts(const FrameValues& frame, std::vector<std::string>& reasons) {
  const std::pair<std::string_view, const std::string*> texts[] = {
      {"area", &frame.area}, {"stratum", &frame.stratum}, {"cluster", &frame.cluster}};
  for (const auto& [name, text] : texts) {
    if (std::string fault = fault_of(*text); !fault.empty()) {
      reasons.push_back(fmt::format("the {} {}; mend it in the file", name, fault));
    }
  }
  if (frame.weight && (!std::isfinite(*frame.weight) || *frame.weight < 0 || *frame.weight > largest_weight)) {
    reasons.push_back(fmt::format("the weight is no number from 0 to 1e12 (found {}); mend it in the file", *frame.weight));
  }
}

bool is_late(const Wave& wave, const FrameValues& frame) {
  return wave.closes && frame.answered_at && date_of(*frame.answered_at) > *wave.closes;
}

} // namespace

Validator::Validator(const LoadedStudy& study) {
  auto tables = std::make_unique<Tables>();
  tables->study = &study;
  std::map<const Instrument*, std::shared_ptr<const responses::Sheet>> sheets;
  for (const auto& instrument : study.instrument_of_wave) {
    auto& sheet = sheets[instrument.get()];
    if (sheet == nullptr) {
      sheet = std::make_shared<responses::Sheet>(instrument);
    }
    tables->sheet_of_wave.push_back(sheet);
  }
  for (const Wave& wave : study.study.waves) {
    tables->wave_ids.push_back(wave.id);
  }
  for (const Arm& arm : study.study.arms) {
    tables->arm_ids.push_back(arm.id);
  }
  tables_ = tables.release();
}

Validator::~Validator() {
  delete tables_;
}

Validated Validator::validate(const RawRecord& record) const {
  const LoadedStudy& loaded = *tables_->study;
  Validated result;
  result.reasons = record.faults;
  Response response;
  response.frame = record.frame;
  check_person(loaded, record.frame, result.reasons);
  response.frame.arm = arm_of(loaded, record.frame, tables_->arm_ids, result.reasons);
  check_texts(record.frame, result.reasons);

  const std::size_t wave = loaded.study.wave(record.frame.wave);
  if (wave == Study::npos) {
    result.reasons.push_back(record.frame.wave.empty()
                                 ? fmt::format("no wave is named; it is one of {}", either_of(tables_->wave_ids))
                                 : fmt::format("the study has no wave \"{}\"; it is one of {}{}", first_characters(record.frame.wave, 40),
                                               either_of(tables_->wave_ids), did_you_mean(record.frame.wave, tables_->wave_ids)));
    return result; // without a wave nobody can say which questions were asked
  }
  check_serial(loaded.study, record.frame, wave, result.reasons);
  check_area(loaded.study, record.frame, wave, result.reasons);
  const responses::Sheet& sheet = *tables_->sheet_of_wave[wave];
  sheet.check(record, response.cells, result.reasons);
  if (result.reasons.empty()) {
    response.id.reserve(record.frame.person.size() + 1 + record.frame.wave.size());
    response.id.append(record.frame.person).append("/").append(record.frame.wave);
    response.instrument = sheet.name();
    response.late = is_late(loaded.study.waves[wave], record.frame);
    result.response = std::move(response);
  }
  return result;
}

} // namespace canvass
