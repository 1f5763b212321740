#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/exchange/import/table_text.hpp"
#include "engine/exchange/import/xlsx_archive.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <pugixml.hpp>

namespace canvass::exchange {

namespace {

constexpr int most_rows = 1'048'576;
constexpr std::size_t most_sheet_columns = 16'384; ///< that a sheet can have

/// The name of an element without the prefix of its namespace.
std::string_view local(const char* name) {
  const std::string_view whole = name;
  const std::size_t colon = whole.find(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& one : node.children()) {
    if (local(one.name()) == name) {
      return one;
    }
  }
  return {};
}

/// The text of a shared or inline string: its runs together, without the reading aids for Japanese.
std::string string_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& part : node.children()) {
    const std::string_view name = local(part.name());
    if (name == "t") {
      text += part.text().get();
    } else if (name == "r") {
      text += child(part, "t").text().get();
    }
  }
  return text;
}

/// A cell of one line: line numbers of the text are row numbers of the sheet.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
  return text;
}

/// "BC12": column 54 (from 0) and row 12; nullopt if it is no cell.
struct CellName {
  std::size_t column = 0;
  int row = 0;
};
std::optional<CellName> cell_name(std::string_view name) {
  std::size_t column = 0;
  std::size_t i = 0;
  for (; i < name.size() && name[i] >= 'A' && name[i] <= 'Z'; ++i) {
    column = column * 26 + static_cast<std::size_t>(name[i] - 'A') + 1;
    if (column > most_sheet_columns) {
      return std::nullopt;
    }
  }
  const auto row = parse_int(name.substr(i));
  if (i == 0 || !row || *row < 1 || *row > most_rows) {
    return std::nullopt;
  }
  return CellName{column - 1, *row};
}

/// "BC12" of column 54 (from 0) and row 12.
std::string place_of(std::size_t column, int row) {
  std::string letters;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return letters + std::to_string(row);
}

/// Whether a number format shows a day or a time: letters of dates outside quotes, brackets and escapes.
bool is_date_format(std::string_view code) {
  bool quoted = false;
  bool bracket = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      continue;
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '[') {
      bracket = true;
    } else if (c == ']') {
      bracket = false;
    } else if (!bracket && std::string_view("ymdhsYMDHS").find(c) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::string in_order(Date date, DateOrder order) {
  const std::string ymd = to_string(date);
  const std::string year = ymd.substr(0, 4);
  const std::string month = ymd.substr(5, 2);
  const std::string day = ymd.substr(8, 2);
  return order == DateOrder::dmy ? day + "/" + month + "/" + year : order == DateOrder::mdy ? month + "/" + day + "/" + year : ymd;
}

/// A day number of a sheet as a day, a time or both.
std::string date_text(double serial, bool from_1904, DateOrder order) {
  const double whole = std::floor(serial);
  const int seconds = static_cast<int>(std::lround((serial - whole) * 86'400));
  const int days = static_cast<int>(whole) + seconds / 86'400;
  const int rest = seconds % 86'400;
  const std::string time = fmt::format("{:02}:{:02}", rest / 3600, rest / 60 % 60);
  if (serial < 1) {
    return time;
  }
  // Day 60 of 1900 is a 29 February that never was: before it the count is one less.
  constexpr int day_0_of_1900 = -25'569;
  constexpr int day_0_of_1904 = -24'107;
  const Date date{from_1904 ? day_0_of_1904 + days : day_0_of_1900 + days + (days < 60 ? 1 : 0)};
  return in_order(date, order) + (rest == 0 ? std::string() : fmt::format(" {}:{:02}", time, rest % 60));
}

/// As a spreadsheet keeps numbers: 15 digits.
std::string number_text(double value) {
  return shortest(parse_double(fmt::format("{:.15g}", value)).value_or(value));
}

class Workbook {
public:
  Workbook(std::string_view bytes, const std::string& file, DateOrder order) : archive_(bytes, file), file_(file), order_(order) {}

  TableText read(const std::string& wanted) {
    const std::string part = sheet_part(wanted);
    read_strings();
    read_styles();
    const auto sheet = archive_.part(part);
    if (!sheet) {
      refuse(fmt::format("the workbook names a sheet that it does not hold ({}); save it again", part));
    }
    read_sheet(*sheet);
    return std::move(table_);
  }

private:
  [[noreturn]] void refuse(const std::string& why) const { throw InputError({file_, 0, 0}, why); }

  pugi::xml_document parse(std::string_view xml, const std::string& part) const {
    pugi::xml_document document;
    const auto result = document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata, pugi::encoding_auto);
    if (!result) {
      refuse(fmt::format("the part {} of this workbook is no well-formed XML ({}); save it again", part, result.description()));
    }
    return document;
  }

  /// The part that holds a sheet, by the workbook's list and its relations.
  std::string sheet_part(const std::string& wanted) {
    const auto workbook = archive_.part("xl/workbook.xml");
    const auto relations = archive_.part("xl/_rels/workbook.xml.rels");
    if (!workbook || !relations) {
      refuse("this is a ZIP file, but no XLSX workbook; give the workbook itself, or a CSV file");
    }
    const pugi::xml_document document = parse(*workbook, "xl/workbook.xml");
    const pugi::xml_node root = document.document_element();
    const std::string_view system = child(root, "workbookPr").attribute("date1904").value();
    from_1904_ = system == "1" || system == "true";
    std::vector<std::string> names;
    std::string id;
    for (const pugi::xml_node& sheet : child(root, "sheets").children()) {
      names.emplace_back(sheet.attribute("name").value());
      if (id.empty() && (wanted.empty() || names.back() == wanted)) {
        for (const pugi::xml_attribute& attribute : sheet.attributes()) {
          if (local(attribute.name()) == "id" && std::string_view(attribute.name()).find(':') != std::string_view::npos) {
            id = attribute.value();
          }
        }
      }
    }
    if (id.empty()) {
      refuse(wanted.empty()
                 ? std::string("the workbook has no sheets")
                 : fmt::format("the workbook has no sheet \"{}\" (found: {}){}", wanted, join(names, ", "), did_you_mean(wanted, names)));
    }
    const pugi::xml_document links = parse(*relations, "xl/_rels/workbook.xml.rels");
    for (const pugi::xml_node& link : links.document_element().children()) {
      if (id == link.attribute("Id").value()) {
        const std::string target = link.attribute("Target").value();
        return !target.empty() && target.front() == '/' ? target.substr(1) : "xl/" + target;
      }
    }
    refuse("the workbook names a sheet that it does not hold; save it again");
  }

  void read_strings() {
    const auto part = archive_.part("xl/sharedStrings.xml");
    if (!part) {
      return;
    }
    const pugi::xml_document document = parse(*part, "xl/sharedStrings.xml");
    for (const pugi::xml_node& one : document.document_element().children()) {
      if (local(one.name()) == "si") {
        strings_.push_back(one_line(string_of(one)));
      }
    }
  }

  void read_styles() {
    const auto part = archive_.part("xl/styles.xml");
    if (!part) {
      return;
    }
    const pugi::xml_document document = parse(*part, "xl/styles.xml");
    const pugi::xml_node root = document.document_element();
    std::map<int, bool> own;
    for (const pugi::xml_node& format : child(root, "numFmts").children()) {
      own[format.attribute("numFmtId").as_int()] = is_date_format(format.attribute("formatCode").value());
    }
    for (const pugi::xml_node& style : child(root, "cellXfs").children()) {
      const int id = style.attribute("numFmtId").as_int();
      const auto found = own.find(id);
      is_date_.push_back(found != own.end() ? found->second : (id >= 14 && id <= 22) || (id >= 45 && id <= 47));
    }
  }

  /// Row by row: a sheet as one tree would take twenty times its bytes.
  void read_sheet(const std::string& xml) {
    const std::size_t data = xml.find("sheetData");
    const std::size_t opens = data == std::string::npos ? data : xml.rfind('<', data);
    if (opens == std::string::npos) {
      refuse("the sheet holds no cells; name another with `sheet:` in the map");
    }
    const std::string prefix = xml.substr(opens + 1, data - opens - 1);
    const std::string row_opens = "<" + prefix + "row";
    const std::string row_closes = "</" + prefix + "row>";
    for (std::size_t at = data;;) {
      at = xml.find(row_opens, at);
      if (at == std::string::npos) {
        break;
      }
      const std::size_t tag_ends = xml.find('>', at);
      const bool is_empty = tag_ends != std::string::npos && xml[tag_ends - 1] == '/';
      const std::size_t ends = is_empty ? tag_ends + 1 : xml.find(row_closes, at);
      if (tag_ends == std::string::npos || ends == std::string::npos) {
        refuse("the sheet is damaged or cut off; save the workbook again");
      }
      const std::size_t after = is_empty ? ends : ends + row_closes.size();
      read_row(std::string_view(xml).substr(at, after - at));
      at = after;
    }
    if (header_ == 0) {
      refuse("the sheet is empty; its first row names the columns");
    }
  }

  void read_row(std::string_view xml) {
    const pugi::xml_document document = parse(xml, "of the sheet");
    const pugi::xml_node row = document.document_element();
    const std::string_view named = row.attribute("r").value();
    const int number = named.empty() ? line_ + 1 : parse_int(named).value_or(0);
    if (number < 1 || number > most_rows) {
      refuse(fmt::format("the sheet has a row \"{}\" after row {}; rows are numbered from 1 to {}; save the workbook again",
                         first_characters(named.empty() ? std::to_string(number) : std::string(named), 30), line_, most_rows));
    }
    if (number <= line_) {
      refuse(fmt::format("the rows of the sheet are out of order (row {} after row {}); save the workbook again", number, line_));
    }
    std::vector<std::string> cells;
    std::vector<TableFault> faults;
    std::size_t next = 0; ///< column that a cell without a name is in
    std::size_t beyond = 0;
    std::string first_beyond;
    for (const pugi::xml_node& cell : row.children()) {
      if (local(cell.name()) != "c") {
        continue;
      }
      std::size_t column = next;
      if (const std::string_view name = cell.attribute("r").value(); !name.empty()) {
        const auto place = cell_name(name);
        if (!place || place->column < next) {
          refuse(fmt::format("the cell \"{}\" of the sheet is not where it says; save the workbook again", first_characters(name, 20)));
        }
        column = place->column;
      }
      if (column >= most_sheet_columns) {
        refuse("the sheet has more columns than a sheet can have; save the workbook again");
      }
      next = column + 1;
      std::string text = read_cell(cell, column, faults);
      if (text.empty()) {
        continue;
      }
      if (header_ > 0 && column >= header_) { // it would widen the row by every blank before it
        if (beyond++ == 0) {
          first_beyond = place_of(column, number);
        }
        continue;
      }
      filled_ += text.size();
      cells.resize(column + 1);
      cells[column] = std::move(text);
    }
    if (beyond > 0) {
      faults.push_back({TableFault::whole_row,
                        fmt::format("{} beyond the last column of the header, {} (the first is {}); head the column, or clear what stands "
                                    "there",
                                    counted(static_cast<long long>(beyond), "cell stands", "cells stand"),
                                    place_of(header_ - 1, header_line_), first_beyond)});
    }
    if (cells.empty() && faults.empty()) {
      return; // formatted but empty
    }
    table_.text.append(static_cast<std::size_t>(number - line_ - 1), '\n');
    line_ = number;
    if (header_ == 0) {
      header_ = cells.size();
      header_line_ = number;
      check_header(cells);
    } else if (cells.size() < header_) {
      cells.resize(header_);
    }
    if (!faults.empty()) {
      table_.faults.emplace(line_, std::move(faults));
    }
    table_.text += csv_row(cells, false);
    // A few strings named often, or a few cells far apart, make a long text of a short sheet.
    if (table_.text.size() > most_text || table_.text.size() > (64U << 20U) + 2 * filled_) {
      refuse("this sheet unpacks to more than a sheet of answers does, nearly all of it blank; save it as CSV UTF-8");
    }
  }

  /// The header says how wide every row is, so a stray cell far to the right must not stand in it.
  void check_header(const std::vector<std::string>& cells) const {
    const auto named =
        static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), [](const std::string& cell) { return !trim(cell).empty(); }));
    if (cells.size() > 100 + 4 * named) {
      refuse(fmt::format("the header in row {} reaches to {}, but names {}; clear what stands far to the right, or head the columns",
                         header_line_, place_of(cells.size() - 1, header_line_),
                         counted(static_cast<long long>(named), "column", "columns")));
    }
  }

  std::string read_cell(const pugi::xml_node& cell, std::size_t column, std::vector<TableFault>& faults) {
    const std::string_view type = cell.attribute("t").value();
    const pugi::xml_node value = child(cell, "v");
    const std::string text = value.text().get();
    const std::string place = cell.attribute("r").value();
    if (type == "inlineStr") {
      return one_line(string_of(child(cell, "is")));
    }
    if (text.empty()) {
      if (child(cell, "f") && !value) {
        faults.push_back(
            {column, fmt::format("the formula in {} has no stored result; open the workbook, let it reckon, and save it", place)});
      }
      return {};
    }
    if (type == "s") {
      const auto index = parse_int(text);
      if (!index || *index < 0 || static_cast<std::size_t>(*index) >= strings_.size()) {
        refuse(fmt::format("the cell {} names a text that the workbook does not hold; save it again", place));
      }
      return strings_[static_cast<std::size_t>(*index)];
    }
    if (type == "e") {
      faults.push_back({column, fmt::format("the cell {} holds the error {}; mend it in the workbook", place, text)});
      return {};
    }
    if (type == "b") {
      return text == "1" || text == "true" ? "1" : "0";
    }
    if (type == "str") {
      return one_line(text);
    }
    if (type == "d") {
      const auto date = parse_date(std::string_view(text).substr(0, 10));
      return date ? in_order(*date, order_) + (text.size() > 10 ? " " + text.substr(11) : std::string()) : one_line(text);
    }
    const auto number = parse_double(text);
    if (!number) {
      faults.push_back({column, fmt::format("the cell {} should hold a number (found \"{}\")", place, first_characters(text, 40))});
      return {};
    }
    const auto style = cell.attribute("s").as_uint(0);
    const bool is_date = style < is_date_.size() && is_date_[style] && *number >= 0 && *number < 2'958'466; // to the end of 9999
    return is_date ? date_text(*number, from_1904_, order_) : number_text(*number);
  }

  XlsxArchive archive_;
  const std::string& file_;
  DateOrder order_;
  bool from_1904_ = false;
  std::vector<std::string> strings_;
  std::vector<bool> is_date_; ///< by style
  int line_ = 0;
  std::size_t header_ = 0; ///< columns of the first row
  int header_line_ = 0;
  std::size_t filled_ = 0; ///< bytes of all cells that hold something
  TableText table_;
};

} // namespace

TableText read_xlsx(std::string_view bytes, const std::string& file, const std::string& sheet, DateOrder dates) {
  return Workbook(bytes, file, dates).read(sheet);
}

} // namespace canvass::exchange
