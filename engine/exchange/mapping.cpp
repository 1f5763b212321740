#include "engine/exchange/mapping.hpp"

#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/exchange/likeness.hpp"

#include <fmt/format.h>

namespace canvass::exchange {
namespace {

/// A mapping of scalars; null values are problems.
Recode read_recode(const YamlNode* node, const std::string& what, Problems& problems) {
  Recode recode;
  if (node == nullptr) {
    return recode;
  }
  if (node->kind != YamlNode::Kind::mapping) {
    problems.error(node->at, fmt::format("{} must be a mapping such as {{\"Strongly agree\": 5}}", what));
    return recode;
  }
  for (const YamlEntry& entry : node->entries) {
    if (entry.value.kind != YamlNode::Kind::scalar) {
      problems.error(entry.value.at, fmt::format("{}: \"{}\" must stand for one value", what, entry.key));
      continue;
    }
    const std::string key(without_zero_decimals(trimmed(entry.key)));
    if (!recode.emplace(key, entry.value.text).second) {
      problems.error(entry.key_at, fmt::format("{}: \"{}\" stands twice but for blanks; leave one", what, entry.key));
    }
  }
  return recode;
}

/// `person: id`, or `arm: {column: Group, values: {A: treatment}}`.
FrameColumn read_frame_column(const YamlNode* node, const std::string& key, Problems& problems) {
  FrameColumn column;
  if (node == nullptr) {
    return column;
  }
  column.at = node->at;
  if (node->kind == YamlNode::Kind::scalar) {
    column.header = plain(node->text);
    return column;
  }
  YamlMap map(*node, "`" + key + "`", problems);
  column.header = plain(map.required_string("column").value_or(""));
  column.at = map.at("column");
  column.values = read_recode(map.node("values"), "`values` of `" + key + "`", problems);
  map.finish();
  return column;
}

void read_values(YamlMap& map, const std::map<std::string, Recode>& codings, ColumnMap& column, Problems& problems) {
  const YamlNode* node = map.node("values");
  if (node == nullptr) {
    return;
  }
  if (node->kind == YamlNode::Kind::mapping) {
    column.values = Values::listed;
    column.listed = read_recode(node, "`values`", problems);
    return;
  }
  if (node->kind == YamlNode::Kind::scalar) {
    if (node->text == "codes" || node->text == "labels") {
      column.values = node->text == "codes" ? Values::codes : Values::labels;
      return;
    }
    if (const auto found = codings.find(node->text); found != codings.end()) {
      column.values = Values::listed;
      column.listed = found->second;
      return;
    }
    std::vector<std::string> allowed = {"codes", "labels"};
    for (const auto& entry : codings) {
      allowed.push_back(entry.first);
    }
    problems.error(node->at,
                   fmt::format("`values` must be {}, or a mapping of its own (found `{}`){}; codings are declared under `codings:`",
                               either_of(allowed), node->text, did_you_mean(node->text, allowed)));
    return;
  }
  problems.error(node->at, "`values` must be codes, labels, the name of a coding, or a mapping such as {\"Yes\": 1}");
}

void read_columns(const YamlNode* node, const std::map<std::string, Recode>& codings, Mapping& mapping, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  if (node->kind != YamlNode::Kind::mapping) {
    problems.error(node->at, "`columns` must be a mapping of headers to variables, such as {\"Q1\": trust_1}");
    return;
  }
  for (const YamlEntry& entry : node->entries) {
    ColumnMap column;
    column.header = plain(entry.key);
    column.at = entry.key_at;
    if (entry.value.kind == YamlNode::Kind::scalar) {
      column.variable = entry.value.text;
    } else if (entry.value.kind == YamlNode::Kind::mapping) {
      YamlMap map(entry.value, fmt::format("the column \"{}\"", entry.key), problems);
      column.variable = map.required_string("variable").value_or("");
      column.wave = map.string("wave").value_or("");
      read_values(map, codings, column, problems);
      column.missing = read_recode(map.node("missing"), "`missing`", problems);
      column.reversed = map.boolean("reversed").value_or(false);
      column.split = map.string("split").value_or("");
      if (column.reversed && (column.values == Values::listed || column.values == Values::labels)) {
        problems.error(map.at("reversed"),
                       "`reversed` turns codes round; labels and listed values already say what they mean: leave it out");
      }
      map.finish();
    } else {
      problems.error(entry.value.at,
                     fmt::format("the column \"{}\" names no variable; write its id, or list the column under `ignore:`", entry.key));
      continue;
    }
    mapping.columns.push_back(std::move(column));
  }
}

void read_wide(const YamlNode* node, Mapping& mapping, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  YamlMap map(*node, "`wide`", problems);
  if (const auto pattern = map.string("pattern")) {
    mapping.pattern = *pattern;
    const std::size_t wave = pattern->find("{wave}");
    const std::size_t variable = pattern->find("{variable}");
    if (wave == std::string::npos || variable == std::string::npos || pattern->find("{wave}", wave + 1) != std::string::npos ||
        pattern->find("{variable}", variable + 1) != std::string::npos) {
      problems.error(map.at("pattern"), fmt::format("`pattern` must hold {{wave}} and {{variable}} once each, such as "
                                                    "\"{{wave}}_{{variable}}\" (found \"{}\")",
                                                    *pattern));
    }
  }
  mapping.pattern_waves = read_recode(map.node("waves"), "`waves` of `wide`", problems);
  map.finish();
}

void read_person(const YamlNode* node, Mapping& mapping, Problems& problems) {
  if (node != nullptr && node->kind == YamlNode::Kind::mapping && node->find("numbered") != nullptr) {
    YamlMap map(*node, "`person`", problems);
    mapping.numbered = map.required_string("numbered").value_or("R");
    map.finish();
    return;
  }
  mapping.person = read_frame_column(node, "person", problems);
}

void read_wave(const YamlNode* node, Mapping& mapping, Problems& problems) {
  if (node != nullptr && node->kind == YamlNode::Kind::mapping && node->find("fixed") != nullptr) {
    YamlMap map(*node, "`wave`", problems);
    mapping.fixed_wave = map.required_string("fixed").value_or("");
    mapping.wave.at = map.at("fixed");
    map.finish();
    return;
  }
  mapping.wave = read_frame_column(node, "wave", problems);
}

void read_answered_at(const YamlNode* node, Mapping& mapping, Problems& problems) {
  if (node != nullptr && node->kind == YamlNode::Kind::mapping && node->find("waves") != nullptr) {
    YamlMap map(*node, "`answered_at`", problems);
    mapping.answered_at.at = map.at("waves");
    for (auto& [wave, header] : read_recode(map.node("waves"), "`waves` of `answered_at`", problems)) {
      mapping.answered_at_of_wave.emplace(wave, plain(header));
    }
    map.finish();
    return;
  }
  mapping.answered_at = read_frame_column(node, "answered_at", problems);
}

void read_form(YamlMap& map, Mapping& mapping) {
  mapping.encoding = map.one_of("encoding", {"utf-8", "windows-1252"}).value_or("utf-8");
  if (const auto separator = map.one_of("separator", {",", ";", "tab", "|"})) {
    mapping.separator = *separator == "tab" ? '\t' : separator->front();
  }
  mapping.sheet = map.string("sheet").value_or("");
  mapping.skip_rows = map.integer("skip_rows").value_or(0);
  if (const auto dates = map.one_of("dates", {"ymd", "dmy", "mdy"})) {
    mapping.dates = *dates == "dmy" ? DateOrder::dmy : *dates == "mdy" ? DateOrder::mdy : DateOrder::ymd;
  }
  mapping.decimal_comma = map.one_of("decimals", {"point", "comma"}).value_or("point") == "comma";
  mapping.wide = map.one_of("layout", {"long", "wide"}).value_or("long") == "wide";
}

std::map<std::string, Recode> read_codings(const YamlNode* node, Problems& problems) {
  std::map<std::string, Recode> codings;
  if (node == nullptr) {
    return codings;
  }
  if (node->kind != YamlNode::Kind::mapping) {
    problems.error(node->at, "`codings` must be a mapping of names, each with its values");
    return codings;
  }
  for (const YamlEntry& entry : node->entries) {
    codings.emplace(entry.key, read_recode(&entry.value, fmt::format("the coding `{}`", entry.key), problems));
  }
  return codings;
}

} // namespace

Mapping read_mapping(std::string_view bytes, const std::string& file, Problems& problems) {
  Mapping mapping;
  mapping.file = file;
  mapping.text = std::string(bytes);
  Problems found;
  const YamlNode root = read_yaml(bytes, file, found);
  if (found.has_errors()) {
    problems.add(found);
    return mapping;
  }
  mapping.at = root.at;
  YamlMap map(root, "the map", found);
  if (const auto format = map.required_integer("canvass"); format && *format != 1) {
    found.error(map.at("canvass"), fmt::format("the format {} is not known; this program reads format 1", *format));
  }
  mapping.id = map.required_id("map").value_or("");
  read_form(map, mapping);
  if (mapping.skip_rows < 0) {
    found.error(map.at("skip_rows"), "`skip_rows` must be 0 or more");
  }
  read_wide(map.node("wide"), mapping, found);
  if (map.has("wide") && !mapping.wide) {
    found.error(map.at("wide"), "`wide` stands without `layout: wide`; add that line, or remove `wide`");
  }
  read_person(map.node("person"), mapping, found);
  read_wave(map.node("wave"), mapping, found);
  mapping.arm = read_frame_column(map.node("arm"), "arm", found);
  mapping.area = read_frame_column(map.node("area"), "area", found);
  mapping.stratum = read_frame_column(map.node("stratum"), "stratum", found);
  mapping.cluster = read_frame_column(map.node("cluster"), "cluster", found);
  mapping.weight = read_frame_column(map.node("weight"), "weight", found);
  read_answered_at(map.node("answered_at"), mapping, found);
  if (mapping.wide && (!mapping.wave.header.empty() || !mapping.fixed_wave.empty())) {
    found.error(mapping.wave.at, "a wide file has every wave in one row, so it has no `wave`; the pattern under `wide:` tells the waves");
  }
  mapping.missing = read_recode(map.node("missing"), "`missing`", found);
  read_columns(map.node("columns"), read_codings(map.node("codings"), found), mapping, found);
  for (const YamlNode* item : map.sequence("ignore")) {
    if (item->kind == YamlNode::Kind::scalar) {
      mapping.ignore.push_back({plain(item->text), item->at});
    } else {
      found.error(item->at, "`ignore` must be a list of headers");
    }
  }
  map.finish();
  problems.add(found);
  return mapping;
}

Mapping load_mapping(const std::string& path) {
  const std::string bytes = read_file(path);
  Problems problems;
  Mapping mapping = read_mapping(bytes, path, problems);
  if (problems.has_errors()) {
    throw InputError(std::move(problems));
  }
  return mapping;
}

} // namespace canvass::exchange
