#ifndef CANVASS_REPORTS_TEXT_STRIP_HPP
#define CANVASS_REPORTS_TEXT_STRIP_HPP

#include "engine/report/chart.hpp"
#include "reports/format_number.hpp"

#include <cstddef>
#include <string>

/// An axis of a terminal: so many characters wide, with a mark for each value. What the text charts share.
namespace canvass::render {

/// A terminal narrower than this has figures only.
inline constexpr std::size_t least_strip_width = 72;

/// The room for a strip on a terminal of this width.
std::size_t strip_width(std::size_t width);

struct Strip {
  double low = 0, high = 1;
  std::size_t width = 40;

  /// The character that stands for a value; one beyond the ends stands at the end.
  [[nodiscard]] std::size_t column(double value) const;
};

/// "   |--o--|   ": an interval on a strip, with a line at `null`.
std::string interval_strip(const report::Interval& interval, const Strip& strip, double null, bool filled);

/// A number as a cell has it: "-" where there is none.
std::string number(double value, report::NumberKind kind);

/// A paragraph of its own.
std::string flow(const std::string& text, std::size_t width);

/// "Mean score (strip from 2 to 4)".
std::string axis_words(const Strip& strip, int decimals, const std::string& title);

} // namespace canvass::render

#endif
