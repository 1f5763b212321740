#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/sent.hpp"
#include "cli/study_access.hpp"
#include "cli/taking.hpp"
#include "engine/core/csv.hpp"
#include "engine/core/hash.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/exchange/import/csv.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr std::string_view encodings[] = {"utf-8", "windows-1252"};
constexpr Operand operands[] = {study_operand, {.name = "FILE", .kind = Operand::Kind::file}};
constexpr Option options[] = {
    {.name = "map", .letter = '\0', .value = "FILE", .help = "what the columns of a foreign file mean (canvass map drafts one)"},
    {.name = "wave", .letter = '\0', .value = "WAVE", .help = "the wave of a file that does not tell it"},
    {.name = "check", .letter = '\0', .value = "", .help = "say what would happen; write nothing"},
    {.name = "update", .letter = '\0', .value = "", .help = "take changed answer sheets as corrections; without it they are held"},
    {.name = "encoding", .letter = '\0', .value = "NAME", .help = "utf-8 or windows-1252, over what the map says", .allowed = encodings},
    {.name = "sent", .letter = '\0', .value = "", .help = "FILE lists to whom questionnaires went (serial, area, stratum), not answers"},
    {.name = "allow-missing-frame", .letter = '\0', .value = "", .help = "take answers although nothing tells their area"},
    {.name = "simulated", .letter = '\0', .value = "", .help = "these answers are made up: the store and its reports are marked for ever"},
    store_option};

/// Files that `canvass simulate -o` writes carry this at the front of their names, so that nobody need remember the flag.
constexpr std::string_view simulated_prefix = "SIMULATED";

Exit report(const Arguments& arguments, const store::ImportCounts& counts, Console& console) {
  const std::string shown = shell_word(arguments.operand("STUDY"));
  if (counts.held > 0) {
    console.next(arguments.has("check")
                     ? "put right the rows named above in the file, or import it as it is: they will be held, and can be mended."
                     : fmt::format("canvass held {} list, then accept or reject each row.", shown));
    return Exit::input_is_wrong;
  }
  console.next(arguments.has("check")
                   ? "the same line without --check writes it."
                   : fmt::format("canvass status {0}; should this import be wrong: canvass undo {0} {1}.", shown, counts.import_id));
  return Exit::done;
}

Exit run(const Arguments& arguments, Console& console) {
  const LoadedStudy study = load_study(arguments);
  const std::string& file = arguments.operand("FILE");
  const std::string wave = arguments.value_or("wave", "");
  std::optional<exchange::Mapping> map;
  if (const auto path = arguments.value("map")) {
    map = exchange::load_mapping(*path);
  }
  std::string bytes = read_file(file);

  if (arguments.has("sent")) {
    if (arguments.has("allow-missing-frame")) {
      throw UsageError("--allow-missing-frame is for answers, a list of those who were asked is taken with or without areas; leave it out");
    }
    if (arguments.has("simulated")) {
      throw UsageError("--sent reads a list of serials, which is neither made up nor real; leave --simulated out");
    }
    if (const auto encoding = arguments.value("encoding")) {
      bytes = decode_text(std::move(bytes), file, *encoding);
      if (map) {
        map->encoding = "utf-8";
      }
    }
    return take_sent(arguments, study, std::move(bytes), file, map, console);
  }

  store::ImportBatch batch;
  batch.source = std::filesystem::path(file).filename().string();
  batch.source_sha256 = to_hex(sha256(bytes));
  batch.update = arguments.has("update");
  batch.simulated = arguments.has("simulated") || batch.source.compare(0, simulated_prefix.size(), simulated_prefix) == 0;
  if (const auto encoding = arguments.value("encoding")) {
    bytes = decode_text(std::move(bytes), file, *encoding);
    if (map) {
      map->encoding = "utf-8"; // it is, now
    }
  }
  Taking taking(study, batch);
  const exchange::ImportedFile imported =
      exchange::import_answers(std::move(bytes), file, map ? &*map : nullptr, study, {wave, arguments.has("allow-missing-frame")},
                               [&](const RawRecord& record) { taking.take(record); });
  batch.header = imported.header;
  batch.map = imported.map;
  console.problems(imported.notes);
  if (!imported.ignored.empty()) {
    constexpr std::size_t most_shown = 20;
    const std::size_t count = imported.ignored.size();
    const std::vector<std::string> shown(imported.ignored.begin(),
                                         imported.ignored.begin() + static_cast<std::ptrdiff_t>(std::min(count, most_shown)));
    console.say(fmt::format("The map leaves out {}{}.", join(shown, ", "),
                            count > most_shown ? fmt::format(" and {} more columns", count - most_shown) : std::string()));
  }

  const std::string path = store_path(arguments, study);
  const bool exists = std::filesystem::exists(path);
  if (arguments.has("check")) {
    std::vector<Response> current;
    if (exists) {
      const auto store = open_store(arguments, study, store::Open::read_only);
      keep_apart(*store, batch.simulated, path);
      current = store->responses(study);
    }
    const store::ImportCounts counts = forecast(batch, current);
    print_taking(batch, counts, taking, study, console);
    console.say("Nothing was written: this was a check.");
    return report(arguments, counts, console);
  }
  const auto store = open_store(arguments, study, store::Open::create);
  for (const std::string& warning : store->warnings()) {
    console.problem({Severity::warning, {}, warning});
  }
  keep_apart(*store, batch.simulated, path);
  const store::ImportCounts counts = store->import(batch, study, console.progress());
  print_taking(batch, counts, taking, study, console);
  console.say(fmt::format("Import {} of {}{}.", counts.import_id, batch.source, batch.simulated ? ", marked SIMULATED" : ""));
  if (const auto withdrawn = store->withdrawn().size(); withdrawn > 0 && counts.added > 0) {
    // Their names are erased, as they asked; so nothing here can recognise them in a file.
    console.problem({Severity::warning,
                     {},
                     counted(static_cast<long long>(withdrawn), "answer sheet was", "answer sheets were") +
                         " withdrawn from this store, and who gave them is erased; look whether this file brings one back, and if so: "
                         "canvass withdraw"});
  }
  return report(arguments, counts, console);
}

} // namespace

const Command import_answers = {
    .name = "import",
    .group = Group::collect,
    .summary = "read answers from a file into the store",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
