#ifndef CANVASS_ENGINE_INSTRUMENT_EXPRESSION_HPP
#define CANVASS_ENGINE_INSTRUMENT_EXPRESSION_HPP

#include "engine/core/date.hpp"
#include "engine/core/error.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace canvass {

/// The small total language of `relevant`, `constraint` and `formula`: ${id}, `.`, numbers, 'text', = != < <= > >=, and or not(),
/// + - * /, selected(${m}, code), count_selected(${m}), answered(${x}), is_missing(${x}, name), in(${x}, 1, 2), count(a, b, ...),
/// date('2026-06-27'), years_between(a, b). No loops, no other calls. Held as a tree in one vector; the last node is the root.
struct ExpressionNode {
  enum class Kind {
    number,
    text,
    date,
    reference,
    self,
    unary_minus,
    negate,
    op_and,
    op_or,
    eq,
    ne,
    lt,
    le,
    gt,
    ge,
    add,
    subtract,
    multiply,
    divide,
    call
  };
  Kind kind = Kind::number;
  double number = 0;
  std::string text;                  ///< of text; of a reference the id; of a call the function's name
  std::vector<std::size_t> children; ///< indices of earlier nodes
  Position at;
};

struct Expression {
  std::string source;
  std::vector<ExpressionNode> nodes;
  Position at;

  /// The ids it refers to, each once, in order of appearance.
  [[nodiscard]] std::vector<std::string> references() const;
  /// The scales that a loaded formula names, each once; their items are among the references.
  [[nodiscard]] std::vector<std::string> scales() const;
};

/// Parses; problems carry the exact column. nullopt if there was an error.
std::optional<Expression> parse_expression(std::string_view source, Position at, Problems& problems);

/// A value while evaluating. `unknown` is what any comparison or sum with a missing value gives.
struct ExpressionValue {
  enum class Kind { unknown, boolean, number, text, date };
  Kind kind = Kind::unknown;
  double number = 0; ///< also 0/1 of a boolean
  std::string text;
  Date date;
  int missing = 0; ///< of a reference that is missing: its code
};

/// Gives the answer to a variable: of a code its number, of a tick 1 or 0, of a time its minutes; of a missing cell `unknown` with the
/// code in `missing`. In a loaded instrument every reference is a variable: `selected(${m}, 9)` is held as selected(${m_9}),
/// `count_selected(${m})` as count_selected(${m_1}, ${m_2}, ...), and answered(${m}) asks for the first tick.
using AnswerLookup = std::function<ExpressionValue(std::string_view id)>;

/// Missing code of a name (dk, pns ...), or nullopt.
using MissingLookup = std::function<std::optional<int>(std::string_view name)>;

/// Three-valued: true, false or unknown (nullopt). Unknown counts as false for `relevant` and as pass for `constraint`; that is the
/// caller's to say. `self` is what `.` stands for. Total: never throws.
std::optional<bool> holds(const Expression& expression, const AnswerLookup& answers, const MissingLookup& missing,
                          const ExpressionValue& self = {});

} // namespace canvass

#endif
