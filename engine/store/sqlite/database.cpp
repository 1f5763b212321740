#include "engine/store/sqlite/database.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <sqlite3.h>

namespace canvass::store {

namespace {

constexpr int busy_milliseconds = 10'000;

/// What a person should know and do, by SQLite's primary result code.
std::string sentence(const std::string& path, int code, int system_error, const std::string& said) {
  const bool no_space = system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
  const int primary = code & 0xFF;
  if (primary == SQLITE_FULL || (primary == SQLITE_IOERR && no_space)) {
    return fmt::format("{}: there is no space left on its disk; free some and run the command again, nothing of it was written", path);
  }
  switch (code) { // quotas and limits of a file's size come as these
  case SQLITE_IOERR_WRITE:
  case SQLITE_IOERR_FSYNC:
  case SQLITE_IOERR_TRUNCATE:
  case SQLITE_IOERR_SHMSIZE:
    return fmt::format(
        "{}: writing stopped: there is no space left on its disk, a quota is used up, or the disk fails; free some space and "
        "run the command again, nothing of it was written",
        path);
  default: break;
  }
  switch (primary) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return fmt::format("{}: another program is using the store and did not finish within {} seconds; run the command again when it is done",
                       path, busy_milliseconds / 1000);
  case SQLITE_READONLY:
  case SQLITE_PERM:
    return fmt::format("{}: the store may not be written; make the file and its folder writable for you, or work on a copy", path);
  case SQLITE_CANTOPEN:
    return fmt::format("{}: the store cannot be opened ({}); check that its folder is there and that you may read and write in it", path,
                       system_error != 0 ? std::strerror(system_error) : said);
  case SQLITE_NOTADB: return fmt::format("{}: this is not a Canvass store; name the right file with --store", path);
  case SQLITE_CORRUPT: return fmt::format("{}: the file is damaged ({}); keep it, and restore the last backup beside it", path, said);
  case SQLITE_IOERR:
    return fmt::format("{}: the disk failed ({}); check the disk, then run the command again", path,
                       system_error != 0 ? std::strerror(system_error) : said);
  case SQLITE_NOMEM: return fmt::format("{}: the machine has not enough memory for this", path);
  default: return fmt::format("{}: {}", path, said);
  }
}

/// The path as a URI, for the parameters that only a URI can carry.
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      uri += fmt::format("%{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

int flags_of(Database::Mode mode) {
  switch (mode) {
  case Database::Mode::read_only: return SQLITE_OPEN_READONLY;
  case Database::Mode::read_only_unchanging: return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
  case Database::Mode::read_write: return SQLITE_OPEN_READWRITE;
  case Database::Mode::create: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return SQLITE_OPEN_READONLY;
}

} // namespace

Database::Database(std::string path, Mode mode) : path_(std::move(path)) {
  const std::string name = mode == Mode::read_only_unchanging ? uri_of(path_) : path_;
  const int code = sqlite3_open_v2(name.c_str(), &handle_, flags_of(mode) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK) {
    const int system_error = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
    const std::string said = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
    sqlite3_close_v2(handle_);
    throw StoreError(sentence(path_, code, system_error, said));
  }
  sqlite3_busy_timeout(handle_, busy_milliseconds);
  // A file from elsewhere may not make the program do more than read tables.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

Database::~Database() {
  sqlite3_close_v2(handle_);
}

void Database::run(const char* sql) const {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    fail(code);
  }
}

void Database::run_when_free(const char* sql) const {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::milliseconds(busy_milliseconds);
  int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  while ((code & 0xff) == SQLITE_BUSY && Clock::now() < end) {
    sqlite3_sleep(5);
    code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  }
  if (code != SQLITE_OK) {
    fail(code);
  }
}

bool Database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(handle_) == 0;
}

void Database::fail(int code) const {
  throw StoreError(sentence(path_, code, sqlite3_system_errno(handle_), sqlite3_errmsg(handle_)));
}

Statement::Statement(const Database& database, std::string_view sql) : database_(&database) {
  const int code =
      sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code != SQLITE_OK) {
    database.fail(code);
  }
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

void Statement::bind_null(int index) {
  if (const int code = sqlite3_bind_null(statement_, index); code != SQLITE_OK) {
    database_->fail(code);
  }
}

void Statement::bind_integer(int index, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(statement_, index, value); code != SQLITE_OK) {
    database_->fail(code);
  }
}

void Statement::bind_real(int index, double value) {
  if (const int code = sqlite3_bind_double(statement_, index, value); code != SQLITE_OK) {
    database_->fail(code);
  }
}

// Static: what is bound outlives the cursor, so nothing is copied. An empty view may have no address, which would bind null.
void Statement::bind_text(int index, std::string_view text) {
  const char* data = text.empty() ? "" : text.data();
  if (const int code = sqlite3_bind_text64(statement_, index, data, text.size(), nullptr, SQLITE_UTF8); code != SQLITE_OK) {
    database_->fail(code);
  }
}

void Statement::bind_blob(int index, std::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();
  if (const int code = sqlite3_bind_blob64(statement_, index, data, bytes.size(), nullptr); code != SQLITE_OK) {
    database_->fail(code);
  }
}

Cursor::~Cursor() {
  if (statement_ != nullptr) {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
}

bool Cursor::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code != SQLITE_DONE) {
    database_->fail(code);
  }
  return false;
}

bool Cursor::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

bool Cursor::is_text(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_TEXT;
}

std::int64_t Cursor::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Cursor::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string_view Cursor::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(data == nullptr ? 0 : sqlite3_column_bytes(statement_, column))};
}

Digest Cursor::digest(int column) const {
  const std::string_view data = bytes(column);
  Digest digest{};
  std::memcpy(digest.data(), data.data(), std::min(data.size(), digest.size()));
  return digest;
}

Transaction::Transaction(const Database& database, Kind kind) : database_(database) {
  database_.run(kind == Kind::immediate ? "begin immediate" : "begin");
}

Transaction::~Transaction() {
  // SQLite ends a transaction by itself after some errors (a full disk, say).
  if (open_ && database_.in_transaction()) {
    sqlite3_exec(database_.handle(), "rollback", nullptr, nullptr, nullptr);
  }
}

void Transaction::commit() {
  database_.run("commit");
  open_ = false;
}

} // namespace canvass::store
