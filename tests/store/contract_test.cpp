// What every back end must do. Each case runs on all of them.
#include "tests/store/every_back_end.hpp"

#include <algorithm>
#include <set>

using namespace canvass;
using namespace canvass::test;
using store::Correction;
using store::ImportBatch;
using store::ImportCounts;
using store::Open;

TEST_CASE("what cannot be done to a store is refused in a sentence, and nothing is written", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  store->import(make_batch({make_response(study, "P01", "T1", 3)}), study, silent);
  const std::size_t events = store->events().size();

  CHECK(message_of<InputError>([&] { store->undo(7, study); }).find("there is no import 7") != std::string::npos);
  CHECK(message_of<InputError>([&] { store->withdraw("P99", ""); }).find("nothing of anybody called 'P99'") != std::string::npos);
  CHECK(message_of<InputError>([&] { store->reject_held(1, "no"); }).find("no held row 1") != std::string::npos);
  const auto correct = [&](Correction c) { return message_of<InputError>([&] { store->correct(std::vector{c}, study); }); };
  CHECK(correct(correction("P99/T1", "q1", value(2))).find("nobody called 'P99' has answered") != std::string::npos);
  CHECK(correct(correction("P01/T2", "q1", value(2))).find("only in T1") != std::string::npos);
  CHECK(correct(correction("P01/T1", "q11", value(2))).find("no variable 'q11'") != std::string::npos);
  CHECK(correct(correction("P01/T1", "q1", value(6))).find("6 is no code of q1; allowed are 1, 2, 3, 4 or 5") != std::string::npos);
  CHECK(correct(correction("P01/T1", "q1", missing(-97))).find("-97 is no missing code") != std::string::npos);
  CHECK(correct(correction("P01/T1", "years", value(-97))).find("among the missing codes") != std::string::npos);
  CHECK(correct(correction("P01/T1", "years", value(1.5))).find("not a value of the kind integer") != std::string::npos);

  Response wrong = make_response(study, "P02", "T1", 3);
  wrong.frame.wave = "T9";
  wrong.id = "P02/T9";
  CHECK(message_of<InputError>([&] { store->import(make_batch({wrong}), study, silent); }).find("no wave 'T9'") != std::string::npos);
  wrong = make_response(study, "P02", "T1", 3);
  wrong.cells.pop_back();
  CHECK(message_of<InputError>([&] { store->import(make_batch({wrong}), study, silent); }).find("7 answers") != std::string::npos);
  ImportBatch simulated = make_batch({make_response(study, "P03", "T1", 3)});
  simulated.simulated = true;
  CHECK(message_of<InputError>([&] { store->import(simulated, study, silent); }).find("holds real answers") != std::string::npos);
  CHECK(store->events().size() == events);
  check_whole(*store, study);
}

TEST_CASE("a failed call leaves nothing behind, whatever it had done before", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  store->import(make_batch({make_response(study, "P01", "T1", 3), make_response(study, "P02", "T1", 3)}), study, silent);
  const auto before = store->responses(study);
  const std::size_t events = store->events().size();
  const std::vector<Correction> corrections{correction("P01/T1", "q1", value(5)), correction("P02/T1", "nothing", value(5))};
  CHECK_THROWS_AS(store->correct(corrections, study), InputError);
  CHECK(store->responses(study) == before);
  CHECK(store->events().size() == events);
  const Progress failing = [](std::string_view, std::size_t, std::size_t) { throw std::runtime_error("stopped by the user"); };
  CHECK_THROWS_AS(store->import(make_batch({make_response(study, "P03", "T1", 3)}), study, failing), std::runtime_error);
  CHECK(store->responses(study) == before);
  CHECK(store->events().size() == events);
  check_whole(*store, study);
  store->import(make_batch({make_response(study, "P03", "T2", 3)}), study, silent);
  CHECK(store->responses(study).size() == 3);
  check_whole(*store, study);
}

TEST_CASE("a new store is empty and whole", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  CHECK(store->responses(study).empty());
  CHECK(store->held().empty());
  CHECK(store->imports().empty());
  CHECK(store->plan_locks().empty());
  CHECK(store->withdrawn().empty());
  CHECK_FALSE(store->is_simulated());
  CHECK_FALSE(store->response("P01/T1", study));
  REQUIRE(store->events().size() == 1);
  CHECK(store->events().front().kind == "created");
  check_whole(*store, study);
  const ImportCounts counts = store->import(ImportBatch{}, study, silent);
  CHECK(counts.rows == 0);
  check_adds_up(counts);
  CHECK(store->imports().size() == 1);
  check_whole(*store, study);
}

TEST_CASE("a response comes back as it was, cell for cell", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  Response response = make_response(study, "a/b c'd\"", "T2", 4); // ids may hold what SQL and paths find special
  response.late = true;
  response.frame.area = "North";
  response.frame.stratum = "s1";
  response.frame.cluster = "c1";
  Response bare = make_response(study, "P02", "T1", 1);
  bare.frame.weight.reset();
  bare.frame.answered_at.reset();
  for (Cell& cell : bare.cells) {
    cell = missing(-99);
  }
  Response worded = make_response(study, "P03", "T1", 1);
  worded.cells[4] = text("-99"); // a text that looks like a missing code stays a text
  store->import(make_batch({response, bare, worded}), study, silent);
  CHECK(store->response(response.id, study) == response);
  CHECK(store->response(bare.id, study) == bare);
  CHECK(store->response(worded.id, study) == worded);
  CHECK(store->responses(study) == std::vector<Response>{bare, worded, response});
  check_whole(*store, study);
}

TEST_CASE("responses come in the order of the study's waves, then of the persons", "[store][contract]") {
  ON_EVERY_BACK_END;
  LoadedStudy study = make_study();
  std::swap(study.study.waves[0], study.study.waves[2]); // T3, T2, T1
  const auto store = place.open(study);
  store->import(make_batch({make_response(study, "P2", "T1", 1), make_response(study, "P10", "T3", 1), make_response(study, "P1", "T1", 1),
                            make_response(study, "P1", "T3", 1)}),
                study, silent);
  CHECK(ids(store->responses(study)) == std::vector<std::string>{"P1/T3", "P10/T3", "P1/T1", "P2/T1"});
}

TEST_CASE("the same file twice changes nothing", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  ImportBatch batch = make_batch({make_response(study, "P01", "T1", 1), make_response(study, "P02", "T1", 2)});
  batch.held.push_back(make_held("P03", "9 is no code of q1"));
  const ImportCounts first = store->import(batch, study, silent);
  CHECK(first.added == 2);
  CHECK(first.held == 1);
  check_adds_up(first);
  const auto before = store->responses(study);
  const ImportCounts second = store->import(batch, study, silent);
  CHECK(second.import_id == 2);
  CHECK(second.added == 0);
  CHECK(second.unchanged == 2);
  CHECK(second.held == 1);
  check_adds_up(second);
  CHECK(store->responses(study) == before);
  CHECK(store->held().size() == 1); // the held row is not doubled
  check_whole(*store, study);
}

TEST_CASE("other answers under a known id are held, or become corrections with update", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  const Response before = make_response(study, "P01", "T1", 1);
  store->import(make_batch({before}), study, silent);
  Response after = before;
  after.cells[0] = value(5);
  after.cells[4] = text("changed my mind");
  ImportBatch batch = make_batch({after, make_response(study, "P02", "T1", 2)});

  const ImportCounts held = store->import(batch, study, silent);
  CHECK(held.held == 1);
  CHECK(held.added == 1);
  check_adds_up(held);
  CHECK(store->response("P01/T1", study) == before);
  REQUIRE(store->held().size() == 1);
  CHECK(store->held().front().import_id == 2);
  CHECK(store->held().front().record.frame.person == "P01");
  CHECK(store->held().front().record.answers.front() == "5");
  CHECK(store->held().front().record.raw == batch.raws.front());
  CHECK(store->held().front().reasons.front().find("P01/T1 is there already with other answers (q1 5, was 1; comment changed") == 0);

  batch.update = true;
  const ImportCounts corrected = store->import(batch, study, silent);
  CHECK(corrected.corrected == 1);
  CHECK(corrected.unchanged == 1);
  CHECK(corrected.cells_corrected == 2);
  check_adds_up(corrected);
  CHECK(store->response("P01/T1", study) == after);
  const auto events = store->events();
  const auto line = std::find_if(events.begin(), events.end(), [](const store::Event& e) { return e.kind == "correction"; });
  REQUIRE(line != events.end());
  CHECK(line->subject == "P01/T1");
  CHECK(line->summary.find("q1: 1 -> 5") == 0);
  check_whole(*store, study);
}

TEST_CASE("a response that stands twice in a file is told apart", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  const Response first = make_response(study, "P01", "T1", 1);
  Response other = first;
  other.cells[0] = value(2);
  ImportBatch batch = make_batch({first, first, other});
  batch.update = true; // which of the two is right is nothing that a program can know
  const ImportCounts counts = store->import(batch, study, silent);
  CHECK(counts.added == 1);
  CHECK(counts.unchanged == 1);
  CHECK(counts.held == 1);
  check_adds_up(counts);
  CHECK(store->response("P01/T1", study) == first);
  CHECK(store->held().front().reasons.front().find("stands twice in this file") != std::string::npos);
  check_whole(*store, study);
}

TEST_CASE("corrections keep the old answer in the log", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  store->import(make_batch({make_response(study, "P01", "T3", 1)}), study, silent);
  const std::vector<Correction> corrections{correction("P01/T3", "q1", value(2), "two ticks on paper"),
                                            correction("P01/T3", "born", value(0)), correction("P01/T3", "q2", missing(-94))};
  store->correct(corrections, study);
  const auto now = store->response("P01/T3", study);
  REQUIRE(now);
  CHECK(now->cells[0] == value(2));
  CHECK(now->cells[5] == value(0));
  CHECK(now->cells[1] == missing(-94));
  const auto events = store->events();
  CHECK(events[events.size() - 3].summary == "q1: 1 -> 2 (two ticks on paper)");
  CHECK(events[events.size() - 2].summary == "born: 1969-09-28 -> 1970-01-01 (keyed wrongly)");
  const std::size_t count = events.size();
  store->correct(std::vector{correction("P01/T3", "q1", value(2))}, study); // as it is already
  CHECK(store->events().size() == count);
  check_whole(*store, study);
}

TEST_CASE("an undo takes an import back, and keeps what something later touched", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  const Response p1 = make_response(study, "P01", "T1", 1);
  const Response p2 = make_response(study, "P02", "T1", 2);
  store->import(make_batch({p1, p2}), study, silent);
  Response p1_changed = p1;
  p1_changed.cells[0] = value(5);
  Response p2_changed = p2;
  p2_changed.cells[0] = value(5);
  ImportBatch second = make_batch({p1_changed, p2_changed, make_response(study, "P03", "T1", 3)});
  second.update = true;
  second.held.push_back(make_held("P04", "unreadable"));
  store->import(second, study, silent);
  store->correct(std::vector{correction("P02/T1", "q1", value(4))}, study);

  CHECK(store->undo(2, study) == 2); // P01 put back, P03 gone
  CHECK(store->response("P01/T1", study) == p1);
  CHECK(store->response("P02/T1", study)->cells[0] == value(4));
  CHECK_FALSE(store->response("P03/T1", study));
  CHECK(store->held().empty());
  const auto imports = store->imports();
  REQUIRE(imports.size() == 2);
  CHECK_FALSE(imports[0].undone);
  CHECK(imports[1].undone);
  CHECK(imports[1].removed == 1);
  CHECK(imports[1].restored == 1);
  CHECK(imports[1].kept == std::vector<std::string>{"P02/T1"});
  CHECK(store->events().back().summary.find("1 removed, 1 put back, 1 kept") == 0);
  CHECK(message_of<InputError>([&] { store->undo(2, study); }) == "import 2 was undone before");
  check_whole(*store, study);

  // The same file is new again after its undo.
  const ImportCounts again = store->import(make_batch({make_response(study, "P03", "T1", 3)}), study, silent);
  CHECK(again.added == 1);
  check_whole(*store, study);
}

TEST_CASE("undoing in any order ends in the same answers", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  Response response = make_response(study, "P01", "T1", 1);
  store->import(make_batch({response}), study, silent);
  ImportBatch update = make_batch({response});
  update.update = true;
  for (const int q1 : {2, 3}) {
    update.responses.front().cells[0] = value(q1);
    store->import(update, study, silent);
  }
  CHECK(store->undo(2, study) == 0); // import 3 lies above it
  CHECK(store->response("P01/T1", study)->cells[0] == value(3));
  CHECK(store->undo(3, study) == 1); // and takes import 2 with it
  CHECK(store->response("P01/T1", study) == response);
  CHECK(store->undo(1, study) == 1);
  CHECK(store->responses(study).empty());
  check_whole(*store, study);
}

TEST_CASE("held rows are accepted or rejected with a reason", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  ImportBatch batch = make_batch({});
  batch.held = {make_held("P1", "P1 is not in people.csv"), make_held("P02", "9 is no code"), make_held("", "nobody named")};
  const ImportCounts counts = store->import(batch, study, silent);
  CHECK(counts.held == 3);
  check_adds_up(counts);
  REQUIRE(store->held().size() == 3);
  const store::HeldRow row = store->held()[0];
  CHECK(row.id == 1);
  CHECK(row.record.answers == batch.held[0].record.answers);
  CHECK(row.record.frame == batch.held[0].record.frame);
  CHECK(row.record.at == batch.held[0].record.at);
  CHECK(row.record.raw == batch.held[0].record.raw);
  CHECK(row.reasons == batch.held[0].reasons);

  const Response mended = make_response(study, "P01", "T1", 4);
  store->accept_held(1, mended, "P1 is P01", study);
  store->reject_held(2, "test row");
  CHECK(store->response("P01/T1", study) == mended);
  REQUIRE(store->held().size() == 1);
  CHECK(store->held()[0].id == 3);
  CHECK_THROWS_AS(store->accept_held(1, mended, "", study), InputError);
  CHECK_THROWS_AS(store->reject_held(2, ""), InputError);
  const auto events = store->events();
  CHECK(events[events.size() - 2].summary == "held row 1 (P1 is P01)");
  CHECK(events.back().summary == "test row");
  check_whole(*store, study);

  // All of them or none.
  CHECK(message_of<InputError>([&] {
          store->reject_held(std::vector<std::int64_t>{3, 99}, "all");
        }).find("no held row 99") != std::string::npos);
  CHECK(store->held().size() == 1);

  // Taking the import back leaves what a person decided on, and says so.
  store->undo(1, study);
  CHECK(store->held().empty());
  CHECK(store->response("P01/T1", study) == mended);
  CHECK(store->imports().front().kept == std::vector<std::string>{"P01/T1"});
  check_whole(*store, study);
}

TEST_CASE("accepting a row that was held for its id replaces the answers", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  const Response before = make_response(study, "P01", "T1", 1);
  Response after = before;
  after.cells[0] = value(2);
  store->import(make_batch({before}), study, silent);
  store->import(make_batch({after}), study, silent);
  store->accept_held(store->held().front().id, after, "the second sheet is right", study);
  CHECK(store->response("P01/T1", study) == after);
  CHECK(store->responses(study).size() == 1);
  CHECK(store->events().back().summary == "held row 1, q1: 1 -> 2 (the second sheet is right)");
  check_whole(*store, study);
}

TEST_CASE("withdrawal erases a person everywhere and leaves the chain whole", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  ImportBatch batch =
      make_batch({make_response(study, "Wren-7", "T1", 1), make_response(study, "Wren-7", "T2", 2), make_response(study, "P02", "T1", 3)});
  batch.held = {make_held("Wren-7", "9 is no code"), make_held(" wren-7", "nobody of that name"),
                make_held("Wern7", "nobody of that name")};
  store->import(batch, study, silent);
  store->correct(std::vector{correction("Wren-7/T1", "q1", value(5), "Wren-7 rang")}, study);
  store->accept_held(3, make_response(study, "Wren-7", "T3", 2), "Wern7 is Wren-7", study);
  store->reject_held(2, "wren-7 again");
  const std::size_t events = store->events().size();

  CHECK(store->withdraw("Wren-7", "Wren-7 wrote on 3 June") == 3);
  CHECK(ids(store->responses(study)) == std::vector<std::string>{"P02/T1"});
  CHECK(store->held().empty());
  CHECK(store->withdrawn().size() == 3);
  CHECK(store->events().size() == events + 1);
  for (const store::Event& event : store->events()) {
    CAPTURE(event.sequence, event.subject, event.summary);
    for (const char* name : {"Wren-7", "wren-7", "Wern7"}) {
      CHECK(event.subject.find(name) == std::string::npos);
      CHECK(event.summary.find(name) == std::string::npos);
    }
  }
  for (const std::string& id : store->withdrawn()) {
    CHECK(id.find("Wren") == std::string::npos);
    CHECK(id.find("/T") == 20); // 20 random digits for the person
  }
  CHECK(store->events().back().summary == "3 responses erased ((this person) wrote on 3 June)");
  CHECK(store->imports().front().added == 3); // what was counted stays counted
  CHECK_THROWS_AS(store->withdraw("Wren-7", ""), InputError);
  check_whole(*store, study);
  store->undo(1, study);
  CHECK(store->responses(study).empty());
  check_whole(*store, study);
}

TEST_CASE("a simulated store stays one and takes no real answers", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  ImportBatch batch = make_batch({make_response(study, "P01", "T1", 1)});
  batch.simulated = true;
  batch.raws.clear();
  store->import(batch, study, silent);
  CHECK(store->is_simulated());
  CHECK(store->imports().front().simulated);
  store->undo(1, study);
  CHECK(store->is_simulated());
  const auto said = message_of<InputError>([&] { store->import(make_batch({make_response(study, "P01", "T1", 1)}), study, silent); });
  CHECK(said.find("marked so for ever") != std::string::npos);
}

TEST_CASE("plan locks come back in order, and must match their plan", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  store::PlanLock lock;
  lock.canonical_plan = R"({"analyses":[],"seed":1})";
  lock.sha256 = to_hex(sha256(lock.canonical_plan));
  lock.at = Moment{1'771'752'600};
  lock.responses_by_wave = {{"T1", 40}, {"T2", 0}};
  store->lock_plan(lock);
  store::PlanLock second = lock;
  second.canonical_plan = R"({"analyses":[],"seed":2})";
  CHECK_THROWS_AS(store->lock_plan(second), std::invalid_argument);
  second.sha256 = to_hex(sha256(second.canonical_plan));
  store->lock_plan(second);
  const std::vector<store::PlanLock> locks = store->plan_locks();
  REQUIRE(locks.size() == 2);
  const store::PlanLock& read = locks[0];
  CHECK(read.canonical_plan == lock.canonical_plan);
  CHECK(read.sha256 == lock.sha256);
  CHECK(read.at == lock.at);
  CHECK(read.responses_by_wave == lock.responses_by_wave);
  CHECK(locks[1].canonical_plan == second.canonical_plan);
  CHECK(store->events().back().summary == "plan locked; T1 40, T2 0");
  check_whole(*store, study);
}

TEST_CASE("a release knows how many people's answers changed after it", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy study = make_study();
  const auto store = place.open(study);
  store->import(
      make_batch({make_response(study, "P01", "T1", 1), make_response(study, "P02", "T1", 2), make_response(study, "P03", "T1", 3)}), study,
      silent);
  CHECK_FALSE(store->latest_release());
  CHECK_THROWS_AS(store->record_release({Moment{1}, {}}), std::invalid_argument);
  const store::Release first{Moment{1'771'752'600}, {{"report.html", to_hex(sha256("one"))}, {"report.txt", to_hex(sha256("two"))}}};
  store->record_release(first);
  const auto changed = [&] { return store->latest_release().value().people_changed; };
  CHECK(changed() == 0);
  CHECK(store->latest_release()->release.files == first.files);
  CHECK(store->latest_release()->release.at == first.at);
  CHECK(store->events().back().kind == "release");
  CHECK(store->events().back().subject == to_hex(sha256("one")));
  const std::size_t events = store->events().size();
  store->record_release({Moment{1'771'752'700}, first.files}); // the same report again is no new release
  CHECK(store->events().size() == events);

  store->import(make_batch({make_response(study, "P01", "T3", 1), make_response(study, "P04", "T3", 1)}), study, silent);
  CHECK(changed() == 2);
  store->undo(2, study);
  CHECK(changed() == 0); // everything is again as it was
  store->import(make_batch({make_response(study, "P01", "T3", 1)}), study, silent);
  store->withdraw("P01", "asked");
  store->withdraw("P02", "asked");
  CHECK(changed() == 2);
  store->record_release(first);
  CHECK(changed() == 0);
  CHECK(store->events().back().kind == "release");
  const std::vector<store::EarlierRelease> all = store->earlier_releases();
  REQUIRE(all.size() == 2);
  CHECK(all[0].people_changed == 2); // the first may lie beside the second
  CHECK(all[1].people_changed == 0);
  check_whole(*store, study);
}

TEST_CASE("an instrument of another shape is kept apart, and never read as if it were the same", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy one = make_study();
  const auto store = place.open(one);
  store->import(make_batch({make_response(one, "P01", "T1", 1), make_response(one, "P01", "T3", 1)}), one, silent);

  // The third wave asks another version with one item more: its earlier answers no longer fit.
  const LoadedStudy other = make_study(0, make_instrument("1.1.0", 1));
  const auto said = message_of<InputError>([&] { static_cast<void>(store->responses(other)); });
  CHECK(said.find("answers of wave T3 to sample-survey@1.0.0, but the wave now names sample-survey@1.1.0") != std::string::npos);
  CHECK_THROWS_AS(store->response("P01/T3", other), InputError);
  CHECK(store->response("P01/T1", other));

  // An update brings them over.
  ImportBatch batch = make_batch({make_response(other, "P01", "T3", 1)});
  batch.update = true;
  CHECK(store->import(batch, other, silent).corrected == 1);
  CHECK(store->response("P01/T3", other) == batch.responses.front());
  CHECK(store->responses(other).size() == 2);
  check_whole(*store, other);
  CHECK(store->undo(2, other) == 1);
  CHECK(store->response("P01/T3", one) == make_response(one, "P01", "T3", 1));
  check_whole(*store, one);

  // The same version number on other questions is refused.
  LoadedStudy silently = make_study(2);
  CHECK(message_of<InputError>([&] {
          store->import(make_batch({make_response(silently, "P09", "T1", 1)}), silently, silent);
        }).find("give the changed file a new version") != std::string::npos);
}

TEST_CASE("a corrected label makes no new table: versions of one shape are read together", "[store][contract]") {
  ON_EVERY_BACK_END;
  const LoadedStudy one = make_study();
  const auto store = place.open(one);
  store->import(make_batch({make_response(one, "P01", "T3", 1)}), one, silent);
  const LoadedStudy reworded = make_study(0, make_instrument("1.0.1"));
  CHECK(store->responses(reworded).size() == 1);
  store->import(make_batch({make_response(reworded, "P02", "T3", 1)}), reworded, silent);
  CHECK(store->responses(reworded).size() == 2);
  check_whole(*store, reworded);
}
