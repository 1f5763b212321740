#include "engine/study/load.hpp"

#include "engine/core/hash.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/instrument/read_text.hpp"
#include "engine/study/check.hpp"
#include "engine/study/parts.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <system_error>

namespace canvass {

namespace {

namespace fs = std::filesystem;

/// The study's file for a folder or a file.
std::string file_of(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return path;
  }
  const fs::path folder(path);
  for (const char* name : {"study.yaml", "study.yml"}) {
    if (fs::exists(folder / name, error)) {
      return (folder / name).string();
    }
  }
  return (folder / "study.yaml").string();
}

void read_head(YamlMap& map, Study& study, Problems& problems) {
  if (const auto format = map.required_integer("canvass"); format && *format != 1) {
    problems.error(map.at("canvass"), fmt::format("the format {} is not known; this program reads format 1", *format));
  }
  study.id = map.required_id("study").value_or("");
  if (const auto language = map.string("language")) {
    if (is_language(*language)) {
      study.language = *language;
    } else {
      problems.error(map.at("language"), fmt::format("`{}` is no language; write a code such as en or cy", *language));
    }
  }
  study.title = study_parts::read_text(map, "title", study.language, problems);
  if (!map.has("title")) {
    problems.error(study.at,
                   "the study has no `title`; write how a reader should know it, such as {en: \"Engagement training, Northshire\"}");
  }
  if (const auto reference = study_parts::read_instrument_reference(map, "instrument", problems)) {
    study.instrument = *reference;
  } else if (!map.has("instrument")) {
    problems.error(study.at, "the study names no `instrument`; write its id and version, such as pcso-self-legitimacy@1.0.0");
  }
  if (const auto decision = map.string("decision")) {
    study.decision = *decision;
  }
}

/// A column of a file is a question, the moment, or one thing of the frame; never two of them.
void check_frame_names(const LoadedStudy& loaded, Problems& problems) {
  const FrameNames& frame = loaded.study.frame;
  const Position at = frame.at.line > 0 ? frame.at : loaded.study.at;
  for (const std::string* name : {&frame.person, &frame.arm, &frame.area, &frame.stratum, &frame.cluster, &frame.weight}) {
    if (*name == "wave" || *name == "answered_at") {
      problems.error(
          at, fmt::format("the frame names the column \"{0}\", which holds the {1} of an answer; name another, and map \"{0}\" to it",
                          *name, *name == "wave" ? "wave" : "time"));
    } else if (!name->empty() && loaded.instrument().variable(*name) != Instrument::npos) {
      problems.error(at, fmt::format("the frame names the column \"{}\", which is also a question of {}@{}; name another", *name,
                                     loaded.instrument().id, loaded.instrument().version));
    }
  }
}

/// Reads what stands in study.yaml alone.
void read_study(const YamlNode& root, Study& study, Problems& problems) {
  using namespace study_parts;
  study.at = root.at;
  if (root.kind == YamlNode::Kind::mapping && root.find("study") == nullptr && root.find("pages") != nullptr) {
    problems.error(root.at,
                   "this is an instrument, not a study (it has `pages` and no `study`); name the study's folder or its study.yaml");
    return;
  }
  YamlMap map(root, "the study", problems);
  read_head(map, study, problems);
  read_purpose(map.node("purpose"), study, problems);
  read_frame(map.node("frame"), study, problems);
  read_waves(map.node("waves"), study, problems);
  read_arms(map.node("arms"), study, problems);
  read_assignment(map.node("assignment"), study, problems);
  read_events(map.node("events"), study, problems);
  read_match_people(map.node("match_people"), study, problems);
  read_sample(map.node("sample"), study, problems);
  read_same_series(map.node("same_series"), study, problems);
  read_plan(map.node("plan"), study, problems);
  read_report(map.node("report"), study, problems);
  read_survey(map, study, problems);
  read_disclosure(map.node("disclosure"), study, problems);
  map.finish();
}

} // namespace

LoadedStudy load_study(const std::string& path, const StudyPaths& paths, Problems& problems) {
  LoadedStudy loaded;
  Study& study = loaded.study;
  study.file = file_of(path);
  study.folder = fs::path(study.file).parent_path().string();
  if (study.folder.empty()) {
    study.folder = ".";
  }
  std::string bytes;
  try {
    std::error_code error;
    if (!fs::exists(study.file, error)) {
      problems.error({study.file, 0, 0}, "there is no such study; name a folder with a study.yaml, or make one with `canvass new`");
      return loaded;
    }
    bytes = read_file(study.file);
  } catch (const InputError& error) {
    problems.add(error.problems());
    return loaded;
  }
  study.sha256 = to_hex(sha256(bytes));

  Problems found;
  const YamlNode root = read_yaml(bytes, study.file, found);
  if (!found.has_errors()) {
    read_study(root, study, found);
    study_parts::load_instruments(loaded, paths, found);
    if (!loaded.instrument_of_wave.empty()) {
      check_frame_names(loaded, found);
      study_parts::resolve_plan(loaded, found);
      study_parts::check_versions(loaded, found);
    }
    study_parts::load_people(loaded, found);
    study_parts::load_survey(loaded, found);
    if (!found.has_errors()) {
      check_study(loaded, found);
    }
  }
  found.sort();
  problems.add(found);
  return loaded;
}

LoadedStudy load_study_or_throw(const std::string& path, const StudyPaths& paths) {
  Problems problems;
  LoadedStudy loaded = load_study(path, paths, problems);
  if (problems.has_errors()) {
    throw InputError(std::move(problems));
  }
  return loaded;
}

} // namespace canvass
