#ifndef CANVASS_ENGINE_INSTRUMENT_CHECK_HPP
#define CANVASS_ENGINE_INSTRUMENT_CHECK_HPP

#include "engine/core/error.hpp"
#include "engine/instrument/model.hpp"

namespace canvass {

/// The questionnaire-craft of a loaded instrument: warnings (likely to harm the answers) and notes (worth a thought), each with its place.
/// Wording is judged in English only; other languages are left to people. Nothing here refuses an instrument.
void check_instrument(const Instrument& instrument, Problems& problems);

/// The families, for whoever wants one of them.
void check_wording(const Instrument& instrument, Problems& problems); ///< double-barrelled, leading, negated, overlong
void check_answers(const Instrument& instrument, Problems& problems); ///< balance and gaps of lists, don't know, exclusive, unused lists
void check_scales(const Instrument& instrument, Problems& problems);  ///< referents, reversed items, mixed lists, items in no scale
void check_routing(const Instrument& instrument, Problems& problems); ///< items nobody reaches, same-page routing, hard-required opinions

} // namespace canvass

#endif
