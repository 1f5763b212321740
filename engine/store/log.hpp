#ifndef CANVASS_ENGINE_STORE_LOG_HPP
#define CANVASS_ENGINE_STORE_LOG_HPP

#include "engine/core/hash.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The log: what every back end keeps, and how its links are made. One event is a line of a chain; what a person may ask to have erased
/// stands beside it in a body. The chain covers a salted hash of the body, so that it stays whole when the body and its salt go, and
/// nobody can find out by trying what the body said.
namespace canvass::store {

namespace kind {
inline constexpr std::string_view created = "created";       ///< subject: study id
inline constexpr std::string_view instrument = "instrument"; ///< subject: id@version
inline constexpr std::string_view import = "import";         ///< subject: import number
inline constexpr std::string_view submission = "submission"; ///< subject: handle/wave
inline constexpr std::string_view correction = "correction"; ///< subject: handle/wave
inline constexpr std::string_view held = "held";             ///< subject: number of the held row
inline constexpr std::string_view accepted = "accepted";     ///< subject: handle/wave
inline constexpr std::string_view rejected = "rejected";     ///< subject: number of the held row
inline constexpr std::string_view undo = "undo";             ///< subject: import number
inline constexpr std::string_view erasure = "erasure";       ///< subject: handle
inline constexpr std::string_view lock = "lock";             ///< subject: SHA-256 of the plan
inline constexpr std::string_view release = "release";       ///< subject: SHA-256 of the report's first file
} // namespace kind

/// What the chain covers. `subject` never holds a person's id: a person goes by a random handle.
struct LogEvent {
  std::int64_t sequence = 0; ///< 1, 2, 3 ... without gaps
  std::int64_t at = 0;       ///< seconds since 1970, UTC
  std::string kind;
  std::string subject;
  Digest body_hash{};
  Digest previous{}; ///< `chain` of the event before; zeros for the first
  Digest chain{};
};

/// What may be erased.
struct Body {
  std::string salt;    ///< 16 random bytes
  std::string answers; ///< canonical body of the response as it is from this event on; empty where the event sets none
  std::string detail;  ///< canonical JSON: what else the event says; its keys by kind stand in details.hpp
  std::string raw;     ///< bytes of the source: the row; of an import the header
  std::string person;  ///< handle of the person who can have it erased; empty: nobody's. Not hashed: it goes with the person
};

Digest body_hash_of(const Body& body);
Digest chain_hash_of(const LogEvent& event);
/// New names for persons that tell nothing about them: 20 random hexadecimal digits each. Sorted, because an index takes
/// names that come in order several times faster; the log is in the order of the import anyway.
std::vector<std::string> new_handles(std::size_t count);
/// `count` salts in one piece, 16 bytes each.
std::string new_salts(std::size_t count);
inline constexpr std::size_t salt_size = 16;

/// "HANDLE/WAVE" taken apart; a subject without '/' has no wave. Wave ids have no '/', person ids may.
std::pair<std::string_view, std::string_view> split_id(std::string_view id);
std::string join_id(std::string_view person, std::string_view wave);
/// True for the kinds whose subject is a response.
bool sets_answers(std::string_view kind);

} // namespace canvass::store

#endif
