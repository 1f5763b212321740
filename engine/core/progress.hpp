#ifndef CANVASS_ENGINE_CORE_PROGRESS_HPP
#define CANVASS_ENGINE_CORE_PROGRESS_HPP

#include <cstddef>
#include <functional>
#include <string_view>

namespace canvass {

/// Long work reports how far it is through this; an empty function means nobody looks. Called from one thread at a time.
using Progress = std::function<void(std::string_view what, std::size_t done, std::size_t total)>;

} // namespace canvass

#endif
