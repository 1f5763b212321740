#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/mend.hpp"
#include "cli/study_access.hpp"
#include "cli/table.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr std::string_view actions[] = {"list", "accept", "reject"};
constexpr Operand operands[] = {study_operand,
                                {.name = "ACTION", .kind = Operand::Kind::word, .allowed = actions},
                                {.name = "ROW", .kind = Operand::Kind::word, .optional = true},
                                {.name = "ITEM=VALUE", .kind = Operand::Kind::word, .optional = true, .repeats = true}};
constexpr Option options[] = {{.name = "why", .letter = '\0', .value = "TEXT", .help = "the reason; needed to accept or reject"},
                              store_option};

Exit list(const Arguments& arguments, const store::Store& store, Console& console) {
  const auto rows = store.held();
  TextTable table{{{"Row", true}, {"Import", true}, {"Where"}, {"Person"}, {"Wave"}, {"Why it was not taken"}}, {}};
  for (const store::HeldRow& row : rows) {
    table.rows.push_back({std::to_string(row.id), std::to_string(row.import_id), to_string(row.record.at), row.record.frame.person,
                          row.record.frame.wave, join(row.reasons, "; ")});
  }
  console.data(print_table(table, console.terminal().out_is_terminal ? console.terminal().width : 0));
  const std::string shown = shell_word(arguments.operand("STUDY"));
  if (rows.empty()) {
    console.next(fmt::format("nothing is held; canvass status {} shows who has answered.", shown));
    return Exit::done;
  }
  console.next(
      fmt::format("canvass held {0} accept {1} ITEM=VALUE --why TEXT, or canvass held {0} reject {1} --why TEXT.", shown, rows.front().id));
  return Exit::done;
}

const store::HeldRow& row_of(const Arguments& arguments, const std::vector<store::HeldRow>& rows) {
  if (!arguments.has_operand("ROW")) {
    throw UsageError("ROW is missing: the number that canvass held STUDY list shows");
  }
  const std::string& given = arguments.operand("ROW");
  const auto number = parse_int64(given);
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const store::HeldRow& row) { return number && row.id == *number; });
  if (found == rows.end()) {
    throw InputError({}, fmt::format("no row '{}' is held; canvass held STUDY list shows those that are", given));
  }
  return *found;
}

/// The row with its mended answers. What the importer could not read (`faults`) must be given anew, one answer a fault at least, for
/// an empty place would be taken as an answer left blank. @throws InputError it cannot be taken so
Response checked_row(const store::HeldRow& row, std::span<const TypedAnswer> typed, const LoadedStudy& study) {
  RawRecord record = row.record;
  if (typed.size() >= record.faults.size()) {
    record.faults.clear();
  }
  const Validated checked = Validator(study).validate(mended(std::move(record), typed, study));
  if (!checked.response) {
    Problems problems;
    for (const std::string& reason : checked.reasons) {
      problems.error(row.record.at, reason);
    }
    throw InputError(std::move(problems));
  }
  return *checked.response;
}

Exit run(const Arguments& arguments, Console& console) {
  const std::string& action = arguments.operand("ACTION");
  const LoadedStudy study = load_study(arguments);
  if (action == "list") {
    return list(arguments, *open_store(arguments, study, store::Open::read_only), console);
  }
  const std::string why = arguments.required("why");
  const auto store = open_store(arguments, study, store::Open::read_write);
  const auto rows = store->held();
  const store::HeldRow& row = row_of(arguments, rows);
  const auto typed = parse_typed_answers(arguments.operands("ITEM=VALUE"));
  if (action == "reject") {
    if (!typed.empty()) {
      throw UsageError("a row that is rejected takes no answers; did you mean accept?");
    }
    store->reject_held(row.id, why);
    console.say(fmt::format("Row {} is rejected; it stays in the log with the reason.", row.id));
  } else {
    const Response response = checked_row(row, typed, study);
    const auto present = store->response(response.id, study);
    if (present && !arguments.has("update")) {
      throw InputError(row.record.at,
                       fmt::format("there are answers of {} in wave {} already; mend person= or wave=, reject the row, or let it "
                                   "replace them with --update",
                                   response.frame.person, response.frame.wave));
    }
    store->accept_held(row.id, response, why, study);
    console.say(fmt::format("Row {} is accepted as the answers of {} in wave {}.", row.id, response.frame.person, response.frame.wave));
  }
  const std::size_t left = rows.size() - 1;
  const std::string shown = shell_word(arguments.operand("STUDY"));
  console.next(left == 0 ? fmt::format("nothing is held any more; canvass status {} shows who has answered.", shown)
                         : fmt::format("canvass held {} list shows the {} still held.", shown, left));
  return Exit::done;
}

} // namespace

const Command held = {
    .name = "held",
    .group = Group::collect,
    .summary = "rows that could not be taken: list them, mend and accept, or reject",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
