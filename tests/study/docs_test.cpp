#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"
#include "tests/support/study_files.hpp"

#include "engine/core/json.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"

#include <set>

using namespace canvass;
using namespace canvass::testing;

namespace {

Json schema() {
  const std::string file = CANVASS_SOURCE_DIR "/docs/study.schema.json";
  return parse_json(read_file(file), file);
}

/// The keys that the schema gives for one kind of mapping; "" is the top level.
std::set<std::string> keys_of(const Json& whole, const std::string& kind) {
  std::set<std::string> keys;
  const Json& mapping = kind.empty() ? whole : whole["$defs"][kind];
  const Json& properties = mapping.find("anyOf") != nullptr ? mapping["anyOf"].items()[0]["properties"] : mapping["properties"];
  for (const auto& entry : properties.entries()) {
    keys.insert(entry.first);
  }
  return keys;
}

/// The keys that the loader names when it meets `zzzzzzzz` in a mapping called `what`.
std::set<std::string> keys_in(const Problems& problems, const StudyFiles& files, const std::string& what) {
  const std::string start = "unknown key `zzzzzzzz` in " + what + "; allowed are ";
  for (const Problem& problem : problems.all()) {
    const std::size_t at = problem.text.find(start);
    if (at == std::string::npos) {
      continue;
    }
    std::set<std::string> keys;
    for (const std::string_view key : split(std::string_view(problem.text).substr(at + start.size()), ',')) {
      keys.insert(std::string(trim(key)));
    }
    return keys;
  }
  return {printed(problems, files)};
}

/// The same, `zzzzzzzz` put in before `mark`.
std::set<std::string> keys_named(std::string_view mark, const std::string& what) {
  StudyFiles files;
  const std::string with_series =
      replaced(small_study, "report:", "disclosure: {min_base: 10}\nsame_series: [{item: v1, reason: \"x\"}]\nreport:");
  write_small_study(files, replaced(with_series, mark, "zzzzzzzz: 1" + std::string(mark.back() == '\n' ? "\n" : ", ") + std::string(mark)));
  Problems problems;
  static_cast<void>(files.load(problems));
  return keys_in(problems, files, what);
}

/// The same for what a survey of the public adds.
std::set<std::string> survey_keys_named(std::string_view mark, const std::string& what, const std::string& unknown = "zzzzzzzz: 1") {
  StudyFiles files;
  write_public_study(files);
  files.write("study.yaml", replaced(public_study, mark,
                                     unknown +
                                         std::string(unknown.back() == '\n' ? ""
                                                     : mark.back() == '\n'  ? "\n  "
                                                                            : ", ") +
                                         std::string(mark)));
  Problems problems;
  static_cast<void>(files.load(problems));
  return keys_in(problems, files, what);
}

} // namespace

TEST_CASE("the schema has the keys of a survey of the public that the loader takes", "[study][docs]") {
  const Json whole = schema();
  CHECK(survey_keys_named("lonely_psu: refuse\n", "the survey") == keys_of(whole, "survey"));
  CHECK(survey_keys_named("file: areas.csv", "the areas") == keys_of(whole, "areas"));
  CHECK(survey_keys_named("file: population.csv", "the population") == keys_of(whole, "population"));
  CHECK(survey_keys_named("method: rake", "the weights") == keys_of(whole, "weights"));
  CHECK(survey_keys_named("method: rake", "the classes of non-response", "nonresponse: {zzzzzzzz: 1}") == keys_of(whole, "nonresponse"));
  CHECK(survey_keys_named("lonely_psu: refuse\n", "the design", "design: {zzzzzzzz: 1}\n ") == keys_of(whole, "design"));
  CHECK(survey_keys_named("lonely_psu: refuse\n", "a stage", "design: {stages: [{zzzzzzzz: 1}]}\n ") == keys_of(whole, "stage"));
  CHECK(survey_keys_named("lonely_psu: refuse\n", "the replicates", "design: {replicates: {zzzzzzzz: 1}}\n ") ==
        keys_of(whole, "replicates"));
  CHECK(survey_keys_named("id: national", "a series") == keys_of(whole, "series"));
  CHECK(survey_keys_named("id: national", "a break", "breaks: [{zzzzzzzz: 1}]") == keys_of(whole, "series_break"));
  CHECK(survey_keys_named("survey:\n  people", "a break", "breaks: [{zzzzzzzz: 1}]\n") == keys_of(whole, "break"));
  CHECK(survey_keys_named("id: national", "`read`", "read: {zzzzzzzz: 1}") == keys_of(whole, "series_reading"));
  CHECK(survey_keys_named("code: P1", "a KPI") == keys_of(whole, "kpi"));
  CHECK(survey_keys_named("id: schemes", "a table") == keys_of(whole, "table"));
  CHECK(survey_keys_named("total: current", "a check") == keys_of(whole, "check"));
  StudyFiles files;
  write_public_study(files);
  files.write("study.yaml", std::string(public_study) + "claims: [{id: paper, file: claims.csv, source: \"A paper\", zzzzzzzz: 1}]\n");
  Problems problems;
  static_cast<void>(files.load(problems));
  CHECK(keys_in(problems, files, "a set of claims") == keys_of(whole, "claims"));
  const std::string page = read_file(CANVASS_SOURCE_DIR "/docs/study.md");
  for (const std::string kind : {"survey", "areas", "population", "weights", "nonresponse", "design", "stage", "replicates", "series",
                                 "break", "series_break", "series_reading", "kpi", "table", "check", "claims"}) {
    for (const std::string& key : keys_of(whole, kind)) {
      INFO(kind << ": " << key);
      const bool explained = page.find("`" + key + "`") != std::string::npos || page.find("`" + key + ":") != std::string::npos ||
                             page.find(" " + key + ":") != std::string::npos;
      CHECK(explained);
    }
  }
}

TEST_CASE("the schema has the keys that the loader takes, and the page explains each", "[study][docs]") {
  const Json whole = schema();
  CHECK(keys_named("decision: \"Go on?\"\n", "the study") == keys_of(whole, ""));
  CHECK(keys_named("find_out:", "the purpose") == keys_of(whole, "purpose"));
  CHECK(keys_named("person: participant", "the frame") == keys_of(whole, "frame"));
  CHECK(keys_named("id: T2", "a wave") == keys_of(whole, "wave"));
  CHECK(keys_named("is_control: true", "an arm") == keys_of(whole, "arm"));
  CHECK(keys_named("kind: matched", "the assignment") == keys_of(whole, "assignment"));
  CHECK(keys_named("date: 2026-05-01", "an event") == keys_of(whole, "event"));
  CHECK(keys_named("by: id", "match_people") == keys_of(whole, "match_people"));
  CHECK(keys_named("kind: census", "the sample") == keys_of(whole, "sample"));
  CHECK(keys_named("item: v1", "an entry of same_series") == keys_of(whole, "same_series"));
  CHECK(keys_named("items_of: standing", "a family") == keys_of(whole, "family"));
  CHECK(keys_named("template:", "the report") == keys_of(whole, "report"));
  CHECK(keys_named("min_base: 10", "disclosure") == keys_of(whole, "disclosure"));

  const std::string page = read_file(CANVASS_SOURCE_DIR "/docs/study.md");
  for (const std::string kind : {"", "purpose", "frame", "wave", "arm", "assignment", "event", "match_people", "sample", "same_series",
                                 "plan", "family", "analysis", "report", "disclosure"}) {
    const std::set<std::string> keys = keys_of(whole, kind);
    CHECK_FALSE(keys.empty());
    for (const std::string& key : keys) {
      INFO(kind << ": " << key);
      const bool explained = page.find("`" + key + "`") != std::string::npos || page.find("`" + key + ":") != std::string::npos;
      CHECK(explained);
    }
  }
}

TEST_CASE("the study on the page loads, people and instrument given", "[study][docs]") {
  const std::string page = read_file(CANVASS_SOURCE_DIR "/docs/study.md");
  const std::size_t start = page.find("```yaml\n") + 8;
  StudyFiles files;
  std::string people = "participant,arm,pair,course,area\n";
  for (int i = 1; i <= 24; ++i) {
    people += "P" + std::to_string(i) + (i <= 12 ? ",treatment,S" : ",control,S") + std::to_string(i % 12) + ",C" + std::to_string(i % 4) +
              "," + (i % 2 == 0 ? "East" : "West") + "\n";
  }
  files.write("study.yaml", page.substr(start, page.find("```", start) - start)).write("people.csv", people);
  Problems problems;
  static_cast<void>(load_study(files.folder(), {{CANVASS_SOURCE_DIR "/instruments"}}, problems));
  CHECK(printed(problems, files, true) == "");
}
