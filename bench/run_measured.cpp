// run_measured PROGRAM [ARGUMENT ...]: runs a program, its output thrown away, and prints seconds, peak kilobytes of memory and exit code.
// (`time` with -v is not on every machine, and the shell's own does not tell the memory.)

#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: run_measured PROGRAM [ARGUMENT ...]\n");
    return 64;
  }
  const auto began = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) {
    fmt::print(stderr, "cannot start {}\n", arguments[1]);
    return 4;
  }
  if (child == 0) {
    const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nothing >= 0) {
      dup2(nothing, STDOUT_FILENO);
    }
    execvp(arguments[1], arguments + 1);
    _exit(127);
  }
  int status = 0;
  rusage used{};
  if (wait4(child, &status, 0, &used) < 0) {
    fmt::print(stderr, "lost sight of {}\n", arguments[1]);
    return 4;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double busy = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                      static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  fmt::print("{:.3f} {:.3f} {} {}\n", seconds, busy, used.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
