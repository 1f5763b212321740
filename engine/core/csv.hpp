#ifndef CANVASS_ENGINE_CORE_CSV_HPP
#define CANVASS_ENGINE_CORE_CSV_HPP

#include "engine/core/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace canvass {

/// How a delimited text file is written.
struct CsvDialect {
  char separator = ',';
  bool byte_order_mark = false;
};

/// Reads delimited text row by row, one pass, without copying cells that need no unquoting.
/// Rows end with LF, CRLF or CR; quoted cells may hold separators, doubled quotes and line breaks. Blank lines are passed over.
/// The text must be UTF-8 (see decode_text) and outlive the reader.
class CsvReader {
public:
  CsvReader(std::string_view text, std::string file, CsvDialect dialect);

  /// Reads the next row; false at the end. @throws InputError a lone quote or NUL, with its place
  bool next();
  /// Cells of the current row; views stay valid until the next call of next().
  [[nodiscard]] const std::vector<std::string_view>& cells() const noexcept { return cells_; }
  /// Line of the file on which the current row starts, from 1.
  [[nodiscard]] int line() const noexcept { return row_line_; }
  [[nodiscard]] Position at(std::size_t cell = 0) const;
  /// The bytes of the current row as they stand in the file, without the line end.
  [[nodiscard]] std::string_view raw() const noexcept { return raw_; }

private:
  void skip_blank_lines();
  void skip_line_end();
  void read_plain();
  void read_quoted(std::size_t row_start);
  [[nodiscard]] std::size_t row_bound(std::size_t start) const; ///< no row has more bytes than this

  std::string_view text_;
  std::string file_;
  CsvDialect dialect_;
  std::size_t position_ = 0;
  int line_ = 1;
  int row_line_ = 0;
  std::string_view raw_;
  std::vector<std::string_view> cells_;
  std::string unquoted_; ///< holds unquoted cells of the row; reserved to the row's length, so views stay valid
};

/// Separator (',', ';', tab or '|') that gives the most even rows in the first lines; BOM seen or not.
CsvDialect sniff_csv(std::string_view text);

/// Bytes of a file as UTF-8 without BOM. `encoding` is "utf-8" or "windows-1252".
/// @throws InputError bytes that are not UTF-8, with line and column, naming the line `encoding: windows-1252` to add to the map;
///         UTF-16, and NUL bytes
std::string decode_text(std::string bytes, const std::string& file, std::string_view encoding);

/// One cell quoted where it must be. `guard_formulas` puts a ' before a leading = + - @ tab or CR unless the cell is a number, and before
/// a ' that stands before one of them, so that taking one ' away gives the cell back.
std::string csv_cell(std::string_view cell, bool guard_formulas = true);
/// A row with its line end (LF).
std::string csv_row(const std::vector<std::string>& cells, bool guard_formulas = true);

} // namespace canvass

#endif
