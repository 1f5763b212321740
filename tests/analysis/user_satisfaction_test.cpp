// The shipped instrument for people who called on the police, from answers to the annual report: the aspects, satisfaction against
// confidence with its trend, the gap between white users and others, and victims apart. Numbers: tests/reference/public_indices.R (R 4.2,
// survey 4.1).

#include "tests/analysis/row_called.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/study_files.hpp"

#include "engine/analysis/run.hpp"
#include "engine/report/sentence.hpp"
#include "engine/responses/response.hpp"
#include "engine/study/load.hpp"

#include <algorithm>
#include <cmath>

using namespace canvass;
using canvass::report::Estimate;
using canvass::testing::row;

namespace {

const char* const users_study = R"(canvass: 1
study: users
title: {en: "Users of the police"}
instrument: user-satisfaction@1.0.0
purpose: {find_out: "Satisfaction", from_whom: "Users", already_known: "Little", feedback: "A page"}
decision: "What to do first?"
frame: {person: serial, area: area, stratum: division, weight: weight}
waves: [{id: y2026, label: {en: "2026"}, opens: 2026-06-01, closes: 2026-08-31}]
sample: {kind: probability}
survey:
  people_live_in: {en: "Northshire"}
  areas: {file: areas.csv, levels: [force, division]}
  population: {file: population.csv, source: "Incidents recorded", as_of: 2026-03-31}
  weights: {method: none}
plan:
  analyses:
    - {id: whole, procedure: trend, outcome: satisfied_whole}
    - {id: aspects, procedure: composite_index, items: "contact actions follow_up treatment whole", counts_from: 5}
    - {id: satisfied_and_confident, procedure: trend_over_groups, outcome: confident, by: whole}
    - {id: gap, procedure: group_gap, outcome: satisfied_whole, by: ethnic_group, group: "1"}
    - {id: by_incident, procedure: subgroup_shares, outcome: satisfied_whole, by: incident}
    - {id: incidents_differ, procedure: association, outcome: satisfied_whole, by: incident}
report: {template: annual_survey}
disclosure: {min_base: 10, min_base_extreme: 20}
)";

/// 260 users of two divisions, by a rule that R follows, too.
struct Users {
  static constexpr int people = 260;
  static int aspect(int k, int n) { // -98: don't know
    const int drawn = (n * (2 * k + 3) + n / (k + 1) + k * k) % 23;
    return drawn == 22 ? -98 : std::max(1, std::min(7, 1 + drawn % 9));
  }
  static int incident(int n) { return 1 + n % 6; }

  Users() {
    files.write("study.yaml", users_study);
    files.write("areas.csv", "code,label,level,parent\nN,Northshire,force,\nE,East,division,N\nW,West,division,N\n");
    files.write("population.csv", "area,count\nE,1000\nW,1200\n");
    study = load_study_or_throw(files.folder(), {{std::string(CANVASS_SOURCE_DIR) + "/instruments"}});
    const Instrument& instrument = study.instrument();
    const Validator validator(study);
    for (int n = 0; n < people; ++n) {
      RawRecord record;
      record.frame.person = std::to_string(1000 + n);
      record.frame.wave = "y2026";
      record.frame.area = n % 2 == 0 ? "E" : "W";
      record.frame.stratum = record.frame.area;
      record.frame.weight = 1 + n % 4 / 2.0;
      record.answers.resize(instrument.variables.size());
      const auto set = [&](const char* variable, int value) { record.answers[instrument.variable(variable)] = std::to_string(value); };
      set("incident", incident(n));
      const char* aspects[] = {"contact", "actions", "follow_up", "treatment", "whole"};
      for (int k = 1; k <= 5; ++k) {
        set(aspects[k - 1], aspect(k, n));
      }
      set("confidence", 1 + (n * 7 + n / 5 + std::max(0, aspect(5, n))) % 5);
      set("ethnic_group", n % 7 == 3 ? 2 + n % 4 : 1);
      Validated validated = validator.validate(record);
      if (!validated.response) {
        throw std::runtime_error(validated.reasons.front());
      }
      responses.push_back(std::move(*validated.response));
    }
  }
  [[nodiscard]] analysis::Input input() const { return {study, responses, {}, 0, 0, true}; }
  testing::StudyFiles files;
  LoadedStudy study;
  std::vector<Response> responses;
};

/// Sums of the same numbers in another order.
constexpr double of_sums = 1e-9;

} // namespace

TEST_CASE("users: aspects, satisfaction against confidence, gap and groups are R's", "[analysis][survey][users]") {
  const Users users;
  analysis::Options options;
  options.release = analysis::Release::internal;
  const analysis::Analysed analysed = analysis::analyse(users.input(), options);
  const auto check = [&](const std::string& id, double share, double std_error, double n) {
    const Estimate& one = row(analysed, id);
    INFO(id);
    CHECK(one.estimate == Approx(100 * share).epsilon(of_sums));
    CHECK(one.std_error == Approx(100 * std_error).epsilon(of_sums));
    CHECK(one.n == n);
  };
  check("aspects/aspects/y2026/strand/contact", 0.4539170506912443, 0.0333119165041092, 248);
  check("aspects/aspects/y2026/strand/actions", 0.4495412844036697, 0.0332142535815698, 249);
  check("aspects/aspects/y2026/strand/follow_up", 0.4365079365079365, 0.0329289034346752, 252);
  check("aspects/aspects/y2026/strand/treatment", 0.4346330275229358, 0.0330001203671229, 249);
  check("aspects/aspects/y2026/strand/whole", 0.4573732718894009, 0.0333269547090754, 248);
  check("whole/satisfied_whole/y2026", 0.4573732718894009, 0.0333269547090754, 248); // the instrument's own indicator is the same share
  check("trends/satisfied_follow_up/y2026", 0.4365079365079365, 0.0329289034346752, 252);
  const double confident[] = {0.2975206611570248, 0.5462184873949580, 0.560344827586207, 0.2434782608695652,
                              0.273809523809524,  0.569444444444444,  0.4439834024896265};
  const double errors[] = {0.0822343292553382, 0.0902745958264278, 0.091211053161835, 0.0788300918835132,
                           0.093924430941863,  0.113437527075937,  0.0630230757976228};
  const double people[] = {34, 34, 33, 33, 24, 21, 69};
  std::vector<std::string> order;
  for (const Estimate& one : analysed.rows) {
    if (one.analysis == "satisfied_and_confident" && one.quantity == "proportion") {
      order.push_back(one.at.back().second);
    }
  }
  // The questionnaire begins with "completely satisfied", 7; the trend runs from the lowest code up.
  CHECK(order == std::vector<std::string>{"1", "2", "3", "4", "5", "6", "7"});
  for (int code = 1; code <= 7; ++code) {
    check("satisfied_and_confident/confident/y2026/" + std::to_string(code), confident[code - 1], errors[code - 1], people[code - 1]);
  }
  check("satisfied_and_confident/confident/y2026/slope", 5.91533377286044e-03, 1.50727070424801e-02, 248);
  const Estimate& gap = row(analysed, "gap/satisfied_whole/y2026/gap");
  CHECK(gap.estimate == Approx(52.37467018469661).epsilon(of_sums));
  CHECK(gap.std_error == Approx(3.57189070481938).epsilon(of_sums));
  CHECK(gap.verdict == "higher");
  check("by_incident/satisfied_whole/y2026/incident/1", 0.4285714285714285, 0.0808022592826448, 42);
  check("by_incident/satisfied_whole/y2026/incident/5", 0.4918032786885246, 0.0826923898060621, 41);
  const Estimate& differ = row(analysed, "incidents_differ/satisfied_whole/y2026/incident");
  CHECK(differ.statistic == Approx(0.0611957963940446).epsilon(of_sums));
  CHECK(differ.df == Approx(4.9413425392708978).epsilon(of_sums));
}

TEST_CASE("users: all of it stands in the annual report", "[analysis][survey][users]") {
  const Users users;
  const analysis::Analysed analysed = analysis::analyse(users.input(), {});
  const report::Document document = analysis::make_report(users.input(), analysed, {});
  std::vector<std::string> captions;
  std::vector<std::string> figures;
  for (const report::Section& section : document.sections) {
    for (const report::Block& block : section.blocks) {
      if (const auto* table = std::get_if<report::Table>(&block)) {
        captions.push_back(table->caption);
      } else if (const auto* figure = std::get_if<report::Figure>(&block)) {
        figures.push_back(figure->id);
      }
    }
  }
  for (const char* caption : {"Every indicator, wave by wave", "Aspects, 2026", "Satisfied and confident: over the answers in order",
                              "Gap: the gap between two groups", "Satisfied with the whole experience by incident, 2026"}) {
    INFO(caption);
    CHECK(std::find(captions.begin(), captions.end(), caption) != captions.end());
  }
  for (const char* figure : {"fig-index-aspects", "fig-over-satisfied_and_confident"}) {
    INFO(figure);
    CHECK(std::find(figures.begin(), figures.end(), figure) != figures.end());
  }
}
