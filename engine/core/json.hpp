#ifndef CANVASS_ENGINE_CORE_JSON_HPP
#define CANVASS_ENGINE_CORE_JSON_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace canvass {

/// A JSON value that keeps the order of its keys. Numbers are doubles or 64-bit integers.
/// Small on purpose: to build with braces, to print, to read back.
class Json {
public:
  enum class Kind { null, boolean, integer, number, string, array, object };

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : kind_(Kind::boolean), integer_(value ? 1 : 0) {}
  Json(int value) : kind_(Kind::integer), integer_(value) {}
  Json(long value) : kind_(Kind::integer), integer_(value) {}
  Json(long long value) : kind_(Kind::integer), integer_(value) {}
  Json(unsigned value) : kind_(Kind::integer), integer_(value) {}
  Json(unsigned long value) : kind_(Kind::integer), integer_(static_cast<std::int64_t>(value)) {}
  Json(double value); ///< NaN and infinities become null: JSON has no word for them
  Json(const char* value) : kind_(Kind::string), text_(value) {}
  Json(std::string_view value) : kind_(Kind::string), text_(value) {}
  Json(std::string value) : kind_(Kind::string), text_(std::move(value)) {}

  static Json array();
  static Json object();

  Json& push(Json value);                    ///< appends to an array
  Json& set(std::string key, Json value);    ///< appends to an object, or replaces; looks through all keys
  Json& append(std::string key, Json value); ///< appends to an object; the caller knows that the key is new

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_null() const noexcept { return kind_ == Kind::null; }
  [[nodiscard]] bool as_bool() const { return integer_ != 0; }
  [[nodiscard]] std::int64_t as_int() const { return integer_; }
  [[nodiscard]] double as_number() const { return kind_ == Kind::integer ? static_cast<double>(integer_) : number_; }
  [[nodiscard]] const std::string& as_string() const { return text_; }
  [[nodiscard]] const std::vector<Json>& items() const { return items_; }
  [[nodiscard]] const std::vector<std::pair<std::string, Json>>& entries() const { return entries_; }
  [[nodiscard]] const Json* find(std::string_view key) const;
  /// find, or a shared null.
  [[nodiscard]] const Json& operator[](std::string_view key) const;

  /// Compact text with shortest round-trip numbers; indent > 0 gives one value a line.
  [[nodiscard]] std::string print(int indent = 0) const;
  /// Canonical text: keys sorted by bytes, compact. Equal values give equal bytes: what is hashed.
  [[nodiscard]] std::string canonical() const;

private:
  Kind kind_ = Kind::null;
  std::int64_t integer_ = 0;
  double number_ = 0;
  std::string text_;
  std::vector<Json> items_;
  std::vector<std::pair<std::string, Json>> entries_;
};

/// A JSON string literal with its quotes; control characters, U+2028, U+2029, <, > and & escaped, so that it may stand in HTML.
std::string json_quote(std::string_view text);

/// @throws InputError with file:line:column; depth over 256, duplicate keys and trailing text refused
Json parse_json(std::string_view text, const std::string& file);

} // namespace canvass

#endif
