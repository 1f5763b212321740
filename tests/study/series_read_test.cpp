#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"

#include "engine/core/yaml.hpp"
#include "engine/study/load.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

using namespace canvass;
using canvass::testing::StudyFiles;

namespace {

const char* const raw = "Date;Survey;Borough;Measure;Proportion;All\r\n"
                        "31/12/2014;PAS;Ashford;\"\"\"Good Job\"\" local\";0,56;0,67\r\n"
                        "31/12/2014;PAS;Bury upon Sea;\"\"\"Good Job\"\" local\";0,7;0,67\r\n"
                        "31/12/2014;PAS;Ashford;Trust;0,9;0,67\r\n"
                        "31/03/2015;PAS;Ashford;\"\"\"Good Job\"\" local\";0,58;0,66\r\n"
                        "31/03/2015;PAS;Bury Upon Sea;\"\"\"Good Job\"\" local\";0,69;0,66\r\n";

const std::string reading =
    "period: Date, unit: Borough, value: Proportion, where: {Measure: \"\\\"Good Job\\\" local\"}, ignore: [Survey, All], "
    "decimals: comma, dates: dmy, times: 100, n_each: 400, units: {Bury Upon Sea: \"Bury upon Sea\"}";

/// The study of the other tests with one more series, read from `raw`.
LoadedStudy load(StudyFiles& files, const std::string& read, Problems& problems) {
  canvass::testing::write_public_study(files);
  std::string text = canvass::testing::public_study;
  text.replace(
      text.find("kpis:"), 0,
      "  - {id: local, label: {en: \"Local\"}, file: raw.csv, source: \"Dashboard\", as_of: 2026-01-01, question: \"pas@1.0.0/job\", "
      "window_quarters: 4, read: {" +
          read + "}}\n");
  files.write("study.yaml", text).write("raw.csv", raw);
  return load_study(files.folder(), {}, problems);
}

std::string problems_of(const std::string& read) {
  StudyFiles files;
  Problems problems;
  static_cast<void>(load(files, read, problems));
  std::string all;
  for (const Problem& problem : problems.all()) {
    all += problem.severity == Severity::error ? to_string(problem) + "\n" : "";
  }
  return all;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  REQUIRE(text.find(what) != std::string::npos);
  return text.replace(text.find(what), what.size(), with);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a published file that is read wrongly is refused at its place", "[study][series]") {
  const std::string commas = problems_of(replaced(reading, "decimals: comma", "decimals: point"));
  INFO(commas);
  CHECK(has(commas, "raw.csv:2:"));
  CHECK(has(commas, "\"0,56\" is no number"));
  CHECK(has(problems_of(replaced(reading, "dates: dmy", "dates: ymd")), "\"31/12/2014\" is no day in the order that `dates` gives"));
  CHECK(has(problems_of(replaced(reading, "Good Job\\\" local", "Best Job\\\" local")), "no row of the file is as `where` says"));
  CHECK(has(problems_of(replaced(reading, "value: Proportion", "value: Propotion")), "did you mean Proportion?"));
  CHECK(has(problems_of(replaced(reading, "[Survey, All]", "[Survey]")), "\"All\""));
  CHECK(has(problems_of(replaced(reading, "times: 100", "times: 0")), "`times` must be above 0"));
  CHECK(has(problems_of(replaced(reading, "times: 100", "times: 1000")), "is no percentage"));
  CHECK(has(problems_of(replaced(reading, "n_each: 400", "n_each: 0")), "`n_each` must be above 0"));
  CHECK(has(problems_of(replaced(reading, "decimals: comma", "decimal: comma")), "unknown key `decimal`"));
  CHECK(has(problems_of(replaced(reading, "where: {Measure: \"\\\"Good Job\\\" local\"}, ", "")), "stands twice"));
}

TEST_CASE("two spellings of one unit are refused, with what to write", "[study][series]") {
  const std::string text = problems_of(replaced(reading, ", units: {Bury Upon Sea: \"Bury upon Sea\"}", ""));
  INFO(text);
  CHECK(has(text, "raw.csv:6:"));
  CHECK(has(text, "\"Bury Upon Sea\" and \"Bury upon Sea\" (line 3) are one unit in two spellings"));
  CHECK(has(text, "units: {\"Bury Upon Sea\": \"Bury upon Sea\"}"));
}

TEST_CASE("a dashboard's file is read as it is: decimal commas, days first, proportions, one measure of several", "[study][series]") {
  StudyFiles files;
  Problems problems;
  const LoadedStudy loaded = load(files, reading, problems);
  REQUIRE_FALSE(problems.has_errors());
  const PublishedSeries* series = loaded.study.survey->published("local");
  REQUIRE(series != nullptr);
  REQUIRE(series->points.size() == 4);
  CHECK(series->points[0].period == "2014-12-31");
  CHECK(series->points[0].unit == "Ashford");
  CHECK(series->points[0].value == 56.0); // and not 56.00000000000001
  CHECK(series->points[0].decimals == 0);
  CHECK(series->points[1].value == 70.0);
  CHECK(series->points[1].decimals == 0);
  REQUIRE(series->points[0].n);
  CHECK(*series->points[0].n == 400.0);
  CHECK(series->points[3].unit == "Bury upon Sea");
  CHECK(series->points[3].at.line == 6);
}

TEST_CASE("the London files are read as they are: 32 boroughs, 37 quarters, eight measures", "[study][series][london]") {
  const std::filesystem::path data = CANVASS_SOURCE_DIR "/../shared/data/mopac-pas";
  if (!std::filesystem::exists(data / "PAS_boroughs_raw.csv")) {
    WARN("skipped: ../shared is not here");
    SUCCEED();
    return;
  }
  StudyFiles files;
  for (const char* name : {"study.yaml", "areas.csv"}) {
    files.write(name, read_file(std::string(CANVASS_SOURCE_DIR "/examples/london-attitudes/") + name));
  }
  for (const char* name : {"PAS_boroughs_raw.csv", "PAS_total_raw.csv"}) {
    files.write(name, read_file((data / name).string()));
  }
  Problems problems;
  const LoadedStudy loaded = load_study(files.folder(), {{CANVASS_SOURCE_DIR "/instruments"}}, problems);
  std::string text;
  for (const Problem& problem : problems.all()) {
    text += to_string(problem) + "\n";
  }
  INFO(text);
  REQUIRE_FALSE(problems.has_errors());
  const PublicSurvey& survey = *loaded.study.survey;
  std::size_t points = 0;
  for (const PublishedSeries& series : survey.series) {
    std::set<std::string> units, periods;
    for (const SeriesPoint& point : series.points) {
      units.insert(point.unit);
      periods.insert(point.period);
      CHECK(survey.areas.find(point.unit) != AreaTree::npos);
    }
    INFO(series.id);
    CHECK(units.size() == (series.id == "good_job_london" ? 1 : 32));
    CHECK(periods.size() == (series.id == "trust" ? 32 : 37)); // asked from 2016 on
    points += series.id == "good_job_london" ? 0 : series.points.size();
  }
  CHECK(points == 9312);
  const auto value = [&](std::string_view series, std::string_view period, std::string_view unit) {
    for (const SeriesPoint& point : survey.published(series)->points) {
      if (point.period == period && point.unit == unit) {
        return point.value;
      }
    }
    return -1.0;
  };
  CHECK(value("good_job", "2014-12-31", "Tower Hamlets") == 50.0);
  CHECK(value("good_job", "2014-12-31", "Kensington and Chelsea") == 78.0);
  CHECK(value("good_job", "2015-03-31", "Richmond upon Thames") == 83.0);
  CHECK(value("good_job", "2019-06-30", "Enfield") == 44.0);
  CHECK(value("good_job", "2023-12-31", "Croydon") == 38.0);
  CHECK(value("good_job", "2023-12-31", "Harrow") == 61.0);
  const std::pair<const char*, double> london[] = {{"2014-12-31", 67}, {"2016-12-31", 69}, {"2018-12-31", 62}, {"2019-12-31", 58},
                                                   {"2020-12-31", 56}, {"2021-12-31", 51}, {"2022-12-31", 49}, {"2023-12-31", 47}};
  for (const auto& [period, expected] : london) {
    CHECK(value("good_job_london", period, "MPS") == expected);
  }
  double sum = 0;
  for (const SeriesPoint& point : survey.published("good_job")->points) {
    sum += point.period == "2023-12-31" ? point.value : 0;
  }
  CHECK(sum / 32 == Approx(47.9375).margin(1e-9)); // the unweighted mean of the boroughs, as R gives it
}
