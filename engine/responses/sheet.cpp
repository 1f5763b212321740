#include "engine/responses/sheet.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::responses {

namespace {

/// What was found, fit for a sentence: long or strange texts must not drown it.
std::string quoted(std::string_view text) {
  if (first_invalid_utf8(text)) {
    return "bytes that are not UTF-8";
  }
  const std::string_view start = first_characters(text, 40);
  std::string out = "\"";
  for (const char c : start) {
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + (start.size() < text.size() ? "...\"" : "\"");
}

std::string ranges_of(const std::vector<int>& codes) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    std::size_t end = i;
    while (end + 1 < codes.size() && codes[end + 1] == codes[end] + 1) {
      ++end;
    }
    parts.push_back(end == i       ? fmt::format("{}", codes[i])
                    : end == i + 1 ? fmt::format("{}, {}", codes[i], codes[end])
                                   : fmt::format("{} to {}", codes[i], codes[end]));
    i = end;
  }
  return join(parts, ", ");
}

std::optional<int> minutes_of(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
    return std::nullopt;
  }
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  return hours < 24 && minutes < 60 ? std::optional<int>(hours * 60 + minutes) : std::nullopt;
}

void set_missing(Cell& cell, int code) {
  cell = Cell{};
  cell.missing = static_cast<std::int16_t>(code);
}

} // namespace

struct Sheet::State {
  const RawRecord& record;
  std::vector<Cell>& cells;
  std::vector<signed char> gates; ///< -1 not yet evaluated, else 0 or 1
};

Sheet::Sheet(std::shared_ptr<const Instrument> instrument) : instrument_(std::move(instrument)) {
  const Instrument& it = *instrument_;
  name_ = it.id + "@" + it.version;
  for (const MissingCode& code : it.missing) {
    if (is_missing_code(code.code)) {
      missing_[static_cast<std::size_t>(code.code - first_missing_code)] = true;
    }
  }
  for (const int code : {code_blank, code_routed, code_spoilt}) {
    missing_[static_cast<std::size_t>(code - first_missing_code)] = true;
  }
  const auto gate = [&](const std::optional<Expression>& expression) {
    if (!expression) {
      return -1;
    }
    gates_.push_back(&*expression);
    return static_cast<int>(gates_.size()) - 1;
  };
  std::vector<int> page_gates;
  for (const Page& page : it.pages) {
    page_gates.push_back(gate(page.relevant));
  }

  for (std::size_t i = 0; i < it.variables.size(); ++i) {
    const Variable& variable = it.variables[i];
    const Item& item = it.item_of(variable);
    VariableRule rule;
    rule.variable = &variable;
    rule.max_length = item.max_length;
    rule.has_minimum = item.minimum.has_value();
    rule.has_maximum = item.maximum.has_value();
    rule.minimum = item.minimum.value_or(0);
    rule.maximum = item.maximum.value_or(0);
    if (variable.kind == Variable::Kind::code) {
      std::vector<int> codes;
      if (variable.multiple) {
        codes = {0, 1};
      } else if (const ChoiceList* list = it.list(variable.list)) {
        for (const Choice& choice : list->choices) {
          codes.push_back(choice.code);
        }
      }
      std::sort(codes.begin(), codes.end());
      for (const int code : codes) {
        if (code >= 0 && code < 10) {
          rule.digit[static_cast<std::size_t>(code)] = true;
        }
      }
      rule.codes = std::move(codes);
    }
    if (item.type == ItemType::rank) {
      const ChoiceList* list = it.list(item.list);
      rule.has_minimum = rule.has_maximum = true;
      rule.minimum = 1;
      rule.maximum = list == nullptr ? 1 : static_cast<double>(list->choices.size());
    }
    if (variable.row >= 0) {
      rule.row_gate = gate(item.rows[static_cast<std::size_t>(variable.row)].relevant);
    }
    if (items_.empty() || items_.back().item != &item) {
      ItemRule group;
      group.item = &item;
      group.first = i;
      group.page_gate = page_gates[variable.page];
      group.item_gate = gate(item.relevant);
      items_.push_back(std::move(group));
    }
    items_.back().last = i + 1;
    if (variable.multiple) {
      const ChoiceList* list = it.list(item.list);
      const bool exclusive = list != nullptr && variable.choice >= 0 && list->choices[static_cast<std::size_t>(variable.choice)].exclusive;
      items_.back().exclusive.push_back(exclusive);
    }
    index_of_.emplace(variable.id, i);
    rules_.push_back(std::move(rule));
  }
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].last - items_[i].first > 1 || index_of_.find(items_[i].item->id) == index_of_.end()) {
      item_of_.emplace(items_[i].item->id, i);
    }
  }
}

bool Sheet::is_declared_missing(int code) const noexcept {
  return is_missing_code(code) && missing_[static_cast<std::size_t>(code - first_missing_code)];
}

std::string Sheet::allowed(const VariableRule& rule) const {
  std::string text;
  switch (rule.variable->kind) {
  case Variable::Kind::code: text = ranges_of(rule.codes); break;
  case Variable::Kind::integer:
  case Variable::Kind::decimal:
    text = rule.variable->kind == Variable::Kind::integer ? "whole numbers" : "numbers with a decimal point";
    if (rule.has_minimum && rule.has_maximum) {
      text += fmt::format(" from {} to {}", shortest(rule.minimum), shortest(rule.maximum));
    } else if (rule.has_minimum) {
      text += fmt::format(" of {} or more", shortest(rule.minimum));
    } else if (rule.has_maximum) {
      text += fmt::format(" of {} or less", shortest(rule.maximum));
    }
    break;
  case Variable::Kind::text: text = rule.max_length > 0 ? fmt::format("up to {} characters", rule.max_length) : "any text"; break;
  case Variable::Kind::date: text = "days as YYYY-MM-DD"; break;
  case Variable::Kind::time: text = "times as HH:MM"; break;
  }
  std::vector<std::string> missing;
  for (int code = first_missing_code; code <= last_missing_code; ++code) {
    if (is_declared_missing(code)) {
      missing.push_back(fmt::format("{}", code));
    }
  }
  return text + ", and the missing codes " + join(missing, ", ");
}

void Sheet::read_cell(std::size_t index, std::string_view text, Cell& cell, std::vector<std::string>& reasons) const {
  const VariableRule& rule = rules_[index];
  const auto refuse = [&](std::string_view what) {
    reasons.push_back(fmt::format("{}: {} {}; allowed are {}", rule.variable->id, quoted(text), what, allowed(rule)));
    set_missing(cell, code_blank);
  };
  const auto missing_of = [&]() -> int {
    if (text.size() != 3 || text[0] != '-' || text[1] != '9' || text[2] < '0' || text[2] > '9') {
      return 0;
    }
    return -90 - (text[2] - '0');
  };
  if (const int code = missing_of(); code != 0) {
    if (is_declared_missing(code)) {
      cell.missing = static_cast<std::int16_t>(code);
    } else {
      refuse("is no missing code of this instrument");
    }
    return;
  }
  switch (rule.variable->kind) {
  case Variable::Kind::code: {
    const auto code = parse_int(text);
    if (code && std::binary_search(rule.codes.begin(), rule.codes.end(), *code)) {
      cell.number = *code;
    } else {
      refuse("is no code of this question");
    }
    return;
  }
  case Variable::Kind::integer:
  case Variable::Kind::decimal: {
    std::optional<double> value;
    if (rule.variable->kind == Variable::Kind::integer) {
      const auto whole = parse_int64(text);
      if (whole && std::abs(*whole) <= (1ll << 53)) {
        value = static_cast<double>(*whole);
      }
    } else {
      value = parse_double(text);
    }
    if (!value || !std::isfinite(*value)) {
      refuse(rule.variable->kind == Variable::Kind::integer ? "is no whole number" : "is no number");
    } else if ((rule.has_minimum && *value < rule.minimum) || (rule.has_maximum && *value > rule.maximum)) {
      refuse("is out of range");
    } else {
      cell.number = *value == 0 ? 0.0 : *value; // no negative zero: equal answers give equal bytes
    }
    return;
  }
  case Variable::Kind::text:
    if (first_invalid_utf8(text) || text.find('\0') != std::string_view::npos) {
      refuse("is no UTF-8 text");
    } else if (rule.max_length > 0 && count_characters(text) > static_cast<std::size_t>(rule.max_length)) {
      refuse(fmt::format("is too long ({} characters)", count_characters(text)));
    } else {
      cell.text = std::string(text);
    }
    return;
  case Variable::Kind::date:
    if (const auto date = parse_date(text)) {
      cell.number = date->days;
    } else {
      refuse("is no day of the calendar");
    }
    return;
  case Variable::Kind::time:
    if (const auto minutes = minutes_of(text)) {
      cell.number = *minutes;
    } else {
      refuse("is no time of day");
    }
    return;
  }
}

ExpressionValue Sheet::value_of_cell(std::size_t index, const Cell& cell) const {
  ExpressionValue value;
  if (cell.missing != 0) {
    value.missing = cell.missing;
    return value;
  }
  switch (rules_[index].variable->kind) {
  case Variable::Kind::text:
    value.kind = ExpressionValue::Kind::text;
    value.text = cell.text;
    break;
  case Variable::Kind::date:
    value.kind = ExpressionValue::Kind::date;
    value.date = Date{static_cast<std::int32_t>(cell.number)};
    break;
  default:
    value.kind = ExpressionValue::Kind::number;
    value.number = cell.number;
    break;
  }
  return value;
}

ExpressionValue Sheet::value_of(std::string_view id, const State& state) const {
  if (const auto found = index_of_.find(id); found != index_of_.end()) {
    return value_of_cell(found->second, state.cells[found->second]);
  }
  // An item that expands to several variables stands for the number of its choices that were given.
  ExpressionValue value;
  value.missing = code_blank;
  const auto found = item_of_.find(id);
  if (found == item_of_.end()) {
    return value;
  }
  const ItemRule& rule = items_[found->second];
  for (std::size_t i = rule.first; i < rule.last; ++i) {
    const Cell& cell = state.cells[i];
    if (cell.missing == 0) {
      value.kind = ExpressionValue::Kind::number;
      value.number += rules_[i].variable->multiple ? cell.number : 1;
    } else if (value.kind == ExpressionValue::Kind::unknown) {
      value.missing = cell.missing;
    }
  }
  if (value.kind == ExpressionValue::Kind::number) {
    value.missing = 0;
  }
  return value;
}

bool Sheet::open(int gate, State& state) const {
  if (gate < 0) {
    return true;
  }
  signed char& known = state.gates[static_cast<std::size_t>(gate)];
  if (known < 0) {
    const auto answers = [&](std::string_view id) { return value_of(id, state); };
    const auto missing = [&](std::string_view name) -> std::optional<int> {
      const MissingCode* code = instrument_->missing_code(name);
      return code == nullptr ? std::nullopt : std::optional<int>(code->code);
    };
    // Unknown counts as not asked: nobody was sent down a path on an answer that is not there.
    known = holds(*gates_[static_cast<std::size_t>(gate)], answers, missing).value_or(false) ? 1 : 0;
  }
  return known == 1;
}

void Sheet::check_ticks(const ItemRule& rule, State& state, std::vector<std::string>& reasons) const {
  std::size_t ticked = 0;
  std::size_t excluding = rule.last;
  for (std::size_t i = rule.first; i < rule.last; ++i) {
    if (state.cells[i].missing == 0 && state.cells[i].number == 1) {
      ++ticked;
      if (rule.exclusive[i - rule.first]) {
        excluding = i;
      }
    }
  }
  if (ticked == 0) {
    return;
  }
  if (excluding != rule.last && ticked > 1) {
    reasons.push_back(fmt::format("{}: \"{}\" is ticked beside {}; it excludes all other answers", rule.item->id,
                                  rules_[excluding].variable->id,
                                  counted(static_cast<long long>(ticked) - 1, "other answer", "other answers")));
  }
  // Somebody who ticked one box saw the others and left them empty.
  for (std::size_t i = rule.first; i < rule.last; ++i) {
    if (state.cells[i].missing == code_blank && !state.record.answers[i]) {
      state.cells[i] = Cell{};
    }
  }
}

void Sheet::check_ranks(const ItemRule& rule, const State& state, std::vector<std::string>& reasons) const {
  for (std::size_t i = rule.first; i < rule.last; ++i) {
    for (std::size_t j = rule.first; j < i; ++j) {
      if (state.cells[i].missing == 0 && state.cells[j].missing == 0 && state.cells[i].number == state.cells[j].number) {
        reasons.push_back(fmt::format("{}: the rank {} is given to {} and to {}; each rank is given once", rule.item->id,
                                      shortest(state.cells[i].number), rules_[j].variable->id, rules_[i].variable->id));
        return;
      }
    }
  }
}

void Sheet::check_item(const ItemRule& rule, State& state, std::vector<std::string>& reasons) const {
  const bool asked = open(rule.page_gate, state) && open(rule.item_gate, state);
  for (std::size_t i = rule.first; i < rule.last; ++i) {
    Cell& cell = state.cells[i];
    if (!asked || !open(rules_[i].row_gate, state)) {
      cell.missing = code_routed;
      continue;
    }
    const auto& answer = state.record.answers[i];
    if (!answer || trim(*answer).empty()) {
      cell.missing = code_blank;
      continue;
    }
    const std::string_view text = *answer;
    const VariableRule& variable = rules_[i];
    // Nearly every cell of nearly every survey is one digit: no parsing needed.
    if (text.size() == 1 && text[0] >= '0' && text[0] <= '9' && variable.variable->kind == Variable::Kind::code) {
      if (variable.digit[static_cast<std::size_t>(text[0] - '0')]) {
        cell.number = text[0] - '0';
        continue;
      }
    }
    read_cell(i, variable.variable->kind == Variable::Kind::text ? text : trim(text), cell, reasons);
  }
  if (asked && !rule.exclusive.empty()) {
    check_ticks(rule, state, reasons);
  }
  if (asked && rule.item->type == ItemType::rank) {
    check_ranks(rule, state, reasons);
  }
}

void Sheet::check_constraint(const ItemRule& rule, const State& state, std::vector<std::string>& reasons) const {
  const auto answers = [&](std::string_view id) { return value_of(id, state); };
  const auto missing = [&](std::string_view name) -> std::optional<int> {
    const MissingCode* code = instrument_->missing_code(name);
    return code == nullptr ? std::nullopt : std::optional<int>(code->code);
  };
  const auto refuse = [&](const std::string& id, const std::string& found) {
    const std::string& message = rule.item->constraint_message.in(
        instrument_->languages.empty() ? std::string_view("en") : std::string_view(instrument_->languages.front()));
    reasons.push_back(
        fmt::format("{}: {} breaks the rule {}{}", id, found, rule.item->constraint->source, message.empty() ? "" : " (" + message + ")"));
  };
  if (item_of_.find(rule.item->id) != item_of_.end() && rule.item->type != ItemType::battery) {
    // The rule of a select_multiple or a rank speaks of the item as a whole.
    const ExpressionValue self = value_of(rule.item->id, state);
    if (self.kind != ExpressionValue::Kind::unknown && !holds(*rule.item->constraint, answers, missing, self).value_or(true)) {
      refuse(rule.item->id, "this set of answers");
    }
    return;
  }
  for (std::size_t i = rule.first; i < rule.last; ++i) {
    if (state.cells[i].missing == 0 && !holds(*rule.item->constraint, answers, missing, value_of_cell(i, state.cells[i])).value_or(true)) {
      refuse(rules_[i].variable->id, quoted(*state.record.answers[i]));
    }
  }
}

void Sheet::check(const RawRecord& record, std::vector<Cell>& cells, std::vector<std::string>& reasons) const {
  cells.clear();
  cells.resize(rules_.size());
  if (record.answers.size() != rules_.size()) {
    reasons.push_back(fmt::format("the row has {}, {} has {}; the import's map does not fit this version of the instrument",
                                  counted(static_cast<long long>(record.answers.size()), "answer", "answers"), name_,
                                  counted(static_cast<long long>(rules_.size()), "variable", "variables")));
    return;
  }
  for (Cell& cell : cells) {
    cell.missing = 0;
  }
  State state{record, cells, std::vector<signed char>(gates_.size(), -1)};
  for (const ItemRule& rule : items_) {
    check_item(rule, state, reasons);
  }
  for (const ItemRule& rule : items_) {
    if (rule.item->constraint) {
      check_constraint(rule, state, reasons);
    }
  }
}

} // namespace canvass::responses
