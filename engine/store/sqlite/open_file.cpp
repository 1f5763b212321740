#include "engine/store/sqlite/open_file.hpp"

#include "engine/core/text.hpp"
#include "engine/store/sqlite/location.hpp"
#include "engine/store/sqlite/queries.hpp"
#include "engine/store/sqlite/sqlite_shelf.hpp"
#include "store_schema.hpp"

#include <array>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>

namespace canvass::store {

namespace {

/// "Cnvs": by this number in its header a file is known as ours.
constexpr std::int64_t application_id = 0x436E7673;

/// Migrations are called 001_what.sql, 002_what.sql ...: the number is the schema that they lead to.
int number_of(std::string_view name) {
  int number = 0;
  for (const char c : name.substr(0, 3)) {
    number = number * 10 + (c - '0');
  }
  return number;
}

void refuse_by_location(const std::string& path, const Location& location, Open mode) {
  if (location.is_folder) {
    throw StoreError(fmt::format("{}: is a folder; name the store's file, such as {}/answers.db", path, path));
  }
  if (location.is_special) {
    throw StoreError(fmt::format("{}: is a pipe or a device; name the store's file with --store", path));
  }
  if (!location.has_folder) {
    throw StoreError(fmt::format("{}: its folder does not exist; make it first", path));
  }
  if (!location.exists && mode != Open::create) {
    throw StoreError(fmt::format("{}: there is no store yet; `canvass import` makes it with the first answers", path));
  }
  if (location.medium == Medium::network) {
    throw StoreError(fmt::format("{}: lies on a network drive ({}), where a store can lose answers; put it on a disk of this machine and "
                                 "name it with --store",
                                 path, location.mount_type.empty() ? "by its file system" : location.mount_type));
  }
  if (mode != Open::read_only && !location.is_writable) {
    throw StoreError(fmt::format("{}: {} may not be written; make it writable for you, or work on a copy", path,
                                 location.exists ? "the store or its folder" : "its folder"));
  }
}

/// SQLite tells only at the first query that a file is none of its own; better to say so at once.
void refuse_by_header(const std::string& path) {
  constexpr std::string_view magic("SQLite format 3\0", 16);
  std::array<char, 16> header{};
  std::ifstream file(path, std::ios::binary);
  file.read(header.data(), static_cast<std::streamsize>(header.size()));
  const auto count = static_cast<std::size_t>(file.gcount());
  if (count != 0 && std::string_view(header.data(), count) != magic) {
    throw StoreError(fmt::format("{}: this is not a Canvass store; name the right file with --store", path));
  }
}

bool is_empty(const Database& database) {
  return database.value<std::int64_t>(queries::count_objects) == 0 && database.value<std::int64_t>(queries::application_id) == 0;
}

/// Brings the schema to the newest number, all steps or none.
void migrate(const Database& database, bool may_begin) {
  Transaction transaction(database, Transaction::Kind::immediate);
  if (may_begin && is_empty(database)) {
    database.run(fmt::format("pragma application_id = {}", application_id).c_str());
  }
  const int from = database.value<int>(queries::user_version);
  for (const schema::EmbeddedText& migration : schema::embedded_texts()) {
    if (number_of(migration.name) > from) {
      database.run(std::string(migration.text).c_str());
      database.run(fmt::format("pragma user_version = {}", number_of(migration.name)).c_str());
    }
  }
  transaction.commit();
}

void check_version(const Database& database, Open mode) {
  const int version = database.value<int>(queries::user_version);
  if (version > newest_schema()) {
    throw StoreError(
        fmt::format("{}: was written by a newer version of Canvass (format {}, this one knows up to {}); install the newer one",
                    database.path(), version, newest_schema()));
  }
  if (version < newest_schema() && mode == Open::read_only) {
    throw StoreError(fmt::format("{}: was written by an older version of Canvass (format {}); a command that writes, such as "
                                 "`canvass verify --repair`, brings it up to date",
                                 database.path(), version));
  }
}

} // namespace

int newest_schema() {
  const auto texts = schema::embedded_texts();
  return texts.empty() ? 0 : number_of(texts.back().name);
}

OpenFile open_file(const std::string& path, Open mode) {
  const Location location = locate(path);
  refuse_by_location(path, location, mode);
  if (location.exists) {
    refuse_by_header(path);
  }
  OpenFile file;
  Database::Mode how = mode == Open::create ? Database::Mode::create : Database::Mode::read_write;
  if (mode == Open::read_only) {
    how = location.is_writable || location.has_wal ? Database::Mode::read_only : Database::Mode::read_only_unchanging;
  }
  file.database = std::make_unique<Database>(path, how);
  const Database& database = *file.database;
  database.run(queries::settings);

  const bool empty = is_empty(database);
  if (empty ? mode != Open::create : database.value<std::int64_t>(queries::application_id) != application_id) {
    throw StoreError(
        empty ? fmt::format("{}: is empty; `canvass import` makes a store with the first answers", path)
              : fmt::format("{}: is a database of another program, not a Canvass store; name the right file with --store", path));
  }
  check_version(database, mode);
  if (location.medium == Medium::shared_with_host) {
    file.warnings.push_back(fmt::format("{} lies in a folder shared with another system ({}), where locks and speed suffer; a folder of "
                                        "this system is safer",
                                        path, location.mount_type));
  }
  if (mode != Open::read_only) {
    // A write-ahead log needs memory shared between programs, which such folders do not give.
    database.run_when_free((location.medium == Medium::shared_with_host ? queries::use_rollback_journal : queries::use_wal).data());
    if (empty || database.value<int>(queries::user_version) < newest_schema()) {
      migrate(database, empty);
    }
  }
  return file;
}

} // namespace canvass::store
