#ifndef CANVASS_TESTS_ANALYSIS_PUBLIC_ANSWERS_HPP
#define CANVASS_TESTS_ANALYSIS_PUBLIC_ANSWERS_HPP

#include "tests/support/public_files.hpp"

#include "engine/responses/response.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// A survey of 2 x 480 questionnaires in four areas, answered by a rule that R can follow too (tests/reference/public_answers.R).
namespace canvass::testing {

/// The i-th questionnaire of a year: area i mod 4, which is its stratum, too.
inline std::string public_serial(int year, int i) {
  return std::to_string(year) + "-" + std::to_string(1000 + i);
}
inline constexpr int public_sent_count = 480;

inline bool public_returned(int year, int i) {
  return (i * 7 + i / 9 + year) % 11 < 3 + i % 4;
}
inline int public_sex(int i) {
  return 1 + i / 4 % 5 % 2;
}
inline int public_band(int i) {
  return i / 3 % 5 == 0 ? 1 : 2;
}
/// 1 to 5, or -98.
inline int public_job(int year, int i) {
  const int drawn = (i * 13 + i / 7 * 3 + year % 3 + i % 4) % 17;
  return drawn == 16 ? -98 : 1 + drawn % 5;
}

inline PlannedAnalysis planned(const std::string& id, const std::string& procedure, const std::string& outcome,
                               std::map<std::string, std::string> options) {
  PlannedAnalysis analysis;
  analysis.id = id;
  analysis.procedure = procedure;
  analysis.outcome = outcome;
  analysis.options = std::move(options);
  return analysis;
}

inline void write_public_survey(StudyFiles& files, int count = public_sent_count) {
  write_public_study(files);
  std::string study = replaced(public_study, "trim: 5, lowest: 0.2, highest: 5}", "trim: 5}");
  study = replaced(study, "    - {id: confidence, procedure: profile, outcome: confident}\n",
                   "    - {id: confidence, procedure: trend, outcome: confident}\nreport: {template: annual_survey}\n"
                   "disclosure: {min_base: 30, min_base_extreme: 30}\n");
  files.write("study.yaml", study);
  for (const int year : {2025, 2026}) {
    std::string sent = "serial,area,stratum\n";
    for (int i = 0; i < count; ++i) {
      const std::string area = "A" + std::to_string(1 + i % 4);
      sent += public_serial(year, i) + "," + area + "," + area + "\n";
    }
    files.write("sent-y" + std::to_string(year) + ".csv", sent);
  }
}

/// Puts a code as the answer to a variable.
using SetAnswer = std::function<void(const char* variable, int value)>;
/// `more` answers further questions of the i-th questionnaire of a year.
inline std::vector<Response> public_answers(const LoadedStudy& study, int count = public_sent_count,
                                            const std::function<void(int year, int i, const SetAnswer& set)>& more = {}) {
  std::vector<Response> responses;
  const Instrument& instrument = study.instrument();
  const Validator validator(study);
  for (const int year : {2025, 2026}) {
    for (int i = 0; i < count; ++i) {
      if (!public_returned(year, i)) {
        continue;
      }
      RawRecord record;
      record.frame.person = public_serial(year, i);
      record.frame.wave = "y" + std::to_string(year);
      record.answers.resize(instrument.variables.size());
      const auto set = [&](const char* variable, int value) { record.answers[instrument.variable(variable)] = std::to_string(value); };
      set("local_police", public_job(year, i));
      set("sex", public_sex(i));
      set("age_band", public_band(i));
      set("years", i % 40);
      set("worry_1", i % 3 == 0 ? 1 : 0);
      set("worry_2", i % 3 == 0 && i % 4 != 1 ? 0 : 1);
      if (more) {
        more(year, i, set);
      }
      Validated validated = validator.validate(record);
      if (!validated.response) {
        throw std::runtime_error(validated.reasons.front());
      }
      responses.push_back(std::move(*validated.response));
    }
  }
  return responses;
}

} // namespace canvass::testing

#endif
