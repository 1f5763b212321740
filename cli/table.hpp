#ifndef CANVASS_CLI_TABLE_HPP
#define CANVASS_CLI_TABLE_HPP

#include <string>
#include <vector>

namespace canvass::cli {

/// A small table of words, for lists such as `canvass status`. (Tables of estimates are drawn by reports/.)
struct TextTable {
  struct Column {
    std::string title;
    bool right = false;
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

/// Columns two spaces apart; the widest left-aligned column is wrapped so that lines fit `width` (0: as wide as it is).
/// Cells pass through escape_terminal.
std::string print_table(const TextTable& table, std::size_t width);

} // namespace canvass::cli

#endif
