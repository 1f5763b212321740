// KPIs from the last period by time, never from an estimate without its interval; and who counts as missing.

#include "tests/analysis/public_answers.hpp"
#include "tests/analysis/row_called.hpp"
#include "tests/support/catch.hpp"

#include "engine/analysis/run.hpp"
#include "engine/analysis/survey_rows.hpp"

#include <algorithm>
#include <cmath>

using namespace canvass;
using report::Estimate;
using testing::row;

namespace {

struct Board {
  testing::StudyFiles files;
  Board() { testing::write_public_survey(files); }
  analysis::Analysed analysed() const {
    const LoadedStudy study = files.load();
    const std::vector<Response> responses = testing::public_answers(study);
    return analysis::analyse({study, responses, {}, 0, 0, true}, {});
  }
};

} // namespace

TEST_CASE("a KPI from a series takes its last period, wherever that stands in the file", "[analysis][survey][kpi]") {
  Board board;
  board.files.write("series-national.csv",
                    "period,unit,value,n,half_width\n2025,Northshire,39.0,1200,2.8\n2024,Northshire,51.5,1200,2.8\n");
  const analysis::Analysed analysed = board.analysed();
  const Estimate& kpi = row(analysed, "kpi/P2");
  CHECK(kpi.estimate == 39);
  CHECK(kpi.verdict == "missed"); // of 50; 51.5 of 2024 would be "not clear"
  CHECK(kpi.conf_low == Approx(39 - 2.8));
}

TEST_CASE("a KPI without an interval is not clear, whichever side its number is of", "[analysis][survey][kpi]") {
  Board board;
  board.files.write("series-national.csv", "period,unit,value,n,half_width\n2025,Northshire,90.0,,\n");
  CHECK(row(board.analysed(), "kpi/P2").verdict == "not clear");
}

TEST_CASE("whoever a question is not put to is not missing from its share", "[analysis][survey]") {
  Board board;
  std::string instrument = testing::public_instrument;
  instrument += "  old_hands: {label: {en: \"Of those of 20 years and more, good or excellent\"}, of: local_police, in: [4, 5], "
                "among: \"${years} >= 20\"}\n";
  board.files.write("instruments/street.yaml", instrument);
  const LoadedStudy study = board.files.load();
  std::size_t asked = 0;
  std::size_t silent = 0;
  for (int i = 0; i < testing::public_sent_count; ++i) {
    if (testing::public_returned(2026, i) && i % 40 >= 20) {
      ++asked;
      silent += testing::public_job(2026, i) < 0 ? 1U : 0U;
    }
  }
  const analysis::Analysed analysed = board.analysed();
  const Estimate& all = row(analysed, "trends/old_hands/y2026");
  CHECK(all.n == static_cast<double>(asked - silent));
  CHECK(all.n_missing == static_cast<double>(silent));
  CHECK(std::find(all.flags.begin(), all.flags.end(), "many_left_out") == all.flags.end());
}

TEST_CASE("a difference without p and without interval is not judged", "[analysis][survey]") {
  const LoadedStudy study = Board().files.load();
  Estimate one;
  one.estimate = 100;
  analysis::judge_alone(one, study.study, "higher", "lower", "no clear change");
  CHECK(one.verdict == "not tested");
  one.conf_low = 90;
  one.conf_high = 110;
  analysis::judge_alone(one, study.study, "higher", "lower", "no clear change");
  CHECK(one.verdict == "higher");
}

TEST_CASE("the scoreboard says where each line comes from, how it is made and which way is better", "[analysis][survey][kpi]") {
  const Board board;
  const LoadedStudy study = board.files.load();
  const std::vector<Response> responses = testing::public_answers(study);
  const analysis::Input input{study, responses, {}, 0, 0, true};
  const analysis::Analysed analysed = analysis::analyse(input, {});
  const report::Document document = analysis::make_report(input, analysed, {});
  const report::Table* sources = nullptr;
  for (const report::Section& section : document.sections) {
    for (const report::Block& block : section.blocks) {
      const auto* table = std::get_if<report::Table>(&block);
      sources = table != nullptr && table->caption == "Where each indicator comes from" ? table : sources;
    }
  }
  REQUIRE(sources != nullptr);
  REQUIRE(sources->rows.size() == 3);
  const auto cell = [&](std::size_t line, std::size_t column) { return std::get<std::string>(sources->rows[line][column]); };
  CHECK(cell(0, 1) == "this survey");
  CHECK(cell(0, 2).rfind("local_police: ", 0) == 0);
  CHECK(cell(0, 4) == "at least 42%");
  CHECK(cell(1, 1) == "Published tables, 31 March 2026");
  CHECK(cell(1, 2) == "last period of Northshire");
  CHECK(cell(2, 1) == "Returns");
  CHECK(cell(2, 2) == "current of Alderby");
}
