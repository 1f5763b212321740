#include "engine/study/table_checks.hpp"

#include "engine/core/text.hpp"
#include "engine/study/table_formula.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace canvass {

namespace {

using Kind = TableFinding::Kind;
using Check = AdminTable::Check;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double power_of_ten(int decimals) {
  double power = 1;
  for (int i = 0; i < decimals; ++i) {
    power *= 10;
  }
  return power;
}

int decimals_of(double value) {
  const std::string text = shortest(value);
  const std::size_t point = text.find('.');
  return point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
}

/// A number of a table as a sentence shows it: 627,804 or 40.895.
std::string shown(double value) {
  const double whole = std::round(value);
  if (std::abs(value - whole) > 1e-9 || std::abs(value) > 1e15) {
    return shortest(rounded(value, 3, RoundingRule::nearest));
  }
  std::string digits = std::to_string(static_cast<long long>(std::abs(whole)));
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, ",");
  }
  return (whole < 0 ? "-" : "") + digits;
}

std::string rows_phrase(std::size_t matching, std::size_t all) {
  return fmt::format("{} of {}", matching, counted(static_cast<long long>(all), "row", "rows"));
}

class TableChecker {
public:
  TableChecker(const AdminTable& table, const AreaTree& areas) : table_(table), areas_(areas) {
    numbers_.resize(table.keys.size());
    for (std::size_t row = 0; row < numbers_.size(); ++row) {
      for (const std::string& cell : table.cells[row]) {
        const auto number = parse_table_number(cell);
        numbers_[row].push_back(number ? number->value : none);
      }
    }
    sums_.assign(table.columns.size(), 0);
    for (std::size_t column = 0; column < sums_.size(); ++column) {
      bool any = false;
      for (const auto& row : numbers_) {
        if (!std::isnan(row[column])) {
          sums_[column] += row[column];
          any = true;
        }
      }
      sums_[column] = any ? sums_[column] : none;
    }
  }

  std::vector<TableFinding> check() {
    check_keys();
    for (const Check& one : table_.checks) {
      switch (one.kind) {
      case Check::Kind::formula: check_formula(one); break;
      case Check::Kind::total: check_total(one); break;
      case Check::Kind::ratio: check_ratio(one); break;
      }
    }
    return std::move(findings_);
  }

  [[nodiscard]] std::optional<double> total(std::string_view column) const {
    const std::size_t at = table_.column(column);
    return at == AdminTable::npos || std::isnan(sums_[at]) ? std::nullopt : std::optional<double>(sums_[at]);
  }
  [[nodiscard]] std::optional<double> percent(std::string_view expression, std::size_t row) const {
    Problems ignored; // read when the study was loaded
    const auto formula = TableFormula::parse(expression, table_.columns, {}, ignored);
    const double value = !formula ? none : 100 * formula->value(row == AdminTable::npos ? sums_ : numbers_[row]);
    return std::isnan(value) ? std::nullopt : std::optional<double>(value);
  }

private:
  void add(Kind kind, std::string row, std::string column, std::optional<double> found, std::optional<double> expected, Position at,
           std::string text) {
    findings_.push_back({kind, table_.id, std::move(row), std::move(column), found, expected, std::move(at), std::move(text)});
  }

  void check_keys() {
    for (const AdminTable::Stray& stray : table_.strays) {
      std::vector<std::string> cells;
      std::string same;
      for (const std::string& cell : stray.cells) {
        if (!cell.empty()) {
          cells.push_back(cell);
        }
      }
      for (std::size_t row = 0; row < table_.keys.size() && same.empty() && !cells.empty(); ++row) {
        const auto& other = table_.cells[row];
        const bool holds = std::all_of(cells.begin(), cells.end(),
                                       [&](const std::string& cell) { return std::find(other.begin(), other.end(), cell) != other.end(); });
        same = holds ? fmt::format("; {} has the same", table_.keys[row]) : std::string();
      }
      add(Kind::stray, "", table_.key, std::nullopt, std::nullopt, stray.at,
          fmt::format("a row of {} names no {} (it holds {}{}); it counts in no total: name it, or remove it", table_.id, table_.key,
                      cells.empty() ? std::string("nothing") : join(cells, ", "), same));
    }
    for (std::size_t row = 0; row < table_.area.size(); ++row) {
      if (table_.area[row] < 0) {
        add(Kind::unknown_area, table_.keys[row], table_.key, std::nullopt, std::nullopt, table_.row_at[row],
            fmt::format("\"{}\" of {} is no area of the study, so the row would be lost beside the others{}; add it to the aliases of its "
                        "area",
                        table_.keys[row], table_.id, areas_.did_you_mean(table_.keys[row])));
      }
    }
  }

  /// A cell that a check needs and that holds no number: told once a check.
  bool is_number(std::size_t row, std::size_t column) {
    if (!std::isnan(numbers_[row][column])) {
      return true;
    }
    const std::string& cell = table_.cells[row][column];
    add(Kind::no_number, table_.keys[row], table_.columns[column], std::nullopt, std::nullopt, table_.row_at[row],
        fmt::format("{}, {} of {} {}, so a check passes over the row", table_.keys[row], table_.columns[column], table_.id,
                    cell.empty() ? std::string("is empty") : fmt::format("is no number (found \"{}\")", cell)));
    return false;
  }

  std::optional<TableFormula> formula_of(const Check& one) {
    Problems ignored;
    return TableFormula::parse(one.expression, table_.columns, one.at, ignored);
  }

  void check_formula(const Check& one) {
    const auto formula = formula_of(one);
    const std::size_t column = table_.column(one.column);
    if (!formula || column == AdminTable::npos) {
      return; // told when the study was loaded
    }
    for (std::size_t row = 0; row < numbers_.size(); ++row) {
      bool fine = is_number(row, column);
      for (const std::size_t needed : formula->columns()) {
        fine = is_number(row, needed) && fine;
      }
      const double expected = fine ? formula->value(numbers_[row]) : none;
      if (std::isnan(expected)) {
        continue;
      }
      const int decimals = parse_table_number(table_.cells[row][column])->decimals;
      if (std::abs(numbers_[row][column] - expected) > 0.5 / power_of_ten(decimals) + 1e-9) {
        add(Kind::formula, table_.keys[row], one.column, numbers_[row][column], expected, table_.row_at[row],
            fmt::format("{}, {} of {} is {}, but {} gives {}; mend the one that is wrong", table_.keys[row], one.column, table_.id,
                        table_.cells[row][column], one.expression, shown(expected)));
      }
    }
  }

  void check_total(const Check& one) {
    const std::size_t column = table_.column(one.column);
    if (column == AdminTable::npos || !one.claimed) {
      return;
    }
    for (std::size_t row = 0; row < numbers_.size(); ++row) {
      is_number(row, column);
    }
    if (!std::isnan(sums_[column]) && std::abs(sums_[column] - *one.claimed) > 1e-9 * std::max(1.0, std::abs(*one.claimed))) {
      add(Kind::total, "", one.column, *one.claimed, sums_[column], one.at,
          fmt::format("the total of {} of {} is claimed as {}, but its {} add up to {}", one.column, table_.id, shown(*one.claimed),
                      counted(static_cast<long long>(numbers_.size()), "row", "rows"), shown(sums_[column])));
    }
  }

  struct Printed {
    std::size_t row;
    double percent, printed;
    int decimals;
  };

  void check_ratio(const Check& one) {
    const auto formula = formula_of(one);
    if (!formula) {
      return;
    }
    const std::size_t column = one.column.empty() ? AdminTable::npos : table_.column(one.column);
    std::vector<Printed> rows;
    for (std::size_t row = 0; row < numbers_.size(); ++row) {
      bool fine = true;
      for (const std::size_t needed : formula->columns()) {
        fine = is_number(row, needed) && fine;
      }
      if (column == AdminTable::npos || !fine || !is_number(row, column)) {
        continue;
      }
      const double percent = 100 * formula->value(numbers_[row]);
      if (!std::isnan(percent)) {
        rows.push_back({row, percent, numbers_[row][column], parse_table_number(table_.cells[row][column])->decimals});
      }
    }
    check_printed(one, rows);
    check_claimed(one, *formula);
  }

  /// A table may round by any rule, but by one: the rows that break the rule which fits most of them are told.
  void check_printed(const Check& one, const std::vector<Printed>& rows) {
    if (rows.empty()) {
      return;
    }
    constexpr std::array rules = {RoundingRule::nearest, RoundingRule::half_to_even, RoundingRule::down, RoundingRule::up};
    const auto fits = [](const Printed& row, RoundingRule rule) {
      return std::abs(row.printed - rounded(row.percent, row.decimals, rule)) < 1e-9;
    };
    RoundingRule best = RoundingRule::nearest;
    std::size_t most = 0;
    for (const RoundingRule rule : rules) {
      const auto fitting =
          static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const Printed& row) { return fits(row, rule); }));
      if (fitting > most) {
        most = fitting;
        best = rule;
      }
    }
    for (const Printed& row : rows) {
      if (fits(row, best)) {
        continue;
      }
      std::string other;
      for (const RoundingRule rule : rules) {
        if (other.empty() && fits(row, rule)) {
          other = fmt::format("; rounded {} it would be {}", to_string(rule), table_.cells[row.row][table_.column(one.column)]);
        }
      }
      const double expected = rounded(row.percent, row.decimals, best);
      add(Kind::printed, table_.keys[row.row], one.column, row.printed, expected, table_.row_at[row.row],
          fmt::format("{}, {} of {} is printed as {}, but {} is {} %, which rounds {} to {} ({} {} rounded so{})", table_.keys[row.row],
                      one.column, table_.id, table_.cells[row.row][table_.column(one.column)], one.expression, shown(row.percent),
                      to_string(best), shown(expected), rows_phrase(most, rows.size()), most == 1 ? "is" : "are", other));
    }
    const auto mixed = std::find_if(rows.begin(), rows.end(), [&](const Printed& row) { return row.decimals != rows.front().decimals; });
    if (mixed != rows.end()) {
      add(Kind::decimals, table_.keys[mixed->row], one.column, std::nullopt, std::nullopt, table_.row_at[mixed->row],
          fmt::format("{} of {} mixes percentages with {} and with {}; print all alike", one.column, table_.id,
                      counted(rows.front().decimals, "decimal", "decimals"), counted(mixed->decimals, "decimal", "decimals")));
    }
  }

  void check_claimed(const Check& one, const TableFormula& formula) {
    const double percent = 100 * formula.value(sums_);
    if (!one.claimed || std::isnan(percent)) {
      return;
    }
    const int decimals = decimals_of(*one.claimed);
    if (std::abs(rounded(percent, decimals, RoundingRule::nearest) - *one.claimed) > 1e-9) {
      add(Kind::claimed, "", one.column, *one.claimed, percent, one.at,
          fmt::format("{} of {} is claimed as {} %, but over all {} it is {} %", one.expression, table_.id, shortest(*one.claimed),
                      counted(static_cast<long long>(numbers_.size()), "row", "rows"), fmt::format("{:.2f}", percent)));
    }
  }

  const AdminTable& table_;
  const AreaTree& areas_;
  std::vector<std::vector<double>> numbers_; ///< rows x columns, NaN = no number
  std::vector<double> sums_;                 ///< by column
  std::vector<TableFinding> findings_;
};

const AreaTree& no_areas() {
  static const AreaTree tree;
  return tree;
}

} // namespace

std::string_view to_string(TableFinding::Kind kind) {
  switch (kind) {
  case Kind::no_number: return "no_number";
  case Kind::formula: return "formula";
  case Kind::total: return "total";
  case Kind::printed: return "printed";
  case Kind::claimed: return "claimed";
  case Kind::decimals: return "decimals";
  case Kind::stray: return "stray";
  case Kind::unknown_area: return "unknown_area";
  }
  return "formula";
}

std::string_view to_string(RoundingRule rule) {
  switch (rule) {
  case RoundingRule::nearest: return "to the nearest";
  case RoundingRule::half_to_even: return "to the nearest, halves to even";
  case RoundingRule::down: return "down";
  case RoundingRule::up: return "up";
  }
  return "to the nearest";
}

double rounded(double value, int decimals, RoundingRule rule) {
  const double power = power_of_ten(decimals);
  const double size = std::abs(value) * power;
  const double step = std::floor(size + 1e-9);
  const double rest = size - step;
  double result = step;
  switch (rule) {
  case RoundingRule::down: break;
  case RoundingRule::up: result += rest > 1e-9 ? 1 : 0; break;
  case RoundingRule::nearest: result += rest >= 0.5 - 1e-9 ? 1 : 0; break;
  case RoundingRule::half_to_even: {
    const bool is_half = std::abs(rest - 0.5) <= 1e-9;
    result += is_half ? std::fmod(step, 2) : (rest > 0.5 ? 1 : 0);
    break;
  }
  }
  return std::copysign(result / power, value);
}

std::optional<double> column_total(const AdminTable& table, std::string_view column) {
  return TableChecker(table, no_areas()).total(column);
}

std::optional<double> ratio_percent(const AdminTable& table, std::string_view expression, std::size_t row) {
  return TableChecker(table, no_areas()).percent(expression, row);
}

std::vector<TableFinding> check_table(const AdminTable& table, const AreaTree& areas) {
  return TableChecker(table, areas).check();
}

} // namespace canvass
