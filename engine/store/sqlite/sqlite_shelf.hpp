#ifndef CANVASS_ENGINE_STORE_SQLITE_SQLITE_SHELF_HPP
#define CANVASS_ENGINE_STORE_SQLITE_SQLITE_SHELF_HPP

#include "engine/store/shelf.hpp"
#include "engine/store/store.hpp"

#include <memory>
#include <string>

namespace canvass::store {

/// The log and the current answers in one SQLite file. @throws StoreError as open() says
std::unique_ptr<Shelf> sqlite_shelf(const std::string& path, Open mode);

/// The newest schema that this program knows: the number of the last file in sqlite/schema/.
int newest_schema();

} // namespace canvass::store

#endif
