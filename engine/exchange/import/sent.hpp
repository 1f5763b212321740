#ifndef CANVASS_ENGINE_EXCHANGE_IMPORT_SENT_HPP
#define CANVASS_ENGINE_EXCHANGE_IMPORT_SENT_HPP

#include "engine/exchange/mapping.hpp"
#include "engine/study/sent.hpp"

#include <string>
#include <vector>

namespace canvass::exchange {

/// Reads a dispatch list from a file of somebody else: `map` may name its columns (person, area, stratum, wave) and their values; without
/// a map they are named as in the frame, a column `wave` being the wave. `wave` is a wave's id, or empty.
/// @throws InputError with all problems: see read_sent; a wave that the study does not have
std::vector<Dispatch> import_sent(std::string bytes, const std::string& file, const Mapping* map, const Study& study,
                                  const std::string& wave);

} // namespace canvass::exchange

#endif
