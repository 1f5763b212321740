#include "cli/files.hpp"

#include "engine/core/error.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

namespace canvass::cli {

namespace fs = std::filesystem;

void write_file(const std::string& path, std::string_view bytes) {
  const fs::path target(path);
  std::error_code failed;
  if (target.has_parent_path()) {
    fs::create_directories(target.parent_path(), failed);
  }
  const std::string beside = path + ".part";
  errno = 0;
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  const int why = errno;
  if (!file) {
    fs::remove(beside, failed);
    throw StoreError(fmt::format("{} could not be written ({}); nothing was left behind: free the disk or choose another folder", path,
                                 why != 0 ? std::strerror(why) : "write error"));
  }
  fs::rename(beside, target, failed);
  if (failed) {
    const std::string reason = failed.message();
    fs::remove(beside, failed);
    throw StoreError(fmt::format("{} could not be written ({}); choose another name", path, reason));
  }
}

std::string shell_word(std::string_view word) {
  constexpr std::string_view safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,@%+";
  if (!word.empty() && word.find_first_not_of(safe) == std::string_view::npos) {
    return std::string(word);
  }
  std::string quoted = "'";
  for (const char c : word) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

} // namespace canvass::cli
