#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "engine/core/text.hpp"
#include "study_templates.hpp"

#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kinds[] = {"cohort"};
constexpr Operand operands[] = {{.name = "KIND", .kind = Operand::Kind::word, .allowed = kinds},
                                {.name = "DIR", .kind = Operand::Kind::folder}};

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

Exit run(const Arguments& arguments, Console& console) {
  const fs::path folder = arguments.operand("DIR");
  for (const templates::EmbeddedText& one : templates::embedded_texts()) {
    if (fs::exists(folder / one.name)) {
      throw UsageError(fmt::format("{} is there already and is never overwritten; name a new folder", (folder / one.name).string()));
    }
  }
  const std::string id = id_from(fs::absolute(folder));
  for (const templates::EmbeddedText& one : templates::embedded_texts()) {
    const std::string path = (folder / one.name).string();
    write_file(path, with_id(one.text, id));
    console.data(path + "\n");
  }
  const std::string shown = shell_word(folder.string());
  console.say("It runs as it is. Every choice in study.yaml is explained beside it; put your own in its place.");
  console.next(fmt::format("canvass check {0}, then canvass simulate {0} and canvass report {0}.", shown));
  return Exit::done;
}

} // namespace

const Command new_study = {
    .name = "new",
    .group = Group::prepare,
    .summary = "a commented study to start from",
    .operands = operands,
    .options = {},
    .run = run,
};

} // namespace canvass::cli::commands
