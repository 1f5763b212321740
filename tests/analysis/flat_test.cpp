#include "engine/analysis/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/flat.hpp"

#include <chrono>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>

using namespace canvass;

TEST_CASE("time", "[.][time]") {
  const LoadedStudy study = testing::flat_study();
  const auto responses = testing::flat_responses(study);
  const auto start = std::chrono::steady_clock::now();
  const analysis::Input input{study, responses, {}, 0, 0, false};
  analysis::Options options;
  options.threads = 1;
  std::clock_t last = std::clock();
  options.progress = [&](std::string_view what, std::size_t, std::size_t) {
    std::cout << double(std::clock() - last) / CLOCKS_PER_SEC << " then " << what << "\n";
    last = std::clock();
  };
  auto analysed = analysis::analyse(input, options);
  std::cout << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() << " s, " << analysed.rows.size() << " rows\n";
  for (const auto& row : analysed.rows) {
    if (row.analysis == "primary" || row.quantity == "items_below_level") {
      std::cout << row.id << "  " << row.estimate << " [" << row.conf_low << ", " << row.conf_high << "] p " << row.p_value << " adj " << row.p_adjusted << " "
                << row.verdict << "\n";
    }
  }
  for (const auto& outcome : analysed.outcomes) {
    for (const auto& note : outcome.notes) {
      std::cout << outcome.id << ": " << note << "\n";
    }
  }
  const auto document = analysis::make_report(input, analysed, options);
  std::cout << document.sections.size() << " sections\n";
}
