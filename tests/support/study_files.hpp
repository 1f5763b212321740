#ifndef CANVASS_TESTS_SUPPORT_STUDY_FILES_HPP
#define CANVASS_TESTS_SUPPORT_STUDY_FILES_HPP

#include "engine/study/load.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

/// A study in a folder of its own that goes away with the object.
namespace canvass::testing {

class StudyFiles {
public:
  StudyFiles() {
    static std::atomic<int> number{0};
    folder_ =
        (std::filesystem::temp_directory_path() / ("canvass-test-" + std::to_string(::getpid()) + "-" + std::to_string(++number))).string();
    std::filesystem::create_directories(folder_);
  }
  ~StudyFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  StudyFiles(const StudyFiles&) = delete;
  StudyFiles& operator=(const StudyFiles&) = delete;

  StudyFiles& write(const std::string& name, std::string_view text) {
    const std::filesystem::path path = std::filesystem::path(folder_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out << text;
    if (!out) {
      throw std::runtime_error("cannot write " + path.string());
    }
    return *this;
  }
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] std::string path(const std::string& name) const { return (std::filesystem::path(folder_) / name).string(); }

  [[nodiscard]] LoadedStudy load(Problems& problems) const { return load_study(folder_, {}, problems); }
  /// @throws InputError with all problems
  [[nodiscard]] LoadedStudy load() const { return load_study_or_throw(folder_, {}); }

private:
  std::string folder_;
};

/// Text with the first `from` replaced; throws if it does not occur, so that a test cannot miss its mark in silence.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) {
    throw std::runtime_error("no such text to replace: " + std::string(from));
  }
  return text.replace(at, from.size(), to);
}

/// Problems as the program prints them, without the folder: "study.yaml:3:5: text".
inline std::string printed(const Problems& problems, const StudyFiles& files, bool errors_only = false) {
  std::string out;
  for (const Problem& problem : problems.all()) {
    if (errors_only && problem.severity != Severity::error) {
      continue;
    }
    std::string line = to_string(problem);
    for (std::size_t at = line.find(files.folder() + "/"); at != std::string::npos; at = line.find(files.folder() + "/")) {
      line.erase(at, files.folder().size() + 1);
    }
    out += line + "\n";
  }
  return out;
}

/// An instrument with one of everything: a battery that a scale scores, routing, ticks, ranks, numbers, dates and texts.
inline const char* const small_instrument = R"(canvass: 1
instrument: small
version: 1.0.0
title: {en: "Small"}
languages: [en]
missing:
  dk: {code: -98, label: {en: "Don't know"}}
  pns: {code: -97, label: {en: "Prefer not to say"}}
choices:
  agree:
    - {code: 1, label: {en: "Disagree"}}
    - {code: 2, label: {en: "Neither"}}
    - {code: 3, label: {en: "Agree"}}
    - {code: 4, label: {en: "Agree strongly"}}
    - {code: 5, label: {en: "Agree very strongly"}}
  yesno:
    - {code: 1, label: {en: "Yes"}}
    - {code: 0, label: {en: "No"}}
  worries:
    - {code: 1, label: {en: "Noise"}}
    - {code: 2, label: {en: "Litter"}}
    - {code: 9, exclusive: true, label: {en: "None of these"}}
pages:
  - id: first
    title: {en: "First"}
    items:
      - id: views
        type: battery agree
        label: {en: "How far do you agree?"}
        missing: [dk]
        rows:
          - {id: v1, label: {en: "I am trusted"}}
          - {id: v2, reverse: true, label: {en: "I am ignored"}}
          - {id: v3, label: {en: "I am heard"}}
      - id: contact
        type: select_one yesno
        label: {en: "Any contact?"}
        missing: [dk, pns]
      - id: rating
        type: integer
        label: {en: "How good was it, from 0 to 10?"}
        minimum: 0
        maximum: 10
        relevant: ${contact} = 1
      - id: worry
        type: select_multiple worries
        label: {en: "Which worry you?"}
      - id: why
        type: text
        label: {en: "Why?"}
        relevant: selected(${worry}, 1)
        max_length: 20
      - id: met
        type: date
        label: {en: "When did you meet?"}
      - id: years
        type: decimal
        label: {en: "Years here"}
        constraint: . >= 0 and . <= 60 and . != 13
        constraint_message: {en: "Between 0 and 60 years, not 13"}
scales:
  standing:
    label: {en: "Standing"}
    items: [v1, v2, v3]
    score: mean
    min_answered: 2
    desired_direction: up
indicators:
  contacted: {label: {en: "Had contact"}, of: contact, in: [1]}
  trusted: {label: {en: "Feel trusted"}, of: v1, in: [4, 5], base: asked}
  well_rated: {label: {en: "Contact, rated 8 or more"}, formula: "${contact} = 1 and ${rating} >= 8"}
)";

/// A study on it: three waves, two arms, people listed, a plan.
inline const char* const small_study = R"(canvass: 1
study: small-study
title: {en: "A small study"}
instrument: small@1.0.0
purpose: {find_out: "Whether it works", from_whom: "Officers", already_known: "Little", feedback: "A meeting"}
decision: "Go on?"
frame: {person: participant, people: people.csv}
waves:
  - {id: T1, label: {en: "Before"}, date: 2026-02-22}
  - {id: T2, label: {en: "After"}, date: 2026-03-22}
  - {id: T3, label: {en: "Later"}, opens: 2026-06-01, closes: 2026-06-30}
arms:
  treatment: {label: {en: "Trained"}}
  control: {label: {en: "Not trained"}, is_control: true}
assignment: {kind: matched, why_not_random: "Teams could not be split", matched_set: set, group: course, area: area}
events: [{date: 2026-05-01, what: "A policy was withdrawn"}]
match_people: {by: id}
sample: {kind: census}
plan:
  significance_level: 0.05
  conventions: 1
  seed: 20260222
  families:
    standing: {items_of: standing, adjust: westfall_young}
  analyses:
    - {id: primary, procedure: cohort_change, outcome: standing, contrasts: [T2-T1, T3-T1, T3-T2], primary: T3-T1,
       smallest_change_that_matters: 0.2, expect: {T2-T1: down, T3-T1: up}, because: "Training takes time"}
    - {id: items, procedure: item_change, family: standing, contrast: T3-T1}
report: {template: cohort_evaluation}
)";

/// 24 people, 12 an arm, six matched pairs an area, four courses.
inline std::string small_people() {
  std::string text = "participant,arm,set,course,area\n";
  for (int i = 1; i <= 24; ++i) {
    const std::string number = (i < 10 ? "0" : "") + std::to_string(i);
    const bool treated = i <= 12;
    const int set = (i - 1) % 12 + 1;
    text += "P" + number + (treated ? ",treatment,S" : ",control,S") + std::to_string(set) + "," +
            (treated ? "C" + std::to_string((i - 1) / 3 + 1) : "") + "," + (set <= 6 ? "East" : "West") + "\n";
  }
  return text;
}

/// Instrument, people and the study as given.
inline void write_small_study(StudyFiles& files, std::string_view study = small_study) {
  files.write("study.yaml", study).write("instruments/small.yaml", small_instrument).write("people.csv", small_people());
}

} // namespace canvass::testing

#endif
