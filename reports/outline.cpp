#include "reports/outline.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

namespace canvass::render {
namespace {

/// An id of a document as an id of a page: letters, digits, '-', '_' and '.'; starting with a letter.
std::string anchor_from(std::string_view id) {
  std::string anchor;
  for (const char c : id) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool fit = letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (anchor.empty() && !letter) {
      anchor = "s-";
    }
    anchor += fit ? c : '-';
  }
  return anchor.empty() ? "s" : anchor;
}

std::string letter_number(std::size_t index) {
  std::string text;
  for (std::size_t rest = index; rest > 0; rest = (rest - 1) / 26) {
    text.insert(0, 1, static_cast<char>('A' + (rest - 1) % 26));
  }
  return text;
}

class Numbering {
public:
  Outline run(const report::Document& document) {
    Outline outline;
    for (const report::Section& section : document.sections) {
      outline.sections.push_back(number(section, outline));
    }
    return outline;
  }

private:
  SectionOutline number(const report::Section& section, Outline& outline) {
    SectionOutline result;
    result.anchor = claim(section.id, outline);
    if (!section.first_page && section.level <= 2) {
      paragraph_ = 0;
      top_ = section.appendix ? letter_number(++appendices_) : fmt::format("{}", ++chapters_);
      result.number = top_;
    }
    for (const report::Block& block : section.blocks) {
      std::string paragraph;
      std::string anchor;
      std::size_t figure = 0;
      if (std::holds_alternative<report::Paragraph>(block) && !section.first_page && !top_.empty()) {
        paragraph = fmt::format("{}.{}", top_, ++paragraph_);
      } else if (const auto* table = std::get_if<report::Table>(&block)) {
        anchor = claim(table->id, outline);
      } else if (const auto* drawing = std::get_if<report::Figure>(&block)) {
        anchor = claim(drawing->id, outline);
        figure = ++figures_;
      }
      result.paragraphs.push_back(std::move(paragraph));
      result.anchors.push_back(std::move(anchor));
      result.figures.push_back(figure);
    }
    return result;
  }

  /// The first block with an id gets it; a second of the same name gets an anchor of its own, so that a page has no id twice.
  std::string claim(const std::string& id, Outline& outline) {
    const std::string wanted = anchor_from(id);
    std::string anchor = wanted;
    for (std::size_t i = 2; !is_free(anchor); ++i) {
      anchor = fmt::format("{}-{}", wanted, i);
    }
    for (const std::string_view suffix : suffixes) {
      taken_.insert(anchor + std::string(suffix));
    }
    outline.anchors.emplace(id, anchor);
    return anchor;
  }

  [[nodiscard]] bool is_free(const std::string& anchor) const {
    return std::none_of(suffixes.begin(), suffixes.end(),
                        [&](std::string_view suffix) { return taken_.count(anchor + std::string(suffix)) > 0; });
  }

  /// The ids that a block's own parts may take.
  static constexpr std::array<std::string_view, 5> suffixes{"", "-heading", "-caption", "-title", "-desc"};

  std::set<std::string> taken_{"main", "contents", "contents-heading", "about", "about-heading"};
  std::string top_;
  std::size_t chapters_ = 0, appendices_ = 0, paragraph_ = 0, figures_ = 0;
};

} // namespace

std::string Outline::anchor_of(std::string_view id) const {
  const auto found = anchors.find(id);
  return found == anchors.end() ? std::string{} : found->second;
}

Outline outline_of(const report::Document& document) {
  return Numbering{}.run(document);
}

std::string table_name(std::string_view id) {
  return "Table " + std::string(id);
}

} // namespace canvass::render
