#include "engine/store/ledger.hpp"
#include "engine/store/memory.hpp"
#include "engine/store/sqlite/sqlite_shelf.hpp"
#include "engine/store/store.hpp"

#include <array>

namespace canvass::store {

namespace {

/// A back end: the prefix of `where` that names it, and what makes its shelf of the rest. The last row takes every path.
struct BackEnd {
  std::string_view prefix;
  std::unique_ptr<Shelf> (*make)(const std::string& rest, Open mode);
};

std::unique_ptr<Shelf> make_memory(const std::string&, Open) {
  return memory_shelf();
}

constexpr std::array back_ends{
    BackEnd{"memory:", make_memory},
    BackEnd{"", sqlite_shelf},
};

} // namespace

std::unique_ptr<Store> open(const std::string& where, Open mode, const LoadedStudy& study) {
  for (const BackEnd& back_end : back_ends) {
    if (where.starts_with(back_end.prefix)) {
      return std::make_unique<Ledger>(back_end.make(where.substr(back_end.prefix.size()), mode), study);
    }
  }
  throw StoreError(where + ": no back end takes this");
}

} // namespace canvass::store
