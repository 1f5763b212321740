#include "engine/instrument/expression_tokens.hpp"

#include "engine/core/text.hpp"

#include <array>
#include <fmt/format.h>
#include <utility>

namespace canvass {

namespace {

using Kind = ExpressionToken::Kind;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// What people bring from other languages, and what it is called here.
struct Habit {
  std::string_view found, instead;
};
constexpr std::array<Habit, 8> habits = {
    {{"==", "="}, {"&&", "and"}, {"||", "or"}, {"<>", "!="}, {"!", "not(...)"}, {"&", "and"}, {"|", "or"}, {"{", "${id}"}}};

class Lexer {
public:
  Lexer(std::string_view source, const Position& at, Problems& problems) : source_(source), at_(at), problems_(problems) {}

  bool run() {
    while (true) {
      while (position_ < source_.size() && std::string_view(" \t\r\n").find(source_[position_]) != std::string_view::npos) {
        ++position_;
      }
      start_ = position_;
      if (position_ >= source_.size()) {
        push(Kind::end, "end of the expression");
        return true;
      }
      if (!one()) {
        return false;
      }
    }
  }

  std::vector<ExpressionToken> tokens;

private:
  [[nodiscard]] char peek(std::size_t ahead) const { return position_ + ahead < source_.size() ? source_[position_ + ahead] : '\0'; }

  void push(Kind kind, std::string text, double number = 0) { tokens.push_back({kind, std::move(text), number, start_}); }

  bool fail(std::size_t offset, std::string text) {
    problems_.error(place_in(source_, at_, offset), std::move(text));
    return false;
  }

  bool one() {
    const char c = source_[position_];
    if (is_digit(c)) {
      return number();
    }
    if (c == '\'' || c == '"') {
      return text(c);
    }
    if (c == '$') {
      return reference();
    }
    if (is_letter(c)) {
      while (position_ < source_.size() && (is_letter(source_[position_]) || is_digit(source_[position_]))) {
        ++position_;
      }
      push(Kind::name, std::string(source_.substr(start_, position_ - start_)));
      return true;
    }
    if (c == '.') {
      if (is_digit(peek(1))) {
        return fail(start_, "a number needs a digit before the point; write 0.5, not .5");
      }
      ++position_;
      push(Kind::self, ".");
      return true;
    }
    return symbol();
  }

  bool symbol() {
    const std::string_view two = source_.substr(position_, 2);
    if (two == "!=" || two == "<=" || two == ">=") {
      position_ += 2;
      push(Kind::symbol, std::string(two));
      return true;
    }
    for (const Habit& habit : habits) {
      if (source_.substr(position_, habit.found.size()) == habit.found) {
        return fail(start_, fmt::format("{} is not part of an expression; write {}", habit.found, habit.instead));
      }
    }
    if (std::string_view("=<>+-*/(),").find(source_[position_]) != std::string_view::npos) {
      push(Kind::symbol, std::string(1, source_[position_]));
      ++position_;
      return true;
    }
    return fail(start_, fmt::format("{} is not part of an expression; allowed are ${{id}}, numbers, 'text', . and the operators "
                                    "= != < <= > >= + - * / and or not()",
                                    first_characters(source_.substr(position_), 1)));
  }

  bool number() {
    while (is_digit(peek(0))) {
      ++position_;
    }
    if (peek(0) == '.' && is_digit(peek(1))) {
      ++position_;
      while (is_digit(peek(0))) {
        ++position_;
      }
    }
    if (is_letter(peek(0))) {
      return fail(start_, "a number runs into a letter; put a space or an operator between them");
    }
    const std::string_view written = source_.substr(start_, position_ - start_);
    if (written.size() > 1 && written[0] == '0' && written[1] != '.') {
      return fail(start_, fmt::format("a number with a leading zero ({}) can be read in two ways; write it without the zero", written));
    }
    const std::optional<double> value = parse_double(written);
    if (!value) {
      return fail(start_, fmt::format("a number is too large ({})", first_characters(written, 40)));
    }
    push(Kind::number, std::string(written), *value);
    return true;
  }

  bool text(char quote) {
    ++position_;
    const std::size_t end = source_.find(quote, position_);
    if (end == std::string_view::npos) {
      return fail(start_, fmt::format("a text is not closed; end it with {}", quote));
    }
    push(Kind::text, std::string(source_.substr(position_, end - position_)));
    position_ = end + 1;
    return true;
  }

  bool reference() {
    if (peek(1) != '{') {
      return fail(start_, "$ stands alone; an answer is referred to as ${id}");
    }
    const std::size_t end = source_.find('}', position_);
    if (end == std::string_view::npos) {
      return fail(start_, "a reference is not closed; write ${id}");
    }
    const std::string_view id = trim(source_.substr(position_ + 2, end - position_ - 2));
    if (!is_id(id)) {
      return fail(start_, fmt::format("a reference names no id ({}); write ${{id}} with the id of an item", first_characters(id, 40)));
    }
    push(Kind::reference, std::string(id));
    position_ = end + 1;
    return true;
  }

  std::string_view source_;
  const Position& at_;
  Problems& problems_;
  std::size_t position_ = 0;
  std::size_t start_ = 0;
};

} // namespace

Position place_in(std::string_view source, const Position& at, std::size_t offset) {
  Position place = at;
  if (place.column > 0) {
    place.column += static_cast<int>(count_characters(source.substr(0, offset)));
  }
  return place;
}

std::optional<std::vector<ExpressionToken>> expression_tokens(std::string_view source, const Position& at, Problems& problems) {
  Lexer lexer(source, at, problems);
  if (!lexer.run()) {
    return std::nullopt;
  }
  return std::move(lexer.tokens);
}

} // namespace canvass
