// One area of a public survey: its years, its report, and that nobody small is given away by it. Numbers: tests/reference/public_answers.R.

#include "tests/analysis/public_answers.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/contains_text.hpp"

#include "engine/analysis/complement.hpp"
#include "engine/analysis/protect.hpp"
#include "engine/analysis/run.hpp"

#include <algorithm>
#include <cmath>
#include <set>

using namespace canvass;
using canvass::report::Estimate;

namespace {

struct Survey {
  Survey() {
    testing::write_public_survey(files);
    study = files.load();
    responses = testing::public_answers(study);
    options.area = "A1";
  }
  [[nodiscard]] analysis::Input input() const { return {study, responses, {}, 0, 0, true}; }
  [[nodiscard]] analysis::Analysed analysed() const { return analysis::analyse(input(), options); }
  [[nodiscard]] report::Document document() const { return analysis::make_report(input(), analysed(), options); }
  testing::StudyFiles files;
  LoadedStudy study;
  std::vector<Response> responses;
  analysis::Options options;
};

const Estimate& row(const report::Estimates& rows, std::string_view id) {
  const Estimate* found = report::find(rows, id);
  INFO(id);
  REQUIRE(found != nullptr);
  return *found;
}

bool is_of(const Estimate& row, const std::string& area) {
  return std::any_of(row.at.begin(), row.at.end(), [&](const auto& one) { return one.second == area; });
}

} // namespace

TEST_CASE("a report on an area that is not there says which are near", "[analysis][area]") {
  Survey survey;
  survey.options.area = "A11";
  CHECK_THROWS_WITH(survey.document(), testing::contains_text("no area called \"A11\""));
}

TEST_CASE("an area year by year, and its change as separate samples", "[analysis][area][reference]") {
  Survey survey;
  survey.options.release = analysis::Release::internal;
  const analysis::Analysed analysed = survey.analysed();
  const Estimate& before = row(analysed.rows, "area_trend/confident/y2025/A1");
  const Estimate& after = row(analysed.rows, "area_trend/confident/y2026/A1");
  CHECK(before.estimate == Approx(35.8198880391632).epsilon(1e-6)); // svyby of the raked design, line "2025"
  CHECK(before.std_error == Approx(9.28634560472996).epsilon(1e-6));
  CHECK(after.estimate == Approx(44.2336225125565).epsilon(1e-6));
  CHECK(after.std_error == Approx(10.4705112117290).epsilon(1e-6));
  CHECK(after.estimate == row(analysed.rows, "areas/confident/y2026/area/A1").estimate);
  const Estimate& change = row(analysed.rows, "area_trend/confident/y2026-y2025/A1");
  CHECK(change.estimate == Approx(44.2336225125565 - 35.8198880391632).epsilon(1e-6));
  CHECK(change.std_error == Approx(std::hypot(9.28634560472996, 10.4705112117290)).epsilon(1e-6));
  CHECK(change.n == 31);
  CHECK(change.verdict == "no clear change");
}

TEST_CASE("a report on an area holds its rows, and of its neighbours the headlines of the last wave", "[analysis][area]") {
  Survey survey;
  survey.options.release = analysis::Release::internal;
  const report::Document document = survey.document();
  CHECK(document.sections.front().first_page);
  std::set<std::string> neighbours;
  for (const Estimate& one : document.rows) {
    CHECK((one.procedure == "trend" || one.procedure == "response" || one.procedure == "area_shares" || one.procedure == "area_trend"));
    for (const char* other : {"A2", "A3", "A4"}) {
      if (is_of(one, other)) {
        neighbours.insert(other);
        CHECK(one.procedure == "area_shares");
        CHECK(one.outcome == "confident");
      }
    }
  }
  CHECK(report::find(document.rows, "area_trend/confident/y2025/A1") != nullptr);
  CHECK(report::find(document.rows, "area_trend/confident/y2025/A2") == nullptr);
  CHECK_FALSE(neighbours.empty()); // of its division
}

TEST_CASE("an area that is withheld in one wave is withheld in each number made with it, in the reports of all areas", "[analysis][area]") {
  Survey survey;
  std::set<std::string> counted;
  for (const Estimate& one : survey.analysed().rows) {
    if (one.procedure == "area_trend" && one.versus.empty() && std::isfinite(one.n)) {
      counted.insert(one.id);
    }
  }
  survey.study.study.disclosure.min_base = 36; // A1 has 31 answers in 2026
  const analysis::Analysed analysed = survey.analysed();
  std::set<analysis::SummedCell> withheld;
  for (const Estimate& one : analysed.rows) {
    if (analysis::is_withheld(one) && one.versus.empty() && one.at.size() == 2) {
      withheld.insert({one.outcome, one.at[0].second, one.at[1].first, one.at[1].second});
    }
  }
  CHECK(withheld.contains({"confident", "y2026", "area", "A1"}));
  CHECK(withheld.size() < counted.size());
  std::size_t compared = 0;
  for (const Estimate& one : analysed.rows) {
    INFO(one.id);
    if (analysis::speaks_of(one, withheld) && one.quantity != "sent" && one.quantity != "returned" && one.quantity != "response_rate") {
      CHECK(analysis::is_withheld(one));
      compared += one.versus.empty() ? 0U : 1U;
    }
  }
  CHECK(compared > 0);
  // Of the areas of a division in any wave none is alone withheld beside its published division.
  for (const char* wave : {"y2025", "y2026"}) {
    for (const auto& areas : {std::vector<std::string>{"A1", "A2"}, std::vector<std::string>{"A3", "A4"}}) {
      const auto hidden = std::count_if(areas.begin(), areas.end(), [&](const std::string& area) {
        return withheld.contains({"confident", wave, "area", area});
      });
      CHECK(hidden != 1);
    }
  }
}

TEST_CASE("a difference between waves speaks of its cells in both", "[analysis][area][protect]") {
  Estimate difference;
  difference.outcome = "confident";
  difference.at = {{"wave", "y2"}, {"area", "A1"}};
  difference.versus = {{"wave", "y1"}, {"area", "A1"}};
  CHECK(analysis::speaks_of(difference, {{"confident", "y1", "area", "A1"}}));
  CHECK(analysis::speaks_of(difference, {{"confident", "y2", "area", "A1"}}));
  CHECK_FALSE(analysis::speaks_of(difference, {{"confident", "y1", "area", "A2"}}));
  CHECK_FALSE(analysis::speaks_of(difference, {{"reassured", "y1", "area", "A1"}}));
}
