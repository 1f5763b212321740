#ifndef CANVASS_ENGINE_EXCHANGE_LIKENESS_HPP
#define CANVASS_ENGINE_EXCHANGE_LIKENESS_HPP

#include <string>
#include <string_view>

/// When two texts from different programs mean the same.
namespace canvass::exchange {

/// trim, for non-breaking spaces too.
std::string_view trimmed(std::string_view text);
/// Header or label as programs agree on it: blanks of every kind collapsed, typographic dashes and quotes made plain. Case kept.
std::string plain(std::string_view text);
/// plain, in lower case, without a full stop or colon at the end: how labels are compared.
std::string plain_label(std::string_view text);
/// Letters and digits only, in lower case: `at.ease` and `At_ease` are the same name.
std::string bare_name(std::string_view text);
/// How alike two sentences are, 0 to 1: shared three-letter pieces of their bare words (Dice), so that word order and endings count
/// little.
double likeness(std::string_view a, std::string_view b);
/// "3.0" and "3.00" as "3"; anything else as it is.
std::string_view without_zero_decimals(std::string_view text);

} // namespace canvass::exchange

#endif
