#include "engine/exchange/import/csv.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/exchange/import/columns.hpp"
#include "engine/exchange/import/table_text.hpp"
#include "engine/exchange/likeness.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace canvass::exchange {
namespace {

using Role = ColumnUse::Role;

/// Turns the rows of one file into records, with storage used again from row to row.
class RowReader {
public:
  RowReader(const ColumnPlan& plan, const Mapping& mapping, const LoadedStudy& study, const std::string& file, const TableFaults& faults)
      : plan_(plan), mapping_(mapping), study_(study), faults_(faults) {
    record_.at.file = file;
    const auto& instruments = study.instrument_of_wave;
    is_one_instrument_ = std::all_of(instruments.begin(), instruments.end(), [&](const auto& one) { return one == instruments.front(); });
    for (std::size_t i = 0; i < plan.uses.size(); ++i) {
      if (plan.uses[i].role == Role::answer && plan.uses[i].wave != Study::npos) {
        columns_of_wave_.resize(study.study.waves.size());
        columns_of_wave_[plan.uses[i].wave].push_back(i);
      }
    }
  }

  /// Gives the records of one row; returns how many.
  std::size_t read(const CsvReader& reader, std::size_t row, const TakeRecord& take) {
    const auto& cells = reader.cells();
    record_.raw.assign(reader.raw());
    record_.at.line = reader.line();
    record_.at.column = 1;
    row_faults_.clear();
    cell_faults_ = nullptr;
    if (const auto known = faults_.find(reader.line()); known != faults_.end()) {
      cell_faults_ = &known->second;
      for (const TableFault& fault : known->second) {
        const Role role = fault.column < plan_.uses.size() ? plan_.uses[fault.column].role : Role::unnamed;
        if (role != Role::answer && role != Role::ignored) {
          row_faults_.push_back(named_fault(fault, Study::npos));
        }
      }
    }
    FrameValues& frame = record_.frame;
    frame = {};
    if (cells.size() != plan_.uses.size()) {
      row_faults_.push_back(fmt::format("the row has {}, the header has {}; mend the row in the file",
                                        counted(static_cast<long long>(cells.size()), "cell", "cells"), plan_.uses.size()));
    }
    if (!mapping_.numbered.empty()) {
      frame.person = mapping_.numbered + std::to_string(row);
    }
    std::size_t wave = plan_.fixed_wave;
    for (std::size_t i = 0; i < std::min(cells.size(), plan_.uses.size()); ++i) {
      read_frame(plan_.uses[i], cells[i], wave);
    }
    return mapping_.wide ? give_wide(cells, take) : give_long(cells, wave, take);
  }

private:
  /// A fault with the name of what it loses: the variable of a wave, or the part of the frame. Columns that nobody reads lose nothing.
  [[nodiscard]] std::string named_fault(const TableFault& fault, std::size_t wave) const {
    if (fault.column >= plan_.uses.size()) {
      return fault.text;
    }
    const ColumnUse& use = plan_.uses[fault.column];
    if (use.role == Role::answer) {
      const auto& translator = use.translators[wave];
      return translator == nullptr ? fault.text : fmt::format("{}: {}", translator->variable(), fault.text);
    }
    static const std::map<Role, std::string_view> names = {
        {Role::person, "person"},   {Role::wave, "wave"},       {Role::arm, "arm"},       {Role::area, "area"},
        {Role::stratum, "stratum"}, {Role::cluster, "cluster"}, {Role::weight, "weight"}, {Role::answered_at, "answered_at"}};
    const auto name = names.find(use.role);
    return name == names.end() ? fault.text : fmt::format("{}: {}", name->second, fault.text);
  }

  /// Faults of the cells of one wave's answers.
  void add_cell_faults(std::size_t wave) {
    if (cell_faults_ == nullptr) {
      return;
    }
    for (const TableFault& fault : *cell_faults_) {
      if (fault.column < plan_.uses.size() && plan_.uses[fault.column].role == Role::answer &&
          (plan_.uses[fault.column].wave == Study::npos || plan_.uses[fault.column].wave == wave)) {
        record_.faults.push_back(named_fault(fault, wave));
      }
    }
  }

  void read_frame(const ColumnUse& use, std::string_view cell, std::size_t& wave) {
    FrameValues& frame = record_.frame;
    switch (use.role) {
    case Role::answer:
    case Role::ignored: return;
    case Role::unnamed:
      if (!trimmed(cell).empty()) {
        row_faults_.push_back(fmt::format("\"{}\" stands under a column without a header; name the column, or remove what stands in it",
                                          first_characters(trimmed(cell), 40)));
      }
      return;
    case Role::person: frame.person = recoded(cell, mapping_.person, "person"); return;
    case Role::area: frame.area = recoded(cell, mapping_.area, "area"); return;
    case Role::stratum: frame.stratum = recoded(cell, mapping_.stratum, "stratum"); return;
    case Role::cluster: frame.cluster = recoded(cell, mapping_.cluster, "cluster"); return;
    case Role::wave:
      wave = wave_meant(cell, mapping_.wave.values, study_.study);
      if (wave == Study::npos) {
        frame.wave = std::string(trimmed(cell)); // the validator says which waves there are
      }
      return;
    case Role::arm: read_arm(cell); return;
    case Role::weight: read_weight(cell); return;
    case Role::answered_at:
      if (use.wave == Study::npos) {
        frame.answered_at = moment_of(cell, row_faults_);
      }
      return;
    }
  }

  std::string recoded(std::string_view cell, const FrameColumn& column, const char* what) {
    const std::string_view text = column.values.empty() ? trimmed(cell) : without_zero_decimals(trimmed(cell));
    if (column.values.empty() || text.empty()) {
      return std::string(text);
    }
    const auto found = column.values.find(text);
    if (found == column.values.end()) {
      row_faults_.push_back(fmt::format("{}: \"{}\" is not among the `values` of the map; add it there", what, first_characters(text, 60)));
      return {};
    }
    return found->second;
  }

  void read_arm(std::string_view cell) {
    const std::string_view text = trimmed(cell);
    if (text.empty()) {
      return;
    }
    record_.frame.arm = arm_meant(cell, mapping_.arm.values, study_.study);
    if (record_.frame.arm.empty()) {
      if (mapping_.arm.values.empty()) {
        record_.frame.arm = std::string(text); // the validator says which arms there are
      } else {
        row_faults_.push_back(fmt::format("arm: \"{}\" is not among the `values` of the map; add it there", first_characters(text, 60)));
      }
    }
  }

  void read_weight(std::string_view cell) {
    std::string text(trimmed(cell));
    if (text.empty()) {
      return;
    }
    if (mapping_.decimal_comma) {
      std::replace(text.begin(), text.end(), ',', '.');
    }
    record_.frame.weight = parse_double(text);
    if (!record_.frame.weight) {
      row_faults_.push_back(fmt::format("weight: \"{}\" is no number", first_characters(text, 40)));
    }
  }

  std::optional<Moment> moment_of(std::string_view cell, std::vector<std::string>& faults) {
    const std::string_view text = trimmed(cell);
    if (text.empty()) {
      return std::nullopt;
    }
    auto moment = parse_moment(text, mapping_.dates);
    if (!moment) {
      faults.push_back(fmt::format("answered_at: the time \"{}\" cannot be read; set `dates:` in the map to the order that the file uses "
                                   "(ymd, dmy or mdy; years of four digits)",
                                   first_characters(text, 40)));
    }
    return moment;
  }

  void read_answer(std::size_t column, std::string_view cell, std::size_t wave) {
    const ColumnUse& use = plan_.uses[column];
    Translator* translator = use.translators[wave].get();
    if (translator == nullptr) {
      if (!trimmed(cell).empty()) {
        record_.faults.push_back(fmt::format("the column \"{}\" has \"{}\", but wave {} did not ask it", use.header,
                                             first_characters(trimmed(cell), 40), study_.study.waves[wave].id));
      }
      return;
    }
    if (std::string fault = translator->read(cell, record_.answers); !fault.empty()) {
      record_.faults.push_back(std::move(fault));
    }
  }

  /// A row of an unknown wave keeps its answers where all waves ask the same: who mends the wave then has them.
  std::size_t give_long(const std::vector<std::string_view>& cells, std::size_t wave, const TakeRecord& take) {
    record_.faults = row_faults_;
    if (wave != Study::npos) {
      record_.frame.wave = study_.study.waves[wave].id;
    } else if (is_one_instrument_) {
      wave = 0;
    } else {
      record_.faults.emplace_back(
          "the answers of the row are not kept, as without its wave nobody can tell which questions were asked; mend "
          "the wave in the file, and import the row again");
      record_.answers.clear();
      filled_wave_ = Study::npos;
      take(record_);
      return 1;
    }
    add_cell_faults(wave);
    // Every column writes its cells over those of the row before; only another instrument or a short row leaves something behind.
    if (wave != filled_wave_ || cells.size() < plan_.uses.size()) {
      clear_answers(wave);
      filled_wave_ = wave;
    }
    for (std::size_t i = 0; i < std::min(cells.size(), plan_.uses.size()); ++i) {
      if (plan_.uses[i].role == Role::answer) {
        read_answer(i, cells[i], wave);
      }
    }
    const bool any = std::any_of(record_.answers.begin(), record_.answers.end(),
                                 [](const auto& answer) { return answer && *answer != std::to_string(code_blank); });
    if (!any && record_.faults.empty()) { // in a wide file it would be no record; here somebody wrote a row for it
      record_.faults.emplace_back(
          "the sheet has no answer at all: every question is blank; reject it if nobody answered, or accept it with "
          "--as-missing row if it came back so");
    }
    take(record_);
    return 1;
  }

  /// A wave of which every cell is empty or blank was not answered: it makes no record.
  std::size_t give_wide(const std::vector<std::string_view>& cells, const TakeRecord& take) {
    std::size_t given = 0;
    const std::optional<Moment> answered_at = record_.frame.answered_at;
    for (std::size_t wave = 0; wave < columns_of_wave_.size(); ++wave) {
      record_.faults = row_faults_;
      record_.frame.wave = study_.study.waves[wave].id;
      record_.frame.answered_at = answered_at;
      add_cell_faults(wave);
      clear_answers(wave);
      for (const std::size_t i : columns_of_wave_[wave]) {
        if (i < cells.size()) {
          read_answer(i, cells[i], wave);
        }
      }
      const bool any = std::any_of(record_.answers.begin(), record_.answers.end(),
                                   [](const auto& answer) { return answer && *answer != std::to_string(code_blank); });
      if (!any && record_.faults.size() == row_faults_.size()) {
        continue;
      }
      for (std::size_t i = 0; i < std::min(cells.size(), plan_.uses.size()); ++i) {
        if (plan_.uses[i].role == Role::answered_at && plan_.uses[i].wave == wave) {
          record_.frame.answered_at = moment_of(cells[i], record_.faults);
        }
      }
      take(record_);
      ++given;
    }
    if (given == 0 && !row_faults_.empty()) { // nothing was answered, but the row must not vanish with its fault
      record_.faults = row_faults_;
      record_.frame.wave.clear();
      record_.answers.clear();
      take(record_);
      ++given;
    }
    return given;
  }

  void clear_answers(std::size_t wave) {
    record_.answers.resize(study_.instrument_of_wave[wave]->variables.size());
    std::fill(record_.answers.begin(), record_.answers.end(), std::nullopt);
  }

  const ColumnPlan& plan_;
  const Mapping& mapping_;
  const LoadedStudy& study_;
  const TableFaults& faults_;
  std::vector<std::vector<std::size_t>> columns_of_wave_;
  std::vector<std::string> row_faults_;
  const std::vector<TableFault>* cell_faults_ = nullptr; ///< of the row at hand
  std::size_t filled_wave_ = Study::npos;
  bool is_one_instrument_ = true; ///< all waves ask the same
  RawRecord record_;
};

/// Places of the cells of a header, in one pass over its bytes: CsvReader::at would begin anew for each.
std::vector<Position> places_of_cells(const CsvReader& reader, const std::string& file, char separator) {
  std::vector<Position> places = {{file, reader.line(), 1}};
  bool quoted = false;
  Position at = places.front();
  for (const char c : reader.raw()) {
    if (c == '\n' && quoted) {
      ++at.line;
      at.column = 0;
    }
    at.column += (static_cast<unsigned char>(c) & 0xC0U) == 0x80U ? 0 : 1; // bytes that go on with a character
    if (c == '"') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      places.push_back(at);
    }
  }
  places.resize(reader.cells().size(), places.front());
  return places;
}

} // namespace

ImportedFile import_csv(std::string bytes, const std::string& file, const Mapping* map, const LoadedStudy& study,
                        const ImportOptions& options, const TakeRecord& take, const TableFaults& faults) {
  static const Mapping no_map;
  const Mapping& mapping = map != nullptr ? *map : no_map;
  const std::string text = decode_text(std::move(bytes), file, mapping.encoding);
  CsvDialect dialect = sniff_csv(text);
  dialect.separator = mapping.separator.value_or(dialect.separator);
  CsvReader reader(text, file, dialect);
  if (!reader.next()) {
    throw InputError({file, 1, 1}, "the file is empty; its first row names the columns");
  }
  ImportedFile imported;
  imported.map = mapping.text;
  imported.header = std::string(reader.raw());
  std::vector<std::string> headers(reader.cells().begin(), reader.cells().end());
  if (headers.size() > most_columns) {
    throw InputError({file, reader.line(), 1},
                     fmt::format("the header has {} columns; more than {} are no survey; look whether rows and columns are the right way "
                                 "round, or save only the columns that were asked",
                                 headers.size(), most_columns));
  }
  const std::vector<Position> places = places_of_cells(reader, file, dialect.separator);
  for (int i = 0; i < mapping.skip_rows && reader.next(); ++i) {
    imported.header.append("\n").append(reader.raw());
  }
  Problems problems;
  const ColumnPlan plan = settle_columns(headers, places, mapping, study, options.wave, options.allow_missing_frame, problems);
  problems.sort();
  if (problems.has_errors()) {
    throw InputError(std::move(problems));
  }
  imported.notes = std::move(problems);
  imported.ignored = plan.ignored;
  RowReader rows(plan, mapping, study, file, faults);
  while (reader.next()) {
    imported.records += rows.read(reader, ++imported.rows, take);
  }
  return imported;
}

ImportedFile import_answers(std::string bytes, const std::string& file, const Mapping* map, const LoadedStudy& study,
                            const ImportOptions& options, const TakeRecord& take) {
  if (format_of(bytes, file) == TableFormat::text) {
    return import_csv(std::move(bytes), file, map, study, options, take);
  }
  Mapping mapping = map != nullptr ? *map : Mapping{};
  TableText table = read_any_table(std::move(bytes), file, &mapping);
  return import_csv(std::move(table.text), file, &mapping, study, options, take, table.faults);
}

} // namespace canvass::exchange
