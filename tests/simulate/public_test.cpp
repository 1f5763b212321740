#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"

#include "engine/core/text.hpp"
#include "engine/responses/response.hpp"
#include "engine/simulate/simulate.hpp"

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::simulate;
using canvass::testing::StudyFiles;
using canvass::testing::write_public_study;

namespace {

const std::string head = "canvass: 1\nsimulation: s\n";

std::vector<RawRecord> made(const LoadedStudy& study, const Design& design, std::uint64_t seed) {
  return canvass::simulate::simulate(study, design, seed);
}

LoadedStudy load(const StudyFiles& files) {
  return load_study_or_throw(files.folder(), StudyPaths{});
}

Design design_of(const LoadedStudy& study, const std::string& text) {
  Problems problems;
  Design design = read_design(head + text, "s.yaml", study, problems);
  for (const Problem& problem : problems.all()) {
    FAIL_CHECK(to_string(problem));
  }
  return design;
}

std::string problems_of(const LoadedStudy& study, const std::string& text) {
  Problems problems;
  static_cast<void>(read_design(head + text, "s.yaml", study, problems));
  std::string all;
  for (const Problem& problem : problems.all()) {
    all += to_string(problem) + "\n";
  }
  return all;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The code that a record gives to a variable; nothing where it gives none.
std::optional<int> code_of(const LoadedStudy& study, const RawRecord& record, std::string_view id) {
  const auto& answer = record.answers[study.instrument().variable(id)];
  const std::optional<int> code = answer ? parse_int(*answer) : std::nullopt;
  return code && !is_missing_code(*code) ? code : std::nullopt;
}

/// Share of the answers of a wave (empty: all) that are `code` or more.
double share(const LoadedStudy& study, const std::vector<RawRecord>& records, std::string_view id, int code, const std::string& wave = "",
             const std::string& area = "") {
  double count = 0;
  double base = 0;
  for (const RawRecord& record : records) {
    const std::optional<int> given = code_of(study, record, id);
    if (given && (wave.empty() || record.frame.wave == wave) && (area.empty() || record.frame.area == area)) {
      ++base;
      count += *given >= code ? 1 : 0;
    }
  }
  return count / base;
}

std::string bytes_of(const std::vector<RawRecord>& records) {
  std::string text;
  for (const RawRecord& record : records) {
    text += record.raw + record.frame.area + (record.frame.answered_at ? to_string(*record.frame.answered_at) : "") + "\n";
  }
  return text;
}

std::size_t count_of(const std::vector<RawRecord>& records, const std::string& wave, const std::set<std::string>& areas) {
  std::size_t count = 0;
  for (const RawRecord& record : records) {
    count += record.frame.wave == wave && areas.count(record.frame.area) > 0 ? 1U : 0U;
  }
  return count;
}

} // namespace

TEST_CASE("a design that does not fit a survey of the public says so, all at once", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  const LoadedStudy study = load(files);
  const std::string text = problems_of(study, R"(sent: {y2027: 10, y2026: 0}
spread: evenly
response: 1.5
response_by: {worry_1: {1: 2}, sex: {woman: 2, female: -1}}
answers: {Alderbi: {y2026: 5}}
traits:
  police: {items: {local_polic: 0.5, local_police: 0.9}, area_sd: {town: 0.1}}
  other: {items: {local_police: 0.8, years: 0.2}, area_sd: 1.2, with: {polise: 0.2, police: 1.1}}
effects:
  - {trait: polic, shift: 1}
  - {trait: police, scale: years, wave: y2026, where: {local_police: 5, area: [Nowhere], sex: [9]}, shift: 1}
ticks: {local_police: 0.5}
missing_of: {worry: {refused: 0.1}}
)");
  for (const char* part : {"`sent`: the study has no \"y2027\"",
                           "`sent` must be a whole number from 1 to 10000000 (found \"0\")",
                           "spread",
                           "`response` must be a share from 0 to 1 (found \"1.5\")",
                           "`response_by`: the study has no \"worry_1\"",
                           "sex has no code \"woman\"",
                           "odds must be a number above 0 (found \"-1\")",
                           "the study has no area \"Alderbi\"; did you mean Alderby",
                           "the study has dispatch lists, so the lists decide who answers",
                           "`items` of the trait police: the study has no \"local_polic\"",
                           "`area_sd`: the study has no \"town\"",
                           "`area_sd` must lie between 0 and 1 (found \"1.2\")",
                           "`with` of the trait other: the study has no \"polise\"",
                           "the squares of `with` of other add up to more than 1",
                           "the squares of the correlations of local_police with its traits add up to more than 1",
                           "an effect: the study has no \"polic\"",
                           "an effect moves a `trait` or a `scale`, not both",
                           "`where` asks for local_police, an item of the trait police",
                           "the study has no area \"Nowhere\"",
                           "sex has no code \"9\"; allowed are 1, 2",
                           "`ticks`: the study has no \"local_police\"",
                           "`missing_of` of worry: the study has no \"refused\""}) {
    INFO(part << "\n" << text);
    CHECK(has(text, part));
  }
}

TEST_CASE("what belongs to a cohort is refused in a survey of the public, and the other way round", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  const LoadedStudy study = load(files);
  CHECK(has(problems_of(study, "stability: 0.5\n"), "unknown key `stability`"));
  CHECK(has(problems_of(study, "people: 40\n"), "unknown key `people`"));
  CHECK(has(problems_of(study, "effects:\n  - {arm: treatment, shift: 1}\n"), "unknown key `arm`"));
  CHECK(has(problems_of(study, "person_sd: 0.5\ntraits: {t: {items: {years: 0.5}}}\n"), "`person_sd` is for a study without `traits`"));
}

TEST_CASE("nobody answers where nothing comes back, and everybody where all does", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  const LoadedStudy study = load(files);
  CHECK(made(study, design_of(study, "response: 0\n"), 1).empty());
  const auto records = made(study, design_of(study, "response: {y2025: 1, y2026: 0}\n"), 1);
  REQUIRE(records.size() == 5);
  CHECK(records[0].frame.person == "1001");
  CHECK(records[0].frame.area == "A1");
  CHECK(records[3].frame.area == "A4");
  CHECK(records[4].frame.wave == "y2025");
}

TEST_CASE("a list that is missing is drawn over the areas, says of each row that it is made up, and is the list that is answered",
          "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  const LoadedStudy without = load(files);
  const Design design = design_of(without, "sent: 1000\nresponse: 0.4\n");
  const std::vector<SentList> lists = make_sent(without, design);
  REQUIRE(lists.size() == 1); // 2025 has its own
  CHECK(lists[0].wave == 1);
  CHECK(has(lists[0].path, "sent-y2026.csv"));
  CHECK(lists[0].csv.find("serial,area,stratum,made_up") == 0);
  CHECK(has(lists[0].csv, "\ny2026-000001,A1,A1,SIMULATED"));
  files.write("sent-y2026.csv", lists[0].csv);
  const LoadedStudy with = load(files);
  REQUIRE(with.study.survey->sent[1].serial.size() == 1000);
  std::map<std::int32_t, int> by_area;
  for (const std::int32_t area : with.study.survey->sent[1].area) {
    ++by_area[area];
  }
  REQUIRE(by_area.size() == 4); // in proportion to 460, 620, 780 and 940 of 2,800
  CHECK(by_area.begin()->second == 164);
  CHECK(by_area.rbegin()->second == 336);
  CHECK(make_sent(with, design).empty());
  CHECK(bytes_of(made(with, design, 7)) == bytes_of(made(without, design, 7)));
  const Design even = design_of(without, "sent: 1000\nspread: equal\n");
  CHECK(has(make_sent(without, even)[0].csv, "y2026-000250,A1"));
  CHECK(has(make_sent(without, even)[0].csv, "y2026-000251,A2"));
}

TEST_CASE("the same seed gives the same answers, another rate of gaps leaves those that are given as they were", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  const LoadedStudy study = load(files);
  const Design design = design_of(study, "sent: 400\nblank: 0\n");
  const auto once = made(study, design, 3);
  CHECK(bytes_of(once) == bytes_of(made(study, design, 3)));
  CHECK(bytes_of(once) != bytes_of(made(study, design, 4)));
  const auto gappy = made(study, design_of(study, "sent: 400\nblank: 0.3\n"), 3);
  REQUIRE(gappy.size() == once.size());
  std::size_t left = 0;
  for (std::size_t i = 0; i < once.size(); ++i) {
    const auto given = code_of(study, gappy[i], "local_police");
    if (given) {
      ++left;
      CHECK(given == code_of(study, once[i], "local_police"));
    }
  }
  CHECK(left < once.size());
}

TEST_CASE("every record is valid as it is", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  const LoadedStudy study = load(files);
  const auto records = made(study, design_of(study, "sent: 500\nblank: 0.1\nmissing: {dk: 0.2}\n"), 5);
  const Validator validator(study);
  for (const RawRecord& record : records) {
    const Validated validated = validator.validate(record);
    INFO(join(validated.reasons, "; "));
    CHECK(validated.response.has_value());
  }
}

TEST_CASE("the share that comes back is met, and who comes back more often is seen more often", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  const LoadedStudy study = load(files);
  const auto records = made(study,
                            design_of(study, "sent: 20000\nresponse: {y2025: 0, y2026: 0.2}\nresponse_by: {age_band: {1: 0.25}}\n"
                                             "response_area_sd: 0\nblank: 0\n"),
                            11);
  CHECK(static_cast<double>(records.size()) == Approx(4000).margin(4 * std::sqrt(20000 * .2 * .8))); // four standard errors
  // In the population 48.2 % are in the first band; odds of .25 leave 18.6 % of those who answer (solved for a mean of .2).
  const double young = 1 - share(study, records, "age_band", 2);
  CHECK(young > .15);
  CHECK(young < .26);
  CHECK(share(study, records, "sex", 2) == Approx(1440.0 / 2800).margin(.04)); // as in the population: nothing was said of it
}

TEST_CASE("effects move whom they concern, and nobody else", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  const LoadedStudy study = load(files);
  const std::string plain =
      "sent: 8000\nresponse: {y2025: 0, y2026: 1}\nblank: 0\nmissing: {dk: 0}\nshares: {local_police: [1, 1, 1, 1, 1]}\n"
      "traits: {police: {items: {local_police: 0.6}}}\n";
  const auto base = made(study, design_of(study, plain), 2);
  CHECK(share(study, base, "local_police", 4) == Approx(.4).margin(.022)); // 4 x sqrt(.24 / 8000)
  const auto moved = made(study,
                          design_of(study, plain + "effects:\n  - {trait: police, where: {area: [East], age_band: 1}, shift: 1}\n"
                                                   "  - {scale: local_police, wave: y2025, shift: 3}\n"),
                          2);
  REQUIRE(moved.size() == base.size());
  double rose = 0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    const bool concerned = (base[i].frame.area == "A1" || base[i].frame.area == "A2") && code_of(study, base[i], "age_band") == 1;
    const int before = *code_of(study, base[i], "local_police");
    const int after = *code_of(study, moved[i], "local_police");
    if (concerned) {
      rose += after - before;
      CHECK(after >= before);
    } else {
      CHECK(after == before);
    }
  }
  CHECK(rose > 0);
}

TEST_CASE("an answer that an effect asks for is there before it", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  files.write("instruments/street.yaml", [] {
    std::string text = testing::public_instrument;
    text.replace(
        text.find("      - {id: worry,"), 0,
        "      - {id: victim, type: select_one sexes, label: {en: \"Which?\"}}\n      - {id: handled, type: select_one job, label: "
        "{en: \"How well?\"}}\n");
    return text;
  }());
  const LoadedStudy study = load(files);
  const auto records = made(study,
                            design_of(study, "sent: 6000\nresponse: {y2025: 0, y2026: 1}\nblank: 0\nshares: {victim: [8, 2]}\n"
                                             "effects:\n  - {scale: local_police, where: {victim: 2}, shift: -1}\n"
                                             "  - {scale: victim, where: {age_band: 1}, shift: 1}\n"),
                            8);
  double of_victims = 0, victims = 0, of_others = 0, others = 0, young = 0, old = 0;
  for (const RawRecord& record : records) {
    const bool victim = code_of(study, record, "victim") == 2;
    const auto code = code_of(study, record, "local_police");
    (victim ? of_victims : of_others) += code.value_or(3);
    (victim ? victims : others) += 1;
    (code_of(study, record, "age_band") == 1 ? young : old) += victim ? 1 : 0;
  }
  CHECK(of_victims / victims < of_others / others - .5);
  CHECK(young > 1.5 * old); // 56 against 20 in 100
}

TEST_CASE("answers of one trait go together, those of two as far as is said, and areas differ as far as is said", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  files.write("instruments/street.yaml", [] {
    std::string text = testing::public_instrument;
    text.replace(text.find("      - {id: sex,"), 0,
                 "      - {id: second, type: select_one job, label: {en: \"And here?\"}}\n      - {id: third, type: select_one job, label: "
                 "{en: \"There?\"}}\n");
    return text;
  }());
  const LoadedStudy study = load(files);
  const std::string sending = "sent: 8000\nresponse: {y2025: 0, y2026: 1}\nblank: 0\nmissing: {dk: 0}\nshares: {job: [1, 1, 1, 1, 1]}\n";
  const auto correlation = [&](const std::vector<RawRecord>& records, std::string_view a, std::string_view b) {
    double xy = 0, xx = 0, yy = 0;
    for (const RawRecord& record : records) {
      const double x = *code_of(study, record, a) - 3;
      const double y = *code_of(study, record, b) - 3;
      xy += x * y;
      xx += x * x;
      yy += y * y;
    }
    return xy / std::sqrt(xx * yy);
  };
  const auto records = made(study,
                            design_of(study, sending + "traits:\n  one: {items: {local_police: 0.8, second: 0.8}}\n"
                                                       "  two: {items: {third: 0.8}, with: {one: -0.5}}\n"),
                            6);
  // Latent correlations .64 and -.32; five equal codes keep about nine tenths of them.
  CHECK(correlation(records, "local_police", "second") == Approx(.59).margin(.05));
  CHECK(correlation(records, "local_police", "third") == Approx(-.29).margin(.05));
  const auto spread = [&](const std::string& sd) {
    const auto local = made(study, design_of(study, sending + "traits:\n  one: {items: {local_police: 0.9}, area_sd: " + sd + "}\n"), 6);
    double least = 1, most = 0;
    for (const std::string area : {"A1", "A2", "A3", "A4"}) {
      const double here = share(study, local, "local_police", 4, "", area);
      least = std::min(least, here);
      most = std::max(most, here);
    }
    return most - least;
  };
  CHECK(spread("0") < .07); // four areas of 1,300 and more: chance alone
  CHECK(spread("{area: 0.6}") > .12);
  CHECK(spread("{division: 0.6}") > spread("0"));
}

TEST_CASE("chances of single items go before the general ones, ticks have their own", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  const LoadedStudy study = load(files);
  const auto records = made(study,
                            design_of(study, "sent: 4000\nresponse: {y2025: 0, y2026: 1}\nblank: 0\nmissing: {dk: 0}\n"
                                             "missing_of: {local_police: {dk: 0.25, blank: 0.05}}\nticks: {worry_1: 0.8, worry_2: 0.1}\n"),
                            9);
  std::size_t dk = 0, blank = 0, sexless = 0;
  for (const RawRecord& record : records) {
    const auto& answer = record.answers[study.instrument().variable("local_police")];
    dk += answer && *answer == "-98" ? 1U : 0U;
    blank += !answer || *answer == "-99" ? 1U : 0U;
    sexless += code_of(study, record, "sex") ? 0U : 1U;
  }
  REQUIRE(records.size() == 4000);
  CHECK(static_cast<double>(dk) == Approx(1000).margin(110)); // four standard errors
  CHECK(static_cast<double>(blank) == Approx(200).margin(56));
  CHECK(sexless == 0);
  CHECK(share(study, records, "worry_1", 1) == Approx(.8).margin(.026));
  CHECK(share(study, records, "worry_2", 1) == Approx(.1).margin(.019));
}

TEST_CASE("without lists, so many answers come from each area, from those in it who like to answer", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  std::filesystem::remove(std::filesystem::path(files.folder()) / "sent-y2025.csv");
  const LoadedStudy study = load(files);
  const Design design = design_of(study, "answers: {East: {y2025: 300, y2026: 30}, A3: {y2026: 700}}\nblank: 0\n"
                                         "response_by: {sex: {male: 0.0001}}\n");
  CHECK(make_sent(study, design).empty());
  const auto records = made(study, design, 12);
  CHECK(records.size() == 1030);
  CHECK(count_of(records, "y2025", {"A1", "A2"}) == 300);
  CHECK(count_of(records, "y2026", {"A1", "A2"}) == 30);
  CHECK(count_of(records, "y2026", {"A3"}) == 700);
  CHECK(count_of(records, "y2025", {"A1"}) < count_of(records, "y2025", {"A2"})); // 460 people against 620
  CHECK(share(study, records, "sex", 2) > .99);
  std::set<std::string> serials;
  for (const RawRecord& record : records) {
    serials.insert(record.frame.person);
  }
  CHECK(serials.size() == 1030);
}

TEST_CASE("without traits, what has a better direction goes together", "[simulate]") {
  StudyFiles files;
  write_public_study(files);
  files.write("instruments/street.yaml", [] {
    std::string text = testing::public_instrument;
    text.replace(text.find("      - {id: local_police, type: select_one job,"), 48,
                 "      - {id: bad, type: select_one job, label: {en: \"How bad?\"}, desired_direction: down}\n"
                 "      - {id: local_police, type: select_one job, desired_direction: up,");
    return text;
  }());
  const LoadedStudy study = load(files);
  const auto records = made(study, design_of(study, "sent: 4000\nresponse: {y2025: 0, y2026: 1}\nperson_sd: 0.8\nblank: 0\n"), 4);
  double product = 0;
  for (const RawRecord& record : records) {
    product += (code_of(study, record, "bad").value_or(3) - 3) * (code_of(study, record, "local_police").value_or(3) - 3);
  }
  CHECK(product < -1000);
}
