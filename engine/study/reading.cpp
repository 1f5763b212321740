#include "engine/core/text.hpp"
#include "engine/instrument/read_text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

constexpr std::string_view wave_mark = "{wave}";

} // namespace

Text read_text(YamlMap& map, std::string_view key, const std::string& language, Problems& problems) {
  Text text;
  const YamlNode* node = map.node(key);
  if (node == nullptr) {
    return text;
  }
  text.at = node->at;
  if (node->kind == YamlNode::Kind::scalar) {
    if (trim(node->text).empty()) {
      problems.error(node->at, fmt::format("`{}` is empty; write a text, or leave the line out", key));
      return text;
    }
    text.by_language[language] = node->text;
    return text;
  }
  if (node->kind != YamlNode::Kind::mapping) {
    problems.error(node->at, fmt::format("`{}` is no text; write a quoted text, or one a language: {{en: \"..\", cy: \"..\"}}", key));
    return text;
  }
  if (node->entries.empty()) {
    problems.error(node->at, fmt::format("`{}` has no text in any language; write {{en: \"..\"}}", key));
  }
  for (const YamlEntry& entry : node->entries) {
    if (!is_language(entry.key)) {
      problems.error(entry.key_at, fmt::format("`{}` is no language; texts stand under codes such as en or cy", entry.key));
    } else if (entry.value.kind != YamlNode::Kind::scalar || trim(entry.value.text).empty()) {
      problems.error(entry.value.at, fmt::format("the text of `{}` in {} is empty or no text; write it in quotes", key, entry.key));
    } else {
      text.by_language[entry.key] = entry.value.text;
    }
  }
  return text;
}

std::optional<Date> read_date(YamlMap& map, std::string_view key, Problems& problems) {
  const auto text = map.string(key);
  if (!text) {
    return std::nullopt;
  }
  const auto date = parse_date(*text);
  if (!date) {
    problems.error(map.at(key),
                   fmt::format("`{}` is no day of the calendar (found \"{}\"); write YYYY-MM-DD, such as 2026-06-27", key, *text));
  }
  return date;
}

std::string read_file_of_each_wave(YamlMap& map, std::string_view key, std::string_view what, std::string_view example,
                                   Problems& problems) {
  std::string pattern = map.string(key).value_or("");
  if (!map.has(key) || map.node(key) == nullptr || map.node(key)->kind != YamlNode::Kind::scalar) {
    return {}; // absent, or no text, which string() said
  }
  const std::size_t first = pattern.find(wave_mark);
  const bool inside =
      !pattern.empty() && pattern.front() != '/' && pattern.find("..") == std::string::npos && pattern.find('\\') == std::string::npos;
  if (first == std::string::npos || pattern.find(wave_mark, first + 1) != std::string::npos || !inside) {
    problems.error(map.at(key), fmt::format("`{}` says how {} of each wave is named, with {} once where its id stands, in the study's "
                                            "folder (found \"{}\"); write \"{}\"",
                                            key, what, wave_mark, pattern, example));
    return {};
  }
  return pattern;
}

std::string file_of_wave(const Study& study, const std::string& pattern, std::size_t wave) {
  std::string name = pattern;
  return beside_study(study.folder, name.replace(name.find(wave_mark), wave_mark.size(), study.waves[wave].id));
}

std::optional<InstrumentReference> read_instrument_reference(YamlMap& map, std::string_view key, Problems& problems) {
  const auto text = map.string(key);
  if (!text) {
    return std::nullopt;
  }
  const std::size_t sign = text->find('@');
  InstrumentReference reference;
  reference.at = map.at(key);
  reference.id = text->substr(0, sign);
  reference.version = sign == std::string::npos ? std::string() : text->substr(sign + 1);
  const bool version_fits = !reference.version.empty() && std::all_of(reference.version.begin(), reference.version.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == '+';
  });
  if (!is_id(reference.id) || !version_fits) {
    problems.error(reference.at, fmt::format("`{}` does not name an instrument and its version (found \"{}\"); write id@version, such as "
                                             "pcso-self-legitimacy@1.0.0",
                                             key, *text));
    return std::nullopt;
  }
  return reference;
}

bool IdsSeen::add(const std::string& id, const Position& at, Problems& problems) {
  const std::string lower = to_lower(id);
  const auto found = std::find_if(seen_.begin(), seen_.end(), [&](const auto& seen) { return seen.first == lower; });
  if (found != seen_.end()) {
    problems.error(at, fmt::format("the {} \"{}\" stands twice, here and on line {}; ids must differ by more than upper and lower case",
                                   what_, id, found->second.line));
    return false;
  }
  seen_.emplace_back(lower, at);
  return true;
}

} // namespace canvass::study_parts
