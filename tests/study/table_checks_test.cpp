#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"

#include "engine/study/table_checks.hpp"
#include "engine/study/table_formula.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace canvass;
using namespace canvass::testing;

namespace {

/// Eight units under two sets of codes, as two appendices of one paper might name them.
const char* const units = "code,label,level,parent,aliases\n"
                          "W,Westshire,force,,\nC,Centre,division,W,\n"
                          "BW,Birch West,area,C,\nBE,Birch East,area,C,\nCV,Covely,area,C,\nDY,Dudworth,area,C,\n"
                          "SH,Solford,area,C,\nSW,Sandbury,area,C,\nWS,Walsford,area,C,\nWV,Wolverley,area,C,\n";

/// The small survey with this table in place of its own, its KPI of a table left out.
LoadedStudy with_table(StudyFiles& files, const std::string& table, const std::string& checks, Problems& problems) {
  write_public_study(files);
  std::string study =
      replaced(public_study,
               "  - {code: P3, label: {en: \"Schemes\"}, table: schemes, table_row: Alderby, table_column: current, target: "
               "50, unit: count}\n",
               "");
  const std::size_t from = study.find("checks: [");
  study.replace(from, study.find("]}", from) - from + 1, "checks: [" + checks + "]");
  study = replaced(study, "[[area], [sex, age_band]]", "[[area]]");
  files.write("study.yaml", study).write("areas.csv", units).write("schemes.csv", table).write("population.csv", "area,count\nBW,5\n");
  files.write("sent-y2025.csv", "serial,area,stratum\n1,BW,low\n");
  return files.load(problems);
}

/// Sentences of `canvass check` about the table.
std::string findings(const std::string& table, const std::string& checks) {
  StudyFiles files;
  Problems problems;
  const LoadedStudy loaded = with_table(files, table, checks, problems);
  INFO(printed(problems, files));
  REQUIRE_FALSE(problems.has_errors());
  std::string out;
  for (const TableFinding& finding : check_table(loaded.study.survey->tables[0], loaded.study.survey->areas)) {
    out += finding.text + "\n";
  }
  const std::string all = printed(problems, files);
  for (std::size_t at = 0; at < out.size();) { // what is found is what the check prints
    const std::size_t end = out.find('\n', at);
    CHECK(all.find("warning: " + out.substr(at, end - at)) != std::string::npos);
    at = end + 1;
  }
  return out;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const char* const schemes =
    "place,current,target,required\nBW,45,50,5\nBE,22,30,8\nCV,12,20,8\nDY,4,20,16\nSH,22,30,8\nSW,8,20,12\nWS,8,20,12\nWV,5,20,15\n";
const char* const cadets =
    "place,junior,cadets,total\nBW,78,45,123\nBE,55,19,74\nCV,80,22,102\nDY,40,18,58\nSH,30,19,49\nSW,176,36,212\nWS,81,19,100\n"
    "WV,53,28,81\n";

} // namespace

// --- reading

TEST_CASE("numbers of tables are read as people write them, and nothing else is", "[study][tables]") {
  const auto value = [](std::string_view cell) {
    const auto number = parse_table_number(cell);
    return number ? number->value : std::numeric_limits<double>::quiet_NaN();
  };
  for (const char* cell : {"", "n/a", "1,2", "12,34", "1.2.3", "1e5", "--1", "5.", ".5", "-", "%", "£"}) {
    INFO(cell);
    CHECK(std::isnan(value(cell)));
  }
  CHECK(value("0") == 0);
  CHECK(value("007") == 7);
  CHECK(value("627,804") == 627804);
  CHECK(value(" £1,234,567.50 ") == Approx(1234567.5).epsilon(1e-12));
  CHECK(value("40%") == 40);
  CHECK(value("-3") == -3);
  CHECK(parse_table_number("40.90%")->decimals == 2);
}

TEST_CASE("formulas reckon with brackets, signs and names in backquotes", "[study][tables]") {
  const std::vector<std::string> columns = {"a", "b", "% spent"};
  const std::vector<double> row = {6, 4, 50};
  const auto value = [&](std::string_view source) {
    Problems problems;
    const auto formula = TableFormula::parse(source, columns, {}, problems);
    return formula ? formula->value(row) : std::numeric_limits<double>::infinity();
  };
  CHECK(value("a - b - 1") == 1);
  CHECK(value("a + b * 2") == 14);
  CHECK(value("(a + b) * -2") == -20);
  CHECK(value("`% spent` / 100") == 0.5);
  CHECK(std::isnan(value("a / (b - 4)")));
  for (const char* broken : {"", "a +", "a b", "(a", "a)", "`a", "a ** b", "c", "1.2.3"}) {
    INFO(broken);
    CHECK(std::isinf(value(broken)));
  }
}

TEST_CASE("rounding follows its rule at the half and at the step", "[study][tables]") {
  CHECK(rounded(40.5, 0, RoundingRule::nearest) == 41);
  CHECK(rounded(40.5, 0, RoundingRule::half_to_even) == 40);
  CHECK(rounded(41.5, 0, RoundingRule::half_to_even) == 42);
  CHECK(rounded(40.895, 0, RoundingRule::down) == 40);
  CHECK(rounded(40.0, 0, RoundingRule::up) == 40);
  CHECK(rounded(40.001, 0, RoundingRule::up) == 41);
  CHECK(rounded(-40.5, 0, RoundingRule::nearest) == -41);
  CHECK(rounded(100 * 0.285, 1, RoundingRule::nearest) == Approx(28.5).epsilon(1e-12));
}

// --- tables that are right

TEST_CASE("a table that adds up gives nothing to say", "[study][tables]") {
  CHECK(findings(schemes, "{formula: \"required = target - current\"}, {total: current, claimed: 126}, {total: target, claimed: 210}, "
                          "{total: required, claimed: 84}, {ratio: \"current / target\", claimed: 60}") == "");
  CHECK(findings(cadets,
                 "{formula: \"total = junior + cadets\"}, {total: junior, claimed: 593}, {total: cadets, claimed: 206}, {total: total, "
                 "claimed: 799}") == "");
}

TEST_CASE("progress of each unit and of all is recomputed", "[study][tables][reference]") {
  StudyFiles files;
  Problems problems;
  const LoadedStudy loaded = with_table(files, schemes, "{total: current, claimed: 126}", problems);
  const AdminTable& table = loaded.study.survey->tables[0];
  const std::vector<double> expected = {90.0, 73.3, 60.0, 20.0, 73.3, 40.0, 40.0, 25.0};
  for (std::size_t row = 0; row < expected.size(); ++row) {
    CHECK(rounded(*ratio_percent(table, "current / target", row), 1, RoundingRule::nearest) == Approx(expected[row]).epsilon(1e-12));
  }
  CHECK(*ratio_percent(table, "current / target") == Approx(60).epsilon(1e-12));
  CHECK(*column_total(table, "required") == 84);
  CHECK_FALSE(column_total(table, "nothing"));
  Problems ignored;
  const std::vector<std::string> names = {"members", "schemes"};
  const std::vector<double> watch = {1150, 126};
  const std::vector<double> neighbourhood = {3279, 1294};
  const auto per_scheme = TableFormula::parse("members / schemes", names, {}, ignored);
  CHECK(per_scheme->value(watch) == Approx(9.13).margin(0.005));
  CHECK(per_scheme->value(neighbourhood) == Approx(2.53).margin(0.005));
}

// --- tables that are not

TEST_CASE("a percentage that breaks the rule of its own table is named, and a claim that the table does not bear",
          "[study][tables][reference]") {
  // spent and budget of the last but two make 40.895 %: printed 40 where all others are rounded to the nearest
  const std::string table = "place,budget,spent,outstanding,percent\n"
                            "BE,\"134,000\",\"102,100\",\"31,900\",76\n"
                            "BW,\"134,000\",\"92,420\",\"41,580\",69\n"
                            "CV,\"72,830\",\"29,780\",\"43,050\",41\n"
                            "WV,\"72,830\",\"29,784\",\"43,046\",40\n"
                            "WS,\"72,830\",\"30,326\",\"42,504\",42\n";
  const std::string text =
      findings(table, "{formula: \"outstanding = budget - spent\"}, {ratio: \"spent / budget\", printed: percent, claimed: 64}");
  CHECK(text ==
        "WV, percent of schemes is printed as 40, but spent / budget is 40.895 %, which rounds to the nearest to 41 (4 of 5 rows are "
        "rounded so; rounded down it would be 40)\n"
        "spent / budget of schemes is claimed as 64 %, but over all 5 rows it is 58.46 %\n");
  CHECK(findings(replaced(table, ",40\n", ",41\n"), "{ratio: \"spent / budget\", printed: percent, claimed: 58.5}") == "");
  CHECK(findings("place,a,b,p\nBW,1,3,33\nBE,2,3,66\nCV,5,8,62\n", "{ratio: \"a / b\", printed: p}") == ""); // all cut: a rule of its own
  CHECK(has(findings("place,a,b,p\nBW,1,3,33\nBE,2,3,66.7\n", "{ratio: \"a / b\", printed: p}"),
            "p of schemes mixes percentages with 0 decimals and with 1 decimal"));
}

TEST_CASE("the claim of 64 % against 327,956 of 627,804", "[study][tables][reference]") {
  StudyFiles files;
  Problems problems;
  const LoadedStudy loaded =
      with_table(files, "place,budget,spent\nBW,\"627,804\",\"327,956\"\n", "{ratio: \"spent / budget\", claimed: 64}", problems);
  const AdminTable& table = loaded.study.survey->tables[0];
  CHECK(*ratio_percent(table, "spent / budget") == Approx(52.24).margin(0.005));
  const auto found = check_table(table, loaded.study.survey->areas);
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == TableFinding::Kind::claimed);
  CHECK(*found[0].found == 64);
  CHECK(has(found[0].text, "claimed as 64 %, but over all 1 row it is 52.24 %"));
}

TEST_CASE("a row without its key is set aside and counts in no total", "[study][tables]") {
  const std::string text = findings(replaced(cadets, "BE,55,19,74\n", "BE,55,19,74\n,,45,\n"), "{total: cadets, claimed: 206}");
  CHECK(text == "a row of schemes names no place (it holds 45; BW has the same); it counts in no total: name it, or remove it\n");
}

TEST_CASE("codes of another table that join no area are told with the nearest", "[study][tables]") {
  const std::string text = findings("place,budget\nBE,1\nBW,1\nCovly,1\nDUD,1\nSOL,1\nWalsfort,1\n", "{total: budget, claimed: 6}");
  CHECK(has(text, "\"Covly\" of schemes is no area of the study, so the row would be lost beside the others; did you mean Covely?"));
  CHECK(has(text, "\"DUD\" of schemes is no area"));
  CHECK(has(text, "\"SOL\" of schemes is no area"));
  CHECK(has(text, "did you mean Walsford?"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 4);
}

TEST_CASE("cells that are wrong or no numbers are named with their row", "[study][tables]") {
  const std::string text = findings(replaced(replaced(schemes, "BW,45,50,5", "BW,45,50,6"), "CV,12,20,8", "CV,twelve,20,8"),
                                    "{formula: \"required = target - current\"}, {total: required, claimed: 84}");
  CHECK(has(text, "BW, required of schemes is 6, but target - current gives 5; mend the one that is wrong"));
  CHECK(has(text, "CV, current of schemes is no number (found \"twelve\"), so a check passes over the row"));
  CHECK(has(text, "the total of required of schemes is claimed as 84, but its 8 rows add up to 85"));
}
