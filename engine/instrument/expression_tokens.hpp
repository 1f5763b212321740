#ifndef CANVASS_ENGINE_INSTRUMENT_EXPRESSION_TOKENS_HPP
#define CANVASS_ENGINE_INSTRUMENT_EXPRESSION_TOKENS_HPP

#include "engine/core/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace canvass {

struct ExpressionToken {
  enum class Kind { number, text, reference, self, name, symbol, end };
  Kind kind = Kind::end;
  std::string text; ///< of a text its content, of a reference the id, else as written
  double number = 0;
  std::size_t offset = 0; ///< in bytes of the source
};

/// Cuts an expression into tokens, the last of kind end. nullopt after a problem.
std::optional<std::vector<ExpressionToken>> expression_tokens(std::string_view source, const Position& at, Problems& problems);

/// The place of a byte of the source, where `at` is the place of its first character.
Position place_in(std::string_view source, const Position& at, std::size_t offset);

} // namespace canvass

#endif
