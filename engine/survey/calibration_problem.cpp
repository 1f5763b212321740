#include "engine/survey/calibration_problem.hpp"

#include "engine/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace canvass::survey::detail {

namespace {

std::string cell_name(const Margin& margin, std::size_t cell) {
  return cell < margin.cell_names.size() ? margin.cell_names[cell] : fmt::format("{}", cell + 1);
}

/// At most five of many, and how many more there are.
std::string listed(const std::vector<std::string>& all) {
  constexpr std::size_t most = 5;
  std::string text = fmt::format("{}", fmt::join(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size())), ", "));
  return all.size() > most ? fmt::format("{} and {} more", text, all.size() - most) : text;
}

void check_amount(const Margin& margin, std::size_t rows) {
  if (margin.amount.size() != rows || !margin.cell.empty() || margin.totals.size() != 1 || !std::isfinite(margin.totals[0])) {
    throw DomainError(
        fmt::format("the margin \"{}\" is an amount: it has one number a row, no cells, and one total (found {} numbers for {} "
                    "rows, {} cells, {} totals)",
                    margin.name, margin.amount.size(), rows, margin.cell.size(), margin.totals.size()));
  }
  const auto missing = std::count_if(margin.amount.begin(), margin.amount.end(), [](double x) { return !std::isfinite(x); });
  if (missing > 0) {
    throw DomainError(
        fmt::format("the amount \"{}\" is missing in {} of {} rows; an amount must be known of every row, or be cut into cells",
                    margin.name, missing, rows));
  }
}

void check_cells(const Margin& margin, std::size_t rows) {
  if (margin.cell.size() != rows) {
    throw DomainError(fmt::format("the margin \"{}\" has {} cells for {} rows; it needs one a row", margin.name, margin.cell.size(), rows));
  }
  for (std::size_t cell = 0; cell < margin.totals.size(); ++cell) {
    if (!(margin.totals[cell] >= 0) || !std::isfinite(margin.totals[cell])) {
      throw DomainError(fmt::format("the margin \"{}\" has {} people in {}; a count is a finite number, 0 or more", margin.name,
                                    margin.totals[cell], cell_name(margin, cell)));
    }
  }
  const auto most = static_cast<std::int32_t>(margin.totals.size());
  for (std::size_t row = 0; row < rows; ++row) {
    if (margin.cell[row] < -1 || margin.cell[row] >= most) {
      throw DomainError(fmt::format("row {} lies in cell {} of the margin \"{}\"; its cells are 0 to {}, and -1 where not known", row + 1,
                                    margin.cell[row], margin.name, most - 1));
    }
  }
}

void check_sums(const std::vector<Margin>& margins) {
  const Margin* first = nullptr;
  double sum_of_first = 0;
  for (const Margin& margin : margins) {
    if (margin.cell.empty()) {
      continue;
    }
    const double sum = std::accumulate(margin.totals.begin(), margin.totals.end(), 0.0);
    if (!(sum > 0)) {
      throw DomainError(fmt::format("the margin \"{}\" has no people; give the count of each cell", margin.name));
    }
    if (first == nullptr) {
      first = &margin;
      sum_of_first = sum;
    } else if (std::fabs(sum - sum_of_first) > 1e-6 * sum_of_first) {
      throw DomainError(
          fmt::format("the margins \"{}\" and \"{}\" are of different sums ({} and {} people); they must count the same people",
                      first->name, margin.name, sum_of_first, sum));
    }
  }
}

/// Brings the margin to `people` in all, rows of no known cell to a last cell that keeps their share of the weight, and looks for cells
/// with people but no answers and the other way round.
void complete_cells(Margin& margin, double people, std::span<const double> weights, std::vector<std::uint8_t>& row_unknown) {
  std::vector<double> answered(margin.totals.size() + 1, 0.0);
  const auto unknown = static_cast<std::int32_t>(margin.totals.size());
  std::size_t unknown_rows = 0;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (margin.cell[row] == -1) {
      margin.cell[row] = unknown;
      row_unknown[row] = 1;
      ++unknown_rows;
    }
    answered[static_cast<std::size_t>(margin.cell[row])] += weights[row];
  }
  std::vector<std::string> no_answers;
  std::vector<std::string> no_people;
  for (std::size_t cell = 0; cell < margin.totals.size(); ++cell) {
    if (margin.totals[cell] > 0 && !(answered[cell] > 0)) {
      no_answers.push_back(fmt::format("{} ({:.0f} people)", cell_name(margin, cell), margin.totals[cell]));
    } else if (margin.totals[cell] == 0 && answered[cell] > 0) {
      no_people.push_back(cell_name(margin, cell));
    }
  }
  if (!no_answers.empty()) {
    throw DomainError(fmt::format("the margin \"{}\" cannot be met: there are people but no answers in {}; merge the cell with a neighbour "
                                  "in the margin and in the answers",
                                  margin.name, listed(no_answers)));
  }
  if (!no_people.empty()) {
    throw DomainError(
        fmt::format("the margin \"{}\" cannot be met: there are answers but no people in {}; correct the count or the cells of "
                    "the answers",
                    margin.name, listed(no_people)));
  }
  const double all = std::accumulate(answered.begin(), answered.end(), 0.0);
  const double known = all - answered.back();
  if (!(known > 0)) {
    throw DomainError(fmt::format("the margin \"{}\" is not known of any row", margin.name));
  }
  const double sum = std::accumulate(margin.totals.begin(), margin.totals.end(), 0.0);
  const double scale = people / sum * (known / all);
  if (scale != 1) {
    for (double& total : margin.totals) {
      total *= scale;
    }
  }
  if (unknown_rows > 0) {
    margin.cell_names.resize(margin.totals.size());
    margin.totals.push_back(people * (answered.back() / all));
    margin.cell_names.emplace_back("not known");
    margin.last_not_known = true;
  }
}

/// Numbers the combinations of cells in the order in which rows show them.
void group_rows(Problem& problem, std::size_t rows) {
  const std::size_t margins = problem.margins.size();
  problem.group.resize(rows);
  double combinations = 1;
  for (const Margin& margin : problem.margins) {
    combinations *= static_cast<double>(margin.totals.size());
  }
  std::vector<std::size_t> representative;
  const auto key_of = [&](std::size_t row) {
    std::uint64_t key = 0;
    for (const Margin& margin : problem.margins) {
      key = key * margin.totals.size() + static_cast<std::uint64_t>(margin.cell[row]);
    }
    return key;
  };
  if (combinations <= 4e6) { // a table of all combinations: 16 MB at most
    std::vector<std::int32_t> number(static_cast<std::size_t>(combinations), -1);
    for (std::size_t row = 0; row < rows; ++row) {
      std::int32_t& found = number[key_of(row)];
      if (found < 0) {
        found = static_cast<std::int32_t>(representative.size());
        representative.push_back(row);
      }
      problem.group[row] = found;
    }
  } else if (combinations < 1.8e19) {
    std::unordered_map<std::uint64_t, std::int32_t> number;
    number.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const auto [place, is_new] = number.try_emplace(key_of(row), static_cast<std::int32_t>(representative.size()));
      if (is_new) {
        representative.push_back(row);
      }
      problem.group[row] = place->second;
    }
  } else { // more combinations than a 64-bit number can name: nothing is gained by groups
    representative.resize(rows);
    std::iota(representative.begin(), representative.end(), std::size_t{0});
    std::iota(problem.group.begin(), problem.group.end(), 0);
  }
  problem.groups = representative.size();
  problem.column.resize(problem.groups * margins);
  for (std::size_t g = 0; g < problem.groups; ++g) {
    for (std::size_t m = 0; m < margins; ++m) {
      problem.column[g * margins + m] = static_cast<std::int32_t>(problem.first[m]) + problem.margins[m].cell[representative[g]];
    }
  }
}

void rows_as_groups(Problem& problem, std::size_t rows) {
  const std::size_t margins = problem.margins.size();
  problem.groups = rows;
  problem.group.resize(rows);
  std::iota(problem.group.begin(), problem.group.end(), 0);
  problem.column.resize(rows * margins);
  if (!problem.cells_only) {
    problem.value.assign(rows * margins, 1.0);
  }
  for (std::size_t m = 0; m < margins; ++m) {
    const Margin& margin = problem.margins[m];
    const auto first = static_cast<std::int32_t>(problem.first[m]);
    for (std::size_t row = 0; row < rows; ++row) {
      problem.column[row * margins + m] = margin.amount.empty() ? first + margin.cell[row] : first;
      if (!margin.amount.empty()) {
        problem.value[row * margins + m] = margin.amount[row] / problem.largest[m];
      }
    }
  }
}

} // namespace

std::string Problem::name(std::size_t at) const {
  const std::size_t m = static_cast<std::size_t>(std::upper_bound(first.begin(), first.end(), at) - first.begin()) - 1;
  return margins[m].amount.empty() ? fmt::format("{} {}", margins[m].name, cell_name(margins[m], at - first[m])) : margins[m].name;
}

Problem make_problem(std::vector<Margin> margins, std::span<const double> weights, bool by_row) {
  const std::size_t rows = weights.size();
  if (margins.empty()) {
    throw DomainError("no margins are given; calibration needs at least one");
  }
  if (!(std::accumulate(weights.begin(), weights.end(), 0.0) > 0)) {
    throw DomainError(fmt::format("the {} weights sum to 0; there is nothing to calibrate", rows));
  }
  Problem problem;
  for (const Margin& margin : margins) {
    if (margin.amount.empty()) {
      check_cells(margin, rows);
    } else {
      check_amount(margin, rows);
      problem.cells_only = false;
    }
  }
  check_sums(margins);
  for (const Margin& margin : margins) {
    if (margin.amount.empty()) {
      problem.people = std::accumulate(margin.totals.begin(), margin.totals.end(), 0.0);
      break;
    }
  }
  std::vector<std::uint8_t> row_unknown(rows, 0);
  for (Margin& margin : margins) {
    if (margin.amount.empty()) {
      complete_cells(margin, problem.people, weights, row_unknown);
    }
  }
  problem.unknown = static_cast<std::size_t>(std::count(row_unknown.begin(), row_unknown.end(), std::uint8_t{1}));
  problem.margins = std::move(margins);
  for (const Margin& margin : problem.margins) {
    problem.first.push_back(problem.target.size());
    double largest = 1;
    if (!margin.amount.empty()) {
      largest = 0;
      for (const double amount : margin.amount) {
        largest = std::max(largest, std::fabs(amount));
      }
      largest = largest > 0 ? largest : 1;
    }
    problem.largest.push_back(largest);
    for (const double total : margin.totals) {
      problem.target.push_back(total / largest);
    }
  }
  problem.first.push_back(problem.target.size());
  if (by_row || !problem.cells_only) {
    rows_as_groups(problem, rows);
  } else {
    group_rows(problem, rows);
  }
  return problem;
}

Problem with_margins(const Problem& problem, std::span<const std::size_t> chosen) {
  Problem part;
  part.people = problem.people;
  part.groups = problem.groups;
  part.group = problem.group;
  part.cells_only = true;
  const std::size_t all = problem.margins.size();
  for (const std::size_t m : chosen) {
    const Margin& margin = problem.margins[m];
    part.cells_only = part.cells_only && margin.amount.empty();
    part.first.push_back(part.target.size());
    part.largest.push_back(problem.largest[m]);
    part.target.insert(part.target.end(), problem.target.begin() + static_cast<std::ptrdiff_t>(problem.first[m]),
                       problem.target.begin() + static_cast<std::ptrdiff_t>(problem.first[m + 1]));
    Margin named; // what messages need; the cells of the groups are in `column`
    named.name = margin.name;
    named.totals = margin.totals;
    named.cell_names = margin.cell_names;
    if (!margin.amount.empty()) {
      named.amount.assign(1, 0.0);
    }
    part.margins.push_back(std::move(named));
  }
  part.first.push_back(part.target.size());
  part.column.resize(part.groups * chosen.size());
  if (!part.cells_only) {
    part.value.resize(part.column.size());
  }
  for (std::size_t g = 0; g < part.groups; ++g) {
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      const std::size_t m = chosen[k];
      part.column[g * chosen.size() + k] =
          problem.column[g * all + m] - static_cast<std::int32_t>(problem.first[m]) + static_cast<std::int32_t>(part.first[k]);
      if (!part.cells_only) {
        part.value[g * chosen.size() + k] = problem.value.empty() ? 1.0 : problem.value[g * all + m];
      }
    }
  }
  return part;
}

std::vector<double> sums_by_group(const Problem& problem, std::span<const double> weights) {
  std::vector<double> sums(problem.groups, 0.0);
  for (std::size_t row = 0; row < weights.size(); ++row) {
    sums[static_cast<std::size_t>(problem.group[row])] += weights[row];
  }
  return sums;
}

} // namespace canvass::survey::detail
