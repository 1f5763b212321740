#include "cli/study_access.hpp"

#include "engine/core/text.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

namespace canvass::cli {

namespace {

namespace fs = std::filesystem;

/// The source folder that a build tree was made from, as CMake noted it there; empty for an installed program.
std::string source_of_build_tree(const fs::path& folder) {
  std::ifstream cache(folder / "CMakeCache.txt");
  constexpr std::string_view key = "CMAKE_HOME_DIRECTORY:INTERNAL=";
  for (std::string line; std::getline(cache, line);) {
    if (std::string_view(line).substr(0, key.size()) == key) {
      return line.substr(key.size());
    }
  }
  return {};
}

} // namespace

StudyPaths study_paths() {
  StudyPaths paths;
  if (const char* folders = std::getenv("CANVASS_INSTRUMENTS"); folders != nullptr) {
    for (const std::string_view folder : split(folders, ':')) {
      if (!folder.empty()) {
        paths.instrument_folders.emplace_back(folder);
      }
    }
  }
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (!failed) {
    paths.instrument_folders.push_back((program.parent_path().parent_path() / "share/canvass/instruments").string());
    const std::string source = source_of_build_tree(program.parent_path());
    if (!source.empty()) {
      paths.instrument_folders.push_back(source + "/instruments");
    }
  }
  return paths;
}

LoadedStudy load_study(const Arguments& arguments) {
  Problems problems;
  LoadedStudy study = canvass::load_study(arguments.operand("STUDY"), study_paths(), problems);
  if (problems.has_errors()) {
    problems.sort();
    throw InputError(std::move(problems));
  }
  return study;
}

std::string store_path(const Arguments& arguments, const LoadedStudy& study) {
  return arguments.value("store").value_or((fs::path(study.study.folder) / "answers.db").string());
}

std::unique_ptr<store::Store> open_store(const Arguments& arguments, const LoadedStudy& study, store::Open mode) {
  return store::open(store_path(arguments, study), mode, study);
}

unsigned threads(const Arguments& arguments) {
  return static_cast<unsigned>(arguments.integer("threads", 1, 1024).value_or(0));
}

} // namespace canvass::cli
