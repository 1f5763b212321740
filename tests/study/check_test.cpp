#include "tests/support/catch.hpp"
#include "tests/support/study_files.hpp"

#include "engine/study/check.hpp"

using namespace canvass;
using namespace canvass::testing;

namespace {

/// All that is said of a study that loads without errors.
std::string said_of(const std::string& study, const std::string& people = small_people()) {
  StudyFiles files;
  write_small_study(files, study);
  files.write("people.csv", people);
  Problems problems;
  static_cast<void>(files.load(problems));
  REQUIRE_FALSE(problems.has_errors());
  return printed(problems, files);
}

std::string said_with(std::string_view from, std::string_view to) {
  return said_of(replaced(small_study, from, to));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a well-made study is passed without a word", "[study][check]") {
  CHECK(said_of(small_study).empty());
}

TEST_CASE("a wave without a day, or with an interval typed into its label, is warned of", "[study][check]") {
  CHECK(has(said_with("label: {en: \"After\"}, date: 2026-03-22", "label: {en: \"After\"}"),
            "study.yaml:10:5: warning: wave T2 has no date"));
  const std::string typed = said_with("label: {en: \"Later\"}", "label: {en: \"After 9 months\"}");
  CHECK(has(typed, "the label of wave T3 types an interval (\"9 months\") (the dates say 14 weeks after T1)"));
  CHECK(has(said_with("label: {en: \"Later\"}", "label: {en: \"Four-month follow-up\"}"), "types an interval (\"Four-month\")"));
  CHECK_FALSE(has(said_with("label: {en: \"Later\"}", "label: {en: \"On the last day of the year\"}"), "types an interval"));
}

TEST_CASE("days that make a change hard to read are named", "[study][check]") {
  CHECK(has(said_with("date: 2026-03-22", "date: 2026-02-22"), "note: waves T1 and T2 are on the same day"));
  CHECK(has(said_with("date: 2026-03-22", "opens: 2026-03-22, closes: 2026-06-10"),
            "wave T3 opens (2026-06-01) before wave T2 closes (2026-06-10)"));
  CHECK(has(said_with("date: 2026-05-01", "date: 2027-05-01"), "lies outside the study (2026-02-22 to 2026-06-30)"));
}

TEST_CASE("a plan that leaves its verdict open is warned of", "[study][check]") {
  CHECK(has(said_with("smallest_change_that_matters: 0.2, ", ""), "does not say the `smallest_change_that_matters`"));
  CHECK(has(said_with(", because: \"Training takes time\"", ""), "states an expectation without its reason"));
  CHECK(has(said_with("contrast: T3-T1}", "contrast: T3-T1, expect: same, because: x}"), "the analysis items expects no change"));
  CHECK(has(said_with(" primary: T3-T1,\n", "\n"), "has 3 contrasts and none is `primary`"));
  CHECK(has(said_with(" primary: T3-T1,\n", "\n"), "no analysis has a `primary` contrast"));
  CHECK(has(said_with("matters: 0.2", "matters: 4"), "as wide as the scale standing itself (4 points)"));
  CHECK(has(said_with("    - {id: items, procedure: item_change, family: standing, contrast: T3-T1}\n", ""),
            "the family standing is tested by no analysis"));
  CHECK(has(said_with("adjust: westfall_young", "adjust: none"), "about 14 in 100"));
  CHECK(has(said_with("contrast: T3-T1}", "contrast: T3-T1, primary: T3-T1}"), "2 analyses have a primary contrast (primary, items)"));
  const std::string no_plan = std::string(small_study).substr(0, std::string(small_study).find("plan:"));
  CHECK(has(said_of(no_plan), "nothing is planned, so every result will be marked exploratory"));
  CHECK(has(said_of(replaced(replaced(small_study, "  families:\n    standing: {items_of: standing, adjust: westfall_young}\n", ""),
                             "    - {id: items, procedure: item_change, family: standing, contrast: T3-T1}\n", "")),
            "the plan has no `families`"));
}

TEST_CASE("what the design cannot separate is named", "[study][check]") {
  std::string one_area = small_people();
  for (std::size_t at = one_area.find("treatment,"); at != std::string::npos; at = one_area.find("treatment,", at + 1)) {
    const std::size_t end = one_area.find('\n', at);
    one_area.replace(end - 4, 4, "East");
  }
  for (std::size_t at = one_area.find("control,"); at != std::string::npos; at = one_area.find("control,", at + 1)) {
    const std::size_t end = one_area.find('\n', at);
    one_area.replace(end - 4, 4, "West");
  }
  CHECK(has(said_of(small_study, one_area), "each arm comes from one area, so area and training cannot be told apart"));

  std::string two_courses = small_people();
  for (const char* course : {"C3", "C4"}) {
    for (std::size_t at = two_courses.find(course); at != std::string::npos; at = two_courses.find(course)) {
      two_courses.replace(at, 2, "C1");
    }
  }
  CHECK(has(said_of(small_study, two_courses), "the arm treatment was trained in 2 groups: under three"));
  CHECK(has(said_of(small_study, replaced(small_people(), "S1,C1", "S1,")), "1 person of the arm treatment without a course group"));
  CHECK(has(said_with(", group: course", ""), "course groups are not recorded"));
  CHECK(has(said_with(", area: area", ""), "areas are not recorded"));
  CHECK(has(said_with(", matched_set: set", ""), "the sets are not recorded"));
  CHECK(has(said_with(", why_not_random: \"Teams could not be split\"", ""), "does not say why"));
  CHECK(has(said_with("kind: matched", "kind: none"), "does not say how people came into their arms"));
  CHECK(has(said_of(small_study, small_people().substr(0, small_people().find("P20"))), "the arm control has 7 people"));
}

TEST_CASE("ids that differ only by case are warned of", "[study][check]") {
  CHECK(has(said_of(small_study, small_people() + "p03,control,S3,,West\n"),
            "people.csv:26:1: warning: p03 and P03 (line 4) differ only by upper"));
}

TEST_CASE("purpose, decision and small numbers are asked for", "[study][check]") {
  CHECK(has(said_with("decision: \"Go on?\"\n", ""), "which `decision` it serves"));
  CHECK(has(
      said_with("purpose: {find_out: \"Whether it works\", from_whom: \"Officers\", already_known: \"Little\", feedback: \"A meeting\"}\n",
                ""),
      "does not say its `purpose`"));
  CHECK(has(said_with("report: {", "disclosure: {min_base: 3}\nreport: {"), "the smallest base is set to 3"));
}
