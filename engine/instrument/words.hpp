#ifndef CANVASS_ENGINE_INSTRUMENT_WORDS_HPP
#define CANVASS_ENGINE_INSTRUMENT_WORDS_HPP

#include "engine/instrument/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace canvass {

/// The English text of a label, or empty: `en`, `en-GB` ...
std::string_view english(const Text& text);

/// Words in lower case without punctuation; what stands in brackets is left out, since it explains and does not ask.
/// "don't" stays one word; typographic apostrophes count as plain ones.
std::vector<std::string> words_of(std::string_view text);

/// Whether a list offers agreement with a statement (any English label has "agree" in it).
bool is_agreement(const ChoiceList& list);

} // namespace canvass

#endif
