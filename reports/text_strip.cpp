#include "reports/text_strip.hpp"

#include "engine/core/escape.hpp"
#include "reports/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace canvass::render {

using report::NumberKind;

std::size_t Strip::column(double value) const {
  const double share = high > low ? (std::clamp(value, low, high) - low) / (high - low) : 0.5;
  return static_cast<std::size_t>(std::lround(share * static_cast<double>(width - 1)));
}

std::string number(double value, NumberKind kind) {
  return std::isnan(value) ? "-" : format_number(value, kind, Medium::terminal);
}

std::size_t strip_width(std::size_t width) {
  return std::clamp<std::size_t>(width / 3, 16, 40);
}

std::string interval_strip(const report::Interval& interval, const Strip& strip, double null, bool filled) {
  std::vector<std::string_view> cells(strip.width, " ");
  if (std::isfinite(null)) {
    cells[strip.column(null)] = "\u2502";
  }
  if (std::isfinite(interval.value)) {
    if (!std::isnan(interval.low) && !std::isnan(interval.high)) {
      const std::size_t from = strip.column(interval.low);
      const std::size_t to = strip.column(interval.high);
      for (std::size_t c = from; c <= to; ++c) {
        cells[c] = cells[c] == " " ? "\u2500" : "\u253c";
      }
      cells[from] = interval.low < strip.low ? "\u25c2" : "\u251c";
      cells[to] = interval.high > strip.high ? "\u25b8" : "\u2524";
    }
    cells[strip.column(interval.value)] = filled ? "\u25cf" : "\u25cb";
  }
  std::string out;
  for (const std::string_view cell : cells) {
    out += cell;
  }
  return out;
}

std::string flow(const std::string& text, std::size_t width) {
  std::string out;
  for (const std::string& line : wrap_columns(text, width)) {
    out += line + "\n";
  }
  return out;
}

std::string axis_words(const Strip& strip, int decimals, const std::string& title) {
  return escape_terminal(title) + " (strip from " + format_fixed(strip.low, decimals, Medium::terminal) + " to " +
         format_fixed(strip.high, decimals, Medium::terminal) + ")";
}

} // namespace canvass::render
