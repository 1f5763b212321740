#ifndef CANVASS_ENGINE_REPORT_SENTENCE_HPP
#define CANVASS_ENGINE_REPORT_SENTENCE_HPP

#include "engine/report/document.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Sentences made from estimate rows. The grammar is small and fixed, so that no sentence can say more than its row bears:
/// no verb of cause unless arms were formed by chance, no "no effect" without an equivalence test, always n and the range of the scale,
/// never a change called a rise or fall where none was shown.
namespace canvass::report {

/// The words of a contrast that do not come from the row.
struct ContrastWords {
  std::string outcome;                                  ///< "self-legitimacy", as it stands inside a sentence
  std::string treated;                                  ///< "trained officers"
  std::string control;                                  ///< "untrained officers"
  std::string when;                                     ///< "18 weeks on", "at the end of training day": begins the sentence
  double lowest = not_a_number, highest = not_a_number; ///< of the scale
  bool randomised = false;
  std::optional<double> bound; ///< the smallest change that matters
  std::string training = "the training";
};

/// The answer of a first page: what was found against control, how sure, what is not ruled out. `detectable` may be null.
Sentence answer_sentence(const Estimate& row, const Estimate* detectable, const ContrastWords& words);

/// "+0.05 (95% -0.20 to 0.30)  p .69  n 35 + 28": the numbers of a contrast in one line.
Sentence contrast_numbers(const Estimate& row);

/// "inconclusive; too small to tell", "lower, as expected": a verdict with its flags in words.
std::string verdict_words(const Estimate& row, std::optional<double> bound);

/// "ITEMS": k of m, with what would be seen if nothing had changed. `adjusted` = items that survive adjustment. `brief` leaves out the
/// words that a sentence before it has said.
Sentence items_sentence(const Estimate& k_of_m, std::size_t adjusted, std::string_view wave, bool brief = false);

bool has_flag(const Estimate& row, std::string_view flag);
void append(Sentence& sentence, Sentence more);
/// A capital first letter (ASCII).
std::string capitalised(std::string text);
/// The words of a sentence without its numbers' formatting: for tests of the grammar.
std::string plain_words(const Sentence& sentence);

} // namespace canvass::report

#endif
