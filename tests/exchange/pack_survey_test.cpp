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
