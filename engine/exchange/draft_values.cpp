#include "engine/core/text.hpp"
#include "engine/exchange/draft.hpp"
#include "engine/exchange/likeness.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace canvass::exchange::draft {

/// A text as YAML takes it in double quotes.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// A text as it may stand in a comment.
std::string commented(std::string_view text) {
  std::string out(first_characters(text, 100));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

std::string certainty(double value) {
  return value >= .97 ? "certain" : value >= .75 ? "likely" : value >= .5 ? "perhaps" : "a guess";
}

namespace {

/// Missing codes that programs and people use, where nothing else explains a value.
std::optional<std::string> usual_missing(const std::string& value, const Instrument& instrument) {
  const auto if_declared = [&](std::string_view name) {
    return instrument.missing_code(name) != nullptr ? std::optional<std::string>(name) : std::optional<std::string>("blank");
  };
  const std::string bare = to_lower(value);
  if (bare == "na" || bare == "n/a" || bare == "nan" || bare == "null" || bare == "." || bare == "#null!" || bare == "-1" ||
      bare == "none") {
    return "blank";
  }
  if (value == "99" || value == "999") {
    return "blank";
  }
  if (value == "8" || value == "98" || bare == "dk" || bare == "don't know") {
    return if_declared("dk");
  }
  if (value == "9" || value == "97" || bare == "refused") {
    return if_declared("pns");
  }
  return std::nullopt;
}

/// The choice or missing code whose label is most like a text.
struct Likest {
  double like = 0;
  std::string code; ///< a code of the list, or the name of a missing code
  std::string label;
  bool missing = false;
};

Likest likest(std::string_view text, const ChoiceList* list, const Instrument& instrument) {
  Likest best;
  const auto look = [&](const Text& label, const std::string& code, bool missing) {
    for (const auto& [language, one] : label.by_language) {
      const double like = plain_label(one) == plain_label(text) ? 1 : std::min(.99, likeness(one, text));
      if (like > best.like) {
        best = {like, code, one, missing};
      }
    }
  };
  for (const Choice& choice : list == nullptr ? std::vector<Choice>() : list->choices) {
    look(choice.label, std::to_string(choice.code), false);
  }
  for (const MissingCode& one : instrument.missing) {
    look(one.label, one.name, true);
  }
  return best;
}

/// How the values of a column of codes stand to the list: nothing to say, or a mapping with guesses.
Coded explain_plain_values(const Column& column, const Variable& variable, const Instrument& instrument) {
  Coded coded;
  const ChoiceList* list = instrument.list(variable.list);
  if (variable.kind != Variable::Kind::code || list == nullptr || column.many) {
    for (const std::string& value : column.values) {
      if (variable.kind != Variable::Kind::text && !value.empty() && !parse_double(value)) {
        if (const auto missing = usual_missing(value, instrument)) {
          coded.missing[value] = *missing;
        }
      }
    }
    return coded;
  }
  bool strange = false;
  std::string lines;
  for (const std::string& value : column.values) {
    if (value.empty()) {
      continue;
    }
    const auto number = parse_int(value);
    if (number && list->find(*number) != nullptr) {
      lines += fmt::format("        {}: {}\n", quoted(value), *number);
      continue;
    }
    const auto [best, code, label, is_missing] = likest(value, list, instrument);
    if (best == 1) {
      lines += fmt::format("        {}: {}\n", quoted(value), code);
    } else if (const auto missing = usual_missing(value, instrument); missing && best < .6) {
      coded.missing[value] = *missing;
    } else {
      strange = true;
      lines += best >= .35
                   ? fmt::format("        {}: {}   # {} ({:.2f}): like \"{}\"\n", quoted(value), code, certainty(best * .95), best,
                                 commented(label))
                   : fmt::format("        # {}: ?   # nothing is like it; give a code or the name of a missing code\n", quoted(value));
    }
  }
  if (strange) {
    coded.values = lines;
  }
  return coded;
}

/// 1 or 0 for what a label says of a box that was ticked or not.
std::optional<int> tick_meant(std::string_view label) {
  const std::string plain = plain_label(label);
  if (plain == "yes" || plain == "selected" || plain == "ticked" || plain == "mentioned" || plain == "checked") {
    return 1;
  }
  if (plain == "no" || plain.compare(0, 4, "not ") == 0 || plain == "unchecked") {
    return 0;
  }
  return std::nullopt;
}

/// By the labels that the file gives its codes: equal labels are one answer, whatever their codes.
Coded explain_labelled(const Column& column, const Variable& variable, const Instrument& instrument) {
  constexpr double alike = .6;
  const ChoiceList* list = variable.kind == Variable::Kind::code && !variable.multiple ? instrument.list(variable.list) : nullptr;
  const bool has_codes = list != nullptr || variable.multiple;
  std::set<std::string> codes = column.notes.missing;
  for (const auto& entry : column.notes.values) {
    codes.insert(entry.first);
  }
  if (has_codes && !column.many) {
    codes.insert(column.values.begin(), column.values.end());
  }
  Coded coded;
  bool as_is = true;     // every code means what it means here
  bool any_line = false; // that is no comment
  const auto line = [&](const std::string& code, const std::string& meaning, const std::string& remark) {
    any_line = true;
    coded.values += fmt::format("        {}: {}{}\n", quoted(code), meaning, remark);
  };
  for (const std::string& code : codes) {
    if (code.empty()) {
      continue;
    }
    const auto noted = column.notes.values.find(code);
    const std::string label = noted == column.notes.values.end() ? std::string() : noted->second;
    const std::string remark = label.empty() ? std::string() : fmt::format("   # \"{}\"", commented(label));
    const bool declared = column.notes.missing.count(code) > 0 || code.front() == '.';
    const Likest like = label.empty() ? Likest{} : likest(label, list, instrument);
    const auto usual = label.empty() ? std::nullopt : usual_missing(label, instrument);
    if (declared || (like.missing && like.like >= alike) || (usual && like.like < alike)) {
      const std::string name = like.missing && like.like >= alike ? like.code : usual.value_or("");
      coded.own_missing += name.empty()
                               ? fmt::format("        {}: blank{}   # a guess: the file declares it missing\n", quoted(code), remark)
                               : fmt::format("        {}: {}{}\n", quoted(code), name, remark);
      continue;
    }
    if (!has_codes) {
      continue; // a number with a name, such as 0 "never": it stays the number
    }
    const auto number = parse_int(code);
    if (variable.multiple) {
      const auto tick = label.empty() ? std::nullopt : tick_meant(label);
      const bool is_tick = number && (*number == 0 || *number == 1);
      as_is = as_is && is_tick && tick.value_or(*number) == *number;
      if (tick || is_tick) {
        line(code, std::to_string(tick ? *tick : *number), remark);
      } else {
        coded.values += fmt::format("        # {}: ?{}   # 1 for ticked, 0 for not\n", quoted(code), remark);
      }
    } else if (!like.missing && like.like >= alike) {
      as_is = as_is && like.like == 1 && number && std::to_string(*number) == like.code;
      line(code, like.code, like.like == 1 ? remark : fmt::format("{} is like \"{}\" ({:.2f})", remark, commented(like.label), like.like));
    } else if (number && list->find(*number) != nullptr) {
      const Text& own = list->find(*number)->label;
      as_is = as_is && label.empty();
      line(code, std::to_string(*number),
           label.empty() || own.empty()
               ? remark
               : fmt::format("{}; a guess: here it is \"{}\"", remark, commented(own.by_language.begin()->second)));
    } else {
      as_is = false;
      coded.values +=
          fmt::format("        # {}: ?{}   # nothing is like it; give a code or the name of a missing code\n", quoted(code), remark);
    }
  }
  if (as_is || !any_line) { // nothing to say, or nothing but questions, which is no mapping
    coded.values.clear();
  }
  return coded;
}

} // namespace

Coded explain_values(const Column& column, const Variable& variable, const Instrument& instrument) {
  return column.notes.values.empty() && column.notes.missing.empty() ? explain_plain_values(column, variable, instrument)
                                                                     : explain_labelled(column, variable, instrument);
}

} // namespace canvass::exchange::draft
