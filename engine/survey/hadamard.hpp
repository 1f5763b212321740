#ifndef CANVASS_ENGINE_SURVEY_HADAMARD_HPP
#define CANVASS_ENGINE_SURVEY_HADAMARD_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

namespace canvass::survey {

/// A square matrix of +1 and -1 whose rows are orthogonal, and its columns too. The first row and the first column are all ones, so every
/// other row and column has as many +1 as -1.
struct Hadamard {
  std::size_t order = 0;
  std::vector<std::int8_t> entries; ///< row-major
  [[nodiscard]] std::int8_t operator()(std::size_t row, std::size_t column) const { return entries[row * order + column]; }
};

/// The smallest one of at least `order` rows that is built here: Sylvester's doubling and Paley's two constructions over primes. Up to
/// 1,000 the next one is never more than 12 away. Source: Hedayat and Wallis 1978.
Hadamard hadamard(std::size_t order);

} // namespace canvass::survey

#endif
