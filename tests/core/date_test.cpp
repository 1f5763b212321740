#include "tests/support/catch.hpp"

#include "engine/core/date.hpp"

#include <cstdlib>
#include <string>

using namespace canvass;

TEST_CASE("dates that do not exist are not read", "[core][date]") {
  for (const char* bad : {"", "2026", "2026-02", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "26-01-01", "2026-1-1x",
                          "2026-01/01", "2026-01-011", " 2026-01-01", "20260101", "0000-01-01", "2026-06-31", "-2026-01-01"}) {
    INFO(bad);
    CHECK_FALSE(parse_date(bad));
  }
  CHECK_FALSE(parse_date("27/06/2026"));
  CHECK_FALSE(parse_date("27/06/26", DateOrder::dmy));
  CHECK_FALSE(parse_date("27/06/2026", DateOrder::mdy));
}

TEST_CASE("dates in three orders", "[core][date]") {
  CHECK(parse_date("1970-01-01")->days == 0);
  CHECK(parse_date("1969-12-31")->days == -1);
  CHECK(parse_date("2026-06-27") == parse_date("27/06/2026", DateOrder::dmy));
  CHECK(parse_date("2026-06-27") == parse_date("06.27.2026", DateOrder::mdy));
  CHECK(parse_date("3/4/2026", DateOrder::dmy) == parse_date("2026-04-03"));
  CHECK(parse_date("2000-02-29"));
  CHECK_FALSE(parse_date("1900-02-29"));
}

TEST_CASE("every day of 800 years reads back", "[core][date]") {
  for (std::int32_t day = parse_date("1700-01-01")->days; day < parse_date("2500-01-01")->days; ++day) {
    REQUIRE(parse_date(to_string(Date{day})) == Date{day});
  }
}

TEST_CASE("moments", "[core][date]") {
  for (const char* bad :
       {"", "2026-06-27T", "2026-06-27 ", "2026-06-27T24:00", "2026-06-27T12", "2026-06-27T12:60", "2026-06-27T12:00:60",
        "2026-06-27T12:00:00.", "2026-06-27T12:00+1", "2026-06-27T12:00 Z", "2026-06-27x12:00", "2026-06-27T12:00+15:00"}) {
    INFO(bad);
    CHECK_FALSE(parse_moment(bad));
  }
  CHECK(parse_moment("1970-01-01")->seconds == 0);
  CHECK(parse_moment("1970-01-01T00:00:01Z")->seconds == 1);
  CHECK(parse_moment("2026-06-27T14:03:00+01:00") == parse_moment("2026-06-27T13:03:00Z"));
  CHECK(parse_moment("2026-06-27T14:03-0130") == parse_moment("2026-06-27T15:33:00Z"));
  CHECK(parse_moment("27/06/2026 9:05", DateOrder::dmy) == parse_moment("2026-06-27T09:05:00.250Z"));
  CHECK(to_string(*parse_moment("2026-06-27 14:03:59")) == "2026-06-27T14:03:59Z");
  CHECK(to_string(Moment{-1}) == "1969-12-31T23:59:59Z");
  CHECK(date_of(Moment{-1}).days == -1);
  CHECK(date_of(Moment{86'400}).days == 1);
}

TEST_CASE("dates and distances as a reader would say them", "[core][date]") {
  const Date start = *parse_date("2026-02-22");
  CHECK(in_words(*parse_date("2026-06-27")) == "27 June 2026");
  CHECK(distance_in_words(start, start) == "the same day");
  CHECK(distance_in_words(start, Date{start.days + 1}) == "1 day");
  CHECK(distance_in_words(start, Date{start.days + 5}) == "5 days");
  CHECK(distance_in_words(start, Date{start.days + 14}) == "2 weeks");
  CHECK(distance_in_words(start, *parse_date("2026-06-27")) == "18 weeks");
  CHECK(distance_in_words(Date{start.days + 7}, start) == "1 week earlier");
  CHECK(distance_in_words(start, *parse_date("2028-08-22")) == "2 years and 6 months");
  CHECK(distance_in_words(start, *parse_date("2029-02-22")) == "3 years");
}

TEST_CASE("the environment can hold the clock still", "[core][date]") {
  ::setenv("SOURCE_DATE_EPOCH", "1767225600", 1);
  CHECK(to_string(now()) == "2026-01-01T00:00:00Z");
  ::setenv("SOURCE_DATE_EPOCH", "soon", 1);
  CHECK(now().seconds > 1'700'000'000);
  ::unsetenv("SOURCE_DATE_EPOCH");
  CHECK(now().seconds > 1'700'000'000);
}
