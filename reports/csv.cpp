#include "reports/csv.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/escape.hpp"
#include "engine/core/text.hpp"
#include "reports/outline.hpp"
#include "reports/renderer.hpp"
#include "reports/words.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::render {
namespace {

std::string number_cell(double value) {
  return std::isfinite(value) ? shortest(value) : std::string{};
}

/// A row of a table of a report. What changes the order of letters goes before cells are guarded: behind it a formula could begin.
std::string row_of(std::vector<std::string> cells) {
  for (std::string& cell : cells) {
    cell = without_bidirectional(cell);
  }
  return csv_row(cells);
}

bool holds_ranges(const report::Table& table, std::size_t column) {
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [&](const auto& row) { return column < row.size() && std::holds_alternative<report::NumberRange>(row[column]); });
}

} // namespace

std::string estimates_csv(const report::Estimates& rows) {
  std::vector<std::string> names;
  for (const report::FieldText& field : report::fields(report::Estimate{})) {
    names.emplace_back(field.name);
  }
  std::string out = row_of(names);
  for (const report::Estimate& row : rows) {
    std::vector<std::string> cells;
    for (report::FieldText& field : report::fields(row)) {
      cells.push_back(std::move(field.text));
    }
    out += row_of(cells);
  }
  return out;
}

std::string table_csv(const report::Table& table) {
  std::vector<std::string> head;
  std::vector<bool> ranges;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    ranges.push_back(holds_ranges(table, c));
    if (ranges.back()) {
      head.push_back(table.columns[c].title + " low");
      head.push_back(table.columns[c].title + " high");
    } else {
      head.push_back(table.columns[c].title);
    }
  }
  std::string out = row_of(head);
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const report::TableCell empty = std::string{};
      const report::TableCell& cell = c < row.size() ? row[c] : empty;
      if (const auto* range = std::get_if<report::NumberRange>(&cell)) {
        cells.push_back(number_cell(range->low));
        cells.push_back(number_cell(range->high));
      } else {
        const auto* number = std::get_if<report::Number>(&cell);
        cells.push_back(number != nullptr ? number_cell(number->value) : plain(cell));
        if (ranges[c]) {
          cells.push_back(std::holds_alternative<report::Withheld>(cell) ? plain(cell) : "");
        }
      }
    }
    out += row_of(cells);
  }
  return out;
}

std::vector<OutputFile> render_csv(const report::Document& document, const RenderOptions& options) {
  std::vector<OutputFile> files{{options.stem + ".csv", estimates_csv(document.rows)}};
  const Outline outline = outline_of(document);
  for (std::size_t s = 0; s < document.sections.size(); ++s) {
    const report::Section& section = document.sections[s];
    for (std::size_t b = 0; b < section.blocks.size(); ++b) {
      if (const auto* table = std::get_if<report::Table>(&section.blocks[b])) {
        files.push_back({options.stem + "-" + outline.sections[s].anchors[b] + ".csv", table_csv(*table)});
      }
    }
  }
  return files;
}

} // namespace canvass::render
