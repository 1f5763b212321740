// What lies in the file of a store, and what happens to it when things go wrong.
#include "tests/store/sample.hpp"
#include "tests/support/catch.hpp"

#include "engine/core/random.hpp"
#include "engine/store/sqlite/database.hpp"
#include "engine/store/sqlite/location.hpp"
#include "engine/store/sqlite/sqlite_shelf.hpp"
#include "engine/store/sqlite/wide_table.hpp"

#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

using namespace canvass;
using namespace canvass::test;
using store::Database;
using store::ImportBatch;
using store::Open;

namespace {

const Progress silent;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string refusal(const std::string& path, Open mode) {
  return message_of<StoreError>([&] { store::open(path, mode, make_study()); });
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

ImportBatch many(const LoadedStudy& study, std::size_t count, const std::string& wave = "T1") {
  std::vector<Response> responses;
  for (std::size_t i = 0; i < count; ++i) {
    responses.push_back(make_response(study, fmt::format("P{:05}", i), wave, 1 + static_cast<int>(i % 5)));
  }
  return make_batch(std::move(responses));
}

/// Runs `work` in a process of its own; its exit status, or minus the signal that ended it. `work` must not use Catch.
template <typename Function> int in_child(const Function& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 1;
    try {
      status = work();
    } catch (const StoreError&) {
      status = 4;
    } catch (...) {
      status = 99;
    }
    ::_exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Changes the file behind the program's back.
void tamper(const std::string& path, const std::string& sql) {
  const Database database(path, Database::Mode::read_write);
  database.run(sql.c_str());
}

} // namespace

TEST_CASE("a place that cannot hold a store is refused in one sentence", "[store][sqlite]") {
  const TemporaryFolder folder;
  CHECK(contains(refusal(folder.file("answers.db"), Open::read_only), "there is no store yet; `canvass import` makes it"));
  CHECK(contains(refusal(folder.file("answers.db"), Open::read_write), "there is no store yet"));
  CHECK(contains(refusal(folder.path(), Open::create), "is a folder"));
  CHECK(contains(refusal(folder.file("none/answers.db"), Open::create), "its folder does not exist"));

  write_bytes(folder.file("answers.csv"), "person,wave,q1\nP01,T1,3\n");
  CHECK(contains(refusal(folder.file("answers.csv"), Open::create), "this is not a Canvass store"));
  CHECK(bytes_of(folder.file("answers.csv")) == "person,wave,q1\nP01,T1,3\n");

  write_bytes(folder.file("empty.db"), "");
  CHECK(contains(refusal(folder.file("empty.db"), Open::read_write), "is empty"));

  { const Database other(folder.file("other.db"), Database::Mode::create); }
  tamper(folder.file("other.db"), "create table music (track text)");
  CHECK(contains(refusal(folder.file("other.db"), Open::create), "a database of another program"));

  write_bytes(folder.file("torn.db"), std::string("SQLite format 3\0", 16) + std::string(500, 'x'));
  CHECK(contains(refusal(folder.file("torn.db"), Open::read_only), "this is not a Canvass store"));

  const LoadedStudy study = make_study();
  store::open(folder.file("answers.db"), Open::create, study);
  LoadedStudy stranger = study;
  stranger.study.id = "another-study";
  CHECK(contains(message_of<StoreError>([&] { store::open(folder.file("answers.db"), Open::read_only, stranger); }),
                 "holds the answers of the study 'sample-study', not of 'another-study'"));
}

TEST_CASE("a store of a newer version is refused, and stays as it is", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  store::open(path, Open::create, make_study());
  tamper(path, fmt::format("pragma user_version = {}", store::newest_schema() + 6));
  CHECK(contains(refusal(path, Open::read_only), fmt::format("newer version of Canvass (format {}", store::newest_schema() + 6)));
  CHECK(contains(refusal(path, Open::create), "install the newer one"));
}

TEST_CASE("network drives are known by their numbers", "[store][sqlite]") {
  using store::Medium;
  CHECK(store::medium_of(0x6969, "nfs4") == Medium::network);
  CHECK(store::medium_of(0xFF534D42, "cifs") == Medium::network);
  CHECK(store::medium_of(0xFE534D42, "smb3") == Medium::network);
  CHECK(store::medium_of(0x65735546, "fuse.sshfs") == Medium::network);
  CHECK(store::medium_of(0x65735546, "fuse.rclone") == Medium::network);
  CHECK(store::medium_of(0x65735546, "fuseblk") == Medium::local); // an NTFS disk of this machine
  CHECK(store::medium_of(0x65735546, "fuse.gocryptfs") == Medium::local);
  CHECK(store::medium_of(0x01021997, "9p") == Medium::shared_with_host);
  CHECK(store::medium_of(0xEF53, "ext4") == Medium::local);
}

TEST_CASE("a read-only folder can be read and not written", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  store::open(path, Open::create, study)->import(many(study, 3), study, silent);
  ::chmod(path.c_str(), 0444);
  ::chmod(folder.path().c_str(), 0555);
  // The superuser may write everywhere, so the child becomes somebody else. 65534: nobody.
  const bool is_superuser = ::geteuid() == 0;
  const int status = in_child([&] {
    if (is_superuser && ::setuid(65534) != 0) {
      return 77;
    }
    const auto store = store::open(path, Open::read_only, study);
    if (store->responses(study).size() != 3 || !store->verify(study, false).faults.empty()) {
      return 10;
    }
    if (!contains(message_of<StoreError>([&] { store->withdraw("P00001", ""); }), "may not be written")) {
      return 11;
    }
    if (!contains(refusal(path, Open::read_write), "the store or its folder may not be written")) {
      return 12;
    }
    return contains(refusal(folder.file("new.db"), Open::create), "its folder may not be written") ? 0 : 13;
  });
  ::chmod(folder.path().c_str(), 0755);
  if (status == 77) {
    WARN("skipped: cannot become a user without rights here");
  } else {
    CHECK(status == 0);
  }
}

TEST_CASE("a full disk leaves the store as it was", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study(40);
  store::open(path, Open::create, study)->import(many(study, 20), study, silent);
  const int status = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1 << 19, 1 << 19}; // no file may grow beyond 512 KiB
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto store = store::open(path, Open::read_write, study);
    const std::string said = message_of<StoreError>([&] { store->import(many(study, 4000, "T2"), study, silent); });
    if (!contains(said, "no space left on its disk")) {
      std::cerr << said << '\n';
      return 10;
    }
    return store->responses(study).size() == 20 ? 0 : 11;
  });
  CHECK(status == 0);
  const auto store = store::open(path, Open::read_write, study);
  CHECK(store->verify(study, false).faults.empty());
  CHECK(store->import(many(study, 4000, "T2"), study, silent).added == 4000);
}

TEST_CASE("what SQLite says is put into a sentence with the file and what to do", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  store::open(path, Open::create, make_study());
  const Database first(path, Database::Mode::read_write);
  const Database second(path, Database::Mode::read_write);
  second.run("pragma busy_timeout = 20");
  {
    const store::Transaction writing(first, store::Transaction::Kind::immediate);
    const std::string said = message_of<StoreError>([&] { const store::Transaction late(second, store::Transaction::Kind::immediate); });
    CHECK(said.find(path + ": another program is using the store") == 0);
  }
  first.run("pragma max_page_count = 1"); // as far as it has grown
  const std::string full = message_of<StoreError>([&] { first.run("create table more (x); insert into more values (zeroblob(100000))"); });
  CHECK(full.find(path + ": there is no space left on its disk") == 0);
  CHECK(contains(full, "nothing of it was written"));
}

TEST_CASE("an import killed at any moment is there as a whole, or not at all", "[store][sqlite]") {
  const LoadedStudy study = make_study(20);
  const ImportBatch first = many(study, 50);
  const ImportBatch second = many(study, 3000, "T2");
  int whole = 0;
  int nothing = 0;
  RandomStream random(20260222, "moments to kill");
  for (int round = 0; round < 12; ++round) {
    const TemporaryFolder folder;
    const std::string path = folder.file("answers.db");
    store::open(path, Open::create, study)->import(first, study, silent);
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        store::open(path, Open::read_write, study)->import(second, study, silent);
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500 + random.below(160'000)));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const auto store = store::open(path, Open::read_write, study);
    const std::size_t responses = store->responses(study).size();
    CAPTURE(round, responses);
    CHECK((responses == 50 || responses == 3050));
    CHECK(store->verify(study, false).faults == std::vector<std::string>{});
    CHECK(store->imports().size() == (responses == 50 ? 1 : 2));
    ++(responses == 50 ? nothing : whole);
    CHECK(store->import(second, study, silent).added == (responses == 50 ? 3000 : 0));
  }
  CHECK(whole + nothing == 12);
  CHECK(nothing > 0); // else the test killed too late to show anything
}

TEST_CASE("two programs may write at once: each waits for the other", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  const auto writer = [&](const std::string& wave) {
    return [&study, &path, wave] {
      const auto store = store::open(path, Open::create, study); // both may be the one who makes the file
      for (int i = 0; i < 25; ++i) {
        store->import(make_batch({make_response(study, fmt::format("P{}", i), wave, 1)}), study, silent);
      }
      return 0;
    };
  };
  std::vector<pid_t> children;
  for (const char* wave : {"T1", "T2", "T3"}) {
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        ::_exit(writer(wave)());
      } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        ::_exit(1);
      }
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  }
  const auto store = store::open(path, Open::read_write, study);
  CHECK(store->responses(study).size() == 75);
  CHECK(store->imports().size() == 75);
  CHECK(store->verify(study, false).faults == std::vector<std::string>{});
}

TEST_CASE("the log cannot be changed or shortened with SQL", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  store::open(path, Open::create, study)->import(many(study, 3), study, silent);
  for (const char* sql : {"update event set at = 0", "delete from event", "update body set detail = '{}'", "delete from body",
                          "update body set answers = answers || ' '", "delete from person", "update person set id = 'P9'"}) {
    CAPTURE(sql);
    CHECK_THROWS_AS(tamper(path, sql), StoreError);
  }
  CHECK(store::open(path, Open::read_only, study)->verify(study, false).faults.empty());
}

TEST_CASE("a damaged byte is found, with the number of its event", "[store][sqlite]") {
  const LoadedStudy study = make_study();
  const auto faults_after = [&study](const std::string& sql) {
    const TemporaryFolder folder;
    const std::string path = folder.file("answers.db");
    store::open(path, Open::create, study)->import(many(study, 5), study, silent);
    tamper(path, "drop trigger event_is_never_changed; drop trigger event_is_never_deleted; drop trigger body_is_never_changed;"
                 "drop trigger body_is_deleted_by_an_erasure_only; drop trigger person_is_never_changed; pragma foreign_keys = off; " +
                     sql);
    std::string text;
    for (const std::string& fault : store::open(path, Open::read_only, study)->verify(study, false).faults) {
      text += fault + "\n";
    }
    return text;
  };
  // 1 created, 2 instrument, 3 import, 4 to 8 submissions
  CHECK(faults_after("select 1").empty());
  CHECK(contains(faults_after("update body set raw = cast('x' || raw as blob) where sequence = 6"), "event 6 (submission"));
  CHECK(contains(faults_after("update body set answers = replace(answers, 'never', 'often') where sequence = 5"), "event 5 (submission"));
  CHECK(contains(faults_after("update body set detail = replace(detail, 'answers.csv', 'answers2.csv') where sequence = 3"),
                 "event 3 (import 1): what it says was changed"));
  CHECK(contains(faults_after("update event set at = at - 86400 where sequence = 7"), "event 7 (submission"));
  CHECK(contains(faults_after("update event set chain = previous where sequence = 4"), "event 5 (submission"));
  CHECK(contains(faults_after("delete from body where sequence = 8"), "no erasure says why"));
  CHECK(contains(faults_after("delete from body where sequence = 6; delete from event where sequence = 6"),
                 "event 6 is missing from the log"));
  CHECK(contains(faults_after("update person set id = 'P9' where id = 'P00001'"), "belongs to somebody else"));

  // Raw bytes of the file, with no SQL between.
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  store::open(path, Open::create, study)->import(many(study, 5), study, silent);
  std::string bytes = bytes_of(path);
  const std::size_t at = bytes.find("raw of P00003/T1");
  REQUIRE(at != std::string::npos);
  bytes[at] = 'R';
  write_bytes(path, bytes);
  const auto faults = store::open(path, Open::read_only, study)->verify(study, false).faults;
  REQUIRE(faults.size() == 1);
  CHECK(contains(faults.front(), "event 7 (submission"));
}

TEST_CASE("cutting off the end of the log shows in the head of the chain only", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  const auto store = store::open(path, Open::create, study);
  const std::string one = store->verify(study, false).head;
  store->import(many(study, 1), study, silent);
  const std::string two = store->verify(study, false).head;
  CHECK(one.size() == 64);
  CHECK(one != two);
  CHECK(store->verify(study, false).head == two);
}

TEST_CASE("verify finds tables that differ from the log, and repairs them", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  std::vector<Response> before;
  std::string table;
  {
    const auto store = store::open(path, Open::create, study);
    ImportBatch batch = many(study, 5);
    batch.held.push_back(make_held("P77", "unreadable"));
    store->import(batch, study, silent);
    before = store->responses(study);
    table = store::table_name_of(store::shape_for(*study.instrument_of_wave[0]));
  }
  const auto check = [&](const std::string& sql, std::string_view fault, std::size_t rows) {
    CAPTURE(sql);
    tamper(path, sql);
    const auto store = store::open(path, Open::read_write, study);
    const auto found = store->verify(study, false);
    REQUIRE_FALSE(found.faults.empty());
    CHECK(contains(found.faults.front(), fault));
    const auto repaired = store->verify(study, true);
    CHECK(repaired.rebuilt == rows);
    CHECK(store->verify(study, false).faults == std::vector<std::string>{});
    CHECK(store->responses(study) == before);
    CHECK(store->held().size() == 1);
  };
  check("update " + table + " set q1 = 5 where person = 'P00000'",
        "P00000/T1: the table of answers differs from the log (q1 is 5, the log says 1)", 1);
  check("delete from " + table + " where person > 'P00002'", "its answers are missing from the table of answers", 2);
  check("update " + table + " set wave = 'T2' where person = 'P00001'", "P00001/T1: its answers are missing", 2);
  check("delete from held", "the list of held rows differs", 1);
  check("drop view answers; drop table " + table + "; delete from instrument; drop view answers_to_sample_survey_1_0_0",
        "its answers are missing", 5);
}

TEST_CASE("erased answers leave no byte in the file", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study(30);
  {
    const auto store = store::open(path, Open::create, study);
    // Persons in an order that makes index pages split, so that SQLite moves cells about.
    ImportBatch batch;
    std::vector<Response> responses;
    RandomStream random(20260222, "order");
    std::vector<int> order(400);
    for (int i = 0; i < 400; ++i) {
      order[static_cast<std::size_t>(i)] = i;
    }
    random.shuffle(std::span<int>(order));
    for (const int i : order) {
      responses.push_back(make_response(study, i == 7 ? "Zanzibar-9" : fmt::format("W{:04}", i * 37 % 400), "T1", 1 + i % 5));
    }
    responses.push_back(make_response(study, "Zanzibar-9", "T2", 2));
    batch = make_batch(responses);
    batch.held.push_back(make_held("Zanzibar-9", "unreadable"));
    store->import(batch, study, silent);
    store->correct(std::vector{store::Correction{"Zanzibar-9/T1", "comment", text("Zanzibar secret"), "Zanzibar-9 rang"}}, study);
    store->undo(1, study);
    batch.held.clear();
    store->import(batch, study, silent);
    CHECK(contains(bytes_of(path) + bytes_of(path + "-wal"), "Zanzibar"));
    CHECK(store->withdraw("Zanzibar-9", "asked by letter") == 2);
    // While the store is still open, and after it is closed.
    CHECK_FALSE(contains(bytes_of(path), "Zanzibar"));
    CHECK_FALSE(contains(bytes_of(path + "-wal"), "Zanzibar"));
    CHECK(store->verify(study, false).faults == std::vector<std::string>{});
  }
  CHECK_FALSE(contains(bytes_of(path), "Zanzibar"));
  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST_CASE("an erasure that a reader held up is finished by the next program that writes", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  {
    const auto store = store::open(path, Open::create, study);
    store->import(make_batch({make_response(study, "Zanzibar-9", "T1", 1), make_response(study, "P02", "T1", 1)}), study, silent);
    // As if the program had been killed between the commit of the erasure and its scrubbing.
    tamper(path, "insert into pending (work) values ('scrub')");
  }
  tamper(path, "insert into held (id, sequence, import_id) values (99, 1, 1); delete from held where id = 99");
  store::open(path, Open::read_write, study);
  const Database database(path, Database::Mode::read_only);
  CHECK(database.value<std::int64_t>("select count(*) from pending") == 0);
}

TEST_CASE("an erasure held up by a reader says so", "[.][slow]") { // waits for the reader, twice 10 seconds at most
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  {
    const auto store = store::open(path, Open::create, study);
    store->import(make_batch({make_response(study, "Zanzibar-9", "T1", 1), make_response(study, "P02", "T1", 1)}), study, silent);
    const Database reader(path, Database::Mode::read_only);
    const store::Transaction reading(reader, store::Transaction::Kind::deferred);
    CHECK(reader.value<int>("select count(*) from answers") == 2);
    const std::string said = message_of<StoreError>([&] { store->withdraw("Zanzibar-9", ""); });
    CHECK(contains(said, "the answers are erased, but another program is still reading the store"));
    CHECK(store->responses(study).size() == 1);
  }
  store::open(path, Open::read_write, study);
  CHECK_FALSE(contains(bytes_of(path) + bytes_of(path + "-wal"), "Zanzibar"));
}

TEST_CASE("a torn page is reported by verify", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  store::open(path, Open::create, study)->import(many(study, 200), study, silent);
  std::string bytes = bytes_of(path);
  const std::size_t page = bytes.find("raw of P00100/T1") / 4096;
  bytes.replace(page * 4096, 512, std::string(512, '\x5a'));
  write_bytes(path, bytes);
  const auto report = store::open(path, Open::read_only, study)->verify(study, false);
  REQUIRE_FALSE(report.faults.empty());
}

TEST_CASE("a backup is a whole store and overwrites nothing", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string copy = folder.file("copy.db");
  const LoadedStudy study = make_study();
  const auto store = store::open(folder.file("answers.db"), Open::create, study);
  store->import(many(study, 10), study, silent);
  CHECK(contains(message_of<StoreError>([&] { store->backup(folder.file("none/copy.db")); }), "the copy could not be written"));
  store->backup(copy);
  CHECK(contains(message_of<StoreError>([&] { store->backup(copy); }), "is there already and is not overwritten"));
  store->import(many(study, 10, "T2"), study, silent);
  const auto read = store::open(copy, Open::read_only, study);
  CHECK(read->responses(study).size() == 10);
  CHECK(read->verify(study, false).faults == std::vector<std::string>{});
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    files += contains(entry.path().string(), ".part-") ? 100U : 1U;
  }
  CHECK(files <= 5); // the store and the copy, each with at most its -wal and -shm; no temporary file
}

TEST_CASE("SQL users find readable tables and views", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  store::open(path, Open::create, study)->import(many(study, 5), study, silent);
  {
    const Database database(path, Database::Mode::read_only);
    CHECK(database.value<double>("select avg(q1) from answers where q1 not between -99 and -90") == Approx(3.0).epsilon(1e-12));
    CHECK(database.value<int>("select q2 from answers where person = 'P00000'") == -98);
    CHECK(database.value<std::string>("select born from answers where person = 'P00000'") == "1969-09-28");
    CHECK(database.value<std::string>("select met_at from answers where person = 'P00000'") == "14:05");
    CHECK(database.value<std::string>("select answered_at from answers limit 1") == "2026-02-22T09:30:00Z");
    CHECK(database.value<std::string>("select comment from answers where person = 'P00004'").find("Said by P00004") == 0);
    CHECK(database.value<int>("select area_answer from answers where person = 'P00000'") > 0); // `area` is the frame's
    CHECK(database.value<int>("select count(*) from answers_to_sample_survey_1_0_0") == 5);
    CHECK(database.value<std::string>("select table_name from instrument") ==
          store::table_name_of(store::shape_for(*study.instrument_of_wave[0])));
  }
  // With a second shape the short name would be ambiguous, so it goes.
  const LoadedStudy other = make_study(0, make_instrument("2.0.0", 1));
  store::open(path, Open::read_write, other)->import(many(other, 2, "T3"), other, silent);
  const Database database(path, Database::Mode::read_only);
  CHECK(database.value<int>("select count(*) from sqlite_schema where name = 'answers'") == 0);
  CHECK(database.value<int>("select count(*) from answers_to_sample_survey_2_0_0") == 2);
}

TEST_CASE("the SQL of docs/store.md runs", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  const auto store = store::open(path, Open::create, study);
  store->import(many(study, 8), study, silent);
  store->import(many(study, 8, "T3"), study, silent);
  store->import(make_batch({make_response(study, "P07", "T1", 1)}), study, silent);

  const std::string page = bytes_of(CANVASS_SOURCE_DIR "/docs/store.md");
  const std::string fence = "```sql\n";
  const std::size_t from = page.find(fence) + fence.size();
  std::string block = page.substr(from, page.find("```", from) - from);
  const std::string example = "answers_0123456789ab";
  REQUIRE(contains(block, example));
  block.replace(block.find(example), example.size(), store::table_name_of(store::shape_for(*study.instrument_of_wave[0])));
  const Database database(path, Database::Mode::read_only);
  int statements = 0;
  for (std::size_t at = 0, end = block.find(';'); end != std::string::npos; at = end + 1, end = block.find(';', at)) {
    const std::string sql = block.substr(at, end - at);
    CAPTURE(sql);
    store::Statement statement(database, sql);
    CHECK(statement.start().next()); // every example finds something
    ++statements;
  }
  CHECK(statements == 6);
}

TEST_CASE("codes outside their range cannot get into the tables", "[store][sqlite]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("answers.db");
  const LoadedStudy study = make_study();
  store::open(path, Open::create, study)->import(many(study, 2), study, silent);
  const std::string table = store::table_name_of(store::shape_for(*study.instrument_of_wave[0]));
  for (const char* change : {"q1 = 6", "q1 = -89", "q1 = 'three'", "years = 1.5", "born = 20", "comment = null", "late = 2"}) {
    CAPTURE(change);
    CHECK_THROWS_AS(tamper(path, fmt::format("update {} set {} where person = 'P00000'", table, change)), StoreError);
  }
}

TEST_CASE("names are quoted whatever stands in them", "[store][sqlite]") {
  CHECK(store::quoted("q1") == "\"q1\"");
  CHECK(store::quoted("a\"b") == "\"a\"\"b\"");
  store::Shape shape;
  shape.columns = {
      {"person", Variable::Kind::code, 1, 5}, {"Late", Variable::Kind::code, 1, 5}, {"late_answer", Variable::Kind::code, 1, 5}};
  CHECK(store::column_names(shape) == std::vector<std::string>{"person_answer", "Late_answer_answer", "late_answer"});
  CHECK(store::view_name_of("bcs-2007.x@1.0") == "answers_to_bcs_2007_x_1_0");
}

TEST_CASE("60,000 sheets of 100 answers", "[.][speed]") {
  const TemporaryFolder folder;
  const LoadedStudy study = make_study(92);
  const ImportBatch batch = many(study, 60'000);
  const auto clock = [](const char* what, const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t busy = std::clock();
    work();
    std::cout << what << ": " << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() << " s, processor "
              << static_cast<double>(std::clock() - busy) / CLOCKS_PER_SEC << " s\n";
  };
  const auto store = store::open(folder.file("answers.db"), Open::create, study);
  clock("import", [&] { store->import(batch, study, silent); });
  clock("import again", [&] { store->import(batch, study, silent); });
  clock("responses", [&] { CHECK(store->responses(study).size() == 60'000); });
  clock("verify", [&] { CHECK(store->verify(study, false).faults.empty()); });
  clock("events", [&] { CHECK(store->events().size() > 60'000); });
  clock("withdraw", [&] { store->withdraw("P00007", ""); });
  clock("backup", [&] { store->backup(folder.file("copy.db")); });
  clock("undo", [&] { store->undo(1, study); });
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::cout << "peak memory: " << usage.ru_maxrss / 1024 << " MB; file " << std::filesystem::file_size(folder.file("copy.db")) / 1'000'000
            << " MB\n";
}
