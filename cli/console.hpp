#ifndef CANVASS_CLI_CONSOLE_HPP
#define CANVASS_CLI_CONSOLE_HPP

#include "engine/core/error.hpp"
#include "engine/core/progress.hpp"

#include <ostream>
#include <string>
#include <string_view>

namespace canvass::cli {

/// What is known of the terminal. Defaults are those of a pipe: no colours, no progress bars, 80 columns.
struct Terminal {
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool colours = false; ///< a terminal, NO_COLOR not set, TERM not dumb
  std::size_t width = 80;
};

/// Asks the operating system and the environment (NO_COLOR, TERM, COLUMNS).
Terminal this_terminal();

enum class Ink { plain, bold, faint, red, yellow, green };

/// The only way in which commands speak: data to `out`, words to `err`. Words pass through escape_terminal, so that a file's bytes
/// cannot move the cursor.
class Console {
public:
  Console(std::ostream& out, std::ostream& err, Terminal terminal);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// Data, as they are. @throws StoreError standard output cannot be written (disk full)
  void data(std::string_view bytes);
  /// A sentence for the person, with its line end; long ones are wrapped on a terminal.
  void say(std::string_view sentence);
  /// What to do next: the last words of every command.
  void next(std::string_view sentence);
  void problem(const Problem& problem);
  void problems(const Problems& problems);
  /// Draws a bar on the words' side; empty where that is no terminal.
  [[nodiscard]] Progress progress();
  /// Wipes a bar that is still there.
  void end_progress();
  /// Flushes the data. @throws StoreError as data()
  void flush();

  [[nodiscard]] const Terminal& terminal() const noexcept { return terminal_; }
  /// `text` in that ink where the terminal has colours.
  [[nodiscard]] std::string ink(std::string_view text, Ink ink) const;

private:
  std::ostream& out_;
  std::ostream& err_;
  Terminal terminal_;
  bool bar_ = false;
  int last_percent_ = -1;
  std::string last_what_;
};

/// `text` in lines of at most `width` columns, each after the first indented; words are not cut.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent = 0);

} // namespace canvass::cli

#endif
