#include "tests/support/catch.hpp"
#include "tests/support/study_files.hpp"

#include "engine/responses/response.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>

using namespace canvass;
using namespace canvass::testing;

namespace {

/// The small study with its validator; rows are written as variable -> text.
class Desk {
public:
  explicit Desk(const std::string& study = small_study) {
    write_small_study(files_, study);
    loaded_ = files_.load();
    validator_ = std::make_unique<Validator>(loaded_);
  }

  [[nodiscard]] RawRecord record(const std::map<std::string, std::string>& answers, const std::string& person = "P01",
                                 const std::string& wave = "T1") const {
    RawRecord made;
    made.frame.person = person;
    made.frame.wave = wave;
    made.answers.resize(loaded_.instrument().variables.size());
    for (const auto& [id, text] : answers) {
      const std::size_t index = loaded_.instrument().variable(id);
      REQUIRE(index != Instrument::npos);
      made.answers[index] = text;
    }
    return made;
  }
  [[nodiscard]] Validated check(const RawRecord& raw) const { return validator_->validate(raw); }
  [[nodiscard]] std::vector<std::string> reasons(const std::map<std::string, std::string>& answers) const {
    return check(record(answers)).reasons;
  }
  /// The cell of a variable: its number, its text, or "m95" and the like.
  [[nodiscard]] std::string cell(const Validated& validated, const std::string& id) const {
    REQUIRE(validated.response);
    const Cell& found = validated.response->cells[loaded_.instrument().variable(id)];
    return found.missing != 0    ? "m" + std::to_string(-found.missing)
           : !found.text.empty() ? found.text.str()
                                 : std::to_string(static_cast<int>(found.number));
  }
  [[nodiscard]] std::string cell(const std::map<std::string, std::string>& answers, const std::string& id) const {
    return cell(check(record(answers)), id);
  }
  [[nodiscard]] const LoadedStudy& loaded() const { return loaded_; }

private:
  StudyFiles files_;
  LoadedStudy loaded_;
  std::unique_ptr<Validator> validator_;
};

bool has(const std::vector<std::string>& reasons, std::string_view part) {
  return std::any_of(reasons.begin(), reasons.end(), [&](const std::string& reason) { return reason.find(part) != std::string::npos; });
}

} // namespace

TEST_CASE("answers that are no codes are held with what was found and what is allowed", "[responses][validate]") {
  const Desk desk;
  CHECK(
      desk.reasons({{"v1", "7"}}) ==
      std::vector<std::string>{"v1: \"7\" is no code of this question; allowed are 1 to 5, and the missing codes -99, -98, -97, -95, -94"});
  CHECK(has(desk.reasons({{"v1", "0"}}), "no code"));
  CHECK(has(desk.reasons({{"v1", "03"}}), "no code"));
  CHECK(has(desk.reasons({{"v1", "3.0"}}), "no code"));
  CHECK(has(desk.reasons({{"v1", "Agree"}}), "no code"));
  CHECK(has(desk.reasons({{"v1", "99999999999999999999"}}), "no code"));
  CHECK(has(desk.reasons({{"v1", "-93"}}), "is no missing code of this instrument"));
  CHECK(has(desk.reasons({{"worry_1", "2"}}), "worry_1: \"2\" is no code of this question; allowed are 0, 1"));
  CHECK(has(desk.reasons({{"v1", std::string("\xFF", 1)}}), "bytes that are not UTF-8"));
  CHECK(has(desk.reasons({{"v1", std::string(5000, 'x')}}), "..."));
  CHECK(desk.reasons({{"v1", std::string(5000, 'x')}})[0].size() < 200);
}

TEST_CASE("numbers, texts, dates and rules have their limits", "[responses][validate]") {
  const Desk desk;
  CHECK(has(desk.reasons({{"contact", "1"}, {"rating", "11"}}), "rating: \"11\" is out of range; allowed are whole numbers from 0 to 10"));
  CHECK(has(desk.reasons({{"contact", "1"}, {"rating", "4.5"}}), "is no whole number"));
  CHECK(has(desk.reasons({{"years", "ten"}}), "years: \"ten\" is no number"));
  CHECK(has(desk.reasons({{"years", "61"}}), "years: \"61\" is out of range; allowed are numbers with a decimal point from 0 to 60"));
  CHECK(has(desk.reasons({{"years", "13"}}),
            "years: \"13\" breaks the rule . >= 0 and . <= 60 and . != 13 (Between 0 and 60 years, not 13)"));
  CHECK(desk.reasons({{"years", "-99"}}).empty());
  CHECK(has(desk.reasons({{"years", "nan"}}), "is no number"));
  CHECK(has(desk.reasons({{"years", "1e999"}}), "is no number"));
  CHECK(has(desk.reasons({{"met", "31.12.2025"}}), "is no day of the calendar; allowed are days as YYYY-MM-DD"));
  CHECK(has(desk.reasons({{"met", "2026-02-29"}}), "is no day of the calendar"));
  CHECK(has(desk.reasons({{"worry_1", "1"}, {"why", "123456789012345678901"}}),
            "is too long (21 characters); allowed are up to 20 characters"));
  CHECK(desk.cell({{"worry_1", "1"}, {"why", "äöüäöüäöüäöüäöüäöüäö"}}, "why") == "äöüäöüäöüäöüäöüäöüäö");
  CHECK(desk.cell({{"years", "-0"}}, "years") == "0");
  CHECK(desk.cell({{"met", "1970-01-02"}}, "met") == "1");
}

TEST_CASE("who, when and which arm are checked, all at once", "[responses][validate]") {
  const Desk desk;
  RawRecord raw = desk.record({{"v1", "9"}}, "P99", "T9");
  raw.frame.arm = "contrl";
  const auto reasons = desk.check(raw).reasons;
  CHECK(reasons.size() == 3); // without a wave the answers cannot be judged
  CHECK(has(reasons, "\"P99\" is not in"));
  CHECK(has(reasons, "the study has no arm \"contrl\"; it is one of treatment or control; did you mean control?"));
  CHECK(has(reasons, "the study has no wave \"T9\"; it is one of T1, T2 or T3"));

  CHECK(has(desk.check(desk.record({}, "P7")).reasons, "the nearest known are P07"));
  CHECK(has(desk.check(desk.record({}, "p07")).reasons, "the nearest known are P07"));
  CHECK(has(desk.check(desk.record({}, "")).reasons, "nobody is named: \"participant\" is empty"));
  CHECK(has(desk.check(desk.record({}, " P07")).reasons, "starts or ends with a blank"));
  CHECK(has(desk.check(desk.record({}, "P\n07")).reasons, "control character"));
  CHECK(has(desk.check(desk.record({}, "P01", "")).reasons, "no wave is named"));

  RawRecord conflict = desk.record({}, "P01");
  conflict.frame.arm = "control";
  CHECK(has(desk.check(conflict).reasons, "the row says that \"P01\" is in arm control"));
  CHECK(has(desk.check(conflict).reasons, "(line 2) says treatment"));

  RawRecord heavy = desk.record({}, "P01");
  heavy.frame.weight = -1;
  CHECK(has(desk.check(heavy).reasons, "the weight is no number from 0 to 1e12"));

  const auto two = desk.check(desk.record({{"v1", "9"}, {"years", "x"}, {"met", "y"}}, "P99")).reasons;
  CHECK(two.size() == 4);
}

TEST_CASE("a weight that nobody can stand for is held", "[responses][validate]") {
  const Desk desk;
  const auto reasons = [&](double weight) {
    RawRecord record = desk.record({});
    record.frame.weight = weight;
    return desk.check(record).reasons;
  };
  CHECK(reasons(1e12).empty());
  for (const double weight : {1.1e12, 1e300, -1.0, std::numeric_limits<double>::infinity()}) {
    REQUIRE(reasons(weight).size() == 1);
    CHECK(reasons(weight)[0].find("the weight is no number from 0 to 1e12 (found ") != std::string::npos);
  }
}

TEST_CASE("a row that does not fit the instrument is held, not read past its end", "[responses][validate]") {
  const Desk desk;
  RawRecord raw = desk.record({});
  raw.answers.pop_back();
  CHECK(has(desk.check(raw).reasons, "does not fit this version of the instrument"));
}

TEST_CASE("a study without arms or people takes anybody and no arm", "[responses][validate]") {
  StudyFiles files;
  files.write("instruments/small.yaml", small_instrument)
      .write("study.yaml", "canvass: 1\nstudy: one\ntitle: \"One\"\ninstrument: small@1.0.0\nwaves: [{id: only, date: 2026-01-01}]\n");
  const LoadedStudy loaded = files.load();
  const Validator validator(loaded);
  RawRecord raw;
  raw.frame.person = "anybody";
  raw.frame.wave = "only";
  raw.answers.resize(loaded.instrument().variables.size());
  const Validated good = validator.validate(raw);
  REQUIRE(good.response);
  CHECK(good.response->id == "anybody/only");
  CHECK(good.response->frame.arm.empty());
  raw.frame.arm = "control";
  CHECK(has(validator.validate(raw).reasons, "the study has no arms"));
}

TEST_CASE("an empty sheet is all blanks, and what was not asked says so", "[responses][validate]") {
  const Desk desk;
  const Validated empty = desk.check(desk.record({}));
  REQUIRE(empty.response);
  CHECK(empty.response->id == "P01/T1");
  CHECK(empty.response->instrument == "small@1.0.0");
  CHECK(empty.response->frame.arm == "treatment"); // from people.csv
  CHECK(desk.cell(empty, "v1") == "m99");
  CHECK(desk.cell(empty, "worry_1") == "m99");
  CHECK(desk.cell(empty, "rating") == "m95"); // contact is blank, so nobody was sent there
  CHECK(desk.cell(empty, "why") == "m95");
  CHECK(desk.cell({{"v1", "   "}}, "v1") == "m99");
}

TEST_CASE("routing is three-valued and wins over what was typed", "[responses][validate]") {
  const Desk desk;
  CHECK(desk.cell({{"contact", "1"}, {"rating", "7"}}, "rating") == "7");
  CHECK(desk.cell({{"contact", "1"}}, "rating") == "m99");
  CHECK(desk.cell({{"contact", "0"}, {"rating", "7"}}, "rating") == "m95");
  CHECK(desk.cell({{"contact", "-98"}, {"rating", "7"}}, "rating") == "m95");
  CHECK(desk.cell({{"rating", "7"}}, "rating") == "m95");
  CHECK(desk.cell({{"contact", "0"}, {"rating", "nonsense"}}, "rating") == "m95"); // dropped, so no reason to hold
  CHECK(desk.cell({{"worry_1", "1"}, {"why", "loud"}}, "why") == "loud");
  CHECK(desk.cell({{"worry_2", "1"}, {"why", "loud"}}, "why") == "m95"); // worry_1 is 0 once worry_2 is ticked
}

TEST_CASE("missing codes are kept by their reason", "[responses][validate]") {
  const Desk desk;
  CHECK(desk.cell({{"v1", "-98"}}, "v1") == "m98");
  CHECK(desk.cell({{"v1", "-94"}}, "v1") == "m94");
  CHECK(desk.cell({{"worry_1", "1"}, {"why", "-97"}}, "why") == "m97");
  CHECK(desk.cell({{"years", "-99"}}, "years") == "m99");
}

TEST_CASE("ticks: an empty box beside a ticked one is no, never missing, a skipped question never no", "[responses][validate]") {
  const Desk desk;
  CHECK(desk.cell({{"worry_1", "1"}}, "worry_2") == "0");
  CHECK(desk.cell({{"worry_1", "1"}}, "worry_9") == "0");
  CHECK(desk.cell({{"v1", "1"}}, "worry_2") == "m99");
  CHECK(desk.cell({{"worry_1", "1"}, {"worry_2", "-94"}}, "worry_2") == "m94");
  CHECK(has(desk.reasons({{"worry_1", "1"}, {"worry_9", "1"}}),
            "worry: \"worry_9\" is ticked beside 1 other answer; it excludes all other answers"));
  CHECK(desk.reasons({{"worry_1", "0"}, {"worry_9", "1"}}).empty());
}

TEST_CASE("ranks are given once and within their number", "[responses][validate]") {
  StudyFiles files;
  write_small_study(files);
  files.write("instruments/small.yaml", replaced(small_instrument, "select_multiple worries", "rank worries"));
  std::string instrument =
      replaced(replaced(small_instrument, "select_multiple worries", "rank worries"), "        relevant: selected(${worry}, 1)\n", "");
  instrument = replaced(instrument, "exclusive: true, ", "");
  files.write("instruments/small.yaml", instrument);
  const LoadedStudy loaded = files.load();
  const Validator validator(loaded);
  RawRecord raw;
  raw.frame = {"P01", "T1", "", "", "", "", {}, {}};
  raw.answers.resize(loaded.instrument().variables.size());
  const std::size_t first = loaded.instrument().variable("worry_1");
  REQUIRE(first != Instrument::npos);
  raw.answers[first] = "2";
  raw.answers[first + 1] = "2";
  CHECK(has(validator.validate(raw).reasons, "worry: the rank 2 is given to worry_1 and to worry_2"));
  raw.answers[first + 1] = "4";
  CHECK(has(validator.validate(raw).reasons, "worry_2: \"4\" is out of range; allowed are whole numbers from 1 to 3"));
  raw.answers[first + 1] = "1";
  CHECK(validator.validate(raw).reasons.empty());
}

TEST_CASE("late is after the wave closed", "[responses][validate]") {
  const Desk desk;
  RawRecord raw = desk.record({}, "P01", "T3");
  CHECK_FALSE(desk.check(raw).response->late);
  raw.frame.answered_at = parse_moment("2026-06-30T23:59:59Z");
  CHECK_FALSE(desk.check(raw).response->late);
  raw.frame.answered_at = parse_moment("2026-07-01T00:00:00Z");
  CHECK(desk.check(raw).response->late);
}

TEST_CASE("each wave is read by its own version of the instrument", "[responses][validate]") {
  StudyFiles files;
  write_small_study(files, replaced(small_study, "date: 2026-02-22}", "date: 2026-02-22, instrument: small@0.9.0}"));
  const std::string older = replaced(replaced(small_instrument, "version: 1.0.0", "version: 0.9.0"), R"(      - id: years
        type: decimal
        label: {en: "Years here"}
        constraint: . >= 0 and . <= 60 and . != 13
        constraint_message: {en: "Between 0 and 60 years, not 13"}
)",
                                     "");
  files.write("instruments/older.yaml", older);
  const LoadedStudy loaded = files.load();
  const Validator validator(loaded);
  RawRecord raw;
  raw.frame = {"P01", "T1", "", "", "", "", {}, {}};
  raw.answers.resize(loaded.instrument_of_wave[0]->variables.size());
  const Validated before = validator.validate(raw);
  REQUIRE(before.response);
  CHECK(before.response->instrument == "small@0.9.0");
  CHECK(before.response->cells.size() + 1 == loaded.instrument().variables.size());
  raw.frame.wave = "T2";
  CHECK(has(validator.validate(raw).reasons, "does not fit this version"));
}

TEST_CASE("a checked sheet, written as text and checked again, is the same sheet", "[responses][validate][property]") {
  const Desk desk;
  std::uint32_t state = 1;
  const auto next = [&](std::uint32_t n) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % n;
  };
  const auto& variables = desk.loaded().instrument().variables;
  int taken = 0;
  for (int round = 0; round < 500; ++round) {
    RawRecord raw = desk.record({}, "P0" + std::to_string(1 + next(9)));
    for (auto& answer : raw.answers) {
      const std::uint32_t kind = next(4);
      if (kind != 0) {
        answer = kind == 1 ? "-98" : std::to_string(next(6));
      }
    }
    const Validated first = desk.check(raw);
    if (!first.response) {
      continue;
    }
    ++taken;
    RawRecord again = raw;
    again.frame = first.response->frame;
    for (std::size_t i = 0; i < variables.size(); ++i) {
      const Cell& cell = first.response->cells[i];
      again.answers[i] = cell.missing != 0    ? std::to_string(cell.missing)
                         : !cell.text.empty() ? cell.text.str()
                                              : std::to_string(static_cast<int>(cell.number));
    }
    const Validated second = desk.check(again);
    REQUIRE(second.response);
    CHECK(*second.response == *first.response);
  }
  CHECK(taken > 20);
}

TEST_CASE("60,000 sheets of 100 answers are checked in well under a second", "[.speed]") {
  std::string instrument = "canvass: 1\ninstrument: small\nversion: 1.0.0\ntitle: {en: \"Long\"}\nlanguages: [en]\nchoices:\n  agree:\n";
  for (int code = 1; code <= 5; ++code) {
    instrument += "    - {code: " + std::to_string(code) + ", label: {en: \"" + std::to_string(code) + "\"}}\n";
  }
  instrument += "pages:\n  - id: p\n    title: {en: \"P\"}\n    items:\n";
  for (int i = 0; i < 100; ++i) {
    instrument += "      - {id: i" + std::to_string(i) + ", type: select_one agree, label: {en: \"x\"}" +
                  (i % 10 == 9 ? ", relevant: \"${i" + std::to_string(i - 1) + "} > 2\"" : "") + "}\n";
  }
  StudyFiles files;
  files.write("instruments/small.yaml", instrument)
      .write("study.yaml", "canvass: 1\nstudy: one\ntitle: \"One\"\ninstrument: small@1.0.0\nwaves: [{id: only, date: 2026-01-01}]\n");
  const LoadedStudy loaded = files.load();
  const Validator validator(loaded);
  RawRecord raw;
  raw.frame.wave = "only";
  raw.answers.resize(100);
  std::vector<Response> kept;
  kept.reserve(60'000);
  std::size_t bytes = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int row = 0; row < 60'000; ++row) {
    raw.frame.person = "P" + std::to_string(row);
    for (std::size_t i = 0; i < 100; ++i) {
      raw.answers[i] = std::string(1, static_cast<char>('1' + (static_cast<std::size_t>(row) * 7 + i * 3) % 5));
    }
    kept.push_back(*validator.validate(raw).response);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (const Response& response : kept) {
    bytes += canonical_body(response).size();
  }
  const double with_bodies = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  WARN("validate " << seconds << " s, with bodies " << with_bodies << " s, " << bytes << " bytes");
  CHECK(seconds < 1.0);
}

TEST_CASE("what the importer could not read holds the row, beside the row's own reasons", "[responses][validate]") {
  const Desk desk;
  RawRecord raw = desk.record({{"v1", "9"}});
  raw.faults = {"the row has 3 cells, the header has 4; mend the row in the file"};
  const Validated held = desk.check(raw);
  CHECK_FALSE(held.response);
  REQUIRE(held.reasons.size() == 2);
  CHECK(held.reasons[0] == raw.faults[0]);
  CHECK(has(held.reasons, "v1: \"9\" is no code"));
}
