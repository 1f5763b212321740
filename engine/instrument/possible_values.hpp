#ifndef CANVASS_ENGINE_INSTRUMENT_POSSIBLE_VALUES_HPP
#define CANVASS_ENGINE_INSTRUMENT_POSSIBLE_VALUES_HPP

#include "engine/instrument/model.hpp"

#include <string>
#include <string_view>

namespace canvass {

/// Why no answer to the variable is ever `value`, or, where `ordered` (compared by < and the like), why comparing with it gives the same
/// for every answer. Empty where the value can occur.
std::string why_impossible(const Instrument& instrument, const Variable& variable, double value, bool ordered);

/// What to tell somebody who compares a question that is answered with codes with a text.
std::string code_instead_of(const Instrument& instrument, const Variable& variable, std::string_view text);

} // namespace canvass

#endif
