#ifndef CANVASS_TESTS_EXCHANGE_FIXTURE_HPP
#define CANVASS_TESTS_EXCHANGE_FIXTURE_HPP

#include "tests/support/own_folder.hpp"

#include "engine/core/error.hpp"
#include "engine/responses/response.hpp"
#include "engine/study/load.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

/// A small made-up study with every item type: three waves, two arms, people.csv with more columns than the analyses need.
namespace canvass::fixture {

inline constexpr std::string_view instrument_text = R"(canvass: 1
instrument: small
version: 1.0.0
title: {en: "A small instrument", cy: "Offeryn bach"}
languages: [en, cy]
modes: [web, paper]
missing:
  dk:  {code: -98, label: {en: "Don't know", cy: "Ddim yn gwybod"}}
  pns: {code: -97, label: {en: "Prefer not to say", cy: "Gwell peidio"}}
choices:
  yesno:
    - {code: 1, name: "yes", label: {en: "Yes", cy: "Ydw"}}
    - {code: 0, name: "no", label: {en: "No", cy: "Nac ydw"}}
  agree:
    - {code: 1, name: sd, label: {en: "Strongly disagree", cy: "Anghytuno'n gryf"}}
    - {code: 2, name: d, label: {en: "Disagree", cy: "Anghytuno"}}
    - {code: 3, name: nn, label: {en: "Neither", cy: "Y naill na'r llall"}}
    - {code: 4, name: a, label: {en: "Agree", cy: "Cytuno"}}
    - {code: 5, name: sa, label: {en: "Strongly agree", cy: "Cytuno'n gryf"}}
  problems:
    - {code: 1, name: asb, label: {en: "Anti-social behaviour", cy: "Ymddygiad"}}
    - {code: 2, name: burglary, label: {en: "Burglary", cy: "Bwrgleriaeth"}}
    - {code: 9, name: none, exclusive: true, label: {en: "None of these", cy: "Dim un"}}
pages:
  - id: main
    title: {en: "Main", cy: "Prif"}
    items:
      - {id: contact, type: select_one yesno, label: {en: "Have you contacted the police?", cy: "A ydych wedi cysylltu?"}, missing: [dk, pns]}
      - {id: contact_sat, type: integer, label: {en: "How satisfied were you, from 0 to 10?", cy: "Pa mor fodlon?"}, minimum: 0, maximum: 10, missing: [dk], relevant: "${contact} = 1"}
      - id: trust
        type: battery agree
        label: {en: "How much do you agree or disagree?", cy: "I ba raddau?"}
        missing: [dk]
        rows:
          - {id: trust_1, label: {en: "The police treat people with respect", cy: "Parch"}}
          - {id: trust_2, reverse: true, label: {en: "The police do not listen to people like me", cy: "Gwrando"}}
          - {id: at_ease, label: {en: "I feel at ease here", cy: "Cartrefol"}}
      - {id: local, type: select_multiple problems, label: {en: "Which of these are a problem here?", cy: "Pa rai?"}, missing: [dk]}
      - {id: order, type: rank problems, label: {en: "Put these in order", cy: "Trefn"}}
      - {id: hours, type: decimal, label: {en: "Hours a week on patrol", cy: "Oriau"}, minimum: 0, maximum: 999}
      - {id: safer, type: text, label: {en: "What would make you feel safer?", cy: "Beth?"}, max_length: 200}
      - {id: met_on, type: date, label: {en: "When did you last meet an officer?", cy: "Pryd?"}}
      - {id: met_at, type: time, label: {en: "At what time?", cy: "Pa amser?"}}
scales:
  trust_score: {label: {en: "Trust", cy: "Ymddiriedaeth"}, items: [trust_1, trust_2, at_ease], score: mean, min_answered: 2}
)";

inline constexpr std::string_view study_text = R"(canvass: 1
study: small-study
title: {en: "A small study"}
instrument: small@1.0.0
purpose: {find_out: "x", from_whom: "x", already_known: "x", feedback: "x"}
decision: "Go on?"
frame: {person: participant, arm: arm, area: area, people: people.csv}
waves:
  - {id: T1, label: {en: "Before"}, date: 2026-02-01}
  - {id: T2, label: {en: "After"}, date: 2026-03-01}
  - {id: T3, label: {en: "Later"}, date: 2026-06-01}
arms:
  treatment: {label: {en: "Trained"}}
  control: {label: {en: "Not trained"}, is_control: true}
assignment: {kind: matched, unit: person, why_not_random: "x", group: course}
plan:
  significance_level: 0.05
  seed: 1
  analyses:
    - {id: primary, procedure: cohort_change, outcome: trust_score, contrasts: [T2-T1, T3-T1], primary: T3-T1, smallest_change_that_matters: 0.2, because: "x"}
report: {template: cohort_evaluation}
)";

inline constexpr std::string_view people_text = "participant,arm,course,name,sex\n"
                                                "p1,treatment,A,Somebody One,f\n"
                                                "p2,treatment,A,Somebody Two,m\n"
                                                "p3,control,B,Somebody Three,f\n"
                                                "p4,control,B,Somebody Four,m\n";

inline void write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// A folder of its own for each name; made anew.
inline std::filesystem::path folder(const std::string& name) {
  return testing::own_folder(name);
}

inline LoadedStudy small_study(const std::string& name) {
  const std::filesystem::path path = folder(name);
  write(path / "instruments" / "small.yaml", instrument_text);
  write(path / "study.yaml", study_text);
  write(path / "people.csv", people_text);
  return load_study_or_throw(path.string(), {});
}

} // namespace canvass::fixture

#endif
