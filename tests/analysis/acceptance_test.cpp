// What a report on confidence must print, by number: C1, C2, C8, C9, C11, C13 and E4 to E7. The answers below are made so that their shares
// are the figures; all expected numbers are hand arithmetic over them.

#include "tests/analysis/row_called.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/study_files.hpp"

#include "engine/analysis/run.hpp"
#include "engine/report/sentence.hpp"
#include "engine/responses/response.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

using namespace canvass;
using canvass::report::Estimate;
using canvass::testing::row;
using canvass::testing::StudyFiles;

namespace {

const char* const instrument_text = R"(canvass: 1
instrument: views
version: 1.0.0
title: {en: "Views"}
languages: [en]
choices:
  yes_no: [{code: 1, label: {en: "Yes"}}, {code: 0, label: {en: "No"}}]
  often: [{code: 1, label: {en: "Low"}}, {code: 2, label: {en: "Medium"}}, {code: 3, label: {en: "High"}}]
pages:
  - id: first
    title: {en: "First"}
    items:
      - id: views
        type: battery yes_no
        label: {en: "Is it so?"}
        rows:
          - {id: good, label: {en: "The police do a good job"}}
          - {id: calm, label: {en: "I am not worried"}}
          - {id: understand, label: {en: "They understand"}}
          - {id: matters, label: {en: "They deal with what matters"}}
          - {id: minor, label: {en: "They deal with minor crimes"}}
          - {id: informed, label: {en: "I feel informed"}}
          - {id: visible, label: {en: "I am satisfied with visibility"}}
          - {id: seldom, label: {en: "I see them less often than every three months"}}
          - {id: stolen, label: {en: "Something was stolen"}}
      - {id: visibility, type: select_one often, label: {en: "How visible are they?"}}
indicators:
  confident: {label: {en: "Confident"}, of: good, in: [1]}
  reassured: {label: {en: "Reassured"}, of: calm, in: [1]}
  understands: {label: {en: "Understand"}, of: understand, in: [1]}
  deals: {label: {en: "Deal with what matters"}, of: matters, in: [1]}
  deals_with_minor: {label: {en: "Deal with minor crimes"}, of: minor, in: [1]}
  feels_informed: {label: {en: "Feel informed"}, of: informed, in: [1]}
  sees_enough: {label: {en: "Satisfied with visibility"}, of: visible, in: [1]}
  sees_seldom: {label: {en: "See them seldom"}, of: seldom, in: [1]}
  victim: {label: {en: "Victim"}, of: stolen, in: [1]}
)";

const char* const study_head = R"(canvass: 1
study: views
title: {en: "Views"}
instrument: views@1.0.0
purpose: {find_out: "What people think", from_whom: "Residents", already_known: "Little", feedback: "A page"}
decision: "What to do first?"
sample: {kind: probability}
report: {template: annual_survey}
disclosure: {min_base: 30, min_base_extreme: 30}
)";

using Answers = std::map<std::string, int>;

/// A study of the public with answers: `person` gives those of the i-th questionnaire of a wave.
class Survey {
public:
  Survey(const std::string& keys, const std::map<std::string, std::string>& others) {
    files.write("study.yaml", study_head + keys).write("instruments/views.yaml", instrument_text);
    for (const auto& [name, text] : others) {
      files.write(name, text);
    }
    study = files.load();
  }
  void answer(const std::string& wave, int people, const std::function<Answers(int)>& person) {
    const Validator validator(study);
    for (int i = 0; i < people; ++i) {
      RawRecord record;
      record.frame.person = wave + "-" + std::to_string(i);
      record.frame.wave = wave;
      record.answers.resize(study.instrument().variables.size());
      for (const auto& [variable, value] : person(i)) {
        record.answers[study.instrument().variable(variable)] = std::to_string(value);
      }
      Validated validated = validator.validate(record);
      REQUIRE(validated.response);
      responses.push_back(std::move(*validated.response));
    }
  }
  [[nodiscard]] analysis::Input input() const { return {study, responses, {}, 0, 0, false}; }

  StudyFiles files;
  LoadedStudy study;
  std::vector<Response> responses;
};

const report::Table& table_with(const report::Document& document, std::string_view caption) {
  for (const report::Section& section : document.sections) {
    for (const report::Block& block : section.blocks) {
      const auto* table = std::get_if<report::Table>(&block);
      if (table != nullptr && table->caption.find(caption) != std::string::npos) {
        return *table;
      }
    }
  }
  throw std::runtime_error("no table " + std::string(caption));
}

double number_in(const report::TableCell& cell) {
  return std::get<report::Number>(cell).value;
}

constexpr double exact = 1e-9; // shares of counted people, but for sums of doubles

const char* const one_wave = R"(waves: [{id: y2007, label: {en: "2007"}, opens: 2007-06-01, closes: 2007-08-31}]
frame: {person: serial}
survey: {people_live_in: {en: "Northshire"}}
)";

/// A thousand people. The first hundred hold all five views; of the next hundred, who lack four of them, sixty lack the fifth, too, and the
/// one that only the other paper asks of them all. 390 are confident and 450 reassured.
Answers of_a_thousand(int i) {
  Answers answers;
  const bool best = i < 100;
  const bool worst = i >= 100 && i < 200;
  const auto yes = [](bool holds) { return holds ? 1 : 0; };
  const int among = i - 200; // of the other eight hundred
  answers["good"] = yes(best ? i < 97 : worst ? i < 102 : among < 291);
  answers["calm"] = yes(best ? i < 68 : worst ? i < 125 : among < 357);
  for (const char* view : {"understand", "matters", "informed"}) {
    answers[view] = yes(best || (!worst && i % 2 == 0));
  }
  answers["minor"] = yes(best || (worst ? i >= 160 : i % 2 == 1));
  answers["visible"] = yes(best || (!worst && i % 2 == 1));
  answers["seldom"] = yes(worst);
  answers["stolen"] = yes(i % 20 < 3); // 150
  if (i < 300) {
    answers["visibility"] = 1 + i % 3;
  }
  return answers;
}

const char* const profiles = R"(plan:
  analyses:
    - {id: confidence, procedure: profile_drivers, outcome: confident,
       views: "understands deals deals_with_minor feels_informed sees_enough",
       negative: "not:understands not:deals not:feels_informed sees_seldom"}
    - {id: reassurance, procedure: profile_drivers, outcome: reassured,
       views: "understands deals deals_with_minor feels_informed sees_enough",
       negative: "not:understands not:deals not:feels_informed sees_seldom"}
)";

} // namespace

TEST_CASE("C1 and C2: 39, 97 and 2 per cent, 45, 68 and 25", "[analysis][acceptance]") {
  Survey survey(std::string(one_wave) + profiles, {});
  survey.answer("y2007", 1000, of_a_thousand);
  const analysis::Analysed analysed = analysis::analyse(survey.input(), {});
  struct Expected {
    std::string outcome;
    double overall, all, negative;
  };
  for (const Expected& expected : {Expected{"confidence/confident", 39, 97, 2}, Expected{"reassurance/reassured", 45, 68, 25}}) {
    const std::string stem = expected.outcome + "/y2007/";
    INFO(stem);
    CHECK(row(analysed, stem + "overall").estimate == Approx(expected.overall).epsilon(exact));
    CHECK(row(analysed, stem + "all").estimate == Approx(expected.all).epsilon(exact));
    CHECK(row(analysed, stem + "all").n == 100);
    CHECK(row(analysed, stem + "none/negative").estimate == Approx(expected.negative).epsilon(exact));
    CHECK(row(analysed, stem + "none/negative").n == 100);
    CHECK(row(analysed, stem + "none").n == 60); // the mirror image of all five
    CHECK(row(analysed, stem + "all/lift").estimate == Approx(expected.all - expected.overall).epsilon(exact));
    CHECK(row(analysed, stem + "none/negative/lift").estimate == Approx(expected.negative - expected.overall).epsilon(exact));
    // everybody else: 293 of 900, or 382 of 900
    const double rest = (1000 * expected.overall - 100 * expected.all) / 900;
    CHECK(row(analysed, stem + "all/rest").estimate == Approx(expected.all - rest).epsilon(exact));
    CHECK(row(analysed, stem + "all/lift").std_error < row(analysed, stem + "all/rest").std_error);
  }
  // 97 - 39 = 58 and 2 - 39 = -37, in the table of the report
  const report::Document document = analysis::make_report(survey.input(), analysed, {});
  const report::Table& table = table_with(document, "Confident, by profile of views");
  REQUIRE(table.rows.size() == 4);
  CHECK(table.columns[4].title == "Against everybody, points");
  CHECK(number_in(table.rows[0][1]) == Approx(39).epsilon(exact));
  CHECK(number_in(table.rows[1][1]) == Approx(97).epsilon(exact));
  CHECK(number_in(table.rows[1][4]) == Approx(58).epsilon(exact));
  CHECK(number_in(table.rows[3][1]) == Approx(2).epsilon(exact));
  CHECK(number_in(table.rows[3][4]) == Approx(-37).epsilon(exact));
  CHECK(number_in(table.rows[3][3]) == 100); // its base
  CHECK(report::plain_words(table.notes.front()) ==
        "The two profiles are no mirror images: 5 views against 4; only the first has deals_with_minor, sees_enough; only the other has "
        "sees_seldom; the mirror image of the first stands beside them.");
}

TEST_CASE("a plan whose profiles are no mirror images is warned of, one whose profiles are is not", "[analysis][acceptance]") {
  const auto warnings = [](const std::string& keys) {
    Survey survey(std::string(one_wave) + keys, {});
    Problems problems;
    analysis::check_plan(survey.study, problems);
    std::string text;
    for (const Problem& problem : problems.all()) {
      text += problem.text + "\n";
    }
    return text;
  };
  CHECK(warnings(profiles).find("analysis confidence: The two profiles are no mirror images: 5 views against 4") == 0);
  CHECK(
      warnings("plan:\n  analyses:\n    - {id: a, procedure: profile_drivers, outcome: confident, views: \"understands deals\", negative: "
               "\"not:deals not:understands\"}\n") == "");
}

TEST_CASE("one or two people between two profiles withhold the second", "[analysis][acceptance]") {
  Survey survey(std::string(one_wave) + profiles, {});
  survey.answer("y2007", 1000, [](int i) {
    Answers answers = of_a_thousand(i);
    answers["minor"] = i >= 100 && i < 198 ? 0 : answers["minor"]; // 98 lack all five, 100 lack the four
    return answers;
  });
  const analysis::Analysed analysed = analysis::analyse(survey.input(), {});
  CHECK(row(analysed, "confidence/confident/y2007/none").n == 98);
  CHECK(row(analysed, "confidence/confident/y2007/none/negative").flags == std::vector<std::string>{"withheld"});
}

TEST_CASE("C8 and C9: claims of groups with points, ratio and odds ratio, tested only with their n", "[analysis][acceptance]") {
  const std::string keys =
      std::string(one_wave) + "claims:\n  - {id: paper, file: claims.csv, source: \"A strategy\", as_of: 2008-04-30}\n";
  const std::string csv =
      "id,measure,period,group,of,value,n\nyoung,unreported,,16 to 19,age,18.5,400\nolder,unreported,,older,age,5.1,8600\n"
      "other,unreported,,not white,ethnicity,12.3,\nwhite,unreported,,white,ethnicity,5.2,\n"
      "c2004,confidence,2004,,,41.7,2537\nc2007,confidence,2007,,,39.0,2537\n";
  Survey survey(keys, {{"claims.csv", csv}});
  survey.answer("y2007", 1000, of_a_thousand);
  const analysis::Analysed analysed = analysis::analyse(survey.input(), {});
  CHECK(row(analysed, "claims/paper/young/difference").estimate == Approx(13.4).epsilon(exact));
  CHECK(row(analysed, "claims/paper/young/difference").verdict == "higher");
  CHECK(row(analysed, "claims/paper/young/risk_ratio").estimate == Approx(3.63).margin(0.005));
  CHECK(row(analysed, "claims/paper/young/odds_ratio").estimate == Approx(4.22).margin(0.005));
  CHECK(row(analysed, "claims/paper/other/difference").estimate == Approx(7.1).epsilon(exact));
  CHECK(row(analysed, "claims/paper/other/risk_ratio").estimate == Approx(2.37).margin(0.005));
  // without n there is no test and no interval, and the table says why
  CHECK(std::isnan(row(analysed, "claims/paper/other/difference").p_value));
  CHECK(row(analysed, "claims/paper/other/difference").flags == std::vector<std::string>{"untested"});
  CHECK(std::isnan(row(analysed, "claims/paper/other").conf_low));
  const report::Document document = analysis::make_report(survey.input(), analysed, {});
  const report::Table& table = table_with(document, "figures as claimed");
  REQUIRE(table.rows.size() == 6);
  CHECK(std::get<std::string>(table.rows[2][7]) == "not tested: no n");
  CHECK(std::get<report::Withheld>(table.rows[2][2]).reason == "not published: no base");
  // C4: 41.7 to 39.0 is told from chance from 2,537 answers a year
  const Estimate& fall = row(analysed, "claims/paper/c2007/difference");
  CHECK(fall.estimate == Approx(-2.7).epsilon(exact));
  CHECK(fall.p_value == Approx(0.04998211083).epsilon(exact)); // tests/reference/published_shares.R
  CHECK(fall.verdict == "lower");
  const auto outcome = std::find_if(analysed.outcomes.begin(), analysed.outcomes.end(), [](const auto& one) { return one.id == "claims"; });
  REQUIRE(outcome != analysed.outcomes.end());
  CHECK(std::any_of(outcome->notes.begin(), outcome->notes.end(), [](const std::string& note) {
    return note.find("2 percentages of paper have no n (other, white)") != std::string::npos;
  }));
}

TEST_CASE("a claim of groups is held against the weighted answers where the population does not count them", "[analysis][acceptance]") {
  const std::string keys =
      std::string(one_wave) + "claims:\n  - {id: paper, file: claims.csv, source: \"A strategy\", as_of: 2008-04-30}\n";
  // a third of those who say are at each level of visibility
  const std::string csv = "id,measure,group,of,value,n,where\nall,m,,,40,900,\nhigh,m,high,visibility,60,300,visibility=3\n"
                          "lower,m,lower,visibility,30,600,\n";
  const auto notes = [&](const std::string& text) {
    Survey survey(keys, {{"claims.csv", text}});
    survey.answer("y2007", 1000, of_a_thousand);
    const analysis::Analysed analysed = analysis::analyse(survey.input(), {});
    return std::find_if(analysed.outcomes.begin(), analysed.outcomes.end(), [](const auto& one) { return one.id == "claims"; })->notes;
  };
  CHECK(notes(csv).empty()); // 40 is 60 of a third and 30 of the rest
  const auto wrong = notes(testing::replaced(csv, "all,m,,,40", "all,m,,,50"));
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].find("66.7 % of the people are high (63.3 to 70.0 by rounding), and 33.3 % are, by the weighted answers") !=
        std::string::npos);
}

TEST_CASE("C11: 15 % of people against 7 % recorded", "[analysis][acceptance]") {
  Survey survey(std::string(one_wave) +
                    "tables:\n  - {id: recorded, file: recorded.csv, source: \"Records\", as_of: 2007-12-31, key: force}\n"
                    "plan:\n  analyses:\n    - {id: gap, procedure: perception_gap, outcome: victim, table: recorded, "
                    "line: Northshire, column: percent}\n",
                {{"recorded.csv", "force,percent\nNorthshire,7%\n"}});
  survey.answer("y2007", 1000, of_a_thousand);
  const analysis::Analysed analysed = analysis::analyse(survey.input(), {});
  CHECK(row(analysed, "gap/victim/y2007/said").estimate == Approx(15).epsilon(exact));
  CHECK(row(analysed, "gap/victim/y2007/gap").estimate == Approx(8).epsilon(exact));
  CHECK(row(analysed, "gap/victim/y2007/ratio").estimate == Approx(2.14).margin(0.005));
}

TEST_CASE("C13: 145 of 145 areas are all, 144 and even 999 of 1,000 are not", "[analysis][acceptance]") {
  const auto status = [](const std::string& cells) {
    Survey survey(
        std::string(one_wave) +
            "kpis: [{code: S16, label: {en: \"Areas with a priority\"}, table: areas, table_row: With a priority, table_column: "
            "percent, target: 100, unit: \"%\"}]\n"
            "tables:\n  - {id: areas, file: areas.csv, source: \"Returns\", as_of: 2008-03-31, key: measure, checks: [{ratio: \"done / "
            "due\", printed: percent}]}\n",
        {{"areas.csv", "measure,due,done,percent\nWith a priority," + cells + "\n"}});
    survey.answer("y2007", 1000, of_a_thousand);
    return row(analysis::analyse(survey.input(), {}), "kpi/S16");
  };
  CHECK(status("145,145,100").verdict == "met");
  const Estimate missing_one = status("145,144,99.3");
  CHECK(missing_one.estimate == Approx(99.3).margin(0.05));
  CHECK(missing_one.verdict == "missed");
  CHECK(status("\"1,000\",999,100").verdict == "missed"); // printed without decimals
}

TEST_CASE("E4 and E5: response rates, and half widths that name their share", "[analysis][acceptance]") {
  const std::string keys = R"(waves:
  - {id: first, label: {en: "First"}, opens: 2024-06-01, closes: 2024-08-31}
  - {id: second, label: {en: "Second"}, opens: 2025-06-01, closes: 2025-08-31}
  - {id: third, label: {en: "Third"}, opens: 2026-06-01, closes: 2026-08-31}
frame: {person: serial, sent: "sent-{wave}.csv"}
survey: {people_live_in: {en: "Northshire"}}
)";
  const auto list = [](const std::string& wave, int people) {
    std::string text = "serial\n";
    for (int i = 0; i < people; ++i) {
      text += wave + "-" + std::to_string(i) + "\n";
    }
    return text;
  };
  Survey survey(
      keys, {{"sent-first.csv", list("first", 1008)}, {"sent-second.csv", list("second", 1296)}, {"sent-third.csv", list("third", 3000)}});
  survey.answer("first", 432, of_a_thousand);
  survey.answer("second", 405, of_a_thousand);
  survey.answer("third", 772, of_a_thousand);
  const analysis::Analysed analysed = analysis::analyse(survey.input(), {});
  struct Expected {
    std::string wave;
    double rate, half_width;
  };
  for (const Expected& one : {Expected{"first", 42.9, 4.7}, Expected{"second", 31.25, 4.9}, Expected{"third", 25.7, 3.5}}) {
    INFO(one.wave);
    CHECK(row(analysed, "response/response_rate/" + one.wave).estimate == Approx(one.rate).margin(0.05));
    const Estimate& half = row(analysed, "response/half_width/" + one.wave);
    CHECK(half.estimate == Approx(one.half_width).margin(0.05));
    CHECK(half.reference == 50);
    CHECK(half.method == "normal interval of a share of 50 %, the worst case");
  }
  const report::Document document = analysis::make_report(survey.input(), analysed, {});
  const report::Table& table = table_with(document, "Questionnaires sent and returned");
  CHECK(table.columns.back().title == "Half width at 50%, points");
  CHECK(number_in(table.rows[0].back()) == Approx(4.7).margin(0.05));
}

TEST_CASE("E6: 53, 61 and 71 per cent over an ordered question is a trend", "[analysis][acceptance]") {
  Survey survey(std::string(one_wave) +
                    "plan:\n  analyses:\n    - {id: visible, procedure: trend_over_groups, outcome: confident, by: visibility}\n",
                {});
  survey.answer("y2007", 300, [](int i) {
    const int level = i % 3;
    const int most[] = {53, 61, 71};
    return Answers{{"visibility", 1 + level}, {"good", i / 3 < most[level] ? 1 : 0}};
  });
  const analysis::Analysed analysed = analysis::analyse(survey.input(), {});
  std::vector<double> shares;
  const Estimate* slope = nullptr;
  for (const Estimate& one : analysed.rows) {
    if (one.analysis == "visible" && one.quantity == "proportion") {
      shares.push_back(one.estimate);
    }
    slope = one.analysis == "visible" && one.quantity == "slope" ? &one : slope;
  }
  REQUIRE(shares.size() == 3);
  CHECK(shares[0] == Approx(53).epsilon(exact));
  CHECK(shares[1] == Approx(61).epsilon(exact));
  CHECK(shares[2] == Approx(71).epsilon(exact));
  REQUIRE(slope != nullptr);
  CHECK(slope->estimate == Approx(9).epsilon(exact)); // (71 - 53) / 2, the middle one being close
  CHECK(slope->p_value < 0.05);
}

TEST_CASE("E7: a panel of 300, 200 and 160 loses a third, then a fifth", "[analysis][acceptance]") {
  StudyFiles files;
  files.write("instruments/views.yaml", instrument_text);
  files.write("study.yaml", R"(canvass: 1
study: panel
title: {en: "Panel"}
instrument: views@1.0.0
purpose: {find_out: "What people think", from_whom: "Residents", already_known: "Little", feedback: "A page"}
decision: "What to do first?"
waves:
  - {id: W1, label: {en: "First"}, date: 2003-11-01}
  - {id: W2, label: {en: "Second"}, date: 2004-11-01}
  - {id: W3, label: {en: "Third"}, date: 2005-11-01}
sample: {kind: probability}
)");
  const LoadedStudy study = files.load();
  std::vector<Response> responses;
  const Validator validator(study);
  for (const auto& [wave, people] : {std::pair{"W1", 300}, std::pair{"W2", 200}, std::pair{"W3", 160}}) {
    for (int i = 0; i < people; ++i) {
      RawRecord record;
      record.frame.person = std::to_string(i);
      record.frame.wave = wave;
      record.answers.resize(study.instrument().variables.size());
      record.answers[study.instrument().variable("good")] = "1";
      responses.push_back(std::move(*validator.validate(record).response));
    }
  }
  const analysis::Analysed analysed = analysis::analyse({study, responses, {}, 0, 0, false}, {});
  std::map<std::string, const Estimate*> attrition;
  for (const Estimate& one : analysed.rows) {
    if (one.procedure == "flow" && one.quantity == "attrition") {
      attrition[one.at.front().second] = &one;
    }
  }
  REQUIRE(attrition.size() == 2);
  CHECK(attrition["W2"]->estimate == Approx(100.0 / 3).epsilon(exact));
  CHECK(attrition["W2"]->n == 300);
  CHECK(attrition["W3"]->estimate == Approx(20).epsilon(exact));
  CHECK(attrition["W3"]->n == 200);
}
