// make_big_survey FOLDER [ROWS [COLUMNS]]: a study and its answers for scripts/bench; the same bytes each time.

#include "bench/big_survey.hpp"
#include "engine/core/text.hpp"

#include <exception>
#include <fmt/format.h>

int main(int count, char** arguments) {
  canvass::bench::BigSurvey survey;
  const auto rows = count > 2 ? canvass::parse_int64(arguments[2]) : 60'000;
  const auto columns = count > 3 ? canvass::parse_int64(arguments[3]) : 100;
  if (count < 2 || count > 4 || !rows || *rows < 1 || *rows > 10'000'000 || !columns || *columns < 20 || *columns > 1'900) {
    fmt::print(stderr, "usage: make_big_survey FOLDER [ROWS [COLUMNS]]; ROWS is 1 to 10000000, COLUMNS 20 to 1900\n");
    return 64;
  }
  survey.rows = static_cast<std::size_t>(*rows);
  survey.columns = static_cast<std::size_t>(*columns);
  try {
    canvass::bench::write_survey(arguments[1], survey);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 4;
  }
  return 0;
}
