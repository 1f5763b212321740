#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"
#include "engine/study/table_formula.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

using Check = AdminTable::Check;

std::optional<Check> read_check(const YamlNode& node, Problems& problems) {
  YamlMap map(node, "a check", problems);
  Check check;
  check.at = node.at;
  const auto formula = map.string("formula");
  const auto total = map.string("total");
  const auto ratio = map.string("ratio");
  const auto printed = map.string("printed");
  check.claimed = map.number("claimed");
  map.finish();
  if ((formula ? 1 : 0) + (total ? 1 : 0) + (ratio ? 1 : 0) != 1) {
    problems.error(node.at,
                   "a check is one of formula, total and ratio, such as {formula: \"required = target - current\"}, {total: current, "
                   "claimed: 126} or {ratio: \"spent / budget\", printed: percent}");
    return std::nullopt;
  }
  if (printed && !ratio) {
    problems.error(map.at("printed"), "`printed` names the column of percentages that a `ratio` is held against; leave it out here");
  }
  if (formula) {
    check.kind = Check::Kind::formula;
    const std::size_t equals = formula->find('=');
    if (equals == std::string::npos || formula->find('=', equals + 1) != std::string::npos) {
      problems.error(map.at("formula"), fmt::format("`formula` says what a column must equal (found \"{}\"); write it with one =, such as "
                                                    "required = target - current",
                                                    *formula));
      return std::nullopt;
    }
    std::string_view column = trim(std::string_view(*formula).substr(0, equals));
    if (column.size() > 1 && column.front() == '`' && column.back() == '`') {
      column = column.substr(1, column.size() - 2);
    }
    check.column = std::string(column);
    check.expression = std::string(trim(std::string_view(*formula).substr(equals + 1)));
    if (check.claimed) {
      problems.error(map.at("claimed"), "`claimed` stands beside a total or a ratio; leave it out here");
    }
  } else if (total) {
    check.kind = Check::Kind::total;
    check.column = *total;
    if (!check.claimed) {
      problems.error(node.at, fmt::format("the total of {} is held against nothing; add `claimed`, the total as a text gives it", *total));
    }
  } else {
    check.kind = Check::Kind::ratio;
    check.expression = *ratio;
    check.column = printed.value_or("");
    if (!printed && !check.claimed) {
      problems.error(node.at, fmt::format("the ratio {} is held against nothing; add `printed`, the column of percentages as printed, or "
                                          "`claimed`, the percentage over all rows as a text gives it",
                                          *ratio));
    }
  }
  return check;
}

void read_rows(CsvReader& reader, const CsvHeader& header, std::size_t key, AdminTable& table, const AreaTree& areas, Problems& problems) {
  RowProblems bad(problems);
  while (reader.next()) {
    if (!row_fits(reader, header, bad)) {
      continue;
    }
    const auto& cells = reader.cells();
    std::vector<std::string> row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i != key) {
        row.emplace_back(trim(cells[i]));
      }
    }
    const std::string name(trim(cells[key]));
    if (name.empty()) {
      table.strays.push_back({std::move(row), reader.at(key)});
      continue;
    }
    if (const std::size_t first = table.row(name); first != AdminTable::npos) {
      bad.error(reader.at(key),
                fmt::format("the row \"{}\" stands twice, here and on line {}; leave one row", name, table.row_at[first].line));
      continue;
    }
    table.keys.push_back(name);
    table.cells.push_back(std::move(row));
    table.row_at.push_back(reader.at(key));
    if (table.key_is_area) {
      const std::size_t area = areas.find(name);
      table.area.push_back(area == AreaTree::npos ? -1 : static_cast<std::int32_t>(area));
    }
  }
  bad.finish();
  if (table.keys.empty() && bad.empty()) {
    problems.error({table.file, 1, 1},
                   fmt::format("the table has no rows; each row after the header has its name in the column \"{}\"", table.key));
  }
}

/// Checks name columns that the table has, and formulas that can be read.
void check_checks(const AdminTable& table, Problems& problems) {
  for (const Check& check : table.checks) {
    if (!check.column.empty() && table.column(check.column) == AdminTable::npos) {
      problems.error(check.at, fmt::format("the check names the column \"{}\", which {} does not have (found: {}){}", check.column,
                                           table.file, join(table.columns, ", "), did_you_mean(check.column, table.columns)));
    }
    if (!check.expression.empty()) {
      TableFormula::parse(check.expression, table.columns, check.at, problems);
    }
  }
}

} // namespace

void read_tables(const YamlNode* node, Study& study, Problems& problems) {
  if (node->kind != YamlNode::Kind::sequence) {
    problems.error(node->at,
                   "`tables` is no list; write one line a table, such as - {id: street_watch, file: street-watch.csv, key: npu, ..}");
    return;
  }
  IdsSeen ids("table");
  for (const YamlNode& item : node->items) {
    YamlMap map(item, "a table", problems);
    AdminTable table;
    table.at = item.at;
    table.id = map.required_id("id").value_or("");
    table.label = read_text(map, "label", study.language, problems);
    const auto file = map.required_string("file");
    table.file = file && !trim(*file).empty() ? beside_study(study.folder, *file) : std::string();
    table.source = map.required_string("source").value_or("");
    table.as_of = read_date(map, "as_of", problems);
    if (!map.has("as_of")) {
      problems.error(item.at, "`as_of` is missing; write the day that the table speaks of, YYYY-MM-DD");
    }
    table.key = map.required_string("key").value_or("");
    table.key_is_area = map.boolean("key_is_area").value_or(false);
    for (const YamlNode* check : map.sequence("checks")) {
      if (auto read = read_check(*check, problems)) {
        table.checks.push_back(std::move(*read));
      }
    }
    map.finish();
    if (table.key_is_area && study.survey->areas.file.empty()) {
      problems.error(map.at("key_is_area"), "`key_is_area` needs `areas` in the survey; add them, or leave this out");
    }
    if (!table.id.empty()) {
      ids.add(table.id, table.at, problems);
    }
    study.survey->tables.push_back(std::move(table));
  }
}

void load_table(AdminTable& table, const AreaTree& areas, Problems& problems) {
  if (table.file.empty()) {
    return;
  }
  const StudyFile file = read_study_file(table.file, table.at, problems);
  table.sha256 = file.sha256;
  if (!file.fine) {
    return;
  }
  try {
    CsvReader reader(file.text, table.file, sniff_csv(file.text));
    const auto header =
        read_csv_header(reader, table.file, "the file is empty; its first row names the columns, one of them the key", problems);
    const std::size_t key = header ? required_column(*header, reader, table.key, problems) : CsvHeader::npos;
    if (key == CsvHeader::npos) {
      return;
    }
    for (std::size_t i = 0; i < header->names.size(); ++i) {
      if (i != key) {
        table.columns.push_back(header->names[i]);
      }
    }
    read_rows(reader, *header, key, table, areas, problems);
    check_checks(table, problems);
  } catch (const InputError& error) {
    problems.add(error.problems());
  }
}

} // namespace canvass::study_parts
