#ifndef CANVASS_ENGINE_CORE_ERROR_HPP
#define CANVASS_ENGINE_CORE_ERROR_HPP

#include <stdexcept>
#include <string>
#include <vector>

namespace canvass {

/// A place in a text file, as an editor shows it. Lines and columns count from 1; columns count characters, not bytes.
/// 0 means "not known": a Position with line 0 names the file only.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;

  friend bool operator==(const Position&, const Position&) = default;
};

/// "file:line:column", or as much of it as is known.
std::string to_string(const Position& at);

enum class Severity { error, warning, note };

/// One thing that is wrong with an input: a sentence a person can act on.
/// The sentence says what is wrong (what was found); what is allowed; what to do. It ends without a full stop.
struct Problem {
  Severity severity = Severity::error;
  Position at;
  std::string text;

  friend bool operator==(const Problem&, const Problem&) = default;
};

/// "file:line:column: warning: text".
std::string to_string(const Problem& problem);

/// All problems of one input, in the order found. Loaders collect into it and go on, so that a person sees all at once.
class Problems {
public:
  void error(Position at, std::string text);
  void warning(Position at, std::string text);
  void note(Position at, std::string text);
  void add(Problem problem);
  void add(const Problems& other);

  [[nodiscard]] bool has_errors() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
  [[nodiscard]] const std::vector<Problem>& all() const noexcept { return all_; }
  /// Sorted by file, line, column; errors before warnings at one place; duplicates removed.
  void sort();

private:
  std::vector<Problem> all_;
};

/// Every exception that Canvass throws on purpose. `exit_code` is what the program ends with.
class Error : public std::runtime_error {
public:
  Error(std::string message, int code) : std::runtime_error(std::move(message)), exit_code_(code) {}
  [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

private:
  int exit_code_;
};

/// The command line is wrong: 64.
class UsageError : public Error {
public:
  explicit UsageError(std::string message) : Error(std::move(message), 64) {}
};

/// The input is wrong: 2. Carries every problem found.
class InputError : public Error {
public:
  explicit InputError(Problems problems);
  InputError(Position at, std::string text);
  [[nodiscard]] const Problems& problems() const noexcept { return problems_; }

private:
  Problems problems_;
};

/// The data cannot bear this analysis: 3. A procedure that throws it becomes a note in the report, not the end of it.
class DomainError : public Error {
public:
  explicit DomainError(std::string message) : Error(std::move(message), 3) {}
};

/// The store failed: 4.
class StoreError : public Error {
public:
  explicit StoreError(std::string message) : Error(std::move(message), 4) {}
};

} // namespace canvass

#endif
