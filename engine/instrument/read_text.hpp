#ifndef CANVASS_ENGINE_INSTRUMENT_READ_TEXT_HPP
#define CANVASS_ENGINE_INSTRUMENT_READ_TEXT_HPP

#include "engine/core/error.hpp"
#include "engine/core/yaml.hpp"
#include "engine/instrument/model.hpp"

#include <string>
#include <vector>

namespace canvass {

/// Reads `{en: "...", cy: "..."}`; where there is one language, a plain "..." too. Every declared language must be there and no other,
/// every text quoted (unquoted, YAML would cut it at " #" and trip over "?" and ":" without a word), not empty, without control
/// characters. `what` names the text in messages: "the title". The result holds what was right.
Text read_text(const YamlNode& node, const std::string& what, const std::vector<std::string>& languages, Problems& problems);

/// `en`, `cy`, `pt-BR`: what a language may look like.
bool is_language(std::string_view text);

} // namespace canvass

#endif
