#include "engine/core/json.hpp"

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

namespace canvass {
namespace {

using KeyOrder = std::vector<const std::pair<std::string, Json>*>;

void print_to(std::string& out, const Json& value, int indent, int depth, bool canonical);

void line_break(std::string& out, int indent, int depth) {
  if (indent > 0) {
    out += '\n';
    out.append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(depth), ' ');
  }
}

void print_object(std::string& out, const Json& value, int indent, int depth, bool canonical) {
  KeyOrder order;
  order.reserve(value.entries().size());
  for (const auto& entry : value.entries()) {
    order.push_back(&entry);
  }
  if (canonical) {
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  }
  out += '{';
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i > 0) {
      out += ',';
    }
    line_break(out, indent, depth + 1);
    out += json_quote(order[i]->first);
    out += indent > 0 ? ": " : ":";
    print_to(out, order[i]->second, indent, depth + 1, canonical);
  }
  if (!order.empty()) {
    line_break(out, indent, depth);
  }
  out += '}';
}

void print_to(std::string& out, const Json& value, int indent, int depth, bool canonical) {
  switch (value.kind()) {
  case Json::Kind::null: out += "null"; break;
  case Json::Kind::boolean: out += value.as_bool() ? "true" : "false"; break;
  case Json::Kind::integer: out += std::to_string(value.as_int()); break;
  case Json::Kind::number: out += shortest(value.as_number()); break;
  case Json::Kind::string: out += json_quote(value.as_string()); break;
  case Json::Kind::array:
    out += '[';
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      if (i > 0) {
        out += ',';
      }
      line_break(out, indent, depth + 1);
      print_to(out, value.items()[i], indent, depth + 1, canonical);
    }
    if (!value.items().empty()) {
      line_break(out, indent, depth);
    }
    out += ']';
    break;
  case Json::Kind::object: print_object(out, value, indent, depth, canonical); break;
  }
}

/// Line and column of a byte offset.
Position place(std::string_view text, const std::string& file, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {file, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(count_characters(before.substr(start))) + 1};
}

constexpr std::size_t max_depth = 256;

/// Nesting beyond max_depth is found before the parser sees the text. Quoted brackets do not count.
void refuse_deep(std::string_view text, const std::string& file) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > max_depth) {
        throw InputError(place(text, file, i), "JSON is nested more than 256 deep; this is no file that Canvass wrote");
      }
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
}

/// Builds a Json from the parser's events; keeps key order, notices duplicate keys.
class Builder {
public:
  Json result;
  std::string duplicate; ///< the first key found twice in one object
  std::size_t error_at = 0;
  bool failed = false;

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(std::int64_t value) { return put(static_cast<long long>(value)); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(INT64_MAX)) {
      return put(static_cast<double>(value));
    }
    return put(static_cast<long long>(value));
  }
  bool number_float(double value, const std::string&) { return put(value); }
  bool string(std::string& value) { return put(std::move(value)); }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    Level& level = levels_.back();
    if (!level.keys.insert(name).second) {
      duplicate = name;
      return false;
    }
    level.key = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
    failed = true;
    error_at = position;
    return false;
  }

private:
  struct Level {
    Json value;
    std::string key;
    std::set<std::string> keys;
  };

  bool put(Json value) {
    if (levels_.empty()) {
      result = std::move(value);
    } else if (Level& level = levels_.back(); level.value.kind() == Json::Kind::array) {
      level.value.push(std::move(value));
    } else {
      level.value.append(std::move(level.key), std::move(value));
    }
    return true;
  }
  bool open(Json value) {
    levels_.push_back({std::move(value), {}, {}});
    return true;
  }
  bool close() {
    Json done = std::move(levels_.back().value);
    levels_.pop_back();
    return put(std::move(done));
  }

  std::vector<Level> levels_;
};

} // namespace

Json::Json(double value) {
  if (std::isfinite(value)) {
    kind_ = Kind::number;
    number_ = value;
  }
}

Json Json::array() {
  Json json;
  json.kind_ = Kind::array;
  return json;
}

Json Json::object() {
  Json json;
  json.kind_ = Kind::object;
  return json;
}

Json& Json::push(Json value) {
  items_.push_back(std::move(value));
  return *this;
}

Json& Json::set(std::string key, Json value) {
  for (auto& entry : entries_) {
    if (entry.first == key) {
      entry.second = std::move(value);
      return *this;
    }
  }
  return append(std::move(key), std::move(value));
}

Json& Json::append(std::string key, Json value) {
  entries_.emplace_back(std::move(key), std::move(value));
  return *this;
}

const Json* Json::find(std::string_view key) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.first == key; });
  return found == entries_.end() ? nullptr : &found->second;
}

const Json& Json::operator[](std::string_view key) const {
  static const Json null;
  const Json* found = find(key);
  return found ? *found : null;
}

std::string Json::print(int indent) const {
  std::string out;
  print_to(out, *this, indent, 0, false);
  return out;
}

std::string Json::canonical() const {
  std::string out;
  print_to(out, *this, 0, 0, true);
  return out;
}

std::string json_quote(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(text.size() + 2);
  out += '"';
  std::size_t plain = 0; // where the characters that stand for themselves begin
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool separator = byte == 0xE2 && (text.substr(i, 3) == "\xE2\x80\xA8" || text.substr(i, 3) == "\xE2\x80\xA9");
    if (byte >= 0x20 && byte != 0x7F && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && !separator) {
      continue;
    }
    out += text.substr(plain, i - plain);
    plain = i + 1;
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      if (separator) {
        out += text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
        i += 2;
        plain = i + 1;
      } else {
        out += "\\u00";
        out += digits[byte >> 4];
        out += digits[byte & 15u];
      }
    }
  }
  out += text.substr(plain);
  out += '"';
  return out;
}

Json parse_json(std::string_view text, const std::string& file) {
  if (const auto bad = first_invalid_utf8(text)) {
    throw InputError(place(text, file, *bad), "JSON must be UTF-8; there is a byte here that is not");
  }
  refuse_deep(text, file);
  Builder builder;
  const bool good = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  if (!builder.duplicate.empty()) {
    const std::size_t last = text.rfind(json_quote(builder.duplicate));
    throw InputError(place(text, file, last == std::string_view::npos ? 0 : last),
                     "the key \"" + builder.duplicate + "\" stands twice in one object; each key may stand once");
  }
  if (!good || builder.failed) {
    const std::size_t at = builder.error_at > 0 ? builder.error_at - 1 : 0;
    throw InputError(place(text, file, at),
                     at >= text.size() ? "this is not JSON: the text ends too early" : "this is not JSON: unexpected text here");
  }
  return std::move(builder.result);
}

} // namespace canvass
