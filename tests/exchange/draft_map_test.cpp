#include "tests/exchange/fixture.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/yaml.hpp"
#include "engine/exchange/import/csv.hpp"
#include "engine/exchange/import/table_text.hpp"
#include "engine/exchange/mapping.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::exchange;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Mapping parsed(const std::string& text) {
  Problems problems;
  Mapping map = read_mapping(text, "draft.yaml", problems);
  std::string all;
  for (const Problem& problem : problems.all()) {
    all += to_string(problem) + "\n";
  }
  INFO(text << all);
  REQUIRE_FALSE(problems.has_errors());
  return map;
}

/// A study of one scale of 1..4 items, two arms and three waves; the arm stands in the answers.
LoadedStudy scale_study(const std::string& name, const std::vector<std::string>& items) {
  const auto path = fixture::folder(name);
  std::string instrument =
      "canvass: 1\ninstrument: mood\nversion: 1.0.0\ntitle: {en: \"Mood\"}\nlanguages: [en]\nmodes: [paper]\nchoices:\n"
      "  much:\n    - {code: 1, label: {en: \"Not at all\"}}\n    - {code: 2, label: {en: \"A little\"}}\n"
      "    - {code: 3, label: {en: \"Somewhat\"}}\n    - {code: 4, label: {en: \"Very much\"}}\n"
      "pages:\n  - id: one\n    title: {en: \"How do you feel?\"}\n    items:\n      - id: mood\n        type: battery much\n"
      "        label: {en: \"How do you feel now?\"}\n        rows:\n";
  for (const std::string& item : items) {
    instrument += "          - {id: " + item + ", label: {en: \"I feel " + item + "\"}}\n";
  }
  instrument += "scales:\n  mood_score: {label: {en: \"Mood\"}, items: [" + items.front() + ", " + items.back() +
                "], score: mean, min_answered: 1}\n";
  fixture::write(path / "instruments" / "mood.yaml", instrument);
  fixture::write(path / "study.yaml",
                 "canvass: 1\nstudy: mood-study\ntitle: {en: \"Mood\"}\ninstrument: mood@1.0.0\nframe: {person: person, arm: arm}\n"
                 "waves:\n  - {id: T1, label: {en: \"Before\"}, date: 2026-01-01}\n  - {id: T2, label: {en: \"After\"}, date: 2026-01-02}\n"
                 "  - {id: T3, label: {en: \"Later\"}, date: 2026-01-03}\n"
                 "arms:\n  trained: {label: {en: \"Trained\"}}\n  control: {label: {en: \"Control\"}, is_control: true}\n");
  return load_study_or_throw(path.string(), {});
}

} // namespace

TEST_CASE("a file that is no table gives no draft", "[exchange][draft]") {
  const LoadedStudy study = fixture::small_study("draft-none");
  CHECK_THROWS_AS(draft_map("", "f.csv", study), InputError);
  CHECK_THROWS_AS(draft_map("a,\"b\n", "f.csv", study), InputError);
}

TEST_CASE("our own names are certain", "[exchange][draft]") {
  const LoadedStudy study = fixture::small_study("draft-own");
  const std::string bytes = "participant,wave,arm,trust_1\np1,T1,treatment,4\n";
  const std::string text = draft_map(bytes, "f.csv", study);
  INFO(text);
  CHECK(has(text, "person: \"participant\"   # certain (1.00): the study's own name"));
  CHECK(has(text, "\"trust_1\": trust_1   # certain (1.00): same name"));
  const Mapping map = parsed(text);
  std::size_t records = 0;
  import_csv(bytes, "f.csv", &map, study, {}, [&](const RawRecord& record) {
    ++records;
    CHECK(record.frame.wave == "T1");
    CHECK(record.faults.empty());
  });
  CHECK(records == 1);
}

TEST_CASE("questions, labels, missing codes and waves are recognised, and what is not stays open", "[exchange][draft]") {
  const LoadedStudy study = fixture::small_study("draft-forms");
  const std::string bytes =
      "ID;Email;Completion time;Time;Group;The police treat people with respect.;I feel at ease here;Favourite colour\r\n"
      "p1;x;27/06/2026 10:00:00;1;Trained;Strongly agree;Agree strongly;caf\xE9\r\n"
      "p3;x;28/06/2026 10:00:00;2;Untrained;Dont know;Disagree;red\r\n"
      "p4;x;;3;Untrained;99;Neither;red\r\n";
  const std::string text = draft_map(bytes, "forms.csv", study);
  INFO(text);
  CHECK(has(text, "encoding: windows-1252"));
  CHECK(has(text, "dates: dmy            # certain"));
  CHECK(has(text, "person: \"ID\""));
  CHECK(has(text, "answered_at: \"Completion time\""));
  CHECK(has(text, "\"1\": T1"));
  CHECK(has(text, "\"Trained\": treatment"));
  CHECK(has(text, "\"Untrained\": control"));
  CHECK(has(text, "\"Agree strongly\": 5   #"));
  CHECK(has(text, "\"99\": blank   # a guess"));
  CHECK(has(text, "- \"Email\"   # likely"));
  CHECK(has(text, "# \"Favourite colour\": ?"));
  const Mapping map = parsed(text);
  CHECK_THROWS_AS(import_csv(bytes, "forms.csv", &map, study, {}, [](const RawRecord&) {}), InputError); // asks for the colour
  Mapping mended = map;
  mended.ignore.push_back({"Favourite colour", {}});
  std::vector<std::string> respect;
  import_csv(bytes, "forms.csv", &mended, study, {}, [&](const RawRecord& record) {
    CHECK(record.faults.empty());
    respect.push_back(record.answers[study.instrument().variable("trust_1")].value_or(""));
  });
  CHECK(respect == std::vector<std::string>{"5", "-98", "-99"});
}

TEST_CASE("what a file says of its columns and codes drafts the map", "[exchange][draft]") {
  const LoadedStudy study = fixture::small_study("draft-labels");
  TableText table;
  table.text = "participant,v1,v2,v3,v4,v5,v6\np1,5,1,1,2,7,.5\np2,1,2,3,1,8,.2\n";
  table.columns.resize(7);
  table.columns[1] = {
      "Police treat people with respect (agree?)", // the file counts the other way
      {{"1", "Strongly agree"}, {"2", "Agree"}, {"3", "Neither"}, {"4", "Disagree"}, {"5", "Strongly disagree"}, {"9", "Don't know"}},
      {}};
  table.columns[2] = {"Have you contacted the police", {{"1", "Yes"}, {"2", "No"}, {"8", "Refusal"}}, {"8"}};
  table.columns[3] = {"I feel at ease here", {{"1", "Strongly disagree"}, {"3", "Neither"}}, {}}; // as the study has it
  table.columns[4] = {"Which of these are a problem here: burglary", {{"1", "Mentioned"}, {"2", "Not mentioned"}}, {}};
  table.columns[5] = {"How satisfied were you, from 0 to 10", {{"99", "Prefer not to say"}}, {}};
  table.columns[6] = {"Serial number of the machine", {}, {}};
  const std::string text = draft_map(table, "answers.sav", study);
  INFO(text);
  CHECK(has(text, "\"v1\":   # likely (0.8"));
  CHECK(has(
      text,
      "its label is like the question: The police treat people with respect\n      variable: trust_1\n      values:\n        \"1\": 5   # "
      "\"Strongly agree\"\n        \"2\": 4   # \"Agree\"\n"));
  CHECK(has(text, "        \"5\": 1   # \"Strongly disagree\"\n      missing:\n        \"9\": dk   # \"Don't know\"\n"));
  CHECK(has(text, "      variable: contact\n      values:\n        \"1\": 1   # \"Yes\"\n        \"2\": 0   # \"No\"\n      missing:\n"
                  "        \"8\": blank   # \"Refusal\"   # a guess: the file declares it missing\n"));
  CHECK(has(text, "\"v3\": at_ease   # "));
  CHECK(has(text, "      variable: local_2\n      values:\n        \"1\": 1   # \"Mentioned\"\n        \"2\": 0   # \"Not mentioned\"\n"));
  CHECK(has(text, "      variable: contact_sat\n      missing:\n        \"99\": pns   # \"Prefer not to say\"\n"));
  CHECK(has(text, "# \"v6\": ?"));
  CHECK(has(text, "# \"Serial number of the machine\""));
  Mapping map = parsed(text);
  map.fixed_wave = "T1";
  map.ignore.push_back({"v6", {}});
  std::vector<std::string> seen;
  import_csv(table.text, "answers.sav", &map, study, {}, [&](const RawRecord& record) {
    CHECK(record.faults.empty());
    for (const char* id : {"trust_1", "contact", "at_ease", "local_2", "contact_sat"}) {
      seen.push_back(record.answers[study.instrument().variable(id)].value_or(""));
    }
  });
  CHECK(seen == std::vector<std::string>{"1", "1", "1", "0", "7", "5", "0", "3", "1", "8"});
}

TEST_CASE("weight, stratum and cluster are drafted where the study's frame names them, or asked for", "[exchange][draft]") {
  LoadedStudy study = fixture::small_study("draft-frame");
  study.study.frame.weight = "tcindwt";
  study.study.frame.stratum = "gor";
  study.study.frame.cluster = "point";
  const std::string text = draft_map("participant,wave,trust_1,tcindwt,PSU\np1,T1,4,1.5,7\n", "f.csv", study);
  INFO(text);
  CHECK(has(text, "weight: \"tcindwt\"   # certain (1.00): the study's own name"));
  CHECK(has(text, "cluster: \"PSU\"   # perhaps (0.70): a usual name for it"));
  CHECK(has(text, "# stratum: ?   # the study's frame names \"gor\"; which column is it?"));
  CHECK(has(text, "# area: ?   # the study's frame names \"area\""));
}

TEST_CASE("wide headers in a foreign pattern", "[exchange][draft]") {
  const LoadedStudy study = scale_study("draft-wide", {"calm", "at_ease", "tense"});
  const std::string bytes =
      "id,group,at.ease_pre,calm_pre,at.ease_post,calm_post,tense_post\n1,trained,1,2,3,4,1\n2,control,1,1,NA,NA,NA\n";
  const std::string text = draft_map(bytes, "wide.csv", study);
  INFO(text);
  CHECK(has(text, "pattern: \"{variable}_{wave}\""));
  CHECK(has(text, "\"pre\": T1"));
  CHECK(has(text, "\"post\": T2"));
  const Mapping map = parsed(text);
  std::vector<std::string> seen;
  import_csv(bytes, "wide.csv", &map, study, {}, [&](const RawRecord& record) {
    CHECK(record.faults.empty());
    seen.push_back(record.frame.person + record.frame.wave + record.answers[study.instrument().variable("at_ease")].value_or("-"));
  });
  CHECK(seen == std::vector<std::string>{"1T11", "1T23", "2T11"});
}

TEST_CASE("the published twenty-item data of three waves map as drafted", "[exchange][draft][reference]") {
  const std::string path = CANVASS_SOURCE_DIR "/../shared/oracles/evaluation/data/flat_frontline_vs_control_T1T2T3_20items.csv";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: ../shared is not here");
    return;
  }
  const std::string bytes = read_file(path);
  CsvReader header(bytes, path, {});
  REQUIRE(header.next());
  std::vector<std::string> items;
  for (std::size_t i = 3; i < header.cells().size(); ++i) {
    std::string id(header.cells()[i]);
    std::replace(id.begin(), id.end(), '.', '_');
    items.push_back(id);
  }
  REQUIRE(items.size() == 20);
  const LoadedStudy study = scale_study("draft-published", items);
  const std::string text = draft_map(bytes, "published.csv", study);
  INFO(text);
  CHECK(has(text, "\"frontline\": trained   # likely"));
  CHECK(has(text, "\"high.strung\": high_strung   # certain (0.98): same name but for punctuation"));
  const Mapping map = parsed(text);
  const Validator validator(study);
  std::map<std::string, int> by_cell;
  int blanks = 0;
  const ImportedFile imported = import_csv(bytes, "published.csv", &map, study, {}, [&](const RawRecord& record) {
    const Validated validated = validator.validate(record);
    INFO((validated.reasons.empty() ? std::string() : validated.reasons.front()));
    REQUIRE(validated.response);
    ++by_cell[validated.response->frame.arm + validated.response->frame.wave];
    for (const Cell& cell : validated.response->cells) {
      blanks += cell.missing == code_blank ? 1 : 0;
    }
  });
  CHECK(imported.records == 249);
  CHECK(by_cell == std::map<std::string, int>{
                       {"controlT1", 42}, {"controlT2", 42}, {"controlT3", 42}, {"trainedT1", 41}, {"trainedT2", 41}, {"trainedT3", 41}});
  CHECK(blanks >= 4); // four rows have an NA
}
