#ifndef CANVASS_ENGINE_INSTRUMENT_LOAD_HPP
#define CANVASS_ENGINE_INSTRUMENT_LOAD_HPP

#include "engine/core/error.hpp"
#include "engine/instrument/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace canvass {

/// Reads an instrument from YAML. Collects every problem; the result is usable only if problems has no errors.
Instrument load_instrument(std::string_view bytes, const std::string& file, Problems& problems);

/// load_instrument of a file. @throws InputError with all problems, if there are errors (warnings are for check_instrument)
Instrument load_instrument_file(const std::string& path);

struct InstrumentFile {
  std::string path, id, version;
};

/// The instruments in these folders (not below them), by their content: *.yaml and *.yml with `instrument` and `version` at top level.
/// In the order of the folders, then by file name. Folders that do not exist are passed over.
std::vector<InstrumentFile> list_instruments(const std::vector<std::string>& folders);

/// The file of id@version in the first folder that has it. @throws InputError at `wanted_at`: there is none (naming what there is), or two
/// in one folder
std::string find_instrument(const std::vector<std::string>& folders, std::string_view id, std::string_view version,
                            const Position& wanted_at = {});

} // namespace canvass

#endif
