#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"

#include "engine/core/hash.hpp"
#include "engine/core/yaml.hpp"
#include "engine/study/load.hpp"
#include "engine/study/sent.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

using namespace canvass;
using namespace canvass::testing;

namespace {

/// Errors of the small survey with one file replaced, as printed.
std::string errors_with_file(const std::string& name, std::string_view text) {
  StudyFiles files;
  write_public_study(files);
  files.write(name, text);
  Problems problems;
  static_cast<void>(files.load(problems));
  return printed(problems, files, true);
}

/// The same with one text of study.yaml replaced.
std::string errors_with(std::string_view from, std::string_view to) {
  return errors_with_file("study.yaml", replaced(public_study, from, to));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

LoadedStudy loaded_public_study(StudyFiles& files) {
  write_public_study(files);
  return files.load();
}

} // namespace

// --- errors

TEST_CASE("files that a survey names must be there", "[study][survey]") {
  CHECK(has(errors_with("file: areas.csv", "file: nowhere.csv"), "nowhere.csv"));
  CHECK(has(errors_with("file: population.csv", "file: nowhere.csv"), "nowhere.csv"));
  CHECK(has(errors_with("file: series-national.csv", "file: nowhere.csv"), "nowhere.csv"));
  CHECK(has(errors_with("file: schemes.csv", "file: nowhere.csv"), "nowhere.csv"));
  CHECK(has(errors_with("source: \"Mid-year estimates\", ", ""), "`source` is missing; say who counted"));
  CHECK(has(errors_with("source: \"Published tables\", as_of: 2026-03-31,", ""), "`as_of` is missing"));
  CHECK(has(errors_with_file("areas.csv", "code,label\xFF\n"), "areas.csv:1:11: the file is not UTF-8"));
}

TEST_CASE("areas: every row that hangs in the air is named with its line", "[study][survey]") {
  const auto with = [](std::string_view from, std::string_view to) {
    return errors_with_file("areas.csv", replaced(public_areas, from, to));
  };
  CHECK(with("A1,Alderby,area,E", "A1,Alderby,aera,E").find("areas.csv:5:12: \"aera\" is no level of the study (found at A1)") == 0);
  CHECK(has(with("A1,Alderby,area,E", "A1,Alderby,area,Est"), "areas.csv:5:17: A1 lies in \"Est\", which is no code of this file"));
  CHECK(has(with("A1,Alderby,area,E", "A1,Alderby,area,N"), "its parent must be a division"));
  CHECK(has(with("A1,Alderby,area,E", "A1,Alderby,area,"), "A1 has no parent; name the division that it lies in"));
  CHECK(has(with("N,Northshire,force,,", "N,Northshire,force,N,"), "is of the widest level (force) and has a parent"));
  CHECK(has(with("A2,Brookwell", "a1,Brookwell"), "the code \"a1\" stands twice, here and on line 5"));
  CHECK(has(with("A2,Brookwell", "A2,Alderby Town"), "\"Alderby Town\" names two areas of the level area: A1 (line 5) and A2"));
  CHECK(has(with("Carrow\n", "A2\n"), "the alias \"A2\" of A3 is the code of another area (line 6)"));
  CHECK(has(with("code,label", "kode,label"),
            "there is no column \"code\" (found: kode, label, level, parent, aliases); did you mean kode?"));
  CHECK(has(with("code,label,level,parent,aliases", "code,label,level,parent,aliasses"),
            "the column \"aliasses\" is not known here; did you mean aliases?"));
  CHECK(has(with("A4,West,area,W,", ",West,area,W,"), "this area has no code"));
  CHECK(has(errors_with("levels: [force, division, area]", "levels: [force, force]"), "the level `force` stands twice"));
}

TEST_CASE("dispatch lists: serials are unique, areas known, all problems at once", "[study][survey]") {
  const auto with = [](std::string_view from, std::string_view to) {
    return errors_with_file("sent-y2025.csv", replaced(public_sent, from, to));
  };
  CHECK(with("1003,", "1001,") == "sent-y2025.csv:4:1: the serial 1001 stands twice: on line 2 and on line 4; leave one row\n");
  CHECK(with("A1,low", "Aldeby,low") ==
        "sent-y2025.csv:2:6: 1001 went to an area that areas.csv does not have (found \"Aldeby\"); did you mean Alderby?\n");
  CHECK(has(with("1005,A2", ",A2"), "sent-y2025.csv:6:1: this row has no serial"));
  CHECK(has(with("1005,A2", "1005,"), "1005 has no area"));
  CHECK(has(with("A2,high", "A2,"), "1005 has no stratum"));
  CHECK(has(with("serial,area", "serial,aera"), "there is no column \"area\", which should hold the area"));
  CHECK(has(with("serial,area", "nr,area"), "there is no column \"serial\", which should hold the serial"));
  CHECK(has(errors_with_file("sent-y2025.csv", "serial,area,stratum\n"), "the file lists nobody"));
  CHECK(has(errors_with_file("sent-y2025.csv", ""), "the file is empty"));
  CHECK(has(errors_with_file("sent-y2025.csv", "serial,area,stratum\n\"1,2,3\n"), "a quoted cell opens here and never closes"));
  CHECK(has(errors_with("sent-{wave}.csv", "sent.csv"), "with {wave} once where its id stands"));
  CHECK(has(errors_with("sent-{wave}.csv", "../sent-{wave}.csv"), "in the study's folder"));
  std::string many = "serial,area,stratum\n";
  for (int i = 0; i < 200; ++i) {
    many += fmt::format("{},Nowhereville,low\n", i);
  }
  const std::string text = errors_with_file("sent-y2025.csv", many);
  CHECK(std::count(text.begin(), text.end(), '\n') == 51);
  CHECK(has(text, "and 150 more problems of this kind in this file"));
}

TEST_CASE("population: codes are of the list, counts are numbers, groups stand once", "[study][survey]") {
  const auto with = [](std::string_view from, std::string_view to) {
    return errors_with_file("population.csv", replaced(public_population(), from, to));
  };
  CHECK(with("A1,1,1,100", "A1,3,1,100") == "population.csv:2:4: \"3\" is no code of sex; it is 1 (Male), 2 (Female)\n");
  CHECK(with("A1,1,1,100", "A1,1,1,-5") ==
        "population.csv:2:8: \"-5\" is no number of people; write 0 or more, without commas between the thousands\n");
  CHECK(has(with("A1,1,1,100", "A1,1,1,"), "population.csv:2:8: this row has no count"));
  CHECK(has(with("A1,1,1,100", "Alderbi,1,1,100"), "population.csv:2:1: \"Alderbi\" is no area of the study; did you mean Alderby?"));
  CHECK(has(with("A1,1,1,100", "A1,,1,100"), "`sex` is empty in this row"));
  CHECK(has(with("A1,1,2,110", "Old Alderby,1,1,110"), "this group stands twice, here and on line 2"));
  CHECK(has(with("A1,1,1,100", "E,1,1,100"), "people are counted by division here and by area on line 3"));
  CHECK(has(with("age_band", "age_bnd"), "neither \"area\" nor \"count\" nor a question of street@1.0.0; did you mean age_band?"));
  CHECK(has(with("age_band", "years"), "the question years has no list of answers"));
  CHECK(has(with("count", "people"), "there is no column \"count\""));
  CHECK(has(errors_with("[sex, age_band]", "[sex, age_bnd]"),
            "the margin [sex, age_bnd] names \"age_bnd\", which the population does not count people by (it has area, sex, age_band); did "
            "you mean age_band?"));
  CHECK(has(errors_with("  population: {file: population.csv, source: \"Mid-year estimates\", as_of: 2025-06-30}\n", ""),
            "there is no `population` to fit them to"));
}

TEST_CASE("weights: what cannot be meant is refused", "[study][survey]") {
  CHECK(has(errors_with("method: rake", "method: rakes"), "did you mean rake?"));
  CHECK(has(errors_with("method: rake", "method: poststratify"), "fits one margin (found 2)"));
  CHECK(has(errors_with("method: rake", "method: none"), "stand beside `method: none`"));
  CHECK(has(errors_with("margins: [[area], [sex, age_band]], ", ""), "`method: rake` needs `margins`"));
  CHECK(has(errors_with("trim: 5", "trim: 1"), "above 1 (found 1)"));
  CHECK(has(errors_with("lowest: 0.2", "lowest: 1.2"), "0 up to 1 (found 1.2)"));
  CHECK(has(errors_with("highest: 5", "highest: 0.5"), "above 1 (found 0.5)"));
  CHECK(has(errors_with("method: rake, margins: [[area], [sex, age_band]], trim: 5, lowest: 0.2", "method: logit, margins: [[area]]"),
            "needs both bounds"));
  CHECK(has(errors_with("[sex, age_band]", "[sex, sex]"), "stands twice in one margin"));
  CHECK(has(errors_with("lonely_psu: refuse", "lonely_psu: ignore"), "refuse, certainty, adjust, average or collapse"));
  CHECK(has(errors_with("flag_base: 50", "flag_base: 0"), "1 or more (found 0)"));
}

TEST_CASE("series: numbers are numbers, and a period stands once a unit", "[study][survey]") {
  const auto with = [](std::string_view rows) {
    return errors_with_file("series-national.csv", std::string("period,unit,value,n\n") + std::string(rows));
  };
  CHECK(has(with("2025,Northshire,51%,\n"), "series-national.csv:2:17: \"51%\" is no number"));
  CHECK(has(with("2025,Northshire,151,\n"), "151 is no percentage"));
  CHECK(has(with("2025,Northshire,,\n"), "this row has no value"));
  CHECK(has(with(",Northshire,51,\n"), "this row has no period"));
  CHECK(has(with("2025,Northshire,51,0\n"), "\"0\" is no number of answers"));
  CHECK(has(with("2025,Northshire,51,\n2025,northshire,52,\n"), "northshire, 2025 stands twice, here and on line 2"));
  CHECK(has(errors_with("question: \"good-job@1.0.0/local_police\"", "question: good-job"), "write instrument@version/item"));
  CHECK(has(errors_with("window_quarters: 4", "window_quarters: -1"), "0 to 40 quarters"));
}

TEST_CASE("KPIs have one source, and it is there", "[study][survey]") {
  CHECK(has(errors_with("indicator: confident", "indicator: confidnt"), "no indicator or scale of street@1.0.0; did you mean confident?"));
  CHECK(has(errors_with("series: national, ", "series: nationl, "), "is no series of the study; did you mean national?"));
  CHECK(has(errors_with("series_unit: Northshire", "series_unit: Northshir"), "did you mean Northshire?"));
  CHECK(has(errors_with("table: schemes", "table: scheme"), "is no table of the study; did you mean schemes?"));
  CHECK(has(errors_with("table_row: Alderby", "table_row: Alderbi"), "did you mean Alderby?"));
  CHECK(has(errors_with("table_column: current", "table_column: curent"), "did you mean current?"));
  CHECK(has(errors_with("indicator: confident,", "indicator: confident, series: national,"), "has 2 sources"));
  CHECK(has(errors_with("code: P2", "code: p1"), "the KPI p1 stands twice"));
  CHECK(has(errors_with("target: 42", "target: \"42%\""), "the target of P1 is no number (found \"42%\")"));
  CHECK(has(errors_with("direction: up, target", "direction: upwards, target"), "neither up nor down"));
}

TEST_CASE("tables: checks name columns that are there and formulas that can be read", "[study][survey]") {
  CHECK(has(errors_with("total: current,", "total: curent,"), "did you mean current?"));
  CHECK(has(errors_with("required = target - current", "required = target - curent"), "did you mean current?"));
  CHECK(has(errors_with("required = target - current", "required = target -"), "it ends where a column or a number should stand"));
  CHECK(has(errors_with("required = target - current", "required"), "write it with one ="));
  CHECK(has(errors_with("total: current, claimed: 67", "total: current"), "add `claimed`"));
  CHECK(has(errors_with("total: current, claimed: 67", "total: current, ratio: \"1\", claimed: 67"),
            "a check is one of formula, total and ratio"));
  CHECK(has(errors_with("key: place", "key: plaice"), "there is no column \"plaice\""));
  CHECK(has(errors_with_file("schemes.csv", "place,current,target,required,percent\nA1,1,1,0,100\na1,1,1,0,100\n"),
            "the row \"a1\" stands twice, here and on line 2"));
}

// --- ordinary

TEST_CASE("a survey of the public loads with everything it brings", "[study][survey]") {
  StudyFiles files;
  const LoadedStudy loaded = loaded_public_study(files);
  REQUIRE(loaded.study.survey);
  const PublicSurvey& survey = *loaded.study.survey;
  CHECK(survey.people_live_in == "Northshire");
  CHECK(survey.flag_base == 50);
  CHECK(survey.lonely == Lonely::refuse);
  CHECK(loaded.study.disclosure.min_base == 30);
  CHECK(survey.areas.sha256 == to_hex(sha256(public_areas)));

  const AreaTree& tree = survey.areas;
  REQUIRE(tree.areas.size() == 7);
  CHECK(tree.areas[tree.find("old alderby")].code == "A1");
  CHECK(tree.areas[tree.find(" A3 ")].label == "Carrowmere");
  CHECK(tree.areas[tree.find("West")].code == "A4"); // a division and an area share the name: the narrower is meant
  CHECK(tree.areas[tree.find("Western Division")].code == "W");
  CHECK(tree.find("Carowmere") == AreaTree::npos);
  CHECK(tree.nearest("Carowmere") == std::vector<std::string>{"Carrowmere"});
  CHECK(tree.areas[tree.at_level(tree.find("A3"), tree.level("division"))].code == "W");
  CHECK(tree.at_level(tree.find("W"), tree.level("area")) == AreaTree::npos);
  for (std::size_t i = 0; i < tree.areas.size(); ++i) {
    CHECK((tree.areas[i].level == 0 || tree.areas[i].parent < i));
  }

  REQUIRE(survey.sent.size() == 2);
  CHECK(survey.sent[0].serial.size() == 5);
  CHECK(survey.sent[1].empty());
  const Dispatch& sent = survey.sent[0];
  CHECK(tree.areas[static_cast<std::size_t>(sent.area[sent.find("1002")])].code == "A1");
  CHECK(tree.areas[static_cast<std::size_t>(sent.area[sent.find("1004")])].code == "A4");
  CHECK(sent.strata == std::vector<std::string>{"low", "high"});
  CHECK(sent.stratum == std::vector<std::int32_t>{0, 1, 0, 0, 1});
  CHECK(sent.find("1006") == Dispatch::npos);
  CHECK(sent.nearest("10055") == "1005");
  CHECK(sent.nearest("1020") == "1002");
  CHECK(sent.nearest("102") == "1002");
  CHECK(sent.nearest("1009") == "1001");
  CHECK(sent.nearest("7777") == "");

  CHECK(survey.population.rows.size() == 16);
  CHECK(survey.population.total() == Approx(16 * 100 + 10 * 120).epsilon(1e-12));
  CHECK(survey.population.rows[2].codes[1] == 2); // by the name of the choice
  CHECK(survey.weighting.method == WeightMethod::rake);
  CHECK(survey.weighting.margins == std::vector<std::vector<std::string>>{{"area"}, {"sex", "age_band"}});
  CHECK(survey.weighting.trim.value() == Approx(5).epsilon(1e-12));

  const PublishedSeries* series = survey.published("national");
  REQUIRE(series != nullptr);
  REQUIRE(series->points.size() == 3);
  CHECK_FALSE(series->points[0].n);
  CHECK(series->points[0].decimals == 1);
  CHECK(series->points[1].decimals == 0);
  CHECK(series->points[1].half_width.value() == Approx(2.8).epsilon(1e-12));
  CHECK(survey.kpis.size() == 3);
  CHECK(survey.kpis[0].label.in("en") == "Confidence");
  const AdminTable* table = survey.table("schemes");
  REQUIRE(table != nullptr);
  CHECK(table->keys == std::vector<std::string>{"Alderby", "A2"});
  CHECK(tree.areas[static_cast<std::size_t>(table->area[0])].code == "A1");
  CHECK(table->checks.size() == 3);
}

TEST_CASE("what a survey lacks is told as warnings and notes", "[study][survey]") {
  StudyFiles files;
  write_public_study(files);
  Problems problems;
  static_cast<void>(files.load(problems));
  const std::string text = printed(problems, files);
  CHECK(printed(problems, files, true) == "");
  CHECK(has(text, "no dispatch list is there for y2026"));
  CHECK(has(text, "2 of 3 numbers of the series national without `n` or `half_width`: shown, never tested"));
  CHECK_FALSE(has(text, "arms"));

  files.write("study.yaml", replaced(replaced(public_study, ", sent: \"sent-{wave}.csv\"", ""), "code: P2", "code: P7"));
  Problems more;
  static_cast<void>(files.load(more));
  CHECK(has(printed(more, files), "the study does not say to whom questionnaires went"));
  CHECK(has(printed(more, files), "the numbering of the 3 KPIs leaves out P2, P4, P5, P6"));
}

TEST_CASE("KPIs come from a file, and the gaps of 19 codes are the known five", "[study][survey]") {
  std::string rows = "code,label,unit\n";
  for (const char* code :
       {"P1", "P2", "P3", "P4", "P5", "P7", "P8", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S15", "S16"}) {
    rows += std::string(code) + ",x,%\n";
  }
  StudyFiles files;
  write_public_study(files);
  const std::string study = public_study;
  const std::size_t from = study.find("kpis:");
  files.write("study.yaml", study.substr(0, from) + "kpis: kpis.csv\n" + study.substr(study.find("tables:"))).write("kpis.csv", rows);
  Problems problems;
  const LoadedStudy loaded = files.load(problems);
  CHECK(printed(problems, files, true) == "");
  CHECK(loaded.study.survey->kpis.size() == 19);
  CHECK(missing_codes(loaded.study.survey->kpis) == std::vector<std::string>{"P6", "S1", "S2", "S13", "S14"});
  CHECK(has(printed(problems, files), "kpis.csv:1:1: warning: the numbering of the 19 KPIs leaves out P6, S1, S2, S13, S14"));
}

TEST_CASE("four lists of 60,000 load in well under a second", "[study][survey]") {
  StudyFiles files;
  write_public_study(files);
  std::string areas = "code,label,level,parent,aliases\nN,Northshire,force,,\n";
  for (int d = 1; d <= 5; ++d) {
    areas += fmt::format("D{},Division {},division,N,\n", d, d);
  }
  for (int a = 1; a <= 145; ++a) {
    areas += fmt::format("L{:03},Area {},area,D{},\n", a, a, a % 5 + 1);
  }
  files.write("areas.csv", areas)
      .write("population.csv", "area,count\nL001,5\n")
      .write("schemes.csv", "place,current,target,required,percent\nL001,1,1,0,100\n");
  std::string study = replaced(public_study, "[[area], [sex, age_band]]", "[[area]]");
  study = replaced(study, "table_row: Alderby", "table_row: L001");
  study = replaced(study, "waves:\n", "waves:\n  - {id: y2023, date: 2023-06-01}\n  - {id: y2024, date: 2024-06-01}\n");
  files.write("study.yaml", study);
  for (const char* wave : {"y2023", "y2024", "y2025", "y2026"}) {
    std::string list = "serial,area,stratum\n";
    for (int i = 0; i < 60'000; ++i) {
      list += fmt::format("{}-{},L{:03},{}\n", wave, i, i % 145 + 1, i % 2);
    }
    files.write(fmt::format("sent-{}.csv", wave), list);
  }
  const auto start = std::chrono::steady_clock::now();
  const LoadedStudy loaded = files.load();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  CHECK(loaded.study.survey->sent[3].serial.size() == 60'000);
  CHECK(loaded.study.survey->sent[3].find("y2026-59999") == 59'999);
  INFO("four lists of 60,000 rows: " << seconds << " s");
  CHECK(seconds < 1.0); // 0.1 s on a quiet machine; tests run beside others, and with sanitizers
}

TEST_CASE("a series of a question that this study's instrument does not have is warned of, and a method that does not exist is one problem",
          "[study][survey]") {
  StudyFiles files;
  write_public_study(files);
  files.write("study.yaml", replaced(public_study, "good-job@1.0.0/local_police", "street@1.0.0/local_polic"));
  Problems problems;
  static_cast<void>(files.load(problems));
  CHECK(printed(problems, files).find("which street@1.0.0 does not ask; did you mean local_police?") != std::string::npos);

  files.write("study.yaml", replaced(public_study, "method: rake", "method: raking"));
  Problems wrong;
  static_cast<void>(files.load(wrong));
  CHECK(printed(wrong, files).find("raking") != std::string::npos);
  CHECK(printed(wrong, files).find("stand beside `method: none`") == std::string::npos);
}
