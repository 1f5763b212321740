#include "cli/answers.hpp"
#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "engine/core/hash.hpp"
#include "engine/core/text.hpp"
#include "reports/renderer.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr std::string_view formats[] = {"html", "text", "json", "csv"};
constexpr Operand operands[] = {study_operand};
constexpr Option options[] = {
    {.name = "output", .letter = 'o', .value = "DIR", .help = "the folder to write to (default: report in the study's folder)"},
    {.name = "format",
     .letter = '\0',
     .value = "LIST",
     .help = "html,text,json,csv or some of them (default: all)",
     .allowed = formats,
     .list = true},
    area_option,
    release_option,
    threads_option,
    store_option};

/// Warns of an earlier public report that differs by a few people, and notes this one in the store.
void note_release(const Arguments& arguments, const LoadedStudy& study, std::vector<store::Release::File> files, Console& console) {
  try {
    const auto store = open_store(arguments, study, store::Open::read_write);
    // Of all that were published, the one from which the fewest people's answers would follow.
    const std::vector<store::EarlierRelease> all = store->earlier_releases();
    const store::EarlierRelease* earlier = nullptr;
    for (const store::EarlierRelease& one : all) {
      earlier = one.people_changed > 0 && (earlier == nullptr || one.people_changed <= earlier->people_changed) ? &one : earlier;
    }
    if (earlier != nullptr && earlier->people_changed < static_cast<std::size_t>(study.study.disclosure.min_base)) {
      console.problem(
          {Severity::warning,
           {},
           fmt::format("since the public report of {} the answers of only {} changed: who holds both reports can subtract one from the "
                       "other. Publish this one in place of the earlier one, never beside it, or wait for more answers",
                       to_string(date_of(earlier->release.at)),
                       counted(static_cast<long long>(earlier->people_changed), "person", "people"))});
    }
    store->record_release({now(), std::move(files)});
  } catch (const StoreError& error) {
    console.problem({Severity::note, {}, fmt::format("this report could not be noted in the store's log: {}", error.what())});
  }
}

/// A code as part of a file's name: what is neither letter nor digit becomes a dash.
std::string as_file_name(std::string code) {
  std::replace_if(
      code.begin(), code.end(), [](unsigned char c) { return c < 128 && std::isalnum(c) == 0; }, '-');
  return code;
}

Exit run(const Arguments& arguments, Console& console) {
  const auto answers = load_answers(arguments, console);
  analysis::Options chosen = analysis_options(arguments, console);
  chosen.area = area_of(arguments, answers->study);
  const analysis::Analysed analysed = analysis::analyse(answers->input(), chosen);
  const report::Document document = analysis::make_report(answers->input(), analysed, chosen);

  const std::filesystem::path study(answers->study.study.folder); // of a pack: the pack itself
  const std::filesystem::path beside = std::filesystem::is_directory(study) ? study : study.parent_path();
  const std::filesystem::path folder = arguments.value("output").value_or((beside / "report").string());
  std::vector<std::string> wanted = arguments.list("format");
  if (wanted.empty()) {
    wanted.assign(std::begin(formats), std::end(formats));
  }
  // An internal report never lies under the name of a public one.
  render::RenderOptions how;
  how.stem = chosen.area.empty() ? "report" : "area-" + as_file_name(chosen.area);
  how.stem += chosen.release == analysis::Release::internal ? "-internal" : "";
  std::string first;
  std::vector<store::Release::File> released;
  const auto write = [&](const std::string& name, std::string_view bytes) {
    const std::string path = (folder / name).string();
    write_file(path, bytes);
    console.data(path + "\n");
    first = first.empty() ? path : first;
  };
  for (const std::string& format : wanted) {
    const std::vector<render::OutputFile> files = render::find_renderer(format)->render(document, how);
    released.push_back({files.front().name, to_hex(sha256(files.front().bytes))});
    for (std::size_t i = 0; i < files.size(); ++i) {
      write((i == 0 ? "" : "tables/") + files[i].name, files[i].bytes); // the first is the report, the others are its tables
    }
  }
  if (chosen.area.empty()) { // they count everybody
    for (const analysis::DataFile& file : analysis::data_files(answers->input(), chosen)) {
      write(file.name, file.bytes);
    }
  }
  if (chosen.release == analysis::Release::open && !answers->from_pack && !answers->without_store) {
    note_release(arguments, answers->study, std::move(released), console);
  }
  const Exit exit = print_notes(analysed, chosen, console);
  if (answers->held > 0) {
    console.say(fmt::format("{} held and in no number; canvass held {} list.",
                            counted(static_cast<long long>(answers->held), "row is", "rows are"), shell_word(arguments.operand("STUDY"))));
  }
  if (answers->simulated) {
    console.say("SIMULATED: these answers are made up, and every page says so.");
  }
  console.next(fmt::format("open {}; canvass explain {} ROW takes any of its numbers apart.", shell_word(first),
                           shell_word(arguments.operand("STUDY"))));
  return exit;
}

} // namespace

const Command report_command = {
    .name = "report",
    .group = Group::analyse,
    .summary = "write the report: first page, sections, tables, charts",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
