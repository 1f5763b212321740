#include "engine/analysis/public_cells.hpp"

#include "engine/analysis/plan_options.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/dataset/scores.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace canvass::analysis {
namespace {

const AreaTree& areas_of(const LoadedStudy& loaded) {
  return loaded.study.survey->areas;
}

bool is_group_question(const Instrument& instrument, std::string_view name) {
  const std::size_t index = instrument.variable(name);
  return index != Instrument::npos && !instrument.variables[index].multiple && !instrument.variables[index].list.empty();
}

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
    names.emplace_back(name);
  }
}

std::vector<std::string> all_outcomes(const LoadedStudy& loaded, std::span<const PlannedAnalysis> analyses) {
  std::vector<std::string> outcomes;
  const Instrument& instrument = loaded.instrument();
  for (const Indicator& indicator : instrument.indicators) {
    add_once(outcomes, indicator.id);
  }
  const auto add = [&](std::string_view name) {
    const bool known =
        instrument.scale(name) != nullptr || instrument.indicator(name) != nullptr || instrument.variable(name) != Instrument::npos;
    if (known) {
      add_once(outcomes, name);
    }
  };
  for (const PlannedAnalysis& analysis : analyses) {
    add(analysis.outcome);
    for (const char* option : {"outcomes", "second"}) {
      for (const std::string& name : words_in(analysis, option)) {
        add(name);
      }
    }
    if (const Family* family = loaded.study.plan.family(analysis.family)) {
      std::for_each(family->outcomes.begin(), family->outcomes.end(), add);
    }
  }
  return outcomes;
}

/// Levels of the areas, and questions that make groups.
std::vector<std::string> all_partitions(const LoadedStudy& loaded, std::span<const PlannedAnalysis> analyses) {
  std::vector<std::string> names;
  for (const std::string& level : areas_of(loaded).levels) {
    add_once(names, level);
  }
  const auto add = [&](std::string_view name) {
    if (is_group_question(loaded.instrument(), name)) {
      add_once(names, name);
    }
  };
  for (const std::string& variable : loaded.study.survey->population.variables) {
    add(variable);
  }
  for (const PlannedAnalysis& analysis : analyses) {
    for (const char* option : {"by", "predictors"}) {
      for (const std::string& name : words_in(analysis, option)) {
        add(name);
      }
    }
  }
  return names;
}

/// Does it hold one group of answers against another, so that the two are sums of answers?
bool makes_sides(const PlannedAnalysis& analysis) {
  return analysis.procedure == "group_gap" || (analysis.procedure == "compare_groups" && analysis.options.contains("group"));
}

/// The two groups that such an analysis makes of the answers to a question are a partition of their own.
std::string gap_variable(const PlannedAnalysis& analysis) {
  const std::vector<std::string> by = words_in(analysis, "by");
  return (by.empty() ? std::string() : by.front()) + " of " + analysis.id;
}

bool is_in(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

/// 0 for the group, 1 for those it is held against, -1 for neither.
int side_of(const std::vector<std::string>& group, const std::vector<std::string>& against, std::string_view code) {
  return is_in(group, code) ? 0 : against.empty() || is_in(against, code) ? 1 : -1;
}

/// A set of answer sheets.
class People {
public:
  explicit People(std::size_t sheets) : words_((sheets + 63) / 64) {}
  void add(std::size_t sheet) {
    words_[sheet / 64] |= std::uint64_t{1} << (sheet % 64);
    ++size_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// How many are in one of the two and not in the other.
  [[nodiscard]] std::size_t apart_from(const People& other) const {
    std::size_t apart = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      apart += static_cast<std::size_t>(std::popcount(words_[i] ^ other.words_[i]));
    }
    return apart;
  }

private:
  std::vector<std::uint64_t> words_;
  std::size_t size_ = 0;
};

/// Whom an outcome counts, whom it does not, and who of both gave an answer.
struct Counted {
  explicit Counted(std::span<const double> values) : yes(values.size()), no(values.size()), either(values.size()) {
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (values[row] == 1 || values[row] == 0) {
        (values[row] == 1 ? yes : no).add(row);
        either.add(row);
      }
    }
  }
  People yes, no, either;

  /// Do such people tell of the fewer of those that this outcome parts? Not where as many differ as there are of these: nearly everybody is
  /// in the base of everything, and it gives nobody away. A blank answer or two must not part what else is one.
  [[nodiscard]] bool told_by(const People& part, const People& people) const {
    return people.size() > 0 && 5 * part.apart_from(people) <= std::min(yes.size(), no.size());
  }
};

class Counter {
public:
  Counter(const LoadedStudy& loaded, const Dataset& dataset, const Sample& sample, std::span<const PlannedAnalysis> analyses,
          Universe& universe)
      : loaded_(loaded), dataset_(dataset), sample_(sample), analyses_(analyses), universe_(universe) {
    for (const WaveSample& wave : sample.waves) {
      partitions_.emplace_back();
      for (const std::string& name : all_partitions(loaded, analyses)) {
        partitions_.back().push_back({name, cells_by(loaded, dataset, wave, name)});
      }
    }
  }

  void count(const std::string& outcome) {
    const std::vector<double> by_row = outcome_by_row(loaded_, dataset_, outcome);
    const bool share = is_share_outcome(loaded_, outcome);
    if (share) {
      link(outcome, by_row);
    }
    const std::vector<std::uint8_t> asked_by = asked_by_row(loaded_, dataset_, outcome, by_row);
    for (std::size_t w = 0; w < sample_.waves.size(); ++w) {
      const WaveSample& wave = sample_.waves[w];
      std::vector<double> values = wave.of(by_row);
      std::vector<std::uint8_t> asked;
      asked.reserve(values.size());
      for (const std::size_t row : wave.rows) {
        asked.push_back(asked_by[row]);
      }
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = wave.design.weights[i] > 0 ? values[i] : std::numeric_limits<double>::quiet_NaN();
      }
      const std::string& id = loaded_.study.waves[wave.wave].id;
      const std::vector<std::int32_t> all(values.size(), 0);
      add({outcome, id, {}, {}}, tally(values, asked, all, 1).front(), share);
      for (const Partition& partition : partitions_[w]) {
        const std::vector<CellCount> counts = tally(values, asked, partition.cells.cell, partition.cells.ids.size());
        for (std::size_t i = 0; i < counts.size(); ++i) {
          add({outcome, id, partition.name, partition.cells.ids[i]}, counts[i], share);
        }
        add_gaps(outcome, id, partition, counts, share);
      }
    }
  }

private:
  struct Partition {
    std::string name;
    Cells cells;
  };

  static std::vector<CellCount> tally(const std::vector<double>& values, const std::vector<std::uint8_t>& asked,
                                      const std::vector<std::int32_t>& cell, std::size_t cells) {
    std::vector<CellCount> counts(cells, CellCount{0, 0, 0});
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (cell[i] < 0) {
        continue;
      }
      CellCount& one = counts[static_cast<std::size_t>(cell[i])];
      if (std::isnan(values[i])) {
        one.not_asked += asked[i] == 0 ? 1 : 0;
      } else {
        one.n += 1;
        one.count += values[i] == 1 ? 1 : 0;
      }
    }
    return counts;
  }

  void add(SummedCell cell, CellCount size, bool share) {
    if (size.n > 0) {
      size.count = share ? size.count : std::numeric_limits<double>::quiet_NaN();
      universe_.cells.emplace(std::move(cell), size);
    }
  }

  /// The two groups of each analysis of sides by this question, as sums of its answers and as parts of everybody.
  void add_gaps(const std::string& outcome, const std::string& wave, const Partition& partition, const std::vector<CellCount>& counts,
                bool share) {
    std::vector<std::pair<SummedCell, std::vector<SummedCell>>> all_sides; // of all analyses: one may hold another and a little more
    for (const PlannedAnalysis& analysis : analyses_) {
      const std::vector<std::string> by = words_in(analysis, "by");
      if (!makes_sides(analysis) || by.empty() || by.front() != partition.name) {
        continue;
      }
      const std::vector<std::string> group = words_in(analysis, "group");
      const std::vector<std::string> against = words_in(analysis, "against");
      const std::string variable = gap_variable(analysis);
      std::vector<SummedCell> sides;
      for (const int side : {0, 1}) {
        CellCount size{0, 0, 0};
        std::vector<SummedCell> parts;
        for (std::size_t i = 0; i < counts.size(); ++i) {
          if (side_of(group, against, partition.cells.ids[i]) == side && counts[i].n > 0) {
            size.n += counts[i].n;
            size.count += counts[i].count;
            size.not_asked += counts[i].not_asked;
            parts.push_back({outcome, wave, partition.name, partition.cells.ids[i]});
          }
        }
        std::sort(parts.begin(), parts.end());
        sides.push_back({outcome, wave, variable, side == 0 ? "group" : "against"});
        add(sides.back(), size, share);
        all_sides.emplace_back(sides.back(), parts);
        universe_.unions.emplace_back(sides.back(), std::move(parts));
      }
      universe_.unions.emplace_back(SummedCell{outcome, wave, {}, {}}, std::move(sides));
    }
    for (const auto& [whole, levels] : all_sides) {
      for (const auto& [within, those] : all_sides) {
        std::vector<SummedCell> rest;
        std::set_difference(levels.begin(), levels.end(), those.begin(), those.end(), std::back_inserter(rest));
        if (!those.empty() && !rest.empty() && rest.size() + those.size() == levels.size()) {
          rest.push_back(within);
          universe_.unions.emplace_back(whole, std::move(rest));
        }
      }
    }
  }

  /// An indicator of some people (of victims: who did not report) and one of everybody (who did not report) may count the same people; and
  /// those whom the one is asked of may be those whom the other counts, so that its base is the other's count.
  void link(const std::string& outcome, std::span<const double> by_row) {
    const Counted counted(by_row);
    for (const auto& [other, those] : seen_) {
      if (counted.either.size() == those.either.size()) {
        continue;
      }
      const bool fewer = counted.either.size() < those.either.size();
      const Counted& few = fewer ? counted : those;
      const Counted& more = fewer ? those : counted;
      const std::string& of_few = fewer ? outcome : other;
      const std::string& of_more = fewer ? other : outcome;
      if (few.told_by(few.yes, more.yes) || few.told_by(few.no, more.yes) || few.told_by(few.yes, more.no) ||
          few.told_by(few.no, more.no)) {
        universe_.same_people.emplace_back(of_few, of_more);
      }
      if (more.told_by(more.yes, few.either) || more.told_by(more.no, few.either)) {
        universe_.same_people.emplace_back(of_more, of_few);
      }
    }
    seen_.emplace_back(outcome, counted);
  }

  const LoadedStudy& loaded_;
  const Dataset& dataset_;
  const Sample& sample_;
  std::span<const PlannedAnalysis> analyses_;
  Universe& universe_;
  std::vector<std::vector<Partition>> partitions_; ///< by wave
  std::vector<std::pair<std::string, Counted>> seen_;
};

/// Areas lie in wider areas, and the widest that has several beside it in everybody; answers to a question part everybody.
ParentOf parents_of(const LoadedStudy& loaded) {
  return [&loaded](const std::string& variable, const std::string& level) -> std::optional<std::pair<std::string, std::string>> {
    const AreaTree& tree = areas_of(loaded);
    const std::pair<std::string, std::string> everybody;
    if (tree.level(variable) != AreaTree::npos) {
      const std::size_t area = tree.find(level);
      const std::size_t parent = area == AreaTree::npos ? AreaTree::npos : tree.areas[area].parent;
      if (parent == AreaTree::npos) {
        return everybody;
      }
      const std::size_t wider = tree.areas[parent].level;
      const auto beside = std::count_if(tree.areas.begin(), tree.areas.end(), [&](const Area& one) { return one.level == wider; });
      return beside == 1 ? everybody : std::pair{tree.levels[wider], tree.areas[parent].code};
    }
    return loaded.instrument().variable(variable) == Instrument::npos ? std::nullopt : std::optional(everybody);
  };
}

/// Rows name towns and places by words of their own, groups of a gap by "group" and "against" or by their codes with a + between, and a
/// trend what it runs over.
CellsOf cells_of_rows(const LoadedStudy& loaded, std::span<const PlannedAnalysis> analyses) {
  struct Sides {
    std::string variable;
    std::string group; ///< its codes, as rows of compare_groups have them; else empty
  };
  std::map<std::string, Sides> gaps;
  for (const PlannedAnalysis& analysis : analyses) {
    if (makes_sides(analysis)) {
      const bool coded = analysis.procedure == "compare_groups";
      gaps[analysis.id] = {gap_variable(analysis), coded ? join(words_in(analysis, "group"), "+") : std::string()};
    }
  }
  return [&loaded, gaps](const report::Estimate& row) {
    const AreaTree& tree = areas_of(loaded);
    std::vector<SummedCell> cells = cells_named(row);
    const auto gap = gaps.find(row.analysis);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      SummedCell& cell = cells[i];
      if (gap != gaps.end()) {
        cell.variable = gap->second.variable;
        if (!gap->second.group.empty()) {
          cell.level = cell.level == gap->second.group ? "group" : "against";
        }
      } else if (cell.variable == "town" || cell.variable == "unit") {
        if (const std::size_t area = tree.find(cell.level); area != AreaTree::npos) {
          cell.variable = tree.levels[tree.areas[area].level];
          cell.level = tree.areas[area].code;
        }
      } else if (cell.variable == "over" || cell.variable == "by") { // of all groups at once
        const SummedCell over = cell;
        for (const std::string& level : levels_of(loaded, over.level)) {
          cells.push_back({over.outcome, over.wave, over.level, level});
        }
      }
    }
    return cells;
  };
}

} // namespace

Universe public_cells(const LoadedStudy& loaded, const Dataset& dataset, const Sample& sample, std::span<const PlannedAnalysis> analyses) {
  Universe universe;
  universe.parent_of = parents_of(loaded);
  universe.cells_of = cells_of_rows(loaded, analyses);
  Counter counter(loaded, dataset, sample, analyses, universe);
  for (const std::string& outcome : all_outcomes(loaded, analyses)) {
    counter.count(outcome);
  }
  return universe;
}

void take_off_not_asked(report::Estimates& rows, const Universe& universe) {
  for (report::Estimate& row : rows) {
    if (!row.versus.empty() || !(row.n_missing > 0) || level_of(row.at, "wave").empty()) {
      continue;
    }
    const std::vector<SummedCell> named = universe.cells_of(row);
    if (named.size() > 1) {
      continue;
    }
    const auto found = universe.cells.find(named.empty() ? SummedCell{row.outcome, level_of(row.at, "wave"), {}, {}} : named.front());
    if (found == universe.cells.end() || !(found->second.not_asked > 0) || found->second.n != row.n) {
      continue;
    }
    row.n_missing = std::max(0.0, row.n_missing - found->second.not_asked);
    if (row.n_missing < 0.1 * (row.n + row.n_missing)) {
      std::erase(row.flags, "many_left_out");
    }
  }
}

} // namespace canvass::analysis
