#include "tests/support/catch.hpp"

#include "reports/measure.hpp"

#include <algorithm>

using namespace canvass::render;

TEST_CASE("No text has no width and one empty line", "[measure]") {
  CHECK(text_width("", 16) == 0);
  CHECK(wrap("", 100, 16) == std::vector<std::string>{""});
  CHECK(wrap("   ", 100, 16) == std::vector<std::string>{""});
}

TEST_CASE("Widths are Helvetica's", "[measure]") {
  CHECK(text_width("0123456789", 1000) == Approx(5560).margin(1e-9));
  CHECK(text_width("Will", 1000) == Approx(944 + 222 + 222 + 222).margin(1e-9));
  CHECK(text_width("Will", 1000, Weight::bold) == Approx(944 + 278 + 278 + 278).margin(1e-9));
  CHECK(text_width("\u22120.31", 1000) == Approx(584 + 3 * 556 + 278).margin(1e-9));
  CHECK(text_width("\u4e2d", 1000) == Approx(1000).margin(1e-9)); // an East Asian character is square
}

TEST_CASE("Widths of letters with accents are upper bounds, and said to be", "[measure]") {
  CHECK(has_known_width("T3-T1: \u22120.20 to 0.30 \u2192"));
  CHECK_FALSE(has_known_width("caf\u00e9"));
  CHECK(text_width("\u00e9", 1000) >= 556); // e acute is as wide as e
}

TEST_CASE("Lines keep to their width and lose no word", "[measure]") {
  const std::string text =
      "I can tell victims what will happen next, and why/when, in well-chosen words: Donaudampfschifffahrtsgesellschaft";
  for (const double width : {40.0, 90.0, 150.0, 400.0, 2000.0}) {
    std::string joined;
    for (const std::string& line : wrap(text, width, 16)) {
      CHECK(text_width(line, 16) <= width);
      CHECK_FALSE(line.empty());
      joined += line;
    }
    std::string letters;
    for (const char c : text) {
      if (c != ' ') {
        letters += c;
      }
    }
    joined.erase(std::remove(joined.begin(), joined.end(), ' '), joined.end());
    CHECK(joined == letters);
  }
  CHECK(wrap("one\ntwo\tthree", 1000, 16) == std::vector<std::string>{"one two three"});
}
