#include "engine/exchange/import/translate.hpp"

#include "engine/core/text.hpp"
#include "engine/exchange/likeness.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::exchange {
namespace {

/// More different texts than this in one column are not remembered: it is no column of codes.
constexpr std::size_t most_remembered = 4'096;

std::string shown(std::string_view cell) {
  std::string text;
  for (const char c : first_characters(cell, 60)) {
    text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return "\"" + text + (text.size() < cell.size() ? "...\"" : "\"");
}

/// "9:05", "09:05:00" as 09:05.
std::optional<std::string> plain_time(std::string_view text) {
  const auto moment = parse_moment("1970-01-01 " + std::string(text));
  if (!moment) {
    return std::nullopt;
  }
  const auto minutes = moment->seconds / 60;
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

/// A text that export_csv guarded against being taken for a formula, as it was.
std::string_view unguarded(std::string_view cell) {
  if (cell.empty() || cell.front() != '\'') {
    return cell;
  }
  const std::size_t first = cell.find_first_not_of('\'');
  return first != std::string_view::npos && std::string_view("=+-@\t\r").find(cell[first]) != std::string_view::npos ? cell.substr(1)
                                                                                                                     : cell;
}

} // namespace

Translator::Translator(const Mapping& mapping, const ColumnMap& column, const Instrument& instrument, Problems& problems)
    : column_(column), dates_(mapping.dates), decimal_comma_(mapping.decimal_comma), missing_(mapping.missing) {
  for (const auto& [from, to] : column.missing) {
    missing_[from] = to;
  }
  const ChoiceList* list = nullptr;
  if (column.split.empty()) {
    index_ = instrument.variable(column.variable);
    const Variable& variable = instrument.variables[index_];
    const Item& item = instrument.item_of(variable);
    kind_ = variable.kind;
    tick_ = variable.multiple;
    minimum_ = item.minimum;
    maximum_ = item.maximum;
    if (kind_ == Variable::Kind::code) {
      list = instrument.list(tick_ ? item.list : variable.list);
    }
    if (tick_ && list != nullptr && variable.choice >= 0) {
      codes_ = {0, 1};
      for (const auto& [language, text] : list->choices[static_cast<std::size_t>(variable.choice)].label.by_language) {
        labels_.emplace(plain_label(text), "1");
      }
    }
  } else {
    for (std::size_t i = 0; i < instrument.variables.size(); ++i) {
      const Variable& variable = instrument.variables[i];
      const Item& item = instrument.item_of(variable);
      if (item.id == column.variable && variable.choice >= 0) {
        rank_ = item.type == ItemType::rank;
        list = instrument.list(item.list);
        ticks_.emplace_back(list->choices[static_cast<std::size_t>(variable.choice)].code, i);
      }
    }
  }
  if (list != nullptr && !tick_) {
    for (const Choice& choice : list->choices) {
      codes_.push_back(choice.code);
    }
    lowest_ = list->lowest();
    highest_ = list->highest();
  }
  learn_labels(instrument, tick_ ? nullptr : list);
  check_recodes(instrument, problems);
  note_missing_that_are_answers(problems);
  if (column_.values == Values::automatic && list != nullptr && !tick_) {
    for (const auto& [label, code] : labels_) {
      if (const auto number = parse_int(label); number && std::to_string(*number) != code && is_answer(*number)) {
        problems.error(column_.at, fmt::format("the labels of {} are numbers other than its codes (\"{}\" is the label of code {}), so "
                                               "nobody can tell which the file holds; add `values: codes` or `values: labels`",
                                               column_.variable, label, code));
        break;
      }
    }
  }
}

void Translator::learn_labels(const Instrument& instrument, const ChoiceList* list) {
  if (list != nullptr) {
    for (const Choice& choice : list->choices) {
      for (const auto& [language, text] : choice.label.by_language) {
        labels_.emplace(plain_label(text), std::to_string(choice.code));
      }
      if (!choice.name.empty()) {
        labels_.emplace(plain_label(choice.name), std::to_string(choice.code));
      }
      label_texts_.push_back("\"" + choice.label.in(instrument.languages.empty() ? "" : instrument.languages.front()) + "\"");
    }
  }
  for (const MissingCode& code : instrument.missing) {
    for (const auto& [language, text] : code.label.by_language) {
      labels_.emplace(plain_label(text), std::to_string(code.code));
    }
  }
}

void Translator::check_recodes(const Instrument& instrument, Problems& problems) {
  std::vector<std::string> names;
  for (const MissingCode& code : instrument.missing) {
    names.push_back(code.name);
  }
  const auto code_of = [&](const std::string& text) -> const MissingCode* {
    const auto number = parse_int(text);
    return number ? instrument.missing_code(*number) : instrument.missing_code(std::string_view(text));
  };
  for (auto& [from, to] : missing_) {
    if (const MissingCode* code = code_of(to)) {
      to = std::to_string(code->code);
    } else if (column_.missing.count(from) > 0) { // the map's own `missing` is checked once, for all columns
      problems.error(column_.at, fmt::format("`missing` says that \"{}\" stands for `{}`, which {} does not declare; it is one of {}{}",
                                             from, to, instrument.id, either_of(names), did_you_mean(to, names)));
    }
  }
  if (column_.values != Values::listed) {
    return;
  }
  if (kind_ != Variable::Kind::code && kind_ != Variable::Kind::integer && column_.split.empty()) {
    problems.error(column_.at, fmt::format("{} has no codes, so it can have no listed `values`; leave them out", column_.variable));
    return;
  }
  for (auto& [from, to] : column_.listed) {
    if (const MissingCode* code = code_of(to)) {
      to = std::to_string(code->code);
      continue;
    }
    const auto number = parse_int(to);
    if (!number || !is_answer(*number)) {
      problems.error(column_.at,
                     fmt::format("\"{}\" is to become {} of {}, which is no code of it; its codes are {}, and the missing codes {}", from,
                                 to, column_.variable, fmt::join(codes_, ", "), join(names, ", ")));
    }
  }
}

/// A number that the map takes for missing everywhere may be an answer to this question: then it is one.
void Translator::note_missing_that_are_answers(Problems& problems) {
  if (column_.values == Values::listed || column_.values == Values::labels) {
    return;
  }
  for (auto entry = missing_.begin(); entry != missing_.end();) {
    const auto number = parse_double(entry->first);
    const bool own = column_.missing.count(entry->first) > 0;
    bool answer = false;
    if (number && !own) {
      switch (kind_) {
      case Variable::Kind::code: answer = *number == static_cast<int>(*number) && is_answer(static_cast<int>(*number)); break;
      case Variable::Kind::integer:
      case Variable::Kind::decimal: answer = (!minimum_ || *number >= *minimum_) && (!maximum_ || *number <= *maximum_); break;
      case Variable::Kind::text: answer = true; break;
      default: break;
      }
    }
    if (!answer) {
      ++entry;
      continue;
    }
    if (kind_ != Variable::Kind::text) {
      problems.note(column_.at,
                    fmt::format("\"{}\" is an answer to {}, so the map's `missing` does not take it for missing there; where it "
                                "is, say so under the column's own `missing`",
                                entry->first, column_.variable));
    }
    entry = missing_.erase(entry);
  }
}

bool Translator::is_answer(int value) const {
  if (kind_ == Variable::Kind::integer && codes_.empty()) {
    return (!minimum_ || value >= *minimum_) && (!maximum_ || value <= *maximum_);
  }
  return std::find(codes_.begin(), codes_.end(), value) != codes_.end();
}

std::optional<std::string> Translator::missing_of(std::string_view cell) const {
  const auto found = missing_.find(cell);
  return found == missing_.end() ? std::nullopt : std::optional<std::string>(found->second);
}

Translator::Entry Translator::fault(std::string_view cell, std::string_view allowed) const {
  return {Entry::Kind::fault, fmt::format("{}: {} cannot be read; allowed {}", column_.variable, shown(cell), allowed)};
}

Translator::Entry Translator::translate_code(std::string_view cell) const {
  const auto value = [](std::string text) { return Entry{Entry::Kind::value, std::move(text)}; };
  if (column_.values == Values::listed) {
    const auto found = column_.listed.find(cell);
    if (found != column_.listed.end()) {
      return value(found->second);
    }
    std::vector<std::string> keys;
    for (const auto& entry : column_.listed) {
      keys.push_back("\"" + entry.first + "\"");
    }
    return fault(cell, fmt::format("are the values listed in the map: {}; add it there", join(keys, ", ")));
  }
  const auto number = parse_int(cell);
  if (number && column_.values != Values::labels) {
    if (column_.reversed && is_answer(*number)) {
      return value(std::to_string(lowest_ + highest_ - *number));
    }
    return value(std::string(cell)); // whether it is a code is the validator's to say
  }
  if (number && is_missing_code(*number)) {
    return value(std::string(cell));
  }
  if (column_.values != Values::codes) {
    if (const auto found = labels_.find(plain_label(cell)); found != labels_.end()) {
      return value(found->second);
    }
    if (!tick_) {
      return fault(cell, fmt::format("are {}{}; where the file means one of them, list it under `values` of the column in the map",
                                     column_.values == Values::labels ? "the labels " : "codes and the labels ", join(label_texts_, ", ")));
    }
  }
  return tick_ ? fault(cell, "are 1 and 0; list what stands for them under `values` of the column in the map")
               : fault(cell, "are codes; for labels, take `values: codes` out of the map");
}

Translator::Entry Translator::translate_number(std::string_view cell) const {
  if (column_.values == Values::listed) {
    const auto found = column_.listed.find(cell);
    if (found != column_.listed.end()) {
      return {Entry::Kind::value, found->second};
    }
  }
  std::string text(cell);
  if (decimal_comma_) {
    std::replace(text.begin(), text.end(), ',', '.');
    text = std::string(without_zero_decimals(text));
  }
  return {Entry::Kind::value, std::move(text)};
}

Translator::Entry Translator::translate_date(std::string_view cell) const {
  if (const auto number = parse_int(cell); number && is_missing_code(*number)) {
    return {Entry::Kind::value, std::string(cell)};
  }
  if (const auto moment = parse_moment(cell, dates_)) {
    return {Entry::Kind::value, to_string(date_of(*moment))};
  }
  const std::string_view order = dates_ == DateOrder::ymd ? "ymd" : dates_ == DateOrder::dmy ? "dmy" : "mdy";
  return fault(cell, fmt::format("are days in the order {} with a year of four digits; where the file writes them in another, set `dates:` "
                                 "in the map (ymd, dmy or mdy)",
                                 order));
}

Translator::Entry Translator::translate_time(std::string_view cell) const {
  if (const auto number = parse_int(cell); number && is_missing_code(*number)) {
    return {Entry::Kind::value, std::string(cell)};
  }
  if (auto time = plain_time(cell)) {
    return {Entry::Kind::value, std::move(*time)};
  }
  return fault(cell, "are times such as 14:30");
}

Translator::Entry Translator::translate(std::string_view cell) const {
  if (kind_ == Variable::Kind::text) {
    const std::string_view text = trimmed(cell);
    if (auto missing = missing_of(text)) {
      return {Entry::Kind::value, std::move(*missing)};
    }
    return text.empty() ? Entry{} : Entry{Entry::Kind::value, std::string(unguarded(cell))};
  }
  const std::string_view text = without_zero_decimals(trimmed(cell));
  if (auto missing = missing_of(text)) {
    return {Entry::Kind::value, std::move(*missing)};
  }
  if (text.empty()) {
    return {};
  }
  switch (kind_) {
  case Variable::Kind::date: return translate_date(text);
  case Variable::Kind::time: return translate_time(text);
  case Variable::Kind::integer:
  case Variable::Kind::decimal: return translate_number(text);
  default: return translate_code(text);
  }
}

std::string Translator::read_split(std::string_view cell, Answers& answers) const {
  for (const auto& tick : ticks_) {
    answers[tick.second].reset();
  }
  std::string_view rest = trimmed(cell);
  if (const auto missing = missing_of(rest)) {
    for (const auto& tick : ticks_) {
      answers[tick.second] = *missing;
    }
    return {};
  }
  if (rest.empty()) {
    return {};
  }
  std::vector<int> given;
  while (!rest.empty()) {
    const std::size_t end = rest.find(column_.split);
    const std::string_view part = without_zero_decimals(trimmed(rest.substr(0, end)));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + column_.split.size());
    if (part.empty()) {
      continue;
    }
    const Entry entry = translate_code(part);
    const auto code = entry.kind == Entry::Kind::value ? parse_int(entry.text) : std::nullopt;
    if (entry.kind == Entry::Kind::fault) {
      return entry.text;
    }
    if (!code || !is_answer(*code)) {
      return fmt::format("{}: {} is none of its choices; allowed are {}", column_.variable, shown(part), fmt::join(codes_, ", "));
    }
    given.push_back(*code);
  }
  for (const auto& [code, variable] : ticks_) {
    const auto at = std::find(given.begin(), given.end(), code);
    if (rank_) {
      answers[variable] = at == given.end() ? std::nullopt : std::optional<std::string>(std::to_string(at - given.begin() + 1));
    } else {
      answers[variable] = at == given.end() ? "0" : "1";
    }
  }
  return {};
}

std::string Translator::read(std::string_view cell, Answers& answers) {
  if (!column_.split.empty()) {
    return read_split(cell, answers);
  }
  const auto put = [&](const Entry& entry) -> std::string {
    if (entry.kind == Entry::Kind::value) {
      answers[index_] = entry.text;
    } else {
      answers[index_].reset();
    }
    return entry.kind == Entry::Kind::fault ? entry.text : std::string();
  };
  const bool one_byte = cell.size() == 1 && static_cast<unsigned char>(cell.front()) < seen_short_.size();
  if (one_byte) {
    if (const Entry* entry = seen_short_[static_cast<unsigned char>(cell.front())]) {
      return put(*entry);
    }
  } else if (const auto found = seen_.find(cell); found != seen_.end()) {
    return put(found->second);
  }
  if (kind_ == Variable::Kind::text || seen_.size() >= most_remembered) {
    return put(translate(cell));
  }
  const Entry& entry = seen_.emplace(std::string(cell), translate(cell)).first->second;
  if (one_byte) {
    seen_short_[static_cast<unsigned char>(cell.front())] = &entry;
  }
  return put(entry);
}

} // namespace canvass::exchange
