#include "cli/completion.hpp"

#include "cli/command.hpp"

#include <fmt/format.h>

namespace canvass::cli {

namespace {

std::string words(std::span<const std::string_view> allowed) {
  std::string text;
  for (const std::string_view one : allowed) {
    text += (text.empty() ? "" : " ") + std::string(one);
  }
  return text;
}

/// What stands after an option: words, or files.
std::string value_cases(const Command& command) {
  std::string cases;
  for (const Option& option : all_options(command)) {
    if (option.value.empty()) {
      continue;
    }
    const std::string pattern =
        option.letter != '\0' ? fmt::format("--{}|-{}", option.name, option.letter) : fmt::format("--{}", option.name);
    if (!option.allowed.empty()) {
      cases += fmt::format("        {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n", pattern, words(option.allowed));
    } else if (option.value == "FILE" || option.value == "DIR") {
      cases += fmt::format("        {}) COMPREPLY=($(compgen -{} -- \"$word\")); return ;;\n", pattern, option.value == "DIR" ? 'd' : 'f');
    } else {
      cases += fmt::format("        {}) return ;;\n", pattern);
    }
  }
  return cases;
}

} // namespace

std::string bash_completion() {
  std::string names;
  std::string branches;
  for (const Command* command : command_table()) {
    if (command->group == Group::hidden && command->name != "help") {
      continue;
    }
    names += (names.empty() ? "" : " ") + std::string(command->name);
    std::string options;
    for (const Option& option : all_options(*command)) {
      options += fmt::format("{}--{}", options.empty() ? "" : " ", option.name);
    }
    std::string operand_words;
    bool only_folders = !command->operands.empty();
    for (const Operand& operand : command->operands) {
      const std::string allowed = words(operand.allowed);
      operand_words += (operand_words.empty() || allowed.empty() ? "" : " ") + allowed;
      only_folders = only_folders && operand.kind == Operand::Kind::folder;
    }
    branches +=
        fmt::format("    {})\n      case \"$before\" in\n{}      esac\n      options='{}'\n      operands='{}'\n      files={}\n      ;;\n",
                    command->name, value_cases(*command), options, operand_words, only_folders ? "-d" : "-f");
  }
  return fmt::format(R"(# bash completion for canvass; printed by `canvass completion`
_canvass() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" options='' operands='' files=-f
  compopt -o filenames 2>/dev/null
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{0} --help --version' -- "$word"))
    return
  fi
  case "${{COMP_WORDS[1]}}" in
    help) COMPREPLY=($(compgen -W '{0}' -- "$word")); return ;;
{1}    *) return ;;
  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  else
    COMPREPLY=($(compgen -W "$operands" -- "$word") $(compgen $files -- "$word"))
  fi
}}
complete -F _canvass canvass
)",
                     names, branches);
}

} // namespace canvass::cli
