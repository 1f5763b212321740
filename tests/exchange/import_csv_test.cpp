#include "tests/exchange/fixture.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/random.hpp"
#include "engine/core/yaml.hpp"
#include "engine/exchange/import/csv.hpp"
#include "engine/exchange/mapping.hpp"

#include <map>
#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::exchange;

namespace {

const LoadedStudy& study() {
  static const LoadedStudy loaded = fixture::small_study("import");
  return loaded;
}

struct Read {
  std::vector<RawRecord> records;
  ImportedFile file;

  [[nodiscard]] std::string answer(std::size_t record, std::string_view variable) const {
    const auto& answer = records.at(record).answers.at(study().instrument().variable(variable));
    return answer ? *answer : "(none)";
  }
  [[nodiscard]] std::string notes() const {
    std::string text;
    for (const Problem& problem : file.notes.all()) {
      text += to_string(problem) + "\n";
    }
    return text;
  }
};

Read import(std::string bytes, std::string_view map_text = "", const ImportOptions& options = {}) {
  Read read;
  const TakeRecord take = [&](const RawRecord& record) { read.records.push_back(record); };
  if (map_text.empty()) {
    read.file = import_csv(std::move(bytes), "f.csv", nullptr, study(), options, take);
    return read;
  }
  Problems problems;
  const Mapping map = read_mapping(map_text, "m.yaml", problems);
  if (problems.has_errors()) {
    throw InputError(problems);
  }
  read.file = import_csv(std::move(bytes), "f.csv", &map, study(), options, take);
  return read;
}

std::string refusal(std::string bytes, std::string_view map_text = "", const ImportOptions& options = {}) {
  try {
    static_cast<void>(import(std::move(bytes), map_text, options));
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("what is wrong with a file or its map is said all at once, each with its place", "[exchange][import]") {
  const std::string text = refusal("participant,wave,trust_1,trust_1,trst_2,zzz\np1,T1,1,1,1,1\n");
  INFO(text);
  CHECK(has(text, "f.csv:1:26: two columns are headed \"trust_1\": column 3 and column 4"));
  CHECK(has(text, "f.csv:1:34: 2 columns are no variables of the instrument and no names of the study's frame: 5, \"trst_2\" (did you mean "
                  "trust_2?); 6, \"zzz\"; rename them"));

  const std::string mapped = refusal("id,time,Q1,Q2,extra\np1,1,1,1,x\n", R"(canvass: 1
map: m
person: id
wave: {column: time, values: {1: T1, 2: T9}}
arm: Group
missing: {99: dontknow}
columns:
  Q1: trust_9
  Q3: trust_2
  Q2: {variable: trust_1, values: {A: 7}}
)");
  INFO(mapped);
  CHECK(has(mapped, "m.yaml:4:16: \"2\" is to be the wave T9, which the study does not have"));
  CHECK(has(mapped, "m.yaml:5:6: the file has no column \"Group\""));
  CHECK(has(mapped, "`missing` says that \"99\" stands for `dontknow`"));
  CHECK(has(mapped, "m.yaml:8:3: the column \"Q1\" is mapped to trust_9, which the instrument does not have; did you mean trust_1?"));
  CHECK(has(mapped, "m.yaml:9:3: the file has no column \"Q3\""));
  CHECK(has(mapped, "m.yaml:10:3: \"A\" is to become 7 of trust_1, which is no code of it; its codes are 1, 2, 3, 4, 5"));
  CHECK(has(mapped, "f.csv:1:15: the map says nothing of column 5, \"extra\"; add it under `columns:`, or under `ignore:`"));
}

TEST_CASE("a file of more columns than any survey asks is refused, one under the limit is told of its columns", "[exchange][import]") {
  const auto header = [](int columns) {
    std::string text = "participant,wave";
    for (int i = 2; i < columns; ++i) {
      text += ",c" + std::to_string(i);
    }
    return text + "\n";
  };
  CHECK(refusal(header(10'001)).find("the header has 10001 columns; more than 10000 are no survey") != std::string::npos);
  const std::string said = refusal(header(10'000));
  CHECK(said.find("f.csv:1:18: ") != std::string::npos); // the third cell, after "participant,wave,"
  CHECK(said.find("c9999") == std::string::npos);        // the first are named, the rest is counted
}

TEST_CASE("places of headers in quotes, over lines and in letters of several bytes", "[exchange][import]") {
  const std::string said = refusal("participant,\"w\n,\"\"x\",wave,h\xC3\xB4,\"w\n,\"\"x\",h\xC3\xB4\n");
  INFO(said);
  CHECK(said.find("f.csv:2:15: two columns are headed \"w ,\"x\": column 2 and column 5") != std::string::npos);
  CHECK(said.find("f.csv:3:7: two columns are headed \"h\xC3\xB4\": column 4 and column 6") != std::string::npos);
}

TEST_CASE("a map that is wrong in itself says so", "[exchange][import]") {
  const auto problems_of = [](std::string_view text) {
    Problems problems;
    static_cast<void>(read_mapping(text, "m.yaml", problems));
    std::string all;
    for (const Problem& problem : problems.all()) {
      all += to_string(problem) + "\n";
    }
    return all;
  };
  CHECK(has(problems_of("canvass: 2\nmap: m\n"), "m.yaml:1:10: the format 2 is not known"));
  CHECK(has(problems_of("canvass: 1\nmap: m\nencodng: utf-8\n"), "unknown key `encodng` in the map; did you mean encoding?"));
  CHECK(has(problems_of("canvass: 1\nmap: m\nencoding: latin1\n"), "must be utf-8 or windows-1252 (found `latin1`)"));
  CHECK(has(problems_of("canvass: 1\nmap: m\nlayout: wide\nwave: time\n"), "a wide file has every wave in one row"));
  CHECK(has(problems_of("canvass: 1\nmap: m\nwide: {pattern: \"{wave}\"}\n"), "must hold {wave} and {variable} once each"));
  CHECK(has(problems_of("canvass: 1\nmap: m\nwide: {pattern: \"{wave}_{variable}\"}\n"), "`wide` stands without `layout: wide`"));
  CHECK(has(problems_of("canvass: 1\nmap: m\ncolumns: {a: {variable: b, values: labels, reversed: true}}\n"),
            "`reversed` turns codes round"));
  CHECK(
      has(problems_of("canvass: 1\nmap: m\ncolumns: {a: {variable: b, values: agre}}\ncodings: {agree: {x: 1}}\n"), "did you mean agree?"));
  CHECK(has(problems_of("canvass: 1\nmap: m\nmissing: {9: dk, 9.0: dk}\n"), "stands twice"));
}

TEST_CASE("an empty file, a file of a header alone, a file of blank lines", "[exchange][import]") {
  CHECK(has(refusal(""), "f.csv:1:1: the file is empty"));
  CHECK(has(refusal("\n\n"), "the file is empty"));
  const Read read = import("participant,wave,trust_1\n");
  CHECK(read.records.empty());
  CHECK(read.file.rows == 0);
}

TEST_CASE("headers that are our own names need no map", "[exchange][import]") {
  const Read read =
      import("participant,wave,arm,area,answered_at,contact,trust_1,local_1\r\np1,T2,treatment,North,2026-03-01T09:30:00Z,1,-98,1\r\n");
  REQUIRE(read.records.size() == 1);
  const RawRecord& record = read.records.front();
  CHECK(record.frame.person == "p1");
  CHECK(record.frame.wave == "T2");
  CHECK(record.frame.arm == "treatment");
  CHECK(record.frame.area == "North");
  CHECK(to_string(record.frame.answered_at.value()) == "2026-03-01T09:30:00Z");
  CHECK(read.answer(0, "contact") == "1");
  CHECK(read.answer(0, "trust_1") == "-98");
  CHECK(read.answer(0, "trust_2") == "(none)");
  CHECK(read.answer(0, "local_1") == "1");
  CHECK(record.faults.empty());
  CHECK(record.at == Position{"f.csv", 2, 1});
  CHECK(record.raw == "p1,T2,treatment,North,2026-03-01T09:30:00Z,1,-98,1");
  CHECK(read.file.header == "participant,wave,arm,area,answered_at,contact,trust_1,local_1");
  CHECK(has(read.notes(), "no column feeds 12 variables: contact_sat, trust_2, at_ease, local_2"));
}

TEST_CASE("the wave can be given for a file that does not tell it, and only for one", "[exchange][import]") {
  CHECK(has(refusal("participant,trust_1\np1,1\n"), "nothing tells of which wave the answers are"));
  CHECK(import("participant,trust_1\np1,1\n", "", {"T3"}).records.front().frame.wave == "T3");
  CHECK(has(refusal("participant,trust_1\np1,1\n", "", {"T9"}), "the study has no wave \"T9\""));
  CHECK(has(refusal("participant,wave,trust_1\np1,T1,1\n", "", {"T1"}), "tells the wave of each row"));
  CHECK(import("participant,trust_1\np1,1\n", "canvass: 1\nmap: m\nwave: {fixed: T2}\n").records.front().frame.wave == "T2");
}

TEST_CASE("separators, byte order mark, line ends and quoted line breaks", "[exchange][import]") {
  const Read semicolon = import("\xEF\xBB\xBF"
                                "participant;wave;hours;safer\r\np1;T1;1,5;\"one\r\ntwo; three\"\r\n\r\np2;T1;2,0;\r\n",
                                "canvass: 1\nmap: m\ndecimals: comma\n");
  REQUIRE(semicolon.records.size() == 2);
  CHECK(semicolon.answer(0, "hours") == "1.5");
  CHECK(semicolon.answer(0, "safer") == "one\r\ntwo; three");
  CHECK(semicolon.answer(1, "hours") == "2");
  CHECK(semicolon.answer(1, "safer") == "(none)");
  CHECK(semicolon.records[1].at.line == 5);
  CHECK(import("participant\twave\ttrust_1\np1\tT1\t4\n").answer(0, "trust_1") == "4");
  CHECK(import("participant,wave,trust_1\np1,T1,4", "canvass: 1\nmap: m\nseparator: \",\"\n").answer(0, "trust_1") == "4");
}

TEST_CASE("Windows-1252 is refused with the line to add, and read with it", "[exchange][import]") {
  const std::string bytes = "participant,wave,safer\np1,T1,caf\xE9 \x96 lit\n";
  const std::string text = refusal(bytes);
  CHECK(has(text, "f.csv:2:10:"));
  CHECK(has(text, "`encoding: windows-1252`"));
  CHECK(import(bytes, "canvass: 1\nmap: m\nencoding: windows-1252\n").answer(0, "safer") == "café – lit");
}

TEST_CASE("one bad row is held, the others go on", "[exchange][import]") {
  const Read read = import("participant,wave,trust_1,met_on\np1,T1,1\np2,T1,often,2026-02-30\np3,T9,1,2026-02-01\np4,T1,2,2026-02-01\n");
  REQUIRE(read.records.size() == 4);
  CHECK(read.records[0].faults == std::vector<std::string>{"the row has 3 cells, the header has 4; mend the row in the file"});
  REQUIRE(read.records[1].faults.size() == 2);
  CHECK(has(read.records[1].faults[0], "trust_1: \"often\" cannot be read; allowed are codes and the labels \"Strongly disagree\""));
  CHECK(has(read.records[1].faults[1], "met_on: \"2026-02-30\" cannot be read; allowed are days in the order ymd"));
  CHECK(read.records[2].frame.wave == "T9");
  CHECK(read.records[3].faults.empty());
  const Validator validator(study());
  CHECK_FALSE(validator.validate(read.records[0]).response);
  CHECK_FALSE(validator.validate(read.records[1]).response);
  CHECK_FALSE(validator.validate(read.records[2]).response);
  const Validated good = validator.validate(read.records[3]);
  INFO((good.reasons.empty() ? std::string() : good.reasons.front()));
  CHECK(good.response);
}

TEST_CASE("labels in any language, dashes and blanks of any kind", "[exchange][import]") {
  const Read read = import("participant,wave,trust_1,trust_2,at_ease,contact\n"
                           "p1,T1, strongly  AGREE ,Cytuno,\"Neither.\",Yes\n"
                           "p2,T1,Anghytuno\xE2\x80\x99n gryf,Don\xE2\x80\x99t know,3.0,\xC2\xA0No\n");
  CHECK(read.answer(0, "trust_1") == "5");
  CHECK(read.answer(0, "trust_2") == "4");
  CHECK(read.answer(0, "at_ease") == "3");
  CHECK(read.answer(0, "contact") == "1");
  CHECK(read.answer(1, "trust_1") == "1");
  CHECK(read.answer(1, "trust_2") == "-98");
  CHECK(read.answer(1, "at_ease") == "3");
  CHECK(read.answer(1, "contact") == "0");
}

TEST_CASE("foreign missing codes, for all columns and for one", "[exchange][import]") {
  const Read read =
      import("participant,wave,trust_1,contact_sat,trust_2,safer\np1,T1,9,9,9,NA\np2,T1,-1,99,NA,9\np3,T1,99,10,8,\n", R"(canvass: 1
map: m
missing: {9: dk, 99: pns, "-1": blank, NA: blank}
columns:
  trust_2: {variable: trust_2, missing: {9: pns, 8: dk}}
)");
  CHECK(read.answer(0, "trust_1") == "-98");
  CHECK(read.answer(0, "contact_sat") == "9"); // 9 of 0 to 10 is an answer
  CHECK(read.answer(0, "trust_2") == "-97");
  CHECK(read.answer(0, "safer") == "-99");
  CHECK(read.answer(1, "trust_1") == "-99");
  CHECK(read.answer(1, "contact_sat") == "-97");
  CHECK(read.answer(1, "trust_2") == "-99");
  CHECK(read.answer(1, "safer") == "9");
  CHECK(read.answer(2, "trust_1") == "-97");
  CHECK(read.answer(2, "trust_2") == "-98");
  CHECK(read.answer(2, "safer") == "(none)");
  CHECK(has(read.notes(), "\"9\" is an answer to contact_sat, so the map's `missing` does not take it for missing there"));
}

TEST_CASE("recodes: listed values, reversed codings, codings by name", "[exchange][import]") {
  const Read read = import("participant,wave,Q1,Q2,Q3,Q4\np1,T1,A,1,Often,Y\np2,T1,E,5,Never,N\np3,T1,Z,3,,7\n", R"(canvass: 1
map: m
codings:
  often: {Often: 5, Sometimes: 3, Never: 1}
columns:
  Q1: {variable: trust_1, values: {A: 1, E: 5, X: dk}}
  Q2: {variable: trust_2, reversed: true}
  Q3: {variable: at_ease, values: often}
  Q4: {variable: contact, values: {Y: 1, N: 0}}
)");
  CHECK(read.answer(0, "trust_1") == "1");
  CHECK(read.answer(1, "trust_1") == "5");
  CHECK(read.answer(0, "trust_2") == "5");
  CHECK(read.answer(1, "trust_2") == "1");
  CHECK(read.answer(2, "trust_2") == "3");
  CHECK(read.answer(0, "at_ease") == "5");
  CHECK(read.answer(2, "at_ease") == "(none)");
  CHECK(read.answer(1, "contact") == "0");
  REQUIRE(read.records[2].faults.size() == 2);
  CHECK(read.records[2].faults[0] ==
        "trust_1: \"Z\" cannot be read; allowed are the values listed in the map: \"A\", \"E\", \"X\"; add it there");
}

TEST_CASE("one cell of many answers is split into ticks and ranks", "[exchange][import]") {
  const Read read = import("participant,wave,Which,Order\n"
                           "p1,T1,Burglary;Anti-social behaviour;,Burglary;None of these;Anti-social behaviour\n"
                           "p2,T1,9,2;1\np3,T1,,\np4,T1,Burglary;Noise,1\np1,T2,NA,1\n",
                           R"(canvass: 1
map: m
missing: {NA: dk}
columns:
  Which: {variable: local, split: ";"}
  Order: {variable: order, split: ";"}
)");
  CHECK(read.answer(0, "local_1") == "1");
  CHECK(read.answer(0, "local_2") == "1");
  CHECK(read.answer(0, "local_9") == "0");
  CHECK(read.answer(0, "order_2") == "1");
  CHECK(read.answer(0, "order_9") == "2");
  CHECK(read.answer(0, "order_1") == "3");
  CHECK(read.answer(1, "local_9") == "1");
  CHECK(read.answer(1, "order_9") == "(none)");
  CHECK(read.answer(2, "local_1") == "(none)");
  REQUIRE(read.records[3].faults.size() == 1);
  CHECK(has(read.records[3].faults[0], "local: \"Noise\" cannot be read"));
  CHECK(read.answer(4, "local_2") == "-98");
}

TEST_CASE("dates in the order that the map says", "[exchange][import]") {
  const std::string bytes = "participant,wave,Completion time,met_on,met_at\np1,T1,03/04/2026 9:05:00,3/4/2026,9:05\n";
  const Read day_first = import(bytes, "canvass: 1\nmap: m\ndates: dmy\nanswered_at: Completion time\n");
  CHECK(day_first.answer(0, "met_on") == "2026-04-03");
  CHECK(day_first.answer(0, "met_at") == "09:05");
  CHECK(to_string(day_first.records[0].frame.answered_at.value()) == "2026-04-03T09:05:00Z");
  const Read month_first = import(bytes, "canvass: 1\nmap: m\ndates: mdy\nanswered_at: Completion time\n");
  CHECK(month_first.answer(0, "met_on") == "2026-03-04");
  CHECK(import(bytes, "canvass: 1\nmap: m\nanswered_at: Completion time\n").records[0].faults.size() == 2);
}

TEST_CASE("a long file in foreign words: names, arms, waves by number", "[exchange][import]") {
  const Read read = import("id,Group,time,at.ease,note\np1,frontline,1,2,x\np3,comparison,3,NA,y\n", R"(canvass: 1
map: m
person: id
arm: {column: Group, values: {frontline: treatment, comparison: control}}
wave: time
missing: {NA: blank}
columns: {at.ease: at_ease}
ignore: ["no*"]
)");
  CHECK(read.records[0].frame.arm == "treatment");
  CHECK(read.records[0].frame.wave == "T1");
  CHECK(read.records[1].frame.arm == "control");
  CHECK(read.records[1].frame.wave == "T3");
  CHECK(read.answer(0, "at_ease") == "2");
  CHECK(read.answer(1, "at_ease") == "-99");
  CHECK(read.file.ignored == std::vector<std::string>{"note"});
}

TEST_CASE("a wide file makes a record of each wave that was answered", "[exchange][import]") {
  const Read own =
      import("participant,T1.trust_1,T2.trust_1,T3.trust_1,T3.contact\np1,1,2,3,1\np2,4,,,\n", "canvass: 1\nmap: m\nlayout: wide\n");
  REQUIRE(own.records.size() == 4);
  CHECK(own.records[2].frame.wave == "T3");
  CHECK(own.answer(2, "trust_1") == "3");
  CHECK(own.answer(2, "contact") == "1");
  CHECK(own.answer(1, "contact") == "(none)");
  CHECK(own.records[3].frame.person == "p2");
  CHECK(own.records[3].frame.wave == "T1");
  CHECK(own.file.records == 4);
  CHECK(own.file.rows == 2);

  const Read foreign =
      import("Id,respect_pre,respect_post,ease_post,Final view,Date 2\np1,1,5,2,Agree,02/03/2026\np3,NA,NA,NA,NA,\n", R"(canvass: 1
map: m
layout: wide
wide: {pattern: "{variable}_{wave}", waves: {pre: T1, post: T2}}
person: Id
answered_at: {waves: {T2: Date 2}}
dates: dmy
missing: {NA: blank}
columns:
  respect: trust_1
  ease_post: {variable: at_ease, reversed: true}
  Final view: {variable: trust_1, wave: T3}
)");
  REQUIRE(foreign.records.size() == 3);
  CHECK(foreign.answer(0, "trust_1") == "1");
  CHECK_FALSE(foreign.records[0].frame.answered_at);
  CHECK(foreign.answer(1, "trust_1") == "5");
  CHECK(foreign.answer(1, "at_ease") == "4");
  CHECK(to_string(foreign.records[1].frame.answered_at.value()) == "2026-03-02T00:00:00Z");
  CHECK(foreign.records[2].frame.wave == "T3");
  CHECK(foreign.answer(2, "trust_1") == "4");
  CHECK_FALSE(foreign.records[2].frame.answered_at);

  const std::string text = refusal("participant,T1.trust_1,T9.trust_1\np1,1,1\n", "canvass: 1\nmap: m\nlayout: wide\n");
  CHECK(has(text, "the map says nothing of column 3, \"T9.trust_1\""));
}

TEST_CASE("a star leaves out what nothing else claims, and nothing that bears our own names", "[exchange][import]") {
  const Read read = import("participant,wave,trust_1,age,notes,trust_2\np1,T1,4,33,x,2\n", R"(canvass: 1
map: m
ignore: ["*"]
)");
  CHECK(read.file.ignored == std::vector<std::string>{"age", "notes"});
  CHECK(read.answer(0, "trust_1") == "4");
  CHECK(read.answer(0, "trust_2") == "2");
}

TEST_CASE("a row without any answer is no answer sheet", "[exchange][import]") {
  const Read read = import("participant,wave,trust_1,trust_2\np1,T1,,\np2,T1,-99,-99\np3,T1,-98,\np4,T9,,\n");
  REQUIRE(read.records.size() == 4);
  CHECK(read.records[0].faults.size() == 1);
  CHECK(read.records[0].faults[0].find("the sheet has no answer at all") == 0);
  CHECK(read.records[1].faults.size() == 1);
  CHECK(read.records[2].faults.empty());     // "don't know" is an answer
  CHECK(read.records[3].faults.size() == 1); // whatever its wave
}

TEST_CASE("a row of no wave keeps its answers where all waves ask the same, and says so where they do not", "[exchange][import]") {
  const std::string bytes = "participant,wave,trust_1\np1,T9,4\n";
  const Read read = import(bytes);
  CHECK(read.answer(0, "trust_1") == "4");
  CHECK(read.records[0].frame.wave == "T9");
  CHECK(read.records[0].faults.empty()); // which waves there are is the validator's to say
  LoadedStudy two = study();
  two.instrument_of_wave[2] = std::make_shared<Instrument>(*two.instrument_of_wave[2]);
  std::vector<RawRecord> records;
  import_csv(bytes, "f.csv", nullptr, two, {}, [&](const RawRecord& record) { records.push_back(record); });
  REQUIRE(records.size() == 1);
  CHECK(records[0].answers.empty());
  REQUIRE(records[0].faults.size() == 1);
  CHECK(records[0].faults[0].find("the answers of the row are not kept") == 0);
}

TEST_CASE("two columns for one variable are refused", "[exchange][import]") {
  CHECK(has(refusal("participant,wave,trust_1,Q1\np1,T1,1,2\n", "canvass: 1\nmap: m\ncolumns: {Q1: trust_1}\n"),
            "two columns feed trust_1 of wave T1: column 3 (\"trust_1\") and column 4 (\"Q1\")"));
  CHECK(has(refusal("participant,wave,trust_1\np1,T1,1\n", "canvass: 1\nmap: m\ncolumns: {trust_1: trust_1}\nignore: [trust_1]\n"),
            "claimed twice"));
}

TEST_CASE("labels that are numbers other than their codes are not guessed at", "[exchange][import]") {
  LoadedStudy odd = study();
  auto instrument = std::make_shared<Instrument>(study().instrument());
  for (ChoiceList& list : instrument->lists) {
    if (list.id == "agree") {
      for (Choice& choice : list.choices) {
        choice.label.by_language["en"] = std::to_string(choice.code - 1);
      }
    }
  }
  odd.instrument_of_wave.assign(3, instrument);
  const TakeRecord take = [](const RawRecord&) {};
  std::string text = "accepted";
  try {
    static_cast<void>(import_csv("participant,wave,trust_1\np1,T1,2\n", "f.csv", nullptr, odd, {}, take));
  } catch (const InputError& error) {
    text = error.what();
  }
  CHECK(has(text, "the labels of trust_1 are numbers other than its codes"));
}

TEST_CASE("people without an id are numbered, rows after the header passed over, unnamed empty columns left", "[exchange][import]") {
  const Read read = import("Q1,trust_1,\nWhat?,\"Long, text\",\n1,4,\n2,5,x\n", R"(canvass: 1
map: m
person: {numbered: "R"}
wave: {fixed: T1}
skip_rows: 1
ignore: [Q1]
)");
  REQUIRE(read.records.size() == 2);
  CHECK(read.records[0].frame.person == "R1");
  CHECK(read.records[1].frame.person == "R2");
  CHECK(read.records[0].faults.empty());
  CHECK(has(read.records[1].faults.at(0), "stands under a column without a header"));
  CHECK(read.file.header == "Q1,trust_1,\nWhat?,\"Long, text\",");
}

TEST_CASE("the maps of the page on importing are maps", "[exchange][import]") {
  const std::string page = read_file(CANVASS_SOURCE_DIR "/docs/import.md");
  std::size_t maps = 0;
  for (std::size_t at = page.find("```yaml\ncanvass: 1"); at != std::string::npos; at = page.find("```yaml\ncanvass: 1", at + 1)) {
    const std::size_t start = at + 8;
    Problems problems;
    const Mapping map = read_mapping(std::string_view(page).substr(start, page.find("```", start) - start), "import.md", problems);
    INFO(problems.all().size());
    CHECK(problems.empty());
    CHECK_FALSE(map.columns.empty());
    ++maps;
  }
  CHECK(maps == 2);
}

TEST_CASE("no bytes crash the import, and no row vanishes", "[exchange][import]") {
  RandomStream stream(5, "import");
  const std::string alphabet = "p1T,;\n\r\t3-98. '=\"\xE9\xC3\xA9";
  const std::vector<std::string> headers = {"participant,wave,trust_1,safer\n", "participant;wave;contact_sat\r\n", "",
                                            "participant,T1.trust_1,T2.safer\n"};
  const std::vector<std::string> maps = {"", "canvass: 1\nmap: m\nmissing: {3: dk}\n", "canvass: 1\nmap: m\nlayout: wide\n",
                                         "canvass: 1\nmap: m\nencoding: windows-1252\nskip_rows: 1\nwave: {fixed: T1}\n"};
  std::size_t accepted = 0;
  for (int i = 0; i < 3'000; ++i) {
    std::string bytes = headers[stream.below(4)];
    const auto used = static_cast<std::uint32_t>(i % 2 == 0 ? alphabet.size() : 16); // every other text is free of quotes and odd bytes
    for (std::uint32_t n = stream.below(80); n > 0; --n) {
      bytes += alphabet[stream.below(used)];
    }
    try {
      const Read read = import(bytes, maps[stream.below(4)]);
      CHECK(read.file.records == read.records.size());
      ++accepted;
    } catch (const InputError& error) {
      REQUIRE_FALSE(error.problems().empty());
    }
  }
  CHECK(accepted > 100);
}
