#include "cli/command.hpp"

#include <csignal>
#include <iostream>

int main(int argc, char** argv) {
  // A limit on the size of files (ulimit -f) then fails the write, which is reported and leaves nothing half done, and does not end the
  // program without a word.
  std::signal(SIGXFSZ, SIG_IGN);
  std::ios::sync_with_stdio(false);
  canvass::cli::Console console(std::cout, std::cerr, canvass::cli::this_terminal());
  return canvass::cli::run({argv + 1, argv + argc}, console);
}
