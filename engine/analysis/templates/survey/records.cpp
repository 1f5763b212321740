// Tables that others keep and figures that papers print, each with what does not fit beside it.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"
#include "engine/study/table_checks.hpp"
#include "engine/study/table_formula.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using namespace report;

namespace {

/// Longer tables go to the appendix.
constexpr std::size_t rows_in_text = 20;
constexpr double small_count = 5;

/// A cell as its keeper wrote it; a plain number as a number, so that columns line up.
TableCell as_written(const std::string& cell) {
  if (cell.empty()) {
    return Withheld{"[x]", "not given"};
  }
  const auto number = parse_table_number(cell);
  if (!number || cell.find_first_not_of("0123456789,.-") != std::string::npos) {
    return cell;
  }
  return Number{number->value, number->decimals == 0 ? NumberKind::count : NumberKind::raw, ""};
}

/// Whole numbers of 1 to 4 in the columns that are added up or put into ratios: counts of something.
std::size_t small_counts(const AdminTable& table) {
  std::size_t small = 0;
  for (const auto& row : table.cells) {
    for (const std::string& cell : row) {
      const auto number = parse_table_number(cell);
      small += number && number->decimals == 0 && number->value > 0 && number->value < small_count ? 1U : 0U;
    }
  }
  return small;
}

bool is_of(const TableFinding& finding, TableFinding::Kind kind, const std::string& column) {
  return finding.kind == kind && finding.column == column;
}

/// What the table's checks give when they are done again.
Table recomputed(const AdminTable& table, const std::vector<TableFinding>& findings) {
  Table result;
  result.caption = "Recomputed";
  result.columns = {{"What", false}, {"Recomputed", true}, {"As claimed", true}, {"Fits", false}};
  const auto rows = static_cast<long long>(table.keys.size());
  const auto wrong = [&](TableFinding::Kind kind, const std::string& column) {
    return std::count_if(findings.begin(), findings.end(), [&](const TableFinding& finding) { return is_of(finding, kind, column); });
  };
  const TableCell none = Withheld{"[z]", "does not apply"};
  const auto claimed = [&](const AdminTable::Check& check, NumberKind kind) {
    return check.claimed ? TableCell(Number{*check.claimed, kind, ""}) : none;
  };
  const auto fitting = [&](long long bad) { return std::to_string(rows - bad) + " of " + counted(rows, "row", "rows"); };
  for (const AdminTable::Check& check : table.checks) {
    switch (check.kind) {
    case AdminTable::Check::Kind::formula:
      result.rows.push_back(
          {check.column + " = " + check.expression, none, none, fitting(wrong(TableFinding::Kind::formula, check.column))});
      break;
    case AdminTable::Check::Kind::total: {
      const auto sum = column_total(table, check.column);
      result.rows.push_back({"Total of " + check.column, sum ? TableCell(Number{*sum, NumberKind::count, ""}) : none,
                             claimed(check, NumberKind::count), wrong(TableFinding::Kind::total, check.column) == 0 ? "yes" : "no"});
      break;
    }
    case AdminTable::Check::Kind::ratio: {
      const auto percent = ratio_percent(table, check.expression);
      const bool claim_fits = wrong(TableFinding::Kind::claimed, check.column) == 0;
      result.rows.push_back({check.expression + " over all rows, %",
                             percent ? TableCell(Number{*percent, NumberKind::percent_1, ""}) : none, claimed(check, NumberKind::raw),
                             !check.claimed ? ""
                             : claim_fits   ? "yes"
                                            : "no"});
      if (!check.column.empty()) {
        result.rows.push_back({check.column + " as printed", none, none, fitting(wrong(TableFinding::Kind::printed, check.column))});
      }
      break;
    }
    }
  }
  return result;
}

} // namespace

Section SurveyReport::records() {
  Section section;
  section.id = "records";
  section.title = "What others keep: counts, targets and budgets";
  for (const AdminTable& source : setup_.tables) {
    const std::string label = source.label.empty() ? source.id : source.label.in(study_.language);
    Table table;
    table.caption = label;
    table.columns = {{capitalised(source.key), false}};
    for (const std::string& column : source.columns) {
      table.columns.push_back({capitalised(column), true});
    }
    for (std::size_t row = 0; row < source.keys.size(); ++row) {
      table.rows.push_back({source.key_is_area ? area_label(source.keys[row]) : source.keys[row]});
      for (const std::string& cell : source.cells[row]) {
        table.rows.back().push_back(as_written(cell));
      }
    }
    std::string kept = "Source: " + source.source + (source.as_of ? ", as of " + in_words(*source.as_of) : "") +
                       ". As its keeper wrote it: a count, no sample, so without interval.";
    if (const std::size_t small = small_counts(source); small > 0 && source.key_is_area) {
      kept += " " + counted(static_cast<long long>(small), "number is", "numbers are") +
              " under 5. What is withheld in this report are answers to the survey; whether so small a count may be published is for its "
              "keeper to say.";
    }
    table.notes.push_back({kept});
    const std::vector<TableFinding> findings = check_table(source, setup_.areas);
    Table again = recomputed(source, findings);
    again.caption = label + ": recomputed";
    if (table.rows.size() > rows_in_text) {
      const std::size_t rows = table.rows.size();
      const std::string id = appendix_table(std::move(table));
      section.blocks.emplace_back(
          Paragraph{{label + ": " + counted(static_cast<long long>(rows), "row", "rows") + ", in ", Link{"table " + id, id}, ". " + kept}});
    } else {
      section.blocks.emplace_back(std::move(table));
    }
    if (!again.rows.empty()) {
      section.blocks.emplace_back(std::move(again));
    }
    if (findings.empty()) {
      section.blocks.emplace_back(Paragraph{
          {label + ": " + (source.checks.empty() ? "no check was declared, so nothing was recomputed." : "everything recomputed fits.")}});
    }
    for (const TableFinding& finding : findings) {
      section.blocks.emplace_back(Notice{Notice::Kind::warning, {capitalised(finding.text) + "."}});
    }
  }
  return section;
}

Section SurveyReport::claims() {
  Section section;
  section.id = "claims";
  section.title = "What papers say";
  for (const ClaimSet& set : setup_.claims) {
    Table table;
    table.caption = (set.label.empty() ? set.id : set.label.in(study_.language)) + ": figures as claimed, held against each other";
    table.columns = {{"Figure", false}, {"As claimed", true}, {"n", true},          {"Against", false},
                     {"Points", true},  {"Ratio", true},      {"Odds ratio", true}, {"Reading", false}};
    for (const Estimate* one : rows_of("published_claims")) {
      const std::string stem = one->analysis + "/" + set.id + "/";
      const Claim* claim = one->id.rfind(stem, 0) == 0 ? set.claim(one->id.substr(stem.size())) : nullptr;
      if (claim == nullptr) {
        continue;
      }
      const Estimate* difference = row(one->id + "/difference");
      std::string name = claim->text.empty() ? claim->measure : claim->text;
      for (const std::string& part : {claim->group, claim->period}) {
        name += part.empty() || !claim->text.empty() ? "" : ", " + part;
      }
      std::string against = difference == nullptr ? "" : difference->versus.front().second;
      std::string reading = difference == nullptr                ? ""
                            : is_withheld(*difference)           ? ""
                            : std::isfinite(difference->p_value) ? difference->verdict
                            : claim->n                           ? "not tested"
                                                                 : "not tested: no n";
      table.rows.push_back({name,
                            cell_of(one, one->unit == Unit::percent && claim->value && claim->decimals == 0 ? NumberKind::percent
                                         : one->unit == Unit::percent                                       ? NumberKind::percent_1
                                                                                                            : NumberKind::raw),
                            claim->value && claim->unit == "%" && !claim->n ? TableCell(Withheld{"[x]", "not published: no base"})
                                                                            : cell_of(one, NumberKind::count, &Estimate::n),
                            against, cell_of(difference, NumberKind::points_change),
                            cell_of(row(one->id + "/risk_ratio"), NumberKind::score),
                            cell_of(row(one->id + "/odds_ratio"), NumberKind::score), reading});
    }
    table.notes.push_back({"Source: " + set.source + (set.as_of ? ", as of " + in_words(*set.as_of) : "") +
                           ". Figures of others, not results of this survey. A percentage without its number of answers is never tested."});
    section.blocks.emplace_back(std::move(table));
  }
  warn_of("published_claims", section);
  return section;
}

} // namespace canvass::analysis
