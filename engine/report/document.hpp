#ifndef CANVASS_ENGINE_REPORT_DOCUMENT_HPP
#define CANVASS_ENGINE_REPORT_DOCUMENT_HPP

#include "engine/report/chart.hpp"
#include "engine/report/estimate.hpp"

#include <string>
#include <variant>
#include <vector>

/// A report as data. Templates fill it, renderers walk it; no renderer computes.
namespace canvass::report {

struct Link {
  std::string text, target; ///< target: id of a block in this document
};

struct Strong {
  std::string text;
};

/// A sentence is words and numbers.
using Span = std::variant<std::string, Number, NumberRange, Link, Strong>;
using Sentence = std::vector<Span>;

struct Paragraph {
  Sentence text;
};

struct Bullets {
  std::vector<Sentence> items;
};

/// A cell: words, a number, an interval, or withheld with a mark ("[c]" confidential, "[x]" not available, "[z]" not applicable).
struct Withheld {
  std::string mark, reason;
};
using TableCell = std::variant<std::string, Number, NumberRange, Withheld, Sentence>;

struct TableColumn {
  std::string title;
  bool numeric = false;
};

struct Table {
  std::string id; ///< "A1"; unique
  std::string caption;
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows; ///< the first cell of a row heads it
  std::vector<Sentence> notes;
};

struct Figure {
  std::string id; ///< "fig-means-self_legitimacy"; what `canvass chart` takes without "fig-"
  std::string headline, subtitle;
  std::string alt; ///< says chart type, what it shows and the main trend; never the caption again
  Chart chart;
  std::string table; ///< id of the table with its numbers
  std::vector<Sentence> notes;
};

/// The verdict box of a first page: one row a contrast.
struct VerdictBox {
  struct Row {
    std::string label;
    Sentence text;
    std::string verdict;
  };
  std::string answer_label = "Answer";
  Sentence answer;
  std::vector<Row> rows;
};

/// "Label: text" lines of the first page (ITEMS, WHO, CANNOT SAY, CHECK).
struct Facts {
  struct Fact {
    std::string label;
    Sentence text;
  };
  std::vector<Fact> facts;
};

/// A note that something could not be done, or must be borne in mind.
struct Notice {
  enum class Kind { information, warning } kind = Kind::information;
  Sentence text;
};

using Block = std::variant<Paragraph, Bullets, Table, Figure, VerdictBox, Facts, Notice>;

struct Section {
  std::string id, title;
  int level = 2; ///< heading level 2..4
  std::vector<Block> blocks;
  bool first_page = false;
  bool appendix = false;
};

struct Document {
  std::string title, subtitle, language = "en-GB";
  std::string decision;
  bool simulated = false;                                 ///< every page says so
  std::string release = "public";                         ///< public | internal
  std::vector<std::pair<std::string, std::string>> about; ///< study, store, plan hash, version, conventions, seed ...
  std::vector<Section> sections;
  Estimates rows; ///< protected rows: all that any part of the report may show
};

} // namespace canvass::report

#endif
