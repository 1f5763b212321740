#include "cli/command.hpp"

#include <iostream>

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  canvass::cli::Console console(std::cout, std::cerr, canvass::cli::this_terminal());
  return canvass::cli::run({argv + 1, argv + argc}, console);
}
