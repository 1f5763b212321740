#include "cli/carry_on.hpp"
#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "engine/core/text.hpp"
#include "poll_templates.hpp"
#include "study_templates.hpp"
#include "survey_templates.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace canvass::cli::commands {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kinds[] = {"cohort", "survey", "poll"};
constexpr Operand operands[] = {{.name = "KIND", .kind = Operand::Kind::word, .allowed = kinds},
                                {.name = "DIR", .kind = Operand::Kind::folder}};
constexpr Option options[] = {
    {.name = "from", .letter = '\0', .value = "OLD", .help = "carry this survey or poll on: its files copied, one wave added"}};

/// Files of a new study by name.
using Files = std::vector<std::pair<std::string, std::string>>;

template <typename Texts> Files files_of(const Texts& texts) {
  Files files;
  for (const auto& one : texts) {
    files.emplace_back(std::string(one.name), std::string(one.text));
  }
  return files;
}

Files template_of(const std::string& kind) {
  return kind == "survey" ? files_of(survey_templates::embedded_texts())
         : kind == "poll" ? files_of(poll_templates::embedded_texts())
                          : files_of(templates::embedded_texts());
}

/// The folder's name as an id: what is no letter, digit, '.', '_' or '-' becomes '-'.
std::string id_from(const fs::path& folder) {
  std::string id = folder.filename().empty() ? folder.parent_path().filename().string() : folder.filename().string();
  for (char& c : id) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    c = fits ? c : '-';
  }
  if (is_id(id)) {
    return id;
  }
  id = "study-" + id;
  return is_id(id) ? id : "my-study";
}

std::string with_id(std::string_view text, const std::string& id) {
  constexpr std::string_view mark = "@STUDY@";
  std::string result;
  for (std::size_t at = 0;;) {
    const std::size_t found = text.find(mark, at);
    result += text.substr(at, found - at);
    if (found == std::string_view::npos) {
      return result;
    }
    result += id;
    at = found + mark.size();
  }
}

void write_all(const fs::path& folder, const Files& files, Console& console) {
  for (const auto& file : files) {
    if (fs::exists(folder / file.first)) {
      throw UsageError(fmt::format("{} is there already and is never overwritten; name a new folder", (folder / file.first).string()));
    }
  }
  for (const auto& file : files) {
    const std::string path = (folder / file.first).string();
    write_file(path, file.second);
    console.data(path + "\n");
  }
}

Exit carry(const Arguments& arguments, const fs::path& folder, const std::string& from, Console& console) {
  if (arguments.operand("KIND") == "cohort") {
    throw UsageError("--from carries a survey or a poll on; a cohort's later waves belong into its own study");
  }
  Problems problems;
  const LoadedStudy old = canvass::load_study(from, study_paths(), problems);
  if (problems.has_errors()) {
    throw InputError(std::move(problems));
  }
  CarriedOn carried = carry_on(old);
  std::string list = "# What must still be done\n\n";
  for (const std::string& one : carried.to_do) {
    list += "- [ ] " + one + "\n";
  }
  carried.files.emplace_back("to-do.md", list);
  write_all(folder, carried.files, console);
  console.say(fmt::format("The study is carried on with the wave {}. Still to be done (to-do.md keeps the list):", carried.wave));
  for (const std::string& one : carried.to_do) {
    console.say("- " + one);
  }
  console.next(fmt::format("canvass check {}.", shell_word(folder.string())));
  return Exit::done;
}

Exit run(const Arguments& arguments, Console& console) {
  const fs::path folder = arguments.operand("DIR");
  if (const auto from = arguments.value("from")) {
    return carry(arguments, folder, *from, console);
  }
  const std::string id = id_from(fs::absolute(folder));
  Files files = template_of(arguments.operand("KIND"));
  for (auto& file : files) {
    file.second = with_id(file.second, id);
  }
  write_all(folder, files, console);
  const std::string shown = shell_word(folder.string());
  if (arguments.operand("KIND") == "cohort") {
    console.say("It runs as it is. Every choice in study.yaml is explained beside it; put your own in its place.");
    console.next(fmt::format("canvass check {0}, then canvass simulate {0} and canvass report {0}.", shown));
  } else {
    console.say("Every choice in study.yaml is explained beside it. The places and numbers are invented; put your own in their place.");
    console.next(fmt::format("canvass check {0}, then canvass simulate {0} makes up dispatch lists and answers to rehearse with.", shown));
  }
  return Exit::done;
}

} // namespace

const Command new_study = {
    .name = "new",
    .group = Group::prepare,
    .summary = "a commented study to start from",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
