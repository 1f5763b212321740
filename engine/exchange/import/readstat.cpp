#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/exchange/import/table_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <exception>
#include <fmt/format.h>
#include <memory>
#include <unordered_map>

#ifndef CANVASS_WITHOUT_READSTAT
#include <readstat.h>
#endif

namespace canvass::exchange {

#ifdef CANVASS_WITHOUT_READSTAT

TableText read_statistics_file(std::string_view, const std::string& file, TableFormat, const Mapping*) {
  throw InputError({file, 0, 0},
                   "this build of Canvass reads no SPSS or Stata files; save the table as CSV UTF-8, or use the Debian package");
}

#else

namespace {

using LabelSet = std::unordered_map<std::string, std::string>; ///< value as text -> label

/// Nothing that would break the line of a row in two.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t' || c == '\0'; }, ' ');
  return text;
}

/// A value of a cell as text: numbers shortest, tagged missing values as ".a".
std::string value_text(readstat_value_t value) {
  if (readstat_value_is_tagged_missing(value)) {
    return std::string(".") + static_cast<char>(to_lower(std::string(1, readstat_value_tag(value)))[0]);
  }
  if (readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING) {
    const char* text = readstat_string_value(value);
    return text == nullptr ? std::string() : std::string(text);
  }
  return readstat_value_is_system_missing(value) ? std::string() : shortest(readstat_double_value(value));
}

/// What the numbers of a column are, by the format that the file gives it.
enum class Meaning { plain, day, moment };
enum class Program { spss, stata };

Meaning meaning_of(const char* format, Program program) {
  const std::string name = format == nullptr ? std::string() : format;
  if (program == Program::stata) {
    return name.compare(0, 3, "%td") == 0 || name.compare(0, 2, "%d") == 0 ? Meaning::day
           : name.compare(0, 3, "%tc") == 0                                ? Meaning::moment
                                                                           : Meaning::plain;
  }
  for (const char* moment : {"DATETIME", "YMDHMS"}) {
    if (name.compare(0, std::strlen(moment), moment) == 0) {
      return Meaning::moment;
    }
  }
  for (const char* day : {"DATE", "ADATE", "EDATE", "SDATE", "JDATE"}) {
    if (name.compare(0, std::strlen(day), day) == 0) {
      return Meaning::day;
    }
  }
  return Meaning::plain;
}

struct Input {
  std::string_view bytes;
  std::size_t at = 0;
};

int open_input(const char*, void*) {
  return 0;
}
int close_input(void*) {
  return 0;
}
readstat_off_t seek_input(readstat_off_t offset, readstat_io_flags_t whence, void* context) {
  auto& input = *static_cast<Input*>(context);
  const readstat_off_t base = whence == READSTAT_SEEK_SET   ? 0
                              : whence == READSTAT_SEEK_CUR ? static_cast<readstat_off_t>(input.at)
                                                            : static_cast<readstat_off_t>(input.bytes.size());
  const readstat_off_t wanted = base + offset;
  if (wanted < 0 || wanted > static_cast<readstat_off_t>(input.bytes.size())) {
    return -1;
  }
  input.at = static_cast<std::size_t>(wanted);
  return wanted;
}
ssize_t read_input(void* buffer, std::size_t count, void* context) {
  auto& input = *static_cast<Input*>(context);
  const std::size_t given = std::min(count, input.bytes.size() - input.at);
  if (given > 0) { // ReadStat asks for nothing, too, and gives no place for it
    std::memcpy(buffer, input.bytes.data() + input.at, given);
  }
  input.at += given;
  return static_cast<ssize_t>(given);
}

/// Collects what ReadStat finds. Its callbacks are called from C, so nothing may be thrown through them: it is kept, and thrown after.
class StatisticsReader {
public:
  StatisticsReader(std::string_view bytes, const std::string& file, Program program, const Mapping* map)
      : input_{bytes, 0}, file_(file), program_(program), map_(map) {}

  TableText read() {
    settle_count();
    parse(true);
    if (columns_.empty()) {
      refuse("has no variables");
    }
    settle_columns();
    std::vector<std::string> header;
    for (const Column& column : columns_) {
      header.push_back(column.name);
    }
    table_.text = csv_row(header, false);
    input_.at = 0;
    for (const Column& column : columns_) {
      const LabelSet& labels = labels_of(column);
      table_.columns.push_back({column.label, {labels.begin(), labels.end()}, {}});
    }
    parse(false);
    end_row();
    return std::move(table_);
  }

private:
  struct Column {
    std::string name, label, label_set;
    Meaning meaning = Meaning::plain;
    bool by_label = false;           ///< cells are given as labels
    const Recode* missing = nullptr; ///< the map's own for this column
  };

  /// The header of an SPSS file counts the cases; -1 is "nobody counted", which programs that write as they go put there. ReadStat gives
  /// no case of such a file, nor of one with another number under 0, which means nothing: the first is read as if it counted more than
  /// there are, the second refused.
  void settle_count() {
    constexpr std::size_t layout_at = 64;
    constexpr std::size_t count_at = 80;
    if (program_ != Program::spss || input_.bytes.size() < count_at + 4) {
      return;
    }
    const bool lowest_first = input_.bytes[layout_at] != '\0';
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      bits = bits << 8U | static_cast<unsigned char>(input_.bytes[lowest_first ? count_at + 3 - i : count_at + i]);
    }
    const auto count = static_cast<std::int32_t>(bits);
    if (count < -1) {
      refuse(fmt::format("says that it holds {} cases", count));
    }
    if (count == -1) {
      counted_ = false;
      uncounted_.assign(input_.bytes);
      uncounted_[lowest_first ? count_at + 3 : count_at] = '\x7F';
      input_.bytes = uncounted_;
    }
  }

  void parse(bool only_heads) {
    const std::unique_ptr<readstat_parser_t, decltype(&readstat_parser_free)> parser(readstat_parser_init(), &readstat_parser_free);
    readstat_set_open_handler(parser.get(), open_input);
    readstat_set_close_handler(parser.get(), close_input);
    readstat_set_seek_handler(parser.get(), seek_input);
    readstat_set_read_handler(parser.get(), read_input);
    readstat_set_io_ctx(parser.get(), &input_);
    if (map_ != nullptr && map_->encoding == "windows-1252") {
      readstat_set_file_character_encoding(parser.get(), "WINDOWS-1252");
    }
    if (only_heads) {
      readstat_set_variable_handler(parser.get(), on_variable);
      readstat_set_value_label_handler(parser.get(), on_label);
    } else {
      readstat_set_variable_handler(parser.get(), pass_over_variable); // without one, ReadStat 1.1 has no variables to give values with
      readstat_set_value_handler(parser.get(), on_value);
    }
    const readstat_error_t error = program_ == Program::stata ? readstat_parse_dta(parser.get(), file_.c_str(), this)
                                                              : readstat_parse_sav(parser.get(), file_.c_str(), this);
    if (failed_) {
      std::rethrow_exception(failed_);
    }
    const bool only_uncounted = !counted_ && error == READSTAT_ERROR_ROW_COUNT_MISMATCH;
    if (error != READSTAT_OK && !only_uncounted) {
      const char* why = readstat_error_message(error);
      refuse(fmt::format("cannot be read ({})", why == nullptr ? "no reason is given" : why));
    }
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw InputError({file_, 0, 0},
                     fmt::format("this {} file {}; save it again, or as CSV UTF-8", program_ == Program::stata ? "Stata" : "SPSS", why));
  }

  template <typename Work> int guarded(Work work) {
    try {
      work();
      return READSTAT_HANDLER_OK;
    } catch (...) {
      failed_ = std::current_exception();
      return READSTAT_HANDLER_ABORT;
    }
  }

  static int on_variable(int, readstat_variable_t* variable, const char* label_set, void* context) {
    auto& self = *static_cast<StatisticsReader*>(context);
    return self.guarded([&] {
      if (self.columns_.size() == most_columns) {
        self.refuse(fmt::format("has more than {} variables, which no file of answers has", most_columns));
      }
      const char* name = readstat_variable_get_name(variable);
      if (name == nullptr) {
        self.refuse(fmt::format("is damaged: its variable {} has no name that can be read", self.columns_.size() + 1));
      }
      Column column;
      column.name = one_line(name);
      const char* label = readstat_variable_get_label(variable);
      column.label = label == nullptr ? "" : one_line(label);
      column.label_set = label_set == nullptr ? "" : label_set;
      column.meaning = meaning_of(readstat_variable_get_format(variable), self.program_);
      self.columns_.push_back(std::move(column));
    });
  }

  static int pass_over_variable(int, readstat_variable_t*, const char*, void*) { return READSTAT_HANDLER_OK; }

  static int on_label(const char* label_set, readstat_value_t value, const char* label, void* context) {
    auto& self = *static_cast<StatisticsReader*>(context);
    return self.guarded([&] {
      if (label_set != nullptr) {
        self.labels_[label_set].emplace(value_text(value), label == nullptr ? "" : one_line(label));
      }
    });
  }

  static int on_value(int row, readstat_variable_t* variable, readstat_value_t value, void* context) {
    auto& self = *static_cast<StatisticsReader*>(context);
    return self.guarded([&] { self.take(row, variable, value); });
  }

  [[nodiscard]] const LabelSet& labels_of(const Column& column) const {
    static const LabelSet none;
    const auto found = labels_.find(column.label_set);
    return found == labels_.end() ? none : found->second;
  }

  [[nodiscard]] bool lists_labels(const Recode& values, const Column& column) const {
    const LabelSet& labels = labels_of(column);
    return std::any_of(labels.begin(), labels.end(), [&](const auto& entry) { return values.count(trim(entry.second)) > 0; });
  }

  /// Where the map lists labels, or asks for them, labels are given; everywhere else the codes.
  void settle_columns() {
    if (map_ == nullptr) {
      return;
    }
    for (Column& column : columns_) {
      for (const ColumnMap& mapped : map_->columns) {
        if (mapped.header == column.name) {
          column.by_label = mapped.values == Values::labels || lists_labels(mapped.listed, column);
          column.missing = &mapped.missing;
        }
      }
      for (const FrameColumn* frame : {&map_->person, &map_->wave, &map_->arm, &map_->area, &map_->stratum, &map_->cluster}) {
        if (frame->header == column.name) {
          column.by_label = lists_labels(frame->values, column);
        }
      }
    }
  }

  [[nodiscard]] bool is_named_missing(const Column& column, std::string_view text) const {
    return map_ != nullptr && (map_->missing.count(text) > 0 || (column.missing != nullptr && column.missing->count(text) > 0));
  }

  void take(int row, readstat_variable_t* variable, readstat_value_t value) {
    if (row != row_) {
      end_row();
      row_ = row;
      cells_.assign(columns_.size(), std::string());
    }
    const auto index = static_cast<std::size_t>(readstat_variable_get_index(variable));
    if (index >= columns_.size()) {
      refuse("is damaged: it holds values of a variable that it does not name");
    }
    const Column& column = columns_[index];
    const std::string text = value_text(value);
    const auto labelled = labels_of(column).find(text);
    const std::string label = labelled == labels_of(column).end() ? std::string() : std::string(trim(labelled->second));
    if (readstat_value_is_defined_missing(value, variable) || readstat_value_is_tagged_missing(value)) {
      if (is_named_missing(column, text)) {
        cells_[index] = text;
      } else if (!label.empty() && is_named_missing(column, label)) {
        cells_[index] = label;
      } else if (const auto code = parse_int(text); code && is_missing_code(*code)) {
        cells_[index] = text;
      } else {
        table_.columns[index].missing.insert(text);
        faults_.push_back(
            {index, fmt::format("the file declares {}{} of \"{}\" missing; name it under `missing` in the map, by code or label", text,
                                label.empty() ? std::string() : fmt::format(" (\"{}\")", label), column.name)});
      }
      return;
    }
    cells_[index] = column.by_label && !label.empty() ? label : plain_text(column, value, text);
  }

  [[nodiscard]] std::string plain_text(const Column& column, readstat_value_t value, const std::string& text) const {
    if (text.empty() || column.meaning == Meaning::plain || readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING) {
      return text;
    }
    // SPSS counts seconds from 14 October 1582; Stata days, or milliseconds, from 1 January 1960.
    constexpr double spss_zero = 12'219'379'200.0;
    constexpr double stata_zero_days = -3653;
    const double number = readstat_double_value(value);
    const double seconds = program_ == Program::spss        ? number - spss_zero
                           : column.meaning == Meaning::day ? (number + stata_zero_days) * 86'400
                                                            : number / 1000 + stata_zero_days * 86'400;
    if (std::abs(seconds) > 3e11) { // beyond any calendar
      return text;
    }
    const Moment moment{static_cast<std::int64_t>(std::floor(seconds))};
    std::string date = to_string(date_of(moment));
    const DateOrder order = map_ == nullptr ? DateOrder::ymd : map_->dates;
    if (order != DateOrder::ymd) {
      const std::string year = date.substr(0, 4);
      const std::string month = date.substr(5, 2);
      const std::string day = date.substr(8, 2);
      date = (order == DateOrder::dmy ? day + "/" + month : month + "/" + day) + "/" + year;
    }
    return column.meaning == Meaning::day ? date : date + " " + to_string(moment).substr(11, 8);
  }

  void end_row() {
    if (row_ < 0) {
      return;
    }
    for (std::string& cell : cells_) {
      cell = one_line(std::move(cell));
    }
    ++lines_;
    if (!faults_.empty()) {
      table_.faults.emplace(lines_ + 1, std::move(faults_));
      faults_.clear();
    }
    table_.text += csv_row(cells_, false);
    if (table_.text.size() > most_text) {
      throw InputError({file_, 0, 0}, "this file unpacks to more than a gigabyte, which no file of answers does; save it as CSV UTF-8");
    }
    row_ = -1;
  }

  Input input_;
  bool counted_ = true;   ///< the file says how many cases it holds
  std::string uncounted_; ///< the bytes where it does not
  const std::string& file_;
  Program program_;
  const Mapping* map_;
  std::vector<Column> columns_;
  std::unordered_map<std::string, LabelSet> labels_;
  int row_ = -1, lines_ = 0;
  std::vector<std::string> cells_;
  std::vector<TableFault> faults_;
  TableText table_;
  std::exception_ptr failed_;
};

} // namespace

TableText read_statistics_file(std::string_view bytes, const std::string& file, TableFormat format, const Mapping* map) {
  return StatisticsReader(bytes, file, format == TableFormat::dta ? Program::stata : Program::spss, map).read();
}

#endif

} // namespace canvass::exchange
