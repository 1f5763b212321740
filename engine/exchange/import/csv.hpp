#ifndef CANVASS_ENGINE_EXCHANGE_IMPORT_CSV_HPP
#define CANVASS_ENGINE_EXCHANGE_IMPORT_CSV_HPP

#include "engine/core/error.hpp"
#include "engine/exchange/import/table_text.hpp"
#include "engine/exchange/mapping.hpp"
#include "engine/responses/response.hpp"
#include "engine/study/model.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace canvass::exchange {

struct ImportOptions {
  std::string wave;                 ///< wave id for a file that does not tell it (`--wave`); empty = the file or the map tells
  bool allow_missing_frame = false; ///< take answers that nothing tells the area of
};

/// What is known of an imported file besides its records.
struct ImportedFile {
  std::string header;               ///< raw bytes of the header row and of the rows passed over
  std::string map;                  ///< text of the map used; empty without one
  std::size_t rows = 0;             ///< data rows
  std::size_t records = 0;          ///< records given: more than rows in a wide file
  std::vector<std::string> ignored; ///< headers that the map ignores
  Problems notes;                   ///< warnings and notes that do not stop the import
};

/// The record is valid until the function returns; its storage is used again.
using TakeRecord = std::function<void(const RawRecord& record)>;

/// Reads answers from delimited text: `bytes` as on disk. Without a map (`map` = nullptr) headers must be the variable ids, the names
/// of the study's frame, `wave` and `answered_at`: the form that export_csv writes.
/// What is wrong with the file or the map as a whole stops the import; what is wrong with one row stands in the record's `faults`, and
/// the validator holds it. A cell is never dropped silently.
/// @throws InputError with all problems of map, header and encoding, each with its place
/// `faults`, by line of the text, hold the rows that another form of file could not give whole.
ImportedFile import_csv(std::string bytes, const std::string& file, const Mapping* map, const LoadedStudy& study,
                        const ImportOptions& options, const TakeRecord& take, const TableFaults& faults = {});

/// import_csv of whatever the file is: delimited text, an XLSX workbook, an SPSS or a Stata file.
ImportedFile import_answers(std::string bytes, const std::string& file, const Mapping* map, const LoadedStudy& study,
                            const ImportOptions& options, const TakeRecord& take);

} // namespace canvass::exchange

#endif
