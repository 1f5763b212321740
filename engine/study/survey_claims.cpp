#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"
#include "engine/study/table_formula.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

const std::vector<std::string> claim_columns = {"id",   "text", "measure", "group", "of",    "holds",   "period",  "value",
                                                "unit", "n",    "sent",    "share", "where", "formula", "decimals"};

/// Texts of one row by column; a column that the file lacks is empty everywhere.
class ClaimRow {
public:
  ClaimRow(const CsvReader& reader, const CsvHeader& header, RowProblems& bad) : reader_(reader), header_(header), bad_(bad) {}

  [[nodiscard]] std::string text(std::string_view column) const {
    const std::size_t at = header_.find(column);
    return at == CsvHeader::npos ? std::string() : std::string(trim(reader_.cells()[at]));
  }
  [[nodiscard]] Position at(std::string_view column) const {
    const std::size_t cell = header_.find(column);
    return reader_.at(cell == CsvHeader::npos ? 0 : cell);
  }
  void error(std::string_view column, const std::string& text) { bad_.error(at(column), text); }
  /// A number as people write it, or nothing; `highest`: 0 = none.
  std::optional<TableNumber> number(std::string_view column, double lowest, double highest) {
    const std::string cell = text(column);
    if (cell.empty()) {
      return std::nullopt;
    }
    const auto number = parse_table_number(cell);
    if (!number || number->value < lowest || (highest > 0 && number->value > highest)) {
      error(column, fmt::format("\"{}\" cannot be the `{}` of a claim; write a number from {}{}, or leave the cell empty", cell, column,
                                shortest(lowest), highest > 0 ? " to " + shortest(highest) : ""));
      return std::nullopt;
    }
    return number;
  }

private:
  const CsvReader& reader_;
  const CsvHeader& header_;
  RowProblems& bad_;
};

/// "age_band=from_16 from_20": who is in the group, by the study's own question.
void read_where(ClaimRow& row, Claim& claim, const Instrument* instrument) {
  const std::string text = row.text("where");
  if (text.empty()) {
    return;
  }
  const std::size_t equals = text.find('=');
  claim.variable = std::string(trim(std::string_view(text).substr(0, equals)));
  if (equals == std::string::npos || claim.group.empty()) {
    row.error("where", claim.group.empty()
                           ? "`where` says who is in a group, and this claim is of none; name the group, or empty the cell"
                           : fmt::format("\"{}\" does not say who is in the group; write question=codes, such as age_band=1 2", text));
    return;
  }
  if (instrument == nullptr) {
    return;
  }
  const std::size_t index = instrument->variable(claim.variable);
  const ChoiceList* list = index == Instrument::npos ? nullptr : instrument->list(instrument->variables[index].list);
  if (list == nullptr) {
    row.error("where", fmt::format("\"{}\" is no question of {}@{} with a list of answers of which one is given", claim.variable,
                                   instrument->id, instrument->version));
    return;
  }
  for (const std::string_view name : split(std::string_view(text).substr(equals + 1), ' ')) {
    if (trim(name).empty()) {
      continue;
    }
    const auto code = code_of_cell(trim(name), *list);
    if (!code) {
      row.error("where", fmt::format("\"{}\" is no answer to {}", name, claim.variable));
      return;
    }
    claim.codes.push_back(*code);
  }
  if (claim.codes.empty()) {
    row.error("where", fmt::format("\"{}\" names no answers; write question=codes, such as age_band=1 2", text));
  }
}

void read_value(ClaimRow& row, Claim& claim) {
  const std::string unit = row.text("unit");
  claim.unit = unit.empty() ? "%" : unit;
  claim.formula = row.text("formula");
  const std::string cell = row.text("value");
  if (cell.empty()) {
    if (claim.formula.empty()) {
      row.error("value", "this claim has no value; write the figure as printed, or the `formula` that gives it");
    }
    return;
  }
  const auto number = parse_table_number(cell);
  if (!number) {
    row.error("value", fmt::format("\"{}\" is no number; write it as printed, with a decimal point, as 41.7", cell));
    return;
  }
  claim.value = number->value;
  claim.decimals = number->decimals;
  if (claim.unit == "%" && (claim.value < 0 || claim.value > 100)) {
    row.error("value", fmt::format("{} is no percentage of people; mend it, or write another unit, such as points", cell));
  }
  const auto decimals = row.number("decimals", 0, 9);
  if (decimals && (decimals->decimals > 0 || decimals->value < claim.decimals)) {
    row.error("decimals", fmt::format("the value is written with {}, so `decimals` is a whole number from there",
                                      counted(claim.decimals, "decimal", "decimals")));
  } else if (decimals) {
    claim.decimals = static_cast<int>(decimals->value);
  }
}

void read_people(ClaimRow& row, Claim& claim, const Instrument* instrument) {
  claim.group = row.text("group");
  claim.partition = row.text("of");
  if (claim.group.empty() != claim.partition.empty()) {
    row.error(claim.group.empty() ? "of" : "group",
              fmt::format("a group stands beside what it is one of: group \"16 to 19\", of \"age\" (found \"{}\" and \"{}\")", claim.group,
                          claim.partition));
  }
  const std::string holds = row.text("holds");
  for (const std::string_view view : split(holds, '|')) {
    if (!trim(view).empty()) {
      claim.holds.emplace_back(trim(view));
    }
  }
  if (!claim.holds.empty() && !claim.group.empty()) {
    row.error("holds", "a claim is of a group or of those who hold views, not of both; give each a row");
  }
  const auto value_of = [](const std::optional<TableNumber>& number) {
    return number ? std::optional<double>(number->value) : std::nullopt;
  };
  claim.n = value_of(row.number("n", 1, 0));
  claim.sent = value_of(row.number("sent", 1, 0));
  if (const auto share = row.number("share", 0, 100)) {
    claim.share = share->value;
    claim.share_decimals = share->decimals;
    if (claim.group.empty()) {
      row.error("share", "`share` is the size of a group, in percent of everybody, and this claim is of none; empty the cell");
    }
  }
  if (claim.n && claim.sent && *claim.n > *claim.sent) {
    row.error("n", fmt::format("more people answered ({}) than were asked ({}); mend one", shortest(*claim.n), shortest(*claim.sent)));
  }
  read_where(row, claim, instrument);
}

/// Formulas name claims of the same paper that have a printed figure.
void check_formulas(const ClaimSet& set, Problems& problems) {
  std::vector<std::string> ids;
  for (const Claim& claim : set.claims) {
    ids.push_back(claim.id);
  }
  for (const Claim& claim : set.claims) {
    const auto formula = claim.formula.empty() ? std::nullopt : TableFormula::parse(claim.formula, ids, claim.at, problems);
    if (!formula) {
      continue;
    }
    constexpr std::size_t most = 12;
    if (formula->columns().size() > most) {
      problems.error(claim.at,
                     fmt::format("the formula of {} names {} claims; {} are the most", claim.id, formula->columns().size(), most));
    }
    for (const std::size_t i : formula->columns()) {
      if (!set.claims[i].value) {
        problems.error(claim.at, fmt::format("the formula of {} names {}, which has no printed figure itself; write out what it stands for",
                                             claim.id, set.claims[i].id));
      }
    }
  }
}

} // namespace

void read_claims(const YamlNode* node, Study& study, Problems& problems) {
  if (node->kind != YamlNode::Kind::sequence) {
    problems.error(node->at, "`claims` is no list; write one line a paper, such as - {id: strategy, file: claims.csv, source: \"..\", "
                             "as_of: ..}");
    return;
  }
  IdsSeen ids("set of claims");
  for (const YamlNode& item : node->items) {
    YamlMap map(item, "a set of claims", problems);
    ClaimSet set;
    set.at = item.at;
    set.id = map.required_id("id").value_or("");
    set.label = read_text(map, "label", study.language, problems);
    const auto file = map.required_string("file");
    set.file = file && !trim(*file).empty() ? beside_study(study.folder, *file) : std::string();
    set.source = map.required_string("source").value_or("");
    set.as_of = read_date(map, "as_of", problems);
    if (!map.has("as_of")) {
      problems.error(item.at, "`as_of` is missing; write the day of the paper, YYYY-MM-DD");
    }
    map.finish();
    if (!set.id.empty()) {
      ids.add(set.id, set.at, problems);
    }
    study.survey->claims.push_back(std::move(set));
  }
}

void load_claims(ClaimSet& set, const Instrument* instrument, Problems& problems) {
  if (set.file.empty()) {
    return;
  }
  const StudyFile file = read_study_file(set.file, set.at, problems);
  set.sha256 = file.sha256;
  if (!file.fine) {
    return;
  }
  try {
    CsvReader reader(file.text, set.file, sniff_csv(file.text));
    const auto header = read_csv_header(
        reader, set.file, "the file is empty; it has a row for each figure: id, measure, group, of, value, n and others", problems);
    if (!header) {
      return;
    }
    bool fine = true;
    for (const char* needed : {"id", "measure", "value"}) {
      fine = required_column(*header, reader, needed, problems) != CsvHeader::npos && fine;
    }
    refuse_other_columns(*header, reader, claim_columns, problems);
    RowProblems bad(problems);
    IdsSeen ids("claim");
    while (fine && reader.next()) {
      if (!row_fits(reader, *header, bad)) {
        continue;
      }
      ClaimRow row(reader, *header, bad);
      Claim claim;
      claim.at = reader.at();
      claim.id = row.text("id");
      claim.text = row.text("text");
      claim.measure = row.text("measure");
      claim.period = row.text("period");
      if (!is_id(claim.id)) {
        row.error("id", fmt::format("\"{}\" cannot be the id of a claim; use letters, digits, _ . and -", claim.id));
        continue;
      }
      if (claim.measure.empty()) {
        row.error("measure", fmt::format("{} does not say what it measures; figures of one measure are held against each other", claim.id));
      }
      read_value(row, claim);
      read_people(row, claim, instrument);
      if (ids.add(claim.id, claim.at, problems)) {
        set.claims.push_back(std::move(claim));
      }
    }
    bad.finish();
    if (fine && set.claims.empty() && bad.empty()) {
      problems.error({set.file, 1, 1}, "the file has no claims; each row after the header is one figure");
    }
    if (bad.empty()) {
      check_formulas(set, problems);
    }
  } catch (const InputError& error) {
    problems.add(error.problems());
  }
}

} // namespace canvass::study_parts
