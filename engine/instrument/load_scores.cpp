#include "engine/core/text.hpp"
#include "engine/instrument/load_parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace canvass {

namespace {

std::vector<std::string> variable_ids(const Instrument& instrument) {
  std::vector<std::string> ids;
  ids.reserve(instrument.variables.size());
  for (const Variable& variable : instrument.variables) {
    ids.push_back(variable.id);
  }
  return ids;
}

/// The variable that `id` names; says what is wrong where it names none.
const Variable* variable_at(std::string_view id, const Position& at, const std::string& who, Loading& loading) {
  const Instrument& instrument = loading.instrument;
  const std::size_t index = instrument.variable(id);
  if (index != Instrument::npos) {
    return &instrument.variables[index];
  }
  for (const Page& page : instrument.pages) {
    for (const Item& item : page.items) {
      if (item.id != id) {
        continue;
      }
      const std::string_view parts = item.type == ItemType::battery ? "its rows"
                                     : item.type == ItemType::note  ? "a question"
                                                                    : "its columns (ITEM_CODE)";
      loading.problems.error(
          at, fmt::format("{} names {}, a {} that has no column of its own; name {} instead", who, id, to_string(item.type), parts));
      return nullptr;
    }
  }
  loading.problems.error(at, fmt::format("{} names an item that does not exist ({}){}; name an item or a battery's row", who,
                                         first_characters(id, 64), did_you_mean(id, variable_ids(instrument))));
  return nullptr;
}

/// Why a variable cannot be scored, or nothing.
std::string why_not_scored(const Instrument& instrument, const Variable& variable) {
  if (variable.kind == Variable::Kind::code && !variable.multiple && !variable.list.empty()) {
    return {};
  }
  if (variable.kind == Variable::Kind::integer && variable.choice < 0) {
    const Item& item = instrument.item_of(variable);
    return item.minimum && item.maximum ? "" : "is a number without both minimum and maximum";
  }
  if (variable.multiple) {
    return "is a tick";
  }
  return fmt::format("is a {} item", to_string(instrument.item_of(variable).type));
}

void load_scale_items(YamlMap& map, Scale& scale, Loading& loading) {
  std::set<std::string> seen;
  for (const YamlNode* node : map.sequence("items")) {
    if (node->kind != YamlNode::Kind::scalar) {
      loading.problems.error(node->at, fmt::format("an item of the scale {} is no id; write items: [q1, q2]", scale.id));
      continue;
    }
    const Variable* variable = variable_at(node->text, node->at, "the scale " + scale.id, loading);
    if (variable == nullptr) {
      continue;
    }
    const std::string why = why_not_scored(loading.instrument, *variable);
    if (!why.empty()) {
      loading.problems.error(
          node->at, fmt::format("the scale {} cannot score {}: it {}; allowed are select_one, battery rows and integers with both bounds",
                                scale.id, variable->id, why));
      continue;
    }
    if (!seen.insert(variable->id).second) {
      loading.problems.error(node->at, fmt::format("the scale {} names {} twice; name it once", scale.id, variable->id));
      continue;
    }
    scale.items.push_back(variable->id);
  }
}

void load_scale(const YamlEntry& entry, Loading& loading) {
  YamlMap map(entry.value, "a scale", loading.problems);
  Scale made;
  made.id = entry.key;
  made.at = entry.key_at;
  made.label = text_of(map, "label", "the label of the scale " + made.id, loading);
  const YamlNode* items = map.required_node("items");
  const bool is_empty = items != nullptr && items->kind == YamlNode::Kind::sequence && items->items.empty();
  load_scale_items(map, made, loading);
  const std::optional<std::string> score = map.one_of("score", {"mean", "sum", "percent_of_max"});
  made.score = score == "sum" ? Score::sum : score == "percent_of_max" ? Score::percent_of_max : Score::mean;
  const int all = static_cast<int>(made.items.size());
  made.min_answered = map.integer("min_answered").value_or(std::max(all, 1));
  made.desired_direction = direction_of(map);
  const Position min_at = map.at("min_answered");
  const bool written = map.has("min_answered");
  map.finish();
  if (made.items.empty()) {
    if (is_empty) {
      loading.problems.error(made.at, fmt::format("the scale {} has no items; write items: [q1, q2]", made.id));
    }
    return;
  }
  if (written && (made.min_answered < 1 || made.min_answered > all)) {
    loading.problems.error(min_at,
                           fmt::format("min_answered of the scale {} is out of range ({}); allowed are 1 to {}, its number of items",
                                       made.id, made.min_answered, all));
    made.min_answered = all;
  }
  loading.instrument.scales.push_back(std::move(made));
}

/// What is wrong with counting `code` of `variable`, or nothing.
std::string why_not_counted(const Instrument& instrument, const Variable& variable, int code, Base base) {
  if (is_missing_code(code)) {
    const MissingCode* missing = instrument.missing_code(code);
    if (missing == nullptr) {
      return fmt::format("the missing code {} is not declared; declared codes stand under missing:", code);
    }
    return base == Base::asked && code != code_routed && code != code_spoilt
               ? ""
               : fmt::format(
                     "the missing code {} ({}) is out of the base; it can be counted only with base: asked, and never routed or spoilt",
                     code, missing->name);
  }
  if (variable.multiple) {
    return code == 0 || code == 1 ? "" : fmt::format("{} is a tick and has no value {}; allowed are 1 and 0", variable.id, code);
  }
  if (const ChoiceList* list = instrument.list(variable.list)) {
    std::vector<std::string> codes;
    for (const Choice& choice : list->choices) {
      codes.push_back(std::to_string(choice.code));
    }
    return list->find(code) != nullptr
               ? ""
               : fmt::format("{} has no code {}; the codes of {} are {}", variable.id, code, list->id, join(codes, ", "));
  }
  const Item& item = instrument.item_of(variable);
  const bool outside = (item.minimum && code < *item.minimum) || (item.maximum && code > *item.maximum);
  return outside ? fmt::format("{} cannot be {}; it lies outside its minimum and maximum", variable.id, code) : "";
}

void load_counted(YamlMap& map, Indicator& made, Loading& loading) {
  const std::optional<std::string> of = map.required_id("of");
  const YamlNode* in = map.required_node("in");
  if (!of || in == nullptr) {
    return;
  }
  const Variable* variable = variable_at(*of, map.at("of"), "the indicator " + made.id, loading);
  if (variable == nullptr) {
    return;
  }
  made.of = variable->id;
  if (variable->kind != Variable::Kind::code && variable->kind != Variable::Kind::integer) {
    loading.problems.error(map.at("of"), fmt::format("the indicator {} cannot count codes of {}, a {} item; write a formula instead",
                                                     made.id, made.of, to_string(loading.instrument.item_of(*variable).type)));
    return;
  }
  for (const YamlNode* node : map.sequence("in")) {
    const std::optional<int> code = node->kind == YamlNode::Kind::scalar ? parse_int(node->text) : std::nullopt;
    if (!code) {
      loading.problems.error(node->at, fmt::format("`in` of the indicator {} holds no code ({}); write whole numbers such as [1, 2]",
                                                   made.id, first_characters(node->text, 40)));
      continue;
    }
    const std::string why = why_not_counted(loading.instrument, *variable, *code, made.base);
    if (!why.empty()) {
      loading.problems.error(node->at, fmt::format("the indicator {} counts a value that cannot occur: {}", made.id, why));
    } else if (std::find(made.in.begin(), made.in.end(), *code) != made.in.end()) {
      loading.problems.error(node->at, fmt::format("the indicator {} counts {} twice; write it once", made.id, *code));
    } else {
      made.in.push_back(*code);
    }
  }
  if (made.in.empty() && in->kind == YamlNode::Kind::sequence && in->items.empty()) {
    loading.problems.error(in->at, fmt::format("the indicator {} counts no code; write in: [1, 2]", made.id));
  }
}

void load_indicator(const YamlEntry& entry, Loading& loading) {
  YamlMap map(entry.value, "an indicator", loading.problems);
  Indicator made;
  made.id = entry.key;
  made.at = entry.key_at;
  made.label = text_of(map, "label", "the label of the indicator " + made.id, loading);
  made.says = text_of(map, "says", "what the indicator " + made.id + " says", loading);
  made.base = map.one_of("base", {"answered", "asked"}) == "asked" ? Base::asked : Base::answered;
  made.desired_direction = direction_of(map);
  made.among = expression_of(map, "among", loading);
  if (map.has("formula") && (map.has("of") || map.has("in"))) {
    map.node("of");
    map.node("in");
    loading.problems.error(map.at("formula"),
                           fmt::format("the indicator {} has both a formula and `of` with `in`; keep one of them", made.id));
  } else if (map.has("formula")) {
    made.formula = expression_of(map, "formula", loading);
  } else {
    load_counted(map, made, loading);
  }
  map.finish();
  loading.instrument.indicators.push_back(std::move(made));
}

template <typename Use> void each_entry(YamlMap& top, std::string_view key, Loading& loading, const Use& use) {
  const YamlNode* node = top.node(key);
  if (node == nullptr || node->kind == YamlNode::Kind::null) {
    return;
  }
  if (node->kind != YamlNode::Kind::mapping) {
    loading.problems.error(node->at, fmt::format("{} is not a mapping from ids; write id: and what belongs to it below", key));
    return;
  }
  for (const YamlEntry& entry : node->entries) {
    if (is_id(entry.key)) {
      use(entry, loading);
    } else {
      loading.problems.error(entry.key_at,
                             fmt::format("{} holds no usable id ({}); allowed are letters, digits, _, - and ., a letter first, 64 at most",
                                         key, first_characters(entry.key, 40)));
    }
  }
}

} // namespace

void load_scales(YamlMap& top, Loading& loading) {
  each_entry(top, "scales", loading, load_scale);
}

void load_indicators(YamlMap& top, Loading& loading) {
  each_entry(top, "indicators", loading, load_indicator);
}

} // namespace canvass
