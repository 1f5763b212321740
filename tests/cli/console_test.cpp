#include "tests/support/catch.hpp"
#include "tests/support/own_folder.hpp"

#include "cli/console.hpp"
#include "cli/files.hpp"
#include "cli/page.hpp"
#include "cli/table.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace canvass::cli {

TEST_CASE("A stream that takes nothing is a store error", "[cli][console]") {
  std::ostringstream out;
  std::ostringstream err;
  Console console(out, err, {});
  out.setstate(std::ios::badbit);
  CHECK_THROWS_AS(console.data("x"), StoreError);
  CHECK_THROWS_AS(console.flush(), StoreError);
}

TEST_CASE("Escape sequences in what files say reach no terminal", "[cli][console]") {
  std::ostringstream out;
  std::ostringstream err;
  Console console(out, err, {});
  console.say("a\x1b[2Jb");
  console.problem({Severity::error, {"f\x1b.yaml", 2, 3}, "bad\x1b[31m"});
  console.next("c\x1b]0;x\x07");
  CHECK(err.str().find('\x1b') == std::string::npos);
  CHECK(err.str().find('\x07') == std::string::npos);
  CHECK(out.str().empty());
}

TEST_CASE("Progress is drawn on a terminal only, and wiped before words", "[cli][console]") {
  std::ostringstream out;
  std::ostringstream err;
  Console piped(out, err, {});
  CHECK_FALSE(piped.progress());
  Terminal terminal;
  terminal.err_is_terminal = true;
  Console console(out, err, terminal);
  const Progress progress = console.progress();
  REQUIRE(progress);
  progress("reading", 5, 10);
  CHECK(err.str().find("reading [##########..........]  50%") != std::string::npos);
  console.say("done");
  CHECK(err.str().find("\r\x1b[Kdone\n") != std::string::npos);
}

TEST_CASE("Lines are wrapped between words, never inside", "[cli][console]") {
  CHECK(wrap("", 10).empty());
  CHECK(wrap("one", 10) == "one");
  CHECK(wrap("one two three", 7) == "one two\nthree");
  CHECK(wrap("one two three", 8, 2) == "one two\n  three");
  CHECK(wrap("unbreakable-word x", 5) == "unbreakable-word\nx");
}

TEST_CASE("A table aligns, and wraps its widest column of words", "[cli][table]") {
  TextTable table{{{"Wave", false}, {"Answers", true}}, {}};
  CHECK(print_table(table, 0) == "Wave  Answers\n");
  table.rows = {{"T1", "73"}, {"T22", "5"}};
  CHECK(print_table(table, 0) == "Wave  Answers\nT1         73\nT22         5\n");
  table.rows = {{"a long sentence that does not fit", "1"}};
  CHECK(print_table(table, 30) == "Wave                   Answers\na long sentence that         1\ndoes not fit\n");
}

TEST_CASE("A page is read as title, headings, paragraphs, lists and examples", "[cli][page]") {
  const auto blocks = parse_page("# t\n\none\ntwo\n\n## H\n- a\n  b\n- c\n```\n$ x  y\n```\n");
  REQUIRE(blocks.size() == 6);
  CHECK(blocks[1].text == "one two");
  CHECK(blocks[2].kind == PageBlock::Kind::heading);
  CHECK(blocks[3].text == "a b");
  CHECK(blocks[5].text == "$ x  y\n");
  const auto spans = parse_spans("a `b` **c** *d* e*");
  REQUIRE(spans.size() == 7);
  CHECK(spans[1].face == PageSpan::Face::code);
  CHECK(spans[3].text == "c");
  CHECK(spans[5].face == PageSpan::Face::emphasis);
  CHECK(spans[6].text == " e*");
}

TEST_CASE("Files are written whole or not at all", "[cli][files]") {
  const auto folder = testing::own_folder("console");
  write_file((folder / "a/b.txt").string(), "text");
  std::ifstream file(folder / "a/b.txt");
  std::string text;
  std::getline(file, text);
  CHECK(text == "text");
  CHECK_THROWS_AS(write_file((folder / "a/b.txt/c").string(), "x"), StoreError);
  CHECK_THROWS_AS(write_file((folder / "a").string(), "x"), StoreError);
  CHECK_FALSE(std::filesystem::exists(folder / "a.part"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("Words are quoted for a shell where they must be", "[cli][files]") {
  CHECK(shell_word("study") == "study");
  CHECK(shell_word("my study") == "'my study'");
  CHECK(shell_word("it's") == "'it'\\''s'");
  CHECK(shell_word("") == "''");
}

} // namespace canvass::cli
