#ifndef CANVASS_ENGINE_EXCHANGE_DRAFT_HPP
#define CANVASS_ENGINE_EXCHANGE_DRAFT_HPP

#include "engine/core/csv.hpp"
#include "engine/exchange/import/table_text.hpp"
#include "engine/study/model.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The pieces of draft_map. Nothing outside engine/exchange includes this.
namespace canvass::exchange::draft {

/// One column of the file that is to be mapped, with what stands in it.
struct Column {
  std::string header;           ///< plain
  std::set<std::string> values; ///< different texts, at most `most_values`
  bool many = false;            ///< there are more
  bool empty = true;
  ColumnNotes notes; ///< what the file says of it
};

inline constexpr std::size_t most_values = 200;

struct File {
  std::string encoding = "utf-8";
  CsvDialect dialect;
  std::vector<Column> columns;
  std::size_t rows = 0;
};

/// Reads the whole file. @throws InputError it is no delimited text
File read_file_to_map(std::string_view bytes, const std::string& name);

/// How the values of a column of codes stand to the list: nothing to say, or a mapping with guesses.
struct Coded {
  std::string values;                         ///< lines of a `values:` mapping in YAML, or empty
  std::string own_missing;                    ///< lines of the column's own `missing:`, or empty
  std::map<std::string, std::string> missing; ///< guesses for the map's own `missing`
};
/// By the values that stand there, and by what the file says that they mean.
Coded explain_values(const Column& column, const Variable& variable, const Instrument& instrument);

/// A text as YAML takes it in double quotes.
std::string quoted(std::string_view text);
/// A text as it may stand in a comment.
std::string commented(std::string_view text);
/// "certain", "likely", "perhaps" or "a guess".
std::string certainty(double value);

/// A guess: what a column is, and how sure that is.
struct Guess {
  enum class Kind { nothing, person, wave, arm, area, stratum, cluster, weight, answered_at, variable, ignored } kind = Kind::nothing;
  std::string variable;           ///< id
  std::size_t wave = Study::npos; ///< in a wide file
  double certainty = 0;           ///< 0 to 1
  std::string why;                ///< "same name", "header is like the question"
};

/// Guesses for all columns; no variable is given to two columns of one wave.
struct Guesses {
  std::vector<Guess> columns;
  bool wide = false;
  std::string pattern;                      ///< of a wide file
  std::map<std::string, std::size_t> waves; ///< words of the pattern, or values of the wave column
  std::map<std::string, std::string> arms;  ///< values of the arm column -> arm id
};

Guesses guess(const File& file, const LoadedStudy& study);

} // namespace canvass::exchange::draft

#endif
