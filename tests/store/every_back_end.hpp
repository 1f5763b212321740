#ifndef CANVASS_TESTS_STORE_EVERY_BACK_END_HPP
#define CANVASS_TESTS_STORE_EVERY_BACK_END_HPP

#include "tests/store/sample.hpp"
#include "tests/support/catch.hpp"

#include <memory>
#include <string>
#include <vector>

/// What the cases share that run on every back end.
namespace canvass::test {

inline const Progress silent;

/// A fresh store of one kind of back end.
struct Place {
  TemporaryFolder folder;
  std::string where;

  explicit Place(const std::string& back_end) : where(back_end == "memory" ? "memory:" : folder.file("answers.db")) {}
  [[nodiscard]] std::unique_ptr<store::Store> open(const LoadedStudy& study) const {
    return store::open(where, store::Open::create, study);
  }
};

inline store::Correction correction(std::string id, std::string variable, Cell cell, std::string reason = "keyed wrongly") {
  store::Correction c;
  c.response_id = std::move(id);
  c.variable = std::move(variable);
  c.value = std::move(cell);
  c.reason = std::move(reason);
  return c;
}

inline void check_whole(store::Store& store, const LoadedStudy& study) {
  const auto report = store.verify(study, false);
  CHECK(report.faults == std::vector<std::string>{});
  CHECK(report.events == store.events().size());
  CHECK(report.head.size() == 64);
}

inline void check_adds_up(const store::ImportCounts& counts) {
  CHECK(counts.rows == counts.added + counts.unchanged + counts.corrected + counts.held);
}

inline std::vector<std::string> ids(const std::vector<Response>& responses) {
  std::vector<std::string> result;
  for (const Response& response : responses) {
    result.push_back(response.id);
  }
  return result;
}

} // namespace canvass::test

#define ON_EVERY_BACK_END                                                                                                                  \
  const auto back_end = GENERATE(as<std::string>{}, "memory", "sqlite");                                                                   \
  CAPTURE(back_end);                                                                                                                       \
  const canvass::test::Place place(back_end)

#endif
