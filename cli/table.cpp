#include "cli/table.hpp"

#include "cli/console.hpp"
#include "engine/core/escape.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <string_view>

namespace canvass::cli {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest = 12; // a column narrower than this cannot be read

std::string padded(std::string_view text, std::size_t width, bool right) {
  const std::size_t wide = display_width(text);
  const std::string fill(wide < width ? width - wide : 0, ' ');
  return right ? fill + std::string(text) : std::string(text) + fill;
}

/// One line of text that no terminal takes for a command: a line break inside a cell would begin a row that is none.
std::string in_one_line(std::string_view text) {
  std::string line = escape_terminal(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

void add_line(std::string& text, const std::vector<std::string>& cells, const std::vector<TextTable::Column>& columns,
              const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    line += padded(cells[c], widths[c], columns[c].right) + (c + 1 < columns.size() ? std::string(gap, ' ') : "");
  }
  const std::size_t last = line.find_last_not_of(' ');
  text += line.substr(0, last == std::string::npos ? 0 : last + 1) + '\n';
}

} // namespace

std::string print_table(const TextTable& table, std::size_t width) {
  const std::size_t count = table.columns.size();
  std::vector<std::size_t> widths;
  std::vector<std::string> titles;
  for (const TextTable::Column& column : table.columns) {
    titles.push_back(in_one_line(column.title));
    widths.push_back(display_width(titles.back()));
  }
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : table.rows) {
    auto& line = cells.emplace_back();
    for (std::size_t c = 0; c < count; ++c) {
      line.push_back(c < row.size() ? in_one_line(row[c]) : std::string{});
      widths[c] = std::max(widths[c], display_width(line[c]));
    }
  }
  std::size_t total = gap * (count - 1);
  std::size_t widest = count;
  for (std::size_t c = 0; c < count; ++c) {
    total += widths[c];
    if (!table.columns[c].right && (widest == count || widths[c] > widths[widest])) {
      widest = c;
    }
  }
  if (width > 0 && total > width && widest < count) {
    const std::size_t over = total - width;
    widths[widest] = widths[widest] > over + narrowest ? widths[widest] - over : std::min(widths[widest], narrowest);
  }

  std::string text;
  add_line(text, titles, table.columns, widths);
  for (const auto& row : cells) {
    const std::string whole = widest < count ? wrap(row[widest], widths[widest]) : std::string{};
    std::vector<std::string> line = row;
    bool first = true;
    for (const std::string_view part : split(whole, '\n')) {
      if (!first) {
        line.assign(count, "");
      }
      if (widest < count) {
        line[widest] = std::string(part);
      }
      add_line(text, line, table.columns, widths);
      first = false;
    }
  }
  return text;
}

} // namespace canvass::cli
