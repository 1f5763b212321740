#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"

#include <algorithm>

namespace canvass {
namespace {

std::string found(const YamlNode& node) {
  switch (node.kind) {
  case YamlNode::Kind::null: return "nothing";
  case YamlNode::Kind::scalar: return "`" + std::string(first_characters(node.text, 60)) + "`";
  case YamlNode::Kind::sequence: return "a list";
  case YamlNode::Kind::mapping: return "a mapping";
  }
  return {};
}

} // namespace

YamlMap::YamlMap(const YamlNode& node, std::string what, Problems& problems) : node_(&node), what_(std::move(what)), problems_(problems) {
  if (node.kind != YamlNode::Kind::mapping) {
    problems_.error(node.at, what_ + " must be a mapping of keys and values (found " + found(node) + ")");
    node_ = nullptr;
  }
}

bool YamlMap::has(std::string_view key) const {
  return node_ != nullptr && node_->find(key) != nullptr;
}

Position YamlMap::at() const {
  return node_ != nullptr ? node_->at : Position{};
}

Position YamlMap::at(std::string_view key) const {
  const YamlNode* value = node_ != nullptr ? node_->find(key) : nullptr;
  return value != nullptr ? value->at : at();
}

const YamlNode* YamlMap::node(std::string_view key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
    asked_.emplace_back(key);
  }
  return node_ != nullptr ? node_->find(key) : nullptr;
}

const YamlNode* YamlMap::required_node(std::string_view key) {
  const YamlNode* value = node(key);
  if (node_ == nullptr) {
    return nullptr;
  }
  if (value == nullptr) {
    problems_.error(node_->at, what_ + " lacks the key `" + std::string(key) + "`; add it");
  } else if (value->kind == YamlNode::Kind::null) {
    problems_.error(value->at, "`" + std::string(key) + "` of " + what_ + " is empty; give it a value");
    return nullptr;
  }
  return value;
}

std::optional<std::string> YamlMap::string(std::string_view key) {
  const YamlNode* value = node(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (value->kind != YamlNode::Kind::scalar) {
    problems_.error(value->at, "`" + std::string(key) + "` of " + what_ + " must be one text (found " + found(*value) + ")");
    return std::nullopt;
  }
  return value->text;
}

std::optional<std::string> YamlMap::required_string(std::string_view key) {
  return required_node(key) != nullptr ? string(key) : std::nullopt;
}

std::optional<std::string> YamlMap::id(std::string_view key) {
  auto value = string(key);
  if (value && !is_id(*value)) {
    problems_.error(at(key), "`" + std::string(key) + "` of " + what_ + " is no id (found `" + std::string(first_characters(*value, 80)) +
                                 "`); an id starts with a letter or _, then letters, digits, _ - . follow, at most 64 in all");
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> YamlMap::required_id(std::string_view key) {
  return required_node(key) != nullptr ? id(key) : std::nullopt;
}

std::optional<int> YamlMap::integer(std::string_view key) {
  const auto text = string(key);
  if (!text) {
    return std::nullopt;
  }
  const auto value = parse_int(*text);
  if (!value) {
    problems_.error(at(key), "`" + std::string(key) + "` of " + what_ + " must be a whole number (found `" + *text +
                                 "`), written plainly: 10, not 010, +10 or 1e1");
  }
  return value;
}

std::optional<int> YamlMap::required_integer(std::string_view key) {
  return required_node(key) != nullptr ? integer(key) : std::nullopt;
}

std::optional<double> YamlMap::number(std::string_view key) {
  const auto text = string(key);
  if (!text) {
    return std::nullopt;
  }
  const auto value = parse_double(*text);
  if (!value) {
    problems_.error(at(key), "`" + std::string(key) + "` of " + what_ + " must be a number with a decimal point, such as 0.05 (found `" +
                                 *text + "`)");
  }
  return value;
}

std::optional<bool> YamlMap::boolean(std::string_view key) {
  const auto text = string(key);
  if (!text) {
    return std::nullopt;
  }
  if (*text != "true" && *text != "false") {
    problems_.error(at(key), "`" + std::string(key) + "` of " + what_ + " must be true or false (found `" + *text + "`)");
    return std::nullopt;
  }
  return *text == "true";
}

std::optional<std::string> YamlMap::one_of(std::string_view key, std::initializer_list<std::string_view> allowed) {
  auto text = string(key);
  if (!text || std::find(allowed.begin(), allowed.end(), *text) != allowed.end()) {
    return text;
  }
  const std::vector<std::string> words(allowed.begin(), allowed.end());
  problems_.error(at(key), "`" + std::string(key) + "` of " + what_ + " must be " + either_of(words) + " (found `" + *text + "`)" +
                               did_you_mean(*text, words));
  return std::nullopt;
}

std::vector<std::string> YamlMap::strings(std::string_view key) {
  const YamlNode* value = node(key);
  std::vector<std::string> texts;
  if (value == nullptr) {
    return texts;
  }
  if (value->kind == YamlNode::Kind::scalar) {
    texts.push_back(value->text);
    return texts;
  }
  if (value->kind != YamlNode::Kind::sequence) {
    problems_.error(value->at, "`" + std::string(key) + "` of " + what_ + " must be a list of texts (found " + found(*value) + ")");
    return texts;
  }
  for (const YamlNode& item : value->items) {
    if (item.kind == YamlNode::Kind::scalar) {
      texts.push_back(item.text);
    } else {
      problems_.error(item.at, "`" + std::string(key) + "` of " + what_ + " must be a list of texts; here stands " + found(item));
    }
  }
  return texts;
}

std::vector<const YamlNode*> YamlMap::sequence(std::string_view key) {
  const YamlNode* value = node(key);
  std::vector<const YamlNode*> items;
  if (value == nullptr) {
    return items;
  }
  if (value->kind != YamlNode::Kind::sequence) {
    problems_.error(value->at, "`" + std::string(key) + "` of " + what_ + " must be a list (found " + found(*value) + ")");
    return items;
  }
  for (const YamlNode& item : value->items) {
    items.push_back(&item);
  }
  return items;
}

void YamlMap::finish() {
  if (node_ == nullptr) {
    return;
  }
  for (const YamlEntry& entry : node_->entries) {
    if (std::find(asked_.begin(), asked_.end(), entry.key) == asked_.end()) {
      const std::string hint = did_you_mean(entry.key, asked_);
      problems_.error(entry.key_at, "unknown key `" + std::string(first_characters(entry.key, 60)) + "` in " + what_ +
                                        (hint.empty() ? "; allowed are " + join(asked_, ", ") : hint));
    }
  }
}

} // namespace canvass
