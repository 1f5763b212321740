#ifndef CANVASS_ENGINE_ANALYSIS_TEMPLATES_BLOCKS_HPP
#define CANVASS_ENGINE_ANALYSIS_TEMPLATES_BLOCKS_HPP

#include "engine/analysis/run.hpp"
#include "engine/report/document.hpp"

#include <string>
#include <vector>

/// What every template makes in the same way: cells from rows, and the numbering of tables.
namespace canvass::analysis {

/// A cell with a field of a row; nullptr and NaN are [z], a withheld row is [c].
report::TableCell cell_of(const report::Estimate* row, report::NumberKind kind,
                          double report::Estimate::*field = &report::Estimate::estimate);
/// A cell with its interval.
report::TableCell range_of(const report::Estimate* row, report::NumberKind kind);

/// "F(1.9, 24,102) = 14.31, p <.001; by Holm <.001": a test of a table in one line; nothing of a withheld row.
report::Sentence test_numbers(const report::Estimate& row);

/// "Holm", "Benjamini and Hochberg": how p-values were adjusted, as a sentence says it.
std::string adjustment_words(const std::string& adjustment);

/// "Plan locked on 3 May 2026, before any answer of 2026; no deviations. ", or that it was not locked.
report::Sentence plan_sentence(const Input& input, const Analysed& analysed);

/// Title, marks, rows and the lines "about" that every report has; without sections.
report::Document begun(const Input& input, const Analysed& analysed, const Options& options, std::string subtitle);

/// Tables of the text are numbered as a reader meets them; those of the appendix have their letter.
void number_tables(std::vector<report::Section>& sections);

} // namespace canvass::analysis

#endif
