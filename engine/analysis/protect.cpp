#include "engine/analysis/protect.hpp"

#include "engine/analysis/protect_models.hpp"
#include "engine/analysis/rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace canvass::analysis {
namespace {

using report::Estimate;

constexpr double few_answers = 10; ///< in least bases: numbers of fewer are rounded as printed

bool counts_people(const Estimate& row) {
  static const std::set<std::string, std::less<>> quantities = {"listed",   "answered",      "answered_every_wave", "late",      "sent",
                                                                "returned", "response_rate", "attrition",           "half_width"};
  return quantities.contains(row.quantity);
}

bool is_share(const Estimate& row) {
  static const std::set<std::string, std::less<>> quantities = {"share",      "share_upper", "share_up", "share_same",
                                                                "share_down", "proportion",  "floor",    "ceiling"};
  return quantities.contains(row.quantity);
}

/// A figure that somebody else has published, or a comparison of such: it gives nothing away that is not known.
bool is_published(const Estimate& row) {
  return (row.procedure == "peer_ranks" || row.procedure == "trend") && !row.at.empty() && row.at.front().first == "series";
}

/// The cell whose shares add up: outcome and levels without the category; shares of answers and of changes apart.
std::string partition_of(const Estimate& row) {
  std::string key = row.analysis + "|" + row.outcome + "|";
  const bool change = row.quantity == "share_up" || row.quantity == "share_same" || row.quantity == "share_down";
  key += change ? "change" : row.quantity == "floor" || row.quantity == "ceiling" ? row.quantity : "answers";
  for (const auto& [variable, level] : row.at) {
    if (variable != "category" && variable != "reason") {
      key += "|" + variable + "=" + level;
    }
  }
  return key;
}

/// Estimated by a model from everybody who answered any wave.
bool keeps_everybody(const Estimate& row) {
  static constexpr std::string_view models[] = {"mmrm", "random-intercept model", "as if trained"};
  return std::any_of(std::begin(models), std::end(models), [&](std::string_view model) { return row.method.starts_with(model); });
}

/// A change within an arm that is a difference of sums over people: with the sums of both waves it gives the sum over those who answered
/// only one. Shares of people who went up or down, and rank statistics, do not.
bool is_linear_change(const Estimate& row) {
  return row.versus.empty() && !level_of(row.at, "from").empty() &&
         (row.quantity == "change" || row.quantity == "change_in_share" || row.quantity == "hedges_g");
}

/// A contrast of changes between arms that is a difference of sums over the people of both waves. Models that keep everybody are not.
bool is_linear_contrast(const Estimate& row) {
  static const std::set<std::string, std::less<>> quantities = {"difference", "difference_in_differences", "adjusted_difference",
                                                                "standardised_difference", "hedges_g"};
  return !row.versus.empty() && !level_of(row.at, "from").empty() && quantities.contains(row.quantity) && !keeps_everybody(row);
}

/// Everybody the same, told by another number than a share: no spread, all above all, all up or all down.
bool is_unanimous(const Estimate& row) {
  static const std::set<std::string, std::less<>> signed_one = {"rank_biserial", "cliffs_delta"};
  if (signed_one.contains(row.quantity)) {
    return std::abs(row.estimate) >= 1;
  }
  if (row.quantity == "superiority") {
    return row.estimate <= 0 || row.estimate >= 1;
  }
  if (row.quantity == "net_change") {
    return std::abs(row.estimate) >= 100;
  }
  return row.versus.empty() && (row.std_error == 0 || (row.quantity == "standard_deviation" && row.estimate == 0));
}

double to_decimals(double value, int decimals) {
  const double factor = std::pow(10.0, decimals);
  return std::isfinite(value) ? std::round(value * factor) / factor + 0.0 : value; // no -0
}

/// The digits that count, wherever the point stands.
double to_digits(double value, int digits) {
  const double size = std::abs(value);
  return std::isfinite(size) && size > 0 ? to_decimals(value, digits - 1 - static_cast<int>(std::floor(std::log10(size)))) : value;
}

/// Leaves of a number of an area or group what is printed, or a little more where many answered. A share in all its digits is a sum of
/// known weights: with the number of answers and the margins that made the weights it can have one solution only, person by person.
/// Totals, ratios and coefficients may be of any size, so that their digits count and not their decimals.
/// `more`: digits kept beyond those printed; with 0 the counts go as well.
void round_off(Estimate& row, int more) {
  const bool few = more == 0;
  const int of_unit = row.unit == report::Unit::percent || row.unit == report::Unit::percentage_points ? 1 : 2;
  const bool any_size = row.procedure == "regression" ||
                        (row.procedure == "estimate" && (row.unit == report::Unit::count || row.unit == report::Unit::ratio));
  for (double Estimate::*field : {&Estimate::estimate, &Estimate::std_error, &Estimate::conf_low, &Estimate::conf_high}) {
    row.*field = any_size ? to_digits(row.*field, 2 + more) : to_decimals(row.*field, of_unit + more);
  }
  row.statistic = to_decimals(row.statistic, 2);
  row.p_value = to_digits(row.p_value, 2);
  row.p_adjusted = to_digits(row.p_adjusted, 2);
  row.df = to_decimals(row.df, 0);
  row.df2 = to_decimals(row.df2, 0);
  row.effective_n = few ? report::not_a_number : to_decimals(row.effective_n, 0);
  row.count = few ? report::not_a_number : row.count;
}

/// Does the cell stand for some of the people: an area, a group, or a type of people that the row's own analysis makes?
bool is_part(const Estimate& row, const SummedCell& cell, const Universe& universe) {
  return row.procedure == "event_typology" || (universe.parent_of && universe.parent_of(cell.variable, cell.level).has_value());
}

/// Fewest answers behind any of the cells that a row speaks of; infinite where it speaks of everybody only.
double fewest_in_part(const Estimate& row, const Universe& universe) {
  double fewest = std::numeric_limits<double>::infinity();
  for (const SummedCell& cell : universe.cells_of ? universe.cells_of(row) : cells_named(row)) {
    const auto found = cell.variable.empty() ? universe.cells.end() : universe.cells.find(cell);
    if (found != universe.cells.end()) {
      fewest = std::min(fewest, found->second.n);
    } else if (is_part(row, cell, universe) && std::isfinite(row.n)) { // an index, a type: cells of the row's own
      fewest = std::min({fewest, row.n, std::isfinite(row.n_versus) ? row.n_versus : row.n});
    }
  }
  return fewest;
}

/// The outcomes and waves of which something is withheld: there a count, or more digits of a group than are printed, could tell two
/// withheld groups from each other, by the share of everybody and weights that are known.
using OutcomeInWave = std::pair<std::string, std::string>;

bool speaks_of_any(const Estimate& row, const std::set<OutcomeInWave>& outcomes) {
  const std::string other = level_of(row.versus, "wave");
  return outcomes.contains({row.outcome, level_of(row.at, "wave")}) || (!other.empty() && outcomes.contains({row.outcome, other}));
}

/// Types of people of one analysis, wave and cell (of everybody: no cell), whichever outcome they are made of: where one of them goes, the
/// others would tell it.
std::string types_of(const Estimate& row, bool of_everybody = false) {
  if (row.procedure != "event_typology") {
    return {};
  }
  std::string key = row.analysis + "|" + level_of(row.at, "wave");
  for (const auto& [variable, level] : row.at) {
    const bool cell = variable != "wave" && variable != "event" && variable != "category";
    key += cell && !of_everybody ? "|" + variable + "=" + level : std::string();
  }
  return key;
}

/// Which profile a row of profile_drivers is of, as its id says: "overall", "all", "none", "none/negative".
std::string profile_of(const Estimate& row) {
  const std::string stem = row.analysis + "/" + row.outcome + "/" + level_of(row.at, "wave") + "/";
  std::string part = row.id.rfind(stem, 0) == 0 ? row.id.substr(stem.size()) : std::string();
  for (const std::string_view comparison : {"/rest", "/lift"}) {
    if (part.size() > comparison.size() && std::string_view(part).substr(part.size() - comparison.size()) == comparison) {
      part.resize(part.size() - comparison.size());
    }
  }
  return part;
}

/// Profiles of one analysis, outcome and wave.
std::string profiles_of(const Estimate& row) {
  return row.procedure == "profile_drivers" ? row.analysis + "|" + row.outcome + "|" + level_of(row.at, "wave") : std::string();
}

/// The order that a place belongs to.
std::string order_of(const Estimate& row) {
  std::string key = row.analysis + "|" + row.outcome;
  for (const auto& [variable, level] : row.at) {
    key += "|" + variable + (variable == "wave" ? "=" + level : "");
  }
  return key;
}

void withhold(Estimate& row) {
  const double none = report::not_a_number;
  row.estimate = row.std_error = row.conf_level = row.conf_low = row.conf_high = none;
  row.statistic = row.df = row.df2 = row.p_value = row.p_adjusted = row.reference = none;
  row.n = row.n_versus = row.n_missing = row.count = row.effective_n = none;
  row.verdict.clear();
  row.flags = {"withheld"};
}

/// The contrast or cell that an alternate stands beside: the longest prefix of its id, cut at slashes, that is itself a row.
const Estimate* main_of(const Estimate& row, const std::map<std::string, const Estimate*, std::less<>>& by_id) {
  std::string id = row.id;
  for (std::size_t slash = id.rfind('/'); slash != std::string::npos; slash = id.rfind('/')) {
    id.resize(slash);
    const auto found = by_id.find(id);
    if (found != by_id.end()) {
      return found->second;
    }
  }
  return nullptr;
}

/// A number that another row's number makes: it goes where that goes, also where its own base would let it stay.
bool says_it_again(const Estimate& row) {
  static const std::set<std::string, std::less<>> quantities = {"design_effect", "design_effect_without", "odds_ratio", "rate_ratio"};
  return quantities.contains(row.quantity);
}

struct Held {
  double n = 0;
  bool leaves = false;
};
using Profiles = std::map<std::string, Held>; ///< of one set, by profile_of

/// Which profiles of a set go, because others would tell them.
std::vector<std::string> told_by_others(const Profiles& profiles, const Disclosure& policy) {
  const auto find = [&profiles](const char* name) {
    const auto found = profiles.find(name);
    return found == profiles.end() ? nullptr : &found->second;
  };
  const Held* everybody = find("overall");
  const Held* all = find("all");
  const Held* none = find("none");
  const Held* negative = find("none/negative");
  std::vector<std::string> going;
  // Of one view, those who hold it and those who do not are everybody.
  if (everybody != nullptr && all != nullptr && none != nullptr && (all->leaves || none->leaves) &&
      everybody->n - all->n - none->n < policy.min_base) {
    going = {"all", "none"};
  }
  // The declared profile of the other end may be "none" with a view more or less: a few people are in one and not in the other.
  if (none != nullptr && negative != nullptr && negative->n != none->n && std::abs(negative->n - none->n) < policy.min_base) {
    going.emplace_back("none/negative");
  }
  return going;
}

/// Do few people have an indicator, or nearly all?
bool is_rare(const std::string& indicator, const std::string& wave, const Disclosure& policy, const Universe& universe) {
  const auto found = indicator.empty() ? universe.cells.end() : universe.cells.find({indicator, wave, {}, {}});
  return found != universe.cells.end() && std::isfinite(found->second.count) &&
         std::min(found->second.count, found->second.n - found->second.count) < policy.min_base;
}

/// A driver that few people have is told by its effect, and an indicator by how it goes with another.
bool tells_of_rare(const Estimate& row, const Disclosure& policy, const Universe& universe) {
  const std::string wave = level_of(row.at, "wave");
  if (row.procedure == "model_drivers") {
    return is_rare(level_of(row.at, "driver"), wave, policy, universe);
  }
  return row.procedure == "estimate" && row.unit == report::Unit::correlation &&
         (is_rare(row.outcome, wave, policy, universe) || is_rare(level_of(row.at, "with"), wave, policy, universe));
}

/// Profiles of two analyses that differ by a few people: the later one's go. Sets in the order of the rows.
void tell_apart(const std::vector<std::pair<std::string, const Profiles*>>& sets, const Disclosure& policy, std::set<std::string>& gone) {
  for (std::size_t later = 0; later < sets.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const auto of = [&sets](std::size_t set) { return std::string_view(sets[set].first).substr(sets[set].first.find('|')); };
      if (of(later) != of(earlier)) {
        continue; // of another outcome or wave
      }
      for (const auto& [one, held] : *sets[later].second) {
        for (const auto& [other, beside] : *sets[earlier].second) {
          const bool same_kind = one != "overall" && other != "overall" && (one == "all") == (other == "all");
          if (same_kind && held.n != beside.n && std::abs(held.n - beside.n) < policy.min_base) {
            gone.insert(sets[later].first + "|" + one);
          }
        }
      }
    }
  }
}

/// Types, profiles and drivers, of which one row would tell another.
void withhold_sets(const report::Estimates& rows, std::vector<bool>& leaving, const Disclosure& policy, const Universe& universe) {
  std::set<std::string> gone;
  std::map<std::string, Profiles> profiles;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Estimate& row = rows[i];
    if (leaving[i] && row.procedure == "event_typology") {
      gone.insert(types_of(row));
    }
    if (row.procedure == "profile_drivers" && row.versus.empty()) {
      profiles[profiles_of(row)][profile_of(row)] = {row.n, leaving[i]};
    }
    if (tells_of_rare(row, policy, universe)) {
      gone.insert("drivers of " + row.analysis);
      leaving[i] = true;
    }
  }
  std::vector<std::pair<std::string, const Profiles*>> sets;
  for (const auto& [set, of] : profiles) {
    sets.emplace_back(set, &of);
    for (const std::string& profile : told_by_others(of, policy)) {
      gone.insert(set + "|" + profile);
    }
  }
  tell_apart(sets, policy, gone);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Estimate& row = rows[i];
    const std::string set = row.procedure == "model_drivers"     ? "drivers of " + row.analysis
                            : row.procedure == "profile_drivers" ? profiles_of(row) + "|" + profile_of(row)
                                                                 : types_of(row);
    leaving[i] =
        leaving[i] || (!set.empty() && (gone.contains(set) || (row.procedure == "event_typology" && gone.contains(types_of(row, true)))));
  }
}

/// So few people hold the value of a quantile or one beyond it that it is nearly an answer of one of them.
constexpr double fewest_beyond_quantile = 10;

} // namespace

ChangeOf change_of(const Estimate& row) {
  return {row.outcome, level_of(row.at, "wave"), level_of(row.at, "from")};
}

bool is_sum_over_pairs(const Estimate& row) {
  return is_linear_change(row) || is_linear_contrast(row);
}

bool gives_away(double people) {
  return people >= 1 && people <= 2;
}

bool is_withheld(const Estimate& row) {
  return std::find(row.flags.begin(), row.flags.end(), "withheld") != row.flags.end();
}

std::size_t protect(report::Estimates& rows, const Disclosure& policy, std::set<ChangeOf> few_left, const Universe& universe) {
  const auto small = [&](double n) { return std::isfinite(n) && n < policy.min_base; };
  std::set<std::string> closed;
  for (const Estimate& row : rows) {
    const bool extreme = std::isfinite(row.estimate) && (row.estimate <= 0 || row.estimate >= 100);
    if (is_share(row) && (small(row.n) || (row.n < policy.min_base_extreme && extreme))) {
      closed.insert(partition_of(row));
    }
  }
  // The reasons for missing answers add up to a number that stands beside the shares; the change of one arm follows from the contrast and
  // the change of the other.
  std::set<std::string> few_gave;
  for (const Estimate& row : rows) {
    if (row.quantity == "missing" && row.count > 0 && row.count < policy.min_base) {
      few_gave.insert(partition_of(row));
    }
    if (is_linear_change(row) && gives_away(row.n_missing)) {
      few_left.insert(change_of(row));
    }
  }
  std::map<std::string, const Estimate*, std::less<>> by_id;
  for (const Estimate& row : rows) {
    by_id.emplace(row.id, &row);
  }
  std::vector<bool> leaving(rows.size(), false);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Estimate& row = rows[i];
    if (counts_people(row) || is_published(row)) {
      continue;
    }
    bool leaves = small(row.n) || small(row.n_versus);
    leaves = leaves || (row.quantity == "quantile" && row.count < fewest_beyond_quantile);
    leaves = leaves || (is_share(row) && closed.contains(partition_of(row)));
    leaves = leaves || (row.quantity == "missing" && few_gave.contains(partition_of(row)));
    const double fewest = std::isfinite(row.n_versus) ? std::min(row.n, row.n_versus) : row.n;
    leaves = leaves || (fewest < policy.min_base_extreme && is_unanimous(row));
    if (!leaves && std::isfinite(row.n)) {
      const Estimate* main = main_of(row, by_id);
      if (main != nullptr && std::isfinite(main->n)) {
        const bool both = std::isfinite(main->n_versus) && std::isfinite(row.n_versus);
        leaves = gives_away(std::abs(main->n - row.n)) || (both && gives_away(std::abs(main->n_versus - row.n_versus)));
      }
      leaves = leaves || (is_linear_change(row) && row.n_missing > 0 && few_left.contains(change_of(row)));
      leaves = leaves || (is_linear_contrast(row) && few_left.contains(change_of(row)));
    }
    leaving[i] = leaves;
  }
  std::set<SummedCell> withheld_cells;
  if (universe.parent_of) {
    withheld_cells = complement(rows, leaving, policy, universe);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      leaving[i] = leaving[i] || (!counts_people(rows[i]) && speaks_of(rows[i], withheld_cells, universe.cells_of));
    }
  }
  if (!universe.cells.empty()) {
    withhold_sets(rows, leaving, policy, universe);
  }
  std::set<OutcomeInWave> with_hidden;
  for (const SummedCell& cell : withheld_cells) {
    with_hidden.emplace(cell.outcome, cell.wave);
  }
  withhold_levels_of_models(rows, leaving, policy, withheld_cells);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Estimate* main = says_it_again(rows[i]) ? main_of(rows[i], by_id) : nullptr;
    leaving[i] = leaving[i] || (main != nullptr && leaving[static_cast<std::size_t>(main - rows.data())]);
  }
  // A hole in an order is a place, and a place lies between two values: where one is withheld, intervals of the others stay, places go.
  std::set<std::string> with_hole;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (leaving[i] && rows[i].quantity == "rank") {
      with_hole.insert(order_of(rows[i]));
    }
  }
  const std::vector<double> behind_models = fewest_behind_models(rows);
  std::size_t withheld = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (leaving[i]) {
      withhold(rows[i]);
      ++withheld;
      continue;
    }
    if (!universe.cells.empty() && !counts_people(rows[i]) && !is_published(rows[i])) {
      const bool beside_hidden = speaks_of_any(rows[i], with_hidden);
      // A test of a whole table is shown only where all of its groups are.
      const bool of_table = rows[i].procedure != "event_typology" && (rows[i].quantity == "association" || rows[i].quantity == "gamma");
      const double in_part = of_table ? std::numeric_limits<double>::infinity() : fewest_in_part(rows[i], universe);
      const double fewest = std::min(in_part, behind_models[i]);
      const bool between_outcomes =
          rows[i].unit == report::Unit::correlation && (rows[i].procedure == "estimate" || rows[i].procedure == "event_typology");
      if (std::isfinite(fewest) || between_outcomes) {
        round_off(rows[i], beside_hidden || between_outcomes || fewest < few_answers * policy.min_base ? 0 : 2);
      }
      if (beside_hidden) {
        rows[i].count = rows[i].effective_n = report::not_a_number;
      }
    }
    if (rows[i].quantity == "rank" && std::isfinite(rows[i].estimate) && with_hole.contains(order_of(rows[i]))) {
      rows[i].estimate = report::not_a_number;
      rows[i].flags.emplace_back("place_withheld");
    }
  }
  return withheld;
}

} // namespace canvass::analysis
