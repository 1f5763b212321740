#include "engine/instrument/read_text.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace canvass {

namespace {

std::optional<std::string> one_text(const YamlNode& node, const std::string& what, Problems& problems) {
  if (node.kind == YamlNode::Kind::null) {
    problems.error(node.at, fmt::format("{} is empty; write a text in quotes", what));
    return std::nullopt;
  }
  if (node.kind != YamlNode::Kind::scalar) {
    problems.error(node.at, fmt::format("{} is not a text; write it in quotes", what));
    return std::nullopt;
  }
  if (!node.quoted) {
    problems.error(node.at, fmt::format("{} does not stand in quotes (found {}); write \"{}\", since YAML cuts an unquoted text at # and :",
                                        what, first_characters(node.text, 40), first_characters(node.text, 40)));
    return std::nullopt;
  }
  if (trim(node.text).empty()) {
    problems.error(node.at, fmt::format("{} is empty; write a text in quotes", what));
    return std::nullopt;
  }
  if (node.text.find_first_of("\t\r") != std::string::npos) { // other control characters are refused in every file
    problems.error(node.at, fmt::format("{} holds a tab; only line breaks are allowed", what));
    return std::nullopt;
  }
  return node.text;
}

} // namespace

bool is_language(std::string_view text) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_word = [&](char c) { return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  const std::vector<std::string_view> parts = split(text, '-');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    const bool right = i == 0 ? part.size() >= 2 && part.size() <= 3 && std::all_of(part.begin(), part.end(), is_lower)
                              : !part.empty() && part.size() <= 8 && std::all_of(part.begin(), part.end(), is_word);
    if (!right) {
      return false;
    }
  }
  return !parts.empty();
}

Text read_text(const YamlNode& node, const std::string& what, const std::vector<std::string>& languages, Problems& problems) {
  Text made;
  made.at = node.at;
  if (node.kind != YamlNode::Kind::mapping) {
    if (languages.size() > 1 && node.kind == YamlNode::Kind::scalar) {
      problems.error(node.at, fmt::format("{} is given once for {} languages; write {{{}: \"...\", {}: \"...\"}}", what, languages.size(),
                                          languages[0], languages[1]));
      return made;
    }
    const std::optional<std::string> text = one_text(node, what, problems);
    if (text && !languages.empty()) {
      made.by_language[languages.front()] = *text;
    }
    return made;
  }
  for (const YamlEntry& entry : node.entries) {
    if (std::find(languages.begin(), languages.end(), entry.key) == languages.end()) {
      problems.error(entry.key_at, fmt::format("{} is given in a language that is not declared ({}); declared are {}", what,
                                               first_characters(entry.key, 40), either_of(languages)));
      continue;
    }
    std::optional<std::string> text = one_text(entry.value, what + " in " + entry.key, problems);
    if (text) {
      made.by_language[entry.key] = std::move(*text);
    }
  }
  for (const std::string& language : languages) {
    if (node.find(language) == nullptr) {
      problems.error(node.at, fmt::format("{} lacks the language {}; every text stands in all declared languages", what, language));
    }
  }
  return made;
}

} // namespace canvass
