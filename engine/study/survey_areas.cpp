#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <unordered_map>

namespace canvass::study_parts {

namespace {

/// A row of areas.csv with what must be looked up once all rows are read.
struct Row {
  Area area;
  std::string parent;
  Position parent_at;
};

std::vector<Row> read_rows(CsvReader& reader, const CsvHeader& header, const AreaTree& tree, Problems& problems) {
  const std::size_t code = header.find("code");
  const std::size_t label = header.find("label");
  const std::size_t level = header.find("level");
  const std::size_t parent = header.find("parent");
  const std::size_t aliases = header.find("aliases");
  RowProblems bad(problems);
  std::vector<Row> rows;
  while (reader.next()) {
    if (!row_fits(reader, header, bad)) {
      continue;
    }
    const auto& cells = reader.cells();
    Row row;
    row.area.at = reader.at(code);
    row.area.code = std::string(trim(cells[code]));
    row.area.label = label == CsvHeader::npos ? std::string() : std::string(trim(cells[label]));
    if (row.area.label.empty()) {
      row.area.label = row.area.code;
    }
    if (row.area.code.empty()) {
      bad.error(row.area.at, "this area has no code; give it the code that answers and margins use");
      continue;
    }
    const std::string level_name(trim(cells[level]));
    row.area.level = tree.level(level_name);
    if (row.area.level == AreaTree::npos) {
      bad.error(reader.at(level), fmt::format("\"{}\" is no level of the study (found at {}); the levels are {}{}", level_name,
                                              row.area.code, join(tree.levels, ", "), did_you_mean(level_name, tree.levels)));
      continue;
    }
    if (parent != CsvHeader::npos) {
      row.parent = std::string(trim(cells[parent]));
      row.parent_at = reader.at(parent);
    }
    if (aliases != CsvHeader::npos) {
      for (const std::string_view alias : split(cells[aliases], '|')) {
        if (!trim(alias).empty()) {
          row.area.aliases.emplace_back(trim(alias));
        }
      }
    }
    rows.push_back(std::move(row));
  }
  bad.finish();
  return rows;
}

/// A name that two areas share must tell them apart all the same: codes differ always, labels and aliases within a level.
void check_names(const std::vector<Row>& rows, const AreaTree& tree, Problems& problems) {
  RowProblems bad(problems);
  std::unordered_map<std::string, const Area*> codes;
  std::map<std::pair<std::size_t, std::string>, const Area*> names;
  for (const Row& row : rows) {
    const Area& area = row.area;
    const auto [entry, is_new] = codes.emplace(to_lower(area.code), &area);
    if (!is_new) {
      bad.error(area.at,
                fmt::format("the code \"{}\" stands twice, here and on line {}; codes must differ by more than upper and lower case",
                            area.code, entry->second->at.line));
      continue;
    }
    std::vector<std::string> own = {area.label};
    own.insert(own.end(), area.aliases.begin(), area.aliases.end());
    for (const std::string& name : own) {
      const auto [at, fresh] = names.emplace(std::pair(area.level, to_lower(name)), &area);
      if (!fresh && at->second != &area) {
        bad.error(area.at, fmt::format("\"{}\" names two areas of the level {}: {} (line {}) and {}; make the names differ", name,
                                       tree.levels[area.level], at->second->code, at->second->at.line, area.code));
      }
    }
  }
  for (const Row& row : rows) { // a label or alias that is the code of another would be read as that other
    for (const std::string& alias : row.area.aliases) {
      const auto other = codes.find(to_lower(alias));
      if (other != codes.end() && to_lower(other->second->code) != to_lower(row.area.code)) {
        bad.error(row.area.at, fmt::format("the alias \"{}\" of {} is the code of another area (line {}); remove it", alias, row.area.code,
                                           other->second->at.line));
      }
    }
  }
  bad.finish();
}

/// Sorts by level, links parents, and says which rows hang in the air.
void build_tree(std::vector<Row> rows, AreaTree& tree, Problems& problems) {
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.area.level < b.area.level; });
  std::unordered_map<std::string, std::size_t> by_code;
  std::vector<std::string> codes;
  for (const Row& row : rows) {
    by_code.emplace(to_lower(row.area.code), tree.areas.size());
    codes.push_back(row.area.code);
    tree.areas.push_back(row.area);
  }
  tree.index();
  RowProblems bad(problems);
  std::vector<std::size_t> children(tree.areas.size(), 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Area& area = tree.areas[i];
    if (area.level == 0) {
      if (!rows[i].parent.empty()) {
        bad.error(rows[i].parent_at, fmt::format("{} is of the widest level ({}) and has a parent (found \"{}\"); leave the cell empty",
                                                 area.code, tree.levels[0], rows[i].parent));
      }
      continue;
    }
    const std::string& wider = tree.levels[area.level - 1];
    if (rows[i].parent.empty()) {
      bad.error(rows[i].parent_at.line > 0 ? rows[i].parent_at : area.at,
                fmt::format("{} has no parent; name the {} that it lies in", area.code, wider));
      continue;
    }
    const auto found = by_code.find(to_lower(rows[i].parent));
    if (found == by_code.end()) {
      bad.error(rows[i].parent_at, fmt::format("{} lies in \"{}\", which is no code of this file{}", area.code, rows[i].parent,
                                               did_you_mean(rows[i].parent, codes)));
      continue;
    }
    const Area& parent = tree.areas[found->second];
    if (parent.level + 1 != area.level) {
      bad.error(rows[i].parent_at, fmt::format("{} ({}) lies in {}, which is a {}; its parent must be a {}", area.code,
                                               tree.levels[area.level], parent.code, tree.levels[parent.level], wider));
      continue;
    }
    area.parent = found->second;
    ++children[found->second];
  }
  for (std::size_t i = 0; i < tree.areas.size(); ++i) {
    if (bad.empty() && tree.areas[i].level + 1 < tree.levels.size() && children[i] == 0) {
      problems.warning(tree.areas[i].at,
                       fmt::format("the {} {} has no {} in it; add its areas, or remove it", tree.levels[tree.areas[i].level],
                                   tree.areas[i].code, tree.levels[tree.areas[i].level + 1]));
    }
  }
  bad.finish();
}

} // namespace

void load_areas(AreaTree& tree, Problems& problems) {
  const StudyFile file = read_study_file(tree.file, tree.at, problems);
  tree.sha256 = file.sha256;
  if (!file.fine || tree.levels.empty()) {
    return;
  }
  try {
    CsvReader reader(file.text, tree.file, sniff_csv(file.text));
    const auto header =
        read_csv_header(reader, tree.file, "the file is empty; it has a row for each area: code, label, level, parent, aliases", problems);
    if (!header) {
      return;
    }
    const bool has_code = required_column(*header, reader, "code", problems) != CsvHeader::npos;
    const bool has_level = required_column(*header, reader, "level", problems) != CsvHeader::npos;
    const bool has_parent = tree.levels.size() < 2 || required_column(*header, reader, "parent", problems) != CsvHeader::npos;
    refuse_other_columns(*header, reader, {"code", "label", "level", "parent", "aliases"}, problems);
    if (!has_code || !has_level || !has_parent) {
      return;
    }
    std::vector<Row> rows = read_rows(reader, *header, tree, problems);
    check_names(rows, tree, problems);
    build_tree(std::move(rows), tree, problems);
    if (tree.areas.empty()) {
      problems.error({tree.file, 1, 1}, "the file names no areas; each row after the header is an area");
    }
  } catch (const InputError& error) {
    problems.add(error.problems());
  }
}

} // namespace canvass::study_parts
