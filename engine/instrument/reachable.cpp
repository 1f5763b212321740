#include "engine/instrument/reachable.hpp"

#include "engine/instrument/indicators.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace canvass {

namespace {

using Node = ExpressionNode;
using Value = ExpressionValue;

constexpr std::size_t most_sheets = 5'000;

Value number(double value) {
  Value made;
  made.kind = Value::Kind::number;
  made.number = value;
  return made;
}

Value missing(int code) {
  Value made;
  made.missing = code;
  return made;
}

/// Conditions under which a variable is asked.
std::vector<const Expression*> gates_of(const Instrument& instrument, const Variable& variable) {
  std::vector<const Expression*> gates;
  const auto add = [&gates](const std::optional<Expression>& expression) {
    if (expression) {
      gates.push_back(&*expression);
    }
  };
  const Item& item = instrument.item_of(variable);
  add(instrument.pages[variable.page].relevant);
  add(item.relevant);
  if (variable.row >= 0) {
    add(item.rows[static_cast<std::size_t>(variable.row)].relevant);
  }
  return gates;
}

class Search {
public:
  Search(const Instrument& instrument, const std::vector<const Expression*>& conditions)
      : instrument_(instrument), conditions_(conditions), missing_(missing_lookup(instrument)) {}

  Reach run() {
    collect();
    if (!decidable()) {
      return Reach::not_decided;
    }
    std::size_t sheets = 1;
    for (const std::size_t index : variables_) {
      domains_.push_back(domain_of(instrument_.variables[index]));
      if (domains_.back().empty() || sheets > most_sheets / domains_.back().size()) {
        return Reach::not_decided;
      }
      sheets *= domains_.back().size();
    }
    return try_all() ? Reach::yes : Reach::never;
  }

private:
  /// The variables that the conditions depend on, and all that decides whether those are asked.
  void collect() {
    std::vector<const Expression*> open = conditions_;
    std::set<std::size_t> found;
    while (!open.empty()) {
      const Expression* expression = open.back();
      open.pop_back();
      all_.push_back(expression);
      for (const std::string& id : expression->references()) {
        const std::size_t index = instrument_.variable(id);
        if (index != Instrument::npos && found.insert(index).second) {
          const std::vector<const Expression*> gates = gates_of(instrument_, instrument_.variables[index]);
          open.insert(open.end(), gates.begin(), gates.end());
        }
      }
    }
    variables_.assign(found.begin(), found.end()); // in the order of asking: gates look back only
  }

  /// Values on either side of each named value stand for all others only where variables are compared with values alone.
  [[nodiscard]] bool decidable() const {
    const bool only_codes = std::all_of(variables_.begin(), variables_.end(),
                                        [this](std::size_t index) { return instrument_.variables[index].kind == Variable::Kind::code; });
    if (only_codes) {
      return true;
    }
    return std::none_of(all_.begin(), all_.end(), [](const Expression* expression) {
      return std::any_of(expression->nodes.begin(), expression->nodes.end(), [expression](const Node& node) {
        const auto is_reference = [expression](std::size_t child) { return expression->nodes[child].kind == Node::Kind::reference; };
        switch (node.kind) {
        case Node::Kind::add:
        case Node::Kind::subtract:
        case Node::Kind::multiply:
        case Node::Kind::divide:
        case Node::Kind::unary_minus: return true;
        case Node::Kind::call: return node.text == "years_between" || (node.text == "in" && references(*expression, node) > 1);
        case Node::Kind::eq:
        case Node::Kind::ne:
        case Node::Kind::lt:
        case Node::Kind::le:
        case Node::Kind::gt:
        case Node::Kind::ge: return is_reference(node.children[0]) && is_reference(node.children[1]);
        default: return false;
        }
      });
    });
  }

  static std::ptrdiff_t references(const Expression& expression, const Node& node) {
    return std::count_if(node.children.begin(), node.children.end(),
                         [&expression](std::size_t child) { return expression.nodes[child].kind == Node::Kind::reference; });
  }

  std::vector<Value> domain_of(const Variable& variable) const {
    const Item& item = instrument_.item_of(variable);
    std::vector<Value> domain;
    if (variable.multiple) {
      domain = {number(1), number(0)};
    } else if (const ChoiceList* list = instrument_.list(variable.list)) {
      for (const Choice& choice : list->choices) {
        domain.push_back(number(choice.code));
      }
    } else {
      domain = around_named_values(variable, item);
    }
    domain.push_back(missing(code_blank));
    domain.push_back(missing(code_spoilt));
    for (const std::string& name : item.missing) {
      if (const MissingCode* code = instrument_.missing_code(name)) {
        domain.push_back(missing(code->code));
      }
    }
    return domain;
  }

  std::vector<Value> around_named_values(const Variable& variable, const Item& item) const {
    std::vector<Value> domain;
    const double step = variable.kind == Variable::Kind::decimal ? 1e-6 : 1;
    std::set<double> numbers;
    if (item.minimum) {
      numbers.insert(*item.minimum);
    }
    if (item.maximum) {
      numbers.insert(*item.maximum);
    }
    if (numbers.empty()) {
      numbers.insert(0);
    }
    for (const Expression* expression : all_) {
      for (const Node& node : expression->nodes) {
        Value value;
        if (node.kind == Node::Kind::number && std::fabs(node.number) < 1e9) {
          numbers.insert({node.number - step, node.number, node.number + step});
        } else if (node.kind == Node::Kind::text && variable.kind == Variable::Kind::text) {
          value.kind = Value::Kind::text;
          value.text = node.text;
          domain.push_back(value);
        } else if (node.kind == Node::Kind::date && variable.kind == Variable::Kind::date) {
          value.kind = Value::Kind::date;
          const std::optional<Date> day = parse_date(node.text);
          for (const int shift : {-1, 0, 1}) {
            value.date.days = day ? day->days + shift : 0;
            domain.push_back(value);
          }
        }
      }
    }
    if (variable.kind == Variable::Kind::text) {
      Value other;
      other.kind = Value::Kind::text;
      other.text = "\x01"; // no text of a file can be this
      domain.push_back(other);
      return domain;
    }
    if (variable.kind == Variable::Kind::date) {
      Value other;
      other.kind = Value::Kind::date;
      domain.push_back(other);
      return domain;
    }
    for (const double value : numbers) {
      if ((!item.minimum || value >= *item.minimum) && (!item.maximum || value <= *item.maximum)) {
        domain.push_back(number(value));
      }
    }
    return domain;
  }

  [[nodiscard]] bool all_hold(const std::vector<const Expression*>& expressions) const {
    const AnswerLookup answers = [this](std::string_view id) {
      const auto found = sheet_.find(id);
      return found == sheet_.end() ? Value() : found->second;
    };
    return std::all_of(expressions.begin(), expressions.end(),
                       [&](const Expression* expression) { return holds(*expression, answers, missing_).value_or(false); });
  }

  /// Counts through all sheets like an odometer; what routing passes over is set to "not asked".
  bool try_all() {
    std::vector<std::size_t> at(variables_.size(), 0);
    while (true) {
      for (std::size_t i = 0; i < variables_.size(); ++i) {
        const Variable& variable = instrument_.variables[variables_[i]];
        sheet_[variable.id] = missing(code_routed); // it is not there while its own gates are tried
        if (all_hold(gates_of(instrument_, variable))) {
          sheet_[variable.id] = domains_[i][at[i]];
        }
      }
      if (all_hold(conditions_)) {
        return true;
      }
      std::size_t digit = 0;
      while (digit < at.size() && ++at[digit] == domains_[digit].size()) {
        at[digit++] = 0;
      }
      if (digit == at.size()) {
        return false;
      }
    }
  }

  const Instrument& instrument_;
  const std::vector<const Expression*>& conditions_;
  MissingLookup missing_;
  std::vector<const Expression*> all_;
  std::vector<std::size_t> variables_;
  std::vector<std::vector<Value>> domains_;
  std::map<std::string, Value, std::less<>> sheet_;
};

} // namespace

Reach reach_of(const Instrument& instrument, const std::vector<const Expression*>& conditions) {
  return Search(instrument, conditions).run();
}

} // namespace canvass
