#ifndef CANVASS_ENGINE_CORE_WORKERS_HPP
#define CANVASS_ENGINE_CORE_WORKERS_HPP

#include <cstddef>
#include <functional>

namespace canvass {

/// Runs `work(block)` for block = 0 .. blocks-1 on up to `threads` threads (0 = as many as the machine has) and waits for all.
/// Each block writes only to what is its own; who sums does so in block order afterwards: same bits at any number of threads.
/// The first exception (by block number) is thrown again after all threads ended.
void for_blocks(std::size_t blocks, unsigned threads, const std::function<void(std::size_t)>& work);

} // namespace canvass

#endif
