#ifndef CANVASS_ENGINE_EXCHANGE_MAPPING_HPP
#define CANVASS_ENGINE_EXCHANGE_MAPPING_HPP

#include "engine/core/date.hpp"
#include "engine/core/error.hpp"
#include "engine/study/model.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The map of a foreign file: which column is which variable, and what its values mean. Plain data, read from YAML (docs/import.md).
namespace canvass::exchange {

/// How the values of a column are read.
enum class Values {
  automatic, ///< a code of the list, else one of its labels
  codes,
  labels,
  listed ///< only what `listed` holds
};

/// Foreign text -> our text: a code, the name of a missing code, or an id. Keys are compared after trimming.
using Recode = std::map<std::string, std::string, std::less<>>;

/// One column of answers.
struct ColumnMap {
  std::string header;   ///< as in the file; in a wide file perhaps without its wave part
  std::string variable; ///< id of a variable, or of a select_multiple or rank item where `split` stands
  std::string wave;     ///< wave id, in a wide file whose pattern does not tell it
  Values values = Values::automatic;
  Recode listed;
  Recode missing;        ///< over the map's own `missing`
  bool reversed = false; ///< the foreign coding runs the other way: lowest + highest - code
  std::string split;     ///< one cell holds many answers, separated by this
  Position at;
};

/// A column that is no answer.
struct FrameColumn {
  std::string header;
  Recode values; ///< foreign -> id; empty: ids, labels or (waves) numbers are recognised
  Position at;
};

struct Ignored {
  std::string header;
  Position at;
};

struct Mapping {
  std::string id;
  std::string file; ///< empty for a map made from headers alone
  std::string text; ///< the bytes as read: the store keeps them
  std::string encoding = "utf-8";
  std::optional<char> separator; ///< else sniffed
  std::string sheet;             ///< of a workbook; empty: the first
  int skip_rows = 0;             ///< rows passed over after the header (question texts, import ids)
  DateOrder dates = DateOrder::ymd;
  bool decimal_comma = false;

  bool wide = false;                         ///< one row a person: each answer column belongs to one wave
  std::string pattern = "{wave}.{variable}"; ///< how a wide header is put together
  Recode pattern_waves;                      ///< what stands in the header -> wave id; empty: ids, or numbers from 1
  std::string fixed_wave;                    ///< all rows are of this wave
  std::string numbered;                      ///< no person column: people are this prefix and the number of the row

  FrameColumn person, wave, arm, area, stratum, cluster, weight, answered_at;
  Recode answered_at_of_wave; ///< wide: wave id -> header

  Recode missing; ///< foreign -> name of a missing code, for every column
  std::vector<ColumnMap> columns;
  std::vector<Ignored> ignore;
  Position at;
};

/// Reads a map. Collects every problem; usable only if there are no errors. Ids are checked when it meets a study and a file.
Mapping read_mapping(std::string_view bytes, const std::string& file, Problems& problems);
/// read_mapping of a file. @throws InputError with all problems
Mapping load_mapping(const std::string& path);

/// Drafts a map for a person to mend, from the headers, the values and the question texts of a file (bytes as they are on disk; the
/// encoding is found out). Every guess carries its certainty as a comment. Columns that nothing fits are left as commented lines, so
/// that the import asks for them. @throws InputError the file cannot be read as delimited text
std::string draft_map(std::string_view bytes, const std::string& file, const LoadedStudy& study);

} // namespace canvass::exchange

#endif
