#ifndef CANVASS_ENGINE_CORE_DATE_HPP
#define CANVASS_ENGINE_CORE_DATE_HPP

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace canvass {

/// A calendar day of the proleptic Gregorian calendar, as days since 1970-01-01.
struct Date {
  std::int32_t days = 0;
  friend auto operator<=>(const Date&, const Date&) = default;
};

/// A moment in UTC, as seconds since 1970-01-01T00:00:00Z.
struct Moment {
  std::int64_t seconds = 0;
  friend auto operator<=>(const Moment&, const Moment&) = default;
};

enum class DateOrder { ymd, dmy, mdy };

/// 2026-06-27 (ymd), 27/06/2026 (dmy) or 06/27/2026 (mdy); '-', '/' and '.' separate; years of four digits. Anything else is nullopt.
std::optional<Date> parse_date(std::string_view text, DateOrder order = DateOrder::ymd);
/// A date, then optionally 'T' or spaces and HH:MM[:SS[.fff]] and Z or +HH:MM. Without a zone the time is taken as UTC.
std::optional<Moment> parse_moment(std::string_view text, DateOrder order = DateOrder::ymd);
std::string to_string(Date date);     ///< 2026-06-27
std::string to_string(Moment moment); ///< 2026-06-27T14:03:00Z
std::string in_words(Date date);      ///< 27 June 2026
Date date_of(Moment moment);
/// Now; SOURCE_DATE_EPOCH, where set, stands for it, so that runs can be repeated to the byte.
Moment now();
/// "18 weeks", "5 days", "the same day": the distance between two days as a reader would say it.
std::string distance_in_words(Date from, Date to);

} // namespace canvass

#endif
