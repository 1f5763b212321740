#include "engine/core/text.hpp"
#include "engine/instrument/load_parts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <initializer_list>
#include <utility>

namespace canvass {

namespace {

struct TypeName {
  std::string_view name;
  ItemType type;
  bool has_list;
};
constexpr std::array<TypeName, 10> types = {{{"select_one", ItemType::select_one, true},
                                             {"select_multiple", ItemType::select_multiple, true},
                                             {"battery", ItemType::battery, true},
                                             {"rank", ItemType::rank, true},
                                             {"integer", ItemType::integer, false},
                                             {"decimal", ItemType::decimal, false},
                                             {"text", ItemType::text, false},
                                             {"date", ItemType::date, false},
                                             {"time", ItemType::time, false},
                                             {"note", ItemType::note, false}}};

std::vector<std::string> type_names() {
  std::vector<std::string> names;
  for (const TypeName& type : types) {
    names.emplace_back(type.name);
  }
  return names;
}

std::vector<std::string> list_ids(const Instrument& instrument) {
  std::vector<std::string> ids;
  for (const ChoiceList& list : instrument.lists) {
    ids.push_back(list.id);
  }
  return ids;
}

/// Reads one item. Keys are asked for by type; a key of another type is refused with the types that have it.
class ItemReader {
public:
  ItemReader(const YamlNode& node, Loading& loading)
      : node_(node), map_(node, "an item", loading.problems), loading_(loading), problems_(loading.problems) {}

  std::optional<Item> read() {
    Item made;
    made.at = node_.at;
    made.id = map_.required_id("id").value_or("");
    what_ = made.id.empty() ? "an item" : "the item " + made.id;
    const bool typed = read_type(made);
    made.label = required_text_of(map_, "label", "the label of " + what_, loading_);
    made.hint = text_of(map_, "hint", "the hint of " + what_, loading_);
    made.relevant = expression_of(map_, "relevant", loading_);
    if (!typed) {
      return std::nullopt; // which keys belong to it cannot be said
    }
    read_question(made);
    read_number(made);
    if (belongs("max_length", made, {ItemType::text})) {
      const std::optional<int> length = map_.integer("max_length");
      if (length && *length < 1) {
        problems_.error(map_.at("max_length"),
                        fmt::format("max_length is below 1 ({}); write the most characters allowed, or leave it out", *length));
      }
      made.max_length = std::max(length.value_or(0), 0);
    }
    if (belongs("coding", made, {ItemType::text})) {
      read_coding(made);
    }
    if (belongs("rows", made, {ItemType::battery})) {
      read_rows(made);
    }
    map_.finish();
    return made.id.empty() ? std::nullopt : std::optional<Item>(std::move(made));
  }

private:
  bool read_type(Item& made) {
    const std::optional<std::string> written = map_.required_string("type");
    if (!written) {
      return false;
    }
    const Position at = map_.at("type");
    const std::string_view whole = trim(*written);
    const std::size_t space = whole.find_first_of(" \t");
    const std::string_view name = whole.substr(0, space);
    const std::string_view list = space == std::string_view::npos ? std::string_view() : trim(whole.substr(space));
    const auto* const type = std::find_if(types.begin(), types.end(), [name](const TypeName& t) { return t.name == name; });
    if (type == types.end()) {
      problems_.error(at, fmt::format("{} has an unknown type ({}){}; allowed are {}", what_, first_characters(name, 40),
                                      did_you_mean(name, type_names()), either_of(type_names())));
      return false;
    }
    made.type = type->type;
    if (type->has_list && list.empty()) {
      problems_.error(at, fmt::format("{} names no choice list; write type: {} LIST", what_, name));
      return true;
    }
    if (!type->has_list && !list.empty()) {
      problems_.error(at, fmt::format("a {} item has no choice list (found {}); write type: {}", name, first_characters(list, 40), name));
      return true;
    }
    if (type->has_list) {
      take_list(made, list, at);
    }
    return true;
  }

  void take_list(Item& made, std::string_view list, const Position& at) {
    const ChoiceList* found = loading_.instrument.list(list);
    if (found == nullptr) {
      const std::vector<std::string> ids = list_ids(loading_.instrument);
      problems_.error(at, fmt::format("{} names a choice list that does not exist ({}){}; lists stand under choices:", what_,
                                      first_characters(list, 64), did_you_mean(list, ids)));
      return;
    }
    made.list = found->id;
    if ((made.type == ItemType::select_multiple || made.type == ItemType::rank) && found->lowest() < 0) {
      problems_.error(
          at, fmt::format("{} uses the list {} with a negative code ({}); its codes become part of column names and must be 0 or more",
                          what_, found->id, found->lowest()));
    }
  }

  /// True if the key is there and belongs to this type; a key of another type is a problem.
  bool belongs(std::string_view key, const Item& made, std::initializer_list<ItemType> to) {
    if (std::find(to.begin(), to.end(), made.type) != to.end()) {
      map_.node(key); // asked for even if absent, so that a misspelt key finds it
      return map_.has(key);
    }
    if (!map_.has(key)) {
      return false;
    }
    map_.node(key);
    std::vector<std::string> names;
    for (const ItemType type : to) {
      names.emplace_back(to_string(type));
    }
    problems_.error(map_.at(key),
                    fmt::format("{} does not belong to a {} item; it is for {}; remove it", key, to_string(made.type), either_of(names)));
    return false;
  }

  void read_question(Item& made) {
    using enum ItemType;
    const auto questions = {select_one, select_multiple, battery, rank, integer, decimal, text, date, time};
    if (belongs("missing", made, questions)) {
      read_missing(made);
    }
    if (belongs("required", made, questions)) {
      const std::optional<std::string> required = map_.one_of("required", {"no", "soft", "hard"});
      made.required = required == "hard" ? Required::hard : required == "soft" ? Required::soft : Required::no;
    }
    if (belongs("reverse", made, {select_one, integer})) {
      made.reverse = map_.boolean("reverse").value_or(false);
    }
    if (belongs("referent", made, questions)) {
      made.referent = map_.string("referent").value_or("");
    }
    if (belongs("element", made, {select_one, battery, integer, decimal})) {
      made.element = element_of(map_, what_);
    }
    if (belongs("desired_direction", made, {select_one, battery, integer, decimal})) {
      made.desired_direction = direction_of(map_);
    }
    if (belongs("order", made, {select_one, select_multiple, battery, rank})) {
      made.random_order = map_.one_of("order", {"as_written", "random"}) == "random";
    }
    if (belongs("constraint", made, {select_one, select_multiple, integer, decimal, text, date, time})) {
      made.constraint = expression_of(map_, "constraint", loading_);
    }
    if (belongs("constraint_message", made, {select_one, select_multiple, integer, decimal, text, date, time})) {
      made.constraint_message = text_of(map_, "constraint_message", "the constraint_message of " + what_, loading_);
      if (!map_.has("constraint")) {
        problems_.error(map_.at("constraint_message"),
                        fmt::format("{} has a constraint_message but no constraint; add the constraint, or remove it", what_));
      }
    }
  }

  /// The element under `element`; empty if there is none of that id.
  std::string element_of(YamlMap& map, const std::string& whose) {
    const std::optional<std::string> written = map.string("element");
    if (!written || loading_.instrument.element(*written) != nullptr) {
      return written.value_or("");
    }
    std::vector<std::string> ids;
    for (const Element& known : loading_.instrument.elements) {
      ids.push_back(known.id);
    }
    problems_.error(map.at("element"), fmt::format("{} names an element that is not declared ({}){}; {}", whose,
                                                   first_characters(*written, 64), did_you_mean(*written, ids),
                                                   ids.empty() ? "write elements: at the top, with id: {en: ...} for each"
                                                               : "declared are " + either_of(ids)));
    return {};
  }

  void read_missing(Item& made) {
    const Instrument& instrument = loading_.instrument;
    for (const YamlNode* node : map_.sequence("missing")) {
      const MissingCode* code = node->kind == YamlNode::Kind::scalar ? instrument.missing_code(std::string_view(node->text)) : nullptr;
      std::vector<std::string> offered;
      for (const MissingCode& known : instrument.missing) {
        if (!known.system) {
          offered.push_back(known.name);
        }
      }
      if (code == nullptr || code->system) {
        const std::string allowed = offered.empty() ? "declare dk or another under missing: first" : "allowed are " + either_of(offered);
        problems_.error(node->at, code == nullptr ? fmt::format("{} offers a missing code that is not declared ({}); {}", what_,
                                                                first_characters(node->text, 40), allowed)
                                                  : fmt::format("{} offers {}, which is never offered to a respondent; {}", what_,
                                                                code->name, allowed));
        continue;
      }
      if (std::find(made.missing.begin(), made.missing.end(), code->name) != made.missing.end()) {
        problems_.error(node->at, fmt::format("{} offers {} twice; once is enough", what_, code->name));
        continue;
      }
      made.missing.push_back(code->name);
    }
  }

  void read_number(Item& made) {
    const bool has_minimum = belongs("minimum", made, {ItemType::integer, ItemType::decimal});
    const bool has_maximum = belongs("maximum", made, {ItemType::integer, ItemType::decimal});
    const auto bound = [&](std::string_view key) -> std::optional<double> {
      if (made.type == ItemType::integer) {
        const std::optional<int> whole = map_.integer(key);
        return whole ? std::optional<double>(*whole) : std::nullopt;
      }
      return map_.number(key);
    };
    if (has_minimum) {
      made.minimum = bound("minimum");
    }
    if (has_maximum) {
      made.maximum = bound("maximum");
    }
    if (made.minimum && made.maximum && *made.minimum > *made.maximum) {
      problems_.error(map_.at("minimum"),
                      fmt::format("minimum is above maximum ({} and {}); exchange them", shortest(*made.minimum), shortest(*made.maximum)));
    }
  }

  void read_coding(Item& made) {
    const YamlNode* node = map_.node("coding");
    if (node == nullptr) {
      return;
    }
    YamlMap map(*node, "the coding of " + what_, problems_);
    Coding coding;
    coding.frame = map.required_id("frame").value_or("");
    coding.multiple = map.boolean("multiple").value_or(false);
    coding.coders = map.integer("coders").value_or(1);
    coding.double_coded = map.number("double_coded").value_or(coding.coders > 1 ? 1.0 : 0.0);
    coding.min_kappa = map.number("min_kappa").value_or(0);
    const auto frame = std::find_if(loading_.instrument.frames.begin(), loading_.instrument.frames.end(),
                                    [&](const CodingFrame& f) { return f.id == coding.frame; });
    if (!coding.frame.empty() && frame == loading_.instrument.frames.end()) {
      std::vector<std::string> ids;
      for (const CodingFrame& known : loading_.instrument.frames) {
        ids.push_back(known.id);
      }
      problems_.error(map.at("frame"), fmt::format("{} names a coding frame that does not exist ({}){}; frames stand under frames:", what_,
                                                   coding.frame, did_you_mean(coding.frame, ids)));
    }
    if (coding.coders < 1 || coding.coders > 9) {
      problems_.error(map.at("coders"), fmt::format("coders is out of range ({}); allowed are 1 to 9", coding.coders));
    }
    if (!(coding.double_coded >= 0 && coding.double_coded <= 1)) {
      problems_.error(map.at("double_coded"),
                      fmt::format("double_coded is no share ({}); allowed is 0 to 1", shortest(coding.double_coded)));
    } else if (coding.double_coded > 0 && coding.coders < 2) {
      problems_.error(map.at("double_coded"), "double_coded needs two coders; write coders: 2, or remove double_coded");
    }
    if (!(coding.min_kappa >= 0 && coding.min_kappa <= 1)) {
      problems_.error(map.at("min_kappa"), fmt::format("min_kappa is out of range ({}); allowed is 0 to 1", shortest(coding.min_kappa)));
    }
    map.finish();
    made.coding = std::move(coding);
  }

  void read_rows(Item& made) {
    const YamlNode* node = map_.node("rows");
    if (node == nullptr || node->kind != YamlNode::Kind::sequence) {
      problems_.error(map_.at("rows"), fmt::format("the rows of {} are no list; write - {{id: ..., label: ...}} for each", what_));
      return;
    }
    for (const YamlNode& row_node : node->items) {
      YamlMap map(row_node, "a row of " + what_, problems_);
      Row row;
      row.at = row_node.at;
      row.id = map.required_id("id").value_or("");
      row.label = required_text_of(map, "label", "the label of the row " + row.id, loading_);
      row.reverse = map.boolean("reverse").value_or(false);
      row.referent = map.string("referent").value_or("");
      row.element = element_of(map, "the row " + row.id);
      row.desired_direction = direction_of(map);
      row.relevant = expression_of(map, "relevant", loading_);
      map.finish();
      if (!row.id.empty()) {
        made.rows.push_back(std::move(row));
      }
    }
  }

  const YamlNode& node_;
  YamlMap map_;
  Loading& loading_;
  Problems& problems_;
  std::string what_;
};

void load_items(YamlMap& map, Page& page, Loading& loading) {
  const YamlNode* items = map.required_node("items");
  if (items == nullptr) {
    return;
  }
  if (items->kind != YamlNode::Kind::sequence || items->items.empty()) {
    loading.problems.error(items->at, "a page has no items; write - {id: ..., type: ..., label: ...} for each below items:");
    return;
  }
  for (const YamlNode& node : items->items) {
    if (std::optional<Item> item = ItemReader(node, loading).read()) {
      if (item->type == ItemType::battery && item->rows.empty() && node.find("rows") == nullptr) {
        loading.problems.error(item->at,
                               fmt::format("the battery {} has no rows; write rows: with - {{id: ..., label: ...}} for each", item->id));
      }
      page.items.push_back(std::move(*item));
    }
  }
}

} // namespace

Direction direction_of(YamlMap& map) {
  const std::optional<std::string> written = map.one_of("desired_direction", {"none", "up", "down"});
  return written == "up" ? Direction::up : written == "down" ? Direction::down : Direction::none;
}

void load_pages(YamlMap& top, Loading& loading) {
  const YamlNode* pages = top.required_node("pages");
  if (pages == nullptr) {
    return;
  }
  if (pages->kind != YamlNode::Kind::sequence || pages->items.empty()) {
    loading.problems.error(pages->at, "an instrument has no pages; write - {id: ..., items: ...} for each below pages:");
    return;
  }
  for (const YamlNode& node : pages->items) {
    YamlMap map(node, "a page", loading.problems);
    Page page;
    page.at = node.at;
    page.id = map.required_id("id").value_or("");
    page.title = text_of(map, "title", "the title of the page " + page.id, loading);
    page.relevant = expression_of(map, "relevant", loading);
    load_items(map, page, loading);
    map.finish();
    for (const Page& other : loading.instrument.pages) {
      if (!page.id.empty() && to_lower(other.id) == to_lower(page.id)) {
        loading.problems.error(
            page.at, fmt::format("the page id {} is used twice (first at line {}); every page has its own", page.id, other.at.line));
        break;
      }
    }
    loading.instrument.pages.push_back(std::move(page));
  }
}

} // namespace canvass
