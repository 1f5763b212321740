#include "engine/study/csv_file.hpp"

#include "engine/core/escape.hpp"
#include "engine/core/hash.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

constexpr std::size_t most_row_problems = 50;

/// Refuses what is not UTF-8 in words that fit these files: they have no map in which an encoding could be named.
bool is_utf8_text(std::string_view bytes, const std::string& file, Problems& problems) {
  if (bytes.substr(0, 2) == "\xFF\xFE" || bytes.substr(0, 2) == "\xFE\xFF") {
    problems.error({file, 1, 1}, "the file is UTF-16 (\"Unicode text\"); save it as CSV UTF-8");
    return false;
  }
  const auto nul = bytes.find('\0');
  const auto invalid = first_invalid_utf8(bytes);
  if (!invalid && nul == std::string_view::npos) {
    return true;
  }
  const std::size_t offset = std::min(nul, invalid.value_or(std::string_view::npos));
  const std::string_view before = bytes.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const Position at{file, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
                    static_cast<int>(count_characters(before.substr(line_start))) + 1};
  if (offset == nul) {
    problems.error(at, "a NUL byte stands here, so this is no text file; save it as CSV UTF-8");
  } else {
    problems.error(
        at, fmt::format("the file is not UTF-8 (byte {:02X}; most likely Windows-1252, as Excel's plain \"CSV\" writes it); save it as "
                        "\"CSV UTF-8\"",
                        static_cast<unsigned>(static_cast<unsigned char>(bytes[offset]))));
  }
  return false;
}

} // namespace

void RowProblems::error(Position at, std::string text) {
  last_ = at;
  if (++count_ <= most_row_problems) {
    problems_.error(std::move(at), std::move(text));
  }
}

void RowProblems::finish() {
  if (count_ > most_row_problems) {
    problems_.error(last_, fmt::format("and {} more problems of this kind in this file", count_ - most_row_problems));
  }
}

StudyFile read_study_file(const std::string& path, const Position& named_at, Problems& problems) {
  StudyFile file;
  file.path = path;
  try {
    std::string bytes = read_file(path);
    file.sha256 = to_hex(sha256(bytes));
    if (is_utf8_text(bytes, path, problems)) {
      if (bytes.compare(0, 3, "\xEF\xBB\xBF") == 0) {
        bytes.erase(0, 3);
      }
      file.text = std::move(bytes);
      file.fine = true;
    }
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems().all()) {
      problems.error(problem.at.file.empty() ? named_at : problem.at, problem.text);
    }
  }
  return file;
}

std::string beside_study(const std::string& folder, const std::string& name) {
  return (std::filesystem::path(folder) / name).string();
}

std::size_t CsvHeader::find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? npos : static_cast<std::size_t>(found - names.begin());
}

std::optional<CsvHeader> read_csv_header(CsvReader& reader, const std::string& file, const std::string& empty_text, Problems& problems) {
  if (!reader.next()) {
    problems.error({file, 1, 1}, empty_text);
    return std::nullopt;
  }
  CsvHeader header;
  bool fine = true;
  for (std::size_t i = 0; i < reader.cells().size(); ++i) {
    const std::string name(trim(reader.cells()[i]));
    if (has_control_character(name)) {
      problems.error(reader.at(i), fmt::format("the name of column {} holds a line break or another control character; remove it", i + 1));
      fine = false;
    }
    if (name.empty()) {
      problems.error(reader.at(i), fmt::format("column {} has no name; name it, or remove it", i + 1));
      fine = false;
    } else if (header.find(name) != CsvHeader::npos) {
      problems.error(reader.at(i), fmt::format("two columns are named \"{}\"; rename or remove one", name));
      fine = false;
    }
    header.names.push_back(name);
  }
  return fine ? std::optional<CsvHeader>(std::move(header)) : std::nullopt;
}

std::size_t required_column(const CsvHeader& header, const CsvReader& reader, std::string_view name, Problems& problems) {
  const std::size_t column = header.find(name);
  if (column == CsvHeader::npos) {
    problems.error(reader.at(), fmt::format("there is no column \"{}\" (found: {}){}; add it, or rename a column", name,
                                            join(header.names, ", "), did_you_mean(name, header.names)));
  }
  return column;
}

void refuse_other_columns(const CsvHeader& header, const CsvReader& reader, const std::vector<std::string>& known, Problems& problems) {
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    if (std::find(known.begin(), known.end(), header.names[i]) == known.end()) {
      const std::string hint = did_you_mean(header.names[i], known);
      problems.error(reader.at(i), fmt::format("the column \"{}\" is not known here{}", header.names[i],
                                               hint.empty() ? fmt::format("; the columns are {}", join(known, ", ")) : hint));
    }
  }
}

bool row_fits(const CsvReader& reader, const CsvHeader& header, RowProblems& rows) {
  const auto& cells = reader.cells();
  if (cells.size() != header.names.size()) {
    rows.error(reader.at(), fmt::format("this row has {}, the header has {}; mend the row",
                                        counted(static_cast<long long>(cells.size()), "cell", "cells"), header.names.size()));
    return false;
  }
  const auto controlled = std::find_if(cells.begin(), cells.end(), [](const auto& cell) { return has_control_character(cell); });
  if (controlled != cells.end()) {
    rows.error(reader.at(static_cast<std::size_t>(controlled - cells.begin())),
               "this cell holds a line break or another control character; remove it");
    return false;
  }
  return true;
}

} // namespace canvass::study_parts
