#ifndef CANVASS_ENGINE_SURVEY_NUMBERING_HPP
#define CANVASS_ENGINE_SURVEY_NUMBERING_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

namespace canvass::survey {

/// Numbers keys 0, 1, 2 ... in the order in which they first come.
class Numbering {
public:
  Numbering();
  std::int32_t number(std::uint64_t key);
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] std::uint64_t key(std::size_t number) const { return keys_[number]; }

private:
  void grow();
  [[nodiscard]] std::size_t slot(std::uint64_t key) const;
  std::vector<std::int32_t> slots_; ///< -1 = free
  std::vector<std::uint64_t> keys_;
};

/// Two labels as one key.
inline std::uint64_t joined(std::int32_t first, std::int32_t second) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(first)) << 32U | static_cast<std::uint32_t>(second);
}

} // namespace canvass::survey

#endif
