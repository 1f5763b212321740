#ifndef CANVASS_ENGINE_INSTRUMENT_LOAD_PARTS_HPP
#define CANVASS_ENGINE_INSTRUMENT_LOAD_PARTS_HPP

/// What the parts of the loader share. Only load*.cpp include it.

#include "engine/core/yaml.hpp"
#include "engine/instrument/model.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace canvass {

struct Loading {
  std::string_view bytes; ///< of the file: where the text of an expression is looked up for exact columns
  Instrument& instrument;
  Problems& problems;
};

/// The text under `key`, or an empty one.
Text text_of(YamlMap& map, std::string_view key, const std::string& what, Loading& loading);
Text required_text_of(YamlMap& map, std::string_view key, const std::string& what, Loading& loading);
/// The expression under `key`, parsed but not yet bound.
std::optional<Expression> expression_of(YamlMap& map, std::string_view key, Loading& loading);
Direction direction_of(YamlMap& map);

void load_missing(YamlMap& top, Loading& loading);
void load_choices(YamlMap& top, Loading& loading);
void load_frames(YamlMap& top, Loading& loading);
void load_elements(YamlMap& top, Loading& loading);
void load_pages(YamlMap& top, Loading& loading);
/// Need the variables; formulas may name scales.
void load_scales(YamlMap& top, Loading& loading);
void load_indicators(YamlMap& top, Loading& loading);
/// Refuses ids that two things share, that differ only by case, or that equal a generated column; and too many columns.
void check_ids(Loading& loading);
/// Checks what every expression refers to and compares with, and replaces items of many ticks by their variables.
void bind_expressions(Loading& loading);
/// Takes the bounds of numbers from `minimum`, `maximum` or the constraint; refuses ranges that touch the missing codes.
void settle_ranges(Loading& loading);

} // namespace canvass

#endif
