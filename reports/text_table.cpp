#include "reports/text_table.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <numeric>

namespace canvass::render {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_words = 12; ///< a column of words is not narrowed below this

std::string repeat(std::string_view piece, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += piece;
  }
  return out;
}

const std::string& cell(const std::vector<std::string>& row, std::size_t column) {
  static const std::string nothing;
  return column < row.size() ? row[column] : nothing;
}

/// A row of one cell heads those below it and takes the whole width.
bool spans(const std::vector<std::string>& row, const std::vector<TextColumn>& columns) {
  return row.size() == 1 && columns.size() > 1;
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  for (const std::string_view word : split(text, ' ')) {
    longest = std::max(longest, display_width(word));
  }
  return longest;
}

/// One row, its cells broken into lines.
std::string row_lines(const std::vector<TextColumn>& columns, const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                      bool foot) {
  std::vector<std::vector<std::string>> lines(columns.size());
  std::size_t height = 1;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    lines[c] = wrap_columns(cell(cells, c), widths[c]);
    height = std::max(height, lines[c].size());
  }
  std::string out;
  for (std::size_t l = 0; l < height; ++l) {
    std::string line;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::size_t skipped = foot ? height - lines[c].size() : 0; // heads stand on the line below them
      const std::string text = l >= skipped && l - skipped < lines[c].size() ? lines[c][l - skipped] : "";
      line += (c == 0 ? "" : repeat(" ", gap)) + pad(text, widths[c], columns[c].numeric);
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

/// The columns' widths, those of words narrowed until the table fits; empty where it will not.
std::vector<std::size_t> widths_of(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows,
                                   std::size_t width) {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::size_t cells = 0;
    for (const auto& row : rows) {
      cells = std::max(cells, spans(row, columns) ? 0 : display_width(cell(row, c)));
    }
    // A head over figures is broken rather than let them drift apart.
    const std::size_t title = columns[c].numeric ? longest_word(columns[c].title) : display_width(columns[c].title);
    widths.push_back(std::max<std::size_t>({cells, title, 1}));
  }
  while (std::accumulate(widths.begin(), widths.end(), gap * (columns.size() - 1)) > width) {
    std::size_t widest = columns.size();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const bool narrows = !columns[c].numeric && !columns[c].whole && widths[c] > least_words;
      if (narrows && (widest == columns.size() || widths[c] > widths[widest])) {
        widest = c;
      }
    }
    if (widest == columns.size()) {
      return {};
    }
    --widths[widest];
  }
  return widths;
}

/// Where columns will not fit: each row as a list.
std::string records(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows, std::size_t width) {
  std::string out;
  for (const auto& row : rows) {
    out += out.empty() ? "" : "\n";
    for (std::size_t c = 0; c < (spans(row, columns) ? 1 : columns.size()); ++c) {
      const std::string text = columns[c].title.empty() ? cell(row, c) : columns[c].title + ": " + cell(row, c);
      const std::size_t indent = c == 0 ? 0 : 2;
      for (const std::string& line : wrap_columns(text, width > indent ? width - indent : 1)) {
        out += repeat(" ", indent) + line + "\n";
      }
    }
  }
  return out;
}

} // namespace

std::vector<std::string> wrap_columns(std::string_view text, std::size_t width) {
  width = std::max<std::size_t>(width, 1);
  if (display_width(text) <= width) {
    return {std::string(text)};
  }
  const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
  if (indent > 0 && indent < width) {
    std::vector<std::string> inner = wrap_columns(text.substr(indent), width - indent);
    for (std::string& line : inner) {
      line.insert(0, indent, ' ');
    }
    return inner;
  }
  std::vector<std::string> lines;
  std::string line;
  std::size_t used = 0;
  const auto finish = [&] {
    lines.push_back(line);
    line.clear();
    used = 0;
  };
  for (std::string_view word : split(text, ' ')) {
    const std::size_t columns = display_width(word);
    if (used > 0 && used + 1 + columns <= width) {
      line += " " + std::string(word);
      used += 1 + columns;
      continue;
    }
    if (used > 0) {
      finish();
    }
    while (display_width(word) > width) {
      std::size_t take = 1;
      while (display_width(first_characters(word, take + 1)) <= width) {
        ++take;
      }
      line = first_characters(word, take);
      word.remove_prefix(line.size());
      finish();
    }
    line = word;
    used = display_width(word);
  }
  if (used > 0 || lines.empty()) {
    finish();
  }
  return lines;
}

std::string pad(std::string_view text, std::size_t width, bool right) {
  const std::size_t columns = display_width(text);
  const std::string space = columns < width ? std::string(width - columns, ' ') : std::string{};
  return right ? space + std::string(text) : std::string(text) + space;
}

bool table_fits(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows, std::size_t width) {
  return !widths_of(columns, rows, width).empty();
}

std::string text_table(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows, std::size_t width) {
  if (columns.empty()) {
    return "";
  }
  const std::vector<std::size_t> widths = widths_of(columns, rows, width);
  if (widths.empty()) {
    return records(columns, rows, width);
  }
  const std::size_t total = std::accumulate(widths.begin(), widths.end(), gap * (columns.size() - 1));
  std::vector<std::string> titles;
  titles.reserve(columns.size());
  for (const TextColumn& column : columns) {
    titles.push_back(column.title);
  }
  const bool headed = std::any_of(titles.begin(), titles.end(), [](const std::string& title) { return !title.empty(); });
  std::string out;
  if (headed) {
    out += row_lines(columns, titles, widths, true) + repeat("\u2500", total) + "\n";
  }
  for (const auto& row : rows) {
    if (spans(row, columns)) {
      for (const std::string& line : wrap_columns(row.front(), width)) {
        out += line + "\n";
      }
    } else {
      out += row_lines(columns, row, widths, false);
    }
  }
  return out;
}

} // namespace canvass::render
