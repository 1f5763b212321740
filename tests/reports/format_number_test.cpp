#include "tests/support/catch.hpp"

#include "reports/format_number.hpp"

#include <limits>
#include <random>
#include <string>

using namespace canvass;
using render::Medium;
using report::NumberKind;

namespace {

struct Case {
  double value;
  NumberKind kind;
  const char* text;
};

const double infinity = std::numeric_limits<double>::infinity();

} // namespace

TEST_CASE("A number that is not there is said, not printed", "[format_number]") {
  for (const NumberKind kind : {NumberKind::count, NumberKind::p_value, NumberKind::percent, NumberKind::raw}) {
    CHECK(render::format_number(report::not_a_number, kind, Medium::page) == "not available");
    CHECK(render::format_range(report::not_a_number, 1, kind, Medium::page) == "not available");
    CHECK(render::format_range(1, report::not_a_number, kind, Medium::page) == "not available");
  }
  CHECK(render::format_number(infinity, NumberKind::statistic, Medium::terminal) == "infinity");
  CHECK(render::format_number(-infinity, NumberKind::statistic, Medium::terminal) == "-infinity");
  CHECK(render::format_number(-infinity, NumberKind::statistic, Medium::page) == "\u2212\u221e");
}

TEST_CASE("Each kind of number has one way to be printed", "[format_number]") {
  const Case cases[] = {
      {0, NumberKind::count, "0"},
      {999, NumberKind::count, "999"},
      {1234, NumberKind::count, "1,234"},
      {60000, NumberKind::count, "60,000"},
      {1234567.5, NumberKind::count, "1,234,568"},
      {-1234, NumberKind::count, "-1,234"},
      {3.42, NumberKind::score, "3.42"},
      {3, NumberKind::score, "3.00"},
      {1234.5, NumberKind::score, "1,234.50"},
      {0.31, NumberKind::change, "+0.31"},
      {-0.31, NumberKind::change, "-0.31"},
      {0, NumberKind::change, "0.00"},
      {0.004, NumberKind::change, "0.00"},
      {-0.004, NumberKind::change, "0.00"},
      {-0.0, NumberKind::change, "0.00"},
      {41, NumberKind::percent, "41%"},
      {41.5, NumberKind::percent, "42%"},
      {0, NumberKind::percent, "0%"},
      {0.2, NumberKind::percent, "<1%"},
      {0.5, NumberKind::percent, "1%"},
      {99.4, NumberKind::percent, "99%"},
      {99.6, NumberKind::percent, ">99%"},
      {100, NumberKind::percent, "100%"},
      {41.25, NumberKind::percent_1, "41.3"},
      {3.1, NumberKind::points_change, "+3.1"},
      {-1.4, NumberKind::points_change, "-1.4"},
      {2.305, NumberKind::statistic, "2.31"},
      {81, NumberKind::df, "81.0"},
      {0.915, NumberKind::coefficient, ".915"},
      {-0.2145, NumberKind::coefficient, "-.215"},
      {1, NumberKind::coefficient, "1.000"},
      {1.12, NumberKind::effect, "+1.12"},
      {0.1, NumberKind::raw, "0.1"},
      {-2.5, NumberKind::raw, "-2.5"},
  };
  for (const Case& one : cases) {
    INFO(one.value << " as " << render::to_string(one.kind));
    CHECK(render::format_number(one.value, one.kind, Medium::terminal) == one.text);
  }
}

TEST_CASE("p keeps the side of .05 that it is on", "[format_number]") {
  const Case cases[] = {
      {0, NumberKind::p_value, "<.001"},      {0.00099, NumberKind::p_value, "<.001"},  {0.001, NumberKind::p_value, ".001"},
      {0.0096, NumberKind::p_value, ".010"},  {0.042, NumberKind::p_value, ".042"},     {0.0496, NumberKind::p_value, ".0496"},
      {0.0504, NumberKind::p_value, ".0504"}, {0.04999, NumberKind::p_value, ".04999"}, {0.05, NumberKind::p_value, ".050"},
      {0.0512, NumberKind::p_value, ".051"},  {0.0994, NumberKind::p_value, ".099"},    {0.1, NumberKind::p_value, ".10"},
      {0.69, NumberKind::p_value, ".69"},     {0.994, NumberKind::p_value, ".99"},      {0.996, NumberKind::p_value, ">.99"},
      {1, NumberKind::p_value, "1"}};
  for (const Case& one : cases) {
    INFO(one.value);
    CHECK(render::format_number(one.value, one.kind, Medium::terminal) == one.text);
  }
  for (int i = 1; i < 1000; ++i) { // never ".05", and never a nought that hides a side
    const double p = i / 10000.0;
    const std::string text = render::format_number(p, NumberKind::p_value, Medium::terminal);
    CHECK(text != ".05");
    if (i != 500) {
      CHECK(text != ".050");
    }
  }
}

TEST_CASE("Halves go away from zero, though their doubles lie below", "[format_number]") {
  CHECK(render::format_fixed(2.675, 2, Medium::terminal) == "2.68");
  CHECK(render::format_fixed(1.005, 2, Medium::terminal) == "1.01");
  CHECK(render::format_fixed(-2.675, 2, Medium::terminal) == "-2.68");
  CHECK(render::format_fixed(0.5, 0, Medium::terminal) == "1");
  CHECK(render::format_fixed(1.5, 0, Medium::terminal) == "2");
  CHECK(render::format_fixed(2.5, 0, Medium::terminal) == "3");
  CHECK(render::format_fixed(0.285, 2, Medium::terminal) == "0.29");
  CHECK(render::format_fixed(0.2849999, 2, Medium::terminal) == "0.28");
  CHECK(render::format_fixed(99.995, 2, Medium::terminal) == "100.00");
  CHECK(render::format_fixed(0.05, 1, Medium::terminal) == "0.1");
  CHECK(render::format_fixed(0.04, 1, Medium::terminal) == "0.0");
  CHECK(render::format_fixed(1e-9, 2, Medium::terminal) == "0.00");
  CHECK(render::format_fixed(1e17, 0, Medium::terminal) == "100,000,000,000,000,000");
}

TEST_CASE("Every number of halves agrees with whole-number arithmetic", "[format_number]") {
  std::mt19937 engine(20260222);
  for (int i = 0; i < 5000; ++i) {
    const int thousandths = static_cast<int>(engine() % 2000000);
    const int hundredths = (thousandths + 5) / 10;
    std::string expected = std::to_string(hundredths / 100);
    if (expected.size() > 3) {
      expected.insert(expected.size() - 3, ",");
    }
    const std::string tail = std::to_string(hundredths % 100);
    expected += "." + std::string(2 - tail.size(), '0') + tail;
    INFO(thousandths);
    CHECK(render::format_fixed(thousandths / 1000.0, 2, Medium::terminal) == expected);
  }
}

TEST_CASE("A range drops plus signs and keeps minus signs", "[format_number]") {
  CHECK(render::format_range(41.2, 46.8, NumberKind::percent_1, Medium::page) == "41.2 to 46.8");
  CHECK(render::format_range(-0.2, 0.3, NumberKind::change, Medium::terminal) == "-0.20 to 0.30");
  CHECK(render::format_range(-0.2, 0.3, NumberKind::change, Medium::page) == "\u22120.20 to 0.30");
  CHECK(render::format_range(-3, 0.2, NumberKind::points_change, Medium::terminal) == "-3.0 to 0.2");
  CHECK(render::format_estimate({0.31, -0.05, 0.67, ""}, NumberKind::change, Medium::terminal) == "+0.31 (-0.05 to 0.67)");
  CHECK(render::format_estimate({0.31, report::not_a_number, report::not_a_number, ""}, NumberKind::change, Medium::terminal) == "+0.31");
}
