#include "cli/console.hpp"

#include "engine/core/escape.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace canvass::cli {

namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

std::size_t columns_of_terminal() {
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr) {
    if (const auto given = parse_int(columns); given && *given >= 40 && *given <= 400) {
      return static_cast<std::size_t>(*given);
    }
  }
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
      return size.ws_col;
    }
  }
  return 80;
}

} // namespace

Terminal this_terminal() {
  Terminal terminal;
  terminal.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  terminal.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  terminal.colours = terminal.out_is_terminal && terminal.err_is_terminal && !dumb && !is_set("NO_COLOR");
  terminal.width = columns_of_terminal();
  return terminal;
}

Console::Console(std::ostream& out, std::ostream& err, Terminal terminal) : out_(out), err_(err), terminal_(terminal) {}

void Console::data(std::string_view bytes) {
  end_progress();
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out_) {
    throw StoreError("standard output could not be written: the disk may be full, or the reader of the pipe has gone");
  }
}

void Console::flush() {
  out_.flush();
  if (!out_) {
    throw StoreError("standard output could not be written: the disk may be full, or the reader of the pipe has gone");
  }
}

void Console::say(std::string_view sentence) {
  end_progress();
  const std::string text = escape_terminal(sentence);
  err_ << (terminal_.err_is_terminal ? wrap(text, terminal_.width) : text) << '\n';
}

void Console::next(std::string_view sentence) {
  end_progress();
  const std::string text = "Next: " + escape_terminal(sentence);
  err_ << (terminal_.err_is_terminal ? wrap(text, terminal_.width, 6) : text) << '\n';
}

void Console::problem(const Problem& problem) {
  end_progress();
  const std::string at = to_string(problem.at);
  std::string line = at.empty() ? std::string{} : ink(escape_terminal(at), Ink::bold) + ": ";
  switch (problem.severity) {
  case Severity::error: line += ink("error: ", Ink::red); break;
  case Severity::warning: line += ink("warning: ", Ink::yellow); break;
  case Severity::note: line += ink("note: ", Ink::faint); break;
  }
  err_ << line << escape_terminal(problem.text) << '\n';
}

void Console::problems(const Problems& problems) {
  for (const Problem& one : problems.all()) {
    problem(one);
  }
}

Progress Console::progress() {
  if (!terminal_.err_is_terminal) {
    return {};
  }
  return [this](std::string_view what, std::size_t done, std::size_t total) {
    const int percent = total == 0 ? 0 : static_cast<int>(std::min<std::size_t>(100, done * 100 / total));
    if (bar_ && percent == last_percent_ && what == last_what_) {
      return;
    }
    last_percent_ = percent;
    last_what_ = std::string(what);
    bar_ = true;
    constexpr std::size_t cells = 20;
    const std::size_t filled = static_cast<std::size_t>(percent) * cells / 100;
    const std::string label(first_characters(what, terminal_.width > cells + 12 ? terminal_.width - cells - 12 : 8));
    err_ << fmt::format("\r\x1b[K{} [{}{}] {:3}%", escape_terminal(label), std::string(filled, '#'), std::string(cells - filled, '.'),
                        percent);
    err_.flush();
  };
}

void Console::end_progress() {
  if (bar_) {
    err_ << "\r\x1b[K";
    bar_ = false;
    last_percent_ = -1;
  }
}

std::string Console::ink(std::string_view text, Ink ink) const {
  if (!terminal_.colours || ink == Ink::plain) {
    return std::string(text);
  }
  std::string_view code;
  switch (ink) {
  case Ink::plain: break;
  case Ink::bold: code = "1"; break;
  case Ink::faint: code = "2"; break;
  case Ink::red: code = "31"; break;
  case Ink::yellow: code = "33"; break;
  case Ink::green: code = "32"; break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  std::string wrapped;
  std::size_t column = 0;
  for (const std::string_view word : split(text, ' ')) {
    const std::size_t wide = display_width(word);
    if (column > indent && column + 1 + wide > width) {
      wrapped += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!wrapped.empty()) {
      wrapped += ' ';
      ++column;
    }
    wrapped += word;
    column += wide;
  }
  return wrapped;
}

} // namespace canvass::cli
