#ifndef CANVASS_ENGINE_EXCHANGE_IMPORT_TABLE_TEXT_HPP
#define CANVASS_ENGINE_EXCHANGE_IMPORT_TABLE_TEXT_HPP

#include "engine/core/date.hpp"
#include "engine/exchange/mapping.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::exchange {

/// Bytes of a table as text: a small file must not fill the memory.
inline constexpr std::size_t most_text = 1ULL << 30U;
/// Columns of a file: no survey asks so much, so it is a matrix of something else, or it lies on its side.
inline constexpr std::size_t most_columns = 10'000;

/// What could not be read of a row, and in which column it stands: the answer there would be lost.
struct TableFault {
  static constexpr std::size_t whole_row = static_cast<std::size_t>(-1);
  std::size_t column = whole_row;
  std::string text;

  friend bool operator==(const TableFault&, const TableFault&) = default;
};
using TableFaults = std::map<int, std::vector<TableFault>>; ///< by line of the text

/// What a file says of a column beside its name: SPSS and Stata files carry the question and what its codes mean.
struct ColumnNotes {
  std::string label;
  std::map<std::string, std::string> values; ///< code as text -> its label
  std::set<std::string> missing;             ///< codes met that the file declares missing
};

/// A table of another program as delimited text, in UTF-8 with commas: a line a row of the sheet, so that line numbers are row numbers.
struct TableText {
  std::string text;
  TableFaults faults;               ///< they hold their rows
  std::vector<ColumnNotes> columns; ///< one a column of the header; empty where the form of file has none
};

enum class TableFormat { text, xlsx, sav, dta };
/// What a file is, by its first bytes and its name. @throws InputError a workbook that is encrypted or of an old format
TableFormat format_of(std::string_view bytes, const std::string& file);

/// The sheet `sheet` (empty: the first) of an XLSX workbook. Shared and inline strings; dates in the order `dates`; booleans as 1 and 0;
/// formulas by the result that the workbook keeps; cells with an error are faults.
/// @throws InputError damaged, too large when unpacked, with macros, without that sheet
TableText read_xlsx(std::string_view bytes, const std::string& file, const std::string& sheet, DateOrder dates);

/// An SPSS (.sav, .zsav) or Stata (.dta) file. Cells are codes, or value labels in columns where the map lists labels. Values that the
/// file declares missing must be named in the map's `missing`, by code or label; else they are faults. System-missing is empty.
/// @throws InputError damaged or of a form that cannot be read
TableText read_statistics_file(std::string_view bytes, const std::string& file, TableFormat format, const Mapping* map);

/// draft_map of a table with what its file says of the columns.
std::string draft_map(const TableText& table, const std::string& file, const LoadedStudy& study);

/// Any of them; delimited text as it is. `map` (may be null) is changed to read the text that comes out.
TableText read_any_table(std::string bytes, const std::string& file, Mapping* map);

} // namespace canvass::exchange

#endif
