#ifndef CANVASS_ENGINE_STUDY_TABLE_CHECKS_HPP
#define CANVASS_ENGINE_STUDY_TABLE_CHECKS_HPP

#include "engine/study/public_survey.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace canvass {

/// Something in a table of others that cannot be right, recomputed from the table itself.
struct TableFinding {
  enum class Kind {
    no_number,    ///< a cell that a check needs holds no number
    formula,      ///< a cell is not what its formula gives
    total,        ///< a column does not add up to what a text claims
    printed,      ///< a printed percentage breaks the rule by which the table rounds
    claimed,      ///< a ratio over all rows is not what a text claims
    decimals,     ///< percentages of one column are printed with different numbers of decimals
    stray,        ///< a row without its key
    unknown_area, ///< a key that is in no area: the row would be lost in a join
  };
  Kind kind = Kind::formula;
  std::string table, row, column;        ///< row: empty where all rows are meant
  std::optional<double> found, expected; ///< as written; as recomputed
  Position at;
  std::string text; ///< a sentence for a person
};
std::string_view to_string(TableFinding::Kind kind);

/// How the percentages of a column are cut to their decimals.
enum class RoundingRule { nearest, half_to_even, down, up };
std::string_view to_string(RoundingRule rule); ///< "to the nearest", "down"
/// `value` cut to `decimals` by a rule; values within 1e-9 of a half or a step count as on it.
double rounded(double value, int decimals, RoundingRule rule);

/// Sum of a column over the rows with a key; cells without a number are passed over. nullopt if no cell is a number.
std::optional<double> column_total(const AdminTable& table, std::string_view column);
/// 100 x the ratio of a row (npos: of the sums over all rows). nullopt where it cannot be told.
std::optional<double> ratio_percent(const AdminTable& table, std::string_view expression, std::size_t row = AdminTable::npos);

/// Every check of a table recomputed, with the rows that cannot be joined or have no key; in the order of the checks, then of the rows.
std::vector<TableFinding> check_table(const AdminTable& table, const AreaTree& areas);

} // namespace canvass

#endif
