#ifndef CANVASS_ENGINE_STORE_MEMORY_HPP
#define CANVASS_ENGINE_STORE_MEMORY_HPP

#include "engine/store/shelf.hpp"

#include <memory>

namespace canvass::store {

/// The reference back end: everything in plain containers, nothing on disk. What it does is what every back end must do.
std::unique_ptr<Shelf> memory_shelf();

} // namespace canvass::store

#endif
