#include "tests/support/catch.hpp"

#include "engine/core/escape.hpp"

#include <string>

using namespace canvass;

TEST_CASE("nothing that HTML takes for markup comes through", "[core][escape]") {
  CHECK(escape_html("").empty());
  CHECK(escape_html("<script>\"&'") == "&lt;script&gt;&quot;&amp;&#39;");
  CHECK(escape_html("a\x01"
                    "b\x7F") == "a\xEF\xBF\xBD"
                                "b\xEF\xBF\xBD");
  CHECK(escape_html("tab\tline\né") == "tab\tline\né");
}

TEST_CASE("HTML shows words in the order in which they stand", "[core][escape]") {
  CHECK(escape_html("a\xE2\x80\xAE"
                    "b\xE2\x81\xA6"
                    "c") == "abc"); // overrides and isolates
  CHECK(escape_html("– ’ €") == "– ’ €");
}

TEST_CASE("what turns the order of letters round goes, all else stays", "[core][escape]") {
  CHECK(without_bidirectional("").empty());
  CHECK(without_bidirectional("\xE2\x80\xAE\xE2\x80\xAAx\xD8\x9C\xE2\x81\xA9") == "x");
  const std::string kept = "\xE2\x80\x93 \xE2\x80\x99 \xD8\x9B \xE2\x80\xA9 \xE2\x81\xA5 <&\n"; // dash, quote, neighbours
  CHECK(without_bidirectional(kept) == kept);
  CHECK(without_bidirectional("cut \xE2\x80") == "cut \xE2\x80");
}

TEST_CASE("no text can drive the terminal", "[core][escape]") {
  CHECK(escape_terminal("").empty());
  CHECK(escape_terminal("\x1B[31mred") == "\\x1b[31mred");
  CHECK(escape_terminal("a\rb") == "a\\rb");
  CHECK(escape_terminal("line\n\tindented é") == "line\n\tindented é");
  CHECK(escape_terminal("x\xC2\x9By") == "x\\x9by"); // C1 control sequence introducer
  CHECK(escape_terminal("a\xE2\x80\xAE"
                        "b\xE2\x81\xA6"
                        "c\xE2\x80\x8F"
                        "d\xD8\x9C"
                        "e") == "abcde"); // bidirectional
  CHECK(escape_terminal("– ’ €") == "– ’ €");
}
