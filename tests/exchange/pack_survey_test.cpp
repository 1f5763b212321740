#include "tests/support/catch.hpp"
#include "tests/support/contains_text.hpp"
#include "tests/support/public_files.hpp"

#include "engine/exchange/pack.hpp"

using namespace canvass;
using namespace canvass::exchange;
using namespace canvass::testing;

namespace {

Response answer(const LoadedStudy& study, const std::string& serial) {
  Response response;
  response.id = serial + "/y2025";
  response.instrument = "street@1.0.0";
  response.frame.person = serial;
  response.frame.wave = "y2025";
  response.cells.resize(study.instrument().variables.size());
  response.cells[0].number = 4;
  return response;
}

} // namespace

TEST_CASE("a file outside the folder of a survey is not packed", "[exchange][pack][survey]") {
  StudyFiles files;
  write_public_study(files);
  LoadedStudy study = files.load();
  study.study.survey->areas.file = files.folder() + "/../areas.csv";
  CHECK_THROWS_WITH(pack_study(study, {}), canvass::testing::contains_text("lies outside the study's folder"));
}

TEST_CASE("a pack of a survey holds its files, and those who were asked under other names", "[exchange][pack][survey]") {
  StudyFiles files;
  write_public_study(files);
  const LoadedStudy study = files.load();
  const std::vector<Response> responses = {answer(study, "1001"), answer(study, "1004")};
  const std::string pack = pack_study(study, responses);
  for (const char* serial : {"1001", "1002", "1003", "1004", "1005"}) {
    INFO(serial);
    CHECK(pack.find(serial) == std::string::npos);
  }
  const Unpacked unpacked = read_pack(pack, "a.pack");
  REQUIRE(unpacked.study.study.survey);
  const PublicSurvey& before = *study.study.survey;
  const PublicSurvey& after = *unpacked.study.study.survey;
  CHECK(after.areas.sha256 == before.areas.sha256);
  CHECK(after.areas.file == "a.pack/areas.csv");
  CHECK(after.population.sha256 == before.population.sha256);
  CHECK(after.series[0].sha256 == before.series[0].sha256);
  CHECK(after.tables[0].sha256 == before.tables[0].sha256);
  CHECK(after.kpis.size() == before.kpis.size());
  REQUIRE(after.sent[0].serial.size() == 5);
  CHECK(after.sent[1].empty());
  REQUIRE(unpacked.responses.size() == 2);
  for (std::size_t i = 0; i < responses.size(); ++i) { // every answer finds its own line in the list
    const std::size_t was = before.sent[0].find(responses[i].frame.person);
    const std::size_t is = after.sent[0].find(unpacked.responses[i].frame.person);
    REQUIRE(is != Dispatch::npos);
    CHECK(after.sent[0].area[is] == before.sent[0].area[was]);
    CHECK(after.sent[0].strata[static_cast<std::size_t>(after.sent[0].stratum[is])] ==
          before.sent[0].strata[static_cast<std::size_t>(before.sent[0].stratum[was])]);
  }
  CHECK(pack_study(study, responses) == pack); // same answers, same bytes
}

TEST_CASE("a pack keeps how people were drawn, under other names, and nothing else of the file", "[exchange][pack][survey]") {
  StudyFiles files;
  write_public_study(files);
  std::string text = replaced(public_study, "area: area, stratum: stratum, sent: \"sent-{wave}.csv\"}", "area: area, weight: w}");
  text = replaced(text, "  lonely_psu: refuse\n",
                  "  design: {file: \"design-{wave}.csv\", chance: p, stages: [{stratum: region, unit: school}], joint: given, joint_file: "
                  "\"joint-{wave}.csv\"}\n");
  files.write("study.yaml", text)
      .write("design-y2025.csv", "serial,address,region,school,p\n1004,1 High Street,N,A,0.25\n1001,2 High Street,S,B,0.5\n")
      .write("joint-y2025.csv", "unit,A,B\nA,0.25,0.1\nB,0.1,0.5\n");
  const LoadedStudy study = files.load();
  const std::vector<Response> responses = {answer(study, "1001"), answer(study, "1004")};
  const std::string pack = pack_study(study, responses);
  for (const char* word : {"1001", "1004", "High Street"}) {
    INFO(word);
    CHECK(pack.find(word) == std::string::npos);
  }
  const Unpacked unpacked = read_pack(pack, "a.pack");
  const DesignRows* before = study.study.survey->design.of(0);
  const DesignRows* after = unpacked.study.study.survey->design.of(0);
  REQUIRE(after != nullptr);
  CHECK(after->file == "a.pack/design-y2025.csv");
  CHECK(after->joint == before->joint);
  for (std::size_t i = 0; i < responses.size(); ++i) { // every answer finds its own line
    const std::size_t was = before->find(responses[i].frame.person);
    const std::size_t is = after->find(unpacked.responses[i].frame.person);
    REQUIRE(is != DesignRows::npos);
    CHECK(after->chance[is] == before->chance[was]);
    CHECK(after->stages[0].strata[static_cast<std::size_t>(after->stages[0].stratum[is])] ==
          before->stages[0].strata[static_cast<std::size_t>(before->stages[0].stratum[was])]);
  }
}
