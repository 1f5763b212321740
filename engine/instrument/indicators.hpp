#ifndef CANVASS_ENGINE_INSTRUMENT_INDICATORS_HPP
#define CANVASS_ENGINE_INSTRUMENT_INDICATORS_HPP

#include "engine/instrument/model.hpp"

#include <optional>
#include <string>

namespace canvass {

/// Whether one answer sheet counts for an indicator: true, false, or nullopt where it is out of the base.
///   base answered   who gave an answer; every missing code is out (for a formula: whoever it cannot be decided for)
///   base asked      don't know, prefer not to say, blank and the instrument's own codes stay in, as "does not count" unless `in` lists
///                   the code; routed past, spoilt and "does not apply" (the code -96) are out all the same
/// Whoever `among` does not hold for, or cannot be decided for, is out of the base.
std::optional<bool> indicator_of(const Instrument& instrument, const Indicator& indicator, const AnswerLookup& answers);

/// The expression as it stands in the file, and the rule of each scale that it names: "${index} >= 10, index = sum of a, b, at least 2
/// answered". Two formulas that are written the same may rest on scales that are not. Empty where there is none.
std::string written_rule(const Instrument& instrument, const std::optional<Expression>& expression);

/// "Does not apply": who says so was asked, but is no part of any base.
inline constexpr int code_does_not_apply = -96;

/// Missing codes by name, for `holds`. The instrument must outlive it.
MissingLookup missing_lookup(const Instrument& instrument);

} // namespace canvass

#endif
