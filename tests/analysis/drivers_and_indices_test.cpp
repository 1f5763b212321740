// What divides over drivers, tests of whole tables, types of worry, and indices. Numbers: tests/reference/public_indices.R (R 4.2, survey
// 4.1).

#include "tests/analysis/public_answers.hpp"
#include "tests/analysis/row_called.hpp"
#include "tests/support/catch.hpp"

#include "engine/analysis/procedure.hpp"
#include "engine/analysis/protect.hpp"
#include "engine/analysis/run.hpp"
#include "engine/report/sentence.hpp"
#include "engine/study/load.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

using namespace canvass;
using canvass::report::Estimate;
using canvass::testing::planned;
using canvass::testing::row;

namespace {

/// The survey of public_answers.hpp with one more analysis.
struct Street {
  explicit Street(PlannedAnalysis analysis) {
    testing::write_public_survey(files);
    study = files.load();
    study.study.plan.analyses.push_back(std::move(analysis));
    responses = testing::public_answers(study);
  }
  [[nodiscard]] analysis::Input input() const { return {study, responses, {}, 0, 0, true}; }
  [[nodiscard]] analysis::Analysed analysed(analysis::Release release = analysis::Release::internal) const {
    analysis::Options options;
    options.release = release;
    return analysis::analyse(input(), options);
  }
  testing::StudyFiles files;
  LoadedStudy study;
  std::vector<Response> responses;
};

/// 240 people of two areas answer asb-perceptions by a rule; n %% 60 == 7 leaves three strands open, others one.
struct Disorder {
  static constexpr int people = 240;
  static constexpr const char* strands[] = {"p_cars", "p_noise", "p_drunk", "p_drugs", "p_litter", "p_groups", "p_vandalism"};

  static int points(int k, int n) { // -98: don't know
    static constexpr int rule[] = {0, 0, 1, 1, 1, 2, 2, 3, 0, 1, 3};
    if ((n + 5 * k) % 37 == 0 || (n % 60 == 7 && k <= 3)) {
      return -98;
    }
    return std::min(3, rule[(n * (2 * k + 3) + n / (k + 2) + k) % 11] + (n % 5 == 0 ? 1 : 0));
  }

  explicit Disorder(const std::string& analyses) {
    files.write("study.yaml", std::string(R"(canvass: 1
study: disorder
title: {en: "Disorder"}
instrument: asb-perceptions@1.0.0
purpose: {find_out: "Disorder", from_whom: "Residents", already_known: "Little", feedback: "A page"}
decision: "Where to begin?"
frame: {person: serial, area: area, stratum: area_of_list, weight: weight}
waves: [{id: y2026, label: {en: "2026"}, opens: 2026-06-01, closes: 2026-08-31}]
sample: {kind: probability}
survey:
  people_live_in: {en: "Northshire"}
  areas: {file: areas.csv, levels: [force, area]}
  population: {file: population.csv, source: "Estimates", as_of: 2025-06-30}
  weights: {method: none}
plan:
  analyses:
    - {id: high, procedure: trend, outcome: asb_high}
)") + analyses + "report: {template: annual_survey}\ndisclosure: {min_base: 10, min_base_extreme: 20}\n");
    files.write("areas.csv", "code,label,level,parent\nN,Northshire,force,\nP1,Alderby,area,N\nP2,Brookwell,area,N\n");
    files.write("population.csv", "area,count\nP1,1000\nP2,1200\n");
    study = load_study_or_throw(files.folder(), {{std::string(CANVASS_SOURCE_DIR) + "/instruments"}});
    const Instrument& instrument = study.instrument();
    const Validator validator(study);
    for (int n = 0; n < people; ++n) {
      RawRecord record;
      record.frame.person = std::to_string(1000 + n);
      record.frame.wave = "y2026";
      record.frame.area = n % 2 == 0 ? "P1" : "P2";
      record.frame.stratum = record.frame.area;
      record.frame.weight = 1 + n % 3 / 2.0;
      record.answers.resize(instrument.variables.size());
      for (int k = 1; k <= 7; ++k) {
        record.answers[instrument.variable(strands[k - 1])] = std::to_string(points(k, n));
      }
      Validated validated = validator.validate(record);
      if (!validated.response) {
        throw std::runtime_error(validated.reasons.front());
      }
      responses.push_back(std::move(*validated.response));
    }
  }
  [[nodiscard]] analysis::Input input() const { return {study, responses, {}, 0, 0, true}; }
  [[nodiscard]] analysis::Analysed analysed(analysis::Release release = analysis::Release::internal) const {
    analysis::Options options;
    options.release = release;
    return analysis::analyse(input(), options);
  }
  testing::StudyFiles files;
  LoadedStudy study;
  std::vector<Response> responses;
};

const analysis::AnalysisOutcome& outcome(const analysis::Analysed& analysed, std::string_view id) {
  const auto found =
      std::find_if(analysed.outcomes.begin(), analysed.outcomes.end(), [&](const analysis::AnalysisOutcome& one) { return one.id == id; });
  REQUIRE(found != analysed.outcomes.end());
  return *found;
}

std::string refusal(const Street& street) {
  try {
    static_cast<void>(street.analysed());
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing was refused";
}

/// Both rake until the margins are met, R to 1e-12; errors follow the weights.
constexpr double of_raking = 1e-6;
/// Sums of the same numbers in another order.
constexpr double of_sums = 1e-10;

PlannedAnalysis drivers(std::map<std::string, std::string> more = {}) {
  std::map<std::string, std::string> options = {{"drivers", "years sex worry_1"}};
  options.merge(more);
  return planned("drivers", "model_drivers", "confident", options);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("drivers: replicates that are no number, or too few for a percentile, are refused", "[analysis][survey][drivers]") {
  for (const char* wrong : {"many", "-1", "39", "2001", "40.5"}) {
    INFO(wrong);
    CHECK(contains(refusal(Street(drivers({{"replicates", wrong}}))), "from 40 to 2000, or 0 for shares without intervals"));
  }
}

TEST_CASE("drivers: effects and shares of what is explained are R's", "[analysis][survey][drivers]") {
  const Street street(drivers());
  const analysis::Analysed analysed = street.analysed();
  const char* names[] = {"years", "sex", "worry_1"};
  const double effects[] = {0.00169062762020137, 0.10000393190840810, -0.06753841030393189};
  const double errors[] = {0.00363779730423335, 0.07774454034558666, 0.08481175836270419};
  const double shares[] = {0.121159296843924, 0.623098126505547, 0.255742576650529};
  double sum = 0;
  for (int i = 0; i < 3; ++i) {
    const Estimate& effect = row(analysed, std::string("drivers/confident/y2026/effect/") + names[i]);
    INFO(names[i]);
    CHECK(effect.estimate == Approx(100 * effects[i]).epsilon(of_raking));
    CHECK(effect.std_error == Approx(100 * errors[i]).epsilon(of_raking));
    const Estimate& share = row(analysed, std::string("drivers/confident/y2026/share/") + names[i]);
    CHECK(share.estimate == Approx(100 * shares[i]).epsilon(of_raking));
    CHECK(share.unit == report::Unit::percent);
    CHECK(share.n == 185);
    CHECK(share.conf_low >= 0);
    CHECK(share.conf_low < share.conf_high);
    CHECK(share.conf_high <= 100);
    sum += share.estimate;
  }
  CHECK(sum == Approx(100).epsilon(of_sums));
  const Estimate& explained = row(analysed, "drivers/confident/y2026/explained");
  CHECK(explained.estimate == Approx(100 * 0.016607793533913).epsilon(of_raking));
  CHECK(explained.conf_high > explained.estimate);
  // No driver of this instrument belongs to an element.
  CHECK(report::find(analysed.rows, "drivers/confident/y2026/element/other") == nullptr);
}

TEST_CASE("drivers: the shares of an element are those of its drivers, with an interval of their own", "[analysis][survey][drivers]") {
  Street street(drivers());
  auto instrument = std::make_shared<Instrument>(street.study.instrument());
  instrument->elements = {{"visibility", {}, {}}, {"engagement", {}, {}}};
  for (const char* asked : {"years", "worry_1"}) {
    instrument->variables[instrument->variable(asked)].element = "engagement";
  }
  street.study.instrument_of_wave.assign(street.study.instrument_of_wave.size(), instrument);
  const analysis::Analysed analysed = street.analysed();
  const std::string stem = "drivers/confident/y2026/";
  const Estimate& engagement = row(analysed, stem + "element/engagement");
  CHECK(engagement.estimate ==
        Approx(row(analysed, stem + "share/years").estimate + row(analysed, stem + "share/worry_1").estimate).epsilon(of_sums));
  CHECK(engagement.conf_low < engagement.conf_high);
  CHECK(row(analysed, stem + "element/other").estimate == Approx(row(analysed, stem + "share/sex").estimate).epsilon(of_sums));
  CHECK(row(analysed, stem + "element/other").conf_low == Approx(row(analysed, stem + "share/sex").conf_low).epsilon(of_sums));
  CHECK(report::find(analysed.rows, stem + "element/visibility") == nullptr); // an element without a driver has no share
}

TEST_CASE("drivers: without replicates there are shares and no intervals, the seed decides the draws", "[analysis][survey][drivers]") {
  const analysis::Analysed none = Street(drivers({{"replicates", "0"}})).analysed();
  const std::string id = "drivers/confident/y2026/share/sex";
  CHECK(row(none, id).estimate == Approx(62.3098126505547).epsilon(of_raking));
  CHECK(std::isnan(row(none, id).conf_low));
  const analysis::Analysed first = Street(drivers({{"replicates", "60"}})).analysed();
  const analysis::Analysed again = Street(drivers({{"replicates", "60"}})).analysed();
  CHECK(row(first, id).conf_low == row(again, id).conf_low);
  CHECK(row(first, id).conf_high == row(again, id).conf_high);
  Street other(drivers({{"replicates", "60"}}));
  other.study.study.plan.seed += 1;
  CHECK(row(first, id).conf_high != row(other.analysed(), id).conf_high);
}

TEST_CASE("association: what makes no table is refused, what cannot be tested is a note", "[analysis][survey][association]") {
  CHECK(contains(refusal(Street(planned("differs", "association", "confident", {}))), "needs `by`"));
  CHECK(contains(refusal(Street(planned("differs", "association", "years", {{"by", "sex"}}))), "makes no groups"));
  CHECK(contains(refusal(Street(planned("differs", "association", "confident", {{"by", "nowhere"}}))), "makes no groups"));
  const Street street(planned("differs", "association", "confident", {{"by", "force sex"}})); // everybody lives in the one force
  const analysis::Analysed analysed = street.analysed();
  REQUIRE(outcome(analysed, "differs").notes.size() == 1);
  CHECK(contains(outcome(analysed, "differs").notes.front(), "confident by force is not tested"));
  CHECK(row(analysed, "differs/confident/y2026/sex").adjustment == "none"); // one test is no family
}

TEST_CASE("association: F, degrees of freedom and p are R's, taken together by Holm", "[analysis][survey][association]") {
  Street street(planned("differs", "association", "confident", {{"by", "sex age_band area"}}));
  street.study.study.plan.analyses.push_back(planned("answers", "association", "local_police", {{"by", "sex"}}));
  const analysis::Analysed analysed = street.analysed();
  const auto check = [&](const std::string& id, double f, double df, double df2, double p, double v) {
    const Estimate& one = row(analysed, id);
    INFO(id);
    CHECK(one.statistic == Approx(f).epsilon(of_raking));
    CHECK(one.df == Approx(df).epsilon(of_raking));
    CHECK(one.df2 == Approx(df2).epsilon(of_raking));
    CHECK(one.p_value == Approx(p).epsilon(of_raking));
    CHECK(one.estimate == Approx(v).epsilon(of_raking));
    CHECK(one.n == 185);
  };
  check("differs/confident/y2026/sex", 1.478987006722607, 1, 184, 0.225490929875448, 0.100037969359110);
  check("differs/confident/y2026/age_band", 2.9411985029902001, 1, 184, 0.0880301856625924, 0.1604260182747363);
  check("differs/confident/y2026/area", 0.2415806493374992, 2.9567269041703921, 544.0377503673521460, 0.8646691020783075,
        0.0720816705764064);
  check("answers/local_police/y2026/sex", 0.802365496274038, 3.803916183247301, 699.920577717503420, 0.518410348039294, 0.151039651758265);
  const Estimate& least = row(analysed, "differs/confident/y2026/age_band");
  CHECK(least.p_adjusted == Approx(3 * 0.0880301856625924).epsilon(of_raking)); // the smallest of three
  CHECK(least.adjustment == "holm");
  CHECK(least.verdict == "not told apart");
  CHECK(row(analysed, "differs/confident/y2026/area").p_adjusted == Approx(0.8646691020783075).epsilon(of_raking));
}

TEST_CASE("association: the annual report tests its headlines by itself and shows it below the groups", "[analysis][survey][association]") {
  const Street street(planned("unasked", "profile", "local_police", {}));
  const analysis::Analysed analysed = street.analysed(analysis::Release::open);
  CHECK(row(analysed, "differences/confident/y2026/sex").p_adjusted == Approx(0.225490929875448).epsilon(of_raking));
  CHECK(row(analysed, "differences/confident/y2026/age_band").p_adjusted == Approx(2 * 0.0880301856625924).epsilon(of_raking));
  const report::Document document = analysis::make_report(street.input(), analysed, {});
  std::string notes;
  for (const report::Section& section : document.sections) {
    for (const report::Block& block : section.blocks) {
      if (const auto* table = std::get_if<report::Table>(&block); table != nullptr && section.id == "groups") {
        CHECK(std::get<std::string>(table->rows.back().front()) == "All together");
        for (const report::Sentence& note : table->notes) {
          notes += report::plain_words(note) + "\n";
        }
      }
    }
  }
  CHECK(contains(notes, "Not told apart between the groups of sex: F("));
  CHECK(contains(notes, "one family of 2 tests"));
}

TEST_CASE("types: what is no indicator is refused", "[analysis][survey][typology]") {
  CHECK(contains(refusal(Street(planned("types", "event_typology", "confident", {}))), "needs `event`"));
  CHECK(contains(refusal(Street(planned("types", "event_typology", "", {{"event", "worry_1"}}))), "needs `outcome`"));
  CHECK(contains(refusal(Street(planned("types", "event_typology", "years", {{"event", "worry_1"}}))), "\"years\" is no indicator"));
}

TEST_CASE("types: shares, the worried with and without an event, and the test are R's", "[analysis][survey][typology]") {
  const Street street(planned("types", "event_typology", "confident", {{"event", "worry_1"}, {"by", "sex"}}));
  const analysis::Analysed analysed = street.analysed();
  const char* names[] = {"both", "no_event", "event_only", "neither"};
  const double shares[] = {0.116695164240584, 0.247870187198892, 0.243526440012726, 0.391908208547798};
  const double errors[] = {0.0257424159351175, 0.0377298603347918, 0.0399854899956582, 0.0419434777281191};
  double sum = 0;
  double people = 0;
  for (int i = 0; i < 4; ++i) {
    const Estimate& one = row(analysed, std::string("types/confident/y2026/") + names[i]);
    INFO(names[i]);
    CHECK(one.estimate == Approx(100 * shares[i]).epsilon(of_raking));
    CHECK(one.std_error == Approx(100 * errors[i]).epsilon(of_raking));
    CHECK(one.n == 185);
    CHECK(one.n_missing == 10);
    sum += one.estimate;
    people += one.count;
  }
  CHECK(sum == Approx(100).epsilon(of_sums));
  CHECK(people == 185);
  const Estimate& in_group = row(analysed, "types/confident/y2026/sex/1/both");
  CHECK(in_group.estimate == Approx(9.21342121346117).epsilon(of_raking));
  CHECK(in_group.std_error == Approx(2.11776483753520).epsilon(of_raking));
  CHECK(row(analysed, "types/confident/y2026/worried/remember").estimate == Approx(32.39538186014055).epsilon(of_raking));
  CHECK(row(analysed, "types/confident/y2026/worried/none").std_error == Approx(5.23217602135288).epsilon(of_raking));
  const Estimate& difference = row(analysed, "types/confident/y2026/worried/difference");
  CHECK(difference.estimate == Approx(-6.34774995655684).epsilon(of_raking));
  CHECK(difference.std_error == Approx(8.54349984040773).epsilon(of_raking));
  const Estimate& test = row(analysed, "types/confident/y2026/worried/association");
  CHECK(test.statistic == Approx(0.538481019994778).epsilon(of_raking));
  CHECK(test.p_value == Approx(0.463996919160126).epsilon(of_raking));
}

TEST_CASE("types: a small cell is withheld whole, and never alone where its neighbours would tell it",
          "[analysis][survey][typology][protect]") {
  Street street(planned("types", "event_typology", "confident", {{"event", "worry_1"}, {"by", "area"}}));
  std::vector<double> n;
  for (const char* area : {"A1", "A2", "A3", "A4"}) {
    n.push_back(row(street.analysed(), std::string("types/confident/y2026/area/") + area + "/both").n);
  }
  REQUIRE(n[0] < n[1]); // by the rule of the made-up answers the first area answers least
  street.study.study.disclosure.min_base = static_cast<int>(n[0]) + 1;
  street.study.study.disclosure.min_base_extreme = static_cast<int>(n[0]) + 1;
  const analysis::Analysed open = street.analysed(analysis::Release::open);
  // The divisions are not published here, so the areas add up to everybody, and the second smallest goes with the first.
  for (const char* area : {"A1", "A2"}) {
    for (const char* type : {"both", "no_event", "event_only", "neither"}) {
      INFO(area << " " << type);
      CHECK(analysis::is_withheld(row(open, std::string("types/confident/y2026/area/") + area + "/" + type)));
    }
  }
  CHECK_FALSE(analysis::is_withheld(row(open, "types/confident/y2026/area/A4/both")));
  CHECK_FALSE(analysis::is_withheld(row(open, "types/confident/y2026/both")));
}

TEST_CASE("index: options that say nothing or too much are refused", "[analysis][survey][index]") {
  const auto refused = [](std::string outcome, std::map<std::string, std::string> options) {
    return refusal(Street(planned("index", "composite_index", outcome, std::move(options))));
  };
  const std::map<std::string, std::string> two = {{"items", "local_police sex"}};
  const auto with = [&](std::map<std::string, std::string> more) {
    more.insert(two.begin(), two.end());
    return more;
  };
  CHECK(contains(refused("", {}), "needs `items`"));
  CHECK(contains(refused("confident", {}), "\"confident\" is no scale of the instrument"));
  CHECK(contains(refused("", {{"items", "local_police years"}}), "\"years\" is no question with a list of answers"));
  CHECK(contains(refused("", with({{"points", "4:1"}})), "written CODE=POINTS"));
  CHECK(contains(refused("", with({{"points", "4=1 4=2"}})), "each code once"));
  CHECK(contains(refused("", with({{"score", "median"}})), "is mean or sum"));
  CHECK(contains(refused("", with({{"min_answered", "3"}})), "from 1 to the number of items, 2"));
  CHECK(contains(refused("", with({{"threshold", "high"}})), "is a number"));
  CHECK(contains(refused("", with({{"threshold", "1"}})), "everybody or nobody"));
  CHECK(contains(refused("", with({{"threshold", "5.5"}})), "everybody or nobody"));
}

TEST_CASE("index: seven strands of asb-perceptions from answers to the page", "[analysis][survey][index]") {
  const Disorder disorder("    - {id: asb, procedure: composite_index, outcome: asb_index, threshold: 10, counts_from: 2, by: area}\n");
  const analysis::Analysed analysed = disorder.analysed();
  const std::string stem = "asb/asb_index/y2026";
  const Estimate& mean = row(analysed, stem);
  CHECK(mean.estimate == Approx(9.881826741996234).epsilon(of_sums));
  CHECK(mean.std_error == Approx(0.238005900550204).epsilon(of_sums));
  CHECK(mean.n == 236);
  CHECK(mean.n_missing == 4);
  const Estimate& high = row(analysed, stem + "/high");
  CHECK(high.estimate == Approx(51.83615819209040).epsilon(of_sums));
  CHECK(high.std_error == Approx(3.36528159919468).epsilon(of_sums));
  CHECK(high.reference == 10);
  CHECK(high.conf_low < high.estimate);
  // The instrument's own indicator is the same share.
  CHECK(row(analysed, "high/asb_high/y2026").estimate == Approx(high.estimate).epsilon(of_sums));
  const double strands[] = {0.4275362318840580, 0.4144927536231884, 0.4391304347826087, 0.4742120343839542,
                            0.4614285714285714, 0.4263233190270817, 0.352435530085960};
  const double errors[] = {0.0339662805246296, 0.0336929050252644, 0.0341151439800952, 0.0340233631965416,
                           0.0339710231501521, 0.0327440809191736, 0.031184752342196};
  for (int k = 0; k < 7; ++k) {
    const Estimate& strand = row(analysed, stem + "/strand/" + Disorder::strands[k]);
    INFO(strand.id);
    CHECK(strand.estimate == Approx(100 * strands[k]).epsilon(of_sums));
    CHECK(strand.std_error == Approx(100 * errors[k]).epsilon(of_sums));
    CHECK(strand.n == (k < 3 ? 230 : 233));
  }
  CHECK(row(analysed, stem + "/area/P1").estimate == Approx(9.479629629629629).epsilon(of_sums));
  CHECK(row(analysed, stem + "/area/P2").std_error == Approx(0.339309266853337).epsilon(of_sums));
  CHECK(row(analysed, stem + "/area/P2/high").estimate == Approx(58.62068965517241).epsilon(of_sums));
  const Estimate& rest = row(analysed, stem + "/area/P1/high/rest");
  CHECK(rest.estimate == Approx(-13.34291187739466).epsilon(of_sums));
  CHECK(rest.std_error == Approx(6.71026385072499).epsilon(of_sums));
  CHECK(rest.adjustment == "bh");
  const Estimate& alpha = row(analysed, stem + "/alpha");
  CHECK(alpha.estimate == Approx(0.39330543266975).epsilon(of_sums));
  CHECK(alpha.std_error == Approx(0.0620922463180024).epsilon(of_sums));
  CHECK(alpha.n == 192);
  CHECK(alpha.count == 7);

  const analysis::Analysed open = disorder.analysed(analysis::Release::open);
  const report::Document document = analysis::make_report(disorder.input(), open, {});
  const auto section =
      std::find_if(document.sections.begin(), document.sections.end(), [](const report::Section& one) { return one.id == "indices"; });
  REQUIRE(section != document.sections.end());
  REQUIRE(section->blocks.size() == 3); // the index, its chart, its areas
  const auto& table = std::get<report::Table>(section->blocks[0]);
  CHECK(table.rows.size() == 10); // seven strands, mean, share, alpha
  CHECK(std::get<std::string>(table.rows[2].front()) == "Drunken behaviour in public places, %");
  const auto& areas = std::get<report::Table>(section->blocks[2]);
  REQUIRE(areas.rows.size() == 2);
  CHECK(std::get<std::string>(areas.rows[0].front()) == "Alderby");
}

TEST_CASE("index: points by code, another threshold, and how many must have answered", "[analysis][survey][index]") {
  const Disorder disorder(
      R"(    - {id: worst, procedure: composite_index, items: "p_cars p_noise p_drunk", points: "2=1 3=2", score: sum, threshold: 4}
    - {id: most, procedure: composite_index, items: "p_cars p_noise p_drunk", points: "2=1 3=2", score: sum, min_answered: 1, threshold: 4}
)");
  const analysis::Analysed analysed = disorder.analysed();
  const Estimate& mean = row(analysed, "worst/worst/y2026");
  CHECK(mean.estimate == Approx(1.915902140672783).epsilon(of_sums));
  CHECK(mean.std_error == Approx(0.108787152915578).epsilon(of_sums));
  CHECK(mean.n == 218);
  CHECK(row(analysed, "worst/worst/y2026/high").estimate == Approx(18.80733944954129).epsilon(of_sums));
  CHECK(row(analysed, "most/most/y2026").n == 236);                                 // all but the four who answered none of the three
  CHECK(report::find(analysed.rows, "worst/worst/y2026/strand/p_cars") == nullptr); // no counts_from, no strands
}

TEST_CASE("index: a small area is withheld with every number of it", "[analysis][survey][index][protect]") {
  Disorder disorder("    - {id: asb, procedure: composite_index, outcome: asb_index, threshold: 10, counts_from: 2, by: area}\n");
  disorder.responses.resize(13); // seven of the first area, six of the second
  disorder.study.study.disclosure.min_base = 7;
  disorder.study.study.disclosure.min_base_extreme = 7;
  const analysis::Analysed open = disorder.analysed(analysis::Release::open);
  for (const char* part : {"/area/P2", "/area/P2/high", "/area/P2/high/rest", "/area/P1/high/rest"}) {
    INFO(part);
    CHECK(analysis::is_withheld(row(open, std::string("asb/asb_index/y2026") + part)));
  }
  CHECK(analysis::is_withheld(row(open, "asb/asb_index/y2026/area/P1"))); // all less P1 would give P2
  CHECK_FALSE(analysis::is_withheld(row(open, "asb/asb_index/y2026")));
}

TEST_CASE("of a sample that chance did not draw an index and types have no p, and tables no test", "[analysis][survey][index]") {
  Street street(planned("types", "event_typology", "confident", {{"event", "worry_1"}}));
  street.study.study.plan.analyses.push_back(
      planned("index", "composite_index", "", {{"items", "local_police sex"}, {"threshold", "3"}, {"by", "sex"}}));
  street.study.study.plan.analyses.push_back(planned("differs", "association", "confident", {{"by", "sex"}}));
  street.study.study.sample = SampleKind::self_selected;
  const analysis::Analysed analysed = street.analysed();
  for (const Estimate& one : analysed.rows) {
    INFO(one.id);
    CHECK(std::isnan(one.p_value));
  }
  CHECK(report::has_flag(row(analysed, "types/confident/y2026/both"), "chance_only"));
  CHECK(report::has_flag(row(analysed, "index/index/y2026/alpha"), "chance_only"));
  CHECK(outcome(analysed, "differs").failed);
}
