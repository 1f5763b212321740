// Any history of imports, corrections and withdrawals, on every back end.
#include "tests/store/every_back_end.hpp"

#include "engine/core/random.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

using namespace canvass;
using namespace canvass::test;
using store::ImportBatch;
using store::ImportCounts;

TEST_CASE("a random history keeps its promises", "[store][contract][property]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  std::map<std::string, Response> expected; // by id; the model: what was last said of a response
  RandomStream random(20260222, "store history");
  for (int step = 0; step < 60; ++step) {
    const std::string person = fmt::format("P{:02}", random.below(8));
    const std::string wave = fmt::format("T{}", 1 + random.below(3));
    const std::string id = person + "/" + wave;
    switch (random.below(4)) {
    case 0:
    case 1: {
      ImportBatch batch = make_batch({make_response(study, person, wave, 1 + static_cast<int>(random.below(5)))});
      batch.update = random.below(2) == 1;
      const ImportCounts counts = store->import(batch, study, silent);
      check_adds_up(counts);
      if (counts.added + counts.corrected == 1) {
        expected.insert_or_assign(id, batch.responses.front());
      }
      break;
    }
    case 2:
      if (expected.count(id) != 0) {
        const Cell cell = value(1 + random.below(5));
        store->correct(std::vector{correction(id, "q1", cell)}, study);
        expected.at(id).cells[0] = cell;
      }
      break;
    default: {
      if (random.below(4) != 0) {
        break;
      }
      const auto size = [&] {
        return static_cast<std::size_t>(
            std::count_if(expected.begin(), expected.end(), [&](const auto& row) { return row.second.frame.person == person; }));
      };
      if (size() > 0) {
        CHECK(store->withdraw(person, "") == size());
        for (auto row = expected.begin(); row != expected.end();) {
          row = row->second.frame.person == person ? expected.erase(row) : std::next(row);
        }
      }
    }
    }
  }
  std::map<std::string, Response> found;
  for (const Response& response : store->responses(study)) {
    found.emplace(response.id, response);
  }
  CHECK(found == expected);
  check_whole(*store, study);
  const auto repaired = store->verify(study, true);
  CHECK(repaired.rebuilt == 0);
  CHECK(repaired.faults.empty());
}
