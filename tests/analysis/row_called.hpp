#ifndef CANVASS_TESTS_ANALYSIS_ROW_CALLED_HPP
#define CANVASS_TESTS_ANALYSIS_ROW_CALLED_HPP

#include "tests/support/catch.hpp"

#include "engine/analysis/run.hpp"

#include <string_view>

namespace canvass::testing {

/// The row of that id; the case ends where there is none.
inline const report::Estimate& row(const analysis::Analysed& analysed, std::string_view id) {
  const report::Estimate* found = report::find(analysed.rows, id);
  INFO(id);
  REQUIRE(found != nullptr);
  return *found;
}

} // namespace canvass::testing

#endif
