#ifndef CANVASS_CLI_PAGE_HPP
#define CANVASS_CLI_PAGE_HPP

#include "cli/command.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The pages commands/<name>.md: one text for `canvass help`, for the manual page and for a reader of the source tree.
/// Of Markdown they use: # and ## headings, paragraphs, "- " lists, fenced code, `code`, **strong** and *emphasis*.
namespace canvass::cli {

struct PageBlock {
  enum class Kind { title, heading, paragraph, bullet, code };
  Kind kind = Kind::paragraph;
  std::string text; ///< of a code block: lines with their line ends, else one line
};

std::vector<PageBlock> parse_page(std::string_view markdown);

/// A stretch of text in one face.
struct PageSpan {
  enum class Face { plain, strong, emphasis, code };
  Face face = Face::plain;
  std::string text;
};
std::vector<PageSpan> parse_spans(std::string_view text);

/// The page of a command as written; empty if there is none (a test sees to it that there is).
std::string_view page_of(std::string_view command);

/// For the terminal: usage, page, options, exit codes.
std::string help_text(const Command& command, const Console& console);
/// The list of all commands.
std::string overview_text(const Console& console);
/// A manual page in roff: "canvass-import.1"; `command` nullptr gives canvass.1.
std::string manual_text(const Command* command);

/// What the exit codes mean, for every page.
struct ExitMeaning {
  int code;
  std::string_view meaning;
};
std::span<const ExitMeaning> exit_meanings();

} // namespace canvass::cli

#endif
