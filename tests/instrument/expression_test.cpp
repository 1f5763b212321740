#include "tests/support/catch.hpp"

#include "engine/core/random.hpp"
#include "engine/instrument/expression.hpp"
#include "sample.hpp"

#include <array>

using namespace canvass;

namespace {

/// The only problem of an expression whose first character stands at f:3:11, or "no problem".
std::string problem_of(const std::string& source) {
  Problems problems;
  const auto made = parse_expression(source, {"f", 3, 11}, problems);
  CHECK(made.has_value() == problems.empty());
  return problems.empty() ? "no problem" : to_string(problems.all().front());
}

/// "true", "false" or "unknown".
std::string truth(const std::string& source, const AnswerLookup& answers, const ExpressionValue& self = {}) {
  Problems problems;
  const auto made = parse_expression(source, {"f", 1, 1}, problems);
  REQUIRE(problems.empty());
  const MissingLookup missing = [](std::string_view name) -> std::optional<int> {
    return name == "dk" ? std::optional<int>(-98) : std::nullopt;
  };
  const auto result = holds(*made, answers, missing, self);
  return !result ? "unknown" : *result ? "true" : "false";
}

ExpressionValue date(const std::string& text) {
  ExpressionValue value;
  value.kind = ExpressionValue::Kind::date;
  value.date = parse_date(text).value();
  return value;
}

} // namespace

TEST_CASE("an expression that cannot be read is refused at its column") {
  CHECK(problem_of("") == "f:3:11: an expression is empty; write a condition such as ${id} = 1, or leave the key out");
  CHECK(problem_of("${a} == 1") == "f:3:16: == is not part of an expression; write =");
  CHECK(problem_of("${a} = 1 && ${b} = 2") == "f:3:20: && is not part of an expression; write and");
  CHECK(problem_of("!${a} = 1") == "f:3:11: ! is not part of an expression; write not(...)");
  CHECK(problem_of("{a} = 1") == "f:3:11: { is not part of an expression; write ${id}");
  CHECK(problem_of("${a = 1") == "f:3:11: a reference is not closed; write ${id}");
  CHECK(problem_of("${} = 1") == "f:3:11: a reference names no id (); write ${id} with the id of an item");
  CHECK(problem_of("$a = 1") == "f:3:11: $ stands alone; an answer is referred to as ${id}");
  CHECK(problem_of("${a} = 'x") == "f:3:18: a text is not closed; end it with '");
  CHECK(problem_of("${a} = 010") == "f:3:18: a number with a leading zero (010) can be read in two ways; write it without the zero");
  CHECK(problem_of("${a} = .5") == "f:3:18: a number needs a digit before the point; write 0.5, not .5");
  CHECK(problem_of("${a} = 1e5") == "f:3:18: a number runs into a letter; put a space or an operator between them");
  CHECK(problem_of("${a} =") == "f:3:17: a value is missing before end of the expression; write ${id}, a number, 'text' or .");
  CHECK(problem_of("${a} = 1 ${b} = 2") == "f:3:20: ${b} is not expected here; join conditions with `and` or `or`");
  CHECK(problem_of("(${a} = 1") == "f:3:20: a bracket is not closed before end of the expression; write )");
  CHECK(problem_of("1 <= . <= 5") == "f:3:18: comparisons do not chain; write 1 <= . and . <= 5");
  CHECK(problem_of("contact = 1") == "f:3:11: contact is not expected here; an answer is written ${contact}, a text 'contact'");
  CHECK(problem_of("select(${m}, 1)") == "f:3:11: select is no function; did you mean selected?; allowed are not, selected, "
                                         "count_selected, answered, is_missing, in, count, date or "
                                         "years_between");
  CHECK(problem_of("anwsered(${m})").find("did you mean answered?") != std::string::npos);
  CHECK(problem_of("selected(${m})") == "f:3:11: selected has 1 argument; write selected(${id}, code)");
  CHECK(problem_of("in(${m})") == "f:3:11: in has 1 argument; write in(${id}, 1, 2)");
  CHECK(problem_of("not ${a} = 1") == "f:3:11: not is a function; write not(condition)");
  CHECK(problem_of("is_missing(${a}, 3)") == "f:3:28: is_missing needs the name of a missing code (found 3); write is_missing(${id}, dk)");
  CHECK(problem_of("${d} > date('27/06/2026')") == "f:3:18: date() needs a day as text (found '27/06/2026'); write date('2026-06-27')");
  CHECK(problem_of("${a} # 1") ==
        "f:3:16: # is not part of an expression; allowed are ${id}, numbers, 'text', . and the operators = != < <= > >= + - * / "
        "and or not()");
}

TEST_CASE("columns count characters, not bytes") {
  CHECK(problem_of("${a} = '\xC5\xB7\xC5\xB7' && 1 = 1") == "f:3:23: && is not part of an expression; write and");
}

TEST_CASE("nesting and length are limited, chains are not") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "1 = 1" + std::string(depth, ')'); };
  CHECK(problem_of(nested(60)) == "no problem");
  CHECK(problem_of(nested(61)) == "f:3:71: an expression is nested too deeply; at most 60 brackets may be open at once");
  CHECK(problem_of(nested(4000)).find("nested too deeply") != std::string::npos);
  std::string calls;
  for (int i = 0; i < 1500; ++i) {
    calls += "not(";
  }
  CHECK(problem_of(calls).find("nested too deeply") != std::string::npos);
  CHECK(problem_of(std::string(9000, '-') + "1 = 1") == "no problem");
  CHECK(problem_of(std::string(10'001, ' ')) == "f:3:11: an expression is too long (10001 bytes); at most 10000 are allowed");
  std::string chain = "1 = 1";
  for (int i = 0; i < 900; ++i) {
    chain += " and 1 = 1";
  }
  CHECK(truth(chain, sample::answers_of({})) == "true");
}

TEST_CASE("an empty tree, or an answer of no use, is unknown") {
  CHECK_FALSE(holds(Expression{}, {}, {}).has_value());
  CHECK(truth("${a} = 1", {}) == "unknown");
  CHECK(truth("${a}", sample::answers_of({{"a", 1}})) == "unknown"); // a number is no condition
  CHECK(truth("${a} = 'x'", sample::answers_of({{"a", 1}})) == "unknown");
}

TEST_CASE("missing answers make three values") {
  const AnswerLookup answers = sample::answers_of({{"one", 1}, {"dk", -98}, {"routed", -95}});
  CHECK(truth("${dk} = 1", answers) == "unknown");
  CHECK(truth("${dk} != 1", answers) == "unknown");
  CHECK(truth("not(${dk} = 1)", answers) == "unknown");
  CHECK(truth("${dk} + 1 > 0", answers) == "unknown");
  CHECK(truth("${dk} = 1 and ${one} = 2", answers) == "false");
  CHECK(truth("${one} = 2 and ${dk} = 1", answers) == "false");
  CHECK(truth("${dk} = 1 and ${one} = 1", answers) == "unknown");
  CHECK(truth("${dk} = 1 or ${one} = 1", answers) == "true");
  CHECK(truth("${dk} = 1 or ${one} = 2", answers) == "unknown");
  CHECK(truth("in(${dk}, 1, 2)", answers) == "unknown");
  CHECK(truth("answered(${dk})", answers) == "false");
  CHECK(truth("answered(${one})", answers) == "true");
  CHECK(truth("is_missing(${dk}, dk)", answers) == "true");
  CHECK(truth("is_missing(${routed}, dk)", answers) == "false");
  CHECK(truth("is_missing(${one}, dk)", answers) == "false");
  CHECK(truth("is_missing(${dk}, unheard_of)", answers) == "false");
  CHECK(truth("selected(${dk}, 1)", answers) == "unknown");
}

TEST_CASE("precedence, arithmetic and the rest of the language") {
  const AnswerLookup answers = sample::answers_of({{"a", 2}, {"b", 3}, {"m_1", 1}, {"m_9", 0}, {"m", 1}});
  CHECK(truth("${a} = 2 or ${b} = 9 and ${b} = 8", answers) == "true"); // and binds closer
  CHECK(truth("(${a} = 2 or ${b} = 9) and ${b} = 8", answers) == "false");
  CHECK(truth("${a} + ${b} * 2 = 8", answers) == "true");
  CHECK(truth("(${a} + ${b}) * 2 = 10", answers) == "true");
  CHECK(truth("${b} - ${a} - 1 = 0", answers) == "true"); // from the left
  CHECK(truth("${b} / ${a} = 1.5", answers) == "true");
  CHECK(truth("${b} / 0 = 1", answers) == "unknown");
  CHECK(truth("--${a} = 2", answers) == "true");
  CHECK(truth("-${a} < -1", answers) == "true");
  CHECK(truth("in(${a}, 1, 2)", answers) == "true");
  CHECK(truth("in(${a}, 1, 3)", answers) == "false");
  CHECK(truth("selected(${m}, 1)", answers) == "true");
  CHECK(truth("selected(${m}, 9)", answers) == "false");
  CHECK(truth("count_selected(${m}) = 1", answers) == "true");
  ExpressionValue self;
  self.kind = ExpressionValue::Kind::number;
  self.number = 7;
  CHECK(truth(". >= 0 and . <= 10", answers, self) == "true");
  CHECK(truth(". > 7", answers, self) == "false");
  ExpressionValue text;
  text.kind = ExpressionValue::Kind::text;
  text.text = "blue";
  CHECK(truth(". = 'blue' and . != \"red\"", answers, text) == "true");
}

TEST_CASE("years are completed years") {
  const AnswerLookup born = [](std::string_view id) { return date(id == "leap" ? "2004-02-29" : "2000-06-15"); };
  CHECK(truth("years_between(${x}, date('2026-06-14')) = 25", born) == "true");
  CHECK(truth("years_between(${x}, date('2026-06-15')) = 26", born) == "true");
  CHECK(truth("years_between(${leap}, date('2026-02-28')) = 21", born) == "true");
  CHECK(truth("years_between(${leap}, date('2026-03-01')) = 22", born) == "true");
  CHECK(truth("years_between(date('2026-06-15'), ${x}) = -26", born) == "true");
  CHECK(truth("years_between(date('1969-12-31'), date('1970-12-30')) = 0", born) == "true");
  CHECK(truth("${x} < date('2000-06-16')", born) == "true");
}

TEST_CASE("references come once each, in the order of the text") {
  Problems problems;
  const auto made = parse_expression("${b} = 1 and (${a} = 1 or in(${b}, 1, ${c}))", {"f", 1, 1}, problems);
  REQUIRE(made);
  CHECK(made->references() == std::vector<std::string>{"b", "a", "c"});
}

TEST_CASE("any text is read without a crash, and children come before their parents") {
  const std::array<std::string, 20> parts = {"${a}",
                                             "(",
                                             ")",
                                             " and ",
                                             " or ",
                                             "not(",
                                             "=",
                                             "<=",
                                             "+",
                                             "-",
                                             "*",
                                             "/",
                                             "1",
                                             "'x'",
                                             ".",
                                             ",",
                                             "in(",
                                             "selected(",
                                             "date('2026-01-01')",
                                             "\xC3\xA9"};
  RandomStream random(1, "expressions");
  std::size_t good = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string source;
    const std::uint32_t length = random.below(12);
    for (std::uint32_t i = 0; i < length; ++i) {
      source += parts[random.below(static_cast<std::uint32_t>(parts.size()))];
    }
    Problems problems;
    const auto made = parse_expression(source, {"f", 1, 1}, problems);
    REQUIRE(made.has_value() == problems.empty());
    if (!made) {
      continue;
    }
    ++good;
    for (std::size_t i = 0; i < made->nodes.size(); ++i) {
      for (const std::size_t child : made->nodes[i].children) {
        REQUIRE(child < i);
      }
    }
    holds(*made, sample::answers_of({{"a", 1}}), {});
  }
  CHECK(good > 300); // otherwise the test would look at refusals only
}
