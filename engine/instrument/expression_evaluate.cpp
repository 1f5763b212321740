#include "engine/instrument/expression.hpp"
#include "engine/instrument/scale_call.hpp"

#include <cmath>
#include <cstdint>

namespace canvass {

namespace {

using Node = ExpressionNode;
using Value = ExpressionValue;

Value unknown() {
  return {};
}

Value truth(bool value) {
  Value made;
  made.kind = Value::Kind::boolean;
  made.number = value ? 1 : 0;
  return made;
}

Value number(double value) {
  if (!std::isfinite(value)) {
    return unknown(); // division by zero and overflow have no answer
  }
  Value made;
  made.kind = Value::Kind::number;
  made.number = value;
  return made;
}

bool is_true(const Value& value) {
  return value.kind == Value::Kind::boolean && value.number > 0;
}

bool is_false(const Value& value) {
  return value.kind == Value::Kind::boolean && value.number <= 0;
}

bool same_number(double a, double b) {
  return !(a < b) && !(b < a);
}

/// Three-way order of two values of one kind; nullopt where they cannot be compared.
std::optional<int> order(const Value& a, const Value& b) {
  if (a.kind != b.kind) {
    return std::nullopt;
  }
  switch (a.kind) {
  case Value::Kind::number:
  case Value::Kind::boolean: return a.number < b.number ? -1 : same_number(a.number, b.number) ? 0 : 1;
  case Value::Kind::text: return a.text < b.text ? -1 : a.text == b.text ? 0 : 1;
  case Value::Kind::date: return a.date < b.date ? -1 : a.date == b.date ? 0 : 1;
  case Value::Kind::unknown: break;
  }
  return std::nullopt;
}

Value compare(Node::Kind kind, const Value& a, const Value& b) {
  const std::optional<int> sign = order(a, b);
  if (!sign) {
    return unknown();
  }
  switch (kind) {
  case Node::Kind::eq: return truth(*sign == 0);
  case Node::Kind::ne: return truth(*sign != 0);
  case Node::Kind::lt: return truth(*sign < 0);
  case Node::Kind::le: return truth(*sign <= 0);
  case Node::Kind::gt: return truth(*sign > 0);
  default: return truth(*sign >= 0);
  }
}

Value calculate(Node::Kind kind, const Value& a, const Value& b) {
  if (a.kind != Value::Kind::number || b.kind != Value::Kind::number) {
    return unknown();
  }
  switch (kind) {
  case Node::Kind::add: return number(a.number + b.number);
  case Node::Kind::subtract: return number(a.number - b.number);
  case Node::Kind::multiply: return number(a.number * b.number);
  default: return number(a.number / b.number);
  }
}

struct YearMonthDay {
  std::int64_t year = 0, month = 0, day = 0;
};

/// Days since 1970-01-01 to the civil calendar (era arithmetic on 400-year cycles that start in March).
YearMonthDay civil(Date date) {
  const std::int64_t z = std::int64_t{date.days} + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const std::int64_t day_of_era = z - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  YearMonthDay made;
  made.day = day_of_year - (153 * shifted + 2) / 5 + 1;
  made.month = shifted < 10 ? shifted + 3 : shifted - 9;
  made.year = year_of_era + era * 400 + (made.month <= 2 ? 1 : 0);
  return made;
}

/// Completed years from a to b, negative if b is earlier. Someone born on 29 February completes a year on 1 March.
Value years_between(const Value& a, const Value& b) {
  if (a.kind != Value::Kind::date || b.kind != Value::Kind::date) {
    return unknown();
  }
  if (b.date < a.date) {
    const Value other_way = years_between(b, a);
    return number(0 - other_way.number);
  }
  const YearMonthDay from = civil(a.date);
  const YearMonthDay to = civil(b.date);
  const bool before_anniversary = to.month < from.month || (to.month == from.month && to.day < from.day);
  return number(static_cast<double>(to.year - from.year - (before_anniversary ? 1 : 0)));
}

class Evaluation {
public:
  Evaluation(const Expression& expression, const AnswerLookup& answers, const MissingLookup& missing, const Value& self)
      : expression_(expression), answers_(answers), missing_(missing), self_(self) {}

  /// Nodes come after their children, so one pass in order is enough: no recursion, whatever the depth.
  Value run() {
    values_.reserve(expression_.nodes.size());
    for (const Node& node : expression_.nodes) {
      values_.push_back(value_of(node));
    }
    return values_.empty() ? unknown() : values_.back();
  }

private:
  [[nodiscard]] const Value& child(const Node& node, std::size_t i) const {
    static const Value none;
    return i < node.children.size() && node.children[i] < values_.size() ? values_[node.children[i]] : none;
  }

  Value value_of(const Node& node) {
    switch (node.kind) {
    case Node::Kind::number: return number(node.number);
    case Node::Kind::text: {
      Value made;
      made.kind = Value::Kind::text;
      made.text = node.text;
      return made;
    }
    case Node::Kind::date: {
      const std::optional<Date> date = parse_date(node.text);
      Value made;
      if (date) {
        made.kind = Value::Kind::date;
        made.date = *date;
      }
      return made;
    }
    case Node::Kind::reference: return answers_ ? answers_(node.text) : unknown();
    case Node::Kind::self: return self_;
    case Node::Kind::unary_minus: {
      const Value& operand = child(node, 0);
      return operand.kind == Value::Kind::number ? number(-operand.number) : unknown();
    }
    case Node::Kind::negate: {
      const Value& operand = child(node, 0);
      return operand.kind == Value::Kind::boolean ? truth(!is_true(operand)) : unknown();
    }
    case Node::Kind::op_and: return both(child(node, 0), child(node, 1));
    case Node::Kind::op_or: return either(child(node, 0), child(node, 1));
    case Node::Kind::eq:
    case Node::Kind::ne:
    case Node::Kind::lt:
    case Node::Kind::le:
    case Node::Kind::gt:
    case Node::Kind::ge: return compare(node.kind, child(node, 0), child(node, 1));
    case Node::Kind::add:
    case Node::Kind::subtract:
    case Node::Kind::multiply:
    case Node::Kind::divide: return calculate(node.kind, child(node, 0), child(node, 1));
    case Node::Kind::call: return call(node);
    }
    return unknown();
  }

  /// Kleene: one false decides an `and`, one true an `or`, whatever is unknown beside it.
  static Value both(const Value& a, const Value& b) {
    if (is_false(a) || is_false(b)) {
      return truth(false);
    }
    return is_true(a) && is_true(b) ? truth(true) : unknown();
  }

  static Value either(const Value& a, const Value& b) {
    if (is_true(a) || is_true(b)) {
      return truth(true);
    }
    return is_false(a) && is_false(b) ? truth(false) : unknown();
  }

  Value call(const Node& node) {
    if (node.text == "answered") {
      return truth(child(node, 0).kind != Value::Kind::unknown);
    }
    if (node.text == "is_missing") {
      const Value& asked = child(node, 0);
      const std::optional<int> code = missing_ ? missing_(child(node, 1).text) : std::nullopt;
      return truth(asked.kind == Value::Kind::unknown && asked.missing != 0 && code == asked.missing);
    }
    if (node.text == "in") {
      return in(node);
    }
    if (node.text == "selected") {
      return selected(node);
    }
    if (node.text == "count_selected") {
      return count_selected(node);
    }
    if (node.text == "count") {
      return count(node);
    }
    if (node.text == scale_call) {
      std::vector<Value> values;
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        values.push_back(child(node, i));
      }
      return scale_call_value(values);
    }
    if (node.text == "years_between") {
      return years_between(child(node, 0), child(node, 1));
    }
    return unknown();
  }

  Value in(const Node& node) {
    Value result = truth(false);
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      result = either(result, compare(Node::Kind::eq, child(node, 0), child(node, i)));
    }
    return result;
  }

  /// How many of the conditions hold; unknown as soon as one of them is.
  Value count(const Node& node) {
    double sum = 0;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const Value& condition = child(node, i);
      if (condition.kind != Value::Kind::boolean) {
        return unknown();
      }
      sum += condition.number;
    }
    return number(sum);
  }

  /// As loaded, the only child is the tick's own variable; as parsed, the item and the code.
  Value selected(const Node& node) {
    Value tick = child(node, 0);
    if (node.children.size() > 1) {
      const Node& item = expression_.nodes[node.children[0]];
      const Value& code = child(node, 1);
      if (item.kind != Node::Kind::reference || code.kind != Value::Kind::number || !answers_ || std::fabs(code.number) > 1e9) {
        return unknown();
      }
      tick = answers_(item.text + "_" + std::to_string(static_cast<long long>(code.number)));
    }
    return tick.kind == Value::Kind::number || tick.kind == Value::Kind::boolean ? truth(tick.number > 0) : unknown();
  }

  /// As loaded, the children are the ticks; as parsed, the item, whose answer is its number of ticks.
  Value count_selected(const Node& node) {
    double sum = 0;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const Value& tick = child(node, i);
      if (tick.kind != Value::Kind::number && tick.kind != Value::Kind::boolean) {
        return unknown();
      }
      sum += tick.number;
    }
    return number(sum);
  }

  const Expression& expression_;
  const AnswerLookup& answers_;
  const MissingLookup& missing_;
  const Value& self_;
  std::vector<Value> values_;
};

} // namespace

std::optional<bool> holds(const Expression& expression, const AnswerLookup& answers, const MissingLookup& missing,
                          const ExpressionValue& self) {
  const Value result = Evaluation(expression, answers, missing, self).run();
  if (result.kind != Value::Kind::boolean) {
    return std::nullopt;
  }
  return is_true(result);
}

} // namespace canvass
