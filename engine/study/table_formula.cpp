#include "engine/study/table_formula.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

namespace canvass {

namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

} // namespace

/// Descends once through the text; the first thing that does not fit ends it.
class TableFormulaParser {
public:
  TableFormulaParser(std::string_view source, std::span<const std::string> columns) : source_(source), columns_(columns) {}

  std::optional<TableFormula> parse() {
    sum();
    skip_spaces();
    if (wrong_.empty() && at_ < source_.size()) {
      fail();
    }
    return wrong_.empty() ? std::optional<TableFormula>(std::move(formula_)) : std::nullopt;
  }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

private:
  using Kind = TableFormula::Step::Kind;

  void skip_spaces() {
    while (at_ < source_.size() && source_[at_] == ' ') {
      ++at_;
    }
  }
  bool take(char wanted) {
    skip_spaces();
    if (at_ < source_.size() && source_[at_] == wanted) {
      ++at_;
      return true;
    }
    return false;
  }
  void fail() {
    if (wrong_.empty()) {
      wrong_ = at_ >= source_.size() ? std::string("it ends where a column or a number should stand")
                                     : fmt::format("\"{}\" does not fit here", first_characters(source_.substr(at_), 12));
    }
  }
  void push(Kind kind, double number = 0, std::size_t column = 0) { formula_.steps_.push_back({kind, number, column}); }

  void sum() {
    product();
    while (wrong_.empty()) {
      if (take('+')) {
        product();
        push(Kind::add);
      } else if (take('-')) {
        product();
        push(Kind::subtract);
      } else {
        return;
      }
    }
  }
  void product() {
    factor();
    while (wrong_.empty()) {
      if (take('*')) {
        factor();
        push(Kind::multiply);
      } else if (take('/')) {
        factor();
        push(Kind::divide);
      } else {
        return;
      }
    }
  }
  void factor() {
    constexpr int deepest = 50;
    if (++depth_ > deepest) {
      wrong_ = "it is nested too deeply";
    }
    skip_spaces();
    if (!wrong_.empty()) {
      return;
    }
    if (take('-')) {
      factor();
      push(Kind::negate);
    } else if (take('(')) {
      sum();
      if (!take(')')) {
        fail();
      }
    } else if (at_ < source_.size() && source_[at_] == '`') {
      const std::size_t end = source_.find('`', at_ + 1);
      if (end == std::string_view::npos) {
        wrong_ = "a backquote is not closed";
        return;
      }
      column(source_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
    } else if (at_ < source_.size() && is_digit(source_[at_])) {
      number();
    } else {
      const std::size_t start = at_;
      while (at_ < source_.size() && is_name_character(source_[at_])) {
        ++at_;
      }
      if (at_ == start) {
        fail();
      } else {
        column(source_.substr(start, at_ - start));
      }
    }
    --depth_;
  }
  void number() {
    const std::size_t start = at_;
    while (at_ < source_.size() && (is_digit(source_[at_]) || source_[at_] == '.')) {
      ++at_;
    }
    const auto value = parse_double(source_.substr(start, at_ - start));
    if (!value) {
      at_ = start;
      fail();
      return;
    }
    push(Kind::number, *value);
  }
  void column(std::string_view name) {
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    if (found == columns_.end()) {
      wrong_ = fmt::format("there is no column \"{}\" (found: {}){}", name, join(columns_, ", "), did_you_mean(name, columns_));
      return;
    }
    push(Kind::column, 0, static_cast<std::size_t>(found - columns_.begin()));
  }

  std::string_view source_;
  std::span<const std::string> columns_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::string wrong_;
  TableFormula formula_;
};

std::optional<TableFormula> TableFormula::parse(std::string_view source, std::span<const std::string> columns, const Position& at,
                                                Problems& problems) {
  TableFormulaParser parser(source, columns);
  auto formula = parser.parse();
  if (!formula) {
    problems.error(at,
                   fmt::format("the formula \"{}\" cannot be read: {}; write columns and numbers with + - * / and brackets, such as target "
                               "- current; other names stand in backquotes",
                               source, parser.wrong()));
  }
  return formula;
}

double TableFormula::value(std::span<const double> cells) const {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> stack;
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::number) {
      stack.push_back(step.number);
      continue;
    }
    if (step.kind == Step::Kind::column) {
      stack.push_back(cells[step.column]);
      continue;
    }
    if (step.kind == Step::Kind::negate) {
      stack.back() = -stack.back();
      continue;
    }
    const double right = stack.back();
    stack.pop_back();
    double& left = stack.back();
    switch (step.kind) {
    case Step::Kind::add: left += right; break;
    case Step::Kind::subtract: left -= right; break;
    case Step::Kind::multiply: left *= right; break;
    default: left = right == 0 ? none : left / right; break;
    }
  }
  return stack.empty() ? none : stack.back();
}

std::vector<std::size_t> TableFormula::columns() const {
  std::vector<std::size_t> named;
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::column && std::find(named.begin(), named.end(), step.column) == named.end()) {
      named.push_back(step.column);
    }
  }
  return named;
}

std::optional<TableNumber> parse_table_number(std::string_view cell) {
  std::string_view text = trim(cell);
  bool negative = false;
  if (!text.empty() && text.front() == '-') {
    negative = true;
    text = trim(text.substr(1));
  }
  constexpr std::array<std::string_view, 3> currencies = {"£", "€", "$"};
  for (const std::string_view sign : currencies) {
    if (text.substr(0, sign.size()) == sign) {
      text = trim(text.substr(sign.size()));
      break;
    }
  }
  if (!text.empty() && text.back() == '%') {
    text = trim(text.substr(0, text.size() - 1));
  }
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string digits;
  const auto groups = split(whole, ',');
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool fits = groups.size() == 1 || (i == 0 ? !groups[i].empty() && groups[i].size() <= 3 : groups[i].size() == 3);
    if (!fits || !std::all_of(groups[i].begin(), groups[i].end(), is_digit)) {
      return std::nullopt;
    }
    digits += groups[i];
  }
  TableNumber number;
  if (point != std::string_view::npos) {
    const std::string_view rest = text.substr(point + 1);
    if (rest.empty() || !std::all_of(rest.begin(), rest.end(), is_digit)) {
      return std::nullopt;
    }
    number.decimals = static_cast<int>(rest.size());
    digits += "." + std::string(rest);
  }
  const std::size_t first = digits.find_first_not_of('0'); // 007 is a number in a table, if an odd one
  digits = first == std::string::npos ? "0" : digits.substr(digits[first] == '.' ? first - (first > 0 ? 1 : 0) : first);
  if (digits.front() == '.') {
    digits.insert(0, "0");
  }
  const auto value = whole.empty() ? std::nullopt : parse_double(digits);
  if (!value) {
    return std::nullopt;
  }
  number.value = negative ? -*value : *value;
  return number;
}

} // namespace canvass
