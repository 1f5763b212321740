// What must come out of a board's tables, by number: A1 to A10 the tables, C10, C12 and C14 claims and KPIs. All numbers are hand
// arithmetic over the figures in the files below.

#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"

#include "engine/study/claim_checks.hpp"
#include "engine/study/table_checks.hpp"

#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::testing;

namespace {

/// A survey with one table of eight units; its problems are kept.
class Board {
public:
  Board(const std::string& csv, const std::string& checks) {
    write_public_study(files);
    std::string study = replaced(public_study,
                                 "  - {code: P3, label: {en: \"Schemes\"}, table: schemes, table_row: Alderby, table_column: current, "
                                 "target: 50, unit: count}\n",
                                 "");
    const std::size_t from = study.find("key_is_area: true,\n     checks: [");
    study.replace(from, study.find("]}", from) - from, "checks: [" + checks);
    files.write("study.yaml", study).write("schemes.csv", csv);
    loaded = files.load();
  }
  [[nodiscard]] const AdminTable& table() const { return loaded.study.survey->tables.front(); }
  [[nodiscard]] std::vector<TableFinding> findings() const { return check_table(table(), loaded.study.survey->areas); }
  [[nodiscard]] double percent(const std::string& expression, std::size_t row, int decimals) const {
    return rounded(ratio_percent(table(), expression, row).value(), decimals, RoundingRule::nearest);
  }
  StudyFiles files;
  LoadedStudy loaded;
};

const char* const watch =
    "place,current,target,required\nBW,45,50,5\nBE,22,30,8\nCV,12,20,8\nDY,4,20,16\nSH,22,30,8\nSW,8,20,12\nWS,8,20,12\nWV,5,20,15\n";
const char* const cadets = "place,junior,cadets,total\nBW,78,45,123\nBE,55,19,74\nCV,80,22,102\nDY,40,18,58\nSH,30,19,49\nSW,176,36,212\n"
                           "WS,81,19,100\nWV,53,28,81\n";
/// Budgets and spending made up so that totals and percentages are those of A6 and A7.
const char* const fund = "place,budget,spent,outstanding,percent\nBE,\"79,282\",\"60,414\",\"18,868\",76\n"
                         "BW,\"79,282\",\"54,681\",\"24,601\",69\nCOV,\"79,282\",\"32,418\",\"46,864\",41\n"
                         "DUD,\"91,552\",\"31,402\",\"60,150\",34\nSOL,\"67,012\",\"56,672\",\"10,340\",85\n"
                         "WOV,\"72,830\",\"29,784\",\"43,046\",40\nSANDBURY,\"79,282\",\"29,572\",\"49,710\",37\n"
                         "WALSFORD,\"79,282\",\"33,013\",\"46,269\",42\n";

} // namespace

TEST_CASE("A1 to A4: schemes, targets and what is required", "[study][acceptance]") {
  const Board board(watch, "{formula: \"required = target - current\"}, {total: current, claimed: 126}, {total: target, claimed: 210}, "
                           "{total: required, claimed: 84}");
  CHECK(column_total(board.table(), "current") == 126); // A1
  CHECK(column_total(board.table(), "target") == 210);  // A2
  CHECK(column_total(board.table(), "required") == 84); // A3
  CHECK(board.findings().empty());                      // each is target less current
  const std::vector<double> progress = {90.0, 73.3, 60.0, 20.0, 73.3, 40.0, 40.0, 25.0};
  for (std::size_t row = 0; row < progress.size(); ++row) { // A4
    CHECK(board.percent("current / target", row, 1) == Approx(progress[row]).epsilon(1e-12));
  }
  CHECK(board.percent("current / target", AdminTable::npos, 1) == Approx(60).epsilon(1e-12));
}

TEST_CASE("A5: cadets by unit and in all", "[study][acceptance]") {
  const Board board(cadets, "{formula: \"total = junior + cadets\"}, {total: junior, claimed: 593}, {total: cadets, claimed: 206}, {total: "
                            "total, claimed: 799}");
  CHECK(board.findings().empty());
  CHECK(column_total(board.table(), "junior") == 593);
  CHECK(column_total(board.table(), "cadets") == 206);
  CHECK(column_total(board.table(), "total") == 799);
}

TEST_CASE("A6 to A8: budget, spending, the percentage that is misprinted and the one that is misclaimed", "[study][acceptance]") {
  const Board board(fund, "{formula: \"outstanding = budget - spent\"}, {ratio: \"spent / budget\", printed: percent, claimed: 64}");
  CHECK(column_total(board.table(), "budget") == 627804); // A6
  CHECK(column_total(board.table(), "spent") == 327956);
  CHECK(column_total(board.table(), "outstanding") == 299848);
  CHECK(board.percent("spent / budget", AdminTable::npos, 2) == Approx(52.24).epsilon(1e-12));
  const std::vector<double> percents = {76.2, 69.0, 40.9, 34.3, 84.6, 40.9, 37.3, 41.6}; // A7
  for (std::size_t row = 0; row < percents.size(); ++row) {
    INFO(board.table().keys[row]);
    CHECK(board.percent("spent / budget", row, 1) == Approx(percents[row]).epsilon(1e-12));
  }
  const auto found = board.findings();
  REQUIRE(found.size() == 2);
  CHECK(found[0].kind == TableFinding::Kind::printed);
  CHECK(found[0].row == "WOV");
  CHECK(found[0].found == 40);
  CHECK(found[0].expected == 41);
  CHECK(found[1].kind == TableFinding::Kind::claimed); // A8
  CHECK(found[1].found == 64);
  CHECK(*found[1].expected == Approx(52.24).margin(0.005));
}

TEST_CASE("A9: members a scheme", "[study][acceptance]") {
  const Board board("place,schemes,members\nStreet Watch,126,1150\nNeighbourhood Watch,1294,3279\n", "{total: schemes, claimed: 1420}");
  CHECK(board.findings().empty());
  CHECK(board.percent("members / schemes", 0, 0) == 913); // 9.13 each
  CHECK(board.percent("members / schemes", 1, 0) == 253); // 2.53 each
}

TEST_CASE("A10: sign-ups a month on", "[study][acceptance]") {
  const Board right("place,members,monthly,next,growth\nAll,\"87,511\",\"3,000\",\"90,511\",3.43\n",
                    "{formula: \"next = members + monthly\"}, {ratio: \"monthly / members\", printed: growth}");
  CHECK(right.findings().empty());
  const Board wrong("place,members,monthly,next,growth\nAll,\"87,511\",\"3,000\",\"90,011\",3.50\n",
                    "{formula: \"next = members + monthly\"}, {ratio: \"monthly / members\", printed: growth}");
  const auto found = wrong.findings();
  REQUIRE(found.size() == 2);
  CHECK(found[0].expected == 90511);
  CHECK(found[1].found == 3.5);
  CHECK(*found[1].expected == Approx(3.43).epsilon(1e-12));
}

namespace {

/// Claims of one paper, and what is found in them.
struct Claims {
  explicit Claims(const std::string& csv) {
    write_public_study(files);
    files.write("study.yaml",
                std::string(public_study) + "claims:\n  - {id: paper, file: claims.csv, source: \"A paper\", as_of: 2008-04-30}\n");
    files.write("claims.csv", csv);
    loaded = files.load();
  }
  [[nodiscard]] const ClaimSet& set() const { return loaded.study.survey->claims.front(); }
  StudyFiles files;
  LoadedStudy loaded;
};

} // namespace

TEST_CASE("C10: 15 % and 45 % against 5.1 and 18.5, and against 5.2 and 12.3", "[study][acceptance]") {
  const Claims claims("id,measure,group,of,value,n,formula\nvictims,v,,,15,900,\nshare,s,,,45,900,\n"
                      "all,unreported,,,,900,victims * share / 100\nyoung,unreported,16 to 19,age,18.5,90,\n"
                      "rest,unreported,the rest,age,5.1,810,\nnot_white,unreported,not white,ethnicity,12.3,90,\n"
                      "white,unreported,white,ethnicity,5.2,810,\n");
  const auto found = check_claims(claims.set(), {});
  REQUIRE(found.size() == 2);
  CHECK(found[0].text.find("unreported is 6.75 % of everybody") == 0);
  CHECK(found[0].text.find("only where 12.3 % of the people are 16 to 19") != std::string::npos);
  CHECK(found[1].text.find("only where 21.8 % of the people are not white") != std::string::npos);
}

TEST_CASE("C12: 30 % recorded of 41 % reported", "[study][acceptance]") {
  const Claims claims("id,measure,value,n,formula\nreported,r,41,900,\nrecorded,c,30,900,\nkept,k,,,100 * recorded / reported\n");
  CHECK(value_of(claims.set(), *claims.set().claim("kept"))->value == Approx(73.2).margin(0.05));
}

TEST_CASE("C14: nineteen codes and five gaps", "[study][acceptance]") {
  StudyFiles files;
  write_public_study(files);
  std::string study = public_study;
  const std::size_t from = study.find("kpis:\n");
  study.replace(from, study.find("tables:") - from, "kpis: kpis.csv\n");
  std::string csv = "code,label,indicator,unit\n";
  for (const char* code :
       {"P1", "P2", "P3", "P4", "P5", "P7", "P8", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S15", "S16"}) {
    csv += std::string(code) + ",A line,confident,%\n";
  }
  files.write("study.yaml", study).write("kpis.csv", csv);
  Problems problems;
  const LoadedStudy loaded = files.load(problems);
  CHECK(loaded.study.survey->kpis.size() == 19);
  CHECK(missing_codes(loaded.study.survey->kpis) == std::vector<std::string>{"P6", "S1", "S2", "S13", "S14"});
  CHECK(printed(problems, files).find("the numbering of the 19 KPIs leaves out P6, S1, S2, S13, S14") != std::string::npos);
}
