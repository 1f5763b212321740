#include "cli/command.hpp"

#include "cli/commands/all.hpp"
#include "cli/page.hpp"
#include "cli/version.hpp"
#include "engine/core/text.hpp"

#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <new>

namespace canvass::cli {

namespace {

// One row a command; tests/cli asks of each a page, a --help case, a manual page and a completion.
constexpr std::array table = {
    &commands::new_study, &commands::check,    &commands::simulate,       &commands::power,          &commands::plan,
    &commands::compare,   &commands::map,      &commands::import_answers, &commands::held,           &commands::correct,
    &commands::undo,      &commands::withdraw, &commands::analyse,        &commands::report_command, &commands::explain,
    &commands::chart,     &commands::status,   &commands::export_answers, &commands::pack,           &commands::audit,
    &commands::backup,    &commands::verify,   &commands::help,           &commands::completion,     &commands::manual,
};

constexpr Option help_option{"help", 'h', "", "print this page"};

int code(Exit exit) {
  return static_cast<int>(exit);
}

std::vector<std::string> visible_names() {
  std::vector<std::string> names;
  for (const Command* command : table) {
    if (command->group != Group::hidden || command->name == "help") {
      names.emplace_back(command->name);
    }
  }
  return names;
}

int run_command(const Command& command, const std::vector<std::string>& words, Console& console) {
  const Arguments arguments = parse_arguments(words, command.operands, all_options(command));
  if (arguments.has("help")) {
    console.data(help_text(command, console));
    console.flush();
    return code(Exit::done);
  }
  const Exit exit = command.run(arguments, console);
  console.end_progress();
  console.flush();
  return code(exit);
}

int complain(Console& console, std::string_view who, std::string_view what, int exit_code) {
  console.say(fmt::format("{}: {}", who, what));
  return exit_code;
}

/// Runs `work` and turns whatever it throws into words and a code.
template <typename Work> int guarded(std::string_view who, Console& console, const Work& work) {
  try {
    return work();
  } catch (const UsageError& error) {
    complain(console, who, error.what(), error.exit_code());
    console.next(fmt::format("{} --help shows how it is used.", who));
    return error.exit_code();
  } catch (const InputError& error) {
    console.problems(error.problems());
    console.next("put right what is named above, then run the same line again.");
    return error.exit_code();
  } catch (const Error& error) {
    return complain(console, who, error.what(), error.exit_code());
  } catch (const std::bad_alloc&) {
    return complain(console, who, "this machine has not enough memory for it; close other programs or use a larger machine",
                    code(Exit::store_failed));
  } catch (const std::filesystem::filesystem_error& error) {
    return complain(console, who, error.what(), code(Exit::store_failed));
  } catch (const std::exception& error) {
    return complain(
        console, who,
        fmt::format("a fault in Canvass {} itself ({}). Your answers are as they were. Please report it with the line you typed", version,
                    error.what()),
        code(Exit::bug));
  }
}

} // namespace

std::span<const Command* const> command_table() {
  return table;
}

const Command* find_command(std::string_view name) {
  for (const Command* command : table) {
    if (command->name == name) {
      return command;
    }
  }
  return nullptr;
}

std::vector<Option> all_options(const Command& command) {
  std::vector<Option> options(command.options.begin(), command.options.end());
  options.push_back(help_option);
  return options;
}

std::string synopsis(const Command& command) {
  std::string text = fmt::format("canvass {}", command.name);
  for (const Operand& operand : command.operands) {
    std::string word(operand.name);
    if (!operand.allowed.empty()) {
      word = join(std::vector<std::string>(operand.allowed.begin(), operand.allowed.end()), "|");
    }
    word += operand.repeats ? "..." : "";
    text += operand.optional ? fmt::format(" [{}]", word) : " " + word;
  }
  for (const Option& option : command.options) {
    text += option.value.empty() ? fmt::format(" [--{}]", option.name) : fmt::format(" [--{} {}]", option.name, option.value);
  }
  return text;
}

int run(const std::vector<std::string>& words, Console& console) {
  if (words.empty()) {
    return guarded("canvass", console, [&]() -> int {
      console.data(overview_text(console));
      throw UsageError("a command is missing");
    });
  }
  const std::string& first = words.front();
  if (first == "--help" || first == "-h") {
    return guarded("canvass", console, [&] { return run_command(commands::help, {}, console); });
  }
  if (first == "--version") {
    return guarded("canvass", console, [&] {
      console.data(fmt::format("canvass {}\n", version));
      console.flush();
      return code(Exit::done);
    });
  }
  const Command* command = find_command(first);
  if (command == nullptr) {
    return guarded("canvass", console, [&]() -> int {
      throw UsageError(fmt::format("there is no command '{}'{}", first, did_you_mean(first, visible_names())));
    });
  }
  return guarded(fmt::format("canvass {}", first), console, [&] {
    return run_command(*command, {words.begin() + 1, words.end()}, console);
  });
}

} // namespace canvass::cli
