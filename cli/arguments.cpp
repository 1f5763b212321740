#include "cli/arguments.hpp"

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <fmt/format.h>

namespace canvass::cli {

namespace {

namespace po = boost::program_options;

po::options_description described(std::span<const Option> options) {
  po::options_description all;
  for (const Option& option : options) {
    std::string name(option.name);
    if (option.letter != '\0') {
      name += std::string(",") + option.letter;
    }
    if (option.value.empty()) {
      all.add_options()(name.c_str(), po::bool_switch());
    } else {
      all.add_options()(name.c_str(), po::value<std::string>());
    }
  }
  all.add_options()("operands", po::value<std::vector<std::string>>());
  return all;
}

std::vector<std::string> dashed(std::span<const Option> options) {
  std::vector<std::string> names;
  for (const Option& option : options) {
    names.push_back("--" + std::string(option.name));
  }
  return names;
}

std::vector<std::string> as_strings(std::span<const std::string_view> views) {
  return {views.begin(), views.end()};
}

void check_allowed(std::string_view what, const std::string& given, std::span<const std::string_view> allowed) {
  if (allowed.empty() || std::find(allowed.begin(), allowed.end(), given) != allowed.end()) {
    return;
  }
  const std::vector<std::string> names = as_strings(allowed);
  throw UsageError(fmt::format("{} cannot be '{}': it is {}{}", what, given, either_of(names), did_you_mean(given, names)));
}

/// Boost's exceptions in this program's words.
[[noreturn]] void rethrow_in_words(std::span<const Option> options) {
  try {
    throw;
  } catch (const po::unknown_option& unknown) {
    const std::string name = unknown.get_option_name();
    throw UsageError(fmt::format("there is no option {}{}", name, did_you_mean(name, dashed(options))));
  } catch (const po::invalid_command_line_syntax& syntax) {
    const std::string name = syntax.get_option_name();
    if (syntax.kind() == po::invalid_syntax::extra_parameter) {
      throw UsageError(fmt::format("{} takes no value", name));
    }
    throw UsageError(fmt::format("{} needs a value", name));
  } catch (const po::multiple_occurrences& twice) {
    throw UsageError(fmt::format("{} stands more than once; give it once", twice.get_option_name()));
  } catch (const po::error& other) {
    throw UsageError(other.what());
  }
}

} // namespace

Arguments parse_arguments(const std::vector<std::string>& words, std::span<const Operand> operands, std::span<const Option> options) {
  const po::options_description all = described(options);
  po::positional_options_description positional;
  positional.add("operands", -1);
  po::variables_map given;
  try {
    using namespace po::command_line_style;
    const int style = allow_long | long_allow_adjacent | long_allow_next | allow_short | allow_dash_for_short | short_allow_adjacent |
                      short_allow_next | allow_sticky;
    po::store(po::command_line_parser(words).options(all).positional(positional).style(style).run(), given);
  } catch (const po::error&) {
    rethrow_in_words(options);
  }

  Arguments arguments;
  for (const Option& option : options) {
    const std::string name(option.name);
    if (option.value.empty()) {
      if (given[name].as<bool>()) {
        arguments.options_[name] = "";
      }
    } else if (given.count(name) != 0) {
      arguments.options_[name] = given[name].as<std::string>();
      const std::string& value = arguments.options_[name];
      if (option.list) {
        for (const std::string_view part : split(value, ',')) {
          check_allowed("--" + name, std::string(trim(part)), option.allowed);
        }
      } else {
        check_allowed("--" + name, value, option.allowed);
      }
    }
  }
  const auto rest = given.count("operands") != 0 ? given["operands"].as<std::vector<std::string>>() : std::vector<std::string>{};
  std::size_t next = 0;
  for (const Operand& operand : operands) {
    auto& taken = arguments.operands_[std::string(operand.name)];
    while (next < rest.size() && (taken.empty() || operand.repeats)) {
      check_allowed(operand.name, rest[next], operand.allowed);
      taken.push_back(rest[next++]);
    }
    if (taken.empty() && !operand.optional && !arguments.has("help")) {
      throw UsageError(fmt::format("{} is missing", operand.name));
    }
  }
  if (next < rest.size()) {
    throw UsageError(fmt::format("'{}' is one word too many", rest[next]));
  }
  return arguments;
}

bool Arguments::has(std::string_view option) const {
  return options_.find(option) != options_.end();
}

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::nullopt : std::optional<std::string>(found->second);
}

std::string Arguments::value_or(std::string_view option, std::string_view otherwise) const {
  return value(option).value_or(std::string(otherwise));
}

std::string Arguments::required(std::string_view option) const {
  const auto given = value(option);
  if (!given) {
    throw UsageError(fmt::format("--{} is missing", option));
  }
  return *given;
}

std::vector<std::string> Arguments::list(std::string_view option) const {
  std::vector<std::string> parts;
  if (const auto given = value(option)) {
    for (const std::string_view part : split(*given, ',')) {
      parts.emplace_back(trim(part));
    }
  }
  return parts;
}

std::optional<int> Arguments::integer(std::string_view option, int low, int high) const {
  const auto given = value(option);
  if (!given) {
    return std::nullopt;
  }
  const auto number = parse_int(*given);
  if (!number || *number < low || *number > high) {
    throw UsageError(fmt::format("--{} cannot be '{}': it is a whole number from {} to {}", option, *given, low, high));
  }
  return number;
}

const std::string& Arguments::operand(std::string_view name) const {
  return operands_.find(name)->second.front();
}

bool Arguments::has_operand(std::string_view name) const {
  const auto found = operands_.find(name);
  return found != operands_.end() && !found->second.empty();
}

std::vector<std::string> Arguments::operands(std::string_view name) const {
  const auto found = operands_.find(name);
  return found == operands_.end() ? std::vector<std::string>{} : found->second;
}

} // namespace canvass::cli
