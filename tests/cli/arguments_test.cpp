#include "tests/support/catch.hpp"

#include "cli/arguments.hpp"
#include "engine/core/error.hpp"

namespace canvass::cli {
namespace {

constexpr std::string_view formats[] = {"text", "json"};
constexpr Operand operands[] = {{.name = "STUDY", .kind = Operand::Kind::study},
                                {.name = "FILE", .kind = Operand::Kind::file, .optional = true, .repeats = true}};
constexpr Option options[] = {{.name = "wave", .letter = 'w', .value = "WAVE", .help = "wave"},
                              {.name = "check", .letter = '\0', .value = "", .help = "check"},
                              {.name = "threads", .letter = '\0', .value = "N", .help = "threads"},
                              {.name = "format", .letter = '\0', .value = "F", .help = "format", .allowed = formats, .list = true}};

std::string complaint(const std::vector<std::string>& words) {
  try {
    parse_arguments(words, operands, options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

} // namespace

TEST_CASE("Wrong words are named, with what is near", "[cli][arguments]") {
  CHECK(complaint({}) == "STUDY is missing");
  CHECK(complaint({"s", "--wav", "T1"}) == "there is no option --wav; did you mean --wave?");
  CHECK(complaint({"s", "--wave"}) == "--wave needs a value");
  CHECK(complaint({"s", "--check=1"}) == "--check takes no value");
  CHECK(complaint({"s", "--wave", "T1", "--wave", "T2"}).find("more than once") != std::string::npos);
  CHECK(complaint({"s", "--format", "text,jsn"}) == "--format cannot be 'jsn': it is text or json; did you mean json?");
}

TEST_CASE("A shortened option is not guessed", "[cli][arguments]") {
  CHECK(complaint({"s", "--thr", "2"}).find("there is no option --thr") == 0);
}

TEST_CASE("Words go to their operands, options to their names", "[cli][arguments]") {
  const Arguments arguments = parse_arguments({"study", "-w", "T1", "a.csv", "--check", "b.csv", "--format=text,json"}, operands, options);
  CHECK(arguments.operand("STUDY") == "study");
  CHECK(arguments.operands("FILE") == std::vector<std::string>{"a.csv", "b.csv"});
  CHECK(arguments.value("wave") == "T1");
  CHECK(arguments.has("check"));
  CHECK_FALSE(arguments.has("threads"));
  CHECK(arguments.list("format") == std::vector<std::string>{"text", "json"});
  CHECK_THROWS_AS(arguments.required("threads"), UsageError);
}

TEST_CASE("What begins with a dash is an operand after --", "[cli][arguments]") {
  const Arguments arguments = parse_arguments({"study", "--", "-odd.csv"}, operands, options);
  CHECK(arguments.operands("FILE") == std::vector<std::string>{"-odd.csv"});
}

TEST_CASE("Whole numbers keep to their range", "[cli][arguments]") {
  CHECK(parse_arguments({"s", "--threads", "4"}, operands, options).integer("threads", 1, 8) == 4);
  CHECK(parse_arguments({"s"}, operands, options).integer("threads", 1, 8) == std::nullopt);
  for (const char* wrong : {"0", "9", "two", "1.5", ""}) {
    CHECK_THROWS_AS(parse_arguments({"s", "--threads", wrong}, operands, options).integer("threads", 1, 8), UsageError);
  }
}

} // namespace canvass::cli
