#include "tests/support/catch.hpp"

#include "cli/command.hpp"
#include "cli/completion.hpp"
#include "cli/page.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace canvass::cli {
namespace {

struct Ran {
  int code = 0;
  std::string out, err;
};

Ran run_words(const std::vector<std::string>& words, Terminal terminal = {}) {
  std::ostringstream out;
  std::ostringstream err;
  Console console(out, err, terminal);
  const int code = run(words, console);
  return {code, out.str(), err.str()};
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// All command lines of the cases in tests/cli.
std::string all_cases() {
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(CANVASS_SOURCE_DIR) / "tests/cli")) {
    if (entry.path().extension() == ".test") {
      text += file_text(entry.path());
    }
  }
  return text;
}

} // namespace

TEST_CASE("Every command has a page with examples, and names and options that are told apart", "[cli][commands]") {
  std::set<std::string_view> names;
  for (const Command* command : command_table()) {
    INFO(command->name);
    CHECK(names.insert(command->name).second);
    CHECK(find_command(command->name) == command);
    CHECK_FALSE(command->summary.empty());
    CHECK(command->summary.back() != '.');
    const std::string page(page_of(command->name));
    CHECK(page.find("# canvass " + std::string(command->name) + "\n") == 0);
    CHECK(page.find("## Examples\n") != std::string::npos);
    CHECK(page.find("canvass " + std::string(command->name), page.find("```")) != std::string::npos);
    std::set<std::string_view> options;
    std::set<char> letters;
    for (const Option& option : all_options(*command)) {
      INFO(option.name);
      CHECK(options.insert(option.name).second);
      CHECK((option.letter == '\0' || letters.insert(option.letter).second));
      CHECK_FALSE(option.help.empty());
    }
  }
}

TEST_CASE("No page is left without its command", "[cli][commands]") {
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(CANVASS_SOURCE_DIR) / "cli/commands")) {
    if (entry.path().extension() == ".md") {
      INFO(entry.path().string());
      CHECK(find_command(entry.path().stem().string()) != nullptr);
    }
  }
}

TEST_CASE("--help prints a page that names every option, and ends with 0", "[cli][commands]") {
  for (const Command* command : command_table()) {
    INFO(command->name);
    const Ran ran = run_words({std::string(command->name), "--help"});
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
    for (const Option& option : all_options(*command)) {
      CHECK(ran.out.find("--" + std::string(option.name)) != std::string::npos);
    }
    CHECK(ran.out.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("A page keeps to the width of the terminal, colours only where it has them", "[cli][commands]") {
  Terminal terminal;
  terminal.out_is_terminal = terminal.err_is_terminal = terminal.colours = true;
  CHECK(run_words({"help", "help"}, terminal).out.find("\x1b[1m") != std::string::npos);
  terminal.colours = false;
  terminal.width = 60;
  for (const Command* command : command_table()) {
    const Ran ran = run_words({"help", std::string(command->name)}, terminal);
    bool in_examples = false; // examples are to be copied: never wrapped
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) {
      in_examples = line.substr(0, 4) == "    ";
      if (!in_examples && line.find("--") == std::string::npos) {
        INFO(command->name << ": " << line);
        CHECK(line.size() <= 60);
      }
    }
  }
}

TEST_CASE("Every command that is shown has a manual page, a completion and a case of its own", "[cli][commands]") {
  const std::string cases = all_cases();
  const std::string completion = bash_completion();
  for (const Command* command : command_table()) {
    INFO(command->name);
    const std::string name(command->name);
    CHECK(cases.find("$ canvass " + name) != std::string::npos);
    if (command->group == Group::hidden) {
      continue;
    }
    CHECK(completion.find("    " + name + ")\n") != std::string::npos);
    const std::string page = file_text(std::filesystem::path(CANVASS_BINARY_DIR) / "man" / ("canvass-" + name + ".1"));
    CHECK(page.find(".SH EXAMPLES") != std::string::npos);
    CHECK(page == manual_text(command));
  }
}

TEST_CASE("A word that is no option value, too many words and none at all are usage errors", "[cli][commands]") {
  CHECK(run_words({}).code == 64);
  CHECK(run_words({"no-such-command"}).code == 64);
  CHECK(run_words({"help", "--no-such-option"}).code == 64);
  CHECK(run_words({"help", "a", "b"}).code == 64);
}

} // namespace canvass::cli
