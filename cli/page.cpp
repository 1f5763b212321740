#include "cli/page.hpp"

#include "command_pages.hpp"
#include "engine/core/text.hpp"

#include <array>

namespace canvass::cli {

namespace {

constexpr std::array meanings = {
    ExitMeaning{0, "done"},
    ExitMeaning{1, "a fault in Canvass itself"},
    ExitMeaning{2, "the input is wrong, or rows are held"},
    ExitMeaning{3, "the data cannot bear this analysis"},
    ExitMeaning{4, "the store or a file could not be read or written"},
    ExitMeaning{64, "wrong usage"},
};

void add_line(std::vector<PageBlock>& blocks, PageBlock::Kind kind, std::string_view line, bool continues) {
  if (continues) {
    blocks.back().text += ' ';
    blocks.back().text += line;
  } else {
    blocks.push_back({kind, std::string(line)});
  }
}

} // namespace

std::span<const ExitMeaning> exit_meanings() {
  return meanings;
}

std::string_view page_of(std::string_view command) {
  for (const pages::EmbeddedText& page : pages::embedded_texts()) {
    if (page.name.size() == command.size() + 3 && page.name.substr(0, command.size()) == command) {
      return page.text;
    }
  }
  return {};
}

std::vector<PageBlock> parse_page(std::string_view markdown) {
  using Kind = PageBlock::Kind;
  std::vector<PageBlock> blocks;
  bool in_code = false;
  bool continues = false;
  for (const std::string_view line : split(markdown, '\n')) {
    if (line.substr(0, 3) == "```") {
      in_code = !in_code;
      if (in_code) {
        blocks.push_back({Kind::code, ""});
      }
      continues = false;
    } else if (in_code) {
      blocks.back().text += line;
      blocks.back().text += '\n';
    } else if (trim(line).empty()) {
      continues = false;
    } else if (line.substr(0, 2) == "# ") {
      add_line(blocks, Kind::title, line.substr(2), false);
      continues = false;
    } else if (line.substr(0, 3) == "## ") {
      add_line(blocks, Kind::heading, line.substr(3), false);
      continues = false;
    } else if (line.substr(0, 2) == "- ") {
      add_line(blocks, Kind::bullet, trim(line.substr(2)), false);
      continues = true;
    } else {
      add_line(blocks, Kind::paragraph, trim(line), continues);
      continues = true;
    }
  }
  return blocks;
}

std::vector<PageSpan> parse_spans(std::string_view text) {
  std::vector<PageSpan> spans;
  const auto add = [&spans](PageSpan::Face face, std::string_view part) {
    if (!part.empty()) {
      spans.push_back({face, std::string(part)});
    }
  };
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    PageSpan::Face face = PageSpan::Face::plain;
    std::string_view mark;
    if (text[i] == '`') {
      face = PageSpan::Face::code;
      mark = "`";
    } else if (text.substr(i, 2) == "**") {
      face = PageSpan::Face::strong;
      mark = "**";
    } else if (text[i] == '*') {
      face = PageSpan::Face::emphasis;
      mark = "*";
    } else {
      continue;
    }
    const std::size_t end = text.find(mark, i + mark.size());
    if (end == std::string_view::npos) {
      continue;
    }
    add(PageSpan::Face::plain, text.substr(plain, i - plain));
    add(face, text.substr(i + mark.size(), end - i - mark.size()));
    i = end + mark.size() - 1;
    plain = i + 1;
  }
  add(PageSpan::Face::plain, text.substr(plain));
  return spans;
}

} // namespace canvass::cli
