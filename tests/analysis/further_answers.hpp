#ifndef CANVASS_TESTS_ANALYSIS_FURTHER_ANSWERS_HPP
#define CANVASS_TESTS_ANALYSIS_FURTHER_ANSWERS_HPP

#include "tests/analysis/public_answers.hpp"
#include "tests/support/catch.hpp"

#include "engine/analysis/run.hpp"
#include "engine/core/yaml.hpp"

#include <map>
#include <string>
#include <vector>

/// The survey of public_answers.hpp with a second question of the same list and a scale of the two, as tests/reference/further_estimates.R
/// has it.
namespace canvass::testing {

/// 1 to 5, or -98.
inline int public_city(int year, int i) {
  const int drawn = (i * 5 + i / 11 * 2 + year % 7) % 13;
  const int job = public_job(year, i);
  return drawn == 12 ? -98 : i % 3 == 0 && job != -98 ? job : 1 + drawn % 5;
}

/// The survey with further analyses; `sample` and the keys of `survey` as the study declares them.
struct FurtherSurvey {
  explicit FurtherSurvey(std::vector<PlannedAnalysis> analyses, const std::string& sample = "probability", const std::string& survey = "") {
    constexpr int count = public_sent_count;
    write_public_survey(files, count);
    const std::string text = replaced(read_file(files.path("study.yaml")), "{kind: probability}", "{kind: " + sample + "}");
    files.write("study.yaml", replaced(text, "  lonely_psu: refuse\n", "  lonely_psu: refuse\n" + survey));
    files.write(
        "instruments/street.yaml",
        replaced(replaced(public_instrument, "      - {id: sex, type",
                          "      - {id: city_police, type: select_one job, label: {en: \"And in the city?\"}, missing: [dk]}\n"
                          "      - {id: city_turned, type: select_one job, label: {en: \"How poor?\"}, missing: [dk], reverse: true}\n"
                          "      - {id: words, type: text, label: {en: \"Anything else?\"}}\n"
                          "      - {id: sex, type"),
                 "indicators:\n",
                 "scales:\n  policing: {label: {en: \"Policing\"}, items: [local_police, city_police], score: mean, "
                 "min_answered: 2}\nindicators:\n"));
    study = files.load();
    for (PlannedAnalysis& analysis : analyses) {
      study.study.plan.analyses.push_back(std::move(analysis));
    }
    responses = public_answers(study, count, [](int year, int i, const SetAnswer& set) {
      set("city_police", public_city(year, i));
      set("city_turned", public_city(year, i) == -98 ? -98 : 6 - public_city(year, i));
    });
  }

  [[nodiscard]] analysis::Input input() const { return {study, responses, {}, 0, 0, true}; }
  [[nodiscard]] analysis::Analysed analysed(analysis::Release release = analysis::Release::internal) const {
    analysis::Options options;
    options.release = release;
    return analysis::analyse(input(), options);
  }

  StudyFiles files;
  LoadedStudy study;
  std::vector<Response> responses;
};

/// What is refused when a plan with one such analysis is checked; "nothing" where it passes.
inline std::string refused(const std::string& procedure, const std::string& outcome, const std::map<std::string, std::string>& options) {
  const FurtherSurvey survey({planned("one", procedure, outcome, options)});
  Problems problems;
  analysis::check_plan(survey.study, problems);
  return problems.empty() ? "nothing" : problems.all().front().text;
}

inline void says(const std::string& text, const std::string& words) {
  INFO(text);
  CHECK(text.find(words) != std::string::npos);
}

} // namespace canvass::testing

#endif
