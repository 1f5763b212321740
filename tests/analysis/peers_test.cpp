// Places among peers, breaks, and what is joined into one line. Numbers: tests/reference/peers.R.

#include "tests/analysis/public_answers.hpp"
#include "tests/analysis/row_called.hpp"
#include "tests/support/catch.hpp"

#include "engine/analysis/protect.hpp"
#include "engine/analysis/run.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <map>

using namespace canvass;
using canvass::report::Estimate;
using canvass::testing::row;

namespace {

SeriesPoint figure(const std::string& period, const std::string& unit, double value, std::optional<double> n = std::nullopt,
                   std::optional<double> half_width = std::nullopt, int decimals = 1) {
  SeriesPoint one;
  one.period = period;
  one.unit = unit;
  one.value = value;
  one.n = n;
  one.half_width = half_width;
  one.decimals = decimals;
  return one;
}

PublishedSeries series_of(std::string id, Direction direction, std::vector<SeriesPoint> points) {
  PublishedSeries series;
  series.id = std::move(id);
  series.label.by_language["en"] = "A joint survey";
  series.source = "Made up";
  series.question = "other@1.0.0/item";
  series.desired_direction = direction;
  series.points = std::move(points);
  return series;
}

/// `count` forces, of which the force at `place` (from 1) is Northshire with `value`; the others a tenth apart from it and each other.
PublishedSeries untested(std::string id, std::size_t count, std::size_t place, double value, Direction direction) {
  std::vector<SeriesPoint> points;
  for (std::size_t i = 1; i <= count; ++i) {
    const double step = 0.1 * (static_cast<double>(place) - static_cast<double>(i));
    points.push_back(figure("2007", i == place ? "Northshire" : "Force " + std::to_string(i),
                            direction == Direction::down ? value - step : value + step));
  }
  return series_of(std::move(id), direction, std::move(points));
}

struct Survey {
  Survey() {
    testing::write_public_survey(files);
    study = files.load();
    study.study.plan.analyses.clear();
    responses = testing::public_answers(study);
  }
  void plan(const std::string& id, const std::string& procedure, std::map<std::string, std::string> options, std::string outcome = {}) {
    PlannedAnalysis one;
    one.id = id;
    one.procedure = procedure;
    one.outcome = std::move(outcome);
    one.options = std::move(options);
    study.study.plan.analyses.push_back(one);
  }
  [[nodiscard]] PublicSurvey& setup() { return *study.study.survey; }
  [[nodiscard]] analysis::Input input() const { return {study, responses, {}, 0, 0, true}; }
  [[nodiscard]] analysis::Analysed analysed(analysis::Release release = analysis::Release::open) const {
    analysis::Options options;
    options.release = release;
    return analysis::analyse(input(), options);
  }
  [[nodiscard]] std::string refusal() const {
    try {
      static_cast<void>(analysed());
    } catch (const InputError& error) {
      return error.what();
    }
    return {};
  }
  testing::StudyFiles files;
  LoadedStudy study;
  std::vector<Response> responses;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string notes_of(const analysis::Analysed& analysed, const std::string& id) {
  std::string text;
  for (const analysis::AnalysisOutcome& one : analysed.outcomes) {
    for (const std::string& note : one.notes) {
      text += one.id == id ? note + "\n" : "";
    }
  }
  return text;
}

/// The words of all sentences of a section, its tables' notes and its tables' cells that are words.
std::string words_of(const report::Section& section) {
  std::string text;
  for (const report::Block& block : section.blocks) {
    if (const auto* table = std::get_if<report::Table>(&block)) {
      text += table->caption + "\n";
      for (const report::Sentence& note : table->notes) {
        text += report::plain_words(note) + "\n";
      }
      for (const auto& cells : table->rows) {
        for (const report::TableCell& cell : cells) {
          if (const auto* words = std::get_if<std::string>(&cell)) {
            text += *words + "|";
          }
        }
        text += "\n";
      }
    } else if (const auto* facts = std::get_if<report::Facts>(&block)) {
      for (const auto& fact : facts->facts) {
        text += fact.label + ": " + report::plain_words(fact.text) + "\n";
      }
    } else if (const auto* bullets = std::get_if<report::Bullets>(&block)) {
      for (const report::Sentence& one : bullets->items) {
        text += report::plain_words(one) + "\n";
      }
    }
  }
  return text;
}

const report::Section& section_of(const report::Document& document, std::string_view id) {
  const auto found =
      std::find_if(document.sections.begin(), document.sections.end(), [&](const report::Section& one) { return one.id == id; });
  INFO(id);
  REQUIRE(found != document.sections.end());
  return *found;
}

std::vector<SeriesPoint> eight_forces() {
  const std::pair<const char*, std::pair<double, double>> forces[] = {
      {"Force B", {66.1, 1020}}, {"Force C", {63.4, 990}}, {"Northshire", {58.2, 1050}}, {"Force D", {57.9, 1010}},
      {"Force E", {55.0, 980}},  {"Force H", {54.8, 0}},   {"Force F", {51.3, 1000}},    {"Force G", {47.2, 1030}}};
  std::vector<SeriesPoint> points;
  for (const auto& [name, numbers] : forces) {
    points.push_back(figure("2026", name, numbers.first, numbers.second > 0 ? std::optional(numbers.second) : std::nullopt));
  }
  return points;
}

} // namespace

TEST_CASE("places: what is to be ranked must be said, and be there", "[analysis][peers]") {
  const auto refused = [](std::map<std::string, std::string> options, std::string outcome = {}) {
    Survey survey;
    survey.plan("p", "peer_ranks", std::move(options), std::move(outcome));
    return survey.refusal();
  };
  CHECK(has(refused({}), "analysis p needs either `series`"));
  CHECK(has(refused({{"series", "national"}, {"level", "area"}}), "analysis p needs either `series`"));
  CHECK(has(refused({{"series", "nationale"}}), "names \"nationale\", which is no series of the study; did you mean national?"));
  CHECK(has(refused({{"series", "national"}, {"unit", "Eastshire"}}), "names \"Eastshire\", of which the series national has no number"));
  CHECK(has(refused({{"series", "national"}, {"period", "1999"}}), "names the period \"1999\""));
  CHECK(has(refused({{"level", "parish"}}, "confident"), "names the level \"parish\""));
}

TEST_CASE("places: one unit alone has none", "[analysis][peers]") {
  Survey survey;
  survey.setup().series = {series_of("alone", Direction::up, {figure("2026", "Northshire", 51.5)})};
  survey.setup().kpis.clear();
  survey.plan("p", "peer_ranks", {{"series", "alone"}});
  const analysis::Analysed analysed = survey.analysed();
  CHECK(report::find(analysed.rows, "p/alone/2026/table") == nullptr);
  CHECK(has(notes_of(analysed, "p"), "alone: one unit alone has no place among peers"));
}

TEST_CASE("C6: 51.5 % is 21st of 43 and 4th of 8, worry 4, 4, 2 of 8, less being better, untested, and said so", "[analysis][peers]") {
  Survey survey;
  survey.setup().kpis.clear();
  survey.setup().series = {untested("all", 43, 21, 51.5, Direction::up), untested("similar", 8, 4, 51.5, Direction::up),
                           untested("burglary", 8, 4, 8.5, Direction::down), untested("car", 8, 4, 10.5, Direction::down),
                           untested("violence", 8, 2, 9.6, Direction::down)};
  survey.plan("p", "peer_ranks", {{"series", "all similar burglary car violence"}});
  const analysis::Analysed analysed = survey.analysed();
  const std::pair<const char*, std::pair<double, double>> expected[] = {
      {"all", {21, 43}}, {"similar", {4, 8}}, {"burglary", {4, 8}}, {"car", {4, 8}}, {"violence", {2, 8}}};
  for (const auto& [id, place] : expected) {
    INFO(id);
    const Estimate& rank = row(analysed, "p/" + std::string(id) + "/2007/Northshire/rank");
    CHECK(rank.estimate == place.first);
    CHECK(rank.reference == place.second);
    CHECK(std::isnan(rank.conf_low));
    CHECK(rank.flags == std::vector<std::string>{"untested"});
    CHECK(row(analysed, "p/" + std::string(id) + "/2007/table").verdict == "not tested");
    CHECK(std::isnan(row(analysed, "p/" + std::string(id) + "/2007/Northshire").conf_low));
  }
  const report::Document document = analysis::make_report(survey.input(), analysed, {});
  const std::string first = words_of(document.sections.front());
  INFO(first);
  CHECK(has(first, "<51.5>%, 4th of 8; its n is unpublished, so the rank is untested."));
  CHECK(has(first, "<51.5>%, 21st of 43; its n is unpublished"));
  CHECK(has(words_of(section_of(document, "peers")), "the places are those of the figures alone and are not tested"));
}

TEST_CASE("C7: a place is followed back: car crime 7th to 4th, violence 4th to 2nd", "[analysis][peers]") {
  Survey survey;
  survey.setup().kpis.clear();
  PublishedSeries car = untested("car", 8, 4, 10.5, Direction::down);
  PublishedSeries violence = untested("violence", 8, 2, 9.6, Direction::down);
  const auto before = [](PublishedSeries& series, std::size_t place, double value) {
    PublishedSeries earlier = untested("x", 8, place, value, Direction::down);
    for (SeriesPoint& point : earlier.points) {
      point.period = "2005-06";
    }
    series.points.insert(series.points.begin(), earlier.points.begin(), earlier.points.end());
  };
  before(car, 7, 11.1);
  before(violence, 4, 12.6);
  survey.setup().series = {car, violence};
  survey.plan("p", "peer_ranks", {{"series", "car violence"}});
  survey.plan("t", "trend", {{"series", "car violence"}});
  const analysis::Analysed analysed = survey.analysed();
  CHECK(row(analysed, "p/car/2005-06/Northshire/rank").estimate == 7);
  CHECK(row(analysed, "p/car/2007/Northshire/rank").estimate == 4);
  CHECK(row(analysed, "p/violence/2005-06/Northshire/rank").estimate == 4);
  CHECK(row(analysed, "p/violence/2007/Northshire/rank").estimate == 2);
  CHECK(report::find(analysed.rows, "p/car/2005-06/Force 1/rank") == nullptr); // of others, the last period alone
  CHECK(row(analysed, "t/car/Northshire/2007-2005-06").estimate == Approx(-0.6).margin(1e-12));
  CHECK(row(analysed, "t/violence/Northshire/2007-2005-06").estimate == Approx(-3.0).margin(1e-12));
  CHECK(row(analysed, "t/violence/Northshire/2007-2005-06").verdict == "not tested");
}

TEST_CASE("E1: four gaps that all overlap: each excludes 0, and no order is claimed", "[analysis][peers]") {
  Survey survey;
  survey.setup().kpis.clear();
  PublishedSeries gap =
      series_of("gap", Direction::down,
                {figure("2008", "MPS", 5.2, std::nullopt, 1.9), figure("2008", "Greater Manchester", 5.6, std::nullopt, 3.8),
                 figure("2008", "West Midlands", 4.5, std::nullopt, 1.9), figure("2008", "West Yorkshire", 5.5, std::nullopt, 2.7)});
  gap.percent = false;
  survey.setup().series = {gap};
  survey.plan("p", "peer_ranks", {{"series", "gap"}});
  const analysis::Analysed analysed = survey.analysed();
  const std::map<std::string, std::pair<double, double>> expected = {
      {"MPS", {3.3, 7.1}}, {"Greater Manchester", {1.8, 9.4}}, {"West Midlands", {2.6, 6.4}}, {"West Yorkshire", {2.8, 8.2}}};
  for (const auto& [unit, interval] : expected) {
    INFO(unit);
    const Estimate& value = row(analysed, "p/gap/2008/" + unit);
    CHECK(value.conf_low == Approx(interval.first).margin(1e-12));
    CHECK(value.conf_high == Approx(interval.second).margin(1e-12));
    CHECK(value.conf_low > 0);
    const Estimate& rank = row(analysed, "p/gap/2008/" + unit + "/rank");
    CHECK(rank.conf_low == 1);
    CHECK(rank.conf_high == 4);
    CHECK(std::isnan(rank.estimate)); // no place
    CHECK(rank.flags == std::vector<std::string>{"no_order"});
    CHECK(value.verdict == "not told apart"); // from the mean
  }
  const Estimate& table = row(analysed, "p/gap/2008/table");
  CHECK(table.estimate == 4);
  CHECK(table.verdict == "cannot be ranked");
  const report::Document document = analysis::make_report(survey.input(), analysed, {});
  const std::string words = words_of(section_of(document, "peers"));
  INFO(words);
  CHECK(has(words, "No order can be given: on average a unit may hold 4 of the 4 places"));
}

TEST_CASE("places are those of R: Holm over all pairs, and over the own pairs of the unit that was named", "[analysis][peers]") {
  Survey survey;
  PublishedSeries series = series_of("joint", Direction::up, eight_forces());
  series.design_effect = 1.3;
  survey.setup().series = {series};
  survey.setup().kpis.clear();
  survey.plan("p", "peer_ranks", {{"series", "joint"}});
  const analysis::Analysed analysed = survey.analysed();
  const std::map<std::string, std::pair<double, double>> expected = {{"Force B", {1, 3}}, {"Force C", {1, 5}}, {"Force D", {2, 7}},
                                                                     {"Force E", {3, 7}}, {"Force F", {3, 8}}, {"Force G", {6, 8}}};
  for (const auto& [unit, places] : expected) {
    INFO(unit);
    const Estimate& rank = row(analysed, "p/joint/2026/" + unit + "/rank");
    CHECK(rank.conf_low == places.first);
    CHECK(rank.conf_high == places.second);
    CHECK(rank.method == "pairwise differences, Holm over all 28");
  }
  const Estimate& own = row(analysed, "p/joint/2026/Northshire/rank");
  CHECK(own.conf_low == 2); // over its own seven pairs; over all 28 its upper end would be 7
  CHECK(own.conf_high == 6);
  CHECK(own.estimate == 3);
  CHECK(own.method == "pairwise differences, Holm over its 7");
  const Estimate& without_n = row(analysed, "p/joint/2026/Force H/rank");
  CHECK(std::isnan(without_n.conf_low));
  CHECK(without_n.flags == std::vector<std::string>{"untested"});
  CHECK(row(analysed, "p/joint/2026/Force H/against").verdict == "not tested");
  // Holm over six, since the force without n makes no pair that can be tested.
  const Estimate& best = row(analysed, "p/joint/2026/Force B/against");
  CHECK(best.estimate == Approx(7.9).margin(1e-9));
  CHECK(best.std_error == Approx(2.4227183).epsilon(1e-7)); // R printed 8 digits
  CHECK(best.p_adjusted == Approx(5.5549178e-03).epsilon(1e-7));
  CHECK(best.verdict == "higher");
  CHECK(row(analysed, "p/joint/2026/Force F/against").p_adjusted == Approx(2.3299974e-02).epsilon(1e-7));
  CHECK(row(analysed, "p/joint/2026/Force C/against").verdict == "not told apart");
  const Estimate& table = row(analysed, "p/joint/2026/table");
  CHECK(table.estimate == Approx((3 + 5 + 6 + 6 + 5 + 8 + 6 + 3) / 8.0));
  CHECK(table.verdict == "cannot be ranked");
  const report::Document document = analysis::make_report(survey.input(), analysed, {});
  const std::string first = words_of(document.sections.front());
  INFO(first);
  CHECK(has(first, "3rd of 8, and may stand anywhere from 2nd to 6th: 1 told apart as better, 2 as worse, 4 not told apart."));
  bool drawn = false;
  for (const report::Block& block : section_of(document, "peers").blocks) {
    if (const auto* one = std::get_if<report::Figure>(&block)) {
      const auto& league = std::get<report::LeagueChart>(one->chart);
      REQUIRE(league.rows.size() == 8);
      drawn = true;
      CHECK(league.rows[2].named);
      CHECK(league.rows[2].rank == "2 to 6");
      CHECK(league.rows[5].rank.empty());
      CHECK(league.rows[5].verdict == report::LeagueChart::Verdict::not_tested);
      REQUIRE(league.reference);
      CHECK(league.reference->label == "Northshire 58.2%");
    }
  }
  CHECK(drawn);
}

TEST_CASE("equal figures share a place", "[analysis][peers]") {
  Survey survey;
  survey.setup().kpis.clear();
  survey.setup().series = {
      series_of("tied", Direction::up,
                {figure("2026", "A", 40), figure("2026", "Northshire", 40), figure("2026", "B", 41), figure("2026", "C", 39)})};
  survey.plan("p", "peer_ranks", {{"series", "tied"}});
  const analysis::Analysed analysed = survey.analysed();
  CHECK(row(analysed, "p/tied/2026/B/rank").estimate == 1);
  CHECK(row(analysed, "p/tied/2026/A/rank").estimate == 2);
  CHECK(row(analysed, "p/tied/2026/Northshire/rank").estimate == 2);
  CHECK(row(analysed, "p/tied/2026/C/rank").estimate == 4);
  const auto& flags = row(analysed, "p/tied/2026/A/rank").flags;
  CHECK(std::find(flags.begin(), flags.end(), "tied") != flags.end());
}

TEST_CASE("places of the survey's own areas, of too few answers none, and of a withheld one no hole", "[analysis][peers]") {
  Survey survey;
  survey.plan("p", "peer_ranks", {{"level", "area division"}}, "confident");
  const analysis::Analysed internal = survey.analysed(analysis::Release::internal);
  for (const char* area : {"A1", "A2", "A3", "A4"}) {
    const Estimate& rank = row(internal, std::string("p/confident/y2026/area/") + area + "/rank");
    CHECK(rank.reference == 4);
    CHECK(rank.conf_low == 1); // errors of 7 to 10 points, values within 10
    CHECK(rank.conf_high == 4);
    CHECK(std::isnan(rank.estimate));
  }
  CHECK(row(internal, "p/confident/y2026/division/table").reference == 2);
  // Ten, six, two and none of ten in each area: errors of up to 9 points, so that all are told apart.
  constexpr int of_ten[] = {10, 6, 2, 0};
  const std::size_t job = survey.study.instrument().variable("local_police");
  std::map<std::string, int> seen;
  for (Response& response : survey.responses) {
    const int i = std::stoi(response.frame.person.substr(5)) - 1000;
    const int counted = seen[response.frame.wave + std::to_string(i % 4)]++;
    response.cells[job] = Cell();
    response.cells[job].number = counted * 7 % 10 < of_ten[i % 4] ? 4 : 2;
  }
  const analysis::Analysed told = survey.analysed(analysis::Release::internal);
  // All of A1 and nobody of A4: neither shows an error, so the two alone are not told from each other.
  const std::map<std::string, std::pair<double, double>> expected = {{"A1", {1, 2}}, {"A2", {2, 2}}, {"A3", {3, 3}}, {"A4", {3, 4}}};
  double place = 0;
  for (const auto& [area, between] : expected) {
    INFO(area);
    const Estimate& rank = row(told, "p/confident/y2026/area/" + area + "/rank");
    CHECK(rank.estimate == ++place);
    CHECK(rank.conf_low == between.first);
    CHECK(rank.conf_high == between.second);
  }
  CHECK(row(told, "p/confident/y2026/area/table").verdict == "can be ranked");
  survey.study.study.disclosure.min_base = 40; // A1 has 32 answers
  const analysis::Analysed open = survey.analysed();
  CHECK(report::find(open.rows, "p/confident/y2026/area/A1/rank") == nullptr);
  CHECK(has(notes_of(open, "p"), "1 of the level area have fewer than 40 answers and no place"));
  std::size_t withheld = 0;
  for (const char* area : {"A2", "A3", "A4"}) {
    const Estimate& rank = row(open, std::string("p/confident/y2026/area/") + area + "/rank");
    CHECK(std::isnan(rank.estimate));
    withheld += analysis::is_withheld(rank) ? 1U : 0U;
    if (!analysis::is_withheld(rank)) {
      CHECK(rank.flags == std::vector<std::string>{"place_withheld"});
      CHECK(rank.conf_low >= 1);
    }
  }
  CHECK(withheld == 1); // the neighbour that goes with A1 in its division
}

TEST_CASE("areas of a sample that chance did not draw have no places", "[analysis][peers]") {
  Survey survey;
  survey.study.study.sample = SampleKind::self_selected;
  survey.plan("p", "peer_ranks", {{"level", "area"}}, "confident");
  CHECK(has(notes_of(survey.analysed(), "p"), "of a sample that chance did not draw they cannot be had"));
}

TEST_CASE("C15: 51.5 of a national survey and 39 of this one are not joined, the same question is", "[analysis][trend]") {
  Survey survey;
  survey.setup().kpis.clear();
  PublishedSeries national = series_of("national", Direction::up, {figure("2025", "Northshire", 51.5)});
  national.question = "good-job@1.0.0/local_police";
  PublishedSeries own = series_of("own", Direction::up, {figure("2023", "Northshire", 50, 1000), figure("2024", "Northshire", 39)});
  own.question = "street@1.0.0/local_police";
  survey.setup().series = {national, own};
  survey.plan("t", "trend", {{"series", "national"}}, "confident");
  const std::string refusal = survey.refusal();
  INFO(refusal);
  CHECK(has(refusal, "analysis t joins what is no one series: the series national is of good-job@1.0.0/local_police, and confident is "
                     "street@1.0.0/local_police: two questions are no one series"));
  Problems problems;
  analysis::check_plan(survey.study, problems); // what `canvass check` says
  CHECK(problems.has_errors());
  for (const char* other : {"", "street@2.0.0/local_police", "street@1.0.0/worry_1"}) {
    survey.setup().series[0].question = other;
    CHECK_FALSE(survey.refusal().empty());
  }
  survey.setup().series[0].question = "street@1.0.0/local_police";
  survey.setup().series[0].window_quarters = 4;
  CHECK(has(survey.refusal(), "is of rolling windows"));

  survey.study.study.plan.analyses.back().options["series"] = "own";
  const analysis::Analysed analysed = survey.analysed();
  const Estimate& change = row(analysed, "t/confident/y2026-own/2023");
  // 36.4565 less 50, errors 4.08915 (R, public_answers.R) and sqrt(2500 / 1000 + .01 / 12)
  CHECK(change.estimate == Approx(36.4565351439476 - 50).epsilon(1e-7));
  CHECK(change.std_error == Approx(std::sqrt(4.08915079801261 * 4.08915079801261 + 2.5 + 0.01 / 12)).epsilon(1e-6));
  CHECK(change.verdict == "lower");
  CHECK(row(analysed, "t/confident/y2026-own/2024").verdict == "not tested");
  const report::Document document = analysis::make_report(survey.input(), analysed, {});
  CHECK(has(words_of(section_of(document, "trend")), "Earlier figures of the same question"));
}

TEST_CASE("nothing is compared across a break, in words and in the figure", "[analysis][trend]") {
  Survey survey;
  survey.plan("t", "trend", {{"target", "42"}}, "confident");
  survey.plan("w", "trend", {}, "worry_1");
  survey.setup().breaks = {{"y2026", {"local_police"}, "Paper became an online form", {}}};
  survey.setup().kpis.clear();
  const analysis::Analysed analysed = survey.analysed();
  const Estimate& change = row(analysed, "t/confident/y2026-y2025");
  CHECK(std::isnan(change.estimate));
  CHECK(std::isnan(change.p_value));
  CHECK(change.verdict == "not compared");
  CHECK(change.flags == std::vector<std::string>{"break"});
  CHECK(std::isfinite(row(analysed, "w/worry_1/y2026-y2025").p_value)); // of another item
  CHECK(std::isfinite(row(analysed, "t/confident/y2025").estimate));
  CHECK(row(analysed, "t/confident/y2026").reference == 42);
  CHECK(has(notes_of(analysed, "t"), "answers from y2026 on are not compared with those before: Paper became an online form"));
  const report::Document document = analysis::make_report(survey.input(), analysed, {});
  const auto& box = std::get<report::VerdictBox>(document.sections.front().blocks.front());
  CHECK(has(report::plain_words(box.answer), "Not compared with 2025, because the series was broken in between."));
  CHECK(has(words_of(section_of(document, "trend")),
            "Break at 2026 (local_police): Paper became an online form. Nothing is compared across it."));
  CHECK(has(words_of(section_of(document, "limitations")), "From 2026 on, local_police is not compared with what came before"));
  bool cut = false;
  for (const report::Block& block : section_of(document, "trend").blocks) {
    if (const auto* one = std::get_if<report::Figure>(&block)) {
      const auto& chart = std::get<report::TrendChart>(one->chart);
      if (one->id == "fig-trend-confident") {
        REQUIRE(chart.breaks.size() == 1);
        CHECK(chart.breaks.front().period == 1);
        REQUIRE(chart.target);
        CHECK(chart.target->value == 42);
        cut = true;
      } else {
        CHECK(chart.breaks.empty());
      }
    }
  }
  CHECK(cut);
}

TEST_CASE("a town is not compared with itself across a break", "[analysis][trend]") {
  Survey survey;
  survey.plan("towns", "town_change", {}, "confident");
  survey.setup().breaks = {{"y2026", {}, "Doorstep became a QR code", {}}};
  const analysis::Analysed analysed = survey.analysed(analysis::Release::internal);
  const Estimate& change = row(analysed, "towns/confident/change/A2");
  CHECK(change.verdict == "not compared");
  CHECK(std::isnan(change.p_value));
  CHECK(has(notes_of(analysed, "towns"), "before and after are not compared, because of a break at y2026: Doorstep became a QR code"));
}

TEST_CASE("a published series is cut at its breaks, and its rolling windows are marked", "[analysis][trend]") {
  Survey survey;
  survey.setup().kpis.clear();
  PublishedSeries series =
      series_of("quarterly", Direction::up,
                {figure("2025-12", "Northshire", 48, 400, std::nullopt, 0), figure("2025-03", "Northshire", 60, 400, std::nullopt, 0),
                 figure("2025-09", "Northshire", 48, 400, std::nullopt, 0), figure("2026-03", "Northshire", 46, 400, std::nullopt, 0)});
  series.window_quarters = 4;
  series.breaks = {{"2025-09", {}, "Another agency", {}}};
  survey.setup().series = {series};
  survey.plan("t", "trend", {{"series", "quarterly"}});
  const analysis::Analysed analysed = survey.analysed();
  const Estimate& quarter = row(analysed, "t/quarterly/Northshire/2026-03-2025-12");
  CHECK(quarter.std_error == Approx(1.810846947).epsilon(1e-9));
  CHECK(quarter.flags == std::vector<std::string>{"overlapping"});
  CHECK(quarter.method == "rolling windows that share 9 of 12 months, normal");
  CHECK(row(analysed, "t/quarterly/Northshire/2026-03-2025-09").std_error == Approx(2.5281745720).epsilon(1e-9));
  CHECK(row(analysed, "t/quarterly/Northshire/2026-03-2025-03").verdict == "not compared");
  CHECK(has(notes_of(analysed, "t"), "quarterly: figures from 2025-09 on are not compared with those before: Another agency"));
  survey.setup().series[0].points[0].period = "late in 2025"; // now no period can be placed
  survey.setup().series[0].breaks.clear();
  const analysis::Analysed unplaced = survey.analysed();
  CHECK(row(unplaced, "t/quarterly/Northshire/2026-03-2025-09").verdict == "not tested");
}

TEST_CASE("figures that others published are never withheld, however few answered", "[analysis][peers]") {
  Survey survey;
  survey.setup().kpis.clear();
  survey.setup().series = {series_of("small", Direction::up, {figure("2026", "Northshire", 40, 12), figure("2026", "B", 30, 9)})};
  survey.plan("p", "peer_ranks", {{"series", "small"}});
  const analysis::Analysed analysed = survey.analysed();
  CHECK(row(analysed, "p/small/2026/B").estimate == 30);
  CHECK(row(analysed, "p/small/2026/B/rank").conf_high == 2);
}

TEST_CASE("targets are drawn in trends and leagues: the board's, else the plan's", "[analysis][trend]") {
  Survey survey;
  survey.plan("t", "trend", {{"target", "40"}}, "confident");
  survey.setup().series = {series_of("peers", Direction::up,
                                     {figure("2025", "Northshire", 50, 900), figure("2025", "B", 60, 900),
                                      figure("2026", "Northshire", 52, 900), figure("2026", "B", 61, 900)})};
  survey.setup().kpis.clear();
  survey.plan("s", "trend", {{"series", "peers"}, {"target", "55"}});
  const auto targets = [&] {
    std::map<std::string, double> found;
    const report::Document document = analysis::make_report(survey.input(), survey.analysed(analysis::Release::internal), {});
    for (const report::Section& section : document.sections) {
      for (const report::Block& block : section.blocks) {
        if (const auto* one = std::get_if<report::Figure>(&block)) {
          if (const auto* trend = std::get_if<report::TrendChart>(&one->chart); trend != nullptr && trend->target) {
            found[one->id] = trend->target->value;
          } else if (const auto* league = std::get_if<report::LeagueChart>(&one->chart); league != nullptr && league->target) {
            found[one->id] = league->target->value;
          }
        }
      }
    }
    return found;
  };
  const std::map<std::string, double> planned = targets();
  CHECK(planned.at("fig-trend-confident") == 40);
  CHECK(planned.at("fig-division-confident") == 40);
  CHECK(planned.at("fig-area-confident") == 40);
  CHECK(planned.at("fig-peers-peers") == 55);
  Kpi own;
  own.code = "P1";
  own.indicator = "confident";
  own.target = 42;
  own.unit = "%";
  Kpi published = own;
  published.code = "P2";
  published.indicator.clear();
  published.series = "peers";
  published.series_unit = "Northshire";
  published.target = 57;
  survey.setup().kpis = {own, published};
  const std::map<std::string, double> of_the_board = targets();
  CHECK(of_the_board.at("fig-trend-confident") == 42);
  CHECK(of_the_board.at("fig-area-confident") == 42);
  CHECK(of_the_board.at("fig-peers-peers") == 57);
  survey.study.study.plan.analyses.front().options["target"] = "two fifths";
  CHECK(has(survey.refusal(), "analysis t: `target` is a number (\"two fifths\")"));
}
