#include "tests/support/catch.hpp"
#include "tests/support/study_files.hpp"

#include "engine/study/load.hpp"

#include <algorithm>
#include <cstdlib>

using namespace canvass;
using namespace canvass::testing;

namespace {

/// Errors of the small study with one text replaced by another, as printed.
std::string errors_with(std::string_view from, std::string_view to) {
  StudyFiles files;
  write_small_study(files, replaced(small_study, from, to));
  Problems problems;
  static_cast<void>(files.load(problems));
  return printed(problems, files, true);
}

std::string errors_with_people(const std::string& people) {
  StudyFiles files;
  write_small_study(files);
  files.write("people.csv", people);
  Problems problems;
  static_cast<void>(files.load(problems));
  return printed(problems, files, true);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Lines of a text.
std::ptrdiff_t lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

} // namespace

TEST_CASE("what is not there is said in one sentence", "[study][load]") {
  Problems problems;
  static_cast<void>(load_study("/no/such/study", {}, problems));
  REQUIRE(problems.all().size() == 1);
  CHECK(has(to_string(problems.all()[0]), "/no/such/study: there is no such study"));
  CHECK_THROWS_AS(load_study_or_throw("/no/such/study", {}), InputError);

  StudyFiles files;
  files.write("study.yaml", small_instrument);
  Problems instrument_given;
  static_cast<void>(files.load(instrument_given));
  CHECK(has(printed(instrument_given, files), "this is an instrument, not a study"));
}

TEST_CASE("an empty study names all that it lacks, at once", "[study][load]") {
  StudyFiles files;
  files.write("study.yaml", "canvass: 1\n");
  Problems problems;
  static_cast<void>(files.load(problems));
  const std::string text = printed(problems, files, true);
  CHECK(has(text, "`study`"));
  CHECK(has(text, "no `title`"));
  CHECK(has(text, "names no `instrument`"));
  CHECK(has(text, "no waves"));
}

TEST_CASE("a wave has dates, and an interval is computed, never typed", "[study][load]") {
  CHECK(errors_with("date: 2026-03-22}", "after: 18 weeks}").find("study.yaml:10:") == 0);
  CHECK(has(errors_with("date: 2026-03-22}", "after: 18 weeks}"),
            "an interval is typed (`after: 18 weeks`); intervals are computed from the dates"));
  CHECK(lines(errors_with("date: 2026-03-22}", "after: 18 weeks}")) == 1);
  CHECK(has(errors_with("date: 2026-03-22", "date: 2026-02-30"), "no day of the calendar (found \"2026-02-30\")"));
  CHECK(has(errors_with("date: 2026-03-22", "date: 22.03.2026"), "no day of the calendar"));
  CHECK(has(errors_with("date: 2026-03-22", "date: 2026-01-22"),
            "wave T2 (2026-01-22) stands after wave T1 (2026-02-22, line 9) but is earlier"));
  CHECK(has(errors_with("closes: 2026-06-30", "closes: 2026-05-30"), "closes (2026-05-30) before it opens (2026-06-01)"));
  CHECK(has(errors_with("opens: 2026-06-01, ", ""), "`closes` stands without `opens`"));
  CHECK(has(errors_with("opens: 2026-06-01", "date: 2026-06-10, opens: 2026-06-01"), "either `date` or `opens`"));
  CHECK(has(errors_with("{id: T2,", "{id: t1,"), "the wave \"t1\" stands twice, here and on line 9"));
}

TEST_CASE("arms need two and one control", "[study][load]") {
  CHECK(has(errors_with(", is_control: true", ""), "no arm is the control (treatment, control)"));
  CHECK(has(errors_with("label: {en: \"Trained\"}", "is_control: true"), "two arms are the control: treatment (line 13) and control"));
  CHECK(has(errors_with("  control: {label: {en: \"Not trained\"}, is_control: true}\n", ""), "there is one arm only"));
  CHECK(has(errors_with("  control: {", "  con trol: {"), "\"con trol\" cannot be the id of an arm"));
  CHECK(has(errors_with("is_control: true", "is_control: yes"), "must be true or false"));
}

TEST_CASE("unknown keys are refused with the nearest known one", "[study][load]") {
  CHECK(has(errors_with("decision:", "decison:"), "did you mean decision?"));
  CHECK(has(errors_with("why_not_random:", "why_not_randm:"), "did you mean why_not_random?"));
  CHECK(has(errors_with("smallest_change_that_matters:", "smallest_change_that_maters:"), "did you mean smallest_change_that_matters?"));
  CHECK(has(errors_with("adjust: westfall_young", "adjust: westfal_young"), "did you mean westfall_young?"));
  CHECK(has(errors_with("kind: matched", "kind: random"), "randomised, matched, self_selected or none"));
}

TEST_CASE("a contrast is later minus earlier", "[study][load]") {
  CHECK(has(errors_with("[T2-T1, T3-T1, T3-T2]", "[T1-T2, T3-T1, T2-T1]"),
            "the contrast \"T1-T2\" is the wrong way round; contrasts are later minus earlier: write T2-T1"));
  CHECK(has(errors_with("contrast: T3-T1", "contrast: T4-T1"), "\"T4-T1\" is no contrast: there is no wave \"T4\""));
  CHECK(has(errors_with("contrast: T3-T1", "contrast: T1-T1"), "compares a wave with itself"));
  CHECK(has(errors_with("contrast: T3-T1", "contrast: [T3-T1, T2-T1]"), "one contrast makes a family"));
  CHECK(has(errors_with("[T2-T1, T3-T1, T3-T2]", "[T2-T1, T3-T1, T3-T1]"), "the contrast T3-T1 stands twice"));
}

TEST_CASE("a wave whose id holds a minus can be contrasted", "[study][load]") {
  std::string study = small_study;
  for (std::size_t at = study.find("T3"); at != std::string::npos; at = study.find("T3", at + 5)) {
    study.replace(at, 2, "T-3");
  }
  StudyFiles files;
  write_small_study(files, study);
  const LoadedStudy loaded = files.load();
  REQUIRE(loaded.study.plan.analyses[0].primary);
  CHECK(loaded.study.name(*loaded.study.plan.analyses[0].primary) == "T-3-T1");
}

TEST_CASE("the plan is checked against waves and instrument", "[study][load]") {
  CHECK(has(errors_with("primary: T3-T1", "primary: T3-T4"), "no wave \"T4\""));
  CHECK(has(errors_with("[T2-T1, T3-T1, T3-T2]", "[T2-T1, T3-T2]"),
            "the primary contrast T3-T1 is not among the contrasts of primary (T2-T1, T3-T2)"));
  CHECK(has(errors_with("[T2-T1, T3-T1, T3-T2]", "[T3-T1, T3-T2]"), "T2-T1 is expected to go down but is not among the contrasts"));
  CHECK(has(errors_with("outcome: standing", "outcome: standin"),
            "names \"standin\", but small@1.0.0 has no such scale, indicator or item; did you mean standing?"));
  CHECK(has(errors_with("outcome: standing", "outcome: views"), "expands to several variables; name one of v1, v2, v3"));
  CHECK(has(errors_with("outcome: standing", "outcome: why"), "which is a text"));
  CHECK(has(errors_with("items_of: standing", "items_of: standin"), "the family standing takes the items of \"standin\""));
  CHECK(has(errors_with("items_of: standing", "outcomes: [v1, v4]"), "the family standing names \"v4\""));
  CHECK(has(errors_with("items_of: standing", "outcomes: [v1, v1]"), "\"v1\" stands twice"));
  CHECK(has(errors_with("items_of: standing, ", ""), "needs either `items_of: SCALE` or `outcomes: [..]`"));
  CHECK(has(errors_with("family: standing, contrast", "family: standin, contrast"),
            "there is no family \"standin\"; the plan has standing; did you mean standing?"));
  CHECK(has(errors_with("matters: 0.2", "matters: -0.2"), "a distance above 0, in points of the scale (found -0.2)"));
  CHECK(has(errors_with("{id: items,", "{id: primary,"), "the analysis \"primary\" stands twice"));
  CHECK(has(errors_with("significance_level: 0.05", "significance_level: 5"), "above 0 and up to 0.5 (found 5)"));
  CHECK(has(errors_with("conventions: 1", "conventions: 2"), "this program has conventions 1"));
  CHECK(has(errors_with("seed: 20260222", "seed: 0x7"), "the seed is a whole number"));
  CHECK(has(errors_with("procedure: item_change, ", ""), "lacks the key `procedure`"));
}

TEST_CASE("the instrument is found, or what is there is named", "[study][load]") {
  CHECK(has(errors_with("small@1.0.0", "small@2.0.0"), "other versions are there: small@1.0.0"));
  CHECK(has(errors_with("small@1.0.0", "smal@1.0.0"), "did you mean small?"));
  CHECK(has(errors_with("small@1.0.0", "small"), "does not name an instrument and its version (found \"small\"); write id@version"));

  StudyFiles twice;
  write_small_study(twice);
  twice.write("instruments/copy.yaml", small_instrument);
  Problems problems;
  static_cast<void>(twice.load(problems));
  CHECK(has(printed(problems, twice), "two files say that they are small@1.0.0"));

  StudyFiles broken;
  write_small_study(broken);
  broken.write("instruments/small.yaml", replaced(small_instrument, "type: battery agree", "type: battery agre"));
  Problems of_instrument;
  static_cast<void>(broken.load(of_instrument));
  CHECK(has(printed(of_instrument, broken), "instruments/small.yaml:"));

  StudyFiles elsewhere;
  elsewhere.write("a/study.yaml", small_study).write("a/people.csv", small_people()).write("shipped/any-name.yaml", small_instrument);
  Problems found;
  const LoadedStudy loaded = load_study(elsewhere.path("a"), {{elsewhere.path("shipped")}}, found);
  CHECK_FALSE(found.has_errors());
  CHECK(loaded.instrument().id == "small");
}

TEST_CASE("a person stands once, in one known arm", "[study][people]") {
  CHECK(has(errors_with_people(small_people() + "P03,treatment,S3,C1,East\n"),
            "people.csv:26:1: P03 stands twice: on line 4 and on line 26"));
  CHECK(has(errors_with_people(small_people() + "P03,control,S3,,East\n"), "P03 is in two arms: treatment (line 4) and control (line 26)"));
  CHECK(has(errors_with_people(small_people() + "P30,contol,S3,,East\n"),
            "people.csv:26:5: P30 is in an arm that the study does not have (found \"contol\"); it is one of treatment or control; did you "
            "mean control?"));
  CHECK(has(errors_with_people(small_people() + ",control,S3,,East\n"), "names no person"));
  CHECK(has(errors_with_people(small_people() + "P30,,S3,,East\n"), "P30 is in no arm"));
  CHECK(has(errors_with_people(small_people() + "P30,control\n"), "this row has 2 cells, the header has 5"));
}

TEST_CASE("the header of the people file names what the study needs", "[study][people]") {
  CHECK(has(errors_with_people(replaced(small_people(), "participant", "participants")), "there is no column \"participant\""));
  CHECK(has(errors_with_people(replaced(small_people(), ",set,", ",sett,")), "`matched_set: set` names a column that"));
  CHECK(has(errors_with_people(replaced(small_people(), ",set,", ",arm,")), "two columns are named \"arm\""));
  CHECK(has(errors_with_people(replaced(small_people(), ",set,", ",,")), "column 3 has no name"));
  CHECK(has(errors_with_people(replaced(small_people(), ",arm,", ",group,")), "nothing says who is in which arm"));
  CHECK(has(errors_with_people(""), "the file is empty"));
  CHECK(has(errors_with_people("participant,arm,set,course,area\n"), "names no people"));
}

TEST_CASE("the people file is UTF-8, whatever separates it", "[study][people]") {
  CHECK(has(errors_with_people(small_people() + "Ren\xE9,control,S3,,East\n"),
            "people.csv:26:4: the file is not UTF-8 (byte E9; most likely Windows-1252"));
  CHECK(has(errors_with_people(std::string("\xFF\xFEp\0a\0", 6)), "the file is UTF-16"));
  CHECK(has(errors_with_people(small_people() + std::string("P3\0", 3)), "a NUL byte"));

  std::string semicolons = "\xEF\xBB\xBF" + small_people();
  std::replace(semicolons.begin(), semicolons.end(), ',', ';');
  CHECK(errors_with_people(semicolons).empty());
}

TEST_CASE("a column that is wrong in every row does not drown the rest", "[study][people]") {
  std::string people = "participant,arm,set,course,area\n";
  for (int i = 0; i < 400; ++i) {
    people += "P" + std::to_string(i) + ",none,S1,C1,East\n";
  }
  const std::string text = errors_with_people(people);
  CHECK(lines(text) == 51);
  CHECK(has(text, "and 350 more problems of this kind"));
}

TEST_CASE("the parts around the plan are checked", "[study][load]") {
  CHECK(has(errors_with("already_known: \"Little\", ", ""), "the purpose lacks `already_known`"));
  CHECK(has(errors_with("{date: 2026-05-01, what", "{when: 2026-05-01, what"), "the event has no `date`"));
  CHECK(has(errors_with("kind: census", "kind: everybody"), "census, probability, quota or self_selected"));
  CHECK(has(errors_with("match_people: {by: id}", "match_people: {codes: [mother]}"), "self-generated codes cannot be matched"));
  CHECK(has(errors_with("kind: matched, why", "kind: randomised, why"), "`why_not_random` stands beside `kind: randomised`"));
  CHECK(has(errors_with("frame: {person: participant,", "frame: {person: participant, area: participant,"), "name the same column"));
  CHECK(
      has(errors_with("frame: {person: participant,", "frame: {person: participant, area: wave,"), "the frame names the column \"wave\""));
  CHECK(has(errors_with("frame: {person: participant,", "frame: {person: participant, area: v1,"),
            "which is also a question of small@1.0.0"));
  CHECK(has(errors_with("title: {en: \"A small study\"}", "title: {}"), "`title` has no text in any language"));
  CHECK(has(errors_with("title: {en: \"A small study\"}", "title: {english: \"A small study\"}"), "`english` is no language"));
  CHECK(has(errors_with("title: {en: \"A small study\"}", "language: english\ntitle: \"A small study\""), "`english` is no language"));
  CHECK(has(errors_with("people: people.csv", "people: nobody.csv"), "nobody.csv"));
  CHECK(has(errors_with(", people: people.csv", ""), "names a column of the people file, but the frame names no such file"));
  CHECK(has(errors_with("report: {template", "disclosure: {min_base: 0}\nreport: {template"), "1 or more (found 0)"));
  CHECK(has(errors_with("report: {template", "disclosure: {min_base: 30, min_base_extreme: 20}\nreport: {template"), "below `min_base`"));
}

TEST_CASE("all problems of all files come at once, in the order of the files", "[study][load]") {
  StudyFiles files;
  write_small_study(files, replaced(replaced(small_study, "primary: T3-T1", "primary: T1-T3"), "is_control: true", "is_control: false"));
  files.write("people.csv", small_people() + "P01,control,,,East\n");
  Problems problems;
  static_cast<void>(files.load(problems));
  const std::string text = printed(problems, files, true);
  CHECK(lines(text) == 3);
  CHECK(text.find("people.csv") < text.find("no arm is the control"));
  CHECK(text.find("no arm is the control") < text.find("wrong way round"));
}

TEST_CASE("the small study loads as written", "[study][load]") {
  StudyFiles files;
  write_small_study(files);
  Problems problems;
  const LoadedStudy loaded = files.load(problems);
  INFO(printed(problems, files));
  REQUIRE_FALSE(problems.has_errors());
  const Study& study = loaded.study;
  CHECK(study.id == "small-study");
  CHECK(study.title.in("en") == "A small study");
  CHECK(study.purpose.feedback == "A meeting");
  CHECK(study.frame.person == "participant");
  REQUIRE(study.waves.size() == 3);
  CHECK(to_string(*study.waves[2].closes) == "2026-06-30");
  CHECK(study.wave("T3") == 2);
  CHECK(study.wave("T4") == Study::npos);
  CHECK(study.control_arm() == 1);
  CHECK(study.assignment.kind == AssignmentKind::matched);
  CHECK(study.assignment.group == "course");
  REQUIRE(study.events.size() == 1);
  CHECK(study.sha256.size() == 64);
  CHECK(study.plan.seed == 20260222);
  CHECK(study.plan.permutations == 100'000);
  REQUIRE(study.plan.families.size() == 1);
  CHECK(study.plan.families[0].outcomes == std::vector<std::string>{"v1", "v2", "v3"});
  CHECK(study.plan.families[0].adjust == Adjustment::westfall_young);
  const PlannedAnalysis& primary = study.plan.analyses[0];
  CHECK(primary.contrasts.size() == 3);
  CHECK(*primary.primary == Contrast{2, 0, {}});
  CHECK(primary.smallest_change_that_matters == 0.2);
  REQUIRE(primary.expect.size() == 2);
  CHECK(primary.expect[0].second == Expect::down);
  CHECK(loaded.instrument_of_wave.size() == 3);
  CHECK(loaded.instrument_of_wave[0] == loaded.instrument_of_wave[2]);
  CHECK(loaded.people.people.size() == 24);
  CHECK(loaded.people.columns == std::vector<std::string>{"arm", "set", "course", "area"});
  REQUIRE(loaded.people.find("P13") != nullptr);
  CHECK(loaded.people.find("P13")->arm == "control");
  CHECK(loaded.people.find("P13")->values[1] == "S1");
  CHECK(loaded.people.find("p13") == nullptr);
}

TEST_CASE("an option of a procedure is kept as text, in the study's own words", "[study][load]") {
  StudyFiles files;
  write_small_study(files, replaced(small_study, "family: standing, contrast", "family: standing, alternates: yes, contrast"));
  const LoadedStudy loaded = files.load();
  CHECK(loaded.study.plan.analyses[1].options.at("alternates") == "yes");
}

TEST_CASE("a study without arms, people or plan loads: from the first wave on, something can be said", "[study][load]") {
  StudyFiles files;
  files.write("instruments/small.yaml", small_instrument)
      .write("study.yaml", "canvass: 1\nstudy: one\ntitle: \"One wave\"\ninstrument: small@1.0.0\nwaves: [{id: only, date: 2026-01-01}]\n");
  const LoadedStudy loaded = files.load();
  CHECK(loaded.study.arms.empty());
  CHECK(loaded.study.title.in("en") == "One wave");
  CHECK(loaded.study.plan.significance_level == 0.05);
}

TEST_CASE("an undeclared mixture of versions is refused, a declared one is not", "[study][series]") {
  const std::string newer =
      replaced(replaced(small_instrument, "version: 1.0.0", "version: 2.0.0"), "I am heard", "I am heard by my sergeant");
  const std::string mixed = replaced(small_study, "date: 2026-02-22}", "date: 2026-02-22, instrument: small@2.0.0}");
  StudyFiles files;
  write_small_study(files, mixed);
  files.write("instruments/newer.yaml", newer);
  Problems problems;
  static_cast<void>(files.load(problems));
  CHECK(has(printed(problems, files, true),
            "v3 is reworded between small@2.0.0 (wave T1) and small@1.0.0 (\"I am heard by my sergeant\" is now \"I am heard\")"));
  CHECK(lines(printed(problems, files, true)) == 1);

  files.write("study.yaml",
              replaced(mixed, "report:", "same_series: [{item: v3, reason: \"Nobody but the sergeant was ever meant\"}]\nreport:"));
  const LoadedStudy loaded = files.load();
  CHECK(loaded.instrument_of_wave[0] != loaded.instrument_of_wave[1]);
  CHECK(loaded.instrument().version == "1.0.0");

  files.write("study.yaml", replaced(mixed, "report:", "same_series: [{item: v9, reason: \"x\"}]\nreport:"));
  Problems unknown;
  static_cast<void>(files.load(unknown));
  CHECK(has(printed(unknown, files), "`same_series` names \"v9\""));
}

TEST_CASE("an outcome must be asked at both ends of its contrast", "[study][series]") {
  const std::string older = replaced(
      replaced(replaced(small_instrument, "version: 1.0.0", "version: 0.9.0"), "          - {id: v3, label: {en: \"I am heard\"}}\n", ""),
      "items: [v1, v2, v3]", "items: [v1, v2]");
  StudyFiles files;
  write_small_study(files, replaced(small_study, "date: 2026-02-22}", "date: 2026-02-22, instrument: small@0.9.0}"));
  files.write("instruments/older.yaml", older);
  Problems problems;
  static_cast<void>(files.load(problems));
  CHECK(has(printed(problems, files, true), "the analysis primary compares \"standing\" with wave T1, where small@0.9.0 does not ask v3"));
}

TEST_CASE("the examples load without errors", "[study][load]") {
  for (const char* name : {"cohort", "film-stress"}) {
    Problems problems;
    const LoadedStudy loaded =
        load_study(std::string(CANVASS_SOURCE_DIR "/examples/") + name, {{CANVASS_SOURCE_DIR "/instruments"}}, problems);
    std::string text;
    for (const Problem& problem : problems.all()) {
      text += to_string(problem) + "\n";
    }
    INFO(text);
    CHECK_FALSE(problems.has_errors());
    CHECK(loaded.instrument_of_wave.size() == 3);
  }
}

TEST_CASE("no byte of a study cut short or changed makes the loader throw or crash", "[study][load][property]") {
  StudyFiles files;
  write_small_study(files);
  const std::string study = small_study;
  std::size_t checked = 0;
  for (std::size_t at = 0; at < study.size(); at += 19) {
    files.write("study.yaml", study.substr(0, at));
    Problems cut;
    CHECK_NOTHROW(files.load(cut));
    std::string changed = study;
    changed[at] = static_cast<char>(changed[at] ^ 0x15);
    files.write("study.yaml", changed);
    Problems bent;
    CHECK_NOTHROW(files.load(bent));
    checked += 2;
  }
  CHECK(checked > 100);
}
