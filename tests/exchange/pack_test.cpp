#include "tests/exchange/fixture.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/json.hpp"
#include "engine/exchange/import/csv.hpp"
#include "engine/exchange/pack.hpp"

#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::exchange;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<Response> some_responses(const LoadedStudy& study) {
  const Validator validator(study);
  std::vector<Response> responses;
  import_csv("participant,wave,area,answered_at,contact,trust_1,trust_2,at_ease,hours,safer,met_on,met_at\n"
             "p1,T1,North,2026-02-01T10:11:12Z,1,1,2,-98,37.5,\"Ask Somebody Three\",1969-09-28,09:05\n"
             "p3,T1,South,,0,5,5,5,0.1,,,\n"
             "p1,T2,North,2026-03-02T10:00:00Z,1,3,3,3,,ok,,\n",
             "f.csv", nullptr, study, {},
             [&](const RawRecord& record) { responses.push_back(validator.validate(record).response.value()); });
  return responses;
}

std::string refusal(const std::string& bytes) {
  try {
    static_cast<void>(read_pack(bytes, "a.pack"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

} // namespace

TEST_CASE("what is no whole pack is refused", "[exchange][pack]") {
  CHECK(has(refusal(""), "this is no pack"));
  CHECK(has(refusal("{\"study\": 1}"), "this is no pack"));
  CHECK(has(refusal("{\"canvass_pack\":2,\"sha256\":\"\",\"content\":{}}"), "newer version"));
  CHECK(has(refusal("{\"canvass_pack\":1,\"sha256\":\"\",\"content\":{}}"), "checksum"));
  const LoadedStudy study = fixture::small_study("pack-damaged");
  const std::string whole = pack_study(study, some_responses(study));
  CHECK(looks_like_pack(whole));
  CHECK(refusal(whole) == "accepted");
  std::string changed = whole;
  changed.replace(changed.find("m98"), 3, "m97");
  CHECK(has(refusal(changed), "its checksum does not fit"));
  CHECK(refusal(whole.substr(0, whole.size() / 2)) != "accepted");
}

TEST_CASE("a people file outside the folder is not packed", "[exchange][pack]") {
  LoadedStudy study = fixture::small_study("pack-outside");
  study.study.frame.people_file = "../people.csv";
  CHECK_THROWS_AS(pack_study(study, {}), InputError);
}

TEST_CASE("a pack has no identities", "[exchange][pack]") {
  const LoadedStudy study = fixture::small_study("pack-names");
  const std::string pack = pack_study(study, some_responses(study));
  for (const char* identity : {"p1", "p2", "p3", "p4", "Somebody", "10:11", "sex", "name\\n"}) {
    INFO(identity);
    CHECK_FALSE(has(pack, std::string("\"") + identity));
    CHECK_FALSE(has(pack, std::string("\\n") + identity));
    CHECK_FALSE(has(pack, std::string(identity) + ","));
  }
  PackOptions options;
  options.with_texts = true;
  CHECK(has(pack_study(study, some_responses(study), options), "Ask Somebody Three"));
}

TEST_CASE("a pack gives back the study and the answers of renumbered people", "[exchange][pack]") {
  const LoadedStudy study = fixture::small_study("pack");
  const auto responses = some_responses(study);
  PackOptions options;
  options.with_texts = true;
  options.store.simulated = true;
  const std::string pack = pack_study(study, responses, options);
  const Unpacked unpacked = read_pack(pack, "a.pack");
  CHECK(unpacked.store.simulated);
  CHECK(unpacked.study.study.id == "small-study");
  CHECK(unpacked.study.study.file == "a.pack/study.yaml");
  CHECK(unpacked.study.instrument().sha256 == study.instrument().sha256);
  CHECK(unpacked.study.study.sha256 == study.study.sha256);
  CHECK(unpacked.study.people.columns == std::vector<std::string>{"arm", "course"});
  REQUIRE(unpacked.study.people.people.size() == 4);
  CHECK(unpacked.study.people.people[2].id == "P0003");
  CHECK(unpacked.study.people.people[2].arm == "control");
  CHECK(unpacked.study.people.people[2].values.at(1) == "B");
  REQUIRE(unpacked.responses.size() == 3);
  CHECK(unpacked.responses[0].id == "P0001/T1");
  CHECK(unpacked.responses[1].frame.person == "P0003");
  CHECK(unpacked.responses[1].frame.area == "South");
  CHECK(to_string(unpacked.responses[0].frame.answered_at.value()) == "2026-02-01T00:00:00Z");
  for (std::size_t i = 0; i < responses.size(); ++i) {
    CHECK(unpacked.responses[i].cells == responses[i].cells); // a date of -95 days is no missing code
  }
  CHECK(pack_study(study, responses, options) == pack); // same answers, same bytes
}
