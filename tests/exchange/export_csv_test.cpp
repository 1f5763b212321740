#include "tests/exchange/fixture.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/csv.hpp"
#include "engine/exchange/export/csv.hpp"
#include "engine/exchange/import/csv.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::exchange;

namespace {

std::vector<Response> responses_of(const LoadedStudy& study, const std::string& bytes) {
  const Validator validator(study);
  std::vector<Response> responses;
  import_csv(bytes, "f.csv", nullptr, study, {}, [&](const RawRecord& record) {
    Validated validated = validator.validate(record);
    INFO((validated.reasons.empty() ? std::string() : validated.reasons.front()));
    REQUIRE(validated.response);
    responses.push_back(std::move(*validated.response));
  });
  return responses;
}

const char* const answers =
    "participant,wave,arm,area,answered_at,contact,contact_sat,trust_1,trust_2,at_ease,local_1,local_2,local_9,"
    "order_1,order_2,order_9,hours,safer,met_on,met_at\n"
    "p1,T1,treatment,North,2026-02-01T10:00:00Z,1,10,1,2,-98,1,0,0,1,2,3,37.5,\"=1+1, \"\"quoted\"\"\nline\",2026-01-31,09:05\n"
    "p3,T1,control,\"South, East\",,0,,5,5,5,0,0,1,,,,0.1,''=x,,23:59\n"
    "p1,T2,treatment,North,2026-03-02T10:00:00Z,1,0,3,3,3,-98,-98,-98,,,,,-5,,\n";

} // namespace

TEST_CASE("no answers give a header alone", "[exchange][export]") {
  const LoadedStudy study = fixture::small_study("export-empty");
  const CsvExport made = export_csv(study, {});
  CHECK(made.data ==
        "participant,wave,arm,area,contact,contact_sat,trust_1,trust_2,at_ease,local_1,local_2,local_9,order_1,order_2,order_9,"
        "hours,safer,met_on,met_at\n");
  CHECK(made.codebook.find("variable,label,code,value label,missing\n") == 0);
}

TEST_CASE("the long form imports again without a map and gives the same responses", "[exchange][export]") {
  const LoadedStudy study = fixture::small_study("export");
  const auto responses = responses_of(study, answers);
  REQUIRE(responses.size() == 3);
  CHECK(responses[1].cells[study.instrument().variable("contact_sat")].missing == code_routed);
  const CsvExport made = export_csv(study, responses);
  INFO(made.data);
  CHECK(responses_of(study, made.data) == responses);
  CHECK(export_csv(study, responses_of(study, made.data)).data == made.data);
  CHECK(made.data.find("\"'=1+1, \"\"quoted\"\"\nline\"") != std::string::npos); // a formula is disarmed
  CHECK(made.data.find("''=x") != std::string::npos);
  CsvExportOptions excel;
  excel.byte_order_mark = true;
  CHECK(responses_of(study, export_csv(study, responses, excel).data) == responses);
}

TEST_CASE("the wide form imports again with a map of one line", "[exchange][export]") {
  const LoadedStudy study = fixture::small_study("export-wide");
  const auto responses = responses_of(study, answers);
  CsvExportOptions wide;
  wide.wide = true;
  const CsvExport made = export_csv(study, responses, wide);
  Problems problems;
  const Mapping map = read_mapping("canvass: 1\nmap: m\nlayout: wide\n", "m.yaml", problems);
  const Validator validator(study);
  std::vector<Response> again;
  import_csv(made.data, "wide.csv", &map, study, {},
             [&](const RawRecord& record) { again.push_back(validator.validate(record).response.value()); });
  REQUIRE(again.size() == responses.size());
  for (const Response& response : again) {
    const auto same = std::find_if(responses.begin(), responses.end(), [&](const Response& r) { return r.id == response.id; });
    REQUIRE(same != responses.end());
    CHECK(same->cells == response.cells);
  }
}

TEST_CASE("the codebook says what every code means", "[exchange][export]") {
  const LoadedStudy study = fixture::small_study("codebook");
  const std::string codebook = export_csv(study, {}).codebook;
  INFO(codebook);
  CHECK(codebook.find("contact,Have you contacted the police?,1,Yes,0\n") != std::string::npos);
  CHECK(codebook.find("contact,Have you contacted the police?,-98,Don't know,1\n") != std::string::npos);
  CHECK(codebook.find("trust_1,How much do you agree or disagree? - The police treat people with respect,5,Strongly agree,0\n") !=
        std::string::npos);
  CHECK(codebook.find("local_2,Which of these are a problem here? - Burglary,1,chosen,0\n") != std::string::npos);
  CsvReader reader(codebook, "codebook.csv", {});
  while (reader.next()) {
    REQUIRE(reader.cells().size() == 5);
  }
}
