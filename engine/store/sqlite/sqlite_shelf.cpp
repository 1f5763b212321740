#include "engine/store/sqlite/sqlite_shelf.hpp"

#include "engine/store/sqlite/database.hpp"
#include "engine/store/sqlite/location.hpp"
#include "engine/store/sqlite/open_file.hpp"
#include "engine/store/sqlite/queries.hpp"
#include "engine/store/sqlite/wide_table.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <map>
#include <unistd.h>
#include <utility>

namespace canvass::store {

namespace {

LogEvent read_event(const Cursor& row) {
  return {row.get<std::int64_t>(0), row.get<std::int64_t>(1), row.get<std::string>(2), row.get<std::string>(3),
          row.get<Digest>(4),       row.get<Digest>(5),       row.get<Digest>(6)};
}

Body read_body(const Cursor& row, int first) {
  return {row.get<std::string>(first), row.get<std::string>(first + 1), row.get<std::string>(first + 2), row.get<std::string>(first + 3),
          row.get<std::optional<std::string>>(first + 4).value_or(std::string())};
}

/// The file of a failed copy goes with it.
class TemporaryFile {
public:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
  std::string path_;
};

class SqliteShelf final : public Shelf {
public:
  SqliteShelf(OpenFile file, Open mode)
      : database_(std::move(file.database)), warnings_(std::move(file.warnings)), insert_event_(*database_, queries::insert_event),
        insert_body_(*database_, queries::insert_body), body_(*database_, queries::body), handle_of_(*database_, queries::handle_of),
        person_of_(*database_, queries::person_of), insert_person_(*database_, queries::insert_person),
        last_event_(*database_, queries::last_event) {
    if (mode != Open::read_only && database_->value<std::int64_t>(queries::scrub_is_pending) != 0) {
      try {
        scrub();
      } catch (const StoreError& error) {
        warnings_.emplace_back(error.what());
      }
    }
  }

  void begin(Access access) override {
    transaction_.emplace(*database_, access == Access::write ? Transaction::Kind::immediate : Transaction::Kind::deferred);
    // Somebody else may have brought a new instrument.
    const auto version = database_->value<std::int64_t>(queries::data_version);
    if (version != std::exchange(seen_version_, version)) {
      forget_instruments();
    }
  }
  void commit() override {
    transaction_->commit();
    transaction_.reset();
  }
  void rollback() noexcept override {
    forget_instruments(); // what this transaction added to them is gone
    transaction_.reset();
  }

  void append(const LogEvent& event, const Body& body) override {
    insert_event_.bind(event.sequence, event.at, event.kind, event.subject, event.body_hash, event.previous, event.chain).run();
    const auto person = body.person.empty() ? std::nullopt : std::optional<std::string_view>(body.person);
    insert_body_.bind(event.sequence, person, Blob{body.salt}, body.answers, body.detail, Blob{body.raw}).run();
  }

  std::optional<LogEvent> last_event() const override {
    Cursor row = last_event_.bind();
    return row.next() ? std::optional<LogEvent>(read_event(row)) : std::nullopt;
  }

  std::size_t count_events(std::string_view wanted) const override {
    Statement statement(*database_, queries::count_events);
    Cursor row = statement.bind(wanted);
    row.next();
    return static_cast<std::size_t>(row.get<std::int64_t>(0));
  }

  std::optional<std::int64_t> first_of(std::string_view wanted) const override {
    Statement statement(*database_, queries::first_of_kind);
    Cursor row = statement.bind(wanted);
    return row.next() ? row.get<std::optional<std::int64_t>>(0) : std::nullopt;
  }

  std::optional<Body> body(std::int64_t sequence) const override {
    Cursor row = body_.bind(sequence);
    return row.next() ? std::optional<Body>(read_body(row, 0)) : std::nullopt;
  }

  void each_event(std::string_view wanted, bool with_body, const EventFunction& function) const override {
    const std::string_view all = with_body ? queries::events_with_bodies : queries::events;
    const std::string_view some = with_body ? queries::events_of_kind_with_bodies : queries::events_of_kind;
    Statement statement(*database_, wanted.empty() ? all : some);
    Cursor row = wanted.empty() ? statement.bind() : statement.bind(wanted);
    while (row.next()) {
      const LogEvent event = read_event(row);
      if (with_body && !row.is_null(7)) {
        const Body body = read_body(row, 7);
        function(event, &body);
      } else {
        function(event, nullptr);
      }
    }
  }

  void give_body(std::int64_t sequence, std::string_view handle) override {
    const auto before = body(sequence);
    if (!before || before->person == handle) {
      return;
    }
    run(queries::give_body, sequence, handle);
    if (!before->person.empty() && bodies_of(before->person).empty()) {
      run(queries::delete_person, before->person);
    }
  }

  std::vector<std::int64_t> bodies_of(std::string_view handle) const override {
    Statement statement(*database_, queries::bodies_of);
    Cursor row = statement.bind(handle);
    std::vector<std::int64_t> sequences;
    while (row.next()) {
      sequences.push_back(row.get<std::int64_t>(0));
    }
    return sequences;
  }

  void erase(std::string_view handle) override {
    run(queries::erase_bodies, handle);
    run(queries::delete_person, handle);
    run(queries::note_scrub);
  }

  /// Overwriting what is deleted is not enough: copies that SQLite left behind when it moved cells within and between pages would
  /// stay. So the file is made anew, and the write-ahead log, which held the old pages, is brought to length 0.
  void scrub() override {
    forget_instruments(); // no statement may be under way
    Statement(*database_, queries::vacuum).start().run();
    empty_wal();
    run(queries::scrub_is_done);
    empty_wal();
  }

  std::optional<std::string> handle_of(std::string_view person) const override { return text(handle_of_, person); }
  std::optional<std::string> person_of(std::string_view handle) const override { return text(person_of_, handle); }
  void add_person(std::string_view handle, std::string_view person) override { insert_person_.bind(handle, person).run(); }

  std::vector<std::string> waves_of(std::string_view person) const override {
    std::vector<std::string> waves;
    for (auto& table : tables()) {
      const std::vector<std::string> more = table.second.waves_of(person);
      waves.insert(waves.end(), more.begin(), more.end());
    }
    std::sort(waves.begin(), waves.end());
    return waves;
  }

  const Shape* shape_of_instrument(std::string_view instrument) const override {
    const auto& known = instruments();
    const auto found = known.find(std::string(instrument));
    return found == known.end() ? nullptr : &found->second;
  }

  void add_instrument(const Shape& shape) override {
    const WideSql sql = wide_sql(shape);
    std::string view = view_name_of(shape.instrument);
    for (int i = 2; is_taken(view); ++i) {
      view = fmt::format("{}_{}", view_name_of(shape.instrument), i);
    }
    database_->run(sql.create.c_str());
    database_->run(view_sql(view, sql, shape.instrument).c_str());
    run(queries::insert_instrument, shape.instrument, shape.shape, sql.table, view, to_detail(shape));
    forget_instruments();
    // The short name stands as long as there is one table only: then it can mean nothing else.
    database_->run("drop view if exists answers");
    if (tables().size() == 1) {
      database_->run(view_sql("answers", sql, {}).c_str());
    }
  }

  std::size_t count_current() const override {
    std::size_t count = 0;
    for (auto& table : tables()) {
      count += table.second.count();
    }
    return count;
  }

  std::optional<std::int64_t> sequence_of(std::string_view person, std::string_view wave) const override {
    for (auto& table : tables()) {
      if (auto sequence = table.second.sequence_of(person, wave)) {
        return sequence;
      }
    }
    return std::nullopt;
  }

  std::optional<CurrentRow> current(std::string_view person, std::string_view wave) const override {
    for (auto& table : tables()) {
      if (auto row = table.second.get(person, wave)) {
        return row;
      }
    }
    return std::nullopt;
  }

  void each_current(const std::function<void(CurrentRow&&)>& function) const override {
    for (auto& table : tables()) {
      table.second.each(function);
    }
  }

  void put(const Response& response, std::int64_t sequence) override { table_of(response.instrument).put(response, sequence); }

  void remove(std::string_view person, std::string_view wave) override {
    for (auto& table : tables()) {
      table.second.remove(person, wave);
    }
  }

  void clear_current() override {
    forget_instruments();
    for (const std::string& name : names(queries::answer_views)) {
      database_->run(("drop view " + quoted(name)).c_str());
    }
    for (const std::string& name : names(queries::answer_tables)) {
      database_->run(("drop table " + quoted(name)).c_str());
    }
    run(queries::delete_instruments);
  }

  std::vector<HeldPlace> open_held() const override {
    Statement statement(*database_, queries::open_held);
    Cursor row = statement.bind();
    std::vector<HeldPlace> places;
    while (row.next()) {
      places.push_back({row.get<std::int64_t>(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2)});
    }
    return places;
  }
  void put_held(const HeldPlace& place) override { run(queries::insert_held, place.id, place.sequence, place.import_id); }
  void remove_held(std::int64_t id) override { run(queries::delete_held, id); }

  std::vector<std::string> faults() const override {
    std::vector<std::string> found;
    for (const std::string& line : names(queries::integrity)) {
      if (line != "ok") {
        found.push_back("the file: " + line);
      }
    }
    for (const std::string& table : names(queries::dangling)) {
      found.push_back("a row of the table " + table + " names something that is not there");
    }
    return found;
  }

  void backup(const std::string& path) const override {
    if (::access(path.c_str(), F_OK) == 0) {
      throw StoreError(fmt::format("{}: is there already and is not overwritten; give another name", path));
    }
    const TemporaryFile temporary(fmt::format("{}.part-{}", path, new_handles(1).front()));
    Statement copy(*database_, queries::copy_into);
    try {
      copy.bind(temporary.path()).run();
    } catch (const StoreError& error) {
      throw StoreError(fmt::format("{}: the copy could not be written: {}", path, error.what()));
    }
    publish(temporary.path(), path);
  }

  std::vector<std::string> warnings() const override { return warnings_; }
  std::string place() const override { return database_->path(); }

private:
  template <typename... Values> void run(std::string_view sql, const Values&... values) const {
    Statement(*database_, sql).bind(values...).run();
  }

  static std::optional<std::string> text(Statement& statement, std::string_view key) {
    Cursor row = statement.bind(key);
    return row.next() ? std::optional<std::string>(row.get<std::string>(0)) : std::nullopt;
  }

  [[nodiscard]] std::vector<std::string> names(std::string_view sql) const {
    Statement statement(*database_, sql);
    Cursor row = statement.bind();
    std::vector<std::string> texts;
    while (row.next()) {
      texts.push_back(row.get<std::string>(0));
    }
    return texts;
  }

  [[nodiscard]] bool is_taken(const std::string& name) const {
    Statement statement(*database_, queries::name_is_taken);
    return statement.bind(name).next();
  }

  void empty_wal() {
    Statement statement(*database_, queries::empty_wal);
    Cursor row = statement.bind();
    if (row.next() && row.get<int>(0) != 0) {
      throw StoreError(fmt::format("{}: the answers are erased, but another program is still reading the store and old bytes may remain in "
                                   "{}-wal until it ends; then run any command that writes to the store",
                                   database_->path(), database_->path()));
    }
  }

  /// Reads the table of instruments, if that was not done yet.
  const std::map<std::string, Shape>& instruments() const {
    if (!read_) {
      read_ = true;
      Statement statement(*database_, queries::instruments);
      Cursor row = statement.bind();
      while (row.next()) {
        const std::string name = row.get<std::string>(0);
        const std::string table = row.get<std::string>(1);
        Shape shape = shape_from_detail(row.get<std::string_view>(2), name);
        table_names_.emplace(name, table);
        if (tables_.find(table) == tables_.end()) {
          tables_.emplace(table, WideTable(*database_, shape));
        }
        instruments_.emplace(name, std::move(shape));
      }
    }
    return instruments_;
  }

  std::map<std::string, WideTable>& tables() const {
    instruments();
    return tables_;
  }

  WideTable& table_of(const std::string& instrument) {
    instruments();
    const auto found = table_names_.find(instrument);
    if (found == table_names_.end()) {
      throw StoreError(fmt::format("{}: has no table for answers to {}; run `canvass verify --repair`", place(), instrument));
    }
    return tables_.at(found->second);
  }

  void forget_instruments() noexcept {
    read_ = false;
    tables_.clear();
    table_names_.clear();
    instruments_.clear();
  }

  std::unique_ptr<Database> database_;
  std::vector<std::string> warnings_;
  // Prepared once for what is asked once a row. Asking changes a statement, not what the shelf holds.
  mutable Statement insert_event_, insert_body_, body_, handle_of_, person_of_, insert_person_, last_event_;
  std::optional<Transaction> transaction_;
  std::int64_t seen_version_ = 0;
  mutable bool read_ = false;
  mutable std::map<std::string, Shape> instruments_;
  mutable std::map<std::string, std::string> table_names_; ///< by instrument
  mutable std::map<std::string, WideTable> tables_;
};

} // namespace

std::unique_ptr<Shelf> sqlite_shelf(const std::string& path, Open mode) {
  return std::make_unique<SqliteShelf>(open_file(path, mode), mode);
}

} // namespace canvass::store
