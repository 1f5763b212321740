#ifndef CANVASS_ENGINE_INSTRUMENT_SCALE_CALL_HPP
#define CANVASS_ENGINE_INSTRUMENT_SCALE_CALL_HPP

#include "engine/instrument/model.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace canvass {

/// A formula may name a scale: `${asb_index} >= 10`. A loaded formula holds the name as a call of this function on the scale's items, so
/// that whoever looks up answers needs to know variables only. It cannot be written: no function of this name is known to the parser.
inline constexpr std::string_view scale_call = "scale";

/// The children of such a call: the scale's id (text), its score (text), the fewest answers (number), then for each item the reference and
/// the two ends of its codes, the end that counts lowest first.
std::vector<ExpressionNode> scale_call_children(const Instrument& instrument, const Scale& scale, const Position& at);

/// The score, given the values of the children; unknown where too few items were answered.
ExpressionValue scale_call_value(std::span<const ExpressionValue> children);

} // namespace canvass

#endif
