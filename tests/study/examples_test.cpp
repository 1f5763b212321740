#include "tests/support/catch.hpp"

#include "engine/core/yaml.hpp"
#include "engine/study/load.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

using namespace canvass;

namespace {

LoadedStudy example(const std::string& name, Problems& problems) {
  return load_study(std::string(CANVASS_SOURCE_DIR "/examples/") + name, {{CANVASS_SOURCE_DIR "/instruments"}}, problems);
}

std::vector<std::string> examples() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(CANVASS_SOURCE_DIR "/examples")) {
    if (entry.is_directory() && std::filesystem::exists(entry.path() / "study.yaml")) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace

TEST_CASE("every example loads without an error, and is in the README", "[study][examples]") {
  const std::string readme = read_file(CANVASS_SOURCE_DIR "/examples/README.md");
  REQUIRE(examples().size() >= 5);
  for (const std::string& name : examples()) {
    Problems problems;
    const LoadedStudy loaded = example(name, problems);
    std::string errors;
    for (const Problem& problem : problems.all()) {
      const bool not_shipped = name == "london-attitudes" && to_string(problem).find("_raw.csv") != std::string::npos;
      errors += problem.severity == Severity::error && !not_shipped ? to_string(problem) + "\n" : "";
    }
    INFO(name << "\n" << errors);
    CHECK(errors.empty());
    CHECK(readme.find("`" + name + "`") != std::string::npos);
    CHECK(std::filesystem::exists(std::filesystem::path(loaded.study.folder) / "README.md"));
  }
}

TEST_CASE("the annual survey has 145 areas in five divisions, and its board nineteen indicators with the gaps of its numbering",
          "[study][examples]") {
  Problems problems;
  const LoadedStudy loaded = example("annual-survey", problems);
  REQUIRE(loaded.study.survey);
  const PublicSurvey& survey = *loaded.study.survey;
  std::map<std::size_t, int> levels;
  for (const Area& area : survey.areas.areas) {
    ++levels[area.level];
  }
  CHECK(levels == std::map<std::size_t, int>{{0, 1}, {1, 5}, {2, 145}});
  CHECK(survey.population.rows.size() == 145 * 2 * 8);
  CHECK(survey.population.total() == 1021949.0);
  CHECK(survey.kpis.size() == 19);
  std::string text;
  for (const Problem& problem : problems.all()) {
    text += to_string(problem) + "\n";
  }
  INFO(text);
  CHECK(text.find("leaves out P6, S1, S2, S13, S14") != std::string::npos);
  CHECK(text.find("the KPI P7 has no source") != std::string::npos);
  CHECK(text.find("the KPI S11 has no source") != std::string::npos);
  const PublishedSeries* national = survey.published("national_confidence");
  REQUIRE(national != nullptr);
  double own = 0;
  std::vector<double> peers;
  for (const SeriesPoint& point : national->points) {
    if (point.period == "year to March 2026") {
      peers.push_back(point.value);
      own = point.unit == "Northshire" ? point.value : own;
      CHECK_FALSE(point.n);
    }
  }
  CHECK(own == 51.5);
  CHECK(peers.size() == 8);
  CHECK(std::count_if(peers.begin(), peers.end(), [own](double value) { return value > own; }) == 3); // fourth of eight
}

TEST_CASE("the polls of towns say that nobody was chosen by chance, and know the ward of every answer", "[study][examples]") {
  for (const auto& [name, towns, wards] : {std::tuple("four-towns", 6, 16), std::tuple("hyper-local-west-mercia", 4, 23)}) {
    Problems problems;
    const LoadedStudy loaded = example(name, problems);
    REQUIRE(loaded.study.survey);
    CHECK(loaded.study.sample == SampleKind::self_selected);
    const AreaTree& tree = loaded.study.survey->areas;
    CHECK(std::count_if(tree.areas.begin(), tree.areas.end(), [&](const Area& a) { return a.level == tree.level("ward"); }) == wards);
    CHECK(std::count_if(tree.areas.begin(), tree.areas.end(), [&](const Area& a) { return a.level == tree.level("town"); }) == towns);
    CHECK(loaded.study.disclosure.min_base == 30);
  }
  Problems problems;
  const LoadedStudy real = example("hyper-local-west-mercia", problems);
  CHECK(real.study.survey->population.empty()); // no count is invented
  const AreaTree& tree = real.study.survey->areas;
  const std::size_t ward = tree.find("E05007896");
  REQUIRE(ward != AreaTree::npos);
  CHECK(tree.areas[tree.at_level(ward, tree.level("town"))].label == "Evesham");
}
