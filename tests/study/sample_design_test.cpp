#include "tests/support/catch.hpp"
#include "tests/support/contains_text.hpp"
#include "tests/support/public_files.hpp"
#include "tests/support/study_files.hpp"

#include "engine/study/lock.hpp"

using namespace canvass;
using namespace canvass::testing;

namespace {

/// A study of one wave with weights, whose design is as given.
std::string study_with(const std::string& design) {
  std::string text = public_study;
  text = replaced(text, "area: area, stratum: stratum, sent: \"sent-{wave}.csv\"}", "area: area, weight: w}");
  text = replaced(text, "  - {id: y2025, label: {en: \"2025\"}, opens: 2025-06-01, closes: 2025-08-31}\n", "");
  text = replaced(text, "method: rake, margins: [[area], [sex, age_band]], trim: 5, lowest: 0.2, highest: 5", "method: none");
  return replaced(text, "  lonely_psu: refuse\n", "  lonely_psu: refuse\n  design: " + design + "\n");
}

std::string problems_with(const std::string& design, const std::string& file, const std::string& joint = {}) {
  StudyFiles files;
  write_public_study(files);
  files.write("study.yaml", study_with(design)).write("design-y2026.csv", file);
  if (!joint.empty()) {
    files.write("joint-y2026.csv", joint);
  }
  Problems problems;
  static_cast<void>(files.load(problems));
  return printed(problems, files);
}

LoadedStudy loaded_with(const std::string& design, const std::string& file) {
  StudyFiles files;
  write_public_study(files);
  files.write("study.yaml", study_with(design)).write("design-y2026.csv", file);
  return files.load();
}

const std::string stages = R"({file: "design-{wave}.csv", stages: [{stratum: region, unit: school, population: schools}, {unit: class}]})";

} // namespace

TEST_CASE("a design that cannot be is refused where it stands, all faults at once", "[study][design]") {
  const std::string file = "serial,p\n1,0.5\n";
  CHECK_THAT(problems_with("{stages: [{unit: school}]}", file), contains_text("names columns and no `file` that holds them"));
  CHECK_THAT(problems_with("{file: design.csv, chance: p}", file), contains_text("with {wave} once where its id stands"));
  CHECK_THAT(problems_with(R"({file: "design-{wave}.csv"})", file), contains_text("nothing of the file is used"));
  CHECK_THAT(problems_with(R"({file: "design-{wave}.csv", stages: [{unit: school}, {unit: class}]})", "serial,school,class\n1,A,B\n"),
             contains_text("stage 1 names no `population`"));
  CHECK_THAT(problems_with(R"({file: "design-{wave}.csv", stages: [{stratum: s}, {unit: class}]})", "serial,s,class\n1,A,B\n"),
             contains_text("its units are people"));
  const std::string both = problems_with(R"({file: "design-{wave}.csv", chance: p, joint: given, variance: guess})", file);
  CHECK_THAT(both, contains_text("`joint: given` and `joint_file` go together"));
  CHECK_THAT(both, contains_text("guess"));
  CHECK_THAT(problems_with(R"({file: "design-{wave}.csv", chance: p, variance: yates_grundy})", file),
             contains_text("does nothing with `joint: brewer`"));
  CHECK_THAT(problems_with("{replicates: {method: jk1, count: 50, fay_rho: 0.2}}", file), contains_text("`count` does nothing here"));
  CHECK_THAT(problems_with("{replicates: {method: jk1, count: 50, fay_rho: 0.2}}", file), contains_text("`fay_rho` does nothing here"));
  CHECK_THAT(problems_with(R"({file: "design-{wave}.csv", replicates: {method: jkn, columns: r}})", "serial,r1,r2\n1,2,3\n"),
             contains_text("need `rscales`"));
  CHECK_THAT(problems_with(R"({file: "design-{wave}.csv", replicates: {method: bootstrap, columns: repwt}})", "serial,r1,r2\n1,2,3\n"),
             contains_text("no column is named \"repwt\" and a number"));
  CHECK_THAT(
      problems_with(R"({file: "design-{wave}.csv", chance: p, replicates: {method: bootstrap, columns: r}})", "serial,p,r1,r2\n1,.5,2,3\n"),
      contains_text("`chance` would do nothing"));
}

TEST_CASE("a file of a design is held to its columns, row by row", "[study][design]") {
  const std::string problems =
      problems_with(stages, "serial,region,school,schools,class\n1,N,A,40,1\n1,N,A,40,1\n2,,A,x,1\n3,N,A,0,\n,N,A,4,1\n");
  CHECK_THAT(problems, contains_text("design-y2026.csv:3:1: 1 stands twice: on line 2 and on line 3"));
  CHECK_THAT(problems, contains_text("design-y2026.csv:4:3: this row has no stratum"));
  CHECK_THAT(problems, contains_text("should hold a number of units, above 0 (found \"x\")"));
  CHECK_THAT(problems, contains_text("should hold a number of units, above 0 (found \"0\")"));
  CHECK_THAT(problems, contains_text("this row has no unit"));
  CHECK_THAT(problems, contains_text("this row names nobody"));
  CHECK_THAT(problems_with(stages, "serial,region,schol,schools,class\n1,N,A,40,1\n"), contains_text("there is no column \"school\""));
  CHECK_THAT(problems_with(R"({file: "design-{wave}.csv", chance: p})", "serial,p\n1,1.5\n"),
             contains_text("a chance, above 0 and at most 1 (found \"1.5\")"));
  CHECK_THAT(problems_with(R"({file: "design-{wave}.csv", replicates: {method: bootstrap, columns: r}})", "serial,r1,r2\n1,2,\n"),
             contains_text("design-y2026.csv:2:5: this cell is empty and should hold a replicate weight; nothing is guessed"));
}

TEST_CASE("joint chances are a square table of chances", "[study][design]") {
  const std::string design = R"({file: "design-{wave}.csv", chance: p, joint: given, joint_file: "joint-{wave}.csv"})";
  const std::string file = "serial,p\n1,0.5\n2,0.5\n";
  CHECK_THAT(problems_with(design, file, "unit,1,2\n1,.5,.2\n2,.3,.5\n"),
             contains_text("1 with 2 has the chance 0.2, and 2 with 1 has 0.3"));
  CHECK_THAT(problems_with(design, file, "unit,1,2\n1,.5,.2\n"), contains_text("the unit \"2\" has a column and no row"));
  CHECK_THAT(problems_with(design, file, "unit,1,2\n1,.5,1.2\n3,.5,.2\n"), contains_text("is 0 to 1 (found \"1.2\")"));
  CHECK(problems_with(design, file, "unit,1,2\n1,.5,.2\n2,.2,.5\n").find("joint") == std::string::npos);
}

TEST_CASE("a design is read, kept in the plan, and written without what else its file held", "[study][design]") {
  const std::string file = "serial;address;region;school;schools;class\n7;1 High Street;N;A;40;x\n5;2 High Street;S;A;50;y\n";
  const LoadedStudy loaded = loaded_with(stages, file);
  const SampleDesign& design = loaded.study.survey->design;
  const DesignRows* rows = design.of(0);
  REQUIRE(rows != nullptr);
  REQUIRE(rows->stages.size() == 2);
  CHECK(rows->find("5") == 1);
  CHECK(rows->find("6") == DesignRows::npos);
  CHECK(rows->stages[0].stratum == std::vector<std::int32_t>{0, 1});
  CHECK(rows->stages[0].unit == std::vector<std::int32_t>{0, 0});
  CHECK(rows->stages[0].population == std::vector<double>{40, 50});
  CHECK(rows->stages[1].population.empty());
  CHECK(in_words(design) == "stages region/school of schools, class");
  CHECK(design_csv(*rows, design, "serial") == "serial,region,school,schools,class\n7,N,A,40,x\n5,S,A,50,y\n");

  const LoadedStudy other = loaded_with(replaced(stages, ", {unit: class}", ""), file);
  const auto differences = diff_plans(canonical_plan(loaded), canonical_plan(other));
  REQUIRE(differences.size() == 1);
  CHECK_THAT(differences.front().text, contains_text("how people were drawn"));
  CHECK(differences.front().deviates);
}
