// Defects that board papers and strategies of forces have shown, each in files written for the purpose, found by loading and checking the
// study: I1 and so on number them. Beside each defect stands the file that is right, of which nothing is said.

#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"

#include "engine/study/claim_checks.hpp"
#include "engine/study/table_checks.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::testing;

namespace {

const char* const units = "code,label,level,parent,aliases\nM,Midshire,force,,\nBW,Birch West,area,M,\nBE,Birch East,area,M,\n"
                          "CV,Covely,area,M,COV\nDY,Dudworth,area,M,DUD\nSH,Solford,area,M,SOL\nSW,Sandbury,area,M,SANDBURY\n"
                          "WS,Walsford,area,M,WALSFORD\nWV,Wolverley,area,M,WOV\n";

/// The smallest survey that these keys can stand in.
class Paper {
public:
  explicit Paper(const std::string& keys) {
    const std::string study = R"(canvass: 1
study: paper
title: {en: "A paper"}
instrument: street@1.0.0
purpose: {find_out: "What people think", from_whom: "Residents", already_known: "Little", feedback: "A page"}
decision: "What to do first?"
frame: {person: serial, area: area}
waves: [{id: y2026, label: {en: "2026"}, opens: 2026-06-01, closes: 2026-08-31}]
sample: {kind: quota}
survey:
  people_live_in: {en: "Midshire"}
  areas: {file: areas.csv, levels: [force, area]}
  population: {file: population.csv, source: "Mid-year estimates", as_of: 2025-06-30}
plan:
  analyses: [{id: confidence, procedure: profile, outcome: confident}]
)";
    files.write("study.yaml", study + keys).write("instruments/street.yaml", public_instrument).write("areas.csv", units);
    // one in twenty-five is of the first group, as a force's census might say of those who are not white
    files.write("population.csv", "age_band,count\n1,4000\n2,96000\n");
  }
  Paper& with(const std::string& name, const std::string& text) {
    files.write(name, text);
    return *this;
  }
  /// The warnings of `canvass check`; the file must load.
  std::vector<std::string> warnings() {
    Problems problems;
    loaded = files.load(problems);
    std::vector<std::string> texts;
    for (const Problem& problem : problems.all()) {
      INFO(problem.text);
      REQUIRE(problem.severity != Severity::error);
      if (problem.severity == Severity::warning) {
        texts.push_back(problem.text);
      }
    }
    return texts;
  }

  StudyFiles files;
  LoadedStudy loaded;
};

std::string table_keys(const std::string& checks) {
  return "tables:\n  - {id: fund, file: fund.csv, source: \"Returns\", as_of: 2019-10-15, key: unit, key_is_area: true, checks: [" +
         checks + "]}\n";
}
const char* const claim_keys = "claims:\n  - {id: strategy, file: claims.csv, source: \"Strategy\", as_of: 2008-04-30}\n";

/// Eight budgets that add up to 627,804, of which 327,956 is spent.
const char* const fund =
    "unit,budget,spent,outstanding,percent\nBE,\"79,282\",\"60,414\",\"18,868\",76\nBW,\"79,282\",\"54,681\",\"24,601\",69\n"
    "COV,\"79,282\",\"32,418\",\"46,864\",41\nDUD,\"91,552\",\"31,402\",\"60,150\",34\n"
    "SOL,\"67,012\",\"56,672\",\"10,340\",85\nWOV,\"72,830\",\"29,784\",\"43,046\",41\n"
    "SANDBURY,\"79,282\",\"29,572\",\"49,710\",37\nWALSFORD,\"79,282\",\"33,013\",\"46,269\",42\n";
const char* const printed_percent = "{ratio: \"spent / budget\", printed: percent}";

} // namespace

TEST_CASE("I1: a percentage that breaks the rounding of its own table", "[study][inconsistencies]") {
  CHECK(Paper(table_keys(printed_percent)).with("fund.csv", fund).warnings().empty());
  const auto found = Paper(table_keys(printed_percent)).with("fund.csv", replaced(fund, "43,046\",41", "43,046\",40")).warnings();
  REQUIRE(found.size() == 1);
  CHECK(found[0] ==
        "WOV, percent of fund is printed as 40, but spent / budget is 40.895 %, which rounds to the nearest to 41 (7 of 8 rows are "
        "rounded so; rounded down it would be 40)");
}

TEST_CASE("I2: a text claims another percentage than the table gives", "[study][inconsistencies]") {
  CHECK(Paper(table_keys("{ratio: \"spent / budget\", claimed: 52}")).with("fund.csv", fund).warnings().empty());
  const auto found = Paper(table_keys("{ratio: \"spent / budget\", claimed: 64}")).with("fund.csv", fund).warnings();
  REQUIRE(found.size() == 1);
  CHECK(found[0] == "spent / budget of fund is claimed as 64 %, but over all 8 rows it is 52.24 %");
}

TEST_CASE("I3: two appendices name the same units by other codes", "[study][inconsistencies]") {
  Paper paper(table_keys("{total: budget, claimed: 627804}"));
  std::string without_aliases = units;
  for (const char* alias : {"COV", "DUD", "SOL", "SANDBURY", "WALSFORD", "WOV"}) {
    without_aliases = replaced(without_aliases, std::string(",M,") + alias + "\n", ",M,\n");
  }
  const auto found = paper.with("fund.csv", fund).with("areas.csv", without_aliases).warnings();
  // SANDBURY and WALSFORD are labels in capitals; four codes join nothing
  REQUIRE(found.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string code = std::vector<std::string>{"COV", "DUD", "SOL", "WOV"}[i];
    CHECK(found[i].find("\"" + code + "\" of fund is no area of the study, so the row would be lost beside the others") == 0);
  }
  CHECK(paper.with("areas.csv", units).warnings().empty());
}

TEST_CASE("I4: a row without its key", "[study][inconsistencies]") {
  const std::string cadets = "unit,junior,cadets,total\nBW,78,45,123\nBE,55,19,74\n";
  const std::string keys = table_keys("{formula: \"total = junior + cadets\"}, {total: total, claimed: 197}");
  CHECK(Paper(keys).with("fund.csv", cadets).warnings().empty());
  const auto found = Paper(keys).with("fund.csv", replaced(cadets, "BW,", ",,45,\nBW,")).warnings();
  REQUIRE(found.size() == 1);
  CHECK(found[0] == "a row of fund names no unit (it holds 45; BW has the same); it counts in no total: name it, or remove it");
}

TEST_CASE("I19: a difference of figures with one decimal and with none", "[study][inconsistencies]") {
  const std::string claims = "id,measure,period,value,n\nc2004,confidence,2004,41.7,9000\nc2007,confidence,2007,39,9000\n";
  const auto found = Paper(claim_keys).with("claims.csv", claims).warnings();
  REQUIRE(found.size() == 1);
  CHECK(found[0] ==
        "confidence: 41.7 (2004) and 39 (2007) are printed with 1 decimal and with no decimals; 39 stands for 38.5 to 39.5, so the "
        "difference is a fall of 2.2 to 3.2, and not 2.7 (a fall of 2.15 to 3.25 with the rounding of both); print both alike");
  CHECK(Paper(claim_keys).with("claims.csv", replaced(claims, ",39,", ",39.0,")).warnings().empty());

  // the same in a published series
  const std::string series =
      "series:\n  - {id: own, file: own.csv, source: \"Strategy\", as_of: 2008-04-30, question: \"street@1.0.0/local_police\"}\n";
  const auto again = Paper(series).with("own.csv", "period,unit,value,n\n2004,,41.7,9000\n2007,,39,9000\n").warnings();
  REQUIRE(again.size() == 1);
  CHECK(again[0].find("own: 41.7 (2004) and 39 (2007) are printed with 1 decimal and with no decimals") == 0);
  CHECK(Paper(series).with("own.csv", "period,unit,value,n\n2004,,41.7,9000\n2007,,39.0,9000\n").warnings().empty());
}

TEST_CASE("I20: subgroups that cannot make their total", "[study][inconsistencies]") {
  // 15 % are victims, and 45 % of those did not report: 6.75 % of everybody
  const std::string claims = "id,measure,group,of,value,n,share,where,formula\n"
                             "victims,victims,,,15,9000,,,\nunreported_of_victims,unreported of victims,,,45,1350,,,\n"
                             "unreported,unreported,,,,9000,,,victims * unreported_of_victims / 100\n"
                             "young,unreported,16 to 19,age,18.5,400,,,\nolder,unreported,older,age,5.1,8600,,,\n"
                             "other,unreported,not white,ethnicity,12.3,300,,age_band=1,\nwhite,unreported,white,ethnicity,5.2,8700,,,\n";
  const auto found = Paper(claim_keys).with("claims.csv", claims).warnings();
  REQUIRE(found.size() == 2);
  CHECK(found[0] ==
        "unreported is 6.75 % of everybody (from victims * unreported_of_victims / 100; 6.45 to 7.05 by rounding), but 18.5 % of 16 "
        "to 19 and 5.1 % of older make that only where 12.3 % of the people are 16 to 19 (9.7 to 14.9 by rounding); nothing says how many "
        "are: give their `share`, or say `where` they are found");
  CHECK(found[1] ==
        "unreported is 6.75 % of everybody (from victims * unreported_of_victims / 100; 6.45 to 7.05 by rounding), but 12.3 % of not "
        "white and 5.2 % of white make that only where 21.8 % of the people are not white (16.9 to 26.8 by rounding), and 4.0 % are, "
        "by the population: the figures are not of the same people; say of whom each is");
  // with the shares that the figures need, nothing is said; so, too, within their rounding
  const std::string needed = replaced(replaced(claims, "18.5,400,,", "18.5,400,12.3,"), "300,,age_band=1", "300,17.5,");
  CHECK(Paper(claim_keys).with("claims.csv", needed).warnings().empty());
}

TEST_CASE("I23: profiles that are no mirror images", "[study][inconsistencies]") {
  const std::string claims = "id,measure,holds,value,n\noverall,confidence,,39,9000\n"
                             "best,confidence,understand|matters|minor crimes|informed|satisfied with visibility,97,140\n"
                             "worst,confidence,not understand|not matters|not informed|sees officers rarely,2,\n";
  const auto found = Paper(claim_keys).with("claims.csv", claims).warnings();
  REQUIRE(found.size() == 2);
  CHECK(found[0] ==
        "the profiles best and worst of confidence are no mirror images: 5 views against 4; only best has minor crimes, satisfied "
        "with visibility; only worst has sees officers rarely (best n = 140, worst without n); show the mirror image of each");
  CHECK(found[1].find("1 percentage of strategy has no n (worst)") == 0);
  const std::string mirrored = replaced(claims, "not understand|not matters|not informed|sees officers rarely,2,",
                                        "not understand|not matters|not minor crimes|not informed|not satisfied with visibility,2,95");
  CHECK(Paper(claim_keys).with("claims.csv", mirrored).warnings().empty());
}

TEST_CASE("I30: a registry of KPIs with gaps and a line without its unit", "[study][inconsistencies]") {
  std::string kpis = "kpis:\n";
  for (const char* code :
       {"P1", "P2", "P3", "P4", "P5", "P7", "P8", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S15", "S16"}) {
    kpis += std::string("  - {code: ") + code + ", label: {en: \"Line\"}, indicator: confident" +
            (std::string(code) == "S11" ? "" : ", unit: \"%\"") + "}\n";
  }
  Paper paper(kpis);
  const auto found = paper.warnings();
  CHECK(paper.loaded.study.survey->kpis.size() == 19);
  CHECK(missing_codes(paper.loaded.study.survey->kpis) == std::vector<std::string>{"P6", "S1", "S2", "S13", "S14"});
  REQUIRE(found.size() == 2);
  CHECK(found[0] ==
        "the numbering of the 19 KPIs leaves out P6, S1, S2, S13, S14; add what is missing, or let the report say why it is not "
        "there");
  CHECK(found[1] == "the KPI S11 has no unit; write %, points or count");
}

TEST_CASE("I42: percentages of a survey of which only the number sent is given", "[study][inconsistencies]") {
  const std::string claims =
      "id,measure,value,n,sent\nconfident,confidence,39,,60000\nreassured,reassurance,45,,60000\nareas,areas,145,,\n";
  const auto found = Paper(claim_keys).with("claims.csv", replaced(claims, "areas,areas,145,,", "areas,areas,40,150,")).warnings();
  REQUIRE(found.size() == 1);
  CHECK(found[0] == "2 percentages of strategy have no n (confident, reassured): shown as claimed, never tested and never a result."
                    " 60000 questionnaires sent are no base: they do not say how many came back; add the number of answers");
  const std::string complete = replaced(replaced(claims, "39,,60000", "39,12000,60000"), "45,,60000", "45,12000,60000");
  CHECK(Paper(claim_keys).with("claims.csv", replaced(complete, "areas,areas,145,,", "areas,areas,40,150,")).warnings().empty());
}
