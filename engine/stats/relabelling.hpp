#ifndef CANVASS_ENGINE_STATS_RELABELLING_HPP
#define CANVASS_ENGINE_STATS_RELABELLING_HPP

#include "engine/core/random.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace canvass::stats {

/// The ways to choose who is in one arm: within each matched set as many as there really were.
class Relabelling {
public:
  /// `marked`: non-zero for the people of the arm that is chosen anew. `sets`: equal = same set; empty = one set.
  Relabelling(std::span<const std::uint8_t> marked, std::span<const std::int32_t> sets);

  /// How many ways there are; infinity where a double cannot hold it.
  [[nodiscard]] double ways() const noexcept { return ways_; }
  /// People chosen each time.
  [[nodiscard]] std::size_t chosen() const noexcept { return chosen_; }

  /// Draws at random. One object a block: it remembers the order of the people between two draws.
  class Drawer {
  public:
    Drawer(const Relabelling& of, RandomStream stream) : of_(&of), stream_(stream), people_(of.people_) {}
    /// The people chosen, valid until the next call.
    std::span<const std::uint32_t> next();

  private:
    const Relabelling* of_;
    RandomStream stream_;
    std::vector<std::uint32_t> people_;
    std::vector<std::uint32_t> result_;
  };

  /// The `index`-th way, 0 <= index < ways(); every way once.
  [[nodiscard]] std::vector<std::uint32_t> at(std::uint64_t index) const;

private:
  struct Set {
    std::uint32_t begin = 0; ///< into people_
    std::uint32_t size = 0;
    std::uint32_t chosen = 0;
    std::uint64_t ways = 1; ///< meaningful where ways_ is small enough to enumerate
  };
  std::vector<std::uint32_t> people_; ///< grouped by set
  std::vector<Set> sets_;
  std::size_t chosen_ = 0;
  double ways_ = 1;
};

} // namespace canvass::stats

#endif
