#ifndef CANVASS_ENGINE_STUDY_LOAD_HPP
#define CANVASS_ENGINE_STUDY_LOAD_HPP

#include "engine/core/error.hpp"
#include "engine/study/model.hpp"

#include <string>
#include <vector>

namespace canvass {

/// Where instruments named by a study are looked for, in order: its folder, its folder's `instruments/`, then `instrument_folders`.
struct StudyPaths {
  std::vector<std::string> instrument_folders;
};

/// Loads study.yaml (`path` is the folder or the file), its instruments and people.csv. Collects every problem of all of them, the
/// warnings too; the result is usable only if there are no errors.
LoadedStudy load_study(const std::string& path, const StudyPaths& paths, Problems& problems);

/// load_study. @throws InputError with all problems, if there are errors
LoadedStudy load_study_or_throw(const std::string& path, const StudyPaths& paths);

} // namespace canvass

#endif
