#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/mend.hpp"
#include "cli/study_access.hpp"
#include "cli/table.hpp"
#include "engine/core/text.hpp"

#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand, {.name = "ITEM=VALUE", .kind = Operand::Kind::word, .repeats = true}};
constexpr Option options[] = {{.name = "who", .letter = '\0', .value = "ID", .help = "the person"},
                              {.name = "wave", .letter = '\0', .value = "WAVE", .help = "the wave"},
                              {.name = "why", .letter = '\0', .value = "TEXT", .help = "the reason; it stands in the log for ever"},
                              store_option};

Exit run(const Arguments& arguments, Console& console) {
  const std::string wave = arguments.required("wave");
  const std::string id = arguments.required("who") + "/" + wave;
  const std::string why = arguments.required("why");
  const std::vector<TypedAnswer> typed = parse_typed_answers(arguments.operands("ITEM=VALUE"));
  const LoadedStudy study = load_study(arguments);
  const Instrument& instrument = instrument_of(study, wave);
  for (const TypedAnswer& one : typed) {
    const std::string part = instrument.variable(one.id) == Instrument::npos ? frame_part(one.id, study.study) : std::string();
    if (!part.empty() && part != "answered_at") {
      throw UsageError(
          fmt::format("'{}' cannot be corrected, only answers and answered_at can; undo the import and import the mended file", one.id));
    }
  }
  const auto store = open_store(arguments, study, store::Open::read_write);
  const auto before = store->response(id, study);
  if (!before) {
    throw InputError({}, fmt::format("there is no answer sheet of {} in wave {}; canvass status shows who answered",
                                     arguments.required("who"), arguments.required("wave")));
  }
  const Validated after = Validator(study).validate(mended(as_raw_record(*before, study), typed, study));
  if (!after.response) {
    Problems problems;
    for (const std::string& reason : after.reasons) {
      problems.error({id}, reason);
    }
    throw InputError(std::move(problems));
  }
  std::vector<store::Correction> corrections;
  TextTable table{{{"Item"}, {"Was"}, {"Is"}}, {}};
  for (std::size_t v = 0; v < instrument.variables.size(); ++v) {
    if (!(before->cells[v] == after.response->cells[v])) {
      const Variable& variable = instrument.variables[v];
      corrections.push_back({id, variable.id, after.response->cells[v], why});
      table.rows.push_back({variable.id, cell_text(before->cells[v], variable), cell_text(after.response->cells[v], variable)});
    }
  }
  if (before->frame.answered_at != after.response->frame.answered_at) {
    const auto shown = [](const std::optional<Moment>& at) { return at ? to_string(*at) : std::string(); };
    Cell value;
    value.missing = after.response->frame.answered_at ? std::int16_t{0} : static_cast<std::int16_t>(code_blank);
    value.number = after.response->frame.answered_at ? static_cast<double>(after.response->frame.answered_at->seconds) : 0;
    corrections.push_back({id, "answered_at", value, why});
    table.rows.push_back({"answered_at", shown(before->frame.answered_at), shown(after.response->frame.answered_at)});
  }
  if (corrections.empty()) {
    console.say("Nothing to correct: the answers are already so.");
  } else {
    store->correct(corrections, study);
    console.data(print_table(table, 0));
    console.say(fmt::format("{} corrected; the old ones stay in the log.",
                            counted(static_cast<long long>(corrections.size()), "answer", "answers")));
  }
  console.next(fmt::format("canvass report {} with the answers as they are now.", shell_word(arguments.operand("STUDY"))));
  return Exit::done;
}

} // namespace

const Command correct = {
    .name = "correct",
    .group = Group::collect,
    .summary = "change answers of one person in one wave, with a reason",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
