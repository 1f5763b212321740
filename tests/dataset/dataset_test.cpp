#include "tests/support/catch.hpp"
#include "tests/support/study_files.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/dataset/dataset.hpp"
#include "engine/dataset/scores.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>

using namespace canvass;
using namespace canvass::testing;

namespace {

/// The small study and responses put together from variable -> text, through the validator as in life.
class Desk {
public:
  explicit Desk(const std::string& study = small_study, const std::string& instrument = small_instrument) {
    write_small_study(files_, study);
    files_.write("instruments/small.yaml", instrument);
    loaded_ = files_.load();
  }
  Desk& add(const std::string& person, const std::string& wave, const std::map<std::string, std::string>& answers) {
    RawRecord raw;
    raw.frame.person = person;
    raw.frame.wave = wave;
    const Instrument& instrument = *loaded_.instrument_of_wave[loaded_.study.wave(wave)];
    raw.answers.resize(instrument.variables.size());
    for (const auto& [id, text] : answers) {
      REQUIRE(instrument.variable(id) != Instrument::npos);
      raw.answers[instrument.variable(id)] = text;
    }
    const Validated validated = Validator(loaded_).validate(raw);
    INFO(join(validated.reasons, "; "));
    REQUIRE(validated.response);
    responses.push_back(*validated.response);
    return *this;
  }
  [[nodiscard]] Dataset build(bool with_late = true) const { return build_dataset(loaded_, responses, with_late); }
  [[nodiscard]] double score(const std::map<std::string, std::string>& answers) {
    responses.clear();
    add("P01", "T1", answers);
    return build().scores[0].values[0];
  }
  [[nodiscard]] double outcome(const std::map<std::string, std::string>& answers, std::string_view id) {
    responses.clear();
    add("P01", "T1", answers);
    return outcome_by_person(loaded_, build(), id)[0];
  }
  [[nodiscard]] const LoadedStudy& loaded() const { return loaded_; }

  std::vector<Response> responses;

private:
  StudyFiles files_;
  LoadedStudy loaded_;
};

} // namespace

TEST_CASE("what cannot be a dataset is refused with its reason", "[dataset][build]") {
  Desk desk;
  desk.add("P01", "T1", {{"v1", "3"}});
  const Response good = desk.responses[0];

  desk.responses.push_back(good);
  CHECK_THROWS_WITH(desk.build(), Catch::Matchers::StartsWith("there are two answer sheets of P01/T1"));

  desk.responses = {good};
  desk.responses[0].frame.wave = "T9";
  CHECK_THROWS_AS(desk.build(), InputError);

  desk.responses = {good};
  desk.responses[0].instrument = "small@7.0.0";
  CHECK_THROWS_AS(desk.build(), InputError);

  desk.responses = {good};
  desk.responses[0].cells.pop_back();
  CHECK_THROWS_AS(desk.build(), InputError);

  desk.responses = {good};
  desk.responses[0].frame.arm = "control"; // P01 is listed as treatment
  CHECK_THROWS_AS(desk.build(), InputError);

  desk.responses = {good};
  const Dataset dataset = desk.build();
  CHECK_THROWS_AS(outcome_by_person(desk.loaded(), dataset, "standin"), InputError);
  CHECK_THROWS_AS(outcome_by_person(desk.loaded(), dataset, "why"), InputError);
}

TEST_CASE("before the first answer everybody is there and nobody has answered", "[dataset][build]") {
  const Desk desk;
  const Dataset dataset = desk.build();
  CHECK(dataset.rows() == 0);
  CHECK(dataset.persons.size() == 24);
  CHECK(dataset.listed == 24);
  CHECK(dataset.waves == 3);
  CHECK(dataset.row_of(23, 2) == -1);
  REQUIRE(dataset.column("v1") != nullptr);
  CHECK(dataset.column("v1")->size() == 0);
  CHECK(dataset.column("v9") == nullptr);
  CHECK(dataset.score("standing")->values.empty());
  const auto outcome = outcome_by_person(desk.loaded(), dataset, "standing");
  CHECK(outcome.size() == 72);
  CHECK(std::all_of(outcome.begin(), outcome.end(), [](double value) { return std::isnan(value); }));
}

TEST_CASE("rows know person, wave and arm", "[dataset][build]") {
  Desk desk;
  desk.add("P13", "T1", {{"v1", "3"}}).add("P02", "T3", {{"v1", "4"}}).add("P02", "T1", {{"v1", "5"}});
  const Dataset dataset = desk.build();
  REQUIRE(dataset.rows() == 3);
  CHECK(dataset.persons[static_cast<std::size_t>(dataset.person[0])] == "P13");
  CHECK(dataset.arm_of_person[12] == 1);
  CHECK(dataset.arm_of_person[0] == 0);
  CHECK(dataset.wave[1] == 2);
  CHECK(dataset.row_of(1, 0) == 2);
  CHECK(dataset.row_of(1, 1) == -1);
  CHECK(dataset.row_of(1, 2) == 1);
  const auto v1 = outcome_by_person(desk.loaded(), dataset, "v1");
  CHECK(v1[1 * 3 + 0] == 5);
  CHECK(std::isnan(v1[1 * 3 + 1]));
  CHECK(v1[1 * 3 + 2] == 4);
  CHECK(v1[12 * 3 + 0] == 3);
}

TEST_CASE("people who are not listed come after, in the order of their ids", "[dataset][build]") {
  Desk desk;
  desk.add("P01", "T1", {});
  Response stranger = desk.responses[0];
  stranger.frame.person = "Z2";
  stranger.frame.arm = "control";
  Response other = stranger;
  other.frame.person = "A1";
  other.frame.arm = "";
  desk.responses.push_back(stranger);
  desk.responses.push_back(other);
  const Dataset dataset = desk.build();
  REQUIRE(dataset.persons.size() == 26);
  CHECK(dataset.listed == 24);
  CHECK(dataset.persons[24] == "A1");
  CHECK(dataset.persons[25] == "Z2");
  CHECK(dataset.arm_of_person[24] == -1);
  CHECK(dataset.arm_of_person[25] == 1);
}

TEST_CASE("late answers are kept, or left out on request", "[dataset][build]") {
  Desk desk;
  desk.add("P01", "T3", {{"v1", "3"}}).add("P02", "T3", {{"v1", "4"}});
  desk.responses[1].late = true;
  CHECK(desk.build().rows() == 2);
  CHECK(desk.build().late[1] == 1);
  const Dataset in_time = desk.build(false);
  CHECK(in_time.rows() == 1);
  CHECK(in_time.persons.size() == 24); // P02 could have answered, and is still counted as one who could
  CHECK(in_time.row_of(1, 2) == -1);
}

TEST_CASE("columns keep every kind of answer and every reason", "[dataset][build]") {
  Desk desk;
  desk.add(
      "P01", "T1",
      {{"v1", "-98"}, {"contact", "1"}, {"rating", "10"}, {"worry_1", "1"}, {"why", "noise"}, {"met", "2026-01-02"}, {"years", "2.5"}});
  desk.add("P02", "T1", {{"v1", "5"}, {"years", "-97"}});
  const Dataset dataset = desk.build();
  const Column& v1 = *dataset.column("v1");
  CHECK(v1.small.size() == 2);
  CHECK(v1.numbers.empty());
  CHECK(v1.missing_code(0) == -98);
  CHECK(std::isnan(v1.value(0)));
  CHECK(v1.value(1) == 5);
  CHECK(v1.missing_code(1) == 0);
  const Column& years = *dataset.column("years");
  CHECK(years.small.empty());
  CHECK(years.value(0) == 2.5);
  CHECK(years.missing_code(1) == -97);
  CHECK(years.numbers[1] == -97);
  CHECK(dataset.column("why")->texts[0] == "noise");
  CHECK(dataset.column("why")->missing_code(1) == code_routed);
  CHECK(dataset.column("rating")->value(0) == 10);
  CHECK(dataset.column("rating")->missing_code(1) == code_routed);
  CHECK(dataset.column("worry_2")->value(0) == 0);
  CHECK(dataset.column("worry_2")->missing_code(1) == code_blank);
  CHECK(dataset.column("met")->value(0) == parse_date("2026-01-02")->days);
}

TEST_CASE("codes beyond a byte are kept as numbers", "[dataset][build]") {
  Desk desk(small_study, replaced(small_instrument, "- {code: 1, label: {en: \"Yes\"}}",
                                  "- {code: 1, label: {en: \"Yes\"}}\n    - {code: 300, label: {en: \"Often\"}}"));
  desk.add("P01", "T1", {{"contact", "300"}}).add("P02", "T1", {{"contact", "-98"}});
  const Dataset dataset = desk.build();
  CHECK(dataset.column("contact")->small.empty());
  CHECK(dataset.column("contact")->value(0) == 300);
  CHECK(dataset.column("contact")->missing_code(1) == -98);
}

TEST_CASE("a score is the mean of what was answered, reversed items turned, or missing below the minimum", "[dataset][score]") {
  Desk desk; // v1, v2 (reversed), v3 on 1..5, at least two
  CHECK(desk.score({{"v1", "5"}, {"v2", "1"}, {"v3", "5"}}) == 5);
  CHECK(desk.score({{"v1", "1"}, {"v2", "5"}, {"v3", "1"}}) == 1);
  CHECK(desk.score({{"v1", "4"}, {"v2", "1"}}) == 4.5);
  CHECK(desk.score({{"v1", "4"}, {"v2", "-98"}, {"v3", "3"}}) == 3.5);
  CHECK(std::isnan(desk.score({{"v1", "4"}})));
  CHECK(std::isnan(desk.score({{"v1", "4"}, {"v2", "-98"}, {"v3", "-99"}})));
  const Dataset dataset = desk.build();
  CHECK(dataset.scores[0].lowest == 1);
  CHECK(dataset.scores[0].highest == 5);
  CHECK(dataset.scores[0].answered[0] == 1);
}

TEST_CASE("sums and shares of the most keep their range when an item is missing", "[dataset][score]") {
  Desk sum(small_study, replaced(small_instrument, "score: mean", "score: sum"));
  CHECK(sum.score({{"v1", "5"}, {"v2", "1"}, {"v3", "4"}}) == 14);
  CHECK(sum.score({{"v1", "5"}, {"v2", "1"}}) == 15);
  CHECK(sum.build().scores[0].lowest == 3);
  CHECK(sum.build().scores[0].highest == 15);
  Desk percent(small_study, replaced(small_instrument, "score: mean", "score: percent_of_max"));
  CHECK(percent.score({{"v1", "1"}, {"v2", "5"}, {"v3", "1"}}) == 0);
  CHECK(percent.score({{"v1", "5"}, {"v2", "1"}, {"v3", "5"}}) == 100);
  CHECK(percent.score({{"v1", "3"}, {"v2", "3"}}) == 50);
  CHECK(percent.build().scores[0].highest == 100);
}

TEST_CASE("an indicator counts its codes over its base", "[dataset][indicator]") {
  Desk desk;
  CHECK(desk.outcome({{"contact", "1"}}, "contacted") == 1);
  CHECK(desk.outcome({{"contact", "0"}}, "contacted") == 0);
  CHECK(std::isnan(desk.outcome({{"contact", "-98"}}, "contacted")));
  CHECK(std::isnan(desk.outcome({{"v2", "1"}}, "contacted")));
  // base: asked keeps don't know and blank in, spoilt and routed out
  CHECK(desk.outcome({{"v1", "4"}}, "trusted") == 1);
  CHECK(desk.outcome({{"v1", "3"}}, "trusted") == 0);
  CHECK(desk.outcome({{"v1", "-98"}}, "trusted") == 0);
  CHECK(desk.outcome({{"v2", "1"}}, "trusted") == 0);
  CHECK(std::isnan(desk.outcome({{"v1", "-94"}}, "trusted")));
  CHECK(std::isnan(desk.outcome({{"v1", "-95"}}, "trusted")));
}

TEST_CASE("a formula is three-valued", "[dataset][indicator]") {
  Desk desk; // ${contact} = 1 and ${rating} >= 8
  CHECK(desk.outcome({{"contact", "1"}, {"rating", "8"}}, "well_rated") == 1);
  CHECK(desk.outcome({{"contact", "1"}, {"rating", "7"}}, "well_rated") == 0);
  CHECK(desk.outcome({{"contact", "0"}}, "well_rated") == 0); // false and unknown is false
  CHECK(std::isnan(desk.outcome({{"contact", "1"}}, "well_rated")));
  CHECK(std::isnan(desk.outcome({{"contact", "-98"}}, "well_rated")));
}

TEST_CASE("waves on another version meet in the report's columns", "[dataset][series]") {
  StudyFiles files;
  write_small_study(files, replaced(small_study, "date: 2026-02-22}", "date: 2026-02-22, instrument: small@0.9.0}"));
  // The older version asks in another order and lacks the two last questions.
  std::string older = replaced(small_instrument, "version: 1.0.0", "version: 0.9.0");
  const std::string tail = older.substr(older.find("      - id: met"), older.find("scales:") - older.find("      - id: met"));
  older = replaced(older, tail, "");
  files.write("instruments/older.yaml", older);
  const LoadedStudy loaded = files.load();
  Response before;
  before.id = "P01/T1";
  before.instrument = "small@0.9.0";
  before.frame.person = "P01";
  before.frame.wave = "T1";
  before.cells.resize(loaded.instrument_of_wave[0]->variables.size());
  for (std::size_t i = 0; i < before.cells.size(); ++i) {
    before.cells[i].number = 1;
  }
  const Dataset dataset = build_dataset(loaded, std::vector<Response>{before});
  CHECK(dataset.columns.size() == loaded.instrument().variables.size());
  CHECK(dataset.column("v3")->value(0) == 1);
  CHECK(dataset.column("met")->missing_code(0) == code_routed);
  CHECK(dataset.column("years")->missing_code(0) == code_routed);
}

TEST_CASE("the order of the answers does not matter to a person's outcome", "[dataset][property]") {
  Desk desk;
  for (int i = 1; i <= 24; ++i) {
    const std::string person = (i < 10 ? "P0" : "P") + std::to_string(i);
    for (const char* wave : {"T1", "T2", "T3"}) {
      desk.add(person, wave,
               {{"v1", std::to_string(1 + i % 5)}, {"v2", std::to_string(1 + (i / 2) % 5)}, {"v3", std::to_string(1 + (i + wave[1]) % 5)}});
    }
  }
  const auto one = outcome_by_person(desk.loaded(), desk.build(), "standing");
  std::reverse(desk.responses.begin(), desk.responses.end());
  CHECK(outcome_by_person(desk.loaded(), desk.build(), "standing") == one);
}

TEST_CASE("the film data score as R scores them", "[dataset][reference]") {
  const std::string file = CANVASS_SOURCE_DIR "/../shared/oracles/evaluation/data/flat_frontline_vs_control_T1T2T3_20items.csv";
  if (!std::filesystem::exists(file)) {
    WARN("skipped: ../shared is not here");
    return;
  }
  const LoadedStudy loaded = load_study_or_throw(CANVASS_SOURCE_DIR "/examples/film-stress", {});
  const std::string bytes = read_file(file);
  CsvReader reader(bytes, file, sniff_csv(bytes));
  REQUIRE(reader.next());
  const Validator validator(loaded);
  std::vector<Response> responses;
  while (reader.next()) {
    const auto& cells = reader.cells();
    RawRecord raw;
    raw.frame.person = std::string(cells[0]);
    raw.frame.arm = std::string(cells[1]);
    raw.frame.wave = "T" + std::string(cells[2]);
    raw.answers.resize(20);
    for (std::size_t i = 0; i < 20; ++i) {
      if (cells[3 + i] != "NA") {
        raw.answers[i] = std::string(cells[3 + i]);
      }
    }
    const Validated validated = validator.validate(raw);
    INFO(join(validated.reasons, "; "));
    REQUIRE(validated.response);
    responses.push_back(*validated.response);
  }
  const Dataset dataset = build_dataset(loaded, responses);
  CHECK(dataset.rows() == 249);
  CHECK(dataset.persons.size() == 83);
  const auto stress = outcome_by_person(loaded, dataset, "stress");
  // R: tapply(y, list(arm, time), mean) with y = rowMeans(items, na.rm = TRUE), the ten pleasant words as 5 - x.
  const double expected[2][3] = {{2.019512195122, 2.432926829268, 2.193068035944}, {2.166102756892, 1.982282913165, 2.231862745098}};
  for (int arm = 0; arm < 2; ++arm) {
    for (std::size_t wave = 0; wave < 3; ++wave) {
      double sum = 0;
      int n = 0;
      for (std::size_t person = 0; person < dataset.persons.size(); ++person) {
        if (dataset.arm_of_person[person] == arm) {
          sum += stress[person * 3 + wave];
          ++n;
        }
      }
      CHECK(n == (arm == 0 ? 41 : 42));
      CHECK(sum / n == Approx(expected[arm][wave]).epsilon(1e-12)); // the reference has 13 digits
    }
  }
}

TEST_CASE("60,000 sheets of 100 answers become columns and scores in well under a second", "[.speed]") {
  std::string instrument = "canvass: 1\ninstrument: small\nversion: 1.0.0\ntitle: {en: \"Long\"}\nlanguages: [en]\nchoices:\n  agree:\n";
  for (int code = 1; code <= 5; ++code) {
    instrument += "    - {code: " + std::to_string(code) + ", label: {en: \"" + std::to_string(code) + "\"}}\n";
  }
  instrument += "pages:\n  - id: p\n    title: {en: \"P\"}\n    items:\n";
  std::string items;
  for (int i = 0; i < 100; ++i) {
    instrument += "      - {id: i" + std::to_string(i) + ", type: select_one agree, label: {en: \"x\"}}\n";
    items += (i == 0 ? "i" : i < 20 ? ", i" : "") + (i < 20 ? std::to_string(i) : "");
  }
  instrument += "scales:\n  s: {label: {en: \"S\"}, items: [" + items +
                "], min_answered: 16}\nindicators:\n  good: {label: {en: \"G\"}, of: i3, in: [4, 5]}\n";
  StudyFiles files;
  files.write("instruments/small.yaml", instrument)
      .write("study.yaml", "canvass: 1\nstudy: one\ntitle: \"One\"\ninstrument: small@1.0.0\nwaves: [{id: only, date: 2026-01-01}]\n");
  const LoadedStudy loaded = files.load();
  std::vector<Response> responses(60'000);
  for (std::size_t row = 0; row < responses.size(); ++row) {
    Response& response = responses[row];
    response.frame.person = "P" + std::to_string(row);
    response.id = response.frame.person + "/only";
    response.frame.wave = "only";
    response.instrument = "small@1.0.0";
    response.cells.resize(100);
    for (std::size_t i = 0; i < 100; ++i) {
      response.cells[i].number = static_cast<double>(1 + (row * 7 + i * 3) % 5);
    }
  }
  const auto start = std::chrono::steady_clock::now();
  const Dataset dataset = build_dataset(loaded, responses);
  const double built = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto good = outcome_by_person(loaded, dataset, "good");
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  WARN("build " << built << " s, with an indicator " << seconds << " s");
  CHECK(good.size() == 60'000);
  CHECK(seconds < 1.0);
}
