#ifndef CANVASS_TESTS_SUPPORT_PUBLIC_FILES_HPP
#define CANVASS_TESTS_SUPPORT_PUBLIC_FILES_HPP

#include "tests/support/study_files.hpp"

#include <string>

/// A small survey of the public with one of everything that it can bring.
namespace canvass::testing {

inline const char* const public_instrument = R"(canvass: 1
instrument: street
version: 1.0.0
title: {en: "Street"}
languages: [en]
missing:
  dk: {code: -98, label: {en: "Don't know"}}
choices:
  job:
    - {code: 1, label: {en: "Very poor"}}
    - {code: 2, label: {en: "Poor"}}
    - {code: 3, label: {en: "Fair"}}
    - {code: 4, label: {en: "Good"}}
    - {code: 5, label: {en: "Excellent"}}
  sexes:
    - {code: 1, name: male, label: {en: "Male"}}
    - {code: 2, name: female, label: {en: "Female"}}
  bands:
    - {code: 1, label: {en: "16 to 34"}}
    - {code: 2, label: {en: "35 and over"}}
  worries:
    - {code: 1, label: {en: "Noise"}}
    - {code: 2, label: {en: "Litter"}}
pages:
  - id: first
    title: {en: "First"}
    items:
      - {id: local_police, type: select_one job, label: {en: "How good a job do the police do here?"}, missing: [dk]}
      - {id: sex, type: select_one sexes, label: {en: "Are you"}}
      - {id: age_band, type: select_one bands, label: {en: "How old are you?"}}
      - {id: worry, type: select_multiple worries, label: {en: "Which worry you?"}}
      - {id: years, type: integer, label: {en: "How long have you lived here?"}, minimum: 0, maximum: 90}
indicators:
  confident: {label: {en: "Rate the police good or excellent"}, of: local_police, in: [4, 5], desired_direction: up}
)";

inline const char* const public_study = R"(canvass: 1
study: street-survey
title: {en: "Street survey"}
instrument: street@1.0.0
purpose: {find_out: "What people think", from_whom: "Residents", already_known: "Little", feedback: "A page"}
decision: "What to do first?"
frame: {person: serial, area: area, stratum: stratum, sent: "sent-{wave}.csv"}
waves:
  - {id: y2025, label: {en: "2025"}, opens: 2025-06-01, closes: 2025-08-31}
  - {id: y2026, label: {en: "2026"}, opens: 2026-06-01, closes: 2026-08-31}
sample: {kind: probability}
survey:
  people_live_in: {en: "Northshire"}
  areas: {file: areas.csv, levels: [force, division, area]}
  population: {file: population.csv, source: "Mid-year estimates", as_of: 2025-06-30}
  weights: {method: rake, margins: [[area], [sex, age_band]], trim: 5, lowest: 0.2, highest: 5}
  lonely_psu: refuse
  flag_base: 50
series:
  - {id: national, label: {en: "National survey"}, file: series-national.csv, source: "Published tables", as_of: 2026-03-31,
     question: "good-job@1.0.0/local_police", window_quarters: 4, desired_direction: up}
kpis:
  - {code: P1, label: {en: "Confidence"}, indicator: confident, direction: up, target: 42, unit: "%"}
  - {code: P2, label: {en: "National"}, series: national, series_unit: Northshire, target: 50, unit: "%"}
  - {code: P3, label: {en: "Schemes"}, table: schemes, table_row: Alderby, table_column: current, target: 50, unit: count}
tables:
  - {id: schemes, label: {en: "Schemes"}, file: schemes.csv, source: "Returns", as_of: 2026-03-31, key: place, key_is_area: true,
     checks: [{formula: "required = target - current"}, {total: current, claimed: 67}, {ratio: "current / target", printed: percent}]}
plan:
  analyses:
    - {id: confidence, procedure: profile, outcome: confident}
)";

inline const char* const public_areas = R"(code,label,level,parent,aliases
N,Northshire,force,,
E,East,division,N,
W,West,division,N,Western Division
A1,Alderby,area,E,Alderby Town|Old Alderby
A2,Brookwell,area,E,
A3,Carrowmere,area,W,Carrow
A4,West,area,W,
)";

inline std::string public_population() {
  std::string text = "area,sex,age_band,count\n";
  int count = 100;
  for (const char* area : {"A1", "A2", "A3", "A4"}) {
    for (const char* sex : {"1", "female"}) {
      for (const char* band : {"1", "2"}) {
        text += std::string(area) + "," + sex + "," + band + "," + std::to_string(count) + "\n";
        count += 10;
      }
    }
  }
  return text;
}

inline const char* const public_sent = R"(serial,area,stratum,posted
1001,A1,low,2025-06-01
1002,alderby ,high,2025-06-01
1003,Carrow,low,2025-06-02
1004,WEST,low,2025-06-02
1005,A2,high,2025-06-02
)";

/// Everything but the list of 2026, which is not there yet.
inline void write_public_study(StudyFiles& files) {
  files.write("study.yaml", public_study)
      .write("instruments/street.yaml", public_instrument)
      .write("areas.csv", public_areas)
      .write("population.csv", public_population())
      .write("sent-y2025.csv", public_sent)
      .write("series-national.csv",
             "period,unit,value,n,half_width\n2024,Northshire,51.5,,\n2025,Northshire,39,1200,2.8\n2025,Southshire,48.25,,\n")
      .write("schemes.csv", "place,current,target,required,percent\nAlderby,45,50,5,90\nA2,22,30,8,73%\n");
}

} // namespace canvass::testing

#endif
