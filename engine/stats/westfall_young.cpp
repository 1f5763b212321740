#include "engine/stats/westfall_young.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/core/workers.hpp"
#include "engine/stats/change_sums.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/permutation_family.hpp"
#include "engine/stats/relabelling.hpp"
#include "engine/stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

/// More cells than this would need over three gigabytes.
constexpr double most_cells = 4e8;

void check_call(const ChangeTable& table, const WestfallYoungOptions& options) {
  check_level(options.level);
  if (table.changes.size() != table.people * table.outcomes || table.names.size() != table.outcomes) {
    throw DomainError(fmt::format("a table of {} people and {} outcomes with {} changes and {} names; the lengths have to agree",
                                  table.people, table.outcomes, table.changes.size(), table.names.size()));
  }
  if (options.permutations < 1 ||
      static_cast<double>(options.permutations) * static_cast<double>(std::max<std::size_t>(table.outcomes, 1)) > most_cells) {
    throw DomainError(fmt::format("{} permutations of {} outcomes; at least 1 and at most {:.0f} in all are allowed", options.permutations,
                                  table.outcomes, most_cells));
  }
  for (const double change : table.changes) {
    if (std::isinf(change)) {
      throw DomainError("an infinite change; only finite numbers and missing ones are allowed");
    }
  }
}

std::vector<std::size_t> people_with_outcome(const ChangeTable& table) {
  std::vector<std::size_t> people;
  for (std::size_t i = 0; i < table.people; ++i) {
    const auto row = table.changes.begin() + static_cast<std::ptrdiff_t>(i * table.outcomes);
    if (std::any_of(row, row + static_cast<std::ptrdiff_t>(table.outcomes), [](double change) { return !std::isnan(change); })) {
      people.push_back(i);
    }
  }
  return people;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& each : names) {
    text += (text.empty() ? "" : ", ") + each;
  }
  return text;
}

/// Names who left, for the reader; gives the columns that stayed.
std::vector<std::size_t> family_members(WestfallYoungResult& result) {
  std::vector<std::size_t> members;
  std::vector<std::string> left;
  for (std::size_t i = 0; i < result.items.size(); ++i) {
    if (result.items[i].in_family) {
      members.push_back(i);
    } else {
      left.push_back(fmt::format("{} ({})", result.items[i].name, result.items[i].left_because));
    }
  }
  result.family_size = static_cast<int>(members.size());
  if (!left.empty()) {
    result.warnings.push_back(fmt::format("left the family: {}", joined(left)));
  }
  if (members.empty()) {
    result.warnings.emplace_back("no outcome is left in the family: no test");
  }
  return members;
}

/// The cells of the people and outcomes that take part, row-major.
std::vector<double> taken(const ChangeTable& table, const std::vector<std::size_t>& people, const std::vector<std::size_t>& outcomes) {
  std::vector<double> cells;
  cells.reserve(people.size() * outcomes.size());
  for (const std::size_t person : people) {
    for (const std::size_t outcome : outcomes) {
      cells.push_back(table.at(person, outcome));
    }
  }
  return cells;
}

void fill(WestfallYoungResult& result, const std::vector<std::size_t>& members, const PermutationDraws& draws,
          const WestfallYoungOptions& options) {
  const PermutationFamily family = judge_family(draws, options.level, options.threads);
  for (std::size_t i = 0; i < members.size(); ++i) {
    result.items[members[i]].p_value = family.p_value[i];
    result.items[members[i]].p_adjusted = family.p_adjusted[i];
  }
  result.used = static_cast<std::int64_t>(draws.draws);
  result.enumerated = draws.enumerated;
  result.count = family.count;
  result.count_expected = family.count_expected;
  result.count_p = family.count_p;
  result.count_p_binomial = binomial_at_least(family.count, static_cast<double>(members.size()), options.level);
  result.max_t_quantile = family.max_t_quantile;
}

/// Runs `draw(block, begin, size, write)` over all blocks; write(b, squares) puts one draw's squared statistics into the columns.
template <typename Draw> void fill_blocks(PermutationDraws& draws, unsigned threads, Draw draw) {
  draws.squares.resize(draws.draws * draws.outcomes);
  const std::size_t blocks = (draws.draws + draws_in_block - 1) / draws_in_block;
  for_blocks(blocks, threads, [&](std::size_t block) {
    const std::size_t begin = block * draws_in_block;
    const std::size_t size = std::min(draws_in_block, draws.draws - begin);
    draw(block, begin, size, [&](std::size_t b, const double* squares) {
      for (std::size_t i = 0; i < draws.outcomes; ++i) {
        draws.squares[i * draws.draws + begin + b] = squares[i];
      }
    });
  });
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return values.empty() ? nan : sum / static_cast<double>(values.size());
}

bool all_tied(const std::vector<double>& values) {
  if (values.empty()) {
    return true;
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high - *low <= tie_tolerance;
}

double signed_root(double square, double sign_of) {
  return sign_of < 0 ? -std::sqrt(square) : std::sqrt(square);
}

} // namespace

WestfallYoungResult westfall_young_between(const ChangeTable& table, std::span<const std::uint8_t> treated,
                                           std::span<const std::int32_t> matched_set, const WestfallYoungOptions& options) {
  check_call(table, options);
  if (treated.size() != table.people || (!matched_set.empty() && matched_set.size() != table.people)) {
    throw DomainError(fmt::format("{} people, {} arm labels and {} matched sets; one entry a person is needed", table.people,
                                  treated.size(), matched_set.size()));
  }
  const std::vector<std::size_t> people = people_with_outcome(table);
  WestfallYoungResult result;
  result.method = "westfall-young maxT, Welch t on changes";
  result.people = static_cast<int>(people.size());
  result.without_outcome = static_cast<int>(table.people - people.size());
  std::vector<std::uint8_t> labels;
  std::vector<std::int32_t> sets;
  for (const std::size_t person : people) {
    labels.push_back(treated[person] != 0 ? 1 : 0);
    if (!matched_set.empty()) {
      sets.push_back(matched_set[person]);
    }
    ++(treated[person] != 0 ? result.n_second : result.n_first);
  }
  if (result.n_first == 0 || result.n_second == 0) {
    throw DomainError(fmt::format("{} people in the control arm and {} in the treated arm have a change; both arms need people",
                                  result.n_first, result.n_second));
  }
  for (std::size_t outcome = 0; outcome < table.outcomes; ++outcome) {
    WestfallYoungItem item;
    item.name = table.names[outcome];
    std::vector<double> arms[2];
    std::vector<double> both;
    for (std::size_t i = 0; i < people.size(); ++i) {
      const double change = table.at(people[i], outcome);
      if (!std::isnan(change)) {
        arms[labels[i]].push_back(change);
        both.push_back(change);
      }
    }
    item.n_first = static_cast<int>(arms[0].size());
    item.n_second = static_cast<int>(arms[1].size());
    item.missing = result.people - item.n_first - item.n_second;
    item.difference = mean_of(arms[1]) - mean_of(arms[0]);
    if (item.n_first < 2 || item.n_second < 2) {
      item.in_family = false;
      item.left_because = "under 2 people in an arm";
    } else if (all_tied(both)) {
      item.in_family = false;
      item.left_because = "constant";
      item.statistic = 0;
    }
    result.items.push_back(std::move(item));
  }
  const std::vector<std::size_t> members = family_members(result);
  const bool mark_first = result.n_first < result.n_second;
  std::vector<std::uint8_t> marked = labels; // the smaller arm is drawn: fewer people to sum over, and t^2 is the same
  if (mark_first) {
    std::transform(marked.begin(), marked.end(), marked.begin(),
                   [](std::uint8_t label) { return label == 0 ? std::uint8_t{1} : std::uint8_t{0}; });
  }
  const Relabelling relabelling(marked, sets);
  result.relabellings = relabelling.ways();
  if (members.empty()) {
    return result;
  }
  if (relabelling.ways() == 1) {
    result.warnings.emplace_back("within the matched sets there is only one way to label people: nothing can be tested");
  }
  const ArmSums sums(taken(table, people, members), people.size(), members.size());
  std::vector<std::uint32_t> as_observed;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    if (marked[i] != 0) {
      as_observed.push_back(static_cast<std::uint32_t>(i));
    }
  }
  PermutationDraws draws;
  draws.outcomes = members.size();
  draws.enumerated = relabelling.ways() <= static_cast<double>(options.permutations);
  draws.draws = static_cast<std::size_t>(draws.enumerated ? relabelling.ways() : static_cast<double>(options.permutations));
  draws.observed.resize(sums.padded());
  sums.welch_squares(as_observed, draws.observed.data());
  draws.observed.resize(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    result.items[members[i]].statistic = signed_root(draws.observed[i], result.items[members[i]].difference);
  }
  fill_blocks(draws, options.threads, [&](std::size_t block, std::size_t begin, std::size_t size, auto write) {
    std::vector<double> squares(sums.padded());
    if (draws.enumerated) {
      for (std::size_t b = 0; b < size; ++b) {
        sums.welch_squares(relabelling.at(begin + b), squares.data());
        write(b, squares.data());
      }
      return;
    }
    Relabelling::Drawer drawer(relabelling, RandomStream(options.seed, options.analysis + "/westfall-young", block));
    for (std::size_t b = 0; b < size; ++b) {
      sums.welch_squares(drawer.next(), squares.data());
      write(b, squares.data());
    }
  });
  fill(result, members, draws, options);
  return result;
}

WestfallYoungResult westfall_young_within(const ChangeTable& table, const WestfallYoungOptions& options) {
  check_call(table, options);
  const std::vector<std::size_t> people = people_with_outcome(table);
  WestfallYoungResult result;
  result.method = "westfall-young maxT, sign flips";
  result.people = result.n_first = static_cast<int>(people.size());
  result.without_outcome = static_cast<int>(table.people - people.size());
  for (std::size_t outcome = 0; outcome < table.outcomes; ++outcome) {
    WestfallYoungItem item;
    item.name = table.names[outcome];
    std::vector<double> changes;
    bool unchanged = true;
    for (const std::size_t person : people) {
      const double change = table.at(person, outcome);
      if (!std::isnan(change)) {
        changes.push_back(change);
        unchanged = unchanged && std::fabs(change) <= tie_tolerance;
      }
    }
    item.n_first = static_cast<int>(changes.size());
    item.missing = result.people - item.n_first;
    item.difference = mean_of(changes);
    if (item.n_first < 2) {
      item.in_family = false;
      item.left_because = "under 2 people";
    } else if (unchanged) {
      item.in_family = false;
      item.left_because = "constant";
      item.statistic = 0;
    }
    result.items.push_back(std::move(item));
  }
  const std::vector<std::size_t> members = family_members(result);
  // A row without any change is the same whatever its sign: it takes part in n but not in the flips.
  const std::vector<double> cells = taken(table, people, members);
  std::vector<std::uint32_t> movable;
  for (std::size_t i = 0; i < people.size(); ++i) {
    const auto row = cells.begin() + static_cast<std::ptrdiff_t>(i * members.size());
    if (std::any_of(row, row + static_cast<std::ptrdiff_t>(members.size()),
                    [](double change) { return !std::isnan(change) && std::fabs(change) > tie_tolerance; })) {
      movable.push_back(static_cast<std::uint32_t>(i));
    }
  }
  result.relabellings = movable.size() < 1024 ? std::ldexp(1.0, static_cast<int>(movable.size())) : infinity;
  if (members.empty()) {
    return result;
  }
  const FlipSums sums(cells, people.size(), members.size());
  PermutationDraws draws;
  draws.outcomes = members.size();
  draws.enumerated = result.relabellings <= static_cast<double>(options.permutations);
  draws.draws = static_cast<std::size_t>(draws.enumerated ? result.relabellings : static_cast<double>(options.permutations));
  draws.observed.resize(sums.padded());
  sums.t_squares({}, draws.observed.data());
  draws.observed.resize(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    result.items[members[i]].statistic = signed_root(draws.observed[i], result.items[members[i]].difference);
  }
  fill_blocks(draws, options.threads, [&](std::size_t block, std::size_t begin, std::size_t size, auto write) {
    RandomStream stream(options.seed, options.analysis + "/westfall-young-within", block);
    std::vector<double> squares(sums.padded());
    std::vector<std::uint32_t> flipped;
    for (std::size_t b = 0; b < size; ++b) {
      flipped.clear();
      std::uint64_t bits = draws.enumerated ? begin + b : 0;
      for (std::size_t i = 0; i < movable.size(); ++i) {
        if (!draws.enumerated && i % 64 == 0) {
          bits = stream.next();
        }
        if (((bits >> (i % 64)) & 1) != 0) {
          flipped.push_back(movable[i]);
        }
      }
      sums.t_squares(flipped, squares.data());
      write(b, squares.data());
    }
  });
  fill(result, members, draws, options);
  return result;
}

} // namespace canvass::stats
