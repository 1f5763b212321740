#ifndef CANVASS_BENCH_BIG_SURVEY_HPP
#define CANVASS_BENCH_BIG_SURVEY_HPP

#include "engine/core/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

/// A public survey of one wave, as large as asked for and the same each time: the yardstick of the import.
namespace canvass::bench {

/// Of 100 columns 90 are agreement with "don't know", 8 are numbers from 0 to 10 (4 of them asked of some only), one is a decimal and
/// one a text that few write. `columns` is at least 20.
struct BigSurvey {
  std::size_t rows = 60'000;
  std::size_t columns = 100;
  bool labels = false; ///< agreement is written in words, as survey tools export it, and needs the map
  std::uint64_t seed = 1;
};

inline constexpr std::size_t numbers = 8, routed = 4, others = numbers + 2;
inline constexpr std::array<std::string_view, 5> agreement = {"Strongly disagree", "Tend to disagree", "Neither", "Tend to agree",
                                                              "Strongly agree"};

inline std::string instrument_yaml(const BigSurvey& survey) {
  std::string text = "canvass: 1\ninstrument: big\nversion: 1.0.0\ntitle: {en: \"A big survey\"}\nlanguages: [en]\nmissing:\n"
                     "  dk: {code: -98, label: {en: \"Don't know\"}}\nchoices:\n  agree:\n";
  for (std::size_t code = 1; code <= agreement.size(); ++code) {
    text += fmt::format("    - {{code: {}, label: {{en: \"{}\"}}}}\n", code, agreement[code - 1]);
  }
  text += "pages:\n  - id: only\n    title: {en: \"Only\"}\n    items:\n      - id: views\n        type: battery agree\n"
          "        label: {en: \"How far do you agree?\"}\n        missing: [dk]\n        rows:\n";
  for (std::size_t item = 1; item <= survey.columns - others; ++item) {
    text += fmt::format("          - {{id: v{0}, label: {{en: \"Statement {0}\"}}}}\n", item);
  }
  for (std::size_t number = 1; number <= numbers; ++number) {
    text += fmt::format("      - {{id: n{0}, type: integer, label: {{en: \"Number {0}, from 0 to 10\"}}, minimum: 0, maximum: 10{1}}}\n",
                        number, number <= routed ? ", relevant: \"${v1} >= 4\"" : "");
  }
  text += "      - {id: years, type: decimal, label: {en: \"Years here\"}, minimum: 0, maximum: 99}\n"
          "      - {id: safer, type: text, label: {en: \"What would make you feel safer?\"}, max_length: 200}\n";
  return text;
}

inline std::string study_yaml() {
  return R"(canvass: 1
study: big-survey
title: {en: "A big survey"}
instrument: big@1.0.0
purpose: {find_out: "How long it takes", from_whom: "Nobody", already_known: "Nothing", feedback: "None"}
decision: "None"
frame: {person: participant}
waves:
  - {id: W1, label: {en: "The only wave"}, date: 2026-02-22}
sample: {kind: census}
plan: {significance_level: 0.05, conventions: 1, seed: 1}
report: {template: cohort_evaluation}
)";
}

inline std::string map_yaml(const BigSurvey& survey) {
  std::string text = "canvass: 1\nmap: big\nperson: Respondent\nwave: {fixed: W1}\nmissing: {\"Don't know\": dk}\ncolumns:\n";
  for (std::size_t item = 1; item <= survey.columns - others; ++item) {
    text += fmt::format("  Q{0}: v{0}\n", item);
  }
  for (std::size_t number = 1; number <= numbers; ++number) {
    text += fmt::format("  N{0}: n{0}\n", number);
  }
  return text + "  Years: years\n  Safer: safer\n";
}

inline std::string answers_csv(const BigSurvey& survey) {
  std::string text = survey.labels ? "Respondent" : "participant,wave";
  for (std::size_t item = 1; item <= survey.columns - others; ++item) {
    text += fmt::format(",{}{}", survey.labels ? "Q" : "v", item);
  }
  for (std::size_t number = 1; number <= numbers; ++number) {
    text += fmt::format(",{}{}", survey.labels ? "N" : "n", number);
  }
  text += survey.labels ? ",Years,Safer\n" : ",years,safer\n";
  RandomStream stream(survey.seed, "big survey");
  for (std::size_t row = 0; row < survey.rows; ++row) {
    text += fmt::format("R{:06}{}", row + 1, survey.labels ? "" : ",W1");
    std::uint32_t first = 0;
    for (std::size_t item = 0; item < survey.columns - others; ++item) {
      const std::uint32_t draw = stream.below(100);
      const std::uint32_t code = draw < 2 ? 0 : 1 + (draw * 5) / 100; // 2 in 100 don't know
      first = item == 0 ? code : first;
      text += ',';
      if (code == 0) {
        text += survey.labels ? "Don't know" : "-98";
      } else if (survey.labels) {
        text += agreement[code - 1];
      } else {
        text += static_cast<char>('0' + code);
      }
    }
    for (std::size_t number = 1; number <= numbers; ++number) {
      const std::uint32_t value = stream.below(11);
      text += number <= routed && first < 4 ? std::string(",") : fmt::format(",{}", value);
    }
    text += fmt::format(",{}.{}", stream.below(60), stream.below(10));
    text += stream.below(20) == 0 ? ",\"More officers on foot, and lights in the park\"\n" : ",\n";
  }
  return text;
}

/// A folder with study.yaml, instruments/big.yaml, map.yaml and answers.csv.
inline void write_survey(const std::filesystem::path& folder, const BigSurvey& survey) {
  std::filesystem::create_directories(folder / "instruments");
  const auto write = [&](const std::filesystem::path& name, const std::string& text) {
    std::ofstream out(folder / name, std::ios::binary);
    out << text;
    out.close();
    if (!out) {
      throw std::runtime_error("cannot write " + (folder / name).string());
    }
  };
  write("study.yaml", study_yaml());
  write("instruments/big.yaml", instrument_yaml(survey));
  write("map.yaml", map_yaml(survey));
  write("answers.csv", answers_csv(survey));
}

} // namespace canvass::bench

#endif
