#include "engine/core/text.hpp"
#include "engine/instrument/expression.hpp"
#include "engine/instrument/expression_tokens.hpp"
#include "engine/instrument/scale_call.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace canvass {

namespace {

using Node = ExpressionNode;
using Token = ExpressionToken;

/// No questionnaire needs more; a hostile file must not use up the stack or the day.
constexpr std::size_t deepest_nesting = 60;
constexpr std::size_t longest_source = 10'000;

struct Function {
  std::string_view name;
  std::size_t least, most; ///< arguments
  std::string_view use;
};
constexpr std::size_t any_number = 1000;
constexpr std::array<Function, 9> functions = {{{"not", 1, 1, "not(condition)"},
                                                {"selected", 2, 2, "selected(${id}, code)"},
                                                {"count_selected", 1, 1, "count_selected(${id})"},
                                                {"answered", 1, 1, "answered(${id})"},
                                                {"is_missing", 2, 2, "is_missing(${id}, dk)"},
                                                {"in", 2, any_number, "in(${id}, 1, 2)"},
                                                {"count", 1, any_number, "count(condition, condition)"},
                                                {"date", 1, 1, "date('2026-06-27')"},
                                                {"years_between", 2, 2, "years_between(earlier, later)"}}};

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const Function& function : functions) {
    names.emplace_back(function.name);
  }
  return names;
}

/// A parser by recursive descent. `and`, `or`, + and * chains are loops, so that only brackets, calls and signs nest.
class Parser {
public:
  Parser(std::string_view source, const Position& at, std::vector<Token> tokens, Problems& problems)
      : source_(source), at_(at), tokens_(std::move(tokens)), problems_(problems) {}

  using Index = std::optional<std::size_t>;

  bool run() {
    if (peek().kind == Token::Kind::end) {
      fail(peek(), "an expression is empty; write a condition such as ${id} = 1, or leave the key out");
      return false;
    }
    if (!disjunction()) {
      return false;
    }
    if (peek().kind != Token::Kind::end) {
      fail(peek(), fmt::format("{} is not expected here; join conditions with `and` or `or`", shown(peek())));
      return false;
    }
    return true;
  }

  std::vector<Node> nodes;

private:
  [[nodiscard]] const Token& peek() const { return tokens_[position_]; }
  [[nodiscard]] bool is_symbol(std::string_view text) const { return peek().kind == Token::Kind::symbol && peek().text == text; }
  [[nodiscard]] bool is_word(std::string_view text) const { return peek().kind == Token::Kind::name && peek().text == text; }

  static std::string shown(const Token& token) {
    if (token.kind == Token::Kind::reference) {
      return "${" + token.text + "}";
    }
    return token.kind == Token::Kind::text ? "'" + token.text + "'" : token.text;
  }

  Index fail(const Token& token, std::string text) {
    problems_.error(place_in(source_, at_, token.offset), std::move(text));
    return std::nullopt;
  }

  std::size_t add(Node::Kind kind, const Token& token, std::vector<std::size_t> children = {}) {
    Node node;
    node.kind = kind;
    node.children = std::move(children);
    node.at = place_in(source_, at_, token.offset);
    nodes.push_back(std::move(node));
    return nodes.size() - 1;
  }

  Index disjunction() {
    Index left = conjunction();
    while (left && is_word("or")) {
      const Token token = tokens_[position_++];
      const Index right = conjunction();
      left = right ? Index(add(Node::Kind::op_or, token, {*left, *right})) : std::nullopt;
    }
    return left;
  }

  Index conjunction() {
    Index left = comparison();
    while (left && is_word("and")) {
      const Token token = tokens_[position_++];
      const Index right = comparison();
      left = right ? Index(add(Node::Kind::op_and, token, {*left, *right})) : std::nullopt;
    }
    return left;
  }

  [[nodiscard]] std::optional<Node::Kind> comparison_here() const {
    constexpr std::array<std::pair<std::string_view, Node::Kind>, 6> kinds = {{{"=", Node::Kind::eq},
                                                                               {"!=", Node::Kind::ne},
                                                                               {"<", Node::Kind::lt},
                                                                               {"<=", Node::Kind::le},
                                                                               {">", Node::Kind::gt},
                                                                               {">=", Node::Kind::ge}}};
    for (const auto& kind : kinds) {
      if (is_symbol(kind.first)) {
        return kind.second;
      }
    }
    return std::nullopt;
  }

  Index comparison() {
    const Index left = sum();
    const std::optional<Node::Kind> kind = comparison_here();
    if (!left || !kind) {
      return left;
    }
    const Token token = tokens_[position_++];
    const Index right = sum();
    if (!right) {
      return right;
    }
    if (comparison_here()) {
      return fail(peek(), "comparisons do not chain; write 1 <= . and . <= 5");
    }
    return add(*kind, token, {*left, *right});
  }

  Index sum() {
    Index left = product();
    while (left && (is_symbol("+") || is_symbol("-"))) {
      const Token token = tokens_[position_++];
      const Index right = product();
      left = right ? Index(add(token.text == "+" ? Node::Kind::add : Node::Kind::subtract, token, {*left, *right})) : std::nullopt;
    }
    return left;
  }

  Index product() {
    Index left = sign();
    while (left && (is_symbol("*") || is_symbol("/"))) {
      const Token token = tokens_[position_++];
      const Index right = sign();
      left = right ? Index(add(token.text == "*" ? Node::Kind::multiply : Node::Kind::divide, token, {*left, *right})) : std::nullopt;
    }
    return left;
  }

  Index sign() {
    // A row of signs needs no recursion: only their parity counts.
    const Token first = peek();
    bool minus = false;
    while (is_symbol("-")) {
      minus = !minus;
      ++position_;
    }
    const Index operand = primary();
    if (!operand || !minus) {
      return operand;
    }
    if (nodes[*operand].kind == Node::Kind::number) {
      nodes[*operand].number = -nodes[*operand].number;
      nodes[*operand].at = place_in(source_, at_, first.offset);
      return operand;
    }
    return add(Node::Kind::unary_minus, first, {*operand});
  }

  Index primary() {
    const Token token = peek();
    switch (token.kind) {
    case Token::Kind::number: {
      ++position_;
      const std::size_t made = add(Node::Kind::number, token);
      nodes[made].number = token.number;
      return made;
    }
    case Token::Kind::text: {
      ++position_;
      const std::size_t made = add(Node::Kind::text, token);
      nodes[made].text = token.text;
      return made;
    }
    case Token::Kind::reference: {
      ++position_;
      const std::size_t made = add(Node::Kind::reference, token);
      nodes[made].text = token.text;
      return made;
    }
    case Token::Kind::self: ++position_; return add(Node::Kind::self, token);
    case Token::Kind::name: return call(token);
    case Token::Kind::symbol:
      if (token.text == "(") {
        return nested(token);
      }
      break;
    case Token::Kind::end: break;
    }
    return fail(token, fmt::format("a value is missing before {}; write ${{id}}, a number, 'text' or .", shown(token)));
  }

  Index nested(const Token& open) {
    if (++depth_ > deepest_nesting) {
      return fail(open, fmt::format("an expression is nested too deeply; at most {} brackets may be open at once", deepest_nesting));
    }
    ++position_;
    const Index inside = disjunction();
    --depth_;
    if (!inside) {
      return inside;
    }
    if (!is_symbol(")")) {
      return fail(peek(), fmt::format("a bracket is not closed before {}; write )", shown(peek())));
    }
    ++position_;
    return inside;
  }

  Index call(const Token& token) {
    const auto* const function =
        std::find_if(functions.begin(), functions.end(), [&token](const Function& f) { return f.name == token.text; });
    const Token& next = tokens_[position_ + 1]; // a name is never the last token: `end` follows
    const bool called = next.kind == Token::Kind::symbol && next.text == "(";
    if (function == functions.end()) {
      const std::vector<std::string> names = function_names();
      return fail(
          token,
          called ? fmt::format("{} is no function{}; allowed are {}", token.text, did_you_mean(token.text, names), either_of(names))
                 : fmt::format("{} is not expected here; an answer is written ${{{}}}, a text '{}'", token.text, token.text, token.text));
    }
    if (!called) {
      return fail(token, fmt::format("{} is a function; write {}", token.text, function->use));
    }
    if (++depth_ > deepest_nesting) {
      return fail(token, fmt::format("an expression is nested too deeply; at most {} brackets may be open at once", deepest_nesting));
    }
    position_ += 2;
    std::vector<std::size_t> children;
    while (!is_symbol(")")) {
      if (!children.empty()) {
        if (!is_symbol(",")) {
          return fail(peek(), fmt::format("{} is not closed before {}; write {}", token.text, shown(peek()), function->use));
        }
        ++position_;
      }
      const Index argument = token.text == "is_missing" && children.size() == 1 ? missing_name() : disjunction();
      if (!argument) {
        return argument;
      }
      children.push_back(*argument);
    }
    ++position_;
    --depth_;
    if (children.size() < function->least || children.size() > function->most) {
      return fail(token, fmt::format("{} has {}; write {}", token.text,
                                     counted(static_cast<long long>(children.size()), "argument", "arguments"), function->use));
    }
    return finished_call(token, std::move(children));
  }

  Index finished_call(const Token& token, std::vector<std::size_t> children) {
    if (token.text == "not") {
      return add(Node::Kind::negate, token, std::move(children));
    }
    if (token.text == "date") {
      const Node& argument = nodes[children[0]];
      if (argument.kind != Node::Kind::text || !parse_date(argument.text)) {
        return fail(token, fmt::format("date() needs a day as text{}; write date('2026-06-27')",
                                       argument.kind == Node::Kind::text ? " (found '" + argument.text + "')" : ""));
      }
      // The text node becomes the date: it is the last one made.
      nodes[children[0]].kind = Node::Kind::date;
      nodes[children[0]].at = place_in(source_, at_, token.offset);
      return children[0];
    }
    const std::size_t made = add(Node::Kind::call, token, std::move(children));
    nodes[made].text = token.text;
    return made;
  }

  Index missing_name() {
    const Token token = peek();
    if (token.kind != Token::Kind::name && token.kind != Token::Kind::text) {
      return fail(token,
                  fmt::format("is_missing needs the name of a missing code (found {}); write is_missing(${{id}}, dk)", shown(token)));
    }
    ++position_;
    const std::size_t made = add(Node::Kind::text, token);
    nodes[made].text = token.text;
    return made;
  }

  std::string_view source_;
  const Position& at_;
  std::vector<Token> tokens_;
  Problems& problems_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
};

} // namespace

std::vector<std::string> Expression::references() const {
  // Nodes stand in the order in which their ends were read; references are leaves, so theirs is the order of the text.
  std::vector<std::string> ids;
  for (const ExpressionNode& node : nodes) {
    if (node.kind == Node::Kind::reference && std::find(ids.begin(), ids.end(), node.text) == ids.end()) {
      ids.push_back(node.text);
    }
  }
  return ids;
}

std::vector<std::string> Expression::scales() const {
  std::vector<std::string> ids;
  for (const ExpressionNode& node : nodes) {
    if (node.kind == ExpressionNode::Kind::call && node.text == scale_call && !node.children.empty()) {
      const std::string& id = nodes[node.children.front()].text;
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
        ids.push_back(id);
      }
    }
  }
  return ids;
}

std::optional<Expression> parse_expression(std::string_view source, Position at, Problems& problems) {
  if (source.size() > longest_source) {
    problems.error(at, fmt::format("an expression is too long ({} bytes); at most {} are allowed", source.size(), longest_source));
    return std::nullopt;
  }
  std::optional<std::vector<Token>> tokens = expression_tokens(source, at, problems);
  if (!tokens) {
    return std::nullopt;
  }
  Parser parser(source, at, std::move(*tokens), problems);
  if (!parser.run()) {
    return std::nullopt;
  }
  Expression made;
  made.source = std::string(source);
  made.nodes = std::move(parser.nodes);
  made.at = std::move(at);
  return made;
}

} // namespace canvass
