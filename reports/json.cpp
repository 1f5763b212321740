#include "engine/core/json.hpp"

#include "engine/core/escape.hpp"
#include "engine/core/text.hpp"
#include "reports/chart_json.hpp"
#include "reports/format_number.hpp"
#include "reports/json_parts.hpp"
#include "reports/outline.hpp"
#include "reports/renderer.hpp"
#include "reports/words.hpp"

namespace canvass::render {
namespace {

constexpr int format_version = 1;

Json number_json(const report::Number& number) {
  Json value = object(to_string(number.kind));
  value.set("value", number.value).set("text", format_number(number, Medium::terminal));
  return number.row.empty() ? value : value.set("row", number.row);
}

Json range_json(const report::NumberRange& range) {
  Json value = object(to_string(range.kind));
  value.set("low", range.low).set("high", range.high).set("text", format_range(range, Medium::terminal));
  return range.row.empty() ? value : value.set("row", range.row);
}

/// The words as they are read, and each number in them on its own.
Json sentence_json(const report::Sentence& sentence) {
  Json value = Json::object();
  value.set("text", plain(sentence));
  Json numbers = Json::array();
  for (const report::Span& span : sentence) {
    if (const auto* number = std::get_if<report::Number>(&span)) {
      numbers.push(number_json(*number));
    } else if (const auto* range = std::get_if<report::NumberRange>(&span)) {
      numbers.push(range_json(*range));
    }
  }
  return numbers.items().empty() ? value : value.set("numbers", std::move(numbers));
}

Json sentences_json(const std::vector<report::Sentence>& sentences) {
  Json list = Json::array();
  for (const report::Sentence& sentence : sentences) {
    list.push(sentence_json(sentence));
  }
  return list;
}

Json cell_json(const report::TableCell& cell) {
  if (const auto* number = std::get_if<report::Number>(&cell)) {
    return number_json(*number);
  }
  if (const auto* range = std::get_if<report::NumberRange>(&cell)) {
    return range_json(*range);
  }
  if (const auto* withheld = std::get_if<report::Withheld>(&cell)) {
    return object("withheld").set("mark", withheld->mark).set("reason", withheld->reason);
  }
  if (const auto* sentence = std::get_if<report::Sentence>(&cell)) {
    return sentence_json(*sentence);
  }
  return std::get<std::string>(cell);
}

struct BlockJson {
  const std::string& paragraph;
  std::size_t figure_number;

  Json operator()(const report::Paragraph& block) const {
    return object("paragraph").set("number", paragraph).set("sentence", sentence_json(block.text));
  }
  Json operator()(const report::Bullets& block) const { return object("bullets").set("items", sentences_json(block.items)); }
  Json operator()(const report::Notice& block) const {
    return object("notice")
        .set("severity", block.kind == report::Notice::Kind::warning ? "warning" : "information")
        .set("sentence", sentence_json(block.text));
  }
  Json operator()(const report::Facts& block) const {
    Json facts = Json::array();
    for (const auto& fact : block.facts) {
      facts.push(Json::object().set("label", fact.label).set("sentence", sentence_json(fact.text)));
    }
    return object("facts").set("facts", std::move(facts));
  }
  Json operator()(const report::VerdictBox& block) const {
    Json rows = Json::array();
    for (const auto& row : block.rows) {
      rows.push(Json::object().set("label", row.label).set("sentence", sentence_json(row.text)).set("verdict", row.verdict));
    }
    return object("verdict_box").set("label", block.answer_label).set("answer", sentence_json(block.answer)).set("rows", std::move(rows));
  }
  Json operator()(const report::Table& block) const {
    Json columns = Json::array();
    for (const auto& column : block.columns) {
      columns.push(Json::object().set("title", column.title).set("numeric", column.numeric));
    }
    Json rows = Json::array();
    for (const auto& row : block.rows) {
      Json cells = Json::array();
      for (const report::TableCell& cell : row) {
        cells.push(cell_json(cell));
      }
      rows.push(std::move(cells));
    }
    return object("table")
        .set("id", block.id)
        .set("caption", block.caption)
        .set("columns", std::move(columns))
        .set("rows", std::move(rows))
        .set("notes", sentences_json(block.notes));
  }
  Json operator()(const report::Figure& block) const {
    return object("figure")
        .set("id", block.id)
        .set("number", figure_number)
        .set("headline", block.headline)
        .set("subtitle", block.subtitle)
        .set("alt", block.alt)
        .set("table", block.table)
        .set("chart", chart_json(block.chart))
        .set("notes", sentences_json(block.notes));
  }
};

Json levels_json(const report::Levels& levels) {
  Json value = Json::object();
  for (const auto& [variable, level] : levels) {
    value.set(variable, level);
  }
  return value;
}

/// Every field of report::fields under its name; the lists that CSV flattens stay lists.
Json row_json(const report::Estimate& row) {
  Json value = Json::object();
  for (const report::FieldText& field : report::fields(row)) {
    if (field.name == "at") {
      value.append("at", levels_json(row.at));
    } else if (field.name == "versus") {
      value.append("versus", levels_json(row.versus));
    } else if (field.name == "flags") {
      value.append("flags", list_json(row.flags));
    } else if (field.is_number) {
      const std::optional<double> number = parse_double(field.text);
      value.append(std::string(field.name), number ? Json(*number) : Json());
    } else {
      value.append(std::string(field.name), field.text);
    }
  }
  return value;
}

} // namespace

std::vector<OutputFile> render_json(const report::Document& document, const RenderOptions& options) {
  const Outline outline = outline_of(document);
  Json value = Json::object();
  value.set("canvass_report", format_version).set("title", document.title).set("subtitle", document.subtitle);
  value.set("language", document.language).set("decision", document.decision);
  value.set("simulated", document.simulated).set("release", document.release);
  Json about = Json::object();
  for (const auto& [label, text] : document.about) {
    about.set(label, text);
  }
  value.set("about", std::move(about));
  Json sections = Json::array();
  for (std::size_t s = 0; s < document.sections.size(); ++s) {
    const report::Section& section = document.sections[s];
    const SectionOutline& numbers = outline.sections[s];
    Json one = Json::object();
    one.set("id", section.id).set("title", section.title).set("number", numbers.number).set("level", section.level);
    one.set("first_page", section.first_page).set("appendix", section.appendix);
    Json blocks = Json::array();
    for (std::size_t b = 0; b < section.blocks.size(); ++b) {
      blocks.push(std::visit(BlockJson{numbers.paragraphs[b], numbers.figures[b]}, section.blocks[b]));
    }
    sections.push(one.set("blocks", std::move(blocks)));
  }
  value.set("sections", std::move(sections));
  Json rows = Json::array();
  for (const report::Estimate& row : document.rows) {
    rows.push(row_json(row));
  }
  value.set("rows", std::move(rows));
  return {{options.stem + ".json", without_bidirectional(value.print(1)) + "\n"}};
}

} // namespace canvass::render
