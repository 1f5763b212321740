#ifndef CANVASS_REPORTS_OUTLINE_HPP
#define CANVASS_REPORTS_OUTLINE_HPP

#include "engine/report/document.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What every renderer must number alike: sections, paragraphs, figures, and what a link points to.
namespace canvass::render {

struct SectionOutline {
  std::string anchor;                  ///< unique in the page; fit for an HTML id
  std::string number;                  ///< "2", "2.1"; "A" for an appendix; empty on the first page
  std::vector<std::string> paragraphs; ///< "2.3", one a block, empty where the block is no paragraph or stands on the first page
  std::vector<std::string> anchors;    ///< one a block, empty where the block needs none
  std::vector<std::size_t> figures;    ///< one a block, 0 where the block is no figure
};

struct Outline {
  std::vector<SectionOutline> sections;                    ///< as in the document
  std::map<std::string, std::string, std::less<>> anchors; ///< id of a section, table or figure in the document -> anchor

  /// Anchor of a block or section, empty if the document has none of that id.
  [[nodiscard]] std::string anchor_of(std::string_view id) const;
};

/// Level 2 sections are 1, 2, 3, appendices A, B, C; their paragraphs 2.1, 2.2 ... run on through the subsections, as in board papers.
/// Sections of the first page have no numbers.
Outline outline_of(const report::Document& document);

/// "Table A1".
std::string table_name(std::string_view id);

} // namespace canvass::render

#endif
