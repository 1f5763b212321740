// make_area_survey FOLDER [ROWS [INDICATORS]]: an annual survey of 145 areas and its answers, the same bytes each time: the whole job of
// scripts/bench_survey, which area_survey.R does with R's survey package from the same two files, answers.csv and population.csv.

#include "engine/core/random.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <string>

namespace {

using namespace canvass;

constexpr std::size_t areas = 145, divisions = 5, sexes = 2, bands = 6, drivers = 10;

std::string instrument_yaml(std::size_t indicators) {
  std::string text = "canvass: 1\ninstrument: area-survey\nversion: 1.0.0\ntitle: {en: \"An annual survey\"}\nlanguages: [en]\nmissing:\n"
                     "  dk: {code: -98, label: {en: \"Don't know\"}}\nchoices:\n  sexes:\n    - {code: 1, label: {en: \"Men\"}}\n"
                     "    - {code: 2, label: {en: \"Women\"}}\n  bands:\n";
  for (std::size_t band = 1; band <= bands; ++band) {
    text += fmt::format("    - {{code: {0}, label: {{en: \"Age band {0}\"}}}}\n", band);
  }
  text += "  agree:\n";
  for (std::size_t code = 1; code <= 5; ++code) {
    text += fmt::format("    - {{code: {0}, label: {{en: \"Agreement {0} of 5\"}}}}\n", code);
  }
  text += "pages:\n  - id: only\n    title: {en: \"Only\"}\n    items:\n"
          "      - {id: sex, type: select_one sexes, label: {en: \"Sex\"}}\n"
          "      - {id: age_band, type: select_one bands, label: {en: \"Age\"}}\n"
          "      - id: views\n        type: battery agree\n        label: {en: \"How far do you agree?\"}\n        missing: [dk]\n        "
          "rows:\n";
  for (std::size_t item = 1; item <= indicators; ++item) {
    text += fmt::format("          - {{id: v{0}, label: {{en: \"Statement {0}\"}}}}\n", item);
  }
  text += "indicators:\n";
  for (std::size_t item = 1; item <= indicators; ++item) {
    text += fmt::format("  i{0}: {{label: {{en: \"Agree with statement {0}\"}}, of: v{0}, in: [4, 5], desired_direction: up}}\n", item);
  }
  return text;
}

std::string study_yaml() {
  std::string named;
  for (std::size_t driver = 2; driver <= drivers + 1; ++driver) {
    named += fmt::format("{}i{}", driver == 2 ? "" : " ", driver);
  }
  return fmt::format(R"(canvass: 1
study: area-survey
title: {{en: "An annual survey"}}
instrument: area-survey@1.0.0
purpose: {{find_out: "How long it takes", from_whom: "Nobody", already_known: "Nothing", feedback: "None"}}
decision: "None"
frame: {{person: serial, area: area, stratum: stratum, weight: weight}}
waves:
  - {{id: Y1, label: {{en: "The only year"}}, opens: 2026-06-01, closes: 2026-07-31}}
sample: {{kind: probability}}
survey:
  people_live_in: {{en: "Nowhere"}}
  areas: {{file: areas.csv, levels: [force, division, area]}}
  population: {{file: population.csv, source: "Made up", as_of: 2025-06-30}}
  weights: {{method: rake, margins: [[area], [sex, age_band]]}}
plan:
  significance_level: 0.05
  conventions: 1
  seed: 1
  analyses:
    - {{id: tests, procedure: association, by: sex}}
    - {{id: drivers, procedure: model_drivers, outcome: i1, drivers: {}}}
report: {{template: annual_survey}}
)",
                     named);
}

std::string areas_csv() {
  std::string text = "code,label,level,parent,aliases\nF,Nowhere,force,,\n";
  for (std::size_t division = 1; division <= divisions; ++division) {
    text += fmt::format("D{0},Division {0},division,F,\n", division);
  }
  for (std::size_t area = 1; area <= areas; ++area) {
    text += fmt::format("A{0:03},Area {0},area,D{1},\n", area, 1 + area % divisions);
  }
  return text;
}

/// People of an area, sex and band.
std::size_t people(std::size_t area, std::size_t sex, std::size_t band) {
  return 300 + (area * 37 + band * 113 + sex * 59) % 400;
}

std::string population_csv() {
  std::string text = "area,sex,age_band,count\n";
  for (std::size_t area = 1; area <= areas; ++area) {
    for (std::size_t sex = 1; sex <= sexes; ++sex) {
      for (std::size_t band = 1; band <= bands; ++band) {
        text += fmt::format("A{:03},{},{},{}\n", area, sex, band, people(area, sex, band));
      }
    }
  }
  return text;
}

std::string answers_csv(std::size_t rows, std::size_t indicators) {
  std::string text = "serial,wave,area,stratum,weight,sex,age_band";
  for (std::size_t item = 1; item <= indicators; ++item) {
    text += fmt::format(",v{}", item);
  }
  text += '\n';
  RandomStream stream(1, "area survey");
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t area = 1 + stream.below(areas);
    const std::size_t sex = 1 + stream.below(sexes);
    const std::size_t band = std::max<std::size_t>(1 + stream.below(bands), 1 + stream.below(bands)); // the old answer more
    text += fmt::format("S{:06},Y1,A{:03},{},{},{},{}", row + 1, area, area, 5 + area % 7, sex, band);
    const double person = stream.normal();
    for (std::size_t item = 0; item < indicators; ++item) {
      const double view =
          3.1 + 0.7 * person + 0.9 * stream.normal() + 0.02 * static_cast<double>(area % 11) - 0.04 * static_cast<double>(item % 9);
      text += stream.below(50) == 0 ? ",-98" : fmt::format(",{}", std::clamp(static_cast<int>(std::lround(view)), 1, 5));
    }
    text += '\n';
  }
  return text;
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    throw std::runtime_error("cannot write " + file.string());
  }
}

} // namespace

int main(int count, char** arguments) {
  const auto rows = count > 2 ? parse_int64(arguments[2]) : 60'000;
  const auto indicators = count > 3 ? parse_int64(arguments[3]) : 30;
  if (count < 2 || count > 4 || !rows || *rows < 5'000 || *rows > 10'000'000 || !indicators || *indicators < 11 || *indicators > 500) {
    fmt::print(stderr, "usage: make_area_survey FOLDER [ROWS [INDICATORS]]; ROWS is 5000 to 10000000, INDICATORS 11 to 500\n");
    return 64;
  }
  try {
    const std::filesystem::path folder = arguments[1];
    std::filesystem::create_directories(folder / "instruments");
    write(folder / "instruments" / "area-survey.yaml", instrument_yaml(static_cast<std::size_t>(*indicators)));
    write(folder / "study.yaml", study_yaml());
    write(folder / "areas.csv", areas_csv());
    write(folder / "population.csv", population_csv());
    write(folder / "answers.csv", answers_csv(static_cast<std::size_t>(*rows), static_cast<std::size_t>(*indicators)));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 4;
  }
  return 0;
}
