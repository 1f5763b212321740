#ifndef CANVASS_ENGINE_STORE_SQLITE_OPEN_FILE_HPP
#define CANVASS_ENGINE_STORE_SQLITE_OPEN_FILE_HPP

#include "engine/store/sqlite/database.hpp"
#include "engine/store/store.hpp"

#include <memory>
#include <string>
#include <vector>

namespace canvass::store {

struct OpenFile {
  std::unique_ptr<Database> database;
  std::vector<std::string> warnings;
};

/// Opens or makes the file of a store, with its newest schema. @throws StoreError not there, no store, another program's, newer than
/// this program, on a network drive, not writable: a sentence that says what to do
OpenFile open_file(const std::string& path, Open mode);

} // namespace canvass::store

#endif
