#include "engine/instrument/possible_values.hpp"

#include "engine/core/text.hpp"

#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace canvass {

namespace {

std::string codes_of(const Instrument& instrument, const Variable& variable) {
  if (variable.multiple) {
    return "1 and 0";
  }
  std::vector<std::string> codes;
  if (const ChoiceList* list = instrument.list(variable.list)) {
    for (const Choice& choice : list->choices) {
      codes.push_back(std::to_string(choice.code));
    }
  }
  return join(codes, ", ");
}

std::string why_no_code(const Instrument& instrument, const Variable& variable, double value, bool whole, bool ordered) {
  const ChoiceList* list = instrument.list(variable.list);
  if (list == nullptr && !variable.multiple) {
    return {}; // the missing list is reported already
  }
  const int lowest = list == nullptr ? 0 : list->lowest();
  const int highest = list == nullptr ? 1 : list->highest();
  if (ordered) {
    return value >= lowest && value <= highest
               ? ""
               : fmt::format(
                     "{} is compared with {}, which lies outside its codes, so that the answer is always the same; allowed are {} to {}",
                     variable.id, shortest(value), lowest, highest);
  }
  const bool known = whole && (list == nullptr ? value >= 0 && value <= 1 : list->find(static_cast<int>(value)) != nullptr);
  return known ? ""
               : fmt::format("{} is compared with {}, which is not in its list; allowed are {}", variable.id, shortest(value),
                             codes_of(instrument, variable));
}

} // namespace

std::string why_impossible(const Instrument& instrument, const Variable& variable, double value, bool ordered) {
  if (variable.kind == Variable::Kind::time) {
    return value >= 0 && value <= 24 * 60
               ? ""
               : fmt::format("{} is a time, counted in minutes after midnight, and cannot be {}; allowed are 0 to 1440", variable.id,
                             shortest(value));
  }
  const bool whole = std::fabs(value) < 1e9 && std::floor(value) >= value;
  if (whole && is_missing_code(static_cast<int>(value))) {
    const MissingCode* missing = instrument.missing_code(static_cast<int>(value));
    return fmt::format("{} is compared with the missing code {}, which is never true; write is_missing(${{{}}}, {})", variable.id,
                       shortest(value), variable.id, missing == nullptr ? "dk" : missing->name);
  }
  if (variable.kind == Variable::Kind::code) {
    return why_no_code(instrument, variable, value, whole, ordered);
  }
  const Item& item = instrument.item_of(variable);
  const bool outside = (item.minimum && value < *item.minimum) || (item.maximum && value > *item.maximum);
  return ordered || !outside ? ""
                             : fmt::format("{} is compared with {}, which lies outside its minimum and maximum and never occurs",
                                           variable.id, shortest(value));
}

std::string code_instead_of(const Instrument& instrument, const Variable& variable, std::string_view text) {
  const ChoiceList* list = instrument.list(variable.list);
  std::string hint;
  if (list != nullptr) {
    for (const Choice& choice : list->choices) {
      if (choice.name == text || choice.label.in(instrument.languages.empty() ? "" : instrument.languages.front()) == text) {
        hint = fmt::format("; write {} instead of '{}'", choice.code, text);
      }
    }
  }
  return fmt::format("{} is answered with codes and is compared with the text '{}'; allowed are {}{}", variable.id,
                     first_characters(text, 40), codes_of(instrument, variable), hint);
}

} // namespace canvass
