#include "tests/support/catch.hpp"
#include "tests/support/own_folder.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/simulate/simulate.hpp"
#include "engine/study/load.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::simulate;

namespace {

const char* const instrument_text = R"(canvass: 1
instrument: all-types
version: 1.0.0
title: {en: "Every type"}
languages: [en]
modes: [web]
missing:
  dk: {code: -98, label: {en: "Don't know"}}
choices:
  yesno:
    - {code: 1, label: {en: "Yes"}}
    - {code: 0, label: {en: "No"}}
  agree:
    - {code: 1, label: {en: "1"}}
    - {code: 2, label: {en: "2"}}
    - {code: 3, label: {en: "3"}}
    - {code: 4, label: {en: "4"}}
    - {code: 5, label: {en: "5"}}
  problems:
    - {code: 1, label: {en: "Litter"}}
    - {code: 2, label: {en: "Noise"}}
    - {code: 9, exclusive: true, label: {en: "None"}}
pages:
  - id: main
    title: {en: "Main"}
    items:
      - {id: contact, type: select_one yesno, label: {en: "Contact?"}, missing: [dk]}
      - {id: satisfied, type: integer, label: {en: "How satisfied?"}, minimum: 0, maximum: 10, relevant: "${contact} = 1"}
      - id: trust
        type: battery agree
        label: {en: "Trust"}
        missing: [dk]
        rows:
          - {id: t1, label: {en: "They listen"}}
          - {id: t2, reverse: true, label: {en: "They do not listen"}}
          - {id: t3, label: {en: "They act"}}
          - {id: other, label: {en: "Something else"}}
      - {id: local, type: select_multiple problems, label: {en: "Problems?"}}
      - {id: order, type: rank yesno, label: {en: "Order"}}
      - {id: hours, type: decimal, label: {en: "Hours"}, minimum: 0, maximum: 60, constraint: ". < 50"}
      - {id: why, type: text, label: {en: "Why?"}, max_length: 10}
      - {id: day, type: date, label: {en: "When?"}}
      - {id: hour, type: time, label: {en: "At what time?"}}
scales:
  trust_score: {label: {en: "Trust"}, items: [t1, t2, t3], score: mean, min_answered: 2}
)";

const char* const study_text = R"(canvass: 1
study: rehearsal
title: {en: "A rehearsal"}
instrument: all-types@1.0.0
frame: {person: participant, arm: arm}
waves:
  - {id: T1, label: {en: "Before"}, date: 2026-02-01}
  - {id: T2, label: {en: "After"}, opens: 2026-03-01, closes: 2026-03-05}
  - {id: T3, label: {en: "Later"}, date: 2026-06-01}
arms:
  treatment: {label: {en: "Trained"}}
  control: {label: {en: "Not trained"}, is_control: true}
)";

LoadedStudy loaded(const std::string& name, const std::string& design = "") {
  const std::filesystem::path path = testing::own_folder(name);
  std::ofstream(path / "all.yaml", std::ios::binary) << instrument_text;
  std::ofstream(path / "study.yaml", std::ios::binary) << study_text;
  if (!design.empty()) {
    std::ofstream(path / "simulation.yaml", std::ios::binary) << design;
  }
  return load_study_or_throw(path.string(), {});
}

std::string problems_of(const LoadedStudy& study, std::string_view text) {
  Problems problems;
  static_cast<void>(read_design(text, "s.yaml", study, problems));
  std::string all;
  for (const Problem& problem : problems.all()) {
    all += to_string(problem) + "\n";
  }
  return all;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string bytes_of(const std::vector<RawRecord>& records) {
  std::string text;
  for (const RawRecord& record : records) {
    text += record.raw + (record.frame.answered_at ? to_string(*record.frame.answered_at) : "") + "\n";
  }
  return text;
}

std::size_t index_of(const LoadedStudy& study, std::string_view id) {
  return study.instrument().variable(id);
}

/// Mean code by arm and wave of one item.
std::map<std::string, double> means(const LoadedStudy& study, const std::vector<RawRecord>& records, std::string_view id) {
  std::map<std::string, std::pair<double, int>> sums;
  for (const RawRecord& record : records) {
    if (const auto& answer = record.answers[index_of(study, id)]) {
      if (const int code = parse_int(*answer).value_or(-99); code > 0) {
        auto& sum = sums[record.frame.arm + " " + record.frame.wave];
        sum.first += code;
        ++sum.second;
      }
    }
  }
  std::map<std::string, double> out;
  for (const auto& [cell, sum] : sums) {
    out[cell] = sum.first / sum.second;
  }
  return out;
}

} // namespace

TEST_CASE("a design that does not fit the study says so, all at once", "[simulate]") {
  const LoadedStudy study = loaded("errors");
  const std::string text = problems_of(study, R"(canvass: 1
simulation: s
people: {treatmnt: 40, control: 0}
person_sd: 1.2
blank: -1
wave_missing: {T9: 0.1, T3: 2}
missing: {dkk: 0.1}
difficulty: {t9: 1}
shares: {agree: [1, 2], nothing: [1]}
columns: {sex: {}}
effects:
  - {scale: trst_score, arm: treatment, wave: T3}
  - {wave: T4, shift: 0.1, size: 2}
dropot: true
)");
  INFO(text);
  CHECK(has(text, "s.yaml:3:10: `people`: the study has no \"treatmnt\"; did you mean treatment?"));
  CHECK(has(text, "`people` must be a whole number from 1 to 1000000 (found \"0\")"));
  CHECK(has(text, "`person_sd` must lie between 0 and 1 (found 1.2)"));
  CHECK(has(text, "`blank` must lie between 0 and 1 (found -1)"));
  CHECK(has(text, "the study has no \"T9\""));
  CHECK(has(text, "must be a number from 0 to 1 (found \"2\")"));
  CHECK(has(text, "the study has no \"dkk\""));
  CHECK(has(text, "the study has no \"t9\"; did you mean t1?"));
  CHECK(has(text, "`shares` of agree must be a list of 5 numbers"));
  CHECK(has(text, "\"nothing\" is no choice list"));
  CHECK(has(text, "the column `sex` needs `levels`"));
  CHECK(has(text, "did you mean trust_score?"));
  CHECK(has(text, "lacks the key `shift`"));
  CHECK(has(text, "unknown key `size` in an effect"));
  CHECK(has(text, "unknown key `dropot` in the simulation; did you mean dropout?"));
  CHECK_THROWS_AS(load_design(loaded("errors-file", "canvass: 2\nsimulation: s\n")), InputError);
}

TEST_CASE("without a design there are 60 people in every arm", "[simulate]") {
  const LoadedStudy study = loaded("default");
  const Design design = load_design(study);
  const People people = make_people(study, design, 1);
  CHECK(people.people.size() == 120);
  CHECK(people.people.front().id == "P001");
  CHECK(people.people.back().arm == "control");
  CHECK(simulate::simulate(study, design, 1).size() == 360);
}

TEST_CASE("same seed, same bytes, another seed, others", "[simulate]") {
  const LoadedStudy study = loaded("seed");
  const Design design;
  const std::string first = bytes_of(simulate::simulate(study, design, 7));
  CHECK(first == bytes_of(simulate::simulate(study, design, 7)));
  CHECK(first != bytes_of(simulate::simulate(study, design, 8)));
  CHECK(people_csv(study, make_people(study, design, 7)) == people_csv(study, make_people(study, design, 7)));
}

TEST_CASE("every record is valid: types, routing, constraints, exclusive choices", "[simulate]") {
  const LoadedStudy study = loaded("valid");
  const Validator validator(study);
  const auto records = simulate::simulate(study, {}, 3);
  std::map<std::string, int> seen;
  for (const RawRecord& record : records) {
    const Validated validated = validator.validate(record);
    INFO(record.raw << (validated.reasons.empty() ? std::string() : validated.reasons.front()));
    REQUIRE(validated.response);
    const auto answer = [&](std::string_view id) { return record.answers[index_of(study, id)].value_or(""); };
    if (answer("contact") != "1") {
      CHECK(answer("satisfied") == "-95");
    } else {
      CHECK(answer("satisfied") != "-95");
    }
    if (answer("local_9") == "1") {
      CHECK(answer("local_1") == "0");
      CHECK(answer("local_2") == "0");
    }
    if (!answer("order_0").empty()) {
      CHECK(answer("order_0") != answer("order_1"));
    }
    if (!answer("hours").empty()) {
      CHECK(parse_double(answer("hours")).value() < 50);
    }
    CHECK(answer("why").size() <= 10);
    for (const char* id : {"contact", "satisfied", "t1", "t2", "local_1", "order_1", "hours", "why", "day", "hour"}) {
      seen[id] += answer(id).empty() ? 0 : 1;
    }
    REQUIRE(record.frame.answered_at);
    const Date day = date_of(*record.frame.answered_at);
    if (record.frame.wave == "T2") {
      CHECK(day >= parse_date("2026-03-01").value());
      CHECK(day <= parse_date("2026-03-05").value());
    }
  }
  for (const auto& [id, count] : seen) {
    INFO(id);
    CHECK(count > 50);
  }
}

TEST_CASE("an effect moves its scale in its arm and wave, reversed items the other way", "[simulate]") {
  const LoadedStudy study = loaded("effect", R"(canvass: 1
simulation: s
people: {treatment: 2000, control: 2000}
effects:
  - {scale: trust_score, arm: treatment, wave: T3, shift: 0.8}
)");
  const auto records = simulate::simulate(study, load_design(study), 11);
  const double tolerance = .12; // 2000 people, sd of a code about 1.2: four standard errors of a difference are .15 before pairing
  auto one = means(study, records, "t1");
  CHECK(one["treatment T3"] - one["treatment T1"] > .7);
  CHECK(std::abs(one["control T3"] - one["control T1"]) < tolerance);
  CHECK(std::abs(one["treatment T2"] - one["treatment T1"]) < tolerance);
  auto reversed = means(study, records, "t2");
  CHECK(reversed["treatment T3"] - reversed["treatment T1"] < -.7);
  auto other = means(study, records, "other");
  CHECK(std::abs(other["treatment T3"] - other["treatment T1"]) < tolerance);
}

TEST_CASE("shares, missing codes and dropout come out as asked for", "[simulate]") {
  const LoadedStudy study = loaded("rates", R"(canvass: 1
simulation: s
people: {treatment: 3000, control: 3000}
blank: 0.05
missing: {dk: 0.10}
shares: {agree: [10, 20, 30, 25, 15]}
wave_missing: {T2: 0.10, T3: 0.20}
dropout: false
)");
  const auto records = simulate::simulate(study, load_design(study), 5);
  std::map<std::string, int> by_wave;
  std::map<std::string, int> t1;
  int total = 0;
  for (const RawRecord& record : records) {
    ++by_wave[record.frame.wave];
    ++t1[record.answers[index_of(study, "t1")].value_or("blank")];
    ++total;
  }
  CHECK(by_wave["T1"] == 6000);
  CHECK(by_wave["T2"] / 6000.0 == Approx(.90).margin(.016)); // four standard errors
  CHECK(by_wave["T3"] / 6000.0 == Approx(.80).margin(.021));
  CHECK(t1["blank"] / static_cast<double>(total) == Approx(.05).margin(.008));
  CHECK(t1["-98"] / static_cast<double>(total) == Approx(.10).margin(.011));
  const double answered = total - t1["blank"] - t1["-98"];
  // Waves share people, so the shares vary a little more than of independent answers.
  CHECK(t1["1"] / answered == Approx(.10).margin(.02));
  CHECK(t1["3"] / answered == Approx(.30).margin(.03));
  CHECK(t1["5"] / answered == Approx(.15).margin(.025));
}

TEST_CASE("who drops out stays away, and people low on the trait leave more often if asked", "[simulate]") {
  const LoadedStudy study = loaded("dropout", R"(canvass: 1
simulation: s
people: {treatment: 1500, control: 1500}
wave_missing: {T2: 0.3, T3: 0.1}
dropout_by_level: 2
)");
  const auto records = simulate::simulate(study, load_design(study), 5);
  std::map<std::string, std::set<std::string>> waves;
  for (const RawRecord& record : records) {
    waves[record.frame.person].insert(record.frame.wave);
  }
  double left = 0;
  double stayed = 0;
  int n_left = 0;
  int n_stayed = 0;
  for (const RawRecord& record : records) {
    const auto& seen = waves[record.frame.person];
    CHECK_FALSE((seen.count("T3") > 0 && seen.count("T2") == 0));
    const auto& answer = record.answers[index_of(study, "t1")];
    const int code = answer ? parse_int(*answer).value_or(-1) : -1;
    if (record.frame.wave == "T1" && code > 0) {
      (seen.count("T2") > 0 ? stayed : left) += code;
      ++(seen.count("T2") > 0 ? n_stayed : n_left);
    }
  }
  CHECK(stayed / n_stayed - left / n_left > .3);
}

TEST_CASE("people come with the columns asked for", "[simulate]") {
  const LoadedStudy study = loaded("people", R"(canvass: 1
simulation: s
people: {treatment: 25, control: 20}
prefix: "X"
groups: {column: course, size: 10, sd: 0.2}
columns:
  area: {levels: {North: 1, South: 1}, one_a_group: true}
  sex: {levels: {female: 0.4, male: 0.6}}
  length_of_service: {from: 0, to: 30}
)");
  const People people = make_people(study, load_design(study), 2);
  CHECK(people.columns == std::vector<std::string>{"arm", "course", "area", "sex", "length_of_service"});
  REQUIRE(people.people.size() == 45);
  std::map<std::string, std::set<std::string>> areas;
  std::map<std::string, std::set<std::string>> arms;
  for (const Person& person : people.people) {
    areas[person.values[1]].insert(person.values[2]);
    arms[person.values[1]].insert(person.arm);
    const auto service = parse_int(person.values[4]);
    REQUIRE(service);
    CHECK(*service >= 0);
    CHECK(*service <= 30);
  }
  CHECK(areas.size() == 5);
  for (const auto& [group, values] : areas) {
    CHECK(values.size() == 1);
    CHECK(arms[group].size() == 1);
  }
  const std::string csv = people_csv(study, people);
  CHECK(csv.find("participant,arm,course,area,sex,length_of_service\nX001,treatment,G01,") == 0);
}

TEST_CASE("answers of one person hang together over items and waves", "[simulate]") {
  const LoadedStudy study = loaded("correlation", "canvass: 1\nsimulation: s\npeople: {treatment: 2000, control: 2000}\n");
  const auto records = simulate::simulate(study, load_design(study), 9);
  const auto correlation = [](const std::vector<std::pair<double, double>>& pairs) {
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    const auto n = static_cast<double>(pairs.size());
    for (const auto& [a, b] : pairs) {
      x += a;
      y += b;
      xx += a * a;
      yy += b * b;
      xy += a * b;
    }
    return (xy - x * y / n) / std::sqrt((xx - x * x / n) * (yy - y * y / n));
  };
  const auto code = [&](const RawRecord& record, std::string_view id) {
    const auto& answer = record.answers[index_of(study, id)];
    return answer ? parse_int(*answer).value_or(-99) : -99;
  };
  std::vector<std::pair<double, double>> straight;
  std::vector<std::pair<double, double>> reversed;
  std::map<std::string, int> first;
  std::vector<std::pair<double, double>> waves;
  for (const RawRecord& record : records) {
    if (code(record, "t1") < 0 || code(record, "t2") < 0 || code(record, "t3") < 0) {
      continue;
    }
    if (record.frame.wave == "T1") {
      straight.emplace_back(code(record, "t1"), code(record, "t3"));
      reversed.emplace_back(code(record, "t1"), code(record, "t2"));
      first[record.frame.person] = code(record, "t1");
    } else if (record.frame.wave == "T2" && first.count(record.frame.person) > 0) {
      waves.emplace_back(first[record.frame.person], code(record, "t1"));
    }
  }
  // Latent: .49 + .51 x .3 = .64 between items, .49 + .51 x .6 = .80 between waves; five codes take about a tenth off.
  CHECK(correlation(straight) == Approx(.58).margin(.06));
  CHECK(correlation(reversed) == Approx(-.58).margin(.06));
  CHECK(correlation(waves) == Approx(.73).margin(.06));
}

TEST_CASE("the design of the page on simulating is a design", "[simulate]") {
  const std::string page = read_file(CANVASS_SOURCE_DIR "/docs/simulate.md");
  const std::size_t start = page.find("```yaml\n") + 8;
  const std::string design = page.substr(start, page.find("```", start) - start);
  std::string instrument = instrument_text;
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = instrument.find(from); at != std::string::npos; at = instrument.find(from, at + to.size())) {
      instrument.replace(at, from.size(), to);
    }
  };
  replace("trust_score", "self_legitimacy");
  replace("  agree:", "  agree5:");
  replace("battery agree", "battery agree5");
  replace("t3", "q7");
  replace("choices:\n  yesno", "  pns: {code: -97, label: {en: \"Rather not say\"}}\nchoices:\n  yesno");
  const std::filesystem::path path = testing::own_folder("page");
  std::ofstream(path / "all.yaml", std::ios::binary) << instrument;
  std::ofstream(path / "study.yaml", std::ios::binary) << study_text;
  const LoadedStudy study = load_study_or_throw(path.string(), {});
  CHECK(problems_of(study, design).empty());
}
