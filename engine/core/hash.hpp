#ifndef CANVASS_ENGINE_CORE_HASH_HPP
#define CANVASS_ENGINE_CORE_HASH_HPP

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace canvass {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);
/// SHA-256 of the parts, each preceded by its length, so that ("ab","c") and ("a","bc") differ.
Digest sha256_parts(std::initializer_list<std::string_view> parts);
std::string to_hex(std::span<const std::uint8_t> bytes);
/// `count` bytes from the operating system's generator.
std::string random_bytes(std::size_t count);

} // namespace canvass

#endif
