#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/core/json.hpp"

#include <limits>
#include <string>

using namespace canvass;

namespace {

std::string refusal(std::string_view text) {
  try {
    static_cast<void>(parse_json(text, "f.json"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

} // namespace

TEST_CASE("what is not JSON is refused with its place", "[core][json]") {
  CHECK(refusal("") == "f.json:1:1: this is not JSON: the text ends too early");
  CHECK(refusal("{\"a\": 1,\n \"a\": 2}") == "f.json:2:2: the key \"a\" stands twice in one object; each key may stand once");
  CHECK(refusal("{\"é\": x}") == "f.json:1:7: this is not JSON: unexpected text here");
  CHECK(refusal("[1] 2").substr(0, 11) == "f.json:1:5:");
  CHECK(refusal("[1,]").substr(0, 11) == "f.json:1:4:");
  CHECK(refusal("\"\xFF\"").find("UTF-8") != std::string::npos);
  CHECK(refusal("NaN").find("not JSON") != std::string::npos);
  CHECK(refusal("01").find("not JSON") != std::string::npos);
  CHECK(refusal(std::string(1'000'000, '[')).find("more than 256 deep") != std::string::npos);
  CHECK(refusal(std::string(256, '[') + std::string(256, ']')) == "accepted");
  CHECK(refusal(std::string(257, '[') + std::string(257, ']')).find("f.json:1:257:") == 0);
  CHECK(refusal("\"" + std::string(500, '[') + "\"") == "accepted");
}

TEST_CASE("empty values", "[core][json]") {
  CHECK(Json().print() == "null");
  CHECK(Json::array().print(2) == "[]");
  CHECK(Json::object().print(2) == "{}");
  CHECK(Json::object()["nothing"].is_null());
  CHECK(Json::object().find("nothing") == nullptr);
  CHECK(Json::array().push(nullptr).print() == "[null]");
}

TEST_CASE("numbers print shortest, what JSON has no word for becomes null", "[core][json]") {
  CHECK(Json(0.1).print() == "0.1");
  CHECK(Json(std::numeric_limits<double>::quiet_NaN()).is_null());
  CHECK(Json(-std::numeric_limits<double>::infinity()).print() == "null");
  CHECK(Json(std::numeric_limits<long long>::min()).print() == "-9223372036854775808");
  CHECK(parse_json("-9223372036854775808", "f").as_int() == std::numeric_limits<std::int64_t>::min());
  CHECK(parse_json("18446744073709551615", "f").as_number() == 18446744073709551615.0);
  CHECK(parse_json("1e-7", "f").as_number() == 1e-7);
  CHECK(Json(3).as_number() == 3.0);
  CHECK(Json(true).print() == "true");
}

TEST_CASE("strings are safe inside a script element", "[core][json]") {
  CHECK(json_quote("</script><!--&") == "\"\\u003c/script\\u003e\\u003c!--\\u0026\"");
  CHECK(json_quote("\xE2\x80\xA8\xE2\x80\xA9") == "\"\\u2028\\u2029\"");
  CHECK(json_quote("a\"\\\n\r\t\x01") == "\"a\\\"\\\\\\n\\r\\t\\u0001\"");
  const std::string nasty("\0<é€😀\x7F\"", 14);
  CHECK(parse_json(json_quote(nasty), "f").as_string() == nasty);
}

TEST_CASE("objects keep their order, print and read back", "[core][json]") {
  Json value = Json::object();
  value.set("b", 1).set("a", Json::array().push("x").push(2.5)).set("b", 3);
  CHECK(value.print() == R"({"b":3,"a":["x",2.5]})");
  CHECK(value.canonical() == R"({"a":["x",2.5],"b":3})");
  CHECK(value.print(2) == "{\n  \"b\": 3,\n  \"a\": [\n    \"x\",\n    2.5\n  ]\n}");
  CHECK(parse_json(value.print(2), "f").print() == value.print());
  CHECK(parse_json(value.canonical(), "f").canonical() == value.canonical());
  CHECK(value["a"].items().at(1).as_number() == 2.5);
}
