#ifndef CANVASS_ENGINE_STUDY_TABLE_FORMULA_HPP
#define CANVASS_ENGINE_STUDY_TABLE_FORMULA_HPP

#include "engine/core/error.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canvass {

/// Arithmetic over the columns of a table: numbers, names of columns, + - * / and brackets. A name that holds other characters than
/// letters, digits and _ stands in backquotes: `% spent`.
class TableFormula {
public:
  /// nullopt and a problem at `at` if it cannot be read, or names a column that is not in `columns` (with the nearest).
  static std::optional<TableFormula> parse(std::string_view source, std::span<const std::string> columns, const Position& at,
                                           Problems& problems);
  /// Value for a row; `cells` align with the columns given to parse, NaN = no number. NaN where a cell is missing or a divisor is zero.
  [[nodiscard]] double value(std::span<const double> cells) const;
  /// Indices of the columns it names, each once, in order of appearance.
  [[nodiscard]] std::vector<std::size_t> columns() const;

private:
  struct Step { ///< reverse Polish
    enum class Kind { number, column, add, subtract, multiply, divide, negate } kind;
    double number = 0;
    std::size_t column = 0;
  };
  std::vector<Step> steps_;
  friend class TableFormulaParser;
};

/// A number as people write it into tables: 627,804  £52.50  40%  -3. Nothing else is guessed at.
struct TableNumber {
  double value = 0;
  int decimals = 0; ///< as written
};
std::optional<TableNumber> parse_table_number(std::string_view cell);

} // namespace canvass

#endif
