#include "engine/core/csv.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <array>

namespace canvass {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string shown(char separator) {
  return separator == '\t' ? "a tab" : std::string("`") + separator + "`";
}

/// Line and column (both from 1) of a byte.
Position place(std::string_view text, const std::string& file, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t last = before.rfind('\n');
  const std::string_view line = last == std::string_view::npos ? before : before.substr(last + 1);
  const auto valid = first_invalid_utf8(line) ? line.size() : count_characters(line);
  return {file, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1, static_cast<int>(valid) + 1};
}

std::string hex(char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return {digits[value >> 4], digits[value & 15u]};
}

} // namespace

CsvReader::CsvReader(std::string_view text, std::string file, CsvDialect dialect) : text_(text), file_(std::move(file)), dialect_(dialect) {
  if (text_.substr(0, byte_order_mark.size()) == byte_order_mark) {
    text_.remove_prefix(byte_order_mark.size());
  }
}

void CsvReader::skip_blank_lines() {
  while (position_ < text_.size() && (text_[position_] == '\n' || text_[position_] == '\r')) {
    skip_line_end();
  }
}

void CsvReader::skip_line_end() {
  if (position_ < text_.size()) {
    const bool two = text_[position_] == '\r' && position_ + 1 < text_.size() && text_[position_ + 1] == '\n';
    position_ += two ? 2u : 1u;
    ++line_;
  }
}

void CsvReader::read_plain() {
  const std::size_t start = position_;
  for (; position_ < text_.size(); ++position_) {
    const char c = text_[position_];
    if (c == dialect_.separator || c == '\n' || c == '\r') {
      break;
    }
    if (c > '"') { // most characters: neither quote nor NUL
      continue;
    }
    if (c == '"') {
      throw InputError(
          place(text_, file_, position_),
          "a lone quote in a cell that does not start with one; put the whole cell in quotes and write the quote inside it twice");
    }
    if (c == '\0') {
      throw InputError(place(text_, file_, position_), "a NUL byte; the file is damaged or not a text file");
    }
  }
  cells_.push_back(text_.substr(start, position_ - start));
}

void CsvReader::read_quoted(std::size_t row_start) {
  const std::size_t opened = position_++;
  std::size_t copied_from = position_;
  std::size_t copy_start = std::string::npos; // in unquoted_, once a doubled quote was met
  std::size_t quote = 0;
  for (;;) {
    quote = text_.find('"', position_);
    if (quote == std::string_view::npos) {
      throw InputError(place(text_, file_, opened),
                       "a quoted cell opens here and never closes; close it with a \", or write the quote inside it twice");
    }
    if (quote + 1 == text_.size() || text_[quote + 1] != '"') {
      break;
    }
    if (copy_start == std::string::npos) {
      if (unquoted_.capacity() < row_bound(row_start)) { // views into the buffer must not move: room for the row before the first
        unquoted_.reserve(row_bound(row_start));
      }
      copy_start = unquoted_.size();
    }
    unquoted_.append(text_.substr(copied_from, quote + 1 - copied_from));
    position_ = quote + 2;
    copied_from = position_;
  }
  const std::string_view content = text_.substr(opened + 1, quote - opened - 1);
  if (const std::size_t nul = content.find('\0'); nul != std::string_view::npos) {
    throw InputError(place(text_, file_, opened + 1 + nul), "a NUL byte; the file is damaged or not a text file");
  }
  if (copy_start == std::string::npos) {
    cells_.push_back(content);
  } else {
    unquoted_.append(text_.substr(copied_from, quote - copied_from));
    cells_.push_back(std::string_view(unquoted_).substr(copy_start));
  }
  line_ += static_cast<int>(std::count(content.begin(), content.end(), '\n'));
  position_ = quote + 1;
  if (position_ < text_.size() && text_[position_] != dialect_.separator && text_[position_] != '\n' && text_[position_] != '\r') {
    throw InputError(place(text_, file_, position_), "text after the closing quote of a cell; expected " + shown(dialect_.separator) +
                                                         " or the end of the line; a quote inside a quoted cell is written twice");
  }
}

bool CsvReader::next() {
  skip_blank_lines();
  cells_.clear();
  unquoted_.clear();
  raw_ = {};
  if (position_ >= text_.size()) {
    return false;
  }
  const std::size_t start = position_;
  row_line_ = line_;
  for (;;) {
    if (position_ < text_.size() && text_[position_] == '"') {
      read_quoted(start);
    } else {
      read_plain();
    }
    if (position_ == text_.size() || text_[position_] != dialect_.separator) {
      break;
    }
    ++position_;
  }
  raw_ = text_.substr(start, position_ - start);
  skip_line_end();
  return true;
}

std::size_t CsvReader::row_bound(std::size_t start) const {
  bool quoted = false;
  std::size_t i = start;
  for (; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '\n' || c == '\r')) {
      break;
    }
  }
  return i - start;
}

Position CsvReader::at(std::size_t cell) const {
  if (cell >= cells_.size()) {
    return {file_, row_line_, 1};
  }
  // The column is found again from the row's bytes: it is wanted for messages only.
  std::size_t n = 0;
  bool quoted = false;
  int line = row_line_;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i <= raw_.size(); ++i) {
    if (n == cell) {
      return {file_, line, static_cast<int>(count_characters(raw_.substr(line_start, i - line_start))) + 1};
    }
    const char c = i < raw_.size() ? raw_[i] : '\n';
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '\n' && quoted) {
      ++line;
      line_start = i + 1;
    } else if (c == dialect_.separator && !quoted) {
      ++n;
    }
  }
  return {file_, row_line_, 1};
}

CsvDialect sniff_csv(std::string_view text) {
  CsvDialect dialect;
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) {
    dialect.byte_order_mark = true;
    text.remove_prefix(byte_order_mark.size());
  }
  constexpr std::array candidates = {',', ';', '\t', '|'};
  constexpr std::size_t rows_read = 20;
  double best = 0;
  for (const char candidate : candidates) {
    // Cells of the first rows; the header's count is what the others should have.
    std::vector<std::size_t> counts(1, 1);
    bool quoted = false;
    for (const char c : text.substr(0, 256 * 1024)) {
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == candidate) {
        ++counts.back();
      } else if (!quoted && c == '\n') {
        if (counts.size() == rows_read) {
          break;
        }
        counts.push_back(1);
      }
    }
    if (counts.size() > 1 && counts.back() == 1) {
      counts.pop_back(); // after the last line end, or cut off
    }
    if (counts.front() == 1) {
      continue;
    }
    const auto even = std::count(counts.begin(), counts.end(), counts.front());
    const double evenness = static_cast<double>(even) / static_cast<double>(counts.size());
    const double score = evenness * 1000 + static_cast<double>(std::min<std::size_t>(counts.front(), 900));
    if (score > best) {
      best = score;
      dialect.separator = candidate;
    }
  }
  return dialect;
}

std::string decode_text(std::string bytes, const std::string& file, std::string_view encoding) {
  const std::string_view start = std::string_view(bytes).substr(0, 2);
  if (start == "\xFF\xFE" || start == "\xFE\xFF") {
    throw InputError({file, 1, 1}, "the file is UTF-16 (Excel's \"Unicode Text\"); save it as \"CSV UTF-8\"");
  }
  if (const std::size_t nul = bytes.find('\0'); nul != std::string::npos) {
    throw InputError(place(bytes, file, nul), "a NUL byte; the file is UTF-16, damaged or not a text file: save it as \"CSV UTF-8\"");
  }
  const bool marked = bytes.compare(0, byte_order_mark.size(), byte_order_mark) == 0;
  if (encoding == "windows-1252") {
    if (marked) {
      throw InputError({file, 1, 1}, "the file starts with the mark of UTF-8, but the map says `encoding: windows-1252`; remove that line");
    }
    return from_windows_1252(bytes);
  }
  if (encoding != "utf-8") {
    throw InputError({file, 0, 0}, "unknown encoding `" + std::string(encoding) + "`; utf-8 and windows-1252 can be read");
  }
  if (marked) {
    bytes.erase(0, byte_order_mark.size());
  }
  if (const auto bad = first_invalid_utf8(bytes)) {
    throw InputError(place(bytes, file, *bad), "this byte is not UTF-8 (found 0x" + hex(bytes[*bad]) +
                                                   "); if the file comes from Excel on Windows, add the line `encoding: windows-1252` to "
                                                   "the map, else save it as \"CSV UTF-8\"");
  }
  return bytes;
}

std::string csv_cell(std::string_view cell, bool guard_formulas) {
  std::string out;
  // What follows guards already there counts too, so that taking one guard away always gives the cell back.
  const std::size_t first = cell.find_first_not_of('\'');
  const bool formula = guard_formulas && first != std::string_view::npos &&
                       std::string_view("=+-@\t\r").find(cell[first]) != std::string_view::npos && !parse_double(cell);
  const bool quote =
      cell.find_first_of(",;\"\n\r\t") != std::string_view::npos || (!cell.empty() && (cell.front() == ' ' || cell.back() == ' '));
  if (!formula && !quote) {
    return std::string(cell);
  }
  if (quote) {
    out += '"';
  }
  if (formula) {
    out += '\'';
  }
  for (const char c : cell) {
    if (c == '"') {
      out += '"';
    }
    out += c;
  }
  if (quote) {
    out += '"';
  }
  return out;
}

std::string csv_row(const std::vector<std::string>& cells, bool guard_formulas) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) {
      out += ',';
    }
    out += csv_cell(cells[i], guard_formulas);
  }
  // A row of one empty cell would read back as a blank line.
  if (cells.size() == 1 && cells.front().empty()) {
    out += "\"\"";
  }
  out += '\n';
  return out;
}

} // namespace canvass
