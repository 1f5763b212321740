#include "engine/exchange/import/table_text.hpp"

#include "engine/core/text.hpp"

#include <filesystem>

namespace canvass::exchange {

TableFormat format_of(std::string_view bytes, const std::string& file) {
  const std::string extension = to_lower(std::filesystem::path(file).extension().string());
  if (bytes.substr(0, 4) == "PK\x03\x04" || bytes.substr(0, 4) == "PK\x05\x06") {
    return TableFormat::xlsx;
  }
  if (bytes.substr(0, 4) == "\xD0\xCF\x11\xE0") {
    throw InputError({file, 0, 0},
                     "this workbook is encrypted, or of the old form (.xls); save it without a password as .xlsx or CSV UTF-8");
  }
  if (bytes.substr(0, 4) == "$FL2" || bytes.substr(0, 4) == "$FL3") {
    return TableFormat::sav;
  }
  // Old Stata files begin with their version alone, a byte that a text could begin with too: the name decides.
  if (bytes.substr(0, 11) == "<stata_dta>" || extension == ".dta") {
    return TableFormat::dta;
  }
  if (extension == ".xlsx" || extension == ".sav" || extension == ".zsav") {
    throw InputError({file, 0, 0}, "the name ends in " + extension + ", but the file is none; it is damaged, or of another program");
  }
  return TableFormat::text;
}

TableText read_any_table(std::string bytes, const std::string& file, Mapping* map) {
  const TableFormat format = format_of(bytes, file);
  if (format == TableFormat::text) {
    return {std::move(bytes), {}, {}};
  }
  TableText table = format == TableFormat::xlsx
                        ? read_xlsx(bytes, file, map == nullptr ? std::string() : map->sheet, map == nullptr ? DateOrder::ymd : map->dates)
                        : read_statistics_file(bytes, file, format, map);
  if (map != nullptr) {
    map->encoding = "utf-8";
    map->separator = ',';
    map->decimal_comma = false;
  }
  return table;
}

} // namespace canvass::exchange
