#ifndef CANVASS_REPORTS_TEXT_TABLE_HPP
#define CANVASS_REPORTS_TEXT_TABLE_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Setting type on a terminal: columns are counted as a terminal shows them.
namespace canvass::render {

/// Lines of at most `width` columns, broken at spaces, and inside words that are longer than a line. Never empty. The spaces that a text
/// begins with stand before each of its lines.
std::vector<std::string> wrap_columns(std::string_view text, std::size_t width);

/// `text` with spaces to `width` columns, at its end or (right) before it.
std::string pad(std::string_view text, std::size_t width, bool right = false);

struct TextColumn {
  std::string title;
  bool numeric = false; ///< set right, never broken
  bool whole = false;   ///< a drawing: never broken, set left
};

/// A light table: a line under the head, none between rows. Columns of words are narrowed to fit `width`; where even that is too wide, each
/// row becomes a short list of "title: cell". A row of one cell is a heading over the whole width. Cells are taken as they are: escape
/// foreign text before.
std::string text_table(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows, std::size_t width);

/// Whether text_table has room for columns at this width, or would make lists.
bool table_fits(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows, std::size_t width);

} // namespace canvass::render

#endif
