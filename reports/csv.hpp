#ifndef CANVASS_REPORTS_CSV_HPP
#define CANVASS_REPORTS_CSV_HPP

#include "engine/report/document.hpp"

#include <string>

namespace canvass::render {

/// One line an estimate, every field of report::fields with its full digits; words that a spreadsheet would run as a formula are guarded.
std::string estimates_csv(const report::Estimates& rows);

/// A table as it is printed, its numbers with their full digits; an interval takes two cells ("... low", "... high" in the head). Cells
/// without a number are empty, withheld ones keep their mark.
std::string table_csv(const report::Table& table);

} // namespace canvass::render

#endif
