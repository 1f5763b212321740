#include "engine/core/date.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>

namespace canvass {
namespace {

struct Civil {
  int year = 1970;
  unsigned month = 1, day = 1;
};

constexpr bool is_leap(int year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr unsigned days_in_month(int year, unsigned month) noexcept {
  constexpr std::array<unsigned, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

Date from_civil(const Civil& civil) {
  const std::chrono::sys_days day{std::chrono::year{civil.year} / std::chrono::month{civil.month} / std::chrono::day{civil.day}};
  return Date{static_cast<std::int32_t>(day.time_since_epoch().count())};
}

Civil to_civil(Date date) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{date.days}}};
  return {static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day())};
}

/// Takes `least` to `most` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t n = 0;
  int value = 0;
  while (n < most && n < text.size() && text[n] >= '0' && text[n] <= '9') {
    value = value * 10 + (text[n] - '0');
    ++n;
  }
  if (n < least) {
    return std::nullopt;
  }
  text.remove_prefix(n);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<Date> take_date(std::string_view& text, DateOrder order) {
  char separator = 0;
  std::array<int, 3> parts{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (i == 1) {
      if (text.empty() || (text.front() != '-' && text.front() != '/' && text.front() != '.')) {
        return std::nullopt;
      }
      separator = text.front();
      text.remove_prefix(1);
    } else if (i == 2 && !take(text, separator)) {
      return std::nullopt;
    }
    const bool year = order == DateOrder::ymd ? i == 0 : i == 2;
    const auto part = year ? take_digits(text, 4, 4) : take_digits(text, 1, 2);
    if (!part) {
      return std::nullopt;
    }
    parts[i] = *part;
  }
  if (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    return std::nullopt;
  }
  int year = parts[2];
  int month = parts[1];
  int day = parts[0];
  if (order == DateOrder::ymd) {
    year = parts[0];
    day = parts[2];
  } else if (order == DateOrder::mdy) {
    month = parts[0];
    day = parts[1];
  }
  if (year < 1 || month < 1 || month > 12 || day < 1 || static_cast<unsigned>(day) > days_in_month(year, static_cast<unsigned>(month))) {
    return std::nullopt;
  }
  return from_civil({year, static_cast<unsigned>(month), static_cast<unsigned>(day)});
}

/// HH:MM[:SS[.fff]] as seconds of the day; fractions are dropped.
std::optional<int> take_time(std::string_view& text) {
  const auto hours = take_digits(text, 1, 2);
  if (!hours || !take(text, ':')) {
    return std::nullopt;
  }
  const auto minutes = take_digits(text, 2, 2);
  int seconds = 0;
  if (!minutes) {
    return std::nullopt;
  }
  if (take(text, ':')) {
    const auto read = take_digits(text, 2, 2);
    if (!read) {
      return std::nullopt;
    }
    seconds = *read;
    if (take(text, '.') && !take_digits(text, 1, 9)) {
      return std::nullopt;
    }
  }
  if (*hours > 23 || *minutes > 59 || seconds > 59) {
    return std::nullopt;
  }
  return *hours * 3600 + *minutes * 60 + seconds;
}

constexpr std::int64_t day_seconds = 86'400;

} // namespace

std::optional<Date> parse_date(std::string_view text, DateOrder order) {
  const auto date = take_date(text, order);
  return text.empty() ? date : std::nullopt;
}

std::optional<Moment> parse_moment(std::string_view text, DateOrder order) {
  const auto date = take_date(text, order);
  if (!date) {
    return std::nullopt;
  }
  std::int64_t seconds = date->days * day_seconds;
  if (text.empty()) {
    return Moment{seconds};
  }
  if (!take(text, 'T')) {
    if (text.front() != ' ') {
      return std::nullopt;
    }
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  const auto time = take_time(text);
  if (!time) {
    return std::nullopt;
  }
  seconds += *time;
  if (text.empty() || text == "Z") {
    return Moment{seconds};
  }
  const int sign = text.front() == '+' ? 1 : text.front() == '-' ? -1 : 0;
  if (sign == 0) {
    return std::nullopt;
  }
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2, 2);
  take(text, ':');
  const auto minutes = text.empty() ? std::optional<int>(0) : take_digits(text, 2, 2);
  if (!hours || !minutes || !text.empty() || *hours > 14 || *minutes > 59) {
    return std::nullopt;
  }
  return Moment{seconds - sign * (*hours * 3600 + *minutes * 60)};
}

std::string to_string(Date date) {
  const Civil civil = to_civil(date);
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

std::string to_string(Moment moment) {
  const Date date = date_of(moment);
  const std::int64_t seconds = moment.seconds - date.days * day_seconds;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", to_string(date), seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string in_words(Date date) {
  constexpr std::array<std::string_view, 12> months = {"January", "February", "March",     "April",   "May",      "June",
                                                       "July",    "August",   "September", "October", "November", "December"};
  const Civil civil = to_civil(date);
  return fmt::format("{} {} {}", civil.day, months[civil.month - 1], civil.year);
}

Date date_of(Moment moment) {
  std::int64_t days = moment.seconds / day_seconds;
  if (moment.seconds % day_seconds < 0) {
    --days;
  }
  return Date{static_cast<std::int32_t>(days)};
}

Moment now() {
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) {
    if (const auto seconds = parse_int64(epoch)) {
      return Moment{*seconds};
    }
  }
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Moment{std::chrono::duration_cast<std::chrono::seconds>(since).count()};
}

std::string distance_in_words(Date from, Date to) {
  const std::int64_t days = std::int64_t{to.days} - from.days;
  const std::int64_t length = days < 0 ? -days : days;
  std::string text;
  if (length == 0) {
    return "the same day";
  }
  if (length < 21 && length % 7 != 0) {
    text = counted(length, "day", "days");
  } else if (length < 7 * 104) {
    text = counted((length + 3) / 7, "week", "weeks"); // to the nearest
  } else {
    text = counted((length * 12 + 182) / 365 / 12, "year", "years");
    const std::int64_t months = (length * 12 + 182) / 365 % 12;
    if (months > 0) {
      text += " and " + counted(months, "month", "months");
    }
  }
  return days < 0 ? text + " earlier" : text;
}

} // namespace canvass
