#include "engine/instrument/compare.hpp"

#include "cli/commands/all.hpp"
#include "cli/study_access.hpp"
#include "cli/table.hpp"
#include "engine/core/text.hpp"
#include "engine/instrument/load.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {{.name = "V1", .kind = Operand::Kind::file}, {.name = "V2", .kind = Operand::Kind::file}};

/// A file, or "id@version" of an instrument where instruments are looked for.
Instrument instrument_from(const std::string& word) {
  const std::size_t at = word.find('@');
  if (at == std::string::npos || std::filesystem::exists(word)) {
    return load_instrument_file(word);
  }
  std::vector<std::string> folders = {".", "instruments"};
  const StudyPaths paths = study_paths();
  folders.insert(folders.end(), paths.instrument_folders.begin(), paths.instrument_folders.end());
  return load_instrument_file(find_instrument(folders, word.substr(0, at), word.substr(at + 1)));
}

Exit run(const Arguments& arguments, Console& console) {
  const Instrument before = instrument_from(arguments.operand("V1"));
  const Instrument after = instrument_from(arguments.operand("V2"));
  const Comparison comparison = compare_instruments(before, after);
  const std::size_t width = console.terminal().out_is_terminal ? console.terminal().width : 0;
  TextTable changes{{{"Id"}, {"What"}, {"How"}}, {}};
  for (const Change& change : comparison.changes) {
    changes.rows.push_back({change.id, std::string(to_string(change.kind)), change.text});
  }
  console.data(fmt::format("{}@{} and {}@{}\n", before.id, before.version, after.id, after.version));
  console.data(changes.rows.empty() ? "No difference.\n" : "\n" + print_table(changes, width));
  TextTable breaks{{{"Series that breaks"}, {"Why"}}, {}};
  for (const SeriesLink& link : comparison.series) {
    if (!link.continues) {
      breaks.rows.push_back({link.id, link.why});
    }
  }
  console.say(fmt::format("{} of {} continue.", comparison.series.size() - breaks.rows.size(),
                          counted(static_cast<long long>(comparison.series.size()), "series", "series")));
  if (!breaks.rows.empty()) {
    console.data("\n" + print_table(breaks, width));
    console.next("where a series continues in spite of the change, say so in study.yaml under same_series, with the reason.");
  } else {
    console.next("every series continues: waves may use either version.");
  }
  return Exit::done;
}

} // namespace

const Command compare = {
    .name = "compare",
    .group = Group::prepare,
    .summary = "two versions of an instrument: what changed, and which series continue",
    .operands = operands,
    .options = {},
    .run = run,
};

} // namespace canvass::cli::commands
