#ifndef CANVASS_ENGINE_INSTRUMENT_REACHABLE_HPP
#define CANVASS_ENGINE_INSTRUMENT_REACHABLE_HPP

#include "engine/instrument/model.hpp"

#include <vector>

namespace canvass {

enum class Reach { yes, never, not_decided };

/// Whether some answer sheet makes all of `conditions` true, with answers that routing itself allows: tried over all codes of the questions
/// they depend on, directly or through the routing of those, and over numbers, dates and texts on either side of each value named.
/// not_decided where that is too many or where the conditions calculate. A `never` is certain.
Reach reach_of(const Instrument& instrument, const std::vector<const Expression*>& conditions);

} // namespace canvass

#endif
