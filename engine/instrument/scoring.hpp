#ifndef CANVASS_ENGINE_INSTRUMENT_SCORING_HPP
#define CANVASS_ENGINE_INSTRUMENT_SCORING_HPP

#include "engine/instrument/model.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace canvass {

/// One item of a scale, ready to be scored.
struct ScoredItem {
  std::size_t variable = 0; ///< index into Instrument::variables
  double lowest = 0;        ///< of the list's codes, or the number's minimum
  double highest = 0;
  bool reverse = false; ///< counts as lowest + highest - answer
};

/// A scale, ready to score many answer sheets.
struct ScaleRule {
  std::vector<ScoredItem> items;
  Score score = Score::mean;
  int min_answered = 1;
  double lowest = 0, highest = 0; ///< range that a score can take
};

/// The rule of a loaded scale. Items that the instrument does not have are left out (a loaded instrument has them all).
ScaleRule scale_rule(const Instrument& instrument, const Scale& scale);

struct ScaleScore {
  double value = 0; ///< NaN where fewer than min_answered items were answered
  int answered = 0;
};

/// "sum of a, b, at least 2 answered".
std::string written_rule(const Scale& scale);

/// An answer, turned round where the item is reversed. NaN and missing codes give NaN.
double oriented(const ScoredItem& item, double answer);

/// The score of one answer sheet; answers[i] is that of rule.items[i], a code or number, NaN or a missing code where there is none.
///   mean            mean of the oriented answers
///   sum             their sum; with gaps that min_answered allows, what the answered items say, stretched to the whole scale's range
///   percent_of_max  each answered item as its share of the way from lowest to highest, averaged, times 100: every item weighs the same
/// No gap is ever filled for an analysis of the item itself.
ScaleScore score_of(const ScaleRule& rule, std::span<const double> answers);

} // namespace canvass

#endif
