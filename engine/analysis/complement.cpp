#include "engine/analysis/complement.hpp"

#include "engine/analysis/rows.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

namespace canvass::analysis {
namespace {

using report::Estimate;

/// One of several answers or types, whose shares add up within their cell and go together.
bool is_of_partition(const Estimate& row) {
  return row.quantity == "share" && !row.at.empty() && row.at.back().first == "category";
}

/// What a part's value, its neighbours' and the whole's tell of each other; a variance does so beside the means.
bool adds_up(const Estimate& row) {
  static constexpr std::string_view quantities[] = {"proportion", "mean", "total", "ratio", "variance"};
  return std::find(std::begin(quantities), std::end(quantities), row.quantity) != std::end(quantities) || is_of_partition(row);
}

bool is_cell(const Estimate& row) {
  const std::size_t levels = row.at.size() - (is_of_partition(row) ? 1 : 0);
  return row.versus.empty() && adds_up(row) && levels >= 1 && levels <= 2 && row.at.front().first == "wave";
}

/// What adds up over cells: an outcome, or the shares of all categories of one analysis.
std::string summed_in(const Estimate& row) {
  return is_of_partition(row) ? row.outcome + ", categories of " + row.analysis : row.outcome;
}

SummedCell cell_of(const Estimate& row) {
  SummedCell cell{summed_in(row), row.at.front().second, {}, {}};
  if (row.at.size() - (is_of_partition(row) ? 1 : 0) == 2) {
    cell.variable = row.at[1].first;
    cell.level = row.at[1].second;
  }
  return cell;
}

struct State {
  double n = 0;
  bool withheld = false;
};

} // namespace

std::set<SummedCell> complement(const report::Estimates& rows, const std::vector<bool>& leaves, const Disclosure& policy,
                                const ParentOf& parent_of) {
  std::map<SummedCell, State> cells;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (is_cell(rows[i]) && std::isfinite(rows[i].n)) {
      State& state = cells[cell_of(rows[i])];
      state.n = rows[i].n;
      state.withheld = state.withheld || leaves[i];
    }
  }
  // Parts by the cell that they add up to, and by the variable that parts it.
  std::map<std::pair<SummedCell, std::string>, std::vector<SummedCell>> parts;
  for (const auto& entry : cells) {
    const SummedCell& cell = entry.first;
    if (cell.variable.empty()) {
      continue;
    }
    // Where the next wider area is not published, the parts add up to the one beyond it.
    auto parent = parent_of(cell.variable, cell.level);
    while (parent && !parent->first.empty() && !cells.contains({cell.outcome, cell.wave, parent->first, parent->second})) {
      parent = parent_of(parent->first, parent->second);
    }
    if (parent) {
      parts[{SummedCell{cell.outcome, cell.wave, parent->first, parent->second}, cell.variable}].push_back(cell);
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& entry : parts) {
      const auto whole = cells.find(entry.first.first);
      if (whole == cells.end() || whole->second.withheld) {
        continue;
      }
      std::size_t hidden = 0;
      double answers = 0;
      const SummedCell* smallest = nullptr;
      for (const SummedCell& part : entry.second) {
        const State& state = cells.at(part);
        if (state.n == 0) {
          continue;
        }
        if (state.withheld) {
          ++hidden;
          answers += state.n;
        } else if (smallest == nullptr || state.n < cells.at(*smallest).n) {
          smallest = &part;
        }
      }
      if (hidden > 0 && (hidden == 1 || answers < policy.min_base) && smallest != nullptr) {
        cells.at(*smallest).withheld = true;
        changed = true;
      }
    }
  }
  std::set<SummedCell> withheld;
  for (const auto& [cell, state] : cells) {
    if (state.withheld) {
      withheld.insert(cell);
    }
  }
  return withheld;
}

bool speaks_of(const Estimate& row, const std::set<SummedCell>& cells) {
  if (cells.empty() || row.at.size() < 2) {
    return false;
  }
  const auto names = [&](const report::Levels& levels) {
    const std::string wave = level_of(levels, "wave");
    return std::any_of(levels.begin(), levels.end(), [&](const auto& one) {
      return one.first != "wave" && cells.contains({summed_in(row), wave, one.first, one.second});
    });
  };
  return names(row.at) || names(row.versus);
}

} // namespace canvass::analysis
