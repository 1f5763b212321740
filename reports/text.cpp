#include "engine/core/text.hpp"

#include "engine/core/escape.hpp"
#include "reports/outline.hpp"
#include "reports/renderer.hpp"
#include "reports/text_chart.hpp"
#include "reports/text_table.hpp"
#include "reports/words.hpp"

#include <algorithm>

namespace canvass::render {
namespace {

constexpr std::size_t narrowest = 40;

std::string rule(std::string_view piece, std::size_t width) {
  std::string out;
  for (std::size_t i = 0; i < width; ++i) {
    out += piece;
  }
  return out + "\n";
}

/// Words under a hanging lead: "ITEMS   3 of 20 ...".
std::string hanging(std::string_view lead, std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  bool first = true;
  for (const std::string& line : wrap_columns(text, width > indent ? width - indent : 1)) {
    const std::string row = pad(first ? lead : "", indent) + line;
    out += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
    first = false;
  }
  return out;
}

std::string flow(std::string_view text, std::size_t width) {
  return hanging("", text, 0, width);
}

std::string words(const report::Sentence& sentence) {
  return escape_terminal(plain(sentence));
}

struct BlockText {
  std::size_t width;
  const std::string& paragraph;
  std::size_t figure_number;

  [[nodiscard]] std::string notes(const std::vector<report::Sentence>& sentences) const {
    std::string out;
    for (const report::Sentence& sentence : sentences) {
      out += flow(words(sentence), width);
    }
    return out;
  }

  std::string operator()(const report::Paragraph& block) const {
    return paragraph.empty() ? flow(words(block.text), width) : hanging(paragraph, words(block.text), 6, width);
  }

  std::string operator()(const report::Bullets& block) const {
    std::string out;
    for (const report::Sentence& item : block.items) {
      out += hanging("  -", words(item), 4, width);
    }
    return out;
  }

  std::string operator()(const report::Notice& block) const {
    return hanging(block.kind == report::Notice::Kind::warning ? "! " : "i ", words(block.text), 2, width);
  }

  std::string operator()(const report::Facts& block) const {
    std::size_t indent = 0;
    for (const auto& fact : block.facts) {
      indent = std::max(indent, display_width(escape_terminal(fact.label)) + 2);
    }
    indent = std::min<std::size_t>(indent, width / 3);
    std::string out;
    for (const auto& fact : block.facts) {
      const std::string label = escape_terminal(fact.label);
      out += display_width(label) + 1 > indent ? flow(label, width) + hanging("", words(fact.text), indent, width)
                                               : hanging(label, words(fact.text), indent, width);
    }
    return out;
  }

  std::string operator()(const report::VerdictBox& block) const {
    const std::string lead = escape_terminal(block.answer_label);
    std::string out = hanging(lead, words(block.answer), std::min(display_width(lead) + 2, width / 3), width);
    std::vector<std::vector<std::string>> rows;
    for (const auto& row : block.rows) {
      rows.push_back({"  " + escape_terminal(row.label), words(row.text), escape_terminal(row.verdict)});
    }
    return rows.empty() ? out : out + "\n" + text_table({{""}, {""}, {""}}, rows, width);
  }

  std::string operator()(const report::Table& block) const {
    std::string out = flow(escape_terminal(table_name(block.id) + ": " + block.caption), width) + "\n";
    if (block.rows.empty()) {
      return out + "There are no rows to show.\n" + notes(block.notes);
    }
    std::vector<TextColumn> columns;
    for (const report::TableColumn& column : block.columns) {
      columns.push_back({escape_terminal(column.title), column.numeric});
    }
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> marks;
    for (const auto& row : block.rows) {
      std::vector<std::string> cells;
      for (const report::TableCell& cell : row) {
        cells.push_back(escape_terminal(plain(cell)));
        const auto* withheld = std::get_if<report::Withheld>(&cell);
        if (withheld != nullptr && !withheld->reason.empty()) {
          const std::string mark = escape_terminal(withheld->mark + " " + withheld->reason);
          if (std::find(marks.begin(), marks.end(), mark) == marks.end()) {
            marks.push_back(mark);
          }
        }
      }
      rows.push_back(std::move(cells));
    }
    out += text_table(columns, rows, width);
    for (const std::string& mark : marks) {
      out += flow(mark, width);
    }
    return out + notes(block.notes);
  }

  std::string operator()(const report::Figure& block) const {
    std::string out = flow("Figure " + std::to_string(figure_number) + ": " + escape_terminal(block.headline), width);
    if (!block.subtitle.empty()) {
      out += flow(escape_terminal(block.subtitle), width);
    }
    return out + "\n" + text_chart(block.chart, width) + notes(block.notes);
  }
};

std::string title_text(const report::Document& document, std::size_t width) {
  std::string out;
  if (document.simulated) {
    out += flow("SIMULATED: made-up answers, to rehearse the report. Nothing here is a finding.", width);
  }
  if (document.release == "internal") {
    out += flow("INTERNAL: not for publication.", width);
  }
  out += flow(escape_terminal(document.title), width);
  if (!document.subtitle.empty()) {
    out += flow(escape_terminal(document.subtitle), width);
  }
  if (!document.decision.empty()) {
    out += flow("Decision: " + escape_terminal(document.decision), width);
  }
  return out + rule("\u2550", width);
}

std::string section_title(const report::Section& section, const SectionOutline& numbers, bool simulated, std::size_t width) {
  if (section.title.empty() || section.first_page) {
    return "";
  }
  std::string title = (numbers.number.empty() ? "" : numbers.number + "  ") + escape_terminal(section.title);
  if (section.level > 2) {
    return flow(title, width) + "\n";
  }
  const std::string mark = simulated ? "SIMULATED" : "";
  const std::size_t used = display_width(title) + mark.size();
  if (simulated) {
    title += used + 2 <= width ? std::string(width - used, ' ') + mark : "  " + mark;
  }
  return "\n" + title + "\n" + rule("\u2500", width) + "\n";
}

} // namespace

std::vector<OutputFile> render_text(const report::Document& document, const RenderOptions& options) {
  const std::size_t width = std::max(options.width, narrowest);
  const Outline outline = outline_of(document);
  std::string out = title_text(document, width);
  for (std::size_t s = 0; s < document.sections.size(); ++s) {
    const report::Section& section = document.sections[s];
    const SectionOutline& numbers = outline.sections[s];
    out += section_title(section, numbers, document.simulated, width);
    for (std::size_t b = 0; b < section.blocks.size(); ++b) {
      out += std::visit(BlockText{width, numbers.paragraphs[b], numbers.figures[b]}, section.blocks[b]) + "\n";
    }
  }
  if (!document.about.empty()) {
    out += rule("\u2550", width);
    std::vector<std::vector<std::string>> rows;
    for (const auto& [label, text] : document.about) {
      rows.push_back({escape_terminal(label), escape_terminal(text)});
    }
    out += text_table({{""}, {""}}, rows, width);
  }
  return {{options.stem + ".txt", std::move(out)}};
}

} // namespace canvass::render
