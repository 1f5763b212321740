#ifndef CANVASS_ENGINE_CORE_TEXT_HPP
#define CANVASS_ENGINE_CORE_TEXT_HPP

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canvass {

/// Numbers and text never go through the C locale: these functions are the only way.

/// Whole number in plain decimal: ^-?(0|[1-9][0-9]*)$ and within int range; anything else, `010` and `+1` included, is nullopt.
std::optional<int> parse_int(std::string_view text);
/// As parse_int, for 64 bits.
std::optional<long long> parse_int64(std::string_view text);
/// Plain decimal number with '.' (optional exponent); no hex, no inf, no nan, no spaces.
std::optional<double> parse_double(std::string_view text);

/// Shortest decimal that reads back to the same double; "null" is the caller's business for NaN and infinity.
std::string shortest(double value);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
/// ASCII only; other bytes stay.
std::string to_lower(std::string_view text);
bool starts_with_letter_or_underscore(std::string_view text);
/// [A-Za-z_][A-Za-z0-9_.-]*, at most 64 bytes: what an id may look like.
bool is_id(std::string_view text);

/// Offset of the first byte that is not well-formed UTF-8 (overlong forms and surrogates are not), or nullopt.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);
/// Windows-1252 to UTF-8; the five undefined bytes become U+FFFD.
std::string from_windows_1252(std::string_view bytes);
/// Code points in `text` (which is valid UTF-8).
std::size_t count_characters(std::string_view text);
/// First `n` code points of `text`.
std::string_view first_characters(std::string_view text, std::size_t n);
/// Columns that `text` takes on a terminal (East Asian wide = 2, combining marks = 0).
std::size_t display_width(std::string_view text);

/// Levenshtein distance in bytes, at most `limit` + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);
/// The candidate nearest to `wanted` (case ignored) if it is near enough to be a slip of the finger, else empty.
std::string nearest(std::string_view wanted, std::span<const std::string> candidates);
/// "; did you mean X?" or nothing.
std::string did_you_mean(std::string_view wanted, std::span<const std::string> candidates);
/// "a, b or c".
std::string either_of(std::span<const std::string> parts);
/// "1 person", "3 people": `count` with the form that fits it.
std::string counted(long long count, std::string_view singular, std::string_view plural);

} // namespace canvass

#endif
