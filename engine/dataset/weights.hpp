#ifndef CANVASS_ENGINE_DATASET_WEIGHTS_HPP
#define CANVASS_ENGINE_DATASET_WEIGHTS_HPP

#include "engine/dataset/dataset.hpp"

#include <cstdint>
#include <vector>

namespace canvass {

/// Weights as given with the answers, ready to be used; rows of `use` = 0 must not enter any number.
struct GivenWeights {
  std::vector<double> weight;    ///< by row; 0 where `use` is 0
  std::vector<std::uint8_t> use; ///< by row: 1 if the row is of the wave and its weight is known
  std::size_t rows = 0;          ///< rows of the wave
  std::size_t left_out = 0;      ///< of these, rows that left because their weight is missing
};

/// The given weights of one wave (npos: of all). A missing weight is never 1 and never 0: it is refused with a count, unless the study says
/// `missing_weight: leave_out`; then the rows leave, and are counted. Weights below 0 are always refused.
/// @throws DomainError "16 of 11,676 weights are missing ..."; no `weight` in the frame; every weight 0
GivenWeights given_weights(const LoadedStudy& study, const Dataset& dataset, std::size_t wave = Study::npos);

} // namespace canvass

#endif
