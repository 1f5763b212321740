#ifndef CANVASS_CLI_ARGUMENTS_HPP
#define CANVASS_CLI_ARGUMENTS_HPP

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::cli {

/// A word of the command line that is no option.
struct Operand {
  enum class Kind { study, file, folder, path, word };
  std::string_view name; ///< "STUDY"
  Kind kind = Kind::word;
  bool optional = false;
  bool repeats = false;
  std::span<const std::string_view> allowed = {}; ///< of a word: what it may be; empty = anything
};

/// "--map FILE". A flag has no value name.
struct Option {
  std::string_view name;                          ///< without the dashes
  char letter = '\0';                             ///< "-o", or none
  std::string_view value;                         ///< "FILE"; empty: a flag
  std::string_view help;                          ///< one line, no full stop
  std::span<const std::string_view> allowed = {}; ///< what the value may be; empty = anything
  bool list = false;                              ///< comma-separated, each one of `allowed`
};

/// The words of one command line, checked against operands and options.
class Arguments {
public:
  [[nodiscard]] bool has(std::string_view option) const;
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
  [[nodiscard]] std::string value_or(std::string_view option, std::string_view otherwise) const;
  /// @throws UsageError it was not given
  [[nodiscard]] std::string required(std::string_view option) const;
  /// The parts of a comma-separated value; empty if it was not given.
  [[nodiscard]] std::vector<std::string> list(std::string_view option) const;
  /// @throws UsageError not a whole number within [low, high]
  [[nodiscard]] std::optional<int> integer(std::string_view option, int low, int high) const;
  /// The first word given for that operand.
  [[nodiscard]] const std::string& operand(std::string_view name) const;
  [[nodiscard]] bool has_operand(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> operands(std::string_view name) const;

private:
  friend Arguments parse_arguments(const std::vector<std::string>&, std::span<const Operand>, std::span<const Option>);
  std::map<std::string, std::string, std::less<>> options_;
  std::map<std::string, std::vector<std::string>, std::less<>> operands_;
};

/// @throws UsageError unknown option (with the nearest), a value missing or not allowed, an operand missing or too many
Arguments parse_arguments(const std::vector<std::string>& words, std::span<const Operand> operands, std::span<const Option> options);

} // namespace canvass::cli

#endif
