#include "engine/core/text.hpp"
#include "engine/instrument/load_parts.hpp"
#include "engine/instrument/possible_values.hpp"
#include "engine/instrument/scale_call.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace canvass {

namespace {

using Node = ExpressionNode;

enum class Use { relevant, constraint, formula };

/// Where an expression stands: what it may refer to, and what `.` is.
struct Standing {
  Use use = Use::relevant;
  std::size_t before = 0;         ///< only variables below this index may be referred to
  const Item* own = nullptr;      ///< the item, for a constraint and its messages
  const Variable* self = nullptr; ///< what `.` stands for, in a constraint of an item with one variable
};

struct Type {
  enum class Kind { broken, boolean, number, text, date };
  Kind kind = Kind::broken;           ///< broken: a problem was reported, say no more
  const Variable* variable = nullptr; ///< of a reference or `.`
};

std::string_view name_of(Type::Kind kind) {
  switch (kind) {
  case Type::Kind::boolean: return "a condition";
  case Type::Kind::number: return "a number";
  case Type::Kind::text: return "a text";
  case Type::Kind::date: return "a date";
  case Type::Kind::broken: break;
  }
  return "nothing";
}

std::string_view name_of(Use use) {
  return use == Use::relevant ? "relevant" : use == Use::constraint ? "constraint" : "formula";
}

Type::Kind kind_of(const Variable& variable) {
  switch (variable.kind) {
  case Variable::Kind::text: return Type::Kind::text;
  case Variable::Kind::date: return Type::Kind::date;
  default: return Type::Kind::number;
  }
}

struct ItemPlace {
  const Item* item = nullptr;
  std::size_t first = 0, last = 0; ///< its variables are first .. last-1
  std::size_t page = 0;
};

/// Checks expressions against the instrument and rewrites calls on items of many ticks to calls on the ticks.
class Binder {
public:
  explicit Binder(Loading& loading) : instrument_(loading.instrument), problems_(loading.problems) {
    for (std::size_t i = 0; i < instrument_.variables.size(); ++i) {
      variables_.emplace(instrument_.variables[i].id, i);
      ids_.push_back(instrument_.variables[i].id);
    }
    std::size_t next = 0;
    for (std::size_t page = 0; page < instrument_.pages.size(); ++page) {
      for (std::size_t index = 0; index < instrument_.pages[page].items.size(); ++index) {
        ItemPlace place{&instrument_.pages[page].items[index], next, next, page};
        while (place.last < instrument_.variables.size() && instrument_.variables[place.last].page == page &&
               instrument_.variables[place.last].item == index) {
          ++place.last;
        }
        next = place.last;
        items_.emplace(place.item->id, place);
      }
    }
  }

  [[nodiscard]] const ItemPlace* place_of(std::string_view id) const {
    const auto found = items_.find(id);
    return found == items_.end() ? nullptr : &found->second;
  }

  void bind(std::optional<Expression>& expression, const Standing& standing) {
    if (!expression) {
      return;
    }
    standing_ = standing;
    before_ = std::move(expression->nodes);
    after_.clear();
    types_.clear();
    new_index_.assign(before_.size(), 0);
    mark_arguments();
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (!is_argument_[i]) {
        visit(i);
      }
    }
    if (!types_.empty() && types_.back().kind != Type::Kind::broken && types_.back().kind != Type::Kind::boolean) {
      problems_.error(after_.back().at, fmt::format("`{}` is {} and not a condition; compare it with something, as in ${{id}} = 1",
                                                    name_of(standing_.use), name_of(types_.back().kind)));
    }
    expression->nodes = std::move(after_);
  }

private:
  /// selected, count_selected, answered, is_missing.
  static bool takes_item(const Node& node) {
    return node.kind == Node::Kind::call && node.text != "in" && node.text != "count" && node.text != "years_between";
  }

  /// The first argument of these calls names an item, and the last of selected and is_missing a
  /// code or name: these are not values and are taken up by their call.
  void mark_arguments() {
    is_argument_.assign(before_.size(), false);
    for (const Node& node : before_) {
      if (!takes_item(node)) {
        continue;
      }
      for (const std::size_t child : node.children) {
        const Node::Kind kind = before_[child].kind;
        if (kind == Node::Kind::reference || kind == Node::Kind::self || kind == Node::Kind::number || kind == Node::Kind::text) {
          is_argument_[child] = true;
        }
      }
    }
  }

  std::size_t push(Node node, Type type) {
    after_.push_back(std::move(node));
    types_.push_back(type);
    return after_.size() - 1;
  }

  Type fail(const Position& at, std::string text) {
    problems_.error(at, std::move(text));
    return {};
  }

  void visit(std::size_t i) {
    Node node = before_[i];
    if (!takes_item(node)) { // those look at their arguments as they were
      for (std::size_t& child : node.children) {
        child = new_index_[child];
      }
    }
    Type type;
    switch (node.kind) {
    case Node::Kind::number: type.kind = Type::Kind::number; break;
    case Node::Kind::text: type.kind = Type::Kind::text; break;
    case Node::Kind::date: type.kind = Type::Kind::date; break;
    case Node::Kind::reference: type = scale_of(node) != nullptr ? score(node, *scale_of(node)) : reference(node); break;
    case Node::Kind::self: type = self(node); break;
    case Node::Kind::negate:
    case Node::Kind::op_and:
    case Node::Kind::op_or: type = logic(node); break;
    case Node::Kind::unary_minus:
    case Node::Kind::add:
    case Node::Kind::subtract:
    case Node::Kind::multiply:
    case Node::Kind::divide: type = arithmetic(node); break;
    case Node::Kind::eq:
    case Node::Kind::ne:
    case Node::Kind::lt:
    case Node::Kind::le:
    case Node::Kind::gt:
    case Node::Kind::ge: type = comparison(node); break;
    case Node::Kind::call: type = call(node); break;
    }
    new_index_[i] = push(std::move(node), type);
  }

  /// The scale that a reference of a formula names, if it names one.
  [[nodiscard]] const Scale* scale_of(const Node& node) const {
    return standing_.use == Use::formula ? instrument_.scale(node.text) : nullptr;
  }

  /// Turns a reference to a scale into the call that scores its items.
  Type score(Node& node, const Scale& scale) {
    for (Node& child : scale_call_children(instrument_, scale, node.at)) {
      const bool answer = child.kind == Node::Kind::reference;
      node.children.push_back(push(std::move(child), {answer ? Type::Kind::number : Type::Kind::broken, nullptr}));
    }
    node.kind = Node::Kind::call;
    node.text = std::string(scale_call);
    return {Type::Kind::number, nullptr};
  }

  /// Says why `id` cannot be referred to from here; true if it can.
  bool reachable(std::string_view id, std::size_t index, const Position& at) {
    if (index < standing_.before) {
      return true;
    }
    const Variable& variable = instrument_.variables[index];
    const bool own = standing_.own != nullptr && &instrument_.item_of(variable) == standing_.own;
    fail(at, own ? fmt::format("`{}` of {} refers to itself; it may use only what is asked before", name_of(standing_.use), id)
                 : fmt::format("`{}` refers to {}, which is asked later (page {}); it may use only what is asked before",
                               name_of(standing_.use), id, instrument_.pages[variable.page].id));
    return false;
  }

  Type reference(const Node& node) {
    const auto found = variables_.find(node.text);
    if (found != variables_.end()) {
      if (!reachable(node.text, found->second, node.at)) {
        return {};
      }
      const Variable& variable = instrument_.variables[found->second];
      return {kind_of(variable), &variable};
    }
    const ItemPlace* place = place_of(node.text);
    if (place == nullptr) {
      return fail(node.at, fmt::format("`{}` refers to {}, which does not exist{}", name_of(standing_.use), node.text,
                                       did_you_mean(node.text, ids_)));
    }
    switch (place->item->type) {
    case ItemType::select_multiple:
      return fail(node.at, fmt::format("{} has many ticks and no single value; write selected(${{{}}}, code) or count_selected(${{{}}})",
                                       node.text, node.text, node.text));
    case ItemType::battery:
      return fail(node.at, fmt::format("{} is a battery and has no value of its own; refer to one of its rows", node.text));
    case ItemType::rank:
      return fail(node.at, fmt::format("{} is a ranking and has no single value; refer to one of its columns, as in ${{{}_1}} = 1",
                                       node.text, node.text));
    default: return fail(node.at, fmt::format("{} is a note and has no answer; refer to a question", node.text));
    }
  }

  Type self(const Node& node) {
    if (standing_.use != Use::constraint) {
      return fail(node.at, fmt::format("`.` stands for the answer in a constraint only; in `{}` write ${{id}}", name_of(standing_.use)));
    }
    if (standing_.self == nullptr) {
      return fail(node.at, fmt::format("{} has many ticks and `.` no single value; write count_selected(.) or selected(., code)",
                                       standing_.own == nullptr ? "the item" : standing_.own->id));
    }
    return {kind_of(*standing_.self), standing_.self};
  }

  Type logic(const Node& node) {
    Type result{Type::Kind::boolean, nullptr};
    for (const std::size_t child : node.children) {
      const Type& type = type_of_child(child);
      if (type.kind == Type::Kind::broken) {
        result.kind = Type::Kind::broken;
      } else if (type.kind != Type::Kind::boolean) {
        const std::string name = type.variable != nullptr ? type.variable->id : "it";
        return fail(
            after_[child].at,
            fmt::format("`and`, `or`, not() and count() take conditions, and this is {}; compare {} with something, as in ${{id}} = 1",
                        name_of(type.kind), name));
      }
    }
    return result;
  }

  Type arithmetic(const Node& node) {
    Type result{Type::Kind::number, nullptr};
    for (const std::size_t child : node.children) {
      const Type& type = type_of_child(child);
      if (type.kind == Type::Kind::broken) {
        result.kind = Type::Kind::broken;
      } else if (type.kind != Type::Kind::number) {
        return fail(after_[child].at,
                    fmt::format("+ - * / need numbers (found {}); for dates use years_between(a, b)", name_of(type.kind)));
      }
    }
    return result;
  }

  Type comparison(const Node& node) {
    const Type left = type_of_child(node.children[0]);
    const Type right = type_of_child(node.children[1]);
    if (left.kind == Type::Kind::broken || right.kind == Type::Kind::broken) {
      return {};
    }
    if (!comparable(left, right, node)) {
      return {};
    }
    const bool ordered = node.kind != Node::Kind::eq && node.kind != Node::Kind::ne;
    if (left.variable != nullptr && !possible(*left.variable, after_[node.children[1]], ordered)) {
      return {};
    }
    if (right.variable != nullptr && !possible(*right.variable, after_[node.children[0]], ordered)) {
      return {};
    }
    return {Type::Kind::boolean, nullptr};
  }

  bool comparable(const Type& left, const Type& right, const Node& node) {
    const Variable* variable = left.variable != nullptr ? left.variable : right.variable;
    if (left.kind != right.kind) {
      if (variable != nullptr && !variable->list.empty() && (left.kind == Type::Kind::text || right.kind == Type::Kind::text)) {
        const Node& text = after_[left.variable != nullptr ? node.children[1] : node.children[0]];
        fail(text.at, code_instead_of(instrument_, *variable, text.text));
        return false;
      }
      fail(node.at, fmt::format("{} is compared with {}; both sides must be of one kind", name_of(left.kind), name_of(right.kind)));
      return false;
    }
    if (left.kind == Type::Kind::boolean) {
      fail(node.at, "two conditions are compared; join them with `and`, `or` and not()");
      return false;
    }
    if (left.kind == Type::Kind::text && node.kind != Node::Kind::eq && node.kind != Node::Kind::ne) {
      fail(node.at, "texts have no order here; compare them with = or !=");
      return false;
    }
    return true;
  }

  /// Whether the variable can have the value of a literal at all; `ordered`: compared by < and the like.
  bool possible(const Variable& variable, const Node& literal, bool ordered) {
    const std::string why = literal.kind == Node::Kind::number ? why_impossible(instrument_, variable, literal.number, ordered) : "";
    if (!why.empty()) {
      fail(literal.at, why);
    }
    return why.empty();
  }

  Type call(Node& node) {
    const std::string name = node.text;
    if (name == "in") {
      return in(node);
    }
    if (name == "count") {
      return count(node);
    }
    if (name == "years_between") {
      for (const std::size_t child : node.children) {
        const Type& type = type_of_child(child);
        if (type.kind == Type::Kind::broken) {
          return {};
        }
        if (type.kind != Type::Kind::date) {
          return fail(after_[child].at,
                      fmt::format("years_between needs two dates (found {}); write date('2026-06-27') or ${{id}} of a date item",
                                  name_of(type.kind)));
        }
      }
      return {Type::Kind::number, nullptr};
    }
    return on_item(node, name);
  }

  Type count(const Node& node) {
    const Type of_conditions = logic(node);
    return {of_conditions.kind == Type::Kind::broken ? Type::Kind::broken : Type::Kind::number, nullptr};
  }

  Type in(const Node& node) {
    const Type first = type_of_child(node.children[0]);
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      const Type type = type_of_child(node.children[i]);
      if (first.kind == Type::Kind::broken || type.kind == Type::Kind::broken) {
        return {};
      }
      Node equals;
      equals.kind = Node::Kind::eq;
      equals.at = after_[node.children[i]].at;
      equals.children = {node.children[0], node.children[i]};
      if (!comparable(first, type, equals)) {
        return {};
      }
      if (first.variable != nullptr && !possible(*first.variable, after_[node.children[i]], false)) {
        return {};
      }
    }
    return {Type::Kind::boolean, nullptr};
  }

  /// selected, count_selected, answered, is_missing: their first argument is an item.
  Type on_item(Node& node, const std::string& name) {
    const std::vector<std::size_t> arguments = std::exchange(node.children, {});
    const Node& subject = before_[arguments[0]];
    if (!is_argument_[arguments[0]] || (subject.kind != Node::Kind::reference && subject.kind != Node::Kind::self)) {
      return fail(subject.at, fmt::format("{} needs an item; write {}(${{id}}{})", name, name, arguments.size() > 1 ? ", ..." : ""));
    }
    std::vector<std::size_t> found;
    const Variable* single = nullptr;
    if (!variables_of(subject, found, single)) {
      return {};
    }
    const bool many = single == nullptr;
    if (name == "selected" || name == "count_selected") {
      if (!many) {
        return fail(subject.at,
                    fmt::format("{} is for a select_multiple item; compare {} itself, as in ${{{}}} = 1", name, single->id, single->id));
      }
      return name == "selected" ? selected(node, before_[arguments[1]], found) : count_selected(node, found);
    }
    if (name == "is_missing" && !named_missing(node, before_[arguments[1]])) {
      return {};
    }
    // All ticks of an item are missing together, so that the first speaks for them.
    Node reference = subject;
    if (many) {
      reference.kind = Node::Kind::reference;
      reference.text = instrument_.variables[found.front()].id;
    }
    const std::size_t at = push(std::move(reference), {Type::Kind::number, single});
    std::size_t name_at = 0;
    if (name == "is_missing") {
      name_at = push(before_[arguments[1]], {Type::Kind::text, nullptr});
    }
    node.children.push_back(at);
    if (name == "is_missing") {
      node.children.push_back(name_at);
    }
    return {Type::Kind::boolean, nullptr};
  }

  /// The variables that the first argument means: one (then `single`), or the ticks of an item.
  bool variables_of(const Node& subject, std::vector<std::size_t>& found, const Variable*& single) {
    const ItemPlace* place = nullptr;
    if (subject.kind == Node::Kind::self) {
      if (standing_.use == Use::constraint && standing_.self == nullptr && standing_.own != nullptr) {
        place = place_of(standing_.own->id);
      } else {
        single = self(subject).variable;
        return single != nullptr;
      }
    } else if (variables_.find(subject.text) == variables_.end()) {
      place = place_of(subject.text);
    }
    if (place == nullptr || place->item->type != ItemType::select_multiple) {
      single = reference(subject).variable;
      return single != nullptr;
    }
    if (place->first == place->last) {
      return false; // its list is broken and reported
    }
    for (std::size_t i = place->first; i < place->last; ++i) {
      found.push_back(i);
    }
    return reachable(place->item->id, place->first, subject.at);
  }

  Type selected(Node& node, const Node& code, const std::vector<std::size_t>& ticks) {
    const ChoiceList* list = instrument_.list(instrument_.item_of(instrument_.variables[ticks.front()]).list);
    for (const std::size_t tick : ticks) {
      const Variable& variable = instrument_.variables[tick];
      if (list == nullptr || code.kind != Node::Kind::number ||
          std::fabs(list->choices[static_cast<std::size_t>(variable.choice)].code - code.number) > 0) {
        continue;
      }
      Node reference;
      reference.kind = Node::Kind::reference;
      reference.text = variable.id;
      reference.at = node.at;
      node.children.push_back(push(std::move(reference), {Type::Kind::number, &variable}));
      return {Type::Kind::boolean, nullptr};
    }
    std::vector<std::string> codes;
    if (list != nullptr) {
      for (const Choice& choice : list->choices) {
        codes.push_back(std::to_string(choice.code));
      }
    }
    const std::string found =
        code.kind == Node::Kind::number ? shortest(code.number) : "'" + std::string(first_characters(code.text, 40)) + "'";
    return fail(code.at, fmt::format("selected asks for a code that is not in the list ({}); allowed are {}", found, join(codes, ", ")));
  }

  Type count_selected(Node& node, const std::vector<std::size_t>& ticks) {
    for (const std::size_t tick : ticks) {
      Node reference;
      reference.kind = Node::Kind::reference;
      reference.text = instrument_.variables[tick].id;
      reference.at = node.at;
      node.children.push_back(push(std::move(reference), {Type::Kind::number, &instrument_.variables[tick]}));
    }
    return {Type::Kind::number, nullptr};
  }

  bool named_missing(const Node& node, const Node& name) {
    std::vector<std::string> names;
    for (const MissingCode& missing : instrument_.missing) {
      names.push_back(missing.name);
    }
    if (name.kind == Node::Kind::text && std::find(names.begin(), names.end(), name.text) != names.end()) {
      return true;
    }
    fail(name.kind == Node::Kind::text ? name.at : node.at,
         fmt::format("is_missing names a missing code that is not declared ({}){}; declared are {}", first_characters(name.text, 40),
                     did_you_mean(name.text, names), either_of(names)));
    return false;
  }

  [[nodiscard]] const Type& type_of_child(std::size_t child) const { return types_[child]; }

  const Instrument& instrument_;
  Problems& problems_;
  std::map<std::string, std::size_t, std::less<>> variables_;
  std::map<std::string, ItemPlace, std::less<>> items_;
  std::vector<std::string> ids_;

  Standing standing_;
  std::vector<Node> before_, after_;
  std::vector<Type> types_;            ///< of after_
  std::vector<std::size_t> new_index_; ///< of a node of before_ in after_
  std::vector<char> is_argument_;      ///< of a node of before_
};

} // namespace

void bind_expressions(Loading& loading) {
  Binder binder(loading);
  std::size_t next = 0; // the first variable of what comes
  const std::vector<Variable>& variables = loading.instrument.variables;
  for (std::size_t page_index = 0; page_index < loading.instrument.pages.size(); ++page_index) {
    Page& page = loading.instrument.pages[page_index];
    binder.bind(page.relevant, {Use::relevant, next, nullptr, nullptr});
    for (std::size_t item_index = 0; item_index < page.items.size(); ++item_index) {
      Item& item = page.items[item_index];
      const std::size_t first = next;
      while (next < variables.size() && variables[next].page == page_index && variables[next].item == item_index) {
        ++next;
      }
      binder.bind(item.relevant, {Use::relevant, first, &item, nullptr});
      for (Row& row : item.rows) {
        binder.bind(row.relevant, {Use::relevant, first, &item, nullptr});
      }
      const bool one = item.type != ItemType::select_multiple && next == first + 1;
      binder.bind(item.constraint, {Use::constraint, next, &item, one ? &variables[first] : nullptr});
    }
  }
  for (Indicator& indicator : loading.instrument.indicators) {
    binder.bind(indicator.formula, {Use::formula, next, nullptr, nullptr});
    binder.bind(indicator.among, {Use::formula, next, nullptr, nullptr});
  }
}

} // namespace canvass
