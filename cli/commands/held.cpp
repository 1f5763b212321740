#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/lost_cells.hpp"
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
constexpr Option options[] = {
    {.name = "why", .letter = '\0', .value = "TEXT", .help = "the reason; needed to accept or reject"},
    {.name = "as-missing",
     .letter = '\0',
     .value = "ITEMS",
     .help = "accept: let what cannot be read of these be missing (q1,answered_at)"},
    {.name = "update", .letter = '\0', .value = "", .help = "accept: the row replaces answers that are there"},
    {.name = "all", .letter = '\0', .value = "", .help = "reject: every row that is held"},
    {.name = "matching", .letter = '\0', .value = "TEXT", .help = "reject: every row with TEXT in one of its reasons"},
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
  console.next(fmt::format("canvass held {0} accept {1} ITEM=VALUE --why TEXT, or canvass held {0} reject {1} --why TEXT{2}.", shown,
                           rows.front().id, rows.size() > 1 ? " (--matching TEXT rejects all of one reason)" : ""));
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

/// What stands in the row and would be lost must be given anew, or let go in so many words. @throws InputError neither was done
void refuse_losses(const store::HeldRow& row, const std::vector<LostCell>& lost, std::span<const TypedAnswer> typed,
                   const std::vector<std::string>& as_missing, const LoadedStudy& study) {
  const std::size_t wave = study.study.wave(row.record.frame.wave);
  const Instrument* instrument = wave == Study::npos ? nullptr : study.instrument_of_wave[wave].get();
  const auto is_typed = [&](const std::string& name) {
    return std::any_of(typed.begin(), typed.end(), [&](const TypedAnswer& one) {
      const bool is_variable = instrument != nullptr && instrument->variable(one.id) != Instrument::npos;
      return mends(is_variable ? one.id : frame_part(one.id, study.study), name, instrument);
    });
  };
  std::vector<std::string> names;
  for (const LostCell& cell : lost) {
    names.push_back(cell.name);
  }
  for (const std::string& name : as_missing) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw UsageError(names.empty() ? fmt::format("--as-missing names {}, but row {} loses nothing", name, row.id)
                                     : fmt::format("--as-missing names {}, but what row {} loses is {}", name, row.id, join(names, ", ")));
    }
  }
  Problems problems;
  std::vector<std::string> open;
  for (const LostCell& cell : lost) {
    const bool is_let_go = std::find(as_missing.begin(), as_missing.end(), cell.name) != as_missing.end();
    if (!is_let_go && !is_typed(cell.name)) {
      problems.error(row.record.at, cell.reason);
      if (std::find(open.begin(), open.end(), cell.name) == open.end()) {
        open.push_back(cell.name);
      }
    }
  }
  if (!open.empty()) {
    const auto one = std::find_if(open.begin(), open.end(), [](const std::string& name) { return name != "row"; });
    problems.error(row.record.at,
                   fmt::format("accepting row {} as it is would lose what stands there; {}say --as-missing {} to take the rest", row.id,
                               one == open.end() ? std::string() : fmt::format("give the value ({}=VALUE), or ", *one), join(open, ",")));
    throw InputError(std::move(problems));
  }
}

/// The row with its mended answers. @throws InputError it cannot be taken so
Response checked_row(const store::HeldRow& row, std::span<const TypedAnswer> typed, const LoadedStudy& study) {
  const Validated checked = Validator(study).validate(mended(row.record, typed, study));
  if (!checked.response) {
    Problems problems;
    for (const std::string& reason : checked.reasons) {
      problems.error(row.record.at, reason);
    }
    throw InputError(std::move(problems));
  }
  return *checked.response;
}

void say_what_is_left(std::size_t left, const Arguments& arguments, Console& console) {
  const std::string shown = shell_word(arguments.operand("STUDY"));
  console.next(left == 0 ? fmt::format("nothing is held any more; canvass status {} shows who has answered.", shown)
                         : fmt::format("canvass held {} list shows the {} still held.", shown, left));
}

/// `reject --all` and `reject --matching TEXT`.
Exit reject_many(const Arguments& arguments, store::Store& store, const std::vector<store::HeldRow>& rows, const std::string& why,
                 Console& console) {
  if (arguments.has_operand("ROW") || (arguments.has("all") && arguments.has("matching"))) {
    throw UsageError("a ROW, --all and --matching are three ways to say which rows are meant; give one");
  }
  const std::string part = arguments.value_or("matching", "");
  if (arguments.has("matching") && part.empty()) {
    throw UsageError("--matching needs a part of a reason; --all rejects every row");
  }
  std::vector<std::int64_t> ids;
  for (const store::HeldRow& row : rows) {
    const bool matches = std::any_of(row.reasons.begin(), row.reasons.end(),
                                     [&](const std::string& reason) { return reason.find(part) != std::string::npos; });
    if (arguments.has("all") || matches) {
      ids.push_back(row.id);
    }
  }
  if (ids.empty()) {
    throw InputError({}, rows.empty() ? std::string("no row is held")
                                      : fmt::format("none of the {} has \"{}\" in a reason; canvass held STUDY list shows them",
                                                    counted(static_cast<long long>(rows.size()), "held row", "held rows"), part));
  }
  store.reject_held(ids, why);
  console.say(
      fmt::format("{} rejected; they stay in the log with the reason.", counted(static_cast<long long>(ids.size()), "row is", "rows are")));
  say_what_is_left(rows.size() - ids.size(), arguments, console);
  return Exit::done;
}

void refuse_stray_options(const Arguments& arguments, const std::string& action) {
  for (const char* option : {"as-missing", "update"}) {
    if (arguments.has(option) && action != "accept") {
      throw UsageError(fmt::format("--{} goes with accept", option));
    }
  }
  for (const char* option : {"all", "matching"}) {
    if (arguments.has(option) && action != "reject") {
      throw UsageError(fmt::format("--{} goes with reject; rows are accepted one by one, each looked at", option));
    }
  }
}

Exit run(const Arguments& arguments, Console& console) {
  const std::string& action = arguments.operand("ACTION");
  refuse_stray_options(arguments, action);
  const LoadedStudy study = load_study(arguments);
  if (action == "list") {
    return list(arguments, *open_store(arguments, study, store::Open::read_only), console);
  }
  const std::string why = arguments.required("why");
  const auto store = open_store(arguments, study, store::Open::read_write);
  const auto rows = store->held();
  if (arguments.has("all") || arguments.has("matching")) {
    return reject_many(arguments, *store, rows, why, console);
  }
  const store::HeldRow& row = row_of(arguments, rows);
  const auto typed = parse_typed_answers(arguments.operands("ITEM=VALUE"));
  if (action == "reject") {
    if (!typed.empty()) {
      throw UsageError("a row that is rejected takes no answers; did you mean accept?");
    }
    store->reject_held(row.id, why);
    console.say(fmt::format("Row {} is rejected; it stays in the log with the reason.", row.id));
  } else {
    const std::vector<std::string> as_missing = arguments.list("as-missing");
    refuse_losses(row, lost_cells(row, study), typed, as_missing, study);
    const Response response = checked_row(row, typed, study);
    if (store->response(response.id, study) && !arguments.has("update")) {
      throw InputError(row.record.at,
                       fmt::format("there are answers of {} in wave {} already; mend {}= or wave=, reject the row, or let it "
                                   "replace them with --update",
                                   response.frame.person, response.frame.wave, person_name(study.study)));
    }
    store->accept_held(row.id, response, as_missing.empty() ? why : fmt::format("{}; left missing: {}", why, join(as_missing, ", ")),
                       study);
    console.say(fmt::format("Row {} is accepted as the answers of {} in wave {}{}.", row.id, response.frame.person, response.frame.wave,
                            as_missing.empty() ? "" : "; left missing: " + join(as_missing, ", ")));
  }
  say_what_is_left(rows.size() - 1, arguments, console);
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
