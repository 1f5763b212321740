// The verdict beside a judged row: the same table, with the alternate in the place of its main row.

#include "tests/support/catch.hpp"
#include "tests/support/study_files.hpp"

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/judge.hpp"
#include "engine/analysis/run.hpp"

#include <cmath>

using namespace canvass;
using namespace canvass::analysis;

namespace {

constexpr const char* instrument = R"(canvass: 1
instrument: mood
version: 1.0.0
title: {en: "Mood"}
languages: [en]
modes: [web]
choices:
  a5:
    - {code: 1, name: a1, label: {en: "Not at all"}}
    - {code: 2, name: a2, label: {en: "A little"}}
    - {code: 3, name: a3, label: {en: "Somewhat"}}
    - {code: 4, name: a4, label: {en: "Quite"}}
    - {code: 5, name: a5, label: {en: "Very"}}
pages:
  - id: p
    items:
      - {id: m1, type: select_one a5, label: {en: "I feel calm"}}
      - {id: m2, type: select_one a5, label: {en: "I feel awake"}}
      - {id: m3, type: select_one a5, label: {en: "I feel content"}}
scales:
  mood: {label: {en: "Mood"}, items: [m1, m2, m3], score: mean, min_answered: 3, desired_direction: up}
)";

constexpr const char* study_text = R"(canvass: 1
study: mood
title: {en: "Mood"}
instrument: mood@1.0.0
frame: {person: person, people: people.csv}
waves:
  - {id: T1, label: {en: "Before"}, date: 2026-02-01}
  - {id: T2, label: {en: "After"}, date: 2026-03-01}
  - {id: T3, label: {en: "Later"}, date: 2026-05-01}
arms:
  trained: {label: {en: "Trained"}}
  control: {label: {en: "Not trained"}, is_control: true}
assignment: {kind: randomised, group: course}
plan:
  permutations: 999
  families:
    items: {items_of: mood, adjust: westfall_young}
  analyses:
    - {id: main, procedure: cohort_change, outcome: mood, contrasts: [T2-T1], primary: T2-T1, smallest_change_that_matters: 0.2}
    - {id: items, procedure: item_change, family: items, contrast: T2-T1}
)";

/// 24 people, 12 trained in four courses of three; whole courses change together, and two people of the control missed T2.
struct Mood {
  testing::StudyFiles files;
  LoadedStudy study;
  std::vector<Response> responses;

  Mood() {
    std::string people = "person,arm,course\n";
    for (int i = 0; i < 24; ++i) {
      people += "P" + std::to_string(i) + (i < 12 ? ",trained,C" + std::to_string(i / 3) : ",control,") + "\n";
    }
    files.write("mood.yaml", instrument).write("study.yaml", study_text).write("people.csv", people);
    study = files.load();
    for (int i = 0; i < 24; ++i) {
      for (int wave = 0; wave < 3; ++wave) {
        if (wave > 0 && (i == 22 || i == 23)) {
          continue;
        }
        Response response;
        response.frame.person = "P" + std::to_string(i);
        response.frame.wave = "T" + std::to_string(wave + 1);
        response.frame.arm = i < 12 ? "trained" : "control";
        response.id = response.frame.person + "/" + response.frame.wave;
        response.instrument = "mood@1.0.0";
        for (int item = 0; item < 3; ++item) {
          Cell cell;
          cell.number = 2 + (i * 7 + item * 3 + wave * (i % 4)) % 3 + (wave > 0 && i < 12 && i / 3 != item ? 1 : 0);
          response.cells.push_back(cell);
        }
        responses.push_back(response);
      }
    }
  }

  [[nodiscard]] Analysed analysed() const {
    Options options;
    options.release = Release::internal;
    return analyse({study, responses, {}, 0, 0, false}, options);
  }
};

report::Estimate main_row(double estimate, double std_error, double df) {
  report::Estimate row;
  row.id = "main/T2-T1";
  row.analysis = "main";
  row.procedure = "cohort_change";
  row.outcome = "mood";
  row.quantity = "difference_in_differences";
  row.family = "primary";
  row.at = {{"wave", "T2"}, {"from", "T1"}, {"arm", "trained"}};
  row.estimate = estimate;
  row.std_error = std_error;
  row.df = df;
  row.conf_low = estimate - 2 * std_error;
  row.conf_high = estimate + 2 * std_error;
  row.n = row.n_versus = 40;
  row.p_value = row.p_adjusted = 0.8;
  return row;
}

} // namespace

TEST_CASE("an alternate of a row that is practically unchanged is judged by its own equivalence test", "[analysis][judge]") {
  const Mood mood;
  report::Estimates rows = {main_row(0.01, 0.05, 80)};
  report::Estimate equivalence = rows[0];
  equivalence.id = "main/T2-T1/equivalence";
  equivalence.quantity = "equivalence";
  equivalence.p_value = equivalence.p_adjusted = 0.0002;
  report::Estimate late = rows[0];
  late.id = "main/T2-T1/without_late";
  late.family.clear();
  late.flags = {"alternate"};
  report::Estimate wide = late;
  wide.id = "main/T2-T1/icc_10";
  wide.std_error = 0.5;
  rows.insert(rows.end(), {equivalence, late, wide});
  judge(rows, mood.study);
  CHECK(rows[0].verdict == "practically unchanged");
  CHECK(rows[2].verdict == "practically unchanged");
  CHECK(rows[3].verdict == "inconclusive");
}

TEST_CASE("an alternate takes the place of its main row in the Holm family", "[analysis][judge]") {
  const Mood mood;
  report::Estimates rows;
  for (int i = 0; i < 5; ++i) { // p .8 five times: Holm caps at 1, and the ratio 1 / .8 says nothing about a p of .02
    report::Estimate row = main_row(0.3, 0.05, 80);
    row.id = "other" + std::to_string(i) + "/T2-T1";
    row.analysis = "other" + std::to_string(i);
    row.family = "other contrasts";
    row.p_adjusted = 1;
    rows.push_back(row);
  }
  report::Estimate late = rows[0];
  late.id = "other0/T2-T1/without_late";
  late.family.clear();
  late.flags = {"alternate"};
  late.p_value = 0.02; // times five: .1
  rows.push_back(late);
  judge(rows, mood.study);
  CHECK(rows.back().verdict == "inconclusive");
  rows.back().p_value = 0.009;
  judge(rows, mood.study);
  CHECK(rows.back().verdict == "improved");
}

TEST_CASE("where course groups are recorded, items are tested over groups and their number is not calibrated", "[analysis][items]") {
  const Mood mood;
  const Analysed analysed = mood.analysed();
  const report::Estimate* item = report::find(analysed.rows, "items/T2-T1/m1");
  REQUIRE(item != nullptr);
  CHECK(item->method.find("CR2") != std::string::npos);
  CHECK(item->adjustment == "holm");
  CHECK(item->effective_n == 4);
  CHECK(item->df < 12); // four courses and ten controls, never the 20 of people one by one
  const report::Estimate* count = report::find(analysed.rows, "items/T2-T1/k_of_m");
  REQUIRE(count != nullptr);
  CHECK(std::isfinite(count->estimate));
  CHECK(std::isnan(count->p_value));
  CHECK(report::find(analysed.rows, "items/T2-T1/k_of_m_within/control") == nullptr);
  const report::Estimate* equivalence = report::find(analysed.rows, "main/T2-T1/equivalence");
  REQUIRE(equivalence != nullptr);
  CHECK(equivalence->method.find("CR2") != std::string::npos);
}

TEST_CASE("people who left count as missing in an item's change too", "[analysis][items]") {
  const Mood mood;
  const Analysed analysed = mood.analysed();
  CHECK(report::find(analysed.rows, "items/T2-T1/m1")->n_missing == 2);
  CHECK(report::find(analysed.rows, "main/T2-T1")->n_missing == 2);
}

TEST_CASE("dip and recovery is tested only where the plan asks for both steps", "[analysis][cohort_change]") {
  const Mood mood;
  CHECK(report::find(mood.analysed().rows, "main/dip_and_recovery") == nullptr);
}
