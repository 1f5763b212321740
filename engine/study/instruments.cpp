#include "engine/instrument/load.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

namespace fs = std::filesystem;

std::shared_ptr<const Instrument> find_and_load(const InstrumentReference& wanted, const std::vector<std::string>& folders,
                                                Problems& problems) {
  try {
    const std::string path = find_instrument(folders, wanted.id, wanted.version, wanted.at);
    Problems own;
    auto instrument = std::make_shared<Instrument>(load_instrument(read_file(path), path, own));
    problems.add(own);
    return own.has_errors() ? nullptr : instrument;
  } catch (const InputError& error) {
    problems.add(error.problems());
    return nullptr;
  }
}

} // namespace

void load_instruments(LoadedStudy& loaded, const StudyPaths& paths, Problems& problems) {
  const Study& study = loaded.study;
  std::vector<std::string> folders = {study.folder, (fs::path(study.folder) / "instruments").string()};
  folders.insert(folders.end(), paths.instrument_folders.begin(), paths.instrument_folders.end());

  struct Known {
    std::string id, version;
    std::shared_ptr<const Instrument> instrument;
  };
  std::vector<Known> known;
  bool complete = true;
  for (const Wave& wave : study.waves) {
    const InstrumentReference& reference = wave.instrument ? *wave.instrument : study.instrument;
    if (reference.id.empty()) {
      complete = false; // said when the reference was read
      continue;
    }
    if (reference.id != study.instrument.id && !study.instrument.id.empty()) {
      problems.error(reference.at,
                     fmt::format("wave {} names another instrument ({}) than the study ({}); a wave may name another version of the "
                                 "same instrument",
                                 wave.id, reference.id, study.instrument.id));
      complete = false;
      continue;
    }
    auto found = std::find_if(known.begin(), known.end(),
                              [&](const Known& row) { return row.id == reference.id && row.version == reference.version; });
    if (found == known.end()) {
      known.push_back({reference.id, reference.version, find_and_load(reference, folders, problems)});
      found = known.end() - 1;
    }
    complete = complete && found->instrument != nullptr;
    loaded.instrument_of_wave.push_back(found->instrument);
  }
  if (!complete) {
    loaded.instrument_of_wave.clear();
  }
}

} // namespace canvass::study_parts
