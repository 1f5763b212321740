#include "engine/instrument/model.hpp"

#include "engine/core/hash.hpp"

#include <algorithm>
#include <array>

namespace canvass {

namespace {

const Text no_text;
const std::string no_string;

Variable variable_of(const Item& item, std::size_t page, std::size_t index) {
  Variable made;
  made.id = item.id;
  made.page = page;
  made.item = index;
  made.reverse = item.reverse;
  made.referent = item.referent;
  made.element = item.element;
  made.desired_direction = item.desired_direction;
  return made;
}

Variable::Kind kind_of(ItemType type) {
  switch (type) {
  case ItemType::integer:
  case ItemType::rank: return Variable::Kind::integer;
  case ItemType::decimal: return Variable::Kind::decimal;
  case ItemType::text: return Variable::Kind::text;
  case ItemType::date: return Variable::Kind::date;
  case ItemType::time: return Variable::Kind::time;
  case ItemType::select_one:
  case ItemType::select_multiple:
  case ItemType::battery:
  case ItemType::note: break;
  }
  return Variable::Kind::code;
}

void expand_choices(const Item& item, const ChoiceList* list, const Variable& pattern, std::vector<Variable>& into) {
  if (list == nullptr) {
    return;
  }
  for (std::size_t i = 0; i < list->choices.size(); ++i) {
    Variable made = pattern;
    made.id = item.id + "_" + std::to_string(list->choices[i].code);
    made.choice = static_cast<int>(i);
    made.multiple = item.type == ItemType::select_multiple;
    into.push_back(std::move(made));
  }
}

void expand_rows(const Item& item, const Variable& pattern, std::vector<Variable>& into) {
  for (std::size_t i = 0; i < item.rows.size(); ++i) {
    const Row& row = item.rows[i];
    Variable made = pattern;
    made.id = row.id;
    made.list = item.list;
    made.row = static_cast<int>(i);
    made.reverse = row.reverse;
    made.referent = row.referent.empty() ? item.referent : row.referent;
    made.element = row.element.empty() ? item.element : row.element;
    made.desired_direction = row.desired_direction == Direction::none ? item.desired_direction : row.desired_direction;
    into.push_back(std::move(made));
  }
}

} // namespace

const std::string& Text::in(std::string_view language) const {
  const auto found = by_language.find(std::string(language));
  if (found != by_language.end()) {
    return found->second;
  }
  return by_language.empty() ? no_string : by_language.begin()->second;
}

const Choice* ChoiceList::find(int code) const {
  const auto found = std::find_if(choices.begin(), choices.end(), [code](const Choice& c) { return c.code == code; });
  return found == choices.end() ? nullptr : &*found;
}

int ChoiceList::lowest() const {
  const auto found = std::min_element(choices.begin(), choices.end(), [](const Choice& a, const Choice& b) { return a.code < b.code; });
  return found == choices.end() ? 0 : found->code;
}

int ChoiceList::highest() const {
  const auto found = std::max_element(choices.begin(), choices.end(), [](const Choice& a, const Choice& b) { return a.code < b.code; });
  return found == choices.end() ? 0 : found->code;
}

std::string_view to_string(ItemType type) {
  switch (type) {
  case ItemType::select_one: return "select_one";
  case ItemType::select_multiple: return "select_multiple";
  case ItemType::battery: return "battery";
  case ItemType::rank: return "rank";
  case ItemType::integer: return "integer";
  case ItemType::decimal: return "decimal";
  case ItemType::text: return "text";
  case ItemType::date: return "date";
  case ItemType::time: return "time";
  case ItemType::note: return "note";
  }
  return "note";
}

const ChoiceList* Instrument::list(std::string_view wanted) const {
  const auto found = std::find_if(lists.begin(), lists.end(), [wanted](const ChoiceList& l) { return l.id == wanted; });
  return found == lists.end() ? nullptr : &*found;
}

const MissingCode* Instrument::missing_code(std::string_view name) const {
  const auto found = std::find_if(missing.begin(), missing.end(), [name](const MissingCode& m) { return m.name == name; });
  return found == missing.end() ? nullptr : &*found;
}

const MissingCode* Instrument::missing_code(int code) const {
  const auto found = std::find_if(missing.begin(), missing.end(), [code](const MissingCode& m) { return m.code == code; });
  return found == missing.end() ? nullptr : &*found;
}

std::vector<std::string> Indicator::variables() const {
  std::vector<std::string> ids = formula ? formula->references() : std::vector<std::string>{of};
  for (std::string& name : among ? among->references() : std::vector<std::string>()) {
    if (std::find(ids.begin(), ids.end(), name) == ids.end()) {
      ids.push_back(std::move(name));
    }
  }
  return ids;
}

const Element* Instrument::element(std::string_view wanted) const {
  const auto found = std::find_if(elements.begin(), elements.end(), [wanted](const Element& e) { return e.id == wanted; });
  return found == elements.end() ? nullptr : &*found;
}

const Scale* Instrument::scale(std::string_view wanted) const {
  const auto found = std::find_if(scales.begin(), scales.end(), [wanted](const Scale& s) { return s.id == wanted; });
  return found == scales.end() ? nullptr : &*found;
}

const Indicator* Instrument::indicator(std::string_view wanted) const {
  const auto found = std::find_if(indicators.begin(), indicators.end(), [wanted](const Indicator& i) { return i.id == wanted; });
  return found == indicators.end() ? nullptr : &*found;
}

std::size_t Instrument::variable(std::string_view wanted) const {
  const auto found = std::find_if(variables.begin(), variables.end(), [wanted](const Variable& v) { return v.id == wanted; });
  return found == variables.end() ? npos : static_cast<std::size_t>(found - variables.begin());
}

const Text& Instrument::label_of(const Variable& variable) const {
  const Item& item = item_of(variable);
  if (variable.row >= 0) {
    return item.rows[static_cast<std::size_t>(variable.row)].label;
  }
  if (variable.choice >= 0) {
    const ChoiceList* of_item = list(item.list);
    return of_item == nullptr ? no_text : of_item->choices[static_cast<std::size_t>(variable.choice)].label;
  }
  return item.label;
}

std::vector<Variable> expand_variables(const Instrument& instrument) {
  std::vector<Variable> made;
  for (std::size_t page = 0; page < instrument.pages.size(); ++page) {
    for (std::size_t index = 0; index < instrument.pages[page].items.size(); ++index) {
      const Item& item = instrument.pages[page].items[index];
      Variable pattern = variable_of(item, page, index);
      pattern.kind = kind_of(item.type);
      switch (item.type) {
      case ItemType::note: break;
      case ItemType::battery: expand_rows(item, pattern, made); break;
      case ItemType::select_multiple:
      case ItemType::rank: expand_choices(item, instrument.list(item.list), pattern, made); break;
      case ItemType::select_one: pattern.list = item.list; [[fallthrough]];
      case ItemType::integer:
      case ItemType::decimal:
      case ItemType::text:
      case ItemType::date:
      case ItemType::time: made.push_back(std::move(pattern)); break;
      }
    }
  }
  return made;
}

std::string shape_of(const Instrument& instrument) {
  constexpr std::array<std::string_view, 6> kinds = {"code", "integer", "decimal", "text", "date", "time"};
  std::string body;
  // Every part is written with its length, so that no two shapes give the same bytes.
  const auto part = [&body](std::string_view text) {
    body += std::to_string(text.size());
    body += ':';
    body += text;
  };
  part("canvass shape 1");
  for (const Variable& variable : instrument.variables) {
    part(variable.id);
    part(variable.multiple ? "tick" : kinds[static_cast<std::size_t>(variable.kind)]);
    std::vector<int> codes;
    if (const ChoiceList* of_variable = instrument.list(variable.list)) {
      for (const Choice& choice : of_variable->choices) {
        codes.push_back(choice.code);
      }
    }
    std::sort(codes.begin(), codes.end());
    std::string written;
    for (const int code : codes) {
      written += std::to_string(code);
      written += ' ';
    }
    part(written);
  }
  return to_hex(sha256(body));
}

} // namespace canvass
