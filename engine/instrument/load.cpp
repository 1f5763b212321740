#include "engine/instrument/load.hpp"

#include "engine/core/hash.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/instrument/load_parts.hpp"
#include "engine/instrument/read_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace canvass {

namespace {

constexpr int newest_format = 1;

/// The line of the file with this number (from 1), as bytes, without its end.
std::string_view line_of(std::string_view bytes, int number) {
  std::size_t start = 0;
  for (int line = 1; line < number; ++line) {
    start = bytes.find('\n', start);
    if (start == std::string_view::npos) {
      return {};
    }
    ++start;
  }
  return bytes.substr(start, bytes.find('\n', start) - start);
}

/// The place of the first character of a scalar's text, if the file holds the text unchanged there: on one line, without escapes.
std::optional<Position> exact_place(const YamlNode& node, std::string_view bytes) {
  std::string_view line = line_of(bytes, node.at.line);
  if (node.at.line == 1 && line.substr(0, 3) == "\xEF\xBB\xBF") {
    line.remove_prefix(3);
  }
  if (node.at.column < 1) {
    return std::nullopt;
  }
  const std::size_t before = first_characters(line, static_cast<std::size_t>(node.at.column - 1)).size();
  const std::size_t start = before + (node.quoted ? 1 : 0);
  if (start > line.size() || line.substr(start, node.text.size()) != node.text) {
    return std::nullopt;
  }
  Position at = node.at;
  at.column += node.quoted ? 1 : 0;
  return at;
}

bool is_version(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '.');
  return !parts.empty() && parts.size() <= 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    const std::optional<int> number = parse_int(part);
    return number && *number >= 0 && part[0] != '-';
  });
}

void load_languages(YamlMap& top, Loading& loading) {
  const YamlNode* node = top.required_node("languages");
  if (node != nullptr) {
    for (const YamlNode* language : top.sequence("languages")) {
      if (language->kind != YamlNode::Kind::scalar || !is_language(language->text)) {
        loading.problems.error(language->at,
                               fmt::format("this is no language ({}); write en, cy or pt-BR", first_characters(language->text, 40)));
      } else if (std::find(loading.instrument.languages.begin(), loading.instrument.languages.end(), language->text) !=
                 loading.instrument.languages.end()) {
        loading.problems.error(language->at, fmt::format("the language {} stands twice; once is enough", language->text));
      } else {
        loading.instrument.languages.push_back(language->text);
      }
    }
    if (loading.instrument.languages.empty() && node->kind == YamlNode::Kind::sequence && node->items.empty()) {
      loading.problems.error(node->at, "no language is declared; write languages: [en]");
    }
  }
  if (loading.instrument.languages.empty()) {
    loading.instrument.languages.emplace_back("en"); // so that the texts can still be read and checked
  }
}

void load_modes(YamlMap& top, Loading& loading) {
  constexpr std::array<std::string_view, 4> known = {"web", "paper", "phone", "doorstep"};
  const std::vector<std::string> names(known.begin(), known.end());
  for (const YamlNode* node : top.sequence("modes")) {
    if (node->kind != YamlNode::Kind::scalar || std::find(known.begin(), known.end(), node->text) == known.end()) {
      loading.problems.error(node->at, fmt::format("unknown mode ({}){}; allowed are {}", first_characters(node->text, 40),
                                                   did_you_mean(node->text, names), either_of(names)));
    } else if (std::find(loading.instrument.modes.begin(), loading.instrument.modes.end(), node->text) != loading.instrument.modes.end()) {
      loading.problems.error(node->at, fmt::format("the mode {} stands twice; once is enough", node->text));
    } else {
      loading.instrument.modes.push_back(node->text);
    }
  }
}

void load_head(YamlMap& top, Loading& loading) {
  const std::optional<int> format = top.required_integer("canvass");
  if (format && *format != newest_format) {
    loading.problems.error(top.at("canvass"),
                           fmt::format("this file is of format {}; this program reads format {}", *format, newest_format));
  }
  loading.instrument.id = top.required_id("instrument").value_or("");
  const std::optional<std::string> version = top.required_string("version");
  if (version && !is_version(*version)) {
    loading.problems.error(top.at("version"),
                           fmt::format("this is no version ({}); write one to four whole numbers with points between, such as 1.0.0",
                                       first_characters(*version, 40)));
  }
  loading.instrument.version = version.value_or("");
  load_languages(top, loading);
  loading.instrument.title = required_text_of(top, "title", "the title", loading);
  load_modes(top, loading);
  loading.instrument.source = top.string("source").value_or("");
  loading.instrument.licence = top.string("licence").value_or("");
}

} // namespace

Text text_of(YamlMap& map, std::string_view key, const std::string& what, Loading& loading) {
  const YamlNode* node = map.node(key);
  return node == nullptr ? Text{} : read_text(*node, what, loading.instrument.languages, loading.problems);
}

Text required_text_of(YamlMap& map, std::string_view key, const std::string& what, Loading& loading) {
  const YamlNode* node = map.required_node(key);
  return node == nullptr ? Text{} : read_text(*node, what, loading.instrument.languages, loading.problems);
}

std::optional<Expression> expression_of(YamlMap& map, std::string_view key, Loading& loading) {
  const YamlNode* node = map.node(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  if (node->kind != YamlNode::Kind::scalar) {
    loading.problems.error(node->at, fmt::format("`{}` is no expression; write a condition such as ${{id}} = 1", key));
    return std::nullopt;
  }
  const std::optional<Position> exact = exact_place(*node, loading.bytes);
  if (exact) {
    return parse_expression(node->text, *exact, loading.problems);
  }
  // Folded or escaped text: columns would be guesses, so everything is said at the start.
  Problems found;
  std::optional<Expression> made = parse_expression(node->text, node->at, found);
  for (const Problem& problem : found.all()) {
    loading.problems.error(node->at, problem.text);
  }
  if (made) {
    for (ExpressionNode& part : made->nodes) {
      part.at = node->at;
    }
  }
  return made;
}

Instrument load_instrument(std::string_view bytes, const std::string& file, Problems& problems) {
  Instrument made;
  made.at = {file, 0, 0};
  made.sha256 = to_hex(sha256(bytes));
  Problems found;
  const YamlNode root = read_yaml(bytes, file, found);
  if (root.kind == YamlNode::Kind::null) {
    if (!found.has_errors()) {
      found.error(made.at, "the file is empty; an instrument starts with canvass: 1 and instrument: ID");
    }
    problems.add(found);
    return made;
  }
  made.at = root.at;
  Loading loading{bytes, made, found};
  YamlMap top(root, "the instrument", found);
  if (root.kind == YamlNode::Kind::mapping) {
    load_head(top, loading);
    load_missing(top, loading);
    load_choices(top, loading);
    load_frames(top, loading);
    load_elements(top, loading);
    load_pages(top, loading);
    settle_ranges(loading);
    made.variables = expand_variables(made);
    load_scales(top, loading);
    load_indicators(top, loading);
    top.finish();
    check_ids(loading);
    bind_expressions(loading);
  }
  found.sort();
  problems.add(found);
  return made;
}

Instrument load_instrument_file(const std::string& path) {
  Problems problems;
  Instrument made = load_instrument(read_file(path), path, problems);
  if (problems.has_errors()) {
    throw InputError(std::move(problems));
  }
  return made;
}

} // namespace canvass
