#include "tests/support/catch.hpp"

#include "engine/core/random.hpp"
#include "engine/core/text.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace canvass;

TEST_CASE("whole numbers are plain decimals and nothing else", "[core][text]") {
  for (const char* bad : {"", "-", "010", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "--1", "2147483648", "-2147483649", "one", "-01",
                          "\xE2\x80\x8E"
                          "1"}) {
    INFO(bad);
    CHECK_FALSE(parse_int(bad));
  }
  CHECK(parse_int("0") == 0);
  CHECK(parse_int("-0") == 0);
  CHECK(parse_int("-99") == -99);
  CHECK(parse_int("2147483647") == 2147483647);
  CHECK(parse_int("-2147483648") == std::numeric_limits<int>::min());
  CHECK(parse_int64("9223372036854775807") == std::numeric_limits<long long>::max());
  CHECK_FALSE(parse_int64("9223372036854775808"));
}

TEST_CASE("decimals take a point, never a comma, a word or a hexadecimal", "[core][text]") {
  for (const char* bad : {"", "-", ".", "inf", "-inf", "nan", "NaN", "0x1p3", "1,5", " 1", "1 ", "+1", "1e", "e3", "1.5.2", "1e999"}) {
    INFO(bad);
    CHECK_FALSE(parse_double(bad));
  }
  CHECK(parse_double("0.05") == 0.05);
  CHECK(parse_double(".5") == 0.5);
  CHECK(parse_double("-1e-3") == -0.001);
}

TEST_CASE("the shortest decimal reads back to the same double", "[core][text]") {
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(-0.0) == "0");
  CHECK(shortest(1.0) == "1");
  CHECK(shortest(1e22) == "1e+22");
  RandomStream stream(1, "shortest");
  for (int i = 0; i < 5'000; ++i) {
    const double value = std::ldexp(stream.normal(), static_cast<int>(stream.below(200)) - 100);
    REQUIRE(parse_double(shortest(value)) == value);
  }
}

TEST_CASE("trimming, splitting and joining", "[core][text]") {
  CHECK(trim("").empty());
  CHECK(trim(" \t\r\n ").empty());
  CHECK(trim("  a b ") == "a b");
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
  CHECK(join(std::vector<std::string>{}, ", ").empty());
  CHECK(join(std::vector<std::string>{"a", "b"}, ", ") == "a, b");
  CHECK(to_lower("ÄB-Z") == "Äb-z");
}

TEST_CASE("what an id may look like", "[core][text]") {
  CHECK_FALSE(is_id(""));
  CHECK_FALSE(is_id("1a"));
  CHECK_FALSE(is_id("a b"));
  CHECK_FALSE(is_id("é"));
  CHECK_FALSE(is_id("-a"));
  CHECK_FALSE(is_id(std::string(65, 'a')));
  CHECK(is_id(std::string(64, 'a')));
  CHECK(is_id("_q1.a-b"));
}

TEST_CASE("ill-formed UTF-8 is found at its first byte", "[core][text]") {
  struct Case {
    const char* text;
    std::optional<std::size_t> at;
  };
  const std::vector<Case> cases = {{"", std::nullopt},
                                   {"abc", std::nullopt},
                                   {"é€😀", std::nullopt},
                                   {"a\x80", 1},
                                   {"a\xC0\xAF", 1},
                                   {"\xE0\x80\x80", 0},
                                   {"\xED\xA0\x80", 0},
                                   {"\xF0\x80\x80\x80", 0},
                                   {"\xF4\x90\x80\x80", 0},
                                   {"ab\xE2\x82", 2},
                                   {"\xF5\x80\x80\x80", 0},
                                   {"\xED\x9F\xBF", std::nullopt},
                                   {"\xF4\x8F\xBF\xBF", std::nullopt},
                                   {"é\xFF", 2}};
  for (const Case& one : cases) {
    INFO(one.text);
    CHECK(first_invalid_utf8(one.text) == one.at);
  }
}

TEST_CASE("Windows-1252 becomes UTF-8", "[core][text]") {
  CHECK(from_windows_1252("").empty());
  CHECK(from_windows_1252("caf\xE9 \x80 \x93q\x94") == "café € “q”");
  CHECK(from_windows_1252("\x81") == "\xEF\xBF\xBD");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all += static_cast<char>(byte);
  }
  const std::string decoded = from_windows_1252(all);
  CHECK_FALSE(first_invalid_utf8(decoded));
  CHECK(count_characters(decoded) == 256);
}

TEST_CASE("characters and columns on a terminal", "[core][text]") {
  CHECK(count_characters("") == 0);
  CHECK(count_characters("é€😀") == 3);
  CHECK(first_characters("é€😀", 2) == "é€");
  CHECK(first_characters("é€", 9) == "é€");
  CHECK(first_characters("abc", 0).empty());
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("e\xCC\x81") == 1); // combining acute
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("😀") == 2);
  CHECK(display_width("\xFF") == 1);
  CHECK(display_width("\x1B") == 0);
}

TEST_CASE("distance is symmetric, bounded by its limit and obeys the triangle", "[core][text]") {
  CHECK(edit_distance("", "", 3) == 0);
  CHECK(edit_distance("", "abc", 3) == 3);
  CHECK(edit_distance("kitten", "sitting", 9) == 3);
  CHECK(edit_distance("kitten", "sitting", 2) == 3);
  RandomStream stream(2, "words");
  const auto word = [&] {
    std::string text;
    for (std::uint32_t n = stream.below(6); n > 0; --n) {
      text += static_cast<char>('a' + static_cast<char>(stream.below(3)));
    }
    return text;
  };
  for (int i = 0; i < 500; ++i) {
    const std::string a = word();
    const std::string b = word();
    const std::string c = word();
    REQUIRE(edit_distance(a, b, 20) == edit_distance(b, a, 20));
    REQUIRE(edit_distance(a, c, 20) <= edit_distance(a, b, 20) + edit_distance(b, c, 20));
    REQUIRE((edit_distance(a, b, 20) == 0) == (a == b));
  }
}

TEST_CASE("the nearest name is offered only for a slip of the finger", "[core][text]") {
  const std::vector<std::string> names = {"relevant", "required", "reverse", "id"};
  CHECK(nearest("", names).empty());
  CHECK(nearest("x", names).empty());
  CHECK(nearest("revelant", names) == "relevant");
  CHECK(nearest("Reverse", names) == "reverse");
  CHECK(nearest("constraint", names).empty());
  CHECK(did_you_mean("requird", names) == "; did you mean required?");
  CHECK(did_you_mean("zzz", names).empty());
}

TEST_CASE("words for lists and counts", "[core][text]") {
  CHECK(either_of(std::vector<std::string>{}).empty());
  CHECK(either_of(std::vector<std::string>{"a"}) == "a");
  CHECK(either_of(std::vector<std::string>{"a", "b", "c"}) == "a, b or c");
  CHECK(counted(0, "person", "people") == "0 people");
  CHECK(counted(1, "person", "people") == "1 person");
  CHECK(counted(3, "person", "people") == "3 people");
}
