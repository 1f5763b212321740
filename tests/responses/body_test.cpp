#include "tests/support/catch.hpp"

#include "engine/responses/response.hpp"

#include <cmath>
#include <limits>
#include <string>

using namespace canvass;

namespace {

Cell number(double value) {
  Cell cell;
  cell.number = value;
  return cell;
}

Cell missing(int code) {
  Cell cell;
  cell.missing = static_cast<std::int16_t>(code);
  return cell;
}

Cell text(std::string value) {
  Cell cell;
  cell.text = std::move(value);
  return cell;
}

Response sheet() {
  Response response;
  response.id = "P07/T1";
  response.instrument = "small@1.0.0";
  response.frame.person = "P07";
  response.frame.wave = "T1";
  response.frame.arm = "control";
  response.cells = {number(3), missing(-98), text("Noise, and\nmore \\ noise"), number(12.25)};
  return response;
}

} // namespace

TEST_CASE("a damaged body is refused wherever it is damaged", "[responses][body]") {
  const std::string whole = canonical_body(sheet());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_THROWS_AS(parse_canonical_body(whole.substr(0, length)), InputError);
  }
  CHECK_THROWS_AS(parse_canonical_body(whole + "x"), InputError);
  CHECK_THROWS_AS(parse_canonical_body("canvass-response 2\n"), InputError);
  CHECK_THROWS_AS(parse_canonical_body("canvass-response 1\ncells 2\n1\n"), InputError);
  CHECK_THROWS_AS(parse_canonical_body("canvass-response 1\ncells 1\n1,2\n"), InputError);
  CHECK_THROWS_AS(parse_canonical_body("canvass-response 1\ncells 1\nm98x\n"), InputError);
  CHECK_THROWS_AS(parse_canonical_body("canvass-response 1\ncells 1\nm5\n"), InputError);
  CHECK_THROWS_AS(parse_canonical_body("canvass-response 1\ncells 1\n\"a\\q\n"), InputError);
  CHECK_THROWS_AS(parse_canonical_body("canvass-response 1\ncells 99999999999\n\n"), InputError);
  CHECK_THROWS_AS(parse_canonical_body("canvass-response 1\ncells -1\n\n"), InputError);
  CHECK_THROWS_AS(parse_canonical_body("canvass-response 1\nhobby chess\ncells 0\n\n"), InputError);
}

TEST_CASE("a sheet without answers has a body too", "[responses][body]") {
  Response response;
  response.id = "x/y";
  CHECK(canonical_body(response) == "canvass-response 1\nid x/y\ncells 0\n\n");
  CHECK(parse_canonical_body(canonical_body(response)) == response);
}

TEST_CASE("the body is the same text for ever", "[responses][body]") {
  CHECK(canonical_body(sheet()) == "canvass-response 1\nid P07/T1\ninstrument small@1.0.0\nperson P07\nwave T1\narm control\ncells 4\n"
                                   "3,m98,\"Noise\\c and\\nmore \\\\ noise,12.25\n");
  CHECK(parse_canonical_body(canonical_body(sheet())) == sheet());
}

TEST_CASE("every field and every kind of number comes back as it was", "[responses][body]") {
  Response response = sheet();
  response.late = true;
  response.frame.area = "North, East";
  response.frame.stratum = "a\r\nb";
  response.frame.cluster = "c\\n";
  response.frame.weight = 0.1;
  response.frame.answered_at = Moment{-5};
  response.cells.clear();
  for (const double value : {0.0, 9.0, 10.0, -1.0, -99.0, 0.1, 1.0 / 3, 1e15, 1e300, 5e-324, 20'000.0, 123456789012345.0, -0.5}) {
    response.cells.push_back(number(value));
  }
  for (int code = first_missing_code; code <= last_missing_code; ++code) {
    response.cells.push_back(missing(code));
  }
  response.cells.push_back(text("m98"));
  response.cells.push_back(text("\""));
  response.cells.push_back(text("3"));
  CHECK(parse_canonical_body(canonical_body(response)) == response);
}
