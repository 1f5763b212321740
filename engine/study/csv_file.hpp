#ifndef CANVASS_ENGINE_STUDY_CSV_FILE_HPP
#define CANVASS_ENGINE_STUDY_CSV_FILE_HPP

#include "engine/core/csv.hpp"
#include "engine/core/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What all CSV files beside a study share: how they are opened, what a header may be, and how much is said of bad rows.
namespace canvass::study_parts {

/// A file with a wrong column has a problem in every row: so many are printed, the rest is counted.
class RowProblems {
public:
  explicit RowProblems(Problems& problems) : problems_(problems) {}
  void error(Position at, std::string text);
  /// Says how many more there were. Call once, after the last row.
  void finish();
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

private:
  Problems& problems_;
  std::size_t count_ = 0;
  Position last_;
};

/// A file's text in UTF-8 without byte order mark. `fine` is false where there was a problem.
struct StudyFile {
  std::string path, sha256, text;
  bool fine = false;
};
/// Reads `path`. A file that is not there is a problem of `named_at`, the place in the study that names it.
StudyFile read_study_file(const std::string& path, const Position& named_at, Problems& problems);
/// The path of a file that a study names relative to its folder.
std::string beside_study(const std::string& folder, const std::string& name);

/// The first row of a file: names of the columns, trimmed.
struct CsvHeader {
  std::vector<std::string> names;
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  [[nodiscard]] std::size_t find(std::string_view name) const; ///< index, or npos
};
/// The header; nullopt and a problem if the file is empty (`empty_text` says what it should hold), or names are empty, double or hold
/// control characters.
std::optional<CsvHeader> read_csv_header(CsvReader& reader, const std::string& file, const std::string& empty_text, Problems& problems);
/// Index of a column that must be there, else a problem and npos.
std::size_t required_column(const CsvHeader& header, const CsvReader& reader, std::string_view name, Problems& problems);
/// Names of the header that `known` lacks are problems: a column that nobody reads is most likely a slip.
void refuse_other_columns(const CsvHeader& header, const CsvReader& reader, const std::vector<std::string>& known, Problems& problems);
/// False, and a problem, where the current row has another number of cells than the header, or control characters.
bool row_fits(const CsvReader& reader, const CsvHeader& header, RowProblems& rows);

} // namespace canvass::study_parts

#endif
