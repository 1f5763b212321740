#include "engine/core/escape.hpp"
#include "report_assets.hpp"
#include "reports/html_blocks.hpp"
#include "reports/outline.hpp"
#include "reports/renderer.hpp"

#include <fmt/format.h>

namespace canvass::render {
namespace {

constexpr std::string_view simulated_words = "Made-up answers, to rehearse the report. Nothing here is a finding.";

/// A CSS string: everything but letters, digits and spaces as an escape, so that no title can end the string or the style element.
std::string css_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : without_bidirectional(text)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || byte >= 0x80;
    if (plain) {
      out += c;
    } else if (byte >= 0x20) {
      out += fmt::format("\\{:02x} ", byte);
    }
  }
  return out + "\"";
}

/// What stands in the margins of every printed page.
std::string page_rules(const report::Document& document) {
  constexpr std::string_view font = "font: 9pt Arial, \"Liberation Sans\", Arimo, Helvetica, sans-serif;";
  std::string top;
  if (document.simulated) {
    top += fmt::format(
        "  @top-left {{ content: {}; font: bold 10pt Arial, \"Liberation Sans\", Arimo, Helvetica, sans-serif; color: #801650; }}\n",
        css_string("SIMULATED: made-up answers"));
  }
  if (document.release == "internal") {
    top += fmt::format("  @top-right {{ content: {}; {} color: #484949; }}\n", css_string("Internal: not for publication"), font);
  }
  return fmt::format("@page {{\n  size: A4;\n  margin: 17mm 18mm 16mm;\n{}  @bottom-left {{ content: {}; {} color: #484949; }}\n"
                     "  @bottom-right {{ content: \"Page \" counter(page) \" of \" counter(pages); {} color: #484949; }}\n}}\n"
                     "@page wide {{ size: A4 landscape; }}\n",
                     top, css_string(document.title), font, font);
}

std::string head(const report::Document& document) {
  std::string out = fmt::format("<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
                                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                                "<title>{}{}</title>\n<meta name=\"generator\" content=\"Canvass\">\n<style>\n",
                                escape_html(document.language), document.simulated ? "SIMULATED: " : "", escape_html(document.title));
  for (const assets::EmbeddedText& asset : assets::embedded_texts()) {
    out += asset.text;
  }
  return out + page_rules(document) + "</style>\n</head>\n";
}

std::string masthead(const report::Document& document) {
  std::string out = "<header class=\"masthead\">\n";
  if (document.simulated) {
    out += fmt::format("<div class=\"bar bar-simulated\"><div class=\"inner\"><p><strong>SIMULATED</strong> {}</p></div></div>\n",
                       simulated_words);
  }
  if (document.release == "internal") {
    out += "<div class=\"bar\"><div class=\"inner\"><p><strong>Internal</strong> Not for publication</p></div></div>\n";
  }
  return out + "</header>\n";
}

std::string cover_title(const report::Document& document) {
  std::string out;
  if (!document.subtitle.empty()) {
    out += fmt::format("<p class=\"kicker\">{}</p>\n", escape_html(document.subtitle));
  }
  out += fmt::format("<h1>{}</h1>\n", escape_html(document.title));
  if (!document.decision.empty()) {
    out += fmt::format("<p class=\"decision\"><strong>Decision:</strong> {}</p>\n", escape_html(document.decision));
  }
  return out;
}

std::string number_span(const std::string& number) {
  return number.empty() ? "" : fmt::format("<span class=\"section-number\">{}</span>", number);
}

std::string contents_entry(const report::Section& section, const SectionOutline& outline) {
  return fmt::format("<a href=\"#{}\">{}{}</a>", outline.anchor, number_span(outline.number), escape_html(section.title));
}

/// Sections and, under them, their subsections.
std::string contents(const report::Document& document, const Outline& outline) {
  std::string items;
  bool open = false;
  bool nested = false;
  const auto close = [&] {
    items += nested ? "</ul></li>\n" : open ? "</li>\n" : "";
    open = nested = false;
  };
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    const report::Section& section = document.sections[i];
    if (section.first_page || section.title.empty() || section.level > 3) {
      continue;
    }
    const std::string entry = contents_entry(section, outline.sections[i]);
    if (section.level <= 2 || !open) {
      close();
      items += "<li>" + entry;
      open = true;
    } else {
      items += (nested ? "" : "<ul>") + ("<li>" + entry + "</li>");
      nested = true;
    }
  }
  close();
  if (items.empty()) {
    return "";
  }
  return "<nav class=\"contents\" id=\"contents\" aria-labelledby=\"contents-heading\">\n<h2 "
         "id=\"contents-heading\">Contents</h2>\n<ul>\n" +
         items + "</ul>\n</nav>\n";
}

/// Headings never skip a level, whatever the template asked for.
int heading_level(int wanted, int previous) {
  const int level = wanted < 2 ? 2 : wanted > 4 ? 4 : wanted;
  return level > previous + 1 ? previous + 1 : level;
}

std::string section_html(const report::Section& section, const SectionOutline& outline, const HtmlContext& context, int level,
                         bool first_appendix) {
  std::string classes = section.first_page ? "first-page" : section.appendix ? "appendix" : "part";
  if (first_appendix) {
    classes += " appendix-first";
  }
  std::string out;
  if (section.title.empty()) {
    out = fmt::format("<div class=\"{}\" id=\"{}\">\n", classes, outline.anchor);
  } else {
    out = fmt::format("<section class=\"{}\" aria-labelledby=\"{}\">\n", classes, outline.anchor);
    const std::string heading = fmt::format("<h{0}{3} id=\"{1}\">{2}{4}</h{0}>", level, outline.anchor, number_span(outline.number),
                                            section.first_page ? " class=\"visually-hidden\"" : "", escape_html(section.title));
    if (level == 2 && !section.first_page) {
      out += "<div class=\"section-head\">" + heading + (context.simulated ? "<p class=\"mark-simulated\">SIMULATED</p>" : "") + "</div>\n";
    } else {
      out += heading + "\n";
    }
  }
  for (std::size_t b = 0; b < section.blocks.size(); ++b) {
    out += block_html(section.blocks[b], {outline.paragraphs[b], outline.anchors[b], outline.figures[b]}, context);
  }
  return out + (section.title.empty() ? "</div>\n" : "</section>\n");
}

std::string about(const report::Document& document) {
  if (document.about.empty()) {
    return "";
  }
  std::string out =
      "<footer class=\"about\" id=\"about\" aria-labelledby=\"about-heading\">\n<h2 id=\"about-heading\">About this report</h2>\n<dl>\n";
  for (const auto& [label, text] : document.about) {
    out += fmt::format("<div class=\"fact\"><dt>{}</dt><dd>{}</dd></div>\n", escape_html(label), escape_html(text));
  }
  return out + "</dl>\n</footer>\n";
}

} // namespace

std::vector<OutputFile> render_html(const report::Document& document, const RenderOptions& options) {
  const Outline outline = outline_of(document);
  const HtmlContext context{outline, document.simulated};
  std::string cover = cover_title(document);
  std::string rest;
  int previous_cover = 1;
  int previous = 2; // the contents list has a heading of level 2
  bool appendix_seen = false;
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    const report::Section& section = document.sections[i];
    int& before = section.first_page ? previous_cover : previous;
    const int level = heading_level(section.level, before);
    if (!section.title.empty()) {
      before = level;
    }
    const bool first_appendix = section.appendix && !section.first_page && !appendix_seen;
    appendix_seen = appendix_seen || first_appendix;
    (section.first_page ? cover : rest) += section_html(section, outline.sections[i], context, level, first_appendix);
  }
  std::string page = head(document);
  page += "<body>\n<a class=\"skip\" href=\"#main\">Skip to main content</a>\n" + masthead(document);
  page +=
      "<main id=\"main\" tabindex=\"-1\">\n<div class=\"cover\">\n" + cover + "</div>\n" + contents(document, outline) + rest + "</main>\n";
  page += about(document) + "</body>\n</html>\n";
  return {{options.stem + ".html", std::move(page)}};
}

} // namespace canvass::render
