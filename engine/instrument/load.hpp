#ifndef CANVASS_ENGINE_INSTRUMENT_LOAD_HPP
#define CANVASS_ENGINE_INSTRUMENT_LOAD_HPP

#include "engine/core/error.hpp"
#include "engine/instrument/model.hpp"

#include <string>
#include <string_view>

namespace canvass {

/// Reads an instrument from YAML. Collects every problem; the result is usable only if problems has no errors.
Instrument load_instrument(std::string_view bytes, const std::string& file, Problems& problems);

/// load_instrument of a file. @throws InputError with all problems, if there are errors (warnings are for check_instrument)
Instrument load_instrument_file(const std::string& path);

} // namespace canvass

#endif
