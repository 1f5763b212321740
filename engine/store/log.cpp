#include "engine/store/log.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace canvass::store {

namespace {

std::string_view view_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string decimal(std::int64_t value) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

} // namespace

Digest body_hash_of(const Body& body) {
  return sha256_parts({body.salt, body.answers, body.detail, body.raw});
}

Digest chain_hash_of(const LogEvent& event) {
  return sha256_parts(
      {view_of(event.previous), decimal(event.sequence), decimal(event.at), event.kind, event.subject, view_of(event.body_hash)});
}

std::vector<std::string> new_handles(std::size_t count) {
  constexpr std::size_t bytes_a_handle = 10;
  const std::string bytes = count == 0 ? std::string() : random_bytes(count * bytes_a_handle);
  std::vector<std::string> handles;
  handles.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    handles.push_back(to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()) + i * bytes_a_handle, bytes_a_handle}));
  }
  std::sort(handles.begin(), handles.end());
  return handles;
}

std::string new_salts(std::size_t count) {
  return count == 0 ? std::string() : random_bytes(count * salt_size);
}

std::pair<std::string_view, std::string_view> split_id(std::string_view id) {
  const std::size_t slash = id.rfind('/');
  if (slash == std::string_view::npos) {
    return {id, {}};
  }
  return {id.substr(0, slash), id.substr(slash + 1)};
}

std::string join_id(std::string_view person, std::string_view wave) {
  std::string id;
  id.reserve(person.size() + wave.size() + 1);
  id += person;
  id += '/';
  id += wave;
  return id;
}

bool sets_answers(std::string_view what) {
  return what == kind::submission || what == kind::correction || what == kind::accepted;
}

} // namespace canvass::store
