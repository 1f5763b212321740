// Real published figures: 32 boroughs in a league table whose order is not claimed, and a trend of windows that overlap. Numbers:
// tests/reference/peers.R, which reads the same file. Runs where ../shared lies; the same code runs on made-up figures in peers_test.cpp.

#include "tests/analysis/row_called.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/study_files.hpp"

#include "engine/analysis/run.hpp"
#include "engine/core/yaml.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

using namespace canvass;
using canvass::report::Estimate;
using canvass::testing::row;

namespace {

bool is_flagged(const Estimate& one, std::string_view flag) {
  return std::find(one.flags.begin(), one.flags.end(), flag) != one.flags.end();
}

constexpr double of_ten_digits = 1e-8; ///< R printed ten
constexpr double of_eight_digits = 1e-7;

} // namespace

TEST_CASE("London: ranks with their intervals from 400 answers a borough, and quarters that overlap", "[analysis][peers][london]") {
  const std::filesystem::path data = CANVASS_SOURCE_DIR "/../shared/data/mopac-pas";
  if (!std::filesystem::exists(data / "PAS_boroughs_raw.csv")) {
    WARN("skipped: ../shared is not here");
    SUCCEED();
    return;
  }
  testing::StudyFiles files;
  for (const char* name : {"study.yaml", "areas.csv"}) {
    files.write(name, read_file(std::string(CANVASS_SOURCE_DIR "/examples/london-attitudes/") + name));
  }
  for (const char* name : {"PAS_boroughs_raw.csv", "PAS_total_raw.csv"}) {
    files.write(name, read_file((data / name).string()));
  }
  const LoadedStudy study = load_study_or_throw(files.folder(), {{CANVASS_SOURCE_DIR "/instruments"}});
  const std::vector<Response> nobody;
  const analysis::Input input{study, nobody, {}, 0, 0, false};
  const analysis::Analysed analysed = analysis::analyse(input, {});
  for (const analysis::AnalysisOutcome& one : analysed.outcomes) {
    INFO(one.id << ": " << (one.notes.empty() ? "" : one.notes.front()));
    CHECK_FALSE(one.failed);
  }

  // The league table of December 2023: no order can be claimed.
  const std::string last = "peers/good_job/2023-12-31/";
  const Estimate& table = row(analysed, last + "table");
  CHECK(table.reference == 32);
  CHECK(table.estimate == 28.5);
  CHECK(table.verdict == "cannot be ranked");
  const std::map<std::string, std::pair<double, double>> places = {{"Harrow", {1, 17}},
                                                                   {"Kensington and Chelsea", {1, 17}},
                                                                   {"City of Westminster", {1, 19}},
                                                                   {"Hillingdon", {1, 24}},
                                                                   {"Sutton", {1, 30}},
                                                                   {"Richmond upon Thames", {1, 32}},
                                                                   {"Barnet", {3, 32}},
                                                                   {"Enfield", {5, 32}},
                                                                   {"Haringey", {6, 32}},
                                                                   {"Croydon", {7, 32}},
                                                                   {"Waltham Forest", {7, 32}}};
  for (const auto& [borough, interval] : places) {
    INFO(borough);
    const Estimate& rank = row(analysed, last + borough + "/rank");
    CHECK(rank.conf_low == interval.first);
    CHECK(rank.conf_high == interval.second);
    CHECK(std::isnan(rank.estimate));
    CHECK(is_flagged(rank, "no_order"));
    CHECK(is_flagged(row(analysed, last + borough), "n_for_all"));
  }
  const Estimate& harrow = row(analysed, last + "Harrow/against");
  CHECK(harrow.estimate == Approx(13.0625).margin(1e-9));
  CHECK(harrow.std_error == Approx(2.4184051).epsilon(of_eight_digits));
  CHECK(harrow.p_adjusted == Approx(1.0586317e-06).epsilon(of_eight_digits));
  CHECK(row(analysed, last + "Bexley/against").p_adjusted == Approx(3.7417061e-02).epsilon(of_eight_digits));
  std::size_t higher = 0;
  std::size_t lower = 0;
  for (const Estimate& one : analysed.rows) {
    const bool here = one.id.rfind(last, 0) == 0 && one.quantity == "difference";
    higher += here && one.verdict == "higher" ? 1U : 0U;
    lower += here && one.verdict == "lower" ? 1U : 0U;
  }
  CHECK(higher == 5); // to Bexley
  CHECK(lower == 8);  // from Enfield on
  CHECK(row(analysed, last + "mean").estimate == Approx(47.9375).margin(1e-9));

  // All London: 12,800 answers in twelve months.
  const std::string london = "london/good_job_london/MPS/2023-12-31-";
  const std::map<std::string, std::pair<double, double>> changes = {{"2023-09-30", {0.51387645443, 0.05165557654}},
                                                                    {"2023-06-30", {0.60122487820, 0.09625816915}},
                                                                    {"2022-12-31", {0.745996257810, 0.007340721101}}};
  for (const auto& [period, numbers] : changes) {
    INFO(period);
    const Estimate& change = row(analysed, london + period);
    CHECK(change.std_error == Approx(numbers.first).epsilon(of_ten_digits));
    CHECK(change.p_value == Approx(numbers.second).epsilon(of_ten_digits));
    CHECK(is_flagged(change, "overlapping") == (period != "2022-12-31"));
  }
  // As separate samples the quarter would have an error of .746 and a p of .18; and a year is a separate sample.
  CHECK(row(analysed, london + "2023-09-30").verdict == "no clear change");
  CHECK(row(analysed, london + "2022-12-31").verdict == "lower");
  CHECK(row(analysed, london + "2014-12-31").estimate == -20);
  const Estimate& croydon = row(analysed, "boroughs/good_job/Croydon/2023-12-31-2014-12-31");
  CHECK(croydon.estimate == -25);
  CHECK(croydon.std_error == Approx(3.447341971).epsilon(of_ten_digits));
  CHECK(croydon.p_value == Approx(4.107709674e-13).epsilon(1e-6)); // a tail; R and Canvass differ by their erfc
  CHECK(row(analysed, "boroughs/good_job/Croydon/2023-12-31-2023-09-30").std_error == Approx(1.763991686).epsilon(of_ten_digits));
  CHECK(croydon.adjustment == "bh");

  const report::Document document = analysis::make_report(input, analysed, {});
  CHECK_FALSE(document.simulated);
  const auto& box = std::get<report::VerdictBox>(document.sections.front().blocks.front());
  const std::string answer = report::plain_words(box.answer);
  INFO(answer);
  CHECK(answer.find("Lower than 2022-12-31") != std::string::npos);
  const auto league_of = [](const report::Section& section) {
    const auto found = std::find_if(section.blocks.begin(), section.blocks.end(),
                                    [](const report::Block& one) { return std::holds_alternative<report::Figure>(one); });
    REQUIRE(found != section.blocks.end());
    return std::get<report::LeagueChart>(std::get<report::Figure>(*found).chart);
  };
  const report::LeagueChart all = league_of(document.sections.at(1));
  REQUIRE(all.rows.size() == 32);
  CHECK(all.rows.front().rank == "1 to 17");
  const report::LeagueChart first_page = league_of(document.sections.front()); // one sheet: those told apart from the mean
  CHECK(first_page.rows.size() == 13);
  CHECK(first_page.rows.front().rank == "1 to 17");
}
