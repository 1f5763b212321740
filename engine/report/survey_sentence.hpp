#ifndef CANVASS_ENGINE_REPORT_SURVEY_SENTENCE_HPP
#define CANVASS_ENGINE_REPORT_SURVEY_SENTENCE_HPP

#include "engine/report/document.hpp"

#include <string>
#include <string_view>

/// Sentences of reports on the public, made from estimate rows. "People" are spoken of only for a sample that bears it; else those who
/// answered. A change is named only where the row's verdict names one; a link is never a cause.
namespace canvass::report {

/// What a share is of.
struct ShareWords {
  std::string says;  ///< what those who count do, as it follows "39% ": "rate the local police good or excellent"; empty: `label` is used
  std::string label; ///< "Confident"
};

/// "39% rate the local police good or excellent (37.9 to 40.1; n 11,790)." Of a sample that chance did not draw (flag chance_only):
/// "39% of those who answered rate ... (n 118; by chance alone 30 to 48)." Withheld: says so.
Sentence share_sentence(const Estimate& row, const ShareWords& words);

/// "No clear change on 2025 (-1.4 points, -3.0 to 0.2)", "Lower than 2023 (-2.7 points, -4.3 to -1.1)"; no full stop. `than` names the
/// other side as it stands in the row's versus.
Sentence change_phrase(const Estimate& difference, std::string_view than);

/// "-19 points (-31 to -7)": a difference in one cell; percentage points are named, as the number alone would read as percent.
Sentence difference_numbers(const Estimate& difference);

} // namespace canvass::report

#endif
