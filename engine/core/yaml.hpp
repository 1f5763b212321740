#ifndef CANVASS_ENGINE_CORE_YAML_HPP
#define CANVASS_ENGINE_CORE_YAML_HPP

#include "engine/core/error.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace canvass {

struct YamlEntry;

/// A YAML value with its place. Scalars keep their text as written; nothing is guessed from it (`no` stays "no", `010` stays "010").
struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  std::string text; ///< of a scalar
  bool quoted = false;
  Position at;
  std::vector<YamlNode> items;    ///< of a sequence
  std::vector<YamlEntry> entries; ///< of a mapping, in file order; keys are unique

  [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  Position key_at;
  YamlNode value;
};

struct YamlLimits {
  std::size_t max_bytes = 1u << 20;
  std::size_t max_depth = 64;
  std::size_t max_nodes = 200'000;
};

/// Strict YAML on yaml-cpp's events. Refused with their place: bytes that are not UTF-8, NUL, tabs as indentation, duplicate keys,
/// keys that are not scalars, a second document, trailing text, anchors, aliases, merge keys and tags, too large, too deep.
/// The classic slip `{en: How are you?, cy: ..}` is recognised and explained.
/// Problems are collected; on a syntax error the returned node is null. Never throws on any input, never crashes.
YamlNode read_yaml(std::string_view bytes, const std::string& file, Problems& problems, const YamlLimits& limits = {});

/// Whole file as bytes. @throws InputError it cannot be read
std::string read_file(const std::string& path);

/// Reads one mapping key by key and reports, when it is finished, every key that nobody asked for (with the nearest known key).
/// Every getter returns nullopt and adds a problem where the value is of the wrong form; a missing optional key is nullopt without one.
class YamlMap {
public:
  /// `what` names the mapping in messages: "an item", "the plan". A node that is no mapping is a problem; all getters then give nullopt.
  YamlMap(const YamlNode& node, std::string what, Problems& problems);

  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] Position at() const;
  [[nodiscard]] Position at(std::string_view key) const; ///< of the value, else of the mapping

  const YamlNode* node(std::string_view key);
  const YamlNode* required_node(std::string_view key);
  std::optional<std::string> string(std::string_view key);
  std::optional<std::string> required_string(std::string_view key);
  std::optional<std::string> id(std::string_view key); ///< is_id holds
  std::optional<std::string> required_id(std::string_view key);
  std::optional<int> integer(std::string_view key); ///< parse_int holds
  std::optional<int> required_integer(std::string_view key);
  std::optional<double> number(std::string_view key);
  std::optional<bool> boolean(std::string_view key); ///< true or false, nothing else
  std::optional<std::string> one_of(std::string_view key, std::initializer_list<std::string_view> allowed);
  std::vector<std::string> strings(std::string_view key);      ///< a sequence of scalars, or one scalar
  std::vector<const YamlNode*> sequence(std::string_view key); ///< the items of a sequence; empty when absent

  /// Reports unknown keys. Call once, after the last getter.
  void finish();

private:
  const YamlNode* node_;
  std::string what_;
  Problems& problems_;
  std::vector<std::string> asked_;
};

} // namespace canvass

#endif
