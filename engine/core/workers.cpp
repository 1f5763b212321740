#include "engine/core/workers.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace canvass {

void for_blocks(std::size_t blocks, unsigned threads, const std::function<void(std::size_t)>& work) {
  if (threads == 0) {
    threads = std::max(1u, std::thread::hardware_concurrency());
  }
  threads = static_cast<unsigned>(std::min<std::size_t>(threads, blocks));
  std::vector<std::exception_ptr> failures(blocks);
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t block = next++; block < blocks; block = next++) {
      try {
        work(block);
      } catch (...) {
        failures[block] = std::current_exception();
      }
    }
  };
  if (threads <= 1) {
    run();
  } else {
    std::vector<std::thread> pool;
    for (unsigned i = 1; i < threads; ++i) {
      pool.emplace_back(run);
    }
    run();
    for (std::thread& thread : pool) {
      thread.join();
    }
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
}

} // namespace canvass
