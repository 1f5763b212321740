#include "tests/support/catch.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/random.hpp"

#include <string>
#include <vector>

using namespace canvass;

namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::string_view text, char separator = ',') {
  CsvReader reader(text, "f.csv", {separator, false});
  Rows rows;
  while (reader.next()) {
    rows.emplace_back(reader.cells().begin(), reader.cells().end());
  }
  return rows;
}

std::string refusal(std::string_view text) {
  try {
    static_cast<void>(rows_of(text));
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

std::string undecodable(std::string bytes, std::string_view encoding = "utf-8") {
  try {
    static_cast<void>(decode_text(std::move(bytes), "f.csv", encoding));
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

} // namespace

TEST_CASE("broken quoting is refused where it breaks", "[core][csv]") {
  CHECK(refusal("a,b\n1,\"open\n2,3\n").find("f.csv:2:3: a quoted cell opens here and never closes") == 0);
  CHECK(refusal("a,é\"b\n").find("f.csv:1:4: a lone quote") == 0);
  CHECK(refusal("\"a\"b,c\n").find("f.csv:1:4: text after the closing quote") == 0);
  CHECK(refusal(std::string("a\0b", 3)).find("f.csv:1:2: a NUL byte") == 0);
  CHECK(refusal(std::string("\"a\0b\"", 5)).find("f.csv:1:3: a NUL byte") == 0);
}

TEST_CASE("empty texts and blank lines have no rows", "[core][csv]") {
  CHECK(rows_of("").empty());
  CHECK(rows_of("\xEF\xBB\xBF").empty());
  CHECK(rows_of("\n\r\n\r").empty());
  CHECK(rows_of("\"\"\n") == Rows{{""}});
  CHECK(rows_of(",") == Rows{{"", ""}});
}

TEST_CASE("rows end with LF, CRLF, CR or the file", "[core][csv]") {
  const Rows expected = {{"a", "b"}, {"1", ""}, {"", "2"}};
  CHECK(rows_of("a,b\n1,\n,2") == expected);
  CHECK(rows_of("a,b\r\n1,\r\n,2\r\n") == expected);
  CHECK(rows_of("a,b\r1,\r,2\r") == expected);
  CHECK(rows_of("\xEF\xBB\xBF"
                "a,b\n\n1,\n\n\n,2\n") == expected);
}

TEST_CASE("quoted cells hold separators, quotes and line breaks, places stay right", "[core][csv]") {
  CsvReader reader("a,b\n\"x, \"\"y\"\"\r\nz\",\"\"\"\"\n\n\"é\",3\n", "f.csv", {});
  REQUIRE(reader.next());
  REQUIRE(reader.next());
  CHECK(reader.cells()[0] == "x, \"y\"\r\nz");
  CHECK(reader.cells()[1] == "\"");
  CHECK(reader.line() == 2);
  CHECK(reader.at(1) == Position{"f.csv", 3, 4});
  CHECK(reader.raw() == "\"x, \"\"y\"\"\r\nz\",\"\"\"\"");
  REQUIRE(reader.next());
  CHECK(reader.line() == 5);
  CHECK(reader.at(0) == Position{"f.csv", 5, 1});
  CHECK(reader.at(1) == Position{"f.csv", 5, 5});
  CHECK(reader.at(9) == Position{"f.csv", 5, 1});
  CHECK_FALSE(reader.next());
  CHECK_FALSE(reader.next());
}

TEST_CASE("separators are sniffed from even rows", "[core][csv]") {
  CHECK(sniff_csv("").separator == ',');
  CHECK(sniff_csv("one column\n").separator == ',');
  CHECK(sniff_csv("a;b;c\n1,5;2,5;3\n1;2;3\n").separator == ';');
  CHECK(sniff_csv("a\tb\n1, 2\t3\n").separator == '\t');
  CHECK(sniff_csv("a|b\n1|2\n").separator == '|');
  CHECK(sniff_csv("a,b\n\"x;y;z\",2\n").separator == ',');
  CHECK(sniff_csv("\"Well, how do you feel?\";\"b\"\n1;2\n").separator == ';');
  CHECK(sniff_csv("\xEF\xBB\xBF"
                  "a,b\n")
            .byte_order_mark);
}

TEST_CASE("bytes become UTF-8 or are refused with the line to add", "[core][csv]") {
  CHECK(decode_text("\xEF\xBB\xBF"
                    "aé",
                    "f.csv", "utf-8") == "aé");
  CHECK(decode_text("caf\xE9", "f.csv", "windows-1252") == "café");
  const std::string wrong = undecodable("a,b\né,caf\xE9\n");
  CHECK(wrong.find("f.csv:2:") == 0);
  CHECK(wrong.find("(found 0xE9)") != std::string::npos);
  CHECK(wrong.find("`encoding: windows-1252`") != std::string::npos);
  CHECK(undecodable(std::string("\xFF\xFE"
                                "a\0",
                                4))
            .find("UTF-16") != std::string::npos);
  CHECK(undecodable(std::string("a\0", 2)).find("f.csv:1:2: a NUL byte") == 0);
  CHECK(undecodable("a", "latin-9").find("unknown encoding `latin-9`") != std::string::npos);
  CHECK(undecodable("\xEF\xBB\xBF"
                    "a",
                    "windows-1252")
            .find("mark of UTF-8") != std::string::npos);
}

TEST_CASE("formulas are disarmed, numbers are not", "[core][csv]") {
  CHECK(csv_cell("=1+1") == "'=1+1");
  CHECK(csv_cell("@SUM(A1)") == "'@SUM(A1)");
  CHECK(csv_cell("+44 20") == "'+44 20");
  CHECK(csv_cell("'=1") == "''=1");
  CHECK(csv_cell("'tis") == "'tis");
  CHECK(csv_cell("-99") == "-99");
  CHECK(csv_cell("-0.5") == "-0.5");
  CHECK(csv_cell("-cmd") == "'-cmd");
  CHECK(csv_cell("=a,b") == "\"'=a,b\"");
  CHECK(csv_cell("=1+1", false) == "=1+1");
  CHECK(csv_cell("").empty());
  CHECK(csv_row({"a", "b,c", "d\"e"}) == "a,\"b,c\",\"d\"\"e\"\n");
  CHECK(csv_row({""}) == "\"\"\n");
}

TEST_CASE("whatever is written reads back", "[core][csv]") {
  RandomStream stream(4, "csv");
  const std::string alphabet = "ab,;\"\n\r \t'é";
  for (int i = 0; i < 500; ++i) {
    Rows rows;
    std::string text;
    for (std::uint32_t r = 1 + stream.below(4); r > 0; --r) {
      std::vector<std::string> row(1 + stream.below(4));
      for (std::string& cell : row) {
        for (std::uint32_t n = stream.below(8); n > 0; --n) {
          cell += alphabet[stream.below(static_cast<std::uint32_t>(alphabet.size()))];
        }
      }
      text += csv_row(row, false);
      rows.push_back(std::move(row));
    }
    REQUIRE(rows_of(text) == rows);
  }
}
