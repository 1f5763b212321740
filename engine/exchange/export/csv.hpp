#ifndef CANVASS_ENGINE_EXCHANGE_EXPORT_CSV_HPP
#define CANVASS_ENGINE_EXCHANGE_EXPORT_CSV_HPP

#include "engine/responses/response.hpp"
#include "engine/study/model.hpp"

#include <span>
#include <string>

namespace canvass::exchange {

struct CsvExportOptions {
  bool wide = false;            ///< one row a person, columns WAVE.variable; else one row a person and wave
  bool byte_order_mark = false; ///< for Excel on Windows
};

struct CsvExport {
  std::string data;     ///< codes, missing codes among them; texts with formulas guarded
  std::string codebook; ///< variable, label, code, value label, missing
};

/// Answers with their frame. The long form imports again without a map and gives the same responses.
CsvExport export_csv(const LoadedStudy& study, std::span<const Response> responses, const CsvExportOptions& options = {});

} // namespace canvass::exchange

#endif
