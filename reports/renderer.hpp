#ifndef CANVASS_REPORTS_RENDERER_HPP
#define CANVASS_REPORTS_RENDERER_HPP

#include "engine/report/document.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::render {

/// A file that a renderer made; the caller decides where it goes.
struct OutputFile {
  std::string name;
  std::string bytes;
};

struct RenderOptions {
  std::string stem = "report"; ///< files are named after it: report.html, report-A1.csv
  std::size_t width = 100;     ///< columns of the terminal; the text renderer alone heeds it
};

/// One way to write a Document down. Equal documents and options give equal bytes. The first file is the report; others belong to it.
struct Renderer {
  std::string_view name;
  std::string_view extension;
  std::string_view summary;
  std::vector<OutputFile> (*render)(const report::Document& document, const RenderOptions& options);
};

std::vector<OutputFile> render_html(const report::Document& document, const RenderOptions& options);
std::vector<OutputFile> render_text(const report::Document& document, const RenderOptions& options);
std::vector<OutputFile> render_json(const report::Document& document, const RenderOptions& options);
std::vector<OutputFile> render_csv(const report::Document& document, const RenderOptions& options);

inline constexpr std::array<Renderer, 4> renderers{{
    {"html", ".html", "one page with charts, for reading and for printing", render_html},
    {"text", ".txt", "the report on a terminal", render_text},
    {"json", ".json", "the whole report with every row, for programs", render_json},
    {"csv", ".csv", "one row an estimate, and a file a table", render_csv},
}};

/// The renderer of that name, or nullptr.
const Renderer* find_renderer(std::string_view name);
/// "csv, html, json, text": for messages.
std::vector<std::string> renderer_names();

} // namespace canvass::render

#endif
