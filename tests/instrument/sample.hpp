#ifndef CANVASS_TESTS_INSTRUMENT_SAMPLE_HPP
#define CANVASS_TESTS_INSTRUMENT_SAMPLE_HPP

#include "engine/instrument/load.hpp"

#include <map>
#include <string>
#include <vector>

namespace canvass::sample {

/// Lines 1 to 20 of a small instrument; pages follow from line 21.
inline const std::string head = R"(canvass: 1
instrument: sample
version: 1.0.0
title: {en: "Sample"}
languages: [en]
missing:
  dk: {code: -98, label: {en: "Don't know"}}
  pns: {code: -97, label: {en: "Prefer not to say"}}
choices:
  yesno:
    - {code: 1, name: "yes", label: {en: "Yes"}}
    - {code: 0, name: "no", label: {en: "No"}}
  agree3:
    - {code: 1, name: disagree, label: {en: "Disagree"}}
    - {code: 2, name: neither, label: {en: "Neither agree nor disagree"}}
    - {code: 3, name: agree, label: {en: "Agree"}}
  spots:
    - {code: 1, name: park, label: {en: "The park"}}
    - {code: 2, name: street, label: {en: "The street"}}
    - {code: 9, name: none, exclusive: true, label: {en: "None of these"}}
)";

struct Loaded {
  Instrument instrument;
  Problems problems;

  /// Every problem as a person reads it, without the file's name.
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const Problem& problem : problems.all()) {
      const std::string text = to_string(problem);
      all.push_back(text.substr(0, 9) == "file.yaml" ? text.substr(10) : text);
    }
    return all;
  }
  /// The only problem; all of them, one a line, if there are more or none.
  [[nodiscard]] std::string only() const {
    std::string all;
    for (const std::string& text : texts()) {
      all += (all.empty() ? "" : "\n") + text;
    }
    return all.empty() ? "no problem" : all;
  }
};

inline Loaded load(const std::string& text) {
  Loaded made;
  made.instrument = load_instrument(text, "file.yaml", made.problems);
  return made;
}

/// The head and, from line 21, `pages:`, one page `p` and then `items` (its first line is line 24).
inline std::string with_items(const std::string& items, const std::string& after = "") {
  return head + "pages:\n  - id: p\n    items:\n" + items + after;
}

/// Answers by id: a number, or a missing code (a number in -99..-90).
inline AnswerLookup answers_of(std::map<std::string, double, std::less<>> answers) {
  return [answers = std::move(answers)](std::string_view id) {
    ExpressionValue value;
    const auto found = answers.find(id);
    if (found == answers.end()) {
      return value;
    }
    if (is_missing_code(static_cast<int>(found->second))) {
      value.missing = static_cast<int>(found->second);
      return value;
    }
    value.kind = ExpressionValue::Kind::number;
    value.number = found->second;
    return value;
  };
}

} // namespace canvass::sample

#endif
