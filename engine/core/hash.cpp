#include "engine/core/hash.hpp"

#include <sodium.h>
#include <stdexcept>

namespace canvass {
namespace {

/// SHA-256 needs no initialisation of the library; its random generator does.
void initialise() {
  static const int status = sodium_init();
  if (status < 0) {
    throw std::runtime_error("the random generator of the operating system cannot be used");
  }
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

Digest sha256(std::string_view bytes) {
  static_assert(crypto_hash_sha256_BYTES == std::tuple_size<Digest>::value);
  Digest digest{};
  crypto_hash_sha256(digest.data(), bytes_of(bytes), bytes.size());
  return digest;
}

Digest sha256_parts(std::initializer_list<std::string_view> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const std::string_view part : parts) {
    std::array<unsigned char, 8> length{};
    std::uint64_t rest = part.size();
    for (unsigned char& byte : length) {
      byte = static_cast<unsigned char>(rest & 0xFFu);
      rest >>= 8;
    }
    crypto_hash_sha256_update(&state, length.data(), length.size());
    crypto_hash_sha256_update(&state, bytes_of(part), part.size());
  }
  Digest digest{};
  crypto_hash_sha256_final(&state, digest.data());
  return digest;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15u];
  }
  return out;
}

std::string random_bytes(std::size_t count) {
  initialise();
  std::string out(count, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

} // namespace canvass
