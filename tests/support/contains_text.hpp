#ifndef CANVASS_TESTS_SUPPORT_CONTAINS_TEXT_HPP
#define CANVASS_TESTS_SUPPORT_CONTAINS_TEXT_HPP

#include "tests/support/catch.hpp"

#include <string>

namespace canvass::testing {

/// For CHECK_THROWS_WITH: the message has this text in it. Catch2 3 gave the matcher of texts another name.
inline auto contains_text(const std::string& text) {
#if __has_include(<catch2/catch_all.hpp>)
  return Catch::Matchers::ContainsSubstring(text);
#else
  return Catch::Matchers::Contains(text);
#endif
}

} // namespace canvass::testing

#endif
