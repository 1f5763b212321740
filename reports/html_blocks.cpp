#include "reports/html_blocks.hpp"

#include "engine/core/escape.hpp"
#include "reports/charts/chart.hpp"
#include "reports/figure_drawing.hpp"
#include "reports/format_number.hpp"
#include "reports/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace canvass::render {
namespace {

std::string row_attribute(const std::string& row) {
  return row.empty() ? "" : fmt::format(" data-row=\"{}\"", escape_html(row));
}

std::string number_html(const std::string& text, const std::string& row) {
  return fmt::format("<span class=\"number\"{}>{}</span>", row_attribute(row), escape_html(text));
}

struct SpanHtml {
  const HtmlContext& context;

  std::string operator()(const std::string& words) const { return escape_html(words); }
  std::string operator()(const report::Number& number) const { return number_html(format_number(number, Medium::page), number.row); }
  std::string operator()(const report::NumberRange& range) const { return number_html(format_range(range, Medium::page), range.row); }
  std::string operator()(const report::Strong& strong) const { return "<strong>" + escape_html(strong.text) + "</strong>"; }
  std::string operator()(const report::Link& link) const {
    const std::string anchor = context.outline.anchor_of(link.target);
    return anchor.empty() ? escape_html(link.text) : fmt::format("<a href=\"#{}\">{}</a>", anchor, escape_html(link.text));
  }
};

/// The colour of a verdict repeats its word; unknown words are neutral.
std::string_view tone_of(std::string_view verdict) {
  struct Tone {
    std::string_view start, tone;
  };
  static constexpr std::array<Tone, 12> tones{{{"improved", "good"},
                                               {"met", "good"},
                                               {"worsened", "bad"},
                                               {"missed", "bad"},
                                               {"not met", "bad"},
                                               {"inconclusive", "unsure"},
                                               {"not testable", "unsure"},
                                               {"not clear", "unsure"},
                                               {"no clear", "unsure"},
                                               {"too small", "unsure"},
                                               {"withheld", "unsure"},
                                               {"not yet", "unsure"}}};
  for (const Tone& tone : tones) {
    if (verdict.substr(0, tone.start.size()) == tone.start) {
      return tone.tone;
    }
  }
  return "plain";
}

std::string notes_html(const std::vector<report::Sentence>& notes, const std::string& last, const HtmlContext& context) {
  if (notes.empty() && last.empty()) {
    return "";
  }
  std::string out = "<div class=\"notes\">\n";
  for (const report::Sentence& note : notes) {
    out += "<p>" + sentence_html(note, context) + "</p>\n";
  }
  return out + (last.empty() ? "" : "<p>" + last + "</p>\n") + "</div>\n";
}

struct CellHtml {
  const HtmlContext& context;

  static std::string absent() { return "<span aria-hidden=\"true\">\u2013</span><span class=\"visually-hidden\">not available</span>"; }

  std::string operator()(const std::string& words) const { return escape_html(words); }
  std::string operator()(const report::Number& number) const {
    return std::isnan(number.value) ? absent() : escape_html(format_number(number, Medium::page));
  }
  std::string operator()(const report::NumberRange& range) const {
    return std::isnan(range.low) || std::isnan(range.high) ? absent() : escape_html(format_range(range, Medium::page));
  }
  std::string operator()(const report::Withheld& withheld) const {
    return fmt::format("<span class=\"withheld\">{}</span>", escape_html(withheld.mark));
  }
  std::string operator()(const report::Sentence& sentence) const { return sentence_html(sentence, context); }
};

std::string row_of(const report::TableCell& cell) {
  if (const auto* number = std::get_if<report::Number>(&cell)) {
    return number->row;
  }
  if (const auto* range = std::get_if<report::NumberRange>(&cell)) {
    return range->row;
  }
  return "";
}

/// Each mark of a withheld cell with its reasons, in the caption above the table, as the Analysis Function asks.
std::string marks_html(const report::Table& table) {
  std::vector<std::pair<std::string, std::string>> marks;
  for (const auto& row : table.rows) {
    for (const report::TableCell& cell : row) {
      const auto* withheld = std::get_if<report::Withheld>(&cell);
      if (withheld != nullptr && !withheld->reason.empty()) {
        const std::pair<std::string, std::string> mark{withheld->mark, withheld->reason};
        if (std::find(marks.begin(), marks.end(), mark) == marks.end()) {
          marks.push_back(mark);
        }
      }
    }
  }
  std::string out;
  for (const auto& [mark, reason] : marks) {
    out += (out.empty() ? " <span class=\"marks\">" : "; ") + escape_html(mark) + " " + escape_html(reason);
  }
  return out.empty() ? "" : out + ".</span>";
}

/// How a table is printed: as it is, in smaller type, or on a page of its own turned sideways.
std::string print_class(const report::Table& table) {
  constexpr std::size_t short_rows = 8; // a table of up to so many rows is not broken over pages
  constexpr double cell_gap = 13;
  constexpr double printed_size = 13.4; // 10 pt
  constexpr double least_words = 90;    // a column of words may wrap down to this
  double needed = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    double column = std::min(text_width(table.columns[c].title, printed_size, Weight::bold), 80.0);
    for (const auto& row : table.rows) {
      if (c < row.size()) {
        const double width = text_width(plain(row[c], Medium::page), printed_size);
        column = std::max(column, table.columns[c].numeric ? width : std::min(width, least_words));
      }
    }
    needed += column + cell_gap;
  }
  std::string classes = needed <= style::column_width          ? "table"
                        : needed <= 1.25 * style::column_width ? "table dense"
                                                               : "table dense landscape";
  return table.rows.size() <= short_rows ? classes + " short" : classes;
}

struct BlockHtml {
  const BlockNumbers& numbers;
  const HtmlContext& context;

  std::string operator()(const report::Paragraph& paragraph) const {
    if (numbers.paragraph.empty()) {
      return "<p>" + sentence_html(paragraph.text, context) + "</p>\n";
    }
    return fmt::format("<p class=\"numbered\"><span class=\"paragraph-number\">{}</span> {}</p>\n", numbers.paragraph,
                       sentence_html(paragraph.text, context));
  }

  std::string operator()(const report::Bullets& bullets) const {
    if (bullets.items.empty()) {
      return "";
    }
    std::string out = "<ul>\n";
    for (const report::Sentence& item : bullets.items) {
      out += "<li>" + sentence_html(item, context) + "</li>\n";
    }
    return out + "</ul>\n";
  }

  std::string operator()(const report::Table& table) const {
    const std::string& anchor = numbers.anchor;
    const std::string caption = fmt::format("{}: {}", escape_html(table_name(table.id)), escape_html(table.caption));
    if (table.rows.empty() || table.columns.empty()) {
      return fmt::format("<div class=\"table\" id=\"{}\">\n<p><strong>{}</strong></p>\n<p>There are no rows to show.</p>\n{}</div>\n",
                         anchor, caption, notes_html(table.notes, "", context));
    }
    std::string out = fmt::format("<div class=\"{}\">\n<section class=\"scroll\" aria-labelledby=\"{}-caption\" tabindex=\"0\">\n"
                                  "<table id=\"{}\">\n<caption id=\"{}-caption\">{}{}</caption>\n<thead>\n<tr>",
                                  print_class(table), anchor, anchor, anchor, caption, marks_html(table));
    for (const report::TableColumn& column : table.columns) {
      out += fmt::format("<th scope=\"col\"{}>{}</th>", column.numeric ? " class=\"num\"" : "", escape_html(column.title));
    }
    out += "</tr>\n</thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
      out += "<tr>";
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const report::TableCell empty = std::string{};
        const report::TableCell& cell = c < row.size() ? row[c] : empty;
        const std::string inner = std::visit(CellHtml{context}, cell);
        out += c == 0
                   ? fmt::format("<th scope=\"row\">{}</th>", inner)
                   : fmt::format("<td{}{}>{}</td>", table.columns[c].numeric ? " class=\"num\"" : "", row_attribute(row_of(cell)), inner);
      }
      out += "</tr>\n";
    }
    return out + "</tbody>\n</table>\n</section>\n" + notes_html(table.notes, "", context) + "</div>\n";
  }

  std::string operator()(const report::Figure& figure) const {
    const std::string& anchor = numbers.anchor;
    const std::vector<Scene> panels = draw(figure.chart);
    std::string out = fmt::format("<div class=\"figure{}\" role=\"group\" id=\"{}\" aria-labelledby=\"{}-heading\">\n",
                                  is_whole(panels) ? " figure-whole" : "", anchor, anchor);
    out += fmt::format("<p class=\"figure-title\" id=\"{}-heading\"><strong>Figure {}: {}</strong>{}</p>\n", anchor, numbers.figure,
                       escape_html(figure.headline),
                       figure.subtitle.empty() ? "" : " <span class=\"subtitle\">" + escape_html(figure.subtitle) + "</span>");
    out += fmt::format("<section class=\"scroll\" aria-label=\"Figure {}, chart\" tabindex=\"0\">\n", numbers.figure) +
           figure_drawing(panels, {anchor, fmt::format("Figure {}: {}", numbers.figure, chart_kind(figure.chart)), figure.alt,
                                   context.simulated, false}) +
           "</section>\n";
    std::string data;
    const std::string table = context.outline.anchor_of(figure.table);
    if (!figure.table.empty() && !table.empty()) {
      data = fmt::format("The numbers are in <a href=\"#{}\">{}</a>.", table, escape_html(table_name(figure.table)));
    }
    return out + notes_html(figure.notes, data, context) + "</div>\n";
  }

  std::string operator()(const report::VerdictBox& box) const {
    std::string out = "<div class=\"verdict\">\n";
    out += fmt::format("<p class=\"answer\"><span class=\"answer-label\">{}</span> {}</p>\n", escape_html(box.answer_label),
                       sentence_html(box.answer, context));
    if (!box.rows.empty()) {
      out += "<dl>\n";
      for (const report::VerdictBox::Row& row : box.rows) {
        out += fmt::format("<div class=\"verdict-row\"><dt>{}</dt><dd>{}</dd>", escape_html(row.label), sentence_html(row.text, context));
        if (!row.verdict.empty()) {
          out += fmt::format("<dd><span class=\"tag tag-{}\">{}</span></dd>", tone_of(row.verdict), escape_html(row.verdict));
        }
        out += "</div>\n";
      }
      out += "</dl>\n";
    }
    return out + "</div>\n";
  }

  std::string operator()(const report::Facts& facts) const {
    if (facts.facts.empty()) {
      return "";
    }
    std::string out = "<dl class=\"facts\">\n";
    for (const report::Facts::Fact& fact : facts.facts) {
      out += fmt::format("<div class=\"fact\"><dt>{}</dt><dd>{}</dd></div>\n", escape_html(fact.label), sentence_html(fact.text, context));
    }
    return out + "</dl>\n";
  }

  std::string operator()(const report::Notice& notice) const {
    const bool warning = notice.kind == report::Notice::Kind::warning;
    return fmt::format("<div class=\"notice{}\" role=\"note\"><p><strong>{}</strong> {}</p></div>\n", warning ? " notice-warning" : "",
                       warning ? "Bear in mind:" : "Note:", sentence_html(notice.text, context));
  }
};

} // namespace

std::string sentence_html(const report::Sentence& sentence, const HtmlContext& context) {
  std::string out;
  for (const report::Span& span : sentence) {
    out += std::visit(SpanHtml{context}, span);
  }
  return out;
}

std::string block_html(const report::Block& block, const BlockNumbers& numbers, const HtmlContext& context) {
  return std::visit(BlockHtml{numbers, context}, block);
}

} // namespace canvass::render
