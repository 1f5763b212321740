#include "engine/analysis/complement.hpp"

#include "engine/analysis/rows.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

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

bool all_alike(const CellCount& size) {
  return std::isfinite(size.count) && (size.count <= 0 || size.count >= size.n);
}

class Audit {
public:
  Audit(const Disclosure& policy, const Universe& universe)
      : policy_(policy), universe_(universe), same_people_(universe.same_people.begin(), universe.same_people.end()) {}

  void add(const SummedCell& cell, const CellCount& size) {
    const auto [at, is_new] = number_.try_emplace(cell, states_.size());
    if (is_new) {
      states_.push_back({size, false, false});
    } else if (std::isnan(states_[at->second].size.count)) { // a mean and a share of one cell
      states_[at->second].size.count = size.count;
    }
  }
  void withhold(const SummedCell& cell) {
    if (const auto found = number_.find(cell); found != number_.end()) {
      states_[found->second].withheld = states_[found->second].by_itself = true;
    }
  }

  /// Cells with too few answers, or in which all are alike among few.
  void withhold_small() {
    for (State& state : states_) {
      const CellCount& size = state.size;
      if (size.n > 0 && (size.n < policy_.min_base || (size.n < policy_.min_base_extreme && all_alike(size)))) {
        state.withheld = state.by_itself = true;
      }
    }
  }

  /// What counts the same people as a withheld cell goes, too. True if anything went.
  bool spread() {
    bool changed = false;
    for (const auto& [few, more] : same_people_) {
      for (auto at = number_.lower_bound({few, {}, {}, {}}); at != number_.end() && at->first.outcome == few; ++at) {
        const auto other =
            states_[at->second].withheld ? number_.find({more, at->first.wave, at->first.variable, at->first.level}) : number_.end();
        if (other != number_.end() && !states_[other->second].withheld) {
          states_[other->second].withheld = states_[other->second].by_itself = true;
          changed = true;
        }
      }
    }
    return changed;
  }

  /// Outcomes that count as many of as many of everybody are one under two names: an index at its threshold and the indicator of it.
  void link_namesakes() {
    std::map<std::tuple<std::string, double, double>, std::string> seen; // by wave, n and count
    for (const auto& [cell, number] : number_) {
      const CellCount& size = states_[number].size;
      if (!cell.variable.empty() || !std::isfinite(size.count)) {
        continue;
      }
      const auto [first, is_new] = seen.try_emplace({cell.wave, size.n, size.count}, cell.outcome);
      if (!is_new) {
        same_people_.emplace(first->second, cell.outcome);
        same_people_.emplace(cell.outcome, first->second);
      }
    }
  }

  /// Finds what adds up to what.
  void relate() {
    std::map<std::pair<std::size_t, std::string_view>, std::vector<std::size_t>> parts;
    for (const auto& [cell, number] : number_) {
      if (cell.variable.empty() || !universe_.parent_of) {
        continue;
      }
      // Where the next wider area is not published, the parts add up to the one beyond it.
      auto parent = universe_.parent_of(cell.variable, cell.level);
      auto whole = parent ? number_.find({cell.outcome, cell.wave, parent->first, parent->second}) : number_.end();
      while (parent && !parent->first.empty() && whole == number_.end()) {
        parent = universe_.parent_of(parent->first, parent->second);
        whole = parent ? number_.find({cell.outcome, cell.wave, parent->first, parent->second}) : number_.end();
      }
      if (whole != number_.end()) {
        parts[{whole->second, cell.variable}].push_back(number);
      }
    }
    for (auto& [key, list] : parts) {
      add_relation(key.first, std::move(list));
    }
    for (const auto& [whole, list] : universe_.unions) {
      std::vector<std::size_t> there;
      for (const SummedCell& part : list) {
        if (const auto found = number_.find(part); found != number_.end()) {
          there.push_back(found->second);
        }
      }
      if (const auto found = number_.find(whole); found != number_.end()) {
        add_relation(found->second, std::move(there));
      }
    }
  }

  /// Withholds further cells until nothing follows. Ends, because each turn withholds one more.
  void close() {
    for (bool changed = true; changed;) {
      changed = spread();
      for (const Relation& relation : relations_) {
        changed = mend(relation) || changed;
      }
    }
  }

  [[nodiscard]] std::set<SummedCell> withheld() const {
    std::set<SummedCell> cells;
    for (const auto& [cell, number] : number_) {
      if (states_[number].withheld) {
        cells.insert(cells.end(), cell);
      }
    }
    return cells;
  }

private:
  struct State {
    CellCount size;
    bool withheld = false;
    bool by_itself = false; ///< and not for the sake of a neighbour
  };
  /// A whole and what it is the sum of, but for those who are in no part. Cells go by number.
  struct Relation {
    std::size_t whole;
    std::vector<std::size_t> parts;
  };
  /// What published cells leave open of a whole.
  struct Open {
    CellCount size;
    std::vector<std::size_t> published; ///< the widest that lie in it
    std::size_t hidden = 0;             ///< parts with answers that are not published
    bool hidden_by_itself = false;      ///< one of them is withheld for its own sake
  };

  void add_relation(std::size_t whole, std::vector<std::size_t> parts) {
    relations_.push_back({whole, std::move(parts)});
    within_.try_emplace(whole, relations_.size() - 1);
  }

  void take_off(Open& open, const std::vector<std::size_t>& parts) const {
    for (const std::size_t part : parts) {
      const State& state = states_[part];
      if (state.size.n == 0) {
        continue;
      }
      if (!state.withheld) {
        open.size.n -= state.size.n;
        open.size.count -= state.size.count;
        open.published.push_back(part);
        continue;
      }
      ++open.hidden;
      open.hidden_by_itself = open.hidden_by_itself || state.by_itself;
      if (const auto found = within_.find(part); found != within_.end()) { // what is published within it
        take_off(open, relations_[found->second].parts);
      }
    }
  }

  [[nodiscard]] bool tells_of_people(const Open& open) const {
    if (!(open.size.n > 0)) {
      return false; // nobody is left
    }
    return open.size.n < policy_.min_base || (open.hidden == 1 && open.hidden_by_itself) ||
           (all_alike(open.size) && (open.size.n < policy_.min_base_extreme || open.hidden > 1));
  }

  bool withhold_smallest(const std::vector<std::size_t>& published) {
    const auto smallest = std::min_element(published.begin(), published.end(),
                                           [this](std::size_t a, std::size_t b) { return states_[a].size.n < states_[b].size.n; });
    if (smallest == published.end()) {
      return false;
    }
    states_[*smallest].withheld = true;
    return true;
  }

  /// True if it withheld something.
  bool mend(const Relation& relation) {
    State& whole = states_[relation.whole];
    if (whole.size.n == 0) {
      return false;
    }
    Open open{whole.size, {}, 0, false};
    take_off(open, relation.parts);
    if (whole.withheld) { // a whole whose parts are all published is their sum
      return whole.by_itself && open.size.n <= 0 && withhold_smallest(open.published);
    }
    if (!tells_of_people(open)) {
      return false;
    }
    if (!withhold_smallest(open.published)) {
      if (open.hidden == 0) {
        return false; // nothing but the whole is told
      }
      whole.withheld = true;
    }
    return true;
  }

  const Disclosure& policy_;
  const Universe& universe_;
  std::set<std::pair<std::string, std::string>> same_people_; ///< the universe's, and namesakes
  std::map<SummedCell, std::size_t> number_;
  std::vector<State> states_;
  std::vector<Relation> relations_;
  std::map<std::size_t, std::size_t> within_; ///< by whole: the first of its relations
};

/// What adds up over the cells of a row, and the wave; the rest is to be filled in.
SummedCell in_wave(const Estimate& row, std::string wave) {
  return {summed_in(row), std::move(wave), {}, {}};
}

} // namespace

std::set<SummedCell> complement(const report::Estimates& rows, const std::vector<bool>& leaves, const Disclosure& policy,
                                const Universe& universe) {
  Audit audit(policy, universe);
  for (const auto& [cell, size] : universe.cells) {
    audit.add(cell, size);
  }
  std::vector<SummedCell> small;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Estimate& row = rows[i];
    if (!is_cell(row) || !std::isfinite(row.n)) {
      continue;
    }
    const std::vector<SummedCell> named = universe.cells_of ? universe.cells_of(row) : cells_named(row);
    const SummedCell cell = named.empty() ? in_wave(row, row.at.front().second) : named.front();
    if (!universe.cells.contains(cell)) {
      audit.add(cell, {row.n, row.quantity == "proportion" ? row.count : std::numeric_limits<double>::quiet_NaN(), 0});
    }
    if (leaves[i]) {
      small.push_back(cell);
    }
  }
  for (const SummedCell& cell : small) {
    audit.withhold(cell);
  }
  if (!universe.cells.empty()) {
    audit.withhold_small();
  }
  audit.link_namesakes();
  audit.relate();
  audit.close();
  return audit.withheld();
}

std::vector<SummedCell> cells_named(const Estimate& row) {
  std::vector<SummedCell> cells;
  const auto add = [&](const report::Levels& levels, const std::string& wave) {
    for (const auto& [variable, level] : levels) {
      if (variable != "wave" && variable != "category") {
        cells.push_back({summed_in(row), wave, variable, level});
      }
    }
  };
  const std::string wave = level_of(row.at, "wave");
  add(row.at, wave);
  const std::string other = level_of(row.versus, "wave");
  add(row.versus, other.empty() ? wave : other);
  if (!other.empty()) {
    add(row.at, other);
  }
  return cells;
}

bool speaks_of(const Estimate& row, const std::set<SummedCell>& cells, const CellsOf& cells_of) {
  if (cells.empty() || (row.at.size() < 2 && row.versus.empty())) {
    return false;
  }
  const std::vector<SummedCell> named = cells_of ? cells_of(row) : cells_named(row);
  return std::any_of(named.begin(), named.end(), [&](const SummedCell& cell) { return cells.contains(cell); });
}

} // namespace canvass::analysis
