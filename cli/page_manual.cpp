// Pages as roff for man(1).
#include "cli/page.hpp"
#include "cli/version.hpp"
#include "engine/core/text.hpp"

#include <fmt/format.h>

namespace canvass::cli {

namespace {

/// Backslashes and dashes as roff wants them; a line may not begin with a dot or a quote.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n')) {
      result += "\\&";
    }
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return result;
}

std::string faces(std::string_view text) {
  std::string result;
  for (const PageSpan& span : parse_spans(text)) {
    switch (span.face) {
    case PageSpan::Face::plain: result += result.empty() ? escaped(span.text) : escaped("x" + span.text).substr(1); break;
    case PageSpan::Face::emphasis: result += "\\fI" + escaped("x" + span.text).substr(1) + "\\fR"; break;
    case PageSpan::Face::strong:
    case PageSpan::Face::code: result += "\\fB" + escaped("x" + span.text).substr(1) + "\\fR"; break;
    }
  }
  return result + "\n";
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return result;
}

std::string head(std::string_view name, std::string_view summary) {
  return fmt::format(".TH {} 1 \"\" \"Canvass {}\" \"Canvass manual\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n", upper(escaped(name)), version,
                     escaped(name), escaped(summary));
}

std::string option_list(const Command& command) {
  std::string text = ".SH OPTIONS\n";
  for (const Option& option : all_options(command)) {
    text += ".TP\n";
    if (option.letter != '\0') {
      text += fmt::format("\\fB\\-{}\\fR, ", option.letter);
    }
    text += "\\fB" + escaped("--" + std::string(option.name)) + "\\fR";
    if (!option.value.empty()) {
      text += " \\fI" + escaped(option.value) + "\\fR";
    }
    text += "\n" + escaped(option.help) + "\n";
  }
  return text;
}

std::string foot() {
  std::string text = ".SH EXIT CODES\n";
  for (const ExitMeaning& one : exit_meanings()) {
    text += fmt::format(".TP\n{}\n{}\n", one.code, escaped(one.meaning));
  }
  return text;
}

} // namespace

std::string manual_text(const Command* command) {
  if (command == nullptr) {
    std::string text = head("canvass", "surveys and perception measurement that a board can read and an academic can check");
    text += escaped("canvass COMMAND STUDY [OPTIONS]") + "\n.SH COMMANDS\n";
    for (const Command* one : command_table()) {
      if (one->group != Group::hidden) {
        text += ".TP\n\\fB" + escaped(fmt::format("canvass-{}", one->name)) + "\\fR(1)\n" + escaped(one->summary) + "\n";
      }
    }
    text += ".SH ENVIRONMENT\n.TP\nCANVASS_INSTRUMENTS\nFolders with instruments, separated by colons, searched after the study's own.\n"
            ".TP\nNO_COLOR\nWhere set, nothing is coloured.\n.TP\nSOURCE_DATE_EPOCH\nStands for the clock, so that a run can be repeated "
            "to the "
            "byte.\n";
    return text + foot();
  }
  std::string text = head(fmt::format("canvass-{}", command->name), command->summary);
  text += escaped(synopsis(*command)) + "\n.SH DESCRIPTION\n";
  bool options_printed = false;
  for (const PageBlock& block : parse_page(page_of(command->name))) {
    switch (block.kind) {
    case PageBlock::Kind::title: break;
    case PageBlock::Kind::heading:
      if (!options_printed) {
        text += option_list(*command);
        options_printed = true;
      }
      text += ".SH " + upper(escaped(block.text)) + "\n";
      break;
    case PageBlock::Kind::paragraph: text += ".PP\n" + faces(block.text); break;
    case PageBlock::Kind::bullet: text += ".IP \\(bu 2\n" + faces(block.text); break;
    case PageBlock::Kind::code: text += ".PP\n.nf\n.RS 4\n" + escaped(block.text) + ".RE\n.fi\n"; break;
    }
  }
  if (!options_printed) {
    text += option_list(*command);
  }
  return text + foot() + ".SH SEE ALSO\n\\fBcanvass\\fR(1)\n";
}

} // namespace canvass::cli
