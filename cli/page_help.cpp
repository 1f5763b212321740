// Pages for the terminal.
#include "cli/page.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::cli {

namespace {

constexpr std::size_t widest_text = 100; // longer lines are hard to read

std::size_t text_width(const Console& console) {
  return std::min(console.terminal().width, widest_text);
}

/// Wraps the plain text first, then inks it: colour codes take no columns. Spans never run over a line's end unmarked.
std::string paragraph(std::string_view text, const Console& console, std::size_t indent, std::string_view lead = "") {
  struct Word {
    std::string text;
    Ink ink;
    bool glued; ///< to the word before
  };
  std::vector<Word> words;
  bool glue_next = false;
  for (const PageSpan& span : parse_spans(text)) {
    const Ink ink = span.face == PageSpan::Face::plain ? Ink::plain : Ink::bold;
    bool first = true;
    for (const std::string_view part : split(span.text, ' ')) {
      if (!part.empty()) {
        words.push_back({std::string(part), ink, first && glue_next});
      }
      first = false;
    }
    glue_next = span.text.back() != ' ';
  }
  std::string result = std::string(indent, ' ') + std::string(lead);
  const std::size_t left = indent + display_width(lead);
  std::size_t column = left;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t wide = display_width(words[i].text);
    for (std::size_t j = i + 1; j < words.size() && words[j].glued; ++j) {
      wide += display_width(words[j].text);
    }
    if (!words[i].glued && column > left) {
      if (column + 1 + wide > text_width(console)) {
        result += '\n' + std::string(left, ' ');
        column = left;
      } else {
        result += ' ';
        ++column;
      }
    }
    result += console.ink(words[i].text, words[i].ink);
    column += display_width(words[i].text);
  }
  return result + '\n';
}

std::string heading(std::string_view text, const Console& console) {
  return "\n" + console.ink(text, Ink::bold) + "\n";
}

std::string code_block(const std::string& text) {
  std::string result;
  for (const std::string_view line : split(trim(text), '\n')) {
    result += "    " + std::string(line) + "\n";
  }
  return result;
}

std::string option_term(const Option& option) {
  std::string term = option.letter != '\0' ? fmt::format("-{}, ", option.letter) : std::string{};
  term += "--" + std::string(option.name);
  if (!option.value.empty()) {
    term += " " + std::string(option.value);
  }
  return term;
}

/// `text` in lines that begin at column `left`, the first line's indent left out.
std::string hanging(std::string_view text, std::size_t width, std::size_t left) {
  const std::string lines = wrap(text, width > left + 20 ? width - left : 20);
  std::string result;
  for (const char c : lines) {
    result += c;
    if (c == '\n') {
      result += std::string(left, ' ');
    }
  }
  return result;
}

/// Terms on the left, texts on the right, as `ls --help` does.
std::string term_list(const std::vector<std::pair<std::string, std::string>>& terms, const Console& console) {
  std::size_t widest = 0;
  for (const auto& [term, text] : terms) {
    widest = std::max(widest, display_width(term));
  }
  widest = std::min<std::size_t>(widest, 28);
  std::string result;
  for (const auto& [term, text] : terms) {
    const std::size_t wide = display_width(term);
    const std::size_t pad = wide <= widest ? widest - wide : 0;
    result += "  " + console.ink(term, Ink::bold);
    if (wide > widest) {
      result += "\n" + std::string(widest + 2, ' ');
    }
    result += std::string(pad + 2, ' ') + hanging(text, text_width(console), widest + 4) + "\n";
  }
  return result;
}

} // namespace

std::string help_text(const Command& command, const Console& console) {
  const std::string name = fmt::format("canvass {}", command.name);
  std::string text = console.ink(name, Ink::bold) + " - " + hanging(command.summary, text_width(console), name.size() + 3) + "\n";
  text += heading("Usage", console);
  text += "  " + hanging(synopsis(command), text_width(console), 2) + "\n";
  bool options_printed = false;
  const auto print_options = [&] {
    options_printed = true;
    std::vector<std::pair<std::string, std::string>> terms;
    for (const Option& option : all_options(command)) {
      terms.emplace_back(option_term(option), std::string(option.help));
    }
    text += heading("Options", console) + term_list(terms, console);
  };
  bool after_heading = true;
  for (const PageBlock& block : parse_page(page_of(command.name))) {
    switch (block.kind) {
    case PageBlock::Kind::title: text += "\n"; break;
    case PageBlock::Kind::heading:
      if (!options_printed) {
        print_options();
      }
      text += heading(block.text, console);
      break;
    case PageBlock::Kind::paragraph: text += (after_heading ? "" : "\n") + paragraph(block.text, console, 2); break;
    case PageBlock::Kind::bullet: text += paragraph(block.text, console, 2, "- "); break;
    case PageBlock::Kind::code: text += code_block(block.text); break;
    }
    after_heading = block.kind == PageBlock::Kind::title || block.kind == PageBlock::Kind::heading;
  }
  if (!options_printed) {
    print_options();
  }
  text += heading("Exit codes", console);
  std::string codes;
  for (const ExitMeaning& one : exit_meanings()) {
    codes += fmt::format("{}{} {}", codes.empty() ? "" : "; ", one.code, one.meaning);
  }
  return text + paragraph(codes, console, 2);
}

std::string overview_text(const Console& console) {
  struct Heading {
    Group group;
    std::string_view title;
  };
  constexpr Heading headings[] = {{Group::prepare, "Prepare a study"},
                                  {Group::collect, "Take in answers"},
                                  {Group::analyse, "Analyse and report"},
                                  {Group::keep, "Look after the answers"}};
  std::string text =
      fmt::format("{} measures what people think, and says honestly whether it changed.\n", console.ink("Canvass", Ink::bold));
  text += heading("Usage", console) + "  canvass COMMAND STUDY [OPTIONS]\n";
  for (const Heading& one : headings) {
    std::vector<std::pair<std::string, std::string>> terms;
    for (const Command* command : command_table()) {
      if (command->group == one.group) {
        terms.emplace_back(std::string(command->name), std::string(command->summary));
      }
    }
    if (!terms.empty()) {
      text += heading(one.title, console) + term_list(terms, console);
    }
  }
  text +=
      "\n" + paragraph("`canvass help COMMAND` explains one command, with examples. `canvass --version` prints the version.", console, 0);
  return text;
}

} // namespace canvass::cli
