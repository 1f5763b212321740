#include "reports/format_number.hpp"

#include "engine/core/text.hpp"

#include <cmath>
#include <cstddef>
#include <fmt/format.h>

namespace canvass::render {
namespace {

using report::NumberKind;

/// Significant decimal digits that every double carries faithfully; rounding starts from them.
constexpr int faithful_digits = 15;

enum class Sign { negative_only, always };

/// `magnitude` (finite, not negative) as a whole number of units of the last decimal: 2.675 with 2 decimals gives "268".
std::string rounded_units(double magnitude, int decimals) {
  const std::string scientific = fmt::format("{:.{}e}", magnitude, faithful_digits - 1);
  std::string digits = scientific.substr(0, 1) + scientific.substr(2, faithful_digits - 1);
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  const int keep = exponent + 1 + decimals;
  if (keep < 0) {
    return "0";
  }
  const auto kept = static_cast<std::size_t>(keep);
  if (kept >= digits.size()) {
    digits.append(kept - digits.size(), '0');
  } else {
    const bool up = digits[kept] >= '5';
    digits.resize(kept);
    std::size_t at = kept;
    bool carry = up;
    while (carry && at > 0) {
      --at;
      carry = digits[at] == '9';
      digits[at] = carry ? '0' : static_cast<char>(digits[at] + 1);
    }
    if (carry) {
      digits.insert(0, 1, '1');
    }
  }
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0" : digits.substr(first);
}

struct Style {
  int decimals = 0;
  Sign sign = Sign::negative_only;
  bool leading_zero = true;
};

std::string with_thousands(std::string whole) {
  for (std::size_t at = whole.size(); at > 3; at -= 3) {
    whole.insert(at - 3, 1, ',');
  }
  return whole;
}

std::string fixed(double value, Style style, Medium medium) {
  std::string units = rounded_units(std::abs(value), style.decimals);
  const bool zero = units == "0";
  const auto decimals = static_cast<std::size_t>(style.decimals);
  if (units.size() < decimals + 1) {
    units.insert(0, decimals + 1 - units.size(), '0');
  }
  std::string whole = with_thousands(units.substr(0, units.size() - decimals));
  if (whole == "0" && !style.leading_zero && decimals > 0) {
    whole.clear();
  }
  std::string text;
  if (!zero && value < 0) {
    text = medium == Medium::page ? "\u2212" : "-";
  } else if (!zero && style.sign == Sign::always) {
    text = "+";
  }
  text += whole;
  if (decimals > 0) {
    text += "." + units.substr(units.size() - decimals);
  }
  return text;
}

std::string probability(double p) {
  if (p < 0.001) {
    return "<.001";
  }
  if (p >= 1) {
    return "1";
  }
  if (p >= 0.995) {
    return ">.99";
  }
  Style style{p < 0.10 ? 3 : 2, Sign::negative_only, false};
  std::string text = fixed(p, style, Medium::terminal);
  // A board compares with .05 by eye: the digits must not put p on the line it is beside.
  const auto on_the_line = [&] { return text.find_last_not_of('0') == 2 && text.compare(0, 3, ".05") == 0; };
  while (p != 0.05 && on_the_line() && style.decimals < 7) {
    ++style.decimals;
    text = fixed(p, style, Medium::terminal);
  }
  return text;
}

std::string whole_percent(double value, Medium medium) {
  if (value > 0 && value < 0.5) {
    return "<1%";
  }
  if (value >= 99.5 && value < 100) {
    return ">99%";
  }
  return fixed(value, {0}, medium) + "%";
}

std::string raw(double value, Medium medium) {
  std::string text = shortest(value == 0 ? 0 : value);
  if (medium == Medium::page && !text.empty() && text.front() == '-') {
    text.replace(0, 1, "\u2212");
  }
  return text;
}

std::string finite(double value, NumberKind kind, Sign change_sign, Medium medium) {
  switch (kind) {
  case NumberKind::count: return fixed(value, {0}, medium);
  case NumberKind::score: return fixed(value, {2}, medium);
  case NumberKind::change: return fixed(value, {2, change_sign}, medium);
  case NumberKind::percent: return whole_percent(value, medium);
  case NumberKind::percent_1: return fixed(value, {1}, medium);
  case NumberKind::points_change: return fixed(value, {1, change_sign}, medium);
  case NumberKind::p_value: return probability(value);
  case NumberKind::statistic: return fixed(value, {2}, medium);
  case NumberKind::df: return fixed(value, {1}, medium);
  case NumberKind::coefficient: return fixed(value, {3, Sign::negative_only, false}, medium);
  case NumberKind::effect: return fixed(value, {2, change_sign}, medium);
  case NumberKind::raw: return raw(value, medium);
  }
  return {};
}

std::string formatted(double value, NumberKind kind, Sign change_sign, Medium medium) {
  if (std::isnan(value)) {
    return std::string(missing_number);
  }
  if (std::isinf(value)) {
    const std::string_view infinity = medium == Medium::page ? "\u221e" : "infinity";
    const std::string_view minus = medium == Medium::page ? "\u2212" : "-";
    return std::string(value < 0 ? minus : "") + std::string(infinity);
  }
  return finite(value, kind, change_sign, medium);
}

} // namespace

std::string format_number(double value, NumberKind kind, Medium medium) {
  return formatted(value, kind, Sign::always, medium);
}

std::string format_number(const report::Number& number, Medium medium) {
  return format_number(number.value, number.kind, medium);
}

std::string format_range(double low, double high, NumberKind kind, Medium medium) {
  if (std::isnan(low) || std::isnan(high)) {
    return std::string(missing_number);
  }
  return formatted(low, kind, Sign::negative_only, medium) + " to " + formatted(high, kind, Sign::negative_only, medium);
}

std::string format_range(const report::NumberRange& range, Medium medium) {
  return format_range(range.low, range.high, range.kind, medium);
}

std::string format_estimate(const report::Interval& interval, NumberKind kind, Medium medium) {
  const std::string value = format_number(interval.value, kind, medium);
  const bool bounded = !std::isnan(interval.value) && !std::isnan(interval.low) && !std::isnan(interval.high);
  const NumberKind ends = kind == NumberKind::percent ? NumberKind::percent_1 : kind;
  return bounded ? value + " (" + format_range(interval.low, interval.high, ends, medium) + ")" : value;
}

std::string format_fixed(double value, int decimals, Medium medium) {
  return std::isfinite(value) ? fixed(value, {decimals}, medium) : formatted(value, NumberKind::raw, Sign::negative_only, medium);
}

std::string_view to_string(NumberKind kind) {
  switch (kind) {
  case NumberKind::count: return "count";
  case NumberKind::score: return "score";
  case NumberKind::change: return "change";
  case NumberKind::percent: return "percent";
  case NumberKind::percent_1: return "percent_1";
  case NumberKind::points_change: return "points_change";
  case NumberKind::p_value: return "p_value";
  case NumberKind::statistic: return "statistic";
  case NumberKind::df: return "df";
  case NumberKind::coefficient: return "coefficient";
  case NumberKind::effect: return "effect";
  case NumberKind::raw: return "raw";
  }
  return "";
}

} // namespace canvass::render
