#include "engine/core/random.hpp"

#include <cmath>

namespace canvass {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) noexcept {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::uint64_t fnv1a(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return hash;
}

} // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t block) {
  std::uint64_t mixer = seed;
  mixer = splitmix64(mixer) ^ fnv1a(purpose);
  mixer = splitmix64(mixer) ^ block;
  for (std::uint64_t& word : state_) {
    word = splitmix64(mixer);
  }
}

std::uint32_t RandomStream::below(std::uint32_t n) noexcept {
  std::uint64_t product = (next() >> 32) * n;
  auto low = static_cast<std::uint32_t>(product);
  if (low < n) {
    const std::uint32_t threshold = (0u - n) % n;
    while (low < threshold) {
      product = (next() >> 32) * n;
      low = static_cast<std::uint32_t>(product);
    }
  }
  return static_cast<std::uint32_t>(product >> 32);
}

double RandomStream::normal() noexcept {
  for (;;) {
    const double u = 2 * uniform() - 1;
    const double v = 2 * uniform() - 1;
    const double s = u * u + v * v;
    if (s > 0 && s < 1) {
      return u * std::sqrt(-2 * std::log(s) / s);
    }
  }
}

} // namespace canvass
