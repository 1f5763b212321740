#ifndef CANVASS_ENGINE_SIMULATE_PUBLIC_HPP
#define CANVASS_ENGINE_SIMULATE_PUBLIC_HPP

#include "engine/core/random.hpp"
#include "engine/simulate/simulate.hpp"

/// Made-up answers of the public. Internal to this folder.
namespace canvass::simulate {

/// Without `sent`, so many go out in a wave, and this share comes back.
inline constexpr int default_sent = 1000;
inline constexpr double default_response = .3;

std::vector<RawRecord> simulate_public(const LoadedStudy& study, const Design& design, std::uint64_t seed);

/// Who lives where: draws the people of an area as the population counts them.
class Residents {
public:
  explicit Residents(const LoadedStudy& study);

  /// Variables of the population without the area.
  [[nodiscard]] const std::vector<std::string>& variables() const noexcept { return variables_; }
  /// Codes of these variables for somebody of the area (npos: of anywhere).
  const std::vector<int>& draw(std::size_t area, RandomStream& stream) const;
  /// How many people an area of the narrowest level has, as far as the population tells.
  [[nodiscard]] double people_of(std::size_t area) const;
  /// Areas of the narrowest level that lie in `area`, or all of them (npos).
  [[nodiscard]] std::vector<std::size_t> leaves(std::size_t area) const;

  struct Cell {
    std::vector<int> codes;
    double count = 0;
  };
  /// The people of an area: its own cells, else those of the wider area that the population counts, else all.
  [[nodiscard]] const std::vector<Cell>& cells(std::size_t area) const;

private:
  const AreaTree& tree_;
  std::vector<std::string> variables_;
  std::vector<std::vector<Cell>> of_area_; ///< by area of the tree; the last for anywhere
};

} // namespace canvass::simulate

#endif
