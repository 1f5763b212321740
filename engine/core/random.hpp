#ifndef CANVASS_ENGINE_CORE_RANDOM_HPP
#define CANVASS_ENGINE_CORE_RANDOM_HPP

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace canvass {

/// A stream of random numbers named by (seed, purpose, block): the same name gives the same numbers on every machine, whatever else
/// runs beside it. xoshiro256++ (Blackman and Vigna 2019), state filled by splitmix64. No std distributions: their results differ.
class RandomStream {
public:
  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t block = 0);

  std::uint64_t next() noexcept {
    const std::uint64_t result = rotated(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotated(state_[3], 45);
    return result;
  }
  /// Uniform on 0 .. n-1 without bias (Lemire 2019). n >= 1.
  std::uint32_t below(std::uint32_t n) noexcept;
  /// Uniform on [0, 1), 53 bits.
  double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// Standard normal (polar method of Marsaglia; one value a call).
  double normal() noexcept;

  /// Fisher-Yates.
  template <typename T> void shuffle(std::span<T> values) noexcept {
    for (std::size_t i = values.size(); i > 1; --i) {
      std::swap(values[i - 1], values[below(static_cast<std::uint32_t>(i))]);
    }
  }

private:
  static std::uint64_t rotated(std::uint64_t x, int k) noexcept { return (x << k) | (x >> (64 - k)); }
  std::array<std::uint64_t, 4> state_{};
};

} // namespace canvass

#endif
