#include "engine/instrument/check.hpp"

#include "cli/commands/all.hpp"
#include "cli/study_access.hpp"
#include "engine/analysis/run.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/exchange/mapping.hpp"
#include "engine/instrument/load.hpp"
#include "engine/simulate/simulate.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

namespace fs = std::filesystem;

constexpr Operand operands[] = {{.name = "PATH", .kind = Operand::Kind::path, .repeats = true}};
constexpr Option options[] = {{.name = "strict", .letter = '\0', .value = "", .help = "warnings end with exit code 2 too"}};

/// The study, its people and instruments, its plan, and the simulation.yaml beside it.
void check_study_folder(const std::string& path, Problems& problems) {
  const LoadedStudy study = canvass::load_study(path, study_paths(), problems);
  if (problems.has_errors()) {
    return; // what the plan and the simulation name may not be there
  }
  analysis::check_plan(study, problems);
  const std::string design = (fs::path(study.study.folder) / "simulation.yaml").string();
  if (fs::exists(design)) {
    simulate::read_design(read_file(design), design, study, problems);
  }
}

void check_file(const std::string& path, Problems& problems) {
  if (fs::is_directory(path)) {
    check_study_folder(path, problems);
    return;
  }
  const std::string bytes = read_file(path);
  Problems syntax;
  const YamlNode top = read_yaml(bytes, path, syntax);
  if (top.find("study") != nullptr) {
    check_study_folder(path, problems);
  } else if (top.find("instrument") != nullptr) {
    const Instrument instrument = load_instrument(bytes, path, problems);
    if (!problems.has_errors()) {
      check_instrument(instrument, problems);
    }
  } else if (top.find("map") != nullptr) {
    exchange::read_mapping(bytes, path, problems);
  } else if (syntax.has_errors()) {
    problems.add(syntax);
  } else {
    problems.error(
        {path, 1, 1},
        "this is neither a study (`study: ID`), an instrument (`instrument: ID`) nor a map (`map: ID`); name the folder of a study, "
        "or one of these files");
  }
}

Exit run(const Arguments& arguments, Console& console) {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  const std::vector<std::string> paths = arguments.operands("PATH");
  for (const std::string& path : paths) {
    Problems problems;
    try {
      check_file(path, problems);
    } catch (const InputError& error) {
      problems.add(error.problems());
    }
    problems.sort();
    console.problems(problems);
    for (const Problem& problem : problems.all()) {
      errors += problem.severity == Severity::error ? 1U : 0U;
      warnings += problem.severity == Severity::warning ? 1U : 0U;
    }
  }
  console.data(fmt::format("{}: {}, {}\n", counted(static_cast<long long>(paths.size()), "path checked", "paths checked"),
                           counted(static_cast<long long>(errors), "error", "errors"),
                           counted(static_cast<long long>(warnings), "warning", "warnings")));
  if (errors > 0 || (warnings > 0 && arguments.has("strict"))) {
    console.next("put right what is named above, then run the same line again.");
    return Exit::input_is_wrong;
  }
  console.next("canvass simulate STUDY rehearses the report; canvass plan STUDY lock fixes the plan before fieldwork.");
  return Exit::done;
}

} // namespace

const Command check = {
    .name = "check",
    .group = Group::prepare,
    .summary = "read studies and instruments and say everything that is wrong with them",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
