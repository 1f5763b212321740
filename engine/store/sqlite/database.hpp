#ifndef CANVASS_ENGINE_STORE_SQLITE_DATABASE_HPP
#define CANVASS_ENGINE_STORE_SQLITE_DATABASE_HPP

#include "engine/core/error.hpp"
#include "engine/core/hash.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

struct sqlite3;
struct sqlite3_stmt;

/// The only users of sqlite3.h: a connection, a prepared statement, a transaction. Errors become StoreErrors that name the file and
/// say what to do.
namespace canvass::store {

class Database;

/// Bytes that are bound as a blob, not as a text.
struct Blob {
  std::string_view bytes;
};

/// The rows of one run of a statement; resets the statement at its end. What was bound must live as long as the cursor.
class Cursor {
public:
  Cursor(const Database& database, sqlite3_stmt* statement) : database_(&database), statement_(statement) {}
  ~Cursor();
  Cursor(Cursor&& other) noexcept : database_(other.database_), statement_(other.statement_) { other.statement_ = nullptr; }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  Cursor& operator=(Cursor&&) = delete;

  /// Goes to the next row; false at the end. @throws StoreError
  bool next();
  /// To the end: for statements without rows, or whose rows do not matter.
  void run() {
    while (next()) {
    }
  }
  /// Value of a column of the current row: std::int64_t, int, double, std::string, std::string_view (until next()), Digest, or an
  /// optional of them (nullopt for null).
  template <typename T> [[nodiscard]] T get(int column) const {
    if constexpr (std::is_same_v<T, std::int64_t>) {
      return integer(column);
    } else if constexpr (std::is_same_v<T, int>) {
      return static_cast<int>(integer(column));
    } else if constexpr (std::is_same_v<T, double>) {
      return real(column);
    } else if constexpr (std::is_same_v<T, std::string_view>) {
      return bytes(column);
    } else if constexpr (std::is_same_v<T, std::string>) {
      return std::string(bytes(column));
    } else if constexpr (std::is_same_v<T, Digest>) {
      return digest(column);
    } else {
      return is_null(column) ? T() : T(get<typename T::value_type>(column));
    }
  }
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] bool is_text(int column) const;

private:
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view bytes(int column) const;
  [[nodiscard]] Digest digest(int column) const;

  const Database* database_;
  sqlite3_stmt* statement_;
};

/// A prepared statement. One cursor at a time.
class Statement {
public:
  Statement(const Database& database, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept : database_(other.database_), statement_(other.statement_) { other.statement_ = nullptr; }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;

  /// Binds ?1, ?2 ... and gives the cursor: texts, numbers, Blob, Digest, nullopt, optionals of them.
  template <typename... Values> [[nodiscard]] Cursor bind(const Values&... values) {
    [[maybe_unused]] int index = 0;
    (bind_one(++index, values), ...);
    return {*database_, statement_};
  }
  /// Binds one parameter; for statements whose number of parameters is known at run time only. Then `start()`.
  template <typename Value> void bind_one(int index, const Value& value) {
    if constexpr (std::is_same_v<Value, Blob>) {
      bind_blob(index, value.bytes);
    } else if constexpr (std::is_same_v<Value, Digest>) {
      bind_blob(index, {reinterpret_cast<const char*>(value.data()), value.size()});
    } else if constexpr (std::is_same_v<Value, std::nullopt_t>) {
      bind_null(index);
    } else if constexpr (std::is_integral_v<Value>) {
      bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<Value, double>) {
      bind_real(index, value);
    } else if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
      bind_text(index, value);
    } else if (value) {
      bind_one(index, *value);
    } else {
      bind_null(index);
    }
  }
  [[nodiscard]] Cursor start() { return {*database_, statement_}; }

private:
  void bind_null(int index);
  void bind_integer(int index, std::int64_t value);
  void bind_real(int index, double value);
  void bind_text(int index, std::string_view text);
  void bind_blob(int index, std::string_view bytes);

  const Database* database_;
  sqlite3_stmt* statement_ = nullptr;
};

/// A connection to one file.
class Database {
public:
  enum class Mode { read_only, read_only_unchanging, read_write, create };

  /// `read_only_unchanging`: nobody can write the file, so no lock or shared memory is needed beside it. @throws StoreError
  Database(std::string path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Runs one or more statements without parameters.
  void run(const char* sql) const;
  /// The same for what SQLite does not wait for by itself: a change of the journal. Tries again for as long as a lock is waited for.
  void run_when_free(const char* sql) const;
  /// The first value of the first row.
  template <typename T> [[nodiscard]] T value(std::string_view sql) const {
    Statement statement(*this, sql);
    Cursor cursor = statement.bind();
    return cursor.next() ? cursor.get<T>(0) : T();
  }
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }
  /// Throws what went wrong last as a sentence for a person.
  [[noreturn]] void fail(int code) const;

private:
  std::string path_;
  sqlite3* handle_ = nullptr;
};

/// Begins in the constructor, rolls back in the destructor unless committed. `immediate` takes the write lock at once.
class Transaction {
public:
  enum class Kind { deferred, immediate };
  Transaction(const Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

private:
  const Database& database_;
  bool open_ = true;
};

} // namespace canvass::store

#endif
