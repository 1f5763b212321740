#ifndef CANVASS_TESTS_SUPPORT_OWN_FOLDER_HPP
#define CANVASS_TESTS_SUPPORT_OWN_FOLDER_HPP

#include <filesystem>
#include <string>
#include <system_error>
#include <unistd.h>

namespace canvass::testing {

/// An empty folder that no other test uses, be it of a program that runs beside this one: ctest runs each case as a process of its own.
/// It goes away with the process.
inline std::filesystem::path own_folder(const std::string& name) {
  struct Root {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("canvass-test-" + std::to_string(::getpid()));
    Root() = default;
    ~Root() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
    Root(const Root&) = delete;
    Root& operator=(const Root&) = delete;
  };
  static const Root root;
  const std::filesystem::path folder = root.path / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

} // namespace canvass::testing

#endif
