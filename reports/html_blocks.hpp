#ifndef CANVASS_REPORTS_HTML_BLOCKS_HPP
#define CANVASS_REPORTS_HTML_BLOCKS_HPP

#include "engine/report/document.hpp"
#include "reports/outline.hpp"

#include <string>

/// The blocks of a section as HTML. Everything foreign goes through escape_html here.
namespace canvass::render {

struct HtmlContext {
  const Outline& outline;
  bool simulated = false;
};

/// What the outline gave a block.
struct BlockNumbers {
  std::string paragraph, anchor;
  std::size_t figure = 0;
};

std::string block_html(const report::Block& block, const BlockNumbers& numbers, const HtmlContext& context);
std::string sentence_html(const report::Sentence& sentence, const HtmlContext& context);

} // namespace canvass::render

#endif
