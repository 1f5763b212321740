#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/instrument/load.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <system_error>

namespace canvass {

namespace {

/// The value of a top-level key, read by line and not by YAML: a file that does not parse must be found too, so that its problems are told.
std::optional<std::string> top_level(std::string_view bytes, std::string_view key) {
  for (const std::string_view line : split(bytes, '\n')) {
    if (line.substr(0, key.size()) != key || line.substr(key.size(), 1) != ":") {
      continue;
    }
    std::string_view value = line.substr(key.size() + 1);
    value = trim(value.substr(0, value.find(" #")));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.front() == value.back()) {
      value = value.substr(1, value.size() - 2);
    }
    return std::string(value);
  }
  return std::nullopt;
}

std::vector<std::string> yaml_files(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code status;
  for (std::filesystem::directory_iterator entry(folder, status), end; !status && entry != end; entry.increment(status)) {
    const std::string extension = entry->path().extension().string();
    std::error_code kind;
    if ((extension == ".yaml" || extension == ".yml") && entry->is_regular_file(kind)) {
      paths.push_back(entry->path().string());
    }
  }
  std::sort(paths.begin(), paths.end()); // the order of a folder differs between machines
  return paths;
}

std::string what_there_is(const std::vector<InstrumentFile>& files, std::string_view id) {
  std::vector<std::string> ids, versions;
  for (const InstrumentFile& file : files) {
    if (file.id == id) {
      versions.push_back(fmt::format("{}@{} ({})", file.id, file.version, file.path));
    } else if (std::find(ids.begin(), ids.end(), file.id) == ids.end()) {
      ids.push_back(file.id);
    }
  }
  if (!versions.empty()) {
    return fmt::format("; other versions are there: {}; name one of them, or add the file", join(versions, ", "));
  }
  return did_you_mean(id, ids) + "; put the instrument's file beside the study, or into its folder instruments/";
}

} // namespace

std::vector<InstrumentFile> list_instruments(const std::vector<std::string>& folders) {
  std::vector<InstrumentFile> found;
  for (const std::string& folder : folders) {
    for (const std::string& path : yaml_files(folder)) {
      std::string bytes;
      try {
        bytes = read_file(path);
      } catch (const InputError&) {
        continue; // unreadable: it cannot be the one, and if it is, the search says that there is none
      }
      const std::optional<std::string> id = top_level(bytes, "instrument");
      const std::optional<std::string> version = top_level(bytes, "version");
      if (id && version && !top_level(bytes, "study")) {
        found.push_back({path, *id, *version});
      }
    }
  }
  return found;
}

std::string find_instrument(const std::vector<std::string>& folders, std::string_view id, std::string_view version,
                            const Position& wanted_at) {
  std::vector<InstrumentFile> seen;
  for (const std::string& folder : folders) {
    const std::vector<InstrumentFile> files = list_instruments({folder});
    const InstrumentFile* found = nullptr;
    for (const InstrumentFile& file : files) {
      if (file.id != id || file.version != version) {
        continue;
      }
      if (found != nullptr) {
        throw InputError(wanted_at, fmt::format("two files say that they are {}@{}: {} and {}; raise the version of one, or remove it", id,
                                                version, found->path, file.path));
      }
      found = &file;
    }
    if (found != nullptr) {
      return found->path;
    }
    seen.insert(seen.end(), files.begin(), files.end());
  }
  throw InputError(wanted_at, fmt::format("the instrument {}@{} was not found in {}{}", id, version,
                                          folders.empty() ? "any folder" : either_of(folders), what_there_is(seen, id)));
}

} // namespace canvass
