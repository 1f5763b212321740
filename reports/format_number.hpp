#ifndef CANVASS_REPORTS_FORMAT_NUMBER_HPP
#define CANVASS_REPORTS_FORMAT_NUMBER_HPP

#include "engine/report/document.hpp"

#include <string>
#include <string_view>

namespace canvass::render {

/// Where a text is read: a page has the real minus sign and the infinity sign, a terminal (or a file for programs) has ASCII.
enum class Medium { page, terminal };

/// The only place where a double becomes text for a reader. Every kind rounds half away from zero, on the 15 significant digits that
/// a double is good for, so that 2.675 becomes 2.68 although its double lies a hair below. A number that rounds to zero has no sign.
/// Percentages come as percentages (41.2, not 0.412) and differences of percentages as points: nothing is multiplied here.
///
/// count 1,234; score 3.42; change +0.31; percent 41% (above 0 but under 0.5: <1%, its mirror >99%); percent_1 41.2;
/// points_change +3.1 without a word after it; p_value .042, <.001, >.99; statistic 2.31; df 81.0; coefficient .915; effect +1.12; raw
/// shortest.
///
/// p: three decimals below .10, two from there; a p that three decimals would put on .050 shows as many more as tell its side of .05.
/// NaN is "not available"; infinity is a word or a sign.
std::string format_number(double value, report::NumberKind kind, Medium medium);
std::string format_number(const report::Number& number, Medium medium);

/// "41.2 to 46.8". Plus signs are dropped, minus signs stay: "-0.20 to 0.30". An end that is NaN makes the whole "not available".
std::string format_range(double low, double high, report::NumberKind kind, Medium medium);
std::string format_range(const report::NumberRange& range, Medium medium);

/// "+0.31 (-0.05 to 0.67)", or the number alone where there is no interval. A percentage has an interval with a decimal, since whole ones
/// would look too sure: "39% (37.9 to 40.1)".
std::string format_estimate(const report::Interval& interval, report::NumberKind kind, Medium medium);

/// A number with a given count of decimals: what axis ticks need.
std::string format_fixed(double value, int decimals, Medium medium);

/// What stands where there is no number.
inline constexpr std::string_view missing_number = "not available";

/// The word for a kind in JSON: "p_value".
std::string_view to_string(report::NumberKind kind);

} // namespace canvass::render

#endif
