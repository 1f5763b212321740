#include "engine/survey/numbering.hpp"

namespace canvass::survey {

Numbering::Numbering() : slots_(64, -1) {}

std::size_t Numbering::slot(std::uint64_t key) const {
  std::uint64_t mixed = key * 0x9E3779B97F4A7C15U;
  mixed ^= mixed >> 32U;
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = static_cast<std::size_t>(mixed) & mask;
  while (slots_[at] >= 0 && keys_[static_cast<std::size_t>(slots_[at])] != key) {
    at = (at + 1) & mask;
  }
  return at;
}

void Numbering::grow() {
  slots_.assign(slots_.size() * 4, -1);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    slots_[slot(keys_[i])] = static_cast<std::int32_t>(i);
  }
}

std::int32_t Numbering::number(std::uint64_t key) {
  std::size_t at = slot(key);
  if (slots_[at] >= 0) {
    return slots_[at];
  }
  if (keys_.size() * 2 >= slots_.size()) {
    grow();
    at = slot(key);
  }
  slots_[at] = static_cast<std::int32_t>(keys_.size());
  keys_.push_back(key);
  return slots_[at];
}

} // namespace canvass::survey
