// When two sheets are the same, and the time of answering. Each case runs on every back end.
#include "tests/store/every_back_end.hpp"

using namespace canvass;
using namespace canvass::test;
using store::Correction;
using store::ImportBatch;
using store::ImportCounts;
using store::Open;

TEST_CASE("numbers that agree to 1e-12 of their size are the same sheet, others are not", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const std::size_t share = study.instrument().variable("share");
  Response first = make_response(study, "P01", "T1", 4);
  first.frame.weight = 1.47375524044037;
  first.cells[share] = Cell{0, -0.38927435874939, {}};
  const auto second = [&](double weight_factor, double share_factor) {
    Response changed = first;
    changed.frame.weight = *first.frame.weight * weight_factor;
    changed.cells[share].number *= share_factor;
    const Place fresh(back_end);
    const auto store = fresh.open(study);
    store->import(make_batch({first}), study, silent);
    const ImportCounts counts = store->import(make_batch({changed}), study, silent);
    check_adds_up(counts);
    return counts.unchanged == 1 ? "unchanged" : counts.held == 1 ? "held" : "else";
  };
  CHECK(second(1 + 8e-13, 1 - 8e-13) == std::string("unchanged"));
  CHECK(second(1 + 2e-12, 1) == std::string("held"));
  CHECK(second(1, 1 - 2e-12) == std::string("held"));
  // Twice in one file, and beside a missing cell, which is like no number.
  Response near = first;
  near.frame.weight = *first.frame.weight * (1 + 8e-13);
  Response gone = first;
  gone.cells[share] = Cell{code_blank, 0, {}};
  const auto store = place.open(study);
  CHECK(store->import(make_batch({first, near}), study, silent).unchanged == 1);
  CHECK(store->import(make_batch({gone}), study, silent).held == 1);
  near.frame.weight.reset();
  CHECK(store->import(make_batch({near}), study, silent).held == 1);
}

TEST_CASE("the time of answering is corrected, and whether it was late follows", "[store][contract]") {
  ON_EVERY_BACK_END;
  LoadedStudy study = make_study();
  study.study.waves[0].closes = parse_date("2026-02-28");
  const auto store = place.open(study);
  store->import(make_batch({make_response(study, "P01", "T1", 4)}), study, silent);
  const Moment late = *parse_moment("2026-03-01T09:00:00Z");
  store->correct(std::vector<Correction>{{"P01/T1", "answered_at", Cell{0, static_cast<double>(late.seconds), {}}, "letter"}}, study);
  CHECK(store->response("P01/T1", study)->frame.answered_at == late);
  CHECK(store->response("P01/T1", study)->late);
  store->correct(std::vector<Correction>{{"P01/T1", "answered_at", Cell{code_blank, 0, {}}, "not known"}}, study);
  CHECK_FALSE(store->response("P01/T1", study)->frame.answered_at);
  CHECK_FALSE(store->response("P01/T1", study)->late);
  CHECK(store->verify(study, false).faults.empty());
}
