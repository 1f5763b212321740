#include "engine/exchange/pack.hpp"

#include "cli/answers.hpp"
#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "engine/core/text.hpp"

#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand};
constexpr Option options[] = {
    {.name = "output", .letter = 'o', .value = "FILE", .help = "the pack to write"},
    {.name = "with-texts", .letter = '\0', .value = "", .help = "keep open answers; people name themselves and others in them"},
    store_option};

Exit run(const Arguments& arguments, Console& console) {
  const std::string target = arguments.required("output");
  const auto answers = load_answers(arguments, console);
  exchange::PackOptions how;
  how.with_texts = arguments.has("with-texts");
  how.store = {{}, answers->withdrawn, answers->held, answers->simulated};
  for (const analysis::LockedPlan& lock : answers->locks) {
    how.store.locks.push_back({lock.canonical, lock.sha256, lock.at, lock.responses_by_wave});
  }
  write_file(target, exchange::pack_study(answers->study, answers->responses, how));
  console.data(target + "\n");
  console.say(
      fmt::format("{} packed without the ids of people{}. Where groups are small, people may be recognised by their answers all the "
                  "same: share it with those who may see single answers.",
                  counted(static_cast<long long>(answers->responses.size()), "answer sheet", "answer sheets"),
                  arguments.has("with-texts") ? ", with their open answers" : " and without open answers"));
  console.next(fmt::format("canvass report {} gives the same numbers from the pack alone.", shell_word(target)));
  return Exit::done;
}

} // namespace

const Command pack = {
    .name = "pack",
    .group = Group::keep,
    .summary = "one file without identities, to share and to replicate from",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
