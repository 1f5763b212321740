// Ways to draw a sample, from the study file to the numbers. Reference: tests/reference/sample_design.R.

#include "tests/analysis/public_answers.hpp"
#include "tests/analysis/row_called.hpp"
#include "tests/support/contains_text.hpp"

#include "engine/analysis/sample.hpp"
#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>

using namespace canvass;
using report::Estimate;
using testing::contains_text;
using testing::row;

namespace {

bool returned(int i) {
  return testing::public_returned(2026, i);
}

/// A file of the design: a row for each of those who answered in 2026.
using Cells = std::function<std::vector<std::string>(int)>;
std::string design_file(const std::vector<std::string>& columns, const Cells& cells, bool backwards = false) {
  std::vector<std::string> names = {"serial"};
  names.insert(names.end(), columns.begin(), columns.end());
  std::string text = csv_row(names, false);
  for (int k = 0; k < testing::public_sent_count; ++k) {
    const int i = backwards ? testing::public_sent_count - 1 - k : k;
    if (returned(i)) {
      std::vector<std::string> row = {testing::public_serial(2026, i)};
      const std::vector<std::string> more = cells(i);
      row.insert(row.end(), more.begin(), more.end());
      text += csv_row(row, false);
    }
  }
  return text;
}

std::string in_blocks(int i) {
  return "B" + std::to_string(i / 24);
}
std::vector<std::string> drawn_in_stages(int i) {
  return {"R" + std::to_string(i % 2), in_blocks(i), i % 2 == 0 ? "40" : "50", "H" + std::to_string(i / 12), "10"};
}
const std::vector<std::string> stage_columns = {"region", "block", "blocks", "house", "houses"};
double chance(int i) {
  return 0.1 + 0.02 * (i % 7);
}
double plain_weight(int i) {
  return 2 + i % 5;
}
std::vector<std::string> replicates(int i) {
  std::vector<std::string> cells;
  for (int k = 1; k <= 8; ++k) {
    cells.push_back(shortest(plain_weight(i) * ((i * 3 + k * 5) % 4)));
  }
  return cells;
}
const std::vector<std::string> replicate_columns = {"rep1", "rep2", "rep3", "rep4", "rep5", "rep6", "rep7", "rep8"};

/// The answers of 2026 to a survey with the given design and weights; no area, no list.
class Drawn {
public:
  Drawn(const std::string& design, const std::string& file, const std::function<double(int)>& weight,
        const std::string& more = "weights: {method: none}") {
    testing::write_public_survey(*files);
    std::string text = R"(canvass: 1
study: street-survey
title: {en: "Street survey"}
instrument: street@1.0.0
purpose: {find_out: "What people think", from_whom: "Residents", already_known: "Little", feedback: "A page"}
decision: "What to do first?"
frame: {person: serial, area: area, weight: w}
waves: [{id: y2026, label: {en: "2026"}, opens: 2026-06-01, closes: 2026-08-31}]
sample: {kind: probability}
survey:
  areas: {file: areas.csv, levels: [force, division, area]}
  population: {file: population.csv, source: "Mid-year estimates", as_of: 2025-06-30}
  lonely_psu: refuse
)";
    text += "  " + more + "\n  design: " + design + "\n";
    text += "plan:\n  seed: 5\n  analyses: [{id: confidence, procedure: trend, outcome: confident}]\nreport: {template: annual_survey}\n";
    files->write("study.yaml", text).write("design-y2026.csv", file);
    weight_ = weight;
  }

  analysis::Analysed analysed() {
    study_ = files->load();
    return analysis::analyse(input(), {});
  }
  analysis::Sample sample() {
    study_ = files->load();
    responses();
    return analysis::sample_of(study_, build_dataset(study_, responses_));
  }
  std::unique_ptr<testing::StudyFiles> files = std::make_unique<testing::StudyFiles>();

private:
  analysis::Input input() {
    responses();
    return {study_, responses_, {}, 0, 0, true};
  }
  void responses() {
    responses_.clear();
    const Instrument& instrument = study_.instrument();
    const Validator validator(study_);
    for (int i = 0; i < testing::public_sent_count; ++i) {
      if (!returned(i)) {
        continue;
      }
      RawRecord record;
      record.frame.person = testing::public_serial(2026, i);
      record.frame.wave = "y2026";
      record.frame.area = "A" + std::to_string(1 + i % 4);
      record.frame.weight = weight_(i);
      record.answers.resize(instrument.variables.size());
      record.answers[instrument.variable("local_police")] = std::to_string(testing::public_job(2026, i));
      record.answers[instrument.variable("sex")] = std::to_string(testing::public_sex(i));
      record.answers[instrument.variable("age_band")] = std::to_string(testing::public_band(i));
      Validated validated = validator.validate(record);
      REQUIRE(validated.response);
      responses_.push_back(std::move(*validated.response));
    }
  }
  LoadedStudy study_;
  std::vector<Response> responses_;
  std::function<double(int)> weight_;
};

void check(Drawn drawn, double share, double std_error, double df) {
  const analysis::Analysed analysed = drawn.analysed();
  const Estimate& one = row(analysed, "confidence/confident/y2026");
  CHECK(one.estimate == Approx(share).epsilon(1e-12));
  CHECK(one.std_error == Approx(std_error).epsilon(1e-9));
  CHECK(one.df == Approx(df));
}

const std::string two_stages = R"({file: "design-{wave}.csv", stages: [{stratum: region, unit: block, population: blocks}, {unit: house, )"
                               R"(population: houses}]})";
const std::string first_stage = R"({file: "design-{wave}.csv", stages: [{stratum: region, unit: block}]})";

std::string why_it_fails(Drawn& drawn) {
  try {
    static_cast<void>(drawn.sample());
  } catch (const std::exception& error) {
    return error.what();
  }
  return "it does not fail";
}

} // namespace

TEST_CASE("a design whose file is not there, or lacks people, is refused with names and counts", "[analysis][survey][design]") {
  Drawn drawn(first_stage, design_file(stage_columns, drawn_in_stages), plain_weight);
  const std::string whole = read_file(drawn.files->path("design-y2026.csv"));
  std::size_t cut = 0;
  for (int line = 0; line < 6; ++line) {
    cut = whole.find('\n', cut) + 1;
  }
  drawn.files->write("design-y2026.csv", whole.substr(0, cut)); // header and five people
  CHECK_THAT(why_it_fails(drawn), contains_text("190 of 195 answers of wave y2026 are of people who do not stand in this file (2026-1"));
  std::filesystem::remove(drawn.files->path("design-y2026.csv"));
  CHECK_THAT(why_it_fails(drawn), contains_text("the wave y2026 has answers and no file that says how its people were drawn"));
}

TEST_CASE("given replicates whose numbers have a gap are refused with the file", "[analysis][survey][design]") {
  std::vector<std::string> columns = replicate_columns;
  columns[3] = "rep40";
  Drawn drawn(R"({file: "design-{wave}.csv", replicates: {method: bootstrap, columns: rep}})", design_file(columns, replicates),
              plain_weight);
  CHECK_THAT(why_it_fails(drawn), contains_text("design-y2026.csv:1:1"));
}

TEST_CASE("stages with finite populations are R's", "[analysis][survey][design]") {
  check({two_stages, design_file(stage_columns, drawn_in_stages), plain_weight}, 39.6694214876033, 3.89147416594448, 38);
  check({first_stage, design_file(stage_columns, drawn_in_stages), plain_weight}, 39.6694214876033, 4.06517044798435, 38);
}

TEST_CASE("unequal chances are R's: Brewer, Overton, Hartley and Rao, and joint chances given in both forms",
          "[analysis][survey][design]") {
  const std::string file = design_file({"p"}, [](int i) { return std::vector<std::string>{shortest(chance(i))}; });
  const auto weight = [](int i) { return 1 / chance(i); };
  const auto drawn = [&](const std::string& how) { return Drawn(R"({file: "design-{wave}.csv", chance: p)" + how + "}", file, weight); };
  const double share = 40.4355557608369;
  const double df = row(drawn("").analysed(), "confidence/confident/y2026").df;
  check(drawn(""), share, 3.4788143045786, df);
  check(drawn(", joint: overton"), share, 3.4788143045786, df);
  check(drawn(", joint: hartley_rao"), share, 3.47903889687326, df);
  const auto given = [&](const std::string& variance) {
    Drawn one = drawn(R"(, joint: given, joint_file: "joint-{wave}.csv")" + variance);
    std::vector<int> people;
    for (int i = 0; i < testing::public_sent_count; ++i) {
      if (returned(i)) {
        people.push_back(i);
      }
    }
    std::reverse(people.begin(), people.end()); // the file's order is its own
    std::vector<std::string> cells = {"unit"};
    for (const int i : people) {
      cells.push_back(testing::public_serial(2026, i));
    }
    std::string text = csv_row(cells, false);
    for (const int i : people) {
      cells = {testing::public_serial(2026, i)};
      for (const int j : people) {
        cells.push_back(shortest(i == j ? chance(i) : chance(std::min(i, j)) * chance(std::max(i, j)) * 0.97));
      }
      text += csv_row(cells, false);
    }
    one.files->write("joint-y2026.csv", text);
    return one;
  };
  check(given(""), share, 3.53158159846079, df);
  check(given(", variance: yates_grundy"), share, 9.17804309375109, df);
}

TEST_CASE("replicate weights that came with the sample are R's", "[analysis][survey][design]") {
  const std::string file = design_file(replicate_columns, replicates);
  check({R"({file: "design-{wave}.csv", replicates: {method: bootstrap, columns: rep}})", file, plain_weight}, 39.6694214876033,
        2.45229882082703, 3);
  check({R"({file: "design-{wave}.csv", replicates: {method: jkn, columns: rep, about_estimate: true, )"
         R"(rscales: [0.5, 0.75, 0.5, 0.75, 0.5, 0.75, 0.5, 0.75]}})",
         file, plain_weight},
        39.6694214876033, 4.69393830796264, 3);
}

TEST_CASE("replicates that Canvass makes from the stages are R's", "[analysis][survey][design]") {
  check({R"({file: "design-{wave}.csv", stages: [{stratum: region, unit: block}], replicates: {method: jkn}})",
         design_file(stage_columns, drawn_in_stages), plain_weight},
        39.6694214876033, 4.07277020942598, 38);
}

TEST_CASE("a bootstrap follows the plan's seed and is weighted anew in each replicate", "[analysis][survey][design]") {
  const auto sample_with = [](const std::string& how) {
    return Drawn(R"({file: "design-{wave}.csv", stages: [{stratum: region, unit: block}], replicates: {method: bootstrap, count: 40}})",
                 design_file(stage_columns, drawn_in_stages), plain_weight, how)
        .sample();
  };
  const analysis::Sample raked = sample_with("weights: {method: rake, margins: [[sex, age_band]]}");
  const survey::Design& design = raked.waves.front().design;
  REQUIRE(design.replicates);
  REQUIRE(design.replicates->count == 40);
  CHECK(sample_with("weights: {method: rake, margins: [[sex, age_band]]}").waves.front().design.replicates->doubles ==
        design.replicates->doubles);
  // Each replicate adds up to the people of population.csv: 16 cells of 100, 110 .. 250.
  for (std::size_t r = 0; r < 40; ++r) {
    double sum = 0;
    for (std::size_t i = 0; i < design.rows(); ++i) {
      sum += design.replicates->doubles[i * 40 + r];
    }
    CHECK(sum == Approx(2800).epsilon(1e-7));
  }
}

TEST_CASE("successive differences read the file's order", "[analysis][survey][design]") {
  const auto error_of = [](bool backwards, const Cells& cells, const std::string& design) {
    Drawn drawn(design, design_file(stage_columns, cells, backwards), plain_weight);
    return row(drawn.analysed(), "confidence/confident/y2026").std_error;
  };
  const std::string in_order = R"({file: "design-{wave}.csv", replicates: {method: sdr}})";
  const double forwards = error_of(false, drawn_in_stages, in_order);
  CHECK(forwards > 0);
  CHECK(error_of(true, drawn_in_stages, in_order) != forwards);
}

TEST_CASE("classes of non-response carry those who did not answer", "[analysis][survey][design]") {
  testing::StudyFiles files;
  testing::write_public_survey(files);
  const std::string study = read_file(files.path("study.yaml"));
  const auto sample_with = [&](const std::string& weights) {
    files.write("study.yaml", testing::replaced(study, "weights: {method: rake, margins: [[area], [sex, age_band]], trim: 5}", weights));
    const LoadedStudy loaded = files.load();
    return analysis::sample_of(loaded, build_dataset(loaded, testing::public_answers(loaded)));
  };
  const analysis::Sample before = sample_with("weights: {method: none}");
  const analysis::Sample after = sample_with("weights: {method: none, nonresponse: {by: area, fewest_answers: 1, largest_factor: 50}}");
  for (std::size_t w = 0; w < 2; ++w) {
    const analysis::WaveSample& one = after.waves[w];
    std::map<std::int32_t, double> answers;
    for (const std::int32_t area : one.area) {
      answers[area] += 1;
    }
    REQUIRE(answers.size() == 4);
    for (std::size_t i = 0; i < one.rows.size(); ++i) { // 120 were sent to each area
      CHECK(one.design.weights[i] == Approx(before.waves[w].design.weights[i] * 120 / answers[one.area[i]]).epsilon(1e-13));
    }
  }
  REQUIRE_FALSE(after.notes.empty());
  CHECK_THAT(after.notes.front(), contains_text("in 4 classes made of 4 by areas"));

  files.write("study.yaml", testing::replaced(read_file(files.path("study.yaml")), ", sent: \"sent-{wave}.csv\"", ""));
  const LoadedStudy without = files.load();
  CHECK_THROWS_WITH(analysis::sample_of(without, build_dataset(without, testing::public_answers(without))),
                    contains_text("classes of non-response need to know who was asked"));
}

TEST_CASE("a dispatch list that holds fewer than came back is refused with both counts", "[analysis][survey][design]") {
  testing::StudyFiles files;
  testing::write_public_survey(files);
  const LoadedStudy whole = files.load();
  const std::vector<Response> responses = testing::public_answers(whole);
  const auto sample_with = [&](int sent) {
    std::string list = "serial,area,stratum\n";
    for (int i = 0, left = sent; i < testing::public_sent_count && left > 0; ++i) {
      if (testing::public_returned(2026, i)) {
        const std::string area = "A" + std::to_string(1 + i % 4);
        list += testing::public_serial(2026, i) + "," + area + "," + area + "\n";
        --left;
      }
    }
    files.write("sent-y2026.csv", list);
    const LoadedStudy study = files.load();
    return analysis::sample_of(study, build_dataset(study, responses));
  };
  CHECK_THROWS_WITH(sample_with(190), contains_text("195 answers of wave y2026 came back and 190 questionnaires were sent"));
  CHECK(sample_with(195).notes == analysis::sample_of(whole, build_dataset(whole, responses)).notes);
}

TEST_CASE("answers of areas in which nobody is counted are refused with their number", "[analysis][survey][design]") {
  testing::StudyFiles files;
  testing::write_public_survey(files);
  const LoadedStudy whole = files.load();
  const std::vector<Response> responses = testing::public_answers(whole);
  const std::string before = read_file(files.path("population.csv"));
  std::string population;
  for (const std::string_view line : split(before, '\n')) {
    population += line.rfind("A1,", 0) == 0 || line.empty() ? std::string() : std::string(line) + "\n";
  }
  files.write("population.csv", population);
  const LoadedStudy study = files.load();
  CHECK_THROWS_WITH(analysis::sample_of(study, build_dataset(study, responses)),
                    contains_text("answers of wave y2025 are of areas in which the population counts nobody (Alderby)"));
}

TEST_CASE("the weights of each answer can be had, before calibration and as used", "[analysis][survey][design]") {
  testing::StudyFiles files;
  testing::write_public_survey(files);
  LoadedStudy study = files.load();
  const std::vector<Response> responses = testing::public_answers(study);
  const analysis::DataFile file = analysis::weights_file(study, responses);
  CHECK(file.name == "weights.csv");
  CsvReader reader(file.bytes, file.name, {});
  reader.next();
  CHECK(reader.cells()[3] == "weight");
  std::map<std::string, double> sum;
  std::size_t rows = 0;
  while (reader.next()) {
    sum[std::string(reader.cells()[1])] += parse_double(reader.cells()[3]).value();
    CHECK(parse_double(reader.cells()[2]).value() > 0);
    ++rows;
  }
  CHECK(rows == responses.size());
  CHECK(sum["y2025"] == Approx(2800).epsilon(1e-9)); // 16 cells of 100, 110 .. 250 people
  CHECK(sum["y2026"] == Approx(2800).epsilon(1e-9));
  // How they are spread stands in the report: over their mean.
  std::vector<double> last;
  CsvReader again(file.bytes, file.name, {});
  again.next();
  while (again.next()) {
    if (again.cells()[1] == "y2026") {
      last.push_back(parse_double(again.cells()[3]).value());
    }
  }
  std::sort(last.begin(), last.end());
  REQUIRE(last.size() == 195);
  const double mean = 2800.0 / 195;
  const analysis::Analysed analysed = analysis::analyse({study, responses, {}, 0, 0, true}, {});
  CHECK(row(analysed, "response/smallest_weight/y2026").estimate == Approx(last.front() / mean).epsilon(1e-8));
  CHECK(row(analysed, "response/median_weight/y2026").estimate == Approx(last[97] / mean).epsilon(1e-8));
  CHECK(row(analysed, "response/largest_weight/y2026").estimate == Approx(last.back() / mean).epsilon(1e-8));
  study.study.survey.reset();
  CHECK_THROWS_WITH(analysis::weights_file(study, responses), contains_text("no survey of the public"));
}
