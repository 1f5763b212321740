#ifndef CANVASS_REPORTS_WORDS_HPP
#define CANVASS_REPORTS_WORDS_HPP

#include "reports/format_number.hpp"

#include <string>
#include <string_view>

/// Sentences and cells as plain text, with their numbers printed: what text, JSON and CSV share.
namespace canvass::render {

std::string plain(const report::Sentence& sentence, Medium medium = Medium::terminal);
/// A number that is not there is "-" in a cell.
std::string plain(const report::TableCell& cell, Medium medium = Medium::terminal);

/// "higher", "lower", "not told apart", "not tested".
std::string_view verdict_words(report::LeagueChart::Verdict verdict);

} // namespace canvass::render

#endif
