#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "engine/core/yaml.hpp"
#include "engine/exchange/import/table_text.hpp"
#include "engine/exchange/mapping.hpp"

#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand, {.name = "FILE", .kind = Operand::Kind::file}};
constexpr Option options[] = {{.name = "output", .letter = 'o', .value = "FILE", .help = "write the map there instead of standard output"}};

Exit run(const Arguments& arguments, Console& console) {
  const LoadedStudy study = load_study(arguments);
  const std::string& file = arguments.operand("FILE");
  const std::string map = exchange::draft_map(exchange::read_any_table(read_file(file), file, nullptr), file, study);
  std::string written = "MAP";
  if (const auto target = arguments.value("output")) {
    if (std::filesystem::exists(*target)) {
      throw UsageError(fmt::format("{} is there already, and may hold a map that somebody mended; give another name", *target));
    }
    write_file(*target, map);
    written = shell_word(*target);
  } else {
    console.data(map);
  }
  console.next(fmt::format("read the map and mend its guesses, then canvass import {} {} --map {} --check.",
                           shell_word(arguments.operand("STUDY")), shell_word(file), written));
  return Exit::done;
}

} // namespace

const Command map = {
    .name = "map",
    .group = Group::collect,
    .summary = "draft the map of a foreign file: which column is which item",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
