#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"

#include "engine/core/text.hpp"
#include "engine/responses/response.hpp"

#include <memory>

using namespace canvass;
using namespace canvass::testing;

namespace {

class Desk {
public:
  Desk() {
    write_public_study(files_);
    loaded_ = files_.load();
    validator_ = std::make_unique<Validator>(loaded_);
  }
  [[nodiscard]] std::string reasons(const std::string& serial, const std::string& area, const std::string& wave = "y2025") const {
    RawRecord record;
    record.frame.person = serial;
    record.frame.wave = wave;
    record.frame.area = area;
    record.answers.resize(loaded_.instrument().variables.size());
    const Validated checked = validator_->validate(record);
    CHECK(checked.response.has_value() == checked.reasons.empty());
    return join(checked.reasons, " | ");
  }

private:
  StudyFiles files_;
  LoadedStudy loaded_;
  std::unique_ptr<Validator> validator_;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a serial that was never sent is held, with the nearest", "[responses][survey]") {
  const Desk desk;
  CHECK(has(desk.reasons("10055", ""), "nothing was sent to \"10055\" in wave y2025"));
  CHECK(has(desk.reasons("10055", ""), "the nearest serial is 1005; mend the serial, or add it to the list"));
  CHECK(has(desk.reasons("777", ""), "nothing was sent to \"777\""));
  CHECK_FALSE(has(desk.reasons("777", ""), "nearest"));
}

TEST_CASE("an area that is not in the tree is held, with the nearest names", "[responses][survey]") {
  const Desk desk;
  CHECK(has(desk.reasons("1001", "Aldeby"), "\"Aldeby\" is no area of "));
  CHECK(has(desk.reasons("1001", "Aldeby"), "did you mean Alderby?"));
  CHECK(has(desk.reasons("1001", "Carrow"), "the row says that \"1001\" is in Carrowmere, "));
  CHECK(has(desk.reasons("1001", "Carrow"), " says Alderby; mend the one that is wrong"));
  CHECK(has(desk.reasons("10055", "Aldeby"), " | ")); // all reasons of a row at once
}

TEST_CASE("a serial of the list is taken, with its area under any name, wider or not at all", "[responses][survey]") {
  const Desk desk;
  CHECK(desk.reasons("1001", "") == "");
  CHECK(desk.reasons("1001", "ALDERBY TOWN") == "");
  CHECK(desk.reasons("1001", "East") == "");
  CHECK(desk.reasons("4711", "Brookwell", "y2026") == ""); // no list of that wave yet
}
