#include "engine/core/text.hpp"
#include "engine/instrument/load.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <system_error>

namespace canvass::study_parts {

namespace {

namespace fs = std::filesystem;

struct Candidate {
  std::string file, id, version;
};

/// Value of a top-level `key: value` line; empty if the line is another.
std::string top_level_value(std::string_view line, std::string_view key) {
  if (line.substr(0, key.size()) != key || line.size() <= key.size() || line[key.size()] != ':') {
    return {};
  }
  std::string_view value = line.substr(key.size() + 1);
  if (const std::size_t comment = value.find(" #"); comment != std::string_view::npos) {
    value = value.substr(0, comment);
  }
  value = trim(value);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  return std::string(value);
}

/// Id and version of an instrument without parsing it: a folder may hold many, and a fault in one must not spoil the use of another.
std::optional<Candidate> peek(const std::string& file, std::string_view bytes) {
  Candidate candidate;
  candidate.file = file;
  for (const std::string_view line : split(bytes, '\n')) {
    if (!top_level_value(line, "study").empty()) {
      return std::nullopt;
    }
    if (candidate.id.empty()) {
      candidate.id = top_level_value(line, "instrument");
    }
    if (candidate.version.empty()) {
      candidate.version = top_level_value(line, "version");
    }
  }
  if (candidate.id.empty()) {
    return std::nullopt;
  }
  return candidate;
}

std::vector<Candidate> instruments_in(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string extension = to_lower(it->path().extension().string());
    std::error_code type_error;
    if ((extension == ".yaml" || extension == ".yml") && it->is_regular_file(type_error) && it->file_size(type_error) <= (1u << 20)) {
      files.push_back(it->path().string());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Candidate> found;
  for (const std::string& file : files) {
    try {
      if (auto candidate = peek(file, read_file(file))) {
        found.push_back(std::move(*candidate));
      }
    } catch (const InputError&) {
      // A file that cannot be read is no candidate; if it was the one wanted, the message lists what was found instead.
    }
  }
  return found;
}

std::shared_ptr<const Instrument> find_and_load(const InstrumentReference& wanted, const std::vector<std::string>& folders,
                                                Problems& problems) {
  std::vector<std::string> versions;
  std::vector<std::string> ids;
  for (const std::string& folder : folders) {
    const Candidate* chosen = nullptr;
    const auto candidates = instruments_in(folder);
    for (const Candidate& candidate : candidates) {
      ids.push_back(candidate.id);
      if (candidate.id != wanted.id) {
        continue;
      }
      versions.push_back(fmt::format("{}@{} ({})", candidate.id, candidate.version, candidate.file));
      if (candidate.version != wanted.version) {
        continue;
      }
      if (chosen != nullptr) {
        problems.error(wanted.at, fmt::format("two files say that they are {}@{}: {} and {}; raise the version of one, or remove it",
                                              wanted.id, wanted.version, chosen->file, candidate.file));
        return nullptr;
      }
      chosen = &candidate;
    }
    if (chosen != nullptr) {
      Problems own;
      auto instrument = std::make_shared<Instrument>(load_instrument(read_file(chosen->file), chosen->file, own));
      problems.add(own);
      return own.has_errors() ? nullptr : instrument;
    }
  }
  std::string text = fmt::format("the instrument {}@{} was not found in {}", wanted.id, wanted.version, either_of(folders));
  if (!versions.empty()) {
    text += fmt::format("; other versions are there: {}; name one of them, or add the file", join(versions, ", "));
  } else {
    text += did_you_mean(wanted.id, ids) + "; put the instrument's file beside the study, or into its folder instruments/";
  }
  problems.error(wanted.at, text);
  return nullptr;
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
