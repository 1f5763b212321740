#include "engine/core/text.hpp"
#include "engine/instrument/load_parts.hpp"
#include "engine/instrument/read_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace canvass {

namespace {

struct SystemCode {
  std::string_view name;
  int code;
};
constexpr std::array<SystemCode, 3> system_codes = {{{"blank", code_blank}, {"routed", code_routed}, {"spoilt", code_spoilt}}};

const SystemCode* system_code(std::string_view name) {
  const auto* const found = std::find_if(system_codes.begin(), system_codes.end(), [name](const SystemCode& s) { return s.name == name; });
  return found == system_codes.end() ? nullptr : found;
}

const SystemCode* system_code(int code) {
  const auto* const found = std::find_if(system_codes.begin(), system_codes.end(), [code](const SystemCode& s) { return s.code == code; });
  return found == system_codes.end() ? nullptr : found;
}

/// `is_missing(${x}, name)` reads the name as one word.
bool is_missing_name(std::string_view name) {
  return is_id(name) && name.find_first_of(".-") == std::string_view::npos;
}

void load_missing_code(const YamlEntry& entry, Loading& loading) {
  Problems& problems = loading.problems;
  if (!is_missing_name(entry.key)) {
    problems.error(entry.key_at, fmt::format("a missing code has no usable name ({}); allowed are letters, digits and _, a letter first",
                                             first_characters(entry.key, 40)));
    return;
  }
  YamlMap map(entry.value, "a missing code", problems);
  const std::optional<int> code = map.required_integer("code");
  const bool system = map.boolean("system").value_or(false);
  Text label = text_of(map, "label", "the label of " + entry.key, loading);
  const Position code_at = map.at("code");
  map.finish();
  if (!code) {
    return;
  }
  MissingCode made{entry.key, *code, system, std::move(label), entry.key_at};
  if (!is_missing_code(made.code)) {
    problems.error(code_at, fmt::format("the missing code {} lies outside -99..-90 ({}); choose one of -99 to -90", made.name, made.code));
    return;
  }
  const SystemCode* const by_name = system_code(std::string_view(made.name));
  const SystemCode* const by_code = system_code(made.code);
  if (by_name != by_code) {
    problems.error(
        code_at, by_name != nullptr
                     ? fmt::format("the code of {} is fixed at {} (found {}); write {}", made.name, by_name->code, made.code, by_name->code)
                     : fmt::format("the code {} is {} in every instrument (found {}); choose another of -99 to -90", made.code,
                                   by_code->name, made.name));
    return;
  }
  if (by_name != nullptr) {
    made.system = true;
  }
  if (!made.system && entry.value.find("label") == nullptr) {
    problems.error(made.at, fmt::format("the missing code {} has no label; a respondent must be able to read it", made.name));
  }
  for (const MissingCode& other : loading.instrument.missing) {
    if (other.code == made.code) {
      problems.error(code_at, fmt::format("the code {} is given to both {} and {}; give each its own", made.code, other.name, made.name));
      return;
    }
    if (to_lower(other.name) == to_lower(made.name)) {
      problems.error(made.at, fmt::format("the names {} and {} differ only by case; rename one", other.name, made.name));
      return;
    }
  }
  loading.instrument.missing.push_back(std::move(made));
}

/// Reports what two choices of one list share. Labels are compared in every language.
void compare_choices(const Choice& earlier, const Choice& later, const std::string& list, Loading& loading) {
  if (earlier.code == later.code) {
    loading.problems.error(later.at, fmt::format("the code {} stands twice in {} (first at line {}); every choice has its own code",
                                                 later.code, list, earlier.at.line));
  }
  if (!later.name.empty() && to_lower(earlier.name) == to_lower(later.name)) {
    loading.problems.error(later.at, fmt::format("the name {} stands twice in {} (first at line {}); every choice has its own name",
                                                 later.name, list, earlier.at.line));
  }
  for (const auto& [language, text] : later.label.by_language) {
    const auto same = earlier.label.by_language.find(language);
    if (same != earlier.label.by_language.end() && to_lower(trim(same->second)) == to_lower(trim(text))) {
      loading.problems.error(later.at,
                             fmt::format("the label \"{}\" stands twice in {} (first at line {}); a respondent could not tell them apart",
                                         first_characters(text, 60), list, earlier.at.line));
    }
  }
}

void load_choice(const YamlNode& node, ChoiceList& list, Loading& loading) {
  YamlMap map(node, "a choice", loading.problems);
  Choice made;
  made.at = node.at;
  const std::optional<int> code = map.required_integer("code");
  made.name = map.id("name").value_or("");
  made.exclusive = map.boolean("exclusive").value_or(false);
  made.label = required_text_of(map, "label", "the label of a choice of " + list.id, loading);
  const Position code_at = map.at("code");
  map.finish();
  if (!code) {
    return;
  }
  made.code = *code;
  if (is_missing_code(made.code)) {
    loading.problems.error(
        code_at,
        fmt::format("the code {} of {} lies in -99..-90, which are the missing codes; choose another, or declare it under missing:",
                    made.code, list.id));
    return;
  }
  for (const Choice& other : list.choices) {
    compare_choices(other, made, list.id, loading);
  }
  if (list.find(made.code) == nullptr) {
    list.choices.push_back(std::move(made));
  }
}

constexpr std::size_t most_choices = 500;

/// A mapping from id to something, each id well-formed and different from the others but for case.
template <typename Use> void each_named(const YamlNode& node, const std::string& what, Loading& loading, const Use& use) {
  if (node.kind == YamlNode::Kind::null) {
    return;
  }
  if (node.kind != YamlNode::Kind::mapping) {
    loading.problems.error(node.at, fmt::format("{} is not a mapping from ids; write id: and what belongs to it below", what));
    return;
  }
  std::map<std::string, std::string> seen;
  for (const YamlEntry& entry : node.entries) {
    if (!is_id(entry.key)) {
      loading.problems.error(entry.key_at,
                             fmt::format("{} holds no usable id ({}); allowed are letters, digits, _, - and ., a letter first, 64 at most",
                                         what, first_characters(entry.key, 40)));
      continue;
    }
    const auto [same, is_new] = seen.emplace(to_lower(entry.key), entry.key);
    if (!is_new) {
      loading.problems.error(entry.key_at, fmt::format("the ids {} and {} differ only by case; rename one", same->second, entry.key));
      continue;
    }
    use(entry);
  }
}

} // namespace

void load_missing(YamlMap& top, Loading& loading) {
  if (const YamlNode* node = top.node("missing")) {
    if (node->kind == YamlNode::Kind::mapping) {
      for (const YamlEntry& entry : node->entries) {
        load_missing_code(entry, loading);
      }
    } else if (node->kind != YamlNode::Kind::null) {
      loading.problems.error(node->at, "missing is not a mapping from names; write dk: {code: -98, label: ...} and the like below it");
    }
  }
  for (const SystemCode& system : system_codes) {
    if (loading.instrument.missing_code(system.name) == nullptr) {
      MissingCode made;
      made.name = std::string(system.name);
      made.code = system.code;
      made.system = true;
      made.at = top.at();
      loading.instrument.missing.push_back(std::move(made));
    }
  }
}

void load_choices(YamlMap& top, Loading& loading) {
  const YamlNode* node = top.node("choices");
  if (node == nullptr) {
    return;
  }
  each_named(*node, "choices", loading, [&](const YamlEntry& entry) {
    ChoiceList made;
    made.id = entry.key;
    made.at = entry.key_at;
    if (entry.value.kind != YamlNode::Kind::sequence) {
      loading.problems.error(entry.value.at,
                             fmt::format("the list {} is no list; write - {{code: 1, label: ...}} for each choice below it", made.id));
      return;
    }
    if (entry.value.items.size() > most_choices) { // each is compared with all others
      loading.problems.error(entry.value.items[most_choices].at, fmt::format("the list {} has {} choices; at most {} are allowed", made.id,
                                                                             entry.value.items.size(), most_choices));
      return;
    }
    for (const YamlNode& choice : entry.value.items) {
      load_choice(choice, made, loading);
    }
    if (entry.value.items.size() < 2) {
      loading.problems.error(made.at, fmt::format("the list {} has {}; a question needs two or more", made.id,
                                                  counted(static_cast<long long>(entry.value.items.size()), "choice", "choices")));
    }
    loading.instrument.lists.push_back(std::move(made));
  });
}

void load_frames(YamlMap& top, Loading& loading) {
  const YamlNode* node = top.node("frames");
  if (node == nullptr) {
    return;
  }
  each_named(*node, "frames", loading, [&](const YamlEntry& entry) {
    CodingFrame made;
    made.id = entry.key;
    made.at = entry.key_at;
    if (entry.value.kind != YamlNode::Kind::sequence || entry.value.items.empty() || entry.value.items.size() > most_choices) {
      loading.problems.error(entry.value.at,
                             fmt::format("the coding frame {} is no list of 1 to {} codes; write - {{code: 10, label: \"...\"}} for each",
                                         made.id, most_choices));
      return;
    }
    for (const YamlNode& code_node : entry.value.items) {
      YamlMap map(code_node, "a code of a frame", loading.problems);
      FrameCode code;
      code.at = code_node.at;
      const std::optional<int> number = map.required_integer("code");
      if (const YamlNode* label = map.required_node("label")) {
        // Only coders read it: one language is enough.
        const bool plain = label->kind == YamlNode::Kind::scalar && !loading.instrument.languages.empty();
        code.label = read_text(*label, "the label of a code of " + made.id,
                               plain ? std::vector<std::string>{loading.instrument.languages.front()} : loading.instrument.languages,
                               loading.problems);
      }
      const Position number_at = map.at("code");
      map.finish();
      if (!number) {
        continue;
      }
      code.code = *number;
      const auto same = std::find_if(made.codes.begin(), made.codes.end(), [&](const FrameCode& c) { return c.code == code.code; });
      if (is_missing_code(code.code)) {
        loading.problems.error(
            number_at,
            fmt::format("the code {} of the frame {} lies in -99..-90, which are the missing codes; choose another", code.code, made.id));
      } else if (same != made.codes.end()) {
        loading.problems.error(number_at, fmt::format("the code {} stands twice in the frame {} (first at line {}); every code stands once",
                                                      code.code, made.id, same->at.line));
      } else {
        made.codes.push_back(std::move(code));
      }
    }
    loading.instrument.frames.push_back(std::move(made));
  });
}

void load_elements(YamlMap& top, Loading& loading) {
  const YamlNode* node = top.node("elements");
  if (node == nullptr) {
    return;
  }
  each_named(*node, "elements", loading, [&](const YamlEntry& entry) {
    Element made;
    made.id = entry.key;
    made.label = read_text(entry.value, "the element " + made.id, loading.instrument.languages, loading.problems);
    made.at = entry.key_at;
    loading.instrument.elements.push_back(std::move(made));
  });
}

} // namespace canvass
